"""`sagellm-benchmark run`, started as users start it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from peers.participant import OURS, ROOT, Figures, Participant, last_json

if TYPE_CHECKING:
    from pathlib import Path

    from peers.participant import Setting


def ours(
    group: str,
    setting: Setting,
    *,
    engine: str = "transformers",
    dtype: str,
    compiled: bool = False,
) -> Participant:
    """Our figure for one engine in one precision."""

    def command(scratch: Path) -> list[str]:
        words = [sys.executable, str(ROOT / "scripts" / "run.py"), "--model", str(setting.model)]
        words += ["--backend", setting.backend, "--workload", setting.workload, "--engine", engine]
        words += ["--dtype", dtype, "--repeats", str(setting.repeats)]
        words += ["--compile"] if compiled else []
        return [*words, "--json", "--outputs", str(scratch / "outputs")]

    options = [f"--engine {engine}"] if engine != "transformers" else []
    options += ["--compile"] if compiled else []
    name = " ".join(["sagellm-benchmark run", *options])
    return Participant(name, group, OURS, dtype, command, _read)


def _read(printed: str, _scratch: Path) -> Figures:
    report = last_json(printed)
    summary, samples = report["summary"], report["samples"]
    times = sorted(sample["e2e_ms"] for sample in samples)
    middle = (times[len(times) // 2] + times[(len(times) - 1) // 2]) / 2
    precision = report["run"]["model"].get("precision")
    return Figures(summary["ttft_ms"], summary["decode_tps"], middle, precision)
