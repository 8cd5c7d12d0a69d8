"""What somebody gets who installs the package without extras."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from benchmark.demo import generated
from benchmark.leaderboard import encode

ROOT = Path(__file__).parents[2]
LIGHT = ROOT / ".venvs" / "light"
SCRIPTS = sorted((ROOT / "scripts").glob("*.py"))
LARGEST = 90_000_000


@pytest.fixture
def light() -> Path:
    """Where the programs of the light environment are; a clear failure if it is not there."""
    if not (LIGHT / "bin" / "sagellm-benchmark").exists():
        pytest.fail(f"{LIGHT} is missing. Make it: make .venvs/light/.installed")
    return LIGHT / "bin"


def call(cwd: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """Run a program to its end."""
    argv = [str(word) for word in words]
    return subprocess.run(argv, cwd=cwd, capture_output=True, text=True, check=False, timeout=120)


def test_it_has_no_torch_and_takes_less_than_90_megabytes(light: Path) -> None:
    """Bytecode included; of the interpreter there is only a link."""
    files = [path for path in light.parent.rglob("*") if path.is_file() and not path.is_symlink()]
    assert not any(path.name == "torch" for path in light.parent.glob("lib/*/site-packages/*"))
    assert sum(path.stat().st_size for path in files) < LARGEST


def test_it_lists_its_verbs(light: Path, workdir: Path) -> None:
    """From a folder with a `benchmark` of its own, which must not be taken for ours."""
    (workdir / "benchmark.py").write_text("raise SystemExit('not this one')", "utf-8")
    done = call(workdir, light / "sagellm-benchmark", "--help")
    assert done.returncode == 0, done.stderr
    assert "publish" in done.stdout


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_script_explains_itself(script: Path, light: Path, workdir: Path) -> None:
    """By its path, from any folder, whatever PYTHONPATH says, and without torch."""
    (workdir / "benchmark.py").write_text("raise SystemExit('not this one')", "utf-8")
    python = ["env", f"PYTHONPATH={workdir}", light / "python"]
    done = call(workdir, *python, script, "--help")
    assert done.returncode == 0, done.stderr
    assert "usage" in done.stdout.lower()


def test_its_own_schema_judges_files(light: Path, workdir: Path) -> None:
    """The schemas are in the package, not only in the checkout."""
    (workdir / "leaderboard_single.json").write_bytes(encode(generated.leaderboard()))
    done = call(workdir, light / "sagellm-benchmark", "validate", ".")
    assert done.returncode == 0, done.stderr
    assert str(len(generated.leaderboard())) in done.stdout


@pytest.mark.parametrize(
    ("verb", "extra"), [("run --model gpt2", "run"), ("hub --root hub", "hub")]
)
def test_a_verb_that_needs_an_extra_says_which(
    verb: str, extra: str, light: Path, workdir: Path
) -> None:
    """No traceback, but the command to type."""
    done = call(workdir, light / "sagellm-benchmark", *verb.split())
    assert done.returncode == 2
    assert f'-m pip install "{ROOT}[{extra}]"' in done.stderr
    assert list(workdir.iterdir()) == []
