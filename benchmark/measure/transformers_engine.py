"""transformers' `generate()` on torch, one request at a time.

Token times come from a streamer: `generate()` hands it every token the moment its id is in the
host's memory, which waits for the device by itself, and costs no per-token signature inspection as
a logits processor does. On mps transformers itself hands tokens over one step late.
"""

from __future__ import annotations

import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import torch
import transformers

from benchmark.errors import BenchmarkError
from benchmark.measure import torch_device
from benchmark.measure.engine import EngineFacts, RequestFailedError, Timing
from benchmark.measure.transformers_config import (
    Configuration,
    explain,
    first_line,
    read_configuration,
    shape,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.measure.engine import EngineOptions, ModelShape

_PRECISIONS = {torch.float32: "FP32", torch.bfloat16: "BF16", torch.float16: "FP16"}
_TOOLS = ("torch", "transformers", "huggingface_hub", "safetensors")
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


class TransformersModel:
    """A loaded causal language model."""

    def __init__(self, model: Any, device: torch.device, facts: EngineFacts) -> None:  # noqa: ANN401 - transformers is untyped here
        self._model = model
        self._device = device
        self._facts = facts

    def generate(self, prompt: Sequence[int], output_length: int) -> Timing:
        """Generate exactly `output_length` tokens, greedily.

        Raises:
            RequestFailedError: if torch fails or the answer is not exactly that.
        """
        ids = torch.tensor([prompt], device=self._device)
        stamps = Stamps()
        start = time.perf_counter_ns()
        answer = self._answer(ids, output_length, stamps)
        timing = Timing(start, tuple(stamps.ns[1:]), time.perf_counter_ns())
        tokens = answer.shape[1] - len(prompt)
        if not tokens == len(timing.token_ns) == output_length:
            seen = len(timing.token_ns)
            raise RequestFailedError(
                f"{output_length} tokens were asked, {tokens} generated, {seen} seen."
            )
        return timing

    def facts(self) -> EngineFacts:
        """What is executing."""
        return self._facts

    def reset_peak_memory(self) -> None:
        """Forget the peak so far, where the device can."""
        torch_device.reset_peak_memory(self._device)

    def peak_memory(self) -> int | None:
        """Bytes at the peak since the last reset."""
        return torch_device.peak_memory(self._device)

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
        except (RuntimeError, ValueError, IndexError, MemoryError) as error:
            raise RequestFailedError(first_line(error), hint=_memory_hint(error)) from error
        return answer


class TransformersEngine:
    """A model's configuration, and what turns it into a model."""

    def __init__(
        self, options: EngineOptions, device: torch.device, configuration: Configuration
    ) -> None:
        self._options = options
        self._device = device
        self._configuration = configuration

    @property
    def shape(self) -> ModelShape:
        """What requests must respect."""
        return shape(self._configuration.value)

    def load(self) -> TransformersModel:
        """Load the weights, or build random ones, in the executed precision.

        Raises:
            BenchmarkError: if there are none to load or they do not fit into memory.
        """
        if self._options.threads is not None:
            torch.set_num_threads(self._options.threads)
        try:
            model = self._weights().to(self._device).eval()
        except (OSError, ValueError, ImportError) as error:
            raise explain(error, self._options.model) from error
        except (RuntimeError, MemoryError) as error:
            message = f"The model {self._options.model} cannot be loaded: {first_line(error)}"
            raise BenchmarkError(message, hint=_memory_hint(error)) from error
        # A checkpoint's own sampling parameters and stop tokens would change the work done.
        model.generation_config = transformers.GenerationConfig(pad_token_id=0)
        return TransformersModel(model, self._device, self._facts(model))

    def _weights(self) -> Any:  # noqa: ANN401 - transformers is untyped here
        options, config = self._options, self._configuration.value
        dtype = options.dtype or ("float32" if self._device.type == "cpu" else "auto")
        auto = transformers.AutoModelForCausalLM
        if not options.random_weights:
            return auto.from_pretrained(options.model, config=config, dtype=dtype)
        torch.manual_seed(options.seed)
        own = config.dtype or torch.float32
        return auto.from_config(config, dtype=own if dtype == "auto" else getattr(torch, dtype))

    def _facts(self, model: Any) -> EngineFacts:  # noqa: ANN401 - transformers is untyped here
        return EngineFacts(
            engine_version=transformers.__version__,
            precision=_precision(model),
            quantization=_quantization(model),
            parameters=model.num_parameters(),
            weights="random" if self._options.random_weights else "pretrained",
            threads=torch.get_num_threads(),
            hardware=torch_device.hardware(self._device),
            model_revision=self._configuration.revision,
            config_sha256=self._configuration.sha256,
            cuda_version=torch.version.cuda if self._device.type == "cuda" else None,
            tools={name: version(name) for name in _TOOLS},
        )


def create(options: EngineOptions) -> TransformersEngine:
    """The engine for `options`; reads the model's configuration, no weights.

    Raises:
        BenchmarkError: if the backend or the model is not there.
    """
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    device = torch_device.open_device(options.backend)
    return TransformersEngine(options, device, read_configuration(options))


def _precision(model: Any) -> str:  # noqa: ANN401 - transformers is untyped here
    """The type that most parameters really have."""
    sizes: dict[torch.dtype, int] = {}
    for parameter in model.parameters():
        sizes[parameter.dtype] = sizes.get(parameter.dtype, 0) + parameter.numel()
    dtype = max(sizes, key=lambda dtype: sizes[dtype])
    return _PRECISIONS.get(dtype, str(dtype).removeprefix("torch.").upper())


def _quantization(model: Any) -> str:  # noqa: ANN401 - transformers is untyped here
    """The method of a quantized checkpoint, in the public format's words."""
    found = getattr(model.config, "quantization_config", None)
    if found is None:
        return "None"
    values = found if isinstance(found, dict) else found.to_dict()
    return str(values.get("quant_method", "unknown"))


def _memory_hint(error: BaseException) -> str:
    """What helps if memory ran out, which torch's allocators tell only in words; else nothing."""
    words = str(error).lower()
    if isinstance(error, MemoryError) or any(sign in words for sign in _MEMORY_SIGNS):
        return "Memory ran out: choose a smaller model, a shorter workload or --dtype bfloat16."
    return ""
