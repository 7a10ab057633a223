# Quello che porta il corriere: i file, e quello che non è arrivato.

could-not-deliver = { $ticket ->
        [none] { $to ->
            [mail] Un'e-mail non è arrivata, e non la ritentiamo più.
            [room] Un messaggio per una stanza non è arrivato, e non lo ritentiamo più.
           *[person] Un messaggio per una persona non è arrivato, e non lo ritentiamo più.
        }
       *[other] { $kind ->
            [fetch] { $ticket } «{ $subject }»: un file non è arrivato. Chiedilo di nuovo.
            [file] { $ticket } «{ $subject }»: { $to ->
                [room] un file non si è potuto mostrare in una stanza. È conservato con il ticket.
               *[person] un file non è arrivato al cliente. Serve un'altra strada.
            }
           *[other] { $ticket } «{ $subject }»: { $to ->
                [mail] un'e-mail per il cliente non è arrivata. Meglio telefonare.
                [room] un messaggio per una stanza non è arrivato. Guarda il ticket.
               *[person] un messaggio per il cliente non è arrivato. Meglio telefonare.
            }
        }
    }

# Una stanza ci è chiusa: lo sanno le altre.

room-closed = { $room ->
        [leads] Nella stanza dei responsabili ({ NAME("channel", $channel) }) non si può più scrivere: Sportello è stato tolto, o la stanza non c'è più.
       *[operators] Nella stanza degli operatori ({ NAME("channel", $channel) }) non si può più scrivere: Sportello è stato tolto, o la stanza non c'è più.
    } Rimettendolo, mostra di nuovo quello che è aperto.

# Le parole accanto a un file: in una stanza chi l'ha mandato; per un cliente, di quale ticket parla.

file-from = 📎 Da { $by ->
        [none] { $customer }.
       *[other] { $by }.
    }
file-for-you = 📎 { $by ->
        [none] Per il ticket { $ticket }.
       *[other] Da { $by }, per il ticket { $ticket }.
    }
