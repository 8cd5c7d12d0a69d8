"""Large files that are deleted for good, by the real client."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from huggingface_hub import CommitOperationAdd, HfApi
from huggingface_hub.errors import EntryNotFoundError, HfHubHTTPError, RevisionNotFoundError

from benchmark.localhub.settings import HubSettings
from benchmark.localhub.testing import running_hub
from benchmark.localhub.tokens import parse_tokens
from tests.localhub.wire import REPO, ask

if TYPE_CHECKING:
    from benchmark.localhub.testing import RunningHub

DATASET = {"repo_id": REPO, "repo_type": "dataset"}
BATCH = f"/api/datasets/{REPO}/lfs-files/batch"
SECRET, KEPT = b"secret" * 1000, b"kept" * 1000


def commit(api: HfApi, files: dict[str, bytes], **options: object) -> str:
    """Commit files; those that end with `.bin` are large."""
    operations = [CommitOperationAdd(path, content) for path, content in files.items()]
    return api.create_commit(
        operations=operations, commit_message="results", **DATASET, **options
    ).oid


def chosen(api: HfApi, *paths: str) -> list[object]:
    """The large files with these paths, as the client lists them."""
    return [item for item in api.list_lfs_files(**DATASET) if item.filename in paths]


def stored(hub: RunningHub) -> set[bytes]:
    """The content of every large file on the disk."""
    folder = hub.root / "datasets" / f"{REPO}.git" / "lfs" / "objects"
    return {path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_large_files_are_listed_wherever_they_are_or_were(api: HfApi) -> None:
    """Once each, with the place where it first appeared."""
    commit(api, {"deep/old.bin": SECRET, "small.json": b"[]"})
    api.delete_file("deep/old.bin", **DATASET)
    api.create_branch(branch="exp", **DATASET)
    commit(api, {"new.bin": KEPT, "copy.bin": SECRET}, revision="exp")
    found = {(item.filename, item.ref, item.size) for item in api.list_lfs_files(**DATASET)}
    assert found == {
        ("deep/old.bin", "main", len(SECRET)),
        ("new.bin", "exp", len(KEPT)),
    }


def test_a_deleted_large_file_is_in_no_commit_and_on_no_disk(hub: RunningHub, api: HfApi) -> None:
    """What else was committed is as it was, under new ids where it came later."""
    first = commit(api, {"small.json": b"[]"})
    leaked = commit(api, {"deep/leak.bin": SECRET, "good.bin": KEPT})
    api.create_tag(tag="v1", **DATASET)
    api.delete_file("deep/leak.bin", **DATASET)
    titles = [item.title for item in api.list_repo_commits(**DATASET)]
    api.permanently_delete_lfs_files(lfs_files=chosen(api, "deep/leak.bin"), **DATASET)
    assert hub.files(REPO, "v1") == hub.files(REPO)
    assert {path: hub.files(REPO)[path] for path in ("small.json", "good.bin")} == {
        "small.json": b"[]", "good.bin": KEPT,
    }  # fmt: skip
    assert [item.title for item in api.list_repo_commits(**DATASET)] == titles
    assert (stored(hub), hub.head(REPO, first)) == ({KEPT}, first)
    with pytest.raises(RevisionNotFoundError):
        api.repo_info(revision=leaked, **DATASET)
    assert not chosen(api, "deep/leak.bin")


def test_the_files_that_stay_are_still_sent_and_fetched(api: HfApi, tmp_path: Path) -> None:
    """By a client that remembers what it had sent, chunks of the deleted file among it."""
    commit(api, {"leak.bin": SECRET + KEPT, "good.bin": KEPT})
    api.permanently_delete_lfs_files(lfs_files=chosen(api, "leak.bin"), **DATASET)
    commit(api, {"again.bin": KEPT + SECRET})
    for name, content in {"good.bin": KEPT, "again.bin": KEPT + SECRET}.items():
        path = api.hf_hub_download(filename=name, cache_dir=tmp_path, **DATASET)
        assert Path(path).read_bytes() == content
    with pytest.raises(EntryNotFoundError):
        api.hf_hub_download(filename="leak.bin", cache_dir=tmp_path, **DATASET)


def test_pull_requests_go_on_after_a_deletion(hub: RunningHub, api: HfApi) -> None:
    """Their base is what became of it: only their own commits are shown and merged."""
    commit(api, {"leak.bin": SECRET})
    pull = api.create_commit(
        operations=[CommitOperationAdd("b.json", b"[]")], commit_message="pull", create_pr=True,
        **DATASET,
    )  # fmt: skip
    api.permanently_delete_lfs_files(lfs_files=chosen(api, "leak.bin"), **DATASET)
    where = {"discussion_num": pull.pr_num, **DATASET}
    events = [item.type for item in api.get_discussion_details(**where).events]
    assert events == ["comment", "commit"]
    api.merge_pull_request(**where)
    assert sorted(hub.files(REPO)) == [".gitattributes", "b.json"]


def test_a_deletion_that_ended_early_is_finished_by_asking_again(
    hub: RunningHub, api: HfApi
) -> None:
    """Content that is gone already does not hide the files that it had."""
    commit(api, {"a/leak.bin": SECRET})
    files = chosen(api, "a/leak.bin")
    api.permanently_delete_lfs_files(lfs_files=files, rewrite_history=False, **DATASET)
    assert (stored(hub), "a/leak.bin" in hub.files(REPO)) == (set(), True)
    for _ in range(2):
        api.permanently_delete_lfs_files(lfs_files=files, **DATASET)
        assert sorted(hub.files(REPO)) == [".gitattributes"]


def test_only_a_maintainer_deletes_large_files(tmp_path: Path) -> None:
    """And only what is asked for in the right form."""
    tokens = parse_tokens("read hf_read_0123456789 bob", source="tokens")
    with running_hub(tmp_path / "root", settings=HubSettings(tokens=tokens)) as hub:
        hub.create(REPO)
        with pytest.raises(HfHubHTTPError) as caught:
            HfApi(endpoint=hub.endpoint, token="hf_read_0123456789").permanently_delete_lfs_files(
                lfs_files=[_Any("0" * 64)], **DATASET
            )
    assert caught.value.response.status_code == 403


def test_a_malformed_deletion_is_refused(hub: RunningHub) -> None:
    """Nothing is deleted by mistake."""
    for deletions in (
        None, 1, {"sha": "x"}, {"sha": ["x"]}, {"sha": [], "rewriteHistory": "no"}
    ):  # fmt: skip
        body = json.dumps({"deletions": deletions}).encode()
        assert ask(hub.endpoint, "POST", BATCH, body).status == 400, deletions


class _Any:
    """What the client's call needs of a listed file."""

    def __init__(self, file_oid: str) -> None:
        self.file_oid = file_oid
