# What Slack's windows and messages say besides the desk's own sentences. A window's title and its two buttons have 24 signs.

slack-window = Help desk
slack-send = Send
slack-close = Close
slack-done = Done. You can close this.
slack-press = Go on
slack-press-again = That took too long to open. Press here.
