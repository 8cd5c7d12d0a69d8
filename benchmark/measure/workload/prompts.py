"""Where prompts come from: random token ids, a text, or conversations."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure.workload.questions import Questions
from benchmark.measure.workload.random_ids import KIND, RandomIds, usable_ids
from benchmark.measure.workload.shared_prefix import SharedPrefix, own_part, prefix_part
from benchmark.measure.workload.text_prompts import TextPrompts
from benchmark.measure.workload.turns import Turns
from benchmark.measure.workload.workloads import QUESTIONS, RANDOM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.measure.request import ModelShape
    from benchmark.measure.workload.beginnings import Beginnings
    from benchmark.measure.workload.exact import Tokenizer
    from benchmark.measure.workload.prompt_source import PromptSource
    from benchmark.measure.workload.workloads import Workload

__all__ = ["KIND", "needs_tokenizer", "open_prompts", "random_prompts"]


def needs_tokenizer(workload: Workload) -> bool:
    """Whether the prompts are words, whatever the engine takes."""
    return workload.prompts != RANDOM


def open_prompts(
    workload: Workload,
    shape: ModelShape,
    *,
    seed: int,
    tokenizer: Tokenizer | None = None,
    beginnings: Beginnings | None = None,
) -> PromptSource:
    """The prompts of a workload.

    Args:
        workload: says what they are made of and how long they are.
        shape: of the model.
        seed: the same seed gives the same prompts, on every version of Python.
        tokenizer: of the model. With one, every request has words as well, and they turn into
            exactly its ids again: what an endpoint needs.
        beginnings: of all prompts of a run, for a server that remembers what it was asked.

    Raises:
        UsageError: if the words' file, or a tokenizer for it, is not there or gives nothing.
        InvalidDataError: if the file breaks its format.
    """

    def opened(part: Workload) -> PromptSource:
        return _plain(part, shape, seed, tokenizer, beginnings)

    if workload.shared_prefix:
        own = opened(own_part(workload))
        return SharedPrefix(workload, opened(prefix_part(workload)), own, tokenizer)
    source = opened(workload._replace(turns=1))
    return source if workload.turns == 1 else Turns(source, workload.turns)


def _plain(
    workload: Workload,
    shape: ModelShape,
    seed: int,
    tokenizer: Tokenizer | None,
    beginnings: Beginnings | None,
) -> PromptSource:
    """Prompts that share nothing on purpose."""
    if not needs_tokenizer(workload):
        return RandomIds(workload, shape, seed, tokenizer, beginnings)
    if tokenizer is None:
        raise UsageError(
            f"The prompts of the workload {workload.name} are words, and the model comes without "
            "a tokenizer.",
            hint=N_("Name a tokenizer, or leave --prompts out for random token ids."),
        )
    if workload.prompts in QUESTIONS and workload.dataset is not None:
        return Questions(workload, shape, seed, tokenizer, beginnings)
    return TextPrompts(workload, seed, tokenizer, beginnings)


def random_prompts(shape: ModelShape, length: int, *, seed: int) -> Iterator[tuple[int, ...]]:
    """Endless different prompts, the same for the same seed, without special ids.

    Raises:
        UsageError: if the vocabulary holds nothing but special ids.
    """
    usable = usable_ids(shape, None)
    random = Random(seed)  # noqa: S311 - a repeatable workload, not a secret
    while True:
        yield tuple(random.choices(usable, k=length))
