"""How many tokens an answer has: what the server says, checked against everything else.

A server's own count, in `usage` or as a list of token ids, is the figure, unless it is less than
half or more than twice of what was asked for while exactly that was sent, or less than half of what
was sent: then it counts something else. So it does where the finish reason `length` and the events
or the tokenizer say that exactly what was asked for was sent. A count that is one or two off while
the finish reason is `length` leaves out, or takes in, the ends of the text. Without one, in this
order: the finish reason `length` (the server itself says that it generated all it was asked for);
as many events with content as tokens, or one more, as transformers 4.57 sends; the tokenizer's
count of the text, which may be a few per cent less, because text that was generated need not split
into the same tokens again, unless each event is one of them, and any number more, because bytes
that are no text are shown as three. That a server exceeds what it was asked for, the events must
say too. Where the server has usage and tells no total in it, the tokenizer is asked first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.measure.endpoint.answer import Answer

_ONE_OFF = 1
_ENDS = 2
"""Tokens at the beginning and the end of a text that are no text."""

_TOLERANCE = 0.05
_CONTRADICTION = 2


class Counted(NamedTuple):
    """Tokens of an answer.

    Attributes:
        tokens: how many.
        source: who says so: usage, token_ids, finish_reason, events, tokenizer.
        contradicts: what the server told instead, None if it is believed.
    """

    tokens: int
    source: str
    contradicts: int | None = None


def count_output(
    answer: Answer, asked: int, count: Callable[[str], int], *, exact: bool = True
) -> Counted:
    """The tokens of a complete answer for which `asked` were asked.

    Args:
        answer: understood to its end.
        asked: tokens.
        count: the tokenizer's count of a text.
        exact: whether a count that is nearly right stands for what was asked.
    """
    told = answer.completion_tokens
    if not told:
        return _without_usage(answer, asked, count, exact=exact)
    # One more than asked is a server's way to count the end of the text.
    if asked <= told <= asked + _ONE_OFF:
        return Counted(asked, answer.counted_by)
    if answer.finish_reason == "length" and abs(told - asked) <= min(
        _ENDS, asked // _CONTRADICTION
    ):
        return Counted(asked, "finish_reason", told)
    is_far = not asked <= told * _CONTRADICTION <= asked * _CONTRADICTION**2
    one_by_one = abs(len(answer.content_ns) - told) <= _ONE_OFF
    if is_far or (answer.finish_reason == "length" and not one_by_one):
        seen = _by_events(answer, asked) or _by_tokenizer(answer, asked, count, exact=exact)
        is_more = min(seen.tokens, len(answer.content_ns)) > told * _CONTRADICTION
        if seen.tokens == asked or is_more:
            return seen._replace(contradicts=told)
    return Counted(told, answer.counted_by)


def _without_usage(
    answer: Answer, asked: int, count: Callable[[str], int], *, exact: bool
) -> Counted:
    if answer.usage_is_blank or answer.marks:
        counted = _by_tokenizer(answer, asked, count, exact=exact)
        if counted.tokens == asked:
            return counted
    if answer.finish_reason == "length" and _went_on(answer, asked, count) is None:
        return Counted(asked, "finish_reason")
    return _by_events(answer, asked) or _by_tokenizer(answer, asked, count, exact=exact)


def _by_events(answer: Answer, asked: int) -> Counted | None:
    if asked <= len(answer.content_ns) <= asked + _ONE_OFF:
        return Counted(asked, "events")
    return None


def _by_tokenizer(
    answer: Answer, asked: int, count: Callable[[str], int], *, exact: bool
) -> Counted:
    more = _went_on(answer, asked, count)
    if more is not None:
        return Counted(more, "tokenizer")
    found = count(answer.text)
    if not exact:
        return Counted(min(found, asked), "tokenizer")
    if found == len(answer.content_ns):
        # Each event is a token: nothing was lost by splitting the text again.
        return Counted(found, "tokenizer")
    least = asked - max(_ONE_OFF, round(asked * _TOLERANCE))
    return Counted(asked if found >= least else found, "tokenizer")


def _went_on(answer: Answer, asked: int, count: Callable[[str], int]) -> int | None:
    """How many tokens there are if events and tokenizer both say far more than were asked."""
    most = asked + max(_ONE_OFF, round(asked * _TOLERANCE))
    if len(answer.content_ns) <= most:
        return None
    found = count(answer.text)
    return found if found > most else None
