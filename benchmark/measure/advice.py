"""What to do about requests that failed, by what was said of them."""

from __future__ import annotations

from benchmark.i18n import N_

STOPPED_EARLY = "the server stopped early"
ENDED_BY_ERROR = "the server ended the answer"
_NATURAL = N_(
    "The server cannot be made to answer at exactly the length asked for: --natural-length takes "
    "answers as long as they come."
)


def advice(failure: str) -> str:
    """A hint for an error, empty for none.

    A model may end an answer by itself, or break if it must go on past its own end.
    """
    return _NATURAL if failure.startswith((STOPPED_EARLY, ENDED_BY_ERROR)) else ""
