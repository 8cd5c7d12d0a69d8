"""A rank's part of the weights: from the Hub, a folder, or random."""

from __future__ import annotations

import tempfile
from importlib import import_module
from typing import TYPE_CHECKING, Any

import torch
import transformers

from benchmark.measure.engine import EngineFailedError
from benchmark.measure.engines.transformers_config import explain, first_line

if TYPE_CHECKING:
    from benchmark.measure.engine_options import EngineOptions

_MEMORY_SIGNS = ("out of memory", "can't allocate memory", "not enough memory")


class Weights:
    """Where a rank's weights come from.

    Args:
        options: what was asked.
        config: transformers' configuration of the model.
        device: where they go.
    """

    def __init__(self, options: EngineOptions, config: Any, device: torch.device) -> None:  # noqa: ANN401 - transformers is untyped here
        self._options = options
        self._config = config
        self._device = device
        self._built: tempfile.TemporaryDirectory[str] | None = None

    def build(self) -> str:
        """Write random weights to a folder, from which each rank of this node loads its part."""
        self._built = tempfile.TemporaryDirectory(prefix="sagellm-weights-")
        try:
            self._random().save_pretrained(self._built.name)
        except (OSError, RuntimeError, MemoryError) as error:
            raise EngineFailedError(
                f"The random weights cannot be built: {first_line(error)}",
                hint=f"They need memory and room for one copy in {tempfile.gettempdir()}.",
            ) from error
        return self._built.name

    def discard(self) -> None:
        """Delete that folder, once all have loaded."""
        if self._built is not None:
            self._built.cleanup()
            self._built = None

    def load(self, folder: str | None, ways: int) -> Any:  # noqa: ANN401 - transformers is untyped here
        """This rank's part.

        Args:
            folder: with the weights; None for the model that was asked for.
            ways: into which the model is split.

        Raises:
            BenchmarkError: if there are none or they do not fit.
        """
        try:
            model = self._some(folder, ways)
            # What was split is on its devices already.
            return model.eval() if ways > 1 else model.to(self._device).eval()
        except (OSError, ValueError, ImportError) as error:
            raise explain(error, self._options.model) from error
        except (RuntimeError, MemoryError) as error:
            message = f"The model {self._options.model} cannot be loaded: {first_line(error)}"
            raise EngineFailedError(message, hint=memory_hint(error)) from error

    def _some(self, folder: str | None, ways: int) -> Any:  # noqa: ANN401 - transformers is untyped here
        if self._options.random_weights and folder is None:
            return self._random()
        split = _split_arguments(ways) if ways > 1 else {}
        return transformers.AutoModelForCausalLM.from_pretrained(
            folder or self._options.model,
            config=self._config,
            dtype=self._dtype(),
            **self._attention(),
            **split,
        )

    def _random(self) -> Any:  # noqa: ANN401 - transformers is untyped here
        """The same on every rank, and as one process alone would have: the seed decides."""
        dtype = self._dtype()
        own = self._config.dtype or torch.float32
        torch.manual_seed(self._options.seed)
        return transformers.AutoModelForCausalLM.from_config(
            self._config,
            dtype=own if dtype == "auto" else getattr(torch, dtype),
            **self._attention(),
        )

    def _dtype(self) -> str:
        return self._options.dtype or ("float32" if self._device.type == "cpu" else "auto")

    def _attention(self) -> dict[str, str]:
        asked = self._options.attention
        return {} if asked is None else {"attn_implementation": asked}


def memory_hint(error: BaseException) -> str:
    """What helps if memory ran out, which torch's allocators tell only in words; else nothing."""
    words = str(error).lower()
    if isinstance(error, MemoryError) or any(sign in words for sign in _MEMORY_SIGNS):
        return "Memory ran out: split it further, choose a smaller model or --dtype bfloat16."
    return ""


def _split_arguments(ways: int) -> dict[str, Any]:
    """How this release of transformers is told: by a configuration since 5, by `tp_plan` before."""
    try:
        kind = import_module("transformers.distributed").DistributedConfig
    except (ImportError, AttributeError):
        kind = None
    if kind is not None and "tp_size" in kind.__dataclass_fields__:
        return {"distributed_config": kind(tp_size=ways)}
    return {"tp_plan": "auto", "tp_size": ways}
