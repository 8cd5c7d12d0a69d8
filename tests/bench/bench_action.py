"""How long the Action takes until its first request, and until the results are published.

Runs the two steps of action.yml as a runner does, against an embedded Hub, in alternation with the
ordinary way to install the same locked packages (`python -m venv`, then its own pip). Packages come
from a folder, as from a warm pip cache; --index takes them from wherever pip is configured to.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmark.localhub.faults import Fault
from tests.bench.table import figure, markdown
from tests.support.entries import data
from tests.support.publishers import REPO, WRITE_TOKEN, dataset_hub

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from benchmark.localhub.call import Call
    from benchmark.localhub.faults import Proceed
    from benchmark.localhub.testing import RunningHub

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements" / "action.txt"
PIP = ("--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:")


@dataclass
class Machine:
    """A runner's folders and environment.

    Attributes:
        folder: RUNNER_TEMP; the workspace is below it.
        env: of every step.
    """

    folder: Path
    env: dict[str, str]

    def start(self, *argv: str | Path, **more: str) -> float:
        """Run a command in the workspace; the seconds it took."""
        started = time.perf_counter()
        subprocess.run(
            [str(word) for word in argv],
            cwd=self.folder / "work",
            env={**self.env, **more},
            check=True,
            capture_output=True,
        )
        return time.perf_counter() - started


def machine(folder: Path, *, index: bool) -> Machine:
    """A new one, with one result to publish."""
    (folder / "work" / "hf_data").mkdir(parents=True)
    file = folder / "work" / "hf_data" / "leaderboard_single.json"
    file.write_text(json.dumps([data()]), encoding="utf-8")
    local = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(ROOT / ".venvs" / "wheels")}
    runner = {
        "RUNNER_TEMP": str(folder),
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(folder / "work"),
    }
    return Machine(folder, {**os.environ, **({} if index else local), **runner})


def ordinarily(at: Machine) -> float:
    """Seconds of the ordinary way to install."""
    place = at.folder / "venv"
    made = at.start(sys.executable, "-I", "-m", "venv", place)
    pip = (place / "bin" / "python", "-I", "-m", "pip", "install", *PIP)
    return made + at.start(*pip, "--require-hashes", "--requirement", LOCK)


def install(at: Machine) -> tuple[float, Path]:
    """Seconds of the Action's first step, and the Python that it made."""
    took = at.start(sys.executable, "-I", ROOT / "scripts" / "action.py", "install")
    output = (at.folder / "output").read_text(encoding="utf-8")
    return took, Path(output.splitlines()[1])


def publish(at: Machine, python: Path, hub: RunningHub) -> tuple[float, float]:
    """Seconds of the second step until its first request, and until its end."""
    arrived: list[float] = []

    async def act(_call: Call, proceed: Proceed) -> Response:
        arrived.append(time.perf_counter())
        return await proceed()

    hub.faults.always(Fault("*", "looks at the clock", act))
    started = time.perf_counter()
    told = {"INPUT_HF_REPO": REPO, "INPUT_ENDPOINT": hub.endpoint, "INPUT_CLEANUP": "false"}
    script = ROOT / "scripts" / "action.py"
    took = at.start(python, "-I", script, "run", HF_TOKEN=WRITE_TOKEN, **told)
    return arrived[0] - started, took


def one_round(folder: Path, *, index: bool) -> dict[str, float]:
    """Every figure once, in seconds."""
    with dataset_hub(folder / "hub") as hub:
        by_hand = ordinarily(machine(folder / "ordinary", index=index))
        ours = machine(folder / "ours", index=index)
        installed, python = install(ours)
        first, whole = publish(ours, python, hub)
    return {
        "the ordinary venv and pip, for comparison": by_hand,
        "step Install": installed,
        "step Run, until its first request": first,
        "Install and Run until the first request": installed + first,
        "Install and Run, one result published": installed + whole,
    }


def median(rounds: list[dict[str, float]], of: Callable[[dict[str, float]], float]) -> float:
    """The median over all rounds."""
    return statistics.median(map(of, rounds))


def main() -> None:
    """Measure and print a table, and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--index", action="store_true", help="packages from pip's own index")
    given = parser.parse_args()
    rounds = []
    for _ in range(given.rounds):
        with tempfile.TemporaryDirectory() as folder:
            rounds.append(one_round(Path(folder), index=given.index))
    names = list(rounds[0])
    rows = [[name, figure(median(rounds, lambda it, n=name: it[n]), 2)] for name in names]
    sys.stdout.write(markdown(["what", "seconds"], rows) + "\n")
    ratio = median(rounds, lambda it: it["step Install"] / it[names[0]])
    sys.stdout.write(f"Install / the ordinary way: {ratio:.2f}\n")


if __name__ == "__main__":
    main()
