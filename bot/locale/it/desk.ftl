# What the operators' and the leads' side is asked and told. A fact that is not there reads "none".

## Looking
queue = { $count ->
        [0] La coda è vuota.
        [one] Un ticket in coda:
       *[other] { $count } ticket in coda:
    }
held-by-you = { $count ->
        [0] Non hai ticket in mano.
        [one] Hai in mano un ticket:
       *[other] Hai in mano { $count } ticket:
    }
ticket-in-queue = { $severity ->
        [high] 🔴
        [medium] 🟠
        [low] 🟡
        [info] 🔵
       *[none] ⚪
    } { $ticket } «{ $subject }» ({ $severity ->
        [high] High
        [medium] Medium
        [low] Low
        [info] Info
       *[none] senza gravità
    }{ $provisional ->
        [yes] { $severity ->
            [none] { "" }
           *[other] , da confermare
        }
       *[no] { "" }
    }), di { $customer }{ $reaction ->
        [none] { "" }
       *[other] , presa in carico entro { BY($reaction) }
    }{ $due ->
        [none] { "" }
       *[other] , soluzione entro { BY($due) }
    }{ $operator ->
        [none] { "" }
       *[other] , ce l'ha { $operator }
    }
ticket-shown-inside =
    { $ticket } «{ $subject }», di { $customer }, aperto { $opened }. { $state ->
        [new] In coda
        [claimed] Ce l'ha { $operator }
        [waiting] Ce l'ha { $operator }, in attesa di una risposta
        [solved] Risolto { $solved }
       *[closed] Chiuso { $closed }
    }; gravità { $severity ->
        [high] High
        [medium] Medium
        [low] Low
        [info] Info
       *[none] da stabilire
    }{ $provisional ->
        [yes] { $severity ->
            [none] { "" }
           *[other] { " " }(da confermare)
        }
       *[no] { "" }
    }.{ $reaction ->
        [none] { "" }
       *[other] { " " }Presa in carico entro { BY($reaction) }.
    }{ $due ->
        [none] { "" }
       *[other] { " " }Soluzione entro { BY($due) }.
    }
said-inside = Nota di { $name }, { $at }:{ $text ->
        [none] { "" }
       *[other] { " " }{ $text }
    }{ $files ->
        [none] { "" }
       *[other] { " " }📎 { $files }
    }

## Claiming, releasing, assigning
claiming-take-over = { $ticket } «{ $subject }» ce l'ha { $operator }. Lo prendi tu?
    .yes = Sì, lo prendo io
    .no = No
yours-already = { $ticket } «{ $subject }» ce l'hai già tu.
assigning-colleague = A chi passa il ticket { $ticket } «{ $subject }»?
colleague = { $name }
no-colleagues = Non c'è ancora nessun altro: chi lavora allo sportello compare qui dopo aver scritto una volta nella stanza.

## Classifying
ask-severity = Che gravità ha { $ticket } «{ $subject }»?{ $felt ->
        [high] { " " }Chi ha il problema dice: non riesco a lavorare.
        [medium] { " " }Chi ha il problema dice: lavoro, ma con fatica.
        [low] { " " }Chi ha il problema dice: dà fastidio, ma lavoro.
        [info] { " " }Chi ha il problema dice: è solo una domanda.
       *[none] { "" }
    }
    .high = 🔴 High
    .medium = 🟠 Medium
    .low = 🟡 Low
    .info = 🔵 Info
severity-defined = { $severity ->
        [high] 🔴 High: del servizio non funziona nulla, e chi lo usa non può lavorare
        [medium] 🟠 Medium: alcune funzioni principali non vanno, si lavora ma si produce meno
        [low] 🟡 Low: un problema che non pesa sull'uso del servizio (per esempio una password da riattivare)
       *[info] 🔵 Info: nessun vero problema, si chiede un chiarimento o un consiglio
    }
ask-topic = Di che cosa si tratta?
    .label = Argomento
    .something-else = Altro

## Writing
replying-reply-text = Che cosa scrivo a { $customer } per { $ticket } «{ $subject }»?
    .label = Risposta
replying-reply-files = Un file da allegare? Mandalo adesso, oppure salta.
    .label = Allegati
asking-question-text = Che cosa chiedo a { $customer } per { $ticket } «{ $subject }»? Finché non risponde, il tempo non corre.
    .label = Domanda
asking-question-files = Un file da allegare? Mandalo adesso, oppure salta.
    .label = Allegati
noting-note-text = Che cosa annoto in { $ticket } «{ $subject }»? Resta dentro lo sportello.
    .label = Nota
noting-note-files = Un file da allegare? Mandalo adesso, oppure salta.
    .label = Allegati
solving-solution-text = Come si è risolto { $ticket } «{ $subject }»? Lo legge anche { $customer }.
    .label = Soluzione

## The phone
registering-caller-caller-name = Come si chiama chi è al telefono?
    .label = Nome
registering-caller-caller-email = Il suo indirizzo e-mail? Si può saltare.
    .label = E-mail
