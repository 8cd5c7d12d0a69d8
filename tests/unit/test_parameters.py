"""Values of options beyond click's own kinds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from benchmark.commands import run
from benchmark.commands.parameters import Finite, NameOrPath, Numbers

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("text", ["nan", "1,nan", "nan,1", "inf", "0", "-1", "1e400"])
def test_numbers_are_above_0_and_finite(text: str) -> None:
    """NaN is neither more nor less than 0."""
    with pytest.raises(click.BadParameter, match="not above 0"):
        Numbers(float).convert(text, None, None)


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e400"])
def test_no_number_is_endless(text: str) -> None:
    """A run with one would never end, or could not be written."""
    with pytest.raises(click.BadParameter):
        Finite(min=0).convert(text, None, None)


def test_every_option_of_run_that_is_a_number_refuses_nan() -> None:
    """Whatever it is, an entry cannot hold it."""
    kinds = [param.type for param in run.command.params]
    ranges = [kind for kind in kinds if isinstance(kind, click.FloatRange)]
    assert ranges
    assert all(isinstance(kind, Finite) for kind in ranges)
    assert click.FLOAT not in kinds


@pytest.mark.skipif(os.name == "nt", reason="Windows has Unicode command lines")
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_name_is_text_and_a_file_is_its_bytes(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server is asked for a model by words; a folder of another encoding is found as it is."""
    monkeypatch.chdir(tmp_path)
    given = "李雷".encode(encoding).decode("ascii", "surrogateescape")
    assert NameOrPath().convert(given, None, None) == "李雷"
    (tmp_path / given).mkdir()
    assert NameOrPath().convert(given, None, None) == given


@pytest.mark.parametrize("option", ["--model", "--tokenizer", "--workload", "--prompts"])
def test_a_name_that_nothing_can_have_is_wrong_usage(option: str) -> None:
    """It is not shown either, for it may be anything."""
    words = [] if option == "--model" else ["--model", "m"]
    result = CliRunner().invoke(run.command, [*words, option, "hunter2" * 99])
    assert result.exit_code == 2
    assert option in result.output
    assert "hunter2" not in result.output
