### Quello che lo sportello dice sempre allo stesso modo: momenti, comandi, scelte, che cosa non va in una risposta.

## Momenti

moment-today = oggi { $hour ->
    [1] all’{ $time }
   *[other] alle { $time }
}
moment-tomorrow = domani { $hour ->
    [1] all’{ $time }
   *[other] alle { $time }
}
moment-yesterday = ieri { $hour ->
    [1] all’{ $time }
   *[other] alle { $time }
}
moment-day = { $day } { $hour ->
    [1] all’{ $time }
   *[other] alle { $time }
}
moment-by = { $hour ->
    [1] l’{ $time }
   *[other] le { $time }
}
moment-of = { $hour ->
    [1] dell’{ $time }
   *[other] delle { $time }
}
moment-of-day = di { $moment }
day-today = oggi
day-tomorrow = domani
day-yesterday = ieri
less-than-a-minute = meno di un minuto
lasting-day = { $n } { $n ->
    [one] giorno
   *[other] giorni
}
lasting-hour = { $n } { $n ->
    [one] ora
   *[other] ore
}
lasting-minute = { $n } { $n ->
    [one] minuto
   *[other] minuti
}

## Muoversi in un dialogo

command-cancel = annulla, annullare, cancella, lascia stare, lascia perdere, stop
command-back = indietro, torna indietro
command-skip = salta, passa oltre, avanti, no, nessuno, nessuna, niente, -
command-edit = modifica, correggi, cambia
command-restart = ricomincia, da capo, dall'inizio
command-continue = continua, continuiamo
key-cancel = Annulla
key-back = Indietro
key-form = Compila il modulo
key-skip = Salta
key-edit = Modifica: { $what }
write-besides = Puoi anche scrivere: { $words }.
reply-to-this = Rispondi a questo messaggio.
cancelled = Annullato.
nothing-before = Questa è la prima domanda: prima non c'è altro.
nothing-to-cancel = Non c'è niente da annullare.
nothing-open = Non c'è nessuna domanda aperta.
nothing-done = Va bene, resta tutto com'è.
cannot-skip = Questa risposta serve, non si può saltare.
edit-which = Che cosa vuoi cambiare? Scrivi «modifica» e una di queste: { $what }.
pick-one = Scegli una di queste risposte.
continue-or-anew = C'è una cosa lasciata a metà. La riprendiamo?
offer-continue = Sì, riprendiamo
offer-anew = No, ricominciamo
step-done = { $open ->
    [yes] Questo passo è già fatto. Eccoti quello aperto adesso.
   *[no] Questo passo è già fatto.
}
not-your-talk = Questa domanda è per un'altra persona.
not-for-you = Da qui questo comando non si può usare. Scrivi «aiuto» per vedere quelli che ci sono.
members-only = Qui può agire solo chi fa parte del gruppo.
no-such-command = Questo comando non c'è. Scrivi «aiuto» per vedere quelli che ci sono.
register-first = Prima ci servono i tuoi dati: bastano poche domande, e quello che hai scritto resta qui. Se ti conosciamo già, scrivi «{ $command ->
        [none] /collega
       *[other] { $command } collega
    }».

## Quando arriva altro

say-something = Il messaggio è vuoto. Scrivi che cosa ti serve.
only-words = { $what ->
    [voice] I messaggi vocali non li sappiamo ascoltare. Scrivilo a parole.
    [location] La posizione non ci serve. Scrivilo a parole.
    [sticker] Gli adesivi non li sappiamo leggere. Scrivilo a parole.
   *[other] Questo tipo di messaggio non lo sappiamo leggere. Scrivilo a parole.
}
files-kept = { $count ->
    [one] File ricevuto, lo allego.
   *[other] { $count } file ricevuti, li allego.
}
words-beside-files = I file sono allegati, le parole accanto no: «{ $given }». Per aggiungerle, modifica la descrizione.
file-too-large = { $count ->
    [one] Il file «{ $names }» è troppo grande: da qui ne passano fino a { $limit } MB.
   *[other] Questi file sono troppo grandi, da qui ne passano fino a { $limit } MB: «{ $names }».
}{ $phones ->
    [none] { " " }Serve uno più piccolo.
   *[other] { " " }Serve uno più piccolo; se non si può, al telefono si trova un'altra strada: { $phones }.
}
files-not-wanted = Qui un file non serve: scrivi la risposta.
files-or-skip = Manda una foto o un file, oppure scrivi «salta».
could-not-take = Un messaggio di { $name } ({ NAME("channel", $channel) }) è andato perso dopo tre tentativi. Conviene scrivere a questa persona.
could-not-take-yours = Il tuo ultimo messaggio non è passato, e lo sportello lo sa. Prova a scriverlo in un altro modo, o telefona.

