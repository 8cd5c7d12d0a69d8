"""Ranks and nodes that die or never come end everything, in bounded time, with a reason."""

from __future__ import annotations

import json
import socket
import time
from threading import Timer
from typing import TYPE_CHECKING

import psutil
import pytest

from benchmark.errors import UsageError
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.engine_options import Rendezvous
from benchmark.measure.engines.distributed.engine import create, join
from tests.measure.engines.distributed_support import options, start_node

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

GONE_S = 30
LIMIT_S = 150


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def meet(node_rank: int) -> Rendezvous:
    """Two nodes on loopback."""
    return Rendezvous(2, node_rank, "127.0.0.1", free_port())


def answered(node: subprocess.Popen[str]) -> dict[str, object]:
    """What node 0 prints when it has answered."""
    assert node.stdout is not None
    too_long = Timer(LIMIT_S, node.kill)
    too_long.start()
    lines = []
    for text in node.stdout:
        lines.append(text)
        if text.startswith("{"):
            too_long.cancel()
            return dict(json.loads(text))
    raise AssertionError("".join(lines))


def test_a_node_that_never_comes_is_an_error_within_the_given_time(tiny_model: Path) -> None:
    """Node 0 waits for node 1, and leaves nothing behind."""
    before = set(psutil.Process().children(recursive=True))
    start = time.monotonic()
    with pytest.raises(EngineFailedError, match="2 nodes did not meet within 2 s"):
        create(options(tiny_model, data=2, meet=meet(0)), patience_s=2).start()
    assert time.monotonic() - start < GONE_S
    assert set(psutil.Process().children(recursive=True)) <= before


def test_an_address_that_nobody_knows_is_wrong_usage(tiny_model: Path) -> None:
    """Before anything is started."""
    nowhere = Rendezvous(2, 0, "nowhere.invalid", 29500)
    with pytest.raises(UsageError, match=r"nowhere\.invalid is unknown"):
        create(options(tiny_model, data=2, meet=nowhere)).start()


def test_a_port_that_is_taken_is_an_error_at_once(tiny_model: Path) -> None:
    """And the hint says whose port it is."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        where = Rendezvous(2, 0, "127.0.0.1", taken.getsockname()[1])
        with pytest.raises(EngineFailedError, match="address already in use") as caught:
            create(options(tiny_model, data=2, meet=where), patience_s=60).start()
    assert "--rendezvous is free" in caught.value.hint


def test_node_0_that_never_comes_is_an_error_on_the_others(tiny_model: Path) -> None:
    """With the words of torchrun."""
    with pytest.raises(EngineFailedError, match=r"Node 1 ended early: .*127\.0\.0\.1"):
        join(options(tiny_model, data=2, meet=meet(1)), patience_s=2)


def test_when_node_0_is_killed_nothing_of_it_stays_and_the_other_node_ends_by_itself(
    tiny_model: Path,
) -> None:
    """Node 0 has no chance to clean up; the other says why it ends, and fails."""
    where = [tiny_model, 1, 2, 2]
    port = free_port()
    other = start_node([*where, 1, "127.0.0.1", port])
    first = start_node([*where, 0, "127.0.0.1", port])
    answered(first)
    nodes = [psutil.Process(node.pid) for node in (first, other)]
    family = [one for node in nodes for one in node.children(recursive=True)]
    assert len(family) >= 4, "an agent and a rank on each node"
    first.kill()
    words = other.communicate(timeout=GONE_S)[0]
    assert (other.returncode, first.wait(GONE_S)) == (1, -9)
    assert "The measuring process is gone" in words
    assert psutil.wait_procs(family, GONE_S)[1] == []
