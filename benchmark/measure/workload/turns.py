"""Conversations: every turn sends all that was said before, the server's own answers included."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.canonical import Json
    from benchmark.measure.request import Request
    from benchmark.measure.workload.prompt_source import PromptSource


class Turns:
    """Conversations whose turns are the prompts of another source; see `PromptSource`.

    A request is a conversation's first turn and knows those that follow: what they send is only
    known when the turn before has been answered.

    Args:
        source: gives what the user says, without what was said before.
        turns: of a conversation.
    """

    def __init__(self, source: PromptSource, turns: int) -> None:
        self._source = source
        self.workload = source.workload._replace(turns=turns)
        self.kind = source.kind
        self.dataset = source.dataset

    def requests(self) -> Iterator[Request]:
        """Endless first turns."""
        said = self._source.requests()
        while True:
            first, *later = islice(said, self.workload.turns)
            yield first._replace(later=tuple(later))

    def describe(self) -> dict[str, Json]:
        """What to know to repeat it."""
        return {**self._source.describe(), "turns": self.workload.turns}
