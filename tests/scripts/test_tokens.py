"""Who may write, what the others are told, and where a token never turns up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmark.localhub.app import refusal
from benchmark.localhub.faults import Fault
from benchmark.localhub.problems import HubError
from tests.support import entries
from tests.support.publishers import (
    AGGREGATE,
    PUBLISH,
    READ_TOKEN,
    REPO,
    SINGLE,
    UPLOAD,
    WRITE_TOKEN,
    WRONG_TOKEN,
    at,
    authorizations,
    call,
    fails_helpfully,
    finish,
    held,
    start,
    submission,
)

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.responses import Response

    from benchmark.localhub.call import Call
    from benchmark.localhub.faults import Proceed
    from benchmark.localhub.testing import RunningHub

READS = {"info", "tree", "resolve"}


@pytest.fixture
def private(hub: RunningHub) -> RunningHub:
    """The hub, whose dataset is shown only to those who send a token it knows."""

    async def act(call: Call, proceed: Proceed) -> Response:
        if call.record.operation in READS and call.who is None:
            return refusal(HubError(401, "Invalid username or password."))
        return await proceed()

    hub.faults.always(Fault("*", "private", act))
    return hub


@pytest.mark.parametrize("script", [PUBLISH, UPLOAD])
@pytest.mark.parametrize("token", ["", WRONG_TOKEN, READ_TOKEN], ids=["none", "wrong", "read-only"])
def test_who_may_not_write_changes_nothing(
    hub: RunningHub, tmp_path: Path, script: str, token: str
) -> None:
    """77 and what kind of token is needed, from the real script."""
    head = hub.head(REPO)
    folder = submission(tmp_path / "work", entries.run(100))
    done = finish(start(script, "--json", cwd=folder, **at(hub, token)))
    fails_helpfully(done, 77)
    assert "HF_TOKEN" in done.err
    assert (done.json["error"]["exit_code"], hub.head(REPO)) == (77, head)


def test_without_a_token_the_message_speaks_of_none(hub: RunningHub, here: Path) -> None:
    """Who gave no token must not go looking for what is wrong with it."""
    submission(here, entries.run(100))
    assert hub.head(REPO)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("HF_TOKEN")
        done = call("publish")
    fails_helpfully(done, 77)
    assert "no token" in done.err.lower()


@pytest.mark.parametrize("script", [PUBLISH, UPLOAD])
def test_where_nothing_is_new_no_token_is_needed(
    hub: RunningHub, tmp_path: Path, script: str
) -> None:
    """Nothing has to be written."""
    folder = submission(tmp_path / "work", entries.run(100))
    assert finish(start(PUBLISH, cwd=folder, **at(hub))).code == 0
    done = finish(start(script, "--json", cwd=folder, **at(hub, "")))
    assert (done.code, done.json["changed"]) == (0, False)


@pytest.mark.parametrize("runner", ["", "true"], ids=["terminal", "GitHub runner"])
def test_a_job_asks_whether_it_may_write_before_it_reads(
    hub: RunningHub, tmp_path: Path, runner: str
) -> None:
    """There it is what the job is for; at a terminal the commit tells, if there is one."""
    folder = submission(tmp_path / "work", entries.run(100))
    finish(start(PUBLISH, cwd=folder, GITHUB_ACTIONS=runner, **at(hub)))
    first = hub.requests[0].operation
    assert first == ("auth-check" if runner else "info")


@pytest.mark.parametrize("token", ["", WRONG_TOKEN], ids=["none", "wrong"])
def test_aggregating_needs_no_token_and_minds_no_wrong_one(
    hub: RunningHub, tmp_path: Path, token: str
) -> None:
    """A public dataset is read without one, so a wrong one cannot hurt."""
    (tmp_path / "work").mkdir()
    done = finish(start(AGGREGATE, "--json", cwd=tmp_path / "work", **at(hub, token)))
    assert (done.code, done.json["revision"]) == (0, hub.head(REPO))


def test_reading_sends_no_token_even_where_there_is_one(hub: RunningHub, here: Path) -> None:
    """Only what writes carries the token."""
    seen = authorizations(hub)
    submission(here, entries.run(100))
    assert (call("publish").code, call("publish").code, call("aggregate").code) == (0, 0, 0)
    assert {header for operation, header in seen if operation in READS} == {""}
    assert {header for operation, header in seen if operation == "commit"} == {
        f"Bearer {WRITE_TOKEN}"
    }


def test_a_private_dataset_is_read_with_the_token(private: RunningHub, here: Path) -> None:
    """The token is tried once the anonymous reader was refused."""
    submission(here, entries.run(100))
    done = call("publish", "--json")
    assert (done.code, done.json["changed"]) == (0, True)
    assert next(record.status for record in private.requests if record.operation in READS) == 401
    assert call("aggregate").code == 0
    assert len(held(private).runs) == 1


@pytest.mark.parametrize("verb", ["publish", "aggregate"])
@pytest.mark.parametrize("token", [None, WRONG_TOKEN])
def test_a_private_dataset_stays_private(
    private: RunningHub, here: Path, monkeypatch: pytest.MonkeyPatch, verb: str, token: str | None
) -> None:
    """77, the data folder as it was."""
    submission(here, entries.run(100))
    monkeypatch.delenv("HF_TOKEN") if token is None else monkeypatch.setenv("HF_TOKEN", token)
    before = (here / "hf_data" / SINGLE).read_bytes()
    fails_helpfully(call(verb), 77)
    assert (here / "hf_data" / SINGLE).read_bytes() == before
    assert private.head(REPO)


@pytest.mark.parametrize("runner", ["", "true"], ids=["terminal", "GitHub runner"])
def test_a_server_that_repeats_the_token_does_not_get_it_printed(
    hub: RunningHub, here: Path, monkeypatch: pytest.MonkeyPatch, runner: str
) -> None:
    """Not in a message, not in an annotation."""

    async def act(call: Call, _proceed: Proceed) -> Response:
        return refusal(HubError(400, "You sent " + call.request.headers["authorization"]))

    hub.faults.always(Fault("commit", "repeats the token", act))
    monkeypatch.setenv("GITHUB_ACTIONS", runner)
    submission(here, entries.run(100))
    done = call("publish", "--json")
    assert (done.code, WRITE_TOKEN in done.said) == (65, False)
    assert "***" in done.out


@pytest.mark.parametrize("blank", ["\n", " ", "\r\n"], ids=repr)
def test_a_blank_behind_the_token_is_not_part_of_it(
    hub: RunningHub, here: Path, monkeypatch: pytest.MonkeyPatch, blank: str
) -> None:
    """A secret pasted with its line break works, and is not shown in an error."""
    monkeypatch.setenv("HF_TOKEN", WRITE_TOKEN + blank)
    submission(here, entries.run(100))
    done = call("publish", "--json", "--max-attempts", "1")
    assert WRITE_TOKEN not in done.said
    assert (done.code, len(held(hub).runs)) == (0, 1)


def test_a_token_that_no_header_can_carry_is_refused_at_once(
    hub: RunningHub, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was sent, so there is no unknown outcome and nothing to try again."""
    monkeypatch.setenv("HF_TOKEN", WRITE_TOKEN.replace("_write", "_write\n"))
    submission(here, entries.run(100))
    done = call("publish", "--json", "--max-attempts", "2")
    assert WRITE_TOKEN[-16:] not in done.said
    fails_helpfully(done, 77)
    assert held(hub).runs == {}
