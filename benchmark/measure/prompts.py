"""Prompts of an exact length without a tokenizer."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from benchmark.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.measure.engine import ModelShape

KIND = "random-token-ids"


def random_prompts(shape: ModelShape, length: int, *, seed: int) -> Iterator[tuple[int, ...]]:
    """Endless different prompts, the same for the same seed, without special ids.

    Different, because an engine that caches prefixes answers a repeated prompt faster.

    Raises:
        UsageError: if the vocabulary holds nothing but special ids.
    """
    usable = [token for token in range(shape.vocabulary) if token not in shape.special_ids]
    if not usable:
        raise UsageError("The model's vocabulary holds nothing but special ids.")
    random = Random(seed)  # noqa: S311 - a repeatable workload, not a secret
    while True:
        yield tuple(random.choices(usable, k=length))
