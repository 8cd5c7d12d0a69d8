"""A contributor: a git repository with a bare remote, a result, and a runner that publishes it."""

from __future__ import annotations

import subprocess
import threading
from functools import partial
from typing import IO, TYPE_CHECKING, NamedTuple, cast

from benchmark import canonical, submission
from benchmark.demo.stage import TOOL
from benchmark.errors import BenchmarkError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmark.demo.stage import Stage
    from benchmark.entry import Entry

PUBLISH = ("publish", "--cleanup", "--json")

_README = b"# My benchmark results\n\nThe results are in hf_data/ until they are published.\n"
_IDENTITY = "{name}@demo.invalid"


class Contributor(NamedTuple):
    """One contributor and the place of each of their folders.

    Attributes:
        name: who submits.
        folder: theirs alone.
        token: what their runner may write to the Hub with; they themselves need none.
    """

    name: str
    folder: Path
    token: str

    @property
    def remote(self) -> Path:
        """The bare repository that they push to."""
        return self.folder / "remote.git"

    @property
    def work(self) -> Path:
        """Their own clone."""
        return self.folder / "work"

    @property
    def runner(self) -> Path:
        """The clone of the machine that publishes."""
        return self.folder / "runner"

    @property
    def summary(self) -> Path:
        """What the publish printed with `--json`."""
        return self.folder / "publish.json"

    def results(self) -> list[Entry]:
        """What they measured."""
        files = submission.result_files(self.work / "outputs")
        return [entry for file in files for entry in file.entries]


def make_repository(stage: Stage, who: Contributor) -> None:
    """Make the remote, and a clone of it with a first commit."""
    who.folder.mkdir(parents=True)
    stage.run("git", "init", "--quiet", "--bare", "--initial-branch=main", "remote.git",
              cwd=who.folder, show=False)  # fmt: skip
    stage.run("git", "init", "--quiet", "--initial-branch=main", "work", cwd=who.folder, show=False)
    for name, value in (("name", who.name), ("email", _IDENTITY.format(name=who.name))):
        stage.run("git", "config", f"user.{name}", value, cwd=who.work, show=False)
    stage.run("git", "remote", "add", "origin", "../remote.git", cwd=who.work, show=False)
    canonical.write_all_atomic({
        who.work / "README.md": _README,
        who.work / ".gitignore": b"/outputs/\n",
    })  # fmt: skip
    commit_and_push(stage, who, ".", "A repository for results", show=False)


def put_result(who: Contributor, entry: Entry) -> None:
    """Put a generated entry where `run` would have written it."""
    name = str(entry.at("workload", "name"))
    folder = who.work / "outputs" / "demo" / f"{name}_001"
    canonical.write_atomic(folder / f"{name}_leaderboard.json", entry.canonical + b"\n")


def commit_and_push(
    stage: Stage, who: Contributor, path: str, message: str, *, show: bool = True
) -> None:
    """Commit one path and push it."""
    stage.run("git", "add", path, cwd=who.work, show=show)
    stage.run("git", "commit", "--quiet", "-m", message, cwd=who.work, show=show)
    stage.run("git", "push", "--quiet", "origin", "main", cwd=who.work, show=show)


def check_out(stage: Stage, who: Contributor) -> None:
    """Clone the remote's tip without history, as actions/checkout does."""
    url = who.remote.absolute().as_uri()
    stage.run("git", "clone", "--quiet", "--depth=1", url, "runner", cwd=who.folder)


def publish_together(stage: Stage, everybody: Sequence[Contributor]) -> None:
    """Start everybody's publish at the same moment and follow them all to their end.

    Raises:
        BenchmarkError: if any of them fails.
    """
    failures: list[BenchmarkError] = []
    followers = [_start_publish(stage, who, failures) for who in everybody]
    for follower in followers:
        follower.start()
    for follower in followers:
        follower.join()
    if failures:
        raise failures[0]


def _start_publish(
    stage: Stage, who: Contributor, failures: list[BenchmarkError]
) -> threading.Thread:
    """Start a publish; the thread, not yet started, shows what it prints."""
    argv, env = [TOOL, *PUBLISH], {**stage.env, "HF_TOKEN": who.token}
    with who.summary.open("w", encoding="utf-8") as summary:
        process = stage.processes.start(
            argv, cwd=who.runner, env=env, stdout=summary, stderr=subprocess.PIPE
        )

    def follow() -> None:
        lines = cast("IO[str]", process.stderr)
        try:
            stage.processes.finish(process, lines, partial(stage.screen.output, by=who.name))
        except BenchmarkError as error:
            failures.append(error)

    return threading.Thread(target=follow, daemon=True)


def attempts(who: Contributor) -> int:
    """How many attempts the contributor's publish took."""
    summary = canonical.loads(canonical.read_bytes(who.summary), file=str(who.summary))
    return cast("dict[str, int]", summary)["attempts"]
