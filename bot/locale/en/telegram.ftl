# How the bot introduces itself on Telegram: the commands of its menu, and what is read before anybody writes to it.

telegram-description =
    { $name }

    Write here what is wrong and we open a ticket: the answer comes in this chat. You can send photos and files, ask how it stands, and read it all again.
telegram-short-description = { $name }: write what is wrong, we open a ticket and answer you here.

about-command-help = What can be done here
about-command-cancel = Drop what is under way

## Whoever asks for help
about-command-open = Open a ticket
about-command-ticket = How a ticket stands
about-command-tickets = All tickets, the closed ones too
about-command-solved = It works: the ticket is solved
about-command-reopen = It still fails: carry on
about-command-withdraw = The ticket is no longer needed
about-command-register = Name, e-mail and phone, just once
about-command-language = Change the language
about-command-link = Link another channel
about-command-use-code = Use a code from another channel
about-command-hours = When we are here, and the phone
about-command-human = Talk to a person

## Whoever answers
about-command-queue = Who is waiting
about-command-mine = The tickets you hold
about-command-show = A ticket, with its notes
about-command-claim = Take a ticket
about-command-release = Leave a ticket to whoever can
about-command-classify = How severe a ticket is
about-command-reply = Answer a ticket
about-command-ask = Ask something: the clock stops meanwhile
about-command-note = A note that stays among us
about-command-solve = The ticket is solved
about-command-assign = Hand a ticket over
about-command-caller = Register somebody who calls
about-command-phone = Open a ticket for somebody who calls
about-command-heard = Write down what was said on the phone
about-command-why = Why a ticket is late

## Whoever leads
about-command-late = What is past its deadline
about-command-due = What falls due soon
about-command-today = Today's figures
about-command-subscribe = Alerts in your own chat, too
about-command-revoke = Take somebody off the desk
about-command-let-in = Let somebody back in
