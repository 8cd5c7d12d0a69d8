"""The command line that starts sageLLM's server for a measurement."""

from __future__ import annotations

import shlex
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING

from benchmark.errors import UsageError
from benchmark.i18n import N_

if TYPE_CHECKING:
    from benchmark.measure.engine_options import EngineOptions

_HOST = "127.0.0.1"
_BACKENDS = {"cpu": "cpu", "cuda": "cuda", "ascend": "ascend", "npu": "ascend"}
_DTYPES = ("float16", "bfloat16", "float32")


def serve_command(program: str, options: EngineOptions) -> str:
    """The command, in the shell's words: on loopback, without requests of its own.

    Its canaries, requests that it sends itself to see whether it is well, would be measured too.
    On a CPU it is told to compute in float32 unless the user says otherwise, as every engine here.

    Raises:
        UsageError: if it cannot do what is asked.
    """
    port, engine_port = _free_ports()
    words = [program, "serve", "--model", options.model, "--backend", _backend(options)]
    words += ["--dtype", _dtype(options), "--host", _HOST, "--port", str(port)]
    words += ["--engine-port", str(engine_port), "--benchmark-mode", "--no-embedding"]
    return shlex.join([*_threads(options), *words])


def _backend(options: EngineOptions) -> str:
    if options.backend not in _BACKENDS:
        raise UsageError(
            f"The engine sagellm has no backend {options.backend}.",
            hint=N_("Choose cpu, cuda or ascend."),
        )
    return _BACKENDS[options.backend]


def _dtype(options: EngineOptions) -> str:
    default = "float32" if options.backend == "cpu" else "auto"
    chosen = options.dtype or default
    if chosen not in (*_DTYPES, "auto"):
        raise UsageError(
            f"The engine sagellm has no {chosen}.", hint=f"Choose: {', '.join(_DTYPES)}."
        )
    return chosen


def _threads(options: EngineOptions) -> list[str]:
    """It has no option for it; what it computes with has a variable."""
    return [] if options.threads is None else ["env", f"OMP_NUM_THREADS={options.threads}"]


def _free_ports() -> tuple[int, int]:
    """Two that nobody listens on: it answers at one and computes behind the other."""
    with ExitStack() as stack:
        taken = [stack.enter_context(socket.create_server((_HOST, 0))) for _ in range(2)]
        first, second = (one.getsockname()[1] for one in taken)
    return first, second
