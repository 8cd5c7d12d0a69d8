"""Pull requests: what merging keeps, and when it refuses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.localhub.wire import REPO, Answer, ask, commit_body

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmark.localhub.testing import RunningHub

API = f"/api/datasets/{REPO}"


@pytest.fixture
def propose(hub: RunningHub) -> Callable[..., int]:
    """`propose(files, parent)` opens a pull request and returns its number."""

    def post(files: Mapping[str, bytes], parent: str | None = None) -> int:
        body = commit_body(files, parent)
        answer = ask(hub.endpoint, "POST", f"{API}/commit/main?create_pr=1", body)
        assert answer.status == 200, answer
        return int(answer.json["pullRequestUrl"].rpartition("/")[2])

    return post


def merge(hub: RunningHub, num: int) -> Answer:
    """Merge a pull request."""
    return ask(hub.endpoint, "POST", f"{API}/discussions/{num}/merge", b"null")


def remove(hub: RunningHub, path: str, revision: str) -> None:
    """Delete one file."""
    lines = [
        {"key": "header", "value": {"summary": "remove"}},
        {"key": "deletedFile", "value": {"path": path}},
    ]
    body = "\n".join(json.dumps(line) for line in lines).encode()
    answer = ask(hub.endpoint, "POST", f"{API}/commit/{revision}", body)
    assert answer.status == 200, answer


def test_merging_on_an_unmoved_head_adds_no_commit(
    hub: RunningHub, propose: Callable[..., int]
) -> None:
    """A fast-forward: the branch gets the pull request's own commit."""
    num = propose({"a": b"1"}, hub.head(REPO))
    assert merge(hub, num).json["mergeCommitId"] == hub.head(REPO, f"refs/pr/{num}")
    assert len(hub.log(REPO)) == 2


def test_merging_on_a_moved_head_keeps_both_sides(
    hub: RunningHub, propose: Callable[..., int]
) -> None:
    """Additions, changes and removals of both sides are all in the merge commit."""
    base = hub.write(REPO, {"keep": b"1", "gone": b"1", "changed": b"1"})
    num = propose({"changed": b"2", "new/pr": b"1"}, base)
    remove(hub, "gone", f"refs%2Fpr%2F{num}")
    head = hub.write(REPO, {"new/main": b"1"})
    merge(hub, num)
    files = hub.files(REPO)
    assert sorted(files) == [".gitattributes", "changed", "keep", "new/main", "new/pr"]
    assert files["changed"] == b"2"
    assert hub.log(REPO)[-1].parents == (head, hub.head(REPO, f"refs/pr/{num}"))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [({"a": b"2"}, {"a": b"3"}), ({"x": b"1"}, {"x": b"2"}), ({"d": b"1"}, {"d/f": b"1"})],
    ids=["both changed", "both added", "file against folder"],
)
def test_a_conflict_is_refused_and_changes_nothing(
    hub: RunningHub,
    propose: Callable[..., int],
    ours: dict[str, bytes],
    theirs: dict[str, bytes],
) -> None:
    """409; the branch stays and the pull request stays open."""
    base = hub.write(REPO, {"a": b"1"})
    num = propose(theirs, base)
    head = hub.write(REPO, ours)
    assert (merge(hub, num).status, hub.head(REPO)) == (409, head)
    assert ask(hub.endpoint, "GET", f"{API}/discussions/{num}").json["status"] == "open"


def test_the_same_change_on_both_sides_is_no_conflict(
    hub: RunningHub, propose: Callable[..., int]
) -> None:
    """Two people who add the same bytes agree."""
    num = propose({"a": b"1"}, hub.head(REPO))
    hub.write(REPO, {"a": b"1"})
    assert merge(hub, num).status == 200


def test_a_pull_request_merges_once(hub: RunningHub, propose: Callable[..., int]) -> None:
    """The second time is a conflict with its own state."""
    num = propose({"a": b"1"})
    assert [merge(hub, num).status, merge(hub, num).status] == [200, 409]


def test_a_pull_request_on_a_stale_parent_is_opened_there(
    hub: RunningHub, propose: Callable[..., int]
) -> None:
    """With create_pr the parent is the base, so there is no 412."""
    base = hub.head(REPO)
    hub.write(REPO, {"b": b"1"})
    num = propose({"a": b"1"}, base[:9])
    assert hub.log(REPO, f"refs/pr/{num}")[-1].parents == (base,)
    assert sorted(hub.files(REPO, f"refs/pr/{num}")) == [".gitattributes", "a"]


def test_numbers_are_never_used_twice(hub: RunningHub, propose: Callable[..., int]) -> None:
    """Discussions and pull requests count together."""
    body = b'{"title": "question", "description": "why", "pullRequest": false}'
    asked = ask(hub.endpoint, "POST", f"{API}/discussions", body).json["num"]
    assert [asked, propose({"a": b"1"}), propose({"b": b"1"})] == [1, 2, 3]
    assert merge(hub, asked).status == 400
