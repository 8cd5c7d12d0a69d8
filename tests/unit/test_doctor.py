"""The doctor: every invariant has a damage that it names, and repairs what needs no judgement."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from benchmark import dataset
from benchmark.amend import edited
from benchmark.attestation import ATTESTATIONS, Attestation, encode_attestations
from benchmark.canonical import digest, dumps
from benchmark.compaction import MOST_IN_FOLDER
from benchmark.dataset import (
    BOARD_FILES,
    CARD,
    CONFIRMATIONS,
    RETRACTIONS,
    Confirmation,
    Dataset,
    Retraction,
)
from benchmark.decisions import TOMBSTONES, Tombstone, encode_decisions
from benchmark.derived import MANIFEST, TRAIL
from benchmark.derived import files as derived
from benchmark.doctor import Check, examined, treated
from benchmark.errors import InvalidDataError
from benchmark.leaderboard import Changes, Revision, Snapshot, applied, encode_lines
from benchmark.plan import plan_for
from tests.support.entries import ABSENT, entry, run
from tests.unit.test_tombstones import submitted

if TYPE_CHECKING:
    from collections.abc import Callable

SINGLE, MULTI = BOARD_FILES.values()
MONTH = "2026-03"
A, B, C = run(1), run(2), run(3, model="other")
ODD = entry({"metrics": ABSENT})
LEAK = entry({"metadata.notes": "Authorization: Bearer " + "a1B2c3D4" * 5})
SIGNED = Attestation(A.run_id, *"abcd", "who", "when")
STRAY = SIGNED._replace(run_id=run(77).run_id)
STONE = Tombstone(B.run_id, "why", "who", "when")
INDEX = "runs/index/all.txt"


@pytest.fixture(autouse=True)
def _index(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done with many runs is done with few."""
    monkeypatch.setattr(derived, "FEW", 0)


def healthy() -> Snapshot:
    """A dataset of two commits of ours."""
    snapshot = Snapshot(Revision("0" * 40), {})
    for runs in ([A, B], [C]):
        plan = plan_for(snapshot, [submitted(*runs)], month=MONTH)
        snapshot = changed(snapshot, plan.files)
    return snapshot


def changed(snapshot: Snapshot, changes: Changes) -> Snapshot:
    """As if somebody had written them."""
    return Snapshot(snapshot.revision, applied(snapshot.files, changes))


def fragment(snapshot: Snapshot, item: object) -> str:
    """The path of the fragment that holds a run."""
    state = {path: data for path, data in snapshot.files.items() if path.endswith(".jsonl")}
    return next(path for path, data in state.items() if item.canonical in data)  # type: ignore[attr-defined]


def named(*runs: object) -> dict[str, bytes]:
    """A fragment of these runs, as a commit of ours names it."""
    data = encode_lines(runs)  # type: ignore[arg-type]
    return {f"runs/{MONTH}/{digest(data)}.jsonl": data}


def wrong(checks: list[Check]) -> dict[str, set[str]]:
    """Check → what repairs it, of those that do not hold."""
    return {c.name: {problem.repair for problem in c.problems} for c in checks if not c.holds}


