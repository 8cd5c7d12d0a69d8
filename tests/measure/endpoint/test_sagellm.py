"""The engine sagellm, from its command to entries; what is started is a stand-in."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from click.testing import CliRunner, Result

from benchmark import __version__, schema
from benchmark.commands import rerun as rerun_command
from benchmark.commands import run as run_command
from benchmark.measure.endpoint import readiness
from benchmark.measure.engine import EngineFailedError
from tests.measure.endpoint.test_serve import free_port, wait_until
from tests.support import sagellm_installed
from tests.support.sagellm_stand_in import BLANK, BROKEN, NO_HUB

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name == "nt", reason="sageLLM runs where POSIX is")

ANSWERS_S = 0.1
"""CPU time of the stand-in for some answers."""
COMPONENTS = {"core": "0.5.4.26", "kv_cache": "0.5.4.15", "gateway": "N/A"}


@pytest.fixture(scope="module")
def sagellm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, in an environment of its own."""
    return sagellm_installed.make(tmp_path_factory.mktemp("sagellm"))


@pytest.fixture
def _on_path(sagellm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is found, and reaches a Hub."""
    monkeypatch.setenv("PATH", f"{sagellm.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")


@pytest.fixture
def run(words: Path, tmp_path: Path) -> Iterator[Callable[..., Result]]:
    """The command with the engine sagellm; nothing that it started is left."""

    def invoke(*more: str, engine: str = "sagellm", model: Path = words) -> Result:
        arguments = ["--model", str(model), "--engine", engine, "--workload", "Q1"]
        arguments += ["--outputs", str(tmp_path / "outputs"), *more]
        return CliRunner().invoke(run_command.command, arguments)

    yield invoke
    assert wait_until(lambda: left_over(words) == [])


def left_over(model: Path) -> list[int]:
    """Servers of this model that run."""
    every = psutil.process_iter(["cmdline"])
    return [one.pid for one in every if {"serve", str(model)} <= {*(one.info["cmdline"] or ())}]


def entries(folder: Path) -> list[dict[str, Any]]:
    """What was written, all of it valid, by engine."""
    found = [json.loads(path.read_bytes()) for path in folder.glob("**/*_leaderboard.json")]
    assert [violation for entry in found for violation in schema.violations(entry)] == []
    return sorted(found, key=lambda entry: str(entry["engine"]))


@pytest.mark.usefixtures("_on_path")
def test_it_is_found_started_measured_and_stopped(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    """The entry names every version that its own environment knows, and how it computed."""
    result = run("--repeats", "6")
    assert result.exit_code == 0, result.exception
    (entry,) = entries(tmp_path)
    assert (entry["engine"], entry["engine_version"]) == ("sagellm", "0.5.4.70")
    assert entry["sagellm_version"] == "0.5.4.70"
    assert {name: entry["versions"][name] for name in COMPONENTS} == COMPONENTS
    assert entry["versions"]["benchmark"] == __version__
    assert entry["environment"]["python_version"] == sys.version.split()[0]
    assert (entry["model"]["precision"], entry["model"]["quantization"]) == ("FP32", "None")
    assert entry["workload"]["name"] == "Q1"
    assert entry["metrics"]["load_time_s"] > 0
    told = entry["provenance"]["engine"]
    assert (told["token_count_source"], told["server_max_batch_size"]) == ("events", 32)
    assert told["answer_lengths"] == "exact"
    assert entry["provenance"]["precision_source"] == "server"


@pytest.mark.usefixtures("_on_path")
def test_answers_that_the_model_ends_are_filed_as_of_natural_length(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no failure, and no equal of answers that have all their tokens."""
    monkeypatch.setenv("STAND_IN_ENDS", "40")
    result = run("--repeats", "6")
    assert result.exit_code == 0, result.exception
    (entry,) = entries(tmp_path)
    provenance = entry["provenance"]
    assert entry["workload"]["name"] == "Q1-natural"
    assert entry["metrics"]["error_rate"] == 0
    assert "ended-early" in {one["kind"] for one in provenance["caveats"]}
    found = (provenance["engine"]["answer_lengths"], provenance["answer_tokens_max"])
    assert found == ("natural", 40)


@pytest.mark.usefixtures("_on_path")
def test_answers_without_text_end_the_run_with_the_server_s_own_words(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They end as well as any other: only its log says why."""
    monkeypatch.setenv("STAND_IN_BLANK", "1")
    error = run().exception
    assert isinstance(error, EngineFailedError)
    assert "holds no text" in str(error)
    assert error.said[-1] == BLANK
    assert "pad_token in tokenizer_config.json" in error.hint
    looked = run("--probe")
    assert "exit code 69" in looked.output
    assert BLANK in looked.output
    assert "pad_token in tokenizer_config.json" in looked.output


@pytest.mark.usefixtures("_on_path")
def test_without_a_hub_it_says_what_helps(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It wants one even for a model in a folder."""
    monkeypatch.delenv("HF_ENDPOINT")
    error = run().exception
    assert isinstance(error, EngineFailedError)
    assert "reached none" in str(error)
    assert "sagellm-benchmark hub" in error.hint
    assert error.said == (NO_HUB,)


@pytest.mark.usefixtures("_on_path")
def test_one_that_could_not_load_its_model_is_not_waited_for(
    sagellm: Path, reach: Callable[..., Any], words: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes on without one, and says that it is well; why stands in its log before our asking."""
    monkeypatch.setenv("STAND_IN_BROKEN", "1")
    monkeypatch.setattr(readiness, "WITHOUT_MODEL_S", 0.1)
    ports = f"--port {free_port()} --engine-port {free_port()}"
    with pytest.raises(EngineFailedError, match="without a model") as caught:
        reach(None, serve=f"{sagellm} serve --model {words} {ports}")
    assert caught.value.said == (BROKEN,)


def models(port: int) -> bytes:
    """What it lists; nothing as long as it does not answer."""
    with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/models") as page:
        return bytes(page.read())
    return b""


@contextmanager
def serving(sagellm: Path, model: Path, port: int) -> Iterator[None]:
    """One that runs already."""
    words = ["serve", "--model", str(model), "--host", "127.0.0.1", "--dtype", "float16"]
    ports = ["--port", str(port), "--engine-port", str(free_port())]
    with subprocess.Popen([sagellm, *words, *ports]) as process:
        try:
            assert wait_until(lambda: b"sagellm" in models(port))
            yield
        finally:
            process.terminate()


@pytest.mark.usefixtures("_on_path")
def test_one_that_runs_already_is_measured_and_left_running(
    sagellm: Path, run: Callable[..., Result], words: Path, tmp_path: Path
) -> None:
    """Its process tells which environment it is of."""
    port = free_port()
    with serving(sagellm, words, port):
        result = run("--base-url", f"http://127.0.0.1:{port}", "--repeats", "2")
        assert result.exit_code == 0, result.exception
        assert models(port)
    (entry,) = entries(tmp_path)
    assert (entry["engine_version"], entry["model"]["precision"]) == ("0.5.4.70", "FP16")
    assert entry["versions"]["core"] == COMPONENTS["core"]


def test_another_server_is_not_taken_for_it(
    run: Callable[..., Result], pace: Any, words: Path
) -> None:
    """It would be filed under the wrong name."""
    url = pace("--model", str(words), "--owned-by", "vllm").url
    result = run("--base-url", url)
    assert "not sageLLM" in str(result.exception)


@pytest.mark.usefixtures("_on_path")
def test_side_by_side_each_engine_has_its_entry_and_the_table_both(
    run: Callable[..., Result], pace: Any, words: Path, tmp_path: Path
) -> None:
    """Where another endpoint is asked too, the URL is that one's and sageLLM is started."""
    url = pace("--model", str(words), "--owned-by", "vllm").url
    result = run("--base-url", url, "--repeats", "6", engine="sagellm,openai")
    assert result.exit_code == 0, result.exception
    ours, theirs = entries(tmp_path)
    assert (ours["engine"], theirs["engine"]) == ("sagellm", "vllm")
    assert "--base-url" not in ours["metadata"]["reproducible_cmd"]
    assert "fastest" in result.stdout


@pytest.mark.usefixtures("_on_path")
def test_its_entry_can_be_repeated(
    sagellm: Path, run: Callable[..., Result], tmp_path: Path
) -> None:
    """Where the command is stands in no entry; it is found again, or named."""
    assert run("--repeats", "6", "--sagellm", str(sagellm)).exit_code == 0
    (file,) = tmp_path.glob("**/*_leaderboard.json")
    assert str(sagellm.parent) not in file.read_text(encoding="utf-8")
    again = [str(file), "--outputs", str(tmp_path / "again"), "--sagellm", str(sagellm), "--json"]
    result = CliRunner().invoke(rerun_command.command, again)
    assert json.loads(result.stdout)["verdict"]
    (entry,) = entries(tmp_path / "again")
    assert entry["engine"] == "sagellm"


@pytest.mark.parametrize("name", ["run", "server"])
@pytest.mark.usefixtures("_on_path")
def test_what_was_complete_is_kept_and_nothing_runs_when_either_side_is_ended(
    name: str, words: Path, tmp_path: Path
) -> None:
    """By SIGTERM here, by SIGKILL there."""
    program = [sys.executable, "-m", "benchmark.cli", "run", "--engine", "sagellm"]
    options = ["--model", str(words), "--workload", "Q1", "--repeats", "1000"]
    with subprocess.Popen([*program, *options], cwd=tmp_path, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if b"Measuring" in line:
                break
        assert wait_until(lambda: bool(left_over(words)))
        server = left_over(words)[-1]
        begun_s = psutil.Process(server).cpu_times().user
        assert wait_until(lambda: psutil.Process(server).cpu_times().user > begun_s + ANSWERS_S)
        if name == "run":
            process.send_signal(signal.SIGTERM)
        else:
            os.kill(server, signal.SIGKILL)
        process.communicate(timeout=60)
    assert process.returncode == (143 if name == "run" else 69)
    (entry,) = entries(tmp_path)
    assert entry["provenance"]["stopped"]
    assert wait_until(lambda: left_over(words) == [])
