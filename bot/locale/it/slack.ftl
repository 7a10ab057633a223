# What Slack's windows and messages say besides the desk's own sentences. A window's title and its two buttons have 24 signs.

slack-window = Sportello
slack-send = Invia
slack-close = Chiudi
slack-done = Fatto. Puoi chiudere.
slack-press = Continua
slack-press-again = La finestra ha tardato ad aprirsi. Premi qui.

## L'app, come la mostra Slack: il nome di una scorciatoia ha 24 segni
slack-app-description = Lo sportello di assistenza: scrivi cosa non va e segui qui i tuoi ticket
slack-command-description = Apri un ticket
slack-command-hint = [cosa non va]
slack-shortcut-open = Apri un ticket
slack-shortcut-open-description = Racconta allo sportello cosa non va
slack-shortcut-of-message = Fanne un ticket
slack-shortcut-of-message-description = Affida questo messaggio allo sportello
