"""Prompts that begin alike on purpose: with a system prompt, or the document they are about."""

from __future__ import annotations

from itertools import cycle, islice
from typing import TYPE_CHECKING

from benchmark.measure.request import Request
from benchmark.measure.workload.exact import settle
from benchmark.measure.workload.lengths import Lengths
from benchmark.measure.workload.workloads import QUESTIONS, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.canonical import Json
    from benchmark.measure.workload.exact import Tokenizer
    from benchmark.measure.workload.prompt_source import PromptSource
    from benchmark.measure.workload.workloads import Workload

_ATTEMPTS = 16
_ANY_ANSWER = 2


class SharedPrefix:
    """The prompts of another source behind one prefix; see `PromptSource`.

    The prefix is new at every call of `requests`, so that under each load of a sweep the first
    request has to compute it. With a tokenizer it is the same in words and in ids: own parts whose
    words melt into it are passed over.

    Args:
        workload: whose lengths hold the prefix.
        prefixes: gives prefixes, each as long as the workload says.
        own: gives what follows, as long as the rest.
        tokenizer: gives prompts that are words as well; None if ids are enough.
    """

    def __init__(
        self,
        workload: Workload,
        prefixes: PromptSource,
        own: PromptSource,
        tokenizer: Tokenizer | None,
    ) -> None:
        self.workload = workload
        self.kind = own.kind
        self.dataset = own.dataset
        self._prefixes = prefixes
        self._own = own
        self._tokenizer = tokenizer

    def requests(self) -> Iterator[Request]:
        """Endless requests."""
        prefix, own = next(self._prefixes.requests()), self._own.requests()
        while True:
            yield self._joined(prefix, own)

    def describe(self) -> dict[str, Json]:
        """What to know to repeat it."""
        return {**self._own.describe(), "shared_prefix_tokens": self.workload.shared_prefix}

    def _joined(self, prefix: Request, own: Iterator[Request]) -> Request:
        joined = _join(prefix, next(own), self._tokenizer)
        for _ in range(_ATTEMPTS):
            if joined.prompt[: len(prefix.prompt)] == prefix.prompt:
                break
            joined = _join(prefix, next(own), self._tokenizer)
        return joined


def own_part(workload: Workload) -> Workload:
    """What follows the prefix."""
    lengths = tuple(one.without(workload.shared_prefix) for one in workload.lengths)
    return workload._replace(shared_prefix=0, lengths=lengths)


def prefix_part(workload: Workload) -> Workload:
    """The prefix as a workload of its own; of questions, none may be as long: it is text then."""
    dataset = None if workload.prompts in QUESTIONS else workload.dataset
    return workload._replace(
        name=f"{workload.name}/prefix",
        shared_prefix=0,
        lengths=(Lengths(workload.shared_prefix, _ANY_ANSWER),),
        prompts=TEXT if workload.prompts in QUESTIONS else workload.prompts,
        dataset=dataset,
    )


def _join(prefix: Request, own: Request, tokenizer: Tokenizer | None) -> Request:
    ids = (*prefix.prompt, *own.prompt)
    if tokenizer is None:
        return Request(ids, own.output_length)
    filling = cycle(own.prompt)
    settled = settle(tokenizer, ids, len(ids), lambda count: list(islice(filling, count)))
    return Request(settled.ids, own.output_length, settled.text)
