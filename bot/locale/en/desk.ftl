# What the operators' and the leads' side is asked and told. A fact that is not there reads "none".

## Looking
queue = { $count ->
        [0] The queue is empty.
        [one] One ticket in the queue:
       *[other] { $count } tickets in the queue:
    }
held-by-you = { $count ->
        [0] You hold no tickets.
        [one] You hold one ticket:
       *[other] You hold { $count } tickets:
    }
ticket-in-queue = { $severity ->
        [high] 🔴
        [medium] 🟠
        [low] 🟡
        [info] 🔵
       *[none] ⚪
    } { $ticket } “{ $subject }” ({ $severity ->
        [high] High
        [medium] Medium
        [low] Low
        [info] Info
       *[none] no severity yet
    }{ $provisional ->
        [yes] { $severity ->
            [none] { "" }
           *[other] , to be confirmed
        }
       *[no] { "" }
    }), from { $customer }{ $reaction ->
        [none] { "" }
       *[other] , to be claimed by { BY($reaction) }
    }{ $due ->
        [none] { "" }
       *[other] , to be solved by { BY($due) }
    }{ $operator ->
        [none] { "" }
       *[other] , { $operator } has it
    }
ticket-shown-inside =
    { $ticket } “{ $subject }”, from { $customer }, opened { $opened }. { $state ->
        [new] In the queue
        [claimed] { $operator } has it
        [waiting] { $operator } has it, waiting for an answer
        [solved] Solved { $solved }
       *[closed] Closed { $closed }
    }; severity { $severity ->
        [high] High
        [medium] Medium
        [low] Low
        [info] Info
       *[none] to be set
    }{ $provisional ->
        [yes] { $severity ->
            [none] { "" }
           *[other] { " " }(to be confirmed)
        }
       *[no] { "" }
    }.{ $reaction ->
        [none] { "" }
       *[other] { " " }To be claimed by { BY($reaction) }.
    }{ $due ->
        [none] { "" }
       *[other] { " " }To be solved by { BY($due) }.
    }
said-inside = Note by { $name }, { $at }:{ $text ->
        [none] { "" }
       *[other] { " " }{ $text }
    }{ $files ->
        [none] { "" }
       *[other] { " " }📎 { $files }
    }

## Claiming, releasing, assigning
claiming-take-over = { $operator } has { $ticket } “{ $subject }”. Will you take it over?
    .yes = Yes, I'll take it
    .no = No
yours-already = You have { $ticket } “{ $subject }” already.
assigning-colleague = Who gets ticket { $ticket } “{ $subject }”?
colleague = { $name }
no-colleagues = There is nobody else yet: people appear here once they have written in the room.

## Classifying
ask-severity = How severe is { $ticket } “{ $subject }”?{ $felt ->
        [high] { " " }They say: I can't work.
        [medium] { " " }They say: I can work, with difficulty.
        [low] { " " }They say: a nuisance, but I can work.
        [info] { " " }They say: it's just a question.
       *[none] { "" }
    }
    .high = 🔴 High
    .medium = 🟠 Medium
    .low = 🟡 Low
    .info = 🔵 Info
severity-defined = { $severity ->
        [high] 🔴 High: none of the service works, the user can do no productive work
        [medium] 🟠 Medium: some main functions do not work, the user works with reduced productivity
        [low] 🟡 Low: a problem that does not seriously affect the use of the service (a password to reactivate, say)
       *[info] 🔵 Info: no real problem, the user asks for clarification or advice
    }
ask-topic = What is it about?
    .label = Topic
    .something-else = Something else

## Writing
replying-reply-text = What shall I write to { $customer } about { $ticket } “{ $subject }”?
    .label = Reply
replying-reply-files = A file to attach? Send it now, or skip.
    .label = Attachments
asking-question-text = What shall I ask { $customer } about { $ticket } “{ $subject }”? Until they answer, the clock stops.
    .label = Question
asking-question-files = A file to attach? Send it now, or skip.
    .label = Attachments
noting-note-text = What shall I note on { $ticket } “{ $subject }”? It stays inside the desk.
    .label = Note
noting-note-files = A file to attach? Send it now, or skip.
    .label = Attachments
solving-solution-text = How was { $ticket } “{ $subject }” solved? { $customer } reads this too.
    .label = Solution

## The phone
registering-caller-caller-name = What is the caller's name?
    .label = Name
