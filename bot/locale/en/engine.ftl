### What the desk always says in the same way: moments, commands, choices, what is wrong with an answer.

## Moments

moment-today = today at { $time }
moment-tomorrow = tomorrow at { $time }
moment-yesterday = yesterday at { $time }
moment-day = { $day } at { $time }
moment-by = { $time }
moment-of = { $time }
moment-of-day = { $moment }
day-today = today
day-tomorrow = tomorrow
day-yesterday = yesterday
less-than-a-minute = less than a minute
lasting-day = { $n } { $n ->
    [one] day
   *[other] days
}
lasting-hour = { $n } { $n ->
    [one] hour
   *[other] hours
}
lasting-minute = { $n } { $n ->
    [one] minute
   *[other] minutes
}

## Moving about in a dialog

command-cancel = cancel, never mind, forget it, stop
command-back = back, go back
command-skip = skip, pass, next, no, none, nothing, -
command-edit = edit, change, correct
command-restart = start over, restart, from the beginning
command-continue = continue, go on
key-cancel = Cancel
key-back = Back
key-form = Fill in the form
key-skip = Skip
key-edit = Edit: { $what }
write-besides = You can also write: { $words }.
reply-to-this = Reply to this message.
cancelled = Cancelled.
nothing-before = This is the first question: there is nothing before it.
nothing-to-cancel = There is nothing to cancel.
nothing-open = There is no open question.
nothing-done = All right, everything stays as it is.
cannot-skip = This one is needed, it can't be skipped.
edit-which = What would you like to change? Write “edit” and one of these: { $what }.
pick-one = Pick one of these answers.
continue-or-anew = Something was left half done. Shall we pick it up again?
offer-continue = Yes, carry on
offer-anew = No, start afresh
step-done = { $open ->
    [yes] That step is done. Here is the one that's open now.
   *[no] That step is done.
}
not-your-talk = That question is for somebody else.
not-for-you = That command can't be used here. Write “help” to see those that can.
members-only = Only members of this group can act here.
no-such-command = There is no such command. Write “help” to see those there are.
register-first = First we need to know who you are: just a few questions, and what you wrote is kept. If we know you already, write “{ $command ->
        [none] /use_code
       *[other] { $command } use_code
    }”.

## When something else comes

say-something = Your message is empty. Write what you need.
only-words = { $what ->
    [voice] We can't listen to voice messages. Please write it in words.
    [location] We don't need your location. Please write it in words.
    [sticker] We can't read stickers. Please write it in words.
   *[other] We can't read this kind of message. Please write it in words.
}
files-kept = { $count ->
    [one] Got the file, I'll attach it.
   *[other] Got { $count } files, I'll attach them.
}
words-beside-files = The files are attached, the words beside them are not: “{ $given }”. To add them, edit the description.
file-too-large = { $count ->
    [one] The file “{ $names }” is too large: up to { $limit } MB can come from here.
   *[other] These files are too large, up to { $limit } MB can come from here: “{ $names }”.
}{ $phones ->
    [none] { " " }A smaller one will do.
   *[other] { " " }A smaller one will do; if there is none, call us and we find another way: { $phones }.
}
files-not-wanted = No file is needed here: just write the answer.
files-or-skip = Send a photo or a file, or write “skip”.
could-not-take = A message from { $name } ({ NAME("channel", $channel) }) was lost after three tries. Better write to them.
could-not-take-yours = Your last message didn't get through, and the desk knows. Try writing it another way, or call us.

## Free text: what is offered

greeting = Hello. Write what's going on, or pick something below.
welcome = Hello, this is the help desk. Write what's going on: we open a ticket and answer you here.
you-are-welcome = You're welcome. If there is anything else, write here.
open-with-these-words = Shall I open a ticket with { $words ->
        [no] what you sent
       *[yes] what you wrote
    }?
did-you-mean = Is this what you mean?
not-understood = I'm not sure I understood. Shall I open a ticket with what you wrote?
answer-or-not = We are waiting for your answer on ticket { $ticket }: “{ $question }” Is this it?
answer-to-which = We are waiting for your answer on { $count } tickets. Which one is this?
is-it-solved = I added it to ticket { $ticket }. Shall I mark it as solved?
ticket-is-solved = Ticket { $ticket } is solved. Shall I reopen it with { $words ->
        [no] what you sent
       *[yes] what you wrote
    }?
ticket-is-closed = Ticket { $ticket } is closed. Shall I open a new one with { $words ->
        [no] what you sent
       *[yes] what you wrote
    }?
kept-inside = This stays with us: the customer of ticket { $ticket } does not see it.
language-offer = Would you like us to write to you in English?
    .language = Yes, in English
offer-no = No, thanks
offer-open = Open a ticket
offer-answer = { $ticket } “{ $subject }”
offer-answer-it = Yes, that is my answer
offer-ticket = { $ticket ->
    [none] How the ticket stands
   *[other] How { $ticket } stands
}
offer-tickets = All my tickets
offer-register = Register
offer-human = Talk to a person
offer-hours = Hours and phone numbers
offer-help = Help
offer-withdraw = { $ticket ->
    [none] Withdraw a ticket
   *[other] Withdraw { $ticket }
}
offer-solved = { $ticket } is solved
offer-reopen = Reopen { $ticket }
offer-add = Add to { $ticket }
offer-claim-and-send = Claim and send
offer-send = Send to the customer
offer-keep-inside = Keep it with us

