"""What another program left in the outputs folder is taken, or said to be no result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from benchmark.aggregate import aggregate
from benchmark.dataset import BOARD_FILES, Dataset
from benchmark.leaderboard import decode
from benchmark.submission import other_results
from tests.support import entries, real_format
from tests.support.other_results import (
    CONFIG,
    METRICS,
    SUMMARY,
    TARGET,
    WITH_FIGURES,
    put,
)

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.aggregate import Aggregation

REQUIRED = {*entries.PLAIN}
FOLDER = "cpu/tiny/Q1_20261126_001"
REPORT = {"samples_path": "s", "run": {}, "summary": {"ttft_ms": 1.0}}


def aggregated(root: Path) -> Aggregation:
    """Everything below `root/outputs`, without a public leaderboard."""
    return aggregate(Dataset(), root / "outputs", root / "hf_data", revision=None)


def test_its_result_file_is_an_entry_and_what_that_was_made_of_is_no_matter(tmp_path: Path) -> None:
    """As submitted: its own version and the words it was told by."""
    [result, *_] = real_format.public_entries()
    place = tmp_path / "outputs" / FOLDER
    files = {"Q1_metrics": METRICS, "benchmark_summary": SUMMARY, "config": CONFIG}
    for name, value in {**files, "Q1_leaderboard": result}.items():
        put(place / f"{name}.json", value)
    (place.parent / "latest").symlink_to(place.name)
    done = aggregated(tmp_path)
    assert (sum(done.found.values()), done.summary.rejected) == (1, ())
    written = [
        dict(entry.data) for path in done.written for entry in decode(path.read_bytes(), file="f")
    ]
    assert written == [result]


@pytest.mark.parametrize("value", WITH_FIGURES.values(), ids=WITH_FIGURES)
def test_a_file_with_figures_that_is_no_entry_is_told_with_all_that_it_lacks(
    value: dict[str, Any], tmp_path: Path
) -> None:
    """By file and JSON path; the good file goes on, and nothing else is written."""
    put(tmp_path / "outputs" / "theirs" / "result.json", value)
    put(tmp_path / "outputs" / FOLDER / "Q1_leaderboard.json", entries.data())
    done = aggregated(tmp_path)
    paths = [violation.path for violation in done.summary.rejected]
    assert paths[0] == "$"
    assert {path.split(".")[1] for path in paths[1:]} == REQUIRED
    assert {v.file for v in done.summary.rejected} == {
        (tmp_path / "outputs" / "theirs" / "result.json").as_posix()
    }
    assert "holds figures, but no entry" in str(done.summary.rejected[0])
    assert done.found == {"single": 1, "multi": 0}
    assert {path.name for path in done.written} == set(BOARD_FILES.values())


def test_an_entry_under_another_name_is_as_good(tmp_path: Path) -> None:
    """A file of one, or of several; the same one twice is one run."""
    put(tmp_path / "outputs" / "mine.json", entries.data())
    put(
        tmp_path / "outputs" / "sub" / "all.json", [entries.data(), entries.data({"entry_id": "2"})]
    )
    done = aggregated(tmp_path)
    assert done.summary.rejected == ()
    assert done.summary.boards["single"].total == 1
    assert done.found == {"single": 3, "multi": 0}


@pytest.mark.parametrize(
    ("changes", "path"),
    [({"cluster": entries.ABSENT}, "$.cluster"), ({"metrics.ttft_ms": -1}, "$.metrics.ttft_ms")],
)
def test_an_entry_that_is_nearly_one_is_told_what_it_lacks(
    changes: dict[str, Any], path: str, tmp_path: Path
) -> None:
    """One field is missing or impossible."""
    put(tmp_path / "outputs" / "mine.json", entries.data(changes))
    done = aggregated(tmp_path)
    assert {violation.path for violation in done.summary.rejected} == {"$", path}


def test_figures_that_are_no_strict_json_are_told_too(tmp_path: Path) -> None:
    """Python writes NaN where nothing was measured."""
    put(tmp_path / "outputs" / "theirs.json", {"avg_ttft_ms": float("nan")})
    assert {v.path for v in aggregated(tmp_path).summary.rejected} == {"$.avg_ttft_ms"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("config.json", CONFIG),
        ("notes.json", ["ttft_ms", {"throughput_tps": "fast", "is_latency": True, "ttft_ms": []}]),
        ("package.json", {"scripts": {"latency": "run"}}),
        ("short_run.json", {"ttft_ms": 1}),
        ("report.json", REPORT),
        ("reports.json", {"results": [REPORT]}),
        ("leaderboard_single.json", [entries.data()]),
        (".cache/figures.json", METRICS),
    ],
)
def test_what_holds_no_figures_or_is_ours_is_left_in_peace(
    name: str, value: object, tmp_path: Path
) -> None:
    """It may be anything."""
    put(tmp_path / name, value)
    assert other_results(tmp_path) == []


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b'"ttft_ms"', b"[" * 5000])
def test_what_cannot_be_read_as_json_is_left_in_peace(data: bytes, tmp_path: Path) -> None:
    """Nothing says that it is meant for us."""
    (tmp_path / "theirs.json").write_bytes(data)
    assert other_results(tmp_path) == []


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """What it points to was not put there."""
    put(tmp_path / "elsewhere" / "figures.json", TARGET)
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs" / "figures.json").symlink_to(tmp_path / "elsewhere" / "figures.json")
    assert other_results(tmp_path / "outputs") == []
