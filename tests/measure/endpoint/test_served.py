"""What is written is the server's: its processes, its precision, nothing of the client."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from benchmark.errors import UsageError
from benchmark.measure.endpoint import engine
from benchmark.measure.engine_facts import EngineFacts, Service
from benchmark.measure.engine_options import Endpoint, EngineOptions
from benchmark.measure.host import listeners
from benchmark.measure.meters import PhaseMeters
from tests.measure.endpoint.telling import telling
from tests.measure.endpoint.test_serve import command, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MIB = 2**20
HOG = "import time; x = bytearray({} * 2**20); print(len(x), flush=True); time.sleep(60)"
CLUSTER = {
    "hardware": {"vendor": "NVIDIA", "chip_model": "H100", "chip_count": 8},
}


@pytest.fixture
def hog() -> Iterator[Callable[[int], int]]:
    """Starts processes that hold so many MiB."""
    with ExitStack() as stack:

        def start(mib: int) -> int:
            process = subprocess.Popen(
                [sys.executable, "-c", HOG.format(mib)], stdout=subprocess.PIPE
            )
            stack.callback(process.wait)
            stack.callback(process.kill)
            assert process.stdout is not None
            process.stdout.readline()
            return process.pid

        yield start


def facts_of(target: Any) -> tuple[EngineFacts, Service]:
    """Of an endpoint."""
    facts = target.facts()
    assert facts.service is not None
    return facts, facts.service


def test_a_started_server_is_known_by_its_own_process(reach: Callable[..., Any]) -> None:
    """Not by the keeper that runs it."""
    target = reach(None, serve=command(port := free_port()))
    _, service = facts_of(target)
    assert service.is_here
    assert service.pid in listeners.listening(port)
    assert "pace_server.py" in " ".join(psutil.Process(service.pid).cmdline())


def test_a_running_server_is_found_by_its_port(pace: Callable[..., Any], reach: Any) -> None:
    """Its loading is nobody's to tell."""
    server = pace()
    _, service = facts_of(reach(server.url))
    assert (service.pid, service.start_s) == (server.process.pid, None)


def test_the_launcher_of_a_server_is_part_of_it(tmp_path: Path) -> None:
    """What listens may be one of several processes."""
    child = f"{sys.executable} -m http.server 0 --bind 127.0.0.1"
    launcher = tmp_path / "text-generation-launcher"
    launcher.write_text(f"#!/bin/sh\n{child} 2>&1 &\nwait\n")
    launcher.chmod(0o755)
    with subprocess.Popen([launcher], stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().split(b" port ")[1].split()[0])
        try:
            found = listeners.server_at(port, None, lambda words: "launcher" in " ".join(words))
            alone = listeners.server_at(port, None, lambda _: False)
        finally:
            os.killpg(process.pid, 9)
    assert found == process.pid
    assert alone not in {None, process.pid}


@pytest.mark.parametrize(("program", "found"), [("docker-proxy", False), ("python3", True)])
def test_what_only_forwards_is_no_server(
    program: str, *, found: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its memory and its CPU time are not the server's."""
    monkeypatch.setattr(listeners, "program", lambda _: program)
    with telling({}) as url:
        port = int(url.rsplit(":", 1)[1].split("/")[0])
        assert (listeners.server_at(port, None, lambda _: False) is not None) == found


def test_a_tunnel_is_no_machine(words: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What computes at its other end must be described."""
    monkeypatch.setattr(listeners, "program", lambda _: "ssh")
    with telling({}) as url:
        options = EngineOptions(str(words), "cpu", endpoint=Endpoint(url))
        with pytest.raises(UsageError, match="ssh forwards"):
            engine.create(options)


def test_the_servers_memory_is_measured_and_not_the_clients(hog: Callable[[int], int]) -> None:
    """A server of 64 MiB and one of 256."""
    peaks = []
    for mib in (64, 256):
        meters = PhaseMeters(Service("x", is_here=True, on_cpu=True, pid=hog(mib)))
        meters.start()
        peaks.append(meters.stop().host_peak)
    small, large = (peak or 0 for peak in peaks)
    assert 64 * MIB < small < 128 * MIB
    assert abs(large - small - 192 * MIB) < 16 * MIB


def test_both_the_servers_and_the_clients_work_are_no_noise(hog: Callable[[int], int]) -> None:
    """Noise is what neither did."""
    pid = hog(1)
    meters = PhaseMeters(Service("x", is_here=True, on_cpu=True, pid=pid))
    meters.start()
    noise = meters.stop().noise
    assert noise is not None
    assert noise.cpus > 0


@pytest.mark.parametrize("service", [Service("x"), Service("x", is_here=True, on_cpu=True)])
def test_what_was_not_found_is_not_measured(service: Service) -> None:
    """Neither on another machine nor in a container."""
    meters = PhaseMeters(service)
    meters.start()
    found = meters.stop()
    assert (found.host_peak, found.noise) == (None, None)


@pytest.mark.parametrize(("program", "is_here"), [("ssh", False), ("python3", True)])
def test_a_described_machine_is_this_one_if_its_server_is_seen_here(
    program: str, *, is_here: bool, reach: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A local address may be a tunnel's."""
    monkeypatch.setattr(listeners, "program", lambda _: program)
    with telling({}) as url:
        _, service = facts_of(reach(url, cluster=CLUSTER))
    assert (service.is_here, service.pid is not None) == (is_here, is_here)
