"""The definition of a plan: everything the dataset holds is parsed and joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark import canonical, dataset
from benchmark.derived import (
    MANIFEST,
    TRAIL,
    differing,
    extended,
    is_worthwhile,
    manifest_of,
    refuse_losses,
)
from benchmark.fragments import without
from benchmark.hashing import Hashing
from benchmark.plan.plan import Plan
from benchmark.submission import judge
from benchmark.summary import board_summaries, doubtful_among, not_ranked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmark.canonical import Digest
    from benchmark.entry import Entry, RunId
    from benchmark.leaderboard import Changes, Snapshot
    from benchmark.submission import SubmittedFile


def full_plan(snapshot: Snapshot, files: Sequence[SubmittedFile], *, month: str) -> Plan:
    """Merge `files` into everything that `snapshot` holds.

    Raises:
        InvalidDataError: if a file of the dataset itself is unreadable, or one is gone.
    """
    before = dataset.parse(snapshot)
    refuse_losses(snapshot.files, before)
    judgement = judge(files, before.known)
    submitted = _distinct(judgement.entries)
    new = [entry for run_id, entry in submitted.items() if run_id not in before.known]
    after = before.joined(new)
    adopted = [entry for entry in before.unlogged if entry.run_id not in submitted]

    def make_files() -> Changes:
        hashing = Hashing()
        changes = after.changes(snapshot, month=month, before=before, hashing=hashing)
        # Somebody brought back what was taken down, in a fragment: an old pull request, say.
        gone = without(snapshot.files, after.lingering)
        if not is_worthwhile(after.runs, snapshot.files):
            return {**gone, **changes}
        files = {**changes, **differing(snapshot, after, changes, hashing)}
        trail = b"" if gone else snapshot.files.get(TRAIL, b"")
        return {**gone, **files, TRAIL: _extended(trail, snapshot, files)}

    return Plan(
        snapshot=snapshot,
        judgement=judgement,
        new=tuple(new),
        boards=board_summaries(before, after, submitted.values()),
        not_ranked=not_ranked(after, submitted.values()),
        adopted=not_ranked(after, adopted),
        doubtful=doubtful_among(after, new),
        make_files=make_files,
    )


def _extended(trail: bytes, snapshot: Snapshot, changed: Mapping[str, bytes]) -> bytes:
    [fragment] = [path for path in changed if dataset.is_fragment(path)]
    before = _digests(snapshot.files) if trail else {}
    manifest = manifest_of({**snapshot.files, **changed}[MANIFEST])
    after = {name: fact.sha256 for name, fact in manifest.boards.items()} if manifest else {}
    return extended(trail, before, after, fragment)


def _digests(files: Mapping[str, bytes]) -> dict[str, Digest]:
    boards = dataset.BOARD_FILES.items()
    return {name: canonical.digest(files[file]) for name, file in boards if file in files}


def _distinct(entries: Iterable[Entry]) -> dict[RunId, Entry]:
    return {entry.run_id: entry for entry in entries}
