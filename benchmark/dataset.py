"""A dataset: its runs, its retractions, and the leaderboards that follow from them.

The state is two grow-only sets, runs and retractions; joining states is set union. Both
leaderboards are a pure function of them, so they are never merged on their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple, cast

from benchmark import canonical, card
from benchmark.entry import Entry, RunId
from benchmark.errors import BenchmarkError, InvalidDataError, Violation
from benchmark.i18n import N_
from benchmark.leaderboard import decode, decode_fragment, decode_lines, encode, encode_lines, lines
from benchmark.merge import leaderboard_of
from benchmark.schema import why_not_ranked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from benchmark.canonical import Json
    from benchmark.leaderboard import Leaderboard, Snapshot

BOARD_FILES = {"single": "leaderboard_single.json", "multi": "leaderboard_multi.json"}
RETRACTIONS = "retractions.jsonl"
CARD = "README.md"

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Retraction(NamedTuple):
    """Takes one run out of the leaderboards; the run itself stays in `runs/`.

    Attributes:
        run_id: the run taken back.
        reason: why, for everybody to read.
        by: who decided.
        at: when, ISO 8601 in UTC.
    """

    run_id: RunId
    reason: str
    by: str
    at: str


@dataclass(frozen=True)
class Dataset:
    """What a snapshot means.

    Attributes:
        runs: every run known, by run id.
        logged: those of them that a fragment in `runs/` already holds.
        retractions: every retraction known.
    """

    runs: Mapping[RunId, Entry] = field(default_factory=dict)
    logged: frozenset[RunId] = frozenset()
    retractions: frozenset[Retraction] = frozenset()

    @cached_property
    def boards(self) -> Mapping[str, Leaderboard]:
        """Board name ("single", "multi") → leaderboard, of the runs that nobody took back."""
        retracted = {retraction.run_id for retraction in self.retractions}
        ranked: dict[str, list[Entry]] = {name: [] for name in BOARD_FILES}
        for run_id, entry in self.runs.items():
            if run_id not in retracted:
                ranked[board_of(entry)].append(entry)
        return {name: leaderboard_of(entries) for name, entries in ranked.items()}

    @property
    def unlogged(self) -> list[Entry]:
        """Runs that no fragment in `runs/` holds yet."""
        return [entry for run_id, entry in self.runs.items() if run_id not in self.logged]

    def joined(self, entries: Iterable[Entry], retractions: Iterable[Retraction] = ()) -> Dataset:
        """This dataset and these runs and retractions."""
        runs = {entry.run_id: entry for entry in entries}
        return replace(
            self, runs={**runs, **self.runs}, retractions=self.retractions | set(retractions)
        )

    def why_not_ranked(self, entry: Entry) -> tuple[str, ...]:
        """Why `entry` cannot be in a leaderboard; empty when it may be ranked."""
        taken_back = sorted(r.reason for r in self.retractions if r.run_id == entry.run_id)
        return (*why_not_ranked(entry), *(f"retracted: {reason}" for reason in taken_back))

    def changes(
        self, snapshot: Snapshot, *, month: str, before: Dataset | None = None
    ) -> dict[str, bytes]:
        """The files that differ from `snapshot` once it holds this dataset.

        Args:
            snapshot: what the dataset holds now.
            month: yyyy-mm, the folder of the new fragment.
            before: what `snapshot` means, where it was parsed already.

        Raises:
            BenchmarkError: if writing them would lose a run or a configuration: a bug, caught
                before it can do harm.
        """
        files = {BOARD_FILES[name]: encode(board.values()) for name, board in self.boards.items()}
        if self.unlogged:
            fragment = encode_lines(self.unlogged)
            files[fragment_path(fragment, month)] = fragment
        if self.retractions:
            files[RETRACTIONS] = _encode_retractions(self.retractions)
        files |= self._card(snapshot, files)
        changed = {path: data for path, data in files.items() if snapshot.files.get(path) != data}
        self._refuse_to_lose(before or parse(snapshot), {**snapshot.files, **changed}, changed)
        return changed

    def _card(self, snapshot: Snapshot, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """The dataset card, if it is ours to write, beside the files of the leaderboards."""
        before = snapshot.files.get(CARD)
        silent = card.is_silent_on_columns(before)
        names = card.names_in(self.runs.values() if silent else self.unlogged)
        boards = [files[file] for file in BOARD_FILES.values()]
        after = card.written(before, boards, names, name=snapshot.name)
        return {} if after is None else {CARD: after}

    def _refuse_to_lose(
        self, before: Dataset, files: Mapping[str, bytes], changed: Mapping[str, bytes]
    ) -> None:
        """Look at what is about to be written: every run, key, retraction must still be there.

        The sha-256 of a line is the run it holds, so nothing has to be parsed once more.
        """
        boards = {name: _runs_of(files[file]) for name, file in BOARD_FILES.items()}
        fragments = {path: data for path, data in changed.items() if is_fragment(path)}
        found = before.logged.union(*boards.values(), *map(_runs_of, fragments.values()))
        retractions = decode_retractions(files.get(RETRACTIONS, b""))
        kept = found >= before.runs.keys() and retractions >= before.retractions
        if retractions == before.retractions:
            for name, runs in boards.items():
                keys = {self.runs[run_id].config_key for run_id in runs & self.runs.keys()}
                kept = kept and keys >= before.boards[name].keys()
        if not kept:
            raise BenchmarkError(
                "The new files would lose data that the dataset holds; nothing was written.",
                hint=N_("This is a bug: please report it with the dataset's revision."),
            )


def board_of(entry: Entry) -> str:
    """Which leaderboard an entry belongs to."""
    return "multi" if entry.node_count > 1 else "single"


def fragment_path(content: bytes, month: str) -> str:
    """Where a new fragment of `runs/` is: named by its content, in the folder of `month`."""
    return f"runs/{month}/{canonical.digest(content)}.jsonl"


def is_data(path: str) -> bool:
    """Whether a file of the repository is part of the dataset's state."""
    return path in {*BOARD_FILES.values(), RETRACTIONS, CARD} or is_fragment(path)


