"""torchrun on this node: starting its agent, what its ranks left in their logs, stopping it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmark.measure.engines.distributed import network
from benchmark.text import one_line

if TYPE_CHECKING:
    from benchmark.measure.engine_options import EngineOptions, Rendezvous
    from benchmark.measure.engines.distributed.layout import Layout

LINE_VARIABLE = "SAGELLM_BENCHMARK_LINE"
"""How node 0's ranks learn where to call: host, port and key in hexadecimal."""

OWN_THREADS = "SAGELLM_BENCHMARK_OWN_THREADS"
"""Says that `OMP_NUM_THREADS` was chosen for each rank, not for a process alone."""

_HERE = "benchmark.measure.engines.distributed"
_LOOPBACK = "127.0.0.1"
_STOP_S = 5.0
_LAST_BYTES = 4000
_LAST_LINES = 2
_EXIT = r"exitcode\s*: (-?\d+)\) local_rank: \d+ \(pid: {pid}\)"


class Plan(NamedTuple):
    """What one node's agent is to start.

    Attributes:
        threads: for each rank; None to share the cores evenly.
        patience_s: how long nodes wait for each other.
        line: `LINE_VARIABLE`'s value, None on other nodes than 0.
    """

    layout: Layout
    meet: Rendezvous
    backend: str
    threads: int | None
    patience_s: float
    line: str | None = None


def plan_torchrun(
    options: EngineOptions, layout: Layout, patience_s: float, line: str | None
) -> Plan:
    """What `options` ask of torchrun on this node; for the rest see `Plan`."""
    return Plan(layout, options.rendezvous, options.backend, options.threads, patience_s, line)


class Agent:
    """torchrun's agent on this node; it and its ranks end with the thread that started it.

    Args:
        plan: what to start.
    """

    def __init__(self, plan: Plan) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="sagellm-ranks-")
        self._folder = Path(self._scratch.name)
        with (self._folder / "agent.log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - this package's own module
                [sys.executable, "-m", f"{_HERE}.agent", *self._arguments(plan)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=_environment(plan, self._folder),
            )

    def ended(self, within_s: float = 0.0) -> int | None:
        """Its exit status once it ended, None if it has not after so many seconds."""
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(within_s)
        return None

    def wait(self) -> int:
        """Its exit status, in the end."""
        return self._process.wait()

    def signal_of(self, pid: int) -> signal.Signals | None:
        """The signal that ended a rank of this node, as the agent saw it; None if it did not."""
        found = re.search(_EXIT.format(pid=pid), _tail(self._folder / "agent.log"))
        with suppress(ValueError):
            return None if found is None else signal.Signals(-int(found[1]))
        return None

    def last_words(self, local_rank: int | None = None) -> str:
        """The last lines a rank printed, or whoever printed an error; empty if nobody did."""
        which = "*" if local_rank is None else str(local_rank)
        logs = sorted(self._folder.glob(f"ranks/*/*/{which}/std*.log"))
        if local_rank is None:
            logs.append(self._folder / "agent.log")
        texts = [text for text in map(_tail, logs) if text]
        return _gist(texts[0]) if texts else ""

    def stop(self, polite_s: float = 0.0) -> None:
        """End it and its ranks.

        Args:
            polite_s: seconds in which it may end by itself.
        """
        if self.ended(polite_s) is None:
            self._process.terminate()
            if self.ended(_STOP_S) is None:
                # The kernel ends its ranks, too: each asked for that.
                self._process.kill()
                self._process.wait()
        self._scratch.cleanup()

    def _arguments(self, plan: Plan) -> list[str]:
        layout, meet = plan.layout, plan.meet
        where = ["--standalone", "--local-addr", _LOOPBACK]
        if layout.nodes > 1:
            # Unlike c10d's, the static rendezvous numbers nodes as the user does.
            where = ["--node-rank", str(meet.node_rank), "--master-addr", meet.address]
            where += ["--master-port", str(meet.port)]
            where += ["--rdzv-conf", f"timeout={_patience(plan)}"]
        sizes = ["--nnodes", str(layout.nodes), "--nproc-per-node", str(layout.per_node)]
        logs = ["--redirects", "3", "--log-dir", str(self._folder / "ranks")]
        watch = ["--max-restarts", "0", "--monitor-interval", "0.5"]
        ours = [str(os.getpid()), self._scratch.name, str(layout.per_node)]
        return [*ours, *sizes, *where, *logs, *watch, "-m", f"{_HERE}.rank"]


def _patience(plan: Plan) -> int:
    """Seconds; node 0's agent is the last to give up, for its caller says it better."""
    own = plan.patience_s + (_STOP_S if plan.meet.node_rank == 0 else 0.0)
    return max(1, round(own))


def _environment(plan: Plan, scratch: Path) -> dict[str, str]:
    here = dict(os.environ)  # noqa: TID251 - torchrun and gloo are told by the environment
    # Weights that a rank wrote and had no time to delete go with the folder.
    here["TMPDIR"] = str(scratch)
    if plan.threads is not None:
        here |= {"OMP_NUM_THREADS": str(plan.threads), OWN_THREADS: "1"}
    interface = network.interface_towards(
        _LOOPBACK if plan.layout.nodes == 1 else plan.meet.address
    )
    if interface is not None:
        here.setdefault("GLOO_SOCKET_IFNAME", interface)
    if plan.backend == "cpu":
        # transformers splits over the accelerator that torch sees, whatever was asked for.
        here["CUDA_VISIBLE_DEVICES"] = ""
    if plan.line is not None:
        here[LINE_VARIABLE] = plan.line
    return here


def _gist(text: str) -> str:
    """The last lines that say something: not those of a traceback's frames or of a frame drawn."""
    lines = text.splitlines()
    telling = [line for line in lines if line[:1].isalnum()] or lines
    return " / ".join(one_line(line) for line in telling[-_LAST_LINES:])


def _tail(log: Path) -> str:
    with suppress(OSError), log.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _LAST_BYTES))
        return file.read().decode(errors="replace").strip()
    return ""
