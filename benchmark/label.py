"""The label of a configuration: what people read for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark import canonical
from benchmark.config_key import is_missing, is_same

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmark.canonical import Json

_SAID_BY_LENGTHS = {"short": (128, 128), "long": (2048, 512)}
_LONGEST_PART = 80


def label_of(values: Mapping[str, Json]) -> str:
    """The label of a configuration's values, by the names of `KEY_PATHS`.

    Two configurations may have one label, where what differs is not in it; `benchmark.labels` tells
    those apart that are shown together.
    """
    return "|".join(_label_parts(values))


def engine_part(values: Mapping[str, Json]) -> str:
    """Engine and version, as a label has them."""
    return f"{part(values['engine'])} {part(values['engine_version'])}"


def _label_parts(values: Mapping[str, Json]) -> Iterator[str]:
    """The six plain parts, then only what differs from one plain request on one chip."""
    plain = ("chip_model", "chip_count", "model", "precision", "input_length", "output_length")
    yield from (part(values[name]) for name in plain)
    workload, lengths = values["workload"], (values["input_length"], values["output_length"])
    if not (isinstance(workload, str) and _SAID_BY_LENGTHS.get(workload.casefold()) == lengths):
        yield from _unless_missing(workload)
    yield from _unless_one(values, {"bs": "batch_size", "c": "concurrent_requests"})
    if not is_same(values["engine"], "sagellm"):
        yield engine_part(values)
    yield from _unless_missing(values["quantization"])
    yield from _unless_one(values, {"nodes": "node_count", "tp": "tensor_parallel"})
    yield from _unless_one(values, {"pp": "pipeline_parallel", "dp": "data_parallel"})
    if not is_same(values["dataset"], "default"):
        yield from _unless_missing(values["dataset"])
    yield from _unless_missing(values["interconnect"])


def _unless_one(values: Mapping[str, Json], names: Mapping[str, str]) -> list[str]:
    return [
        f"{short}={part(values[name])}"
        for short, name in names.items()
        if not (is_missing(values[name]) or is_same(values[name], 1))
    ]


def _unless_missing(value: Json) -> list[str]:
    return [] if is_missing(value) else [part(value)]


def part(value: Json) -> str:
    """One short printable line: whatever was submitted, a label stays a label."""
    if is_missing(value):
        return "-"
    text = value if isinstance(value, str) else canonical.dumps(value).decode()
    line = text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
    return " ".join(line.replace("|", "/").split())[:_LONGEST_PART] or "-"
