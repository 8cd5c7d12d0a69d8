"""Exports for openvino, made by optimum-intel: float32, or int8 and int4 weights by nncf."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import openvino
from optimum.exporters.openvino import main_export
from optimum.intel import OVConfig, OVModelForCausalLM, OVWeightQuantizationConfig

from benchmark.measure.engines.export_cache import Facts, read_facts, write_facts
from benchmark.measure.engines.export_cache_child import save_checkpoint

if TYPE_CHECKING:
    from benchmark.measure.engines.export_cache import ExportJob

MODEL = "openvino_model.xml"
_BITS = {"int8": 8, "int4": 4}


def write(job: ExportJob, folder: Path) -> None:
    """Write `MODEL` and what is known of it."""
    if job.base is None:
        with TemporaryDirectory(dir=folder) as checkpoint:
            parameters = save_checkpoint(job.options, Path(checkpoint))
            main_export(
                checkpoint,
                folder,
                task="text-generation-with-past",
                # Without a precision asked for, large models would be compressed to int8.
                ov_config=OVConfig(dtype="fp32"),
            )
    else:
        parameters = read_facts(job.base).parameters
        _compress(job.base, folder, _BITS[str(job.options.dtype)])
    sizes = _weight_bytes(openvino.Core().read_model(folder / MODEL))
    words = "None" if job.base is None else f"{job.options.dtype} weight-only"
    write_facts(folder, Facts(parameters, sizes, words, {}))


def _compress(base: Path, folder: Path, bits: int) -> None:
    """With the library's defaults: int8 by channel, int4 by groups of 128; no data are needed."""
    # int8 has no groups; where 128 does not divide a layer, smaller groups do.
    groups = {} if bits == _BITS["int8"] else {"group_size_fallback": "adjust"}
    config = OVWeightQuantizationConfig(bits=bits, sym=False, **groups)
    model = OVModelForCausalLM.from_pretrained(base, compile=False, quantization_config=config)
    model.save_pretrained(folder)


def _weight_bytes(model: Any) -> dict[str, int]:  # noqa: ANN401 - openvino is untyped here
    sizes: Counter[str] = Counter()
    for constant in model.get_ops():
        if constant.get_type_name() == "Constant":
            sizes[constant.get_element_type().get_type_name()] += constant.get_byte_size()
    return dict(sizes)
