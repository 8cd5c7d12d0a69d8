"""Engine environments, with real venv and pip; the wheels are made here, so no network is used."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest
import torch

from benchmark.errors import UsageError
from benchmark.measure import environment
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.environments import builder
from benchmark.measure.environments.requirements import ENVIRONMENTS, unmet

pytestmark = pytest.mark.xdist_group("environment")

ROOT = Path(__file__).resolve().parents[2]
NAME, OLD = "sortedcontainers", "0.1"
SEEN = f"""\
import importlib.util, json, {NAME}, benchmark
torch = importlib.util.find_spec("torch").origin
print(json.dumps([{NAME}.__version__, torch, benchmark.__file__]))
"""
BOTH = """\
import sys
from pathlib import Path
from benchmark.measure import environment
from benchmark.measure.environments import builder
from benchmark.measure.environments.requirements import ENVIRONMENTS
ENVIRONMENTS["fake"] = ("sortedcontainers==0.1",)
print(environment.python_for("fake", Path(sys.argv[1]), print))
"""


class Seen(NamedTuple):
    """The version of the library, and where torch and this package are from."""

    version: str
    torch: str
    package: str


def write_wheel(folder: Path, name: str, version: str, *requires: str) -> None:
    """A wheel with one module that knows its version."""
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    files = {
        f"{name}.py": f"__version__ = {version!r}\n",
        f"{info}/METADATA": metadata + "".join(f"Requires-Dist: {one}\n" for one in requires),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in {**files, f"{info}/RECORD": record}.items():
            wheel.writestr(path, text)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache for the tests that need an environment but not a new one."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place pip looks at; the engine `fake` wants an older library than this one has."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    write_wheel(folder, NAME, OLD)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setitem(ENVIRONMENTS, "fake", (f"{NAME}=={OLD}",))
    return folder


def python_for(cache: Path, *, install: bool = True) -> tuple[Path, list[str]]:
    """The interpreter for `fake`, and what was said."""
    said: list[str] = []
    return environment.python_for("fake", cache, said.append, install=install), said


def seen_by(python: Path, folder: Path) -> Seen:
    """What a child in that interpreter finds, started in `folder`."""
    command = environment.code_command(python, SEEN)
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return Seen(*json.loads(done.stdout))


def test_an_engine_without_pins_runs_in_the_current_interpreter(tmp_path: Path) -> None:
    """And nothing is made for it."""
    assert environment.python_for("transformers", tmp_path, print) == Path(sys.executable)
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("wheels")
def test_what_is_here_already_needs_no_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The current environment's version is wanted."""
    monkeypatch.setitem(ENVIRONMENTS, "fake", (f"{NAME}>={OLD}", "torch>=2.4"))
    assert python_for(tmp_path / "cache") == (Path(sys.executable), [])


@pytest.mark.usefixtures("wheels")
def test_an_environment_has_its_own_version_and_the_torch_from_here(
    shared: Path, tmp_path: Path
) -> None:
    """Its libraries come first, everything else is shared."""
    python, _said = python_for(shared)
    seen = seen_by(python, tmp_path)
    assert seen.version == OLD
    assert seen.torch == torch.__file__
    assert python_for(shared) == (python, [])


