# I livelli di servizio: quello che dicono `sportello sla check`, `explain` e `lint`, e gli errori di una policy.

## Una policy che non si legge

sla-at-line = riga { $line }, { $field }: { $what }
sla-at-field = { $field }: { $what }
sla-file-unreadable = il file non si legge: { $why ->
    [missing] non c'è. Controlla il nome
    [folder] è una cartella
    [forbidden] mancano i permessi
   *[other] { $why }
}.
sla-file-too-large = il file supera { $limit } KB: una policy sta in poche righe.
sla-not-utf8 = riga { $line }: il testo non è in UTF-8. Salvalo come «UTF-8» e riprova.
sla-not-toml = il file non è TOML valido ({ $why }). Un esempio commentato è bot/policy.toml.
sla-policy-twice = indica un file di policy oppure i singoli valori, non entrambi: togli { $others } o togli policy.
sla-policy-nested = un file di policy non può rimandare a un altro. Togli questa riga.
sla-unknown-field = «{ $given }» qui non esiste. Il nome giusto: { $nearest }.
sla-not-one-of = «{ $given }» non va bene. Scrivi uno di questi: { $expected }.
sla-wrong-kind = «{ $given }» non va bene: qui ci va { $kind ->
    [list] un elenco fra parentesi quadre, come ["2026-08-14"]
    [table] una tabella, come [targets.high]
   *[text] un testo fra virgolette
}.
sla-amount = «{ $given }» non è una durata. Scrivi per esempio 30m, 8h, 1h30m, o 2bd per due giorni lavorativi.
sla-amount-size = «{ $given }» è fuori misura: più di zero, al massimo un anno (8760h, 365bd).
sla-zone-unknown = il fuso «{ $given }» non esiste. Forse { $nearest }; oppure uno scarto fisso come +01:00.
sla-zone-upside-down = «{ $given }» è ambiguo: nei nomi Etc/GMT il segno è rovesciato. Scrivi uno scarto come +01:00, o Europe/Rome per avere anche l'ora legale.
sla-zone-offset-too-far = «{ $given }» è fuori misura: uno scarto va da -14:00 a +14:00.
sla-hours-none = manca l'orario. Scrivi per esempio Mon-Fri 08:30-19:00.
sla-hours-day = «{ $given }» non è un giorno. Scrivi Mon, Tue, Wed, Thu, Fri, Sat, Sun (o lun … dom), come in Mon-Fri 08:30-19:00.
sla-hours-span = «{ $given }» in «{ $part }» non è un orario. Scrivi per esempio Mon-Fri 08:30-13:00,14:00-19:00.
sla-hours-backwards = «{ $given }» finisce prima di cominciare. Un turno di notte va diviso a mezzanotte: 22:00-24:00 e 00:00-06:00.
sla-hours-overlap = in «{ $given }» due orari di { $day } si sovrappongono. Uniscili in uno.
sla-local-day = «{ $given }» non è un giorno dell'anno. Scrivi mese e giorno, come 12-07.
sla-closure = «{ $given }» non è una chiusura. Scrivi 2026-08-14, 2026-08-10/2026-08-21 o 2026-12-24T13:00/2026-12-24T19:00 (ora locale).
sla-closure-backwards = «{ $given }»: la fine viene prima dell'inizio, o dura più di dieci anni.

## sla check

sla-check-not-utf8 = { $file }, riga { $line }: il testo non è in UTF-8. Salva il file come «CSV UTF-8» e riprova.
sla-check-unreadable = { $file }: il file non si legge: { $why ->
    [missing] non c'è. Controlla il nome
    [folder] è una cartella
    [forbidden] mancano i permessi
   *[other] { $why }
}.
sla-check-too-large = { $file }: il file supera { $limit } MB.
sla-check-columns = { $file }, riga 1: manca la colonna { $missing }. Servono: { $wanted }.
sla-check-no-rows = { $file }: non c'è nemmeno una riga da controllare.
sla-check-broken = { $file }, riga { $line }: non è CSV valido ({ $why }).
sla-check-row = riga { $line } ({ $case }): { $what }
sla-check-width = i campi non corrispondono all'intestazione: sono di più o di meno. Le virgole dentro un campo vogliono le virgolette.
sla-check-moment = { $column }: «{ $given }» non è un istante con il suo scarto. Scrivi per esempio 2026-11-24T10:00:00+01:00.
sla-check-word = { $column }: «{ $given }» non va bene. Scrivi uno di questi: { $expected }.
sla-check-pauses = not_running: «{ $given }» non va bene. Scrivi inizio/fine, più pause separate da «;», in ordine e dopo l'apertura.
sla-check-beyond = la scadenza cade fuori dagli anni che il calendario conosce (1900-2200).
sla-check-differs = riga { $line } ({ $case }), { $column }, { $clock }, { $severity }: nel file { $given }, per noi { $found }
sla-check-none = nessuna
sla-check-count = { $rows ->
    [one] { $rows } riga
   *[other] { $rows } righe
}: { $agree } d'accordo, { $disagree } in disaccordo, { $unreadable } illeggibili.

