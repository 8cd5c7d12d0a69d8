"""The real sageLLM, which `run` starts itself: measured, ended, published.

It wants a Hub before it starts, which is an embedded one here, and a tokenizer that can pad.
"""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from benchmark import schema
from benchmark.localhub.testing import running_hub
from tests.servers.command import PROGRAM
from tests.servers.kinds import ENVIRONMENTS, MODEL
from tests.servers.runs import Runs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub
    from tests.servers import command

SAGELLM = ENVIRONMENTS / "sagellm"
INPUT, OUTPUT, REQUESTS, FEWEST = 32, 16, 6, 3
DATASET = "lab/board"
MANY = ("--repeats", "100000", "--max-time", "600")
_PROGRESS = re.compile(rf"(\d+)/{MANY[1]} requests")
_START_S, _POLL_S = 600, 0.2

pytestmark = [
    pytest.mark.skipif(
        not (SAGELLM / "bin" / "sagellm").exists(),
        reason="isagellm is not installed: it needs Python 3.11 and an index that has it",
    ),
    pytest.mark.xdist_group("sagellm"),
]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """Its Hub, and the one where the board is."""
    with running_hub(tmp_path_factory.mktemp("hub")) as hub:
        hub.create(DATASET)
        yield hub


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small Llama, with a token to pad by."""
    folder = tmp_path_factory.mktemp("models") / "padded-llama"
    shutil.copytree(MODEL, folder)
    file = folder / "tokenizer_config.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**told, "pad_token": told["eos_token"]}), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def measured(
    hub: RunningHub, model: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Runs, command.Result]:
    """A sweep of two loads, beside transformers on the same weights."""
    runs = Runs(tmp_path_factory.mktemp("sagellm"))
    runs.environ["HF_ENDPOINT"] = hub.endpoint
    load = ("--concurrency", "1,4", "--repeats", str(REQUESTS))
    options = options_of(model, runs, "sagellm,transformers")
    return runs, runs.run(*options, *load, "--dtype", "float32")


def options_of(model: Path, runs: Runs, engines: str = "sagellm") -> tuple[str, ...]:
    """Of a run with it; the last of two options counts."""
    start = ("--engine", engines, "--model", str(model), "--sagellm", str(SAGELLM))
    return (*start, "--workload", runs.workload(INPUT, OUTPUT))


def left_over(model: Path) -> list[psutil.Process]:
    """Its processes."""
    every = psutil.process_iter(["cmdline"])
    return [one for one in every if {"serve", str(model)} <= {*(one.info["cmdline"] or ())}]


def test_a_sweep_beside_another_engine_has_whole_entries(
    measured: tuple[Runs, command.Result], model: Path
) -> None:
    """Its own versions, what it says of itself, and nothing that it does not; nothing runs on."""
    _, done = measured
    assert done.status == 0, done.said
    assert [schema.violations(one) for one in done.entries] == [[]] * 4
    ours = [one for one in done.entries if one["engine"] == "sagellm"]
    assert [one["workload"]["concurrent_requests"] for one in ours] == [1, 4]
    for entry in ours:
        assert entry["engine_version"] == entry["sagellm_version"] == version("isagellm")
        assert entry["versions"]["core"] == version("isagellm-core")
        assert "N/A" not in entry["versions"].values()
        assert entry["model"] == {**entry["model"], "precision": "FP32", "quantization": "None"}
        assert entry["metrics"]["samples"]["requests"] == REQUESTS
        assert entry["metrics"]["error_rate"] == 0
        assert entry["metrics"]["load_time_s"] > 1
        assert entry["metrics"]["peak_host_mem_mb"] > 100
        assert entry["provenance"]["engine"]["answer_lengths"] == "exact"
    assert {one["engine"] for one in done.entries} == {"sagellm", "transformers"}
    assert "fastest" in done.said
    assert left_over(model) == []


def test_it_is_published_in_three_steps(
    measured: tuple[Runs, command.Result], hub: RunningHub
) -> None:
    """Measured, aggregated, published: the board names it."""
    runs, _ = measured
    for verb in ("aggregate", "publish"):
        done = subprocess.run(
            [PROGRAM, verb, "--hf-repo", DATASET, "--json"],
            cwd=runs.folder,
            env={**runs.environ, "HF_HUB_OFFLINE": "0", "HF_TOKEN": "anybody"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    entries = json.loads(hub.files(DATASET)["leaderboard_single.json"])
    assert sorted(one["engine"] for one in entries) == ["sagellm"] * 2 + ["transformers"] * 2


@pytest.mark.parametrize(("name", "code"), [("the run", 128 + signal.SIGTERM), ("the server", 69)])
def test_whichever_side_ends_what_was_complete_is_kept_and_nothing_runs(
    name: str, code: int, hub: RunningHub, runs: Runs, model: Path
) -> None:
    """Told to end, or killed."""
    runs.environ["HF_ENDPOINT"] = hub.endpoint
    running = runs.start(*options_of(model, runs), *MANY)
    family = when_measuring(running)
    if name == "the run":
        running.process.send_signal(signal.SIGTERM)
    else:
        left_over(model)[-1].kill()
    done = running.end()
    assert done.status == code, done.said
    (entry,) = done.entries
    told = entry["metrics"]["samples"]
    assert told["requests"] - told["failed"] >= FEWEST
    assert entry["provenance"]["stopped"]
    assert psutil.wait_procs(family, timeout=40)[1] == []
    assert left_over(model) == []


def when_measuring(running: command.Running) -> list[psutil.Process]:
    """Wait until some requests are done; everything it started by then."""
    until = time.monotonic() + _START_S
    while max([0, *map(int, _PROGRESS.findall(running.said))]) < FEWEST:
        assert running.process.poll() is None, running.said
        assert time.monotonic() < until, running.said
        time.sleep(_POLL_S)
    return psutil.Process(running.process.pid).children(recursive=True)


def version(package: str) -> str:
    """As its own environment has it."""
    ask = f"from importlib.metadata import version; print(version({package!r}))"
    python = SAGELLM / "bin" / "python"
    return subprocess.run(
        [python, "-c", ask], capture_output=True, text=True, check=True
    ).stdout.strip()
