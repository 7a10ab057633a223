# Quello che il programma dice a chi lo installa e lo tiene acceso: impostazioni, doctor, init, run.

## A che cosa serve ogni impostazione (sportello init, docs/settings.md)

about-data = La cartella in cui lo sportello tiene il database e i file.
about-secret = Una frase segreta di almeno 16 caratteri che protegge i codici usa e getta. Senza, se ne crea una nella cartella dei dati; va scritta qui quando più macchine usano lo stesso database.
about-database = Dove stanno i ticket.
about-database-url = sqlite:///percorso per un file, postgresql://utente:password@host/nome per PostgreSQL. Senza, un file SQLite nella cartella dei dati.
about-desk = Come si presenta lo sportello.
about-desk-name = Il nome che leggono le persone.
about-desk-language = La lingua dello sportello: quella delle stanze e dei messaggi a chi amministra.
about-desk-languages = Le lingue che parla con le persone. Titoli, risposte e informativa servono in ognuna.
about-desk-formal = true dà del Lei, false dà del tu.
about-desk-thread = direct: ciò che scrive sotto la scheda chi ha il ticket va al cliente. explicit: ci va solo ciò che si scrive con Rispondi.
about-desk-zone = Il fuso in cui si dicono le ore. Senza, quello degli orari di presidio.
about-desk-phones = I numeri di telefono, come si compongono.
about-desk-privacy = L'informativa a cui si acconsente registrandosi, in ogni lingua: il testo o l'indirizzo di una pagina.
about-topics = Gli argomenti fra cui si sceglie aprendo un ticket. Chi ne scrive uno li scrive tutti: questi spariscono.
about-topics-key = Il nome breve, minuscolo e senza spazi, che usano le stanze.
about-topics-titles = Come si chiama, in ogni lingua.
about-topics-answers = Una risposta breve, offerta prima di aprire il ticket, in ogni lingua. Si può omettere.
about-rooms = Le stanze degli operatori e dei responsabili. I gruppi di Telegram si possono scrivere anche in telegram.operators e telegram.leads, i canali di Slack in slack.operators e slack.leads. Senza stanze, ci sono quelle del terminale.
about-rooms-channel = Il canale su cui si trova.
about-rooms-address = Il suo indirizzo su quel canale.
about-rooms-room = operators per gli operatori, leads per i responsabili.
about-rooms-topic = Solo i ticket di questo argomento. Senza, tutti quelli che non hanno una stanza propria.
about-rooms-language = La lingua della stanza. Senza, quella dello sportello.
about-people = Chi è chi.
about-people-operators = Chi può agire nella stanza degli operatori, come canale:indirizzo. Vuoto: chiunque ne faccia parte.
about-people-leads = Chi può agire nella stanza dei responsabili, come canale:indirizzo. Vuoto: chiunque ne faccia parte.
about-people-phone_country = Il prefisso internazionale dei numeri scritti senza.
about-habits = Le abitudini dello sportello.
about-habits-close_solved_after_days = Dopo quanti giorni un ticket risolto si chiude.
about-habits-remind_after_working_days = Dopo quanti giorni lavorativi si ricorda una domanda rimasta senza risposta.
about-habits-close_unanswered_after_working_days = Dopo quanti giorni lavorativi si chiude un ticket rimasto senza risposta.
about-habits-code_minutes = Per quanti minuti vale un codice usa e getta.
about-habits-code_tries = Quante volte si può sbagliarlo.
about-habits-longest_text = Quanti caratteri può avere un messaggio.
about-habits-most_open = Quanti ticket aperti può avere insieme una persona.
about-habits-hold_seconds = Per quanti secondi si può ancora correggere o togliere ciò che si scrive sotto una scheda, prima che parta. 0 per nessuno.
about-sla = I livelli di servizio. Quelli scritti qui sono quelli della pagina.
about-sla-policy = Il percorso di un file che contiene tutto quello che segue; allora qui non va scritto altro.
about-sla-clock = Come si conta un'ora: desk, staffed o wall (docs/service-levels.md).
about-sla-zone = Il fuso degli orari di presidio, o uno scarto fisso come +01:00.
about-sla-hours = Gli orari di presidio. Più fasce al giorno si separano con una virgola: "Mon-Fri 08:30-13:00,14:00-19:00".
about-sla-holidays = Di chi sono le feste: italy, o none per nessuna.
about-sla-local_days = Le feste di ogni anno che restano locali, come il patrono: "12-07".
about-sla-closures = Altre chiusure: "2026-08-14", "2026-08-10/2026-08-21" o "2026-12-24T13:00/2026-12-24T19:00".
about-sla-targets = Gli obiettivi di ogni gravità: 30m, 8h, 2bd per due giorni lavorativi.
about-sla-targets-reaction = Entro quando un operatore prende in carico il ticket.
about-sla-targets-resolution = Entro quando è risolto, se è stato aperto in orario di presidio.
about-sla-targets-resolution_otherwise = Entro quando è risolto, se è stato aperto in un altro momento.
about-telegram = Telegram. Senza token questo canale non c'è. Come si comincia: docs/telegram.md.
about-telegram-token = Il token che dà BotFather. Meglio in una variabile o in un file segreto che qui.
about-telegram-operators = Il gruppo degli operatori, con il numero che il bot dice quando lo si aggiunge: -1001234567890. Più gruppi si separano con una virgola; un gruppo per argomento si scrive come tabella, con "" per tutti gli altri: { "{" } "" = -1001234567890, documents = -1009876543210 { "}" }.
about-telegram-leads = Il gruppo dei responsabili, scritto come quello degli operatori. Può essere anche la chat di una persona sola.
about-telegram-webhook = L'indirizzo pubblico, https, a cui Telegram consegna i messaggi. Senza, è lo sportello a chiederli: così non serve un indirizzo pubblico.
about-telegram-webhook_secret = Ciò che Telegram mostra consegnando, così che nessun altro possa farlo. Senza, si ricava dal token.
about-telegram-webhook_host = Su quale indirizzo di questa macchina lo sportello ascolta ciò che il proxy gli passa.
about-telegram-webhook_port = Su quale porta.
about-telegram-base_url = Dove sta la Bot API: un server proprio, o quella di Telegram.
about-telegram-base_file_url = Dove stanno i file: con un server proprio possono avere fino a 2 GB, con quello di Telegram 20 MB.
about-slack = Slack. Senza il token del bot questo canale non c'è. Come si comincia: docs/slack.md.
about-slack-bot_token = Il token del bot, che comincia con xoxb-: nella pagina dell'app, OAuth & Permissions. Meglio in una variabile o in un file segreto che qui.
about-slack-app_token = Il token dell'app per la Socket Mode, che comincia con xapp-: nella pagina dell'app, Basic Information, App-Level Tokens. Con questo è lo sportello a chiedere a Slack: così non serve un indirizzo pubblico. Meglio in una variabile o in un file segreto che qui.
about-slack-signing_secret = Ciò con cui Slack firma le sue richieste: nella pagina dell'app, Basic Information, App Credentials. Serve senza il token dell'app, quando è Slack a consegnare a un indirizzo pubblico.
about-slack-operators = Il canale degli operatori, con il suo ID o il suo link: C0123456789. Più canali si separano con una virgola; un canale per argomento si scrive come tabella, con "" per tutti gli altri: { "{" } "" = "C0123456789", documents = "C0987654321" { "}" }.
about-slack-leads = Il canale dei responsabili, scritto come quello degli operatori.
about-slack-http_host = Senza il token dell'app: su quale indirizzo di questa macchina lo sportello ascolta ciò che il proxy gli passa.
about-slack-http_port = Su quale porta.
about-slack-http_path = Su quale percorso: la fine dell'indirizzo che il manifesto dell'app nomina.
about-slack-base_url = Dove sta la Web API di Slack.
about-mail = La posta in uscita. Senza host non si manda posta, e gli indirizzi restano da verificare.
about-mail-host = Il server SMTP.
about-mail-port = La porta. Senza, quella solita: 587 con starttls, 465 con tls, 25 con none.
about-mail-user = Il nome utente, se il server lo chiede.
about-mail-password = La password. Meglio in una variabile o in un file segreto che qui.
about-mail-sender = Il mittente, come help@example.org o Sportello <help@example.org>.
about-mail-security = starttls, tls, o none per nessuna cifratura.
about-files = Gli allegati.
about-files-store = Una cartella, o un bucket come s3://nome. Senza, la cartella files fra i dati.
about-files-largest_mb = Quanti megabyte può avere un file.
about-files-most = Quanti file può avere un messaggio.
about-log = Il registro del programma (log).
about-log-level = Da che gravità in su si scrive: debug, info, warning, error.
about-log-file = Un file in cui scriverlo. Senza, lo standard error.
about-log-json_lines = true scrive una riga JSON per fatto, false righe da leggere. Senza, JSON quando non c'è un terminale.
about-watching = Per chi sorveglia lo sportello. Come: docs/operations.md.
about-watching-listen = Indirizzo e porta di un ingresso che risponde a /healthz, /readyz e /metrics. Non chiede password: deve raggiungerlo solo chi sorveglia. Senza, l'ingresso non c'è.
about-watching-heartbeat = Un indirizzo che viene chiamato una volta al minuto finché tutto va bene, per un servizio che avverte qualcuno quando smette. È un segreto: meglio in una variabile o in un file segreto che qui.
about-watching-traces = true manda una traccia di ogni cosa ascoltata e di ogni cosa spedita, dove dicono le variabili di OpenTelemetry. Serve l'extra sportello[otel].

