### Lo sportello che dà del Lei a chi chiede aiuto: solo quello che cambia.

## Registrarsi
registering-person-name = Come si chiama? Nome e cognome.
    .label = Nome
registering-person-email = Qual è il Suo indirizzo e-mail?
    .label = E-mail
registering-person-phone = Un numero di telefono a cui trovarLa? Si può saltare.
    .label = Telefono
registering-person-organisation = Per quale ente o azienda lavora? Si può saltare.
    .label = Ente o azienda
registering-person-website = Quale piattaforma usa (WebSite)? Se è quella di questo sportello, si può saltare.
    .label = WebSite
registering-summary =
    Ecco i Suoi dati.
    Nome: { $name }
    E-mail: { $email }{ $phone ->
        [none] { "" }
       *[other] { "\u000A" }Telefono: { $phone }
    }{ $organisation ->
        [none] { "" }
       *[other] { "\u000A" }Ente o azienda: { $organisation }
    }{ $website ->
        [none] { "" }
       *[other] { "\u000A" }WebSite: { $website }
    }
registering-consent =
    { $notice ->
        [none] Usiamo questi dati solo per assisterLa. Va bene?
       *[other] { $notice } Va bene?
    }
    .yes = Sì, va bene
    .no = No
registering-without-consent = Senza il consenso non conserviamo nulla, e quello che ha scritto è già cancellato. Può sempre chiamarci.
registered = Registrazione fatta. Il Suo Helpdesk Code è { $code }: serve a riconoscerLa al telefono, non è una password.
already-registered = Ci conosciamo già: il Suo Helpdesk Code è { $code }.
ask-code = Lo scriva qui. Se non arriva, scriva «codice» e ne mando un altro. Si può anche saltare, e confermare più tardi.
    .label = Codice
address-to-prove-later = Va bene, con calma. Quando vuole confermare l'indirizzo, scriva «conferma».

## Aprire
opening-answered = Ha risolto così?
    .yes = Sì, risolto
    .no = No, apro un ticket
glad-it-helped = Bene. Se serve altro, scriva qui.
opening-problem-story = Ci racconti com'è andata: che cosa faceva e che cosa ha visto.
    .label = Descrizione
opening-same-as =
    { $count ->
        [one] Ha già aperto un ticket simile. È la stessa cosa?
       *[other] Ha già aperto { $count } ticket simili. È la stessa cosa?
    }
    .none = No, è un'altra cosa
opening-felt = Quanto La blocca?
    .label = Urgenza
    .high = Non riesco a lavorare
    .medium = Lavoro, ma con fatica
    .low = Dà fastidio, ma lavoro
    .info = È solo una domanda
opening-attached-files = Vuole aggiungere una foto o un file? Li mandi adesso, oppure salti.
    .label = Allegati

## Seguire
no-tickets-yet = Non ha ancora nessun ticket. Per aprirne uno, scriva che cosa succede.
no-open-tickets = Non ha ticket aperti. Per aprirne uno, scriva che cosa succede.
tickets-of-yours =
    { $count ->
        [one] Ha un ticket.
       *[other] Ha { $count } ticket.
    }
ticket-in-list = { $ticket } «{ $subject }»: { $state ->
        [new] aperto, in attesa di un operatore
        [claimed] se ne occupa { $operator }
        [waiting] aspetta una Sua risposta
        [solved] risolto { $solved }
       *[closed] chiuso { $closed }
    }
ticket-shown =
    Ticket { $ticket } «{ $subject }», aperto { $opened }. { $state ->
        [new] Aspetta un operatore.
        [claimed] Se ne occupa { $operator }.
        [waiting] { $operator } aspetta una Sua risposta.
        [solved] Risolto { $solved }.
       *[closed] Chiuso { $closed }.
    }{ $reaction ->
        [none] { "" }
       *[other] { " " }Di norma rispondiamo entro { BY($reaction) }.
    }{ $due ->
        [none] { "" }
       *[other] { " " }L'obiettivo è risolverlo entro { BY($due) }.
    }

## Rispondere, aggiungere
nobody-asked = Nessuno aspetta una Sua risposta adesso.
answering-answer-text = Per il ticket { $ticket } Le abbiamo chiesto: «{ $question }» Scriva qui la risposta.
    .label = Risposta
answering-answer-files = Vuole aggiungere una foto o un file? Li mandi adesso, oppure salti.
    .label = Allegati
adding-words-files = Vuole aggiungere una foto o un file? Li mandi adesso, oppure salti.
    .label = Allegati

## Finire
nothing-to-reopen = Non c'è un ticket risolto da riaprire. Se succede qualcosa, lo scriva qui.
closed-for-good = Il ticket { $ticket } «{ $subject }» è chiuso da tempo. Se il problema è tornato, lo scriva qui e ne apriamo uno nuovo.

## Lingua, collegamento
language-chosen = Va bene, da qui in poi Le scriviamo in italiano.
link-code-shown = Il codice è { $secret }. Nell'altro canale scriva «collega», e lì lo chiedo. Vale pochi minuti e una volta sola.
using-code-link-code = Scriva il codice che vede nell'altro canale (lì scriva «collegamento» per averlo), o quello che Le è arrivato per e-mail.
    .label = Codice
