# What the customer's side is asked and told. A fact that is not there reads "none".

## Registering
registering-person-name = What's your name? First and last, please.
    .label = Name
registering-person-email = What's your e-mail address?
    .label = E-mail
registering-person-phone = A phone number we can reach you on? You can skip this.
    .label = Phone
registering-person-organisation = Which organisation do you work for? You can skip this.
    .label = Organisation
registering-person-website = Which platform do you use (WebSite)? If it is this desk's own, you can skip this.
    .label = WebSite
registering-summary =
    Here is what you told us.
    Name: { $name }
    E-mail: { $email }{ $phone ->
        [none] { "" }
       *[other] { "\u000A" }Phone: { $phone }
    }{ $organisation ->
        [none] { "" }
       *[other] { "\u000A" }Organisation: { $organisation }
    }{ $website ->
        [none] { "" }
       *[other] { "\u000A" }WebSite: { $website }
    }
registering-consent =
    { $notice ->
        [none] We use this only to help you. Is that all right?
       *[other] { $notice } Is that all right?
    }
    .yes = Yes, that's fine
    .no = No
registering-without-consent = Without your consent we keep nothing, and what you wrote is gone already. You can always call us.
registered = You're registered. Your Helpdesk Code is { $code }: it tells us who you are on the phone; it is not a password.
already-registered = We know each other already: your Helpdesk Code is { $code }.
code-mailed = I have sent a six-digit code to { $email }.
ask-code = Type it here. If it doesn't arrive, type “code” and I send another. You can also skip, and confirm later.

    .label = Code
address-proven = Address confirmed, thank you.
address-to-prove-later = All right, no hurry. When you want to confirm the address, type “confirm”.

## Opening
opening-topic = What is it about?
    .label = Topic
    .something-else = Something else
opening-answered = Did that solve it?
    .yes = Yes, solved
    .no = No, open a ticket
glad-it-helped = Good. If there is anything else, write here.
opening-problem-subject = What's happening, in one line?
    .label = Subject
opening-problem-story = Tell us more: what were you doing, and what did you see?
    .label = Description
opening-same-as =
    { $count ->
        [one] You already have an open ticket much like this. Is it the same thing?
       *[other] You already have { $count } open tickets much like this. Is it the same thing?
    }
    .none = No, something else
opening-felt = How badly does it stop you?
    .label = Urgency
    .high = I can't work
    .medium = I can work, with difficulty
    .low = A nuisance, but I can work
    .info = It's just a question
opening-attached-files = Would you like to add a photo or a file? Send it now, or skip.
    .label = Attachments
opening-summary =
    Here is the ticket.
    Subject: { $subject }
    Description: { $story }{ $topic ->
        [none] { "" }
       *[other] { "\u000A" }Topic: { $topic }
    }
    Urgency: { $felt ->
        [high] work has stopped
        [medium] work goes on, with difficulty
        [low] a nuisance, but work goes on
       *[info] it's just a question
    }{ $count ->
        [0] { "" }
        [one] { "\u000A" }Attachments: 1
       *[other] { "\u000A" }Attachments: { $count }
    }
opening-open-it = Shall I open it?
    .yes = Open the ticket
    .no = Never mind
opening-dropped = All right, I haven't opened anything.

## Following
ask-which = Which ticket?
pick-ticket = { $ticket } “{ $subject }”
no-tickets-yet = You have no tickets yet. To open one, just write what's happening.
no-open-tickets = You have no open tickets. To open one, just write what's happening.
tickets-of-yours =
    { $count ->
        [one] You have one ticket.
       *[other] You have { $count } tickets.
    }
ticket-in-list = { $ticket } “{ $subject }”: { $state ->
        [new] open, waiting for an operator
        [claimed] { $operator } is on it
        [waiting] waiting for your answer
        [solved] solved { $solved }
       *[closed] closed { $closed }
    }
ticket-shown =
    Ticket { $ticket } “{ $subject }”, opened { $opened }. { $state ->
        [new] It is waiting for an operator.
        [claimed] { $operator } is on it.
        [waiting] { $operator } is waiting for your answer.
        [solved] Solved { $solved }.
       *[closed] Closed { $closed }.
    }{ $reaction ->
        [none] { "" }
       *[other] { " " }We normally answer by { BY($reaction) }.
    }{ $due ->
        [none] { "" }
       *[other] { " " }The target for solving it is { $due }.
    }
