"""From a measurement to files, and to the command that repeats it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import pytest

from benchmark import schema
from benchmark.errors import InvalidDataError
from benchmark.measure.campaign import Campaign, exactly
from benchmark.measure.job import Cell
from benchmark.measure.load import Load
from benchmark.measure.run_options import RunOptions, command_line
from benchmark.measure.workload.workloads import fixed
from tests.support.measured import FACTS, MEASUREMENT, RUN

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 2, 3, tzinfo=timezone.utc)
ASKED = RunOptions(model="gpt2", backend="cuda", workload="all", engine="transformers,openvino")


def campaign(tmp_path: Path) -> Campaign:
    """An empty one."""
    return Campaign(tmp_path, RUN.machine, None, "Somebody", lambda: NOW)


def test_a_result_is_an_entry_its_samples_and_a_picture(tmp_path: Path) -> None:
    """In the folder that the format names."""
    kept = campaign(tmp_path).keep("transformers", ASKED, MEASUREMENT)
    assert kept.files.entry == tmp_path / "cuda/gpt2/tiny_20260203_001/tiny_leaderboard.json"
    entry = json.loads(kept.files.entry.read_bytes())
    assert schema.violations(entry) == []
    assert kept.files.samples.stat().st_size > 0
    assert kept.files.plot.read_bytes().startswith(b"\x89PNG")


def test_a_measurement_that_contradicts_itself_leaves_nothing(tmp_path: Path) -> None:
    """Another precision was executed than the one asked for."""
    with pytest.raises(InvalidDataError):
        campaign(tmp_path).keep("transformers", replace(ASKED, dtype="float32"), MEASUREMENT)
    assert list(tmp_path.iterdir()) == []


def test_the_command_of_a_cell_names_that_cell_alone() -> None:
    """Of a run with two engines, all workloads and a sweep."""
    cell = Cell(fixed("Q5", 32, 64, concurrency=10), Load(concurrency=4))
    asked = replace(ASKED, concurrency=(1, 4))
    words = command_line(exactly(asked, "openvino", MEASUREMENT._replace(cell=cell)))
    assert words == (
        "sagellm-benchmark run --model gpt2 --backend cuda --workload Q5 --engine openvino "
        f"--threads {FACTS.threads} --seed 0 --concurrency 4 --repeats 4"
    )


def test_the_command_of_an_open_loop_names_the_rate() -> None:
    """And no concurrency."""
    cell = Cell(MEASUREMENT.cell.workload, Load(rate=2.5))
    words = command_line(
        exactly(replace(ASKED, rate=(1.0, 2.5)), "openai", MEASUREMENT._replace(cell=cell))
    )
    assert "--rate 2.5 --repeats 4" in words


def test_a_folder_is_known_by_its_name_and_its_place_told_to_nobody(tmp_path: Path) -> None:
    """It may hold a user's name."""
    folder = tmp_path / "secret-place" / "my-model"
    folder.mkdir(parents=True)
    kept = campaign(tmp_path / "out").keep(
        "transformers", replace(ASKED, model=str(folder)), MEASUREMENT
    )
    assert kept.entry["model"]["name"] == "my-model"  # type: ignore[index,call-overload]
    assert "secret-place" not in kept.files.entry.read_text()


def test_a_sweep_shows_the_rates_that_were_kept(tmp_path: Path) -> None:
    """Of a client that sends two per second at most, whatever is asked for; no result is lost."""
    kept = campaign(tmp_path)
    slow = replace(FACTS, details={"last_sent_s": 2.0})
    for rate in (2.0, 8.0, 16.0):
        cell = MEASUREMENT.cell._replace(load=Load(rate=rate))
        kept.keep("transformers", ASKED, MEASUREMENT._replace(cell=cell, facts=slow))
    ((sweep, _),) = kept.keep_sweeps()
    assert [point.load for point in sweep.points] == [2, 2, 2]


def test_two_loads_of_one_workload_are_a_sweep(tmp_path: Path) -> None:
    """With one picture; a workload under one load is none."""
    kept = campaign(tmp_path)
    for load in (Load(1), Load(2)):
        kept.keep(
            "transformers", ASKED, MEASUREMENT._replace(cell=MEASUREMENT.cell._replace(load=load))
        )
    ((sweep, picture),) = kept.keep_sweeps()
    assert [point.load for point in sweep.points] == [1, 2]
    assert picture.read_bytes().startswith(b"\x89PNG")
