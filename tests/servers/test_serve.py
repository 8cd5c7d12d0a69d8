"""Servers that `run` starts itself."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from tests.servers.real_server import answers, free_port

if TYPE_CHECKING:
    from tests.servers.kinds import Kind
    from tests.servers.runs import Runs


def test_a_server_is_started_named_measured_and_stopped(kind: Kind, runs: Runs) -> None:
    """Its version and its precision are known, and its memory is its own."""
    port = free_port()
    serve = shlex.join(kind.command(port))
    done = runs.run("--serve", serve, "--workload", runs.workload(32, 16), "--repeats", "4")
    assert done.status == 0, done.said
    entry = done.entries[0]
    assert (entry["engine"], entry["engine_version"]) == (kind.name, kind.version)
    assert entry["model"]["precision"] == kind.precision
    assert entry["metrics"]["load_time_s"] > 0
    assert not answers(port)
