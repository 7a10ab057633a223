# What the customer's side is asked and told. A fact that is not there reads "none".

## Registering
registering-person-name = Come ti chiami? Nome e cognome.
    .label = Nome
registering-person-email = Qual è il tuo indirizzo e-mail?
    .label = E-mail
registering-person-phone = Un numero di telefono a cui trovarti? Si può saltare.
    .label = Telefono
registering-person-organisation = Per quale ente o azienda lavori? Si può saltare.
    .label = Ente o azienda
registering-person-website = Quale piattaforma usi (WebSite)? Se è quella di questo sportello, si può saltare.
    .label = WebSite
registering-summary =
    Ecco i tuoi dati.
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
        [none] Usiamo questi dati solo per assisterti. Va bene?
       *[other] { $notice } Va bene?
    }
    .yes = Sì, va bene
    .no = No
registering-without-consent = Senza il consenso non conserviamo nulla, e quello che hai scritto è già cancellato. Puoi sempre chiamarci.
registered = Registrazione fatta. Il tuo Helpdesk Code è { $code }: serve a riconoscerti al telefono, non è una password.
already-registered = Ci conosciamo già: il tuo Helpdesk Code è { $code }.
code-mailed = Ho mandato un codice di sei cifre a { $email }.
ask-code = Scrivilo qui. Se non arriva, scrivi «codice» e ne mando un altro. Si può anche saltare, e confermare più tardi.

    .label = Codice
address-proven = Indirizzo confermato, grazie.
address-to-prove-later = Va bene, con calma. Quando vuoi confermare l'indirizzo, scrivi «conferma».

## Opening
opening-topic = Di che cosa si tratta?
    .label = Argomento
    .something-else = Altro
opening-answered = Hai risolto così?
    .yes = Sì, risolto
    .no = No, apro un ticket
glad-it-helped = Bene. Se serve altro, scrivi qui.
opening-problem-subject = Che cosa succede, in una riga?
    .label = Oggetto
opening-problem-story = Racconta com'è andata: che cosa facevi e che cosa hai visto.
    .label = Descrizione
opening-same-as =
    { $count ->
        [one] Hai già aperto un ticket simile. È la stessa cosa?
       *[other] Hai già aperto { $count } ticket simili. È la stessa cosa?
    }
    .none = No, è un'altra cosa
opening-felt = Quanto ti blocca?
    .label = Urgenza
    .high = Non riesco a lavorare
    .medium = Lavoro, ma con fatica
    .low = Dà fastidio, ma lavoro
    .info = È solo una domanda
opening-attached-files = Vuoi aggiungere una foto o un file? Mandali adesso, oppure salta.
    .label = Allegati
opening-summary =
    Ecco il ticket.
    Oggetto: { $subject }
    Descrizione: { $story }{ $topic ->
        [none] { "" }
       *[other] { "\u000A" }Argomento: { $topic }
    }
    Urgenza: { $felt ->
        [high] il lavoro è fermo
        [medium] si lavora con fatica
        [low] dà fastidio, ma si lavora
       *[info] è solo una domanda
    }{ $count ->
        [0] { "" }
        [one] { "\u000A" }Allegati: 1
       *[other] { "\u000A" }Allegati: { $count }
    }
opening-open-it = Lo apro?
    .yes = Apri il ticket
    .no = Non aprirlo
opening-dropped = Va bene, non ho aperto nulla.

## Following
ask-which = Quale ticket?
pick-ticket = { $ticket } «{ $subject }»
no-tickets-yet = Non hai ancora nessun ticket. Per aprirne uno, scrivi che cosa succede.
no-open-tickets = Non hai ticket aperti. Per aprirne uno, scrivi che cosa succede.
tickets-of-yours =
    { $count ->
        [one] Hai un ticket.
       *[other] Hai { $count } ticket.
    }
ticket-in-list = { $ticket } «{ $subject }»: { $state ->
        [new] aperto, in attesa di un operatore
        [claimed] se ne occupa { $operator }
        [waiting] aspetta una tua risposta
        [solved] risolto { $solved }
       *[closed] chiuso { $closed }
    }
ticket-shown =
    Ticket { $ticket } «{ $subject }», aperto { $opened }. { $state ->
        [new] Aspetta un operatore.
        [claimed] Se ne occupa { $operator }.
        [waiting] { $operator } aspetta una tua risposta.
        [solved] Risolto { $solved }.
       *[closed] Chiuso { $closed }.
    }{ $reaction ->
        [none] { "" }
       *[other] { " " }Di norma rispondiamo entro { BY($reaction) }.
    }{ $due ->
        [none] { "" }
       *[other] { " " }L'obiettivo è risolverlo entro { BY($due) }.
    }
said-by-customer = { $name }, { $at }:{ $text ->
        [none] { "" }
       *[other] { " " }{ $text }
    }{ $edited ->
        [yes] { " " }(corretto)
       *[no] { "" }
    }{ $files ->
        [none] { "" }
       *[other] { " " }📎 { $files }
    }
