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
    here = folder.resolve()
    return next((place for place in (here, *here.parents) if (place / ".git").exists()), None)


def path_in(root: Path, file: Path) -> str:
    """The path of a file from the checkout's root, as git knows it."""
    return os.path.relpath(file.parent.resolve() / file.name, root).replace(os.sep, "/")


def branch_of(root: Path, env: Mapping[str, str]) -> str:
    """The branch that is checked out; where none is, the one that the GitHub job is for.

    "" for a tag or a pull request: nothing was published from a branch then.

    Raises:
        CleanupError: git fails.
    """
    with tempfile.TemporaryDirectory(prefix="cleanup-") as folder:
        git = Git(root, environment(env, Path(folder) / "index", ""), run_git)
        checked_out = git("branch", "--show-current").decode().strip()
    return checked_out or _triggering(env)


def _triggering(env: Mapping[str, str]) -> str:
    ref = env.get("GITHUB_REF", "")
    return ref.removeprefix("refs/heads/") if ref.startswith("refs/heads/") else ""
