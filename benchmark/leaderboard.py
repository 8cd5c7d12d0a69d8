"""A leaderboard, the canonical file form of entries, and what is read from a dataset."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NewType, TypeAlias

from benchmark import canonical
from benchmark.entry import Entry
from benchmark.errors import InvalidDataError, Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from benchmark.canonical import Json
    from benchmark.entry import ConfigKey

Revision = NewType("Revision", str)
"""A commit id: 40 lowercase hexadecimal digits."""

# An entry that is read on its own still fits into a list.
_ENTRY_DEPTH = canonical.MAX_DEPTH - 1

Leaderboard: TypeAlias = "Mapping[ConfigKey, Entry]"
"""Config key → its best eligible entry."""


@dataclass(frozen=True)
class Snapshot:
    """What was read from the dataset, with the revision it was read at.

    Attributes:
        revision: the head of the branch when the read began; every file is as of it.
        files: path → content; a path that is not here does not exist at that revision. Some stores
            read a file only when it is asked for, and everything when they are all gone through;
            what raises `read` then raises here.
        changed_by: path of a file or folder → the commit that last changed it, where that is known.
        digests: path → sha-256 of its content in hexadecimal, where it was computed already.
        ahead: tells the store which files will be asked for, so that it can read them together.
    """

    revision: Revision
    files: Mapping[str, bytes]
    changed_by: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, canonical.Digest] = field(default_factory=dict, compare=False)
    ahead: Callable[[Iterable[str]], object] = field(default=tuple, compare=False)


def encode(entries: Iterable[Entry]) -> bytes:
    """The canonical file form: a sorted JSON array, one entry a line; same entries, same bytes."""
    lines = _sorted_lines(entries)
    return b"[\n" + b",\n".join(lines) + b"\n]\n" if lines else b"[]\n"


def encode_lines(entries: Iterable[Entry]) -> bytes:
    """JSON Lines in the same order: the form of the immutable fragments in `runs/`."""
    return b"".join(line + b"\n" for line in _sorted_lines(entries))


def decode(data: bytes, *, file: str) -> list[Entry]:
    """The entries of any JSON array of objects, not yet judged.

    Raises:
        InvalidDataError: if the bytes are no strict JSON, no array, or a member is no object.
    """
    return _entries(canonical.loads(data, file=file), file)


def decode_one_or_many(data: bytes, *, file: str) -> list[Entry]:
    """As `decode`, and an object counts as a list of one: what `run` writes.

    Raises:
        InvalidDataError: as `decode`.
    """
    value = canonical.loads(data, file=file, max_depth=_ENTRY_DEPTH)
    return _entries([value] if isinstance(value, dict) else value, file)


def decode_lines(data: bytes, *, file: str) -> list[dict[str, Json]]:
    """The objects of a JSON Lines file; blank lines are skipped.

    Raises:
        InvalidDataError: if a line is no strict JSON or no object.
    """
    lines = [line for line in data.split(b"\n") if line.strip()]
    values = [
        canonical.loads(line, file=file, root=f"$[{index}]", max_depth=_ENTRY_DEPTH)
        for index, line in enumerate(lines)
    ]
    return _objects(values, file)


def _sorted_lines(entries: Iterable[Entry]) -> list[bytes]:
    distinct = {entry.run_id: entry for entry in entries}.values()
    ordered = sorted(distinct, key=lambda entry: (entry.config_key, entry.run_id))
    return [entry.canonical for entry in ordered]


def _entries(value: Json, file: str) -> list[Entry]:
    return [Entry(item) for item in _objects(value, file)]


def _objects(value: Json, file: str) -> list[dict[str, Json]]:
    if not isinstance(value, list):
        problem = Violation(file, "$", "is not a list of entries.")
        raise InvalidDataError(f"{file} does not hold entries.", [problem])
    objects = [item for item in value if isinstance(item, dict)]
    if len(objects) < len(value):
        problems = [
            Violation(file, f"$[{index}]", "is not an entry: an entry is an object.")
            for index, item in enumerate(value)
            if not isinstance(item, dict)
        ]
        raise InvalidDataError(f"{file} does not hold entries.", problems)
    return objects
