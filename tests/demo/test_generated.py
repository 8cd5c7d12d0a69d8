"""The generated leaderboard is one that the project would accept, and never passes for real."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark import schema
from benchmark.dataset import board_of
from benchmark.demo import generated
from benchmark.leaderboard import encode
from benchmark.merge import outranks

if TYPE_CHECKING:
    from benchmark.entry import Entry


def everything() -> list[Entry]:
    """Every generated entry."""
    return [*generated.leaderboard(), *generated.contributions("mei", "tomas")]


def test_every_generated_entry_is_valid_and_may_be_ranked() -> None:
    """The demo must fail for its own reasons only."""
    for entry in everything():
        assert schema.violations(dict(entry.data)) == []
        assert schema.why_not_ranked(entry) == ()


def test_every_generated_entry_says_that_nobody_measured_it() -> None:
    """Whoever meets one anywhere must be able to tell."""
    for entry in everything():
        assert entry.at("metadata", "data_source") == "generated for the demo"
        assert "nobody measured it" in str(entry.at("metadata", "notes"))
        assert entry.at("metadata", "verified") is False


def test_the_leaderboard_has_some_dozens_of_configurations_on_both_boards() -> None:
    """Several chips, engines, models and workloads, one machine and several."""
    entries = generated.leaderboard()
    assert len({entry.config_key for entry in entries}) == len(entries) >= 36
    assert {board_of(entry) for entry in entries} == {"single", "multi"}
    for path in (("hardware", "chip_model"), ("engine",), ("model", "name"), ("workload", "name")):
        assert len({entry.at(*path) for entry in entries}) >= 3


def test_a_model_fits_into_the_memory_it_is_said_to_run_in() -> None:
    """A row that cannot be would make every other one doubtful."""
    for entry in everything():
        memory = entry.number("hardware", "memory_per_chip_gb")
        assert entry.number("metrics", "peak_mem_mb") < memory * 1000


def test_the_same_leaderboard_comes_out_every_time() -> None:
    """Two demos can be compared."""
    assert encode(generated.leaderboard()) == encode(generated.leaderboard())


def test_one_contribution_is_new_and_the_other_beats_what_is_there() -> None:
    """The demo shows both kinds of change."""
    held = {entry.config_key: entry for entry in generated.leaderboard()}
    new, better = generated.contributions("mei", "tomas")
    assert new.config_key not in held
    assert outranks(better, held[better.config_key])
