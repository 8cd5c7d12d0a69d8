"""Small things that the client and its users count on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi
from huggingface_hub.errors import (
    BadRequestError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from benchmark.localhub.settings import HubSettings
from benchmark.localhub.testing import running_hub
from benchmark.localhub.tokens import parse_tokens
from tests.localhub.wire import REPO, ask, commit_body

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub

DATASET = {"repo_id": REPO, "repo_type": "dataset"}
MIB = 1024 * 1024
LARGE = b"large" * 1000


def test_a_repository_that_cannot_be_here_is_missing(api: HfApi) -> None:
    """A name of one part, a model, a space: the client says so, and not that a page is missing."""
    for name, kind in (("one-part", "dataset"), ("lab/model", "model"), ("lab/space", "space")):
        with pytest.raises(RepositoryNotFoundError):
            api.repo_info(name, repo_type=kind)
        with pytest.raises(RepositoryNotFoundError):
            api.list_repo_commits(name, repo_type=kind)


def test_a_name_that_is_taken_is_told_by_name(hub: RunningHub, api: HfApi) -> None:
    """Datasets, branches and tags."""
    api.create_tag(tag="v1", **DATASET)
    with pytest.raises(HfHubHTTPError, match=f"A dataset repository called {REPO} already exists"):
        api.create_repo(**DATASET)
    with pytest.raises(HfHubHTTPError, match="Reference refs/tags/v1 already exists"):
        api.create_tag(tag="v1", **DATASET)
    with pytest.raises(HfHubHTTPError, match="Reference refs/heads/main already exists"):
        api.create_branch(branch="main", **DATASET)
    with pytest.raises(BadRequestError, match="Invalid reference for a branch"):
        api.create_branch(branch="refs/pr/5", **DATASET)
    assert len(hub.log(REPO)) == 1


def test_the_client_alone_says_which_repository_is_missing(api: HfApi) -> None:
    """It knows the address; the hub adds nothing to its advice."""
    with pytest.raises(RepositoryNotFoundError) as caught:
        api.upload_file(
            path_or_fileobj=b"1", path_in_repo="a", repo_id="lab/absent", repo_type="dataset"
        )
    assert str(caught.value).endswith("Please use `create_repo` if it's not the case.")


def test_names_differ_by_more_than_upper_and_lower_case(hub: RunningHub, api: HfApi) -> None:
    """A dataset is found however its name is spelt, and told by its own; another is refused."""
    other = {"repo_id": REPO.upper(), "repo_type": "dataset"}
    done = api.upload_file(path_or_fileobj=b"1", path_in_repo="a", **other)
    assert (hub.head(REPO), api.repo_info(**other).id) == (done.oid, REPO)
    with pytest.raises(HfHubHTTPError, match=f"called {REPO} already exists"):
        api.create_repo(**other)
    hub.create("lab/second")
    with pytest.raises(HfHubHTTPError, match=f"called {REPO} already exists"):
        api.move_repo("lab/second", REPO.upper(), repo_type="dataset")
    api.move_repo(REPO, REPO.upper(), repo_type="dataset")
    assert [item.id for item in api.list_datasets()] == [REPO.upper(), "lab/second"]


def test_a_pull_request_goes_to_a_branch(hub: RunningHub, api: HfApi) -> None:
    """Whatever else is named is no branch: the client says that there is none."""
    api.create_tag(tag="v1", **DATASET)
    for revision in (hub.head(REPO), "v1", "absent"):
        with pytest.raises(RevisionNotFoundError):
            api.upload_file(
                path_or_fileobj=b"1", path_in_repo="a", revision=revision, create_pr=True, **DATASET
            )


def test_a_tag_on_what_is_missing_is_refused_for_that(api: HfApi) -> None:
    """Also if its name is wrong too."""
    with pytest.raises(RevisionNotFoundError):
        api.create_tag(tag="no name", revision="absent", **DATASET)
    with pytest.raises(BadRequestError, match="Invalid reference"):
        api.create_tag(tag="no name", **DATASET)


@pytest.mark.parametrize("card", ["# Results\n", "---\n---\n"])
def test_a_card_without_metadata_is_warned_of(api: HfApi, card: str) -> None:
    """It is committed nevertheless."""
    with pytest.warns(UserWarning, match="empty or missing yaml metadata"):
        api.upload_file(path_or_fileobj=card.encode(), path_in_repo="README.md", **DATASET)
    assert "README.md" in api.list_repo_files(**DATASET)


def test_a_folder_is_listed_with_its_folders_first(hub: RunningHub, api: HfApi) -> None:
    """As on the public Hub, however it is read: in pages or at once."""
    hub.write(REPO, {"a.json": b"1", "b/x.json": b"2", "c.json": b"3", "d/y.json": b"4"})
    listed = [item.path for item in api.list_repo_tree(**DATASET)]
    assert listed == ["b", "d", ".gitattributes", "a.json", "c.json"]
    everything = [item.path for item in api.list_repo_tree(recursive=True, **DATASET)]
    assert everything == ["b", "b/x.json", "d", "d/y.json", *listed[2:]]
    path = f"/api/datasets/{REPO}/tree/main?limit=2&cursor=2"
    second = ask(hub.endpoint, "GET", path).json
    assert [item["path"] for item in second] == [".gitattributes", "a.json"]


def test_a_folder_may_be_deleted_by_its_name_alone(hub: RunningHub, api: HfApi) -> None:
    """A client that does not know what it is sends it as a file."""
    hub.write(REPO, {"1/a": b"1", "1/b": b"2", "2/a": b"3"})
    operations = [CommitOperationDelete(path_in_repo="1")]
    api.create_commit(operations=operations, commit_message="tidy", **DATASET)
    assert sorted(hub.files(REPO)) == [".gitattributes", "2/a"]


def test_uploads_heed_the_datasets_own_gitignore(
    hub: RunningHub, api: HfApi, tmp_path: Path
) -> None:
    """Unless the upload brings another."""
    hub.write(REPO, {".gitignore": b"*.log\n"})
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("a.log", "b.txt"):
        (folder / name).write_bytes(b"1")
    api.upload_folder(folder_path=folder, **DATASET)
    assert sorted(hub.files(REPO)) == [".gitattributes", ".gitignore", "b.txt"]
    (folder / ".gitignore").write_bytes(b"nothing\n")
    api.upload_folder(folder_path=folder, **DATASET)
    assert "a.log" in hub.files(REPO)


def test_texts_of_commits_are_given_as_html_on_demand(api: HfApi) -> None:
    """Escaped: they are data."""
    operations = [CommitOperationAdd("a", b"1")]
    api.create_commit(operations=operations, commit_message="a < b", **DATASET)
    latest = api.list_repo_commits(formatted=True, **DATASET)[0]
    assert (latest.title, latest.formatted_title) == ("a < b", "a &lt; b")
    assert api.list_repo_commits(**DATASET)[0].formatted_title is None


def test_a_commit_may_have_many_regular_files_of_9_mb(hub: RunningHub) -> None:
    """Twelve of them in one request."""
    files = {f"{number}.json": b"%02d" % number * (9 * MIB // 2) for number in range(12)}
    answer = ask(hub.endpoint, "POST", f"/api/datasets/{REPO}/commit/main", commit_body(files))
    assert answer.status == 200
    assert len(hub.files(REPO)) == 13


def test_a_large_commit_is_read_only_from_whoever_may_commit(tmp_path: Path) -> None:
    """Others are refused before the hub holds it."""
    tokens = parse_tokens("write hf_write_0123456789 alice", source="tokens")
    settings = HubSettings(tokens=tokens, max_json_body=1000)
    with running_hub(tmp_path / "root", settings=settings) as hub:
        hub.create(REPO)
        body = commit_body({"a": b"x" * 10_000})
        path = f"/api/datasets/{REPO}/commit/main"
        assert ask(hub.endpoint, "POST", path, body).status == 401
        bearer = {"authorization": "Bearer hf_write_0123456789"}
        assert ask(hub.endpoint, "POST", path, body, **bearer).status == 200


def test_a_gitignore_must_be_text(hub: RunningHub) -> None:
    """Anything else is refused."""
    body = json.dumps({"files": [], "gitIgnore": ["*"]}).encode()
    assert ask(hub.endpoint, "POST", f"/api/datasets/{REPO}/preupload/main", body).status == 400


@pytest.fixture
def copied(hub: RunningHub, api: HfApi) -> dict[str, str]:
    """Two datasets; the first has a large file."""
    hub.create("lab/second")
    api.upload_file(path_or_fileobj=LARGE, path_in_repo="large.bin", **DATASET)
    return {"repo_id": "lab/second", "repo_type": "dataset"}


def test_large_files_are_copied_from_dataset_to_dataset(
    hub: RunningHub, api: HfApi, copied: dict[str, str]
) -> None:
    """By the client, without sending them; they stay when the first dataset goes."""
    api.copy_files(f"hf://datasets/{REPO}/large.bin", "hf://datasets/lab/second/copy.bin")
    api.delete_repo(**DATASET)
    assert hub.files("lab/second")["copy.bin"] == LARGE
    assert api.file_exists(filename="copy.bin", **copied)


@pytest.mark.usefixtures("copied")
def test_a_malformed_copy_is_refused(hub: RunningHub) -> None:
    """Nothing comes to lie elsewhere."""
    target = {"type": "dataset", "name": "lab/second"}
    for body, status in (
        ({"target": {**target, "type": "model"}, "files": []}, 400),
        ({"target": {**target, "name": "lab/absent"}, "files": []}, 404),
        ({"target": {**target, "name": "../x"}, "files": []}, 400),
        ({"target": "lab/second", "files": []}, 400),
        ({"target": target, "files": {}}, 400),
        ({"target": target, "files": ["x"]}, 400),
    ):
        path = f"/api/datasets/{REPO}/lfs-files/duplicate"
        answer = ask(hub.endpoint, "POST", path, json.dumps(body).encode())
        assert answer.status == status, body


@pytest.mark.usefixtures("copied")
def test_a_large_file_that_is_not_there_is_named(hub: RunningHub) -> None:
    """The client lists what it could not copy."""
    files = [{"sha256": "0" * 64, "filename": "x", "xetHash": "0" * 64}]
    body = json.dumps({"target": {"type": "dataset", "name": "lab/second"}, "files": files})
    answer = ask(hub.endpoint, "POST", f"/api/datasets/{REPO}/lfs-files/duplicate", body.encode())
    assert [item["sha256"] for item in answer.json["failed"]] == ["0" * 64]


def test_a_private_dataset_is_copied_from_only_with_a_token_for_it(tmp_path: Path) -> None:
    """Whoever may write elsewhere gets nothing that they may not read."""
    tokens = parse_tokens("write hf_write_0123456789 alice", source="tokens")
    with running_hub(tmp_path / "root", settings=HubSettings(tokens=tokens)) as hub:
        hub.create(REPO)
        body = json.dumps({"target": {"type": "dataset", "name": REPO}, "files": []}).encode()
        path = f"/api/datasets/{REPO}/lfs-files/duplicate"
        assert ask(hub.endpoint, "POST", path, body).status == 401


def test_an_answer_has_the_id_that_the_client_gave_its_request(hub: RunningHub) -> None:
    """Whatever the answer is: people find it in both logs."""
    for path in (f"/api/datasets/{REPO}", "/api/datasets/lab/absent", "/nowhere"):
        traced = ask(hub.endpoint, "GET", path, x_amzn_trace_id="7b221185")
        named = ask(hub.endpoint, "GET", path, x_amzn_trace_id="7b221185", x_request_id="mine")
        told = [answer.headers["x-request-id"] for answer in (traced, named)]
        assert told == ["7b221185", "mine"], path


def test_a_request_id_is_no_way_to_put_words_into_an_answer(hub: RunningHub) -> None:
    """Anything but a short word gets an id of the hub's."""
    for sent in ("", "x" * 200, "a b", "<b>", "\xe9"):
        answer = ask(hub.endpoint, "GET", "/api/datasets/lab/absent", x_request_id=sent)
        assert answer.headers["x-request-id"].startswith("Root="), sent