said-by-customer = { $name }, { $at }:{ $text ->
        [none] { "" }
       *[other] { " " }{ $text }
    }{ $edited ->
        [yes] { " " }(edited)
       *[no] { "" }
    }{ $files ->
        [none] { "" }
       *[other] { " " }📎 { $files }
    }
said-by-desk = { $name }, for the desk, { $at }:{ $text ->
        [none] { "" }
       *[other] { " " }{ $text }
    }{ $edited ->
        [yes] { " " }(edited)
       *[no] { "" }
    }{ $files ->
        [none] { "" }
       *[other] { " " }📎 { $files }
    }

## Answering, adding
nobody-asked = Nobody is waiting for an answer from you just now.
answering-answer-text = On ticket { $ticket } we asked you: “{ $question }” Write your answer here.
    .label = Answer
answering-answer-files = Would you like to add a photo or a file? Send it now, or skip.
    .label = Attachments
adding-words-text = What shall I add to ticket { $ticket } “{ $subject }”?
    .label = Text
adding-words-files = Would you like to add a photo or a file? Send it now, or skip.
    .label = Attachments

## Ending
solving-mine-works-now = Is ticket { $ticket } “{ $subject }” solved?
    .yes = Yes, it works
    .no = Not yet
withdrawing-withdraw-it = Shall I withdraw ticket { $ticket } “{ $subject }”?
    .yes = Yes, withdraw it
    .no = No, keep it open
left-open = Ticket { $ticket } stays open.
solved-already = Ticket { $ticket } “{ $subject }” is solved already.
nothing-to-reopen = There is no solved ticket to reopen. If something is wrong, just write it here.
closed-for-good = Ticket { $ticket } “{ $subject }” was closed some time ago. If the problem is back, write it here and we open a new one.
reopening-still-text = What is still wrong with ticket { $ticket } “{ $subject }”?
    .label = What is wrong

## Language, linking
choosing-language-language = Which language?
    .it = Italiano
    .en = English
language-chosen = All right, from now on we write to you in English.
link-code-shown = The code is { $secret }. On the other channel type “use code”, and I ask for it there. It is good for a few minutes, and only once.
using-code-link-code = Type the code that the other channel shows (type “link” there to get it), or the one you got by e-mail.
    .label = Code
channel-linked = Your tickets can now be seen from another channel too: { NAME("channel", $channel) }. If that wasn't you, call us at once.
using-code-join = With this code, whoever asked for it sees your tickets too. Was it you?
    .yes = Yes, it was me
    .no = No
linked-here = Done, { $name }: you now see all your tickets here.

linking-by-mail-address-email = Which e-mail address do we know you by? If it is one of ours, a code is sent there.
    .label = E-mail
code-mailed-if-known = If that address is one of ours, a code is on its way.
correcting-address-address-email = What's the right address?
    .label = E-mail
nothing-to-prove = There is no address to confirm.
no-mail-here = This desk sends no mail: use the code of the other channel, or call us.

## The desk about itself
help-customer =
    Write here what's happening and we open a ticket. You can also type:
    “status” to see how a ticket stands, “history” to see them all,
    “solved” when it works, “reopen” if it still doesn't, “withdraw” if you no longer need it,
    “hours” to see when we're here, “person” to talk to somebody,
    “language” to change language, “link” to use another channel.
hours =
    { $staffed ->
        [yes] We're here now, until { TIME($closes) }.
       *[no] The desk is closed now; it opens { $opens }.
    }
    Our hours, public holidays excluded:
    { $week }{ $phones ->
        [0] { "" }
       *[other] { "\u000A" }By phone: { $phone }
    }
hours-of-days = { $first ->
        [0] Monday
        [1] Tuesday
        [2] Wednesday
        [3] Thursday
        [4] Friday
        [5] Saturday
       *[6] Sunday
    }{ $alone ->
        [yes] { "" }
       *[no] { " to " }{ $last ->
            [0] Monday
            [1] Tuesday
            [2] Wednesday
            [3] Thursday
            [4] Friday
            [5] Saturday
           *[6] Sunday
        }
    }, { $times }
person-without-ticket = A person answers you here as soon as you open a ticket: just write what's happening. { $staffed ->
        [yes] We're here now.
       *[no] The desk opens { $opens }.
    }{ $phones ->
        [0] { "" }
       *[other] { " " }Or call { $call }.
    }