## Un'impostazione sbagliata

settings-wrong = { $count ->
    [one] Un'impostazione non va bene:
   *[other] { $count } impostazioni non vanno bene:
}
settings-then = Correggi e riprova. Tutte le impostazioni sono in docs/settings.md; `sportello init` ne scrive un file commentato.
setting-unknown = { $name } non esiste. L'elenco è in docs/settings.md.
setting-unknown-near = { $name } non esiste. Intendevi { $nearest }?
setting-later = { $name } non esiste ancora: { $section } arriva con una delle prossime versioni. Per ora togli questa riga.
setting-file-broken = { $file } non è TOML valido: { $why }.
setting-file-unreadable = { $file } non si legge: { $why }.
setting-folder-unreadable = La cartella dei segreti { $folder } non si legge: { $why }.
setting-not-json = { $name } vuole un elenco o una tabella in JSON, come ["it", "en"]. Più comodo è scriverla in sportello.toml.
setting-missing = { $name } manca.
setting-bool = { $name } è «{ $given }»: scrivi true o false.
setting-number = { $name } è «{ $given }»: ci va un numero intero.
setting-choice = { $name } è «{ $given }»: scrivi una di queste parole: { $choices }.
setting-too-small = { $name } è { $given }: ci va almeno { $ge }.
setting-too-large = { $name } è { $given }: ci va al massimo { $le }.
setting-empty = { $name } è vuota o troppo corta: la lunghezza minima è { $min_length }.
setting-too-long = { $name } è troppo lunga.
setting-form = { $name } è «{ $given }»: scrivi qualcosa come { $example }.
setting-text = { $name } vuole un testo fra virgolette.
setting-list = { $name } vuole un elenco fra parentesi quadre, come ["uno", "due"].
setting-table = { $name } vuole una tabella, con una riga per ogni valore.
setting-sqlite-url = { $name } indica un database che non resta: scrivi il percorso di un file, come sqlite:///data/sportello.db.
setting-database-url = { $name } non è un indirizzo che lo sportello conosce: scrivi sqlite:///data/sportello.db o postgresql://utente@host/nome.
setting-reads-wrong = { $name }: { $what }
setting-wrong = { $name } non va bene: { $why }.
setting-language-not-spoken = { $name } non contiene { $language }, che è la lingua dello sportello: aggiungila.
setting-topic-twice = { $name } nomina due volte l'argomento { $topic }: cambia uno dei due nomi.
setting-topic-unknown = { $name } indica un argomento che non c'è. Ci sono: { $choices }.
setting-untold = { $name } non ha il testo in { $language ->
    [it] italiano (it)
    [en] inglese (en)
   *[other] { $language }
}: aggiungilo, o togli la lingua da desk.languages.
setting-telegram-token = { $name } non ha la forma di un token: quelli di BotFather sono come 123456789:AAH4… Copialo per intero, senza spazi.
setting-telegram-secret = { $name } può avere lettere senza accenti, cifre, _ e -, fino a 256. Togliendola se ne ricava una dal token.
setting-telegram-group = { $name }: «{ $group }» non è il numero di un gruppo. Ha la forma di -1001234567890: il bot lo dice quando lo si aggiunge al gruppo.
setting-telegram-twice = { $name } nomina { $group } due volte: un gruppo è una stanza sola, degli operatori o dei responsabili, di un argomento o di tutti.
setting-telegram-person = { $name } contiene { $person }: una persona su Telegram ha un numero, come telegram:123456789. Chi fa parte del gruppo può agire anche senza essere in elenco, se l'elenco è vuoto.
setting-telegram-no-token = { $name } manca: con { $because } serve il token che dà BotFather.
setting-telegram-https = { $name } deve cominciare con https, sulla porta 443, 80, 88 o 8443: Telegram non consegna altrove.
setting-slack-bot-token = { $name } non ha la forma del token di un bot: comincia con xoxb-, e sta nella pagina dell'app, in OAuth & Permissions. Copialo per intero, senza spazi.
setting-slack-app-token = { $name } non ha la forma del token di un'app: comincia con xapp-, e sta nella pagina dell'app, in Basic Information, App-Level Tokens. Copialo per intero, senza spazi.
setting-slack-secret = { $name } non ha la forma di un Signing Secret: quello sta nella pagina dell'app, in Basic Information, App Credentials, e non è un token.
setting-slack-group = { $name }: «{ $group }» non è l'ID di un canale. Ha la forma di C0123456789: in Slack premi il nome del canale; l'ID è in fondo a Informazioni. Va bene anche il link del canale.
setting-slack-twice = { $name } nomina { $group } due volte: un canale è una stanza sola, degli operatori o dei responsabili, di un argomento o di tutti.
setting-slack-person = { $name } contiene { $person }: una persona su Slack ha un ID, come slack:U0123456789 (nel suo profilo: ⋮, Copia ID membro). Chi fa parte del canale può agire anche senza essere in elenco, se l'elenco è vuoto.
setting-slack-no-token = { $name } manca: con { $because } serve il token del bot, che comincia con xoxb-.
setting-slack-no-way = { $name } manca: senza, lo sportello su Slack non sente nulla. Scrivi il token dell'app, che comincia con xapp-; oppure, se Slack deve consegnare a un indirizzo pubblico, { $secret }.
setting-web-address = { $name } non è un indirizzo: scrivi qualcosa come { $example }.
setting-watching-door = { $name }: «{ $given }» non è un indirizzo con una porta: scrivi qualcosa come { $example }.
setting-no-sender = { $name } manca: con mail.host serve l'indirizzo del mittente.

