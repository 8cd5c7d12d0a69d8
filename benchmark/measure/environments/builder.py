"""Making a virtual environment that is layered on the one this process runs in.

Its own libraries come first and everything else comes from here: torch is not downloaded again.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import venv
from contextlib import ExitStack, suppress
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from packaging.version import Version

from benchmark.i18n import N_
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.environments.requirements import distribution, unmet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_READY = ".ready"
"""Written last: a folder without it is half made."""

_PARENTS = "_parents.pth"
_LAST_LINES = 5
_WORTH_SAYING = ("Downloading ", "Installing collected packages")
_HINT = N_(
    "pip's last lines say why. Without access to PyPI let PIP_INDEX_URL or PIP_FIND_LINKS name a "
    "mirror."
)


class Environment(NamedTuple):
    """A virtual environment, made or not.

    Attributes:
        folder: where it is.
        wanted: requirements in the words of PEP 508.
        parents: folders with further libraries, after its own.
    """

    folder: Path
    wanted: tuple[str, ...]
    parents: tuple[str, ...]

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def libraries(self) -> Path:
        """Where its own libraries are."""
        if os.name == "nt":
            return self.folder / "Lib" / "site-packages"
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        return self.folder / "lib" / version / "site-packages"

    def missing(self) -> tuple[str, ...]:
        """Requirements that neither it nor its parents fulfil."""
        return unmet(self.wanted, [str(self.libraries), *self.parents])

    def is_sound(self) -> bool:
        """Whether it was made completely and still is complete."""
        made = (self.folder / _READY).is_file() and self.python.is_file()
        return made and not self.missing()


def library_folders() -> tuple[str, ...]:
    """Where this process's installed libraries are, in the order they are found."""
    return tuple(
        entry for entry in sys.path if Path(entry).name in {"site-packages", "dist-packages"}
    )


def torch_requirement() -> str | None:
    """The torch that is here, so that no other is installed; None if there is none."""
    found = distribution("torch")
    return None if found is None else f"torch=={Version(found.version).public}"


def make(environment: Environment, say: Callable[[str], None]) -> None:
    """Make it anew and install what it wants; takes seconds to minutes.

    Raises:
        EngineFailedError: if that is not possible.
    """
    try:
        shutil.rmtree(environment.folder, ignore_errors=True)
        _make_empty(environment)
    except (OSError, ImportError, subprocess.CalledProcessError) as error:
        raise EngineFailedError(
            f"No virtual environment can be made in {environment.folder}: {error}",
            hint=N_("Check the folder's permissions and that Python's venv module is installed."),
        ) from error
    _install(environment, say)
    (environment.folder / _READY).touch()


def _make_empty(environment: Environment) -> None:
    """Without a pip of its own where its parents' can be used, which saves seconds."""
    builder = venv.EnvBuilder(symlinks=os.name != "nt", with_pip=not _has_pip())
    builder.create(environment.folder)
    lines = [f"import site; site.addsitedir({entry!a})\n" for entry in environment.parents]
    (environment.libraries / _PARENTS).write_text("".join(lines), encoding="ascii")


def _has_pip() -> bool:
    """Asked of its metadata: setuptools changes distutils for a process that looks for the module.

    https://github.com/pypa/setuptools/blob/main/_distutils_hack/__init__.py
    """
    return next(iter(metadata.distributions(name="pip")), None) is not None


def _install(environment: Environment, say: Callable[[str], None]) -> None:
    command = [str(environment.python), "-I", "-m", "pip", "install", "--no-input", "--no-user"]
    command += ["--progress-bar=off", "--disable-pip-version-check", *environment.wanted]
    lines, exit_status = _run(command, environment.folder, say)
    if exit_status:
        raise _failed(environment, lines)
    if missing := environment.missing():
        raise _failed(environment, [f"pip did not install {', '.join(missing)}."])


def _run(command: Sequence[str], folder: Path, say: Callable[[str], None]) -> tuple[list[str], int]:
    """What pip prints, and its exit status; it does not outlive this call."""
    lines = []
    with (
        subprocess.Popen(  # noqa: S603 - pip, with requirements of this package
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=os.name != "nt",
        ) as process,
        ExitStack() as stack,
    ):
        stack.callback(_end, process)
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        for line in process.stdout:
            lines.append(line.strip())
            if lines[-1].startswith(_WORTH_SAYING):
                say(lines[-1])
        return lines, process.wait()


def _end(pip: subprocess.Popen[str]) -> None:
    """It and the compilers it may have started."""
    if sys.platform != "win32":
        with suppress(OSError):
            os.killpg(pip.pid, signal.SIGKILL)
    pip.kill()


def _failed(environment: Environment, lines: Iterable[str]) -> EngineFailedError:
    last = "\n".join([line for line in lines if line][-_LAST_LINES:])
    return EngineFailedError(
        f"{' '.join(environment.wanted)} could not be installed into {environment.folder}:\n{last}",
        hint=_HINT,
    )
