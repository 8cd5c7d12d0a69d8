"""One rank's part of the model: meeting its group, generating, reporting."""

from __future__ import annotations

import time
from datetime import timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import torch
import torch.distributed as dist
import transformers
from torch.distributed import PrefixStore  # type: ignore[attr-defined]

from benchmark.errors import UsageError
from benchmark.measure.engine import EngineFailedError, RequestFailedError
from benchmark.measure.engines import torch_device
from benchmark.measure.engines.distributed import links, split
from benchmark.measure.engines.distributed.layout import COMM
from benchmark.measure.engines.distributed.messages import Answer, RankReport
from benchmark.measure.engines.distributed.weights import Weights, memory_hint
from benchmark.measure.engines.transformers_config import first_line, read_configuration
from benchmark.measure.engines.transformers_generate import ERRORS, Stamps
from benchmark.measure.samples import Timing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.measure.engine_options import EngineOptions
    from benchmark.measure.engines.distributed.layout import Layout
    from benchmark.measure.engines.distributed.place import Place

_TOOLS = ("torch", "transformers", "accelerate", "huggingface_hub", "safetensors")
_STUCK = timedelta(minutes=10)
"""A collective that takes so long fails, so that a rank which hangs does not hang all."""


class Part:
    """What one rank holds.

    Args:
        place: which rank this is.
        options: what was asked.
        layout: who does what.

    Raises:
        BenchmarkError: if the device or the model is not there, or the group cannot meet.
    """

    def __init__(self, place: Place, options: EngineOptions, layout: Layout) -> None:
        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        torch.set_num_threads(place.threads)
        self._place = place
        self._layout = layout
        self._device = _open_device(options.backend, place.local_rank)
        self._config = read_configuration(options).value
        self.weights = Weights(options, self._config, self._device)
        self._model: Any = None
        if layout.tensor > 1:
            self._meet()

    def load(self, folder: str | None) -> RankReport:
        """Load this rank's part, from `folder` if given, and say what it is.

        Raises:
            BenchmarkError: if there are no weights, they do not fit, or were not split.
        """
        self._model = self.weights.load(folder, self._layout.tensor)
        # A checkpoint's own sampling parameters and stop tokens would change the work done.
        self._model.generation_config = transformers.GenerationConfig(pad_token_id=0)
        return self._report()

    def generate(self, prompts: Sequence[Sequence[int]], output_length: int) -> Answer:
        """Generate exactly `output_length` tokens for each prompt, greedily.

        Raises:
            RequestFailedError: if torch fails or the answer is not exactly that.
        """
        ids = torch.tensor([list(prompt) for prompt in prompts], device=self._device)
        stamps = Stamps()
        start = time.perf_counter_ns()
        answer = self._answer(ids, output_length, stamps)
        timing = Timing(start, tuple(stamps.ns[1:]), time.perf_counter_ns())
        tokens = answer[:, ids.shape[1] :].tolist()
        seen = len(timing.token_ns)
        if not len(tokens[0]) == seen == output_length:
            raise RequestFailedError(
                f"{output_length} tokens were asked, {len(tokens[0])} generated, {seen} seen."
            )
        return Answer(timing, tuple(tuple(row) for row in tokens))

    def reset_peak(self) -> None:
        """Forget the device's peak so far; of processes the measuring one keeps track itself."""
        if self._device.type != "cpu":
            torch_device.reset_peak_memory(self._device)

    def peak(self) -> int | None:
        """Bytes at the device's peak; None on a CPU."""
        return None if self._device.type == "cpu" else torch_device.peak_memory(self._device)

    def close(self) -> None:
        """Leave the group."""
        self.weights.discard()
        if dist.is_initialized():
            dist.destroy_process_group()

    def _meet(self) -> None:
        """Make the ranks that share this copy of the model a world of their own.

        transformers splits over the whole world it finds, so each copy needs one.
        """
        layout, rank = self._layout, self._place.rank
        replica = layout.replica(rank)
        try:
            dist.init_process_group(
                COMM[self._device.type],
                store=PrefixStore(f"replica{replica}", self._place.store),
                rank=rank - layout.group(replica)[0],
                world_size=layout.tensor,
                timeout=_STUCK,
                device_id=self._device if self._device.type == "cuda" else None,
            )
        except (RuntimeError, ValueError) as error:
            message = f"Rank {rank} cannot meet the others: {first_line(error)}"
            raise EngineFailedError(message) from error

    def _report(self) -> RankReport:
        model, layout, kind = self._model, self._layout, self._device.type
        local = whole = split.local_size(model)
        if layout.tensor > 1:
            whole = split.whole_size(self._config)
            split.check_split(local, whole, layout.tensor)
        hardware = torch_device.hardware(self._device)
        return RankReport(
            parameters=whole.total,
            local_parameters=local.total,
            local_bytes=split.bytes_per_step(model),
            device=kind,
            executed=split.precision(model),
            quantization=split.quantization(model.config),
            attention=getattr(model.config, "_attn_implementation", None),
            threads=torch.get_num_threads(),
            hardware=hardware,
            links=links.between_chips(hardware.vendor, layout.per_node),
            engine_version=transformers.__version__,
            cuda_version=torch.version.cuda if kind == "cuda" else None,
            comm_backend=COMM[kind] if layout.tensor > 1 else None,
            tools={name: version(name) for name in _TOOLS},
        )

    def _answer(self, ids: torch.Tensor, length: int, stamps: Stamps) -> torch.Tensor:
        try:
            answer: torch.Tensor = self._model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                do_sample=False,
                min_new_tokens=length,
                max_new_tokens=length,
                streamer=stamps,
            )
        except ERRORS as error:
            raise RequestFailedError(first_line(error), hint=memory_hint(error)) from error
        return answer


def _open_device(backend: str, local_rank: int) -> torch.device:
    """A chip of this rank's own."""
    device = torch_device.open_device(backend)
    if backend == "cpu":
        return device
    module = getattr(torch, backend)
    if local_rank >= module.device_count():
        raise UsageError(
            f"This node has {module.device_count()} {backend} devices, and process "
            f"{local_rank + 1} needs one of its own.",
            hint="Lower --tensor-parallel or --data-parallel, or add nodes.",
        )
    module.set_device(local_rank)
    return torch.device(backend, local_rank)
