"""What is known of a server once it has been reached, as facts about an engine."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from benchmark.measure.endpoint.command import kind_of
from benchmark.measure.endpoint.precision import UNKNOWN, settle
from benchmark.measure.endpoint.versions import Installed, installed, own_tools
from benchmark.measure.engine_facts import EngineFacts, Service
from benchmark.measure.host import listeners, processes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmark.measure.caveat import Caveat
    from benchmark.measure.endpoint.address import Address
    from benchmark.measure.endpoint.command import ServeCommand
    from benchmark.measure.endpoint.hardware import Chips
    from benchmark.measure.endpoint.identity import Server
    from benchmark.measure.endpoint.server_process import ServerProcess
    from benchmark.measure.engine_options import EngineOptions


class Reached(NamedTuple):
    """A server that answers.

    Attributes:
        command: that started it, None if it ran already.
        process: likewise.
        caveats: what is odd about the way to it.
        asked: how requests ask, for `provenance.engine`.
    """

    address: Address
    api: str
    chips: Chips
    server: Server
    command: ServeCommand | None
    process: ServerProcess | None
    caveats: tuple[Caveat, ...] = ()
    asked: Mapping[str, str | int | None] = MappingProxyType({})


def describe(reached: Reached, options: EngineOptions) -> EngineFacts:
    """The facts; what only the server knows and does not tell is None.

    Raises:
        UsageError: if the server does not compute in the precision that was asked for.
    """
    server = reached.server
    precision = settle(options.dtype, reached.command, server)
    service = _service(reached, options)
    there = _installed(server.name, _words(reached, service.pid))
    return EngineFacts(
        engine_version=server.version or there.version,
        precision=precision.precision,
        quantization=precision.quantization,
        precision_source=precision.source,
        parameters=None,
        weights=UNKNOWN,
        threads=None,
        hardware=reached.chips.hardware,
        cluster=reached.chips.cluster,
        tools=own_tools(),
        service_tools=dict(there.tools),
        components=dict(there.components),
        caveats=reached.caveats,
        service=service,
        details={
            "reached_by": "openai",
            "api": reached.api,
            "server": server.name,
            "server_version": server.version,
            "server_known_by": server.known_by,
            "endpoint_is_local": reached.address.is_local,
            **{f"server_{name}": limit for name, limit in server.limits.items()},
            **reached.asked,
        },
    )


def _words(reached: Reached, pid: int | None) -> Sequence[str]:
    """The command line of the server; of one that ran already only places are known to be such."""
    if reached.command is not None:
        return reached.command.words
    found = () if pid is None else processes.command_line(pid)
    return [word for word in found if Path(word).is_absolute()]


def _installed(name: str, words: Sequence[str]) -> Installed:
    """By the word of the command that is the server; others, like `env`, may stand before it."""
    program = next((word for word in words if kind_of([word]) is not None), None)
    return Installed() if program is None else installed(name, program)


def _service(reached: Reached, options: EngineOptions) -> Service:
    pid = _pid(reached) if reached.address.is_local else None
    return Service(
        name=reached.server.name,
        is_here=_is_here(reached, options, pid),
        on_cpu=options.backend == "cpu",
        pid=pid if reached.chips.cluster.nodes == 1 else None,
        start_s=None if reached.process is None else reached.process.start_s,
    )


def _is_here(reached: Reached, options: EngineOptions, pid: int | None) -> bool:
    """A machine that a file describes is this one only if the server is found on it."""
    described = options.endpoint is not None and options.endpoint.cluster is not None
    if described and (pid is None or reached.chips.cluster.nodes > 1):
        return False
    return reached.address.is_local


def _pid(reached: Reached) -> int | None:
    started = None if reached.process is None else reached.process.pid
    return listeners.server_at(
        reached.address.port, started, lambda words: kind_of(words) is not None
    )
