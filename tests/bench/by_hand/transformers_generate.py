"""GPT-2 on a bare `generate()` of transformers, as somebody who knows the library would write it.

    python tests/bench/by_hand/transformers_generate.py --model gpt2 --dtype bfloat16

Nothing of this package is used. `--model` is a folder with weights, or the name of an architecture
that transformers knows, built with random weights. One warm-up is not counted. Prints one JSON
object: medians over the repeats.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from statistics import median
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM, GenerationConfig


class Times:
    """A streamer that looks at the clock."""

    def __init__(self) -> None:
        self.at: list[float] = []

    def put(self, _tokens: torch.Tensor) -> None:
        """The prompt, then every token."""
        self.at.append(time.perf_counter())

    def end(self) -> None:
        """Nothing to do."""


def main() -> None:
    """Load, warm up, repeat, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--input", type=int, default=128)
    parser.add_argument("--output", type=int, default=128)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    model = load(options)
    runs = [generate(model, options) for _ in range(options.repeats + 1)][1:]
    result = {
        "ttft_ms": median(1000 * (at[1] - at[0]) for at in runs),
        "decode_tps": median((len(at) - 2) / (at[-1] - at[1]) for at in runs),
        "e2e_ms": [1000 * (at[-1] - at[0]) for at in runs],
    }
    print(json.dumps(result))  # noqa: T201 - the result


def load(options: argparse.Namespace) -> Any:
    """From a folder, or built."""
    torch.manual_seed(0)
    auto, dtype = AutoModelForCausalLM, getattr(torch, options.dtype)
    if Path(options.model).is_dir():
        model = auto.from_pretrained(options.model, dtype=dtype)
    else:
        model = auto.from_config(AutoConfig.for_model(options.model), dtype=dtype)
    model.generation_config = GenerationConfig(pad_token_id=0)
    return model.to(options.device).eval()


def generate(model: Any, options: argparse.Namespace) -> list[float]:
    """Seconds at the start and at each token."""
    shape = (1, options.input)
    ids = torch.randint(0, model.config.vocab_size, shape).to(options.device)
    mask, times = torch.ones_like(ids), Times()
    lengths = {"min_new_tokens": options.output, "max_new_tokens": options.output}
    start = time.perf_counter()
    model.generate(ids, attention_mask=mask, do_sample=False, streamer=times, **lengths)
    return [start, *times.at[1:]]


if __name__ == "__main__":
    main()
