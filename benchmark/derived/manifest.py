"""The manifest: what a dataset's files were when our last commit wrote them.

Where it fits, the leaderboards are known to be canonical and to follow from `runs/`, and nothing
else of the dataset has to be read. Where anything is missing, malformed or contradictory it does
not fit, and everything is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from benchmark import canonical
from benchmark.dataset import BOARD_FILES
from benchmark.derived.index import digits_for
from benchmark.entry import GATE_VERSION, KEY_VERSION
from benchmark.errors import InvalidDataError
from benchmark.said import SAID
from benchmark.verdict import VERDICT_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.canonical import Digest, Json
    from benchmark.leaderboard import Snapshot

RUNS = "runs"
MANIFEST = f"{RUNS}/manifest.json"

_FORMAT = 2

_Facts: TypeAlias = "Mapping[str, Mapping[str, Json]]"


class BoardFact(NamedTuple):
    """What a leaderboard file is.

    Attributes:
        sha256: of its bytes, in hexadecimal.
        entries: lines in it.
    """

    sha256: Digest
    entries: int


class SaidFact(NamedTuple):
    """What a file of maintainers' words is.

    Attributes:
        sha256: of its bytes, in hexadecimal.
        lines: lines in it; 0 where an earlier release did not say.
    """

    sha256: Digest
    lines: int


class Manifest(NamedTuple):
    """What the dataset's files are.

    Attributes:
        boards: board name → what its file is.
        said: path → what the file is, of those of maintainers' words that are there.
        runs: runs in the history, which the index holds.
        rewrites: commits that rewrote fragments of it. Such a commit may change nothing else that
            is told here, and it must change the manifest: see `unchanged_since`.
    """

    boards: Mapping[str, BoardFact]
    said: Mapping[str, SaidFact]
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
            "said": {path: cast("Json", fact._asdict()) for path, fact in self.said.items()},
            "runs": self.runs,
            "index_digits": digits_for(self.runs),
            "rewrites": self.rewrites,
        }
        # Whoever edits it by hand edits something that nothing else contradicts.
        value["sha256"] = _seal(value)
        return canonical.dumps(value) + b"\n"


def fitting(snapshot: Snapshot) -> Manifest | None:
    """The manifest of a snapshot if it is of our versions and fits every file; else None."""
    if not unchanged_since(snapshot.changed_by):
        return None
    manifest = decode(snapshot.files.get(MANIFEST, b""))
    if manifest is None or not _said_fits(snapshot, manifest):
        return None
    actual = {name: _digest(snapshot, file) for name, file in BOARD_FILES.items()}
    named = {name: fact.sha256 for name, fact in manifest.boards.items()}
    return manifest if named == actual else None


def _said_fits(snapshot: Snapshot, manifest: Manifest) -> bool:
    named = {path: fact.sha256 for path, fact in manifest.said.items()}
    actual = {path: _digest(snapshot, path) for path in SAID}
    return named == {path: digest for path, digest in actual.items() if digest is not None}


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
    manifest = of_any_release(data)
    return manifest if manifest is not None and manifest.encode() == data else None


def of_any_release(data: bytes) -> Manifest | None:
    """What a manifest of this or another release says; None where its own sha-256 denies it.

    It tells what is gone, and is not fit for anything else.
    """
    try:
        value = cast("dict[str, Json]", canonical.loads(data, file=MANIFEST))
        is_sealed = value.pop("sha256") == _seal(value)
        return _manifest(value) if is_sealed else None
    except (InvalidDataError, KeyError, TypeError, AttributeError, ValueError):
        return None


def _seal(value: Mapping[str, Json]) -> Digest:
    return canonical.digest(canonical.dumps(dict(value)))


def _manifest(value: Mapping[str, Json]) -> Manifest:
    boards = {
        name: BoardFact(cast("Digest", fact["sha256"]), _int(fact["entries"]))
        for name, fact in cast("_Facts", value["boards"]).items()
    }
    runs, rewrites = (_int(value[name]) for name in ("runs", "rewrites"))
    return Manifest(boards, _said(value), runs, rewrites)


def _said(value: Mapping[str, Json]) -> dict[str, SaidFact]:
    """Of the format before this one: each digest under the name of its file, None without one."""
    if "said" not in value:
        digests = {path: value.get(path.removesuffix(".jsonl")) for path in SAID}
        return {path: SaidFact(cast("Digest", told), 0) for path, told in digests.items() if told}
    facts = cast("_Facts", value["said"]).items()
    return {path: SaidFact(cast("Digest", f["sha256"]), _int(f["lines"])) for path, f in facts}


def _int(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r} is no count")
    return value
