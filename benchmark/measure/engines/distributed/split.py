"""What a rank really holds of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import torch
import transformers

from benchmark.i18n import N_
from benchmark.measure.engine import EngineFailedError

if TYPE_CHECKING:
    from collections.abc import Iterator

_PRECISIONS = {torch.float32: "FP32", torch.bfloat16: "BF16", torch.float16: "FP16"}


class Size(NamedTuple):
    """Parameters, tied ones once.

    Attributes:
        total: all of them.
        body: without the embeddings, whose splitting alone splits next to no work.
    """

    total: int
    body: int


def whole_size(config: Any) -> Size:  # noqa: ANN401 - transformers is untyped here
    """What one copy of the model has, counted on torch's meta device."""
    with torch.device("meta"):
        model = transformers.AutoModelForCausalLM.from_config(config)
    return local_size(model)


def local_size(model: Any) -> Size:  # noqa: ANN401 - transformers is untyped here
    """What this process holds."""
    ends = {id(one) for one in _embeddings(model)}
    total = body = 0
    for parameter in model.parameters():
        count = _local(parameter).numel()
        total += count
        body += 0 if id(parameter) in ends else count
    return Size(total, body)


def check_split(local: Size, whole: Size, ways: int) -> None:
    """See that the layers were split: at least half of what the perfect split saves was saved.

    Norms, and heads too few to share, stay whole on every rank.

    Raises:
        EngineFailedError: if they were not.
    """
    if local.body > whole.body * (1 + 1 / ways) / 2:
        raise EngineFailedError(
            f"The model has no tensor-parallel plan that splits its layers: each of {ways} "
            f"processes holds {local.total} of {whole.total} parameters, so it would run "
            "replicated.",
            hint=N_("Use --data-parallel, or another model."),
        )


def bytes_per_step(model: Any) -> int:  # noqa: ANN401 - transformers is untyped here
    """Bytes of weights this process reads to decode one token: a table is only looked up."""
    table = model.get_input_embeddings().weight
    head = model.get_output_embeddings()
    looked_up = head is None or head.weight is not table
    sizes = {id(one): _local(one).nbytes for one in model.parameters()}
    return sum(sizes.values()) - (sizes.get(id(table), 0) if looked_up else 0)


def precision(model: Any) -> str:  # noqa: ANN401 - transformers is untyped here
    """The type that most parameters here really have."""
    sizes: dict[torch.dtype, int] = {}
    for parameter in model.parameters():
        sizes[parameter.dtype] = sizes.get(parameter.dtype, 0) + _local(parameter).numel()
    dtype = max(sizes, key=lambda dtype: sizes[dtype])
    return _PRECISIONS.get(dtype, str(dtype).removeprefix("torch.").upper())


def quantization(config: Any) -> str:  # noqa: ANN401 - transformers is untyped here
    """The method of a quantized checkpoint, in the public format's words."""
    found = getattr(config, "quantization_config", None)
    if found is None:
        return "None"
    values = found if isinstance(found, dict) else found.to_dict()
    return str(values.get("quant_method", "unknown"))


def _embeddings(model: Any) -> Iterator[torch.Tensor]:  # noqa: ANN401 - transformers is untyped here
    for end in (model.get_input_embeddings(), model.get_output_embeddings()):
        if end is not None:
            yield from end.parameters()


def _local(parameter: Any) -> torch.Tensor:  # noqa: ANN401 - a tensor, or one over several ranks
    local: torch.Tensor = parameter.to_local() if hasattr(parameter, "to_local") else parameter
    return local
