# What the program says to whoever installs it and keeps it running: settings, doctor, init, run.

## What each setting is for (sportello init, docs/settings.md)

about-data = The folder in which the desk keeps its database and files.
about-secret = A secret phrase of at least 16 characters that protects one-time codes. Without it one is made in the data folder; write it here when several machines share a database.
about-database = Where the tickets are.
about-database-url = sqlite:///path for a file, postgresql://user:password@host/name for PostgreSQL. Without it, a SQLite file in the data folder.
about-desk = How the desk presents itself.
about-desk-name = The name that people read.
about-desk-language = The desk's language: that of its rooms, and of what it tells its administrator.
about-desk-languages = The languages it speaks with people. Titles, answers and the privacy notice are needed in each.
about-desk-formal = In Italian, true says Lei and false says tu.
about-desk-thread = direct: what a ticket's holder writes under its card goes to the customer. explicit: only what is written with Reply does.
about-desk-zone = The zone in which times are told. Without it, that of the staffed hours.
about-desk-phones = Phone numbers, as they are to be dialled.
about-desk-privacy = The notice that people consent to when they register, in each language: its text, or the address of a page.
about-topics = What one chooses from when opening a ticket. Who writes one writes them all: these go.
about-topics-key = A short name, in small letters and without spaces, which rooms use.
about-topics-titles = What it is called, in each language.
about-topics-answers = A short answer, offered before a ticket is opened, in each language. May be left out.
about-rooms = The rooms of operators and leads. Telegram's groups can be written in telegram.operators and telegram.leads as well, Slack's channels in slack.operators and slack.leads. Without any room, there are those of the terminal.
about-rooms-channel = The channel it is on.
about-rooms-address = Its address on that channel.
about-rooms-room = operators or leads.
about-rooms-topic = Only tickets of this topic. Without it, all that have no room of their own.
about-rooms-language = The room's language. Without it, the desk's.
about-people = Who is who.
about-people-operators = Who may act in the operators' room, as channel:address. Empty: whoever belongs to it.
about-people-leads = Who may act in the leads' room, as channel:address. Empty: whoever belongs to it.
about-people-phone_country = The country code of numbers written without one.
about-habits = The desk's habits.
about-habits-close_solved_after_days = After how many days a solved ticket is closed.
about-habits-remind_after_working_days = After how many working days an unanswered question is recalled.
about-habits-close_unanswered_after_working_days = After how many working days an unanswered ticket is closed.
about-habits-code_minutes = For how many minutes a one-time code is good.
about-habits-code_tries = How many times it may be mistyped.
about-habits-longest_text = How many characters a message may have.
about-habits-most_open = How many open tickets one person may have at once.
about-habits-hold_seconds = For how many seconds what is written under a card can still be corrected or taken back before it goes. 0 for none.
about-sla = The service levels. Those written here are the page's.
about-sla-policy = The path of a file that holds all that follows; then nothing else belongs here.
about-sla-clock = How an hour is counted: desk, staffed or wall (docs/service-levels.md).
about-sla-zone = The zone of the staffed hours, or a fixed offset such as +01:00.
about-sla-hours = The staffed hours. Several windows a day are separated by a comma: "Mon-Fri 08:30-13:00,14:00-19:00".
about-sla-holidays = Whose holidays are kept: italy, or none.
about-sla-local_days = Local days kept every year, such as a patron saint's: "12-07".
about-sla-closures = Other closures: "2026-08-14", "2026-08-10/2026-08-21" or "2026-12-24T13:00/2026-12-24T19:00".
about-sla-targets = The targets of each severity: 30m, 8h, 2bd for two business days.
about-sla-targets-reaction = By when an operator takes the ticket in charge.
about-sla-targets-resolution = By when it is solved, if it was opened in staffed hours.
about-sla-targets-resolution_otherwise = By when it is solved, if it was opened at any other time.
about-telegram = Telegram. Without a token this channel isn't there. How to begin: docs/telegram.md.
about-telegram-token = The token that BotFather gives. Better in a variable or a secret file than here.
about-telegram-operators = The operators' group, by the number that the bot tells when it is added: -1001234567890. Several are separated by a comma; a group for each topic is written as a table, with "" for all others: { "{" } "" = -1001234567890, documents = -1009876543210 { "}" }.
about-telegram-leads = The leads' group, written as the operators' is. It may be one person's chat as well.
about-telegram-webhook = The public address, https, to which Telegram delivers. Without it the desk asks Telegram itself: that takes no public address.
about-telegram-webhook_secret = What Telegram shows when it delivers, so that nobody else can. Without it, one is derived from the token.
about-telegram-webhook_host = At which address of this machine the desk listens to what the proxy hands on.
about-telegram-webhook_port = At which port.
about-telegram-base_url = Where the Bot API is: a server of your own, or Telegram's.
about-telegram-base_file_url = Where files are: with a server of your own they may have 2 GB, with Telegram's 20 MB.
about-slack = Slack. Without the bot's token this channel isn't there. How to begin: docs/slack.md.
about-slack-bot_token = The bot's token, which begins with xoxb-: on the app's page, OAuth & Permissions. Better in a variable or a secret file than here.
about-slack-app_token = The app's token for Socket Mode, which begins with xapp-: on the app's page, Basic Information, App-Level Tokens. With it the desk asks Slack itself: that takes no public address. Better in a variable or a secret file than here.
about-slack-signing_secret = What Slack signs its requests with: on the app's page, Basic Information, App Credentials. Needed without the app's token, where Slack delivers to a public address.
about-slack-operators = The operators' channel, by its id or its link: C0123456789. Several are separated by a comma; a channel for each topic is written as a table, with "" for all others: { "{" } "" = "C0123456789", documents = "C0987654321" { "}" }.
about-slack-leads = The leads' channel, written as the operators' is.
about-slack-http_host = Without the app's token: at which address of this machine the desk listens to what the proxy hands on.
about-slack-http_port = At which port.
about-slack-http_path = At which path: the end of the address that the app's manifest names.
about-slack-base_url = Where Slack's Web API is.
about-mail = Mail that goes out. Without a host no mail is sent, and addresses stay unproven.
about-mail-host = The SMTP server.
about-mail-port = The port. Without it the usual one: 587 with starttls, 465 with tls, 25 with none.
about-mail-user = The user name, if the server asks for one.
about-mail-password = The password. Better in a variable or a secret file than here.
about-mail-sender = The sender, as help@example.org or Help desk <help@example.org>.
about-mail-security = starttls, tls, or none for no encryption.
about-files = Attachments.
about-files-store = A folder, or a bucket such as s3://name. Without it, the folder files among the data.
about-files-largest_mb = How many megabytes a file may have.
about-files-most = How many files a message may have.
about-log = The program's log.
about-log-level = From which level on things are written: debug, info, warning, error.
about-log-file = A file to write it to. Without it, standard error.
about-log-json_lines = true writes one line of JSON for each event, false lines to be read. Without it, JSON where there is no terminal.
about-watching = For whoever watches the desk. How: docs/operations.md.
about-watching-listen = Address and port of a door that answers /healthz, /readyz and /metrics. It asks for no password: let only the watchers reach it. Without it there is no door.
about-watching-heartbeat = An address that is asked for once a minute as long as all is well, for a service that calls somebody when it stops. It is a secret: better in a variable or a secret file than here.
about-watching-traces = true sends a trace of each thing heard and each thing sent, where OpenTelemetry's own variables say. It takes the extra sportello[otel].

