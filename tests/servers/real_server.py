"""A real server as a process: started, asked for its counters, killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.servers.kinds import Kind

START_S = 600
_POLL_S = 0.2
_SHOWN = 2000


def environment(home: Path) -> dict[str, str]:
    """What every process here sees: an empty home, no network, one thread, a small cache."""
    own = {"HOME": str(home), "HF_HOME": str(home / "hf"), "HF_HUB_OFFLINE": "1"}
    own |= {"LANG": "C.UTF-8", "OMP_NUM_THREADS": "1"}
    vllm = {"VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}
    return {**os.environ, **own, **vllm}


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class RealServer:
    """A server that answers; it is in a session of its own, with everything it started.

    Args:
        kind: which.
        folder: for its home and its log.
        before: words before its command, such as what pins it to a processor.
        extra: options beside the usual ones.
    """

    def __init__(
        self, kind: Kind, folder: Path, before: Sequence[str] = (), extra: Sequence[str] = ()
    ) -> None:
        self.kind = kind
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/v1"
        self._log = folder / f"{kind.name}.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*before, *kind.command(self.port), *extra],
                env=environment(folder),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def counters(self) -> Counter[str]:
        """Its Prometheus counters by name, over all labels; empty if it has none."""
        if self.kind.generated is None:
            return Counter()
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics") as answer:
            return parsed(answer.read().decode())

    def memory_mib(self) -> float:
        """Resident now, with everything it started."""
        first = psutil.Process(self._process.pid)
        family = [first, *first.children(recursive=True)]
        return sum(one.memory_info().rss for one in family) / 2**20

    def stop(self) -> None:
        """Kill it and whatever it started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _wait(self) -> None:
        until = time.monotonic() + START_S
        while not self._is_healthy():
            told = self._log.read_text(errors="replace")[-_SHOWN:]
            assert self._process.poll() is None, f"{self.kind.name} ended:\n{told}"
            assert time.monotonic() < until, f"{self.kind.name} does not answer:\n{told}"
            time.sleep(_POLL_S)

    def _is_healthy(self) -> bool:
        url = f"http://127.0.0.1:{self.port}/health"
        with suppress(OSError), urllib.request.urlopen(url) as answer:
            return bool(answer.status == 200)
        return False


def parsed(text: str) -> Counter[str]:
    """Sums of Prometheus' text form by name, for counters' differences."""
    found: Counter[str] = Counter()
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            found[name.partition("{")[0]] += float(value)  # type: ignore[assignment]
    return found
