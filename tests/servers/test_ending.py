"""A server or a client that goes midway: what is complete stays."""

from __future__ import annotations

import re
import shlex
import signal
import time
from typing import TYPE_CHECKING, Any

import psutil

from tests.servers import command
from tests.servers.real_server import answers, free_port

if TYPE_CHECKING:
    from tests.servers.kinds import Kind
    from tests.servers.real_server import RealServer
    from tests.servers.runs import Runs

OUTPUT = 32
MANY = ("--repeats", "100000", "--max-time", "600")
FEWEST = 3
_PROGRESS = re.compile(rf"(\d+)/{MANY[1]} requests")
_START_S, _POLL_S = 600, 0.1


def test_a_server_killed_midway_leaves_what_was_complete(kind: Kind, runs: Runs) -> None:
    """Exit 69; every kept answer is whole, and nothing is left running."""
    port = free_port()
    serve = ("--serve", shlex.join(kind.command(port)))
    running = runs.start(*serve, "--workload", runs.workload(32, OUTPUT), *MANY)
    family = _when_measuring(running)
    _listening(family, port).kill()
    done = running.end()
    assert done.status == 69, done.said
    _check_kept(runs, done)
    assert psutil.wait_procs(family, timeout=20)[1] == []
    assert not answers(port)


def test_a_client_that_is_told_to_end_keeps_what_was_complete(
    server: RealServer, runs: Runs
) -> None:
    """SIGTERM, as schedulers send it; the server goes on."""
    load = ("--base-url", server.url, "--workload", runs.workload(32, OUTPUT), *MANY)
    running = runs.start(*load)
    family = _when_measuring(running)
    running.process.send_signal(signal.SIGTERM)
    done = running.end()
    assert done.status == 128 + signal.SIGTERM, done.said
    _check_kept(runs, done)
    _check_known(done.entries[0])
    assert psutil.wait_procs(family, timeout=20)[1] == []
    assert answers(server.port)


def test_a_server_ends_when_all_that_started_it_is_killed(kind: Kind, runs: Runs) -> None:
    """The command, the measuring process and the keeper, at once, with no chance to clean up."""
    port = free_port()
    serve = ("--serve", shlex.join(["sh", "-c", f"{shlex.join(kind.command(port))} & wait"]))
    there = ("--base-url", f"http://127.0.0.1:{port}/v1")
    running = runs.start(*serve, *there, "--workload", runs.workload(32, OUTPUT), *MANY)
    family = _when_measuring(running)
    above = _listening(family, port).parents()
    ours = [one for one in above if one in family and one.name() != "sh"]
    for one in (psutil.Process(running.process.pid), *ours):
        one.kill()
    assert psutil.wait_procs(family, timeout=40)[1] == []
    assert not answers(port)


def _when_measuring(running: command.Running) -> list[psutil.Process]:
    """Wait until it says that some requests are done; everything it started by then."""
    until = time.monotonic() + _START_S
    while max([0, *map(int, _PROGRESS.findall(running.said))]) < FEWEST:
        assert running.process.poll() is None, running.said
        assert time.monotonic() < until, running.said
        time.sleep(_POLL_S)
    return psutil.Process(running.process.pid).children(recursive=True)


def _listening(family: list[psutil.Process], port: int) -> psutil.Process:
    return next(
        one
        for one in family
        for socket in one.net_connections(kind="tcp")
        if socket.status == psutil.CONN_LISTEN and socket.laddr.port == port
    )


def _check_kept(runs: Runs, done: command.Result) -> None:
    """One entry, and in its samples every answer whole."""
    (entry,) = done.entries
    answers_kept = [row for row in command.kept_samples(runs.outputs) if row["error"] is None]
    told = entry["metrics"]["samples"]
    assert len(answers_kept) == told["requests"] - told["failed"] >= FEWEST
    assert {row["output_tokens"] for row in answers_kept} == {OUTPUT}
    assert entry["provenance"]["stopped"]


def _check_known(entry: dict[str, Any]) -> None:
    """As much as of a run that was not ended."""
    assert entry["provenance"]["engine"]["token_count_source"].startswith("usage")
    assert entry["provenance"]["noise"] is not None
    assert entry["metrics"]["peak_host_mem_mb"] > 0
