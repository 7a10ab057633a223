# La sorveglianza delle scadenze: avvisi, scadenze superate, elenco prima della chiusura, riepilogo all'apertura.

watch-ticket = { $ticket } «{ $subject }» ({ watch-severity })
watch-severity = { $severity ->
        [high] High
        [medium] Medium
        [low] Low
        [info] Info
       *[none] da classificare
    }
watch-holder = { $operator ->
        [none] Non ce l'ha nessuno
       *[other] Ce l'ha { $operator }
    }

warning = ⏳ { watch-ticket }: { $target ->
        [reaction] { $left } per prenderlo in carico, entro { BY($due) }.
       *[resolution] { $left } alla scadenza, { $due }.
    } { watch-holder }.

## Al momento della scadenza: a chi guida lo sportello, con i bottoni
breach = 🔴 { watch-ticket } { $target ->
        [reaction] aspetta ancora qualcuno: andava preso in carico entro { BY($due) }
       *[resolution] è oltre la scadenza { OF($due) }
    }{ $late ->
        [none] .
       *[other] , da { $late }.
    } { watch-holder }{ $last ->
        [none] .
       *[other] , ultimo messaggio { $last }.
    }
# Lo stesso, alla stanza degli operatori e a chi ha chiesto di saperlo
breach-told = { breach }
repeat = 🔴 { watch-ticket } { $target ->
        [reaction] aspetta sempre qualcuno: andava preso in carico entro { BY($due) }
       *[resolution] è sempre oltre la scadenza { OF($due) }
    }{ $late ->
        [none] .
       *[other] , da { $late }.
    } { watch-holder }{ $last ->
        [none] .
       *[other] , ultimo messaggio { $last }.
    }

## Un'ora prima della chiusura
list-before-closing = { $count ->
        [one] Prima di chiudere: un ticket scade
       *[other] Prima di chiudere: { $count } ticket scadono
    } da adesso a un'ora dopo la riapertura { OF($opens) }.
list-item = • { watch-ticket }: { $target ->
        [reaction] da prendere in carico entro { BY($due) }.
       *[resolution] scadenza { $due }.
    } { watch-holder }.
late-item = • { watch-ticket }: { $target ->
        [reaction] andava preso in carico entro { BY($due) }.
       *[resolution] scadenza { $due }.
    } { watch-holder }.
list-more = { $count ->
        [one] E un altro.
       *[other] E altri { $count }.
    }

## All'apertura
digest = Buongiorno. { $late ->
        [0] Nessun ticket è in ritardo
        [one] Un ticket è in ritardo
       *[other] { $late } ticket sono in ritardo
    }{ $today ->
        [0] { $late ->
            [0] , e oggi non ne scade nessuno.
           *[other] , e oggi non ne scade nessun altro.
        }
        [one] , uno scade oggi.
       *[other] , { $today } scadono oggi.
    }
digest-late = In ritardo:
digest-today = Scadono oggi:

## Che cosa il cane da guardia ha trovato fermo, e se è riuscito a farlo ripartire

watchdog-ill = ⚠️ { $what ->
        [inbox] { $many ->
            [one] Un messaggio arrivato ({ NAME("channel", $where) }) aspetta
           *[other] { $many } messaggi arrivati ({ NAME("channel", $where) }) aspettano
        }
        [moments] { $where ->
            [held] { $many ->
                [one] Un vostro messaggio per un cliente è fermo
               *[other] { $many } vostri messaggi per i clienti sono fermi
            }
           *[alerts] { $many ->
                [one] Gli avvisi di un ticket sono fermi
               *[other] Gli avvisi di { $many } ticket sono fermi
            }
        }
       *[outbox] { $many ->
            [one] Un messaggio da mandare ({ NAME("channel", $where) }) è fermo
           *[other] { $many } messaggi da mandare ({ NAME("channel", $where) }) sono fermi
        }
    } da { $since }. Il tentativo di far ripartire tutto non è riuscito: chi gestisce Sportello guardi il registro (log).
watchdog-mended = { $what ->
        [inbox] { $many ->
            [one] Un messaggio arrivato ({ NAME("channel", $where) }) aspettava
           *[other] { $many } messaggi arrivati ({ NAME("channel", $where) }) aspettavano
        }
        [moments] { $where ->
            [held] { $many ->
                [one] Un vostro messaggio per un cliente era fermo
               *[other] { $many } vostri messaggi per i clienti erano fermi
            }
           *[alerts] { $many ->
                [one] Gli avvisi di un ticket erano fermi
               *[other] Gli avvisi di { $many } ticket erano fermi
            }
        }
       *[outbox] { $many ->
            [one] Un messaggio da mandare ({ NAME("channel", $where) }) era fermo
           *[other] { $many } messaggi da mandare ({ NAME("channel", $where) }) erano fermi
        }
    } da { $since }. Ora tutto è ripartito.
