# What Slack's windows and messages say besides the desk's own sentences. A window's title and its two buttons have 24 signs.

slack-window = Sportello
slack-send = Invia
slack-close = Chiudi
slack-done = Fatto. Puoi chiudere.
slack-press = Continua
slack-press-again = La finestra ha tardato ad aprirsi. Premi qui.
