"""What is unusual about a measurement, though not impossible. A value only."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from benchmark.canonical import Json


class Caveat(NamedTuple):
    """One thing to beware of.

    Attributes:
        kind: a word for programs, like `prefix-cache-hit`; its meaning never changes.
        text: a sentence for people, with the figures that it rests on.
    """

    kind: str
    text: str

    def as_json(self) -> dict[str, Json]:
        """For an entry's provenance."""
        return {"kind": self.kind, "text": self.text}
