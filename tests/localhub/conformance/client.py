"""Drives a hub with the installed huggingface_hub of any major version: `client.py ENDPOINT`.

The hub must page after 3 commits and 5 files and use LFS from 1000 bytes. Every function is one
behaviour that the client relies on; the script ends with 0 and prints the version if all hold.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import contextmanager
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING

import huggingface_hub
from huggingface_hub import (
    CommitInfo,
    CommitOperationAdd,
    CommitOperationCopy,
    CommitOperationDelete,
    HfApi,
    HfFileSystem,
)
from huggingface_hub.errors import (
    EntryNotFoundError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

REPO = f"lab/v{huggingface_hub.__version__.replace('.', '-')}"
DATASET = {"repo_id": REPO, "repo_type": "dataset"}
LARGE = b"0123456789" * 300


@contextmanager
def refused(kind: type[Exception], status: int = 0) -> Iterator[None]:
    """The block must raise this exception, for this HTTP status."""
    raised: Exception | None = None
    try:
        yield
    except kind as error:
        raised = error
    assert raised is not None, f"{kind.__name__} was not raised"
    if status:
        assert raised.response.status_code == status, raised


def commit(api: HfApi, files: dict[str, bytes], **options: object) -> CommitInfo:
    """Commit files the way a publisher does."""
    operations = [CommitOperationAdd(path, content) for path, content in files.items()]
    return api.create_commit(operations=operations, commit_message="results", **DATASET, **options)


def content(api: HfApi, path: str, revision: str) -> bytes:
    """Download a file."""
    return Path(api.hf_hub_download(filename=path, revision=revision, **DATASET)).read_bytes()


def head(api: HfApi, revision: str = "main") -> str:
    """The commit a revision means."""
    return api.repo_info(revision=revision, **DATASET).sha


def creates_a_dataset_once(api: HfApi) -> None:
    """Creating twice is an error unless it may exist; there is one initial commit."""
    assert api.whoami(token="hf_local_token")["name"]
    url = api.create_repo(**DATASET)
    assert url.repo_id == REPO
    assert api.create_repo(exist_ok=True, **DATASET) == url
    with refused(HfHubHTTPError, 409):
        api.create_repo(**DATASET)
    assert [item.title for item in api.list_repo_commits(**DATASET)] == ["initial commit"]
    assert api.list_repo_files(**DATASET) == [".gitattributes"]
    assert REPO in [item.id for item in api.list_datasets()]


def says_who_may_write(api: HfApi) -> None:
    """Asked beforehand, where the client knows the question (it came with 2.x)."""
    api.auth_check(**DATASET)
    if "write" in signature(api.auth_check).parameters:
        api.auth_check(write=True, **DATASET)


def commits_only_on_the_head(api: HfApi) -> None:
    """A commit with the head as parent applies, with an older one it is a conflict."""
    first = head(api)
    done = commit(api, {"a.json": b"[1]\n", "runs/1.jsonl": b"1\n"}, parent_commit=first)
    assert done.oid == head(api)
    assert content(api, "a.json", done.oid) == b"[1]\n"
    with refused(HfHubHTTPError, 412):
        commit(api, {"a.json": b"[2]\n"}, parent_commit=first)
    assert head(api) == done.oid
    again = commit(api, {"a.json": b"[2]\n"}, parent_commit=done.oid[:7])
    assert content(api, "a.json", again.oid) == b"[2]\n"
    assert content(api, "a.json", done.oid) == b"[1]\n"


def drops_what_is_there_already(api: HfApi) -> None:
    """The client prunes an addition by its oid, so identical content makes no commit."""
    before = head(api)
    assert commit(api, {"a.json": b"[2]\n"}).oid == before
    assert head(api) == before


def says_what_is_missing(api: HfApi) -> None:
    """Each kind of absence is its own exception."""
    with refused(RepositoryNotFoundError, 404):
        api.repo_info("lab/absent", repo_type="dataset")
    with refused(RevisionNotFoundError, 404):
        api.repo_info(revision="absent", **DATASET)
    with refused(RevisionNotFoundError, 404):
        content(api, "a.json", "f" * 40)
    with refused(EntryNotFoundError, 404):
        content(api, "absent.json", "main")
    with refused(EntryNotFoundError, 404):
        api.delete_file("absent.json", **DATASET)
    assert not api.file_exists(filename="absent.json", **DATASET)


def refuses_hostile_paths(api: HfApi) -> None:
    """A path that git would not check out is refused and changes nothing."""
    before = head(api)
    for path in ("a/.git/hooks", "a\\b", "a/.GIT/config"):
        operation = CommitOperationAdd("placeholder", b"x")
        operation.path_in_repo = path
        with refused(HfHubHTTPError, 422):
            api.create_commit(operations=[operation], commit_message="x", **DATASET)
    assert head(api) == before


def keeps_large_files(api: HfApi) -> None:
    """A large file comes back whole and in parts."""
    done = commit(api, {"large.bin": LARGE, "empty.bin": b""})
    assert content(api, "large.bin", done.oid) == LARGE
    assert content(api, "empty.bin", done.oid) == b""
    sibling = {
        item.rfilename: item for item in api.repo_info(files_metadata=True, **DATASET).siblings
    }["large.bin"]
    assert (sibling.size, sibling.lfs["size"]) == (len(LARGE), len(LARGE))
    assert commit(api, {"large.bin": LARGE}).oid == done.oid
    with HfFileSystem(endpoint=api.endpoint, token=False).open(
        f"datasets/{REPO}/large.bin", "rb", block_size=100
    ) as file:
        file.seek(1234)
        assert file.read(20) == LARGE[1234:1254]


def lists_by_pages(api: HfApi) -> None:
    """Files and commits come in pages, complete and in order."""
    files = {f"many/{number:02}.txt": b"%d" % number for number in range(13)}
    commit(api, files)
    listing = api.list_repo_tree(recursive=True, expand=True, **DATASET)
    paths = {item.path: item for item in listing}
    assert set(files) < set(paths)
    assert paths["many/03.txt"].last_commit.title == "results"
    inside = api.list_repo_tree(path_in_repo="many", **DATASET)
    assert [item.path for item in inside] == sorted(files)
    found = api.get_paths_info(paths=["many/01.txt", "many", "absent"], **DATASET)
    assert sorted(item.path for item in found) == ["many", "many/01.txt"]
    history = api.list_repo_commits(**DATASET)
    assert history[0].commit_id == head(api)
    assert history[-1].title == "initial commit"
    assert len({item.commit_id for item in history}) == len(history) == 5


def deletes_and_copies(api: HfApi) -> None:
    """Files and folders go, files are copied."""
    api.create_commit(
        operations=[
            CommitOperationDelete("many/", is_folder=True),
            CommitOperationDelete("empty.bin"),
            CommitOperationCopy("large.bin", "copy.bin"),
            CommitOperationCopy("a.json", "b.json"),
        ],
        commit_message="tidy",
        **DATASET,
    )
    expected = [".gitattributes", "a.json", "b.json", "copy.bin", "large.bin", "runs/1.jsonl"]
    assert sorted(api.list_repo_files(**DATASET)) == expected
    assert content(api, "copy.bin", "main") == LARGE
    api.delete_folder("runs", **DATASET)
    api.delete_file("b.json", **DATASET)
    assert sorted(api.list_repo_files(**DATASET)) == [
        ".gitattributes", "a.json", "copy.bin", "large.bin",
    ]  # fmt: skip


def uploads_a_folder_and_its_card(api: HfApi) -> None:
    """A folder with a dataset card arrives; a card that is no YAML is refused."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "README.md").write_text("---\nlicense: mit\n---\n# Results\n", "utf-8")
        Path(folder, "sub").mkdir()
        Path(folder, "sub", "x.json").write_bytes(b"{}")
        api.upload_folder(folder_path=folder, **DATASET)
    assert content(api, "sub/x.json", "main") == b"{}"
    assert api.dataset_info(REPO).id == REPO
    snapshot = Path(api.snapshot_download(**DATASET))
    assert (snapshot / "README.md").read_text("utf-8").endswith("# Results\n")
    with refused(ValueError):
        commit(api, {"README.md": b"---\nlicense: [mit\n---\n"})


