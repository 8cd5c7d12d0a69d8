"""What the manifest trusts from commit to commit has a number, and another definition another one.

A leaderboard that was written under other definitions must be made anew. That is seen from the
numbers alone, so each stands here beside the outcome of its definition for many entries.
"""

from __future__ import annotations

import functools
import itertools
import json
from typing import Any

from benchmark import canonical
from benchmark.entry import GATE_VERSION, KEY_PATHS, KEY_VERSION, Entry
from benchmark.merge import outranks
from benchmark.schema import why_not_ranked
from benchmark.verdict import VERDICT_VERSION
from benchmark.verdict.chips import ANY, CHIPS, CPU
from tests.support.entries import data

CONFIG_KEYS = {1: "d765b2c37a40c8ed"}
"""KEY_VERSION → digest of the config keys."""

GATES = {1: "04e518e94449a682", 2: "32927355d87c7063"}
"""GATE_VERSION → digest of what is ranked, and in which order."""

VERDICTS = {
    "1.1": "df75792fff8d7706",
    "2.2": "9ba6d0be17bc96da",
    "2.3": "aa767607c86ad02e",
}
"""VERDICT_VERSION → digest of the table of chips and of verdicts."""

SPELLINGS: list[Any] = [
    *(None, "", " None ", "null", 0, 1, 1.0, -0.0, 2.5, True, "GPT 2", "gpt  2", "gpt2"),
    *("Ö", "o\u0308", "Straße", "\uff47pt2", "\u0130", "a\0b", ["x", 1], {"a": None}),
]
SUBMITTED = ["2026-01-01T00:00:00Z", "2026-01-01T02:00:00+02:00", "2026-01-01", "2025-12-31T23:59"]


def everything() -> list[Entry]:
    """Of a plain entry every spelling in every place of the config key."""
    nested = {path[-1] for path in KEY_PATHS.values() if path[0] == "cluster"}
    spelled = [
        {".".join(path): value}
        for path in KEY_PATHS.values()
        for value in SPELLINGS
        if path[0] != "cluster"
    ]
    clusters = [
        {"cluster": {"node_count": 2, "parallelism": {name: value}, name: value}}
        for name in sorted(nested)
        for value in SPELLINGS
    ]
    notes = [{"metadata.notes": text} for text in ("Benchmark run: Q1", "run: Q1", "Q1")]
    return [Entry(data(changes)) for changes in (*spelled, *clusters, *notes)]


def rivals() -> list[Entry]:
    """Runs of one configuration: figures at and around every limit."""
    figures = itertools.product(
        (-1, 0, 0.1, 12.5, 100), (0, 80, 79.99), (0, 0.05, 0.0501, None), SUBMITTED
    )
    names = ("throughput_tps", "ttft_ms", "error_rate")
    return [
        Entry(data({**{f"metrics.{name}": value for name, value in zip(names, of, strict=True)},
                    "metadata.submitted_at": at}))
        for *of, at in figures
    ]  # fmt: skip


def digest(value: Any) -> str:
    """Short, to stand in a table."""
    return canonical.digest(json.dumps(value).encode())[:16]


def what_to_do(name: str, file: str, table: str, found: str) -> str:
    """What whoever changed a definition has to do."""
    return (
        f"The outcome of a definition has changed. Raise {name} in benchmark/{file}, for"
        f" leaderboards that were written before to be made anew, and note in {table} here:"
        f' "{found}".'
    )


def test_another_config_key_is_another_version() -> None:
    """Else lines would be looked for by bisection where they no longer stand."""
    found = digest([entry.config_key.hex() for entry in everything()])
    message = what_to_do("KEY_VERSION", "config_key.py", "CONFIG_KEYS", found)
    assert CONFIG_KEYS.get(KEY_VERSION) == found, message


def test_another_gate_or_order_is_another_version() -> None:
    """Else a leader of yesterday would stay where another one leads today."""
    refused = [bool(why_not_ranked(entry)) for entry in (*everything(), *rivals())]
    place = functools.cmp_to_key(lambda one, other: -1 if outranks(one, other) else 1)
    order = [entry.run_id for entry in sorted(rivals(), key=place)]
    found = digest([refused, order])
    message = what_to_do("GATE_VERSION", "entry.py", "GATES", found)
    assert GATES.get(GATE_VERSION) == found, message


def suspects() -> list[Entry]:
    """Claims around what chips can do, in every precision, of models of every size."""
    figures = itertools.product(
        ("CPU", "NVIDIA H100 80GB HBM3", "NVIDIA L4", "x"),
        ("gpt2", "llama-3-8b", "qwen3-30b-a3b", "gpt-oss-120b", "x"),
        ("FP32", "BF16", "INT4"),
        (90, 120, 600, 1200, 1e4, 1e6, 9e14),
        (None, 0, 0.5, 2.4, 10),
    )
    names = ("hardware.chip_model", "model.name", "model.precision")
    metrics = ("metrics.throughput_tps", "metrics.tpot_ms")
    return [Entry(data(dict(zip((*names, *metrics), of, strict=True)))) for of in figures]


def accounts() -> list[Entry]:
    """Claims beside the speed, each a little and much too high, by chips of many spellings."""
    places = (
        *("metrics.peak_mem_mb", "metrics.joules_per_token", "metrics.memory_bandwidth_gbs"),
        *("metrics.tbt_ms", "metrics.total_tps", "metrics.goodput_rps", "hardware.chips_per_node"),
        *("metrics.ttft_ms", "workload.concurrent_requests"),
    )
    base = {
        "hardware.total_memory_gb": 1,
        "metrics.requests_per_s": 0.8,
        "metrics.samples": {"requests": 4},
        "cluster": {"node_count": 2},
    }
    chips = ("CPU", "Intel(R) Xeon(R) CPU E5-2680 v4", "8\u00d7H100", "H 100", "\uff281\uff100")
    return [
        Entry(data({**base, "hardware.chip_model": chip, place: value}))
        for chip, place, value in itertools.product(chips, places, (1e-9, 0.5, 1, 2, 5, 1e4, 1e9))
    ]


def test_another_verdict_is_another_version() -> None:
    """Else a run would stay first that is no longer believed."""
    table = [[*chip[:2], [*chip[2]], *chip[3:]] for chip in (*CHIPS, CPU, ANY)]
    kinds = [entry.verdict.kind for entry in (*everything(), *rivals(), *suspects(), *accounts())]
    found = digest([str(table), kinds])
    message = what_to_do("_RULES_VERSION or CHIPS_VERSION", "verdict/", "VERDICTS", found)
    assert VERDICTS.get(VERDICT_VERSION) == found, message


def test_every_version_has_its_own_outcome() -> None:
    """A number that was raised for nothing would have everything read once more."""
    tables: tuple[dict[Any, str], ...] = (CONFIG_KEYS, GATES, VERDICTS)
    for table in tables:
        assert len(set(table.values())) == len(table)
