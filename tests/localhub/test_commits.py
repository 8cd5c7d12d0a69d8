"""A commit is an atomic compare-and-swap."""

from __future__ import annotations

import base64
import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from benchmark.localhub.settings import HubSettings
from benchmark.localhub.testing import running_hub
from tests.localhub.wire import REPO, ask, commit_body

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub
    from tests.localhub.wire import Answer


def git_folder(hub: RunningHub) -> Path:
    """The bare repository on disk."""
    return hub.root / "datasets" / f"{REPO}.git"


def test_of_many_commits_on_one_parent_exactly_one_wins(
    hub: RunningHub, commit: Callable[..., Answer]
) -> None:
    """Twelve writers race on one head: one 200, eleven 412, one new commit."""
    parent = hub.head(REPO)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda n: commit({"a.json": b"%d" % n}, parent), range(12)))
    assert sorted(answer.status for answer in answers) == [200] + [412] * 11
    assert len(hub.log(REPO)) == 2


def test_a_commit_on_a_head_that_has_moved_writes_nothing(
    hub: RunningHub, commit: Callable[..., Answer]
) -> None:
    """Most commits of publishers who meet are that."""
    parent = hub.head(REPO)
    assert commit({"a.json": b"1"}, parent).status == 200
    before = {path: path.stat().st_mtime_ns for path in git_folder(hub).rglob("*")}
    assert commit({"a.json": b"2"}, parent).status == 412
    assert {path: path.stat().st_mtime_ns for path in git_folder(hub).rglob("*")} == before


def test_commits_without_a_parent_all_apply_one_after_the_other(
    hub: RunningHub, commit: Callable[..., Answer]
) -> None:
    """Without a parent nobody is refused, and no file is lost."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: commit({f"runs/{n}": b"%d" % n}), range(24)))
    assert {answer.status for answer in answers} == {200}
    assert {f"runs/{n}" for n in range(24)} < set(hub.files(REPO))
    assert all(len(item.parents) == 1 for item in hub.log(REPO)[1:])


@pytest.mark.parametrize("length", [5, 7, 39, 40])
def test_a_parent_may_be_shortened(
    hub: RunningHub, commit: Callable[..., Answer], length: int
) -> None:
    """Five to forty digits of the head, in either case, are the head."""
    assert commit({"a": b"1"}, hub.head(REPO)[:length].upper()).status == 200


@pytest.mark.parametrize("parent", ["abcd", "main", "g" * 40, "a" * 41, 7, ""])
def test_a_parent_that_is_no_commit_id_is_refused(hub: RunningHub, parent: object) -> None:
    """A malformed parent must never be read as no parent."""
    before = hub.head(REPO)
    body = json.dumps({"key": "header", "value": {"summary": "x", "parentCommit": parent}})
    answer = ask(hub.endpoint, "POST", f"/api/datasets/{REPO}/commit/main", body.encode())
    assert (answer.status, hub.head(REPO)) == (400, before)


def test_a_refused_commit_says_so_in_the_client_s_words(commit: Callable[..., Answer]) -> None:
    """The 412 carries the field's text in the body and in the headers."""
    answer = commit({"a": b"1"}, "f" * 40)
    text = "The branch was updated since you opened this page. Please refresh and try again."
    assert (answer.status, answer.json, answer.headers["x-error-message"]) == (
        412, {"error": text}, text,
    )  # fmt: skip
    assert answer.headers["x-request-id"]


def test_the_repository_stays_one_that_git_itself_accepts(
    hub: RunningHub, commit: Callable[..., Answer], tmp_path: Path
) -> None:
    """`git fsck --strict` is silent and a clone has the files."""
    awkward = {"ä/日本 語.json": b"1", "-rf": b"2", "a b/.gitignore": b"3", ":(top)x": b"4"}
    assert commit(awkward).status == 200
    folder = git_folder(hub)
    checked = subprocess.run(
        ["git", "-C", folder, "fsck", "--strict", "--no-dangling"], capture_output=True, check=True
    )
    assert checked.stdout + checked.stderr == b""
    subprocess.run(["git", "clone", "-q", folder, tmp_path / "clone"], check=True)
    assert all((tmp_path / "clone" / path).read_bytes() == awkward[path] for path in awkward)


def test_a_repository_that_git_has_packed_is_still_served(
    hub: RunningHub, commit: Callable[..., Answer]
) -> None:
    """After `git gc` both objects and refs are packed; reading and writing go on."""
    commit({"a": b"1"})
    subprocess.run(["git", "-C", git_folder(hub), "gc", "-q", "--prune=now"], check=True)
    head = hub.head(REPO)
    assert commit({"b": b"2"}, head).status == 200
    assert (hub.files(REPO)["a"], hub.files(REPO)["b"]) == (b"1", b"2")


def test_deleting_the_last_file_of_a_folder_removes_the_folder(
    hub: RunningHub, commit: Callable[..., Answer]
) -> None:
    """Git has no empty folders, and neither has the tree that is written."""
    commit({"x/y/z": b"1", "x/w": b"1"})
    lines = [
        {"key": "header", "value": {"summary": "tidy"}},
        {"key": "deletedFile", "value": {"path": "x/y/z"}},
    ]
    body = "\n".join(json.dumps(line) for line in lines).encode()
    ask(hub.endpoint, "POST", f"/api/datasets/{REPO}/commit/main", body)
    listing = ask(hub.endpoint, "GET", f"/api/datasets/{REPO}/tree/main?recursive=true").json
    assert [item["path"] for item in listing] == ["x", "x/w", ".gitattributes"]


def test_an_oid_that_is_announced_is_the_one_git_would_compute(hub: RunningHub) -> None:
    """A wrong hash here makes the client drop a real change silently."""
    hub.write(REPO, {"a.json": b"[]\n"})
    wanted = {
        "files": [{"path": "a.json", "size": 3, "sample": base64.b64encode(b"[]\n").decode()}]
    }
    answer = ask(
        hub.endpoint, "POST", f"/api/datasets/{REPO}/preupload/main", json.dumps(wanted).encode()
    )
    done = subprocess.run(
        ["git", "hash-object", "--stdin"], input=b"[]\n", capture_output=True, check=True
    )
    assert answer.json["files"][0]["oid"] == done.stdout.decode().strip()


def test_pages_of_one_listing_belong_to_one_commit(hub: RunningHub) -> None:
    """A commit between two pages neither hides nor repeats a file."""
    with running_hub(hub.root, settings=HubSettings(tree_page=2)) as paged:
        paged.write(REPO, dict.fromkeys("bdfh", b"1"))
        page = ask(paged.endpoint, "GET", f"/api/datasets/{REPO}/tree/main")
        paged.write(REPO, dict.fromkeys("ace", b"1"))
        seen = [item["path"] for item in page.json]
        while "link" in page.headers:
            url = page.headers["link"].partition(">")[0].removeprefix("<" + paged.endpoint)
            page = ask(paged.endpoint, "GET", url)
            seen += [item["path"] for item in page.json]
    assert seen == [".gitattributes", *"bdfh"]


def test_a_busy_repository_answers_409_and_applies_nothing(hub: RunningHub) -> None:
    """A write that waits longer than the time-out for another one gives up cleanly."""
    with running_hub(hub.root, settings=HubSettings(lock_timeout=0.05)) as other:
        before = other.head(REPO)
        with hub._hub.store.locks.hold(git_folder(hub)):  # noqa: SLF001 - plays another process
            path = f"/api/datasets/{REPO}/commit/main"
            answer = ask(other.endpoint, "POST", path, commit_body({"a": b"1"}))
        assert (answer.status, other.head(REPO)) == (409, before)
