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
