"""A folder of results and the public leaderboards → the data folder that is pushed.

Whatever is in the data folder already is merged too: it may be somebody's result that was pulled
from git and is not published yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmark import canonical
from benchmark.dataset import BOARD_FILES, Dataset
from benchmark.errors import InvalidDataError
from benchmark.i18n import N_
from benchmark.leaderboard import encode
from benchmark.submission import data_files, judge, other_results, result_files
from benchmark.summary import NotRanked, Summary, board_summaries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from benchmark.entry import Entry
    from benchmark.leaderboard import Revision
    from benchmark.submission import SubmittedFile


@dataclass(frozen=True)
class Aggregation:
    """What an aggregate found and wrote.

    Attributes:
        summary: for people and for `--json`.
        results: the result files, good and bad.
        found: board name → results found in the outputs folder.
        written: data file → entries in it.
    """

    summary: Summary
    results: Sequence[SubmittedFile]
    found: Mapping[str, int]
    written: Mapping[Path, int]


def aggregate(
    public: Dataset, outputs: Path, data_dir: Path, *, revision: Revision | None
) -> Aggregation:
    """Merge the results in `outputs` with the public dataset and write the data folder.

    The data folder gets both leaderboards and, for each local run that is in neither (another
    run of its configuration is better, or it may not be ranked), a file of its own, so that
    publishing keeps it in the history.

    Args:
        public: the dataset as read, an empty one when offline.
        outputs: where `run` writes, and perhaps other programs; a bad file is reported and the
            others go on.
        data_dir: what is committed to git; both leaderboards are replaced together.
        revision: what `public` was read at, None when offline.

    Raises:
        InvalidDataError: if a file in the data folder is unreadable; it is left as it is.
        UsageError: if the data folder cannot be written.
    """
    submitted = [*result_files(outputs), *other_results(outputs)]
    results = judge(submitted, public.runs)
    pending = _pending(data_dir, public)
    after = public.joined([*pending, *results.entries])
    files = _data_files(after, public, data_dir)
    canonical.write_all_atomic({path: encode(entries) for path, entries in files.items()})
    unranked = ((entry, after.why_not_ranked(entry)) for entry in results.entries)
    boards = board_summaries(public, after, results.entries)
    summary = Summary(
        revision=revision,
        changed=after.boards != public.boards,
        boards=boards,
        rejected=results.rejected,
        not_ranked=tuple(NotRanked(entry, reasons) for entry, reasons in unranked if reasons),
    )
    return Aggregation(
        summary,
        submitted,
        found=_count_by_board(results.entries),
        written={path: len(entries) for path, entries in files.items()},
    )


def _pending(data_dir: Path, public: Dataset) -> list[Entry]:
    """The entries that the data folder holds already."""
    judgement = judge(data_files(data_dir), public.runs)
    if judgement.rejected:
        names = sorted({violation.file for violation in judgement.rejected})
        raise InvalidDataError(
            f"The data folder holds unreadable data ({', '.join(names)}); it was left as it is.",
            judgement.rejected,
            hint=N_("Correct or remove these files (`git checkout -- FILE` undoes an edit)."),
        )
    return judgement.entries


def _data_files(after: Dataset, public: Dataset, data_dir: Path) -> dict[Path, list[Entry]]:
    files = {
        data_dir / BOARD_FILES[name]: list(board.values()) for name, board in after.boards.items()
    }
    ranked = {entry.run_id for entries in files.values() for entry in entries}
    for run_id in after.runs.keys() - ranked - public.runs.keys():
        name = f"leaderboard_run_{run_id[:16]}.json"
        files[data_dir / "runs" / name] = [after.runs[run_id]]
    return files


def _count_by_board(entries: Iterable[Entry]) -> dict[str, int]:
    nodes = [entry.node_count for entry in entries]
    return {"single": sum(n == 1 for n in nodes), "multi": sum(n > 1 for n in nodes)}
