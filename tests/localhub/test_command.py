"""`sagellm-benchmark hub` as people start it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from benchmark.commands.hub import TOKENS_VARIABLE, command
from benchmark.errors import UsageError
from tests.localhub.wire import ask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

RUN = "from benchmark.commands.hub import command; command()"
WITHOUT_EXTRA = """
import sys
for name in ("starlette", "uvicorn", "dulwich"):
    sys.modules[name] = None
from benchmark.commands.hub import command
from benchmark.errors import UsageError
try:
    command(standalone_mode=False)
except UsageError as error:
    print(error.hint)
"""
TOKEN = "hf_command_0123456789"


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """`start(*arguments, tokens="")`: the command in a process of its own, gone after the test."""
    processes: list[subprocess.Popen[str]] = []

    def run(*arguments: str, tokens: str = "") -> subprocess.Popen[str]:
        command_line = [sys.executable, "-c", RUN, "--port", "0", *arguments]
        environment = {"PATH": "/usr/bin:/bin", TOKENS_VARIABLE: tokens}
        processes.append(
            subprocess.Popen(command_line, stderr=subprocess.PIPE, text=True, env=environment)
        )
        return processes[-1]

    yield run
    for process in processes:
        process.kill()
        process.communicate()


def endpoint_of(process: subprocess.Popen[str]) -> str:
    """The address that it prints."""
    assert process.stderr
    lines = iter(process.stderr.readline, "")
    found = (re.search(r"export HF_ENDPOINT=(\S+)", line) for line in lines)
    return next(match[1] for match in found if match)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_once_it_says_so_and_stops_cleanly(
    tmp_path: Path, number: signal.Signals, start: Callable[..., subprocess.Popen[str]]
) -> None:
    """The printed endpoint works at once, and a signal is the normal end."""
    process = start("--root", str(tmp_path / "root"), "--create", "lab/a", "--create", "lab/b")
    listing = ask(endpoint_of(process), "GET", "/api/datasets").json
    process.send_signal(number)
    _, log = process.communicate(timeout=30)
    assert [item["id"] for item in listing] == ["lab/a", "lab/b"]
    assert (process.returncode, "Traceback" in log) == (0, False)


def test_it_serves_the_same_data_after_a_restart(
    tmp_path: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    """Creating an existing dataset is fine and changes nothing."""
    heads = []
    for _ in range(2):
        process = start("--root", str(tmp_path), "--create", "lab/a")
        heads.append(ask(endpoint_of(process), "GET", "/api/datasets/lab/a").json["sha"])
        process.terminate()
        process.communicate(timeout=30)
    assert heads[0] == heads[1]


def test_each_write_is_one_line_without_the_token(
    tmp_path: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    """Refused or not; reads are not logged."""
    process = start("--root", str(tmp_path), "--create", "lab/a", tokens=f"write {TOKEN}")
    endpoint = endpoint_of(process)
    body = b'{"key":"header","value":{"summary":"x"}}\n'
    for header in ({}, {"authorization": f"Bearer {TOKEN}"}):
        ask(endpoint, "POST", "/api/datasets/lab/a/commit/main", body, **header)
    ask(endpoint, "GET", "/api/datasets/lab/a")
    process.terminate()
    _, log = process.communicate(timeout=30)
    written = [line for line in log.splitlines() if " commit " in line]
    assert re.fullmatch(r"200 commit lab/a@main [0-9a-f]{8}", written[1])
    assert (written[0], len(written), TOKEN in log) == ("401 commit lab/a@main", 2, False)


@pytest.mark.parametrize("host", ["::", "192.0.2.1", "example.org"])
def test_it_does_not_let_a_network_write_by_accident(tmp_path: Path, host: str) -> None:
    """Beyond this machine it wants tokens or an explicit word."""
    arguments = ["--root", str(tmp_path / "root"), "--host", host]
    with pytest.raises(UsageError, match="Without tokens") as caught:
        command.main(arguments, standalone_mode=False)
    assert "--allow-anonymous-writes" in caught.value.hint


def test_a_taken_port_is_explained(
    tmp_path: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    """The hint says what to do."""
    process = start("--root", str(tmp_path))
    port = endpoint_of(process).rpartition(":")[2]
    with pytest.raises(UsageError, match="Cannot listen"):
        command.main(["--root", str(tmp_path), "--port", port], standalone_mode=False)


def test_a_token_file_without_a_token_is_refused(tmp_path: Path) -> None:
    """An empty file must not silently mean that everybody may write."""
    empty = tmp_path / "tokens"
    empty.write_text("# nothing yet\n", "utf-8")
    with pytest.raises(UsageError, match="has no token"):
        command.main(["--root", str(tmp_path), "--token-file", str(empty)], standalone_mode=False)


def test_no_option_takes_a_token() -> None:
    """What is on a command line is visible to every user of the machine."""
    assert {option for item in command.params for option in item.opts if "token" in option} == {
        "--token-file"
    }


def test_help_needs_no_extra_and_running_names_it(tmp_path: Path) -> None:
    """Without starlette, uvicorn and dulwich the help works, and the error says how to get them."""
    for arguments, expected in (
        (["--help"], "Serve datasets"),
        (["--root", str(tmp_path)], 'pip install "sagellm-benchmark[hub]"'),
    ):
        done = subprocess.run(
            [sys.executable, "-c", WITHOUT_EXTRA, *arguments],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert expected in done.stdout


def test_a_bad_dataset_name_is_a_usage_error(tmp_path: Path) -> None:
    """Before anything is served."""
    result = CliRunner().invoke(command, ["--root", str(tmp_path), "--create", "../x"])
    assert isinstance(result.exception, UsageError)
