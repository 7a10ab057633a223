"""The terminal as a channel: several seats on both sides of the counter, in one window or from a file of lines.

`board` remembers what was shown where, `typed` reads what is typed, `terminal` joins them to the desk; `plain` prints
for a file, `window` is the full-screen-less prompt for a person (the only place that imports prompt_toolkit).
"""
