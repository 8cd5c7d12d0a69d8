"""Fragments that are rewritten hold the same runs, but for those that have to go."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from benchmark import compaction
from benchmark.canonical import digest
from benchmark.fragments import is_canonical, tidied, without
from benchmark.leaderboard import applied, decode_fragment, encode_lines
from tests.support.entries import run

if TYPE_CHECKING:
    from benchmark.entry import RunId
    from benchmark.leaderboard import Changes

RUNS = st.lists(st.integers(0, 9).map(run), max_size=6)
FOLDERS = st.sampled_from(["runs/2026-01", "runs/2026-02", "runs"])
GONE = st.sets(st.integers(0, 9).map(lambda speed: run(speed).run_id), max_size=4)


@st.composite
def histories(draw: st.DrawFn) -> dict[str, bytes]:
    """Fragments of ours, and some that were made or copied by hand."""
    files = {"leaderboard_single.json": b"[]\n", "runs/manifest.json": b"{}"}
    for number in range(draw(st.integers(0, 4))):
        runs, folder = draw(RUNS), draw(FOLDERS)
        canonical = encode_lines(runs)
        spaced = b"".join(json.dumps(dict(item.data)).encode() + b"\n" for item in runs)
        content = draw(st.sampled_from([canonical, canonical, spaced, spaced + canonical]))
        name = draw(st.sampled_from([digest(content), digest(content), f"{number}"]))
        files[f"{folder}/{name}.jsonl"] = content
    return files


def held(files: dict[str, bytes]) -> list[RunId]:
    """The runs in the fragments, as often as they are there."""
    return [
        item.run_id
        for path, data in files.items()
        if path.endswith(".jsonl")
        for item in decode_fragment(data, file=path)
    ]


def after(files: dict[str, bytes], changes: Changes) -> dict[str, bytes]:
    """The files once they are changed, of which nothing but fragments was."""
    assert all(path.endswith(".jsonl") for path in changes)
    return applied(files, changes)


@given(files=histories(), gone=GONE)
def test_taking_runs_out_of_the_fragments_keeps_every_other(
    files: dict[str, bytes], gone: set[RunId]
) -> None:
    """And changes no fragment that holds none of them."""
    changes = without(files, gone)
    assert set(held(after(files, changes))) == set(held(files)) - gone
    for path, data in files.items():
        if path in changes and changes[path] != data:
            assert gone & set(held({path: data}))


@given(files=histories(), gone=GONE, largest=st.sampled_from([1, 2_000, 5_000, 10**6]))
def test_compact_fragments_hold_the_same_runs(
    files: dict[str, bytes], gone: set[RunId], largest: int
) -> None:
    """In no more files than before, each in its folder and no larger than it may be."""
    with mock.patch.object(compaction, "LARGEST", largest):
        compact = compaction.compaction_of(files, gone)
        few = after(files, compact.changes)
        assert set(held(few)) >= set(held(files)) - gone
        assert set(held(few)) <= set(held(files))
        for folder, count in compact.after.items():
            assert count <= compact.before[folder]
        made = {path: data for path, data in compact.changes.items() if data is not None}
        assert all(len(data) <= largest for data in made.values())
        assert all(path.endswith(f"/{digest(data)}.jsonl") for path, data in made.items())
        assert compaction.compaction_of(few, gone).after == compact.after


@given(files=histories(), gone=GONE)
def test_tidy_fragments_hold_every_run_once(files: dict[str, bytes], gone: set[RunId]) -> None:
    """In the canonical form, under the name of their content; and tidying again changes nothing."""
    tidy = after(files, tidied(files, gone))
    assert sorted(held(tidy)) == sorted(set(held(files)) - gone)
    for path, data in tidy.items():
        if path.endswith(".jsonl"):
            assert path.endswith(f"/{digest(data)}.jsonl")
            assert is_canonical(data, decode_fragment(data, file=path))
    assert tidied(tidy, gone) == {}
