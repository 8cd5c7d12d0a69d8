"""GPT-2 in a bare prefill + decode loop, as somebody who knows torch would write it.

    python tests/bench/by_hand/transformers_loop.py --model gpt2 --dtype bfloat16 --compile

Nothing of this package is used. `--model` is a folder with weights, or the name of an architecture
that transformers knows, built with random weights. With `--compile` a step over a static cache is
compiled, with frozen weights on a CPU and as a CUDA graph on CUDA. One warm-up is not counted; on
CUDA the times are those of CUDA events. Prints one JSON object: medians over the repeats.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import torch
import torch._inductor.config
from transformers import AutoConfig, AutoModelForCausalLM, DynamicCache, StaticCache

if TYPE_CHECKING:
    from collections.abc import Callable


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
    parser.add_argument("--compile", action="store_true")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    loop = Loop(load(options), options)
    runs = [loop.generate() for _ in range(options.repeats + 1)][1:]
    result = {
        "ttft_ms": median(at[1] - at[0] for at in runs),
        "decode_tps": median(1000 * (len(at) - 2) / (at[-1] - at[1]) for at in runs),
        "e2e_ms": [at[-1] - at[0] for at in runs],
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
    return model.to(options.device).eval()


class Clock:
    """Milliseconds at each mark: CUDA events, read at the end, or the host's clock."""

    def __init__(self, device: str) -> None:
        self.cuda = device.startswith("cuda")
        self.marks: list[Any] = []
        self.mark()

    def mark(self) -> None:
        """Note now."""
        if self.cuda:
            event = torch.cuda.Event(enable_timing=True)
            event.record()
            self.marks.append(event)
        else:
            self.marks.append(1000 * time.perf_counter())

    def read(self) -> list[float]:
        """All marks."""
        if not self.cuda:
            return self.marks
        torch.cuda.synchronize()
        return [self.marks[0].elapsed_time(mark) for mark in self.marks]


class Loop:
    """A model, its cache if that is static, and its step."""

    def __init__(self, model: Any, options: argparse.Namespace) -> None:
        self.model, self.options = model, options
        self.static: Any = None
        self.step: Callable[..., torch.Tensor] = self.forward
        if options.compile:
            cuda = options.device.startswith("cuda")
            torch._inductor.config.freezing = not cuda  # noqa: SLF001 - torch has no other way
            settings: dict[str, Any] = {"options": {"cpp_wrapper": True}}
            if cuda:
                settings = {"mode": "reduce-overhead"}
            length = options.input + options.output
            self.static = StaticCache(config=model.config, max_cache_len=length)
            self.step = torch.compile(self.forward, dynamic=False, **settings)

    def forward(self, ids: torch.Tensor, position: torch.Tensor, cache: Any) -> torch.Tensor:
        """The likeliest next token."""
        out = self.model(
            ids, position_ids=position, past_key_values=cache, use_cache=True, logits_to_keep=1
        )
        return out.logits[:, -1].argmax(-1, keepdim=True)

    @torch.no_grad()
    def generate(self) -> list[float]:
        """Milliseconds at the start and at each token."""
        options, vocabulary = self.options, self.model.config.vocab_size
        ids = torch.randint(0, vocabulary, (1, options.input)).to(options.device)
        positions = torch.arange(options.input, device=options.device)[None]
        position = positions[:, -1:].clone()
        clock = Clock(options.device)
        if self.static is not None:
            self.static.reset()
        cache = self.static or DynamicCache(config=self.model.config)
        token = self.forward(ids, positions, cache)
        token.tolist()
        clock.mark()
        for _ in range(options.output - 1):
            position += 1
            token = self.step(token, position, cache).clone()
            token.tolist()
            clock.mark()
        return clock.read()


if __name__ == "__main__":
    main()
