"""Every violation of an entry, as sentences a contributor understands."""

from __future__ import annotations

from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from benchmark import canonical, credentials
from benchmark.bounds import MAX_VIOLATIONS
from benchmark.entry import MAX_ENTRY_BYTES, USUAL_INSTANT, Entry, RunId, is_instant
from benchmark.errors import Violation
from benchmark.i18n import N_, Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import jsonschema_rs
    from jsonschema import Draft202012Validator, ValidationError

    from benchmark.canonical import Json

_SHOWN = 60
_NAMES = {
    "array": N_("a list"),
    "boolean": N_("a boolean"),
    "integer": N_("a whole number"),
    "null": N_("null"),
    "number": N_("a number"),
    "object": N_("an object"),
    "string": N_("a string"),
}
_INSTANT = "instant"
_QUICK_INSTANT: Json = {"anyOf": [{"pattern": f"^{USUAL_INSTANT}$"}, {"format": _INSTANT}]}
"""What Python is asked for last: that takes 2 µs, of 6 for an entry."""

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
        for error in islice(_validator().iter_errors(value), MAX_VIOLATIONS + 1)
        for explained in explanations(error, path)
    ]
    size = len(canonical.text_of(value).encode(errors="replace"))
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
    if fits(entry):
        return []
    found = violations(cast("Json", entry.data), file=file, path=path)
    entry.fits_schema = _judged[entry.run_id] = not found
    return found


def fits(entry: Entry) -> bool:
    """Whether `violations` has nothing to say: the verdict alone, a hundred times as fast."""
    if entry.fits_schema is None:
        known = _judged.get(entry.run_id)
        if known is None:
            small = len(entry.canonical) <= MAX_ENTRY_BYTES
            known = _judged[entry.run_id] = small and is_valid(entry.data)
        entry.fits_schema = known
    return entry.fits_schema


def is_valid(value: object) -> bool:
    """The schema's verdict on a JSON value of which no number is out of range."""
    return _verdict().is_valid(value)


def remember_good(entries: Iterable[Entry]) -> None:
    """They have been judged, here or by another process."""
    for entry in entries:
        entry.fits_schema = _judged[entry.run_id] = True


def why_not_ranked(entry: Entry, *, confirmed: bool = False) -> tuple[str, ...]:
    """The reasons why `entry` is not eligible; empty when it may be ranked.

    Args:
        entry: what is judged.
        confirmed: whether a maintainer has lifted its verdict.
    """
    if not fits(entry):
        return (Sentence(N_("it does not fit the schema")),)
    return entry.closed_gates(confirmed=confirmed)


@cache
def rules() -> dict[str, Json]:
    """The schema of entries."""
    path = schema_path("leaderboard_v1.schema.json")
    return cast("dict[str, Json]", canonical.loads(path.read_bytes(), file=path.name))


@cache
def _verdict() -> jsonschema_rs.Draft202012Validator:
    """Says only whether: in 5 µs where fastjsonschema takes 20 and jsonschema 600.

    It is made in a millisecond, without importing anything else; fastjsonschema takes 100.
    """
    import jsonschema_rs  # noqa: PLC0415 - most commands judge nothing, and should start fast

    return jsonschema_rs.Draft202012Validator(
        cast("dict[str, Any]", _quickened(rules())),
        formats={_INSTANT: _is_instant},
        validate_formats=True,
    )


def _quickened(rule: Json) -> Json:
    """The same schema, whose instants are known by their looks as a rule."""
    if isinstance(rule, list):
        return [_quickened(item) for item in rule]
    if not isinstance(rule, dict):
        return rule
    others = {name: _quickened(item) for name, item in rule.items()}
    if others.get("format") != _INSTANT:
        return others
    del others["format"]
    return {**others, "allOf": [_QUICK_INSTANT]}


@cache
def _validator() -> Draft202012Validator:
    """Says what: for those that fail."""
    from jsonschema import Draft202012Validator, FormatChecker  # noqa: PLC0415 - as above

    formats = FormatChecker(formats=())
    formats.checks(_INSTANT)(_is_instant)
    return Draft202012Validator(rules(), format_checker=formats)


def _is_instant(value: object) -> bool:
    return not isinstance(value, str) or is_instant(value)


def explanations(error: ValidationError, root: str) -> Iterator[tuple[str, str]]:
    """JSON path and sentence of what a validator found wrong below `root`."""
    path = root
    for step in error.absolute_path:
        path = f"{path}[{step}]" if isinstance(step, int) else canonical.child_path(path, step)
    value, rule = cast("Any", error.instance), cast("Any", error.validator_value)
    if error.validator == "required":
        for name in rule:
            if name not in value:
                yield canonical.child_path(path, name), N_("is required, but missing.")
    else:
        expectation = _EXPECTATIONS.get(str(error.validator), _unnamed_expectation)
        yield path, N_("is {0}, expected {1}.").format(shown(value), expectation(rule))


def _types(rule: str | list[str]) -> str:
    first, *others = [_NAMES[kind] for kind in ([rule] if isinstance(rule, str) else rule)]
    # One by one, so that each can be told in the reader's language.
    for other in others:
        first = N_("{0} or {1}").format(first, other)
    return first


_EXPECTATIONS: Mapping[str, Callable[[Any], str]] = {
    "type": _types,
    "minimum": N_("at least {0}").format,
    "maximum": N_("at most {0}").format,
    "minLength": N_("at least {0} character").format,
    "maxLength": N_("at most {0} characters").format,
    "enum": lambda rule: N_("one of {0}").format(", ".join(map(shown, rule))),
    "format": lambda _: N_("a date or time such as 2026-01-31T12:00:00Z"),
}


def _unnamed_expectation(rule: object) -> str:
    return N_("what the schema's rule {0} allows").format(repr(rule))


def shown(value: Json) -> str:
    """The value as ASCII, so that no text from outside can disguise itself; no credential."""
    # Before it is cut: half a token is still half a secret.
    seen = credentials.mask(
        _searchable(value if isinstance(value, str) else canonical.text_of(value))
    )
    text = ascii(seen) if isinstance(value, str) else ascii(seen)[1:-1]
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _searchable(text: str) -> str:
    """Nothing of a text that is too long to be searched, unless a quick look says it is clean."""
    if len(text) <= MAX_ENTRY_BYTES or not credentials.may_hold(text):
        return text
    return credentials.MASK