registering-caller-caller-phone = Il suo numero di telefono? Si può saltare.
    .label = Telefono
registering-caller-caller-organisation = Per quale ente o azienda lavora? Si può saltare.
    .label = Ente o azienda
registering-caller-caller-website = Quale piattaforma usa (WebSite)? Se è quella di questo sportello, si può saltare.
    .label = WebSite
caller-summary =
    I dati di chi chiama.
    Nome: { $name }{ $email ->
        [none] { "" }
       *[other] { "\u000A" }E-mail: { $email }
    }{ $phone ->
        [none] { "" }
       *[other] { "\u000A" }Telefono: { $phone }
    }{ $organisation ->
        [none] { "" }
       *[other] { "\u000A" }Ente o azienda: { $organisation }
    }{ $website ->
        [none] { "" }
       *[other] { "\u000A" }WebSite: { $website }
    }
registering-caller-caller-consents =
    { $notice ->
        [none] Hai letto l'informativa a chi chiama, e acconsente?
       *[other] Leggi a chi chiama: «{ $notice }» Acconsente?
    }
    .yes = Sì, acconsente
    .no = No
registering-caller-address-vouched = Garantisci che { $email } è l'indirizzo di chi chiama? Resta registrato a tuo nome.
    .yes = Sì, lo garantisco
    .no = No
caller-registered = Registrazione fatta: l'Helpdesk Code di { $name } è { $code }. Dettaglielo al telefono.
opening-for-caller-sought-given = Chi chiama? Helpdesk Code, e-mail, telefono o nome.
    .label = Chi chiama
opening-for-caller-caller = È questa persona?
    .none = Nessuna di queste
caller-found = { $name }, { $code }{ $organisation ->
        [none] { "" }
       *[other] , { $organisation }
    }
caller-unknown = Così non risulta nessuno. Per registrare chi chiama, scrivi «chiamante».
opening-for-caller-problem-subject = Che cosa succede, in una riga?
    .label = Oggetto
opening-for-caller-problem-story = Che cosa racconta chi chiama?
    .label = Descrizione
opening-for-caller-felt = Quanto blocca chi chiama?
    .label = Urgenza
    .high = Non riesce a lavorare
    .medium = Lavora, ma con fatica
    .low = Dà fastidio, ma lavora
    .info = È solo una domanda
opening-for-caller-open-for-caller = Apro il ticket?
    .yes = Apri il ticket
    .no = Non aprirlo
hearing-caller-heard-text = Che cosa ha risposto { $customer } per { $ticket } «{ $subject }»?
    .label = Risposta al telefono

## Leads
late = { $count ->
        [0] Nessun ticket è oltre la scadenza.
        [one] Un ticket oltre la scadenza:
       *[other] { $count } ticket oltre la scadenza:
    }
due-soon = { $count ->
        [0] Nelle prossime 24 ore non scade altro. Quello che è già in ritardo: «ritardi».
        [one] Un ticket scade nelle prossime 24 ore:
       *[other] { $count } ticket scadono nelle prossime 24 ore:
    }
saying-why-why-text = Perché { $ticket } «{ $subject }» è in ritardo? Resta dentro lo sportello.
    .label = Motivo
revoking-colleague = A chi togli il posto allo sportello?
revoking-revoke = Tolgo { $operator } dallo sportello?
    .yes = Sì
    .no = No
operator-revoked = { $name } non lavora più allo sportello. I ticket che aveva restano a suo nome finché non li passi.
letting-in-colleague = Chi torna allo sportello?
subscribing-subscribe = Vuoi che gli avvisi e i ritardi arrivino anche a te, nella tua chat?
    .yes = Sì
    .no = No
no-chat-of-your-own = Prima scrivi una volta allo sportello in privato: finora non c'è una chat in cui mandarteli.
subscribed = { $warnings ->
        [yes] Va bene: gli avvisi e i ritardi arrivano anche a te.
       *[no] Va bene: non ti mando più avvisi.
    }
help-operator =
    «coda» mostra chi aspetta, «miei» quello che hai in mano, «vedi 1042» un ticket con le note.
    «prendi 1042», «rilascia 1042», «passa 1042», «gravità 1042».
    «rispondi 1042», «chiedi 1042», «nota 1042», «risolvi 1042».
    Al telefono: «chiamante» registra, «telefono» apre un ticket, «sentito 1042» scrive una risposta.
    Se il ticket è tuo, quello che rispondi alla scheda va al cliente; con «//» davanti resta tra noi.
help-operator-in-groups = In un gruppo comincia con «/»: «/coda».
help-lead =
    «ritardi» mostra che cosa è oltre la scadenza, «scadenze» che cosa sta per scadere, «oggi» i numeri.
    «passa 1042» dà un ticket a qualcuno, «perché 1042» scrive il motivo di un ritardo.
    «avvisi» per riceverli nella tua chat, «togli» per togliere qualcuno dallo sportello, «riammetti» per farlo tornare.
    Puoi fare anche tutto quello che fa un operatore: «coda», «prendi 1042», «rispondi 1042» …
