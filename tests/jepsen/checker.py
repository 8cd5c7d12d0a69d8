"""Whether a history and the repository it ended in are those of a dataset that loses nothing.

Pure: it reads what was recorded, and has no opinion of how it came about. What it demands:

    H1  the history is one line: every commit stands on the one before, and only on it
    H2  no commit was asked for without a parent, and none stands on another than it named
    H3  no commit is empty
    R1  whatever was acknowledged is there by the revision that the answer named: runs in runs/,
        words of maintainers in their files
    R2  a run that is in runs/ stays there, once and never twice, in a file named by its content
    R3  nothing is in runs/ that nobody submitted
    S1  whatever was submitted is in runs/ or still waits to be published
    B1  at every commit both leaderboards are the fold of runs/ without what was taken back
    T1  what was taken back stays taken back, and is in no leaderboard
    D1  where there are a manifest and an index, they say what is there
    O1  no operation ended with a bug
"""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from tests.jepsen import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from tests.jepsen.commits import Commit, Repository
    from tests.jepsen.fold import Run
    from tests.jepsen.history import Event

RETRACTIONS = "retractions.jsonl"
MANIFEST, INDEX = "runs/manifest.json", "runs/index/"
_BUG = 1


class Asked(NamedTuple):
    """A commit that the Hub was asked for: the parent it named, and what became of it if known."""

    parent: str | None
    sha: str | None = None


class Landed(NamedTuple):
    """Where in the history things came in, as numbers of commits.

    Attributes:
        commits: commit id → its number.
        places: verb → run id → number of the first commit that holds what the verb promises.
    """

    commits: Mapping[str, int]
    places: Mapping[str, Mapping[str, int]]


def problems(
    history: Sequence[Event],
    repository: Repository,
    asked: Iterable[Asked],
    waiting: Collection[str] = (),
) -> list[str]:
    """Everything in which the law was broken, as sentences; nothing if all is well.

    Args:
        history: what was asked and answered.
        repository: what became of it.
        asked: the commits that the Hub was asked for.
        waiting: ids of the runs that wait to be published.
    """
    commits = list(repository.commits())
    walk = _Walk(repository)
    found = [*_line_problems(commits), *_parent_problems(commits, asked)]
    for commit in commits:
        found += walk.step(commit)
    places = {"publish": walk.runs_at, "retract": walk.retracted_at}
    landed = Landed({commit.sha: number for number, commit in enumerate(commits)}, places)
    found += _derived_problems(repository, commits[-1], walk.runs.keys())
    found += _operation_problems(history, landed)
    return [*found, *_submission_problems(history, landed.places["publish"].keys(), waiting)]


def _line_problems(commits: Sequence[Commit]) -> Iterator[str]:
    for number, commit in enumerate(commits):
        expected = (commits[number - 1].sha,) if number else ()
        if commit.parents != expected:
            yield f"H1: {commit.sha[:8]} stands on {commit.parents}, not on {expected}."
        if not commit.changed:
            yield f"H3: {commit.sha[:8]} is empty."


def _parent_problems(commits: Sequence[Commit], asked: Iterable[Asked]) -> Iterator[str]:
    parents = {commit.sha: commit.parents for commit in commits}
    named = set()
    for ask in asked:
        named.add(ask.parent)
        if ask.parent is None:
            yield f"H2: a commit was asked for without a parent ({ask.sha})."
        if ask.sha in parents and parents[ask.sha] != (ask.parent,):
            yield f"H2: {ask.sha} does not stand on {ask.parent}, which it named."
    for commit in commits[1:]:
        if not set(commit.parents) & named:
            yield f"H2: {commit.sha[:8]} stands on what nobody named."


