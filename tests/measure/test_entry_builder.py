"""From known facts to an entry, and which entries are refused."""

from __future__ import annotations

import copy
import shlex
from contextlib import nullcontext
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from benchmark import canonical, schema
from benchmark.entry import Entry
from benchmark.errors import InvalidDataError
from benchmark.measure import checks, cpu, samples
from benchmark.measure.closed_loop import Plan, Series
from benchmark.measure.engine import EngineFacts, EngineOptions, Hardware, Timing
from benchmark.measure.entry_builder import Run, build_entry, human, reproducible_command
from benchmark.measure.machine import Machine
from benchmark.measure.worker import Job, Measurement
from benchmark.measure.workloads import Workload

if TYPE_CHECKING:
    from collections.abc import Callable

MS = 1_000_000


def timing(start: int, *, ttft: int = 50, step: int = 10) -> Timing:
    """Four tokens; all arguments in milliseconds."""
    tokens = tuple((start + ttft + step * n) * MS for n in range(4))
    return Timing(start * MS, tokens, tokens[-1] + MS)


SERIES = Series((timing(0), timing(100, step=12), timing(200, step=14)), ("no answer",), 0.4)
SAMPLES = samples.from_series(SERIES)
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
    tools={"torch": "2.13.0", "transformers": "5.0.0"},
)
RUN = Run(
    entry_id="an-id",
    model_name="my org/llama; rm -rf /",
    job=Job(
        "transformers",
        EngineOptions("/home/somebody/llama", "cuda", "bfloat16", None, 3, random_weights=True),
        Workload("tiny", 16, 4),
        Plan(),
    ),
    measurement=Measurement(FACTS, SERIES, load_time_s=1.5, peak_memory=3 * 2**30),
    machine=Machine("Linux 6.1", "3.11.7", None, None, "a" * 40, None),
    load_before=0.1,
    load_after=1.9,
    submitter="Somebody",
    submitted_at=datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=timezone.utc),
)


def entry() -> dict[str, Any]:
    """A fresh entry for the known run."""
    return copy.deepcopy(build_entry(RUN, SAMPLES.summary))


def test_the_entry_is_valid_consistent_and_small() -> None:
    """The schema and the checks have nothing to say against it."""
    assert schema.violations(entry()) == []
    checks.check(entry(), SAMPLES)
    assert len(canonical.dumps(entry())) < 10_000


def test_figures_are_medians_of_the_samples() -> None:
    """Three requests with 10, 12 and 14 ms between tokens, one failure, 0.4 s."""
    metrics = entry()["metrics"]
    assert (metrics["ttft_ms"], metrics["tbt_ms"]) == (50, 12)
    assert metrics["tpot_ms"] == pytest.approx(37 / 3, abs=1e-6)
    assert metrics["decode_tps"] == pytest.approx(1000 / metrics["tpot_ms"], abs=1e-4)
    assert (metrics["throughput_tps"], metrics["error_rate"]) == (30, 0.25)
    assert metrics["samples"] == {"requests": 4, "failed": 1, "warmup": 1}
    assert metrics["percentiles"]["e2e_ms"]["p50"] == 87


def test_what_was_not_measured_is_null() -> None:
    """Nothing is invented for the fields of the public format."""
    metrics = entry()["metrics"]
    unknown = ("prefix_hit_rate", "kv_used_tokens", "kv_used_bytes", "evict_count", "evict_ms")
    assert [metrics[name] for name in (*unknown, "spec_accept_rate")] == [None] * 6
    unmeasured = RUN._replace(measurement=RUN.measurement._replace(peak_memory=None))
    assert Entry(build_entry(unmeasured, SAMPLES.summary)).at("metrics", "peak_mem_mb") is None


def test_the_entry_says_what_was_random() -> None:
    """Weights and prompts, with their seeds."""
    provenance = entry()["provenance"]
    assert (provenance["weights"], provenance["weights_seed"]) == ("random", 3)
    assert (provenance["prompts"], provenance["prompts_seed"]) == ("random-token-ids", 3)


def test_the_recorded_command_survives_a_shell_and_names_no_folder() -> None:
    """A model's name with blanks and a semicolon stays one argument."""
    words = shlex.split(reproducible_command(RUN, SAMPLES.summary))
    assert words[:4] == ["sagellm-benchmark", "run", "--model", "my org/llama; rm -rf /"]
    assert " ".join(words[4:]) == (
        "--backend cuda --workload tiny --engine transformers --dtype bfloat16 --threads 8 "
        "--seed 3 --repeats 4 --random-weights"
    )
    assert b"somebody" not in canonical.dumps(entry())