registering-caller-caller-email = Their e-mail address? You can skip this.
    .label = E-mail
registering-caller-caller-phone = Their phone number? You can skip this.
    .label = Phone
registering-caller-caller-organisation = Which organisation do they work for? You can skip this.
    .label = Organisation
registering-caller-caller-website = Which platform do they use (WebSite)? If it is this desk's own, you can skip this.
    .label = WebSite
caller-summary =
    The caller's details.
    Name: { $name }{ $email ->
        [none] { "" }
       *[other] { "\u000A" }E-mail: { $email }
    }{ $phone ->
        [none] { "" }
       *[other] { "\u000A" }Phone: { $phone }
    }{ $organisation ->
        [none] { "" }
       *[other] { "\u000A" }Organisation: { $organisation }
    }{ $website ->
        [none] { "" }
       *[other] { "\u000A" }WebSite: { $website }
    }
registering-caller-caller-consents =
    { $notice ->
        [none] Have you read the privacy notice to the caller, and do they consent?
       *[other] Read to the caller: “{ $notice }” Do they consent?
    }
    .yes = Yes, they consent
    .no = No
registering-caller-address-vouched = Do you vouch that { $email } is the caller's own address? That is kept under your name.
    .yes = Yes, I vouch for it
    .no = No
caller-registered = Registered: the Helpdesk Code of { $name } is { $code }. Read it out to them.
opening-for-caller-sought-given = Who is calling? Helpdesk Code, e-mail, phone or name.
    .label = Caller
opening-for-caller-caller = Is it this person?
    .none = None of these
caller-found = { $name }, { $code }{ $organisation ->
        [none] { "" }
       *[other] , { $organisation }
    }
caller-unknown = Nobody is known by that. To register the caller, type “caller”.
opening-for-caller-problem-subject = What's happening, in one line?
    .label = Subject
opening-for-caller-problem-story = What does the caller say?
    .label = Description
opening-for-caller-felt = How badly does it stop the caller?
    .label = Urgency
    .high = They can't work
    .medium = They can work, with difficulty
    .low = A nuisance, but they can work
    .info = It's just a question
opening-for-caller-open-for-caller = Shall I open the ticket?
    .yes = Open the ticket
    .no = Never mind
hearing-caller-heard-text = What did { $customer } answer about { $ticket } “{ $subject }”?
    .label = Answer on the phone

## Leads
late = { $count ->
        [0] No ticket is past its deadline.
        [one] One ticket past its deadline:
       *[other] { $count } tickets past their deadline:
    }
due-soon = { $count ->
        [0] Nothing else falls due in the next 24 hours. What is late already: “late”.
        [one] One ticket falls due in the next 24 hours:
       *[other] { $count } tickets fall due in the next 24 hours:
    }
saying-why-why-text = Why is { $ticket } “{ $subject }” late? It stays inside the desk.
    .label = Reason
revoking-colleague = Who is to be taken off the desk?
revoking-revoke = Shall I take { $operator } off the desk?
    .yes = Yes
    .no = No
operator-revoked = { $name } no longer works at the desk. Their tickets stay in their name until you hand them over.
letting-in-colleague = Who comes back to the desk?
subscribing-subscribe = Would you like warnings and breaches sent to you too, in your own chat?
    .yes = Yes
    .no = No
no-chat-of-your-own = Write to the desk once in private first: so far there is no chat to send them to.
subscribed = { $warnings ->
        [yes] All right: warnings and breaches come to you too.
       *[no] All right: no more warnings for you.
    }
help-operator =
    “queue” shows who is waiting, “mine” what you hold, “show 1042” a ticket with its notes.
    “claim 1042”, “release 1042”, “assign 1042”, “severity 1042”.
    “reply 1042”, “ask 1042”, “note 1042”, “solve 1042”.
    On the phone: “caller” registers, “phone” opens a ticket, “heard 1042” types an answer.
    If you hold the ticket, what you reply to its card goes to the customer; with “//” in front it stays among us.
help-operator-in-groups = In a group, begin with “/”: “/queue”.
help-lead =
    “late” shows what is past its deadline, “due” what soon will be, “today” the figures.
    “assign 1042” hands a ticket to somebody, “why 1042” writes down why one is late.
    “warnings” to have them sent to your own chat, “revoke” to take somebody off the desk, “let in” to bring them back.
    You can also do all that an operator does: “queue”, “claim 1042”, “reply 1042” …