DAMAGES: dict[str, tuple[Callable[[Snapshot], Changes], str]] = {
    "a line of a board is gone": (lambda _: {SINGLE: b"[]\n"}, "boards-follow"),
    "a board is gone": (lambda _: {MULTI: None}, "boards-follow"),
    "a board holds the second best": (
        lambda s: {SINGLE: s.files[SINGLE].replace(B.canonical, A.canonical)},
        "boards-follow",
    ),
    "a board is spelt otherwise": (
        lambda s: {SINGLE: json.dumps(json.loads(s.files[SINGLE])).encode()},
        "canonical",
    ),
    "a board of an earlier release holds what the history does not": (
        lambda s: {
            SINGLE: s.files[SINGLE].replace(b"\n]", b",\n" + run(9).canonical + b"\n]"),
            MANIFEST: None,
        },
        "history-complete",
    ),
    "a fragment is named by hand": (
        lambda _: {"runs/2026-03/mine.jsonl": run(9).canonical + b"\n"},
        "fragment-names",
    ),
    "a fragment is spelt otherwise": (
        lambda _: {"runs/2026-03/mine.jsonl": json.dumps(dict(A.data)).encode()},
        "canonical",
    ),
    "a fragment is empty": (
        lambda _: {f"runs/{MONTH}/{digest(b'')}.jsonl": b""},
        "fragment-names",
    ),
    "a fragment was added": (lambda _: named(run(9)), "boards-follow"),
    "a fragment was removed, with its history": (
        lambda s: {fragment(s, C): None},
        "history-complete",
    ),
    "a run is there twice": (lambda _: named(A, run(0.5)), "no-duplicates"),
    "what was taken down is back": (
        lambda _: {TOMBSTONES: encode_decisions([STONE])},
        "taken-down-gone",
    ),
    "an attestation is spelt otherwise": (
        lambda _: {ATTESTATIONS: encode_attestations([SIGNED]).replace(b'","', b'", "')},
        "canonical",
    ),
    "the manifest is of another day": (
        lambda s: {MANIFEST: s.files[MANIFEST].replace(b'"runs":3', b'"runs":4')},
        "manifest-and-index",
    ),
    "the manifest is gone": (lambda _: {MANIFEST: None}, "manifest-and-index"),
    "the index lacks a run": (
        lambda s: {INDEX: s.files[INDEX].replace(A.run_id.encode() + b"\n", b"")},
        "manifest-and-index",
    ),
    "the trail leads elsewhere": (
        lambda s: {TRAIL: s.files[TRAIL].replace(b'"now":', b'"Now":')},
        "trail",
    ),
    "there is no trail": (lambda _: {TRAIL: None}, "trail"),
    "the trail is spelt otherwise": (lambda s: {TRAIL: s.files[TRAIL] + b" "}, "trail"),
    "the index names a run that never was": (
        lambda s: {INDEX: s.files[INDEX] + b"f" * 64 + b"\n"},
        "manifest-and-index",
    ),
    "there is no card": (lambda _: {CARD: None}, "card"),
    "the card says nothing to the viewer": (lambda _: {CARD: b"# Mine\n"}, "card"),
}


def test_a_dataset_of_our_making_is_healthy() -> None:
    """Whatever was done to it by our commands, and one without runs as well."""
    assert wrong(examined(healthy())) == {}
    retracted = dataset.parse(healthy()).joined((), [Retraction(B.run_id, "r", "b", "a")])
    assert retracted.taken_down == {}
    assert wrong(examined(Snapshot(Revision("0" * 40), Dataset().changes(
        Snapshot(Revision("0" * 40), {}), month=MONTH
    )))) == {}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damage_is_named_and_repaired_without_losing_a_run(damage: str) -> None:
    """What the fix leaves is healthy, holds every run that was there, and needs no second fix."""
    do, name = DAMAGES[damage]
    snapshot = changed(healthy(), do(healthy()))
    found = wrong(examined(snapshot))
    assert "doctor --fix" in found[name], found
    proposal = treated(snapshot, month=MONTH)
    after = changed(snapshot, {**proposal.changed, **proposal.derived})
    assert wrong(examined(after)) == {}
    before = dataset.parse(snapshot)
    assert dataset.parse(after).logged == before.runs.keys()
    assert treated(after, month=MONTH).files == ()


