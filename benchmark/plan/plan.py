"""A plan, as a value; its files are made when they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from benchmark import garbage
from benchmark.dataset import is_fragment
from benchmark.summary import Summary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmark.entry import Entry
    from benchmark.leaderboard import Changes, Revision, Snapshot
    from benchmark.submission import Judgement
    from benchmark.summary import BoardSummary, Remark


@dataclass(frozen=True)
class Plan:
    """What one attempt would do to the snapshot it read.

    Attributes:
        snapshot: what was read.
        judgement: which of the submitted files are good.
        new: the runs in them that the dataset does not hold.
        boards: board name → what would happen to it.
        not_ranked: the submitted entries that are not ranked.
        adopted: those not ranked that a change takes into the history besides.
        doubtful: the new runs that may be ranked, but are doubtful.
        make_files: makes what would be written.
    """

    snapshot: Snapshot
    judgement: Judgement
    new: tuple[Entry, ...]
    boards: Mapping[str, BoardSummary]
    not_ranked: tuple[Remark, ...]
    adopted: tuple[Remark, ...]
    doubtful: tuple[Remark, ...]
    make_files: Callable[[], Changes]

    @cached_property
    def files(self) -> Changes:
        """What to write and remove; empty where there is nothing new.

        Raises:
            BenchmarkError: if writing it would lose data: a bug, caught before it can do harm.
        """
        with garbage.uncollected():
            return self.make_files() if self.new else {}

    @property
    def fragments(self) -> set[str]:
        """The new fragments of `runs/`, named by their content."""
        return {path for path, data in self.files.items() if data and is_fragment(path)}

    def summary(self, revision: Revision, attempts: int, *, changed: bool) -> Summary:
        """What has been done, once `revision` holds it."""
        return Summary(
            revision=revision,
            changed=changed,
            boards=self.boards,
            rejected=self.judgement.rejected,
            not_ranked=self.not_ranked + (self.adopted if changed else ()),
            attempts=attempts,
            doubtful=self.doubtful,
        )
