"""onnxruntime on models that optimum-onnx exports and quantizes."""

from __future__ import annotations

import os
from dataclasses import replace
from importlib import import_module
from platform import machine
from typing import TYPE_CHECKING, Any

import onnxruntime
import torch
import transformers

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.engine_facts import EngineFacts
from benchmark.measure.engines import torch_device
from benchmark.measure.engines.export_cache import ExportJob, exported
from benchmark.measure.engines.onnxruntime_engine_session import ENGINE, ERRORS, Session
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

DTYPES = ("float32", "int8")
_MODEL = "model.onnx"
_PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}
_EXPORTERS = ("optimum-onnx", "optimum", "onnx", "transformers", "torch")
_RUNTIMES = ("onnxruntime", "onnxruntime-gpu", "numpy")
_PRECISIONS = {"float32": "FP32", "float16": "FP16", "int8": "INT8", "uint8": "INT8"}
_BYTES = {"float32": 4, "float16": 2}


class OnnxruntimeEngine:
    """A model's configuration, and what turns it into a session."""

    def __init__(self, options: EngineOptions, configuration: Configuration, cache: Path) -> None:
        self._options = options
        self._configuration = configuration
        self._cache = cache

    @property
    def shape(self) -> ModelShape:
        """What requests must respect."""
        return shape(self._configuration.value)

    def load(self) -> LocalTarget:
        """Export the model unless that was done before, and open a session.

        Raises:
            BenchmarkError: if it cannot be exported or does not fit into memory.
        """
        export = self._export()
        session, threads = self._session(export.folder / _MODEL)
        # torch's threads would spin beside onnxruntime's.
        torch.set_num_threads(1)
        graph = Session(session, self._options.backend, self.shape.vocabulary)
        return LocalTarget(OptimumModel(graph, self.shape, self._facts(export, session, threads)))

    def _export(self) -> Export:
        job = ExportJob(ENGINE, replace(self._options, dtype="float32"), _EXPORTERS)
        base = exported(self._cache, job, self._configuration)
        if self._options.dtype == "float32":
            return base
        job = ExportJob(ENGINE, self._options, (*_EXPORTERS, *_RUNTIMES), base.folder, kernels())
        return exported(self._cache, job, self._configuration)

    def _session(self, path: Path) -> tuple[Any, int]:
        """A session, and how many threads it computes with: its own and the one that asks."""
        provider = _PROVIDERS[self._options.backend]
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = self._options.threads or 0
        before = _threads()
        try:
            session = onnxruntime.InferenceSession(path, settings, providers=[provider])
        except ERRORS as error:
            raise EngineFailedError(
                f"onnxruntime cannot load {self._options.model}: {first_line(error)}",
                hint=LOAD_HINT,
            ) from error
        if session.get_providers()[0] != provider:
            raise EngineFailedError(
                f"onnxruntime cannot use {provider} and would run on the CPU.",
                hint=N_("Check that the CUDA and cuDNN libraries it needs are installed."),
            )
        return session, _threads() - before + 1

    def _facts(self, export: Export, session: Any, threads: int) -> EngineFacts:  # noqa: ANN401 - onnxruntime is untyped here
        sizes, options = export.facts.weight_bytes, self._options
        on_cuda = options.backend == "cuda"
        return EngineFacts(
            engine_version=onnxruntime.__version__,
            precision=_precision(sizes),
            quantization=export.facts.quantization,
            parameters=export.facts.parameters,
            weights="random" if options.random_weights else "pretrained",
            threads=None if on_cuda else threads,
            hardware=torch_device.hardware(torch.device(options.backend)),
            model_revision=self._configuration.revision,
            config_sha256=self._configuration.sha256,
            cuda_version=torch.version.cuda if on_cuda else None,
            weight_bytes=sum(sizes.values()),
            tools=versions((*_EXPORTERS, *_RUNTIMES)),
            details={"providers": ", ".join(session.get_providers()), **export.facts.details},
        )


def create(options: EngineOptions, cache: Path | None = None) -> OnnxruntimeEngine:
    """The engine for `options`; reads the model's configuration, no weights.

    Args:
        options: what to load.
        cache: this package's folder in the user's cache; None for where the platform has it.

    Raises:
        UsageError: if the backend, the precision or the model is not there.
    """
    transformers.logging.set_verbosity_error()
    _check_backend(options.backend)
    settled = replace(options, dtype=check_dtype(ENGINE, options, DTYPES))
    root = cache or cache_root(os.environ)  # noqa: TID251 - the measuring process is outermost
    return OnnxruntimeEngine(settled, read_configuration(options), root)


def _check_backend(backend: str) -> None:
    if backend == "cuda":
        torch_device.open_device(backend)
        # torch brings the CUDA libraries that onnxruntime would look for elsewhere.
        onnxruntime.preload_dlls()
    available = onnxruntime.get_available_providers()
    found = [name for name, provider in _PROVIDERS.items() if provider in available]
    if backend not in found:
        raise UsageError(
            f"onnxruntime {onnxruntime.__version__} has no {backend} here.",
            hint=f"Found: {', '.join(found)}. Its providers are {', '.join(available)}.",
        )


def kernels() -> str:
    """The instructions for int8 that this CPU has, as optimum names its quantizations."""
    if machine().lower() in {"arm64", "aarch64"}:
        return "arm64"
    # Older releases of torch have no torch.cpu.get_capabilities.
    known = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    if known.get("avx512_vnni"):
        return "avx512_vnni"
    return "avx512" if torch.backends.cpu.get_cpu_capability() == "AVX512" else "avx2"


def _precision(sizes: dict[str, int]) -> str:
    """The type of most weights."""
    most = max(sizes, key=lambda kind: sizes[kind] // _BYTES.get(kind, 1))
    return _PRECISIONS.get(most, most.upper())


def _threads() -> int:
    return int(import_module("psutil").Process().num_threads())
