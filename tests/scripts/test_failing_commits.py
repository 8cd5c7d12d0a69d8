"""Every way in which a commit can fail: what is published then, and how it ends."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from benchmark.hub import session
from benchmark.localhub import failures
from tests.support import entries
from tests.support.publishers import (
    PUBLISH,
    REPO,
    UPLOAD,
    at,
    call,
    commits,
    every_commit_is_conditional,
    fails_helpfully,
    finish,
    held,
    start,
    submission,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmark.localhub.faults import Fault
    from benchmark.localhub.testing import RunningHub

RUN = entries.run(100)
TRANSIENT: dict[str, Callable[[], Fault]] = {
    "conflict": failures.conflict,
    "busy, the head unmoved": failures.busy,
    "429 RateLimit": lambda: failures.rate_limited(0),
    "429 Retry-After": lambda: failures.retry_after(0),
    "408": lambda: failures.status(408),
    "500": lambda: failures.status(500),
    "502": lambda: failures.status(502),
    "503": lambda: failures.status(503),
    "504": lambda: failures.status(504),
    "dropped": failures.dropped,
    "HTML and 200": failures.html,
    "preupload HTML": lambda: failures.html("preupload"),
    "card check 503": lambda: failures.status(503, "validate-yaml"),
}
APPLIED: dict[str, Callable[[], Fault]] = {
    "dropped": failures.applied_then_dropped,
    "500": lambda: failures.applied_then(500),
    "503": lambda: failures.applied_then(503),
    "504": lambda: failures.applied_then(504),
    "408": lambda: failures.applied_then(408),
    "HTML and 200": failures.applied_then_html,
}
PERMANENT = {400: 65, 413: 65, 422: 65, 401: 77, 403: 77, 404: 77}


@pytest.fixture
def ready(here: Path) -> Path:
    """The working directory, with one run to publish."""
    return submission(here, RUN)


@pytest.mark.parametrize("kind", TRANSIENT)
def test_what_was_not_applied_is_tried_again(hub: RunningHub, ready: Path, kind: str) -> None:
    """Twice in a row, then it goes through, once."""
    hub.faults.next(TRANSIENT[kind](), times=2)
    done = call("publish", "--json")
    assert (done.code, done.json["changed"], done.json["attempts"]) == (0, True, 3), done.said
    assert done.json["single"]["added"] == [RUN.label]
    assert (commits(hub), every_commit_is_conditional(hub)) == (1, True)
    assert (set(held(hub).runs), ready.name) == ({RUN.run_id}, "work")


@pytest.mark.parametrize(
    "fault", [failures.status(503, "preupload"), failures.dropped("preupload")], ids=["503", "cut"]
)
def test_a_failing_preparation_is_got_through(hub: RunningHub, ready: Path, fault: Fault) -> None:
    """Newer clients repeat what comes before a commit by themselves, older ones do not."""
    hub.faults.next(fault, times=2)
    done = call("publish", "--json")
    assert (done.code, done.json["changed"], commits(hub)) == (0, True, 1), done.said
    assert (every_commit_is_conditional(hub), ready.name) == (True, "work")


@pytest.mark.parametrize("kind", APPLIED)
def test_what_was_applied_unheard_is_success(hub: RunningHub, ready: Path, kind: str) -> None:
    """Exactly one commit, reported as this publish's own, whatever the first answer was."""
    hub.faults.next(APPLIED[kind]())
    done = call("publish", "--json")
    assert (done.code, done.json["changed"], commits(hub)) == (0, True, 1), done.said
    assert done.json["single"] == {"added": [RUN.label], "updated": [], "skipped": 0, "total": 1}
    assert done.json["revision"] == hub.head(REPO)
    assert (set(held(hub).runs), ready.name) == ({RUN.run_id}, "work")


def test_applied_unheard_with_another_commit_on_top(hub: RunningHub, ready: Path) -> None:
    """The own commit is found behind somebody else's head."""
    other = entries.run(50, model="other")
    fragment = {"runs/2026-01/other.jsonl": other.canonical + b"\n"}
    hub.faults.always(failures.another_writer(lambda: None))
    hub.faults.next(failures.another_writer(lambda: hub.write(REPO, fragment), "commit"))
    hub.faults.always(failures.applied_then(500))
    done = call("publish", "--json", "--max-attempts", "3")
    assert (done.code, done.json["changed"], commits(hub)) == (0, True, 1), done.said
    assert done.json["single"]["added"] == [RUN.label]
    assert (set(held(hub).runs), ready.name) == ({RUN.run_id, other.run_id}, "work")


@pytest.mark.parametrize("status", PERMANENT)
def test_a_permanent_refusal_stops_at_once(hub: RunningHub, ready: Path, status: int) -> None:
    """One commit request, and what to do about it."""
    hub.faults.always(failures.status(status))
    fails_helpfully(call("publish"), PERMANENT[status])
    assert sum(record.operation == "commit" for record in hub.requests) == 1
    assert (commits(hub), ready.name) == (0, "work")


