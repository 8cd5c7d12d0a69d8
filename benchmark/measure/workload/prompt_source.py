"""What gives prompts, whatever they are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.canonical import Json
    from benchmark.measure.request import Request
    from benchmark.measure.workload.workloads import Workload


class PromptSource(Protocol):
    """Endless requests of one workload, the same for the same seed and salt."""

    @property
    def kind(self) -> str:
        """What prompts are made of: random-token-ids, text, sharegpt or lines."""
        ...

    @property
    def dataset(self) -> str:
        """The name for an entry's `workload.dataset`; of a file without its folder."""
        ...

    @property
    def workload(self) -> Workload:
        """The workload, with the lengths that requests really have."""
        ...

    def requests(self) -> Iterator[Request]:
        """Endless requests; without a salt the same ones at every call."""
        ...

    def describe(self) -> dict[str, Json]:
        """What to know to repeat it: seed, tokenizer, the file's sha-256, what was left out."""
        ...
