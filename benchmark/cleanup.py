"""Remove published files from git, and nothing else.

A file goes only if the branch's tip still holds the very blob that was published; a newer one, or a
new one, stays for the next publish. The commit is made with plumbing on the fetched tip (see
https://git-scm.com/docs/git-commit-tree) and pushed on condition that the tip has not moved, so it
needs neither history nor a work tree, and touches neither the user's index nor their files.

The commit message has no `[skip ci]`: required checks would wait for ever, and there is no loop to
break, for the next publish finds no files and changes nothing.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Run = Callable[[Sequence[str], Mapping[str, str], bytes], subprocess.CompletedProcess[bytes]]

ATTEMPTS = 8
"""Rounds of fetch and push before giving up; the next publish cleans up what is left."""

_LONGEST_PAUSE = 30.0  # seconds
_TIMEOUT = 120.0  # seconds that one git command may take
_BOT = "github-actions[bot]"
_BOT_MAIL = "41898282+github-actions[bot]@users.noreply.github.com"
_REMOTE_COMMANDS = ("fetch", "push")

# No hook or file-system monitor of the checkout runs, and no maintenance starts behind our back.
_CONFIG = {"core.hooksPath": os.devnull, "core.fsmonitor": "false", "maintenance.auto": "false"}

_PROTECTED = "GH006|GH013|hook declined|push declined"
_NOT_ALLOWED = "error: 40[13]|[Pp]ermission .*denied|not granted|Authentication failed|Username"
_ADVICE = {
    _PROTECTED: (
        "the branch is protected: check out with a deploy key, or as a GitHub App, that may bypass"
        " the protection; or set `cleanup: false` and delete the files by pull request"
    ),
    _NOT_ALLOWED: (
        "the job may not push: give it `permissions: contents: write` and let actions/checkout keep"
        " its credentials (`persist-credentials: true`)"
    ),
    "find remote ref": "the branch is not there any more",
    "not a git repository|dubious ownership": (
        "run actions/checkout first, and let it keep `set-safe-directory: true` in a container job"
    ),
}


class Cleanup(NamedTuple):
    """What became of the published files.

    Attributes:
        removed: paths that are gone from the branch by `revision`.
        kept: paths whose content has changed since it was published; they stay.
        revision: the git commit that removed them, None if there was none to make.
        warning: why files are still there that should not be, "" when all is well.
    """

    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    revision: str | None = None
    warning: str = ""


class _GitError(Exception):
    """A git command failed; `final` when another round cannot help."""

    def __init__(self, command: str, output: str) -> None:
        told = re.sub(r"://[^/@\s]*@", "://***@", output).strip()
        advice = next((text for sign, text in _ADVICE.items() if re.search(sign, output)), "")
        super().__init__(
            f"git {command} failed: {told}" + (f"\nWhat to do: {advice}." * bool(advice))
        )
        self.final = bool(advice) or command not in _REMOTE_COMMANDS


class _Git(NamedTuple):
    """Git in one repository, with an index of its own."""

    repository: Path
    env: Mapping[str, str]
    run: Run

    def __call__(self, command: str, *arguments: str, stdin: bytes = b"") -> bytes:
        config = [word for item in _CONFIG.items() for word in ("-c", "=".join(item))]
        argv = ["git", "-C", str(self.repository), *config, command, *arguments]
        try:
            done = self.run(argv, self.env, stdin)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _GitError(command, str(error)) from error
        if done.returncode:
            raise _GitError(command, os.fsdecode(done.stdout + done.stderr))
        return done.stdout


class _Job(NamedTuple):
    """One clean-up: what to remove, where, and the words for it."""

    published: Mapping[str, str]
    remote: str
    branch: str
    message: str


def blob_id(data: bytes) -> str:
    """Git's name for a file of this content (SHA-1, 40 hex digits)."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def run_git(
    argv: Sequence[str], env: Mapping[str, str], stdin: bytes
) -> subprocess.CompletedProcess[bytes]:
    """Run one git command to its end, two minutes at most.

    Raises:
        OSError: git could not be started.
        subprocess.TimeoutExpired: it took too long and was ended.
    """
    return subprocess.run(  # noqa: S603 - git itself, and no shell reads the arguments
        argv, env=env, input=stdin, capture_output=True, check=False, timeout=_TIMEOUT
    )


