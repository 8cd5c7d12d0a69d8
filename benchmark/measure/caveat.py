"""What is unusual about a measurement, though not impossible. A value only."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark.measure.messages import CAVEATS

if TYPE_CHECKING:
    from benchmark.canonical import Json


class Caveat(NamedTuple):
    """One thing to beware of.

    Attributes:
        kind: a word for programs, like `prefix-cache-hit`; its meaning never changes.
        text: a sentence for people, with the figures that it rests on, in English.
    """

    kind: str
    text: str

    def as_json(self) -> dict[str, Json]:
        """For an entry's provenance."""
        return {"kind": self.kind, "text": self.text}


def caveat(kind: str, case: str = "", /, **values: object) -> Caveat:
    """The caveat of a kind in the words of `benchmark.measure.messages`.

    Args:
        kind: see `Caveat`.
        case: which of the ways to tell it, where there are several.
        values: what stands in the message's fields.
    """
    name = f"{kind}/{case}" if case else kind
    return Caveat(kind, CAVEATS[name].format(**values))
