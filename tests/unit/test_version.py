"""`--version` says which package this is, and whose command of its name comes first."""

from __future__ import annotations

import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

import benchmark
from benchmark.commands import version
from benchmark.commands.version import Program

PATH = Path("/somewhere/sagellm-benchmark")
PIP = "#!{python}\n# -*- coding: utf-8 -*-\nimport re\nimport sys\nfrom {module} import main\n"
UV = "#!/bin/sh\n'''exec' '{python}' \"$0\" \"$@\"\n' '''\nimport sys\nfrom {module} import main\n"


def told(program: Program | None) -> list[str]:
    """In English."""
    return list(version.lines(str, program))


def script(folder: Path, text: str, module: str) -> Path:
    """A command for a module, as an installer writes it."""
    path = folder / version.NAME
    path.write_text(text.format(python=sys.executable, module=module), "utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("module", ["sagellm_leaderboard", "benchmark.cli"])
@pytest.mark.parametrize("text", [PIP, UV], ids=["pip", "uv"])
def test_a_command_of_ours_is_known_by_what_it_imports(
    text: str, module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever wrote it; here it is in no environment of this Python."""
    path = script(tmp_path, text, module)
    monkeypatch.setenv("PATH", str(tmp_path))
    program = version.found()
    assert program == Program(path, module, is_here=False)
    assert any("that of another environment." in line for line in told(program))


def test_a_command_of_windows_is_read_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program with a zip behind it."""
    path = tmp_path / f"{version.NAME}.exe"
    with path.open("wb") as file:
        file.write(b"MZ\x00 the launcher\n")
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("__main__.py", PIP.format(python="x", module="other.cli"))
    monkeypatch.setattr(version.shutil, "which", {version.NAME: str(path)}.get)
    assert version.found() == Program(path, "other.cli", is_here=False)


@pytest.mark.parametrize("data", [b"", b"\x7fELF\x00\xff", b"import os\nexec('x')\n"])
def test_a_command_that_tells_nothing_is_not_guessed_at(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty file, a binary, a script of somebody's own."""
    path = tmp_path / version.NAME
    path.write_bytes(data)
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert version.found() == Program(path, None, is_here=False)
    assert any("does not tell whose it is." in line for line in told(version.found()))


def test_a_command_of_this_environment_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where this Python's own commands are."""
    script(tmp_path, PIP, "sagellm_leaderboard")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sysconfig, "get_path", lambda *_: str(tmp_path))
    program = version.found()
    assert program is not None
    assert program.is_here
    assert told(program)[-1].endswith("this package's.")


def test_the_package_is_told_by_name_version_and_place() -> None:
    """In the first line as programs that read it know it."""
    first, second, *_ = told(None)
    assert first == f"sagellm-benchmark, version {benchmark.__version__}"
    assert str(Path(benchmark.__file__).parent) in second


@pytest.mark.parametrize(
    "program",
    [
        None,
        Program(PATH, None, is_here=True),
        Program(PATH, "sagellm_benchmark.cli", is_here=True),
        Program(PATH, "sagellm_benchmark.cli", is_here=False),
        Program(PATH, "sagellm_leaderboard", is_here=False),
    ],
)
def test_whenever_the_command_is_not_this_one_what_starts_this_one_is_told(
    program: Program | None,
) -> None:
    """None, another package's, another environment's, an unknown one."""
    last = told(program)[-1]
    assert last.startswith("What always starts this package: sagellm-leaderboard, or ")
    assert f"{sys.executable} -m benchmark" in last


def test_another_program_s_module_is_told_where_its_package_is_not_known() -> None:
    """Its metadata are in an environment that cannot be looked into."""
    line = told(Program(PATH, "sagellm_benchmark.cli", is_here=False))[2]
    assert line.endswith("another program: it starts sagellm_benchmark.cli.")
