"""Servers that are started for a measurement."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from benchmark.errors import UsageError
from benchmark.measure.endpoint import keeper
from benchmark.measure.engine import EngineFailedError

if TYPE_CHECKING:
    from collections.abc import Callable

SERVER = Path(__file__).resolve().parents[2] / "support" / "pace_server.py"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def command(port: int, *options: str) -> str:
    """A command that starts a server."""
    words = [sys.executable, str(SERVER), "--port", str(port), "--ttft-ms", "5", *options]
    return " ".join(words)


def answers(port: int) -> bool:
    """Whether somebody listens."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(condition: Callable[[], bool]) -> bool:
    """Give a process time to notice."""
    until = time.monotonic() + 20
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    return condition()


@pytest.mark.parametrize("health", ["200", "0"])
def test_a_server_is_started_measured_and_stopped(
    health: str, reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """It needs a second to listen; its version and its options are in the facts."""
    port = free_port()
    options = ("--start-after", "1", "--version", "1.2.3", "--owned-by", "vllm", "--health", health)
    target = reach(None, serve=command(port, *options))
    assert len(drive(target)) == 4
    facts = target.facts()
    assert facts.service is not None
    assert (facts.service.name, facts.engine_version) == ("vllm", "1.2.3")
    assert (facts.precision, facts.precision_source) == ("unknown", "unknown")
    assert facts.service.start_s is not None
    assert facts.service.start_s > 1
    target.close()
    assert not answers(port)


def test_a_server_that_ends_while_starting_is_shown_with_its_last_words(
    reach: Callable[..., Any],
) -> None:
    """At once, not after the whole patience."""
    started = time.monotonic()
    with pytest.raises(EngineFailedError, match="before it answered") as caught:
        reach(
            None,
            serve=command(free_port(), "--crash", "no-such-model-is-missing").replace(
                "model-is-missing", "'model is missing'"
            ),
        )
    assert caught.value.said[-1] == "no-such-model is missing"
    assert time.monotonic() - started < 30


def test_a_program_that_is_not_there_is_named(reach: Callable[..., Any]) -> None:
    """With what to check."""
    with pytest.raises(UsageError, match="no program no-such-program"):
        reach(None, serve="no-such-program --port 5")


def test_a_server_that_is_there_already_is_not_measured_by_mistake(
    pace: Any, reach: Callable[..., Any]
) -> None:
    """The one that was to be started could not listen."""
    with pytest.raises(UsageError, match="Something answers at"):
        reach(None, serve=command(pace().port))


def test_a_server_that_refuses_the_trial_is_stopped(reach: Callable[..., Any]) -> None:
    """Nothing stays behind a failed start."""
    port = free_port()
    with pytest.raises(UsageError):
        reach(None, serve=command(port, "--model", "other"))
    assert not answers(port)


@pytest.mark.skipif(os.name == "nt", reason="there are no process groups to signal")
def test_a_server_does_not_outlive_a_killed_measurement() -> None:
    """The keeper notices, and ends a server that does not want to, and its children."""
    port = free_port()
    stubborn = f"trap '' TERM; {command(port)} & sleep 60"
    process = subprocess.Popen(
        [sys.executable, "-I", keeper.__file__, "0.5", "sh", "-c", stubborn],
        stdin=subprocess.PIPE,
    )
    assert wait_until(lambda: answers(port))
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(20) == 128 + signal.SIGKILL
    assert wait_until(lambda: not answers(port))


STUBBORN = "trap '' TERM; {} & sleep 60"
"""A shell that does not want to end, nor does the server that it starts."""

WRAPPERS = {"its own": "{}", "in a shell": STUBBORN, "elsewhere": "setsid {} & sleep 60"}
"""How a server is started: the last one leaves the session of the command."""


def started(serve: str, grace: str = "0.3") -> subprocess.Popen[bytes]:
    """The keeper of a server that a shell starts."""
    words = [sys.executable, "-I", keeper.__file__, grace, "sh", "-c", serve]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)


def words_of(port: int) -> list[list[str]]:
    """Every process that names a port: servers, shells around them, keepers."""
    every = (process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"]))
    return [words for words in every if str(port) in " ".join(words)]


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
@pytest.mark.parametrize("wrapper", WRAPPERS.values(), ids=WRAPPERS.keys())
@pytest.mark.parametrize("killed", [True, False])
def test_a_server_outlives_no_keeper(wrapper: str, *, killed: bool) -> None:
    """However it was started, and whether the keeper is killed or ends; nobody is left then."""
    port = free_port()
    with started(wrapper.format(command(port))) as process:
        assert wait_until(lambda: answers(port))
        assert process.stdin is not None
        if killed:
            process.kill()
        process.stdin.close()
        process.wait(20)
        assert wait_until(lambda: not words_of(port))
    assert not answers(port)


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_a_server_may_end_properly_when_its_keeper_is_killed(tmp_path: Path) -> None:
    """It is asked first, as a container's command must be."""
    told, port = tmp_path / "told", free_port()
    serve = f"trap 'touch {told}; exit' TERM; {command(port)} & wait"
    with started(serve, "20") as process:
        assert wait_until(lambda: answers(port))
        process.kill()
        assert wait_until(told.exists)
        assert wait_until(lambda: not answers(port))


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_the_keeper_ends_with_its_input_and_not_with_a_scheduler_s_signal() -> None:
    """Else nobody would be left to stop a server that takes its time."""
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-I", keeper.__file__, "5", *command(port).split()],
        stdin=subprocess.PIPE,
    ) as process:
        assert wait_until(lambda: answers(port))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process.send_signal(number)
        time.sleep(0.1)
        assert process.poll() is None
        assert answers(port)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(20)
    assert not answers(port)


def test_the_environment_is_handed_on(
    reach: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As it is, because servers are configured by it."""
    monkeypatch.setenv("SAGELLM_TEST", "handed on")
    told = tmp_path / "told"
    script = f"import os; open({str(told)!r}, 'w').write(os.environ['SAGELLM_TEST'])"
    with pytest.raises(EngineFailedError):
        reach(None, serve=f'{sys.executable} -c "{script}" --port {free_port()}')
    assert told.read_text() == "handed on"
