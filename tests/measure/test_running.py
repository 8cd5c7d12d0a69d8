"""What becomes of a run of which a part is refused or fails."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from benchmark.commands import running
from benchmark.commands.common import Output
from benchmark.errors import InvalidDataError
from benchmark.measure.campaign import Campaign
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.job import Cell
from benchmark.measure.load import Load
from benchmark.measure.run_options import RunOptions
from benchmark.measure.session import BrokenRunError
from tests.support.measured import MEASUREMENT, RUN

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.measure.job import Measurement

NOW = datetime(2026, 2, 3, tzinfo=timezone.utc)
OPTIONS = RunOptions(model="gpt2", backend="cuda", workload="Q1", engine="transformers")
THREE = tuple(
    MEASUREMENT._replace(cell=Cell(MEASUREMENT.cell.workload, Load(load))) for load in (1, 2, 4)
)


def impossible(one: Measurement) -> Measurement:
    """Its last token comes before its first."""
    samples = tuple(sample._replace(itl_ms=(-1.0, 2.0, 3.0)) for sample in one.series.samples)
    return one._replace(series=one.series._replace(samples=samples))


@pytest.fixture
def runner(tmp_path: Path) -> running.Runner:
    """A run whose measuring process is replaced."""
    campaign = Campaign(tmp_path, RUN.machine, None, "Somebody", lambda: NOW)
    return running.Runner(OPTIONS, campaign, Output(as_json=False, language="en"), {})


def test_a_cell_that_cannot_be_right_loses_neither_the_others_nor_the_sweep(
    runner: running.Runner,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is named at once, and the command ends with what is wrong with it."""
    found = (THREE[0], impossible(THREE[1]), THREE[2])
    monkeypatch.setattr(running, "run_job", lambda *_: found)
    with pytest.raises(InvalidDataError) as caught:
        runner.run()
    assert caught.value.exit_code == 65
    assert {one.file for one in caught.value.violations} == {
        "the measured entry of tiny, 2 at a time"
    }
    assert len(list(tmp_path.glob("**/*_leaderboard.json"))) == 2
    assert len(list(tmp_path.glob("**/*-sweep.png"))) == 1
    told = capsys.readouterr()
    assert "Not written: the measured entry of tiny, 2 at a time" in told.err
    assert "Saturated at" in told.out


def test_an_engine_that_breaks_midway_still_shows_the_sweep_so_far(
    runner: running.Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two loads were complete."""

    def broken(*arguments: Any) -> None:
        on_early_end = arguments[4]
        on_early_end(THREE[:2])
        raise BrokenRunError(EngineFailedError("gone"), THREE[:2])

    monkeypatch.setattr(running, "run_job", broken)
    with pytest.raises(EngineFailedError, match="gone"):
        runner.run()
    assert len(list(tmp_path.glob("**/*-sweep.png"))) == 1


def test_nothing_kept_is_nothing_concluded(
    runner: running.Runner, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is no next step."""
    monkeypatch.setattr(running, "run_job", lambda *_: (impossible(THREE[0]),))
    with pytest.raises(InvalidDataError):
        runner.run()
    assert "Next:" not in capsys.readouterr().out