def merges_pull_requests(api: HfApi) -> None:
    """A pull request has its own revision, and its parent need not be the head."""
    base = head(api)
    commit(api, {"other.json": b"1"})
    pull = commit(api, {"pr.json": b"[]"}, create_pr=True, parent_commit=base)
    assert pull.pr_revision == f"refs/pr/{pull.pr_num}"
    assert "pr.json" not in api.list_repo_files(**DATASET)
    assert content(api, "pr.json", pull.pr_revision) == b"[]"
    commit(api, {"pr.json": b"[1]"}, revision=pull.pr_revision, parent_commit=pull.oid)
    details = api.get_discussion_details(discussion_num=pull.pr_num, **DATASET)
    assert (details.status, details.conflicting_files) == ("open", [])
    assert "pr.json" in details.diff
    api.merge_pull_request(discussion_num=pull.pr_num, **DATASET)
    assert content(api, "pr.json", "main") == b"[1]"
    assert content(api, "other.json", "main") == b"1"
    merged = api.get_discussion_details(discussion_num=pull.pr_num, **DATASET)
    assert (merged.status, merged.merge_commit_oid) == ("merged", head(api))


def refuses_to_merge_conflicts(api: HfApi) -> None:
    """Two changes of one file do not merge, and nothing is lost."""
    pull = commit(api, {"pr.json": b"[2]"}, create_pr=True)
    after = commit(api, {"pr.json": b"[3]"})
    with refused(HfHubHTTPError, 409):
        api.merge_pull_request(discussion_num=pull.pr_num, **DATASET)
    details = api.get_discussion_details(discussion_num=pull.pr_num, **DATASET)
    assert (details.status, details.conflicting_files) == ("open", ["pr.json"])
    assert head(api) == after.oid
    draft = api.create_pull_request(title="later", **DATASET)
    assert draft.status == "draft"
    assert head(api, f"refs/pr/{draft.num}") == after.oid
    numbers = [item.num for item in api.get_repo_discussions(**DATASET)]
    assert numbers == [draft.num, pull.pr_num, pull.pr_num - 1]


