"""What a loaded model's weights are: their precision, their quantization, their bytes.

Quantized checkpoints are loaded as transformers loads them. Their integers hide in tensor
subclasses (torchao), in packed parameters (bitsandbytes) or in buffers (GPTQ, AWQ).
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import torch
from transformers import AutoModelForCausalLM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PRECISIONS = {
    torch.float32: "FP32",
    torch.bfloat16: "BF16",
    torch.float16: "FP16",
    torch.int8: "INT8",
}
_BITS = ("bits", "w_bit", "nbits", "weight_bits")
_EXPERTS = ("num_experts", "num_local_experts", "n_routed_experts")


def settings(config: Any) -> Mapping[str, Any]:  # noqa: ANN401 - transformers is untyped here
    """The `quantization_config` of a configuration; empty without one."""
    found = getattr(config, "quantization_config", None)
    if found is None:
        return {}
    values: Mapping[str, Any] = found if isinstance(found, dict) else found.to_dict()
    return values


def quantization(config: Any) -> str:  # noqa: ANN401 - as above
    """The method of a quantized checkpoint, "None" without one."""
    values = settings(config)
    if not values:
        return "None"
    method = values.get("quant_method", "unknown")
    return str(getattr(method, "value", method))


def precision(model: Any) -> str:  # noqa: ANN401 - as above
    """The type in which most weights are read, in the public format's words."""
    values = settings(model.config)
    bits = _bits(values)
    if bits is not None:
        return f"INT{bits}"
    sizes: Counter[torch.dtype] = Counter()
    for tensor in _stored(model, buffers=bool(values)):
        sizes[tensor.dtype] += tensor.nbytes
    dtype = sizes.most_common(1)[0][0]
    name = str(dtype).removeprefix("torch.").upper()
    return _PRECISIONS.get(dtype, "FP8" if name.startswith("FLOAT8") else name)


def parameters(model: Any) -> int:  # noqa: ANN401 - as above
    """How many the architecture has, tied ones once, however few bytes hold them."""
    if not settings(model.config):
        return int(model.num_parameters())
    config = copy.deepcopy(model.config)
    del config.quantization_config
    with torch.device("meta"):
        return int(AutoModelForCausalLM.from_config(config).num_parameters())


def weight_bytes(model: Any) -> int | None:  # noqa: ANN401 - as above
    """Bytes read for one step of decoding; None where a step reads only some of the experts.

    Of a table of embeddings a step reads one row, so that it is left out unless it is the output
    head too.
    """
    config = model.config.get_text_config()
    if any(getattr(config, name, None) for name in _EXPERTS):
        return None
    head = model.get_output_embeddings()
    shared = None if head is None else getattr(head, "weight", None)
    skipped = {
        id(module.weight)
        for module in model.modules()
        if isinstance(module, torch.nn.Embedding) and module.weight is not shared
    }
    stored = _stored(model, buffers=bool(settings(model.config)), skipped=skipped)
    return sum(tensor.nbytes for tensor in stored)


def _stored(
    model: Any,  # noqa: ANN401 - as above
    *,
    buffers: bool,
    skipped: set[int] | frozenset[int] = frozenset(),
) -> Iterator[torch.Tensor]:
    tensors = [*model.parameters(), *(model.buffers() if buffers else ())]
    for tensor in tensors:
        if id(tensor) not in skipped:
            yield from _inside(tensor)


def _inside(tensor: Any) -> Iterator[torch.Tensor]:  # noqa: ANN401 - a subclass has more than torch types
    """A wrapper subclass says the type and size it stands for, not what it holds."""
    if not hasattr(tensor, "__tensor_flatten__"):
        yield tensor
        return
    for name in tensor.__tensor_flatten__()[0]:
        yield from _inside(getattr(tensor, name))


def _bits(values: Mapping[str, Any]) -> int | None:
    """The width of an integer quantization, as each method writes it down."""
    for name in _BITS:
        if isinstance(values.get(name), int):
            return int(values[name])
    if values.get("load_in_4bit"):
        return 4
    if values.get("load_in_8bit"):
        return 8
    named = re.search(r"[Ii]nt(\d)", str(values.get("quant_type", "")))
    return int(named[1]) if named else None
