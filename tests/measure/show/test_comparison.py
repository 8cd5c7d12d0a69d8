"""Several entries side by side."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from benchmark.measure.show import comparison

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.canonical import Json

    MakeEntry = Callable[..., dict[str, Json]]
    Entries = list[dict[str, Json]]


def rows(entries: Entries) -> list[list[str]]:
    """The cells of every line, at 100 columns; blank ones are gone."""
    console = Console(file=io.StringIO(), width=100)
    console.print(comparison.tables(str, entries))
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    return [re.split(r"\s{2,}", line.strip()) for line in lines if line.strip()]


def notes(entries: Entries) -> str:
    """All notes in one."""
    return "\n".join(comparison.notes(str, entries))


@pytest.fixture
def engines(make_entry: MakeEntry) -> Entries:
    """Three engines: the second twice as fast as the first, the third nearly so."""

    def engine(name: str, speed: float) -> dict[str, Json]:
        interval = {"median": speed, "ci95_low": speed * 0.98, "ci95_high": speed * 1.02}
        distributions: dict[str, Any] = {"request_tps": interval}
        entry = make_entry(throughput_tps=speed, distributions=distributions, peak_mem_mb=941)
        return {**entry, "engine": name}

    return [engine("transformers", 20.0), engine("onnxruntime", 40.0), engine("openvino", 39.0)]


def test_speed_is_relative_to_the_first_and_the_fastest_is_marked(engines: Entries) -> None:
    """What cannot be told from the fastest is marked too."""
    first, second, third = rows(engines)[-3:]
    assert first[:4] == ["transformers 5.23.0", "FP32", "20.00", "1.00"]
    assert second[:5] == ["onnxruntime 5.23.0", "FP32", "40.00", "2.00", "*"]
    assert third[3:5] == ["1.95", "≈"]
    assert "*" not in first
    assert "≈" not in first


def test_each_row_has_latencies_decode_speed_and_memory(engines: Entries) -> None:
    """After the marks."""
    assert rows(engines)[-2][5:] == ["109.5", "100.0", "10.00", "941"]


def test_workloads_and_loads_are_compared_apart(engines: Entries) -> None:
    """The first of each is its own measure."""
    long = {"name": "long", "input_length": 2048, "output_length": 512, "concurrent_requests": 8}
    rate = {"name": "short@2/s", "input_length": 128, "output_length": 128, "request_rate": 2}
    found = rows([*engines, {**engines[1], "workload": long}, {**engines[1], "workload": rate}])
    titles = [row[0] for row in found if len(row) == 1 and "/" in row[0]]
    assert titles == ["short 128/128", "long 2048/512 c=8", "short@2/s 128/128"]
    assert [row[3] for row in found if row[0].startswith("onnx")] == ["2.00", "1.00", "1.00"]


def test_different_precisions_are_called_unfair(engines: Entries) -> None:
    """Only where they are compared."""
    assert "⚠" not in notes(engines)
    half = {**engines[1], "model": {"name": "gpt2", "precision": "BF16"}}
    assert "The precisions differ" in notes([engines[0], half])


def test_entries_of_answers_of_one_token_have_empty_cells(make_entry: MakeEntry) -> None:
    """Nothing is invented."""
    entry = make_entry(tpot_ms=None, decode_tps=None)
    assert rows([entry, entry])[-1][-1] == "109.5"


def test_what_cannot_be_compared_is_one_table(make_entry: MakeEntry) -> None:
    """One engine, several workloads: no ratios, and nothing to explain."""
    long = {"name": "long", "input_length": 2048, "output_length": 512}
    entries = [make_entry(peak_mem_mb=941), {**make_entry(), "workload": long}]
    header, _, short, last = rows(entries)
    assert header[:3] == ["workload", "precision", "tokens/s"]
    assert short == ["short 128/128", "FP32", "9.615", "109.5", "100.0", "10.00", "941"]
    assert last[:3] == ["long 2048/512", "FP32", "9.615"]
    assert notes(entries) == ""


def test_compiled_engines_say_so(make_entry: MakeEntry) -> None:
    """The same engine twice."""
    compiled = {**make_entry(), "provenance": {"compiled": True}}
    names = [row[0] for row in rows([make_entry(), compiled])[-2:]]
    assert names == ["transformers 5.23.0", "transformers compiled 5.23.0"]
