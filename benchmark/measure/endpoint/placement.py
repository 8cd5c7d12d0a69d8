"""When the tokens of an answer came: which of its arrivals brought how many.

A server may send several tokens in one piece: parsers that hold text back, speculative decoding, a
detokenizer that stalls. The counts it tells on the way say how many; else, where there are as many
events as tokens, each is one; else the tokenizer's counts of the pieces say it, scaled to the
total, unless tokens that no text shows leave it open how many came first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark.measure.endpoint.answer import Mark
from benchmark.measure.samples import AT_ONCE, NO_PLACES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmark.measure.endpoint.answer import Answer
    from benchmark.measure.endpoint.tokens import Counted

_LIKE_TOKENS = 0.05
_MOST_UNCERTAIN = 0.1
"""The decode speed may be so far off, wherever the tokens are that no text shows."""

_ENOUGH_TOKENS = 16
"""Of fewer, chance decides in how many pieces they come."""

_NEARLY_ALL = 0.9
_FASTEST_NS = 50_000
"""Between tokens of one answer: ten times as fast as any server decodes."""

_FEW_PIECES = 2
_TOKENS_OF_A_BUFFER = 16
_BURST = 0.1


class Placed(NamedTuple):
    """Where an answer's tokens are.

    Attributes:
        arrival_ns: stamps of its arrivals, no more than there are tokens.
        first_tokens: those that came with the first arrival.
        source: who says so: usage, token_ids, events, tokenizer, nobody.
        unplaced: see `benchmark.measure.samples.Sample`.
    """

    arrival_ns: list[int]
    first_tokens: int
    source: str
    unplaced: str | None = None


def place(answer: Answer, counted: Counted, start_ns: int, count: Callable[[str], int]) -> Placed:
    """Place the tokens of a complete answer.

    Args:
        answer: with content.
        counted: its tokens; where the server's count is not believed, none on the way is.
        start_ns: of its request.
        count: the tokenizer's count of a text.
    """
    tokens = counted.tokens
    marks = () if counted.contradicts is not None else answer.marks
    first, source = _first_tokens(answer, tokens, marks, count)
    stamps = _as_many(answer.arrival_ns, tokens)
    if first is None:
        return Placed(stamps, 1, source, NO_PLACES)
    hidden = min(answer.hidden_tokens, tokens - 1)
    at_once = _came_at_once(answer.arrival_ns, tokens - hidden, first - hidden, start_ns)
    return Placed(stamps, first, source, AT_ONCE if at_once else None)


def _first_tokens(
    answer: Answer, tokens: int, marks: Sequence[Mark], count: Callable[[str], int]
) -> tuple[int | None, str]:
    """How many came with the first arrival, and who says so."""
    start, end = answer.arrival_ns[0], answer.arrival_ns[-1]
    events = answer.content_ns.count(start)
    whole = Mark(end, len(answer.content_ns), tokens)
    told = [one for one in marks if one.tokens <= tokens]
    together = [one for one in told if one.stamp_ns == start and one.contents >= events]
    if together:
        return together[-1].tokens, answer.counted_by
    if start == end:
        return tokens, "events"
    mark = next((one for one in told if one.contents >= events), whole)
    hidden = min(answer.hidden_tokens, mark.tokens - 1)
    within, source = _of_events(answer, events, mark._replace(tokens=mark.tokens - hidden), count)
    return None if within is None else within + hidden, source


def _of_events(
    answer: Answer, events: int, mark: Mark, count: Callable[[str], int]
) -> tuple[int | None, str]:
    """How many tokens the first `events` brought, of those that came up to `mark`."""
    # A few more events than tokens are letters sent apart; fewer, and some hold several tokens.
    slack = max(1, round(_LIKE_TOKENS * mark.tokens))
    if 0 <= mark.contents - mark.tokens <= slack:
        return min(events, mark.tokens), "events"
    first, known = (count(answer.text_of(last)) for last in (events, mark.contents))
    scaled = first * mark.tokens / max(known, 1)
    unseen = max(0, mark.tokens - known)
    least, most = min(first, scaled), max(first, scaled) + unseen
    if most - least > _MOST_UNCERTAIN * (mark.tokens - least):
        return None, "nobody"
    return max(1, min(round(scaled), mark.tokens)), "tokenizer"


def _came_at_once(stamps: list[int], tokens: int, first: int, start_ns: int) -> bool:
    """Whether the pieces are those of a buffer that was emptied, not of a stream.

    A long wait before the first piece says nothing: queues and long prompts have it too.
    """
    after, span = tokens - first, stamps[-1] - stamps[0]
    if tokens < _ENOUGH_TOKENS:
        return tokens > 1 and after <= 0
    if first >= _NEARLY_ALL * tokens or span < after * _FASTEST_NS:
        return True
    few = len(set(stamps)) <= max(_FEW_PIECES, tokens // _TOKENS_OF_A_BUFFER)
    return few and span <= _BURST * (stamps[-1] - start_ns)


def _as_many(stamps: list[int], tokens: int) -> list[int]:
    """No more arrivals than tokens: some servers send less than a token in a piece."""
    surplus = len(stamps) - 1
    if surplus < tokens:
        return stamps
    if tokens == 1:
        return stamps[:1]
    return [stamps[round(index * surplus / (tokens - 1))] for index in range(tokens)]
