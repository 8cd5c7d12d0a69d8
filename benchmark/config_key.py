"""Which configuration an entry measured: what it says of it, and the normalised key of that."""

from __future__ import annotations

import re
import struct
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, NewType, TypeAlias, cast

from benchmark import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from benchmark.canonical import Json

Term: TypeAlias = "tuple[int, float, str]"
"""One normalised component of a config key; terms of every kind share one total order."""

ConfigKey = NewType("ConfigKey", bytes)
"""Version 1 of "same configuration": the terms of the values of `KEY_PATHS`, in that order.

As bytes that are equal, and sort, exactly as the terms do: a tuple of 21 tuples is hashed anew at
every look-up, and takes ten times the memory.
"""

KEY_VERSION = 1
"""Of what a config key is made of: another definition, another number."""

KEY_PATHS: dict[str, tuple[str, ...]] = {
    "vendor": ("hardware", "vendor"),
    "chip_model": ("hardware", "chip_model"),
    "chip_count": ("hardware", "chip_count"),
    "node_count": ("cluster", "node_count"),
    "interconnect": ("hardware", "interconnect"),
    "intra_node_interconnect": ("hardware", "intra_node_interconnect"),
    "inter_node_network": ("cluster", "inter_node_network"),
    "engine": ("engine",),
    "engine_version": ("engine_version",),
    "model": ("model", "name"),
    "precision": ("model", "precision"),
    "quantization": ("model", "quantization"),
    "workload": ("workload", "name"),
    "input_length": ("workload", "input_length"),
    "output_length": ("workload", "output_length"),
    "batch_size": ("workload", "batch_size"),
    "concurrent_requests": ("workload", "concurrent_requests"),
    "dataset": ("workload", "dataset"),
    "tensor_parallel": ("cluster", "parallelism", "tensor_parallel"),
    "pipeline_parallel": ("cluster", "parallelism", "pipeline_parallel"),
    "data_parallel": ("cluster", "parallelism", "data_parallel"),
}

MISSING: Term = (0, 0, "")

_SPELLINGS_OF_MISSING = frozenset({"", "none", "null"})
_NOTES_WITH_WORKLOAD = re.compile(r"Benchmark run: (\S+)")
# Each section stands behind the one that it is part of; the first is the entry itself.
_SECTIONS = ((), ("hardware",), ("model",), ("workload",), ("cluster",), ("cluster", "parallelism"))
_PARTS = [(_SECTIONS.index(path[:-1]), path[-1]) for path in _SECTIONS[1:]]
_PLACES = [(name, _SECTIONS.index(path[:-1]), path[-1]) for name, path in KEY_PATHS.items()]
_NOTHING: Mapping[str, Json] = {}

_KEPT = 1 << 12
"""Values whose terms are kept: most of a leaderboard stand in many entries."""

_SIGN = 1 << 63
_ALL = (1 << 64) - 1


def configuration_of(data: Mapping[str, Json]) -> dict[str, Json]:
    """What the config key is made of, as submitted, by the names of `KEY_PATHS`.

    Entries of the first format name no engine (they were measured with sagellm itself) and
    hold the workload's name only in notes of one exact form.
    """
    sections = [data]
    for outer, key in _PARTS:
        section = sections[outer].get(key)
        sections.append(section if isinstance(section, dict) else _NOTHING)
    values = {name: sections[section].get(key) for name, section, key in _PLACES}
    if is_missing(values["engine"]):
        values["engine"], values["engine_version"] = "sagellm", data.get("sagellm_version")
    if is_missing(values["workload"]):
        values["workload"] = _workload_in_notes(data)
    return values


def key_of(values: Collection[Json]) -> ConfigKey:
    """The config key of a configuration's values, in the order of `KEY_PATHS`."""
    try:
        return ConfigKey(b"".join(map(_kept, values)))
    except TypeError:  # a list or an object, which cannot be looked up
        return ConfigKey(b"".join(map(_sortable, values)))


def normalise(value: Json) -> Term:
    """Fold spelling (case, blanks, the ways to write "missing", 1.0 for 1), never meaning."""
    if value is None:
        return MISSING
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return (1, value, "")
    if isinstance(value, str):
        folded = unicodedata.normalize("NFC", " ".join(value.split()).casefold())
        return MISSING if folded in _SPELLINGS_OF_MISSING else (2, 0, folded)
    return (3, 0, canonical.dumps(value).decode())


def is_missing(value: Json) -> bool:
    """Whether it is one of the ways to say nothing."""
    return value is None or (isinstance(value, str) and _kept(value) == b"\0")


def is_same(one: Json, other: str | float) -> bool:
    """Whether two values are spellings of one."""
    return not isinstance(one, (list, dict)) and _kept(one) == _kept(other)


def _workload_in_notes(data: Mapping[str, Json]) -> str | None:
    metadata = data.get("metadata")
    notes = metadata.get("notes") if isinstance(metadata, dict) else None
    match = _NOTES_WITH_WORKLOAD.fullmatch(notes) if isinstance(notes, str) else None
    return match[1] if match else None


def _sortable(value: Json) -> bytes:
    """The term as bytes of which none begins like another, so that they can stand in a row."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _of_number(value)
    return _of_term(normalise(value))


_kept = cast("Callable[[Json], bytes]", lru_cache(maxsize=_KEPT, typed=True)(_sortable))


def _of_number(value: float) -> bytes:
    """A double's bits, turned so that they sort as numbers do; 0 in front makes of -0.0 a 0."""
    (bits,) = struct.unpack(">Q", struct.pack(">d", 0.0 + value))
    return b"\1" + struct.pack(">Q", bits ^ (_ALL if bits & _SIGN else _SIGN))


def _of_term(term: Term) -> bytes:
    """UTF-8 sorts as its characters do; what ends a text sorts before all that may go on in one."""
    kind, _, text = term
    if kind == MISSING[0]:
        return b"\0"
    letters = text.encode("utf-8", "surrogatepass").replace(b"\0", b"\0\1")
    return bytes([kind]) + letters + b"\0\0"
