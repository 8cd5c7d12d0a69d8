"""A plan from the two leaderboards and what of the submission is not in them.

The dataset's manifest fits, so its leaderboards are canonical, follow from `runs/`, and whether a
run is in `runs/` is told by the index. The history is not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark import canonical, card
from benchmark.board.lines import is_framed
from benchmark.dataset import (
    BOARD_FILES,
    CARD,
    CONFIRMATIONS,
    RETRACTIONS,
    Dataset,
    board_of,
    decode_confirmations,
    decode_retractions,
    fragment_path,
)
from benchmark.decisions import TOMBSTONES, decode_tombstones
from benchmark.derived import MANIFEST, TRAIL, BoardFact, Index, Manifest, MisfitError, extended
from benchmark.leaderboard import encode_lines
from benchmark.plan.plan import Plan
from benchmark.plan.sift import sift
from benchmark.plan.standings import standings
from benchmark.submission import Judgement
from benchmark.summary import doubtful_among, not_ranked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmark.canonical import Digest
    from benchmark.entry import Entry, RunId
    from benchmark.leaderboard import Snapshot
    from benchmark.plan.sift import Sifted
    from benchmark.plan.standings import Standings
    from benchmark.submission import SubmittedFile


class _Outcome(NamedTuple):
    """What is to be written.

    Attributes:
        new: runs that the dataset does not hold.
        boards: board name → what changes in it.
        shards: the files of the index that change.
        confirmed: the runs of which a maintainer has lifted the verdict.
    """

    new: tuple[Entry, ...]
    boards: Mapping[str, Standings]
    shards: Mapping[str, bytes]
    confirmed: frozenset[RunId]


def fast_plan(
    snapshot: Snapshot, manifest: Manifest, files: Sequence[SubmittedFile], *, month: str
) -> Plan:
    """Merge `files` into a snapshot that `manifest` fits.

    Raises:
        MisfitError: if it does not fit after all, or the card is to say something of every run.
        InvalidDataError: if what was decided on runs is unreadable, or a leaderboard's line.
    """
    boards = _boards(snapshot)
    decided = Dataset(
        retractions=decode_retractions(snapshot.files.get(RETRACTIONS, b"")),
        confirmations=decode_confirmations(snapshot.files.get(CONFIRMATIONS, b"")),
        tombstones=decode_tombstones(snapshot.files.get(TOMBSTONES, b"")),
    )
    index = Index(snapshot, manifest.runs)
    sifted = [sift(file, boards) for file in files]
    submitted = {entry.run_id for found in sifted for _, entry in found.rest}
    known = index.held(submitted) | (submitted & decided.taken_down.keys())
    good, judgement = _judged(sifted, known)
    rest = {entry.run_id: entry for found in good for _, entry in found.rest}
    new = {run_id: entry for run_id, entry in rest.items() if run_id not in known}
    if new and card.is_silent_on_columns(snapshot.files.get(CARD)):
        raise MisfitError
    unranked = not_ranked(decided, rest.values())
    told = {item.entry.run_id for item in unranked}
    rankable = [entry for run_id, entry in rest.items() if run_id not in told]
    found = {
        name: standings(
            board,
            manifest.boards[name].entries,
            [span for part in good if part.board == name for span in part.held],
            [entry for entry in rankable if board_of(entry) == name],
            new.keys(),
            decided.confirmed,
        )
        for name, board in boards.items()
    }
    shards = index.with_runs(new) if new else {}
    outcome = _Outcome(tuple(new.values()), found, shards, decided.confirmed)
    return Plan(
        snapshot=snapshot,
        judgement=judgement,
        new=outcome.new,
        boards={name: standing.summary for name, standing in found.items()},
        not_ranked=unranked,
        adopted=(),
        doubtful=doubtful_among(decided, outcome.new),
        make_files=lambda: _files(snapshot, manifest, outcome, month),
    )


def _boards(snapshot: Snapshot) -> dict[str, bytes]:
    """Both leaderboards.

    Raises:
        MisfitError: if one is not even framed as the manifest promises.
    """
    boards = {name: snapshot.files[file] for name, file in BOARD_FILES.items()}
    if not all(map(is_framed, boards.values())):
        raise MisfitError
    return boards


def _judged(sifted: Sequence[Sifted], known: frozenset[RunId]) -> tuple[list[Sifted], Judgement]:
    good: list[Sifted] = []
    rejected = []
    for found in sifted:
        violations = found.file.violations_in(found.rest, known, found.unreadable)
        rejected += violations
        if not violations:
            good.append(found)
    return good, Judgement(tuple(found.file for found in good), tuple(rejected))


def _files(
    snapshot: Snapshot, manifest: Manifest, outcome: _Outcome, month: str
) -> dict[str, bytes]:
    """As `Dataset.changes`, and the manifest and the index that fit them."""
    boards = {
        name: standing.file() for name, standing in outcome.boards.items() if standing.winners
    }
    facts = {
        name: BoardFact(canonical.digest(boards[name]), standing.summary.total)
        if name in boards
        else manifest.boards[name]
        for name, standing in outcome.boards.items()
    }
    fragment = encode_lines(outcome.new)
    added = fragment_path(fragment, month)
    before, after = _digests(manifest.boards), _digests(facts)
    files = {
        **{BOARD_FILES[name]: data for name, data in boards.items()},
        added: fragment,
        **outcome.shards,
        MANIFEST: manifest._replace(boards=facts, runs=manifest.runs + len(outcome.new)).encode(),
        TRAIL: extended(snapshot.files.get(TRAIL, b""), before, after, added),
    }
    told = _card(snapshot, files, outcome)
    if told is not None:
        files[CARD] = told
    # The fragment has new runs, so it is new, and need not be asked for.
    return {
        path: data
        for path, data in files.items()
        if path == added or snapshot.files.get(path) != data
    }


def _card(snapshot: Snapshot, files: Mapping[str, bytes], outcome: _Outcome) -> bytes | None:
    """The dataset card beside `files`, if it is ours to write."""
    boards = [files.get(file, snapshot.files[file]) for file in BOARD_FILES.values()]
    names, before = card.names_in(outcome.new), snapshot.files.get(CARD)
    return card.written(before, boards, names, name=snapshot.name, confirmed=outcome.confirmed)


def _digests(boards: Mapping[str, BoardFact]) -> dict[str, Digest]:
    return {name: fact.sha256 for name, fact in boards.items()}
