"""What a server says went wrong, in all the shapes that servers have for it."""

from __future__ import annotations

import re
from typing import Any

import orjson

_LONGEST_REASON = 300
_AS_TEXT = re.compile(r"\[Stream error: (.+)\]", re.DOTALL)
"""sageLLM's gateway (0.5) sends what went wrong as the last text of an answer that ends well."""

_PLACES = ("error", "errors", "message", "detail", "msg", "error_msg", "exception", "reason")


def problem_of(event: dict[str, Any]) -> str | None:
    """Why an event ends the answer, None if it does not.

    An error object stands in `error` or `errors` (OpenAI, TGI), or the event is one itself
    (`object`, `type` or `status` is `error`: vLLM, Anthropic; only a `detail`: FastAPI).
    """
    if _says_something(event.get("error")) or _says_something(event.get("errors")):
        return explain(event)
    if "error" in (event.get("object"), event.get("type"), event.get("status")):
        return explain(event)
    choices = event.get("choices")
    if not choices:
        return explain(event) if event.get("detail") else None
    for one in choices if isinstance(choices, list) else ():
        for place in (one, one.get("delta")) if isinstance(one, dict) else ():
            if isinstance(place, dict) and _says_something(place.get("error")):
                return explain(place)
    return None


def is_problem(value: object) -> bool:
    """Whether an object that came in the place of an answer says what went wrong."""
    if not isinstance(value, dict) or isinstance(value.get("choices"), list):
        return isinstance(value, dict) and _says_something(value.get("error"))
    return value.get("success") is False or any(_says_something(value.get(p)) for p in _PLACES)


def _says_something(error: object) -> bool:
    """Some servers have an error in every event, with nothing in it."""
    return any(error.values()) if isinstance(error, dict) else bool(error)


def problem_in_text(text: str) -> str | None:
    """What went wrong, if the last piece of an answer's text says that; None if it is text."""
    match = _AS_TEXT.fullmatch(text.strip())
    return None if match is None else explain(match[1])


def explain(problem: object) -> str:
    """The message in an error object of any server, in one short line."""
    for _ in range(4):
        if isinstance(problem, list) and problem:
            problem = problem[0]
        if not isinstance(problem, dict):
            break
        found = (problem.get(name) for name in _PLACES)
        said = (value for value in found if value and isinstance(value, (str, dict, list)))
        problem = next(said, str(problem))
    # Half of a character, cut where the server cut its own words, can be written nowhere.
    whole = str(problem).encode(errors="replace").decode()
    return " ".join(whole.split())[:_LONGEST_REASON]


def message_of(body: bytes) -> str:
    """What a body that is no answer says, in one short line."""
    try:
        problem = orjson.loads(body)  # noqa: TID251 - foreign data, only shown
    except orjson.JSONDecodeError:
        problem = body.decode(errors="replace")
    return explain(problem) or "no reason given"
