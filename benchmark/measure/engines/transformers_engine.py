"""transformers on torch, one batch at a time: `generate()`, or a compiled loop with `--compile`."""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import torch
import transformers

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.engine_facts import EngineFacts
from benchmark.measure.engines import torch_device, transformers_quantized
from benchmark.measure.engines.transformers_compiled import CompiledDecoding, check_compiler
from benchmark.measure.engines.transformers_config import (
    check_attention,
    explain,
    first_line,
    read_configuration,
    shape,
)
from benchmark.measure.engines.transformers_generate import (
    ERRORS,
    Generate,
    Stamps,
    TransformersModel,
    memory_hint,
)
from benchmark.measure.local_load import LocalTarget

if TYPE_CHECKING:
    from benchmark.measure.engine_options import EngineOptions
    from benchmark.measure.engines.transformers_config import Configuration
    from benchmark.measure.engines.transformers_generate import Decoding
    from benchmark.measure.request import ModelShape

DTYPES = ("float32", "bfloat16", "float16")

_TOOLS = ("torch", "transformers", "huggingface_hub", "safetensors", "triton", "accelerate")
_QUANTIZERS = ("torchao", "bitsandbytes", "gptqmodel", "compressed_tensors", "optimum")
_INTEGERS = N_(
    "The engines openvino (int8, int4) and onnxruntime (int8) quantize; this one loads checkpoints "
    "that are quantized already."
)
_NOT_COMPILED = N_("Leave out --compile, or try --attention eager or sdpa.")


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

    def load(self) -> LocalTarget:
        """Load the weights, or build random ones, and compile if asked.

        Raises:
            BenchmarkError: if there are none to load or they cannot be compiled.
            EngineFailedError: if they do not fit into memory.
        """
        return LocalTarget(self.load_model())

    def load_model(self) -> TransformersModel:
        """As `load`, the model itself."""
        if self._options.threads is not None:
            torch.set_num_threads(self._options.threads)
        try:
            model = self._place(self._weights()).eval()
        except (OSError, ValueError, ImportError) as error:
            raise explain(error, self._options.model) from error
        except (RuntimeError, MemoryError) as error:
            message = f"The model {self._options.model} cannot be loaded: {first_line(error)}"
            raise EngineFailedError(message, hint=memory_hint(error)) from error
        # A checkpoint's own sampling parameters and stop tokens would change the work done.
        model.generation_config = transformers.GenerationConfig(pad_token_id=0)
        return TransformersModel(model, self._device, self._facts(model), self._decoding(model))

    def _weights(self) -> Any:  # noqa: ANN401 - transformers is untyped here
        options, config = self._options, self._configuration.value
        auto = transformers.AutoModelForCausalLM
        wanted: dict[str, Any] = (
            {} if options.attention is None else {"attn_implementation": options.attention}
        )
        dtype = self._dtype()
        if not options.random_weights:
            if self._quantized and find_spec("accelerate") is not None:
                wanted["device_map"] = {"": str(self._device)}
            return auto.from_pretrained(options.model, config=config, dtype=dtype, **wanted)
        torch.manual_seed(options.seed)
        own = config.dtype or torch.float32
        exact = own if dtype == "auto" else getattr(torch, dtype)
        return auto.from_config(config, dtype=exact, **wanted)

    def _dtype(self) -> str:
        """A CPU computes in float32 unless told otherwise; what is quantized knows its own."""
        own = self._quantized or self._device.type != "cpu"
        return self._options.dtype or ("auto" if own else "float32")

    @property
    def _quantized(self) -> bool:
        return bool(transformers_quantized.settings(self._configuration.value))

    def _place(self, model: Any) -> Any:  # noqa: ANN401 - as above
        """Quantized weights were placed while they were loaded; some cannot be moved later."""
        return model if getattr(model, "hf_device_map", None) else model.to(self._device)

    def _decoding(self, model: Any) -> Decoding:  # noqa: ANN401 - as above
        options = self._options
        if not options.compile:
            return Generate(model)
        decoding = CompiledDecoding(model, self._device, options.positions)
        try:
            decoding.prepare(options.batch, Stamps())
        except ERRORS as error:
            message = f"The model {options.model} cannot be compiled: {first_line(error)}"
            hint = memory_hint(error)
            kind = EngineFailedError if hint else UsageError
            raise kind(message, hint=hint or _NOT_COMPILED) from error
        return decoding

    def _facts(self, model: Any) -> EngineFacts:  # noqa: ANN401 - as above
        own = transformers_quantized
        return EngineFacts(
            engine_version=transformers.__version__,
            precision=own.precision(model),
            quantization=own.quantization(model.config),
            parameters=own.parameters(model),
            weights="random" if self._options.random_weights else "pretrained",
            threads=torch.get_num_threads(),
            hardware=torch_device.hardware(self._device),
            model_revision=self._configuration.revision,
            config_sha256=self._configuration.sha256,
            cuda_version=torch.version.cuda if self._device.type == "cuda" else None,
            weight_bytes=own.weight_bytes(model),
            compiled=self._options.compile,
            attention=getattr(model.config, "_attn_implementation", None),
            tools=_tools(quantized=self._quantized),
            details={"dtype": str(model.dtype).removeprefix("torch.")},
        )


def create(options: EngineOptions) -> TransformersEngine:
    """The engine for `options`; reads the model's configuration, no weights.

    Raises:
        BenchmarkError: if the backend or the model is not there, or cannot do what is asked.
    """
    if options.dtype not in (None, *DTYPES):
        raise UsageError(f"The engine transformers has no {options.dtype}.", hint=_INTEGERS)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    device = torch_device.open_device(options.backend)
    if options.compile:
        check_compiler(options.backend)
    configuration = read_configuration(options)
    check_attention(options, configuration.value)
    return TransformersEngine(options, device, configuration)


def _tools(*, quantized: bool) -> dict[str, str]:
    names = (*_TOOLS, *_QUANTIZERS) if quantized else _TOOLS
    return {name: version(name) for name in names if find_spec(name) is not None}
