"""How far work is: whoever does it hands out its pieces through a watch, and a command shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Piece = TypeVar("Piece")


class Watch(Protocol):
    """Goes through pieces of work as they are done."""

    def __call__(self, pieces: Iterable[Piece], sizes: Sequence[int], /) -> Iterable[Piece]:
        """The same pieces.

        Args:
            pieces: each comes when it is done.
            sizes: of each, in bytes or in any unit.
        """


def unwatched(pieces: Iterable[Piece], _sizes: Sequence[int]) -> Iterable[Piece]:
    """For work that nobody watches."""
    return pieces
