"""What an entry says of how it was measured that is typical of a measuring fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.i18n import N_
from benchmark.verdict.reason import DOUBTFUL, because
from benchmark.verdict.stated import figure, section, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.verdict.reason import Reason
    from benchmark.verdict.stated import Stated

_HELD_BACK = {
    "at-once": N_("answers came at once, as if something had kept their tokens back"),
    "content-held-back": N_("the server counted tokens well before it sent any"),
}
_EXECUTED = ("executed_precision", "precision_executed")


def faults(said: Stated) -> Iterator[Reason]:
    """No warm-up, a single request, tokens kept back, another precision than the stated one."""
    samples = section(said.metrics, "samples")
    if figure(samples, "warmup") == 0:
        yield because(DOUBTFUL, ".metrics.samples.warmup", N_("there was no warm-up"))
    if figure(samples, "requests") == 1:
        yield because(DOUBTFUL, ".metrics.samples.requests", N_("it is a single request"))
    for kind in sorted(said.caveats & _HELD_BACK.keys()):
        yield because(DOUBTFUL, ".provenance.caveats", _HELD_BACK[kind])
    yield from _precision(said)


def _precision(said: Stated) -> Iterator[Reason]:
    precision = text(said.model, "precision")
    for name in _EXECUTED:
        executed = text(said.provenance, name) or text(section(said.provenance, "engine"), name)
        if executed and executed.casefold() != precision.casefold():
            yield because(
                DOUBTFUL,
                ".model.precision",
                N_("{precision} is stated, but {executed} was executed"),
                precision=precision[:80],
                executed=executed[:80],
            )
            return
