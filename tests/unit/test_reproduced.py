"""Whether somebody else has measured the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.dataset import Confirmation, Dataset, Retraction
from benchmark.reproduced import objection, reproductions
from tests.support.told import by, sure

if TYPE_CHECKING:
    import random

    from benchmark.entry import Entry

NAMES = st.sampled_from(["Ann", "Bob", "Cem", "anonymous", None])


def count(run: Entry, *others: Entry) -> int:
    """By how many `run` is reproduced."""
    return len(reproductions(Dataset().joined([run, *others])).get(run.run_id, ()))


def test_another_submitter_on_another_machine_reproduces_a_run() -> None:
    """The best with how many, each of them once; the others are held against the best."""
    state = Dataset().joined([by("Ann"), by("Bob", 95), by("Bob", 96), by("Cem", 106)])
    found = reproductions(state)
    told = {
        run.number("metrics", "throughput_tps"): {one.at("metadata", "submitter") for one in others}
        for run, others in ((state.runs[run_id], others) for run_id, others in found.items())
    }
    assert told == {106: {"Ann", "Bob"}, 100: {"Cem"}, 96: {"Cem"}}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"metadata.submitter": "  ANN "}, "the same submitter, spelt in another way"),
        ({"metadata.submitter": None}, "nobody"),
        ({"metadata.submitter": "Anonymous"}, "nobody either"),
        ({"environment.os": "Linux of Ann"}, "the same machine"),
        ({"environment.os": ""}, "a machine of which nothing is known"),
        ({"environment": {"os": "Linux of Ann", "python_version": "3.99"}}, "another Python only"),
        ({"hardware.chip_model": "another"}, "another configuration"),
        ({"metrics.error_rate": 0.5}, "a run that may not be ranked"),
        ({"metrics.throughput_tps": 89}, "another speed"),
        ({"metrics.tpot_ms": 0.001}, "a doubtful one"),
    ],
)
def test_what_reproduces_nothing(changes: dict[str, Any], why: str) -> None:
    """Each of these is not somebody else, or not elsewhere, or not the same."""
    assert count(by("Ann", 104), by("Bob")) == 1
    assert count(by("Ann", 104), by("Bob", **changes)) == 0, why


@pytest.mark.parametrize(
    ("figures", "counted"),
    [
        ({"throughput_tps": 402.32, "ttft_ms": 272.1}, 0),
        ({"throughput_tps": 402.32, "ttft_ms": 27.0}, 1),
        ({"throughput_tps": 402.32012345}, 0),
        ({"throughput_tps": 402.3, "ttft_ms": 81.25, "tpot_ms": 2.1}, 0),
        ({"throughput_tps": 400, "ttft_ms": 80, "tpot_ms": 2.5}, 1),
        ({"throughput_tps": 1.25e-7, "ttft_ms": 80}, 1),
    ],
)
def test_figures_that_are_the_same_to_many_digits_were_copied(
    figures: dict[str, float], counted: int
) -> None:
    """Under another name and of another system: who measures again finds other digits."""
    changes = {f"metrics.{name}": value for name, value in figures.items()}
    ann, bob = (by(name, **changes) for name in ("Ann", "Bob"))
    assert count(ann, bob) == counted
    again = by("Bob", **{**changes, "metrics.throughput_tps": figures["throughput_tps"] * 1.01})
    assert count(by("Ann", **{**changes, "metrics.ttft_ms": 99}), again) == 1
    said = objection(ann, bob)
    assert (said is None) == bool(counted)
    assert counted or "to the last digit" in str(said)


def test_two_people_on_one_machine_count_once() -> None:
    """They have repeated each other's conditions with each other's figures."""
    shared = {"environment.os": "Linux of the lab"}
    assert count(by("Ann", 104), by("Bob", **shared), by("Cem", **shared)) == 1


def test_who_is_anonymous_may_be_any_one_of_the_others() -> None:
    """So one fewer than have told their names."""
    assert count(by(None, 104), by("Bob")) == 0
    assert count(by(None, 104), by("Bob"), by("Cem")) == 1


@pytest.mark.parametrize(
    ("path", "one", "other", "apart"),
    [
        ("environment.os", "Linux 6.2.0-26-generic", "Linux-6.2.0-26-generic-x86_64-glibc2", False),
        ("environment.os", "Linux 6.2.0-26-generic", "Linux 6.2.0-27-generic", True),
        ("hardware.total_memory_gb", 15.62, 0.0, False),
        ("hardware.total_memory_gb", 15.62, 15.7, False),
        ("hardware.total_memory_gb", 15.62, 31.2, True),
        ("environment.driver_version", "570.124.06", "", False),
        ("environment.driver_version", "570.124.06", "570.195.03", True),
        ("provenance.machine", {"logical_cpus": 8}, {"logical_cpus": 16}, True),
        ("provenance.machine", {"python_version": "3.11"}, {"python_version": "3.12"}, False),
        ("provenance.machine", {"virtual": True}, None, False),
    ],
)
def test_machines_are_told_apart_by_what_both_say_of_them(
    path: str, one: Any, other: Any, apart: Any
) -> None:
    """Not by how a tool spells it, by what one of them leaves out, or by another Python."""
    ann, bob = (
        by(name, tps, **{"environment.os": "", path: value})
        for name, tps, value in (("Ann", 104, one), ("Bob", 100, other))
    )
    assert count(ann, bob) == int(apart)


def test_intervals_decide_where_both_tell_them() -> None:
    """Within a tenth is enough only where nobody knows better."""
    here = {"hardware.chip_model": "CPU"}
    ann = sure(100, 0.01, **here, **{"environment.os": "a", "metadata.submitter": "Ann"})
    bob = {"environment.os": "b", "metadata.submitter": "Bob", **here}
    assert [count(ann, sure(tps, 0.01, **bob)) for tps in (98.5, 95)] == [1, 0]
    assert count(ann, by("Bob", 95)) == 1


def test_retracted_runs_and_doubtful_ones_bear_nothing_out() -> None:
    """Unless it is a doubt that they share; a confirmation lifts it."""
    fast = {"metrics.tpot_ms": 0.001}
    ann, bob, cem = by("Ann"), by("Bob"), by("Cem", **fast)
    state = Dataset().joined([ann, bob, cem], [Retraction(bob.run_id, "wrong", "lab", "2026")])
    assert reproductions(state).keys() == {cem.run_id}
    word = Confirmation(cem.run_id, "we watched it", "lab", "2026")
    found = reproductions(state.joined((), confirmations=[word]))
    assert found == {ann.run_id: (cem,), cem.run_id: (ann,)}
    assert count(by("Ann", 104, **fast), by("Bob", **fast)) == 1


@given(
    *(
        st.tuples(
            NAMES, st.integers(88, 112), st.sampled_from("ab"), st.sampled_from([None, 0.001])
        )
        for _ in range(2)
    )
)
def test_who_is_told_that_a_run_would_count_is_told_the_truth(
    first: tuple[str | None, int, str, float | None],
    second: tuple[str | None, int, str, float | None],
) -> None:
    """Law: there is no objection just where the leaderboard counts it."""
    one, other = (
        by(name, tps, **{"environment.os": machine, "metrics.tpot_ms": tpot, "entry_id": f"{at}"})
        for at, (name, tps, machine, tpot) in enumerate((first, second))
    )
    found = reproductions(Dataset().joined([one, other]))
    assert (objection(one, other) is None) == (other in found.get(one.run_id, ()))


@given(
    st.lists(st.tuples(NAMES, st.integers(90, 110), st.sampled_from("abc")), max_size=8),
    st.randoms(use_true_random=False),
)
def test_no_order_matters_and_no_more_are_counted_than_there_are(
    told: list[tuple[str | None, int, str]], chance: random.Random
) -> None:
    """Law: never oneself, never one name or one machine twice."""
    runs = [by(name, tps, **{"environment.os": machine}) for name, tps, machine in told]
    found = reproductions(Dataset().joined(runs))
    chance.shuffle(runs)
    assert reproductions(Dataset().joined(runs)) == found
    for run_id, others in found.items():
        [run] = {one for one in runs if one.run_id == run_id}
        assert others
        for path in (("metadata", "submitter"), ("environment", "os")):
            values = [one.at(*path) for one in others]
            assert len(set(values)) == len(values)
            if run.at("metadata", "submitter") not in {None, "anonymous"}:
                assert run.at(*path) not in values
