# What Slack's windows and messages say besides the desk's own sentences. A window's title and its two buttons have 24 signs.

slack-window = Help desk
slack-send = Send
slack-close = Close
slack-done = Done. You can close this.
slack-press = Go on
slack-press-again = That took too long to open. Press here.

## The app, as Slack shows it: a shortcut's name has 24 signs
slack-app-description = The help desk: write what is wrong, and follow your tickets here
slack-command-description = Open a ticket
slack-command-hint = [what is wrong]
slack-shortcut-open = Open a ticket
slack-shortcut-open-description = Tell the help desk what is wrong
slack-shortcut-of-message = Make a ticket of this
slack-shortcut-of-message-description = Hand this message to the help desk
