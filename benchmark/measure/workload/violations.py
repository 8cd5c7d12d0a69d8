"""What a broken rule of the workload schema means, as a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from benchmark import canonical
from benchmark.schema import explanations, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jsonschema import ValidationError

_RULES: Mapping[str, Callable[[Any], str]] = {
    "exclusiveMinimum": "more than {}".format,
    "minItems": "at least {} item".format,
    "maxItems": "at most {} items".format,
}
_PATTERNS = {
    "name": "a name without spaces, commas, slashes or other characters a file name cannot have",
    "dataset": "a file that ends in .txt, .json or .jsonl",
}


def explain(error: ValidationError) -> Iterator[tuple[str, str]]:
    """The JSON path and the sentence of everything that one error of the validator stands for."""
    path, rule = _path(error), cast("Any", error.validator_value)
    value = shown(cast("canonical.Json", error.instance))
    if error.validator == "additionalProperties":
        yield from _unknown_keys(error, path)
    elif error.validator == "dependentRequired":
        yield from _missing_companions(error, path)
    elif error.validator == "not":
        other = error.absolute_schema_path[-4]
        yield path, f"cannot be given together with {other}; leave one of them out."
    elif error.validator == "pattern":
        yield path, f"is {value}, expected {_PATTERNS[str(error.absolute_path[-1])]}."
    elif str(error.validator) in _RULES:
        yield path, f"is {value}, expected {_RULES[str(error.validator)](rule)}."
    else:
        yield from explanations(error, "$")


def _path(error: ValidationError) -> str:
    path = "$"
    for step in error.absolute_path:
        path = f"{path}[{step}]" if isinstance(step, int) else canonical.child_path(path, step)
    return path


def _unknown_keys(error: ValidationError, path: str) -> Iterator[tuple[str, str]]:
    known = cast("dict[str, Any]", error.schema)["properties"]
    for key in cast("dict[str, Any]", error.instance):
        if key not in known:
            yield (
                canonical.child_path(path, key),
                f"is no key known here; known are {', '.join(sorted(known))}.",
            )


def _missing_companions(error: ValidationError, path: str) -> Iterator[tuple[str, str]]:
    given = cast("dict[str, Any]", error.instance)
    for key, companions in cast("dict[str, list[str]]", error.validator_value).items():
        for companion in companions:
            if key in given and companion not in given:
                yield (
                    canonical.child_path(path, companion),
                    f"is required beside {key}, but missing.",
                )