said-by-desk = { $name }, per lo sportello, { $at }:{ $text ->
        [none] { "" }
       *[other] { " " }{ $text }
    }{ $edited ->
        [yes] { " " }(corretto)
       *[no] { "" }
    }{ $files ->
        [none] { "" }
       *[other] { " " }📎 { $files }
    }

## Answering, adding
nobody-asked = Nessuno aspetta una tua risposta adesso.
answering-answer-text = Per il ticket { $ticket } ti abbiamo chiesto: «{ $question }» Scrivi qui la risposta.
    .label = Risposta
answering-answer-files = Vuoi aggiungere una foto o un file? Mandali adesso, oppure salta.
    .label = Allegati
adding-words-text = Che cosa aggiungo al ticket { $ticket } «{ $subject }»?
    .label = Testo
adding-words-files = Vuoi aggiungere una foto o un file? Mandali adesso, oppure salta.
    .label = Allegati

## Ending
solving-mine-works-now = Il ticket { $ticket } «{ $subject }» è risolto?
    .yes = Sì, funziona
    .no = Non ancora
withdrawing-withdraw-it = Ritiro il ticket { $ticket } «{ $subject }»?
    .yes = Sì, ritiro
    .no = No, resta aperto
left-open = Il ticket { $ticket } resta aperto.
solved-already = Il ticket { $ticket } «{ $subject }» è già risolto.
nothing-to-reopen = Non c'è un ticket risolto da riaprire. Se succede qualcosa, scrivilo qui.
closed-for-good = Il ticket { $ticket } «{ $subject }» è chiuso da tempo. Se il problema è tornato, scrivilo qui e ne apriamo uno nuovo.
reopening-still-text = Che cosa non va ancora, nel ticket { $ticket } «{ $subject }»?
    .label = Che cosa non va

## Language, linking
choosing-language-language = In quale lingua?
    .it = Italiano
    .en = English
language-chosen = Va bene, da qui in poi ti scriviamo in italiano.
link-code-shown = Il codice è { $secret }. Nell'altro canale scrivi «collega», e lì lo chiedo. Vale pochi minuti e una volta sola.
using-code-link-code = Scrivi il codice che vedi nell'altro canale (lì scrivi «collegamento» per averlo), o quello che ti è arrivato per e-mail.
    .label = Codice
channel-linked = I tuoi ticket ora si vedono anche da un altro canale: { NAME("channel", $channel) }. Se non ne sai nulla, chiamaci subito.
using-code-join = Con questo codice chi l'ha chiesto vede anche i tuoi ticket. Sei tu?
    .yes = Sì, sono io
    .no = No
linked-here = Fatto: qui vedi tutti i tuoi ticket, { $name }.

linking-by-mail-address-email = Con quale indirizzo e-mail ti conosciamo? Se è fra i nostri, ti arriva un codice.
    .label = E-mail
code-mailed-if-known = Se quell'indirizzo è fra i nostri, il codice è partito.
correcting-address-address-email = Qual è l'indirizzo giusto?
    .label = E-mail
nothing-to-prove = Non c'è nessun indirizzo da confermare.
no-mail-here = Da questo sportello non parte posta: usa il codice dell'altro canale, o chiamaci.

## The desk about itself
help-customer =
    Scrivi qui che cosa succede e apriamo un ticket. Puoi anche scrivere:
    «stato» per vedere a che punto è un ticket, «storico» per vederli tutti,
    «risolto» quando funziona, «riapri» se non va ancora, «ritira» se non serve più,
    «orari» per sapere quando ci siamo, «persona» per parlare con qualcuno,
    «lingua» per cambiare lingua, «collegamento» per usare un altro canale.
hours =
    { $staffed ->
        [yes] Adesso ci siamo, fino alle { TIME($closes) }.
       *[no] Adesso lo sportello è chiuso: riapre { $opens }.
    }
    Gli orari, festivi esclusi:
    { $week }{ $phones ->
        [0] { "" }
       *[other] { "\u000A" }Al telefono: { $phone }
    }
hours-of-days = { $alone ->
        [yes] { "" }
       *[no] { "da " }
    }{ $first ->
        [0] lunedì
        [1] martedì
        [2] mercoledì
        [3] giovedì
        [4] venerdì
        [5] sabato
       *[6] domenica
    }{ $alone ->
        [yes] { "" }
       *[no] { " a " }{ $last ->
            [0] lunedì
            [1] martedì
            [2] mercoledì
            [3] giovedì
            [4] venerdì
            [5] sabato
           *[6] domenica
        }
    }, { $times }
person-without-ticket = Una persona ti risponde qui appena apri un ticket: scrivi che cosa succede. { $staffed ->
        [yes] Adesso ci siamo.
       *[no] Lo sportello riapre { $opens }.
    }{ $phones ->
        [0] { "" }
       *[other] { " " }Oppure chiama { $call }.
    }
