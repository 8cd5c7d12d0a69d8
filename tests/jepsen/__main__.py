"""`python -m tests.jepsen`: publishers, maintainers and a nemesis, and then a look at what is left.

Ends with 0 if nothing was lost, with 1 and every problem if the law was broken.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from tests.jepsen import checker, hub_process, report
from tests.jepsen.checker import Asked
from tests.jepsen.commits import Repository
from tests.jepsen.history import read
from tests.jepsen.nemesis import Nemesis
from tests.jepsen.people import Contributor, Maintainer
from tests.jepsen.processes import FORKS
from tests.jepsen.workload import run_id
from tests.jepsen.world import Plan, World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.jepsen.people import Person

_IMPORTED = ["tests.jepsen.publisher", "tests.jepsen.hub_process"]
_LONGEST_END = 600.0  # seconds
_SILENCE = 15.0  # seconds


def main() -> int:
    """Run and check."""
    options = _options()
    plan = Plan(**{name: getattr(options, name) for name in Plan._fields})
    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        FORKS.set_forkserver_preload(_IMPORTED)
        world = World(folder, plan)
        deeds = play(world, options.seconds)
        return conclude(world, deeds, options.out)


def play(world: World, seconds: float) -> dict[str, int]:
    """Let everybody work until all is published, the last part without trouble."""
    plan = world.plan
    people: list[Person] = [Contributor(world, f"p{n}") for n in range(plan.publishers)]
    people += [Maintainer(world, f"m{n}") for n in range(plan.maintainers)]
    nemesis = Nemesis(world, people)
    for thread in (*people, nemesis):
        thread.start()
    deadline = time.monotonic() + seconds
    told = time.monotonic()
    while time.monotonic() < deadline and not world.is_done():
        time.sleep(0.05)
        if time.monotonic() - told > _SILENCE:
            told = time.monotonic()
            sys.stderr.write(f"{world.made} of {world.plan.submissions} submissions made\n")
    world.stop.set()
    nemesis.stop()
    world.heal()
    _join([*people, nemesis])
    world.hub.end()
    world.recorder.close()
    return dict(nemesis.deeds)


def _join(threads: Sequence[Person | Nemesis]) -> None:
    for thread in threads:
        thread.join(_LONGEST_END)
        if thread.failure:
            raise thread.failure
        if thread.is_alive():
            raise TimeoutError(f"{thread.name} does not end.")


def conclude(world: World, deeds: dict[str, int], out: Path | None) -> int:
    """Check, and say what came of it."""
    notes = list(hub_process.notes(world.log))
    asked = [Asked(note["asked"]) for note in notes if "asked" in note]
    asked += [Asked(note["parent"], note["sha"]) for note in notes if note.get("sha")]
    with world.recorder.path.open(encoding="utf-8") as lines:
        history = read(lines)
    git = world.root / "datasets" / f"{hub_process.REPO}.git"
    with Repository(git) as repository:
        problems = checker.problems(history, repository, asked, _waiting(world.folder))
    found = report.figures(history, notes, deeds)
    unfinished = found["submissions"] - found["acknowledged"]
    if unfinished:
        problems.append(f"{unfinished} submissions were never acknowledged.")
    sys.stdout.write(report.table(found, problems) + "\n")
    if out:
        out.mkdir(parents=True, exist_ok=True)
        value = {"plan": world.plan._asdict(), **found, "problems": problems}
        text = json.dumps(value, indent=2) + "\n"
        (out / "jepsen.json").write_text(text, encoding="utf-8")
        (out / "jepsen.md").write_text(report.table(found, problems) + "\n", encoding="utf-8")
    for problem in problems[:50]:
        sys.stderr.write(problem + "\n")
    return 1 if problems else 0


def _waiting(folder: Path) -> set[str]:
    """The runs that are still in a data folder."""
    files = folder.glob("p*/hf_data/**/leaderboard_*.json")
    return {run_id(item) for path in files for item in json.loads(path.read_bytes())}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="jepsen", description=__doc__)
    for name, default in Plan()._asdict().items():
        parser.add_argument(f"--{name}", type=type(default), default=default)
    parser.add_argument("--seconds", type=float, default=3600.0, help="make no more after these")
    parser.add_argument("--out", type=Path, help="folder for the figures")
    parser.add_argument("--keep", type=Path, help="folder for history and repository")
    return parser.parse_args()


if __name__ == "__main__":
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    sys.exit(main())
