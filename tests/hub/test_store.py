"""Reading at one revision, committing on one parent."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from starlette.responses import Response

from benchmark.canonical import digest
from benchmark.errors import (
    BusyError,
    ConflictError,
    HubUnreachableError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RefusedError,
)
from benchmark.hub.store import PUBLIC_HUB
from benchmark.leaderboard import Revision
from benchmark.localhub import failures
from benchmark.localhub.faults import Fault
from benchmark.localhub.settings import HubSettings
from benchmark.localhub.testing import running_hub
from tests.support.publishers import READ_TOKEN, REPO, SETTINGS, SINGLE, WRITE_TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.hub import HubStore
    from benchmark.localhub.call import Call
    from benchmark.localhub.faults import Proceed
    from benchmark.localhub.testing import RunningHub
    from tests.hub.conftest import Pauses

CONTENT = b'{"a":1}\n'
FRAGMENT = f"runs/2026-01/{digest(CONTENT)}.jsonl"
FILES = {SINGLE: b"[]\n", FRAGMENT: CONTENT, "retractions.jsonl": b"", "README.md": b"# Hello\n"}


def answering(operation: str, body: bytes) -> Fault:
    """Every request of this kind is answered 200 with this body."""

    async def act(_call: Call, _proceed: Proceed) -> Response:
        return Response(body, media_type="application/json")

    return Fault(operation, "answering", act)


def changed(operation: str, change: bytes, to: bytes) -> Fault:
    """Every answer of this kind has other words."""

    async def act(_call: Call, proceed: Proceed) -> Response:
        body = bytes((await proceed()).body)
        return Response(body.replace(change, to), media_type="application/json")

    return Fault(operation, "changed", act)


def downloads(hub: RunningHub) -> Counter[str]:
    """How often each data file was fetched."""
    paths = (one.path for one in hub.requests if one.operation == "resolve")
    return Counter(file for path in paths for file in (FRAGMENT, SINGLE) if path.endswith(file))


def test_a_snapshot_is_every_data_file_at_one_revision(hub: RunningHub, store: HubStore) -> None:
    """What else is in the repository is nobody's business."""
    head = hub.create(REPO, {**FILES, "notes.txt": b"x", "runs/plot.png": b"x"})
    snapshot = store.read()
    assert (snapshot.revision, snapshot.files) == (head, FILES)


def test_an_older_revision_is_read_as_it_was(hub: RunningHub, store: HubStore) -> None:
    """And a head that moves between two reads mixes nothing."""
    old = Revision(hub.create(REPO, {SINGLE: b"[]\n"}))
    write = failures.another_writer(lambda: hub.write(REPO, {SINGLE: b"[1]\n", "README.md": b"x"}))
    hub.faults.next(write)
    assert store.read().files == {SINGLE: b"[]\n"}
    assert store.read().files == {SINGLE: b"[1]\n", "README.md": b"x"}
    assert store.read(old).files == {SINGLE: b"[]\n"}


def test_every_page_of_a_listing_is_read(tmp_path: Path, store: HubStore) -> None:
    """A dataset with more files than fit on a page."""
    names = {f"runs/2026-{month:02}/{month}.jsonl": b"" for month in range(1, 8)}
    with running_hub(tmp_path / "small", settings=HubSettings(tree_page=2)) as small:
        small.create(REPO, names)
        assert replace(store, endpoint=small.endpoint).read().files == names


