"""openvino on models that optimum-intel exports and compresses."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openvino
import torch
import transformers

from benchmark.errors import UsageError
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.engine_facts import EngineFacts, Hardware
from benchmark.measure.engines import torch_device
from benchmark.measure.engines.export_cache import ExportJob, exported
from benchmark.measure.engines.openvino_engine_facts import (
    PRECISIONS,
    details,
    precision,
    weight_bytes,
    word,
)
from benchmark.measure.engines.openvino_engine_request import ENGINE, ERRORS, InferRequest
from benchmark.measure.engines.optimum_model import (
    LOAD_HINT,
    OptimumModel,
    check_dtype,
    versions,
)
from benchmark.measure.engines.transformers_config import first_line, read_configuration, shape
from benchmark.measure.environment import cache_root
from benchmark.measure.local_load import LocalTarget

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.measure.engine_options import EngineOptions
    from benchmark.measure.engines.export_cache import Export
    from benchmark.measure.engines.transformers_config import Configuration
    from benchmark.measure.request import ModelShape

_MODEL = "openvino_model.xml"
_DEVICES = {"cpu": "CPU", "xpu": "GPU"}
_HINTS = {"float32": "f32", "bfloat16": "bf16", "float16": "f16"}
_WEIGHT_ONLY = ("int8", "int4")
_EXPORTERS = ("optimum-intel", "optimum-onnx", "optimum", "openvino", "transformers", "torch")
_TOOLS = (*_EXPORTERS, "nncf", "numpy")


class OpenvinoEngine:
    """A model's configuration, and what turns it into a compiled model."""

    def __init__(
        self,
        core: Any,  # noqa: ANN401 - openvino is untyped here
        options: EngineOptions,
        configuration: Configuration,
        cache: Path,
    ) -> None:
        self._core = core
        self._options = options
        self._configuration = configuration
        self._cache = cache
        self._device = _DEVICES[options.backend]

    @property
    def shape(self) -> ModelShape:
        """What requests must respect."""
        return shape(self._configuration.value)

    def load(self) -> LocalTarget:
        """Export the model unless that was done before, and compile it.

        Raises:
            BenchmarkError: if it cannot be exported or does not fit into memory.
        """
        export = self._export()
        try:
            compiled = self._core.compile_model(
                export.folder / _MODEL, self._device, self._settings()
            )
            request = InferRequest(compiled)
        except ERRORS as error:
            raise EngineFailedError(
                f"openvino cannot load {self._options.model}: {first_line(error)}",
                hint=LOAD_HINT,
            ) from error
        # torch's threads would spin beside openvino's.
        torch.set_num_threads(1)
        return LocalTarget(OptimumModel(request, self.shape, self._facts(export, compiled)))

    def _export(self) -> Export:
        job = ExportJob(ENGINE, replace(self._options, dtype="float32"), _EXPORTERS)
        base = exported(self._cache, job, self._configuration)
        if self._options.dtype not in _WEIGHT_ONLY:
            return base
        job = ExportJob(ENGINE, self._options, _TOOLS, base.folder)
        return exported(self._cache, job, self._configuration)

    def _settings(self) -> dict[str, str]:
        """With compressed weights openvino computes in the fastest precision the chip has."""
        settings = {"PERFORMANCE_HINT": "LATENCY"}
        if hint := _HINTS.get(str(self._options.dtype)):
            settings["INFERENCE_PRECISION_HINT"] = hint
        if self._options.threads is not None and self._device == "CPU":
            settings["INFERENCE_NUM_THREADS"] = str(self._options.threads)
        return settings

    def _facts(self, export: Export, compiled: Any) -> EngineFacts:  # noqa: ANN401 - openvino is untyped here
        options, computes = self._options, word(compiled, "INFERENCE_PRECISION_HINT")
        threads = word(compiled, "INFERENCE_NUM_THREADS")
        tools = versions(_TOOLS)
        return EngineFacts(
            engine_version=tools[ENGINE],
            precision=precision(compiled),
            quantization=export.facts.quantization,
            parameters=export.facts.parameters,
            weights="random" if options.random_weights else "pretrained",
            threads=None if threads is None else int(threads),
            hardware=self._hardware(),
            model_revision=self._configuration.revision,
            config_sha256=self._configuration.sha256,
            weight_bytes=weight_bytes(export.facts.weight_bytes, computes),
            tools=tools,
            details={"device": self._device, **details(compiled)},
        )

    def _hardware(self) -> Hardware:
        if self._device == "CPU":
            return torch_device.hardware(torch.device("cpu"))
        name = self._core.get_property(self._device, "FULL_DEVICE_NAME")
        size = self._core.get_property(self._device, "GPU_DEVICE_TOTAL_MEM_SIZE")
        gib = round(size / torch_device.GIB, 2)
        return Hardware("Intel", name, 1, gib, gib)


def create(options: EngineOptions, cache: Path | None = None) -> OpenvinoEngine:
    """The engine for `options`; reads the model's configuration, no weights.

    Args:
        options: what to load.
        cache: this package's folder in the user's cache; None for where the platform has it.

    Raises:
        UsageError: if the backend, the precision or the model is not there.
    """
    transformers.logging.set_verbosity_error()
    core = openvino.Core()
    device = _check_backend(core, options.backend)
    dtype = check_dtype(ENGINE, options, (*_floats(core, device), *_WEIGHT_ONLY))
    root = cache or cache_root(os.environ)  # noqa: TID251 - the measuring process is outermost
    return OpenvinoEngine(core, replace(options, dtype=dtype), read_configuration(options), root)


def _check_backend(core: Any, backend: str) -> str:  # noqa: ANN401 - openvino is untyped here
    devices = {one.split(".")[0] for one in core.available_devices}
    found = {name: device for name, device in _DEVICES.items() if device in devices}
    if backend not in found:
        raise UsageError(
            f"openvino {openvino.__version__} has no {backend} here.",
            hint=f"Found: {', '.join(found)}.",
        )
    return found[backend]


def _floats(core: Any, device: str) -> list[str]:  # noqa: ANN401 - openvino is untyped here
    """Where the chip has no such arithmetic, openvino would silently compute in another."""
    capable = core.get_property(device, "OPTIMIZATION_CAPABILITIES")
    return [dtype for dtype, hint in _HINTS.items() if PRECISIONS[hint] in capable]
