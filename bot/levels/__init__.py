"""The service levels at the command line: `sportello sla check`, `explain` and `lint`."""
