"""A manifest that fits by its digests and is wrong all the same: what is noticed is read whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmark import canonical
from benchmark.dataset import BOARD_FILES
from benchmark.derived import MANIFEST, BoardFact, fitting, manifest_of
from benchmark.errors import InvalidDataError
from benchmark.leaderboard import Revision, Snapshot, applied, decode, encode
from benchmark.plan import full_plan, plan_for
from benchmark.submission import SubmittedFile
from tests.support.entries import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.plan import Plan

SINGLE = BOARD_FILES["single"]
MONTH = "2026-01"
HELD = [run(90, model=f"m{number}") for number in range(9)]


def submitted(*tps: int) -> SubmittedFile:
    """Better runs of configurations that are there, one for each figure, and a new one."""
    runs = [*(run(figure, model=f"m{at * 4}") for at, figure in enumerate(tps)), run(1, model="n")]
    return SubmittedFile(Path("x.json"), "x.json", encode(runs), decode)


def forged(change: Callable[[bytes], bytes]) -> Snapshot:
    """A dataset whose leaderboard was changed, and whose manifest names what it is now."""
    empty = Snapshot(Revision("0"), {})
    file = SubmittedFile(Path("x.json"), "x.json", encode(HELD), decode)
    files = applied({}, full_plan(empty, [file], month=MONTH).files)
    manifest, board = manifest_of(files[MANIFEST]), change(files[SINGLE])
    assert manifest is not None
    facts = {**manifest.boards, "single": BoardFact(canonical.digest(board), len(HELD))}
    files |= {SINGLE: board, MANIFEST: manifest._replace(boards=facts).encode()}
    return Snapshot(Revision("1"), files, {MANIFEST: "1", "runs": "1"})


def outcome(plan: Callable[..., Plan], snapshot: Snapshot) -> object:
    """What is written and told, or the words of the refusal."""
    try:
        made = plan(snapshot, [submitted(95, 96, 97)], month=MONTH)
        return dict(made.files), made.summary(Revision("r"), 1, changed=True)
    except InvalidDataError as error:
        return str(error), error.violations


def spaced(board: bytes) -> bytes:
    """Each entry in a line of its own, in another form."""
    lines = [json.dumps(value) for value in json.loads(board)]
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "a page": lambda _: b"<html>",
    "indented": lambda board: json.dumps(json.loads(board), indent=1).encode(),
    "other line ends": lambda board: board.replace(b"\n", b"\r\n"),
    "cut off": lambda board: board[:-1],
    "spaced": spaced,
    "no JSON": lambda board: board.replace(b'"entry_id"', b'"entry_id'),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_leaderboard_that_is_not_what_its_manifest_says_is_read_whole(
    change: Callable[[bytes], bytes],
) -> None:
    """Who may write can write a manifest that fits; the same comes of it, or a refusal in words."""
    snapshot = forged(change)
    assert fitting(snapshot)
    assert outcome(plan_for, snapshot) == outcome(full_plan, snapshot)