BY_HAND: dict[str, tuple[Callable[[Snapshot], Changes], str]] = {
    "a fragment lost a line": (
        lambda s: {fragment(s, A): A.canonical + b"\n"},
        "fragment-names",
    ),
    "a fragment is cut off": (lambda s: {fragment(s, A): A.canonical[:-4]}, "readable"),
    "a board is an error page": (lambda _: {SINGLE: b"<html>"}, "readable"),
    "a board is a pointer": (
        lambda _: {SINGLE: b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n"},
        "readable",
    ),
    "a tombstone is malformed": (lambda _: {TOMBSTONES: b"{}\n"}, "readable"),
}


@pytest.mark.parametrize("damage", BY_HAND)
def test_what_takes_judgement_is_named_and_left_alone(damage: str) -> None:
    """What follows from it is not looked at, and nothing can be written on top of it."""
    do, name = BY_HAND[damage]
    snapshot = changed(healthy(), do(healthy()))
    checks = examined(snapshot)
    assert wrong(checks)[name] == {"by hand"}
    assert not all(check.was_made for check in checks)
    with pytest.raises(InvalidDataError):
        treated(snapshot, month=MONTH)


@pytest.mark.parametrize(
    ("changes", "name", "repair"),
    [
        (named(ODD), "schema", "takedown"),
        (named(LEAK), "no-credentials", "takedown"),
        (
            {RETRACTIONS: json.dumps(Retraction("0" * 64, "r", "b", "a")._asdict()).encode()},  # type: ignore[arg-type]
            "no-orphans",
            "by hand",
        ),
        ({ATTESTATIONS: encode_attestations([STRAY])}, "no-orphans", "by hand"),
        ({CARD: b"---\n---\n<!-- sagellm-benchmark: begin: cut"}, "card", "by hand"),
        ({CARD: "---\n---\n".encode("utf-16")}, "card", "by hand"),
    ],
)
def test_what_a_fix_must_not_decide_is_still_there_after_it(
    changes: Changes, name: str, repair: str
) -> None:
    """Whether a run goes, and what people meant, is theirs to say."""
    snapshot = changed(healthy(), changes)
    assert wrong(examined(snapshot))[name] == {repair}
    proposal = treated(snapshot, month=MONTH)
    after = changed(snapshot, {**proposal.changed, **proposal.derived})
    assert wrong(examined(after)) == {name: {repair}}


def shortened(data: bytes) -> bytes:
    """A file without its last line."""
    return b"".join(data.splitlines(keepends=True)[:-1])


def decided() -> Snapshot:
    """A dataset with decisions of every kind and an attestation, of our making."""
    before = healthy()
    after = edited(
        before,
        lambda state: state.joined(
            (),
            [Retraction(A.run_id, "r", "b", "a"), Retraction(C.run_id, "r", "b", "a")],
            confirmations=[Confirmation(C.run_id, "r", "b", "a")],
            tombstones=[Tombstone(run(5).run_id, "r", "b", "a")],
        ).with_attestations([SIGNED]),
        month=MONTH,
    )
    return changed(before, {**after.changed, **after.derived})


LOSSES: dict[str, Callable[[Snapshot], Changes]] = {
    "a fragment with what no board holds": lambda s: {fragment(s, A): None},
    "such a fragment and the manifest": lambda s: {fragment(s, A): None, MANIFEST: None},
    "such a fragment and the index": lambda s: {fragment(s, A): None, INDEX: None},
    "every fragment": lambda s: dict.fromkeys(p for p in s.files if p.startswith("runs/20")),
    "a fragment, for another run": lambda s: {fragment(s, A): None, **named(run(9))},
    "the retractions": lambda _: {RETRACTIONS: None},
    "a retraction": lambda _: {RETRACTIONS: b""},
    "the confirmations": lambda _: {CONFIRMATIONS: None},
    "the tombstones": lambda _: {TOMBSTONES: None},
    "a tombstone, for another": lambda _: {TOMBSTONES: encode_decisions([STONE])},
    "one of two retractions": lambda s: {RETRACTIONS: shortened(s.files[RETRACTIONS])},
    "one of them, for blank lines": lambda s: {
        RETRACTIONS: b"\n\n" + shortened(s.files[RETRACTIONS])
    },
    "one of them, for the other again": lambda s: {
        RETRACTIONS: shortened(s.files[RETRACTIONS]) * 2
    },
    "the attestations": lambda _: {ATTESTATIONS: None},
    "an attestation": lambda _: {ATTESTATIONS: b""},
    "an attestation, for another": lambda _: {
        ATTESTATIONS: encode_attestations([SIGNED._replace(by="another")])
    },
}
NO_WORD = [
    what for what in LOSSES if not what.startswith(("a tombstone, for", "an attestation, for"))
]
"""Those of which it is sure that something is gone."""


@pytest.mark.parametrize("what", LOSSES)
def test_what_is_gone_is_missed_and_no_fix_hides_it(what: str) -> None:
    """What follows from the rest would be healthy, and the trace of the rest gone."""
    snapshot = changed(decided(), LOSSES[what](decided()))
    assert wrong(examined(decided())) == {}
    assert wrong(examined(snapshot))["nothing-lost"] == {"by hand"}
    assert treated(snapshot, month=MONTH).files == ()


@pytest.mark.parametrize("what", NO_WORD)
def test_nobody_publishes_onto_what_lacks_something(what: str) -> None:
    """The manifest would be made anew, and nothing would tell of it any more."""
    snapshot = changed(decided(), LOSSES[what](decided()))
    with pytest.raises(InvalidDataError, match="it held") as refused:
        plan_for(snapshot, [submitted(run(50))], month=MONTH)
    assert "rebuild --publish" in str(refused.value.hint)


def test_nothing_is_decided_on_what_lacks_something() -> None:
    """But for what there is being accepted as it is."""
    snapshot = changed(decided(), {fragment(decided(), A): None})
    for accepts in (False, True):
        with nullcontext() if accepts else pytest.raises(InvalidDataError, match="it held"):
            edited(snapshot, lambda state: state, month=MONTH, accepts_losses=accepts)


def test_a_decision_that_somebody_wrote_by_hand_stops_no_publish() -> None:
    """It is that person's, and the next commit takes it over."""
    added = [Retraction(item.run_id, "r", "b", "a") for item in (A, C)]
    snapshot = changed(decided(), {RETRACTIONS: encode_decisions(added)})
    plan = plan_for(snapshot, [submitted(run(50))], month=MONTH)
    assert wrong(examined(changed(snapshot, plan.files))) == {}


def test_what_is_gone_can_be_accepted() -> None:
    """By a rebuild, which makes what follows from the rest."""
    snapshot = changed(decided(), {fragment(decided(), A): None})
    done = edited(snapshot, lambda state: state, month=MONTH)
    after = changed(snapshot, {**done.changed, **done.derived})
    assert "nothing-lost" not in wrong(examined(after))


def test_what_was_put_into_a_board_by_hand_is_told_and_not_taken() -> None:
    """Nobody has looked at it: not for its form, nor for a credential."""
    strange = healthy().files[SINGLE].replace(b"\n]", b",\n" + run(9).canonical + b"\n]")
    snapshot = changed(healthy(), {SINGLE: strange})
    assert "by hand" in wrong(examined(snapshot))["history-complete"]
    assert treated(snapshot, month=MONTH).files == ()
    mended = changed(snapshot, {SINGLE: None})
    proposal = treated(mended, month=MONTH)
    assert changed(mended, {**proposal.changed, **proposal.derived}).files == healthy().files


@pytest.mark.parametrize("card", [{}, {CARD: b"# Ours\n"}])
def test_nothing_is_wrong_where_nothing_was_published_yet(card: dict[str, bytes]) -> None:
    """A dataset that somebody has just made: the first publish writes all that is missing."""
    assert wrong(examined(Snapshot(Revision("r"), card))) == {}


def test_a_credential_is_told_by_its_place_alone() -> None:
    """The report is as public as a log."""
    snapshot = changed(healthy(), named(LEAK))
    told = json.dumps([dict(check.to_json()) for check in examined(snapshot)])
    assert "a1B2c3D4" not in told
    assert "::$[0].metadata.notes" in told
    assert LEAK.run_id[:12] in told


def test_a_folder_that_is_too_full_is_told() -> None:
    """Before the Hub grows slow."""
    many = {f"runs/2026-01/{number}.jsonl": b"" for number in range(MOST_IN_FOLDER)}
    checks = examined(changed(healthy(), many))
    assert wrong(checks)["files-per-folder"] == {"compact"}


def test_a_retraction_of_what_was_taken_down_is_no_orphan() -> None:
    """The run is known, though nobody has it any more."""
    state = dataset.parse(healthy()).joined(
        (), [Retraction(B.run_id, "r", "b", "a")], tombstones=[STONE]
    )
    snapshot = changed(healthy(), state.changes(healthy(), month=MONTH))
    assert "no-orphans" not in wrong(examined(snapshot))


def in_words_of(release: str, data: bytes) -> bytes:
    """Our manifest as another release would have written it."""
    value = json.loads(data)
    del value["sha256"]
    if release == "an earlier one":
        digests = {path: fact["sha256"] for path, fact in value.pop("said").items()}
        names = (RETRACTIONS, CONFIRMATIONS, TOMBSTONES)
        value |= {path.removesuffix(".jsonl"): digests.get(path) for path in names}
    else:
        value |= {"format": 9, "verdicts": "9.9", "more": {"x": None}}
        value["said"]["thanks.jsonl"] = {"sha256": "0" * 64, "lines": 1}
    return dumps({**value, "sha256": digest(dumps(value))}) + b"\n"


@pytest.mark.parametrize("release", ["an earlier one", "a later one"])
def test_what_another_release_wrote_down_is_missed_too(release: str) -> None:
    """Its manifest does not fit, and says all the same what was there."""
    theirs = {MANIFEST: in_words_of(release, decided().files[MANIFEST])}
    snapshot = changed(decided(), theirs)
    assert wrong(examined(snapshot)) == {"manifest-and-index": {"doctor --fix"}}
    for gone in (RETRACTIONS, TOMBSTONES, fragment(decided(), A)):
        lacking = changed(snapshot, {gone: None})
        assert wrong(examined(lacking))["nothing-lost"] == {"by hand"}
        with pytest.raises(InvalidDataError, match="it held"):
            plan_for(lacking, [submitted(run(50))], month=MONTH)
    plan = plan_for(snapshot, [submitted(run(50))], month=MONTH)
    assert wrong(examined(changed(snapshot, plan.files))) == {}
