"""What `--version` says: which package this is, and whose command of its name is found first.

isagellm-benchmark, a part of sageLLM, installs a command `sagellm-benchmark` too. The file is that
of whichever package was installed last, and the other one's uninstalling removes it.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zipfile import BadZipFile, ZipFile

import click

import benchmark
from benchmark import i18n
from benchmark.commands.program import NAME, OWN_NAME
from benchmark.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_OURS = {"sagellm_leaderboard", "benchmark.cli"}
_IMPORT = re.compile(rb"^\s*from ([\w.]+) import ", re.MULTILINE)
_LONGEST = 1024 * 1024
"""Bytes; the largest launcher of Windows has a tenth of it."""


class Program(NamedTuple):
    """A command's file.

    Attributes:
        path: where it is.
        module: what it imports; None if that cannot be read.
        is_here: whether it is in this Python's environment.
    """

    path: Path
    module: str | None
    is_here: bool


def show(context: click.Context, _parameter: click.Parameter, asked: bool) -> None:  # noqa: FBT001 - as click calls it
    """Print it and end, if --version was given."""
    if not asked or context.resilient_parsing:
        return
    for line in lines(i18n.translator(i18n.language_of(os.environ)), found()):
        click.echo(line)
    context.exit()


def found() -> Program | None:
    """What the shell starts for our name; None if there is nothing on PATH."""
    place = shutil.which(NAME)
    if place is None:
        return None
    schemes = (sysconfig.get_default_scheme(), sysconfig.get_preferred_scheme("user"))
    folders = {Path(sysconfig.get_path("scripts", scheme)) for scheme in schemes}
    path = Path(place).absolute()
    return Program(path, _module(path), path.parent in folders)


def lines(_: Callable[[str], str], program: Program | None) -> Iterator[str]:
    """The name and version, where the package is, and whose the command is."""
    yield f"{NAME}, version {benchmark.__version__}"
    python = f"Python {sys.version.split()[0]}"
    folder = Path(benchmark.__file__).resolve().parent
    yield _("This package: {folder} ({python})").format(
        folder=one_line(str(folder), 500), python=python
    )
    if program is None:
        yield _("The command {name}: none is found on PATH.").format(name=NAME)
    else:
        path = one_line(str(program.path), 500)
        yield _("The command {name}: {path}, {whose}").format(
            name=NAME, path=path, whose=_whose(_, program)
        )
    if program is None or not program.is_here or program.module not in _OURS:
        text = _("What always starts this package: {command}, or {python} -m benchmark")
        yield text.format(command=OWN_NAME, python=one_line(sys.executable, 500))


def _whose(_: Callable[[str], str], program: Program) -> str:
    if program.module is None:
        return _("which does not tell whose it is.")
    if program.module in _OURS:
        return _("this package's.") if program.is_here else _("that of another environment.")
    owner = _owner(program.module) if program.is_here else None
    if owner is None:
        return _("another program: it starts {module}.").format(module=program.module)
    return _("another program, that of {package}.").format(package=one_line(owner))


def _owner(module: str) -> str | None:
    """Name and version of the installed package whose command imports `module`."""
    from importlib import metadata  # noqa: PLC0415 - takes 8 ms, which every command would wait

    for point in metadata.entry_points(group="console_scripts", name=NAME):
        if point.module == module and point.dist is not None:
            return f"{point.dist.name} {point.dist.version}"
    return None


def _module(path: Path) -> str | None:
    """What a console script imports first of a package; Windows has it in a zip in the program."""
    try:
        data = _script(path)
    except (OSError, BadZipFile, KeyError):
        return None
    names = [name.decode() for name in _IMPORT.findall(data)]
    return next((name for name in names if name not in sys.stdlib_module_names), None)


def _script(path: Path) -> bytes:
    if path.suffix.lower() != ".exe":
        with path.open("rb") as file:
            return file.read(_LONGEST)
    with ZipFile(path) as launcher:
        return launcher.read("__main__.py")
