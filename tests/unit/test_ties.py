"""Places that are shared where a difference is noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.noise import LEAST_NOISE, MOST_NOISE, Speed, are_within_noise, speed_of
from benchmark.ties import places_of
from tests.support.entries import entry, run
from tests.support.told import sure

if TYPE_CHECKING:
    import random

    from benchmark.entry import Entry

figures = st.floats(1, 1000)
shares = st.none() | st.floats(0, 0.3)
claims = st.lists(st.tuples(st.integers(90, 110), shares), max_size=12)


def ranks(*entries: Entry) -> list[str]:
    """Their places, in the order given."""
    places = places_of(entries)
    return [str(places[item.run_id]) for item in entries]


def speeds(low: float, half: float | None) -> Speed:
    """A speed and its interval."""
    return Speed(low) if half is None else Speed(low, low * (1 - half), low * (1 + half))


def entries_of(told: list[tuple[int, float | None]]) -> list[Entry]:
    """Results that differ in their chip."""
    chips = (f"chip {index}" for index in range(len(told)))
    return [
        run_on(chip, tps) if half is None else sure(tps, half, **{"hardware.chip_model": chip})
        for chip, (tps, half) in zip(chips, told, strict=True)
    ]


def run_on(chip: str, tps: float) -> Entry:
    """A result without an interval."""
    figures = {"metrics.throughput_tps": tps, "metrics.tpot_ms": None}
    return entry({"hardware.chip_model": chip, **figures})


def test_overlapping_intervals_share_a_place_and_the_next_is_left_out() -> None:
    """As in sports: 1, 1, 3."""
    first, close, far = sure(100, 0.03), sure(96, 0.03), sure(80, 0.03)
    assert ranks(far, close, first) == ["3", "1=", "1="]
    place = places_of([far, close, first])[close.run_id]
    assert place.tied_with(close) == [first]


def test_a_chain_of_small_differences_makes_no_single_place() -> None:
    """Each is within the noise of the one before, the third not of the first."""
    chain = [sure(tps, 0.02) for tps in (100, 97, 94, 91)]
    assert ranks(*chain) == ["1=", "1=", "3=", "3="]


def test_who_states_no_interval_ties_with_nobody_but_equals() -> None:
    """And ends the place above; exactly the same figure is the same figure."""
    assert ranks(sure(100, 0.05), run_on("b", 99), sure(98, 0.05)) == ["1", "2", "3"]
    assert ranks(run_on("a", 99), run_on("b", 99), run_on("c", 98)) == ["1=", "1=", "3"]


def test_knowing_little_makes_nobody_first() -> None:
    """An interval may be as wide as somebody likes."""
    assert ranks(sure(100, 0.01), sure(85, 0.9)) == ["1", "2"]
    assert ranks(sure(100, 0.01), sure(91, 0.9)) == ["1=", "1="]


def test_what_changes_between_runs_is_noise_however_sure_one_run_is() -> None:
    """Else the machine's mood would decide who is first."""
    assert ranks(sure(100, 0.001), sure(98.5, 0.001)) == ["1=", "1="]
    assert ranks(sure(100, 0.001), sure(97, 0.001)) == ["1", "2"]


@pytest.mark.parametrize(
    "other",
    [
        sure(99, 0.05, **{"model.name": "another"}),
        sure(99, 0.05, **{"workload.name": "another"}),
        sure(99, 0.05, **{"workload.output_length": 256}),
        sure(99, 0.05, config_type="multi_node", cluster={"node_count": 2}),
    ],
)
def test_what_answers_another_question_is_first_of_its_own(other: Entry) -> None:
    """Model, workload, lengths, and one machine or several."""
    assert ranks(sure(100, 0.05), other) == ["1", "1"]


@pytest.mark.parametrize(
    "odd",
    [
        {"median": 7.0, "ci95_low": 8.0, "ci95_high": 9.0},
        {"median": 0, "ci95_low": 0, "ci95_high": 0},
        {"median": 7.0, "ci95_low": None, "ci95_high": 9.0},
        {"ci95_low": 1.0, "ci95_high": 9.0},
        {},
    ],
)
def test_an_interval_that_makes_no_sense_is_none(odd: dict[str, Any]) -> None:
    """The figure is not in it, or there is no figure, or no end."""
    told = {"metrics.distributions.request_tps": odd}
    assert speed_of(entry(told)) == Speed(100.0)


def test_an_interval_of_the_throughput_itself_goes_first() -> None:
    """That of a request's speed stands for it where nothing else is told."""
    own = {"median": 50.0, "ci95_low": 49.0, "ci95_high": 52.0}
    told = sure(100, 0.3, **{"metrics.distributions.throughput_tps": own})
    assert speed_of(told) == pytest.approx(Speed(100.0, 98.0, 104.0))


@given(figures, shares, figures, shares)
def test_being_within_noise_is_mutual_and_bounded(
    one: float, half: float | None, other: float, another: float | None
) -> None:
    """Whatever is claimed: within the least always, if both tell; beyond the most never."""
    first, second = speeds(one, half), speeds(other, another)
    for unknown in (0.0, MOST_NOISE):
        found = are_within_noise(first, second, unknown=unknown)
        assert found == are_within_noise(second, first, unknown=unknown)
        share = 1 - min(one, other) / max(one, other)
        assert not found or share <= MOST_NOISE + 1e-9
        if half is not None and another is not None and share < LEAST_NOISE:
            assert found


@given(claims, st.randoms(use_true_random=False))
def test_places_follow_the_figures_in_any_order(
    told: list[tuple[int, float | None]], chance: random.Random
) -> None:
    """Law: no order matters; faster is never placed behind; each is within noise of its best."""
    results = entries_of(told)
    places = places_of(results)
    shuffled = [*results]
    chance.shuffle(shuffled)
    assert places_of(shuffled) == places
    for item in results:
        place = places[item.run_id]
        better = [one for one in results if places[one.run_id].rank < place.rank]
        assert place.rank == len(better) + 1
        assert all(speed_of(one).tps >= speed_of(item).tps for one in better)
        assert are_within_noise(speed_of(place.sharing[0]), speed_of(item))
        assert {one.run_id for one in place.sharing} == {
            one.run_id for one in results if places[one.run_id].rank == place.rank
        }


def test_nothing_has_no_places() -> None:
    """An empty leaderboard."""
    assert places_of([]) == {}
    assert ranks(run(5)) == ["1"]
