"""`vllm bench serve`, of the environment that has the server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from clients.asked import ENVIRONMENTS, INPUT, OUTPUT, Asked, Client, Request

if TYPE_CHECKING:
    from pathlib import Path

_PROGRAM = ENVIRONMENTS / "vllm" / "bin" / "vllm"


def _command(asked: Asked) -> list[str]:
    words = [str(_PROGRAM), "bench", "serve", "--backend", "openai-chat"]
    words += ["--base-url", asked.url, "--endpoint", "/v1/chat/completions"]
    words += ["--model", str(asked.model), "--dataset-name", "random", "--ignore-eos"]
    words += ["--random-input-len", str(INPUT), "--random-output-len", str(OUTPUT)]
    words += ["--num-prompts", str(asked.requests), "--max-concurrency", str(asked.concurrency)]
    words += ["--num-warmups", "4", "--seed", str(asked.seed), "--temperature", "0"]
    words += ["--save-result", "--save-detailed", "--disable-tqdm"]
    return [*words, "--result-dir", str(asked.folder), "--result-filename", "result.json"]


def _read(folder: Path) -> list[Request]:
    """It keeps gaps, not ends: a request ends with its last gap."""
    told = json.loads((folder / "result.json").read_text())
    columns = ("start_times", "ttfts", "itls", "output_lens", "input_lens")
    rows = zip(*(told[name] for name in columns), strict=True)
    return [
        Request(start, ttft, ttft + sum(gaps), tokens, prompt)
        for start, ttft, gaps, tokens, prompt in rows
    ]


VLLM_BENCH = Client("vllm bench serve", _PROGRAM, _command, _read)