person-called = { $again ->
        [yes] Gli operatori sanno già che per il ticket { $ticket } vuoi parlare con una persona.
       *[no] Ho detto agli operatori che per il ticket { $ticket } vuoi parlare con una persona.
    } { $staffed ->
        [yes] Ti scrivono qui.
       *[no] Ti scrivono qui quando lo sportello riapre, { $opens }.
    }{ $phones ->
        [0] { "" }
       *[other] { " " }Se hai fretta, chiama { $call }.
    }

## Notices
ticket-opened = { $opens ->
        [none] Il ticket { $ticket } è aperto: «{ $subject }».{ $due ->
            [none] { "" }
           *[other] { " " }Ti rispondiamo di norma entro { BY($due) }.
        }
       *[other] Il ticket { $ticket } è aperto: «{ $subject }». Ora lo sportello è chiuso: riapre { $opens }{ $due ->
            [none] .
           *[other] , e di norma rispondiamo entro { BY($due, $opens) }.
        }
    }
message-added = Aggiunto al ticket { $ticket }{ $operator ->
        [none] .
       *[other] : lo legge { $operator }.
    }
answer-passed-on = Grazie, la risposta è nel ticket { $ticket }. { $operator ->
        [none] Riprendiamo
       *[other] { $operator } riprende
    } da qui.{ $due ->
        [none] { "" }
       *[other] { " " }L'obiettivo è risolvere entro { BY($due) }.
    }
ticket-claimed = { $operator } si occupa del ticket { $ticket } «{ $subject }».{ $due ->
        [none] { "" }
       *[other] { " " }L'obiettivo è risolverlo entro { BY($due) }.
    }
ticket-claimed-with-reply = { $operator } si occupa del ticket { $ticket } e { $text ->
        [none] ti invia 📎 { $files }
       *[other] ti scrive: «{ $text }»{ $files ->
            [none] { "" }
           *[other] { " " }📎 { $files }
        }
    }
ticket-claimed-with-question = { $operator } si occupa del ticket { $ticket } e ti chiede: «{ $text }» Rispondi qui. Finché aspettiamo te, il tempo non corre.
ticket-reply = { $operator } { $text ->
        [none] ti invia, per il ticket { $ticket }: 📎 { $files }
       *[other] ti scrive per il ticket { $ticket }: «{ $text }»{ $files ->
            [none] { "" }
           *[other] { " " }📎 { $files }
        }
    }
ticket-corrected = { $operator } corregge quello che ti ha scritto per il ticket { $ticket }: «{ $text }»
ticket-question = { $operator } ti chiede per il ticket { $ticket }: «{ $text }» Rispondi qui. Finché aspettiamo te, il tempo non corre.
ticket-solved = Il ticket { $ticket } è risolto{ $text ->
        [none] .
       *[other] : «{ $text }»
    } Non va ancora? Premi Riapri: si riparte da dove eravamo.
ticket-solved-by-you = Bene: il ticket { $ticket } è risolto. Se torna, premi Riapri: si riparte da dove eravamo.
ticket-reopened = Il ticket { $ticket } è di nuovo aperto{ $operator ->
        [none] , e aspetta un operatore.
       *[other] . Se ne occupa { $operator }.
    }{ $due ->
        [none] { "" }
       *[other] { " " }L'obiettivo è risolverlo entro { BY($due) }.
    }
ticket-classified = Il ticket { $ticket } ora ha gravità { $severity ->
        [high] High
        [medium] Medium
        [low] Low
       *[info] Info
    }.{ $due ->
        [none] { "" }
       *[other] { " " }L'obiettivo è risolverlo entro { BY($due) }.
    }
ticket-taken-over = Il ticket { $ticket } «{ $subject }» è passato a { $operator }.
ticket-withdrawn = Va bene, il ticket { $ticket } è ritirato. Se serve ancora, scrivi qui e ne apriamo un altro.
ticket-merged = Il ticket { $ticket } continua nel ticket { $into }: trovi tutto lì.
ticket-closed-unanswered = Chiudiamo il ticket { $ticket } «{ $subject }», perché la risposta che aspettavamo non è arrivata. Se il problema c'è ancora, scrivi qui.
    .open-again = Apri un ticket
reminder-to-answer = Per il ticket { $ticket } aspettiamo ancora una tua risposta: «{ $text }» Basta scriverla qui.

## Mail
one-way = Per rispondere scrivi nella chat{ $phones ->
        [none] { "" }
       *[other] { " " }o chiama { $phones }
    }: quello che si risponde a questa e-mail non ci arriva.
mailed-code = Il tuo codice è { $secret }. Scrivilo nella chat da cui l'hai chiesto: vale { $minutes } minuti. Se non l'hai chiesto tu, ignora questa e-mail.
mailed-link-code = Il codice per collegare un altro canale è { $secret }. Scrivilo nella chat da cui l'hai chiesto: vale { $minutes } minuti. Se non l'hai chiesto tu, ignora questa e-mail: senza il codice nessuno vede i tuoi ticket.