def parse(snapshot: Snapshot) -> Dataset:
    """The dataset that a snapshot holds; entries that only a leaderboard file has are adopted.

    Raises:
        InvalidDataError: if a file of it cannot be read; nothing may be written on top of it.
    """
    try:
        return _parse(snapshot)
    except InvalidDataError as error:
        raise InvalidDataError(
            f"The dataset cannot be understood at revision {snapshot.revision[:8]}: {error}",
            error.violations,
            hint=N_("Nothing was changed. Restore the file from an earlier revision."),
        ) from None


def _parse(snapshot: Snapshot) -> Dataset:
    logged: dict[RunId, Entry] = {}
    listed: dict[RunId, Entry] = {}
    for path, data in snapshot.files.items():
        if is_fragment(path):
            _check_name(path, data)
            logged |= {entry.run_id: entry for entry in decode_fragment(data, file=path)}
        elif path in BOARD_FILES.values():
            listed |= {entry.run_id: entry for entry in decode(data, file=path)}
    return Dataset(
        runs={**listed, **logged},
        logged=frozenset(logged),
        retractions=decode_retractions(snapshot.files.get(RETRACTIONS, b"")),
    )


def listed(snapshot: Snapshot) -> dict[str, int]:
    """Board name → entries in its file, ranked or not.

    Raises:
        InvalidDataError: as `parse`.
    """
    return {
        name: len(decode(snapshot.files.get(file, b"[]"), file=file))
        for name, file in BOARD_FILES.items()
    }


def is_fragment(path: str) -> bool:
    """Whether a file of the repository is one of those that hold the runs."""
    return path.startswith("runs/") and path.endswith(".jsonl")


def _check_name(path: str, data: bytes) -> None:
    """A fragment that lost lines would still be JSON; its name says what its content was."""
    name = PurePosixPath(path).stem
    if _DIGEST.fullmatch(name) and canonical.digest(data) != name:
        problem = Violation(path, "$", "does not have the content that its name says.")
        raise InvalidDataError(f"{path} was changed.", [problem])


def _encode_retractions(retractions: Iterable[Retraction]) -> bytes:
    rows = [cast("Json", retraction._asdict()) for retraction in sorted(retractions)]
    return b"".join(canonical.dumps(row) + b"\n" for row in rows)


def decode_retractions(data: bytes) -> frozenset[Retraction]:
    """What retractions.jsonl says.

    Raises:
        InvalidDataError: if a line of it cannot be read.
    """
    return frozenset(_retraction(row) for row in decode_lines(data, file=RETRACTIONS))


def _retraction(row: Mapping[str, Json]) -> Retraction:
    texts = [row.get(name) for name in Retraction._fields]
    if row.keys() != set(Retraction._fields) or not all(isinstance(text, str) for text in texts):
        message = "is no retraction: run_id, reason, by and at, each a string."
        problem = Violation(RETRACTIONS, "$", message)
        raise InvalidDataError(f"{RETRACTIONS} cannot be read.", [problem])
    run_id, *rest = cast("list[str]", texts)
    return Retraction(RunId(run_id), *rest)


def _runs_of(data: bytes) -> set[RunId]:
    """The runs in a file that `encode` or `encode_lines` wrote."""
    return {RunId(canonical.digest(line)) for line in lines(data)}
