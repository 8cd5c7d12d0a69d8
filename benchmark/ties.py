"""Places among comparable results, shared where a difference is noise.

Comparable is what answers one question: one model under one workload with one input and one output
length, on one leaderboard. Whatever it is measured on and with competes there.

The rule is standard competition ranking ("1, 1, 3", as in sports:
https://en.wikipedia.org/wiki/Ranking#Standard_competition_ranking_(%221224%22_ranking)) over
throughput. In the order of throughput, a result shares the place of the one that opened it if the
two are within their noise (benchmark.noise), and opens the next place if they are not. Noise is
not transitive: of 100, 97 and 94 each may be within the noise of the next, and the last not of the
first. So every place is held to the one that opened it, never to the last that joined, and a long
chain of small differences cannot make one place of everything. Hence no place is shared by two
results of which one is beyond the noise of the best; two neighbours on different places may be
within each other's. A result that states no interval shares a place with its equals only.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from benchmark.config_key import key_of
from benchmark.dataset import board_of
from benchmark.entry import Entry
from benchmark.noise import Speed, are_within_noise, speed_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from benchmark.entry import RunId

    Question: TypeAlias = tuple[str, bytes]
    _Ranked: TypeAlias = tuple[Entry, Speed]

_QUESTION = ("model", "workload", "input_length", "output_length")


class Place(NamedTuple):
    """Where a result stands among comparable ones.

    Attributes:
        rank: counted from 1; where several share it, the next ones are left out.
        sharing: all results on this place, the fastest first.
    """

    rank: int
    sharing: tuple[Entry, ...]

    def __str__(self) -> str:
        """As people read it: `3`, or `1=` where it is shared."""
        return f"{self.rank}{'=' * self.is_shared}"

    @property
    def is_shared(self) -> bool:
        """Whether several results are on it."""
        return len(self.sharing) > 1

    def tied_with(self, entry: Entry, most: int | None = None) -> list[Entry]:
        """The others on this place, the fastest first; `most` of them, for there may be thousands.

        Told for each of those, all would be millions.
        """
        others = (other for other in self.sharing if other.run_id != entry.run_id)
        return [*islice(others, most)]


def places_of(ranked: Iterable[Entry]) -> dict[RunId, Place]:
    """Run id → place, of the ranked results of leaderboards; the same in any order of them."""
    questions: dict[Question, list[_Ranked]] = {}
    for entry in ranked:
        said = Entry(entry.data)  # a packed run would be parsed for every word
        speed = speed_in(entry.standing.throughput_tps, said.at("metrics", "distributions"))
        question = board_of(entry), _asked(said)
        questions.setdefault(question, []).append((entry, speed))
    return {
        entry.run_id: place
        for several in questions.values()
        for place in _places(several)
        for entry in place.sharing
    }


def question_of(entry: Entry) -> Question:
    """What it is an answer to: results with the same are comparable."""
    return board_of(entry), _asked(entry)


def _asked(entry: Entry) -> bytes:
    configuration = entry.configuration
    return key_of([configuration[name] for name in _QUESTION])


def _places(several: Iterable[_Ranked]) -> Iterator[Place]:
    rank = 1
    for group in _groups(sorted(several, key=_order)):
        yield Place(rank, tuple(group))
        rank += len(group)


def _groups(ordered: Iterable[_Ranked]) -> Iterator[list[Entry]]:
    group: list[Entry] = []
    best = Speed(0)
    for entry, speed in ordered:
        if group and are_within_noise(best, speed):
            group.append(entry)
            continue
        if group:
            yield group
        group, best = [entry], speed
    if group:
        yield group


def _order(ranked: _Ranked) -> tuple[float, RunId]:
    entry, _ = ranked
    return (-entry.standing.throughput_tps, entry.run_id)
