"""The only door between JSON bytes and values, and the only writer of files.

Reading is strict: what two readers could understand differently is refused (duplicate keys, NaN,
Infinity, integers beyond ±(2^53 − 1), lone surrogates, absurd nesting, bytes that are not UTF-8).
Writing is RFC 8785 (https://www.rfc-editor.org/rfc/rfc8785), so equal values are equal bytes.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections import Counter
from contextlib import ExitStack, suppress
from hashlib import sha256
from typing import TYPE_CHECKING, NewType, TypeAlias, cast

import orjson
import rfc8785

from benchmark import bounds, foreign, regular_file, respelling
from benchmark.errors import InvalidDataError, UsageError, Violation
from benchmark.i18n import N_
from benchmark.text import without_surrogates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Digest = NewType("Digest", str)
"""Lowercase hexadecimal sha-256, 64 characters."""

MAX_SAFE_INTEGER = 2**53 - 1
MAX_DEPTH = 64
"""Objects and arrays within each other; a list of entries around an entry does not count."""

_LEFTOVER = re.compile(r"\..+\.[0-9a-f]{16}\.tmp")
_MANY_FILES = 16
_AT_ONCE = 16

_JCS_EXPONENT_FROM = 1e21
_PLAIN_FLOAT_FROM = 1e-5
_LONGEST_SAFE_INTEGER = 20
TOO_DEEP = f"nested more than {MAX_DEPTH} levels deep."
_UNSAFE = "an integer beyond ±(2^53 − 1) loses digits in other readers."
_LONGEST_SHOWN_KEY = 80


class _RepeatedKey(dict[str, Json]):
    """An object that named some keys more than once, kept until its path is known."""

    keys_named_twice: tuple[str, ...] = ()


def loads(data: bytes, *, file: str, root: str = "$", max_depth: int = MAX_DEPTH) -> Json:
    """Parse strict JSON.

    Args:
        data: UTF-8 bytes; a byte order mark is ignored.
        file: the name that violations carry.
        root: the JSON path of the value itself.
        max_depth: how many objects and arrays may be within each other.

    Raises:
        InvalidDataError: with every violation, each with its JSON path.
    """
    try:
        value = json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_object, parse_int=_bounded_int
        )
    except UnicodeDecodeError as error:
        problem = foreign.told(data) or f"byte {error.start} is not UTF-8."
        raise _invalid(file, root, problem) from None
    except json.JSONDecodeError as error:
        raise _invalid(file, root, _no_json(data, error)) from None
    except RecursionError:
        raise _invalid(file, root, TOO_DEEP) from None
    found = (Violation(file, *problem) for problem in _problems(value, root, max_depth))
    problems = bounds.first(found, file)
    if problems:
        refusal = InvalidDataError(f"{file} is not acceptable JSON.", problems)
        refusal.parsed = value
        raise refusal
    return cast("Json", value)


def loads_and_dumps(
    data: bytes, *, file: str, root: str = "$", max_depth: int = MAX_DEPTH
) -> tuple[Json, bytes]:
    """The value, as `loads` reads it, and its canonical form: in one step where there is no doubt.

    Raises:
        InvalidDataError: as `loads`.
    """
    quick = respelling.respelled(data, max_depth)
    if quick is not None:
        return cast("tuple[Json, bytes]", quick)
    value = loads(data, file=file, root=root, max_depth=max_depth)
    return value, dumps(value)


def dumps(value: Json) -> bytes:
    """The canonical form of `value`: RFC 8785, no newline at the end.

    Raises:
        InvalidDataError: for a value that has no canonical form (NaN, Infinity, a number that
            would be an integer beyond ±(2^53 − 1), a lone surrogate).
    """
    try:
        return respelling.trimmed(orjson.dumps(_for_orjson(value), option=orjson.OPT_SORT_KEYS))
    except (_NeedsOracle, orjson.JSONEncodeError):
        pass
    if any(map(_unsafe, _floats(value))):
        raise InvalidDataError(f"A value has no canonical JSON form: {_UNSAFE}")
    return by_the_letter(value)


def reread(data: bytes) -> Json:
    """The value of bytes that `dumps` wrote."""
    return cast("Json", orjson.loads(data))


def by_the_letter(value: Json) -> bytes:
    """What RFC 8785 says of `value`, also where `loads` refuses the outcome.

    Raises:
        InvalidDataError: for NaN, Infinity, an integer beyond ±(2^53 − 1), a lone surrogate.
    """
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise InvalidDataError(f"A value has no canonical JSON form: {error}") from None


def text_of(value: Json) -> str:
    """The value as text, in Python's form if it has none in JSON."""
    for write in (dumps, by_the_letter):
        with suppress(InvalidDataError):
            return write(value).decode()
    return repr(value)