## sla explain

sla-moment-bad = «{ $given }» non è un istante. Scrivi per esempio 2026-11-24T10:00, o con lo scarto: 2026-11-24T10:00+01:00.
sla-beyond = Da qui la scadenza cade fuori dagli anni che il calendario conosce (1900-2200).
sla-amount-hours = { $count ->
    [one] { $count } ora
   *[other] { $count } ore
}
sla-amount-minutes = { $count ->
    [one] { $count } minuto
   *[other] { $count } minuti
}
sla-amount-seconds = { $count ->
    [one] { $count } secondo
   *[other] { $count } secondi
}
sla-amount-days = { $count ->
    [one] { $count } giorno lavorativo
   *[other] { $count } giorni lavorativi
}
sla-amount-part-days = { $days } giorni lavorativi
sla-explain-opened-staffed = Aperto { $opened }, mentre lo sportello è presidiato: valgono i tempi degli orari di presidio.
sla-explain-opened-other = Aperto { $opened }, mentre lo sportello è chiuso: valgono i tempi degli altri orari. Riapre { $opens }.
sla-explain-clock-desk = Orologio «desk»: un'ora è un'ora d'orologio, comincia quando c'è qualcuno e non finisce mai quando non c'è nessuno.
sla-explain-clock-staffed = Orologio «staffed»: un'ora è un'ora di presidio, il resto non conta.
sla-explain-clock-wall = Orologio «wall»: un'ora è un'ora d'orologio, che ci sia qualcuno o no.
sla-explain-no-severity = Senza gravità: per la presa in carico vale come High, e finché nessuno la stabilisce non c'è un tempo di risoluzione.
sla-explain-target = { $target ->
    [reaction] Presa in carico
   *[resolution] Risoluzione
} ({ $severity }): entro { $amount }.
sla-explain-stretch-used = Da { $begin } a { $end } l'orologio conta { $used }; poi si ferma e ne restano { $left }.
sla-explain-stretch-runs = Riparte { $begin } con { $left }.
sla-explain-reached = Il tempo finisce già in questo tratto, e la scadenza non cambia più.
sla-explain-stopped = Ora l'orologio è fermo: la scadenza si saprà quando riparte.
sla-explain-starts-now = L'orologio parte subito.
sla-explain-starts-later = L'orologio parte quando c'è qualcuno: { $start }.
sla-explain-wall-later = { $amount } dopo è { $raw }.
sla-explain-kept = A quell'ora c'è qualcuno: la scadenza resta lì.
sla-explain-kept-closing = È l'ora esatta di chiusura: la scadenza resta lì.
sla-explain-moved = A quell'ora non c'è nessuno: la scadenza passa alla riapertura.
sla-explain-staffed-later = Contando solo le ore di presidio, { $amount } finiscono { $raw }.
sla-explain-days-later = A quel punto è passato il { $share } % della giornata lavorativa; { $amount } dopo è la stessa quota della giornata: { $raw }.
sla-explain-hour-changes = Nel mezzo cambia l'ora: si contano le ore passate davvero.
sla-explain-due = Scadenza: { $due }.
sla-explain-warning = Avviso (tre quarti del tempo di presidio): { $at }.
sla-explain-no-warning = Nessun avviso: prima della scadenza non c'è tempo di presidio.
sla-explain-breach = Se è superata, lo sportello viene avvisato { $at }.

## sla lint

sla-lint-clean = Le promesse reggono: { $openings } aperture provate, da { $first } a { $last }, ogni quarto d'ora.
sla-lint-inverted = { $target ->
    [reaction] Presa in carico
   *[resolution] Risoluzione
}: { $severer } può scadere dopo { $milder } ({ $times } aperture su { $openings }). Per esempio, aperto { $opened }: { $severer } scade { $severer-due }, { $milder } { $milder-due }.
sla-lint-unstaffed = { $target ->
    [reaction] Presa in carico
   *[resolution] Risoluzione
}: { $severity } può scadere quando non c'è nessuno ({ $times } aperture su { $openings }). Per esempio, aperto { $opened }: scade { $due }.
sla-lint-count = { $count ->
    [one] { $count } difetto
   *[other] { $count } difetti
} nella policy.
