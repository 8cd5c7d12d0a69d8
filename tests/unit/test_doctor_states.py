"""The doctor on datasets as people, other tools and other systems leave them."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from benchmark import dataset
from benchmark.canonical import digest, dumps
from benchmark.dataset import CARD, RETRACTIONS
from benchmark.derived import MANIFEST, PAGE, TRAIL
from benchmark.doctor import examined, treated
from benchmark.errors import InvalidDataError
from benchmark.page import kept_facts, page_changes
from benchmark.plan import plan_for
from tests.support.entries import run
from tests.unit.test_doctor import (
    INDEX,
    MONTH,
    MULTI,
    SINGLE,
    A,
    changed,
    decided,
    fragment,
    healthy,
    wrong,
)
from tests.unit.test_tombstones import submitted

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.canonical import Json
    from benchmark.leaderboard import Snapshot

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:%b\nsize 9\n" % (b"a" * 64)
MARK = b"\xef\xbb\xbf"


def fixed(snapshot: Snapshot) -> Snapshot:
    """What `doctor --fix` leaves."""
    proposal = treated(snapshot, month=MONTH)
    return changed(snapshot, {**proposal.changed, **proposal.derived})


SAME_RUNS: dict[str, Callable[[bytes], bytes]] = {
    "the line ends of Windows": lambda data: data.replace(b"\n", b"\r\n"),
    "no end of the last line": bytes.rstrip,
    "a byte order mark": lambda data: MARK + data,
    "blank lines": lambda data: b"\n" + data.replace(b"\n", b"\n\n"),
    "blanks in a line": lambda data: data.replace(b'","', b'", "'),
}


@pytest.mark.parametrize("spelling", SAME_RUNS)
def test_a_fragment_spelt_otherwise_under_its_name_is_repaired(spelling: str) -> None:
    """Git on Windows or an editor did it: every run is there, so nobody has to decide."""
    path = fragment(healthy(), A)
    odd = SAME_RUNS[spelling](healthy().files[path])
    snapshot = changed(healthy(), {path: odd})
    assert wrong(examined(snapshot)) == {"canonical": {"doctor --fix"}}
    assert fixed(snapshot).files == healthy().files
    plan = plan_for(snapshot, [submitted(run(50))], month=MONTH)
    after = dataset.parse(changed(snapshot, plan.files))
    assert after.logged >= dataset.parse(healthy()).logged


@pytest.mark.parametrize("path", [MANIFEST, INDEX, TRAIL])
def test_a_pointer_where_something_derived_should_be_is_repaired(path: str) -> None:
    """It is made again of the rest; elsewhere the content is needed."""
    snapshot = changed(healthy(), {path: POINTER})
    checks = wrong(examined(snapshot))
    assert all(repairs == {"doctor --fix"} for repairs in checks.values()), checks
    assert wrong(examined(fixed(snapshot))) == {}
    assert wrong(examined(changed(healthy(), {CARD: POINTER})))["readable"] == {"by hand"}


def test_a_history_that_is_gone_as_a_whole_is_missed() -> None:
    """With its manifest and its index: the card is ours, and was never without a history."""
    gone = dict.fromkeys(path for path in decided().files if path.startswith("runs/"))
    snapshot = changed(decided(), gone)
    assert wrong(examined(snapshot))["nothing-lost"] == {"by hand"}
    assert treated(snapshot, month=MONTH).files == ()


def told_of(snapshot: Snapshot, name: str) -> str:
    """What a check says, all of it."""
    return " ".join(
        problem.message
        for check in examined(snapshot)
        if check.name == name
        for problem in check.problems
    )


def test_what_a_system_left_beside_the_runs_need_not_be_restored() -> None:
    """There never was another: it is to be removed."""
    forks = {"runs/2026-03/._mine.jsonl": b"\0\5\x16\7\0\2\0\0Mac OS X"}
    assert "remove it" in told_of(changed(healthy(), forks), "readable")
    cut = {fragment(healthy(), A): b"{"}
    assert "Restore it" in told_of(changed(healthy(), cut), "readable")


def test_leaderboards_in_each_others_place_are_told() -> None:
    """By what is wrong with them."""
    files = healthy().files
    swapped = {SINGLE: files[MULTI], MULTI: files[SINGLE]}
    assert "of the other leaderboard" in told_of(changed(healthy(), swapped), "boards-follow")


@pytest.mark.parametrize("size", [0, 700])
def test_what_is_left_of_a_page_is_told(size: int) -> None:
    """It says no more what it is of; a page of somebody else is theirs."""
    whole = page_changes(healthy(), {}, kept_facts("t", "https://hub.example.org", "main", "en"))
    html = whole[PAGE] or b""
    assert wrong(examined(changed(healthy(), {PAGE: html[:size]})))["page"] == {"by hand"}
    assert wrong(examined(changed(healthy(), {PAGE: html}))) == {}
    assert wrong(examined(changed(healthy(), {PAGE: b"<p>theirs"}))) == {}


def test_a_card_that_the_hub_would_refuse_is_by_hand() -> None:
    """Its header is no YAML; the rest is repaired without it."""
    card = b"---\nconfigs: [\n---\n# Mine\n"
    snapshot = changed(healthy(), {CARD: card})
    assert wrong(examined(snapshot)) == {"card": {"by hand"}}
    assert treated(snapshot, month=MONTH).files == ()
    worse = changed(snapshot, {SINGLE: None})
    assert fixed(worse).files == snapshot.files


@pytest.mark.parametrize("odd", [[], None, -1, 1e308])
@pytest.mark.parametrize("name", ["boards", "said", "runs", "format"])
def test_a_manifest_of_any_content_is_read_as_far_as_it_goes(name: str, odd: Json) -> None:
    """Sealed as ours is, so somebody meant it; nothing else than a fault of the dataset is told."""
    ours = json.loads(decided().files[MANIFEST])
    for value in (odd, {RETRACTIONS: odd}, {RETRACTIONS: {"sha256": odd, "lines": odd}}):
        made: dict[str, Json] = {**ours, name: value}
        del made["sha256"]
        sealed = dumps({**made, "sha256": digest(dumps(made))}) + b"\n"
        snapshot = changed(decided(), {MANIFEST: sealed})
        assert set(wrong(examined(snapshot))) <= {"manifest-and-index", "nothing-lost"}
        with suppress(InvalidDataError):
            plan_for(snapshot, [submitted(run(50))], month=MONTH)