@pytest.mark.usefixtures("wheels")
def test_a_child_imports_this_package_whatever_lies_around(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a folder of that name where it starts nor one on PYTHONPATH is taken for it."""
    (tmp_path / "benchmark").mkdir()
    (tmp_path / "benchmark" / "__init__.py").write_text("raise SystemExit(9)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    ours = str(ROOT / "benchmark" / "__init__.py")
    assert seen_by(Path(sys.executable), tmp_path).package == ours
    assert seen_by(python_for(shared)[0], tmp_path).package == ours


@pytest.mark.usefixtures("wheels")
def test_two_processes_make_an_environment_once(tmp_path: Path) -> None:
    """The second waits and uses what the first made."""
    command = [*environment.code_command(Path(sys.executable), BOTH), str(tmp_path / "cache")]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    outputs = [process.communicate()[0] for process in both]
    pythons = {output.splitlines()[-1] for output in outputs}
    assert "".join(outputs).count("Installing the engine") == 1
    assert len(pythons) == 1
    assert seen_by(Path(pythons.pop()), tmp_path).version == OLD


@pytest.mark.usefixtures("wheels")
@pytest.mark.parametrize("damage", ["mark", "library", "interpreter"])
def test_a_half_made_or_damaged_environment_is_made_again(
    shared: Path, tmp_path: Path, damage: str
) -> None:
    """Killed before it was ready, emptied by somebody, or its Python uninstalled."""
    python, _ = python_for(shared)
    folder = python.parents[1]
    if damage == "library":
        shutil.rmtree(next(folder.rglob(f"{NAME}-*.dist-info")))
    else:
        (python if damage == "interpreter" else folder / ".ready").unlink()
    again, said = python_for(shared)
    assert again == python
    assert said[0].startswith("Installing the engine fake into ")
    assert seen_by(python, tmp_path).version == OLD


def test_a_failed_installation_says_why_and_can_be_repeated(wheels: Path, tmp_path: Path) -> None:
    """Pip's own last words; what is left is not taken for an environment."""
    wheel = next(wheels.iterdir())
    hidden = wheel.rename(tmp_path / wheel.name)
    with pytest.raises(EngineFailedError, match="No matching distribution") as caught:
        python_for(tmp_path / "cache")
    assert "PIP_INDEX_URL" in caught.value.hint
    hidden.rename(wheel)
    assert seen_by(python_for(tmp_path / "cache")[0], tmp_path).version == OLD


def test_an_interrupted_installation_leaves_no_compiler_behind(tmp_path: Path) -> None:
    """Pip here only starts a process, as it does to build what has no wheel."""
    started: list[psutil.Process] = []
    sleeping = f"[{sys.executable!r}, '-c', 'import time; time.sleep(60)']"
    pip = (
        f"import subprocess; child = subprocess.Popen({sleeping})\n"
        "print('Downloading', child.pid, flush=True); child.wait()"
    )

    def interrupt(line: str) -> None:
        started.append(psutil.Process(int(line.split()[1])))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        builder._run([sys.executable, "-c", pip], tmp_path, interrupt)  # noqa: SLF001 - as make does
    assert psutil.wait_procs(started, timeout=10)[1] == []


@pytest.mark.usefixtures("wheels")
def test_where_nothing_may_be_installed_the_extra_is_named(tmp_path: Path) -> None:
    """The user does it then."""
    with pytest.raises(UsageError, match=f"{NAME}=={OLD} missing") as caught:
        python_for(tmp_path / "cache", install=False)
    assert "sagellm-benchmark[fake]" in caught.value.hint


@pytest.mark.usefixtures("wheels")
def test_a_cache_that_cannot_be_written_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    """A file is where the folder should be."""
    (tmp_path / "cache").write_text("")
    with pytest.raises(EngineFailedError, match="cannot be installed") as caught:
        python_for(tmp_path / "cache")
    assert "XDG_CACHE_HOME" in caught.value.hint


def test_requirements_of_requirements_count(wheels: Path, tmp_path: Path) -> None:
    """An extra's dependency in the wrong version is unmet; one for another platform is not."""
    write_wheel(wheels, "outer", "1", 'inner>=2; extra == "deep"', 'no; platform_system == "BeOS"')
    write_wheel(wheels, "inner", "1")
    for wheel in wheels.iterdir():
        zipfile.ZipFile(wheel).extractall(tmp_path / "path")
    path = [str(tmp_path / "path")]
    assert unmet(["outer>=1"], path) == ()
    assert unmet(["outer[deep]>=1"], path) == ('inner>=2; extra == "deep"',)
    assert unmet(["outer>1", "absent"], path) == ("absent", "outer>1")


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/x/sagellm-benchmark"),
        ({"HOME": "/h"}, "/h/.cache/sagellm-benchmark"),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="other platforms keep caches elsewhere")
def test_the_cache_is_where_the_platform_has_it(variables: dict[str, str], expected: str) -> None:
    """XDG's variable first."""
    assert environment.cache_root(variables) == Path(expected)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_extras_ask_for_what_the_environments_have(name: str) -> None:
    """One table in pyproject.toml, one in the code."""
    project = pytest.importorskip("tomllib").loads((ROOT / "pyproject.toml").read_text())
    extra = project["project"]["optional-dependencies"][name]
    assert set(ENVIRONMENTS[name]) <= set(extra)


def test_onnxruntime_for_cuda_is_an_environment_of_its_own() -> None:
    """No other engine has one."""
    assert environment.environment_name("onnxruntime", "cpu") == "onnxruntime"
    assert environment.environment_name("onnxruntime", "cuda") == "onnxruntime-gpu"
    assert environment.environment_name("transformers", "cuda") == "transformers"
