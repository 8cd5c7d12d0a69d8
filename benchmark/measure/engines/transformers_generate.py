"""Answers of a model in this process: what is common to eager and compiled decoding.

Eager decoding is transformers' own `generate()`. Token times come from a streamer: `generate()`
hands it every token the moment its id is in the host's memory. That copy waits for the device.
Right after it `generate()` waits again, streamer or not, to see whether all sequences are
finished. With the stamp the first of two waits is for the step, the second for one small kernel:
a stamp costs a copy of the ids, and no overlap of steps that was there without it. On mps
`generate()` reads both one step late, and so are the stamps.
"""

from __future__ import annotations

import time
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import torch

from benchmark.measure.engine import RequestFailedError
from benchmark.measure.engines import torch_device
from benchmark.measure.engines.transformers_config import first_line
from benchmark.measure.samples import Timing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmark.measure.engine_facts import EngineFacts

ERRORS = (RuntimeError, ValueError, IndexError, MemoryError)
"""What torch and transformers raise for a request that cannot be answered."""

_MEMORY_SIGNS = ("out of memory", "can't allocate memory", "not enough memory")


class Stamps:
    """A streamer that notes when it was called; the first call brings the prompt."""

    def __init__(self) -> None:
        self.ns: list[int] = []

    def put(self, _tokens: torch.Tensor) -> None:
        """Note the time."""
        self.ns.append(time.perf_counter_ns())

    def end(self) -> None:
        """Nothing is held back."""


class Decoding(Protocol):
    """A way from prompts to tokens."""

    def answer(self, ids: torch.Tensor, length: int, stamps: Stamps) -> int:
        """Generate `length` tokens for each row of `ids`; how many there were."""
        ...

    def forget(self) -> None:
        """Free what is kept for further requests."""
        ...

    def details(self) -> Mapping[str, str | int | None]:
        """How it decodes, for `provenance.engine`."""
        ...


class Generate:
    """transformers' `generate()`, with the cache it has by default."""

    def __init__(self, model: Any) -> None:  # noqa: ANN401 - transformers is untyped here
        self._model = model

    def answer(self, ids: torch.Tensor, length: int, stamps: Stamps) -> int:
        """Generate `length` tokens for each row of `ids`; how many there were."""
        answer: torch.Tensor = self._model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            do_sample=False,
            min_new_tokens=length,
            max_new_tokens=length,
            streamer=stamps,
        )
        return answer.shape[1] - ids.shape[1]

    def forget(self) -> None:
        """Nothing is kept."""

    def details(self) -> Mapping[str, str | int | None]:
        """The cache grows with every token."""
        return {"decoding": "generate", "cache": "dynamic"}


class TransformersModel:
    """A loaded causal language model.

    Args:
        model: transformers' own.
        device: where it is.
        facts: what executes.
        decoding: how it answers.
    """

    def __init__(
        self,
        model: Any,  # noqa: ANN401 - transformers is untyped here
        device: torch.device,
        facts: EngineFacts,
        decoding: Decoding,
    ) -> None:
        self.model = model
        self._device = device
        self._facts = facts
        self._decoding = decoding

    def generate(self, prompts: Sequence[Sequence[int]], output_length: int) -> tuple[Timing, ...]:
        """Generate exactly `output_length` tokens for each prompt, greedily, as one batch.

        Raises:
            RequestFailedError: if torch fails or the answer is not exactly that.
        """
        try:
            tokens, timing = self._timed(prompts, output_length)
        except ERRORS as error:
            # What failed holds its tensors until the error is gone, and it outlives this call.
            traceback.clear_frames(error.__traceback__)
            self._free(error)
            raise RequestFailedError(first_line(error), hint=memory_hint(error)) from error
        seen = len(timing.token_ns)
        if not tokens == seen == output_length:
            raise RequestFailedError(
                f"{output_length} tokens were asked, {tokens} generated, {seen} seen."
            )
        return (timing,) * len(prompts)

    def facts(self) -> EngineFacts:
        """What is executing."""
        return replace(self._facts, details={**self._facts.details, **self._decoding.details()})

    def reset_peak_memory(self) -> None:
        """Forget the device's peak so far, where it can."""
        torch_device.reset_peak_memory(self._device)

    def peak_memory(self) -> int | None:
        """Bytes at the device's peak since the last reset; None on a CPU."""
        return torch_device.peak_memory(self._device)

    def _timed(self, prompts: Sequence[Sequence[int]], length: int) -> tuple[int, Timing]:
        ids = torch.tensor([list(prompt) for prompt in prompts], device=self._device)
        stamps = Stamps()
        start = time.perf_counter_ns()
        tokens = self._decoding.answer(ids, length, stamps)
        return tokens, Timing(start, tuple(stamps.ns[1:]), time.perf_counter_ns())

    def _free(self, error: BaseException) -> None:
        if memory_hint(error):
            self._decoding.forget()
            torch_device.free(self._device)


def memory_hint(error: BaseException) -> str:
    """What helps if memory ran out, which torch's allocators tell only in words; else nothing."""
    words = str(error).lower()
    if isinstance(error, MemoryError) or any(sign in words for sign in _MEMORY_SIGNS):
        return (
            "Memory ran out: choose a smaller model, a shorter workload, fewer requests at once "
            "or --dtype bfloat16."
        )
    return ""
