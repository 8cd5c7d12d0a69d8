"""What was generated for a demo says so wherever it is shown."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from benchmark import card
from benchmark.demo import generated, outcome
from benchmark.leaderboard import encode
from benchmark.markdown.tables import submitter
from tests.support.entries import run, write
from tests.support.publishers import call

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLE = generated.leaderboard()[0]


@pytest.fixture
def shown(here: Path) -> Path:
    """An example beside a result that somebody measured."""
    write(here / "hf_data", "leaderboard_x.json", EXAMPLE, run(90))
    return here


@pytest.mark.usefixtures("shown")
def test_a_report_marks_examples_and_says_what_the_mark_is() -> None:
    """And only those."""
    lines = call("report", "hf_data").out.splitlines()
    assert [line.partition("  ")[0] for line in lines[1:] if line[:1] == "1"] == ["1 *", "1"]
    assert "* example: generated, nobody measured it (1)" in lines
    markdown = call("report", "hf_data", "--format", "markdown").out.splitlines()
    assert [line.endswith("| example |") for line in markdown[2:4]] == [True, False]


@pytest.mark.usefixtures("shown")
def test_a_history_says_it() -> None:
    """Beside the fate of the run."""
    told = call("history", EXAMPLE.run_id[:8], "hf_data").out
    assert "example: generated, nobody measured it" in " ".join(told.split())


def test_the_card_the_job_summary_and_the_demo_say_it() -> None:
    """Beside the figure, or beside who submitted it."""
    written = card.written(None, (encode([EXAMPLE]), encode([])), (), name="a/b")
    assert written is not None
    assert b"| example " in written
    assert submitter(EXAMPLE, "example").endswith(" (example)")
    assert "example" not in submitter(run(90), "example")
    text = StringIO()
    Console(file=text, width=200).print(outcome.table(str, [outcome.Row(1, EXAMPLE)], {}))
    assert text.getvalue().rstrip().endswith(", example")
