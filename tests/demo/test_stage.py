"""What the demo's processes get, and that none of them outlives it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, cast

import psutil
import pytest

from benchmark.demo.processes import processes
from benchmark.demo.stage import environment, with_users_hub
from benchmark.errors import BenchmarkError

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

    from benchmark.demo.processes import Processes

USERS = {
    "PATH": "/usr/bin",
    "HF_TOKEN": "hf_mine",
    "HF_HOME": "/home/me/cache",
    "GITHUB_REF_NAME": "release",
    "GIT_DIR": "/elsewhere",
    "PYTHONPATH": "/elsewhere",
    "no_proxy": "intranet",
}


def follow(started: Processes, cwd: Path, *argv: str) -> list[str]:
    """Run a program to its end; what it printed."""
    printed: list[str] = []
    process = started.start(argv, cwd=cwd, env=os.environ)
    started.finish(process, cast("IO[str]", process.stdout), printed.append)
    return printed


def test_commands_do_not_get_the_users_token_nor_what_would_steer_them(tmp_path: Path) -> None:
    """A runner's branch name or a hook's GIT_DIR would make them work elsewhere."""
    env = environment(USERS, tmp_path)
    assert not env.keys() & {"HF_TOKEN", "GITHUB_REF_NAME", "GIT_DIR", "PYTHONPATH"}
    assert env["HF_HOME"] == str(tmp_path / "hf_home")


def test_loopback_is_reached_without_a_proxy(tmp_path: Path) -> None:
    """What the user excluded stays excluded."""
    assert environment(USERS, tmp_path)["NO_PROXY"] == "intranet,127.0.0.1"


def test_a_download_gets_the_users_own_hub_settings(tmp_path: Path) -> None:
    """Their cache, and their token for a gated model."""
    env = with_users_hub(environment(USERS, tmp_path), USERS)
    assert env["HF_HOME"] == "/home/me/cache"
    assert env["HF_TOKEN"] == "hf_mine"
    assert "HF_HUB_DISABLE_TELEMETRY" not in env


def test_leaving_the_block_ends_processes_and_what_they_started(tmp_path: Path) -> None:
    """Even one that ignores the polite request."""
    script = "trap '' TERM; sleep 600 & echo $!; wait; sleep 600"
    with processes() as started:
        child = started.start(["sh", "-c", script], cwd=tmp_path, env=os.environ)
        child_and_grandchild = [
            psutil.Process(child.pid),
            psutil.Process(int(cast("IO[str]", child.stdout).readline())),
        ]
    _, alive = psutil.wait_procs(child_and_grandchild, timeout=30)
    assert alive == []


def test_a_command_that_fails_is_named_with_its_last_words(tmp_path: Path) -> None:
    """The user sees which one, how it ended and why."""
    code = "print('first'); print('no space left'); raise SystemExit(3)"
    with processes() as started, pytest.raises(BenchmarkError, match="status 3: no space left"):
        follow(started, tmp_path, sys.executable, "-c", code)


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    """No traceback for a missing git."""
    with processes() as started, pytest.raises(BenchmarkError, match="Cannot start no-such"):
        follow(started, tmp_path, "no-such-program")
