"""How much of the protocol a server accepts, and how that is found out with few requests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Refusal = Callable[["Dialect"], str | None]
    """Asks in a dialect: what the server says against it, None if it accepts."""

FIELDS, IGNORE_EOS, MIN_TOKENS = "fields", "ignore_eos", "min_tokens"
GENERATION_CONFIG, NONE = "generation_config", "none"
CONTINUOUS, FINAL = "continuous", "final"
_MAX_TOKENS, _MODERN = _LIMITS = "max_tokens", "max_completion_tokens"
LENGTH_FIELDS = {
    FIELDS: (IGNORE_EOS, MIN_TOKENS),
    IGNORE_EOS: (IGNORE_EOS,),
    MIN_TOKENS: (MIN_TOKENS,),
    GENERATION_CONFIG: (GENERATION_CONFIG,),
    NONE: (),
}
"""How an exact length is asked for, the best first, and by which fields."""

_LENGTHS, _USAGES = (FIELDS, IGNORE_EOS, MIN_TOKENS, GENERATION_CONFIG), (CONTINUOUS, FINAL)


class Dialect(NamedTuple):
    """What is asked beyond `model`, the prompt and `stream`.

    Attributes:
        length: how an exact length is asked for: `fields` (`ignore_eos`, `min_tokens`: vLLM,
            SGLang, llama.cpp), one of them, `generation_config` (transformers serve), `none`.
        usage: token counts with every piece (`continuous`: vLLM, SGLang), at the end (`final`), or
            not asked for (`none`).
        timings: counts with every piece in llama.cpp's own words.
        temperature: 0 where the user says nothing; OpenAI's reasoning models refuse it.
        limit: the field that limits the length.
    """

    length: str = FIELDS
    usage: str = CONTINUOUS
    timings: bool = True
    temperature: bool = True
    limit: str = _MAX_TOKENS

    @property
    def name(self) -> str:
        """For people."""
        counts = "without usage" if self.usage == NONE else f"{self.usage} usage"
        parts = [f"length by {self.length}", counts, self.limit]
        parts += ["no temperature"] * (not self.temperature)
        return ", ".join(parts)

    def dropped(self, fullest: Dialect) -> tuple[str, ...]:
        """The fields that `fullest` has and this one has not."""
        kept = set(self._fields_sent())
        return tuple(name for name in fullest._fields_sent() if name not in kept)

    def _fields_sent(self) -> Iterator[str]:
        yield self.limit
        yield from LENGTH_FIELDS[self.length]
        if self.usage != NONE:
            yield "stream_options.include_usage"
        if self.usage == CONTINUOUS:
            yield "stream_options.continuous_usage_stats"
        if self.timings:
            yield "timings_per_token"
        if self.temperature:
            yield "temperature"


def settle(refusal: Refusal, fullest: Dialect) -> Dialect | None:
    """The dialect with the most that a server accepts; None if it accepts nothing.

    What the server names in its refusal is left out. If it names nothing, the least is asked, and
    what it takes is added again, one by one.
    """
    dialect = fullest
    while (said := refusal(dialect)) is not None:
        smaller = _without_named(dialect, said)
        if smaller in {dialect, _least(dialect)}:
            return _grow(refusal, dialect)
        dialect = smaller
    return dialect


def names_a_field(dialect: Dialect, said: str) -> bool:
    """Whether a server's words name a field that could be left out."""
    return _without_named(dialect, said) != dialect


def _least(dialect: Dialect) -> Dialect:
    return Dialect(NONE, NONE, timings=False, temperature=False, limit=dialect.limit)


def _grow(refusal: Refusal, most: Dialect) -> Dialect | None:
    """The least that is accepted, then more of what matters most, up to `most`."""

    def first(choices: Iterable[Dialect]) -> Dialect | None:
        return next((one for one in choices if one != most and refusal(one) is None), None)

    least = _least(most)
    found = first(dict.fromkeys([least, *(least._replace(limit=one) for one in _LIMITS)]))
    if found is None:
        return None
    lengths = [found._replace(length=one) for one in _upto(most.length, _LENGTHS)]
    found = first(lengths) or found
    usages = [found._replace(usage=one) for one in _upto(most.usage, _USAGES)]
    found = first(usages) or found
    tempered = [found._replace(temperature=True)] if most.temperature else []
    return first(tempered) or found


def _upto(best: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
    return kinds[kinds.index(best) :] if best in kinds else ()


def _without_named(dialect: Dialect, said: str) -> Dialect:
    """Less of what the server's own words name."""

    def named(*fields: str) -> bool:
        return any(re.search(rf"\b{field}\b", said) for field in fields)

    # Some servers repeat the whole request, which names everything and tells nothing.
    if named("messages", "prompt"):
        return dialect
    if named(_MODERN) or (named(_MAX_TOKENS) and _UNKNOWN.search(said)):
        dialect = dialect._replace(limit=_MODERN)
    return dialect._replace(
        length=_less_length(dialect.length, named),
        usage=_less_usage(dialect.usage, named),
        timings=dialect.timings and not named("timings_per_token"),
        temperature=dialect.temperature and not named("temperature"),
    )


def _less_length(length: str, named: Callable[..., bool]) -> str:
    left = (one for one in _upto(length, _LENGTHS) if not named(*LENGTH_FIELDS[one]))
    return next(left, NONE)


def _less_usage(usage: str, named: Callable[..., bool]) -> str:
    if usage == CONTINUOUS and named("continuous_usage_stats"):
        return FINAL
    return NONE if named("stream_options", "include_usage") else usage


_UNKNOWN = re.compile(
    r"un(supported|expected|recogni[sz]ed|known)|not (supported|permitted|allowed)|extra",
    re.IGNORECASE,
)
"""Else a length of `max_tokens` is refused, not its name."""
