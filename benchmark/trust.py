"""How far a result can be trusted, and where it stands: what every view says of one beside figures.

The tiers, the first that applies:

    doubtful    its verdict is not sound, whoever has signed or repeated it
    attested    a CI service has signed which of its jobs the run came from (benchmark.attestation)
    reproduced  another submitter has measured the same on another machine (benchmark.reproduced)
    community   somebody says so
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from benchmark.dataset import board_of
from benchmark.reproduced import reproductions
from benchmark.ties import places_of
from benchmark.verdict import SOUND

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmark.attestation import Attestation
    from benchmark.canonical import Json
    from benchmark.dataset import Dataset
    from benchmark.entry import Entry, RunId
    from benchmark.ties import Place
    from benchmark.verdict import Kind

Tier: TypeAlias = Literal["attested", "reproduced", "community", "doubtful"]

_MOST_TOLD = 50
"""Of those on one place: all of thousands, told for each of them, would be millions."""


class Trust(NamedTuple):
    """What stands behind a run that may be ranked.

    Attributes:
        tier: in one word.
        place: among comparable results; None for a run that is not the best of its configuration.
        reproduced_by: the runs of others that reproduce it.
        attestations: what was signed of it.
    """

    tier: Tier
    place: Place | None = None
    reproduced_by: tuple[Entry, ...] = ()
    attestations: tuple[Attestation, ...] = ()

    def tied_with(self, run: Entry) -> list[Entry]:
        """The others on the place of this run: the first 50, for there may be thousands."""
        return self.place.tied_with(run, _MOST_TOLD) if self.place else []

    def __str__(self) -> str:
        """As people read it: `attested, reproduced by 2`."""
        count = len(self.reproduced_by)
        if not count:
            return self.tier
        said = f"reproduced by {count}"
        return said if self.tier == "reproduced" else f"{self.tier}, {said}"


def trusts(
    state: Dataset, among: Iterable[Entry] | None = None, *, with_places: bool = True
) -> dict[RunId, Trust]:
    """Run id → what stands behind it, of the runs that may be ranked.

    Args:
        state: the dataset.
        among: those of its runs of which it is asked; None for all.
        with_places: whether it is asked where they stand, for which all boards are gone through.
    """
    runs = state.runs if among is None else {run.run_id: run for run in among}
    places = _places(state) if with_places else {}
    reproduced = reproductions(state, runs)
    found = {}
    for run_id, run in runs.items():
        if state.why_not_ranked(run):
            continue
        others = reproduced.get(run_id, ())
        signed = tuple(state.attested.get(run_id, ()))
        tier = tier_of(_verdict(state, run), attested=bool(signed), reproduced=bool(others))
        found[run_id] = Trust(tier, places.get(run_id), others, signed)
    return found


def tier_of(verdict: Kind, *, attested: bool, reproduced: bool) -> Tier:
    """The tier of a run.

    Args:
        verdict: whether it can be believed.
        attested: whether anything was signed of it.
        reproduced: whether anybody else has measured the same.
    """
    if verdict != SOUND:
        return "doubtful"
    if attested:
        return "attested"
    return "reproduced" if reproduced else "community"


def ties_among(shown: Sequence[Entry], trust: Mapping[RunId, Trust]) -> list[Place]:
    """The places that several share, of what is shown; each once."""
    places = (trust[entry.run_id].place for entry in shown if entry.run_id in trust)
    shared = {place.sharing[0].run_id: place for place in places if place and place.is_shared}
    return list(shared.values())


def _places(state: Dataset) -> dict[RunId, Place]:
    return places_of(entry for board in state.boards.values() for entry in board.values())


def _verdict(state: Dataset, run: Entry) -> Kind:
    return SOUND if run.run_id in state.confirmed else run.standing.verdict


def trust_json(known: Trust | None) -> dict[str, Json]:
    """What stands behind a run, for programs; None for one that may not be ranked."""
    if known is None:
        return {"tier": None, "reproduced_by": [], "attestations": []}
    return {
        "tier": known.tier,
        "reproduced_by": [other.run_id for other in known.reproduced_by],
        "attestations": [dict(attestation._asdict()) for attestation in known.attestations],
    }


def row_json(
    state: Dataset, entry: Entry, label: str, trust: Mapping[RunId, Trust]
) -> dict[str, Json]:
    """A row of `schemas/report_v1.schema.json`, without its entry."""
    known = trust[entry.run_id]
    verdict = state.verdict_on(entry)
    return {
        "label": label,
        "run_id": entry.run_id,
        "board": board_of(entry),
        "rank": known.place.rank if known.place else None,
        "tied": len(known.place.sharing) - 1 if known.place else 0,
        "tied_with": [other.run_id for other in known.tied_with(entry)],
        **trust_json(known),
        "verdict": verdict.kind,
        "verdict_reasons": [str(reason.text) for reason in verdict.reasons],
    }
