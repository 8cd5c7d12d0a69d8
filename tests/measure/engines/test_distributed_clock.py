"""Another machine's clock on ours."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from benchmark.measure.engines.distributed.clock import find_offset, ours
from benchmark.measure.samples import Timing

DELAYS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=9)


class Network:
    """Two clocks and the delays between them, there and back."""

    def __init__(self, offset: int, delays: list[tuple[int, int]]) -> None:
        self.now = 0
        self.offset = offset
        self.delays = iter(delays)

    def ask(self) -> int:
        """The other clock, after some time on the way."""
        there, back = next(self.delays)
        self.now += there
        theirs = self.now + self.offset
        self.now += back
        return theirs


@given(offset=st.integers(-(10**15), 10**15), delays=DELAYS)
def test_the_offset_is_found_within_its_stated_error(
    offset: int, delays: list[tuple[int, int]]
) -> None:
    """Whatever the way there and back takes; the error is half of the shortest round trip."""
    network = Network(offset, delays)
    found = find_offset(network.ask, lambda: network.now, len(delays))
    assert abs(found.ns - offset) <= found.error_ns
    assert found.error_ns <= (min(map(sum, delays)) + 1) // 2


def test_stamps_move_by_the_offset_and_keep_their_distances() -> None:
    """A clock that is ahead by 1000 ns."""
    found = find_offset(lambda: 1000, lambda: 0, 1)
    assert ours(Timing(1000, (1001, 1005), 1007), found) == Timing(0, (1, 5), 7)
