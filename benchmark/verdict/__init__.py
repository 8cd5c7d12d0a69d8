"""Verdicts: whether a result can be believed, a function of the entry and of nothing else.

Impossible is what contradicts itself beyond a factor of ten, is more than twice of what the stated
chips can do, or ten times what nothing comes near to. Doubtful is what is possible, but typical of
a measuring fault. What is not known is not held against an entry. Reasons show their arithmetic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark.verdict import orderly, quick_figures, quick_resources, quick_speeds
from benchmark.verdict.agreement import disagreements
from benchmark.verdict.ceilings import excesses
from benchmark.verdict.chips import CHIPS_VERSION
from benchmark.verdict.conduct import faults
from benchmark.verdict.extremes import extremes
from benchmark.verdict.limits import limits_of
from benchmark.verdict.objectives import objections
from benchmark.verdict.occupancy import vacancies
from benchmark.verdict.order import disorder
from benchmark.verdict.prompts import unread
from benchmark.verdict.quick import is_plainly_sound
from benchmark.verdict.reason import DOUBTFUL, IMPOSSIBLE, SOUND, Kind, Reason
from benchmark.verdict.repeats import repetitions
from benchmark.verdict.resources import contradictions
from benchmark.verdict.scale import misfits
from benchmark.verdict.shares import discrepancies
from benchmark.verdict.stated import stated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from benchmark.canonical import Json
    from benchmark.verdict.limits import Limits
    from benchmark.verdict.stated import Stated

__all__ = [
    "DOUBTFUL",
    "IMPOSSIBLE",
    "SOUND",
    "VERDICT_VERSION",
    "Kind",
    "Reason",
    "Verdict",
    "verdict",
]

_RULES_VERSION = 2

VERDICT_VERSION = f"{_RULES_VERSION}.{CHIPS_VERSION}"
"""Of the rules and of the table of chips: another of either, another version."""


class Verdict(NamedTuple):
    """What is to be thought of an entry.

    Attributes:
        kind: sound, doubtful or impossible.
        reasons: what speaks against it, the worst first; empty for what is sound.
    """

    kind: Kind
    reasons: tuple[Reason, ...] = ()


def verdict(data: Mapping[str, Json]) -> Verdict:
    """The verdict on an entry's JSON object; of one that is not valid it means nothing."""
    return _SOUND if is_plainly_sound(data) else looked_at(data)


def kind_of(data: Mapping[str, Json]) -> Kind:
    """The kind of the verdict."""
    return SOUND if is_plainly_sound(data) else looked_at(data).kind


def looked_at(data: Mapping[str, Json]) -> Verdict:
    """As `verdict`, by every check."""
    said = stated(data)
    # It claims nothing.
    if not said.throughput:
        return _SOUND
    limits = limits_of(data)
    found = [
        reason
        for is_plain, looks in _LOOKS
        if not is_plain(said, limits)
        for look in looks
        for reason in look(said)
    ]
    if not found:
        return _SOUND
    worst = [reason for reason in found if reason.kind == IMPOSSIBLE]
    lesser = [reason for reason in found if reason.kind != IMPOSSIBLE]
    return Verdict(IMPOSSIBLE if worst else DOUBTFUL, (*worst, *lesser))


# Whether some have nothing to say is known in a tenth of the time that they take.
_LOOKS: tuple[
    tuple[Callable[[Stated, Limits], bool], tuple[Callable[[Stated], Iterator[Reason]], ...]], ...
] = (
    (quick_speeds.are_plain, (disagreements, vacancies, excesses, unread, extremes)),
    (quick_figures.are_plain, (repetitions, objections, discrepancies)),
    (orderly.are_plain, (disorder,)),
    (quick_resources.are_plain, (contradictions, misfits, faults)),
)
_SOUND = Verdict(SOUND)
