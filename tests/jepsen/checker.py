"""Whether a history and the repository it ended in are those of a dataset that loses nothing.

Pure: it reads what was recorded, and has no opinion of how it came about. What it demands:

    H1  the history is one line: every commit stands on the one before, and only on it
    H2  no commit was asked for without a parent, and none stands on another than it named
    H3  no commit is empty
    R1  whatever was acknowledged is there by the revision that the answer named: runs in runs/,
        words of maintainers in their files
    R2  a run that is in runs/ stays there, once and never twice, in a file named by its content,
        unless it is taken down
    R3  nothing is in runs/ that nobody submitted
    S1  whatever was submitted is in runs/ or still waits to be published
    B1  at every commit both leaderboards are the fold of runs/ and of what maintainers said
    T1  what maintainers said stays said: what was taken back is in no leaderboard, what was taken
        down is nowhere
    D1  where there are a manifest and an index, they say what is there
    P1  at every commit the page, where there is one, shows every leaderboard, and no run that was
        taken down
    O1  no operation ended with a bug, and the doctor has nothing to find
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from tests.jepsen import fold
from tests.page.reading import facts_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from tests.jepsen.commits import Commit, Repository
    from tests.jepsen.fold import Run
    from tests.jepsen.history import Event

DECISIONS = {
    "retractions.jsonl": "retract",
    "confirmations.jsonl": "confirm",
    "tombstones.jsonl": "takedown",
    "attestations.jsonl": "attest",
}
"""File → the verb that adds to it."""

PAGE = "leaderboard.html"

MANIFEST, INDEX = "runs/manifest.json", "runs/index/"
_BUG, _INVALID = 1, 65


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
    landed = Landed({commit.sha: number for number, commit in enumerate(commits)}, walk.places)
    found += _derived_problems(repository, commits[-1], walk.runs.keys())
    found += _operation_problems(history, landed)
    return [*found, *_submission_problems(history, landed, waiting)]


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
    """The state of a dataset, commit by commit.

    Attributes:
        runs: what is in runs/, by run id.
        places: verb → run id → number of the first commit that holds what the verb promises.
    """

    def __init__(self, repository: Repository) -> None:
        self._content = repository.content
        self._fragments: dict[str, list[Run]] = {}
        self._decided: dict[str, set[str]] = {verb: set() for verb in DECISIONS.values()}
        self._number = -1
        self.runs: dict[str, Run] = {}
        self.places: dict[str, dict[str, int]] = {
            verb: {} for verb in ("publish", *DECISIONS.values())
        }

    def step(self, commit: Commit) -> list[str]:
        """Go on to this commit; what is wrong with it."""
        self._number += 1
        found = [*self._decisions(commit), *self._fragments_of(commit), *self._page_of(commit)]
        if self._number:
            found += self._board_problems(commit)
        return [f"{text} ({commit.sha[:8]})" for text in found]

    def _fragments_of(self, commit: Commit) -> Iterator[str]:
        changed = {path: blob for path, blob in commit.changed.items() if _is_fragment(path)}
        if not changed:
            return
        for path, blob in changed.items():
            self._fragments.pop(path, None)
            if blob:
                data = self._content(blob)
                self._fragments[path] = fold.runs_in(data)
                if sha256(data).hexdigest() != PurePosixPath(path).stem:
                    yield f"R2: {path} is not what its name says."
        yield from self._runs_now()

    def _runs_now(self) -> Iterator[str]:
        before = self.runs
        every = [run for runs in self._fragments.values() for run in runs]
        self.runs = {run.run_id: run for run in every}
        for run_id in self.runs.keys() - before.keys():
            self.places["publish"].setdefault(run_id, self._number)
        if len(every) > len(self.runs):
            yield f"R2: {len(every) - len(self.runs)} runs are there twice."
        lost = before.keys() - self.runs.keys() - self._decided["takedown"]
        if lost:
            yield f"R2: {len(lost)} runs were lost, {min(lost)[:8]} …"

    def _decisions(self, commit: Commit) -> Iterator[str]:
        for path, verb in DECISIONS.items():
            if path in commit.changed:
                blob = commit.files.get(path)
                lines = self._content(blob).splitlines() if blob else []
                now = {str(json.loads(line)["run_id"]) for line in lines}
                gone = self._decided["takedown"] if verb == "attest" else set()
                if self._decided[verb] - now - gone:
                    yield f"T1: what was said by {verb} was forgotten."
                for run_id in now - self._decided[verb]:
                    self.places[verb].setdefault(run_id, self._number)
                self._decided[verb] = now

    def _page_of(self, commit: Commit) -> Iterator[str]:
        """The page is not ours to fold: of what it shows, the run ids are compared."""
        if PAGE not in commit.files:
            return
        shown = set(facts_of(self._content(commit.files[PAGE]))["run_id"])
        if shown & self._decided["takedown"]:
            yield "P1: the page shows a run that was taken down."
        boards = (commit.files.get(name) for name in (fold.SINGLE, fold.MULTI))
        ranked = {run for blob in boards if blob for run in _ids(self._content(blob))}
        if ranked - shown:
            yield f"P1: the page lacks {len(ranked - shown)} runs of the leaderboards."

    def _board_problems(self, commit: Commit) -> Iterator[str]:
        """Not folded again where neither the runs nor the words about them have changed."""
        told = (*DECISIONS, fold.SINGLE, fold.MULTI)
        if not any(_is_fragment(path) or path in told for path in commit.changed):
            return
        gone = self._decided["takedown"]
        if gone & self.runs.keys():
            yield "T1: a run that was taken down is in runs/."
        out = self._decided["retract"] | gone
        ranked = [run for run_id, run in self.runs.items() if run_id not in out]
        for name in (fold.SINGLE, fold.MULTI):
            blob = commit.files.get(name)
            data = self._content(blob) if blob else b""
            if data != fold.board(ranked, name, self._decided["confirm"]):
                yield f"B1: {name} is not the fold of its runs."
            if any(run_id in out for run_id in _ids(data)):
                yield f"T1: {name} ranks a run that was taken back."


def _is_fragment(path: str) -> bool:
    return path.startswith("runs/") and path.endswith(".jsonl")


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
    said = {path: fact["sha256"] for path, fact in manifest["said"].items()}
    told = {path: sha256(content[path]).hexdigest() for path in DECISIONS if path in content}
    if manifest["runs"] != len(known) or named != actual or said != told:
        yield "D1: the manifest is not that of the files."


def _operation_problems(history: Iterable[Event], landed: Landed) -> Iterator[str]:
    for event in history:
        if event.code == _BUG or (event.verb == "doctor" and event.code == _INVALID):
            yield f"O1: {event.verb} {event.operation} ended with {event.code}: {event.said[:300]}"
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
        gone = landed.places["takedown"]
        missing = [
            run for run in event.runs if min(places.get(run, by + 1), gone.get(run, by + 1)) > by
        ]
        if missing:
            yield f"R1: of {what}, {len(missing)} runs are not there by {event.revision[:8]}."


def _submission_problems(
    history: Iterable[Event], landed: Landed, waiting: Collection[str]
) -> Iterator[str]:
    submitted = {run for event in history if event.state == "submitted" for run in event.runs}
    runs = landed.places["publish"].keys()
    strangers = runs - submitted
    if strangers:
        yield f"R3: {len(strangers)} runs are there that nobody submitted."
    gone = submitted - runs - landed.places["takedown"].keys() - set(waiting)
    if gone:
        yield f"S1: {len(gone)} submitted runs were lost: neither published nor waiting."