@pytest.mark.parametrize("by_lfs", [False, True])
def test_large_files_are_read_whole(
    tmp_path: Path, store: HubStore, monkeypatch: pytest.MonkeyPatch, *, by_lfs: bool
) -> None:
    """However they were sent; the variable was read at import."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", by_lfs)
    with running_hub(tmp_path / "small", settings=HubSettings(lfs_threshold=10)) as small:
        small.create(REPO)
        there = replace(store, endpoint=small.endpoint)
        there.commit({SINGLE: b"x" * 5000}, parent=there.head(), message="m")
        assert there.read().files == {SINGLE: b"x" * 5000}


@pytest.mark.parametrize(
    ("operation", "status", "kind", "words"),
    [
        ("xet-token", 404, RefusedError, "has no Xet storage"),
        ("xet-token", 401, PermissionDeniedError, "does not let"),
        ("xet-xorb", 403, PermissionDeniedError, "does not let"),
        ("xet-shard", 400, RefusedError, "refuses the content"),
        ("preupload", 500, HubUnreachableError, "could not be sent"),
    ],
)
def test_large_files_that_could_not_be_sent_are_no_lost_commit(
    tmp_path: Path, store: HubStore, operation: str, status: int, kind: type, words: str
) -> None:
    """The commit was never asked for, so its outcome is known, and the true reason is said."""
    with running_hub(tmp_path / "small", settings=HubSettings(lfs_threshold=10)) as small:
        small.create(REPO)
        small.faults.always(failures.status(status, operation))
        there = replace(store, endpoint=small.endpoint)
        with pytest.raises(kind, match=words):
            there.commit({SINGLE: b"x" * 5000}, parent=there.head(), message="m")
        assert "commit" not in {record.operation for record in small.requests}


def test_what_has_not_changed_is_downloaded_once(hub: RunningHub, store: HubStore) -> None:
    """A fragment's name is its content, and git's id tells of any other file that it is another."""
    hub.create(REPO, FILES)
    assert store.read() == store.read()
    assert downloads(hub) == {FRAGMENT: 1, SINGLE: 1}
    hub.write(REPO, {SINGLE: b"[\n]\n"})
    assert store.read().files[SINGLE] == b"[\n]\n"
    assert downloads(hub) == {FRAGMENT: 1, SINGLE: 2}


def test_a_hub_that_tells_no_ids_is_asked_for_everything_again(
    hub: RunningHub, store: HubStore
) -> None:
    """But for fragments."""
    hub.create(REPO, FILES)
    hub.faults.always(changed("tree", b'"oid"', b'"id"'))
    assert store.read() == store.read()
    assert downloads(hub) == {FRAGMENT: 1, SINGLE: 2}


def test_a_wrong_size_is_no_content(hub: RunningHub, store: HubStore) -> None:
    """A body of another length than the tree says was not read."""
    hub.create(REPO, {SINGLE: b"[]\n"})
    hub.faults.always(answering("resolve", b"[]"))
    with pytest.raises(HubUnreachableError, match="2 bytes arrived of 3"):
        store.read()


def test_a_listed_file_that_is_not_served_is_not_absent(hub: RunningHub, store: HubStore) -> None:
    """The tree names it, so 404 is the Hub's failure, and no empty leaderboard."""
    hub.create(REPO, {SINGLE: b"[]\n"})
    hub.faults.always(failures.status(404, "resolve"))
    with pytest.raises(HubUnreachableError, match=SINGLE):
        store.read()


@pytest.mark.parametrize("body", [b"null", b"{}", b'{"error": "x"}', b"[1]", b'["x"]', b"", b"["])
@pytest.mark.parametrize("operation", ["info", "tree"])
def test_an_answer_that_makes_no_sense_is_no_answer(
    hub: RunningHub, store: HubStore, operation: str, body: bytes
) -> None:
    """Whatever arrives with 200, it is never taken for an empty dataset."""
    hub.create(REPO, {SINGLE: b"[]\n"})
    hub.faults.always(answering(operation, body))
    with pytest.raises(HubUnreachableError):
        store.read()


@pytest.mark.parametrize("sha", ["null", '"main"', '"abc"', "1", f'"{"A" * 40}"'])
def test_a_head_that_is_no_commit_id_is_no_head(hub: RunningHub, store: HubStore, sha: str) -> None:
    """Anything else could not be a parent."""
    hub.faults.always(answering("info", f'{{"id": "{REPO}", "sha": {sha}}}'.encode()))
    with pytest.raises(HubUnreachableError):
        store.head()


def test_reads_are_repeated_with_growing_pauses(
    hub: RunningHub, store: HubStore, pauses: Pauses
) -> None:
    """Four failures in a row are got over."""
    hub.faults.next(failures.status(503, "info"), times=4)
    assert store.head() == hub.head(REPO)
    assert pauses.made == [0.2, 0.4, 0.8, 1.6]


def test_a_short_wait_that_the_hub_asks_for_is_waited(
    hub: RunningHub, store: HubStore, pauses: Pauses
) -> None:
    """A longer one is left to the publish loop, which knows its deadline."""
    hub.faults.next(failures.rate_limited(3, "info"))
    assert store.head() == hub.head(REPO)
    assert pauses.made == [3]
    hub.faults.always(failures.rate_limited(600, "info"))
    with pytest.raises(BusyError) as slowed_down:
        store.head()
    assert slowed_down.value.wait == 600
    assert max(pauses.made) <= 4


