"""Lines with their numbers, as `splitlines` has them, but never all at once."""

from __future__ import annotations

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from benchmark.measure.workload.numbered_lines import numbered_lines

TEXTS = st.lists(
    st.sampled_from([b"\n", b"\r", b"\r\n", b" ", b"\t", b"a", b"\x0b", b"\x0c", b"\xef\xbb\xbf"])
).map(b"".join)


@given(TEXTS)
def test_they_are_those_of_splitlines_that_are_not_blank(data: bytes) -> None:
    """Whatever ends them; a byte order mark at the beginning is none of the first."""
    lines = data.removeprefix(b"\xef\xbb\xbf").splitlines()
    expected = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    assert [*numbered_lines(data)] == expected


def test_nothing_but_line_ends_takes_no_memory() -> None:
    """A list of them would take fifty times as much."""
    data = b"\n" * 1_000_000 + b"last"
    tracemalloc.start()
    try:
        assert [*numbered_lines(data)] == [(1_000_001, b"last")]
        assert tracemalloc.get_traced_memory()[1] < 3 * len(data)
    finally:
        tracemalloc.stop()