channel-linked = I Suoi ticket ora si vedono anche da un altro canale: { NAME("channel", $channel) }. Se non ne sa nulla, ci chiami subito.
using-code-join = Con questo codice chi l'ha chiesto vede anche i Suoi ticket. È Lei?
    .yes = Sì, sono io
    .no = No
linked-here = Fatto: qui vede tutti i Suoi ticket, { $name }.
linking-by-mail-address-email = Con quale indirizzo e-mail La conosciamo? Se è fra i nostri, Le arriva un codice.
    .label = E-mail
no-mail-here = Da questo sportello non parte posta: usi il codice dell'altro canale, o ci chiami.

## Lo sportello di sé
help-customer =
    Scriva qui che cosa succede e apriamo un ticket. Può anche scrivere:
    «stato» per vedere a che punto è un ticket, «storico» per vederli tutti,
    «risolto» quando funziona, «riapri» se non va ancora, «ritira» se non serve più,
    «orari» per sapere quando ci siamo, «persona» per parlare con qualcuno,
    «lingua» per cambiare lingua, «collegamento» per usare un altro canale.
person-without-ticket = Una persona Le risponde qui appena apre un ticket: scriva che cosa succede. { $staffed ->
        [yes] Adesso ci siamo.
       *[no] Lo sportello riapre { $opens }.
    }{ $phones ->
        [0] { "" }
       *[other] { " " }Oppure chiami { $call }.
    }
person-called = { $again ->
        [yes] Gli operatori sanno già che per il ticket { $ticket } vuole parlare con una persona.
       *[no] Ho detto agli operatori che per il ticket { $ticket } vuole parlare con una persona.
    } { $staffed ->
        [yes] Le scrivono qui.
       *[no] Le scrivono qui quando lo sportello riapre, { $opens }.
    }{ $phones ->
        [0] { "" }
       *[other] { " " }Se ha fretta, chiami { $call }.
    }

## Avvisi
ticket-opened = { $opens ->
        [none] Il ticket { $ticket } è aperto: «{ $subject }».{ $due ->
            [none] { "" }
           *[other] { " " }Le rispondiamo di norma entro { BY($due) }.
        }
       *[other] Il ticket { $ticket } è aperto: «{ $subject }». Ora lo sportello è chiuso: riapre { $opens }{ $due ->
            [none] .
           *[other] , e di norma rispondiamo entro { BY($due, $opens) }.
        }
    }
ticket-claimed-with-reply = { $operator } si occupa del ticket { $ticket } e { $text ->
        [none] Le invia 📎 { $files }
       *[other] Le scrive: «{ $text }»{ $files ->
            [none] { "" }
           *[other] { " " }📎 { $files }
        }
    }
ticket-claimed-with-question = { $operator } si occupa del ticket { $ticket } e Le chiede: «{ $text }» Risponda qui. Finché aspettiamo Lei, il tempo non corre.
ticket-reply = { $operator } { $text ->
        [none] Le invia, per il ticket { $ticket }: 📎 { $files }
       *[other] Le scrive per il ticket { $ticket }: «{ $text }»{ $files ->
            [none] { "" }
           *[other] { " " }📎 { $files }
        }
    }
ticket-corrected = { $operator } corregge quello che Le ha scritto per il ticket { $ticket }: «{ $text }»
ticket-question = { $operator } Le chiede per il ticket { $ticket }: «{ $text }» Risponda qui. Finché aspettiamo Lei, il tempo non corre.
ticket-solved = Il ticket { $ticket } è risolto{ $text ->
        [none] .
       *[other] : «{ $text }»
    } Non va ancora? Prema Riapri: si riparte da dove eravamo.
ticket-solved-by-you = Bene: il ticket { $ticket } è risolto. Se torna, prema Riapri: si riparte da dove eravamo.
ticket-withdrawn = Va bene, il ticket { $ticket } è ritirato. Se serve ancora, scriva qui e ne apriamo un altro.
ticket-merged = Il ticket { $ticket } continua nel ticket { $into }: trova tutto lì.
ticket-closed-unanswered = Chiudiamo il ticket { $ticket } «{ $subject }», perché la risposta che aspettavamo non è arrivata. Se il problema c'è ancora, scriva qui.
    .open-again = Apri un ticket
reminder-to-answer = Per il ticket { $ticket } aspettiamo ancora una Sua risposta: «{ $text }» Basta scriverla qui.

## Posta
one-way = Per rispondere scriva nella chat{ $phones ->
        [none] { "" }
       *[other] { " " }o chiami { $phones }
    }: quello che si risponde a questa e-mail non ci arriva.
mailed-code = Il Suo codice è { $secret }. Lo scriva nella chat da cui l'ha chiesto: vale { $minutes } minuti. Se non l'ha chiesto Lei, ignori questa e-mail.
mailed-link-code = Il codice per collegare un altro canale è { $secret }. Lo scriva nella chat da cui l'ha chiesto: vale { $minutes } minuti. Se non l'ha chiesto Lei, ignori questa e-mail: senza il codice nessuno vede i Suoi ticket.
