"""Which runs a file of canonical lines holds.

The sha-256 of a line is the run that it holds. A line that is known beforehand, as it was just
written, need not be hashed for that: comparing 64 of them at a time takes half as long, and
looking each up in a dictionary of lines as long as hashing it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark import canonical
from benchmark.entry import RunId
from benchmark.leaderboard import lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.entry import Entry

_TOGETHER = 64
"""Lines that are compared at a time, which fit the processor's cache."""

_ENDS = (b",\n", b"\n")


def runs_in(data: bytes, expected: Sequence[Entry]) -> set[RunId]:
    """The runs in a file that `encode` or `encode_lines` wrote, whatever is expected.

    Args:
        data: the file.
        expected: the entries that it should hold, in their order there; only as long as it does is
            it quick to look.
    """
    found: set[RunId] = set()
    at, separator = (2, b",\n") if data.startswith(b"[\n") else (0, b"\n")
    for first in range(0, len(expected), _TOGETHER):
        some = expected[first : first + _TOGETHER]
        block = separator.join([entry.canonical for entry in some])
        end = at + len(block)
        if not (data.startswith(block, at) and data.startswith(_ENDS, end)):
            break
        found.update([entry.run_id for entry in some])
        at = data.index(b"\n", end) + 1
    return found.union(RunId(canonical.digest(line)) for line in lines(data, at))