def test_nothing_is_waited_for_after_the_last_attempt(
    hub: RunningHub, store: HubStore, pauses: Pauses
) -> None:
    """Five attempts have four pauses between them."""
    hub.faults.always(failures.status(503, "info"))
    with pytest.raises(HubUnreachableError):
        store.head()
    assert len(pauses.made) == 4


def test_a_commit_is_conditional_on_its_parent(hub: RunningHub, store: HubStore) -> None:
    """The second one on the same parent is a conflict, and changes nothing."""
    parent = store.head()
    head = store.commit({SINGLE: b"[1]"}, parent=parent, message="first")
    with pytest.raises(ConflictError):
        store.commit({SINGLE: b"[2]"}, parent=parent, message="second")
    assert hub.head(REPO) == head
    assert hub.files(REPO)[SINGLE] == b"[1]"
    assert [commit.parent_commit for commit in hub.log(REPO)][-1] == parent


def test_an_answer_without_a_commit_id_is_an_unknown_outcome(
    hub: RunningHub, store: HubStore
) -> None:
    """Some servers answer with an empty one."""
    body = f'{{"commitUrl": "{hub.endpoint}/datasets/{REPO}/commit/x", "commitOid": ""}}'
    hub.faults.always(answering("commit", body.encode()))
    with pytest.raises(OutcomeUnknownError):
        store.commit({SINGLE: b"[1]"}, parent=store.head(), message="m")


def test_the_public_hub_is_not_asked_without_a_token(store: HubStore) -> None:
    """77 before anything is sent anywhere."""
    public = replace(store, endpoint=PUBLIC_HUB)
    with pytest.raises(PermissionDeniedError, match="no token"):
        public.commit({SINGLE: b"[]"}, parent=Revision("0" * 40), message="m")


def test_a_token_that_was_given_is_never_shown(hub: RunningHub, store: HubStore) -> None:
    """Whoever gave it masks it; `repr` leaves it out."""
    announced: list[str] = []
    told = replace(store, token="hf_secret_0123", on_token=announced.append)
    told.commit({SINGLE: b"[1]"}, parent=told.head(), message="m")
    assert announced == []
    assert "hf_secret_0123" not in repr(told)
    assert hub.files(REPO)[SINGLE] == b"[1]"


def test_a_stored_log_in_is_used_for_a_commit(
    hub: RunningHub, store: HubStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`hf auth login` wrote it; no variable is needed then."""
    path = tmp_path / "token"
    path.write_text("hf_stored_0123\n")
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(path))
    announced: list[str] = []
    told = replace(store, on_token=announced.append)
    told.commit({SINGLE: b"[1]"}, parent=told.head(), message="m")
    assert (announced, hub.files(REPO)[SINGLE]) == (["hf_stored_0123"], b"[1]")


@pytest.mark.parametrize(
    ("token", "allowed"), [(WRITE_TOKEN, True), (READ_TOKEN, False), (None, False)]
)
def test_who_may_not_commit_is_told_before_the_work(
    tmp_path: Path, store: HubStore, token: str | None, allowed: bool
) -> None:
    """By the Hub's own word, and with one request."""
    with running_hub(tmp_path / "guarded", settings=SETTINGS) as guarded:
        guarded.create(REPO)
        asked = replace(store, endpoint=guarded.endpoint, token=token)
        with nullcontext() if allowed else pytest.raises(PermissionDeniedError):
            asked.check_write()
        assert [record.operation for record in guarded.requests] == ["auth-check"]


@pytest.mark.parametrize("code", [404, 429, 500, 503])
def test_only_a_refusal_counts_as_one(hub: RunningHub, store: HubStore, code: int) -> None:
    """A Hub that is in trouble, or too old to be asked, says nothing about the commit."""
    hub.faults.always(failures.status(code, "auth-check"))
    store.check_write()
    assert [record.status for record in hub.requests] == [code]


def test_a_trusted_publisher_is_not_asked_before_the_commit(
    hub: RunningHub, store: HubStore
) -> None:
    """Its token is exchanged when it is used."""
    replace(store, keyless=True).check_write()
    assert hub.requests == []


def test_the_public_hub_is_not_asked_what_nobody_may_do(store: HubStore) -> None:
    """Without a token there is nothing to ask, and no request is made."""
    with pytest.raises(PermissionDeniedError, match="no token"):
        replace(store, endpoint=PUBLIC_HUB).check_write()
