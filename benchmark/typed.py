"""The schema of entries as types, by which msgspec reads and judges in one step.

In the 4 µs that orjson takes to read an entry of 1.6 kB; jsonschema-rs takes 5 more to judge it.
Of what it refuses nothing is said. It leaves out fields that neither the schema names nor an entry
before had, and those named twice but once: who uses it counts them.
"""

from __future__ import annotations

import sys
from functools import cache, reduce
from itertools import count
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict, cast

import msgspec

from benchmark import schema
from benchmark.entry import is_instant, is_usual_instant

if sys.version_info >= (3, 11):
    from typing import NotRequired
else:
    from typing_extensions import NotRequired

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from benchmark.canonical import Json

    Rule = Mapping[str, Any]
    Path = tuple[str, ...]

_BOUNDS = {
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "minLength": "min_length",
    "maxLength": "max_length",
}
_NO_RULES = frozenset({"$schema", "$id", "title", "description"})
_SAID_BY_FIT = frozenset({"format", "if", "then"})
_SAID = {"type", "enum", "properties", "required", "additionalProperties", "items", *_BOUNDS}

_MOST_NAMES = 64
_MOST_LOOKS = 256
"""Entries that are looked at for fields that the schema does not name, in 10 µs each."""

_seen: set[Path] = set()
_looks = count()


def learn(values: Iterable[Mapping[str, Json]]) -> None:
    """Have entries read with the fields that valid ones had besides: a file's are much alike."""
    for value in values:
        if next(_looks) >= _MOST_LOOKS:
            return
        found = {*_unnamed(schema.rules(), value, ())}
        if not found <= _seen and len(found | _seen) <= _MOST_NAMES:
            _seen.update(found)
            _decoder.cache_clear()


def _unnamed(rule: Rule, value: Mapping[str, Json], path: Path) -> Iterator[Path]:
    for name, item in value.items():
        known = rule["properties"].get(name)
        if known is None:
            yield (*path, name)
        elif isinstance(item, dict) and "properties" in known:
            yield from _unnamed(known, item, (*path, name))


def loads(data: bytes) -> list[object]:
    """The entries of a JSON array, whose fields are as the schema has them.

    Raises:
        msgspec.MsgspecError: it is none, or something in it does not fit.
    """
    return _decoder().decode(data)


def fit(values: Sequence[Mapping[str, Json]]) -> bool:
    """Whether all entries that were read are valid: what types cannot tell."""
    instants = [cast("Mapping[str, str]", value["metadata"])["submitted_at"] for value in values]
    if not (all(map(is_usual_instant, instants)) or all(map(is_instant, instants))):
        return False
    # The only type on which other fields depend.
    several = (value for value in values if value["config_type"] == "multi_node")
    return all(map(schema.is_valid, several))


@cache
def _decoder() -> msgspec.json.Decoder[list[object]]:
    return msgspec.json.Decoder(list[type_of(schema.rules())])  # type: ignore[misc]


def type_of(rule: Rule, path: Path = ()) -> Any:  # noqa: ANN401 - a type that is made here
    """Of all that fits a rule, but for its formats and conditions.

    Raises:
        NotImplementedError: it has a keyword that was never translated.
    """
    unknown = rule.keys() - _SAID - _NO_RULES - _SAID_BY_FIT
    if unknown:
        raise NotImplementedError(sorted(unknown))
    if "enum" in rule:
        return Literal[tuple(rule["enum"])]
    if "type" not in rule:
        return Any
    kinds = [rule["type"]] if isinstance(rule["type"], str) else rule["type"]
    return reduce(or_, (_TYPES[kind](rule, path) for kind in kinds))


def _bounded(*kinds: type) -> Callable[[Rule, Path], Any]:
    def type_within(rule: Rule, _: Path) -> Any:  # noqa: ANN401
        bounds = {_BOUNDS[name]: limit for name, limit in rule.items() if name in _BOUNDS}
        return reduce(or_, (Annotated[kind, msgspec.Meta(**bounds)] for kind in kinds))

    return type_within


def _object(rule: Rule, path: Path) -> Any:  # noqa: ANN401
    if "properties" not in rule:
        return dict[str, type_of(rule.get("additionalProperties", {}))]  # type: ignore[misc]
    fields = {seen[-1]: NotRequired[Any] for seen in _seen if seen[:-1] == path}
    for name, each in rule["properties"].items():
        kind = type_of(each, (*path, name))
        fields[name] = kind if name in rule.get("required", ()) else NotRequired[kind]
    return TypedDict("Fields", fields)  # type: ignore[operator]


def _array(rule: Rule, _: Path) -> Any:  # noqa: ANN401
    # What its members have besides is not learnt.
    return list[type_of(rule.get("items", {}), ("[]",))]  # type: ignore[misc]


_TYPES: dict[str, Callable[[Rule, Path], Any]] = {
    "null": lambda *_: None,
    "boolean": lambda *_: bool,
    "string": _bounded(str),
    "integer": _bounded(int),
    # As it is written: a whole number stays one.
    "number": _bounded(int, float),
    "array": _array,
    "object": _object,
}
