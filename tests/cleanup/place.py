"""A remote, and the checkout that a job cleans up from."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Any

from benchmark.cleanup import Cleanup, blob_ids, remove_published, run_git

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    Done = subprocess.CompletedProcess[bytes]

SINGLE = "hf_data/leaderboard_single.json"
MULTI = "hf_data/leaderboard_multi.json"
STRANGE = 'hf_data/-rf "a\'b"\n\\é.json'
DATA = {SINGLE: b"[1]\n", MULTI: b"[2]\n"}
PUBLISHED = {path: blob_ids(data) for path, data in DATA.items()}

ENV = {
    "PATH": os.environ["PATH"],
    "HOME": os.devnull,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(folder: Path, *arguments: str, config: Sequence[str] = (), stdin: bytes = b"") -> str:
    """Run git with no configuration but the repository's own and `config`."""
    given = (word for item in config for word in ("-c", item))
    argv = ["git", "-C", str(folder), *given, *arguments]
    done = subprocess.run(argv, check=True, capture_output=True, env=ENV, input=stdin)
    return os.fsdecode(done.stdout)


class Place:
    """The remote has one commit, and then one with two published files.

    Attributes:
        remote: the bare repository's folder.
        checkout: the job's, detached.
    """

    def __init__(
        self,
        folder: Path,
        *options: str,
        remote: Path | None = None,
        url: str = "",
        config: Sequence[str] = (),
    ) -> None:
        """Fill `remote`, or a new one, and clone it for the job from `url`, one commit deep."""
        self.folder, self.remote = folder, remote or folder / "remote"
        if remote is None:
            init = ("init", "--quiet", "--bare", "--initial-branch=main", *options)
            git(folder, *init, str(self.remote))
            git(self.remote, "config", "uploadpack.allowFilter", "true")
        self.push({"README.md": b"hello\n"})
        self.push(DATA)
        self.check_out(url or self.remote.as_uri(), "--depth=1", config=config)

    def check_out(
        self, url: str, *options: str, config: Sequence[str] = (), name: str = "job"
    ) -> None:
        """Clone `url` for the job, which works detached; the options `config` are not kept."""
        self.checkout = self.folder / name
        git(self.folder, "clone", "--quiet", *options, url, name, config=config)
        git(self.checkout, "checkout", "--quiet", "--detach")

    def push(self, files: Mapping[str, bytes | None], mode: str = "100644") -> None:
        """A contributor pushes `files` on top of what is there; None deletes one.

        They get there without a work tree: a name may be anything that git takes.
        """
        on_top = b"from refs/heads/main^0\n" if git(self.remote, "for-each-ref") else b""
        head = b"commit refs/heads/main\ncommitter Someone <someone@example.org> 1 +0000\n"
        changes = b"".join(_change(name, data, mode) for name, data in files.items())
        stream = head + b"data 4\nwork\n" + on_top + changes
        git(self.remote, "fast-import", "--quiet", stdin=stream)

    def clean(self, published: Mapping[str, frozenset[str]] = PUBLISHED, **options: Any) -> Cleanup:
        """Clean up without waiting."""
        wanted = {"env": ENV, "sleep": lambda _: None, "uniform": lambda low, _: low, **options}
        return remove_published(
            self.checkout, published, branch="main", source="datasets/me/results@abc123", **wanted
        )

    def hook(self, name: str, script: str) -> None:
        """Let the remote run `script` as its hook."""
        path = self.remote / "hooks" / name
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    def files(self) -> set[str]:
        """What the branch's tip holds on the remote."""
        return set(git(self.remote, "ls-tree", "-r", "-z", "--name-only", "main").split("\0")[:-1])

    def tip(self) -> str:
        """The branch's tip on the remote."""
        return git(self.remote, "rev-parse", "main").strip()


class Recorder:
    """Starts git, and remembers the arguments and the environment of every command."""

    def __init__(self) -> None:
        self.argvs: list[list[str]] = []
        self.envs: list[Mapping[str, str]] = []

    def __call__(self, argv: Sequence[str], env: Mapping[str, str], stdin: bytes) -> Done:
        """Start git."""
        self.argvs.append(list(argv))
        self.envs.append(env)
        return run_git(argv, env, stdin)

    def count(self, command: str) -> int:
        """How often a git command was started."""
        return sum(command in argv for argv in self.argvs)


def before_push(action: Callable[[], object]) -> Callable[..., Done]:
    """Start git, but let `action` happen between the first fetch and its push."""
    pending = [action]

    def run(argv: Sequence[str], env: Mapping[str, str], stdin: bytes) -> Done:
        if "push" in argv and pending:
            pending.pop()()
        return run_git(argv, env, stdin)

    return run


def said(result: Cleanup) -> str:
    """Everything that people read of a clean-up that failed."""
    return f"{result.warning}\n{result.hint}"


def _change(name: str, data: bytes | None, mode: str) -> bytes:
    """One line for https://git-scm.com/docs/git-fast-import; a name's bytes in octal."""
    path = b'"%b"' % b"".join(b"\\%03o" % byte for byte in os.fsencode(name))
    if data is None:
        return b"D %b\n" % path
    if mode == "160000":
        return b"M 160000 %b %b\n" % (data, path)
    return b"M %b inline %b\ndata %d\n%b\n" % (mode.encode(), path, len(data), data)
