"""`sagellm-benchmark run`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from clients.asked import INPUT, OUTPUT, ROOT, Asked, Client, Request


def _command(asked: Asked) -> list[str]:
    workload = asked.folder / "workload.yaml"
    lengths = f"input_length: {INPUT}, output_length: {OUTPUT}"
    workload.write_text(f"workloads:\n  - {{name: beside, {lengths}}}\n")
    words = [sys.executable, str(ROOT / "scripts" / "run.py"), "--engine", "openai"]
    words += ["--base-url", f"{asked.url}/v1", "--model", str(asked.model)]
    words += ["--workload", str(workload), "--repeats", str(asked.requests)]
    words += ["--concurrency", str(asked.concurrency), "--seed", str(asked.seed)]
    return [*words, "--outputs", str(asked.folder / "outputs"), "--json"]


def _read(folder: Path) -> list[Request]:
    report = json.loads((folder / "stdout").read_text())
    return [
        Request(
            one["start_s"],
            one["ttft_ms"] / 1000,
            one["e2e_ms"] / 1000,
            one["output_tokens"],
            one["input_tokens"],
        )
        for one in report["samples"]
    ]


OURS = Client("sagellm-benchmark run", Path(sys.executable), _command, _read)