def test_the_config_key_knows_the_run() -> None:
    """Chip, engine and workload are where the leaderboard looks for them."""
    label = Entry(entry()).label
    assert label == (
        "NVIDIA H100 80GB HBM3|1|my org/llama; rm -rf /|BF16|16|4|tiny|transformers 5.0.0"
    )
    assert entry()["metadata"]["submitted_at"] == "2026-02-03T04:05:06Z"


def contradict(*path: str, to: object) -> Callable[[dict[str, Any]], None]:
    """What sets the value at `path`."""

    def apply(value: dict[str, Any]) -> None:
        for step in path[:-1]:
            value = value[step]
        value[path[-1]] = to

    return apply


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (contradict("metrics", "ttft_ms", to=0), "$.metrics.ttft_ms"),
        (contradict("metrics", "throughput_tps", to=0), "$.metrics.throughput_tps"),
        (contradict("metrics", "throughput_tps", to=31), "$.metrics.throughput_tps"),
        (contradict("metrics", "error_rate", to=0), "$.metrics.error_rate"),
        (contradict("metrics", "tpot_ms", to=20), "$.metrics.tpot_ms"),
        (
            contradict("metrics", "percentiles", "itl_ms", "p50", to=99),
            "$.metrics.percentiles.itl_ms",
        ),
        (contradict("workload", "output_length", to=5), "$.samples[0]"),
        (contradict("hardware", "chip_count", to=0), "$.hardware.chip_count"),
    ],
)
def test_an_entry_that_contradicts_its_samples_is_refused(
    change: Callable[[dict[str, Any]], None], where: str
) -> None:
    """The violation says where."""
    broken = entry()
    change(broken)
    with pytest.raises(InvalidDataError) as caught:
        checks.check(broken, SAMPLES)
    assert where in [violation.path for violation in caught.value.violations]


@pytest.mark.parametrize(("late", "refused"), [(1, False), (2, True)])
def test_time_that_no_token_explains_is_refused_unless_it_is_a_single_stall(
    late: int,
    *,
    refused: bool,
) -> None:
    """A second between the last token and the end, in so many of three requests."""
    done = [one._replace(e2e_ms=one.e2e_ms + 1000) for one in SAMPLES.done[:late]]
    stalled = SAMPLES._replace(done=(*done, *SAMPLES.done[late:]))
    broken = build_entry(RUN, stalled.summary)
    expected = pytest.raises(InvalidDataError) if refused else nullcontext()
    with expected:
        checks.check(broken, stalled)


def test_samples_survive_their_file() -> None:
    """What is read back gives the same figures."""
    data = canonical.dumps(samples.to_json(SAMPLES))
    value = canonical.loads(data, file="samples")
    assert isinstance(value, dict)
    assert samples.from_json(value).summary == SAMPLES.summary


@pytest.mark.parametrize(
    ("parameters", "text"),
    [(124_439_808, "124M"), (FACTS.parameters, "1.2B"), (72_706_203_648, "72.7B"), (999, "999")],
)
def test_parameters_are_written_as_people_say_them(parameters: int, text: str) -> None:
    """In the public format they are text."""
    assert human(parameters) == text


@pytest.mark.parametrize(
    ("cpuinfo", "torch_name", "machine", "expected"),
    [
        (
            (
                "vendor_id\t: GenuineIntel\n"
                "model name\t: Intel(R) Xeon(R) Gold 6338  CPU @ 2.00GHz\n"
                "physical id\t: 0\nphysical id\t: 1\nphysical id\t: 1\n"
            ),
            None,
            "x86_64",
            cpu.Cpu("Intel", "Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz", 2),
        ),
        (
            "vendor_id\t: AuthenticAMD\nmodel name\t: AMD EPYC 7763 64-Core Processor\n",
            "ignored",
            "x86_64",
            cpu.Cpu("AMD", "AMD EPYC 7763 64-Core Processor", 1),
        ),
        ("CPU implementer\t: 0x41\n", "Neoverse-N1", "aarch64", cpu.Cpu("ARM", "Neoverse-N1", 1)),
        ("", "Apple M3 Max", "arm64", cpu.Cpu("Apple", "Apple M3 Max", 1)),
        ("", None, "riscv64", cpu.Cpu("Unknown", "riscv64", 1)),
    ],
)
def test_the_cpu_is_named_as_the_kernel_names_it(
    cpuinfo: str, torch_name: str | None, machine: str, expected: cpu.Cpu
) -> None:
    """Brand, vendor and sockets; torch's name only where the kernel has none."""
    assert cpu.describe(cpuinfo, torch_name, "", machine) == expected
