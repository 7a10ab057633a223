### Lo sportello che dà del Lei a chi ci lavora: solo quello che cambia.

held-by-you = { $count ->
        [0] Non ha ticket in mano.
        [one] Ha in mano un ticket:
       *[other] Ha in mano { $count } ticket:
    }
claiming-take-over = { $ticket } «{ $subject }» ce l'ha { $operator }. Lo prende Lei?
    .yes = Sì, lo prendo io
    .no = No
yours-already = { $ticket } «{ $subject }» ce l'ha già Lei.
registering-caller-caller-consents =
    { $notice ->
        [none] Ha letto l'informativa a chi chiama, e acconsente?
       *[other] Legga a chi chiama: «{ $notice }» Acconsente?
    }
    .yes = Sì, acconsente
    .no = No
registering-caller-address-vouched = Garantisce che { $email } è l'indirizzo di chi chiama? Resta registrato a Suo nome.
    .yes = Sì, lo garantisco
    .no = No
caller-registered = Registrazione fatta: l'Helpdesk Code di { $name } è { $code }. Lo detti al telefono.
caller-unknown = Così non risulta nessuno. Per registrare chi chiama, scriva «chiamante».
replying-reply-files = Un file da allegare? Lo mandi adesso, oppure salti.
    .label = Allegati
asking-question-files = Un file da allegare? Lo mandi adesso, oppure salti.
    .label = Allegati
noting-note-files = Un file da allegare? Lo mandi adesso, oppure salti.
    .label = Allegati
revoking-colleague = A chi toglie il posto allo sportello?
operator-revoked = { $name } non lavora più allo sportello. I ticket che aveva restano a suo nome finché non li passa.
subscribing-subscribe = Vuole che gli avvisi e i ritardi arrivino anche a Lei, nella Sua chat?
    .yes = Sì
    .no = No
no-chat-of-your-own = Prima scriva una volta allo sportello in privato: finora non c'è una chat in cui mandarglieli.
subscribed = { $warnings ->
        [yes] Va bene: gli avvisi e i ritardi arrivano anche a Lei.
       *[no] Va bene: non Le mando più avvisi.
    }
help-operator =
    «coda» mostra chi aspetta, «miei» quello che ha in mano, «vedi 1042» un ticket con le note.
    «prendi 1042», «rilascia 1042», «passa 1042», «gravità 1042».
    «rispondi 1042», «chiedi 1042», «nota 1042», «risolvi 1042».
    Al telefono: «chiamante» registra, «telefono» apre un ticket, «sentito 1042» scrive una risposta.
    Se il ticket è Suo, quello che risponde alla scheda va al cliente; con «//» davanti resta tra noi.
help-operator-in-groups = In un gruppo cominci con «/»: «/coda».
help-lead =
    «ritardi» mostra che cosa è oltre la scadenza, «scadenze» che cosa sta per scadere, «oggi» i numeri.
    «passa 1042» dà un ticket a qualcuno, «perché 1042» scrive il motivo di un ritardo.
    «avvisi» per riceverli nella Sua chat, «togli» per togliere qualcuno dallo sportello, «riammetti» per farlo tornare.
    Può fare anche tutto quello che fa un operatore: «coda», «prendi 1042», «rispondi 1042» …
help-lead-in-groups = In un gruppo cominci con «/»: «/ritardi».
held-kept-inside = Quello che ha scritto non è partito: resta tra noi, come nota.
held-lost = Quello che ha scritto non è partito, e lì non si può più annotare.
edit-too-late = È già arrivato al cliente. Per correggerlo, scriva qui la frase giusta.
edit-of-a-part = Quel messaggio era in più parti, e non si può cambiarne una. Scriva qui che cosa va corretto.
edit-overtaken = Di quel messaggio ho già tenuto conto{ $ticket ->
        [none] : se qualcosa va corretto, lo scriva qui.
       *[other] {" "}per il ticket { $ticket }: scriva qui che cosa va corretto, e lo aggiungo.
    }
