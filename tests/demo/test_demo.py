"""The whole demo, as a user starts it, with a smaller model."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from pathlib import Path

DEMO = (sys.executable, "-I", "-m", "benchmark.demo")
TIMEOUT = 300


def start(folder: Path, *words: str, **env: str) -> subprocess.Popen[str]:
    """Start the demo in a folder of the user's."""
    return subprocess.Popen(
        [*DEMO, *words], cwd=folder, env={**os.environ, **env}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def git(*words: str, cwd: Path) -> str:
    """What git prints."""
    done = subprocess.run(["git", *words], cwd=cwd, capture_output=True, text=True, check=True)
    return done.stdout


def running(folder: Path) -> list[psutil.Process]:
    """What works in the demo's folder: its Hub, an engine."""
    inside = str(folder / ".demo")
    found = psutil.process_iter(["cwd"])
    return [item for item in found if (item.info["cwd"] or "").startswith(inside)]


def left_over(folder: Path) -> list[psutil.Process]:
    """What still works there; the kernel gets a moment for those that were just killed."""
    return psutil.wait_procs(running(folder), timeout=30)[1]


def test_three_who_publish_at_the_same_moment_are_all_in(workdir: Path, tiny_model: Path) -> None:
    """With real processes, nothing is lost, git is clean again, and nothing keeps running."""
    demo = start(workdir, DEMO_MODEL=str(tiny_model), GITHUB_REF_NAME="elsewhere")
    shown, _ = demo.communicate(timeout=TIMEOUT)
    assert demo.returncode == 0, shown
    assert re.search(r"3 of 3 contributions are in, \d+ attempts, 0 lost\.", shown)
    dataset = workdir / ".demo" / "dataset"
    authors = git("log", "--format=%an", cwd=dataset).split()
    assert sorted(authors[:3]) == ["mei", "tomas", "you"]
    assert git("rev-list", "--min-parents=2", "HEAD", cwd=dataset) == ""
    assert "tiny-gpt2" in (dataset / "leaderboard_single.json").read_text("utf-8")
    assert (workdir / ".demo" / "leaderboard.html").stat().st_size > 10_000
    assert left_over(workdir) == []


def test_an_interrupted_demo_leaves_nothing_running(workdir: Path, tiny_model: Path) -> None:
    """In the middle of the measurement, and it says that it stopped."""
    demo = start(workdir, "--model", str(tiny_model))
    shown = ""
    for line in demo.stdout or ():
        shown += line
        if "Warming up" in line:
            assert len(running(workdir)) >= 3
            demo.send_signal(signal.SIGTERM)
    assert demo.wait(TIMEOUT) == 143
    assert "Interrupted: everything that the demo started is stopped." in shown
    assert left_over(workdir) == []


def test_a_step_that_fails_is_named_and_the_hub_is_stopped(workdir: Path) -> None:
    """Here a model that cannot be loaded."""
    (workdir / "empty").mkdir()
    demo = start(workdir, "--model", "empty")
    shown, _ = demo.communicate(timeout=TIMEOUT)
    assert demo.returncode == 1
    assert "sagellm-benchmark run --model" in shown.splitlines()[-1]
    assert left_over(workdir) == []


def test_a_folder_that_is_not_the_demos_is_left_as_it_is(workdir: Path) -> None:
    """Emptying it would destroy somebody's work."""
    (workdir / "mine").mkdir()
    (workdir / "mine" / "thesis.tex").touch()
    demo = start(workdir, "--folder", "mine")
    shown, _ = demo.communicate(timeout=TIMEOUT)
    assert demo.returncode == 2
    assert "was not made by the demo" in shown
    assert (workdir / "mine" / "thesis.tex").exists()
