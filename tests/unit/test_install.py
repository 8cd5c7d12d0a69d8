"""The Action's environment: private, locked, and its failures in words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from hashlib import sha256
from importlib import metadata
from pathlib import Path

import pytest

from benchmark.action import install, sources
from benchmark.action.install import main

ROOT = Path(__file__).parents[2]
LOCKED = "requirements.txt"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A step's environment."""
    output = tmp_path / "output"
    given = {"RUNNER_TEMP": str(tmp_path), "GITHUB_OUTPUT": str(output), "PIP_NO_INDEX": "1"}
    own = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    return {**own, **given}


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
        return subprocess.CompletedProcess(argv, 0, stdout="")

    monkeypatch.setattr(subprocess, "run", run)
    theirs = {"PYTHONPATH": ".", "PYTHONHOME": "/x", "UV_PYTHON": "3.9", "UV_INDEX": "x"}
    pip = {"PIP_TARGET": "x", "PIP_USER": "1", "PIP_REQUIREMENT": "x", "PIP_NO_BINARY": ":all:"}
    index = {"PIP_INDEX_URL": "https://mirror.example.org", "PIP_CACHE_DIR": "/cache"}
    assert main({**env, **theirs, **pip, **index, "INPUT_X": "1"}, requirements(tmp_path)) == 0
    (argv, seen) = started[-1]
    assert {"-I", "--require-hashes", "--no-deps", "--only-binary"} <= {*argv}
    assert isinstance(seen, dict)
    assert seen.items() >= index.items()
    assert not {*theirs, *pip, "INPUT_X"} & seen.keys()


@pytest.mark.parametrize(
    ("level", "where"),
    [
        ("global", "user = true"),
        ("user", "target = {}"),
        ("site", "prefix = {}"),
        ("named", "root = {}"),
    ],
)
def test_a_caller_s_pip_configuration_says_where_packages_come_from_and_not_where_they_go(
    level: str, where: str, tmp_path: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Real files of every level, and a package that only their index has."""
    elsewhere = tmp_path / "elsewhere"
    lines = ("[global]", "find-links =", f"    {tmp_path}", "no-index = true", "[install]")
    own = (where.format(elsewhere), "require-virtualenv = true", "no-binary = :all:")
    del env["PIP_NO_INDEX"]
    put_configuration(level, "\n".join([*lines, *own]), tmp_path, env, monkeypatch)
    assert main(env, requirements(tmp_path, wheel(tmp_path))) == 0
    words = [
        python_of(tmp_path),
        "-I",
        "-c",
        "import sagellm_nothing as found; print(found.__file__)",
    ]
    found = subprocess.run(words, capture_output=True, check=True)
    assert Path(os.fsdecode(found.stdout.strip())).is_relative_to(python_of(tmp_path).parents[1])
    assert not elsewhere.exists()


def put_configuration(
    level: str, text: str, tmp_path: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where pip looks for it; the site's is that of an environment of its own."""
    places = {
        "global": tmp_path / "xdg" / "pip" / "pip.conf",
        "user": tmp_path / "config" / "pip" / "pip.conf",
        "site": tmp_path / "site" / "pip.conf",
        "named": tmp_path / "named.conf",
    }
    env |= {"XDG_CONFIG_DIRS": str(tmp_path / "xdg"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    if level == "named":
        env["PIP_CONFIG_FILE"] = str(places["named"])
    if level == "site":
        python = site_python(tmp_path / "site")
        monkeypatch.setattr(install, "_PIP", (str(python), "-I", "-m", "pip"))
    places[level].parent.mkdir(parents=True, exist_ok=True)
    places[level].write_text(text, encoding="utf-8")


def site_python(folder: Path) -> Path:
    """The interpreter of an environment that has the pip of this one."""
    venv.EnvBuilder(symlinks=os.name != "nt").create(folder)
    libraries = sysconfig.get_path("purelib", vars={"base": str(folder)})
    packages = Path(next(iter(metadata.distributions(name="pip"))).locate_file(""))
    Path(libraries, "pip_of_the_tests.pth").write_text(f"{packages}\n", encoding="utf-8")
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def wheel(folder: Path) -> str:
    """Make one there; the line that requires it."""
    path, info = folder / "sagellm_nothing-1-py3-none-any.whl", "sagellm_nothing-1.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("sagellm_nothing.py", "")
        archive.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: sagellm-nothing\nVersion: 1\n"
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return f"sagellm-nothing==1 --hash=sha256:{sha256(path.read_bytes()).hexdigest()}\n"


def test_an_installations_word_goes_before_the_general_one_and_a_variable_before_both() -> None:
    """As for pip itself; several values are one variable, and nothing else is handed on."""
    listed = (
        "global.index-url='https://one.example.org'\n"
        "install.index-url='https://two.example.org'\n"
        "global.extra-index-url='\\nhttps://a.example.org\\nhttps://b.example.org'\n"
        "install.user='true'\ndownload.cert='x'\n:env:.timeout='5'\n"
    )
    expected = {
        "PIP_INDEX_URL": "https://two.example.org",
        "PIP_EXTRA_INDEX_URL": "https://a.example.org https://b.example.org",
        "PIP_CONFIG_FILE": os.devnull,
    }
    assert sources.alone({}, listed) == expected
    given = {"PIP_INDEX_URL": "https://three.example.org"}
    assert sources.alone(given, listed) == {**expected, **given}


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
