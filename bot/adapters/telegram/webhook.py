"""Updates that Telegram brings: a door of ours behind a proxy that holds the certificate."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Webhook:
    """*url*: the public https address, as Telegram calls it. *host* and *port*: where we listen behind the proxy.

    *secret*: what Telegram repeats with every update (1 to 256 of A-Z, a-z, 0-9, "_", "-").
    """

    url: str
    secret: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8080
