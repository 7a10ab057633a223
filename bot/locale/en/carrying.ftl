# What the courier carries: files, and what could not be delivered.

could-not-deliver = { $ticket ->
        [none] { $to ->
            [mail] A mail could not be delivered, and is not tried any more.
            [room] A message to a room could not be delivered, and is not tried any more.
           *[person] A message to a person could not be delivered, and is not tried any more.
        }
       *[other] { $kind ->
            [fetch] { $ticket } “{ $subject }”: a file could not be fetched. Ask for it again.
            [file] { $ticket } “{ $subject }”: { $to ->
                [room] a file could not be shown in a room. It is kept with the ticket.
               *[person] a file could not be sent to the customer. Find another way.
            }
           *[other] { $ticket } “{ $subject }”: { $to ->
                [mail] a mail to the customer could not be delivered. Call them.
                [room] a message to a room could not be delivered. Look at the ticket.
               *[person] a message to the customer could not be delivered. Call them.
            }
        }
    }

# A room is closed to us: the other rooms are told.

room-closed = { $room ->
        [leads] The leads' room ({ NAME("channel", $channel) }) can't be written to any more: Sportello was removed, or the room is gone.
       *[operators] The operators' room ({ NAME("channel", $channel) }) can't be written to any more: Sportello was removed, or the room is gone.
    } Let it in again, and it shows what is open.

# The words beside a file: in a room who sent it; for a customer, which ticket it is about.

file-from = 📎 From { $by ->
        [none] { $customer }.
       *[other] { $by }.
    }
file-for-you = 📎 { $by ->
        [none] For ticket { $ticket }.
       *[other] From { $by }, for ticket { $ticket }.
    }
