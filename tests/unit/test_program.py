"""What people are told to type next starts this program, not another one of its name."""

from __future__ import annotations

import click
import pytest

from benchmark.commands.program import started_as


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ("sagellm-benchmark", "sagellm-benchmark"),
        ("sagellm-leaderboard", "sagellm-leaderboard"),
        ("python -m benchmark", "python -m benchmark"),
        ("run.py", "sagellm-benchmark"),
        (None, "sagellm-benchmark"),
    ],
)
def test_it_is_the_way_that_was_chosen(chosen: str | None, expected: str) -> None:
    """By whatever verb; scripts have other names for other verbs."""
    with click.Context(click.Command("verbs"), info_name=chosen) as root:
        assert started_as() == expected
        with click.Context(click.Command("run"), info_name="run", parent=root):
            assert started_as() == expected


def test_outside_of_a_command_it_is_the_usual_name() -> None:
    """As for those who use the library."""
    assert started_as() == "sagellm-benchmark"
