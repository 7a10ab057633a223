# Watching the deadlines: warnings, breaches, the list before closing, the digest at opening.

watch-ticket = { $ticket } “{ $subject }” ({ watch-severity })
watch-severity = { $severity ->
        [high] High
        [medium] Medium
        [low] Low
        [info] Info
       *[none] not classified yet
    }
watch-holder = { $operator ->
        [none] Nobody has it
       *[other] { $operator } has it
    }

warning = ⏳ { watch-ticket }: { $target ->
        [reaction] { $left } left to claim it, by { BY($due) }.
       *[resolution] { $left } left, due { $due }.
    } { watch-holder }.

## At the deadline: to the leads, with the buttons
breach = 🔴 { watch-ticket } { $target ->
        [reaction] is still waiting for somebody: it should have been claimed by { BY($due) }
       *[resolution] is past its deadline of { OF($due) }
    }{ $late ->
        [none] .
       *[other] { " " }({ $late } ago).
    } { watch-holder }{ $last ->
        [none] .
       *[other] ; last message { $last }.
    }
# The same, to the operators' room and to whoever asked to know
breach-told = { breach }
repeat = 🔴 { watch-ticket } { $target ->
        [reaction] is still waiting for somebody: it should have been claimed by { BY($due) }
       *[resolution] is still past its deadline of { OF($due) }
    }{ $late ->
        [none] .
       *[other] { " " }({ $late } ago).
    } { watch-holder }{ $last ->
        [none] .
       *[other] ; last message { $last }.
    }

## An hour before closing
list-before-closing = { $count ->
        [one] Before we close: one ticket falls due
       *[other] Before we close: { $count } tickets fall due
    } between now and an hour after we open again, { $opens }.
list-item = • { watch-ticket }: { $target ->
        [reaction] to be claimed by { BY($due) }.
       *[resolution] due { $due }.
    } { watch-holder }.
late-item = • { watch-ticket }: { $target ->
        [reaction] should have been claimed by { BY($due) }.
       *[resolution] was due { $due }.
    } { watch-holder }.
list-more = { $count ->
        [one] And one more.
       *[other] And { $count } more.
    }

## At opening
digest = Good morning. { $late ->
        [0] No ticket is late
        [one] One ticket is late
       *[other] { $late } tickets are late
    }{ $today ->
        [0] { $late ->
            [0] , and none falls due today.
           *[other] , and no other falls due today.
        }
        [one] , one falls due today.
       *[other] , { $today } fall due today.
    }
digest-late = Late:
digest-today = Due today:

## What the watchdog found standing still, and could or could not set going

watchdog-ill = ⚠️ { $what ->
        [inbox] { $many ->
            [one] One message that came in ({ NAME("channel", $where) }) has been waiting
           *[other] { $many } messages that came in ({ NAME("channel", $where) }) have been waiting
        }
        [moments] { $where ->
            [held] { $many ->
                [one] One message of yours to a customer has been held up
               *[other] { $many } messages of yours to customers have been held up
            }
           *[alerts] { $many ->
                [one] One ticket's warnings have been standing still
               *[other] { $many } tickets' warnings have been standing still
            }
        }
       *[outbox] { $many ->
            [one] One message that should go out ({ NAME("channel", $where) }) has been standing still
           *[other] { $many } messages that should go out ({ NAME("channel", $where) }) have been standing still
        }
    } since { $since }. I tried to set this going and couldn't: whoever runs Sportello should look at its log.
watchdog-mended = { $what ->
        [inbox] { $many ->
            [one] One message that came in ({ NAME("channel", $where) }) had been waiting
           *[other] { $many } messages that came in ({ NAME("channel", $where) }) had been waiting
        }
        [moments] { $where ->
            [held] { $many ->
                [one] One message of yours to a customer had been held up
               *[other] { $many } messages of yours to customers had been held up
            }
           *[alerts] { $many ->
                [one] One ticket's warnings had been standing still
               *[other] { $many } tickets' warnings had been standing still
            }
        }
       *[outbox] { $many ->
            [one] One message that should go out ({ NAME("channel", $where) }) had been standing still
           *[other] { $many } messages that should go out ({ NAME("channel", $where) }) had been standing still
        }
    } since { $since }. All moves again.
