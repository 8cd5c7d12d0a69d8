"""Where results are kept, and what is left when keeping them fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING

import pytest

from benchmark import canonical
from benchmark.errors import InvalidDataError, UsageError
from benchmark.measure import results
from benchmark.measure.results import Content

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 2, 3)


def test_the_path_is_the_documented_one(tmp_path: Path) -> None:
    """Backend, model, workload, day and number."""
    folder = results.model_folder(tmp_path, "cpu", "meta-llama/Llama-3")
    written = results.write(folder, "short", DAY, Content({"a": 1}, b"PAR1", b"PNG"))
    relative = written.entry.relative_to(tmp_path).as_posix()
    assert relative == "cpu/meta-llama--Llama-3/short_20260203_001/short_leaderboard.json"
    assert written.entry.read_bytes() == b'{"a":1}\n'
    names = {"short_leaderboard.json", "short_samples.parquet", "short.png"}
    assert {path.name for path in written.entry.parent.iterdir()} == names


def test_concurrent_runs_never_share_a_folder(tmp_path: Path) -> None:
    """Forty writers, forty numbers, every one with its own entry."""
    with ThreadPoolExecutor(8) as pool:
        jobs = [
            pool.submit(results.write, tmp_path / "m", "short", DAY, Content({"n": n}, b""))
            for n in range(40)
        ]
    for number, job in enumerate(jobs):
        value = canonical.loads(job.result().entry.read_bytes(), file="entry")
        assert value == {"n": number}
    assert len(list((tmp_path / "m").iterdir())) == 40


def test_a_result_that_cannot_be_written_leaves_no_folder(tmp_path: Path) -> None:
    """NaN has no JSON form; the number is free again."""
    (tmp_path / "m").mkdir()
    with pytest.raises(InvalidDataError):
        results.write(tmp_path / "m", "short", DAY, Content({"ttft_ms": float("nan")}, b""))
    assert list((tmp_path / "m").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "folder"),
    [("a/b", "a--b"), ("..", "_"), ("../x", "--x"), ("a b|c", "a_b_c"), ("C:\\m", "C__m")],
)
def test_a_models_name_is_one_folder_below_the_backend(name: str, folder: str) -> None:
    """Whatever it holds."""
    assert results.safe_name(name) == folder


def test_an_outputs_folder_that_cannot_be_is_refused_and_nothing_created(tmp_path: Path) -> None:
    """A file stands in the way; a missing folder is no problem."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="Cannot write into"):
        results.check_outputs(tmp_path / "file" / "below")
    results.check_outputs(tmp_path / "new" / "below")
    assert not (tmp_path / "new").exists()


def test_a_rate_in_a_workloads_name_is_no_folder(tmp_path: Path) -> None:
    """`short@2.5/s` is one folder and one file on every system."""
    written = results.write(tmp_path, "short@2.5/s", DAY, Content({}, b""))
    assert written.entry.parent.parent == tmp_path
    assert "/" not in written.entry.name
    assert "@" not in written.entry.name


def test_a_run_killed_while_it_writes_leaves_no_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder gets its name last: what aggregate would read is complete or not there."""

    def killed(_files: object) -> None:
        raise SystemExit

    monkeypatch.setattr(canonical, "write_all_atomic", killed)
    with pytest.raises(SystemExit):
        results.write(tmp_path, "short", DAY, Content({}, b""))
    assert list(tmp_path.glob("**/*_leaderboard.json")) == []
    assert [path for path in tmp_path.iterdir() if path.name.startswith("short")] == []
