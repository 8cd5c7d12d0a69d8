"""How a server says that an answer is over, and what it sends only to keep a connection alive."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_DONE, _AROUND = b"[DONE]", b' \t\n"'
_REASONS = ("finish_reason", "finishReason", "stop_reason", "done_reason")
_TEXT = {"content"}
_NO_REASONS = {"null", "none"}
_BAD_ENDS = re.compile(
    r"error|abort|cancel|time[-_ ]?out|timed[-_ ]?out|fail|interrupt|insufficient|overload"
    r"|unavailable|exception|disconnect|exhaust|killed|crash|shut[-_ ]?down",
    re.IGNORECASE,
)
_LIFE_SIGN = re.compile(
    r"(?:(?:ping|pong|ok|null|none|(?:keep[-_ ]?)?alive|heart[-_ ]?beat|processing|waiting)[.!]*)?",
    re.IGNORECASE,
)
_ABOUT_ITSELF = frozenset(
    {"type", "event", "id", "object", "created", "model", "timestamp", "time", "ts"}
)


def is_end_marker(data: bytes) -> bool:
    """Whether an event is `[DONE]`, which some servers quote or write in small letters."""
    return data.strip(_AROUND).upper() == _DONE


def reason_of(event: dict[str, Any]) -> str | None:
    """Why the answer ended: by its choices, or beside them; the last one if there are several."""
    choices = event.get("choices")
    if isinstance(choices, list) and len(choices) == 1 and isinstance(choices[0], dict):
        # Nearly every event of nearly every server, and nearly always there is none.
        one = choices[0]
        delta, told = one.get("delta"), one.get("finish_reason") or one.get("stop_reason")
        if not told and isinstance(delta, dict) and delta.keys() == _TEXT:
            return None
    words = [place[name] for place in _places(event) for name in _REASONS if name in place]
    return next(filter(_is_reason, reversed(words)), None)


def _is_reason(word: object) -> bool:
    return isinstance(word, str) and bool(word) and word.casefold() not in _NO_REASONS


def _places(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """TGI has its reason in `details`."""
    choices = event.get("choices")
    several = choices if isinstance(choices, list) else []
    inner = (one.get("delta") for one in several if isinstance(one, dict))
    for place in (event, event.get("details"), *several, *inner):
        if isinstance(place, dict):
            yield place


def is_bad_end(reason: str) -> bool:
    """Whether a reason says that the answer was broken off: by any word for trouble in it."""
    return _BAD_ENDS.search(reason) is not None


def is_life_sign(event: object) -> bool:
    """Whether an event that brings nothing is known to be harmless: a ping, or only a name.

    Whatever else stands where an answer ends may be the word for what broke it off.
    """
    if isinstance(event, dict):
        kind = event.get("type") or event.get("event") or ""
        return event.keys() <= _ABOUT_ITSELF and is_life_sign(kind)
    if isinstance(event, str):
        return _LIFE_SIGN.fullmatch(event.strip()) is not None
    return event is None or isinstance(event, (bool, int, float, list))
