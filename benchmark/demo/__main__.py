"""`python -m benchmark.demo` plays the demo in `.demo/`; for Linux and macOS."""

from __future__ import annotations

import io
import os
import shutil
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from filelock import FileLock, Timeout

from benchmark import i18n, report
from benchmark.commands import streams
from benchmark.commands.interrupts import INTERRUPTS
from benchmark.demo.model import choose
from benchmark.demo.processes import processes
from benchmark.demo.screen import Screen
from benchmark.demo.stage import Stage, environment, with_users_hub
from benchmark.demo.tour import STEPS, play
from benchmark.errors import BenchmarkError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn

_MARK = ".made-by-the-demo"
_LOCK = ".lock"
_ELSEWHERE = "Choose another --folder."


@click.command()
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), default=Path(".demo"),
    show_default=True, help="Everything is written below it; what an earlier demo left goes.",
)  # fmt: skip
@click.option(
    "--model", default="", envvar="DEMO_MODEL", show_envvar=True,
    help="A model on the Hub, or a local folder.  [default: gpt2 with random weights]",
)  # fmt: skip
def command(folder: Path, model: str) -> None:
    """Measure a model, aggregate, push, and publish while two others publish too."""
    given = os.environ  # noqa: TID251 - the outermost layer
    _ = i18n.translator(i18n.language_of(given))
    with _emptied(folder):
        screen = Screen(STEPS, time.monotonic)
        text = _("Everything is below {folder}/ and on 127.0.0.1: nothing leaves this machine.")
        screen.say(text.format(folder=folder))
        choice = choose(_, model, given.get("HF_ENDPOINT"))
        env = environment(given, folder)
        with processes() as started:
            stage = Stage(folder, env, screen, started, _, time.sleep)  # noqa: TID251 - as above
            measuring = replace(stage, env=with_users_hub(env, given)) if choice.from_hub else stage
            play(stage, measuring, choice)
        done = _("Done in {seconds:.0f} s; nothing is running any more.")
        screen.say(done.format(seconds=screen.elapsed))


def main() -> NoReturn:
    """Play the demo and exit: 0 if every contribution is in, 130 if it was interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(line_buffering=True)
    with streams.lasting(None), INTERRUPTS.listening():
        code = _exit_code()
    sys.exit(code)


def _exit_code() -> int:
    try:
        command.main(prog_name="python -m benchmark.demo", standalone_mode=False)
    except BenchmarkError as error:
        translate = i18n.translator(i18n.language_of(os.environ))  # noqa: TID251 - as above
        for line in ("", *report.failed(translate, error)):
            click.echo(line, err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return UsageError.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nInterrupted: everything that the demo started is stopped.", err=True)
        return INTERRUPTS.exit_code
    return 0


@contextmanager
def _emptied(folder: Path) -> Iterator[None]:
    """The folder for this demo alone, without what an earlier one left.

    Raises:
        UsageError: if it holds anything else, or another demo is using it.
    """
    mark, lock = folder / _MARK, FileLock(folder / _LOCK)
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        raise UsageError(f"{folder} was not made by the demo: it stays.", hint=_ELSEWHERE)
    folder.mkdir(parents=True, exist_ok=True)
    mark.touch()
    with ExitStack() as held:
        try:
            held.enter_context(lock.acquire(timeout=0))
        except Timeout:
            raise UsageError(f"Another demo is playing in {folder}.", hint=_ELSEWHERE) from None
        for path in folder.iterdir():
            if path.name not in {_MARK, _LOCK}:
                _remove(path)
        yield


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


if __name__ == "__main__":
    main()
