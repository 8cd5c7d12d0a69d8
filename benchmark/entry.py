"""One measured result: its identity, its configuration and the words people read for it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, NewType, TypeAlias, cast

from benchmark import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmark.canonical import Json

RunId = NewType("RunId", str)
"""sha-256 of an entry's canonical JSON; two entries are the same run iff these are equal."""

Term: TypeAlias = "tuple[int, float, str]"
"""One normalised component of a config key; terms of every kind share one total order."""

ConfigKey = NewType("ConfigKey", "tuple[Term, ...]")
"""Version 1 of "same configuration": the normalised values of `KEY_PATHS`, in that order."""

KEY_VERSION = 1
"""Of what a config key is made of: another definition, another number."""

GATE_VERSION = 1
"""Of what may be ranked and what outranks what: another definition, another number."""

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

MAX_ERROR_RATE = 0.05

_MISSING: Term = (0, 0, "")
_SPELLINGS_OF_MISSING = frozenset({"", "none", "null"})
_NOTES_WITH_WORKLOAD = re.compile(r"Benchmark run: (\S+)")
_SAID_BY_LENGTHS = {"short": (128, 128), "long": (2048, 512)}
_LONGEST_LABEL_PART = 80
_INSTANT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:[Tt ](?P<minute>(?:[01]\d|2[0-3]):[0-5]\d)(?P<second>:[0-5]\d)?(?:[.,](?P<fraction>\d+))?"
    r" ?(?P<zone>Z|z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?)?",
    re.ASCII,
)


class Instant(NamedTuple):
    """A point in time, not rounded: whole UTC seconds, and the digits behind the point."""

    seconds: datetime
    fraction: str


@dataclass(frozen=True, eq=False)
class Entry:
    """An immutable entry; `data` is the JSON object exactly as it was submitted.

    Two entries are equal iff they are the same run.
    """

    data: Mapping[str, Json]

    def __eq__(self, other: object) -> bool:
        return self.run_id == other.run_id if isinstance(other, Entry) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.run_id)

    @cached_property
    def canonical(self) -> bytes:
        """RFC 8785 bytes, without a newline."""
        return canonical.dumps(cast("Json", self.data))

    @cached_property
    def run_id(self) -> RunId:
        """Equal for two entries iff they are the same run."""
        return RunId(canonical.digest(self.canonical))

    @cached_property
    def configuration(self) -> Mapping[str, Json]:
        """What the config key is made of, as submitted, by the names of `KEY_PATHS`.

        Entries of the first format name no engine (they were measured with sagellm itself) and
        hold the workload's name only in notes of one exact form.
        """
        values = {name: self.at(*path) for name, path in KEY_PATHS.items()}
        if normalise(values["engine"]) == _MISSING:
            values |= {"engine": "sagellm", "engine_version": self.at("sagellm_version")}
        if normalise(values["workload"]) == _MISSING:
            notes = self.at("metadata", "notes")
            match = _NOTES_WITH_WORKLOAD.fullmatch(notes) if isinstance(notes, str) else None
            values["workload"] = match[1] if match else None
        return values

    @cached_property
    def config_key(self) -> ConfigKey:
        """Which configuration this run measured."""
        return ConfigKey(tuple(map(normalise, self.configuration.values())))

    @cached_property
    def label(self) -> str:
        """The config key as people read it: `CPU|1|gpt2|FP32|128|128|Q5|c=8|vllm 0.11.0`."""
        return "|".join(_label_parts(self.configuration))

    @property
    def node_count(self) -> int:
        """Machines used; an entry without a cluster ran on one."""
        return max(1, int(self.number("cluster", "node_count")))

    @cached_property
    def submitted_at(self) -> Instant | None:
        """When it was submitted; a time without zone is UTC, None if it cannot be read."""
        text = self.at("metadata", "submitted_at")
        return parse_instant(text) if isinstance(text, str) else None

    def at(self, *path: str) -> Json:
        """The value at a path of keys, None where any step is absent."""
        value: Json = cast("Json", self.data)
        for key in path:
            if not isinstance(value, dict):
                return None
            value = value.get(key)
        return value

    def number(self, *path: str) -> float:
        """The number at a path; 0 where there is none."""
        value = self.at(*path)
        return value if isinstance(value, (int, float)) else 0

    def closed_gates(self) -> tuple[str, ...]:
        """Why this schema-valid entry may not be ranked; empty when it passes every gate."""
        gates = (
            (self.number("metrics", "throughput_tps") > 0, "throughput_tps is not above 0"),
            (self.number("metrics", "ttft_ms") > 0, "ttft_ms is not above 0"),
            (
                self.number("metrics", "error_rate") <= MAX_ERROR_RATE,
                f"error_rate is above {MAX_ERROR_RATE}",
            ),
        )
        return tuple(reason for passed, reason in gates if not passed)


