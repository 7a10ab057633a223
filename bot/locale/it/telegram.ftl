# Come il bot si presenta su Telegram: i comandi del menu, e che cosa si legge prima di scrivergli.

telegram-description =
    { $name }

    Scrivi qui che cosa succede e apriamo un ticket: ti rispondiamo in questa chat. Puoi mandare foto e file, chiedere a che punto siamo e rileggere tutto.
telegram-short-description = { $name }: scrivi che cosa succede, apriamo un ticket e ti rispondiamo qui.

about-command-help = Che cosa si può fare qui
about-command-cancel = Lascia stare quello che è in corso

## Chi chiede aiuto
about-command-open = Apre un ticket
about-command-ticket = A che punto è un ticket
about-command-tickets = Tutti i ticket, anche quelli chiusi
about-command-solved = Funziona: il ticket è risolto
about-command-reopen = Non va ancora: si riparte
about-command-withdraw = Il ticket non serve più
about-command-register = Nome, e-mail e telefono, una volta sola
about-command-language = Cambia lingua
about-command-link = Collega un altro canale
about-command-use-code = Usa un codice avuto su un altro canale
about-command-hours = Quando ci siamo, e il telefono
about-command-human = Parla con una persona

## Chi risponde
about-command-queue = Chi aspetta
about-command-mine = I ticket presi in carico
about-command-show = Un ticket, con le note
about-command-claim = Prende in carico un ticket
about-command-release = Lascia un ticket a chi può
about-command-classify = La gravità di un ticket
about-command-reply = Risponde a un ticket
about-command-ask = Chiede qualcosa: intanto il tempo non corre
about-command-note = Una nota che resta fra di noi
about-command-solve = Il ticket è risolto
about-command-assign = Passa un ticket a qualcuno
about-command-caller = Registra chi chiama al telefono
about-command-phone = Apre un ticket per chi chiama
about-command-heard = Scrive la risposta data al telefono
about-command-why = Il motivo di un ritardo

## Chi guida
about-command-late = Che cosa è oltre la scadenza
about-command-due = Che cosa sta per scadere
about-command-today = I numeri di oggi
about-command-subscribe = Gli avvisi anche in privato
about-command-revoke = Toglie qualcuno dallo sportello
about-command-let-in = Fa tornare qualcuno
