"""The schema of entries as types, by which msgspec reads and judges in one step.

In the 4 µs that orjson takes to read an entry of 1.6 kB; jsonschema-rs takes 5 more to judge it.
Of what it refuses nothing is said. It leaves out fields that the schema does not name, and those
named twice but once: who uses it counts them.
"""

from __future__ import annotations

import sys
from functools import cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict, cast

import msgspec

from benchmark import schema
from benchmark.entry import is_instant

if sys.version_info >= (3, 11):
    from typing import NotRequired
else:
    from typing_extensions import NotRequired

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmark.canonical import Json

    Rule = Mapping[str, Any]

_BOUNDS = {
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "minLength": "min_length",
    "maxLength": "max_length",
}
_NO_RULES = frozenset({"$schema", "$id", "title", "description"})
_SAID_BY_FITS = frozenset({"format", "if", "then"})
_SAID = {"type", "enum", "properties", "required", "additionalProperties", "items", *_BOUNDS}


def loads(data: bytes) -> list[object]:
    """The entries of a JSON array, whose fields are as the schema has them.

    Raises:
        msgspec.MsgspecError: it is none, or something in it does not fit.
    """
    return _decoder().decode(data)


def fits(value: Mapping[str, Json]) -> bool:
    """Whether an entry that was read is valid: what types cannot tell."""
    metadata = cast("Mapping[str, str]", value["metadata"])
    if not is_instant(metadata["submitted_at"]):
        return False
    return value["config_type"] != "multi_node" or schema.is_valid(value)


@cache
def _decoder() -> msgspec.json.Decoder[list[object]]:
    return msgspec.json.Decoder(list[type_of(schema.rules())])  # type: ignore[misc]


def type_of(rule: Rule) -> Any:  # noqa: ANN401 - a type that is made here
    """Of all that fits a rule, but for its formats and conditions.

    Raises:
        NotImplementedError: it has a keyword that was never translated.
    """
    unknown = rule.keys() - _SAID - _NO_RULES - _SAID_BY_FITS
    if unknown:
        raise NotImplementedError(sorted(unknown))
    if "enum" in rule:
        return Literal[tuple(rule["enum"])]
    if "type" not in rule:
        return Any
    kinds = [rule["type"]] if isinstance(rule["type"], str) else rule["type"]
    return reduce(or_, (_TYPES[kind](rule) for kind in kinds))


def _bounded(*kinds: type) -> Callable[[Rule], Any]:
    def type_within(rule: Rule) -> Any:  # noqa: ANN401
        bounds = {_BOUNDS[name]: limit for name, limit in rule.items() if name in _BOUNDS}
        return reduce(or_, (Annotated[kind, msgspec.Meta(**bounds)] for kind in kinds))

    return type_within


def _object(rule: Rule) -> Any:  # noqa: ANN401
    if "properties" not in rule:
        return dict[str, type_of(rule.get("additionalProperties", {}))]  # type: ignore[misc]
    fields = {
        name: type_of(each) if name in rule.get("required", ()) else NotRequired[type_of(each)]
        for name, each in rule["properties"].items()
    }
    return TypedDict("Fields", fields)  # type: ignore[operator]


_TYPES: dict[str, Callable[[Rule], Any]] = {
    "null": lambda _: None,
    "boolean": lambda _: bool,
    "string": _bounded(str),
    "integer": _bounded(int),
    # As it is written: a whole number stays one.
    "number": _bounded(int, float),
    "array": lambda rule: list[type_of(rule.get("items", {}))],  # type: ignore[misc]
    "object": _object,
}
