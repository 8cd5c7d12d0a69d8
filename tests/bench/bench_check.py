"""How often `check` cries wolf, and how often it sees a slow-down of 10 %, on this machine.

    python tests/bench/bench_check.py [--runs 40] [--requests 30] [--sizes 1,2,3,5,8]
        [--slow 1.1] [--max-regression 0.05] [--with-noisy] [--folder FOLDER] [--json FILE]

Measures one small model so many times, each a whole `sagellm-benchmark run`, one after the other;
what FOLDER holds already is not measured again. Then it plays the gate on them, as CI would: so
many runs in a row are the baseline, as many after them are new, at every place in the row and in
both directions. Nothing has changed, so each failure is a false alarm. For the slow-down every time
in the samples of the new runs is multiplied: the noise is that of real runs, and the slow-down is
known exactly.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmark.commands.samples import runs_of
from benchmark.entry import Entry
from benchmark.gate import Limits, check
from benchmark.significance import METRICS, Evidence, Request
from tests.bench.table import markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SHAPE = {
    "model_type": "gpt2",
    "n_layer": 4,
    "n_embd": 128,
    "n_head": 4,
    "vocab_size": 1000,
    "n_positions": 512,
    "architectures": ["GPT2LMHeadModel"],
    "bos_token_id": 0,
    "eos_token_id": 0,
}
"""A few milliseconds of arithmetic for each token: enough to feel what else the machine does."""


WORKLOAD = """\
workloads:
  - {name: gate, input_length: 32, output_length: 32}
"""


_STATED = ("throughput_tps", "ttft_ms", "tpot_ms", "error_rate", "samples")


class Row(NamedTuple):
    """So many runs on each side: of how many checks how many failed, equal and slower."""

    size: int
    checks: int
    false_alarms: int
    caught: int
    noisy: int


def main() -> None:
    """Measure, play, show."""
    options = _options()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        _measure(folder, options.runs, options.requests)
        runs = _in_order(folder)
    limits = Limits(
        options.max_regression, [*METRICS], options.confidence, with_noisy=options.with_noisy
    )
    rows = [
        _play(runs, size, limits, options.slow) for size in options.sizes if 2 * size <= len(runs)
    ]
    _show(rows, len(runs))
    if options.json:
        options.json.write_text(json.dumps([row._asdict() for row in rows]) + "\n", "utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--requests", type=int, default=30)
    parser.add_argument("--slow", type=float, default=1.1)
    parser.add_argument("--max-regression", type=float, default=0.05)
    parser.add_argument("--confidence", type=float, default=0.99)
    parser.add_argument("--sizes", type=_numbers, default=[1, 2, 3, 5, 8])
    parser.add_argument("--with-noisy", action="store_true")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def _numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


def _measure(folder: Path, runs: int, requests: int) -> None:
    """As many whole runs as are missing."""
    model = folder / "model"
    model.mkdir(parents=True, exist_ok=True)
    (model / "config.json").write_text(json.dumps(SHAPE), "utf-8")
    (folder / "gate.yaml").write_text(WORKLOAD, "utf-8")
    words = [sys.executable, "-m", "benchmark", "run", "--model", str(model), "--random-weights"]
    words += ["--repeats", str(requests), "--max-time", "60", "--submitter", "bench"]
    words += ["--workload", str(folder / "gate.yaml")]
    words += ["--outputs", str(folder / "outputs"), "--json"]
    for number in range(len(_files(folder)), runs):
        sys.stderr.write(f"run {number + 1} of {runs}\n")
        subprocess.run(words, check=True, capture_output=True, cwd=Path(__file__).parents[2])


def _files(folder: Path) -> list[Path]:
    return sorted((folder / "outputs").rglob("*_leaderboard.json"))


def _in_order(folder: Path) -> list[Evidence]:
    """Runs in the order they were measured, which their folders' numbers are."""
    return [run for file in _files(folder) for run in runs_of([file])]


def _play(runs: Sequence[Evidence], size: int, limits: Limits, slow: float) -> Row:
    pairs = list(_pairs(runs, size))
    slower = {run.entry.run_id: slowed(run, slow) for run in runs}
    slow_pairs = [(old, [slower[run.entry.run_id] for run in new]) for old, new in pairs]
    assert all(check(old, new, limits).judged for old, new in (*pairs, *slow_pairs) if size > 1)
    return Row(
        size,
        len(pairs),
        sum(bool(check(old, new, limits).regressions) for old, new in pairs),
        sum(bool(check(old, new, limits).regressions) for old, new in slow_pairs),
        sum(run.is_noisy for run in runs),
    )


def _pairs(
    runs: Sequence[Evidence], size: int
) -> Iterator[tuple[Sequence[Evidence], Sequence[Evidence]]]:
    """Neighbours in time, the earlier as baseline of the later and the other way round."""
    for start in range(len(runs) - 2 * size + 1):
        earlier = runs[start : start + size]
        later = runs[start + size : start + 2 * size]
        yield earlier, later
        yield later, earlier


def slowed(run: Evidence, slow: float) -> Evidence:
    """The same run, all of whose times are longer."""
    data = json.loads(run.entry.canonical)
    # What else they state of the old times would contradict the new ones.
    metrics = {name: value for name, value in data["metrics"].items() if name in _STATED}
    metrics["throughput_tps"] /= slow
    for name in ("ttft_ms", "tpot_ms"):
        metrics[name] *= slow
    requests = tuple(_longer(one, slow) for one in run.requests or ())
    return Evidence(Entry({**data, "metrics": metrics}), requests)


def _longer(one: Request, slow: float) -> Request:
    return one._replace(
        start_s=one.start_s * slow,
        ttft_ms=one.ttft_ms * slow,
        e2e_ms=one.e2e_ms * slow,
        tpot_ms=None if one.tpot_ms is None else one.tpot_ms * slow,
    )


def _show(rows: Sequence[Row], runs: int) -> None:
    header = ("runs per side", "checks", "false alarms", "10 % caught")
    cells = [
        (
            str(row.size),
            str(row.checks),
            f"{row.false_alarms} ({row.false_alarms / row.checks:.1%})",
            f"{row.caught} ({row.caught / row.checks:.1%})",
        )
        for row in rows
    ]
    sys.stdout.write(
        f"{runs} runs, on a busy machine: {rows[0].noisy}\n{markdown(header, cells, words=0)}\n"
    )


if __name__ == "__main__":
    main()
