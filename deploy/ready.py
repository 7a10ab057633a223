"""Exit 0 if the desk in this container answers /readyz with 200, else 1: an image that is slim has no curl."""

import os
import sys
from urllib.request import urlopen

port = os.environ.get("SPORTELLO_WATCHING__LISTEN", ":9464").rpartition(":")[2]
try:
    with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
        ready = answer.status == 200
except OSError:  # nobody there, or 503
    ready = False
sys.exit(0 if ready else 1)
