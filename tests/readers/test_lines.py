"""The lines that the dataset card shows, and that the README shows, with the real libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from benchmark.dataset import BOARD_FILES
from tests.readers.samples import (
    DATASETS,
    fastest,
    in_clone,
    lines_of,
    ranked_in,
    runs_in,
    speeds,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.readers.conftest import Library

Answers = dict[tuple[str, str], list[dict[str, Any]]]

POLARS_BOARD = """\
import polars as pl
pl.read_json("hf://datasets/lab/results/leaderboard_single.json", schema={"model": pl.Struct({"name": pl.String}), "metrics": pl.Struct({"throughput_tps": pl.Float64})})"""  # noqa: E501 - one line
PANDAS_RUNS = """\
import pandas as pd, glob
pd.json_normalize([row for file in glob.glob("hf://datasets/lab/results/runs/*/*.jsonl") for row in pd.read_json(file, lines=True, dtype=False).to_dict("records")]).reindex(columns=["model.name", "metrics.throughput_tps"])"""  # noqa: E501 - one line
HISTORIES = [name for name in DATASETS if name != "empty"]


@pytest.fixture(scope="module")
def answers(library: Library, clones: Mapping[str, Path]) -> Answers:
    """(dataset, library) → the rows of the card's line in a clone, and for the other files."""
    asked: dict[tuple[str, str], str] = {}
    for name, clone in clones.items():
        lines = lines_of(DATASETS[name])
        runs = "runs/**/*.jsonl"
        variants = {
            **{name: lines[name] for name in ("DuckDB", "Polars", "pandas")},
            "DuckDB runs": lines["DuckDB"].replace("leaderboard_*.json", runs),
            "Polars board": POLARS_BOARD,
            "pandas runs": PANDAS_RUNS,
            **{
                f"datasets {config}": lines["datasets"].replace('"runs"', f'"{config}"', 1)
                for config in ("runs", *BOARD_FILES)
            },
        }
        # Without a file of runs there is nothing that a pattern could name.
        without = {"DuckDB runs", "Polars"} if name == "empty" else set()
        asked |= {
            (name, key): in_clone(code, clone)
            for key, code in variants.items()
            if key not in without
        }
    found = library.rows([*asked.values()], HF_HUB_OFFLINE="1")
    return dict(zip(asked, found, strict=True))


@pytest.mark.parametrize("name", DATASETS)
def test_duckdb_finds_the_fastest_result_of_every_model(answers: Answers, name: str) -> None:
    """To the last digit, whatever the entries lack or have besides; none in empty leaderboards."""
    found = {row["name"]: row["tps"] for row in answers[name, "DuckDB"]}
    assert found == fastest([*ranked_in(name), *ranked_in(name, "multi")])


@pytest.mark.parametrize("name", HISTORIES)
def test_duckdb_reads_the_history_as_it_reads_the_leaderboards(answers: Answers, name: str) -> None:
    """Every run, also those that are not ranked."""
    found = {row["name"]: row["tps"] for row in answers[name, "DuckDB runs"]}
    assert found == fastest(runs_in(name))


@pytest.mark.parametrize("name", HISTORIES)
def test_polars_reads_every_run(answers: Answers, name: str) -> None:
    """To the last digit."""
    found = [
        (row["model"]["name"], row["metrics"]["throughput_tps"]) for row in answers[name, "Polars"]
    ]
    assert sorted(found) == speeds(runs_in(name))


@pytest.mark.parametrize("name", DATASETS)
def test_polars_reads_a_leaderboard(answers: Answers, name: str) -> None:
    """An empty one too."""
    rows = answers[name, "Polars board"]
    found = [(row["model"]["name"], row["metrics"]["throughput_tps"]) for row in rows]
    assert sorted(found) == speeds(ranked_in(name))


@pytest.mark.parametrize("name", DATASETS)
def test_pandas_reads_leaderboard_and_history(answers: Answers, name: str) -> None:
    """A name that looks like a number stays a name."""
    for key, expected in (("pandas", ranked_in(name)), ("pandas runs", runs_in(name))):
        found = [(row["model.name"], row["metrics.throughput_tps"]) for row in answers[name, key]]
        assert sorted(found) == speeds(expected)


@pytest.mark.parametrize("name", DATASETS)
def test_load_dataset_reads_every_field_of_every_run(answers: Answers, name: str) -> None:
    """Also those that the format does not know, and where there is no history yet."""
    rows = answers[name, "datasets runs"]
    assert sorted(map(told, rows)) == sorted(told(run.data) for run in runs_in(name))


@pytest.mark.parametrize("name", DATASETS)
@pytest.mark.parametrize("board", BOARD_FILES)
def test_load_dataset_reads_a_leaderboard(answers: Answers, name: str, board: str) -> None:
    """An empty one is a table without a row."""
    rows = answers[name, f"datasets {board}"]
    assert sorted(map(told, rows)) == sorted(told(run.data) for run in ranked_in(name, board))


def told(row: Mapping[str, Any]) -> str:
    """What a row tells: null and absent are one there, and figures have ten decimals."""
    return repr(rounded({name: value for name, value in row.items() if value is not None}))


def rounded(value: Any) -> Any:
    """The value with its fields in order."""
    if isinstance(value, dict):
        return {name: rounded(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    is_figure = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(f"{round(float(value), 9):.9g}") if is_figure else value
