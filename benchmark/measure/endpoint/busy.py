"""A server that cannot answer yet and says so: it loads its model, or has no place for a request.

HTTP has 429 and 503 for it, and `Retry-After` for when to ask again: seconds or a date (RFC 9110,
section 10.2.3). OpenAI and Azure add `retry-after-ms`.
"""

from __future__ import annotations

import math
import time
from contextlib import suppress
from datetime import timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from benchmark.measure.endpoint.payload import is_web_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmark.measure.endpoint.exchange import Exchange
    from benchmark.measure.endpoint.patience import Patience

    Say = Callable[[str, float], None]
    """Told why a server is not ready, and in how many seconds it is asked again."""

_TOO_MANY, _UNAVAILABLE = 429, 503
BUSY = frozenset({_TOO_MANY, _UNAVAILABLE})
_PAUSE_S = 2.0
_LEAST_S = 0.1


class Waiting:
    """Asks again until a server is ready, for as long as it is worth it.

    Args:
        patience: how long that is, over all requests.
        say: told of each wait.
        sleep: waits for seconds.
        clock: seconds.
    """

    def __init__(
        self,
        patience: Patience,
        say: Say,
        sleep: Callable[[float], None] = time.sleep,  # noqa: TID251 - what a parameter defaults to
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._patience = patience
        self._say = say
        self._sleep = sleep
        self._clock = clock
        self._began_s: float | None = None

    def ask(self, once: Callable[[], Exchange]) -> Exchange:
        """The first answer of a server that is ready, or the last one before patience is over."""
        while (exchange := once()).status in BUSY:
            wait_s = retry_after_s(exchange.fields)
            pause_s = _PAUSE_S if wait_s is None else max(wait_s, _LEAST_S)
            if pause_s > self._left_s(exchange, is_told=wait_s is not None):
                break
            self._say(exchange.trouble() or "", pause_s)
            self._sleep(pause_s)
        return exchange

    def _left_s(self, exchange: Exchange, *, is_told: bool) -> float:
        """Who says when to come back, or that a model is not there yet, is waited for longer."""
        now = self._clock()
        self._began_s = now if self._began_s is None else self._began_s
        is_page = is_web_page(exchange.raw, exchange.content_type)
        comes = is_told or (exchange.status == _UNAVAILABLE and not is_page)
        most_s = self._patience.first_s if comes else self._patience.busy_s
        return self._began_s + most_s - now


def retry_after_s(fields: Mapping[str, str]) -> float | None:
    """Seconds after which a server wants to be asked again; None if it does not say.

    Args:
        fields: of its answer, by their names in lower case.
    """
    in_ms = _number(fields.get("retry-after-ms", ""))
    if in_ms is not None:
        return in_ms / 1000
    said = fields.get("retry-after", "").strip()
    return _until(said) if _number(said) is None else _number(said)


def _number(text: str) -> float | None:
    with suppress(ValueError):
        found = float(text)
        return found if math.isfinite(found) and found >= 0 else None
    return None


def _until(date: str) -> float | None:
    """Seconds until a date of HTTP; none if it has passed."""
    with suppress(ValueError, TypeError, OverflowError):
        at = parsedate_to_datetime(date)
        at = at if at.tzinfo else at.replace(tzinfo=timezone.utc)
        return max(0.0, at.timestamp() - time.time())
    return None
