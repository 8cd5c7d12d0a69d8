"""The fastest engine on this machine at the precision asked for, by a short trial of each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from benchmark.errors import BenchmarkError
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.load import StopRule
from benchmark.measure.planning import job
from benchmark.measure.stats import summarize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.measure.job import Job, Measurement
    from benchmark.measure.run_options import RunOptions

TRIAL = StopRule(repeats=2, max_time_s=30)
_CANDIDATES = (
    ("transformers", False),
    ("transformers", True),
    ("onnxruntime", False),
    ("openvino", False),
)
_PRECISIONS = {"float32": "FP32", "bfloat16": "BF16", "float16": "FP16"} | {
    name: name.upper() for name in ("int8", "int4")
}


class Trial(NamedTuple):
    """How one candidate did.

    Attributes:
        options: the candidate as `run` would be asked for it.
        throughput_tps: output tokens per second, None if it is out.
        reason: why it is out, empty if it is not.
    """

    options: RunOptions
    throughput_tps: float | None
    reason: str = ""

    @property
    def name(self) -> str:
        """The engine, and whether it compiles."""
        return f"{self.options.engine} --compile" if self.options.compile else self.options.engine


def try_all(
    options: RunOptions, measure: Callable[[Job], tuple[Measurement, ...]]
) -> Iterator[Trial]:
    """Every candidate's trial, as it is done: the first cell, two requests.

    Speed at another precision does not count; where none was asked for, the first candidate's own
    precision is the one that all must have.
    """
    expected = None if options.dtype is None else _PRECISIONS.get(options.dtype)
    for engine, compiled in _CANDIDATES:
        candidate = replace(options, engine=engine, compile=compiled)
        asked = job(engine, candidate)
        try:
            found = measure(asked._replace(cells=asked.cells[:1], stop=TRIAL))[0]
        except BenchmarkError as error:
            yield Trial(candidate, None, str(error))
            continue
        precision = found.facts.precision
        expected = expected or precision
        if precision == expected:
            yield Trial(candidate, summarize(found.series).throughput_tps)
        else:
            yield Trial(candidate, None, f"it executes {precision}")


def choose(trials: list[Trial]) -> Trial:
    """The fastest.

    Raises:
        EngineFailedError: if all are out.
    """
    running = [trial for trial in trials if trial.throughput_tps is not None]
    if not running:
        reasons = "; ".join(f"{trial.name}: {trial.reason}" for trial in trials)
        raise EngineFailedError(f"No engine can do it. {reasons}")
    return max(running, key=lambda trial: trial.throughput_tps or 0)
