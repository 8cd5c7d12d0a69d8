"""The command with its real child process."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from benchmark import schema
from benchmark.commands.run import command
from benchmark.errors import BenchmarkError, HubUnreachableError, UsageError
from benchmark.measure import engine
from benchmark.measure.closed_loop import Plan, Warmed
from benchmark.measure.engine import EngineOptions
from benchmark.measure.session import run_job
from benchmark.measure.worker import Event, Job
from benchmark.measure.workloads import find_workload

ROOT = Path(__file__).resolve().parents[2]
START = [sys.executable, "-c", "from benchmark.commands.run import command; command()"]


def run(model: Path | str, tmp_path: Path, *more: str) -> Result:
    """The command in this process, its engine in another."""
    outputs = ["--outputs", str(tmp_path / "outputs")]
    return CliRunner().invoke(command, ["--model", str(model), *outputs, *more])


def failure(result: Result) -> BenchmarkError:
    """What the command raised for the boundary to explain."""
    assert isinstance(result.exception, BenchmarkError)
    return result.exception


def test_a_run_writes_a_valid_entry_and_tells_programs_about_it(
    tiny_model: Path, tmp_path: Path
) -> None:
    """Stdout is one JSON object of its schema; the entry is where it says, and small."""
    result = run(tiny_model, tmp_path, "--workload", "Q1", "--repeats", "3", "--json")
    assert result.exit_code == 0, result.exception
    report = json.loads(result.stdout)
    jsonschema.validate(
        report, json.loads(schema.schema_path("run_report_v1.schema.json").read_text())
    )
    path = Path(report["path"])
    pattern = r"outputs/cpu/tiny-gpt2/Q1_\d{8}_001/Q1_leaderboard\.json"
    assert re.fullmatch(pattern, path.relative_to(tmp_path).as_posix())
    entry = json.loads(path.read_bytes())
    assert schema.violations(entry) == []
    assert path.stat().st_size < 10_000
    assert (entry["model"]["name"], entry["metrics"]) == ("tiny-gpt2", report["summary"])
    assert [len(one["itl_ms"]) for one in report["samples"]] == [63] * 3
    assert str(tmp_path) not in path.read_text()


def test_a_workload_beyond_the_context_window_is_refused_before_loading(
    tiny_config: Path, tmp_path: Path
) -> None:
    """This folder has no weights at all: loading them would be another error."""
    result = run(tiny_config, tmp_path, "--workload", "long")
    assert isinstance(failure(result), UsageError)
    assert "needs 2560 positions" in str(result.exception)
    assert "shorter workload" in failure(result).hint
    assert not (tmp_path / "outputs").exists()


def test_without_a_network_the_way_out_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GPT-2 is built in, so its speed can be measured without its weights."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    result = run("gpt2", tmp_path)
    assert isinstance(failure(result), HubUnreachableError)
    assert "--random-weights" in failure(result).hint


def test_an_engine_that_is_not_installed_is_refused_with_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before any process is started."""
    kind = engine.ENGINES["transformers"]._replace(needs=("torch", "not_there"))
    monkeypatch.setitem(engine.ENGINES, "transformers", kind)
    error = failure(run("gpt2", tmp_path))
    assert (error.exit_code, "not_there" in str(error)) == (2, True)
    assert 'pip install "sagellm-benchmark[run]"' in error.hint


def test_an_engine_that_the_kernel_kills_is_reported_as_out_of_memory(tiny_model: Path) -> None:
    """SIGKILL from outside, as the out-of-memory killer sends it."""
    options = EngineOptions(str(tiny_model), "cpu")
    job = Job("transformers", options, find_workload("Q1"), Plan(repeats=100_000))

    def kill(event: Event) -> None:
        if isinstance(event, Warmed):
            for child in multiprocessing.active_children():
                child.kill()

    with pytest.raises(BenchmarkError, match="memory ran out"):
        run_job(job, kill)
    assert multiprocessing.active_children() == []


@pytest.mark.skipif(os.name == "nt", reason="process groups are POSIX")
def test_an_interrupt_stops_the_engine_and_says_what_was_kept(
    tiny_model: Path, tmp_path: Path
) -> None:
    """Ctrl-C reaches the whole group; stderr, which the engine shares, ends with the command."""
    process = subprocess.Popen(
        [*START, "--model", str(tiny_model), "--repeats", "100000"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    told = [process.stderr.readline() for _ in range(4)]
    os.killpg(process.pid, signal.SIGINT)
    rest = process.communicate(timeout=60)[1]
    assert "request 1" in told[-1]
    assert "Interrupted: the engine is stopped and nothing was written." in rest
    assert "Traceback" not in rest
    assert list(tmp_path.iterdir()) == []


def test_the_script_works_from_a_folder_with_a_benchmark_of_its_own(tmp_path: Path) -> None:
    """And ends with the exit code of wrong usage, a hint and no traceback."""
    (tmp_path / "benchmark").mkdir()
    (tmp_path / "benchmark" / "__init__.py").write_text("raise SystemExit('the wrong one')")
    script = [sys.executable, ROOT / "scripts" / "run.py", "--model", "gpt2"]
    done = subprocess.run(
        [*script, "--workload", "Q9"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no workload 'Q9'" in done.stderr
    assert "Choose one of: short" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_and_wrong_usage_never_wait_for_torch() -> None:
    """Importing the command imports nothing heavy."""
    code = (
        "import sys, benchmark.commands.run\n"
        "assert not {'torch', 'transformers', 'huggingface_hub'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert done.returncode == 0


def test_help_names_every_workload_and_backend() -> None:
    """Without a table somewhere else."""
    text = " ".join(CliRunner().invoke(command, ["--help"]).output.split())
    assert "short, long, stress, Q1, Q2" in text
    assert "[cpu|cuda|xpu|mps|npu]" in text