## A wrong setting

settings-wrong = { $count ->
    [one] One setting is wrong:
   *[other] { $count } settings are wrong:
}
settings-then = Correct this and try again. All settings are in docs/settings.md; `sportello init` writes a file of them with comments.
setting-unknown = { $name } doesn't exist. The list is in docs/settings.md.
setting-unknown-near = { $name } doesn't exist. Did you mean { $nearest }?
setting-later = { $name } doesn't exist yet: { $section } comes with one of the next releases. Take this line out for now.
setting-file-broken = { $file } is not valid TOML: { $why }.
setting-file-unreadable = { $file } can't be read: { $why }.
setting-folder-unreadable = The folder of secrets { $folder } can't be read: { $why }.
setting-not-json = { $name } wants a list or a table in JSON, such as ["it", "en"]. Writing it in sportello.toml is easier.
setting-missing = { $name } is missing.
setting-bool = { $name } is “{ $given }”: write true or false.
setting-number = { $name } is “{ $given }”: a whole number belongs there.
setting-choice = { $name } is “{ $given }”: write one of these words: { $choices }.
setting-too-small = { $name } is { $given }: it must be at least { $ge }.
setting-too-large = { $name } is { $given }: it must be at most { $le }.
setting-empty = { $name } is empty or too short: at least { $min_length } is needed.
setting-too-long = { $name } is too long.
setting-form = { $name } is “{ $given }”: write something like { $example }.
setting-text = { $name } wants a text in quotes.
setting-list = { $name } wants a list in square brackets, such as ["one", "two"].
setting-table = { $name } wants a table, a line for each value.
setting-sqlite-url = { $name } is a database that doesn't last: write the path of a file, such as sqlite:///data/sportello.db.
setting-database-url = { $name } is no address that the desk knows: write sqlite:///data/sportello.db or postgresql://user@host/name.
setting-reads-wrong = { $name }: { $what }
setting-wrong = { $name } is wrong: { $why }.
setting-language-not-spoken = { $name } lacks { $language }, the desk's own language: add it.
setting-topic-twice = { $name } has two topics called { $topic }: rename one of them.
setting-topic-unknown = { $name } is no topic of this desk. There are: { $choices }.
setting-untold = { $name } has no text in { $language ->
    [it] Italian (it)
    [en] English (en)
   *[other] { $language }
}: add it, or take the language out of desk.languages.
setting-telegram-token = { $name } hasn't the shape of a token: those of BotFather are like 123456789:AAH4… Copy all of it, without spaces.
setting-telegram-secret = { $name } may have letters without accents, digits, _ and -, up to 256. Without it, one is derived from the token.
setting-telegram-group = { $name }: “{ $group }” is not the number of a group. It looks like -1001234567890: the bot tells it when it is added to the group.
setting-telegram-twice = { $name } names { $group } twice: a group is one room, the operators' or the leads', of one topic or of all.
setting-telegram-person = { $name } has { $person }: a person on Telegram is a number, as in telegram:123456789. Where the list is empty, whoever belongs to the group may act.
setting-telegram-no-token = { $name } is missing: with { $because }, the token that BotFather gives is needed.
setting-telegram-https = { $name } must begin with https, at port 443, 80, 88 or 8443: Telegram delivers nowhere else.
setting-slack-bot-token = { $name } hasn't the shape of a bot's token: that begins with xoxb-, and is on the app's page, under OAuth & Permissions. Copy all of it, without spaces.
setting-slack-app-token = { $name } hasn't the shape of an app's token: that begins with xapp-, and is on the app's page, under Basic Information, App-Level Tokens. Copy all of it, without spaces.
setting-slack-secret = { $name } hasn't the shape of a signing secret: that is on the app's page, under Basic Information, App Credentials, and is no token.
setting-slack-group = { $name }: “{ $group }” is not the id of a channel. It looks like C0123456789: in Slack press the channel's name; the id is at the end of About. The channel's link does as well.
setting-slack-twice = { $name } names { $group } twice: a channel is one room, the operators' or the leads', of one topic or of all.
setting-slack-person = { $name } has { $person }: a person on Slack is an id, as in slack:U0123456789 (in their profile: ⋮, Copy member ID). Where the list is empty, whoever belongs to the channel may act.
setting-slack-no-token = { $name } is missing: with { $because }, the bot's token is needed; it begins with xoxb-.
setting-slack-no-way = { $name } is missing: without it the desk hears nothing on Slack. Write the app's token, which begins with xapp-; or, where Slack is to deliver to a public address, { $secret }.
setting-web-address = { $name } is no address: write something like { $example }.
setting-watching-door = { $name }: “{ $given }” is no address and port: write something like { $example }.
setting-no-sender = { $name } is missing: with mail.host, the sender's address is needed.

