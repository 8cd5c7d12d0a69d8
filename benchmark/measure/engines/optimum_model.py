"""Greedy decoding with a compiled graph, for the engines whose models optimum exports.

`generate()` of optimum's model classes spends about a millisecond of Python per token around the
graph, which is a tenth of a token of a small int8 model. This loop asks the graph and takes the
best token, no more.
"""

from __future__ import annotations

import time
from importlib import metadata
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure.engine import RequestFailedError
from benchmark.measure.engines.transformers_config import first_line
from benchmark.measure.samples import Timing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from benchmark.measure.engine_facts import EngineFacts
    from benchmark.measure.engine_options import EngineOptions
    from benchmark.measure.request import ModelShape

    Ids = npt.NDArray[np.int64]

KNOWN_INPUTS = frozenset({"input_ids", "attention_mask", "position_ids", "beam_idx"})
DEFAULT_DTYPE = "float32"
LOAD_HINT = N_("If memory ran out, choose a smaller model or --dtype int8.")


class Graph(Protocol):
    """A compiled graph with a key-value cache."""

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What its library raises when a step fails."""
        ...

    def reset(self, batch: int) -> None:
        """Empty the cache, for that many prompts."""
        ...

    def step(self, ids: Ids, mask: Ids, positions: Ids) -> npt.NDArray[Any]:
        """Append `ids` to the cache; the scores of what follows the last of them, (batch, ids)."""
        ...


class OptimumModel:
    """A loaded causal language model.

    Args:
        graph: compiled.
        shape: what requests must respect.
        facts: what is executing.
    """

    def __init__(self, graph: Graph, shape: ModelShape, facts: EngineFacts) -> None:
        self._graph = graph
        self._shape = shape
        self._facts = facts

    def generate(self, prompts: Sequence[Sequence[int]], output_length: int) -> tuple[Timing, ...]:
        """Generate exactly `output_length` tokens for each prompt, greedily.

        Raises:
            RequestFailedError: if that fails.
        """
        timing, _tokens = self.answer(prompts, output_length)
        return (timing,) * len(prompts)

    def answer(self, prompts: Sequence[Sequence[int]], output_length: int) -> tuple[Timing, Ids]:
        """As `generate`, with the tokens: (batch, output_length)."""
        ids = np.array(prompts, dtype=np.int64)
        batch, length = ids.shape
        self._check(length + output_length)
        mask = np.ones((batch, length + output_length), dtype=np.int64)
        positions = np.tile(np.arange(length + output_length), (batch, 1))
        try:
            return self._decode(ids, mask, positions)
        except self._graph.errors as error:
            raise RequestFailedError(first_line(error)) from error

    def facts(self) -> EngineFacts:
        """What is executing."""
        return self._facts

    def reset_peak_memory(self) -> None:
        """No device here tells its peak."""

    def peak_memory(self) -> int | None:
        """No device here tells its peak."""
        return None

    def _check(self, positions: int) -> None:
        window = self._shape.context_window
        if window is not None and positions > window:
            raise RequestFailedError(f"{positions} positions are asked, the model has {window}.")

    def _decode(self, ids: Ids, mask: Ids, positions: Ids) -> tuple[Timing, Ids]:
        step, clock = self._graph.step, time.perf_counter_ns
        stamps, tokens, seen = [], [], 0
        start = clock()
        self._graph.reset(len(ids))
        for _ in range(mask.shape[1] - ids.shape[1]):
            end = seen + ids.shape[1]
            ids = step(ids, mask[:, :end], positions[:, seen:end]).argmax(-1)[:, None]
            stamps.append(clock())
            tokens.append(ids)
            seen = end
        return Timing(start, tuple(stamps), clock()), np.concatenate(tokens, axis=1)


def check_dtype(engine: str, options: EngineOptions, offered: Sequence[str]) -> str:
    """The precision to use.

    Raises:
        UsageError: if the engine has not the one asked for.
    """
    dtype = options.dtype or DEFAULT_DTYPE
    if dtype not in offered:
        raise UsageError(
            f"The engine {engine} has no {dtype} on {options.backend} here.",
            hint=f"Choose --dtype {' or '.join(offered)}.",
        )
    return dtype


def check_inputs(engine: str, names: Iterable[str]) -> None:
    """See that the graph asks for nothing this package does not know.

    Raises:
        UsageError: if it does.
    """
    if unknown := sorted(set(names) - KNOWN_INPUTS):
        raise UsageError(
            f"The exported model wants {', '.join(unknown)}, which the engine {engine} does not "
            "give.",
            hint=N_("Choose the engine transformers for this model."),
        )


def versions(names: Iterable[str]) -> dict[str, str]:
    """The versions of those distributions that are installed."""
    installed = ((name, list(metadata.distributions(name=name))) for name in names)
    return {name: found[0].version for name, found in installed if found}
