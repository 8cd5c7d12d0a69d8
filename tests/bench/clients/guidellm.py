"""GuideLLM."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from clients.asked import ENVIRONMENTS, INPUT, OUTPUT, Asked, Client, Request

if TYPE_CHECKING:
    from pathlib import Path

_PROGRAM = ENVIRONMENTS / "guidellm" / "bin" / "guidellm"


def _command(asked: Asked) -> list[str]:
    words = [str(_PROGRAM), "run", "--disable-progress"]
    words += ["--backend", f"kind=openai_http,target={asked.url},model={asked.model}"]
    words += ["--profile", f"kind=concurrent,streams={asked.concurrency}"]
    words += ["--constraint", f"kind=max_requests,count={asked.requests}"]
    words += ["--tokenizer", f"kind=huggingface_auto,model={asked.model}"]
    lengths = f"prompt_tokens={INPUT},output_tokens={OUTPUT}"
    words += ["--data", f"kind=synthetic_text,{lengths}"]
    words += ["--seed", f"kind=static,value={asked.seed}"]
    return [*words, "--output", f"kind=json,path={asked.folder / 'result.json'}"]


def _read(folder: Path) -> list[Request]:
    """What it calls inter-token latency is our time per output token."""
    told = json.loads((folder / "result.json").read_text())["benchmarks"][0]
    return [
        Request(
            one["request_start_time"],
            one["time_to_first_token_ms"] / 1000,
            one["request_latency"],
            one["output_tokens"],
            one["prompt_tokens"],
        )
        for one in told["requests"]["successful"]
    ]


GUIDELLM = Client("GuideLLM", _PROGRAM, _command, _read)
