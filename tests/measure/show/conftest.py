"""A run whose figures are known, as its parts tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from benchmark.measure import stats
from benchmark.measure.engine_facts import EngineFacts, Hardware
from benchmark.measure.engine_options import EngineOptions
from benchmark.measure.job import Cell, Job
from benchmark.measure.load import Load, StopRule
from benchmark.measure.samples import Failure, Sample, Series
from benchmark.measure.workload.workloads import fixed

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.canonical import Json

    MakeEntry = Callable[..., dict[str, Json]]


@pytest.fixture
def series() -> Series:
    """Twenty requests one after the other, half a second each, and two failures."""
    every = tuple(
        Sample(number * 0.5, 8, 5, 100 + number, (90.0 + number, 100.0, 100.0, 101.0), 500 + number)
        for number in range(20)
    )
    return Series(every, (Failure(3.0, 5.0, "503"), Failure(4.0, 5.0, "503")), 10.4)


@pytest.fixture
def facts() -> EngineFacts:
    """What a small model in this process says of itself."""
    hardware = Hardware("AMD", "AMD EPYC", 1, None, None)
    return EngineFacts("5.23.0", "FP32", "None", 124_439_808, "random", 2, hardware)


@pytest.fixture
def job() -> Job:
    """One engine and one workload."""
    cell = Cell(fixed("short", 128, 128), Load())
    return Job("transformers", EngineOptions("gpt2", "cpu"), (cell,), StopRule(max_time_s=120))


@pytest.fixture
def make_entry(series: Series) -> MakeEntry:
    """Builds an entry of that series; metrics can be replaced and added by name."""

    def make(**metrics: Any) -> dict[str, Json]:
        found = stats.summarize(series)
        known: dict[str, Any] = {
            name: getattr(found, name)
            for name in ("ttft_ms", "tpot_ms", "tbt_ms", "throughput_tps", "decode_tps")
        }
        known["error_rate"] = found.error_rate
        known["distributions"] = {name: one.as_dict() for name, one in found.distributions.items()}
        known["samples"] = {"requests": found.requests, "failed": found.failed, "warmup": 2}
        return {
            "entry_id": "e",
            "engine": "transformers",
            "engine_version": "5.23.0",
            "hardware": {"vendor": "AMD", "chip_model": "AMD EPYC", "chip_count": 1},
            "model": {"name": "gpt2", "precision": "FP32", "quantization": "None"},
            "workload": {"name": "short", "input_length": 128, "output_length": 128},
            "metrics": {**known, **metrics},
            "cluster": None,
            "provenance": {},
        }

    return make
