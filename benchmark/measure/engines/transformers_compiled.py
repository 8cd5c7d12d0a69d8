"""Decoding compiled by torch, over a cache of fixed size: what `--compile` means.

The loop is that of `generate()` without its generality: an eager prefill (compiling it would cost a
compilation for every length of prompt), then one compiled step from token to token, with the
`argmax` inside. On a CPU inductor freezes the weights into the graph, so that it may lay them out
for its kernels; dynamo must see that setting while it traces, hence it is set for the process and
not passed to `torch.compile`. What calls the kernels is made C++ too. On CUDA a step is replayed as
one CUDA graph.
"""

from __future__ import annotations

import importlib
import inspect
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from transformers import StaticCache

from benchmark.errors import UsageError
from benchmark.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmark.measure.engines.transformers_generate import Stamps

_KEPT = 4
"""So many batch sizes stay compiled; on a CPU each holds its own copy of the weights."""

_SHORTEST = 3
"""Tokens that compile everything: one of the prefill, one that traces, one that runs."""

_NO_HEADERS = N_("Install Python's headers (python3-dev), or leave out --compile.")
_NO_COMPILER = N_("Install a C++ compiler (g++ or clang++), or leave out --compile.")


class CompiledDecoding:
    """Prefill and compiled decoding.

    Args:
        model: transformers' own.
        device: where it is.
        positions: the longest prompt and answer together; the cache is of this length or of a
            longer request's.
    """

    def __init__(self, model: Any, device: torch.device, positions: int) -> None:  # noqa: ANN401 - transformers is untyped here
        _configure(device)
        self._model = model
        self._device = device
        self._positions = positions
        self._steppers: dict[int, _Stepper] = {}
        # Not among torch's RuntimeErrors, and its module takes seconds to import.
        errors: Any = importlib.import_module("torch._dynamo.exc")
        self._gave_up: type[Exception] = errors.FailOnRecompileLimitHit

    def prepare(self, batch: int, stamps: Stamps) -> None:
        """Compile for batches of so many prompts."""
        ids = torch.zeros((batch, 1), dtype=torch.long, device=self._device)
        self.answer(ids, _SHORTEST, stamps)

    @torch.no_grad()
    def answer(self, ids: torch.Tensor, length: int, stamps: Stamps) -> int:
        """Generate `length` tokens for each row of `ids`; how many there were."""
        stepper = self._stepper(ids.shape[0], ids.shape[1] + length)
        stamps.put(ids)
        stamps.put(stepper.prefill(ids).cpu())
        try:
            for _ in range(length - 1):
                stamps.put(stepper.step().cpu())
        except self._gave_up as error:
            raise RuntimeError(str(error)) from error
        return length

    def forget(self) -> None:
        """Drop the caches and all that was compiled."""
        self._steppers.clear()
        torch.compiler.reset()

    def details(self) -> Mapping[str, str | int | None]:
        """The caches' sizes, as batch × positions."""
        sizes = [f"{batch}x{one.length}" for batch, one in sorted(self._steppers.items())]
        return {"decoding": "compiled loop", "cache": "static", "cache_sizes": ", ".join(sizes)}

    def _stepper(self, batch: int, needed: int) -> _Stepper:
        found = self._steppers.get(batch)
        if found is None or found.length < needed:
            # Old graphs count against dynamo's limit, after which it would stop compiling.
            if found is not None or len(self._steppers) == _KEPT:
                self.forget()
            found = _Stepper(self._model, self._device, batch, max(needed, self._positions))
            self._steppers[batch] = found
        return found


class _Stepper:
    """A cache of a fixed size and the compiled step over it."""

    def __init__(
        self,
        model: Any,  # noqa: ANN401 - transformers is untyped here
        device: torch.device,
        batch: int,
        length: int,
    ) -> None:
        self.length = length
        self._batch = batch
        self._cache = StaticCache(config=model.config, max_cache_len=length)
        self._forward = _greedy(model, self._cache)
        self._compiled = _compile(self._forward, device, self._cache)
        # A CUDA graph's output is overwritten by its next replay; these are fed to it instead.
        self._token = torch.zeros((batch, 1), dtype=torch.long, device=device)
        self._position = torch.zeros((batch, 1), dtype=torch.long, device=device)

    def prefill(self, ids: torch.Tensor) -> torch.Tensor:
        """The first token of each row."""
        self._cache.reset()
        positions = torch.arange(ids.shape[1], device=ids.device)
        self._token.copy_(self._forward(ids, positions.expand(self._batch, -1)))
        self._position.fill_(ids.shape[1])
        return self._token

    def step(self) -> torch.Tensor:
        """The next token of each row."""
        self._token.copy_(self._compiled(self._token, self._position))
        self._position += 1
        return self._token


def check_compiler(backend: str) -> None:
    """See that inductor can build kernels for a CPU.

    Raises:
        UsageError: if there is no C++ compiler, or Python came without its headers.
    """
    if backend != "cpu":
        return
    builder = importlib.import_module("torch._inductor.cpp_builder")
    try:
        builder.get_cpp_compiler()
    except RuntimeError as error:
        raise UsageError(
            "--compile needs a C++ compiler, and none was found.", hint=_NO_COMPILER
        ) from error
    header = Path(sysconfig.get_path("include"), "Python.h")
    if not header.is_file():
        raise UsageError(f"--compile needs {header}, which is not there.", hint=_NO_HEADERS)


def _configure(device: torch.device) -> None:
    """Freeze weights on a CPU; never fall back to eager without a word."""
    inductor: Any = importlib.import_module("torch._inductor.config")
    inductor.freezing = device.type == "cpu"
    dynamo: Any = importlib.import_module("torch._dynamo.config")
    dynamo.fail_on_recompile_limit_hit = True


def _compile(forward: Any, device: torch.device, cache: Any) -> Any:  # noqa: ANN401 - as above
    # A sliding window's cache counts in Python integers, each a graph of its own if all is static.
    dynamic = None if any(getattr(cache, "is_sliding", ())) else False
    if device.type == "cpu":
        return torch.compile(forward, dynamic=dynamic, options={"cpp_wrapper": True})
    mode = "reduce-overhead" if device.type == "cuda" else None
    return torch.compile(forward, dynamic=dynamic, mode=mode)


def _greedy(model: Any, cache: Any) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:  # noqa: ANN401 - as above
    """From tokens and their positions to the likeliest next one."""
    accepted = inspect.signature(model.forward).parameters
    positions = "position_ids" in accepted
    # transformers before 5 tells the cache where to write; later the cache knows.
    told = "cache_position" in accepted
    last = {"logits_to_keep": 1} if "logits_to_keep" in accepted else {}

    def forward(tokens: torch.Tensor, position: torch.Tensor) -> torch.Tensor:
        where = {"position_ids": position} if positions else {}
        if told:
            where["cache_position"] = position[0]
        result = model(
            tokens, past_key_values=cache, use_cache=True, return_dict=True, **where, **last
        )
        chosen: torch.Tensor = result.logits[:, -1].argmax(-1, keepdim=True)
        return chosen

    return forward
