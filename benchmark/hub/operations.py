"""What a commit writes and removes, as the client takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huggingface_hub import CommitOperationAdd, CommitOperationDelete
from huggingface_hub.lfs import UploadInfo

from benchmark.dataset import BOARD_FILES
from benchmark.derived import MANIFEST, manifest_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.canonical import Digest
    from benchmark.leaderboard import Changes

_SAMPLE = 512
"""Bytes from the beginning of a file that the Hub is shown."""


def additions(files: Changes) -> list[CommitOperationAdd]:
    """What is written, in the order of the paths.

    An operation remembers the outcome of its upload: used twice, it commits stale content.

    Args:
        files: all that changes. Of a leaderboard the sha-256 is in the manifest that goes along;
            hashing it again takes longer than making it did.
    """
    known = _digests(files.get(MANIFEST) or b"")
    return [
        _hashed(path, data, known[path]) if path in known else CommitOperationAdd(path, data)
        for path, data in sorted(files.items())
        if data is not None
    ]


def removals(files: Changes) -> list[CommitOperationDelete]:
    """What is removed, likewise."""
    return [
        CommitOperationDelete(path, is_folder=False)
        for path, data in sorted(files.items())
        if data is None
    ]


def is_there(operation: CommitOperationAdd) -> bool:
    """Whether the head of the branch holds just this, as it was told before the upload.

    The client leaves it out of the commit; where it leaves out all, there is none, and it answers
    with whatever it is then told is the head: that may be an older one, without any of it.
    https://github.com/huggingface/huggingface_hub/pull/2389
    """
    theirs = getattr(operation, "_remote_oid", None)
    return theirs is not None and theirs == getattr(operation, "_local_oid", None)


def _digests(manifest: bytes) -> Mapping[str, Digest]:
    known = manifest_of(manifest)
    facts = known.boards if known else {}
    return {file: facts[name].sha256 for name, file in BOARD_FILES.items() if name in facts}


def _hashed(path: str, data: bytes, sha256: Digest) -> CommitOperationAdd:
    # The client hashes what it is given there and then, so it is given the content afterwards.
    operation = CommitOperationAdd(path, b"")
    operation.path_or_fileobj = data
    operation.upload_info = UploadInfo(
        size=len(data), sample=data[:_SAMPLE], sha256=bytes.fromhex(sha256)
    )
    return operation
