# The service levels: what `sportello sla check`, `explain` and `lint` say, and what is wrong with a policy.

## A policy that can't be read

sla-at-line = line { $line }, { $field }: { $what }
sla-at-field = { $field }: { $what }
sla-file-unreadable = the file can't be read: { $why ->
    [missing] it is not there. Check its name
    [folder] it is a folder
    [forbidden] permission is missing
   *[other] { $why }
}.
sla-file-too-large = the file is over { $limit } KB: a policy is a few lines.
sla-not-utf8 = line { $line }: the text is not UTF-8. Save it as “UTF-8” and try again.
sla-not-toml = the file is not valid TOML ({ $why }). A commented example is bot/policy.toml.
sla-policy-twice = name a policy file or give the values one by one, not both: drop { $others }, or drop policy.
sla-policy-nested = a policy file can't point to another one. Drop this line.
sla-unknown-field = there is no “{ $given }” here. The right name: { $nearest }.
sla-not-one-of = “{ $given }” won't do. Write one of: { $expected }.
sla-wrong-kind = “{ $given }” won't do: this takes { $kind ->
    [list] a list in square brackets, as ["2026-08-14"]
    [table] a table, as [targets.high]
   *[text] a text in quotes
}.
sla-amount = “{ $given }” is no amount. Write for example 30m, 8h, 1h30m, or 2bd for two business days.
sla-amount-size = “{ $given }” is out of measure: more than nothing, a year at most (8760h, 365bd).
sla-zone-unknown = there is no time zone “{ $given }”. Perhaps { $nearest }; or a fixed offset as +01:00.
sla-zone-upside-down = “{ $given }” is ambiguous: the Etc/GMT names have the sign upside down. Write an offset as +01:00, or Europe/Rome to have summer time too.
sla-zone-offset-too-far = “{ $given }” is out of measure: an offset lies between -14:00 and +14:00.
sla-hours-none = there are no hours. Write for example Mon-Fri 08:30-19:00.
sla-hours-day = “{ $given }” is no day. Write Mon, Tue, Wed, Thu, Fri, Sat, Sun (or lun … dom), as in Mon-Fri 08:30-19:00.
sla-hours-span = “{ $given }” in “{ $part }” is no span of hours. Write for example Mon-Fri 08:30-13:00,14:00-19:00.
sla-hours-backwards = “{ $given }” ends before it begins. Split a night shift at midnight: 22:00-24:00 and 00:00-06:00.
sla-hours-overlap = two spans of { $day } overlap in “{ $given }”. Make them one.
sla-local-day = “{ $given }” is no day of the year. Write month and day, as 12-07.
sla-closure = “{ $given }” is no closure. Write 2026-08-14, 2026-08-10/2026-08-21 or 2026-12-24T13:00/2026-12-24T19:00 (local time).
sla-closure-backwards = “{ $given }”: it ends before it begins, or takes more than ten years.

## sla check

sla-check-not-utf8 = { $file }, line { $line }: the text is not UTF-8. Save the file as “CSV UTF-8” and try again.
sla-check-unreadable = { $file }: the file can't be read: { $why ->
    [missing] it is not there. Check its name
    [folder] it is a folder
    [forbidden] permission is missing
   *[other] { $why }
}.
sla-check-too-large = { $file }: the file is over { $limit } MB.
sla-check-columns = { $file }, line 1: the column { $missing } is missing. Needed: { $wanted }.
sla-check-no-rows = { $file }: there is not one row to check.
sla-check-broken = { $file }, line { $line }: this is not valid CSV ({ $why }).
sla-check-row = line { $line } ({ $case }): { $what }
sla-check-width = the fields do not match the heading: too many or too few. A comma inside a field wants quotes.
sla-check-moment = { $column }: “{ $given }” is no moment with its offset. Write for example 2026-11-24T10:00:00+01:00.
sla-check-word = { $column }: “{ $given }” won't do. Write one of: { $expected }.
sla-check-pauses = not_running: “{ $given }” won't do. Write begin/end, several separated by “;”, in order and after the opening.
sla-check-beyond = the deadline lies outside the years that the calendar knows (1900 to 2200).
sla-check-differs = line { $line } ({ $case }), { $column }, { $clock }, { $severity }: the file says { $given }, we say { $found }
sla-check-none = none
sla-check-count = { $rows ->
    [one] { $rows } row
   *[other] { $rows } rows
}: { $agree } agree, { $disagree } disagree, { $unreadable } unreadable.