person-called = { $again ->
        [yes] The operators know already that you would like to talk to a person about ticket { $ticket }.
       *[no] I have told the operators that you would like to talk to a person about ticket { $ticket }.
    } { $staffed ->
        [yes] They will write to you here.
       *[no] They will write to you here when the desk opens, { $opens }.
    }{ $phones ->
        [0] { "" }
       *[other] { " " }If you're in a hurry, call { $call }.
    }

## Notices
ticket-opened = { $opens ->
        [none] Ticket { $ticket } is open: “{ $subject }”.{ $due ->
            [none] { "" }
           *[other] { " " }We normally answer by { BY($due) }.
        }
       *[other] Ticket { $ticket } is open: “{ $subject }”. The desk is closed now; it opens { $opens }{ $due ->
            [none] .
           *[other] , and we normally answer by { BY($due, $opens) }.
        }
    }
message-added = Added to ticket { $ticket }{ $operator ->
        [none] .
       *[other] : { $operator } will read it.
    }
answer-passed-on = Thank you, your answer is on ticket { $ticket }. { $operator ->
        [none] We carry on
       *[other] { $operator } carries on
    } from here.{ $due ->
        [none] { "" }
       *[other] { " " }The target for solving it is { $due }.
    }
ticket-claimed = { $operator } is on ticket { $ticket } “{ $subject }”.{ $due ->
        [none] { "" }
       *[other] { " " }The target for solving it is { $due }.
    }
ticket-claimed-with-reply = { $operator } is on ticket { $ticket } and { $text ->
        [none] sends 📎 { $files }
       *[other] writes: “{ $text }”{ $files ->
            [none] { "" }
           *[other] { " " }📎 { $files }
        }
    }
ticket-claimed-with-question = { $operator } is on ticket { $ticket } and asks: “{ $text }” Just answer here. The clock stops while we wait for you.
ticket-reply = { $operator } { $text ->
        [none] sends, about ticket { $ticket }: 📎 { $files }
       *[other] writes about ticket { $ticket }: “{ $text }”{ $files ->
            [none] { "" }
           *[other] { " " }📎 { $files }
        }
    }
ticket-corrected = { $operator } corrects the message about ticket { $ticket }: “{ $text }”
ticket-question = { $operator } asks about ticket { $ticket }: “{ $text }” Just answer here. The clock stops while we wait for you.
ticket-solved = Ticket { $ticket } is solved{ $text ->
        [none] .
       *[other] : “{ $text }”
    } Still not working? Press Reopen and we carry on from where we were.
ticket-solved-by-you = Good: ticket { $ticket } is solved. If it comes back, press Reopen and we carry on from where we were.
ticket-reopened = Ticket { $ticket } is open again{ $operator ->
        [none] , and waiting for an operator.
       *[other] . { $operator } is on it.
    }{ $due ->
        [none] { "" }
       *[other] { " " }The target for solving it is { $due }.
    }
ticket-classified = Ticket { $ticket } now has severity { $severity ->
        [high] High
        [medium] Medium
        [low] Low
       *[info] Info
    }.{ $due ->
        [none] { "" }
       *[other] { " " }The target for solving it is { $due }.
    }
ticket-taken-over = Ticket { $ticket } “{ $subject }” has passed to { $operator }.
ticket-withdrawn = All right, ticket { $ticket } is withdrawn. If you need it after all, write here and we open another.
ticket-merged = Ticket { $ticket } continues in ticket { $into }: you find everything there.
ticket-closed-unanswered = We are closing ticket { $ticket } “{ $subject }”, as the answer we were waiting for did not come. If the problem is still there, write here.
    .open-again = Open a ticket
reminder-to-answer = We are still waiting for your answer on ticket { $ticket }: “{ $text }” Just write it here.

## Mail
one-way = To answer, write in the chat{ $phones ->
        [none] { "" }
       *[other] { " " }or call { $phones }
    }: replies to this e-mail do not reach us.
mailed-code = Your code is { $secret }. Type it in the chat where you asked for it; it is good for { $minutes } minutes. If it wasn't you who asked, ignore this e-mail.
mailed-link-code = The code for linking another channel is { $secret }. Type it in the chat where you asked for it; it is good for { $minutes } minutes. If it wasn't you who asked, ignore this e-mail: without the code nobody sees your tickets.
