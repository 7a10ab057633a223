"""What shows how the desk does to whoever watches it: counts, the log's lines about each message, metrics, a heartbeat, traces."""
