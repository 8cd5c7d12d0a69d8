"""An engine that only sleeps: for tests of the processes around an engine."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from benchmark.measure import engines, worker
from benchmark.measure.engine import EngineFailedError, RequestFailedError
from benchmark.measure.engine_options import EngineOptions
from benchmark.measure.engines import EngineKind
from benchmark.measure.host import bandwidth
from benchmark.measure.job import Cell, Job
from benchmark.measure.load import Load, StopRule
from benchmark.measure.local_load import LocalTarget
from benchmark.measure.request import ModelShape
from benchmark.measure.samples import Timing
from benchmark.measure.workload.workloads import fixed
from tests.support.fake_model import FACTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.measure.engine_facts import EngineFacts

ROOT = Path(__file__).resolve().parents[2]
_START = f"import sys; sys.path.append({str(ROOT)!r}); from tests.support.sleepy_engine import main"
COMMAND = [sys.executable, "-c", f"{_START}; main()"]
UNPROBED = [sys.executable, "-c", f"{_START}; main(probed=False)"]
"""Without a look at the machine's memory bandwidth, which takes seconds."""

TOKEN_S = 0.005


class SleepyModel:
    """Every token takes five milliseconds; `fail@5` says what happens from the fifth request on.

    `SIGTERM@5` is sent to the parent again and again, `SIGTERM to all@5` to this process, too.
    """

    def __init__(self, behaviour: str) -> None:
        self._behaviour, _, self._first = behaviour.partition("@")
        self._requests = 0

    def generate(self, prompts: Sequence[Sequence[int]], output_length: int) -> tuple[Timing, ...]:
        """Sleep, or do what it was told."""
        self._requests += 1
        if self._first and self._requests >= int(self._first):
            self._misbehave()
        start, stamps = time.perf_counter_ns(), []
        for _ in range(output_length):
            time.sleep(TOKEN_S)
            stamps.append(time.perf_counter_ns())
        return tuple(Timing(start, tuple(stamps), stamps[-1]) for _ in prompts)

    def _misbehave(self) -> None:
        if self._behaviour == "die":
            os.kill(os.getpid(), 9)
        if self._behaviour == "crash":
            raise AttributeError("a bug in the engine")
        if self._behaviour == "sleep":
            time.sleep(60)
        if self._behaviour == "fail":
            raise RequestFailedError("no answer")
        if self._behaviour == "give up":
            raise EngineFailedError("the chip is gone")
        name, _, everybody = self._behaviour.partition(" ")
        if name in signal.Signals.__members__:
            for process in (os.getppid(), os.getpid())[: 2 if everybody else 1]:
                os.kill(process, signal.Signals[name])

    def facts(self) -> EngineFacts:
        """Nothing of interest."""
        return FACTS

    def reset_peak_memory(self) -> None:
        """Nothing to forget."""

    def peak_memory(self) -> int | None:
        """Unknown."""
        return None


class SleepyEngine:
    """Its description is its model's name."""

    shape = ModelShape(vocabulary=100, special_ids=frozenset({0}), context_window=64)

    def __init__(self, options: EngineOptions) -> None:
        self._options = options

    def load(self) -> LocalTarget:
        """At once."""
        return LocalTarget(SleepyModel(self._options.model))


create = SleepyEngine


class Behaving(ModuleType):
    """Stands for the module of an engine."""

    @staticmethod
    def create(options: EngineOptions) -> SleepyEngine:
        """Whatever its model's name says."""
        return SleepyEngine(replace(options, model=""))


def main(*, probed: bool = True) -> None:
    """The measuring process, which knows this engine too."""
    register()
    if not probed:
        bandwidth.probe = lambda *_: None
    worker.main()


def register() -> None:
    """Make it one of the engines, and another one like it whose model always behaves."""
    engines.ENGINES["sleepy"] = EngineKind(__name__)
    engines.ENGINES["drowsy"] = EngineKind("drowsy_engine")
    sys.modules["drowsy_engine"] = Behaving("drowsy_engine")


def job(behaviour: str = "", *, repeats: int = 8, cells: int = 1, output: int = 4) -> Job:
    """So many requests of four tokens, for each cell."""
    cell = Cell(fixed("tiny", 3, output), Load())
    return Job("sleepy", EngineOptions(behaviour, "cpu"), (cell,) * cells, StopRule(repeats))
