"""AIPerf."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from clients.asked import ENVIRONMENTS, INPUT, OUTPUT, Asked, Client, Request

if TYPE_CHECKING:
    from pathlib import Path

_PROGRAM = ENVIRONMENTS / "aiperf" / "bin" / "aiperf"


def _command(asked: Asked) -> list[str]:
    words = [str(_PROGRAM), "profile", "--model", str(asked.model), "--url", asked.url]
    words += ["--endpoint-type", "chat", "--streaming", "--tokenizer", "local/tiny"]
    words += ["--concurrency", str(asked.concurrency), "--request-count", str(asked.requests)]
    words += ["--warmup-request-count", "4", "--random-seed", str(asked.seed)]
    words += ["--synthetic-input-tokens-mean", str(INPUT), "--synthetic-input-tokens-stddev", "0"]
    words += ["--output-tokens-mean", str(OUTPUT), "--output-tokens-stddev", "0"]
    words += ["--extra-inputs", "ignore_eos:true", "--use-legacy-max-tokens"]
    words += ["--use-server-token-count", "--ui", "none", "--no-gpu-telemetry"]
    return [*words, "--no-server-metrics", "--output-artifact-dir", str(asked.folder / "out")]


def _read(folder: Path) -> list[Request]:
    (file,) = (folder / "out").glob("**/profile_export.jsonl")
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    return [_request(row) for row in rows if row["metadata"]["benchmark_phase"] == "profiling"]


def _request(row: dict[str, Any]) -> Request:
    told = {name: one["value"] for name, one in row["metrics"].items()}
    return Request(
        row["metadata"]["request_start_ns"] / 1e9,
        told["time_to_first_token"] / 1000,
        told["request_latency"] / 1000,
        told["output_sequence_length"],
        told["input_sequence_length"],
    )


AIPERF = Client("AIPerf", _PROGRAM, _command, _read)
