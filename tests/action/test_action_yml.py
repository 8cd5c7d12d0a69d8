"""action.yml against the code it calls: names, arguments, and what may be seen where."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml

from benchmark.action import outputs_of
from benchmark.errors import Violation
from benchmark.summary import BoardSummary, Change, NotRanked, Summary

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"]}

RECORD = """#!/bin/sh
# Tells the arguments and the environment it was started with, and makes what `-m venv` would make.
case "$3" in venv) mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;; esac
python3 -c 'import json, os, sys; print(json.dumps([sys.argv[1:], dict(os.environ)]))' "$@" \
  >> "$RECORD_TO"
"""


class Runner:
    """Runs a step's script as the GitHub runner does, with a stand-in for Python."""

    def __init__(self, folder: Path) -> None:
        """Prepare the runner's folders."""
        self.folder = folder
        self.interpreter = folder / "interpreter"
        self.interpreter.write_text(RECORD, encoding="utf-8")
        self.interpreter.chmod(0o755)
        self.record, self.output = folder / "record", folder / "output"

    def run(self, step: str, **env: str) -> list[tuple[list[str], dict[str, str]]]:
        """Run `step`; the arguments and environment of each start of the stand-in."""
        script = self.folder / "script.sh"
        script.write_text(STEPS[step]["run"], encoding="utf-8")
        given = {
            "PATH": os.environ["PATH"],
            "INTERPRETER": str(self.interpreter),
            "RECORD_TO": str(self.record),
            "RUNNER_TEMP": str(self.folder),
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_ACTION_PATH": "/action path",
        }
        argv = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)]
        subprocess.run(argv, check=True, env=given | env, capture_output=True)
        lines = self.record.read_text(encoding="utf-8").splitlines()
        return [cast("tuple[list[str], dict[str, str]]", json.loads(line)) for line in lines]


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """A runner with empty folders."""
    return Runner(tmp_path)


def expressions(value: object) -> list[str]:
    """Every `${{ … }}` in a step or a mapping."""
    return re.findall(r"\$\{\{.*?\}\}", json.dumps(value, default=str))


def test_the_outputs_are_those_that_the_command_writes() -> None:
    """A name that only one side knows would be empty for ever."""
    entry: Any = SimpleNamespace(label="CPU|1|gpt2|FP32|128|128")
    board = BoardSummary((Change(entry, None), Change(entry, entry), Change(entry, entry)), 4, 9)
    violations = tuple(Violation(file, "$", "bad") for file in ("a.json", "a.json", "b.json"))
    unranked = (NotRanked(entry, ("too slow",)),)
    revision: Any = "a" * 40
    boards = {"single": board, "multi": board}
    summary = Summary(
        revision=revision,
        changed=True,
        boards=boards,
        rejected=violations,
        not_ranked=unranked,
        attempts=3,
        url="https://x",
    )
    written = outputs_of(summary, cleaned=5)
    assert list(written) == list(ACTION["outputs"])
    assert [*written.values()] == [
        *("a" * 40, "https://x", "true", "2", "4", "8", "2", "1", "3", "5")
    ]


def test_every_output_comes_from_the_publishing_step() -> None:
    """Under its own name."""
    values = {name: output["value"] for name, output in ACTION["outputs"].items()}
    assert values == {name: f"${{{{ steps.publish.outputs.{name} }}}}" for name in values}


def test_every_input_is_used_and_none_inside_a_script() -> None:
    """An expression in a script is code; in `env` and `with` it is data."""
    assert [step for step in STEPS.values() if "${{" in step.get("run", "")] == []
    used = set(re.findall(r"inputs\.([a-z-]+)", " ".join(expressions(list(STEPS.values())))))
    assert used == set(ACTION["inputs"])


def test_only_the_publishing_step_sees_the_token() -> None:
    """And only in its environment."""
    seen = [step["name"] for step in STEPS.values() if "hf-token" in json.dumps(step)]
    assert seen == ["Publish"]
    assert STEPS["Publish"]["env"]["HF_TOKEN"] == "${{ inputs.hf-token }}"


def test_publishing_without_inputs_leaves_the_defaults_to_the_command(runner: Runner) -> None:
    """An empty variable of a workflow is as good as no input."""
    env = {name: "" for name in STEPS["Publish"]["env"] if name != "INTERPRETER"}
    [(argv, _)] = runner.run("Publish", **env)
    assert argv == ["-I", "/action path/scripts/merge_and_upload.py"]


def test_publishing_hands_every_input_on_as_one_argument(runner: Runner) -> None:
    """Blanks, quotes, wildcards and leading dashes are part of a value."""
    hostile = "--json * $(touch x) 'a\"b"
    names = ["REVISION", "DATA_DIR", "MAX_ATTEMPTS", "DEADLINE", "LANGUAGE_TAG"]
    env = {**dict.fromkeys(names, hostile), "CLEANUP": "1", "CREATE_PR": "1"}
    [(argv, _)] = runner.run("Publish", **env)
    options = ["--revision", "--data-dir", "--max-attempts", "--deadline"]
    given = [*(f"{name}={hostile}" for name in options), "--lang", hostile]
    assert argv[2:] == [*given, "--cleanup", "--create-pr"]


@pytest.mark.parametrize("step", ["Install", "Publish"])
def test_the_callers_python_settings_do_not_reach_ours(runner: Runner, step: str) -> None:
    """A job may set PYTHONPATH or pip's target for its own work; its package index is kept."""
    theirs = {"PYTHONPATH": ".", "PYTHONHOME": "/x"}
    pip = {"PIP_TARGET": "x", "PIP_USER": "1", "PIP_INDEX_URL": "https://mirror.example.org"}
    for argv, env in runner.run(step, **theirs, **pip):
        assert argv[0] == "-I"
        assert not {name for name in env if name.startswith("PYTHON")}
        assert env["PIP_INDEX_URL"] == pip["PIP_INDEX_URL"]
        assert step == "Publish" or not {"PIP_TARGET", "PIP_USER"} & env.keys()


def test_installing_makes_a_private_environment_from_hashed_requirements(runner: Runner) -> None:
    """And tells the next step where its Python is."""
    (venv, _), (pip, _) = runner.run("Install")
    assert venv[:3] == ["-I", "-m", "venv"]
    assert venv[3].startswith(str(runner.folder))
    assert {"--require-hashes", "--no-deps", "/action path/requirements/action.txt"} <= {*pip}
    assert runner.output.read_text(encoding="utf-8") == f"python={venv[3]}/bin/python\n"
