"""An answer that remembers which fields its events had: for one look, too slow for measuring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmark.measure.endpoint.answer import Answer
from benchmark.measure.looked import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_FIELDS = 12
_MOST_SHAPES = 8
_DEEPEST = 12


class ShapedAnswer(Answer):
    """See `Answer`."""

    __slots__ = ("_counts",)

    def __init__(self) -> None:
        super().__init__()
        self._counts: dict[tuple[str, ...], int] = {}

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Of its events so far, in the order of the first of each; of very many, the first."""
        return tuple(Shape(*one) for one in self._counts.items())

    def _take(self, stamp_ns: int, event: dict[str, Any]) -> None:
        fields = tuple(dict.fromkeys(_fields(event)))[:_MOST_FIELDS]
        if fields in self._counts or len(self._counts) < _MOST_SHAPES:
            self._counts[fields] = self._counts.get(fields, 0) + 1
        super()._take(stamp_ns, event)


def _fields(value: object, place: str = "", depth: int = 0) -> Iterator[str]:
    """The places in an event that hold something; what says who and when is left out."""
    if isinstance(value, dict) and depth < _DEEPEST:
        for name, one in value.items():
            if name not in _ALWAYS:
                yield from _fields(one, f"{place}.{name}" if place else str(name), depth + 1)
    elif isinstance(value, list) and depth < _DEEPEST:
        for one in value:
            yield from _fields(one, f"{place}[]", depth + 1)
    elif value not in ("", None) and place:
        yield place


_ALWAYS = frozenset({"id", "object", "created", "model", "index", "system_fingerprint"})
