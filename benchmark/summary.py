"""What a publish or an aggregate did, as values: reports and `--json` are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from benchmark.dataset import BOARD_FILES, board_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from benchmark.canonical import Json
    from benchmark.dataset import Dataset
    from benchmark.entry import Entry
    from benchmark.errors import Violation
    from benchmark.leaderboard import Revision


_SHOWN_DIGITS = 12


class Change(NamedTuple):
    """A configuration whose best run changed; `old` is None where it is new."""

    new: Entry
    old: Entry | None


class NotRanked(NamedTuple):
    """An entry that is kept in `runs/` but not ranked, and why; or one that was taken down."""

    entry: Entry
    reasons: tuple[str, ...]
    taken_down: bool = False

    @property
    def label(self) -> str:
        """What people read; of what was taken down nothing is repeated, and that is its id."""
        return self.entry.run_id[:_SHOWN_DIGITS] if self.taken_down else self.entry.label


def not_ranked(state: Dataset, entries: Iterable[Entry]) -> tuple[NotRanked, ...]:
    """Those of `entries` that `state` does not rank, each with every reason."""
    told = (
        NotRanked(entry, state.why_not_ranked(entry), entry.run_id in state.taken_down)
        for entry in entries
    )
    return tuple(item for item in told if item.reasons)


@dataclass(frozen=True)
class BoardSummary:
    """What happened to one leaderboard.

    Attributes:
        changes: configurations added and updated, in the leaderboard's order.
        skipped: submitted entries that may be ranked but changed nothing.
        total: configurations in the leaderboard now.
    """

    changes: tuple[Change, ...]
    skipped: int
    total: int

    @cached_property
    def added(self) -> list[str]:
        """Labels of the configurations that are new."""
        return [change.new.label for change in self.changes if change.old is None]

    @cached_property
    def updated(self) -> list[str]:
        """Labels of the configurations that have a better run now."""
        return [change.new.label for change in self.changes if change.old is not None]


@dataclass(frozen=True)
class Summary:
    """The outcome of one publish or aggregate.

    Attributes:
        revision: the dataset's revision that holds the result (publish) or was read (aggregate).
        changed: whether this operation changed the leaderboards' data.
        boards: board name → what happened to it.
        rejected: every violation of every file refused at the door.
        not_ranked: entries kept but not ranked.
        attempts: attempts a publish needed; None for aggregate.
        url: where to look at the result; "" where there is nothing to look at.
    """

    revision: Revision | None
    changed: bool
    boards: Mapping[str, BoardSummary]
    rejected: tuple[Violation, ...]
    not_ranked: tuple[NotRanked, ...]
    attempts: int | None = None
    url: str = ""

    def to_json(self) -> dict[str, Json]:
        """The object of schemas/summary_v1.schema.json."""
        result: dict[str, Json] = {
            "revision": self.revision,
            "changed": self.changed,
            **{name: _board_json(board) for name, board in self.boards.items()},
            "rejected": [dict(violation._asdict()) for violation in self.rejected],
            "not_ranked": len(self.not_ranked),
        }
        if self.attempts is not None:
            result |= {"attempts": self.attempts, "url": self.url}
        return result


def board_summaries(
    before: Dataset, after: Dataset, submitted: Iterable[Entry]
) -> dict[str, BoardSummary]:
    """What changed from `before` to `after`, and how many of `submitted` changed nothing."""
    entries = {entry.run_id: entry for entry in submitted}.values()
    return {
        name: _board_summary(
            name, before, after, [entry for entry in entries if board_of(entry) == name]
        )
        for name in BOARD_FILES
    }


def _board_summary(
    name: str, before: Dataset, after: Dataset, submitted: Iterable[Entry]
) -> BoardSummary:
    old, new = before.boards[name], after.boards[name]
    changes = tuple(
        Change(entry, old.get(key)) for key, entry in sorted(new.items()) if old.get(key) != entry
    )
    winners = {change.new.run_id for change in changes}
    skipped = [
        entry
        for entry in submitted
        if entry.run_id not in winners and not after.why_not_ranked(entry)
    ]
    return BoardSummary(changes, len(skipped), len(new))


def _board_json(board: BoardSummary) -> dict[str, Json]:
    return {
        "added": [*board.added],
        "updated": [*board.updated],
        "skipped": board.skipped,
        "total": board.total,
    }
