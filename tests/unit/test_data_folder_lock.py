"""One aggregate at a time per data folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmark import cli
from benchmark.commands import aggregate


def _aggregate(folder: Path) -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["aggregate", "--offline", "--data-dir", str(folder)])
    return ended.value.code


def test_a_second_aggregate_gives_up_for_now_and_writes_nothing(
    workdir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """75, whatever name the folder goes by; once the first is done it goes through."""
    monkeypatch.setattr(aggregate, "_LOCK_TIMEOUT", 0.05)
    with aggregate._locked(workdir / "hf_data"):  # noqa: SLF001 - the first aggregate's part
        assert _aggregate(Path("hf_data")) == 75
    assert "Another aggregate is working on hf_data" in capsys.readouterr().err
    assert list(workdir.iterdir()) == []
    assert _aggregate(Path("hf_data")) == 0


def test_the_lock_leaves_nothing_that_git_would_see(workdir: Path) -> None:
    """The data folder holds data files only."""
    assert _aggregate(workdir / "hf_data") == 0
    names = sorted(path.name for path in (workdir / "hf_data").iterdir())
    assert names == ["leaderboard_multi.json", "leaderboard_single.json"]
