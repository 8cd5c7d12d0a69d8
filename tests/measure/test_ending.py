"""A `run` that is ended from outside, with real processes and an engine that only sleeps."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from benchmark import schema

COMMAND = Path(__file__).resolve().parents[1] / "support" / "sleepy_command.py"
WORKLOADS = """\
workloads:
- {name: one, input_length: 4, output_length: 4}
- {name: two, input_length: 8, output_length: 4}
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with two workloads of four tokens out."""
    (tmp_path / "tiny.yaml").write_text(WORKLOADS, encoding="utf-8")
    return tmp_path


def start(place: Path, model: str, *more: str, **options: Any) -> subprocess.Popen[str]:
    """The command; the model's name says what its engine does."""
    words = ["--model", model, "--engine", "sleepy", "--workload", "tiny.yaml", *more]
    return subprocess.Popen(
        [sys.executable, str(COMMAND), "run", *words],
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def entries(place: Path) -> list[Any]:
    """What was written, all of it valid, the earlier workload first."""
    paths = sorted(place.glob("outputs/**/*_leaderboard.json"))
    found = [json.loads(path.read_bytes()) for path in paths]
    assert [schema.violations(one) for one in found] == [[]] * len(found)
    assert not [*place.rglob("*.tmp")]
    return found


def left_over(place: Path) -> list[list[str]]:
    """Processes whose working directory is there."""
    every = (process.info for process in psutil.process_iter(["cwd", "cmdline"]))
    return [info["cmdline"] for info in every if info["cwd"] == str(place)]


@pytest.mark.parametrize(("name", "code"), [("SIGTERM to all", 143), ("SIGHUP", 129)])
def test_what_is_complete_is_kept_whatever_signal_ends_it(
    name: str, code: int, place: Path
) -> None:
    """From the fifteenth request on, a signal with each: schedulers send more than one.

    Some send it to every process of a job; the engine's tells what is complete all the same.
    """
    process = start(place, f"{name}@15", "--repeats", "1000", "--json")
    said, told = process.communicate(timeout=60)
    assert process.returncode == code
    assert "Interrupted: the engine is stopped; what was complete is kept." in told
    assert "Traceback" not in told
    assert json.loads(said)["error"]["exit_code"] == code
    (entry,) = entries(place)
    assert entry["provenance"]["stopped"] == "interrupted"
    assert left_over(place) == []


def test_a_signal_before_the_first_request_leaves_nothing(place: Path) -> None:
    """Nothing is running, and nothing was written."""
    process = start(place, "SIGTERM@1")
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 143
    assert "Interrupted: the engine is stopped and nothing was written." in told
    assert not (place / "outputs").exists()
    assert left_over(place) == []


def test_a_signal_during_the_second_engine_keeps_what_both_completed(place: Path) -> None:
    """Two workloads by the first, one and a part by the other."""
    engines = ("--engine", "drowsy,sleepy", "--repeats", "20")
    process = start(place, "SIGTERM@35", *engines)
    process.communicate(timeout=60)
    assert process.returncode == 143
    found = sorted((one["engine"], one["provenance"]["stopped"] or "") for one in entries(place))
    assert found == [("drowsy", ""), ("drowsy", ""), ("sleepy", ""), ("sleepy", "interrupted")]


def test_a_signal_while_results_are_written_cuts_none_off(place: Path) -> None:
    """Nor does a second one; all that was measured is there, and the exit code tells of it."""
    env = {**os.environ, "SIGNAL_WHILE_WRITING": "SIGTERM"}
    process = start(place, "tiny", "--repeats", "6", env=env)
    process.communicate(timeout=60)
    assert process.returncode == 143
    assert [one["provenance"]["stopped"] for one in entries(place)] == [None, None]


def test_a_run_without_readers_that_ignores_hangups_goes_on_to_its_end(place: Path) -> None:
    """As under nohup, after `| head` had enough: everything is measured and written."""

    def ignore() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    process = start(place, "SIGHUP@15", "--repeats", "20", preexec_fn=ignore)
    for stream in (process.stdout, process.stderr):
        assert stream is not None
        stream.close()
    assert process.wait(60) == 128 + signal.SIGPIPE
    assert [one["provenance"]["stopped"] for one in entries(place)] == [None, None]
