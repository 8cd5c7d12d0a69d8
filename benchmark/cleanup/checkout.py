"""The checkout that published files came from: where it begins, and which branch it is of."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.cleanup.git import Git, environment, run_git

if TYPE_CHECKING:
    from collections.abc import Mapping


def root_of(folder: Path) -> Path | None:
    """The root of the checkout that `folder` is in; None if it is in none.

    Git is not asked: it takes any folder with HEAD, objects/ and refs/ for a repository, and then
    runs programs that the `config` beside them names. Such files can be committed; `.git` cannot.
    """
    here = Path(os.path.realpath(folder))
    return next((place for place in (here, *here.parents) if (place / ".git").exists()), None)


def path_in(root: Path, file: Path) -> str:
    """The path of a file from the checkout's root, as git knows it."""
    return os.path.relpath(Path(os.path.realpath(file.parent)) / file.name, root).replace(
        os.sep, "/"
    )


def branch_of(root: Path, env: Mapping[str, str]) -> str:
    """The branch that is checked out; where none is, the one that the GitHub job is for.

    "" for a tag or a pull request: nothing was published from a branch then.

    Raises:
        CleanupError: git fails.
    """
    checked_out = _asked(root, env, "branch", "--show-current").decode().strip()
    return checked_out or _triggering(env)


def committed_in(root: Path, env: Mapping[str, str]) -> frozenset[str]:
    """The files of the commit that is checked out, as `path_in` names them.

    Raises:
        CleanupError: git fails.
    """
    commit = _asked(root, env, "rev-parse", "--revs-only", "HEAD").decode().strip()
    if not commit:
        return frozenset()
    listed = _asked(root, env, "ls-tree", "-r", "-z", "--name-only", "--full-tree", commit)
    return frozenset(map(os.fsdecode, listed.split(b"\0"))) - {""}


def _asked(root: Path, env: Mapping[str, str], command: str, *arguments: str) -> bytes:
    """What git says, with an index of its own."""
    with tempfile.TemporaryDirectory(prefix="cleanup-") as folder:
        git = Git(root, environment(env, Path(folder) / "index", ""), run_git)
        return git(command, *arguments)


def _triggering(env: Mapping[str, str]) -> str:
    ref = env.get("GITHUB_REF", "")
    return ref.removeprefix("refs/heads/") if ref.startswith("refs/heads/") else ""
