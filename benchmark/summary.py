"""What a publish or an aggregate did, as values: reports and `--json` are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from benchmark.dataset import BOARD_FILES, board_of
from benchmark.labels import labels_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from benchmark.canonical import Json
    from benchmark.dataset import Dataset
    from benchmark.entry import ConfigKey, Entry
    from benchmark.errors import Violation
    from benchmark.leaderboard import Revision


_SHOWN = 12
"""Digits of a run id."""


class Change(NamedTuple):
    """A configuration whose best run changed; `old` is None where it is new."""

    new: Entry
    old: Entry | None


class Remark(NamedTuple):
    """What is said of an entry: why it is not ranked, or doubtful; or that it was taken down."""

    entry: Entry
    reasons: tuple[str, ...]
    taken_down: bool = False


def not_ranked(state: Dataset, entries: Iterable[Entry]) -> tuple[Remark, ...]:
    """Those of `entries` that `state` does not rank, each with every reason."""
    told = ((entry, state.why_not_ranked(entry)) for entry in entries)
    return tuple(
        Remark(entry, reasons, entry.run_id in state.taken_down)
        for entry, reasons in told
        if reasons
    )


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
        return self._labels(new=True)

    @cached_property
    def updated(self) -> list[str]:
        """Labels of the configurations that have a better run now."""
        return self._labels(new=False)

    def to_json(self, labels: Mapping[ConfigKey, str]) -> dict[str, Json]:
        """The object of schemas/summary_v1.schema.json.

        Args:
            labels: of everything that the summary names.
        """
        return {
            "added": [labels[c.new.config_key] for c in self.changes if c.old is None],
            "updated": [labels[c.new.config_key] for c in self.changes if c.old is not None],
            "skipped": self.skipped,
            "total": self.total,
        }

    def _labels(self, *, new: bool) -> list[str]:
        labels = labels_of(change.new for change in self.changes)
        return [
            labels[change.new.config_key] for change in self.changes if (change.old is None) == new
        ]


@dataclass(frozen=True)
class Summary:
    """The outcome of one publish or aggregate.

    Attributes:
        revision: the dataset's revision that holds the result (publish) or was read (aggregate).
        changed: whether this operation changed the leaderboards' data.
        boards: board name → what happened to it.
        rejected: every violation of every file refused at the door.
        not_ranked: entries kept but not ranked.
        doubtful: new entries that may be ranked, but are doubtful.
        attempts: attempts a publish needed; None for aggregate.
        url: where to look at the result; "" where there is nothing to look at.
        card_refusal: what the Hub says is wrong with the dataset card, which is as it was then; ""
            where nothing is.
    """

    revision: Revision | None
    changed: bool
    boards: Mapping[str, BoardSummary]
    rejected: tuple[Violation, ...]
    not_ranked: tuple[Remark, ...]
    attempts: int | None = None
    url: str = ""
    doubtful: tuple[Remark, ...] = ()
    card_refusal: str = ""

    @property
    def unbelieved(self) -> list[Entry]:
        """The entries that something is said against, but for those that were taken down."""
        items = (*self.not_ranked, *self.doubtful)
        return [item.entry for item in items if not item.taken_down]

    @cached_property
    def labels(self) -> Mapping[ConfigKey, str]:
        """Config key → label, of everything that is named here."""
        changes = (change.new for board in self.boards.values() for change in board.changes)
        return labels_of([*changes, *self.unbelieved])

    def label(self, item: Remark) -> str:
        """What people read; of what was taken down nothing is repeated, and that is its id."""
        entry = item.entry
        return entry.run_id[:_SHOWN] if item.taken_down else self.labels[entry.config_key]

    def to_json(self) -> dict[str, Json]:
        """The object of schemas/summary_v1.schema.json."""
        result: dict[str, Json] = {
            "revision": self.revision,
            "changed": self.changed,
            **{name: board.to_json(self.labels) for name, board in self.boards.items()},
            "rejected": [dict(violation._asdict()) for violation in self.rejected],
            "not_ranked": len(self.not_ranked),
            "not_ranked_runs": [self._told(item) for item in self.not_ranked],
            "doubtful": len(self.doubtful),
            "doubtful_runs": [self._told(item) for item in self.doubtful],
        }
        if self.attempts is not None:
            told = {"url": self.url, "card_refusal": self.card_refusal}
            result |= {"attempts": self.attempts, **told}
        return result

    def _told(self, item: Remark) -> Json:
        reasons = [str(reason) for reason in item.reasons]
        label = self.label(item)
        return {"label": label, "run_id": item.entry.run_id, "reasons": [*reasons]}


def doubtful_among(state: Dataset, entries: Iterable[Entry]) -> tuple[Remark, ...]:
    """Those of `entries` that `state` ranks behind others, each with what makes it doubtful."""
    told = ((entry, state.why_doubtful(entry)) for entry in entries)
    return tuple(Remark(entry, reasons) for entry, reasons in told if reasons)


def board_summaries(
    before: Dataset, after: Dataset, submitted: Iterable[Entry]
) -> dict[str, BoardSummary]:
    """What changed from `before` to `after`, and how many of `submitted` changed nothing."""
    entries: dict[str, list[Entry]] = {name: [] for name in BOARD_FILES}
    for entry in {entry.run_id: entry for entry in submitted}.values():
        entries[board_of(entry)].append(entry)
    return {name: _board_summary(name, before, after, entries[name]) for name in BOARD_FILES}


def _board_summary(
    name: str, before: Dataset, after: Dataset, submitted: Iterable[Entry]
) -> BoardSummary:
    old, new = before.boards[name], after.boards[name]
    changes = [
        Change(entry, holder)
        for key, entry in sorted(new.items())
        if (holder := old.get(key)) is None or holder != entry
    ]
    winners = {change.new.run_id for change in changes}
    skipped = [
        entry
        for entry in submitted
        if entry.run_id not in winners and not after.why_not_ranked(entry)
    ]
    return BoardSummary(tuple(changes), len(skipped), len(new))
