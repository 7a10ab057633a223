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
        [reaction] { $left } left to take it in charge, by { $due }.
       *[resolution] { $left } left, due { $due }.
    } { watch-holder }.

## At the deadline: to the leads, with the buttons
breach = 🔴 { watch-ticket } { $target ->
        [reaction] is still waiting for somebody to take it: that was due { $due }
       *[resolution] is past its deadline ({ $due })
    }{ $late ->
        [none] .
       *[other] , by { $late }.
    } { watch-holder }{ $last ->
        [none] .
       *[other] ; last message { $last }.
    }
# The same, to the operators' room and to whoever asked to know
breach-told = { breach }
repeat = 🔴 Still { watch-ticket }: { $target ->
        [reaction] it should have been taken in charge by { $due }
       *[resolution] it was due { $due }
    }{ $late ->
        [none] .
       *[other] , { $late } ago.
    } { watch-holder }{ $last ->
        [none] .
       *[other] ; last message { $last }.
    }

## An hour before closing
list-before-closing = { $count ->
        [one] Before we close: one ticket falls due
       *[other] Before we close: { $count } tickets fall due
    } between now and the first hour after the desk opens again ({ $opens }).
list-item = • { watch-ticket }: { $target ->
        [reaction] to be taken in charge by { $due }.
       *[resolution] due { $due }.
    } { watch-holder }.
late-item = • { watch-ticket }: { $target ->
        [reaction] should have been taken in charge by { $due }.
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
        [0] , and no other falls due today.
        [one] , one falls due today.
       *[other] , { $today } fall due today.
    }
digest-late = Late:
digest-today = Due today:
