"""The last step: is everything there, and where can one look?"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.demo import outcome
from benchmark.demo.contributor import attempts
from benchmark.demo.hub import dataset_folder, log_of
from benchmark.demo.stage import TOOL
from benchmark.errors import BenchmarkError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.dataset import Dataset
    from benchmark.demo.contributor import Contributor
    from benchmark.demo.stage import Stage
    from benchmark.entry import Entry, RunId

_LOG_FORMAT = "%h, parent %p  %<(8)%an  %s"


def look(stage: Stage, everybody: Sequence[Contributor], before: Sequence[Entry]) -> None:
    """Show what the dataset holds now, and check it.

    Args:
        stage: where.
        everybody: who published at the same moment.
        before: what was in the dataset before.

    Raises:
        BenchmarkError: as `judge`.
    """
    _ = stage.translate
    clone = stage.folder / "dataset"
    with stage.screen.step(_("Look at the dataset with plain git, and check it")):
        source = str(dataset_folder(stage).relative_to(stage.folder))
        stage.run("git", "clone", "--quiet", source, clone.name)
        stage.run("git", "log", f"--format={_LOG_FORMAT}", cwd=clone)
        stage.run(TOOL, "rebuild", "--check")
        stage.run(TOOL, "page", clone.name)
        found = outcome.read_clone(clone)
    stage.screen.say()
    stage.screen.show(outcome.table(_, outcome.ranking(found), _remarks(stage, everybody)))
    judge(stage, everybody, before, found)
    _say_where_to_look(stage)


def _remarks(stage: Stage, everybody: Sequence[Contributor]) -> dict[RunId, str]:
    _ = stage.translate
    you, *others = everybody
    measured = {entry.run_id: _("measured just now") for entry in you.results()}
    theirs = {entry.run_id: _("generated") for who in others for entry in who.results()}
    return {**measured, **theirs}


def judge(
    stage: Stage, everybody: Sequence[Contributor], before: Sequence[Entry], found: Dataset
) -> None:
    """Say how many contributions are in.

    Args:
        stage: where.
        everybody: who published.
        before: what was in the dataset before.
        found: what is in it now.

    Raises:
        BenchmarkError: if a result is lost, or a published file is still in git.
    """
    _ = stage.translate
    mine = {who.name: {entry.run_id for entry in who.results()} for who in everybody}
    submitted = {entry.run_id for entry in before}.union(*mine.values())
    lost = outcome.lost(found, submitted)
    there = [name for name, runs in mine.items() if runs and runs <= found.logged]
    text = _("{there} of {all} contributions are in, {attempts} attempts, {lost} lost.")
    verdict = text.format(
        there=len(there),
        all=len(everybody),
        attempts=sum(map(attempts, everybody)),
        lost=len(lost),
    )
    left = [who.name for who in everybody if _files_left(stage, who)]
    if lost or len(there) < len(everybody) or left:
        still = _("Published files are still in git of: {names}.").format(names=", ".join(left))
        raise BenchmarkError(f"{verdict} {still if left else ''}".strip())
    stage.screen.say()
    stage.screen.say(verdict, style="bold green")
    stage.screen.say(_("The published files are gone from the three git repositories again."))


def _files_left(stage: Stage, who: Contributor) -> list[str]:
    return stage.lines("git", "ls-tree", "-r", "--name-only", "main", "hf_data", cwd=who.remote)


def _say_where_to_look(stage: Stage) -> None:
    _ = stage.translate
    folder = stage.folder
    places = (
        (folder / "leaderboard.html", _("the leaderboard; open it in a browser")),
        (folder / "dataset", _("the dataset: leaderboards, runs/, and its history in git")),
        (folder / "you" / "work" / "outputs", _("what was measured, with every sample")),
        (log_of(stage), _("what the Hub noted")),
    )
    stage.screen.say()
    stage.screen.say(_("Where to look:"), style="bold")
    for path, what in places:
        stage.screen.say(f"  {path!s:<28} {what}")
    stage.screen.say(_("What to try next:"), style="bold")
    # The environment of `make demo` is not the shell's.
    tool = os.path.relpath(Path(sys.executable).parent / TOOL)
    for command, what in (
        (f"{tool} report {folder / 'dataset'}", _("the whole leaderboard on the screen")),
        (f"{tool} hub --root {folder / 'hub'}", _("this Hub again, for tries of your own")),
        ("DEMO_MODEL=distilgpt2 make demo", _("another model, with its real weights")),
        (f"{tool} run --model gpt2", _("the real thing; then aggregate, and git push")),
    ):
        stage.screen.say(f"  {command:<52} {what}")
