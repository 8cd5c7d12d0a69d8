"""Pull requests by the real client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huggingface_hub import CommitOperationAdd

from tests.localhub.wire import DATASET

if TYPE_CHECKING:
    from huggingface_hub import HfApi


def pull_request(api: HfApi, files: dict[str, bytes]) -> int:
    """Open one."""
    operations = [CommitOperationAdd(path, content) for path, content in files.items()]
    done = api.create_commit(
        operations=operations, commit_message="results", create_pr=True, **DATASET
    )
    assert done.pr_num
    return done.pr_num
