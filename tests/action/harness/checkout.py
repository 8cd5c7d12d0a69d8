"""A stand-in for actions/checkout v7 that really clones, from remotes that a test names.

`git-source-provider.ts`, `git-auth-helper.ts` and `ref-helper.ts` of
https://github.com/actions/checkout; without submodules, LFS, sparse checkouts and ssh.
"""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

from tests.action.harness.running import StepError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.action.harness.stub import Stub, View

_SHA = re.compile("[0-9a-f]{40}")


class Wanted(NamedTuple):
    """What to check out: a ref, at a commit if one is given, or a commit alone."""

    ref: str
    commit: str

    def refspecs(self) -> list[str]:
        """What to fetch for it."""
        ref, commit = self
        if not ref:
            return [commit]
        if ref.startswith("refs/heads/"):
            return [f"+{commit or ref}:refs/remotes/origin/{ref[11:]}"]
        if ref.startswith("refs/pull/"):
            return [f"+{commit or ref}:refs/remotes/pull/{ref[10:]}"]
        if ref.startswith("refs/"):
            return [f"+{ref}:{ref}"]
        branches = f"+refs/heads/{ref}*:refs/remotes/origin/{ref}*"
        return [branches, f"+refs/tags/{ref}*:refs/tags/{ref}*"]

    def all_refspecs(self) -> list[str]:
        """What to fetch for it with all branches and tags."""
        pull = self.refspecs() if self.ref.startswith("refs/pull/") else []
        return ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*", *pull]


def checkout(remotes: Mapping[str, str | Path]) -> Stub:
    """Clone `owner/name` from a folder or an address."""

    def stub(view: View, inputs: Mapping[str, str]) -> dict[str, str]:
        repository = inputs.get("repository") or str(view.github["repository"])
        if repository not in remotes:
            raise StepError("Not Found")
        remote = remotes[repository]
        url = remote.as_uri() if isinstance(remote, Path) else remote
        view.print(f"Syncing repository: {repository}")
        return Checkout(view, inputs, repository, url).run()

    return stub


class Checkout:
    """One checkout."""

    def __init__(self, view: View, inputs: Mapping[str, str], repository: str, url: str) -> None:
        """Say what comes where."""
        self._view, self._inputs, self._url = view, inputs, url
        self._folder = view.workspace / inputs.get("path", "")
        self._own = repository == view.github["repository"]
        self._home: dict[str, str] = {}

    def run(self) -> dict[str, str]:
        """Clone; the outputs."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._temporary_home():
            self._make_repository()
            credentials = Credentials(self._view, self._folder, self._url)
            token = self._inputs.get("token") or str(self._view.github["token"])
            credentials.store(token)
            try:
                self._fetch_and_check_out()
            finally:
                if self._inputs.get("persist-credentials", "true").lower() != "true":
                    credentials.remove(self._view)
        self._view.after(credentials.remove)
        commit = self._read("log", "-1", "--format=%H")
        return {"ref": self._inputs.get("ref") or str(self._view.github["ref"]), "commit": commit}

    @contextmanager
    def _temporary_home(self) -> Iterator[None]:
        """The folder is a safe one, but nobody else's configuration says so."""
        home = self._view.temp / str(uuid4())
        home.mkdir()
        known = Path(self._view.environment["HOME"], ".gitconfig")
        if known.exists():
            shutil.copy(known, home)
        self._home = {"HOME": str(home)}
        self._view.print(f"Temporarily overriding HOME='{home}' before making global git config")
        self._git("config", "--global", "--add", "safe.directory", str(self._folder))
        try:
            yield
        finally:
            shutil.rmtree(home)

    def _make_repository(self) -> None:
        self._view.print(f"Deleting the contents of '{self._folder}'")
        for item in self._folder.iterdir():
            shutil.rmtree(item) if item.is_dir() and not item.is_symlink() else item.unlink()
        self._git("init", str(self._folder))
        self._git("remote", "add", "origin", self._url)
        self._git("config", "--local", "gc.auto", "0")

    def _fetch_and_check_out(self) -> None:
        wanted, depth = self._wanted(), int(self._inputs.get("fetch-depth") or 1)
        options = ["--no-tags", "--prune", "--no-recurse-submodules"]
        if depth > 0:
            self._git("fetch", *options, f"--depth={depth}", "origin", *wanted.refspecs())
        else:
            self._git("fetch", *options, "origin", *wanted.all_refspecs())
        self._git("checkout", "--progress", "--force", *self._place(wanted))

    def _wanted(self) -> Wanted:
        ref, github = self._inputs.get("ref", ""), self._view.github
        if _SHA.fullmatch(ref):
            return Wanted("", ref)
        if ref:
            return Wanted(ref, "")
        if self._own:
            return Wanted(str(github["ref"]), str(github["sha"]))
        head = self._read("ls-remote", "--symref", "origin", "HEAD")
        return Wanted(head.split()[1], "")

    def _place(self, wanted: Wanted) -> list[str]:
        """The arguments that check it out: a branch if it is one, otherwise a detached head."""
        ref, commit = wanted
        if not ref:
            return [commit]
        if ref.startswith("refs/heads/"):
            return ["-B", ref[11:], f"refs/remotes/origin/{ref[11:]}"]
        if ref.startswith("refs/pull/"):
            return [f"refs/remotes/pull/{ref[10:]}"]
        if ref.startswith("refs/"):
            return [commit or ref]
        if self._read("branch", "--list", "--remote", f"origin/{ref}"):
            return ["-B", ref, f"refs/remotes/origin/{ref}"]
        if self._read("tag", "--list", ref):
            return [f"refs/tags/{ref}"]
        raise StepError(f"A branch or tag with the name '{ref}' could not be found")

    def _git(self, *argv: str) -> None:
        self._view.run(["git", *argv], self._folder, self._home)

    def _read(self, *argv: str) -> str:
        env = {**self._view.environment, **self._home}
        done = subprocess.run(
            ["git", *argv], cwd=self._folder, env=env, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()


class Credentials:
    """The token, in a file outside the repository that the repository's configuration includes."""

    def __init__(self, view: View, folder: Path, url: str) -> None:
        """Say where it is kept, and for which server."""
        self._view = view
        self._file = view.temp / f"git-credentials-{uuid4()}.config"
        self._folder = folder
        parts = urlsplit(url)
        own = str(view.github["server_url"])
        self._server = f"{parts.scheme}://{parts.netloc}" if parts.netloc else own
        git_dir = (folder / ".git").resolve()
        self._keys = [f"includeIf.gitdir:{git_dir}{it}.path" for it in ("", "/worktrees/*")]

    def store(self, token: str) -> None:
        """Let git send the token to the server."""
        basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
        self._view.print(f"::add-mask::{basic}")
        key = f'[http "{self._server}/"]\n\textraheader = AUTHORIZATION: basic {basic}\n'
        self._file.write_text(key, encoding="utf-8")
        for name in self._keys:
            self._view.run(["git", "config", "--local", name, str(self._file)], self._folder)

    def remove(self, view: View) -> None:
        """Forget the token."""
        if not self._file.exists():
            return
        self._file.unlink()
        for name in self._keys:
            view.run(["git", "config", "--local", "--unset-all", name], self._folder)
