"""How long to wait for a server."""

from __future__ import annotations

from typing import NamedTuple


class Patience(NamedTuple):
    """Seconds.

    Attributes:
        start_s: for a server that was started to answer anything.
        first_s: for anything of the very first answer; the model may be loaded for it. So long a
            server that says 503, or when to ask again, is asked again.
        busy_s: so long one that only says that it has no place.
        silence_s: for anything more of any later answer.
        stop_s: for a server to stop by itself before it is killed.
    """

    start_s: float = 600.0
    first_s: float = 600.0
    busy_s: float = 30.0
    silence_s: float = 120.0
    stop_s: float = 15.0