## init

init-written = Ho scritto { $file }. Ogni riga che comincia con # è il valore che vale già: togli il # per cambiarlo. Poi `sportello doctor`.
init-exists = { $file } c'è già e resta com'è. Per sostituirlo: sportello init --force.
init-unwritable = { $file } non si può scrivere: { $why }.
init-title = Le impostazioni di Sportello. Valgono prima le variabili d'ambiente (come { $variable }), poi i file segreti, poi questo file.
init-hint = Le righe con # sono i valori che valgono già: togli il # e cambiali.

## doctor

doctor-settings = Le impostazioni si leggono{ $file ->
    [none] { "" } (nessun file sportello.toml: valgono i valori di partenza)
   *[other] { "" } ({ $file })
}.
doctor-data = La cartella dei dati { $folder } si può scrivere, con { $free } GB liberi.
doctor-data-little = La cartella dei dati { $folder } ha solo { $free } MB liberi: fai posto prima che il disco sia pieno.
doctor-database = Il database risponde e si può scrivere ({ $place }).
doctor-database-new = Il database è da creare ({ $place }): ci pensa `sportello run`.
doctor-data-new = La cartella dei dati { $folder } è da creare, con { $free } GB liberi: ci pensa `sportello run`.
doctor-database-behind = Il database è di una versione precedente: `sportello run` lo aggiorna da solo. Prima fanne una copia.
doctor-database-busy = Il database è in uso: lo tiene aperto il processo { $process }. Va bene, se è lo sportello.
doctor-clock = L'orologio segna { $at }.
doctor-clock-past = L'orologio segna { $at }, ma { $file } è del { $written }: l'orologio è indietro. Regolalo (timedatectl set-ntp true).
doctor-clock-odd = L'orologio segna { $at }: non può essere. Regolalo (timedatectl set-ntp true).
doctor-zone-missing = I dati dei fusi orari mancano: installa il pacchetto tzdata.
doctor-calendar = Il calendario è completo: { $this } giorni di festa o di chiusura nel { $year }, { $next } nel { $following }. { $staffed ->
    [yes] Adesso lo sportello è aperto; chiude { $until }.
   *[no] Adesso lo sportello è chiuso; riapre { $until }.
}
doctor-calendar-empty = Nel calendario non ci sono feste per il { $year }: aggiorna il pacchetto holidays, o scrivile in sla.closures.
doctor-calendar-ended = Nel calendario non c'è più un'apertura: controlla sla.hours e sla.closures.
doctor-policy = I livelli di servizio sono a posto.
doctor-policy-warning = Nei livelli di servizio qualcosa non torna: { $what } Lo sportello va lo stesso; `sportello sla lint` mostra un esempio.
doctor-policy-broken = I livelli di servizio non si leggono: { $what }
doctor-languages = I testi ci sono tutti: { $languages }.
doctor-language-missing = In { $language } mancano { $count } testi: { $missing }. Reinstalla il programma.
doctor-mail = La posta parte da { $host }:{ $port } ({ $security }).
doctor-mail-none = La posta non è impostata: gli indirizzi delle persone restano da verificare. Imposta SPORTELLO_MAIL__HOST e SPORTELLO_MAIL__SENDER.
doctor-mail-plain = La posta parte da { $host }:{ $port } senza cifratura: va bene solo sulla stessa macchina.
doctor-mail-unreachable = Il server di posta { $host }:{ $port } non risponde: { $why }. Controlla nome, porta e firewall.
doctor-mail-no-tls = Il server di posta { $host }:{ $port } non cifra come chiesto ({ $security }): { $why }. Prova un'altra mail.security, o controlla il certificato.
doctor-mail-refused = Il server di posta { $host }:{ $port } non accetta il nome utente e la password di mail.user.
doctor-telegram = Telegram risponde. Il bot è «{ $name }»: le persone lo trovano su https://t.me/{ $username }
doctor-telegram-unreachable = Telegram non risponde ({ $host }): { $why }. Controlla la rete e il firewall.
doctor-telegram-refused = Telegram non riconosce il token. In BotFather premi /token e scegli il bot per rivederlo, o /revoke per averne uno nuovo; poi scrivilo in SPORTELLO_TELEGRAM__TOKEN.
doctor-telegram-later = Telegram chiede di aspettare { $seconds } secondi: gli si è chiesto troppo. Poi riprova.
doctor-telegram-no-groups = Nessun gruppo è ancora impostato: aggiungi @{ $username } al gruppo degli operatori, e dirà quale numero scrivere in SPORTELLO_TELEGRAM__OPERATORS.
doctor-telegram-closed = Il bot non si può aggiungere ai gruppi. In BotFather premi /setjoingroups, scegli @{ $username } e premi Enable.
doctor-telegram-privacy = Nei gruppi di cui non è amministratore il bot sente solo i comandi, le risposte ai suoi messaggi e ciò che accade: basta così.
doctor-telegram-no-privacy = Il bot sente tutto ciò che si scrive nei suoi gruppi, e ne tiene solo quello che lo riguarda. Perché non lo senta nemmeno: in BotFather /setprivacy, @{ $username }, Enable.
doctor-telegram-group = Il gruppo «{ $title }» ({ $group }) è { $room ->
    [operators] degli operatori
   *[leads] dei responsabili
}: { $how ->
    [topics] avrà un argomento (topic) per ogni ticket.
    [administrator] il bot ne è amministratore; ciò che si risponde a una scheda va al suo ticket.
   *[member] il bot ne fa parte; ciò che si risponde a una scheda va al suo ticket.
}
doctor-telegram-chat = La chat di { $title } ({ $group }) è la stanza { $room ->
    [operators] degli operatori
   *[leads] dei responsabili
}.
doctor-telegram-unknown = Il bot non conosce nessun gruppo { $group }. Se il numero è giusto (quelli dei gruppi cominciano con -), aggiungi @{ $username } al gruppo; se è di una persona, deve prima premere Avvia nella chat del bot.
doctor-telegram-outside = Il bot non fa parte di «{ $title }» ({ $group }): aggiungi @{ $username } al gruppo.
doctor-telegram-kicked = Il bot è stato tolto dal gruppo { $group }: aggiungi di nuovo @{ $username }.
doctor-telegram-moved = Il gruppo { $group } è diventato un supergruppo: il suo numero adesso è { $to }. Lo sportello lo segue; scrivilo anche nelle impostazioni.
doctor-telegram-mute = In «{ $title }» ({ $group }) il bot non può scrivere: { $why ->
    [restricted] qualcuno glielo ha tolto. Nelle impostazioni del gruppo, apri i permessi di @{ $username } e togli il limite.
   *[silent] possono farlo solo gli amministratori. Nelle impostazioni del gruppo, aggiungi @{ $username } agli amministratori.
}
doctor-telegram-no-topics = «{ $title }» ({ $group }) ha gli argomenti (topic), ma il bot non può gestirli: le schede arrivano tutte in Generale. Per un argomento a ticket: nelle impostazioni del gruppo, Amministratori, aggiungi @{ $username } e accendi «Gestione argomenti».
doctor-telegram-public = «{ $title }» ({ $group }) è pubblico (t.me/{ $address }): chiunque può leggere i ticket, e chi vi entra può agire da { $room ->
    [operators] operatore
   *[leads] responsabile
}. Nelle impostazioni del gruppo, rendilo privato.
doctor-telegram-channel = «{ $title }» ({ $group }) è un canale, dove nessuno può rispondere: serve un gruppo.
doctor-telegram-odd = Di { $group } Telegram dice: { $why }
doctor-telegram-polling = I messaggi si chiedono a Telegram, senza indirizzo pubblico{ $pending ->
    [0] {""}.
    [one] {""}; uno aspetta.
   *[other] {""}; { $pending } aspettano.
}
doctor-telegram-webhook = Telegram consegna a { $host }{ $pending ->
    [0] {""}.
    [one] {""}; un messaggio aspetta.
   *[other] {""}; { $pending } messaggi aspettano.
}
doctor-telegram-webhook-elsewhere = Telegram consegna a { $host }, non { $wanted ->
    [none] qui: `sportello run` riprende a chiedere i messaggi da sé
   *[other] a { $wanted }: `sportello run` lo cambia
}. Se { $host } è di un altro programma, gli serve un bot suo.
doctor-telegram-webhook-unset = Telegram non consegna ancora a { $wanted }: ci pensa `sportello run`.
doctor-telegram-webhook-failing = Telegram non riesce a consegnare a { $host } ({ $pending } in attesa). L'ultimo tentativo, { $ago } fa: { $why }. Controlla il proxy, il certificato, e che lo sportello sia acceso.
doctor-slack = Slack risponde. L'app è @{ $name } nel workspace «{ $team }».
doctor-slack-unreachable = Slack non risponde ({ $host }): { $why }. Controlla la rete e il firewall.
doctor-slack-refused = Slack non accetta il token del bot ({ $why }). Nella pagina dell'app (https://api.slack.com/apps) premi Install App, poi Install to Workspace, o Reinstall; scrivi il Bot User OAuth Token in SPORTELLO_SLACK__BOT_TOKEN.
doctor-slack-later = Slack chiede di aspettare { $seconds } secondi: gli si è chiesto troppo. Poi riprova.
doctor-slack-scopes = L'app può fare tutto ciò che serve allo sportello.
doctor-slack-scopes-missing = L'app non può fare tutto ciò che serve allo sportello: le manca { $missing }. Nella sua pagina, App Manifest, metti ciò che scrive `sportello slack manifest` e premi Save Changes; poi Install App, Reinstall to Workspace.
doctor-slack-socket = Ciò che fanno le persone si chiede a Slack (Socket Mode), senza indirizzo pubblico.
doctor-slack-app-refused = Slack non accetta il token dell'app ({ $why }). Nella pagina dell'app, Basic Information, App-Level Tokens, premi Generate Token and Scopes e aggiungi connections:write; scrivi il token in SPORTELLO_SLACK__APP_TOKEN.
doctor-slack-no-socket = Slack non apre un collegamento per la Socket Mode: { $why }. Nella pagina dell'app premi Socket Mode e accendi Enable Socket Mode.
doctor-slack-http = Slack consegna a un indirizzo pubblico; dietro, lo sportello ascolta su { $place }. Nella pagina dell'app, Event Subscriptions deve dire Verified.
doctor-slack-channel = Il canale #{ $title } ({ $group }) è { $room ->
    [operators] degli operatori
   *[leads] dei responsabili
}, e l'app ne fa parte.
doctor-slack-channel-unknown = L'app non vede nessun canale { $group }. Se l'ID è giusto, il canale è privato e l'app non ne fa parte: scrivi lì /invite @{ $username }.
doctor-slack-channel-outside = L'app non fa parte di #{ $title } ({ $group }): scrivi lì /invite @{ $username }.
doctor-slack-channel-archived = Il canale #{ $title } ({ $group }) è archiviato, e non ci si può scrivere. In Slack aprilo e premi Annulla archiviazione, o indicane un altro nelle impostazioni.
doctor-slack-channel-public = Il canale #{ $title } ({ $group }) è pubblico: chiunque nel workspace può leggere i ticket, e chi vi entra può agire da { $room ->
    [operators] operatore
   *[leads] responsabile
}. Nelle impostazioni del canale, premi «Trasforma in canale privato».
doctor-slack-channel-shared = Il canale #{ $title } ({ $group }) è condiviso con un altro workspace, e anche chi sta lì legge i ticket. Meglio un canale con le sole persone vostre.
doctor-slack-channel-odd = Del canale { $group } Slack dice: { $why }.
doctor-slack-no-channels = Nessun canale è ancora impostato: scrivi /invite @{ $username } nel canale degli operatori, e l'app dirà quale ID scrivere in SPORTELLO_SLACK__OPERATORS.
doctor-files = Gli allegati si possono tenere ({ $place }).
doctor-files-broken = Gli allegati non si possono tenere in { $place }: { $why }.
doctor-watching-traces = watching.traces è acceso, ma manca l'extra: non parte nessuna traccia. pip install 'sportello[otel]'
doctor-watching-open = L'ingresso per chi sorveglia sta su { $listen } e non chiede password: controlla che lo raggiunga solo chi sorveglia.
doctor-rooms = { $operators ->
    [one] Una stanza per gli operatori
   *[other] { $operators } stanze per gli operatori
}, { $leads ->
    [one] una per i responsabili
   *[other] { $leads } per i responsabili
}.
doctor-rooms-none = Non ci sono stanze: lo sportello si usa dal terminale. Per lavorare da un gruppo di Telegram: docs/telegram.md; da un canale di Slack: docs/slack.md.
doctor-rooms-no-rest = Ogni stanza { $kind ->
    [operators] degli operatori
   *[leads] dei responsabili
} è di un argomento solo: i ticket degli altri argomenti, o senza, non li vede nessuno. Aggiungi una stanza senza argomento.
doctor-rooms-no-operators = Nessuna stanza è degli operatori: i ticket nuovi non li vede nessuno. Imposta telegram.operators o slack.operators, o aggiungi una [[rooms]] con room = "operators".
doctor-rooms-no-leads = Nessuna stanza è dei responsabili: degli obiettivi mancati non viene avvertito nessuno. Imposta telegram.leads o slack.leads, o aggiungi una [[rooms]] con room = "leads".
doctor-privacy = L'informativa è quella di esempio: scrivi la tua in desk.privacy.
doctor-secret = Più macchine sullo stesso database hanno bisogno della stessa frase segreta: imposta SPORTELLO_SECRET su ognuna.
doctor-well = Tutto a posto.
doctor-well-enough = Lo sportello può partire. { $warnings ->
    [one] C'è un punto da guardare.
   *[other] Ci sono { $warnings } punti da guardare.
}
doctor-ill = { $faults ->
    [one] C'è un problema da risolvere
   *[other] Ci sono { $faults } problemi da risolvere
} prima di partire.

