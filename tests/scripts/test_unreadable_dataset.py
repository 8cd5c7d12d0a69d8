"""A reader that cannot read changes nothing, says why, and ends with the right code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmark.canonical import digest
from benchmark.leaderboard import encode, encode_lines
from benchmark.localhub import failures
from tests.support import entries
from tests.support.publishers import (
    AGGREGATE,
    PUBLISH,
    REPO,
    SINGLE,
    WRITE_TOKEN,
    at,
    call,
    fails_helpfully,
    fingerprint,
    finish,
    start,
    submission,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmark.localhub.faults import Fault
    from benchmark.localhub.testing import RunningHub

FRAGMENT = "runs/2026-01/written-by-somebody.jsonl"
REMOTE_FILES = (SINGLE, FRAGMENT, "retractions.jsonl")
WRECKS = {
    "truncated": encode([entries.run(100)])[:200],
    "html": b"<!doctype html><html><body>Sign in</body></html>",
    "NaN": b'[{"metrics": {"ttft_ms": NaN}}]',
    "no array, no lines": b'"entries"',
    "not UTF-8": b'[{"entry_id": "\xff\xfe"}]',
    "members are no objects": b"[1]",
    "duplicate key": b'[{"a": 1, "a": 2}]',
}
UNREACHABLE: dict[str, Callable[[], Fault]] = {
    "head 503": lambda: failures.status(503, "info"),
    "head HTML": lambda: failures.html("info"),
    "head dropped": lambda: failures.dropped("info"),
    "tree 500": lambda: failures.status(500, "tree"),
    "tree dropped": lambda: failures.dropped("tree"),
    "tree HTML": lambda: failures.html("tree"),
    "file 503": failures.unavailable,
    "file 404 though it is listed": lambda: failures.status(404, "resolve"),
    "file HTML": lambda: failures.html("resolve"),
    "file truncated": failures.truncated,
}
VERBS = pytest.mark.parametrize("verb", ["publish", "aggregate"])


@pytest.fixture
def prepared(here: Path) -> Path:
    """A working directory with something to publish, and something to aggregate."""
    entries.write(here / "outputs" / "cpu", "Q1_leaderboard.json", entries.run(140, model="new"))
    return submission(here, entries.run(150))


@VERBS
@pytest.mark.parametrize("path", REMOTE_FILES)
@pytest.mark.parametrize("wreck", WRECKS)
def test_a_wrecked_remote_file_stops_everything(
    hub: RunningHub, prepared: Path, verb: str, path: str, wreck: str
) -> None:
    """65, the file and the place in it named, the dataset and the data folder as they were."""
    head = hub.create(REPO, {path: WRECKS[wreck]})
    before = fingerprint(prepared)
    done = call(verb, "--json")
    fails_helpfully(done, 65)
    assert {item["file"] for item in done.json["rejected"]} == {path}
    assert all(item["path"].startswith("$") for item in done.json["rejected"])
    assert path in done.err
    assert "earlier revision" in done.err
    assert (hub.head(REPO), fingerprint(prepared)) == (head, before)


@VERBS
def test_an_empty_leaderboard_file_is_not_an_empty_leaderboard(
    hub: RunningHub, prepared: Path, verb: str
) -> None:
    """Zero bytes are no JSON array."""
    head, before = hub.create(REPO, {SINGLE: b""}), fingerprint(prepared)
    fails_helpfully(call(verb), 65)
    assert (hub.head(REPO), fingerprint(prepared)) == (head, before)


@VERBS
@pytest.mark.parametrize("kept", [0, 1])
def test_a_fragment_that_lost_whole_lines_is_noticed(
    hub: RunningHub, prepared: Path, verb: str, kept: int
) -> None:
    """Its name says what its content was; going on would forget the runs that are gone."""
    whole = encode_lines([entries.run(100 + index) for index in range(3)])
    rest = b"".join(whole.splitlines(keepends=True)[:kept])
    head = hub.create(REPO, {f"runs/2026-01/{digest(whole)}.jsonl": rest})
    before = fingerprint(prepared)
    fails_helpfully(call(verb), 65)
    assert (hub.head(REPO), fingerprint(prepared)) == (head, before)


@VERBS
@pytest.mark.parametrize("fault", UNREACHABLE)
def test_a_hub_that_cannot_be_read_stops_everything(
    hub: RunningHub, prepared: Path, verb: str, fault: str
) -> None:
    """69, and nothing is written here or there: not being read never means being empty."""
    head = hub.create(REPO, {SINGLE: encode([entries.run(100)])})
    hub.faults.always(UNREACHABLE[fault]())
    before = fingerprint(prepared)
    done = call(verb, "--json")
    fails_helpfully(done, 69)
    assert (done.json["error"]["exit_code"], done.json["rejected"]) == (69, [])
    assert hub.endpoint in done.err or REPO in done.err
    assert (hub.head(REPO), fingerprint(prepared)) == (head, before)


@pytest.mark.parametrize("operation", ["info", "tree", "resolve"])
@pytest.mark.parametrize("how", ["503", "dropped"])
def test_what_fails_is_asked_for_five_times(
    hub: RunningHub, prepared: Path, operation: str, how: str
) -> None:
    """A client that repeats some requests by itself would take minutes to say so."""
    hub.create(REPO, {SINGLE: encode([entries.run(100)])})
    dropped = how == "dropped"
    hub.faults.always(failures.dropped(operation) if dropped else failures.status(503, operation))
    assert call("aggregate").code == 69
    assert sum(record.operation == operation for record in hub.requests) == 5
    assert (prepared / "hf_data").exists()


@pytest.mark.parametrize("script", [PUBLISH, AGGREGATE])
def test_nobody_listening_stops_the_script(prepared: Path, script: str) -> None:
    """The real script in a process of its own, and a port that refuses."""
    before = fingerprint(prepared)
    environment = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_TOKEN": WRITE_TOKEN}
    options = ["--max-attempts", "1"] if script == PUBLISH else []
    done = finish(start(script, "--json", *options, cwd=prepared, **environment))
    fails_helpfully(done, 69)
    assert "http://127.0.0.1:9" in done.err
    assert "HF_ENDPOINT" in done.err
    assert done.json["error"]["type"] == "HubUnreachableError"
    assert fingerprint(prepared) == before


@pytest.mark.parametrize("script", [PUBLISH, AGGREGATE])
def test_a_wrecked_remote_file_stops_the_script(
    hub: RunningHub, prepared: Path, script: str
) -> None:
    """The real script in a process of its own."""
    head, before = hub.create(REPO, {SINGLE: WRECKS["NaN"]}), fingerprint(prepared)
    done = finish(start(script, cwd=prepared, **at(hub)))
    fails_helpfully(done, 65)
    assert "$[0].metrics.ttft_ms" in done.err
    assert (hub.head(REPO), fingerprint(prepared)) == (head, before)


@VERBS
def test_a_dataset_that_is_not_there_is_named(hub: RunningHub, prepared: Path, verb: str) -> None:
    """77: a wrong name, and a private dataset, look the same from outside."""
    before = fingerprint(prepared)
    done = call(verb, "--hf-repo", "lab/misspelt")
    fails_helpfully(done, 77)
    assert "lab/misspelt" in done.err
    assert fingerprint(prepared) == before
    assert hub.files(REPO).keys() == {".gitattributes"}


def test_offline_aggregates_while_the_hub_is_down(here: Path) -> None:
    """What is here is merged and written; the next publish ranks it against everything."""
    run = entries.run(100)
    entries.write(here / "outputs", "Q1_leaderboard.json", run)
    done = call("aggregate", "--offline", "--endpoint", "http://127.0.0.1:9", "--json")
    assert (done.code, done.json["revision"], done.json["changed"]) == (0, None, True)
    assert (here / "hf_data" / SINGLE).read_bytes() == encode([run])


def test_a_slowed_down_reader_gives_up_for_now(hub: RunningHub, prepared: Path) -> None:
    """429 on every read is 75: the data is fine and so is the Hub."""
    hub.faults.always(failures.retry_after(0, "info"))
    before = fingerprint(prepared)
    done = call("publish", "--deadline", "0")
    fails_helpfully(done, 75)
    assert "429" in done.err
    assert fingerprint(prepared) == before
