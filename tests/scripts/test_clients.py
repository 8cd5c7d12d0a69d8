"""The same publish with every supported major of huggingface_hub.

Made with `make test`; set SAGELLM_SKIP_CLIENTS=1 where only the current one is at hand.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmark.localhub import failures
from tests.support import entries
from tests.support.publishers import (
    PUBLISH,
    READ_TOKEN,
    REPO,
    SETTINGS,
    UPLOAD,
    WRONG_TOKEN,
    at,
    commits,
    dataset_hub,
    every_commit_is_conditional,
    fails_helpfully,
    finish,
    held,
    start,
    submission,
)
from tests.support.warm_python import AS_IN_TESTS, warm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.localhub.testing import RunningHub
    from tests.support.publishers import Finished

RUN = entries.run(100)
ENVIRONMENTS = Path(__file__).resolve().parents[2] / ".venvs"
CLIENTS = {"0.36": "hub-0.36", "1": "hub-1", "current": ""}


@pytest.fixture(params=CLIENTS)
def python(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The interpreter that has this major of the client."""
    if not (folder := CLIENTS[request.param]):
        return (sys.executable, "-I")
    path = ENVIRONMENTS / folder / "bin" / "python"
    if not path.exists():
        if os.environ.get("SAGELLM_SKIP_CLIENTS") == "1":
            pytest.skip(f"no {path}, and SAGELLM_SKIP_CLIENTS=1")
        pytest.fail(f"No {path}: run `make test`, or set SAGELLM_SKIP_CLIENTS=1 to go without.")
    return (str(path), "-I")


@pytest.fixture
def large_hub(tmp_path: Path) -> Iterator[RunningHub]:
    """A hub for which every board is too large for a regular file."""
    with dataset_hub(tmp_path / "large", replace(SETTINGS, lfs_threshold=100)) as running:
        yield running


@pytest.fixture
def publish(hub: RunningHub, tmp_path: Path, python: tuple[str, ...]) -> Publish:
    """`publish()` runs the real script with this client."""
    return Publish(hub, submission(tmp_path / "w", RUN), python)


class Publish:
    """A script, a folder with one run, and an interpreter."""

    def __init__(self, hub: RunningHub, folder: Path, python: tuple[str, ...]) -> None:
        self.hub = hub
        self.folder = folder
        self.python = python
        # That one takes an endpoint from the environment only while it is imported.
        self.warm = python if CLIENTS["0.36"] in python[0] else (warm(python[0], **AS_IN_TESTS),)

    def __call__(self, *options: str, script: str = PUBLISH, token: str | None = None) -> Finished:
        """Run it to its end."""
        environment = at(self.hub) if token is None else at(self.hub, token)
        words = ("--json", *options)
        return finish(start(script, *words, cwd=self.folder, python=self.warm, **environment))


def test_each_environment_holds_the_client_it_is_named_for(python: tuple[str, ...]) -> None:
    """Else the other tests here would test the current one three times."""
    ask = "import huggingface_hub; print(huggingface_hub.__version__)"
    version = subprocess.run([*python, "-c", ask], check=True, capture_output=True, text=True)
    folder = Path(python[0]).parents[1].name
    wanted = folder.removeprefix("hub-") if folder in CLIENTS.values() else ""
    assert version.stdout.startswith(wanted)
    assert wanted or version.stdout.split(".")[0] not in {"0", "1"}


def test_every_client_publishes(hub: RunningHub, publish: Publish) -> None:
    """One commit on the head, and nothing to do the second time."""
    first, again = publish(), publish()
    assert (first.code, first.json["changed"], first.json["attempts"]) == (0, True, 1), first.said
    assert (again.code, again.json["changed"]) == (0, False)
    assert (commits(hub), every_commit_is_conditional(hub)) == (1, True)
    assert set(held(hub).runs) == {RUN.run_id}


