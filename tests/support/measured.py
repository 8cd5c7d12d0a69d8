"""A finished measurement, known to the last digit."""

from __future__ import annotations

from datetime import datetime, timezone

from benchmark.measure.engine_facts import EngineFacts, Hardware
from benchmark.measure.entry_builder import Run
from benchmark.measure.host.machine import Machine
from benchmark.measure.job import Cell, Measurement
from benchmark.measure.load import Load
from benchmark.measure.run_options import RunOptions
from benchmark.measure.samples import Failure, Series, Timing, sample
from benchmark.measure.workload.workloads import fixed

MS = 1_000_000


def timing(start: int, *, ttft: int = 50, step: int = 10) -> Timing:
    """Four tokens; all arguments in milliseconds."""
    tokens = tuple((start + ttft + step * n) * MS for n in range(4))
    return Timing(start * MS, tokens, tokens[-1] + MS)


_TIMINGS = (timing(0), timing(100, step=12), timing(200, step=14))
SERIES = Series(
    samples=tuple(sample(one, 16, 0) for one in _TIMINGS),
    failures=(Failure(0.3, 100, "no answer"),),
    wall_s=0.4,
)
FACTS = EngineFacts(
    engine_version="5.0.0",
    precision="BF16",
    quantization="None",
    parameters=1_235_814_400,
    weights="random",
    threads=8,
    hardware=Hardware("NVIDIA", "NVIDIA H100 80GB HBM3", 1, 79.19, 79.19, "570.1"),
    config_sha256="0" * 64,
    cuda_version="12.8",
    weight_bytes=2_471_628_800,
    tools={"torch": "2.13.0", "transformers": "5.0.0"},
)
MEASUREMENT = Measurement(
    cell=Cell(fixed("tiny", 16, 4), Load()),
    facts=FACTS,
    series=SERIES,
    load_time_s=1.5,
    warmup_requests=2,
    dataset="default",
    prompts={"kind": "random-token-ids", "seed": 3},
    device_peak=3 * 2**30,
    host_peak=2 * 2**30,
    bandwidth=3.35e12,
    cache=50 * 2**20,
)
RUN = Run(
    entry_id="an-id",
    engine="transformers",
    options=RunOptions(
        model="my org/llama; rm -rf /",
        backend="cuda",
        workload="tiny",
        dtype="bfloat16",
        threads=8,
        seed=3,
        random_weights=True,
        repeats=4,
    ),
    measurement=MEASUREMENT,
    machine=Machine("Linux 6.1", "3.11.7", None, None, "a" * 40, None),
    slo=None,
    submitter="Somebody",
    submitted_at=datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=timezone.utc),
)