## run

run-serving = Lo sportello «{ $name }» è in servizio (versione { $version }, { $place }).
run-ended = Lo sportello si è fermato. Quello che restava da dire parte al prossimo avvio.
run-channels = Risponde su { $channels }.
run-no-group = Nessun gruppo è ancora degli operatori: aggiungi il bot al gruppo, e dirà quale numero scrivere in SPORTELLO_TELEGRAM__OPERATORS.
run-no-channel = Nessun canale è ancora degli operatori: invita l'app nel canale, e dirà quale ID scrivere in SPORTELLO_SLACK__OPERATORS.
run-channels-later = Nessun canale è impostato: si parla da questo terminale.
run-channels-hint = Per Telegram imposta SPORTELLO_TELEGRAM__TOKEN (docs/telegram.md), per Slack SPORTELLO_SLACK__BOT_TOKEN (docs/slack.md).
run-no-terminal = Nessun canale è impostato e non c'è un terminale: lo sportello manda avvisi e promemoria, ma per parlargli serve un terminale.

## Quello che può andare storto

trouble-data-unwritable = La cartella dei dati { $folder } non si può scrivere: { $why }. Cambia i permessi, o indicane un'altra con SPORTELLO_DATA.
trouble-already-running = Questo sportello è già in servizio: il file { $file } è del processo { $process }. Su un file SQLite gira un processo solo; per più processi serve PostgreSQL.
trouble-disk-full = Il disco è pieno ({ $place }). Fai posto e riavvia: quello che era stato confermato c'è.
trouble-database-locked = Il database { $place } è occupato da un altro programma. Chiudilo e riprova.
trouble-database-readonly = Il database { $place } non si può scrivere. Controlla i permessi del file e della cartella.
trouble-database-broken = Il file { $place } non è un database, o è danneggiato. Rimetti la copia più recente.
trouble-database-unreachable = Il database { $place } non risponde: { $why }. Controlla che sia acceso, e indirizzo e porta in SPORTELLO_DATABASE__URL.
trouble-database-password = Il database { $place } non accetta il nome utente o la password. Controlla SPORTELLO_DATABASE__URL.
trouble-database-missing = Su { $place } il database non esiste. Crealo (createdb) o correggi SPORTELLO_DATABASE__URL.
trouble-database-rights = Sul database { $place } mancano i permessi: l'utente deve poter creare tabelle.
trouble-database-newer = Il database { $place } è di una versione più nuova di questo programma ({ $revision }). Aggiorna Sportello, o rimetti la copia di prima.
trouble-database-other = Il database { $place } ha dato un errore: { $why }.
trouble-unexpected = Qualcosa è andato storto: { $why }.
trouble-where-log = I particolari sono nel registro ({ $log }); `sportello --verbose …` li mostra qui.

