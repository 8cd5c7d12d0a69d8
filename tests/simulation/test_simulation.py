"""The simulated world keeps the Hub's rules, and is the same each time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulation.hub import HOUR, Limits
from tests.simulation.ways import each_for_itself, one_for_all, spread

COUNTS = st.integers(1, 60)
QUOTAS = st.integers(1, 20)
WINDOWS = st.sampled_from([0.0, 60.0, HOUR])


@settings(max_examples=30, deadline=None)
@given(COUNTS, QUOTAS, WINDOWS, st.integers(0, 3))
def test_everything_lands_once_and_never_faster_than_the_quota_allows(
    count: int, quota: int, window: float, seed: int
) -> None:
    """With a commit for each, n of them take as many hours as there are quotas in n, less one."""
    limits = Limits(quota=quota)
    done = each_for_itself(spread(count, window, seed), limits=limits, seed=seed)
    assert sorted(done.hub.landed) == list(range(count))
    assert (len(done.delays), done.hub.head) == (count, count)
    moments = sorted(done.hub.landed.values())
    assert all(
        later - earlier >= HOUR for earlier, later in zip(moments, moments[quota:], strict=False)
    )
    assert done.attempts == count + done.hub.conflicts + done.hub.refused


@settings(max_examples=30, deadline=None)
@given(COUNTS, QUOTAS, WINDOWS)
def test_who_takes_everything_that_waits_needs_no_more_commits_than_times_to_look(
    count: int, quota: int, window: float
) -> None:
    """However many there are: that is what `collect` and a common repository are for."""
    done = one_for_all(spread(count, window), every=900, limits=Limits(quota=quota))
    assert sorted(done.hub.landed) == list(range(count))
    assert done.hub.head <= min(count, window // 900 + 2)
    if quota > 4:
        assert max(done.delays) < 900 + 60


def test_the_same_seed_is_the_same_world() -> None:
    """And another seed is another one."""
    arrivals = spread(40, 10.0)
    first = each_for_itself(arrivals, seed=1)
    assert first.delays == each_for_itself(arrivals, seed=1).delays
    assert first.delays != each_for_itself(arrivals, seed=2).delays


@pytest.mark.parametrize("count", [1, 5])
def test_whoever_is_alone_needs_one_attempt(count: int) -> None:
    """Submissions that do not meet are not in each other's way."""
    done = each_for_itself([100.0 * number for number in range(count)])
    assert (done.attempts, done.jobs, done.hub.conflicts) == (count, count, 0)
    limits = Limits()
    assert done.delays == pytest.approx([limits.read + limits.answer / 2] * count)
