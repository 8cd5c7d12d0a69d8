"""What a finished run is told as."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from benchmark.measure.show import figures, summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import RenderableType

    from benchmark.canonical import Json

    MakeEntry = Callable[..., dict[str, Json]]


def plain(renderable: RenderableType, width: int = 80) -> str:
    """As a file of so many columns shows it."""
    console = Console(file=io.StringIO(), width=width)
    console.print(renderable)
    return console.file.getvalue()  # type: ignore[attr-defined]


def cells(text: str, title: str) -> list[str]:
    """What stands behind a title."""
    (line,) = (line for line in text.splitlines() if line.strip().startswith(title))
    return re.split(r"\s{2,}", line.strip())[1:]


def test_every_quantity_has_its_distribution(make_entry: MakeEntry) -> None:
    """Median, half of its interval, mean and the tail."""
    text = plain(summary.tables(str, make_entry()))
    expected = ["109.5", "4.1%", "109.5", "117.1", "118.0", "118.8"]
    assert cells(text, "Time to first token, ms") == expected
    assert cells(text, "Gap between tokens, ms")[0] == "100.0"
    for title in ("Time per output token", "Whole request", "Speed of a request"):
        assert len(cells(text, title)) == 6


def test_it_fits_a_terminal_of_80_columns(make_entry: MakeEntry) -> None:
    """Nothing is cut off."""
    text = plain(summary.tables(str, make_entry(energy_j=12345.6, joules_per_token=0.01)))
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("metrics", "title", "expected"),
    [
        ({"total_tps": 500.0}, "Throughput", "9.615 tokens/s, 500.0 with the input"),
        ({"peak_mem_mb": 941, "peak_host_mem_mb": 941}, "Peak memory", "941 MiB"),
        (
            {"peak_mem_mb": 16000, "peak_host_mem_mb": 2100},
            "Peak memory",
            "16,000 MiB, 2,100 MiB of the host",
        ),
        ({"energy_j": 12.5, "joules_per_token": 0.25}, "Energy", "12.50 J, 0.2500 J per token"),
        (
            {"bandwidth_share": 0.62, "memory_bandwidth_gbs": 33.1},
            "Memory bandwidth",
            "62% of the 33.1 GB/s found here",
        ),
        (
            {"goodput_rps": 1.5, "slo_attainment": 0.75, "slo": "ttft=500ms"},
            "Goodput",
            "1.500 per second, 75% meet ttft=500ms",
        ),
        ({"load_time_s": 1.75}, "Loading", "1.750 s"),
    ],
)
def test_what_was_found_is_said_with_its_unit(
    make_entry: MakeEntry, metrics: dict[str, Any], title: str, expected: str
) -> None:
    """One line each."""
    assert cells(plain(summary.tables(str, make_entry(**metrics))), title) == [expected]


def test_what_was_not_found_is_left_out(make_entry: MakeEntry) -> None:
    """No empty lines, no zeros."""
    text = plain(summary.tables(str, make_entry(energy_j=None, peak_mem_mb=None)))
    for title in ("Energy", "Peak memory", "Memory bandwidth", "Goodput", "Loading"):
        assert title not in text


def test_an_entry_of_the_first_format_can_be_shown(make_entry: MakeEntry) -> None:
    """Medians and percentiles, no distributions; nothing is said about certainty."""
    entry = make_entry(
        distributions=None, samples=None, percentiles={"ttft_ms": {"p50": 109.5, "p99": 118.8}}
    )
    assert cells(plain(summary.tables(str, entry)), "Time to first token") == ["109.5", "118.8"]
    assert not [line for line in summary.warnings(str, entry) if "median" in line]


def test_the_precision_that_was_executed_is_said_with_its_quantization(
    make_entry: MakeEntry,
) -> None:
    """The word None is no method."""
    entry = make_entry()
    assert cells(plain(summary.tables(str, entry)), "Precision executed") == ["FP32"]
    entry["model"] = {"precision": "INT8", "quantization": "int8 dynamic"}
    text = plain(summary.tables(str, entry))
    assert cells(text, "Precision executed") == ["INT8, int8 dynamic"]


def test_a_quiet_sure_run_warns_of_nothing(make_entry: MakeEntry) -> None:
    """Twenty requests within two percent, none failed."""
    samples = {"requests": 20, "failed": 0, "warmup": 2}
    entry = make_entry(samples=samples, error_rate=0.0)
    entry["provenance"] = {"noise": {"is_noisy": False, "reasons": []}, "stopped": None}
    assert list(summary.warnings(str, entry)) == []


def test_a_noisy_machine_is_said_to_be_noisy_and_why(make_entry: MakeEntry) -> None:
    """In the words of the entry."""
    entry = make_entry(samples=None)
    entry["provenance"] = {"noise": {"is_noisy": True, "reasons": ["heat slowed a CPU 3 times"]}}
    lines = list(summary.warnings(str, entry))
    assert "busy with something else" in lines[0]
    assert lines[1] == "  heat slowed a CPU 3 times"


def test_failures_and_an_early_end_are_said(make_entry: MakeEntry) -> None:
    """Two of 22 requests, and an interrupt."""
    entry = make_entry()
    entry["provenance"] = {"stopped": "interrupted"}
    early, failed = summary.warnings(str, entry)
    assert early == "⚠ The run ended early: interrupted."
    assert failed.startswith("⚠ 2 requests failed (9.1%)")


@pytest.mark.parametrize(
    ("speed", "expected"),
    [
        ({"n": 3, "median": 10.0}, "3 requests are too few"),
        ({"n": 9, "median": 10.0, "ci95_low": 9.0, "ci95_high": 10.5}, "only within ±10%"),
    ],
)
def test_an_uncertain_median_is_said_to_be_uncertain(
    make_entry: MakeEntry, speed: dict[str, float], expected: str
) -> None:
    """Too few requests, or an interval that is wide on either side."""
    entry = make_entry(samples=None, distributions={"request_tps": speed})
    (line,) = summary.warnings(str, entry)
    assert expected in line


def test_names_from_outside_are_shown_as_they_are(make_entry: MakeEntry) -> None:
    """No markup is read from them, and they cannot move the cursor."""
    entry = make_entry()
    entry["model"] = {"name": "[red]\x1b[2Jx", "precision": "[bold]FP8\x1b[0m"}
    assert "[bold]FP8\\x1b[0m" in plain(summary.tables(str, entry))
    assert "\x1b" not in summary.headline(str, entry)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0"),
        (0.000123456, "0.000123"),
        (0.04712, "0.04712"),
        (9.99951, "10.00"),
        (49.42, "49.42"),
        (1234.56, "1,235"),
        (None, ""),
    ],
)
def test_figures_have_four_digits_that_count(value: float | None, expected: str) -> None:
    """And never an exponent."""
    assert figures.figure(value) == expected
