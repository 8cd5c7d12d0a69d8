"""A folder of results and the public leaderboards → the data folder that is pushed.

Whatever is in the data folder already is merged too: it may be somebody's result that was pulled
from git and is not published yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from benchmark import canonical
from benchmark.dataset import BOARD_FILES, Dataset
from benchmark.errors import InvalidDataError
from benchmark.i18n import N_
from benchmark.leaderboard import encode
from benchmark.submission import data_files, judge, other_results, result_files
from benchmark.summary import Summary, board_summaries, doubtful_among, not_ranked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from benchmark.entry import Entry
    from benchmark.leaderboard import Revision
    from benchmark.submission import SubmittedFile

LARGEST_FOR_GIT = 50 * 1024 * 1024
"""Bytes: GitHub warns above and refuses a file at twice as many
(https://docs.github.com/repositories/working-with-files/managing-large-files)."""


@dataclass(frozen=True)
class Aggregation:
    """What an aggregate found and wrote.

    Attributes:
        summary: for people and for `--json`.
        results: the result files, good and bad.
        found: board name → results found in the outputs folder.
        written: data file → entries in it.
        reduced: data files that hold only what is not in the dataset yet, for git's sake.
        oversized: data files that are too large for git hosting all the same, and their bytes.
    """

    summary: Summary
    results: Sequence[SubmittedFile]
    found: Mapping[str, int]
    written: Mapping[Path, int]
    reduced: frozenset[Path]
    oversized: Mapping[Path, int]


class _Written(NamedTuple):
    """A data file: its entries and its content, and whether what is public was left out."""

    entries: Sequence[Entry]
    content: bytes
    reduced: bool = False


def aggregate(
    public: Dataset | Callable[[Iterable[Entry]], Dataset],
    outputs: Path,
    data_dir: Path,
    *,
    revision: Revision | None,
    watch: Callable[[Sequence[SubmittedFile]], Iterable[SubmittedFile]] = iter,
) -> Aggregation:
    """Merge the results in `outputs` with the public dataset and write the data folder.

    The data folder gets both leaderboards and, for each local run that is in neither (another
    run of its configuration is better, or it may not be ranked), a file of its own, so that
    publishing keeps it in the history. Of a leaderboard too large for git hosting it gets only what
    the dataset lacks; publishing it comes to the same.

    Args:
        public: the dataset as read, or what makes as much of it as is needed for some entries; an
            empty one when offline.
        outputs: where `run` writes, and perhaps other programs; a bad file is reported and the
            others go on.
        data_dir: what is committed to git; both leaderboards are replaced together.
        revision: what `public` was read at, None when offline.
        watch: goes through the result files while they are parsed, to show how far it is.

    Raises:
        InvalidDataError: if a file in the data folder is unreadable; it is left as it is.
        UsageError: if the data folder cannot be written.
    """
    submitted = [*result_files(outputs), *other_results(outputs)]
    there = data_files(data_dir)
    local = [entry for file in (*watch(submitted), *there) for entry in file.entries]
    state = public if isinstance(public, Dataset) else public(local)
    results = judge(submitted, state.known)
    after = state.joined([*_pending(there, state), *results.entries])
    files = _data_files(after, state, data_dir)
    had = {file.path: file.data for file in there}
    # Git takes whatever is in the data folder, that of an aggregate that was killed too.
    canonical.remove_leftovers(data_dir)
    canonical.write_all_atomic(
        {path: file.content for path, file in files.items() if had.get(path) != file.content}
    )
    summary = Summary(
        revision=revision,
        changed=after.boards != state.boards,
        boards=board_summaries(state, after, results.entries),
        rejected=results.rejected,
        not_ranked=not_ranked(after, results.entries),
        doubtful=doubtful_among(after, results.entries),
    )
    sizes = {path: len(file.content) for path, file in files.items()}
    return Aggregation(
        summary,
        submitted,
        found=_count_by_board(results.entries),
        written={path: len(file.entries) for path, file in files.items()},
        reduced=frozenset(path for path, file in files.items() if file.reduced),
        oversized={path: size for path, size in sizes.items() if size > LARGEST_FOR_GIT},
    )


def _pending(files: Sequence[SubmittedFile], public: Dataset) -> list[Entry]:
    """The entries that the data folder holds already."""
    judgement = judge(files, public.known)
    if judgement.rejected:
        names = sorted({violation.file for violation in judgement.rejected})
        raise InvalidDataError(
            f"The data folder holds unreadable data ({', '.join(names)}); it was left as it is.",
            judgement.rejected,
            hint=N_("Correct or remove these files (`git checkout -- FILE` undoes an edit)."),
        )
    return judgement.entries


def _data_files(after: Dataset, public: Dataset, data_dir: Path) -> dict[Path, _Written]:
    files = {
        data_dir / BOARD_FILES[name]: _board_file([*board.values()], public)
        for name, board in after.boards.items()
    }
    ranked = {entry.run_id for board in after.boards.values() for entry in board.values()}
    for run_id in after.runs.keys() - ranked - public.runs.keys():
        entries = [after.runs[run_id]]
        path = data_dir / "runs" / f"leaderboard_run_{run_id[:16]}.json"
        files[path] = _Written(entries, encode(entries))
    return files


def _board_file(entries: Sequence[Entry], public: Dataset) -> _Written:
    content = encode(entries)
    if len(content) <= LARGEST_FOR_GIT:
        return _Written(entries, content)
    new = [entry for entry in entries if entry.run_id not in public.runs]
    # Offline nothing is known to be there.
    return _Written(new, encode(new), reduced=len(new) < len(entries))


def _count_by_board(entries: Iterable[Entry]) -> dict[str, int]:
    nodes = [entry.node_count for entry in entries]
    return {"single": sum(n == 1 for n in nodes), "multi": sum(n > 1 for n in nodes)}
