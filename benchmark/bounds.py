"""How much a file of entries may hold, so that reading any file takes bounded memory and time.

A file is refused before it is parsed if it has more than `MAX_FILE_BYTES`, or so many values that
no entries can be in it: parsed, they might take fifty times its size. Of a file that is refused no
more than `MAX_VIOLATIONS` are listed. So any file is done with in some five times its size in
memory, and in time that is proportional to its size: of 255 MB, half a gigabyte and a minute for
what is refused, 1.3 GiB and some 80 s for the shortest entries there can be, with a fault in the
last (measured; tests/unit/test_bounds.py holds what would take gigabytes to 512 MiB).
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from benchmark import regular_file, respelling
from benchmark.errors import InvalidDataError, Violation

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_FILE_BYTES = regular_file.LARGEST
"""Some 1,200,000 entries."""

MAX_WRITTEN_BYTES = 1024 * 1024
"""Of one entry as it is written: sixteen times its canonical form, for indentation and escapes."""

MAX_VIOLATIONS = 1_000
"""Of one file: more than anybody reads, and less than a hundred would correct by hand."""

_SHORTEST_ENTRY = 256
"""Bytes; one with nothing but what is required has 374."""


def check(data: bytes, file: str) -> None:
    """Refuse what would take far more memory than its size once it is parsed.

    Raises:
        InvalidDataError: it has more values than entries have in so many bytes.
    """
    if respelling.is_dense(data):
        raise _refusal(file, f"holds too many values in {len(data):,} bytes: these are no entries.")


def are_too_short(count: int, size: int) -> bool:
    """Whether there cannot be so many entries in so many bytes; a few short ones are judged."""
    return count > MAX_VIOLATIONS + size // _SHORTEST_ENTRY


def check_members(count: int, size: int, file: str) -> None:
    """Refuse a list of members too short to be entries.

    Args:
        count: of members.
        size: bytes that they take.
        file: the name that the violation carries.

    Raises:
        InvalidDataError: they are more than there can be entries in so many bytes.
    """
    if are_too_short(count, size):
        raise _refusal(file, f"holds {count:,} members in {size:,} bytes: too short to be entries.")


def first(violations: Iterable[Violation], file: str) -> list[Violation]:
    """The first violations of a file, and one that says so if there are more."""
    found = list(islice(violations, MAX_VIOLATIONS + 1))
    if len(found) > MAX_VIOLATIONS:
        more = f"has more wrong with it; only the first {MAX_VIOLATIONS:,} are listed."
        found[MAX_VIOLATIONS:] = [Violation(file, "$", more)]
    return found


def _refusal(file: str, problem: str) -> InvalidDataError:
    return InvalidDataError(f"{file} is not acceptable.", [Violation(file, "$", problem)])
