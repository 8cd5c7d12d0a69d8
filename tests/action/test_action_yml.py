"""action.yml against the code it calls: names, arguments, and what may be seen where."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmark.action import outputs_of
from benchmark.action.inputs import INPUTS, read, variable
from benchmark.commands import publish
from benchmark.errors import Violation
from benchmark.summary import BoardSummary, Change, Remark, Summary
from tests.support.entries import run

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"]}


def test_the_outputs_are_those_that_the_command_writes() -> None:
    """A name that only one side knows would be empty for ever."""
    changes = (Change(run(1), None), Change(run(2), run(1)), Change(run(3), run(2)))
    board = BoardSummary(changes, 4, 9)
    violations = tuple(Violation(file, "$", "bad") for file in ("a.json", "a.json", "b.json"))
    unranked = (Remark(run(4), ("too slow",)),)
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
    assert [*written, "regressions", "attestation-url"] == list(ACTION["outputs"])
    assert [*written.values()] == [
        *("a" * 40, "https://x", "true", "2", "4", "8", "2", "1", "3", "5")
    ]


def test_every_output_comes_from_the_step_that_makes_it() -> None:
    """Under its own name."""
    values = {name: output["value"] for name, output in ACTION["outputs"].items()}
    steps = {name: "attest" if name == "attestation-url" else "run" for name in values}
    assert values == {
        name: f"${{{{ steps.{step}.outputs.{name} }}}}" for name, step in steps.items()
    }


def test_every_input_is_used_and_none_inside_a_script() -> None:
    """An expression in a script is code; in `env` and `with` it is data."""
    assert [step for step in STEPS.values() if "${{" in step.get("run", "")] == []
    used = set(re.findall(r"inputs\.([a-z-]+)", json.dumps(list(STEPS.values()))))
    assert used == set(ACTION["inputs"])


def test_every_input_but_the_secrets_is_checked() -> None:
    """What is handed on is what is read, under the same name."""
    handed_on = {name for name in STEPS["Run"]["env"] if name.startswith("INPUT_")}
    assert handed_on == {variable(name) for name in INPUTS}
    assert set(ACTION["inputs"]) - set(INPUTS) == {"hf-token", "push-token", "python-version"}


def test_the_defaults_are_those_of_the_commands() -> None:
    """Who reads action.yml and who reads `--help` are told the same."""
    defaults = {name: item.get("default") for name, item in ACTION["inputs"].items()}
    options = {option.name: option.default for option in publish.command.params}
    assert defaults["hf-repo"] == options["hf_repo"]
    assert defaults["revision"] == options["revision"]
    assert defaults["data-dir"] == str(options["data_dir"])
    for name in ("max_attempts", "deadline"):
        stated = ACTION["inputs"][name.replace("_", "-")]["description"]
        assert stated.endswith(f"Left out, {options[name]:g}.")
    assert read({variable(name): text or "" for name, text in defaults.items() if name in INPUTS})


def test_the_description_fits_into_githubs_marketplace() -> None:
    """Which refuses an action whose description has 125 characters or more."""
    assert len(ACTION["description"]) < 125


def test_every_input_and_output_is_described() -> None:
    """The editor shows it to whoever writes a workflow."""
    for item in (*ACTION["inputs"].values(), *ACTION["outputs"].values()):
        assert item["description"].strip().endswith(".")


@pytest.mark.parametrize("secret", ["hf-token", "push-token"])
def test_only_the_step_that_runs_sees_a_secret(secret: str) -> None:
    """And only in its environment."""
    seen = [step["name"] for step in STEPS.values() if secret in json.dumps(step)]
    assert seen == ["Run"]
    assert any(secret in value for value in STEPS["Run"]["env"].values())


def test_no_step_leaves_anything_to_the_callers_python() -> None:
    """Isolated, by path, and with the interpreter that was found or made."""
    scripts = [step["run"] for step in STEPS.values() if "run" in step]
    assert all('exec "$INTERPRETER" -I "$GITHUB_ACTION_PATH/' in script for script in scripts)
    assert STEPS["Find Python"]["with"]["update-environment"] is False