## sla explain

sla-moment-bad = “{ $given }” is no moment. Write for example 2026-11-24T10:00, or with the offset: 2026-11-24T10:00+01:00.
sla-beyond = From there the deadline lies outside the years that the calendar knows (1900 to 2200).
sla-amount-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
sla-amount-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
sla-amount-seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}
sla-amount-days = { $count ->
    [one] { $count } business day
   *[other] { $count } business days
}
sla-amount-part-days = { $days } business days
sla-explain-opened-staffed = Opened { $opened }, while the desk is staffed: the targets for staffed hours apply.
sla-explain-opened-other = Opened { $opened }, while the desk is closed: the targets for other times apply. It opens { $opens }.
sla-explain-clock-desk = The “desk” clock: an hour is an hour on the wall that starts when somebody is there and never ends when nobody is.
sla-explain-clock-staffed = The “staffed” clock: an hour is an hour of staffed time; the rest does not count.
sla-explain-clock-wall = The “wall” clock: an hour is an hour on the wall, whoever is there.
sla-explain-no-severity = No severity: it counts as High for its reaction, and has no resolution target until somebody sets one.
sla-explain-target = { $target ->
    [reaction] Reaction
   *[resolution] Resolution
} ({ $severity }): within { $amount }.
sla-explain-stretch-used = From { $begin } to { $end } the clock counts { $used }; then it stops with { $left } left.
sla-explain-stretch-runs = It goes on { $begin } with { $left }.
sla-explain-reached = The time runs out in this stretch already, and the deadline stays.
sla-explain-stopped = The clock stands still now: the deadline will be known when it goes on.
sla-explain-starts-now = The clock starts at once.
sla-explain-starts-later = The clock starts when somebody is there: { $start }.
sla-explain-wall-later = { $amount } later it is { $raw }.
sla-explain-kept = Somebody is there then: the deadline stays.
sla-explain-kept-closing = The desk closes at that very moment: the deadline stays.
sla-explain-moved = Nobody is there then: the deadline moves to the next opening.
sla-explain-staffed-later = Counting staffed hours only, { $amount } end { $raw }.
sla-explain-days-later = By then { $share } % of the working day is over; { $amount } later it is the same share of the day: { $raw }.
sla-explain-hour-changes = The hour changes in between: the hours that really pass are counted.
sla-explain-due = Due { $due }.
sla-explain-warning = Warning (three quarters of the staffed time): { $at }.
sla-explain-no-warning = No warning: there is no staffed time before the deadline.
sla-explain-breach = If it is missed, the desk is alerted { $at }.

## sla lint

sla-lint-clean = The promises hold together: { $openings } openings tried, from { $first } to { $last }, every quarter of an hour.
sla-lint-inverted = { $target ->
    [reaction] Reaction
   *[resolution] Resolution
}: { $severer } can fall due later than { $milder } ({ $times } of { $openings } openings). For example, opened { $opened }: { $severer } is due { $severer-due }, { $milder } { $milder-due }.
sla-lint-unstaffed = { $target ->
    [reaction] Reaction
   *[resolution] Resolution
}: { $severity } can fall due when nobody is there ({ $times } of { $openings } openings). For example, opened { $opened }: due { $due }.
sla-lint-count = { $count ->
    [one] { $count } fault
   *[other] { $count } faults
} in the policy.
