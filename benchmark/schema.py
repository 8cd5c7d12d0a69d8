"""Every violation of an entry, as sentences a contributor understands."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from jsonschema import Draft202012Validator, FormatChecker

from benchmark import canonical, credentials
from benchmark.entry import Entry, RunId, parse_instant
from benchmark.errors import InvalidDataError, Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jsonschema import ValidationError

    from benchmark.canonical import Json

MAX_ENTRY_BYTES = 64 * 1024

_SHOWN = 60
_NAMES = {
    "array": "a list",
    "boolean": "a boolean",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}
_judged: dict[RunId, bool] = {}


def schema_path(name: str) -> Path:
    """Where the schema file `name` is, in an installed package or in a checkout."""
    packaged = Path(__file__).parent / "_schemas" / name
    return packaged if packaged.exists() else Path(__file__).parent.parent / "schemas" / name


def violations(value: Json, *, file: str = "", path: str = "$") -> list[Violation]:
    """Every way in which `value` is not a valid entry.

    Args:
        value: any JSON value.
        file: the name that violations carry.
        path: where `value` stands in that file, `$[3]`.
    """
    found = [
        Violation(file, *explained)
        for error in _validator().iter_errors(value)
        for explained in explanations(error, path)
    ]
    size = len(_written(value).encode(errors="replace"))
    if size > MAX_ENTRY_BYTES:
        message = f"takes {size:,} bytes; an entry may take at most {MAX_ENTRY_BYTES:,}."
        found.append(Violation(file, path, message))
    return sorted(set(found))


def violations_of(entry: Entry, *, file: str = "", path: str = "$") -> list[Violation]:
    """As `violations`; an entry that was good is not judged again, at no attempt and in no file.

    Args:
        entry: what is judged; it is immutable.
        file: as in `violations`.
        path: as in `violations`.
    """
    if _judged.get(entry.run_id):
        return []
    found = violations(cast("Json", entry.data), file=file, path=path)
    _judged[entry.run_id] = not found
    return found


def why_not_ranked(entry: Entry) -> tuple[str, ...]:
    """The reasons why `entry` is not eligible; empty when it may be ranked."""
    if entry.run_id not in _judged:
        violations_of(entry)
    return entry.closed_gates() if _judged[entry.run_id] else ("it does not fit the schema",)


@cache
def _validator() -> Draft202012Validator:
    path = schema_path("leaderboard_v1.schema.json")
    schema = canonical.loads(path.read_bytes(), file=path.name)
    formats = FormatChecker(formats=())
    formats.checks("instant")(_is_instant)
    return Draft202012Validator(cast("dict[str, Json]", schema), format_checker=formats)


def _is_instant(value: object) -> bool:
    return not isinstance(value, str) or parse_instant(value) is not None


def explanations(error: ValidationError, root: str) -> Iterator[tuple[str, str]]:
    """JSON path and sentence of what a validator found wrong below `root`."""
    path = root
    for step in error.absolute_path:
        path = f"{path}[{step}]" if isinstance(step, int) else canonical.child_path(path, step)
    value, rule = cast("Any", error.instance), cast("Any", error.validator_value)
    if error.validator == "required":
        for name in rule:
            if name not in value:
                yield canonical.child_path(path, name), "is required, but missing."
    else:
        expectation = _EXPECTATIONS.get(str(error.validator), _unnamed_expectation)
        yield path, f"is {shown(value)}, expected {expectation(rule)}."


def _types(rule: str | list[str]) -> str:
    return " or ".join(_NAMES[kind] for kind in ([rule] if isinstance(rule, str) else rule))


_EXPECTATIONS: Mapping[str, Callable[[Any], str]] = {
    "type": _types,
    "minimum": "at least {}".format,
    "maximum": "at most {}".format,
    "minLength": "at least {} character".format,
    "maxLength": "at most {} characters".format,
    "enum": lambda rule: f"one of {', '.join(map(shown, rule))}",
    "format": lambda _: "a date or time such as 2026-01-31T12:00:00Z",
}


def _unnamed_expectation(rule: object) -> str:
    return f"what the schema's rule {rule!r} allows"


def _written(value: Json) -> str:
    """The value as text, in Python's form if it has none in JSON."""
    for write in (canonical.dumps, canonical.by_the_letter):
        with suppress(InvalidDataError):
            return write(value).decode()
    return repr(value)


def shown(value: Json) -> str:
    """The value as ASCII, so that no text from outside can disguise itself; no credential."""
    # Before it is cut: half a token is still half a secret.
    seen = credentials.mask(value if isinstance(value, str) else _written(value))
    text = ascii(seen) if isinstance(value, str) else ascii(seen)[1:-1]
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