def remove_published(  # noqa: PLR0913 - what, where, why, and the outside world
    repository: Path,
    published: Mapping[str, str],
    *,
    branch: str,
    source: str,
    env: Mapping[str, str],
    sleep: Callable[[float], object],
    uniform: Callable[[float, float], float],
    remote: str = "origin",
    attempts: int = ATTEMPTS,
    run: Run = run_git,
) -> Cleanup:
    """Remove from `branch` on `remote` every published file that has not changed since.

    Never raises for what git, the network or the remote do: the data is published already, so a
    failure here is a warning.

    Args:
        repository: a checkout, of any depth; its work tree, index and branches are left alone.
        published: path from the repository's root to the blob id of what was published.
        branch: the branch's short name.
        source: where the data is now, for the commit message: `datasets/NAME@REVISION`.
        env: the environment for git; the Hub's token is not handed on.
        sleep: waits so many seconds.
        uniform: a random number between two bounds; pauses are exponential with full jitter.
        remote: the remote's name or URL; git finds the credentials that the checkout keeps for it.
        attempts: rounds of fetch and push; one more follows if the tip moved or the network failed.
        run: starts git.
    """
    job = _Job(published, remote, branch, _commit_message(source))
    if not published:
        return Cleanup()
    try:
        with tempfile.TemporaryDirectory(prefix="cleanup-") as folder:
            git = _Git(repository, _environment(env, Path(folder)), run)
            return _until_pushed(git, job, attempts, lambda n: sleep(uniform(0, _longest(n))))
    except OSError as error:
        return Cleanup(warning=f"no place for git's index: {error}")


def _until_pushed(git: _Git, job: _Job, attempts: int, pause: Callable[[int], object]) -> Cleanup:
    done, problem = Cleanup(), ""
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
        except _GitError as error:
            problem = str(error)
            if error.final:
                break
        else:
            return done
    return Cleanup(kept=done.kept, warning=problem)


def _fetch(git: _Git, job: _Job) -> str:
    """The commit at the branch's tip, fetched with its tree."""
    quiet = ("--quiet", "--no-tags", "--no-recurse-submodules", "--refmap=")
    git("fetch", *quiet, job.remote, f"refs/heads/{job.branch}")
    return git("rev-parse", "--verify", "FETCH_HEAD").decode().strip()


def _contains(git: _Git, tip: str, commit: str) -> bool:
    """Whether a push whose answer was lost had landed."""
    return not git("rev-list", "--max-count=1", commit, f"^{tip}")


def _commit(git: _Git, job: _Job, tip: str) -> Cleanup:
    """Commit on `tip` the removal of what it holds as published; no commit if it holds nothing."""
    here = {path: blob for path, blob in _blobs(git, tip).items() if path in job.published}
    removed = tuple(sorted(path for path, blob in here.items() if blob == job.published[path]))
    kept = tuple(sorted(here.keys() - set(removed)))
    if not removed:
        return Cleanup(kept=kept)
    git("read-tree", tip)
    # Mode 0 removes an entry; https://git-scm.com/docs/git-update-index, "Using --index-info".
    lines = b"".join(b"0 %040d\t%b\0" % (0, os.fsencode(path)) for path in removed)
    git("update-index", "-z", "--index-info", stdin=lines)
    tree = git("write-tree", "--missing-ok").decode().strip()
    commit = git("commit-tree", tree, "-p", tip, stdin=job.message.encode()).decode().strip()
    return Cleanup(removed, kept, commit)


def _blobs(git: _Git, tip: str) -> dict[str, str]:
    """Path → blob id of every file at `tip`."""
    entries = git("ls-tree", "-r", "-z", "--full-tree", tip).split(b"\0")[:-1]
    split = (entry.split(b"\t", 1) for entry in entries)
    return {os.fsdecode(path): about.split()[2].decode() for about, path in split}


def _push(git: _Git, job: _Job, tip: str, commit: str) -> None:
    """Move the branch from `tip` to `commit`, or fail if it is no longer at `tip`."""
    branch = f"refs/heads/{job.branch}"
    lease = f"--force-with-lease={branch}:{tip}"
    git(
        "push",
        "--quiet",
        "--no-verify",
        lease,
        job.remote,
        f"{commit}:{branch}",
    )


def _longest(failures: int) -> float:
    return min(_LONGEST_PAUSE, 2.0 ** (failures - 1))


def _commit_message(source: str) -> str:
    return f"Remove published benchmark results\n\nTheir data is in {source}\n"


def _environment(env: Mapping[str, str], folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in env.items() if name != "HF_TOKEN"}
    identity = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", _BOT), ("EMAIL", _BOT_MAIL))
    }
    private = {"GIT_INDEX_FILE": str(folder / "index"), "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    return {**kept, **identity, **private}
