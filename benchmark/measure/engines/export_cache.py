"""Exported models in the user's cache: each is made once, whole or not at all.

The export runs in a process of its own, so that the measuring process is the same whether the
export was there before or not.
"""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from filelock import FileLock

from benchmark import canonical
from benchmark.i18n import N_
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.engines.optimum_model import versions
from benchmark.measure.environment import code_command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.canonical import Json
    from benchmark.errors import BenchmarkError
    from benchmark.measure.engine_options import EngineOptions
    from benchmark.measure.engines.transformers_config import Configuration

_FACTS = "export.json"
_PARTIAL = ".partial"
_CHILD = """\
from benchmark import garbage
with garbage.uncollected():
    from benchmark.measure.engines.export_cache_child import main
main()
"""
_WEIGHTS = ("*.safetensors", "*.bin")
_NAME_LENGTH = 16
_LAST_LINES = 5


class ExportJob(NamedTuple):
    """What to export.

    Attributes:
        engine: whose module `<engine>_engine_export` does it.
        options: which model; its `dtype` is set.
        tools: the distributions whose versions decide what is written, as far as they are here.
        base: an earlier export that this one is made from, None for the model itself.
        variant: whatever else decides what is written.
    """

    engine: str
    options: EngineOptions
    tools: tuple[str, ...]
    base: Path | None = None
    variant: str = ""


class Facts(NamedTuple):
    """What is known of an export since it was made.

    Attributes:
        parameters: of the model, tied weights counted once.
        weight_bytes: of all constants that are weights, by their type.
        quantization: in the public format's words.
        details: how it was made.
    """

    parameters: int
    weight_bytes: dict[str, int]
    quantization: str
    details: dict[str, str]


class Export(NamedTuple):
    """An exported model on disk."""

    folder: Path
    facts: Facts


def exported(cache: Path, job: ExportJob, configuration: Configuration) -> Export:
    """The export that `job` asks for, made now unless it is there.

    Args:
        cache: this package's folder in the user's cache.
        job: what to export.
        configuration: of the model.

    Raises:
        BenchmarkError: if the model cannot be loaded or exported.
    """
    folder = cache / "exports" / _name(job, configuration)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(f"{folder.name}.lock")):
            if not folder.is_dir():
                _make(folder, job)
    except OSError as error:
        raise EngineFailedError(
            f"Nothing can be exported into {folder.parent}: {error}",
            hint=N_("Let XDG_CACHE_HOME name a folder that can be written to and has space left."),
        ) from error
    return Export(folder, read_facts(folder))


def write_facts(folder: Path, facts: Facts) -> None:
    """Keep what is known of an export in its folder."""
    values = cast("dict[str, Json]", facts._asdict())
    canonical.write_atomic(folder / _FACTS, canonical.dumps(values))


def read_facts(folder: Path) -> Facts:
    """What was kept of an export in its folder."""
    path = folder / _FACTS
    values: Any = canonical.loads(canonical.read_bytes(path), file=str(path))
    return Facts(**values)


def _name(job: ExportJob, configuration: Configuration) -> str:
    options = job.options
    key: dict[str, Json] = {
        "model": dict(_identity(options, configuration)),
        "dtype": options.dtype,
        "variant": job.variant,
        "tools": dict(versions(job.tools)),
    }
    digest = canonical.digest(canonical.dumps(key))[:_NAME_LENGTH]
    return f"{job.engine}-{options.dtype}-{digest}"


def _identity(options: EngineOptions, configuration: Configuration) -> Iterator[tuple[str, Json]]:
    """What tells one model's weights from another's without reading them."""
    yield "config", configuration.sha256
    if options.random_weights:
        yield "seed", options.seed
    elif configuration.revision is None:
        files = sorted(path for glob in _WEIGHTS for path in Path(options.model).glob(glob))
        for path in files:
            status = path.stat()
            yield path.name, f"{status.st_size} {status.st_mtime_ns}"
    else:
        yield "model", options.model
        yield "revision", configuration.revision


def _make(folder: Path, job: ExportJob) -> None:
    partial = folder.with_name(folder.name + _PARTIAL)
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        _run_child(job, partial)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _run_child(job: ExportJob, folder: Path) -> None:
    done = subprocess.run(  # noqa: S603 - this package's own code
        code_command(Path(sys.executable), _CHILD),
        input=pickle.dumps((job, folder)),
        capture_output=True,
        check=False,
    )
    if not done.returncode:
        return
    if done.stdout:
        error: BenchmarkError = pickle.loads(done.stdout)  # noqa: S301 - from the child above
        raise error
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    words = "\n".join(lines[-_LAST_LINES:]) or f"exit status {done.returncode}"
    raise EngineFailedError(
        f"The model {job.options.model} cannot be exported for {job.engine}: {words}",
        hint=N_("Choose a smaller model if memory ran out, or the engine transformers."),
    )