def writable(value: Json) -> Json:
    """The value with every word in it such that it can be written: paths may have any bytes."""
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, dict):
        return {without_surrogates(key): writable(item) for key, item in value.items()}
    return [writable(item) for item in value] if isinstance(value, list) else value


def digest(data: bytes) -> Digest:
    """The sha-256 of `data` in hexadecimal."""
    return Digest(sha256(data).hexdigest())


def read_bytes(path: Path, most: int = regular_file.LARGEST) -> bytes:
    """The content of a file the user named; a link is followed, a pipe is not waited for.

    Args:
        path: where it is.
        most: bytes that it may have.

    Raises:
        UsageError: if it cannot be read.
    """
    try:
        return regular_file.read(path, most, follows=True)
    except regular_file.NotReadableError as error:
        raise UsageError(
            f"Cannot read {path}: {error.reason}.", hint=N_("Check the path.")
        ) from None


def write_atomic(path: Path, data: bytes) -> None:
    """Replace `path` by `data`: a reader, or a crash, sees the old content or the new.

    Raises:
        UsageError: if the file cannot be written; the old content is still there.
    """
    write_all_atomic({path: data})


def write_all_atomic(files: Mapping[Path, bytes]) -> None:
    """Replace several files; none is touched before all the new contents are on disk.

    A link to a file is replaced, never followed: who put it there may have meant another place. A
    device or a pipe is refused, for a file in its place would take /dev/null from everybody.

    Raises:
        UsageError: if a file cannot be written.
    """
    for path in files:
        _refuse_to_replace(path)
    with ExitStack() as leftovers:
        try:
            for temporary, path in zip(_stage_all(files, leftovers), files, strict=True):
                temporary.replace(path)
            for folder in {path.parent for path in files}:
                _sync_folder(folder)
        except OSError as error:
            raise _not_written(error) from None


def _refuse_to_replace(path: Path) -> None:
    kind = regular_file.kind_of(path)
    if kind is not None:
        raise UsageError(f"Cannot write {path}: it is {kind}.", hint=N_("Name a file."))


def _not_written(error: OSError) -> UsageError:
    return UsageError(
        f"Cannot write {error.filename or 'a file'}: {error.strerror or error}.",
        hint=N_("Check that the folder exists, is writable and has space left."),
    )


def remove_leftovers(folder: Path) -> None:
    """Remove below `folder` what a write left that was killed; nobody may be writing there now.

    Raises:
        UsageError: if it cannot be removed.
    """
    try:
        for path in folder.rglob(".*.tmp"):
            if _LEFTOVER.fullmatch(path.name):
                path.unlink(missing_ok=True)
    except OSError as error:
        raise _not_written(error) from None


def _stage_all(files: Mapping[Path, bytes], leftovers: ExitStack) -> list[Path]:
    """Several at a time where there are many: a disk is asked to sync them together."""
    if len(files) < _MANY_FILES:
        return [_stage(path, data, leftovers) for path, data in files.items()]
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - few writes need it

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda path: _stage(path, files[path], leftovers), files))


def _stage(path: Path, data: bytes, leftovers: ExitStack) -> Path:
    temporary = path.parent / f".{path.name}.{os.urandom(8).hex()}.tmp"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            leftovers.callback(_discard, temporary)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        # A full disk does not say which file it has no place for.
        error.filename = error.filename or str(path)
        raise
    return temporary


def _discard(temporary: Path) -> None:
    """Unless it has its name by now; a disk that became read-only has been told of already."""
    with suppress(OSError):
        temporary.unlink()