class _Walk:
    """The state of a dataset, commit by commit."""

    def __init__(self, repository: Repository) -> None:
        self._content = repository.content
        self._fragments: dict[str, list[Run]] = {}
        self._times: Counter[str] = Counter()
        self._retracted: set[str] = set()
        self._boards: dict[str, bytes] = {}
        self.runs: dict[str, Run] = {}
        self.runs_at: dict[str, int] = {}
        self.retracted_at: dict[str, int] = {}
        self._number = -1

    def step(self, commit: Commit) -> list[str]:
        """Go on to this commit; what is wrong with it."""
        self._number += 1
        before = dict(self.runs)
        found = [f"{text} ({commit.sha[:8]})" for text in self._take(commit)]
        lost = before.keys() - self.runs.keys()
        if lost:
            found.append(f"R2: {len(lost)} runs were lost at {commit.sha[:8]}, {min(lost)[:8]} …")
        if self._number:
            found += self._board_problems(commit)
        return found

    def _take(self, commit: Commit) -> Iterator[str]:
        for path, blob in commit.changed.items():
            if path.startswith("runs/") and path.endswith(".jsonl"):
                yield from self._fragment(path, blob)
        if RETRACTIONS in commit.changed:
            yield from self._retractions(commit.files.get(RETRACTIONS))

    def _fragment(self, path: str, blob: str | None) -> Iterator[str]:
        for run in self._fragments.pop(path, []):
            self._times[run.run_id] -= 1
            if not self._times[run.run_id]:
                del self.runs[run.run_id]
        if blob is None:
            return
        data = self._content(blob)
        if sha256(data).hexdigest() != PurePosixPath(path).stem:
            yield f"R2: {path} is not what its name says."
        self._fragments[path] = fold.runs_in(data)
        for run in self._fragments[path]:
            self._times[run.run_id] += 1
            self.runs[run.run_id] = run
            self.runs_at.setdefault(run.run_id, self._number)
            if self._times[run.run_id] > 1:
                yield f"R2: the run {run.run_id[:8]} is there twice."

    def _retractions(self, blob: str | None) -> Iterator[str]:
        lines = self._content(blob).splitlines() if blob else []
        now = {str(json.loads(line)["run_id"]) for line in lines}
        if self._retracted - now:
            yield "T1: a retraction was forgotten."
        for run_id in now - self._retracted:
            self.retracted_at.setdefault(run_id, self._number)
        self._retracted = now

    def _board_problems(self, commit: Commit) -> Iterator[str]:
        """Not folded again where neither the runs nor the words about them have changed."""
        told = (RETRACTIONS, fold.SINGLE, fold.MULTI)
        if not any(path.startswith("runs/") or path in told for path in commit.changed):
            return
        ranked = [run for run_id, run in self.runs.items() if run_id not in self._retracted]
        for name in (fold.SINGLE, fold.MULTI):
            blob = commit.files.get(name)
            data = self._content(blob) if blob else b""
            if data != fold.board(ranked, name):
                yield f"B1: {name} at {commit.sha[:8]} is not the fold of its runs."
            if any(run_id in self._retracted for run_id in _ids(data)):
                yield f"T1: {name} at {commit.sha[:8]} ranks a run that was taken back."


def _ids(board: bytes) -> Iterator[str]:
    lines = (line.removesuffix(b",") for line in board.split(b"\n"))
    return (sha256(line).hexdigest() for line in lines if line.startswith(b"{"))


def _derived_problems(repository: Repository, head: Commit, runs: Iterable[str]) -> Iterator[str]:
    if MANIFEST not in head.files:
        return
    known = sorted(runs)
    content = {path: repository.content(blob) for path, blob in head.files.items()}
    shards = [data for path, data in content.items() if path.startswith(INDEX)]
    if sorted(line for data in shards for line in data.decode().split()) != known:
        yield "D1: the index is not that of the runs."
    manifest = json.loads(content[MANIFEST])
    named = {name: fact["sha256"] for name, fact in manifest["boards"].items()}
    files = {"single": fold.SINGLE, "multi": fold.MULTI}
    actual = {name: sha256(content[file]).hexdigest() for name, file in files.items()}
    if manifest["runs"] != len(known) or named != actual:
        yield "D1: the manifest is not that of the files."


def _operation_problems(history: Iterable[Event], landed: Landed) -> Iterator[str]:
    for event in history:
        if event.code == _BUG:
            yield f"O1: {event.verb} {event.operation} ended with a bug: {event.said[:300]}"
        if event.state == "acknowledged":
            yield from _broken_promises(event, landed)


def _broken_promises(event: Event, landed: Landed) -> Iterator[str]:
    """An answer names a revision that holds what was asked for."""
    what = f"{event.verb} {event.operation}"
    by = landed.commits.get(event.revision)
    if by is None:
        yield f"R1: {what} names {event.revision!r}, which is no commit."
        return
    if event.verb in landed.places:
        places = landed.places[event.verb]
        missing = [run for run in event.runs if places.get(run, by + 1) > by]
        if missing:
            yield f"R1: of {what}, {len(missing)} runs were lost."


def _submission_problems(
    history: Iterable[Event], runs: Collection[str], waiting: Collection[str]
) -> Iterator[str]:
    submitted = {run for event in history if event.state == "submitted" for run in event.runs}
    strangers = set(runs) - submitted
    if strangers:
        yield f"R3: {len(strangers)} runs are there that nobody submitted."
    gone = submitted - set(runs) - set(waiting)
    if gone:
        yield f"S1: {len(gone)} submitted runs were lost: neither published nor waiting."
