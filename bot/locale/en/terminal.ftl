# What the terminal itself says: its seats, its clock, files.

terminal-welcome =
    Both sides of the counter are here. You are { $customer }, who has a problem: say what it is, or type help.
    Type #operators or #leads to change seats, mail to read what the desk mails, { $customer } to come back.
    Time stands still until you push it: wait 2h, wait until monday 08:30. Leave with Ctrl-D.
terminal-welcome-run = You sit on both sides of the desk: eva (or any name, after /seat) is a customer, #operators and #leads work. Leave with Ctrl-D.
terminal-open = open until { TIME($closes) }
terminal-closed = closed until { $opens }
terminal-here = You sit at { $seat } now.
terminal-mail-empty = No mail yet.
terminal-mail-is-read = Mail is only read here. Type eva or #operators to say something.
terminal-no-such-seat = There is no such seat here. Names of customers have letters only, and rooms are { $rooms }.
terminal-no-seat = A line begins with who speaks, as in “eva: hello”, or pushes the clock, as in “wait 2h”.
terminal-no-moment = How long? For instance “wait 2h” or “wait until monday 08:30”, up to a year ahead.
terminal-no-waiting = Time goes by itself here. It can be pushed in sportello demo.
terminal-bad-line = Line { $number }: { $why }
terminal-not-a-demos-folder = { $folder } belongs to a desk in service. Name another folder for the demo.
terminal-file-not-named = Which file? For instance: /attach ~/photo.png
terminal-file-missing = There is no file at { $path }.
terminal-file-is-a-folder = { $path } is a folder. Attach its files one by one.
terminal-file-is-none = { $path } is not a file that can be attached.
terminal-file-closed = { $path } may not be read. Change its permissions, then attach it again.
terminal-file-empty = { $path } is empty.
terminal-file-too-big = { $path } is too big: a file may have up to { $limit } MB.