## init

init-written = I have written { $file }. Each line that begins with # is the value that holds already: take the # away to change it. Then `sportello doctor`.
init-exists = { $file } is there already and stays as it is. To replace it: sportello init --force.
init-unwritable = { $file } can't be written: { $why }.
init-title = The settings of Sportello. Environment variables (such as { $variable }) come first, then secret files, then this file.
init-hint = Lines with # are the values that hold already: take the # away and change them.

## doctor

doctor-settings = The settings can be read{ $file ->
    [none] { "" } (no sportello.toml: the defaults hold)
   *[other] { "" } ({ $file })
}.
doctor-data = The data folder { $folder } can be written, with { $free } GB free.
doctor-data-little = The data folder { $folder } has only { $free } MB free: make room before the disk is full.
doctor-database = The database answers and can be written ({ $place }).
doctor-database-new = The database is still to be made ({ $place }): `sportello run` does it.
doctor-data-new = The data folder { $folder } is still to be made, with { $free } GB free: `sportello run` does it.
doctor-database-behind = The database is of an earlier version: `sportello run` upgrades it. Make a copy first.
doctor-database-busy = The database is in use: process { $process } holds it. That is fine, if it is the desk.
doctor-clock = The clock says { $at }.
doctor-clock-past = The clock says { $at }, but { $file } is of { $written }: the clock is slow. Set it (timedatectl set-ntp true).
doctor-clock-odd = The clock says { $at }: that can't be. Set it (timedatectl set-ntp true).
doctor-zone-missing = The time zones' data is missing: install the package tzdata.
doctor-calendar = The calendar is complete: { $this } holidays or closed days in { $year }, { $next } in { $following }. { $staffed ->
    [yes] The desk is open now; it closes { $until }.
   *[no] The desk is closed now; it opens { $until }.
}
doctor-calendar-empty = The calendar has no holidays in { $year }: upgrade the package holidays, or write them in sla.closures.
doctor-calendar-ended = The calendar has no opening any more: look at sla.hours and sla.closures.
doctor-policy = The service levels are in order.
doctor-policy-warning = Something in the service levels is odd: { $what } The desk works all the same; `sportello sla lint` shows an example.
doctor-policy-broken = The service levels can't be read: { $what }
doctor-languages = All texts are there: { $languages }.
doctor-language-missing = { $count } texts are missing in { $language }: { $missing }. Install the program anew.
doctor-mail = Mail leaves by { $host }:{ $port } ({ $security }).
doctor-mail-none = Mail is not set up: people's addresses stay unproven. Set SPORTELLO_MAIL__HOST and SPORTELLO_MAIL__SENDER.
doctor-mail-plain = Mail leaves by { $host }:{ $port } without encryption: only good on the same machine.
doctor-mail-unreachable = The mail server { $host }:{ $port } doesn't answer: { $why }. Check its name, its port and the firewall.
doctor-mail-no-tls = The mail server { $host }:{ $port } doesn't encrypt as asked ({ $security }): { $why }. Try another mail.security, or look at its certificate.
doctor-mail-refused = The mail server { $host }:{ $port } doesn't take the user name and password of mail.user.
doctor-telegram = Telegram answers. The bot is “{ $name }”: people find it at https://t.me/{ $username }
doctor-telegram-unreachable = Telegram doesn't answer ({ $host }): { $why }. Check the network and the firewall.
doctor-telegram-refused = Telegram doesn't know the token. In BotFather press /token and pick the bot to see it again, or /revoke for a new one; then write it in SPORTELLO_TELEGRAM__TOKEN.
doctor-telegram-later = Telegram asks to wait { $seconds } seconds: it was asked too often. Then try again.
doctor-telegram-no-groups = No group is set yet: add @{ $username } to the operators' group, and it tells which number to write in SPORTELLO_TELEGRAM__OPERATORS.
doctor-telegram-closed = The bot can't be added to groups. In BotFather press /setjoingroups, pick @{ $username } and press Enable.
doctor-telegram-privacy = In groups where it is no administrator, the bot hears only commands, replies to its messages, and what happens there: that is enough.
doctor-telegram-no-privacy = The bot hears all that is written in its groups, and keeps only what concerns it. So that it doesn't even hear the rest: in BotFather /setprivacy, @{ $username }, Enable.
doctor-telegram-group = The group “{ $title }” ({ $group }) is the { $room ->
    [operators] operators'
   *[leads] leads'
}: { $how ->
    [topics] it will have a topic for each ticket.
    [administrator] the bot is an administrator there; what is replied to a card goes to its ticket.
   *[member] the bot is a member; what is replied to a card goes to its ticket.
}
doctor-telegram-chat = The chat with { $title } ({ $group }) is the { $room ->
    [operators] operators'
   *[leads] leads'
} room.
doctor-telegram-unknown = The bot knows no group { $group }. If the number is right (those of groups begin with -), add @{ $username } to the group; if it is a person's, they press Start in the bot's chat first.
doctor-telegram-outside = The bot is no member of “{ $title }” ({ $group }): add @{ $username } to the group.
doctor-telegram-kicked = The bot was removed from the group { $group }: add @{ $username } again.
doctor-telegram-moved = The group { $group } has become a supergroup: its number is { $to } now. The desk follows; write it in the settings too.
doctor-telegram-mute = In “{ $title }” ({ $group }) the bot can't write: { $why ->
    [restricted] somebody has restricted it. In the group's settings, open the permissions of @{ $username } and lift the restriction.
   *[silent] only administrators can. In the group's settings, add @{ $username } to the administrators.
}
doctor-telegram-no-topics = “{ $title }” ({ $group }) has topics, but the bot can't manage them: all cards come in General. For a topic for each ticket: in the group's settings, Administrators, add @{ $username } and switch on “Manage topics”.
doctor-telegram-public = “{ $title }” ({ $group }) is public (t.me/{ $address }): anybody can read the tickets, and whoever joins can act as { $room ->
    [operators] an operator
   *[leads] a lead
}. In the group's settings, make it private.
doctor-telegram-channel = “{ $title }” ({ $group }) is a channel, where nobody can reply: a group is needed.
doctor-telegram-odd = Of { $group } Telegram says: { $why }
doctor-telegram-polling = Telegram is asked for messages, without a public address{ $pending ->
    [0] {""}.
    [one] {""}; one is waiting.
   *[other] {""}; { $pending } are waiting.
}
doctor-telegram-webhook = Telegram delivers to { $host }{ $pending ->
    [0] {""}.
    [one] {""}; one message is waiting.
   *[other] {""}; { $pending } messages are waiting.
}
doctor-telegram-webhook-elsewhere = Telegram delivers to { $host }, not { $wanted ->
    [none] here: `sportello run` goes back to asking for messages by itself
   *[other] to { $wanted }: `sportello run` changes it
}. If { $host } belongs to another program, it needs a bot of its own.
doctor-telegram-webhook-unset = Telegram doesn't deliver to { $wanted } yet: `sportello run` sees to it.
doctor-telegram-webhook-failing = Telegram can't deliver to { $host } ({ $pending } waiting). The last try, { $ago } ago: { $why }. Check the proxy, the certificate, and that the desk runs.
doctor-slack = Slack answers. The app is @{ $name } in the workspace “{ $team }”.
doctor-slack-unreachable = Slack doesn't answer ({ $host }): { $why }. Check the network and the firewall.
doctor-slack-refused = Slack doesn't take the bot's token ({ $why }). On the app's page (https://api.slack.com/apps), press Install App, then Install to Workspace, or Reinstall; write the Bot User OAuth Token in SPORTELLO_SLACK__BOT_TOKEN.
doctor-slack-later = Slack asks to wait { $seconds } seconds: it was asked too often. Then try again.
doctor-slack-scopes = The app may do all that the desk needs.
doctor-slack-scopes-missing = The app may not do all that the desk needs: it lacks { $missing }. On its page, App Manifest, put what `sportello slack manifest` prints and press Save Changes; then Install App, Reinstall to Workspace.
doctor-slack-socket = Slack is asked for what people do (Socket Mode), without a public address.
doctor-slack-app-refused = Slack doesn't take the app's token ({ $why }). On the app's page, Basic Information, App-Level Tokens, press Generate Token and Scopes and add connections:write; write the token in SPORTELLO_SLACK__APP_TOKEN.
doctor-slack-no-socket = Slack opens no line for Socket Mode: { $why }. On the app's page, press Socket Mode and switch on Enable Socket Mode.
doctor-slack-http = Slack delivers to a public address; behind it, the desk listens at { $place }. On the app's page, Event Subscriptions must say Verified.
doctor-slack-channel = The channel #{ $title } ({ $group }) is the { $room ->
    [operators] operators'
   *[leads] leads'
}, and the app belongs to it.
doctor-slack-channel-unknown = The app sees no channel { $group }. If the id is right, the channel is private and the app isn't in it: write /invite @{ $username } there.
doctor-slack-channel-outside = The app doesn't belong to #{ $title } ({ $group }): write /invite @{ $username } there.
doctor-slack-channel-archived = The channel #{ $title } ({ $group }) is archived, and nothing can be written there. In Slack, open it and press Unarchive, or name another one in the settings.
doctor-slack-channel-public = The channel #{ $title } ({ $group }) is public: anybody in the workspace can read the tickets, and whoever joins can act as { $room ->
    [operators] an operator
   *[leads] a lead
}. In the channel's settings, press “Change to a private channel”.
doctor-slack-channel-shared = The channel #{ $title } ({ $group }) is shared with another workspace, whose people read the tickets too. Better name a channel of your own people.
doctor-slack-channel-odd = Of the channel { $group } Slack says: { $why }.
doctor-slack-no-channels = No channel is set yet: write /invite @{ $username } in the operators' channel, and the app tells which id to write in SPORTELLO_SLACK__OPERATORS.
doctor-files = Attachments can be kept ({ $place }).
doctor-files-broken = Attachments can't be kept in { $place }: { $why }.
doctor-watching-traces = watching.traces is on, but the extra is missing: no trace leaves. pip install 'sportello[otel]'
doctor-watching-open = The door for whoever watches stands at { $listen } and asks for no password: make sure that only the watchers reach it.
doctor-rooms = { $operators ->
    [one] One room for operators
   *[other] { $operators } rooms for operators
}, { $leads ->
    [one] one for leads
   *[other] { $leads } for leads
}.
doctor-rooms-none = There are no rooms: the desk is used from the terminal. To work from a group on Telegram: docs/telegram.md; from a channel on Slack: docs/slack.md.
doctor-rooms-no-rest = Every room of the { $kind ->
    [operators] operators
   *[leads] leads
} takes one topic alone: tickets of other topics, or of none, are seen by nobody. Add a room without a topic.
doctor-rooms-no-operators = No room is the operators': nobody sees new tickets. Set telegram.operators or slack.operators, or add a [[rooms]] with room = "operators".
doctor-rooms-no-leads = No room is the leads': nobody is told of missed targets. Set telegram.leads or slack.leads, or add a [[rooms]] with room = "leads".
doctor-privacy = The privacy notice is the example's: write your own in desk.privacy.
doctor-secret = Several machines on one database need the same secret phrase: set SPORTELLO_SECRET on each.
doctor-well = All is well.
doctor-well-enough = The desk can start. { $warnings ->
    [one] There is one point to look at.
   *[other] There are { $warnings } points to look at.
}
doctor-ill = { $faults ->
    [one] There is one problem to solve
   *[other] There are { $faults } problems to solve
} before the desk can start.

