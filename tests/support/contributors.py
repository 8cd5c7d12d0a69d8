"""Two contributors with clones of one repository, who share results through git."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

DATA = "hf_data/leaderboard_single.json"

WAYS: dict[str, list[tuple[str, ...]]] = {
    "merge": [("fetch",), ("merge", "origin/main")],
    "rebase": [("fetch",), ("rebase", "origin/main")],
    "cherry-pick": [("fetch",), ("cherry-pick", "origin/main")],
    "pull": [("pull", "--no-rebase")],
    "pull with rebase": [("pull", "--rebase")],
}
"""How a contributor brings in what is on the shared branch."""


class Contributor:
    """Somebody with a clone of the shared repository."""

    def __init__(self, folder: Path, path: str) -> None:
        """Work in `folder`; programs are found on `path`."""
        self.folder = folder
        nobodys = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        self.env = {**os.environ, **nobodys, "PATH": path}

    def clones(self, once_per_clone: str) -> None:
        """Clone the shared repository beside, and do what is documented for every clone."""
        self.folder.mkdir()
        self.does("clone", "--quiet", "../remote", ".")
        who = {"user.name": "someone", "user.email": "someone@example.org"}
        for name, value in {**who, "remote.origin.url": "../remote"}.items():
            self.does("config", name, value)
        self.shell(once_per_clone)

    def shell(self, line: str) -> None:
        """Run a line as it is documented."""
        subprocess.run(["sh", "-c", line], check=True, cwd=self.folder, env=self.env)

    def tries(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run git, which may fail; nobody edits messages."""
        return subprocess.run(
            ["git", "-C", str(self.folder), *arguments],
            check=False,
            capture_output=True,
            text=True,
            env={**self.env, "GIT_EDITOR": "true"},
        )

    def does(self, *arguments: str) -> str:
        """Run git, which must succeed."""
        done = self.tries(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def combines(self, way: str) -> None:
        """Bring in what is on the shared branch, in one of several ways."""
        for words in WAYS[way]:
            self.does(*words)

    def commits(self, files: dict[str, bytes]) -> None:
        """Commit files."""
        for name, data in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        self.does("add", "--all")
        self.does("commit", "--quiet", "-m", "feat: add results")

    def shares(self, files: dict[str, bytes]) -> None:
        """Commit files and push them."""
        self.commits(files)
        self.does("push", "--quiet", "origin", "HEAD:main")

    def read(self, name: str = DATA) -> bytes:
        """A file of the work tree."""
        return (self.folder / name).read_bytes()


class Team(NamedTuple):
    """Two contributors, set up alike."""

    alice: Contributor
    bob: Contributor

    def both_have(self, files: dict[str, bytes]) -> None:
        """Files that both know before they part."""
        self.alice.shares(files)
        self.bob.does("pull", "--quiet", "--rebase")


def on(folder: Path) -> Team:
    """The contributors whose clones are in `folder`, where the program is too."""
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return Team(Contributor(folder / "alice", path), Contributor(folder / "bob", path))