def test_the_hourly_quota_ends_a_publish_at_once(hub: RunningHub, tmp_path: Path) -> None:
    """The real script: 75 after one commit request, to be run again later."""
    hub.faults.always(failures.quota_used_up())
    done = finish(start(PUBLISH, "--json", cwd=submission(tmp_path / "w", RUN), **at(hub)))
    fails_helpfully(done, 75)
    assert "again in an hour" in done.err
    assert done.json["error"]["type"] == "QuotaError"
    assert sum(record.operation == "commit" for record in hub.requests) == 1


def test_a_conflict_for_ever_ends_at_the_deadline(hub: RunningHub, tmp_path: Path) -> None:
    """The real script: 75, because a token that may only open pull requests is told 412 too."""
    hub.faults.always(failures.conflict())
    options = ("--deadline", "3", "--json")
    done = finish(start(PUBLISH, *options, cwd=submission(tmp_path / "w", RUN), **at(hub)))
    fails_helpfully(done, 75)
    assert done.json["error"]["type"] == "ConflictError"
    assert (commits(hub), held(hub).runs) == (0, {})


@pytest.mark.parametrize("fault", [failures.conflict, failures.busy, failures.dropped])
def test_attempts_are_limited(hub: RunningHub, ready: Path, fault: Callable[[], Fault]) -> None:
    """`--max-attempts 2` is two commit requests, then 75."""
    hub.faults.always(fault())
    fails_helpfully(call("publish", "--max-attempts", "2"), 75)
    assert sum(record.operation == "commit" for record in hub.requests) == 2
    assert (commits(hub), ready.name) == (0, "work")


def test_upload_tries_only_once(hub: RunningHub, ready: Path) -> None:
    """75, so that a caller with a loop of its own decides."""
    hub.faults.next(failures.conflict())
    fails_helpfully(call("upload"), 75)
    assert call("upload").code == 0
    assert (commits(hub), ready.name) == (1, "work")


@pytest.mark.parametrize("operation", ["commit", "preupload", "tree", "info", "resolve"])
def test_a_wait_longer_than_the_deadline_is_not_waited_for(
    hub: RunningHub, ready: Path, operation: str
) -> None:
    """The Hub asks for a day, wherever it is asked for something."""
    hub.create(REPO, {"retractions.jsonl": b""})
    hub.faults.always(failures.rate_limited(86_400, operation))
    fails_helpfully(call("publish", "--deadline", "60"), 75)
    assert (commits(hub), ready.name) == (0, "work")


@contextmanager
def silent_for_commits(hub: RunningHub) -> Iterator[str]:
    """A Hub in front of the hub that passes reads on, and takes a commit without ever answering.

    It yields its URL.
    """
    host, port = hub.endpoint.removeprefix("http://").split(":")
    with socket.create_server((host, 0)) as listener:
        threading.Thread(target=_relay, args=(listener, (host, int(port))), daemon=True).start()
        yield f"http://{host}:{listener.getsockname()[1]}"


def _relay(listener: socket.socket, target: tuple[str, int]) -> None:
    held_open = []
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        upstream = socket.create_connection(target)
        held_open += [client, upstream]
        for pair in ((client, upstream), (upstream, client)):
            threading.Thread(target=_copy, args=pair, daemon=True).start()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    """Until a commit begins: from there on, nothing."""
    while data := source.recv(65_536):
        if b"POST " in data and b"/commit/" in data:
            return
        sink.sendall(data)


def test_a_hub_that_never_answers_a_commit_does_not_hold_a_publish(
    hub: RunningHub, ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time-out on the write ends it: the outcome is unknown, so 75."""
    monkeypatch.setattr(session, "WRITE_TIMEOUT", 0.5)
    with silent_for_commits(hub) as endpoint:
        done = call("publish", "--endpoint", endpoint, "--max-attempts", "2", "--json")
    fails_helpfully(done, 75)
    assert done.json["error"]["type"] == "OutcomeUnknownError"
    assert (commits(hub), ready.name) == (0, "work")


def test_a_hub_that_never_answers_a_read_does_not_hold_a_publish(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It accepts the connection and stays silent: 69."""
    monkeypatch.setattr(session, "READ_TIMEOUT", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}"
        done = call("publish", "--endpoint", endpoint, "--max-attempts", "1")
    fails_helpfully(done, 69)
    assert ready.name == "work"


def test_the_script_that_tries_once_says_how_it_ended(hub: RunningHub, tmp_path: Path) -> None:
    """`upload` as the real script, its answer lost: 75 now, nothing to do the next time."""
    hub.faults.next(failures.applied_then_dropped())
    folder = submission(tmp_path / "w", RUN)
    fails_helpfully(finish(start(UPLOAD, cwd=folder, **at(hub))), 75)
    again = finish(start(UPLOAD, "--json", cwd=folder, **at(hub)))
    assert (again.code, again.json["changed"], commits(hub)) == (0, False, 1)