## run

run-serving = The desk “{ $name }” is in service (version { $version }, { $place }).
run-ended = The desk has stopped. What was still to be said goes out when it starts again.
run-channels = It answers on { $channels }.
run-no-group = No group is the operators' yet: add the bot to the group, and it tells which number to write in SPORTELLO_TELEGRAM__OPERATORS.
run-no-channel = No channel is the operators' yet: invite the app to the channel, and it tells which id to write in SPORTELLO_SLACK__OPERATORS.
run-channels-later = No channel is set up: you talk from this terminal.
run-channels-hint = For Telegram set SPORTELLO_TELEGRAM__TOKEN (docs/telegram.md), for Slack SPORTELLO_SLACK__BOT_TOKEN (docs/slack.md).
run-no-terminal = No channel is set up and there is no terminal: alerts and reminders go out, but talking to the desk takes a terminal.

## What can go wrong

trouble-data-unwritable = The data folder { $folder } can't be written: { $why }. Change its permissions, or name another one with SPORTELLO_DATA.
trouble-already-running = This desk is running already: process { $process } holds { $file }. One process runs on a SQLite file; several need PostgreSQL.
trouble-disk-full = The disk is full ({ $place }). Make room and start again: what was confirmed is there.
trouble-database-locked = Another program keeps the database { $place } busy. Close it and try again.
trouble-database-readonly = The database { $place } can't be written. Check the permissions of the file and its folder.
trouble-database-broken = { $place } is no database, or is damaged. Put the newest copy back.
trouble-database-unreachable = The database { $place } doesn't answer: { $why }. Check that it runs, and the address and port in SPORTELLO_DATABASE__URL.
trouble-database-password = The database { $place } doesn't take the user name or the password. Check SPORTELLO_DATABASE__URL.
trouble-database-missing = There is no such database at { $place }. Make it (createdb) or correct SPORTELLO_DATABASE__URL.
trouble-database-rights = Permissions are missing on the database { $place }: its user must be able to create tables.
trouble-database-newer = The database { $place } is of a newer version than this program ({ $revision }). Upgrade Sportello, or put the earlier copy back.
trouble-database-other = The database { $place } gave an error: { $why }.
trouble-unexpected = Something went wrong: { $why }.
trouble-where-log = The details are in the log ({ $log }); `sportello --verbose …` shows them here.

## Backup and restore

backup-made =
    The backup is in { $file }: { $tickets ->
        [one] one ticket
       *[other] { $tickets } tickets
    }, { $files ->
        [one] one attachment
       *[other] { $files } attachments
    }. It holds all that people wrote: keep it where only you can read it.
backup-missing =
    { $count ->
        [one] One attachment was
       *[other] { $count } attachments were
    } no longer in the store.
backup-exists = { $file } is there already, and is left as it is. Name another file.
backup-empty = There is no desk yet in the database that the settings name: nothing to back up.
restore-done =
    What { $file } holds is back, as it was { $at }: { $tickets ->
        [one] one ticket
       *[other] { $tickets } tickets
    }, { $files ->
        [one] one attachment
       *[other] { $files } attachments
    }. The desk goes on from there with sportello run.
restore-no-backup = { $file } is no whole backup of a desk. Nothing was changed.
restore-no-file = There is no file { $file }.
restore-not-empty = There is a desk in this database already, and it is left as it is. A backup goes into an empty one: name another with SPORTELLO_DATABASE__URL or SPORTELLO_DATA, or move this one away.
