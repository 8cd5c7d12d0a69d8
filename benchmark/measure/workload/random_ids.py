"""Prompts of random token ids: no two alike, so that nothing can be answered from a cache."""

from __future__ import annotations

from functools import partial
from itertools import cycle
from random import Random
from typing import TYPE_CHECKING

from benchmark.errors import UsageError
from benchmark.measure.request import Request
from benchmark.measure.workload.beginnings import Beginnings
from benchmark.measure.workload.exact import settle, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmark.canonical import Json
    from benchmark.measure.request import ModelShape
    from benchmark.measure.workload.exact import Tokenizer
    from benchmark.measure.workload.workloads import Lengths, Workload

KIND = "random-token-ids"
_TRIED = 512


class RandomIds:
    """Prompts of random ids; see `PromptSource`.

    Args:
        workload: with at least one length.
        shape: of the model.
        seed: the same seed gives the same prompts, on every version of Python.
        tokenizer: gives prompts that are words as well; None if ids are enough.
        beginnings: of the whole run.

    Raises:
        UsageError: if the vocabulary holds nothing but special ids.
    """

    kind = KIND
    dataset = "default"

    def __init__(
        self,
        workload: Workload,
        shape: ModelShape,
        seed: int,
        tokenizer: Tokenizer | None,
        beginnings: Beginnings | None = None,
    ) -> None:
        self.workload = workload
        self._seed = seed
        self._tokenizer = tokenizer
        self._beginnings = beginnings or Beginnings()
        self._usable = usable_ids(shape, tokenizer)
        self._fill = self._usable if tokenizer is None else self._whole(tokenizer)

    def requests(self) -> Iterator[Request]:
        """Endless requests."""
        random = self._beginnings.random(f"{self._seed}/{self.workload.name}/ids")
        for lengths in drawn_lengths(self.workload, self._seed):
            yield self._beginnings.fresh(partial(self._request, random, lengths))

    def describe(self) -> dict[str, Json]:
        """What to know to repeat it."""
        name = None if self._tokenizer is None else self._tokenizer.name
        known: dict[str, Json] = {"kind": self.kind, "seed": self._seed, "tokenizer": name}
        return {**known, **self._beginnings.describe()}

    def _request(self, random: Random, lengths: Lengths) -> Request:
        ids = random.choices(self._usable, k=lengths.input)
        if self._tokenizer is None:
            return Request(tuple(ids), lengths.output)
        settled = settle(
            self._tokenizer, ids, lengths.input, lambda count: random.choices(self._fill, k=count)
        )
        return Request(settled.ids, lengths.output, settled.text)

    def _whole(self, tokenizer: Tokenizer) -> Sequence[int]:
        random = Random(f"{self._seed}/fill")  # noqa: S311 - repeatable
        return whole(tokenizer, random.choices(self._usable, k=_TRIED))


def usable_ids(shape: ModelShape, tokenizer: Tokenizer | None) -> Sequence[int]:
    """The ids that model and tokenizer know and that are not special to either.

    Raises:
        UsageError: if there are none.
    """
    # Models are often padded beyond their tokenizer: ids up there stand for no words.
    known = shape.vocabulary if tokenizer is None else min(shape.vocabulary, tokenizer.vocabulary)
    special = shape.special_ids | (frozenset() if tokenizer is None else tokenizer.special_ids)
    usable = [token for token in range(known) if token not in special]
    if not usable:
        raise UsageError("The model's vocabulary holds nothing but special ids.")
    return usable


def drawn_lengths(workload: Workload, seed: int) -> Iterator[Lengths]:
    """Endless lengths of requests: a trace's in their order, others drawn by their weights."""
    if workload.trace is not None:
        yield from cycle(workload.lengths)
    random = Random(f"{seed}/{workload.name}/lengths")  # noqa: S311 - repeatable
    weights = [one.weight for one in workload.lengths]
    while True:
        yield random.choices(workload.lengths, weights)[0].drawn(random)
