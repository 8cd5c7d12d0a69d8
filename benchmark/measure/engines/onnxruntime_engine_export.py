"""Exports for onnxruntime, made by optimum-onnx: float32, or int8 by dynamic quantization."""

from __future__ import annotations

from collections import Counter
from math import prod
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import onnx
from optimum.exporters.onnx import main_export
from optimum.onnxruntime import ORTQuantizer
from optimum.onnxruntime.configuration import AutoQuantizationConfig

from benchmark.measure.engines.export_cache import Facts, read_facts, write_facts
from benchmark.measure.engines.export_cache_child import save_checkpoint

if TYPE_CHECKING:
    from benchmark.measure.engines.export_cache import ExportJob

MODEL = "model.onnx"
_LARGEST_PROTOBUF = 2**31 - 1


def write(job: ExportJob, folder: Path) -> None:
    """Write `MODEL` and what is known of it."""
    if job.base is None:
        with TemporaryDirectory(dir=folder) as checkpoint:
            parameters = save_checkpoint(job.options, Path(checkpoint))
            main_export(checkpoint, folder, task="text-generation-with-past", do_validation=False)
        details = {}
    else:
        parameters = read_facts(job.base).parameters
        _quantize(job.base, folder, job.variant)
        details = {"int8_kernels": job.variant}
    graph = onnx.load(folder / MODEL, load_external_data=False).graph
    write_facts(folder, Facts(parameters, _weight_bytes(graph), _quantization(graph), details))


def _quantize(base: Path, folder: Path, kernels: str) -> None:
    """Quantize for the instructions this CPU has."""
    config = getattr(AutoQuantizationConfig, kernels)(is_static=False, per_channel=False)
    size = sum(path.stat().st_size for path in base.iterdir())
    ORTQuantizer.from_pretrained(base, file_name=MODEL).quantize(
        config, folder, file_suffix="", use_external_data_format=size > _LARGEST_PROTOBUF
    )


def _weight_bytes(graph: Any) -> dict[str, int]:  # noqa: ANN401 - onnx is untyped here
    sizes: Counter[str] = Counter()
    for weight in graph.initializer:
        kind = onnx.helper.tensor_dtype_to_np_dtype(weight.data_type)
        sizes[str(kind)] += prod(weight.dims) * kind.itemsize
    return dict(sizes)


def _quantization(graph: Any) -> str:  # noqa: ANN401 - onnx is untyped here
    kinds = {node.op_type for node in graph.node}
    if kinds & {"MatMulInteger", "DynamicQuantizeMatMul"}:
        return "int8 dynamic"
    return "int8 static" if "QLinearMatMul" in kinds else "None"
