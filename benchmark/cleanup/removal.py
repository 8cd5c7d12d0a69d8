"""The clean-up: fetch the tip, commit on it without what was published, push; again if it moved."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmark.cleanup.credentials import with_token
from benchmark.cleanup.failures import CleanupError
from benchmark.cleanup.git import Git, environment, run_git

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from benchmark.cleanup.git import Run

ATTEMPTS = 8
"""Rounds of fetch and push before giving up; the next publish cleans up what is left."""

_LONGEST_PAUSE = 30.0  # seconds
_FILE_MODES = {b"100644", b"100755"}


class Cleanup(NamedTuple):
    """What became of the published files.

    Attributes:
        removed: paths that are gone from the branch by `revision`.
        kept: paths whose content has changed since it was published; they stay.
        revision: the git commit that removed them, None if there was none to make.
        warning: why files are still there that should not be, "" when all is well.
        hint: what to do about the warning, to be translated; "" where there is nothing to say.
    """

    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    revision: str | None = None
    warning: str = ""
    hint: str = ""


class _Job(NamedTuple):
    """One clean-up: what to remove, where, and the words for it."""

    published: Mapping[str, frozenset[str]]
    remote: str
    branch: str
    message: str


def remove_published(  # noqa: PLR0913 - what, where, why, and the outside world
    repository: Path,
    published: Mapping[str, frozenset[str]],
    *,
    branch: str,
    source: str,
    env: Mapping[str, str],
    sleep: Callable[[float], object],
    uniform: Callable[[float, float], float],
    remote: str = "origin",
    push_token: str = "",
    attempts: int = ATTEMPTS,
    run: Run = run_git,
) -> Cleanup:
    """Remove from `branch` on `remote` every published file that has not changed since.

    Never raises for what git, the network or the remote do: the data is published already, so a
    failure here is a warning.

    Args:
        repository: a checkout, of any depth; its work tree, index and branches are left alone.
        published: path from the repository's root to the `blob_ids` of what was published.
        branch: the branch's short name.
        source: where the data is now, for the commit message: `datasets/NAME@REVISION`.
        env: the environment for git; secrets in it that git has no use for are not handed on.
        sleep: waits so many seconds.
        uniform: a random number between two bounds; pauses are exponential with full jitter.
        remote: the remote's name or URL; git finds the credentials that the checkout keeps for it.
        push_token: for fetch and push instead of those credentials; blanks around it do not count.
        attempts: rounds of fetch and push; one more follows if the tip moved or the network failed.
        run: starts git.
    """
    job = _Job(published, remote, branch, _commit_message(source))
    token = push_token.strip()
    if not published:
        return Cleanup()
    try:
        with tempfile.TemporaryDirectory(prefix="cleanup-") as folder:
            git = Git(repository, environment(env, Path(folder) / "index", token), run)
            git = with_token(git, remote, token) if token else git
            return _until_pushed(git, job, attempts, lambda n: sleep(uniform(0, _longest(n))))
    except CleanupError as error:
        return Cleanup(warning=str(error), hint=error.hint)
    except OSError as error:
        return Cleanup(warning=f"no place for git's index: {error}")


def _until_pushed(git: Git, job: _Job, attempts: int, pause: Callable[[int], object]) -> Cleanup:
    done, problem = Cleanup(), CleanupError("no attempt was made")
    for failures in range(attempts):
        if failures:
            pause(failures)
        try:
            tip = _fetch(git, job)
            if done.revision and _contains(git, tip, done.revision):
                return done
            done = _commit(git, job, tip)
            if done.revision:
                _push(git, job, tip, done.revision)
        except CleanupError as error:
            problem = error
            if error.final:
                break
        else:
            return done
    return Cleanup(kept=done.kept, warning=str(problem), hint=problem.hint)


def _fetch(git: Git, job: _Job) -> str:
    """The commit at the branch's tip, fetched with its tree."""
    quiet = ("--quiet", "--no-tags", "--no-recurse-submodules", "--refmap=")
    git("fetch", *quiet, job.remote, f"refs/heads/{job.branch}")
    return git("rev-parse", "--verify", "FETCH_HEAD").decode().strip()


def _contains(git: Git, tip: str, commit: str) -> bool:
    """Whether a push whose answer was lost had landed."""
    return not git("rev-list", "--max-count=1", commit, f"^{tip}")


def _commit(git: Git, job: _Job, tip: str) -> Cleanup:
    """Commit on `tip` the removal of what it holds as published; no commit if it holds nothing."""
    here = {path: blob for path, blob in _blobs(git, tip) if path in job.published}
    removed = tuple(sorted(path for path, blob in here.items() if blob in job.published[path]))
    kept = tuple(sorted(here.keys() - set(removed)))
    if not removed:
        return Cleanup(kept=kept)
    git("read-tree", tip)
    # Mode 0 removes an entry; https://git-scm.com/docs/git-update-index, "Using --index-info".
    nothing = "0" * len(tip)
    lines = b"".join(f"0 {nothing}\t".encode() + os.fsencode(path) + b"\0" for path in removed)
    git("update-index", "-z", "--index-info", stdin=lines)
    tree = git("write-tree", "--missing-ok").decode().strip()
    commit = git("commit-tree", tree, "-p", tip, stdin=job.message.encode()).decode().strip()
    return Cleanup(removed, kept, commit)


def _blobs(git: Git, tip: str) -> Iterator[tuple[str, str]]:
    """Path and blob id of everything at `tip`; the id is "" where there is no plain file.

    A link or a submodule was put there after the file was published.
    """
    for entry in git("ls-tree", "-r", "-z", "--full-tree", tip).split(b"\0")[:-1]:
        about, path = entry.split(b"\t", 1)
        mode, _, blob = about.split()
        yield os.fsdecode(path), blob.decode() if mode in _FILE_MODES else ""


def _push(git: Git, job: _Job, tip: str, commit: str) -> None:
    """Move the branch from `tip` to `commit`, or fail if it is no longer at `tip`."""
    branch = f"refs/heads/{job.branch}"
    lease = f"--force-with-lease={branch}:{tip}"
    # The user may have configured that pushes are signed, or take tags with them.
    alone = ("--quiet", "--no-verify", "--no-signed", "--no-follow-tags")
    git("push", *alone, lease, job.remote, f"{commit}:{branch}")


def _longest(failures: int) -> float:
    return min(_LONGEST_PAUSE, 2.0 ** (failures - 1))


def _commit_message(source: str) -> str:
    return f"Remove published benchmark results\n\nTheir data is in {source}\n"
