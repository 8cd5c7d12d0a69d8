"""What must be there before ranks are worth starting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure.engines import torch_device

if TYPE_CHECKING:
    from benchmark.measure.engine_options import EngineOptions
    from benchmark.measure.engines.distributed.layout import Layout


def check_device(options: EngineOptions, layout: Layout) -> None:
    """See that every rank of this node has a device that can talk to the others.

    Raises:
        UsageError: if not.
    """
    backend = options.backend
    torch_device.open_device(backend)
    if backend != "cpu" and getattr(torch, backend).device_count() < layout.per_node:
        raise UsageError(
            f"{layout.per_node} processes on this node need a {backend} device each; "
            f"it has {getattr(torch, backend).device_count()}.",
            hint=N_("Lower --tensor-parallel or --data-parallel, or add nodes."),
        )


def check_plan(config: Any, ways: int, model: str) -> None:  # noqa: ANN401 - transformers is untyped here
    """See early what `split.check_split` would find after loading.

    Args:
        config: of the model's text part.
        ways: into which it is to be split.
        model: its name.

    Raises:
        UsageError: if transformers cannot split it so.
    """
    if not getattr(config, "base_model_tp_plan", None):
        raise UsageError(
            f"transformers has no tensor-parallel plan for {model}; it would run replicated.",
            hint=N_("Use --data-parallel, or another model."),
        )
    for name in ("num_attention_heads", "num_key_value_heads"):
        heads = getattr(config, name, None)
        if isinstance(heads, int) and heads % ways:
            raise UsageError(
                f"{model} has {heads} {name.removeprefix('num_').replace('_', ' ')}, which "
                f"{ways} processes cannot share evenly.",
                hint=N_("Choose a --tensor-parallel that divides it."),
            )
