"""The command with its real child process."""

from __future__ import annotations

import copy
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
from click.testing import CliRunner, Result

from benchmark import schema
from benchmark.commands import rerun
from benchmark.commands.run import command
from benchmark.errors import BenchmarkError, HubUnreachableError, UsageError
from benchmark.measure import engines, sample_file
from benchmark.measure.entry_builder import build_entry
from benchmark.measure.workload.workloads import WORKLOADS
from tests.support import quick_worker
from tests.support.measured import RUN

if TYPE_CHECKING:
    from tests.support.warm import Warm

ROOT = Path(__file__).resolve().parents[2]
PYTHONPATH = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "support" / "without_torchao")])
# Background jobs of a shell start with SIGINT ignored.
INTERRUPTIBLE = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
SOON = "from benchmark.measure.show import live; live._PRINTED_EVERY_S = 0.5"
START = [
    sys.executable,
    "-c",
    f"{INTERRUPTIBLE}; {SOON}; from benchmark.commands.run import command; command()",
]


@pytest.fixture(autouse=True)
def _quick_worker(monkeypatch: pytest.MonkeyPatch, warm_transformers: Warm) -> None:
    """Nothing here looks at the bandwidth, or at a model that torchao quantized."""
    quick_worker.use_warm(monkeypatch, warm_transformers)


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
    series = sample_file.read(Path(report["samples_path"]))
    assert [one.ttft_ms for one in series.samples] == [one["ttft_ms"] for one in report["samples"]]
    assert Path(report["plot_path"]).read_bytes().startswith(b"\x89PNG")
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
    quick_worker.use(monkeypatch, "torchao")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    result = run("gpt2", tmp_path)
    assert isinstance(failure(result), HubUnreachableError)
    assert "--random-weights" in failure(result).hint


def test_a_missing_package_is_named_with_what_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before any process is started."""
    monkeypatch.setattr(engines, "find_spec", lambda name: name != "pyarrow" or None)
    error = failure(run("gpt2", tmp_path))
    assert (error.exit_code, "pyarrow" in str(error)) == (2, True)
    assert 'pip install "sagellm-benchmark[run]"' in error.hint


@pytest.mark.skipif(os.name == "nt", reason="process groups are POSIX")
def test_an_interrupt_stops_the_engine_and_keeps_what_is_complete(
    tiny_model: Path, tmp_path: Path
) -> None:
    """Ctrl-C, as a terminal sends it to the whole group."""
    process = subprocess.Popen(
        [*START, "--model", str(tiny_model), "--repeats", "100000"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": PYTHONPATH},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    while "requests" not in (line := process.stderr.readline()) or "Warmed up" in line:
        assert line
    os.killpg(process.pid, signal.SIGINT)
    rest = process.communicate(timeout=60)[1]
    assert "Interrupted: the engine is stopped; what was complete is kept." in rest
    assert "Traceback" not in rest
    (entry,) = tmp_path.glob("outputs/**/*_leaderboard.json")
    value = json.loads(entry.read_bytes())
    assert schema.violations(value) == []
    assert value["provenance"]["stopped"] == "interrupted"


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
    # Lines may end within a name that has a hyphen.
    text = "".join(CliRunner().invoke(command, ["--help"]).output.split())
    assert ",".join(WORKLOADS) in text
    assert "[cpu|cuda|xpu|mps|npu|ascend]" in text


def test_several_loads_are_compared_and_drawn(tiny_model: Path, tmp_path: Path) -> None:
    """One load of the model, an entry for each concurrency, one picture of them all."""
    result = run(tiny_model, tmp_path, "--workload", "Q1", "--repeats", "2", "--concurrency", "1,3")
    assert result.exit_code == 0, result.exception
    entries = [json.loads(path.read_bytes()) for path in tmp_path.glob("**/*_leaderboard.json")]
    assert {entry["workload"]["concurrent_requests"] for entry in entries} == {1, 3}
    (picture,) = tmp_path.glob("**/Q1-sweep.png")
    assert f"Written: {picture.as_posix()}" in result.stdout
    assert result.stdout.count("Written: ") == 3


def test_an_entry_can_be_repeated_from_what_it_says(tiny_model: Path, tmp_path: Path) -> None:
    """Its model was a folder, whose place it does not tell."""
    first = run(tiny_model, tmp_path, "--workload", "Q1", "--repeats", "6", "--json")
    path = json.loads(first.stdout)["path"]
    arguments = [path, "--model", str(tiny_model), "--outputs", str(tmp_path / "again"), "--json"]
    result = CliRunner().invoke(rerun.command, arguments, standalone_mode=False)
    verdict = json.loads(result.stdout)
    assert verdict["differences"] == {}
    assert verdict["ratio"] > 0
    codes = {"reproduced": 0, "not-reproduced": 65, "cannot-say": 75}
    assert result.return_value == codes[verdict["verdict"]]
    assert len(list((tmp_path / "again").glob("**/*_leaderboard.json"))) == 1


@pytest.mark.parametrize(
    ("command_line", "message"),
    [
        ("rm -rf /", "does not say by which command"),
        ("sagellm-benchmark run --model x --engine openai --serve 'touch owned'", "an endpoint"),
        ("sagellm-benchmark run --model x --engine openai --base-url http://evil", "an endpoint"),
        ("sagellm-benchmark run --model x --frobnicate", "not understood"),
        ("sagellm-benchmark run --model x --attention HIDDEN", "--attention is hidden in it"),
    ],
)
def test_an_entrys_command_is_read_and_never_executed(
    command_line: str, message: str, tmp_path: Path
) -> None:
    """An entry is somebody else's text: no command of it runs, no API key goes where it says."""
    entry = copy.deepcopy(build_entry(RUN))
    entry["metadata"]["reproducible_cmd"] = command_line  # type: ignore[index]
    path = tmp_path / "entry.json"
    path.write_text(json.dumps(entry))
    result = CliRunner().invoke(rerun.command, [str(path), "--outputs", str(tmp_path / "out")])
    assert isinstance(failure(result), UsageError)
    assert message in str(result.exception)
    assert [one.name for one in tmp_path.iterdir()] == ["entry.json"]
