"""What one look at a server found, and what a run would make of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from benchmark.errors import BenchmarkError
from benchmark.measure.caveats import caveats
from benchmark.measure.job import Finished, Loaded, Seen
from benchmark.measure.unknowns import unknowns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmark.canonical import Json
    from benchmark.measure.caveat import Caveat
    from benchmark.measure.engine_facts import EngineFacts
    from benchmark.measure.job import Event, Measurement
    from benchmark.measure.looked import Looked
    from benchmark.measure.unknowns import Unknown

    Build = Callable[[Measurement], dict[str, Json]]
    """An entry of a measurement; raises `InvalidDataError` if it cannot be right."""

_OF_MANY_REQUESTS = {"trace-cut", "places-left-empty"}


class Probe(NamedTuple):
    """One look at a server.

    Attributes:
        facts: what is known of the server.
        looked: what was asked and what came.
        measurement: of the one request, None if a run would refuse its answer.
        problem: why a run would fail, None if it would not.
        unknowns: the fields of an entry that would tell nothing; none if there would be no entry.
    """

    facts: EngineFacts
    looked: Looked
    measurement: Measurement | None = None
    problem: BenchmarkError | None = None
    unknowns: tuple[Unknown, ...] = ()

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """What there is to beware of, without what only many requests can show."""
        one = self.measurement
        found = self.facts.caveats if one is None else caveats(one)
        return tuple(dict.fromkeys(c for c in found if c.kind not in _OF_MANY_REQUESTS))


@dataclass
class Listener:
    """Hears what the measuring process finds."""

    facts: EngineFacts | None = None
    looked: Looked | None = None

    def add(self, event: Event) -> None:
        """Take one event."""
        if isinstance(event, (Loaded, Finished)):
            self.facts = event.facts
        elif isinstance(event, Seen):
            self.looked = event.looked


def probe(measure: Callable[[Listener], Sequence[Measurement]], build: Build) -> Probe:
    """Look, and judge as a run does.

    Args:
        measure: sends the one request.
        build: makes an entry.

    Raises:
        BenchmarkError: if it did not come to an answer: what `run` says of it.
    """
    heard = Listener()
    try:
        (measurement,) = measure(heard)
    except BenchmarkError as error:
        if heard.looked is None or heard.facts is None:
            raise
        return Probe(heard.facts, heard.looked, problem=error)
    assert heard.looked is not None  # noqa: S101 - what is measured was looked at
    found = Probe(measurement.facts, heard.looked, measurement)
    try:
        return found._replace(unknowns=unknowns(build(measurement), measurement))
    except BenchmarkError as error:
        return found._replace(problem=error)