def _sync_folder(folder: Path) -> None:
    """Make a rename durable; Windows cannot open folders and needs no such call."""
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _no_json(data: bytes, error: json.JSONDecodeError) -> str:
    said = foreign.told_of_more(error.doc, error.pos) if error.msg == "Extra data" else None
    where = f"line {error.lineno}, column {error.colno}"
    return foreign.told(data) or said or f"not JSON: {error.msg} at {where}."


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    result = dict(pairs)
    if len(result) == len(pairs):
        return result
    repeated = _RepeatedKey(result)
    counts = Counter(key for key, _ in pairs)
    repeated.keys_named_twice = tuple(key for key, count in counts.items() if count > 1)
    return repeated


def _bounded_int(text: str) -> int:
    """Any integer longer than the longest safe one is out of range whatever its digits say."""
    return int(text) if len(text) <= _LONGEST_SAFE_INTEGER else 2**64


def _problems(value: object, path: str, levels: int) -> Iterator[tuple[str, str]]:
    if not isinstance(value, (dict, list)):
        yield from _scalar_problems(value, path)
    elif not levels:
        yield path, TOO_DEEP
    elif isinstance(value, dict):
        yield from _repetitions(value, path)
        for key, item in value.items():
            if not (_is_plain(key) and _is_plain(item)):
                yield from _scalar_problems(key, path)
                yield from _problems(item, child_path(path, key), levels - 1)
    else:
        for index, item in enumerate(value):
            yield from _problems(item, f"{path}[{index}]", levels - 1)


def _repetitions(value: dict[str, object], path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, _RepeatedKey):
        for key in value.keys_named_twice:
            yield path, f"the key {json.dumps(key[:_LONGEST_SHOWN_KEY])} appears twice."


def _is_plain(value: object) -> bool:
    """Whether a look shows that there is no problem: most values need no path."""
    if isinstance(value, str):
        return value.isascii()
    if isinstance(value, (int, float)):
        return -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER
    return value is None


def _scalar_problems(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
            yield path, "a lone surrogate is not text."
    elif isinstance(value, float) and not math.isfinite(value):
        yield path, "NaN and Infinity are not JSON numbers."
    elif isinstance(value, (int, float)) and _unsafe(value):
        yield path, _UNSAFE


def _unsafe(number: float) -> bool:
    """Whether the canonical text of `number` would be an integer out of range."""
    return abs(number) > MAX_SAFE_INTEGER and (
        isinstance(number, int) or abs(number) < _JCS_EXPONENT_FROM
    )


def _floats(value: Json) -> Iterator[float]:
    if isinstance(value, float):
        yield value
    elif isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _floats(item)


def child_path(path: str, key: str) -> str:
    """The JSON path of member `key`, quoted where the key is not a plain word."""
    if key.isascii() and key.isidentifier() and len(key) <= _LONGEST_SHOWN_KEY:
        return f"{path}.{key}"
    return f"{path}[{json.dumps(key[:_LONGEST_SHOWN_KEY])}]"


class _NeedsOracle(Exception):  # noqa: N818 - a signal inside this module, not an error
    """orjson would write this value in another form than RFC 8785 asks."""


def _for_orjson(value: Json) -> Json:
    """The value such that orjson's sorted output is its RFC 8785 form.

    They differ in floats (1.0, exponents) and in the order of keys beyond ASCII. Both refuse lone
    surrogates.
    """
    if isinstance(value, dict):
        if not all(key.isascii() for key in value):
            raise _NeedsOracle
        return {key: _for_orjson(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_for_orjson(item) for item in value]
    if isinstance(value, float):
        return _float_for_orjson(value)
    if isinstance(value, int) and abs(value) > MAX_SAFE_INTEGER:
        raise _NeedsOracle
    return value


def _float_for_orjson(value: float) -> float:
    if value.is_integer() and abs(value) <= MAX_SAFE_INTEGER:
        return int(value)
    if _PLAIN_FLOAT_FROM <= abs(value) <= MAX_SAFE_INTEGER:
        return value
    raise _NeedsOracle


def _invalid(file: str, path: str, message: str) -> InvalidDataError:
    return InvalidDataError(f"{file} is not acceptable JSON.", [Violation(file, path, message)])
