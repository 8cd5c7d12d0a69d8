"""Who counted the tokens of a phase, where the counts disagree, and what of it to beware of."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from benchmark.measure.caveat import caveat
from benchmark.measure.early_ends import ENDED_EARLY
from benchmark.measure.stats import median

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.measure.caveat import Caveat
    from benchmark.measure.endpoint.answer import Answer
    from benchmark.measure.endpoint.placement import Placed
    from benchmark.measure.endpoint.tokens import Counted
    from benchmark.measure.request import Request

_MISMATCH = 0.1
_FAR = 1.5
_MOST_OF_IT = 0.9
"""Of a prompt: a tokenizer of the same model finds no less in its text."""

_MOST_CHECKED = 64


class Ledger:
    """Who counted, and where the server and the tokenizer disagree.

    Texts of the first answers are kept and counted by the tokenizer afterwards, when nothing is
    measured any more.
    """

    def __init__(self, count: Callable[[str], int]) -> None:
        self._count = count
        self._sources: Counter[str] = Counter()
        self._placements: Counter[str] = Counter()
        self._unchecked: list[tuple[str, int]] = []
        self._ratios: list[float] = []
        self._prompts: list[tuple[int, int]] = []
        self._contradicted: list[int] = []
        self._hidden: list[int] = []
        self._blank = self._ended_early = 0

    def enter(
        self, request: Request, answer: Answer, counted: Counted, placed: Placed | None = None
    ) -> None:
        """Note one complete answer."""
        self._ended_early += request.exact and counted.tokens < request.output_length
        self._sources[counted.source] += 1
        if placed is not None:
            self._placements[placed.source] += 1
        self._note_oddities(answer, counted)
        told = answer.completion_tokens
        if told and len(self._unchecked) + len(self._ratios) < _MOST_CHECKED:
            self._unchecked.append((answer.text, told))
        # How long the earlier answers of a conversation were is not known exactly.
        if answer.prompt_tokens is None or request.history:
            return
        if len(self._prompts) < _MOST_CHECKED:
            self._prompts.append((answer.prompt_tokens, request.input_tokens))

    @property
    def is_empty(self) -> bool:
        """Whether there was no complete answer."""
        return not self._sources

    def check(self) -> None:
        """Let the tokenizer count what was kept."""
        self._ratios += [self._count(text) / told for text, told in self._unchecked]
        self._unchecked.clear()

    def details(self) -> dict[str, str | int | float | bool | None]:
        """For `provenance.engine`: the sources, and what the checks found.

        `token_count_source` says who counted the tokens of an answer, `token_placement` by what
        they are known to have come with which piece. `usage_mismatches` counts answers of which the
        tokenizer's count is more than a tenth off, `ENDED_EARLY` those that should have been longer
        and that the model ended.
        """
        found: dict[str, str | int | float | bool | None] = {
            "token_count_source": "+".join(sorted(self._sources)) or None,
            "token_placement": "+".join(sorted(self._placements)) or None,
            "usage_checked": len(self._ratios),
            "usage_mismatches": sum(abs(ratio - 1) > _MISMATCH for ratio in self._ratios),
        }
        if self._ended_early:
            found |= {ENDED_EARLY: self._ended_early, "answer_lengths": "natural"}
        if self._ratios:
            found["tokenizer_to_usage_ratio"] = round(median(self._ratios), 3)
        if self._prompts:
            extra = median([told - sent for told, sent in self._prompts])
            found["prompt_tokens_added_by_server"] = round(extra)
        return found

    def caveats(self) -> Iterator[Caveat]:
        """What makes the counts less certain than they look."""
        counted = "+".join(sorted(self._sources))
        if self._blank:
            yield caveat("usage-blank", counted=counted)
        if self._contradicted:
            told = round(median(self._contradicted))
            yield caveat("usage-contradicted", told=told, counted=counted)
        elif self._ratios and not 1 / _FAR <= (ratio := median(self._ratios)) <= _FAR:
            yield caveat("usage-mismatch", ratio=ratio)
        yield from self._prompt_caveats()
        if self._hidden:
            yield caveat("hidden-reasoning", count=round(median(self._hidden)))

    def _prompt_caveats(self) -> Iterator[Caveat]:
        """Prompts of which the server counts a part: some cut what their context cannot hold."""
        short = [(told, sent) for told, sent in self._prompts if told < _MOST_OF_IT * sent]
        if 2 * len(short) > len(self._prompts):
            told, sent = (round(median(counts)) for counts in zip(*short, strict=True))
            yield caveat("prompt-mismatch", told=told, sent=sent)

    def _note_oddities(self, answer: Answer, counted: Counted) -> None:
        if counted.contradicts is not None:
            self._contradicted.append(counted.contradicts)
        if answer.hidden_tokens:
            self._hidden.append(answer.hidden_tokens)
        self._blank += answer.usage_is_blank and not answer.completion_tokens
