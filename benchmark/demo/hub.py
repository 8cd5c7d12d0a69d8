"""The embedded Hub as a process of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmark.demo.stage import TOOL
from benchmark.errors import BenchmarkError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from benchmark.demo.contributor import Contributor
    from benchmark.demo.stage import Stage

REPO = "demo/leaderboard"

_ENDPOINT = re.compile(r"HF_ENDPOINT=(http://\S+)")
_COMMIT = re.compile(r"\d{3} commit .*")
_POLL_SECONDS = 0.05
_POLLS = 1200


def start_hub(stage: Stage, writers: Iterable[Contributor]) -> str:
    """Start the Hub on a free port of this machine; its endpoint, once it answers.

    Raises:
        BenchmarkError: if it does not come up within a minute.
    """
    tokens = stage.folder / "tokens"
    tokens.touch(mode=0o600)
    tokens.write_text("".join(f"write {who.token} {who.name}\n" for who in writers), "utf-8")
    argv = [TOOL, "hub", "--root", "hub", "--port", "0", "--token-file", "tokens"]
    argv += ["--create", REPO]
    stage.screen.command(f"{stage.typed(argv, stage.folder)} &")
    with log_of(stage).open("w", encoding="utf-8") as log:
        process = stage.processes.start(argv, cwd=stage.folder, env=stage.env, stdout=log)
    for _ in range(_POLLS):
        if found := _ENDPOINT.search(_read(stage)):
            return found[1]
        if process.poll() is not None:
            break
        stage.sleep(_POLL_SECONDS)
    raise BenchmarkError(f"The Hub did not start: {_read(stage).strip()}")


def dataset_folder(stage: Stage) -> Path:
    """Where the Hub keeps the dataset: a bare git repository."""
    return stage.folder / "hub" / "datasets" / f"{REPO}.git"


def commits_seen(stage: Stage) -> list[str]:
    """What the Hub noted about every commit it was asked for, refused ones too."""
    return _COMMIT.findall(_read(stage))


def log_of(stage: Stage) -> Path:
    """What the Hub notes."""
    return stage.folder / "hub.log"


def _read(stage: Stage) -> str:
    return log_of(stage).read_text("utf-8", errors="replace")