def normalise(value: Json) -> Term:
    """Fold spelling (case, blanks, the ways to write "missing", 1.0 for 1), never meaning."""
    if value is None:
        return _MISSING
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return (1, value, "")
    if isinstance(value, str):
        folded = unicodedata.normalize("NFC", " ".join(value.split()).casefold())
        return _MISSING if folded in _SPELLINGS_OF_MISSING else (2, 0, folded)
    return (3, 0, canonical.dumps(value).decode())


def parse_instant(text: str) -> Instant | None:
    """Parse an ISO 8601 date or time without losing digits; None if it is not one."""
    match = _INSTANT.fullmatch(text.strip())
    if match is None:
        return None
    clock = (match["minute"] or "00:00") + (match["second"] or ":00")
    try:
        local = datetime.fromisoformat(f"{match['day']}T{clock}").replace(tzinfo=timezone.utc)
        return Instant(local - _offset(match["zone"]), (match["fraction"] or "").rstrip("0"))
    except (ValueError, OverflowError):
        return None


def _offset(zone: str | None) -> timedelta:
    if zone is None or zone in "Zz":
        return timedelta()
    digits = zone[1:].replace(":", "")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -size if zone[0] == "-" else size


def _label_parts(values: Mapping[str, Json]) -> Iterator[str]:
    """The six plain parts, then only what differs from one plain request on one chip."""
    plain = ("chip_model", "chip_count", "model", "precision", "input_length", "output_length")
    yield from (_text(values[name]) for name in plain)
    workload, lengths = values["workload"], (values["input_length"], values["output_length"])
    if not (isinstance(workload, str) and _SAID_BY_LENGTHS.get(workload.casefold()) == lengths):
        yield from _unless_missing(workload)
    yield from _unless_one(values, {"bs": "batch_size", "c": "concurrent_requests"})
    if normalise(values["engine"]) != normalise("sagellm"):
        yield f"{_text(values['engine'])} {_text(values['engine_version'])}"
    yield from _unless_missing(values["quantization"])
    yield from _unless_one(values, {"nodes": "node_count", "tp": "tensor_parallel"})
    yield from _unless_one(values, {"pp": "pipeline_parallel", "dp": "data_parallel"})
    if normalise(values["dataset"]) != normalise("default"):
        yield from _unless_missing(values["dataset"])
    yield from _unless_missing(values["interconnect"])


def _unless_one(values: Mapping[str, Json], names: Mapping[str, str]) -> list[str]:
    return [
        f"{short}={_text(values[name])}"
        for short, name in names.items()
        if normalise(values[name]) not in {_MISSING, normalise(1)}
    ]


def _unless_missing(value: Json) -> list[str]:
    return [] if normalise(value) == _MISSING else [_text(value)]


def _text(value: Json) -> str:
    """One short printable line: whatever was submitted, a label stays a label."""
    if normalise(value) == _MISSING:
        return "-"
    text = value if isinstance(value, str) else canonical.dumps(value).decode()
    line = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(line.replace("|", "/").split())[:_LONGEST_LABEL_PART] or "-"
