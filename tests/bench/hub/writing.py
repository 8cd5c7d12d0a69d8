"""Commits a second: the hub over HTTP, beside `git commit` and `git push` to a bare repository."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from typing import TYPE_CHECKING

from tests.bench.hub import histories
from tests.bench.scale.rows import Row
from tests.localhub.test_durability import hub_process
from tests.localhub.wire import REPO, ask, commit_body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FEW, MANY = 20, 2000
_GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "bench",
    "GIT_AUTHOR_EMAIL": "bench@localhost",
    "GIT_COMMITTER_NAME": "bench",
    "GIT_COMMITTER_EMAIL": "bench@localhost",
}


class Hub:
    """A hub, and a client with a new connection for each commit."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._number = 0

    def commit(self) -> None:
        """One new file, as one commit."""
        self._number += 1
        path = f"{histories.FOLDER}/{self._number}.jsonl"
        body = commit_body({path: b"%d" % self._number})
        answer = ask(self._endpoint, "POST", f"/api/datasets/{REPO}/commit/main", body)
        assert answer.status == 200, answer


class Git:
    """A clone, and the bare repository that it pushes to."""

    def __init__(self, folder: Path, count: int, *, durable: bool) -> None:
        self._work = folder / "work"
        self._number = 0
        bare = folder / "bare.git"
        self._run("init", "-q", "--bare", "-b", "main", str(bare))
        self._run("clone", "-q", str(bare), str(self._work))
        for place in (bare, self._work) if durable else ():
            self._run("-C", str(place), "config", "core.fsync", "all")
        for number in range(count):
            path = self._work / histories.name_of(number)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"%d" % number)
        self._push("first", ".")

    def commit(self) -> None:
        """One new file, as one commit that is pushed."""
        self._number += 1
        path = f"{histories.FOLDER}/{self._number}.jsonl"
        (self._work / path).write_bytes(b"%d" % self._number)
        self._push(path, path)

    def _push(self, message: str, path: str) -> None:
        self._run("-C", str(self._work), "add", path)
        self._run("-C", str(self._work), "commit", "-q", "-m", message)
        self._run("-C", str(self._work), "push", "-q", "origin", "HEAD:main")

    @staticmethod
    def _run(*arguments: str) -> None:
        subprocess.run(["git", *arguments], check=True, capture_output=True,
                       env={**os.environ, **_GIT})  # fmt: skip


def measure(folder: Path, rounds: int, commits: int) -> list[Row]:
    """Each in turn, so often, each with so many commits; the medians of their rates."""
    for count in (FEW, MANY):
        histories.files(folder / f"hub-{count}", count)
    with hub_process(folder / f"hub-{FEW}") as few, hub_process(folder / f"hub-{MANY}") as many:
        (folder / "plain").mkdir()
        (folder / "durable").mkdir()
        works = {
            "few": Hub(few[1]).commit,
            "many": Hub(many[1]).commit,
            "plain": Git(folder / "plain", MANY, durable=False).commit,
            "durable": Git(folder / "durable", MANY, durable=True).commit,
        }
        found = dict(_medians(works, rounds, commits))
    return _rows(found)


def _medians(
    works: dict[str, Callable[[], None]], rounds: int, commits: int
) -> Iterator[tuple[str, float]]:
    rates: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        work()
    for _ in range(rounds):
        for name, work in works.items():
            started = time.perf_counter()
            for _ in range(commits):
                work()
            rates[name].append(commits / (time.perf_counter() - started))
    return ((name, statistics.median(rates[name])) for name in works)


def _rows(found: dict[str, float]) -> list[Row]:
    many = f"{found['many']:.0f} commits/s"
    return [
        Row(f"durable commits in a folder of {MANY:,} files, beside git commit and push",
            f"{many}; git {found['plain']:.1f}", found["many"] / found["plain"], "× git", 2,
            at_least=True),
        Row("the same, beside git with core.fsync=all", f"{many}; git {found['durable']:.1f}",
            found["many"] / found["durable"], "× git", 2, at_least=True),
        Row(f"the same, beside a folder of {FEW}", f"{many}; {found['few']:.0f}",
            found["many"] / found["few"], "× few files", 0.7, at_least=True),
    ]  # fmt: skip
