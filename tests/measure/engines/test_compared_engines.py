"""Several engines in one command, each in the environment it needs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from benchmark.commands.run import command
from benchmark.measure import environment
from tests.support import quick_worker

if TYPE_CHECKING:
    from tests.support.warm import Warm

ROOT = Path(__file__).resolve().parents[3]
# One thread: the engines' own spin while they wait for each other.
SHORT = ("--workload", "Q1", "--repeats", "2", "--threads", "1")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where exports go: what one test exported another finds."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def _shared_environments(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """Made once for all tests."""
    make = environment.python_for
    quick_worker.use(monkeypatch, "torchao")
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setattr(
        environment, "python_for", lambda name, _cache, say: make(name, ROOT / ".venvs", say)
    )


@pytest.mark.usefixtures("_shared_environments")
def test_engines_that_do_not_go_together_are_compared_in_one_command(
    tiny_model: Path,
    tmp_path: Path,
    warm_transformers: Warm,
    warm_engines: dict[str, Warm],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each entry names its own versions; the table sets them side by side."""
    quick_worker.use_warm(monkeypatch, warm_transformers, *warm_engines.values())
    arguments = ["--model", str(tiny_model), "--engine", "transformers,onnxruntime,openvino"]
    arguments += [*SHORT, "--outputs", str(tmp_path / "outputs")]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.exception
    entries = [json.loads(path.read_bytes()) for path in tmp_path.glob("**/*_leaderboard.json")]
    assert {entry["engine"] for entry in entries} == {"transformers", "onnxruntime", "openvino"}
    assert {entry["model"]["precision"] for entry in entries} == {"FP32"}
    versions = {entry["provenance"]["tools"]["transformers"] for entry in entries}
    assert len(versions) == 2
    assert "fastest" in result.stdout


@pytest.mark.usefixtures("_shared_environments")
def test_an_engine_that_cannot_do_it_does_not_stop_the_others(
    tiny_model: Path, tmp_path: Path
) -> None:
    """The first has no int8; the exit code tells that something was not measured.

    Its processes are cold ones, started as a user's are.
    """
    arguments = ["--model", str(tiny_model), "--engine", "transformers,onnxruntime"]
    arguments += ["--dtype", "int8", *SHORT]
    result = CliRunner().invoke(command, [*arguments, "--outputs", str(tmp_path / "outputs")])
    assert result.exit_code != 0
    assert "transformers could not be measured" in result.stderr
    (path,) = tmp_path.glob("**/*_leaderboard.json")
    entry = json.loads(path.read_bytes())
    assert (entry["engine"], entry["model"]["precision"]) == ("onnxruntime", "INT8")