help-lead-in-groups = In un gruppo comincia con «/»: «/ritardi».

## A group that lets the desk in
group-not-ours =
    { $channel ->
        [slack] Questo canale non è ancora dello sportello: il suo ID è { $number }.
       *[other] Questo gruppo non è ancora dello sportello: il suo numero è { $number }.
    }
    Chi amministra lo sportello lo scrive in { $setting }__OPERATORS (per gli operatori) o in { $setting }__LEADS (per i responsabili), e riavvia.

## Words that wait for a moment before they go
held-kept-inside = Quello che hai scritto non è partito: resta tra noi, come nota.
held-lost = Quello che hai scritto non è partito, e lì non si può più annotare.
edit-too-late = È già arrivato al cliente. Per correggerlo, scrivi qui la frase giusta.
edit-of-a-part = Quel messaggio era in più parti, e non si può cambiarne una. Scrivi qui che cosa va corretto.
edit-taken = Corretto.
edit-overtaken = Di quel messaggio ho già tenuto conto{ $ticket ->
        [none] : se qualcosa va corretto, scrivilo qui.
       *[other] {" "}per il ticket { $ticket }: scrivi qui che cosa va corretto, e lo aggiungo.
    }

## Under a ticket's card
thread-open = Da { $customer }{ $follows ->
        [none] { "" }
       *[other] { " " }(dopo il { $follows })
    }: «{ $text }»{ $files ->
        [none] { "" }
       *[other] { " " }📎 { $files }
    }
thread-add = { $customer } { $text ->
        [none] allega 📎 { $files }
       *[other] scrive: «{ $text }»{ $files ->
            [none] { "" }
           *[other] { " " }📎 { $files }
        }
    }
thread-answer = { $customer } { $text ->
        [none] risponde con 📎 { $files }
       *[other] risponde: «{ $text }»{ $files ->
            [none] { "" }
           *[other] { " " }📎 { $files }
        }
    }
thread-edit = { $desk ->
        [yes] { $by }
       *[no] { $customer }
    } corregge: «{ $text }»
thread-claim = { $operator } l'ha in carico.
thread-take-over = { $operator } l'ha preso da { $from }.
thread-assign = { $by } l'ha passato a { $operator }.
thread-release = { $by } l'ha rimesso in coda.
thread-classify = { $by }: gravità { $severity ->
        [high] 🔴 High
        [medium] 🟠 Medium
        [low] 🟡 Low
       *[info] 🔵 Info
    }.
thread-note = Nota di { $by }{ $about ->
        [late] { " " }(perché è in ritardo)
       *[none] { "" }
    }{ $text ->
        [none] { "" }
       *[other] : «{ $text }»
    }{ $files ->
        [none] { "" }
       *[other] { " " }📎 { $files }
    }
thread-reply = { $by } { $text ->
        [none] risponde con 📎 { $files }
       *[other] risponde: «{ $text }»{ $files ->
            [none] { "" }
           *[other] { " " }📎 { $files }
        }
    }
thread-ask = { $by } chiede: «{ $text }» Si aspetta la risposta.
thread-solve = { $solved_by ->
        [customer] { $customer } dice che è risolto.
       *[operator] { $by } l'ha risolto: «{ $text }»
    }
thread-reopen = Riaperto{ $text ->
        [none] .
       *[other] : «{ $text }»
    }
thread-withdraw = { $customer } l'ha ritirato.
thread-merge = Continua nel ticket { $into }.
thread-close = Chiuso.
call-the-customer = 📞 { $customer } si può avvisare solo al telefono{ $phone ->
        [none] { "" }
       *[other] { ", " }{ $phone }
    }: { $ticket } «{ $subject }».
wants-a-person = { $customer } vuole parlare con una persona per { $ticket } «{ $subject }».
operator-enrolled = Prima volta di { $operator } nella stanza { $lead ->
        [yes] dei responsabili
       *[no] degli operatori
    }: ora può lavorare allo sportello.

operator-let-in = { $name } lavora di nuovo allo sportello.
nobody-to-let-in = Non è stato tolto nessuno.
figures-today =
    Oggi: aperti { $opened }, presi { $claimed }, risolti { $solved }, riaperti { $reopened }.
    Scadenze di oggi mancate: { $late_reaction } sulla presa in carico, { $late_resolution } sulla soluzione.
    Aperti adesso: { $open } (High { $high }, Medium { $medium }, Low { $low }, Info { $info }, senza gravità { $unclassified }).{ $claim_median ->
        [none] { "" }
       *[other] { "\u000A" }Per prenderne uno: { $claim_median } in mediana, nove volte su dieci entro { $claim_90 }.
    }{ $solve_median ->
        [none] { "" }
       *[other] { "\u000A" }Per risolverne uno: { $solve_median } in mediana, nove volte su dieci entro { $solve_90 }.
    }