## Choices

option-yes = Yes
option-no = No
option-none = None of these
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

## What is wrong with an answer

problem-string-too-short = { $length ->
    [0] An answer is needed here.
   *[other] That is a little short: at least { $min_length } characters are needed.
}
problem-string-too-long = That is too long: { $length } characters, and { $max_length } fit. What you wrote begins with “{ $given }”.
problem-string-pattern-mismatch = “{ $given }” does not have the right form.
problem-string-type = An answer in words is needed here.
problem-enum = Pick one of these answers.
problem-literal-error = Pick one of these answers.
problem-bool-parsing = Answer yes or no.
problem-int-parsing = A number is needed here.
problem-value-error = “{ $given }” does not fit here.
problem-no-longer-there = That choice is gone. Pick one of those there are now.
problem-no-words = Words are needed here: “{ $given }” has none.
problem-no-name = “{ $given }” doesn't look like a name.
problem-mail-comma = “{ $given }” has a comma where a dot belongs. What is the right address?
problem-mail-no-at = “{ $given }” has no @. What is the whole address?
problem-mail-space = “{ $given }” has a space inside. What is the address without it?
problem-mail-form = “{ $given }” does not look like an address. It should be like eva@example.org.
problem-phone-form = “{ $given }” does not look like a phone number. It should be like 020 7946 0000 or +39 333 1234567.
problem-code-form = “{ $given }” is not a six-digit code. The right one is in the e-mail we sent you.

## Why the desk can't

refused-not-now = { $state ->
    [new] Nobody has taken ticket { $ticket } yet: this can't be done now.
    [claimed] Somebody is working on ticket { $ticket } already: this can't be done now.
    [waiting] Ticket { $ticket } is waiting for an answer from whoever has the problem: this can't be done now.
    [solved] Ticket { $ticket } is solved already. If it is still needed, it can be reopened.
    [closed] Ticket { $ticket } is closed. If it is still needed, a new one can be opened.
   *[other] This can't be done now.
}
refused-not-yours = { $act ->
    [act-here] Only people who work at the desk can act here. If that is a mistake, ask the leads.
   *[other] That is for somebody else to do.
}
refused-unknown-ticket = { $inside ->
    [yes] There is no ticket { $ticket }.
   *[no] You have no ticket { $ticket }. Write “my tickets” to see them all.
}
refused-unknown-customer = { $given ->
    [none] There is no registration.
   *[other] Nobody is known by “{ $given }”.
}
refused-unknown-colleague = Nobody at the desk has that name.
refused-already-claimed = { $operator ->
    [none] Ticket { $ticket } is no longer theirs. Have another look and try again.
   *[other] { $operator } has just taken it.
}
refused-moved-meanwhile = Ticket { $ticket } has just changed. Have another look and try again.
refused-severity-needed = Before ticket { $ticket } is solved, it needs a severity.
refused-unknown-code = { $left ->
    [none] That code is not right. Have another look.
    [0] That code is not right, and no tries are left. For a new one write “code”, or “link” on the other channel.
    [one] That code is not right. One try is left.
   *[other] That code is not right. { $left } tries are left.
}
refused-code-expired = That code no longer works. For a new one write “code”, or “link” on the other channel.
refused-too-many-tries = { $minutes ->
    [none] No tries are left for that code. For a new one write “code”, or “link” on the other channel.
    [0] No tries are left for that code. For a new one write “code”, or “link” on the other channel.
    [one] Too many tries. Try again in a minute.
   *[other] Too many tries. Try again in { $minutes } minutes.
}
refused-already-known = We know each other already: your Helpdesk Code is { $code }.
refused-address-refused = { $given ->
    [none] That address can't be used.
   *[other] “{ $given }” can't be used as an address.
}
refused-too-much = { $what ->
    [text] The text is too long: { $limit } characters at most. The rest can be sent as a file.
    [files] Too many files at once: { $limit } at most.
    [file] The file is too large.
    [tickets] You have { $limit } open tickets already: wait until some are closed before you open more.
    [codes] Too many codes in a short time. Try again later.
   *[other] That is too much: { $limit } at most.
}

## The ticket in the operators' room

card-head = { $severity ->
    [high] 🔴 High
    [medium] 🟠 Medium
    [low] 🟡 Low
    [info] 🔵 Info
   *[none] ⚪ To be classified
}{ $provisional ->
    [yes] { $severity ->
        [none] { "" }
       *[other] , to be confirmed
    }
   *[no] { "" }
} · { $ticket } “{ $subject }”
card-customer = { $customer ->
    [none] Data erased
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
}opened { $opened }{ $door ->
    [phone] { " " }by phone
   *[other] { "" }
}
card-state = { $state ->
    [new] Nobody has taken it yet.
    [claimed] { $holder } has it.
    [waiting] { $holder } has it, waiting for an answer.
    [solved] ✅ Solved { $solved }.
   *[closed] Closed.
}
card-clock = { $reaction ->
    [none] { "" }
   *[other] To be claimed by { BY($reaction) }.
}{ $due ->
    [none] { "" }
   *[other] { $reaction ->
        [none] { "" }
       *[other] { " " }
    }Solution by { BY($due) }.
}{ $left ->
    [none] { "" }
   *[other] { " " }{ $left } left.
}{ $late ->
    [none] { "" }
   *[other] { " " }🔴 Late by { $late }.
}
