"""What openvino tells of a compiled model: the precision it executes, not the one asked for."""

from __future__ import annotations

from collections import Counter
from typing import Any

import openvino

PRECISIONS = {
    "f32": "FP32",
    "bf16": "BF16",
    "f16": "FP16",
    "u8": "INT8",
    "i8": "INT8",
    "u4": "INT4",
    "i4": "INT4",
}
_BITS = {"f32": 32, "f16": 16, "bf16": 16}
_DETAILS = (
    "INFERENCE_PRECISION_HINT",
    "KV_CACHE_PRECISION",
    "DYNAMIC_QUANTIZATION_GROUP_SIZE",
    "NUM_STREAMS",
)


def precision(compiled: Any) -> str:  # noqa: ANN401 - openvino is untyped here
    """In the public format's words: the type in which most matrix products read their weights."""
    kinds: Counter[str] = Counter()
    for node in compiled.get_runtime_model().get_ops():
        info = node.get_rt_info()
        if "layerType" in info and info["layerType"].astype(str) == "FullyConnected":
            kinds[info["runtimePrecision"].astype(str)] += 1
    computes = str(word(compiled, "INFERENCE_PRECISION_HINT"))
    executed = kinds.most_common(1)[0][0] if kinds else computes
    return PRECISIONS.get(executed, executed.upper())


def word(compiled: Any, name: str) -> str | None:  # noqa: ANN401 - openvino is untyped here
    """A property of a compiled model in openvino's short words; None if the device has it not."""
    try:
        value = compiled.get_property(name)
    except RuntimeError:
        return None
    return value.get_type_name() if isinstance(value, openvino.Type) else str(value)


def weight_bytes(stored: dict[str, int], computes: str | None) -> int:
    """Floats are read as they are computed with, whatever the file holds."""
    width = _BITS.get(str(computes), 32)
    return sum(
        size * width // _BITS[kind] if kind in _BITS else size for kind, size in stored.items()
    )


def details(compiled: Any) -> dict[str, str | None]:  # noqa: ANN401 - openvino is untyped here
    """How it computes, in openvino's own words."""
    return {name.lower(): word(compiled, name) for name in _DETAILS}
