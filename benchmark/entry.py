"""One measured result: its identity, its configuration and the words people read for it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, NewType, cast

from benchmark import canonical
from benchmark.config_key import (
    KEY_PATHS,
    KEY_VERSION,
    ConfigKey,
    Term,
    configuration_of,
    key_of,
    normalise,
)
from benchmark.i18n import N_, Sentence
from benchmark.label import label_of
from benchmark.verdict import DOUBTFUL, IMPOSSIBLE, SOUND, Verdict, verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.canonical import Json
    from benchmark.verdict import Kind

RunId = NewType("RunId", str)
"""sha-256 of an entry's canonical JSON; two entries are the same run iff these are equal."""

__all__ = [
    "EXAMPLE_SOURCE",
    "GATE_VERSION",
    "KEY_PATHS",
    "KEY_VERSION",
    "MAX_ENTRY_BYTES",
    "USUAL_INSTANT",
    "ConfigKey",
    "Entry",
    "Instant",
    "Packed",
    "RunId",
    "Standing",
    "Term",
    "is_instant",
    "normalise",
    "packed_of",
    "parse_instant",
]

GATE_VERSION = 2
"""Of what may be ranked and what outranks what: another definition, another number."""

MAX_ERROR_RATE = 0.05
EXAMPLE_SOURCE = "generated for the demo"
"""The `metadata.data_source` of an entry that nobody measured; every view says so."""

_TOO_MANY_ERRORS = N_("error_rate is above {most}")
MAX_ENTRY_BYTES = 64 * 1024
"""Of an entry's canonical form."""

_INSTANT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:[Tt ](?P<minute>(?:[01]\d|2[0-3]):[0-5]\d)(?P<second>:[0-5]\d)?(?:[.,](?P<fraction>\d+))?"
    r" ?(?P<zone>Z|z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?)?",
    re.ASCII,
)
# Every month has 28 days.
USUAL_INSTANT = (
    r"[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])T(?:[01][0-9]|2[0-3]):[0-5][0-9]"
    r":[0-5][0-9](?:\.[0-9]{1,9})?(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
)
"""A pattern of texts that `parse_instant` surely understands."""

is_usual_instant = re.compile(USUAL_INSTANT).fullmatch


class Instant(NamedTuple):
    """A point in time, not rounded: whole UTC seconds, and the digits behind the point."""

    seconds: datetime
    fraction: str


class Standing(NamedTuple):
    """What ranks an entry, of the values that it was submitted with.

    Attributes:
        throughput_tps: 0 where there is none, as of the next two.
        ttft_ms: as above.
        error_rate: as above.
        submitted_at: as it is written; None if it is no text.
        node_count: machines used; an entry without a cluster ran on one.
        verdict: whether it can be believed.
    """

    throughput_tps: float
    ttft_ms: float
    error_rate: float
    submitted_at: str | None
    node_count: int
    verdict: Kind

    @property
    def is_plainly_good(self) -> bool:
        """Whether no gate is closed, confirmed or not."""
        return (
            self.throughput_tps > 0
            and self.ttft_ms > 0
            and self.error_rate <= MAX_ERROR_RATE
            and self.verdict != IMPOSSIBLE
        )


class Packed(NamedTuple):
    """What a packed entry consists of: values that travel between processes."""

    canonical: bytes
    run_id: RunId
    config_key: ConfigKey
    standing: Standing
    fields: tuple[str, ...]


