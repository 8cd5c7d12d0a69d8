"""The fast plan is the full plan: the same files, byte for byte, and the same words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from benchmark import leaderboard
from benchmark.amend import edited
from benchmark.attestation import Attestation
from benchmark.dataset import (
    BOARD_FILES,
    CARD,
    RETRACTIONS,
    Confirmation,
    Dataset,
    Retraction,
    parse,
)
from benchmark.decisions import Tombstone, encode_decisions
from benchmark.derived import files as derived
from benchmark.derived import fitting, index
from benchmark.errors import BenchmarkError, InvalidDataError
from benchmark.leaderboard import Revision, Snapshot, applied, decode, encode, encode_lines
from benchmark.plan import Plan, full_plan, plan_for
from benchmark.said import SAID
from benchmark.submission import SubmittedFile
from tests.support import entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.entry import Entry

MONTH = "2026-03"
RUNS = st.builds(
    lambda tps, model, nodes, errors, more: entries.entry(
        {
            "metrics.throughput_tps": tps,
            "metrics.error_rate": errors,
            "model.name": model,
            "cluster": {"node_count": 2} if nodes == 2 else None,
            **more,
        }
    ),
    # 200 is doubtful, and 9e14 impossible.
    tps=st.sampled_from([-1, 0, 90, 100, 104.5, 108, 200, 9e14]),
    model=st.sampled_from(["gpt2", "GPT2 ", "llama", "ö", "m1", "m2", "m3"]),
    nodes=st.sampled_from([1, 1, 2]),
    errors=st.sampled_from([0, 0, 0, 0.06]),
    more=st.sampled_from([{}, {}, {}, {}, {"future": 1}, {'a "b': None}])
    | st.dictionaries(
        # Sorted by UTF-16 the first comes after the second.
        st.sampled_from(["\ue000", "\U00010000", "\\", "\u2028", "\0", "", "metrics.\x7f"]),
        st.sampled_from([-0.0, 1e21, 5e-324, 2**53 - 1, "\r\n", {"\ue000": {}}])
        | st.integers(60, 63).map(lambda depth: json.loads("[" * depth + "]" * depth)),
        max_size=2,
    ),
)
MANY = st.lists(RUNS, max_size=12)


@pytest.fixture(autouse=True, scope="module")
def _few() -> Iterator[None]:
    """What is done with many runs is done with few."""
    with mock.patch.object(derived, "FEW", 0):
        yield


def committed(before: Snapshot, files: dict[str, bytes], revision: str) -> Snapshot:
    """The snapshot after a commit of these files, with what it changed."""
    changed = {folder: revision for path in files for folder in (path, path.split("/")[0])}
    every = {path: data for path, data in applied(before.files, files).items() if data != GONE}
    return Snapshot(Revision(revision), every, {**before.changed_by, **changed})


GONE = b"gone"
TODAY = [
    {},
    {CARD: b"---\nconfigs: []\n---\n"},
    {CARD: b"# Hello\n"},
    {CARD: b"<!-- sagellm-benchmark: by hand -->"},
    {CARD: b"---\nconfigs: none\n---\n"},
    {CARD: b"\xff"},
]
"""Cards that a dataset may have before our first commit."""


def submitted(name: str, content: bytes) -> SubmittedFile:
    """A file of the data folder, as it is read."""
    return SubmittedFile(Path(name), name, content, decode)


FORMS: dict[str, Callable[[list[Entry]], bytes]] = {
    "canonical": encode,
    "indented": lambda runs: json.dumps([dict(run.data) for run in runs], indent=2).encode(),
    "one a line": lambda runs: b"[\n" + b",\n".join(run.canonical for run in runs) + b"\n]\n",
    "spaced lines": lambda runs: (
        "[\n" + ",\n".join(json.dumps(dict(run.data)) for run in runs) + "\n]\n"
    ).encode(),
    "cut off": lambda runs: encode(runs)[:-4],
    "a comma too many": lambda runs: encode(runs).replace(b"\n]", b",\n]"),
    "a comma missing": lambda runs: encode(runs).replace(b"},\n", b"}\n", 1),
    "a line spread": lambda runs: encode(runs).replace(b',"', b',\n"', 1),
    "a mark inside": lambda runs: encode(runs).replace(b"\n{", b"\n\xef\xbb\xbf{", 2),
    "a key twice": lambda runs: encode(runs).replace(b"{", b'{"entry_id":1,', 1),
    "a blank line": lambda runs: encode(runs).replace(b",\n", b",\n\n", 1),
    "an array": lambda runs: encode(runs).replace(b"\n]", b",\n[]\n]"),
    "no number": lambda runs: encode(runs).replace(b'"chip_count":1', b'"chip_count":NaN', 2),
    "no whole number": lambda runs: encode(runs).replace(b'count":1', b'count":9007199254740993'),
    "half a letter": lambda runs: encode(runs).replace(b'"Linux', b'"\\ud800', 1),
    "no letter": lambda runs: encode(runs).replace(b'"Linux', b'"\xff', 1),
    "too deep": lambda runs: encode(runs).replace(b'"Linux"', b"[" * 70 + b"]" * 70, 1),
    "too long": lambda runs: encode(runs).replace(b'"Linux"', b'"%b"' % (b"x" * 1_100_000), 1),
    "a word": lambda runs: encode(runs).replace(b"\n]", b",\nnull\n]"),
    "a word between": lambda runs: encode(runs).replace(b",\n{", b",\nnull,\n{", 1),
    "no key": lambda runs: encode(runs).replace(b'"cluster":', b"cluster:", 1),
    "other line ends": lambda runs: encode(runs).replace(b"\n", b"\r\n"),
    "a mark before": lambda runs: b"\xef\xbb\xbf" + encode(runs),
    "an escaped key": lambda runs: encode(runs).replace(b'"entry_id"', b'"entry\\u005fid"', 1),
    "an exponent": lambda runs: encode(runs).replace(b":100,", b":1e2,", 1),
    "zero below zero": lambda runs: encode(runs).replace(b":0,", b":-0,", 1),
    "a blank behind": lambda runs: encode(runs).replace(b"},\n", b"} ,\n", 1),
    "too large a number": lambda runs: encode(runs).replace(b":100,", b":9007199254740993,", 1),
    "no UTF-8": lambda runs: encode(runs).replace(b"gpt2", b"gpt\xff", 1),
    "twice": lambda runs: (
        encode(runs).replace(b"\n]", b",\n" + encode(runs)[2:-3] + b"\n]") if runs else b"[]\n"
    ),
    "two on a line": lambda runs: encode(runs).replace(b",\n", b",", 1),
}


@st.composite
def submissions(draw: st.DrawFn, held: list[Entry]) -> list[SubmittedFile]:
    """Files of runs new and old, in every form."""
    some = st.lists(st.sampled_from(held), max_size=12) if held else st.just([])
    files = []
    for number in range(draw(st.integers(0, 3))):
        runs = [*draw(MANY), *draw(some), *draw(st.sampled_from([[], held]))]
        form = draw(st.sampled_from(["canonical", "canonical", "one a line", *FORMS]))
        name = draw(st.sampled_from(["single", "multi", "x"]))
        files.append(submitted(f"leaderboard_{name}_{number}.json", FORMS[form](runs)))
    return files


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """A dataset that our commits made, and then perhaps a commit that was not ours."""
    today = draw(st.sampled_from(TODAY))
    snapshot = committed(Snapshot(Revision("0"), {}), today, "first")
    for number in range(draw(st.sampled_from([0, 1, 2, 2, 3]))):
        runs = encode(draw(MANY))
        plan = full_plan(snapshot, [submitted("leaderboard_x.json", runs)], month=MONTH)
        snapshot = committed(snapshot, dict(plan.files), f"ours {number}")
        decide = draw(st.sampled_from([None, None, *DECISIONS]))
        if decide is not None:
            held = _held(snapshot) or [draw(RUNS)]
            run = draw(st.one_of(st.sampled_from(held), RUNS))
            snapshot = committed(snapshot, decide(snapshot, run), f"decide {number}")
    edited = draw(st.sampled_from([False, False, True]))
    return committed(snapshot, draw(edits(snapshot)), "theirs") if edited else snapshot


def retracting(snapshot: Snapshot, run: Entry) -> dict[str, Any]:
    """What a retraction writes, of a run that is there or not."""
    row = Retraction(run.run_id, "why", "who", "when")
    return deciding(snapshot, parse(snapshot).joined((), [row]))


def confirming(snapshot: Snapshot, run: Entry) -> dict[str, Any]:
    """What a confirmation writes, likewise."""
    row = Confirmation(run.run_id, "why", "who", "when")
    return deciding(snapshot, parse(snapshot).joined((), confirmations=[row]))


def taking_down(snapshot: Snapshot, run: Entry) -> dict[str, Any]:
    """What taking down a run writes, likewise."""
    row = Tombstone(run.run_id, "why", "who", "when")
    return deciding(snapshot, parse(snapshot).joined((), tombstones=[row]))


def deciding(snapshot: Snapshot, after: Dataset) -> dict[str, Any]:
    """What is written to get there."""
    proposal = edited(snapshot, lambda _: after, month=MONTH)
    return {**proposal.changed, **proposal.derived}


def attesting(snapshot: Snapshot, run: Entry) -> dict[str, Any]:
    """What an attestation writes, likewise."""
    row = Attestation(run.run_id, *"abcd", "who", "when")
    return deciding(snapshot, parse(snapshot).with_attestations([row]))


DECISIONS = (retracting, confirming, confirming, taking_down, attesting)


@st.composite
def edits(draw: st.DrawFn, snapshot: Snapshot) -> dict[str, bytes]:
    """What somebody does by hand, or another release."""
    row = Retraction(draw(RUNS).run_id, "why", "who", "when")
    retracted = Dataset().joined((), [row]).changes(Snapshot(Revision("0"), {}), month=MONTH)
    content = draw(
        st.sampled_from(
            [
                *(GONE, b"", b"[]\n", b"{}", b"<html>", encode(draw(MANY))),
                *(retracted[RETRACTIONS], encode_decisions([Tombstone(*row)])),
                encode_lines(draw(MANY)),
            ]
        )
    )
    path = draw(st.sampled_from([*snapshot.files, *BOARD_FILES.values(), *SAID, "runs/a.jsonl"]))
    return {path: draw(st.sampled_from([content, snapshot.files.get(path, b"")[:-2], content]))}


def outcome(plan: Callable[..., Plan], snapshot: Snapshot, files: list[SubmittedFile]) -> Any:
    """Everything a plan comes to, or how it is refused."""
    try:
        made = plan(snapshot, files, month=MONTH)
        told = made.summary(Revision("r"), 1, changed=bool(made.new))
        accepted = [file.name for file in made.judgement.accepted]
        return told, accepted, sorted(run.run_id for run in made.new), dict(made.files)
    except BenchmarkError as error:
        violations = error.violations if isinstance(error, InvalidDataError) else ()
        return type(error), str(error), violations


@given(data=st.data(), sizes=st.sampled_from([(4096, 65536, 1048576), (3, 8, 12), (1, 2, 3)]))
@settings(max_examples=300)
def test_the_fast_plan_is_the_full_plan(data: st.DataObject, sizes: tuple[int, ...]) -> None:
    """For every dataset, those broken by hand included, and every submission."""
    with mock.patch.object(index, "_MOST_RUNS", sizes):
        snapshot = data.draw(snapshots())
        held = _held(snapshot)
        files = data.draw(submissions(held))
        event(f"the manifest fits: {fitting(snapshot) is not None}")
        expected = outcome(full_plan, snapshot, files)
        assert outcome(plan_for, snapshot, files) == expected


@pytest.mark.parametrize("large", [0, 1_000_000])
@pytest.mark.parametrize("form", FORMS)
@given(data=st.data())
@settings(max_examples=3)
def test_what_is_said_of_a_spelling_is_said_by_both(
    form: str, large: int, data: st.DataObject
) -> None:
    """Most of a file stands in the leaderboard; a few entries are new, and one is spelt so."""
    runs = [entries.run(100 + number, model=f"m{number}") for number in range(6)]
    empty = Snapshot(Revision("0"), {})
    plan = full_plan(empty, [submitted("leaderboard_x.json", encode(runs))], month=MONTH)
    snapshot = committed(empty, dict(plan.files), "ours")
    more = data.draw(st.lists(RUNS, min_size=1, max_size=4))
    order = data.draw(st.permutations([*_held(snapshot), *more]))
    with mock.patch.object(leaderboard, "_LARGE", large):
        files = [submitted("leaderboard_single.json", FORMS[form](order))]
        expected = outcome(full_plan, snapshot, files)
        files = [submitted("leaderboard_single.json", FORMS[form](order))]
        assert outcome(plan_for, snapshot, files) == expected


@given(data=st.data(), sizes=st.sampled_from([(3, 8, 12), (1, 2, 3)]))
def test_the_fast_plan_reads_nothing_of_the_history(
    data: st.DataObject, sizes: tuple[int, ...]
) -> None:
    """It comes to the same without the fragments."""
    with mock.patch.object(index, "_MOST_RUNS", sizes):
        runs = encode(data.draw(MANY))
        empty = Snapshot(Revision("0"), {})
        plan = full_plan(empty, [submitted("leaderboard_x.json", runs)], month=MONTH)
        snapshot = committed(empty, dict(plan.files), "ours")
        files = data.draw(submissions(_held(snapshot)))
        expected = outcome(full_plan, snapshot, files)
        kept = {path: data for path, data in snapshot.files.items() if ".jsonl" not in path}
        assert outcome(plan_for, replace(snapshot, files=kept), files) == expected


def _held(snapshot: Snapshot) -> list[Entry]:
    try:
        return list(parse(snapshot).runs.values())
    except InvalidDataError:
        return []
