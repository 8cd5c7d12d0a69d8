"""Each fault does to a request what its name says, and only when it was asked to."""

from __future__ import annotations

from http.client import HTTPException, IncompleteRead, RemoteDisconnected
from typing import TYPE_CHECKING

import pytest

from benchmark.localhub import failures
from benchmark.localhub.faults import Faults
from benchmark.localhub.testing import running_hub
from tests.localhub.wire import REPO, ask

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmark.localhub.faults import Fault
    from benchmark.localhub.testing import RunningHub
    from tests.localhub.wire import Answer

INFO = f"/api/datasets/{REPO}"
FILE = f"/datasets/{REPO}/resolve/main/a"


@pytest.mark.parametrize(
    ("fault", "status", "applied"),
    [
        (failures.status(500), 500, False),
        (failures.status(503), 503, False),
        (failures.status(504), 504, False),
        (failures.applied_then(500), 500, True),
        (failures.applied_then(503), 503, True),
        (failures.quota_used_up(), 429, False),
        (failures.rate_limited(3), 429, False),
        (failures.retry_after(3), 429, False),
        (failures.busy(), 409, False),
        (failures.conflict(), 412, False),
        (failures.html(), 200, False),
        (failures.applied_then_html(), 200, True),
        (failures.latency(0.001), 200, True),
        (failures.slow_answer(0.001), 200, True),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_a_fault_answers_and_applies_as_it_says(
    hub: RunningHub, commit: Callable[..., Answer], *, fault: Fault, status: int, applied: bool
) -> None:
    """The status is sent, the commit is there or not, and the next request is healthy."""
    hub.faults.next(fault)
    before = hub.head(REPO)
    assert commit({"a": b"1"}).status == status
    assert (hub.head(REPO) != before) == applied
    assert (commit({"b": b"1"}).status, hub.faults.fired) == (200, [fault.name])


@pytest.mark.parametrize(
    ("fault", "applied"), [(failures.dropped(), False), (failures.applied_then_dropped(), True)]
)
def test_a_dropped_connection_has_no_answer(
    hub: RunningHub, commit: Callable[..., Answer], *, fault: Fault, applied: bool
) -> None:
    """The client sees the connection go, whatever has happened to its commit."""
    hub.faults.next(fault)
    with pytest.raises((RemoteDisconnected, ConnectionError)):
        commit({"a": b"1"})
    assert (len(hub.log(REPO)) == 2) == applied
    assert hub.requests[-1].status == 499


def test_a_refused_commit_keeps_its_refusal(hub: RunningHub, commit: Callable[..., Answer]) -> None:
    """`applied then …` must not hide that nothing was applied."""
    hub.faults.always(failures.applied_then(503))
    assert commit({"a": b"1"}, "f" * 40).status == 412


def test_the_quota_answer_is_the_one_seen_in_the_field(
    hub: RunningHub, commit: Callable[..., Answer]
) -> None:
    """Its RateLimit header describes another quota: a client must not believe it."""
    hub.faults.next(failures.quota_used_up())
    answer = commit({"a": b"1"})
    assert answer.headers["ratelimit"] == '"api";r=949;t=271'
    assert "128 per hour" in answer.json["error"]


def test_a_truncated_download_announces_more_than_it_sends(hub: RunningHub) -> None:
    """The length is the whole file's, the body is half of it."""
    hub.write(REPO, {"a": b"0123456789"})
    hub.faults.next(failures.truncated())
    with pytest.raises(IncompleteRead) as caught:
        ask(hub.endpoint, "GET", FILE)
    assert caught.value.partial == b"01234"
    assert ask(hub.endpoint, "GET", FILE).body == b"0123456789"


def test_head_and_get_of_a_download_fail_apart(hub: RunningHub) -> None:
    """A fault may concern one method only."""
    hub.write(REPO, {"a": b"1"})
    hub.faults.always(failures.unavailable("HEAD"))
    assert ask(hub.endpoint, "HEAD", FILE).status == 503
    assert ask(hub.endpoint, "GET", FILE).status == 200


def test_a_stale_head_is_an_older_commit_for_so_many_reads(
    hub: RunningHub, commit: Callable[..., Answer]
) -> None:
    """Afterwards the head is the head again; committing was never affected."""
    commit({"a": b"1"})
    commit({"a": b"2"})
    log = [item.sha for item in hub.log(REPO)]
    hub.faults.next(failures.stale_head(behind=2), times=2)
    seen = [ask(hub.endpoint, "GET", INFO).json["sha"] for _ in range(3)]
    assert seen == [log[0], log[0], log[2]]


def test_another_writer_makes_a_read_old_at_once(
    hub: RunningHub, commit: Callable[..., Answer]
) -> None:
    """Between the read and the commit somebody was first."""
    hub.faults.next(failures.another_writer(lambda: hub.write(REPO, {"b": b"1"})))
    parent = ask(hub.endpoint, "GET", INFO).json["sha"]
    assert commit({"a": b"1"}, parent).status == 412
    assert commit({"a": b"1"}, hub.head(REPO)).status == 200
    assert [item.over_http for item in hub.log(REPO)] == [False, False, True]


def test_scripted_faults_queue_and_others_come_on_top(
    hub: RunningHub, commit: Callable[..., Answer]
) -> None:
    """One request meets one scripted fault; `always` is not used up."""
    hub.faults.next(failures.busy()).next(failures.conflict()).always(failures.latency(0))
    assert [commit({"a": b"1"}).status for _ in range(3)] == [409, 412, 200]
    assert hub.faults.fired == ["409", "latency", "412", "latency", "latency"]
    hub.faults.clear()
    assert commit({"b": b"1"}).status == 200
    assert len(hub.faults.fired) == 5


def test_the_same_seed_gives_the_same_faults(tmp_path: Path) -> None:
    """A failing run can be repeated."""

    def statuses(seed: int, name: str) -> list[int]:
        faults = Faults(seed).sometimes(failures.status(503, "info"), 0.5)
        with running_hub(tmp_path / name, faults=faults) as hub:
            hub.create(REPO)
            return [ask(hub.endpoint, "GET", INFO).status for _ in range(20)]

    first = statuses(1, "a")
    assert first == statuses(1, "b")
    assert set(first) == {200, 503}
    assert first != statuses(2, "c")


def test_the_log_tells_which_commits_were_conditional_and_which_empty(
    hub: RunningHub, commit: Callable[..., Answer]
) -> None:
    """This is what a test about publishing asks for."""
    parent = hub.head(REPO)
    commit({"a": b"1"}, parent)
    commit({"a": b"1"})
    log = hub.log(REPO)
    assert [item.parent_commit for item in log] == [None, parent, None]
    assert [item.is_empty for item in log] == [False, False, True]


def test_a_hub_that_has_stopped_listens_no_more(tmp_path: Path) -> None:
    """The port is free when the block ends."""
    with running_hub(tmp_path) as hub:
        endpoint = hub.endpoint
    with pytest.raises((ConnectionError, HTTPException)):
        ask(endpoint, "GET", "/api/datasets")