def knows_branches_and_tags(api: HfApi) -> None:
    """Every way to name a revision means the right commit."""
    now = head(api)
    api.create_branch(branch="exp/one", **DATASET)
    api.create_tag(tag="v1", revision=now, **DATASET)
    moved = commit(api, {"branch.json": b"1"}, revision="exp/one", parent_commit=now)
    assert (head(api), head(api, "v1"), head(api, now[:8])) == (now, now, now)
    assert head(api, "exp/one") == head(api, "refs/heads/exp/one") == moved.oid
    with refused(HfHubHTTPError, 409):
        api.create_tag(tag="v1", **DATASET)
    found = api.list_repo_refs(include_pull_requests=True, **DATASET)
    assert [item.name for item in found.branches] == ["exp/one", "main"]
    assert [item.target_commit for item in found.tags] == [now]


BEHAVIOURS = (
    creates_a_dataset_once,
    says_who_may_write,
    commits_only_on_the_head,
    drops_what_is_there_already,
    says_what_is_missing,
    refuses_hostile_paths,
    keeps_large_files,
    lists_by_pages,
    deletes_and_copies,
    uploads_a_folder_and_its_card,
    merges_pull_requests,
    refuses_to_merge_conflicts,
    knows_branches_and_tags,
)


def main() -> None:
    """Check every behaviour, in this order: each one builds on those before."""
    api = HfApi(endpoint=sys.argv[1], token=False)
    for behaviour in BEHAVIOURS:
        behaviour(api)
    sys.stdout.write(f"{huggingface_hub.__version__}\n")


if __name__ == "__main__":
    main()
