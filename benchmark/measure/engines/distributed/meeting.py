"""How every rank finds node 0's measuring process, and how that knows when all are there."""

from __future__ import annotations

import secrets
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.engines.distributed import line

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.measure.engines.distributed.layout import Layout
    from benchmark.measure.engines.distributed.line import Line
    from benchmark.measure.engines.distributed.messages import Hello
    from benchmark.measure.engines.distributed.torchrun import Agent

_LOOPBACK = "127.0.0.1"
_KEY_BYTES = 32
_LOOK_S = 0.25


class Member(NamedTuple):
    """A rank that came, and the line to it."""

    hello: Hello
    line: Line


class Door:
    """Where ranks come in; open only until all are there.

    Args:
        layout: decides who may come: with one node nobody from outside.
        address: node 0's, as the others know it.

    Raises:
        UsageError: if nobody here knows that address.
    """

    def __init__(self, layout: Layout, address: str) -> None:
        alone = layout.nodes == 1
        self._layout = layout
        self._key = secrets.token_bytes(_KEY_BYTES)
        self._host = _LOOPBACK if alone else address
        self._socket = socket.create_server(
            (_LOOPBACK if alone else "", 0), family=_family(self._host)
        )

    @property
    def line(self) -> str:
        """Where to call, for the ranks' environment."""
        return f"{self._host} {self._socket.getsockname()[1]} {self._key.hex()}"

    def close(self) -> None:
        """Nobody comes in any more."""
        self._socket.close()

    def wait_for_all(
        self, agent: Agent, patience_s: float, clock: Callable[[], float] = time.monotonic
    ) -> dict[int, Member]:
        """Every rank by its number, in order.

        Raises:
            EngineFailedError: if one does not come in time, or the agent ended.
        """
        here: dict[int, Member] = {}
        deadline = clock() + patience_s
        self._socket.settimeout(_LOOK_S)
        while len(here) < self._layout.world:
            member = self._next()
            if member is not None:
                here[member.hello.rank] = member
            elif agent.ended() is not None:
                raise _ended(agent)
            elif clock() > deadline:
                raise self._missing(len(here), patience_s, agent)
        return dict(sorted(here.items()))

    def _next(self) -> Member | None:
        with suppress(OSError, EOFError):
            end, _ = self._socket.accept()
            known = line.answer(end, self._key)
            return Member(known.receive(), known)
        return None

    def _missing(self, came: int, patience_s: float, agent: Agent) -> EngineFailedError:
        words = agent.last_words()
        if self._layout.nodes == 1:
            return EngineFailedError(
                f"{came} of {self._layout.world} processes came within {patience_s:g} s. {words}",
                hint=N_("See whether this machine is overloaded, then run it again."),
            )
        return EngineFailedError(
            f"The {self._layout.nodes} nodes did not meet within {patience_s:g} s: "
            f"{came} of {self._layout.world} processes came.",
            hint=N_(
                "Start the same command on every node, each with its own --node-rank, and see that "
                "they reach the address of --rendezvous."
            ),
        )


def _ended(agent: Agent) -> EngineFailedError:
    return EngineFailedError(
        f"torchrun ended before its processes were there: {agent.last_words()}",
        hint=N_("See that the port of --rendezvous is free on node 0."),
    )


def _family(address: str) -> socket.AddressFamily:
    try:
        return socket.getaddrinfo(address, None, type=socket.SOCK_STREAM)[0][0]
    except OSError:
        raise UsageError(
            f"The address {address} is unknown on this machine.",
            hint=N_("Give --rendezvous HOST:PORT: an address of node 0 and a free port there."),
        ) from None
