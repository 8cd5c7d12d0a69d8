"""The counts of tokens that an event tells, under the names that servers have for them."""

from __future__ import annotations

from typing import Any, NamedTuple


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

    `usage` is OpenAI's, at the event or at its choice; `timings` llama.cpp's, which says there what
    it had in its cache, whatever its usage says.
    """
    usage = event.get("usage") or _usage_of_choice(event.get("choices"))
    if usage is None:
        usage = event.get("usage")
    timings = event.get("timings")
    told = _timings(timings) if isinstance(timings, dict) else None
    if not isinstance(usage, dict):
        return told
    found = _usage(usage)
    return found._replace(cached=told.cached) if told and found.cached is None else found


def _usage_of_choice(choices: object) -> object:
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        return choices[0].get("usage")
    return None


def _timings(timings: dict[str, Any]) -> Counts:
    """A prompt is what was computed of it and what was in the cache."""
    cached, computed = _number(timings.get("cache_n")), _number(timings.get("prompt_n"))
    known = cached is not None and computed is not None
    return Counts(
        prompt=(cached or 0) + (computed or 0) or None if known else None,
        completion=_number(timings.get("predicted_n")) or None,
        cached=cached,
    )


def _usage(usage: dict[str, Any]) -> Counts:
    prompt = _first(usage, "prompt_tokens", "input_tokens") or None
    completion = _first(usage, "completion_tokens", "output_tokens") or None
    thoughts = _detail(
        usage, "reasoning_tokens", "completion_tokens_details", "output_tokens_details"
    )
    apart = (prompt or 0) + (completion or 0) + (thoughts or 0)
    if prompt and completion and thoughts and _number(usage.get("total_tokens")) == apart:
        # xAI and Google count thoughts beside the completion, and only the total has both.
        completion += thoughts
    cached = _detail(usage, "cached_tokens", "prompt_tokens_details", "input_tokens_details")
    if cached is None:
        cached = next((n for name in _CACHED if (n := _number(usage.get(name))) is not None), None)
    return Counts(
        prompt=prompt,
        completion=completion,
        cached=cached,
        thoughts=thoughts,
        is_blank=completion is None,
    )


_CACHED = (
    *("prompt_cache_hit_tokens", "cache_read_input_tokens", "num_cached_tokens"),
    *("cached_prompt_text_tokens", "cached_content_token_count"),
    *("cacheReadInputTokens", "cacheReadInputTokenCount"),
)
"""What DeepSeek, Anthropic, Mistral, xAI, Google and Bedrock call it."""


def _detail(usage: dict[str, Any], name: str, *places: str) -> int | None:
    """A count that most servers tell one level deeper."""
    for place in places:
        inner = usage.get(place)
        found = _number(inner.get(name)) if isinstance(inner, dict) else None
        if found is not None:
            return found
    return _number(usage.get(name))


def _first(values: dict[str, Any], name: str, other: str) -> int | None:
    found = _number(values.get(name))
    return _number(values.get(other)) if found is None else found


def _number(value: object) -> int | None:
    """A count in any form that is one: 64, 64.0, "64"; None for everything else."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = int(value) if value.isascii() and value.isdigit() and len(value) < _LONG else None
    if not isinstance(value, (int, float)):
        return None
    return int(value) if 0 <= value < _MOST and value == int(value) else None


_LONG = 16
_MOST = 2**53
