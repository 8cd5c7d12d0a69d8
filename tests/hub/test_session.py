"""No request leaves without a time-out, whichever part of the client sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from huggingface_hub import close_session
from huggingface_hub.utils import get_session

from benchmark.hub import session
from benchmark.hub.session import CONNECT_TIMEOUT, READ_TIMEOUT, WRITE_TIMEOUT, bounded_session
from tests.support.publishers import REPO, SINGLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.hub import HubStore
    from benchmark.localhub.testing import RunningHub

Sent = list[tuple[str, dict[str, float | None]]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sent]:
    """(method and path, time-outs) of each request at the lowest level of the transport."""
    close_session()
    log: Sent = []
    transport: Any = type(get_session()._transport)  # noqa: SLF001 - what the client really sends on
    send = transport.handle_request

    def watched(self: object, request: Any) -> Any:
        log.append((f"{request.method} {request.url.path}", dict(request.extensions["timeout"])))
        return send(self, request)

    monkeypatch.setattr(transport, "handle_request", watched)
    yield log
    close_session()


def test_every_request_of_a_read_and_a_commit_is_bounded(
    hub: RunningHub, store: HubStore, sent: Sent
) -> None:
    """The time-outs for reading on GET and HEAD, those for writing on everything else."""
    snapshot = store.read()
    store.commit({SINGLE: b"[1]"}, parent=snapshot.revision, message="m")
    assert store.read().files[SINGLE] == b"[1]"
    paths = {path.split(" ")[1].split("/")[-2] for path, _ in sent if path.startswith("POST")}
    assert paths >= {"preupload", "commit"}
    for path, times in [one for one in sent if REPO in one[0]]:
        wait = READ_TIMEOUT if path.startswith(("GET", "HEAD")) else WRITE_TIMEOUT
        assert times == {
            "connect": CONNECT_TIMEOUT, "pool": CONNECT_TIMEOUT, "read": wait, "write": wait
        }  # fmt: skip
    assert hub.files(REPO)[SINGLE] == b"[1]"


def test_a_session_that_the_client_replaces_is_bounded_too(hub: RunningHub, sent: Sent) -> None:
    """After a connection error it makes itself a new one, in the middle of a commit."""
    bounded_session()
    close_session()
    get_session().get(hub.endpoint + "/api/datasets")
    assert None not in sent[-1][1].values()


def test_a_time_out_that_the_client_sets_itself_is_kept(hub: RunningHub, sent: Sent) -> None:
    """Only what is missing is filled in."""
    bounded_session().get(hub.endpoint + "/api/datasets", timeout=7.0)
    assert set(sent[-1][1].values()) == {7.0}


def test_bounding_twice_is_bounding_once(hub: RunningHub, sent: Sent) -> None:
    """It is done before every use."""
    sessions = [bounded_session() for _ in range(3)]
    hooks = sessions[0].event_hooks["request"]
    sessions[0].get(hub.endpoint + "/api/datasets")
    assert len({id(one) for one in sessions}) == 1
    assert len(hooks) == len(set(hooks))
    assert len(sent) == 1


def test_the_bounds_are_finite_and_longer_than_the_hubs_own() -> None:
    """The Hub itself gives up after 60 s; a commit that it still works on is waited for."""
    assert 0 < session.CONNECT_TIMEOUT <= session.READ_TIMEOUT < 60 < session.WRITE_TIMEOUT < 600
