"""A leaderboard, the canonical file form of entries, and what is read from a dataset."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NewType, TypeAlias, cast

from benchmark import bounds, canonical, respelling
from benchmark.entry import Entry
from benchmark.errors import InvalidDataError, Violation
from benchmark.fragment_reading import entries_of_fragments, entries_of_lines, text_lines
from benchmark.reading import entries_of_array, settled
from benchmark.refusals import refusal, too_long
from benchmark.watch import unwatched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from benchmark.canonical import Json
    from benchmark.entry import ConfigKey
    from benchmark.watch import Watch

Revision = NewType("Revision", str)
"""A commit id: 40 lowercase hexadecimal digits."""

_LARGE = 16 * 1024 * 1024
"""Bytes; parsed as a whole they may take a gigabyte."""

_FILE_DEPTH = canonical.MAX_DEPTH + 1
_OBJECT = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")

Leaderboard: TypeAlias = "Mapping[ConfigKey, Entry]"
"""Config key → its best eligible entry."""


Changes: TypeAlias = "Mapping[str, bytes | None]"
"""Path of a file of the dataset → what it will hold; None where it goes."""


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
        name: the dataset's, as owner/name; "" where it has none.
    """

    revision: Revision
    files: Mapping[str, bytes]
    changed_by: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, canonical.Digest] = field(default_factory=dict, compare=False)
    ahead: Callable[[Iterable[str]], object] = field(default=tuple, compare=False)
    name: str = ""


def applied(files: Mapping[str, bytes], changes: Changes) -> dict[str, bytes]:
    """The files once they are changed."""
    return {path: data for path, data in {**files, **changes}.items() if data is not None}


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Each run once, as they stand in a file: by config key, then by run id."""
    distinct = {entry.run_id: entry for entry in entries}.values()
    return sorted(distinct, key=lambda entry: (entry.config_key, entry.run_id))


def encode(entries: Iterable[Entry]) -> bytes:
    """The canonical file form: a sorted JSON array, one entry a line; same entries, same bytes."""
    return encode_ordered(in_order(entries))


def encode_ordered(entries: Iterable[Entry]) -> bytes:
    """As `encode`, of entries that are `in_order`."""
    lines = [entry.canonical for entry in entries]
    if not lines:
        return b"[]\n"
    # Into the lines, for around them it would take another copy of them all.
    lines[0] = b"[\n" + lines[0]
    lines[-1] += b"\n]\n"
    return b",\n".join(lines)


def encode_lines(entries: Iterable[Entry]) -> bytes:
    """JSON Lines in the same order: the form of the immutable fragments in `runs/`."""
    return encode_ordered_lines(in_order(entries))


def encode_ordered_lines(entries: Iterable[Entry]) -> bytes:
    """As `encode_lines`, of entries that are `in_order`."""
    return b"\n".join([*[entry.canonical for entry in entries], b""])


def lines(data: bytes, start: int = 0) -> Iterator[bytes]:
    """The canonical forms in a file that `encode` or `encode_lines` wrote, one after the other.

    Args:
        data: the file.
        start: where the first line begins that is asked for.
    """
    while (end := data.find(b"\n", start)) >= 0:
        line = data[start : end - data.startswith(b",", end - 1)]
        if line.startswith(b"{"):
            yield line
        start = end + 1


def decode(data: bytes, *, file: str) -> list[Entry]:
    """The entries of any JSON array of objects; those that are good are packed.

    They are read one after the other, so that never all of them are there as parsed objects.

    Raises:
        InvalidDataError: if the bytes are no strict JSON, no array, or a member is no object.
    """
    bounds.check(data, file)
    quick = entries_of_array(data, file=file)
    if quick is not None:
        return quick
    if is_large(data) or respelling.spans(data) is not None:
        raise refusal(data, file=file)
    return _entries(canonical.loads(data, file=file, max_depth=_FILE_DEPTH), file)


def decode_known(data: bytes, known: Mapping[bytes, Entry], *, file: str) -> list[Entry]:
    """As `decode`; nothing is parsed where it is `encode`'s file of entries that are known.

    Args:
        data: a leaderboard.
        known: canonical form → entry.
        file: the name that violations carry.

    Raises:
        InvalidDataError: as `decode`.
    """
    found = _known_entries(data, known)
    return decode(data, file=file) if found is None else found


def known_in(several: Iterable[Iterable[Entry]]) -> dict[bytes, Entry]:
    """Canonical form → entry."""
    return {entry.canonical: entry for entries in several for entry in entries}


def _known_entries(data: bytes, known: Mapping[bytes, Entry]) -> list[Entry] | None:
    """None if anything but a line of one of them is between the brackets."""
    start, found = len(b"[\n"), list[Entry]()
    if not data.startswith(b"[\n"):
        return None
    while (end := data.find(b"\n", start)) >= 0:
        is_last = not data.startswith(b",", end - 1)
        entry = known.get(data[start : end if is_last else end - 1])
        if entry is None:
            return None
        found.append(entry)
        start = end + 1
        if is_last:
            return found if data[start:] == b"]\n" else None
    return None


def is_large(data: bytes) -> bool:
    """Whether of a text that is no list only the place is told where that is seen."""
    return len(data) > _LARGE


def decode_one_or_many(data: bytes, *, file: str) -> list[Entry]:
    """As `decode`, and an object counts as a list of one: what `run` writes.

    Raises:
        InvalidDataError: as `decode`.
    """
    if not _OBJECT.match(data):
        return decode(data, file=file)
    if len(data) > bounds.MAX_WRITTEN_BYTES:
        problem = too_long(data, file=file)
        raise InvalidDataError(f"{file} is no acceptable entry.", [problem])
    value, written = canonical.loads_and_dumps(data, file=file)
    return [settled(Entry(cast("dict[str, Json]", value), written))]


def decode_lines(data: bytes, *, file: str) -> list[dict[str, Json]]:
    """The objects of a JSON Lines file; blank lines are skipped.

    Raises:
        InvalidDataError: if a line is no strict JSON or no object.
    """
    values = [
        canonical.loads(line, file=file, root=f"$[{index}]")
        for index, line in enumerate(text_lines(data))
    ]
    return _objects(values, file)


def decode_fragment(data: bytes, *, file: str) -> list[Entry]:
    """The entries of a JSON Lines file, as `decode` reads those of an array.

    Raises:
        InvalidDataError: as `decode_lines`.
    """
    quick = entries_of_lines(data)
    return _packed(decode_lines(data, file=file)) if quick is None else quick


def decode_fragments(
    fragments: Mapping[str, bytes], watch: Watch = unwatched
) -> Iterator[tuple[str, list[Entry]]]:
    """Path and entries of each, as `decode_fragment` reads them; many by several processes.

    Raises:
        InvalidDataError: as `decode_lines`.
    """
    sizes = [*map(len, fragments.values())]
    quick = watch(entries_of_fragments([*fragments.values()]), sizes)
    for (path, data), entries in zip(fragments.items(), quick, strict=True):
        yield path, decode_fragment(data, file=path) if entries is None else entries


def _entries(value: Json, file: str) -> list[Entry]:
    return _packed(_objects(value, file))


def _packed(objects: Iterable[dict[str, Json]]) -> list[Entry]:
    return [settled(Entry(item)) for item in objects]


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