## Copia di sicurezza e ripristino

backup-made =
    La copia è in { $file }: { $tickets ->
        [one] un ticket
       *[other] { $tickets } ticket
    }, { $files ->
        [one] un allegato
       *[other] { $files } allegati
    }. Contiene tutto ciò che le persone hanno scritto: tienila dove solo tu puoi leggerla.
backup-missing =
    { $count ->
        [one] Un allegato non era
       *[other] { $count } allegati non erano
    } più nell'archivio.
backup-exists = { $file } c'è già e resta com'è. Indica un altro file.
backup-empty = Nel database indicato nelle impostazioni non c'è ancora uno sportello: non c'è niente da copiare.
restore-done =
    Il contenuto di { $file } è tornato, com'era { $at }: { $tickets ->
        [one] un ticket
       *[other] { $tickets } ticket
    }, { $files ->
        [one] un allegato
       *[other] { $files } allegati
    }. Lo sportello riprende da lì con sportello run.
restore-no-backup = { $file } non è una copia intera di uno sportello. Non è cambiato niente.
restore-no-file = Il file { $file } non c'è.
restore-not-empty = In questo database c'è già uno sportello, e resta com'è. Una copia si rimette in uno vuoto: indicane un altro con SPORTELLO_DATABASE__URL o SPORTELLO_DATA, o sposta via questo.
