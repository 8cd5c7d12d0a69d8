"""The manifest: what a dataset's files were when our last commit wrote them.

Where it fits, the leaderboards are known to be canonical and to follow from `runs/`, and nothing
else of the dataset has to be read. Where anything is missing, malformed or contradictory it does
not fit, and everything is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from benchmark import canonical
from benchmark.dataset import BOARD_FILES
from benchmark.decisions import DECISIONS
from benchmark.derived.index import digits_for
from benchmark.entry import GATE_VERSION, KEY_VERSION
from benchmark.errors import InvalidDataError
from benchmark.verdict import VERDICT_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.canonical import Digest, Json
    from benchmark.leaderboard import Snapshot

RUNS = "runs"
MANIFEST = f"{RUNS}/manifest.json"

_FORMAT = 1


class BoardFact(NamedTuple):
    """What a leaderboard file is.

    Attributes:
        sha256: of its bytes, in hexadecimal.
        entries: lines in it.
    """

    sha256: Digest
    entries: int


class Manifest(NamedTuple):
    """What the dataset's files are.

    Attributes:
        boards: board name → what its file is.
        retractions: the sha-256 of retractions.jsonl, None if there is none.
        confirmations: likewise of confirmations.jsonl.
        tombstones: likewise of tombstones.jsonl.
        runs: runs in the history, which the index holds.
        rewrites: commits that rewrote fragments of it. Such a commit may change nothing else that
            is told here, and it must change the manifest: see `unchanged_since`.
    """

    boards: Mapping[str, BoardFact]
    retractions: Digest | None
    confirmations: Digest | None
    tombstones: Digest | None
    runs: int
    rewrites: int = 0

    def encode(self) -> bytes:
        """The manifest as a file; the same state is the same bytes."""
        value: dict[str, Json] = {
            "format": _FORMAT,
            "config_key": KEY_VERSION,
            "gates": GATE_VERSION,
            "verdicts": VERDICT_VERSION,
            "boards": {name: cast("Json", fact._asdict()) for name, fact in self.boards.items()},
            "retractions": self.retractions,
            "confirmations": self.confirmations,
            "tombstones": self.tombstones,
            "runs": self.runs,
            "index_digits": digits_for(self.runs),
            "rewrites": self.rewrites,
        }
        # Whoever edits it by hand edits something that nothing else contradicts.
        value["sha256"] = canonical.digest(canonical.dumps(value))
        return canonical.dumps(value) + b"\n"


def fitting(snapshot: Snapshot) -> Manifest | None:
    """The manifest of a snapshot if it is of our versions and fits every file; else None."""
    if not unchanged_since(snapshot.changed_by):
        return None
    manifest = decode(snapshot.files.get(MANIFEST, b""))
    if manifest is None or not _decisions_fit(snapshot, manifest):
        return None
    actual = {name: _digest(snapshot, file) for name, file in BOARD_FILES.items()}
    named = {name: fact.sha256 for name, fact in manifest.boards.items()}
    return manifest if named == actual else None


def _decisions_fit(snapshot: Snapshot, manifest: Manifest) -> bool:
    named = (manifest.retractions, manifest.confirmations, manifest.tombstones)
    return named == tuple(_digest(snapshot, file) for file in DECISIONS)


def unchanged_since(changed_by: Mapping[str, str]) -> bool:
    """Whether nobody changed `runs/` after the commit that wrote the manifest."""
    written_by = changed_by.get(MANIFEST)
    return written_by is not None and written_by == changed_by.get(RUNS)


def _digest(snapshot: Snapshot, path: str) -> Digest | None:
    known = snapshot.digests.get(path)
    if known is not None:
        return known
    data = snapshot.files.get(path)
    return None if data is None else canonical.digest(data)


def decode(data: bytes) -> Manifest | None:
    """A manifest in exactly the form that we write; every other is none of ours."""
    try:
        value = canonical.loads(data, file=MANIFEST)
        manifest = _manifest(cast("dict[str, dict[str, dict[str, Json]]]", value))
        return manifest if manifest.encode() == data else None
    except (InvalidDataError, KeyError, TypeError, AttributeError, ValueError):
        return None


def _manifest(value: Mapping[str, Mapping[str, Mapping[str, Json]]]) -> Manifest:
    boards = {
        name: BoardFact(cast("Digest", fact["sha256"]), int(cast("int", fact["entries"])))
        for name, fact in value["boards"].items()
    }
    retractions, confirmations, tombstones = (
        cast("Digest", value[name]) for name in ("retractions", "confirmations", "tombstones")
    )
    runs, rewrites = (int(cast("int", value[name])) for name in ("runs", "rewrites"))
    return Manifest(boards, retractions, confirmations, tombstones, runs, rewrites)
