"""The counts of tokens that an event tells, under the names that servers have for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Counts(NamedTuple):
    """Tokens; None is what is not told. Zero tokens of prompt or answer are no count.

    Attributes:
        prompt: of the whole prompt.
        completion: generated so far: at the end of the stream, all of them.
        cached: of the prompt, found in a cache; here zero is a count.
        thoughts: of the completion, reasoning.
        is_blank: there is a place for the completion's count, and nothing in it.
    """

    prompt: int | None = None
    completion: int | None = None
    cached: int | None = None
    thoughts: int | None = None
    is_blank: bool = False


def counts_of(event: dict[str, Any]) -> Counts | None:
    """What an event tells, None if it has no place for it.

    `usage` is OpenAI's, at the event or at its choice; `timings` llama.cpp's.
    """
    usage = next((one for one in _usages(event) if isinstance(one, dict)), None)
    if usage is not None:
        return _usage(usage)
    timings = event.get("timings")
    if isinstance(timings, dict):
        done, cached = _number(timings.get("predicted_n")), _number(timings.get("cache_n"))
        return Counts(completion=done or None, cached=cached)
    return None


def _usages(event: dict[str, Any]) -> Iterator[object]:
    yield event.get("usage")
    choices = event.get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        yield choices[0].get("usage")


def _usage(usage: dict[str, Any]) -> Counts:
    completion = _first(usage, "completion_tokens", "output_tokens") or None
    cached = _detail(usage, "cached_tokens", "prompt_tokens_details", "input_tokens_details")
    return Counts(
        prompt=_first(usage, "prompt_tokens", "input_tokens") or None,
        completion=completion,
        cached=_first(usage, "prompt_cache_hit_tokens") if cached is None else cached,
        thoughts=_detail(
            usage, "reasoning_tokens", "completion_tokens_details", "output_tokens_details"
        ),
        is_blank=completion is None,
    )


def _detail(usage: dict[str, Any], name: str, *places: str) -> int | None:
    found = [usage, *(usage.get(place) for place in places)]
    known = (_number(one.get(name)) for one in found if isinstance(one, dict))
    return next((number for number in known if number is not None), None)


def _first(values: dict[str, Any], *names: str) -> int | None:
    known = (_number(values.get(name)) for name in names)
    return next((number for number in known if number is not None), None)


def _number(value: object) -> int | None:
    """A count in any form that is one: 64, 64.0, "64"; None for everything else."""
    if isinstance(value, str):
        value = int(value) if value.isascii() and value.isdigit() and len(value) < _LONG else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if 0 <= value < _MOST and value == int(value) else None


_LONG = 16
_MOST = 2**53
