"""Values of options beyond click's own kinds."""

from __future__ import annotations

import click
import pytest

from benchmark.commands import run
from benchmark.commands.parameters import Finite, Numbers


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
