"""What the client is given is what it would make of the content itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from huggingface_hub import CommitOperationAdd

from benchmark import canonical
from benchmark.dataset import BOARD_FILES
from benchmark.derived import MANIFEST, BoardFact, Manifest
from benchmark.errors import BenchmarkError
from benchmark.hub.operations import additions, removals
from benchmark.localhub.settings import HubSettings
from benchmark.localhub.testing import running_hub
from benchmark.plan import full_plan
from benchmark.submission import data_files
from tests.support.entries import multi_node, run, write
from tests.support.publishers import REPO

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmark.hub import HubStore
    from benchmark.leaderboard import Changes

SINGLE, MULTI = BOARD_FILES.values()


@pytest.fixture
def changes(store: HubStore, tmp_path: Path) -> Changes:
    """What a publish of a few runs writes."""
    write(tmp_path / "data", "leaderboard_x.json", run(1), run(2, model="b"), multi_node())
    return full_plan(store.read(), data_files(tmp_path / "data"), month="2026-01").files


def _lying(board: bytes) -> bytes:
    """A manifest that says of a leaderboard what is not so."""
    facts = {
        "single": BoardFact(canonical.digest(board + b" "), 1),
        "multi": BoardFact(canonical.digest(b"[]\n"), 0),
    }
    return Manifest(facts, {}, runs=1).encode()


def test_an_operation_is_as_the_client_makes_it(changes: Changes) -> None:
    """Size, sample and sha-256, of leaderboards and of everything else."""
    made = additions({**changes, "gone": None})
    assert MANIFEST in changes
    for operation, path in zip(made, sorted(changes), strict=True):
        theirs = CommitOperationAdd(path, changes[path] or b"")
        assert operation.path_in_repo == path
        assert operation.path_or_fileobj == theirs.path_or_fileobj
        for name in ("size", "sample", "sha256"):
            assert getattr(operation.upload_info, name) == getattr(theirs.upload_info, name)
    assert [one.path_in_repo for one in removals({**changes, "gone": None})] == ["gone"]


def test_what_the_manifest_tells_is_not_hashed_again(
    changes: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a large leaderboard that takes longer than to make it."""
    hashed: list[int] = []
    from_bytes: Callable[[bytes], object] = CommitOperationAdd("x", b"").upload_info.from_bytes

    def note(data: bytes) -> object:
        hashed.append(len(data))
        return from_bytes(data)

    monkeypatch.setattr("huggingface_hub.lfs.UploadInfo.from_bytes", note)
    additions(changes)
    assert not {len(changes[path] or b"") for path in (SINGLE, MULTI)} & {*hashed}
    additions({SINGLE: changes[SINGLE]})
    assert hashed[-1] == len(changes[SINGLE] or b"")


@pytest.mark.parametrize("manifest", [b"", b"{}", b'{"boards": {"other": {}}}\n', None])
def test_without_a_manifest_of_ours_the_client_hashes(manifest: bytes | None) -> None:
    """Nothing is taken from what is none."""
    (made,) = [
        one
        for one in additions({SINGLE: b"[]\n", MANIFEST: manifest})
        if one.path_in_repo == SINGLE
    ]
    assert made.upload_info.sha256.hex() == canonical.digest(b"[]\n")


@pytest.mark.parametrize("by_lfs", [False, True])
def test_a_manifest_that_lies_of_a_large_leaderboard_is_refused(
    tmp_path: Path, store: HubStore, monkeypatch: pytest.MonkeyPatch, *, by_lfs: bool
) -> None:
    """The Hub hashes what it is sent; nothing was written."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", by_lfs)
    with running_hub(tmp_path / "small", settings=HubSettings(lfs_threshold=10)) as small:
        small.create(REPO)
        there = replace(store, endpoint=small.endpoint)
        head, board = there.head(), b'[\n{"a":1}\n]\n'
        with pytest.raises(BenchmarkError):
            there.commit({SINGLE: board, MANIFEST: _lying(board)}, parent=head, message="m")
        assert small.head(REPO) == head
