"""Servers that want a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.servers import command
from tests.servers.real_server import RealServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers.kinds import Kind
    from tests.servers.runs import Runs

KEY = "s3cret-9f86d081884c7d65-of-this-test"


@pytest.fixture(scope="module")
def guarded(kind: Kind, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """It answers nobody without the key."""
    if not kind.takes_key:
        pytest.skip("it wants no key")
    running = RealServer(kind, tmp_path_factory.mktemp("guarded"), extra=("--api-key", KEY))
    yield running
    running.stop()


@pytest.mark.parametrize(
    ("variable", "options"),
    [
        ("OPENAI_API_KEY", ()),
        ("MY_KEY", ("--header", "Authorization: Bearer $MY_KEY")),
    ],
)
def test_a_key_opens_the_server_and_is_written_nowhere(
    variable: str, options: tuple[str, ...], guarded: RealServer, runs: Runs
) -> None:
    """From the environment, as a bearer token or a field of the user's own."""
    runs.environ[variable] = KEY
    load = ("--workload", runs.workload(32, 8), "--repeats", "4", *options)
    done = runs.run("--base-url", guarded.url, *load)
    assert done.status == 0, done.said
    (entry,) = done.entries
    assert entry["engine"] == guarded.kind.name
    assert entry["metrics"]["error_rate"] == 0
    assert KEY not in f"{done.said}{done.report}"
    written = [file for file in runs.outputs.rglob("*") if file.is_file()]
    assert written
    assert not [file for file in written if KEY.encode() in file.read_bytes()]


@pytest.mark.parametrize("key", [None, "another"])
def test_without_the_key_the_run_ends_with_words(
    key: str | None, guarded: RealServer, runs: Runs
) -> None:
    """Exit code 77, before anything is measured."""
    if key is not None:
        runs.environ["OPENAI_API_KEY"] = key
    done = runs.run("--base-url", guarded.url, "--workload", runs.workload(32, 8))
    assert done.status == 77, done.said
    assert "refuses the key or wants one" in done.said
    assert command.entries(runs.outputs) == []


def test_a_field_that_a_server_does_not_know_changes_nothing(
    server: RealServer, runs: Runs
) -> None:
    """Gateways want such fields; the value is in no file."""
    runs.environ["MY_TEAM"] = KEY
    load = ("--workload", runs.workload(32, 8), "--repeats", "3", "--header", "X-Team: $MY_TEAM")
    done = runs.run("--base-url", server.url, *load)
    assert done.status == 0, done.said
    assert KEY not in f"{done.said}{done.report}{done.entries}"
