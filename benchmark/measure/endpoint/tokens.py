"""How many tokens an answer has: what the server says, checked against everything else.

A server's own count in `usage` is the figure. Without it, in this order: the finish reason `length`
(the server itself says that it generated all it was asked for); as many events with text as tokens,
or one more, as transformers 4.57 sends; the tokenizer's count of the text, which may be a few per
cent less, because text that was generated need not split into the same tokens again, and any number
more, because bytes that are no text are shown as three; no server exceeds what it was asked for.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from benchmark.measure.stats import median

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.measure.endpoint.answer import Answer
    from benchmark.measure.request import Request

_ONE_OFF = 1
_TOLERANCE = 0.05
_MISMATCH = 0.1
_MOST_CHECKED = 64


class Counted(NamedTuple):
    """Tokens of an answer, and who says so: usage, finish_reason, events, tokenizer."""

    tokens: int
    source: str


def count_output(answer: Answer, asked: int, count: Callable[[str], int]) -> Counted:
    """The tokens of a complete answer for which `asked` were asked.

    Args:
        answer: understood to its end.
        asked: tokens.
        count: the tokenizer's count of a text.
    """
    if answer.completion_tokens is not None:
        told = answer.completion_tokens
        # One more than asked is a server's way to count the end of the text.
        return Counted(asked if told == asked + _ONE_OFF else told, "usage")
    if answer.finish_reason == "length":
        return Counted(asked, "finish_reason")
    events = len(answer.content_ns)
    if asked <= events <= asked + _ONE_OFF:
        return Counted(asked, "events")
    found = count("".join(answer.texts))
    least = asked - max(_ONE_OFF, round(asked * _TOLERANCE))
    return Counted(asked if found >= least else found, "tokenizer")


class Ledger:
    """Who counted, and where the server and the tokenizer disagree.

    Texts of the first answers are kept and counted by the tokenizer afterwards, when nothing is
    measured any more.
    """

    def __init__(self, count: Callable[[str], int]) -> None:
        self._count = count
        self._sources: Counter[str] = Counter()
        self._unchecked: list[tuple[str, int]] = []
        self._ratios: list[float] = []
        self._prompt_extra: list[int] = []

    def enter(self, request: Request, answer: Answer, counted: Counted) -> None:
        """Note one complete answer."""
        self._sources[counted.source] += 1
        if answer.completion_tokens and len(self._unchecked) + len(self._ratios) < _MOST_CHECKED:
            self._unchecked.append(("".join(answer.texts), answer.completion_tokens))
        if answer.prompt_tokens is not None and len(self._prompt_extra) < _MOST_CHECKED:
            self._prompt_extra.append(answer.prompt_tokens - request.input_tokens)

    def check(self) -> None:
        """Let the tokenizer count what was kept."""
        self._ratios += [self._count(text) / told for text, told in self._unchecked]
        self._unchecked.clear()

    def details(self) -> dict[str, str | int | float | bool | None]:
        """For `provenance.engine`: the sources, and what the checks found.

        `usage_mismatches` counts answers of which the tokenizer's count is more than a tenth off.
        """
        found: dict[str, str | int | float | bool | None] = {
            "token_count_source": "+".join(sorted(self._sources)) or None,
            "usage_checked": len(self._ratios),
            "usage_mismatches": sum(abs(ratio - 1) > _MISMATCH for ratio in self._ratios),
        }
        if self._ratios:
            found["tokenizer_to_usage_ratio"] = round(median(self._ratios), 3)
        if self._prompt_extra:
            found["prompt_tokens_added_by_server"] = round(median(self._prompt_extra))
        return found
