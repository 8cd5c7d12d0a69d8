"""The engines by name: one adapter each over the Protocol of `benchmark.measure.engine`."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

from benchmark import garbage
from benchmark.errors import UsageError
from benchmark.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmark.measure.engine import Engine
    from benchmark.measure.engine_options import EngineOptions


class EngineKind(NamedTuple):
    """An engine by name.

    Attributes:
        module: the module whose `create(options)` gives the engine.
        own_environment: whether it may run in an environment of its own, made on demand, because
            what it needs does not go together with what others need.
        remote: whether a server computes, so that this machine's load is not the engine's.
    """

    module: str
    own_environment: bool = False
    remote: bool = False


_HERE = "benchmark.measure.engines"
ENGINES = {
    "transformers": EngineKind(f"{_HERE}.transformers_engine"),
    "onnxruntime": EngineKind(f"{_HERE}.onnxruntime_engine", own_environment=True),
    "openvino": EngineKind(f"{_HERE}.openvino_engine", own_environment=True),
    "distributed": EngineKind(f"{_HERE}.distributed.engine"),
    "openai": EngineKind("benchmark.measure.endpoint.engine", remote=True),
    "sagellm": EngineKind("benchmark.measure.sagellm.engine", remote=True),
}
NEEDS = ("torch", "transformers", "accelerate", "httptools", "psutil", "pyarrow", "matplotlib")
"""What measuring imports, whatever the engine; the extra `run` installs it."""


def check_installed(needs: Sequence[str] = NEEDS) -> None:
    """See that packages are there, without importing them.

    Raises:
        UsageError: naming the extra to install.
    """
    missing = [name for name in needs if find_spec(name) is None]
    if missing:
        raise UsageError(
            f"Measuring needs {', '.join(missing)}: not installed.",
            hint=N_('Run: pip install "sagellm-benchmark[run]"'),
        )


def open_engine(engine: str, options: EngineOptions) -> Engine:
    """Import an engine and read the model's description.

    Raises:
        UsageError: if the model or the backend is not there.
    """
    with garbage.uncollected():
        create: Callable[[EngineOptions], Engine] = import_module(ENGINES[engine].module).create
    return create(options)
