"""The Action's environment: private, locked, and its failures in words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmark.action import install
from benchmark.action.install import main

ROOT = Path(__file__).parents[2]
LOCKED = "requirements.txt"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A step's environment."""
    output = tmp_path / "output"
    given = {"RUNNER_TEMP": str(tmp_path), "GITHUB_OUTPUT": str(output), "PIP_NO_INDEX": "1"}
    return {**os.environ, **given}


def requirements(folder: Path, text: str = "") -> Path:
    """A file of requirements; nothing is needed unless `text` says so."""
    path = folder / LOCKED
    path.write_text(text, encoding="utf-8")
    return path


def python_of(tmp_path: Path) -> Path:
    """What the next step is told."""
    _, path, _ = (tmp_path / "output").read_text(encoding="utf-8").splitlines()
    return Path(path)


def test_the_next_step_is_told_where_python_is(tmp_path: Path, env: dict[str, str]) -> None:
    """In a new folder below RUNNER_TEMP, each time another one."""
    assert main(env, requirements(tmp_path)) == 0
    python = python_of(tmp_path)
    assert python.is_relative_to(tmp_path)
    prefix = subprocess.run(
        [python, "-I", "-c", "import sys; print(sys.prefix)"], capture_output=True, check=True
    )
    assert Path(os.fsdecode(prefix.stdout.strip())) == python.parents[1]
    (tmp_path / "output").unlink()
    assert main(env, requirements(tmp_path)) == 0
    assert python_of(tmp_path) != python


def test_what_cannot_be_installed_ends_with_75_and_a_reason(
    tmp_path: Path, env: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    """As an annotation, and no next step is told anything."""
    locked = requirements(tmp_path, f"sagellm-nothing==1 --hash=sha256:{'0' * 64}\n")
    assert main(env, locked) == 75
    said = capfd.readouterr().err
    assert "\n::error title=sagellm-benchmark::" in said
    assert "sagellm-nothing" in said
    assert "Run the job again" in said
    assert not (tmp_path / "output").exists()


def test_a_requirement_without_a_hash_is_refused(tmp_path: Path, env: dict[str, str]) -> None:
    """Whoever could swap a package could read the token."""
    assert main(env, requirements(tmp_path, "click==8.1.8\n")) == 75


def test_an_old_python_is_refused_in_the_words_of_the_input(
    tmp_path: Path,
    env: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Pip's own complaint would be about hashes."""
    monkeypatch.setattr(install, "OLDEST", (99, 0))
    assert main(env, requirements(tmp_path)) == 2
    said = capfd.readouterr().err
    assert f"The input python-version gave Python {sys.version_info[0]}." in said
    assert "name a later one" in said


def test_pip_is_told_where_packages_are_and_nothing_else(
    tmp_path: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job may set PYTHONPATH or pip's target for its own work; its package index is kept."""
    started = []

    def run(argv: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        started.append((argv, options["env"]))
        return subprocess.CompletedProcess(argv, 0)

    monkeypatch.setattr(subprocess, "run", run)
    theirs = {"PYTHONPATH": ".", "PYTHONHOME": "/x", "UV_PYTHON": "3.9", "UV_INDEX": "x"}
    pip = {"PIP_TARGET": "x", "PIP_USER": "1", "PIP_REQUIREMENT": "x", "PIP_NO_BINARY": ":all:"}
    index = {"PIP_INDEX_URL": "https://mirror.example.org", "PIP_CACHE_DIR": "/cache"}
    assert main({**env, **theirs, **pip, **index, "INPUT_X": "1"}, requirements(tmp_path)) == 0
    [(argv, seen)] = started
    assert {"-I", "--require-hashes", "--no-deps", "--only-binary"} <= {*argv}
    assert isinstance(seen, dict)
    assert seen.items() >= index.items()
    assert not {*theirs, *pip, "INPUT_X"} & seen.keys()


def test_installing_needs_nothing_that_is_not_in_every_python(tmp_path: Path) -> None:
    """It runs before anything is installed."""
    script = (
        "import json, sys; sys.path.insert(0, sys.argv[1]); import benchmark.action.install;"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    argv = [sys.executable, "-I", "-S", "-c", script, str(ROOT)]
    done = subprocess.run(argv, capture_output=True, check=True, cwd=tmp_path)
    ours = {"benchmark", "__main__"}
    assert set(json.loads(done.stdout)) - set(sys.stdlib_module_names) - ours == set()