## Testo libero: che cosa si propone

greeting = Ciao. Scrivi che cosa succede, o scegli qui sotto.
welcome = Ciao, questo è lo sportello di assistenza. Scrivi che cosa succede: apriamo un ticket e ti rispondiamo qui.
you-are-welcome = Figurati. Se serve altro, scrivi qui.
open-with-these-words = Apriamo un ticket con { $words ->
        [no] quello che hai mandato
       *[yes] quello che hai scritto
    }?
did-you-mean = Intendi questo?
not-understood = Non sono sicuro di aver capito. Vuoi aprire un ticket con quello che hai scritto?
answer-or-not = Per il ticket { $ticket } aspettiamo una tua risposta: «{ $question }» È questa?
answer-to-which = Aspettiamo una tua risposta per { $count } ticket. Per quale è questa?
is-it-solved = L'ho aggiunto al ticket { $ticket }. Lo segniamo come risolto?
ticket-is-solved = Il ticket { $ticket } è risolto. Lo riapriamo con { $words ->
        [no] quello che hai mandato
       *[yes] quello che hai scritto
    }?
ticket-is-closed = Il ticket { $ticket } è chiuso. Ne apriamo uno nuovo con { $words ->
        [no] quello che hai mandato
       *[yes] quello che hai scritto
    }?
kept-inside = Resta tra noi: il cliente del ticket { $ticket } non lo vede.
language-offer = Preferisci che ti scriviamo in italiano?
    .language = Sì, in italiano
offer-no = No, grazie
offer-open = Apri un ticket
offer-answer = { $ticket } «{ $subject }»
offer-answer-it = Sì, è la risposta
offer-ticket = { $ticket ->
    [none] A che punto è il ticket
   *[other] A che punto è il { $ticket }
}
offer-tickets = Tutti i miei ticket
offer-register = Registrati
offer-human = Parla con una persona
offer-hours = Orari e telefono
offer-help = Aiuto
offer-withdraw = { $ticket ->
    [none] Ritira un ticket
   *[other] Ritira il { $ticket }
}
offer-solved = Il { $ticket } è risolto
offer-reopen = Riapri il { $ticket }
offer-add = Aggiungi al { $ticket }
offer-claim-and-send = Prendi e invia
offer-send = Invia al cliente
offer-keep-inside = Resta tra noi

## Scelte

option-yes = Sì
option-no = No
option-none = Nessuno di questi
option-high = High
option-medium = Medium
option-low = Low
option-info = Info
option-it = Italiano
option-en = English
severity-high = High
    .sign = 🔴
severity-medium = Medium
    .sign = 🟠
severity-low = Low
    .sign = 🟡
severity-info = Info
    .sign = 🔵

## Che cosa non va in una risposta

problem-string-too-short = { $length ->
    [0] Qui serve una risposta.
   *[other] È un po' corto: servono almeno { $min_length } caratteri.
}
problem-string-too-long = È troppo lungo: { $length } caratteri, e ce ne stanno { $max_length }. Quello che hai scritto comincia con «{ $given }».
problem-string-pattern-mismatch = «{ $given }» non ha la forma giusta.
problem-string-type = Qui serve una risposta a parole.
problem-enum = Scegli una di queste risposte.
problem-literal-error = Scegli una di queste risposte.
problem-bool-parsing = Rispondi sì o no.
problem-int-parsing = Qui serve un numero.
problem-value-error = «{ $given }» non va bene qui.
problem-no-longer-there = Questa scelta non c'è più. Scegli tra quelle di adesso.
problem-no-words = Qui servono parole: «{ $given }» non ne ha.
problem-no-name = «{ $given }» non sembra un nome.
problem-mail-comma = «{ $given }» ha una virgola dove ci va il punto. Com'è l'indirizzo giusto?
problem-mail-no-at = A «{ $given }» manca la chiocciola (@). Com'è l'indirizzo intero?
problem-mail-space = «{ $given }» ha uno spazio in mezzo. Com'è l'indirizzo senza?
problem-mail-form = «{ $given }» non sembra un indirizzo. Dovrebbe essere come eva@example.org.
problem-phone-form = «{ $given }» non sembra un numero di telefono. Dovrebbe essere come 06 1234567 o +39 333 1234567.
problem-code-form = «{ $given }» non è un codice di sei cifre. Quello giusto è nell'e-mail che ti abbiamo mandato.

## Perché lo sportello non può