def test_every_client_tries_again_after_a_conflict(hub: RunningHub, publish: Publish) -> None:
    """Another writer was first: its run is kept."""
    other = entries.run(50, model="other")
    fragment = {"runs/2026-01/other.jsonl": other.canonical + b"\n"}
    hub.faults.next(failures.another_writer(lambda: hub.write(REPO, fragment)))
    done = publish()
    assert (done.code, done.json["attempts"]) == (0, 2), done.said
    assert set(held(hub).runs) == {RUN.run_id, other.run_id}
    assert (commits(hub), every_commit_is_conditional(hub)) == (1, True)


def test_every_client_finds_what_was_applied_unheard(hub: RunningHub, publish: Publish) -> None:
    """The connection drops after the commit: success, and one commit."""
    hub.faults.next(failures.applied_then_dropped())
    done = publish()
    assert (done.code, done.json["changed"], commits(hub)) == (0, True, 1), done.said
    assert done.json["single"]["added"] == [RUN.label]


def test_every_client_gets_through_failing_reads(hub: RunningHub, publish: Publish) -> None:
    """5 % of everything that is read fails, and the first of each kind for certain."""
    for operation in ("info", "tree", "resolve"):
        hub.faults.next(failures.status(503, operation))
        hub.faults.sometimes(failures.status(503, operation), 0.05)
    hub.write(REPO, {"runs/2026-01/a.jsonl": entries.run(1).canonical + b"\n"})
    done = publish()
    assert (done.code, done.json["changed"]) == (0, True), done.said
    assert len(held(hub).runs) == 2


def test_every_client_is_told_that_it_may_not_write(hub: RunningHub, publish: Publish) -> None:
    """A wrong token, one that may only read, and none at all."""
    head = hub.head(REPO)
    for token in (WRONG_TOKEN, READ_TOKEN, ""):
        fails_helpfully(publish(token=token), 77)
    assert hub.head(REPO) == head


def test_every_client_takes_the_endpoint_as_an_option(hub: RunningHub, publish: Publish) -> None:
    """Without HF_ENDPOINT in the environment, in one attempt."""
    environment = {name: value for name, value in at(hub).items() if name != "HF_ENDPOINT"}
    options = ("--endpoint", hub.endpoint, "--json")
    done = finish(start(UPLOAD, *options, cwd=publish.folder, python=publish.warm, **environment))
    assert (done.code, commits(hub)) == (0, 1), done.said
    assert done.json["changed"] is True


def test_every_client_publishes_what_is_too_large_for_a_regular_file(
    large_hub: RunningHub, publish: Publish
) -> None:
    """By Xet, with hf-xet as it comes. The next reads it again."""
    publish.hub = large_hub
    first, again = publish(), publish()
    assert (first.code, first.json["changed"], first.json["attempts"]) == (0, True, 1), first.said
    assert (again.code, again.json["changed"]) == (0, False)
    assert set(held(large_hub).runs) == {RUN.run_id}
    asked = {record.operation for record in large_hub.requests}
    assert asked & {"xet-shard", "lfs-upload"} == {"xet-shard"}


def test_every_client_is_told_at_once_that_the_hub_lacks_xet(
    large_hub: RunningHub, publish: Publish
) -> None:
    """Nothing was written, so nothing was lost; trying again could not help."""
    large_hub.faults.always(failures.status(404, "xet-token"))
    publish.hub = large_hub
    done = publish()
    fails_helpfully(done, 65)
    assert "has no Xet storage (404)" in done.said
    assert "HF_HUB_DISABLE_XET=1" in done.said
    asked = [record.operation for record in large_hub.requests]
    assert (asked.count("xet-token"), asked.count("commit")) == (1, 0)


def test_every_client_bounds_every_request(publish: Publish) -> None:
    """Read from the inside: no request of any kind leaves without a time-out."""
    done = subprocess.run(
        [*publish.python, str(Path(__file__).with_name("count_timeouts.py")), str(publish.folder)],
        env={**os.environ, **at(publish.hub)}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    requests = [line.split() for line in done.stdout.splitlines() if line.startswith("SENT ")]
    assert {method for _, method, *_ in requests} >= {"GET", "POST"}
    assert all("None" not in times for _, _, *times in requests)
