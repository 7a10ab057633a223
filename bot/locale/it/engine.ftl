### Quello che lo sportello dice sempre allo stesso modo: momenti, comandi, scelte, che cosa non va in una risposta.

## Momenti

moment-today = oggi { $hour ->
    [1] all’{ $time }
   *[other] alle { $time }
}
moment-tomorrow = domani { $hour ->
    [1] all’{ $time }
   *[other] alle { $time }
}
moment-yesterday = ieri { $hour ->
    [1] all’{ $time }
   *[other] alle { $time }
}
moment-day = { $day } { $hour ->
    [1] all’{ $time }
   *[other] alle { $time }
}
moment-by = { $hour ->
    [1] l’{ $time }
   *[other] le { $time }
}
moment-of = { $hour ->
    [1] dell’{ $time }
   *[other] delle { $time }
}
moment-of-day = di { $moment }
day-today = oggi
day-tomorrow = domani
day-yesterday = ieri
less-than-a-minute = meno di un minuto
lasting-day = { $n } { $n ->
    [one] giorno
   *[other] giorni
}
lasting-hour = { $n } { $n ->
    [one] ora
   *[other] ore
}
lasting-minute = { $n } { $n ->
    [one] minuto
   *[other] minuti
}