refused-not-now = { $state ->
    [new] Il ticket { $ticket } non l'ha ancora preso nessuno: adesso non si può.
    [claimed] Del ticket { $ticket } si occupa già qualcuno: adesso non si può.
    [waiting] Il ticket { $ticket } aspetta la risposta di chi ha il problema: adesso non si può.
    [solved] Il ticket { $ticket } è già risolto. Se serve ancora, si può riaprire.
    [closed] Il ticket { $ticket } è chiuso. Se serve ancora, se ne apre uno nuovo.
   *[other] Adesso non si può.
}
refused-not-yours = { $act ->
    [act-here] Qui agisce solo chi lavora allo sportello. Se è uno sbaglio, chiedilo ai responsabili.
   *[other] Questo tocca a qualcun altro.
}
refused-unknown-ticket = { $inside ->
    [yes] Il ticket { $ticket } non c'è.
   *[no] Tra i tuoi ticket non c'è il { $ticket }. Scrivi «i miei ticket» per vederli tutti.
}
refused-unknown-customer = { $given ->
    [none] Non risulta nessuna registrazione.
   *[other] Con «{ $given }» non risulta nessuno.
}
refused-unknown-colleague = Allo sportello non c'è nessuno con questo nome.
refused-already-claimed = { $operator ->
    [none] Il ticket { $ticket } non è più di chi lo aveva. Riguardalo e riprova.
   *[other] L'ha appena preso { $operator }.
}
refused-moved-meanwhile = Il ticket { $ticket } è cambiato proprio adesso. Riguardalo e riprova.
refused-severity-needed = Prima di chiudere il ticket { $ticket } serve la gravità.
refused-unknown-code = { $left ->
    [none] Questo codice non è giusto. Ricontrollalo.
    [0] Questo codice non è giusto, e i tentativi sono finiti. Per averne uno nuovo scrivi «codice», o «collegamento» dall'altro canale.
    [one] Questo codice non è giusto. Resta un tentativo.
   *[other] Questo codice non è giusto. Restano { $left } tentativi.
}
refused-code-expired = Questo codice non vale più. Per averne uno nuovo scrivi «codice», o «collegamento» dall'altro canale.
refused-too-many-tries = { $minutes ->
    [none] I tentativi sono finiti, e serve un altro codice. Per averne uno nuovo scrivi «codice», o «collegamento» dall'altro canale.
    [0] I tentativi sono finiti, e serve un altro codice. Per averne uno nuovo scrivi «codice», o «collegamento» dall'altro canale.
    [one] Troppi tentativi. Riprova tra un minuto.
   *[other] Troppi tentativi. Riprova tra { $minutes } minuti.
}
refused-already-known = Ci conosciamo già: il tuo Helpdesk Code è { $code }.
refused-address-refused = { $given ->
    [none] Questo indirizzo non si può usare.
   *[other] «{ $given }» non si può usare come indirizzo.
}
refused-too-much = { $what ->
    [text] Il testo è troppo lungo: al massimo { $limit } caratteri. Il resto si può mandare come file.
    [files] Troppi file insieme: al massimo { $limit } alla volta.
    [file] Il file è troppo grande.
    [tickets] Hai già { $limit } ticket aperti: prima di aprirne altri, aspetta che se ne chiuda qualcuno.
    [codes] Troppi codici in poco tempo. Riprova più tardi.
   *[other] È troppo: al massimo { $limit }.
}

## Il ticket nella stanza degli operatori

card-head = { $severity ->
    [high] 🔴 High
    [medium] 🟠 Medium
    [low] 🟡 Low
    [info] 🔵 Info
   *[none] ⚪ Da valutare
}{ $provisional ->
    [yes] { $severity ->
        [none] { "" }
       *[other] , da confermare
    }
   *[no] { "" }
} · { $ticket } «{ $subject }»
card-customer = { $customer ->
    [none] Dati cancellati
   *[other] { $customer }
}{ $organisation ->
    [none] { "" }
   *[other] , { $organisation }
}{ $code ->
    [none] { "" }
   *[other] { " " }({ $code })
}
card-opened = { $topic ->
    [none] { "" }
   *[other] { $topic } ·{ " " }
}aperto { $opened }{ $door ->
    [phone] { " " }al telefono
   *[other] { "" }
}
card-state = { $state ->
    [new] Nessuno l'ha ancora preso.
    [claimed] Ce l'ha { $holder }.
    [waiting] Ce l'ha { $holder }, in attesa di una risposta.
    [solved] ✅ Risolto { $solved }.
   *[closed] Chiuso.
}
card-clock = { $reaction ->
    [none] { "" }
   *[other] Presa in carico entro { BY($reaction) }.
}{ $due ->
    [none] { "" }
   *[other] { $reaction ->
        [none] { "" }
       *[other] { " " }
    }Soluzione entro { BY($due) }.
}{ $left ->
    [none] { "" }
   *[other] { " " }Tempo rimasto: { $left }.
}{ $late ->
    [none] { "" }
   *[other] { " " }🔴 In ritardo di { $late }.
}
