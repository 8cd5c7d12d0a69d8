"""YAML read as strictly as JSON: what two readers could understand differently is refused.

The node tree is read instead of the values, because only it still knows which key stood there twice
(https://pyyaml.org/wiki/PyYAMLDocumentation). There are no aliases, merges or tags: a workload
needs none, and a few lines of them can stand for gigabytes.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmark import canonical
from benchmark.errors import InvalidDataError, UsageError, Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from benchmark.canonical import Json

_MOST_BYTES = 2**16
_MOST_LEVELS = 16
_TAG = "tag:yaml.org,2002:"
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_TRUE = ("true", "yes", "on")


class Document(NamedTuple):
    """A value, and what in its text cannot be accepted."""

    value: Json
    problems: tuple[Violation, ...]


def parse(data: bytes, *, file: str) -> Document:
    """The value that YAML text stands for.

    Args:
        data: UTF-8 bytes; a byte order mark is ignored.
        file: the name that violations carry.

    Raises:
        InvalidDataError: if it is no YAML.
        UsageError: if PyYAML is not installed.
    """
    reader = _Reader(file)
    value = reader.value(_compose(data, file), "$")
    return Document(value, tuple(reader.problems))


def _compose(data: bytes, file: str) -> Any:  # noqa: ANN401 - PyYAML is untyped
    try:
        import yaml  # noqa: PLC0415 - belongs to an extra
    except ImportError:
        raise UsageError(
            f"Reading {file} needs PyYAML, which is not installed.",
            hint='Run: pip install "sagellm-benchmark[run]"',
        ) from None
    if len(data) > _MOST_BYTES:
        raise _not_yaml(file, f"longer than {_MOST_BYTES:,} bytes.")
    try:
        text = data.decode("utf-8-sig")
        _check_events(yaml.parse(text, yaml.SafeLoader), file)
        return yaml.compose(text, yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise _not_yaml(file, f"byte {error.start} is not UTF-8.") from None
    except yaml.YAMLError as error:
        raise _not_yaml(file, f"not YAML: {_reason(error)}.") from None


def _check_events(events: Iterator[Any], file: str) -> None:
    """See that the tree is as small as its text, before it is built."""
    levels = 0
    for event in events:
        kind = type(event).__name__
        if kind == "AliasEvent":
            raise _not_yaml(file, "aliases (*name) are not accepted here.")
        levels += kind.endswith("StartEvent") - kind.endswith("EndEvent")
        if levels > _MOST_LEVELS:
            raise _not_yaml(file, "nested too deep.")


class _Reader:
    """Turns nodes into values and collects what is wrong with them."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.problems: list[Violation] = []

    def value(self, node: Any, path: str) -> Json:  # noqa: ANN401 - PyYAML is untyped
        if node is None:
            return None
        tag = str(node.tag).removeprefix(_TAG)
        if tag == "map":
            return self._mapping(node, path)
        if tag == "seq":
            return [self.value(item, f"{path}[{i}]") for i, item in enumerate(node.value)]
        scalar = _SCALARS.get(tag)
        if scalar is None or not isinstance(node.value, str):
            self._complain(path, f"is a {tag}, expected plain text, a number or a list.")
            return None
        try:
            return scalar(node.value)
        except ValueError as error:
            self._complain(path, str(error))
            return None

    def _mapping(self, node: Any, path: str) -> dict[str, Json]:  # noqa: ANN401 - as above
        found: dict[str, Json] = {}
        for key, item in node.value:
            if key.tag != f"{_TAG}str":
                self._complain(path, "has a key that is not text; put it in quotes.")
                continue
            child = canonical.child_path(path, key.value)
            if key.value in found:
                self._complain(child, "appears twice.")
            found[key.value] = self.value(item, child)
        return found

    def _complain(self, path: str, message: str) -> None:
        self.problems.append(Violation(self._file, path, message))


def _integer(text: str) -> int:
    """Decimal digits only: YAML would read 010 as 8 and 1:30 as 90."""
    if not _DECIMAL.fullmatch(text):
        raise ValueError("is not written as a plain decimal number.")
    if len(text) > len(str(canonical.MAX_SAFE_INTEGER)):
        raise ValueError("is beyond what every reader can represent.")
    return int(text)


def _float(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ValueError("is not written as a plain decimal number.") from None
    if not math.isfinite(number):
        raise ValueError("is too large to be a number.")
    return number


_SCALARS: Mapping[str, Callable[[str], Json]] = {
    "str": str,
    "int": _integer,
    "float": _float,
    "bool": lambda text: text.lower() in _TRUE,
    "null": lambda _: None,
}


def _reason(error: Exception) -> str:
    """What PyYAML found, and where, on one line."""
    problem, mark = getattr(error, "problem", None), getattr(error, "problem_mark", None)
    if problem is None or mark is None:
        return str(error).splitlines()[0]
    return f"{problem} at line {mark.line + 1}, column {mark.column + 1}"


def _not_yaml(file: str, message: str) -> InvalidDataError:
    return InvalidDataError(f"{file} is not acceptable YAML.", [Violation(file, "$", message)])
