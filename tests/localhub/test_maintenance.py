"""What a maintainer does with the real client: delete, move, hide, squash, discuss."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from dulwich.objects import Blob
from huggingface_hub import HfApi
from huggingface_hub.errors import (
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from benchmark.localhub import moved
from benchmark.localhub.commits import Signature
from benchmark.localhub.objects import ObjectWriter
from benchmark.localhub.packing import pack_loose
from benchmark.localhub.problems import HubError
from benchmark.localhub.store import Store
from tests.localhub.proposals import pull_request
from tests.localhub.wire import API, DATASET, READ, REPO, WRITE, Answer, ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.localhub.testing import RunningHub


def test_a_deleted_dataset_is_gone_and_its_name_is_free(hub: RunningHub, api: HfApi) -> None:
    """Another one of that name begins anew; deleting what is not there is told."""
    before = hub.write(REPO, {"a": b"1"})
    api.delete_repo(**DATASET)
    with pytest.raises(RepositoryNotFoundError):
        api.repo_info(**DATASET)
    with pytest.raises(RepositoryNotFoundError):
        api.delete_repo(**DATASET)
    api.create_repo(**DATASET)
    assert api.list_repo_files(**DATASET) == [".gitattributes"]
    with pytest.raises(RevisionNotFoundError):
        api.repo_info(revision=before, **DATASET)
    assert [path.name for path in (hub.root / "datasets/lab").iterdir()] == ["results.git"]


def test_a_moved_dataset_has_all_it_had(hub: RunningHub, api: HfApi) -> None:
    """Listed under the new name only; a taken name is a conflict."""
    head = hub.write(REPO, {"a": b"1"})
    num = pull_request(api, {"b": b"1"})
    hub.create("lab/taken")
    with pytest.raises(HfHubHTTPError) as caught:
        api.move_repo(REPO, "lab/taken", repo_type="dataset")
    assert caught.value.response.status_code == 409
    api.move_repo(REPO, "other/place", repo_type="dataset")
    assert [item.id for item in api.list_datasets()] == ["lab/taken", "other/place"]
    assert hub.head("other/place") == head
    assert [item.num for item in api.get_repo_discussions("other/place", repo_type="dataset")] == [
        num
    ]


def test_a_moved_dataset_is_found_under_every_name_it_had(hub: RunningHub, api: HfApi) -> None:
    """Until another one is called so; to what is gone no name leads, nor to what comes after it."""
    hub.write(REPO, {"a": b"1"})
    api.move_repo(REPO, "lab/second", repo_type="dataset")
    api.move_repo("lab/second", "other/Third", repo_type="dataset")
    for name in (REPO, "lab/SECOND"):
        done = api.upload_file(
            path_or_fileobj=name.encode(), path_in_repo="b", repo_id=name, repo_type="dataset"
        )
        assert (hub.head("other/Third"), api.dataset_info(name).id) == (done.oid, "other/Third")
    api.create_repo("lab/second", repo_type="dataset")
    assert [api.dataset_info(name).id for name in (REPO, "lab/second")] == [
        "other/Third", "lab/second",
    ]  # fmt: skip
    api.move_repo("other/Third", REPO, repo_type="dataset")
    assert api.dataset_info("other/Third").id == REPO
    api.delete_repo(**DATASET)
    api.create_repo(**DATASET)
    with pytest.raises(RepositoryNotFoundError):
        api.dataset_info("other/Third")


def test_a_move_that_ended_early_does_not_hide_the_dataset(hub: RunningHub, api: HfApi) -> None:
    """Its mark was made before; the names that the dataset had lead to where it still is."""
    api.move_repo(REPO, "lab/second", repo_type="dataset")
    moved.will_move(hub.root / "datasets", "lab/second", "lab/third")
    for name in (REPO, "lab/second"):
        assert api.dataset_info(name).id == "lab/second"
    with pytest.raises(RepositoryNotFoundError):
        api.dataset_info("lab/third")


def test_a_write_that_waited_while_the_dataset_went_finds_none(hub: RunningHub) -> None:
    """And leaves no folder behind, in which nothing could be created."""
    store = Store(hub.root, lock_timeout=5)
    git = hub.root / "datasets" / f"{REPO}.git"
    with store.open(REPO) as repo:
        store.delete(repo)
        answer = None
        try:
            with store.locks.hold(repo.git):
                pass
        except Exception as error:  # noqa: BLE001 - looked at below
            answer = error
    assert getattr(answer, "code", "") == "RepoNotFound"
    assert not git.exists()
    hub.create(REPO)


def test_a_duplicate_has_all_files_and_commits_and_goes_its_own_way(
    hub: RunningHub, api: HfApi
) -> None:
    """Large files too, also when the first dataset is packed, goes on and is deleted."""
    hub.write(REPO, {"a": b"1"})
    api.upload_file(path_or_fileobj=b"x" * 5000, path_in_repo="x.parquet", **DATASET)
    api.create_tag(tag="v1", **DATASET)
    api.create_branch(branch="exp", **DATASET)
    pack_loose(hub.root / "datasets" / f"{REPO}.git")
    pull_request(api, {"b": b"1"})
    head, files = hub.write(REPO, {"c": b"1"}), hub.files(REPO)
    api.duplicate_repo(REPO, "lab/copy", repo_type="dataset")
    assert (hub.head("lab/copy"), hub.files("lab/copy")) == (head, files)
    refs = api.list_repo_refs("lab/copy", include_pull_requests=True, repo_type="dataset")
    assert ([item.name for item in refs.branches], [item.name for item in refs.tags]) == (
        ["exp", "main"], ["v1"],
    )  # fmt: skip
    assert refs.pull_requests == []
    hub.write("lab/copy", {"d": b"1"})
    assert hub.files(REPO) == files
    api.delete_repo(**DATASET)
    assert hub.files("lab/copy") == {**files, "d": b"1"}


def test_a_duplicate_does_not_replace_what_is_there(hub: RunningHub, api: HfApi) -> None:
    """It is told, or taken for what was wanted."""
    before = hub.create("lab/copy")
    with pytest.raises(HfHubHTTPError, match="lab/copy already exists"):
        api.duplicate_repo(REPO, "lab/copy", repo_type="dataset")
    url = api.duplicate_repo(REPO, "lab/copy", repo_type="dataset", exist_ok=True)
    assert (url.repo_id, hub.head("lab/copy")) == ("lab/copy", before)
    with pytest.raises(RepositoryNotFoundError):
        api.duplicate_repo("lab/absent", "lab/new", repo_type="dataset")


def test_what_a_killed_duplication_left_is_removed_when_it_is_old(hub: RunningHub) -> None:
    """A younger one may still become a dataset."""
    store = Store(hub.root, lock_timeout=5)
    left = hub.root / "datasets" / "lab" / ".new-0123"
    left.mkdir()
    (left / "HEAD").write_bytes(b"")
    store.sweep(before=left.stat().st_mtime - 1)
    assert left.exists()
    store.sweep(before=left.stat().st_mtime + 1)
    assert not left.exists()


def test_a_duplicate_of_what_is_private_is_private(guarded: RunningHub) -> None:
    """Unless its maker says otherwise; what was squashed away stays away."""
    api = HfApi(endpoint=guarded.endpoint, token=WRITE)
    old = guarded.head(REPO)
    api.super_squash_history(**DATASET)
    api.update_repo_settings(private=True, **DATASET)
    for name, options, private in (
        ("lab/hidden", {}, True), ("lab/open", {"private": False}, False),
    ):  # fmt: skip
        api.duplicate_repo(REPO, name, repo_type="dataset", **options)
        assert api.dataset_info(name).private is private
        with pytest.raises(RevisionNotFoundError):
            api.dataset_info(name, revision=old)


def test_a_squashed_branch_is_one_commit_with_the_same_files(hub: RunningHub, api: HfApi) -> None:
    """What came before cannot be asked for any more, by no one who remembers an id."""
    old = [hub.write(REPO, {"a": b"secret"}), hub.write(REPO, {"a": b"1", "b": b"2"})]
    files = hub.files(REPO)
    api.super_squash_history(branch="main", commit_message="clean", **DATASET)
    assert hub.files(REPO) == files
    assert [item.title for item in api.list_repo_commits(**DATASET)] == ["clean"]
    for sha in [*old, old[0][:8]]:
        with pytest.raises(RevisionNotFoundError):
            api.repo_info(revision=sha, **DATASET)
    head = hub.write(REPO, {"c": b"3"})
    assert api.repo_info(revision=head, **DATASET).sha == head


def test_a_squash_keeps_what_others_need_and_a_merge_does_not_bring_the_rest_back(
    hub: RunningHub, api: HfApi
) -> None:
    """A tag keeps its commit; an older pull request still adds its files, and no history."""
    tagged = hub.write(REPO, {"a": b"1"})
    api.create_tag(tag="v1", **DATASET)
    num = pull_request(api, {"pr": b"1"})
    api.super_squash_history(**DATASET)
    assert api.repo_info(revision=tagged, **DATASET).sha == tagged
    api.merge_pull_request(discussion_num=num, **DATASET)
    assert sorted(hub.files(REPO)) == [".gitattributes", "a", "pr"]
    assert len(hub.log(REPO)) == 2


def test_branches_and_tags_go_also_when_git_has_packed_them(hub: RunningHub, api: HfApi) -> None:
    """Not the branch that readers expect; what is not there is told."""
    api.create_branch(branch="exp/one", **DATASET)
    api.create_tag(tag="v1", **DATASET)
    git = hub.root / "datasets" / f"{REPO}.git"
    subprocess.run(["git", "-C", git, "pack-refs", "--all"], check=True)
    api.delete_branch(branch="exp/one", **DATASET)
    api.delete_tag(tag="v1", **DATASET)
    refs = api.list_repo_refs(**DATASET)
    assert ([item.name for item in refs.branches], refs.tags) == (["main"], [])
    with pytest.raises(RevisionNotFoundError):
        api.delete_tag(tag="v1", **DATASET)
    with pytest.raises(HfHubHTTPError, match="Cannot delete refs/heads/main"):
        api.delete_branch(branch="main", **DATASET)


def test_datasets_are_found_by_author_and_words(hub: RunningHub, api: HfApi) -> None:
    """Case does not matter in words; a limit is kept."""
    for name in ("lab/Speed-a", "other/speed-b", "other/size"):
        hub.create(name)
    found = [item.id for item in api.list_datasets(search="speed")]
    assert found == ["lab/Speed-a", "other/speed-b"]
    assert [item.id for item in api.list_datasets(author="other", search="speed")] == [
        "other/speed-b"
    ]
    assert len(list(api.list_datasets(limit=2))) == 2


MAINTAINING = [
    ("DELETE", "/api/repos/delete", {"type": "dataset", "organization": "lab", "name": "results"}),
    ("POST", "/api/repos/move", {"type": "dataset", "fromRepo": REPO, "toRepo": "lab/b"}),
    ("PUT", f"{API}/settings", {"private": True}),
    ("POST", f"{API}/super-squash/main", {"message": "x"}),
    ("DELETE", f"{API}/branch/exp", None),
    ("DELETE", f"{API}/tag/v1", None),
    ("POST", f"{API}/discussions/1/comment", {"comment": "x"}),
    ("POST", f"{API}/discussions/1/title", {"title": "x"}),
    ("POST", f"{API}/discussions/1/status", {"status": "closed"}),
]


@pytest.mark.parametrize(("method", "path", "body"), MAINTAINING, ids=lambda item: str(item)[-20:])
def test_maintaining_needs_a_write_token(
    guarded: RunningHub, method: str, path: str, body: object
) -> None:
    """Without one nothing changes; a web page never writes to an open hub."""
    head = guarded.head(REPO)
    data = json.dumps(body).encode()
    statuses = [
        ask(guarded.endpoint, method, path, data, **headers).status
        for headers in ({}, {"authorization": f"Bearer {READ}"})
    ]
    assert (statuses, guarded.head(REPO)) == ([401, 403], head)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("DELETE", "/api/repos/delete", {"type": "model", "name": REPO}, 400),
        ("DELETE", "/api/repos/delete", {"type": "dataset", "name": "../x"}, 400),
        ("POST", "/api/repos/move", {"type": "dataset", "fromRepo": REPO, "toRepo": "x"}, 400),
        ("POST", "/api/repos/move", {"type": "dataset", "fromRepo": 1, "toRepo": "a/b"}, 400),
        ("PUT", f"{API}/settings", {"visibility": "protected"}, 400),
        ("PUT", f"{API}/settings", {"private": 1}, 400),
        ("PUT", f"{API}/settings", {"private": []}, 400),
        ("POST", f"{API}/super-squash/absent", {}, 404),
        ("POST", f"{API}/super-squash/..%2Fx", {}, 404),
        ("POST", f"{API}/super-squash/main", {"message": ["x"]}, 400),
        ("DELETE", f"{API}/branch/absent", None, 404),
        ("POST", f"{API}/discussions/9/comment", {"comment": "x"}, 404),
        ("POST", f"{API}/discussions/9/comment", {"comment": " "}, 400),
        ("POST", f"{API}/discussions/9/title", {"title": 1}, 400),
        ("POST", f"{API}/discussions/9/status", {"status": "merged"}, 400),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    hub: RunningHub, send: Callable[..., Answer], method: str, path: str, body: object, status: int
) -> None:
    """With a message, never a crash."""
    head = hub.head(REPO)
    answer = send(method, path, json.dumps(body).encode())
    assert (answer.status, hub.head(REPO), bool(answer.json["error"])) == (status, head, True)


def test_a_branch_that_git_has_packed_is_deleted(hub: RunningHub) -> None:
    """Alone, and neither a tag beside it nor what its folder holds; its name is free again."""
    head = hub.write(REPO, {"a.json": b"[]"})
    git = hub.root / "datasets" / f"{REPO}.git"
    for ref in ("refs/heads/work/a", "refs/heads/work/b", "refs/tags/v1"):
        subprocess.run(["git", "-C", git, "update-ref", ref, head], check=True)
    subprocess.run(["git", "-C", git, "pack-refs", "--all"], check=True)
    branch = f"/api/datasets/{REPO}/branch/"
    assert ask(hub.endpoint, "DELETE", f"{branch}work%2Fa").status == 200
    refs = ask(hub.endpoint, "GET", f"/api/datasets/{REPO}/refs").json
    assert [item["name"] for item in refs["branches"] + refs["tags"]] == ["main", "work/b", "v1"]
    assert ask(hub.endpoint, "DELETE", f"{branch}work%2Fb").status == 200
    assert ask(hub.endpoint, "POST", f"{branch}work", b"{}").status == 200
    assert ask(hub.endpoint, "DELETE", f"{branch}work").status == 200


@pytest.mark.parametrize("is_made_again", [False, True])
@pytest.mark.parametrize("kind", ["read", "commit"])
def test_a_dataset_that_goes_under_a_request_is_missing(
    hub: RunningHub, kind: str, *, is_made_again: bool
) -> None:
    """Whatever the request stumbled over, also where another has its name by then."""
    hub.write(REPO, {"a.json": b"[]"})
    with pytest.raises(HubError) as refused:
        interrupted(Store(hub.root, lock_timeout=5), kind, is_made_again=is_made_again)
    assert (refused.value.status, refused.value.code) == (404, "RepoNotFound")
    assert refused.value.message == "Repository not found"


def interrupted(store: Store, kind: str, *, is_made_again: bool) -> None:
    """Begin to write, and see the dataset go before the end."""
    with store.open(REPO) as repo, ObjectWriter(repo.git / "objects") as writer:
        writer.add(Blob.from_string(b"lost"))
        store.delete(repo)
        if is_made_again:
            store.create(REPO, Signature("somebody", 0.0))
        if kind == "read":
            repo.entry(repo.resolve("main"), "a.json")
        writer.sync()


def test_names_differ_by_more_than_case(hub: RunningHub) -> None:
    """A copy of the folder may lie on a disk that knows no case; a dataset may change its own."""
    for name in ("Lab/results", "lab/RESULTS"):
        body = json.dumps({"type": "dataset", "name": name}).encode()
        assert ask(hub.endpoint, "POST", "/api/repos/create", body).status == 409
    hub.create("lab/other")
    for old, new, status in (("lab/other", "lab/Results", 409), (REPO, "lab/Results", 200)):
        body = json.dumps({"type": "dataset", "fromRepo": old, "toRepo": new}).encode()
        assert ask(hub.endpoint, "POST", "/api/repos/move", body).status == status
    assert hub.files("lab/Results")
