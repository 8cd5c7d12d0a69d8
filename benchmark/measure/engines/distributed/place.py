"""Which rank this process is, as torchrun's environment says, and its way to node 0."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from torch.distributed import Store, TCPStore  # type: ignore[attr-defined]

from benchmark.measure.engines.distributed import line
from benchmark.measure.engines.distributed.messages import Hello
from benchmark.measure.engines.distributed.torchrun import LINE_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.measure.engines.distributed.line import Line

_PATIENCE_S = 300.0
_STORE_KEY = "sagellm-benchmark/line"
_AGENT_SERVES = "True"


class Place(NamedTuple):
    """A rank.

    Attributes:
        node: its machine.
        threads: CPU threads it may use.
        store: torchrun's, which all ranks of all nodes reach.
    """

    rank: int
    local_rank: int
    node: int
    threads: int
    store: Store


def find_place(environment: Mapping[str, str]) -> Place:
    """This rank.

    Raises:
        RuntimeError: if torchrun's store cannot be reached.
    """
    rank = int(environment["RANK"])
    # Where the agent does not serve the store, rank 0 has to.
    serves = environment.get("TORCHELASTIC_USE_AGENT_STORE") != _AGENT_SERVES and rank == 0
    store = TCPStore(
        environment["MASTER_ADDR"],
        int(environment["MASTER_PORT"]),
        is_master=serves,
        wait_for_workers=False,
        timeout=timedelta(seconds=_PATIENCE_S),
    )
    return Place(
        rank=rank,
        local_rank=int(environment["LOCAL_RANK"]),
        node=int(environment["GROUP_RANK"]),
        threads=int(environment["OMP_NUM_THREADS"]),
        store=store,
    )


def call_home(place: Place, known: str | None) -> Line:
    """The line to the measuring process; rank 0 tells the other nodes where that is.

    Args:
        place: this rank.
        known: host, port and key; None if this rank is on another node.

    Raises:
        OSError: if nobody answers.
    """
    if known is None:
        known = place.store.get(_STORE_KEY).decode("ascii")
    elif place.rank == 0:
        place.store.set(_STORE_KEY, known)
    host, port, key = known.split()
    found = line.call((host, int(port)), bytes.fromhex(key), _PATIENCE_S)
    found.send(Hello(place.rank, place.node, place.local_rank, os.getpid()))
    return found


def from_here() -> tuple[Place, Line]:
    """This process's rank and line."""
    environment = os.environ  # noqa: TID251 - torchrun speaks by the environment
    place = find_place(environment)
    return place, call_home(place, environment.get(LINE_VARIABLE))