class Entry:
    """An immutable entry; two are equal iff they are the same run.

    Of a hundred thousand entries there is no room for the parsed objects: one that is packed keeps
    its canonical form and what places it in a leaderboard.

    Args:
        data: the JSON object as it was submitted.
        written: its canonical form, where that is known already.
    """

    __slots__ = (
        *("_canonical", "_config_key", "_data", "_fields", "_label", "_run_id", "_standing"),
        "fits_schema",
    )
    fits_schema: bool | None
    """What `schema.fits` said of it; None until it was asked."""

    def __init__(self, data: Mapping[str, Json], written: bytes | None = None) -> None:
        self._data: Mapping[str, Json] | None = data
        self._canonical = written
        self._run_id: RunId | None = None
        self._config_key: ConfigKey | None = None
        self._fields: tuple[str, ...] | None = None
        self._label: str | None = None
        self._standing: Standing | None = None
        self.fits_schema = None

    def __eq__(self, other: object) -> bool:
        return self.run_id == other.run_id if isinstance(other, Entry) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.run_id)

    def __repr__(self) -> str:
        return f"Entry({dict(self.data)!r})"

    def packed(self) -> Entry:
        """This entry, without the parsed object: `data` reads its canonical form again."""
        _ = self.run_id, self.config_key, self.standing, self.fields
        self._data = None
        return self

    @property
    def is_packed(self) -> bool:
        """Whether it keeps its canonical form alone."""
        return self._data is None

    def pack(self) -> Packed:
        """What a packed entry consists of, to be sent to another process."""
        return Packed(self.canonical, self.run_id, self.config_key, self.standing, self.fields)

    @classmethod
    def unpack(
        cls,
        written: bytes,
        run_id: RunId,
        config_key: ConfigKey,
        standing: Standing,
        fields: tuple[str, ...],
    ) -> Entry:
        """The entry that was packed, of the values of `Packed`."""
        entry: Entry = cls.__new__(cls)
        entry._data = entry._label = entry.fits_schema = None
        entry._canonical, entry._run_id, entry._config_key = written, run_id, config_key
        entry._standing, entry._fields = standing, fields
        return entry

    @property
    def data(self) -> Mapping[str, Json]:
        """The JSON object as it was submitted; of a packed entry, as its canonical form says it."""
        return _reread(self.canonical) if self._data is None else self._data

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of its fields."""
        if self._fields is None:
            self._fields = _shared(tuple(self.data))
        return self._fields

    @property
    def canonical(self) -> bytes:
        """RFC 8785 bytes, without a newline."""
        if self._canonical is None:
            self._canonical = canonical.dumps(cast("Json", self._data))
        return self._canonical

    @property
    def run_id(self) -> RunId:
        """Equal for two entries iff they are the same run."""
        if self._run_id is None:
            self._run_id = RunId(canonical.digest(self.canonical))
        return self._run_id

    @property
    def configuration(self) -> Mapping[str, Json]:
        """What the config key is made of, as submitted, by the names of `KEY_PATHS`."""
        return configuration_of(self.data)

    @property
    def config_key(self) -> ConfigKey:
        """Which configuration this run measured."""
        if self._config_key is None:
            self._config_key = key_of(self.configuration.values())
        return self._config_key

    @property
    def label(self) -> str:
        """The config key as people read it: `CPU|1|gpt2|FP32|128|128|Q5|c=8|vllm 0.11.0`."""
        if self._label is None:
            self._label = label_of(self.configuration)
        return self._label

    @property
    def standing(self) -> Standing:
        """What ranks it."""
        if self._standing is None:
            self._standing = _standing_of(self.data)
        return self._standing

    @property
    def verdict(self) -> Verdict:
        """Whether it can be believed, and what speaks against it."""
        # Most are sound, and known to be: a packed one need not be parsed for it.
        return Verdict(SOUND) if self.standing.verdict == SOUND else verdict(self.data)

    @property
    def node_count(self) -> int:
        """Machines used; an entry without a cluster ran on one."""
        return self.standing.node_count

    @property
    def is_example(self) -> bool:
        """Whether it says that nobody measured it."""
        return self.at("metadata", "data_source") == EXAMPLE_SOURCE

    @property
    def submitted_at(self) -> Instant | None:
        """When it was submitted; a time without zone is UTC, None if it cannot be read."""
        text = self.standing.submitted_at
        return None if text is None else parse_instant(text)

    def at(self, *path: str) -> Json:
        """The value at a path of keys, None where any step is absent."""
        return _at(self.data, path)

    def number(self, *path: str) -> float:
        """The number at a path; 0 where there is none."""
        return _number(self.at(*path))

    def closed_gates(self, *, confirmed: bool = False) -> tuple[str, ...]:
        """Why this schema-valid entry may not be ranked; empty when it passes every gate.

        Args:
            confirmed: whether a maintainer has lifted its verdict.
        """
        standing = self.standing
        if standing.is_plainly_good:
            return ()
        closed: list[str] = []
        if standing.throughput_tps <= 0:
            closed.append(Sentence(N_("throughput_tps is not above 0")))
        if standing.ttft_ms <= 0:
            closed.append(Sentence(N_("ttft_ms is not above 0")))
        if standing.error_rate > MAX_ERROR_RATE:
            closed.append(Sentence(_TOO_MANY_ERRORS, most=str(MAX_ERROR_RATE)))
        if standing.verdict == IMPOSSIBLE and not confirmed:
            reasons = self.verdict.reasons
            closed += [reason.text for reason in reasons if reason.kind == IMPOSSIBLE]
        return tuple(closed)

    def is_doubtful(self, *, confirmed: bool = False) -> bool:
        """Whether it comes behind every run of its configuration that is not."""
        return self.standing.verdict == DOUBTFUL and not confirmed


def packed_of(data: Mapping[str, Json], written: bytes) -> Packed:
    """What the packed entry of a JSON object consists of.

    Args:
        data: as it was submitted.
        written: its canonical form.
    """
    return Packed(
        written,
        RunId(canonical.digest(written)),
        key_of(configuration_of(data).values()),
        _standing_of(data),
        _shared(tuple(data)),
    )


def _reopened(written: bytes) -> Mapping[str, Json]:
    return cast("Mapping[str, Json]", canonical.reread(written))


# Whoever compares two packed entries asks each for one figure after the other.
_reread = lru_cache(maxsize=8)(_reopened)


@lru_cache(maxsize=256)
def _shared(names: tuple[str, ...]) -> tuple[str, ...]:
    """The same names, once for all entries that have them."""
    return names


def is_instant(text: str) -> bool:
    """Whether `parse_instant` understands it; usual forms are known by their looks."""
    return is_usual_instant(text) is not None or parse_instant(text) is not None


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


def _at(data: Mapping[str, Json], path: tuple[str, ...]) -> Json:
    value: Json = cast("Json", data)
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def _number(value: Json) -> float:
    return value if isinstance(value, (int, float)) else 0


def _standing_of(data: Mapping[str, Json]) -> Standing:
    metrics, metadata, cluster = data.get("metrics"), data.get("metadata"), data.get("cluster")
    figures = metrics if isinstance(metrics, dict) else {}
    text = metadata.get("submitted_at") if isinstance(metadata, dict) else None
    nodes = cluster.get("node_count") if isinstance(cluster, dict) else None
    return Standing(
        _number(figures.get("throughput_tps")),
        _number(figures.get("ttft_ms")),
        _number(figures.get("error_rate")),
        text if isinstance(text, str) else None,
        max(1, int(_number(nodes))),
        verdict(data).kind,
    )
