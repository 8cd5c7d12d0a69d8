"""`sagellm-benchmark compact`: few files in runs/ where there were many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from benchmark.amend import Proposal, revise
from benchmark.commands.common import Output, clockwork, output_options
from benchmark.commands.place import open_place, place_options
from benchmark.compaction import MOST_IN_FOLDER, WORTHWHILE, Compaction, compaction_of
from benchmark.dataset import BOARD_FILES, parse
from benchmark.derived import refuse_losses, repairs
from benchmark.errors import InvalidDataError
from benchmark.i18n import N_
from benchmark.page import PageKeeper
from benchmark.retry import RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmark.canonical import Json
    from benchmark.leaderboard import Snapshot


@click.command("compact", short_help="Make few files of many in runs/.")
@place_options
@click.option("--check", is_flag=True, help="Change nothing; say what would be done.")
@output_options
def command(  # noqa: PLR0913 - one parameter per option
    *,
    path: Path | None,
    hf_repo: str,
    revision: str,
    endpoint: str | None,
    check: bool,
    as_json: bool,
    lang: str,
) -> None:
    """Join the small fragments of every month: the same runs, the same leaderboards, fewer files.

    Of the dataset, or of the clone at PATH. One conditional commit, so that publishers lose
    nothing; each tries once more.
    """
    output = Output(as_json, lang)
    place = open_place(path, hf_repo, revision, endpoint)
    found: list[Compaction] = []

    def propose(snapshot: Snapshot) -> Proposal:
        state = parse(snapshot)
        refuse_losses(snapshot.files, state)
        found[:] = [compaction_of(snapshot.files, state.lingering)]
        changes = found[0].changes
        if changes:
            _refuse_without_boards(snapshot)
        return Proposal(changes, repairs(snapshot, state, changes) if changes else {}, state)

    if check:
        snapshot = place.read()
        propose(snapshot)
        at = snapshot.revision
    else:
        at = revise(
            PageKeeper(place),
            propose,
            title="Join small fragments of runs/",
            policy=RetryPolicy(),
            clockwork=clockwork(),
        ).revision
    [compaction] = found
    output.say([f"{place.url} @ {at[:8]}", *_told(output.translate, compaction, done=not check)])
    changed = not check and bool(compaction.changes)
    output.result({"revision": at, "changed": changed, **_json(compaction)})


def _refuse_without_boards(snapshot: Snapshot) -> None:
    """What is derived tells of both."""
    missing = [file for file in BOARD_FILES.values() if file not in snapshot.files]
    if missing:
        raise InvalidDataError(
            f"The dataset lacks {missing[0]}. Nothing was changed.",
            hint=N_("`sagellm-benchmark doctor --fix` repairs it."),
        )


def _told(_: Callable[[str], str], compaction: Compaction, *, done: bool) -> Iterator[str]:
    for folder, count in compaction.before.items():
        after = compaction.after.get(folder, 0)
        if count != after:
            said = _("{folder}: {count} files → {after}")
            yield "   " + said.format(folder=folder, count=count, after=after)
    if not compaction.changes:
        yield "   " + _("There is nothing to join.")
    elif not done:
        yield "   " + _("Nothing was changed. Without --check it is done.")
    worth = (
        _("Worth it: {count} files are in one folder, and the Hub recommends fewer than {most}.")
        if compaction.is_worthwhile
        else _("Worth it from {worth} files in a folder on; the Hub recommends fewer than {most}.")
    )
    count = max(compaction.before.values(), default=0)
    yield "   " + worth.format(count=count, worth=WORTHWHILE, most=MOST_IN_FOLDER)
    if done and max(compaction.after.values(), default=0) >= WORTHWHILE:
        yield "   " + _("More are left than one commit removes: run it again.")


def _json(compaction: Compaction) -> dict[str, Json]:
    return {
        "worthwhile": compaction.is_worthwhile,
        "folders": [
            {"path": folder, "files": count, "after": compaction.after.get(folder, 0)}
            for folder, count in compaction.before.items()
        ],
    }
