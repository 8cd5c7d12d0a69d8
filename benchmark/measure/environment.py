"""The interpreter that can run an engine, and the command line that does.

Some engines pin older libraries than this package works with. Such an engine gets a virtual
environment in the user's cache on first use, unless the current one happens to suit it.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

import benchmark
from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.environments.builder import (
    Environment,
    library_folders,
    make,
    torch_requirement,
)
from benchmark.measure.environments.requirements import ENVIRONMENTS, unmet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from filelock import BaseFileLock

_NAME = "sagellm-benchmark"
_HASH_LENGTH = 12

_PRELUDE = """\
import sys
sys.path[:] = [entry for entry in sys.path if entry]
sys.path.append({root!r})
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("benchmark", {file!r})
sys.modules["benchmark"] = module = module_from_spec(spec)
spec.loader.exec_module(module)
"""
"""The package is loaded by its place: neither a folder `benchmark` where the command was started
nor another installed version is meant, and its folder, which may hold anything, is looked at last.
"""

_WORKER = """\
from benchmark.measure.worker import main
main()
"""


def cache_root(env: Mapping[str, str]) -> Path:
    """This package's folder in the user's cache, as the platform has it.

    Args:
        env: the environment's variables.
    """
    if chosen := env.get("XDG_CACHE_HOME"):
        return Path(chosen).absolute() / _NAME
    if sys.platform == "win32" and (local := env.get("LOCALAPPDATA")):
        return Path(local) / _NAME / "Cache"
    home = Path(env["HOME"]) if env.get("HOME") else Path.home()
    caches = "Library/Caches" if sys.platform == "darwin" else ".cache"
    return home / caches / _NAME


def environment_name(engine: str, backend: str) -> str:
    """The environment of an engine: onnxruntime for CUDA is another package than for CPUs."""
    on_gpu = f"{engine}-gpu"
    return on_gpu if backend == "cuda" and on_gpu in ENVIRONMENTS else engine


def python_for(
    engine: str,
    cache: Path,
    say: Callable[[str], None],
    *,
    install: bool = True,
) -> Path:
    """The interpreter that can run `engine`; may take minutes when called for the first time.

    Args:
        engine: a name in `ENVIRONMENTS`, see `environment_name`; every other engine runs in the
            current interpreter.
        cache: this package's folder in the user's cache, see `cache_root`.
        say: told what is happening, a line at a time.
        install: whether an environment may be made.

    Raises:
        UsageError: if one would have to be made and may not.
        EngineFailedError: if it cannot be made.
    """
    wanted = ENVIRONMENTS.get(engine, ())
    if not unmet(wanted):
        return Path(sys.executable)
    environment = environment_of(engine, wanted, cache)
    if not environment.is_sound():
        if not install:
            raise UsageError(
                f"The engine {engine} is not installed: {', '.join(unmet(wanted))} missing.",
                hint=f"pip install '{_NAME}[{engine}]', or allow an environment to be made for it.",
            )
        make_once(engine, environment, say)
    return environment.python


def child_command(python: Path) -> list[str]:
    """The command line of a measuring process in that interpreter."""
    return code_command(python, _WORKER)


def code_command(python: Path, code: str) -> list[str]:
    """The command line that runs code which imports this very package in that interpreter.

    In an engine's environment PYTHONPATH does not count: the environment's libraries come first.
    """
    package = Path(benchmark.__file__).resolve()
    prelude = _PRELUDE.format(root=str(package.parents[1]), file=str(package))
    isolated = [] if python == Path(sys.executable) else ["-I"]
    return [str(python), *isolated, "-c", prelude + code]


def environment_of(engine: str, wanted: tuple[str, ...], cache: Path) -> Environment:
    """An engine's environment, made or not.

    Its name says what it was made of, so that nothing else is ever found under it.
    """
    torch = torch_requirement()
    wanted = wanted if torch is None else (*wanted, torch)
    parents = library_folders()
    made_of = "\n".join([sys.version, sys.base_prefix, *wanted, *parents])
    digest = sha256(made_of.encode()).hexdigest()[:_HASH_LENGTH]
    return Environment(cache / "engines" / f"{engine}-{digest}", wanted, parents)


def make_once(engine: str, environment: Environment, say: Callable[[str], None]) -> None:
    """Make an environment, unless it is made; two processes that need the same make it once.

    Raises:
        EngineFailedError: if it cannot be made.
    """
    folder = environment.folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = _acquire(FileLock(folder.with_name(f"{folder.name}.lock")), engine, say)
    except OSError as error:
        raise EngineFailedError(
            f"The engine {engine} cannot be installed into {folder.parent}: {error}",
            hint=N_("Let XDG_CACHE_HOME name a folder that can be written to."),
        ) from error
    with lock:
        if not environment.is_sound():
            say(f"Installing the engine {engine} into {folder}, once.")
            make(environment, say)
            say(f"The engine {engine} is installed.")


def _acquire(
    lock: BaseFileLock, engine: str, say: Callable[[str], None]
) -> AbstractContextManager[object]:
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        say(f"Waiting for another process that installs the engine {engine}.")
        return lock.acquire()