help-lead-in-groups = In a group, begin with “/”: “/late”.

## A group that lets the desk in
group-not-ours =
    { $channel ->
        [slack] This channel is not one of the desk's yet: its id is { $number }.
       *[other] This group is not one of the desk's yet: its number is { $number }.
    }
    Whoever runs the desk puts it into { $setting }__OPERATORS (for operators) or { $setting }__LEADS (for leads), and starts it again.

## Words that wait for a moment before they go
held-kept-inside = What you wrote was not sent: it stays with us, as a note.
held-lost = What you wrote was not sent, and can't be noted there any more.
edit-too-late = The customer has it already. To put it right, write the correct words here.
edit-of-a-part = That message came in several parts, and one alone can't be changed. Write here what should be corrected.
edit-taken = Corrected.
edit-overtaken = { $ticket ->
        [none] That message has done its work already. If something needs correcting, write it here.
       *[other] Ticket { $ticket } has taken that message in already. Write here what needs correcting, and I'll add it.
    }

## Under a ticket's card
thread-open = From { $customer }{ $follows ->
        [none] { "" }
       *[other] { " " }(after { $follows })
    }: “{ $text }”{ $files ->
        [none] { "" }
       *[other] { " " }📎 { $files }
    }
thread-add = { $customer } { $text ->
        [none] sends 📎 { $files }
       *[other] writes: “{ $text }”{ $files ->
            [none] { "" }
           *[other] { " " }📎 { $files }
        }
    }
thread-answer = { $customer } { $text ->
        [none] answers with 📎 { $files }
       *[other] answers: “{ $text }”{ $files ->
            [none] { "" }
           *[other] { " " }📎 { $files }
        }
    }
thread-edit = { $desk ->
        [yes] { $by }
       *[no] { $customer }
    } corrects it to: “{ $text }”
thread-claim = { $operator } is on it.
thread-take-over = { $operator } took it over from { $from }.
thread-assign = { $by } handed it to { $operator }.
thread-release = { $by } put it back in the queue.
thread-classify = { $by }: severity { $severity ->
        [high] 🔴 High
        [medium] 🟠 Medium
        [low] 🟡 Low
       *[info] 🔵 Info
    }.
thread-note = Note by { $by }{ $about ->
        [late] { " " }(why it is late)
       *[none] { "" }
    }{ $text ->
        [none] { "" }
       *[other] : “{ $text }”
    }{ $files ->
        [none] { "" }
       *[other] { " " }📎 { $files }
    }
thread-reply = { $by } { $text ->
        [none] replies with 📎 { $files }
       *[other] replies: “{ $text }”{ $files ->
            [none] { "" }
           *[other] { " " }📎 { $files }
        }
    }
thread-ask = { $by } asks: “{ $text }” Waiting for the answer.
thread-solve = { $solved_by ->
        [customer] { $customer } says it is solved.
       *[operator] { $by } solved it: “{ $text }”
    }
thread-reopen = Reopened{ $text ->
        [none] .
       *[other] : “{ $text }”
    }
thread-withdraw = { $customer } withdrew it.
thread-merge = Continues in ticket { $into }.
thread-close = Closed.
call-the-customer = 📞 { $customer } can only be told by phone{ $phone ->
        [none] { "" }
       *[other] { ", " }{ $phone }
    }: { $ticket } “{ $subject }”.
wants-a-person = { $customer } would like to talk to a person about { $ticket } “{ $subject }”.
operator-enrolled = First time for { $operator } in the { $lead ->
        [yes] leads'
       *[no] operators'
    } room: they can now work at the desk.

operator-let-in = { $name } works at the desk again.
nobody-to-let-in = Nobody was taken off the desk.
figures-today =
    Today: { $opened } opened, { $claimed } claimed, { $solved } solved, { $reopened } reopened.
    Today's targets missed: { $late_reaction } on the reaction, { $late_resolution } on the resolution.
    Open now: { $open } (High { $high }, Medium { $medium }, Low { $low }, Info { $info }, no severity yet { $unclassified }).{ $claim_median ->
        [none] { "" }
       *[other] { "\u000A" }To claim one: { $claim_median } in the median, nine times in ten within { $claim_90 }.
    }{ $solve_median ->
        [none] { "" }
       *[other] { "\u000A" }To solve one: { $solve_median } in the median, nine times in ten within { $solve_90 }.
    }
