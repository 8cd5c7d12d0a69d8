"""All datasets below one root: `ROOT/datasets/NS/NAME.git`, bare git repositories."""

from __future__ import annotations

import errno
import secrets
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from benchmark.localhub import moved
from benchmark.localhub.commits import Signature, initial_commit
from benchmark.localhub.copies import copy_repository
from benchmark.localhub.durable import make_folders, publish_file, sync
from benchmark.localhub.locks import Locks
from benchmark.localhub.names import repo_part
from benchmark.localhub.packing import needs_packing, pack_loose, remove_abandoned
from benchmark.localhub.problems import HubError, conflict, repo_not_found
from benchmark.localhub.refs import BRANCHES, write_ref
from benchmark.localhub.repository import Memory, Repository, private_mark
from benchmark.localhub.rewriting import finish_if_killed
from benchmark.localhub.xet.sweep import sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MAIN = "main"
_CONFIG = b"[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"
_FOLDERS = (
    "objects/info",
    "objects/pack",
    "refs/heads",
    "refs/tags",
    "refs/pr",
    "lfs/objects",
    "hub/discussions",
)
_LARGE = (
    "7z", "arrow", "bin", "bz2", "ckpt", "gz", "h5", "joblib", "lz4", "mp4", "msgpack", "npy",
    "npz", "onnx", "parquet", "pickle", "pkl", "pt", "pth", "rar", "safetensors", "tar", "tgz",
    "wav", "xz", "zip", "zst",
)  # fmt: skip
GITATTRIBUTES = "".join(
    f"*.{ending} filter=lfs diff=lfs merge=lfs -text\n" for ending in _LARGE
).encode()


def _unchecked() -> None:
    return None


class Store:
    """Opens, lists and creates repositories."""

    def __init__(self, root: Path, *, lock_timeout: float) -> None:
        self._datasets = root / "datasets"
        self._memory = Memory()
        self.locks = Locks(lock_timeout)
        make_folders(self._datasets)

    def open(self, name: str, check: Callable[[], None] = _unchecked) -> Repository:
        """The dataset `ns/name`; `check` ends a long read by raising.

        Raises:
            HubError: 404 RepoNotFound if there is none, 400 if that is no name.
        """
        found = self.name_of(name)
        if found is None:
            raise repo_not_found()
        return Repository(found, self._path(found), self._memory, check)

    def name_of(self, name: str) -> str | None:
        """The name of the dataset that `name` leads to, None if it leads to none.

        As on the public Hub, upper and lower case do not matter, and earlier names lead on.

        Raises:
            HubError: 400 if that is no name.
        """
        if self._is_there(name):
            return name
        later = moved.trail(self._datasets, name)
        return self._respelt(name) or next(filter(self._is_there, later), None)

    def names(self) -> Iterator[str]:
        """Every dataset, sorted."""
        for git in sorted(self._datasets.glob("*/*.git")):
            if not git.name.startswith("."):
                yield _name(git)

    def create(self, name: str, signature: Signature, *, private: bool = False) -> None:
        """Create a dataset with one initial commit; it appears complete or not at all.

        Raises:
            HubError: 409 if it exists, 400 if that is no name.
        """
        with self._appearing(name) as new:
            _make_folders(new, private=private)
            _initialise(new, signature)

    def duplicate(self, repo: Repository, name: str, *, private: bool) -> None:
        """Create a dataset with the history of another one; it appears complete or not at all.

        Raises:
            HubError: as `create`.
        """
        with self._appearing(name) as new, self.locks.hold(repo.git):
            _make_folders(new, private=private)
            copy_repository(repo.git, new)

    def delete(self, repo: Repository) -> None:
        """Delete a dataset: gone under its name at once, then from the disk."""
        gone = gone_folder(repo.git)
        with self.locks.hold(repo.git):
            repo.git.rename(gone)
            moved.forget_all(self._datasets, repo.name)
            sync(gone.parent)
        shutil.rmtree(gone, ignore_errors=True)

    def move(self, repo: Repository, name: str) -> None:
        """Give a dataset another name; the old one leads to it until something else is called so.

        Raises:
            HubError: 409 if that is taken.
        """
        target = self._path(name)
        if name.lower() != repo.name.lower():
            self._refuse_taken(name)
        make_folders(target.parent)
        with self.locks.hold(repo.git):
            moved.will_move(self._datasets, repo.name, name)
            try:
                _rename(repo.git, target)
            except HubError:
                moved.forget(self._datasets, repo.name)
                raise
            sync(target.parent)
            sync(repo.git.parent)
            moved.has_moved(self._datasets, repo.name, name)

    def set_private(self, repo: Repository, *, private: bool) -> None:
        """Make a dataset private or public, durably."""
        mark = private_mark(repo.git)
        with self.locks.hold(repo.git):
            if private:
                publish_file(mark, b"")
            else:
                mark.unlink(missing_ok=True)
            sync(mark.parent)

    def finish_rewriting(self) -> None:
        """Do the rest of what was killed while it rewrote a history."""
        for name in self.names():
            # A dataset may go meanwhile, or be busy; the next start is another chance.
            with suppress(HubError, OSError), self.open(name) as repo:
                finish_if_killed(repo, self.locks)

    def sweep(self, *, before: float) -> None:
        """Remove what did not come to its end, if it is older than a Unix time."""
        for gone in self._datasets.glob("*/.gone-*"):
            shutil.rmtree(gone, ignore_errors=True)
        for unfinished in self._datasets.glob("*/.new-*"):
            with suppress(FileNotFoundError):
                if unfinished.stat().st_mtime < before:
                    shutil.rmtree(unfinished, ignore_errors=True)
        for git in self._datasets.glob("*/*.git"):
            # A dataset may go meanwhile; what cannot be removed today can be another day.
            with suppress(OSError):
                sweep([git / "lfs", git / "xet"], before=before)
                remove_abandoned(git, before=before)

    def pack(self) -> None:
        """Pack the loose objects of every dataset that has many."""
        for git in self._datasets.glob("*/*.git"):
            with suppress(OSError):
                if needs_packing(git):
                    pack_loose(git)

    def _is_there(self, name: str) -> bool:
        return (self._path(name) / "HEAD").is_file()

    def _respelt(self, name: str) -> str | None:
        """The dataset whose name is this one but for upper and lower case."""
        namespace, _, base = name.lower().partition("/")
        for folder in sorted(self._datasets.iterdir()):
            if folder.name.lower() == namespace:
                for git in sorted(folder.iterdir()):
                    if git.name.lower() == f"{base}.git" and (git / "HEAD").is_file():
                        return f"{folder.name}/{git.name.removesuffix('.git')}"
        return None

    def _refuse_taken(self, name: str) -> None:
        taken = self._respelt(name)
        if taken:
            raise _taken(taken)

    @contextmanager
    def _appearing(self, name: str) -> Iterator[Path]:
        """A folder that becomes the dataset when the block ends well."""
        git = self._path(name)
        self._refuse_taken(name)
        make_folders(git.parent)
        new = git.parent / f".new-{secrets.token_hex(8)}"
        try:
            yield new
            _rename(new, git)
        finally:
            shutil.rmtree(new, ignore_errors=True)
        moved.forget(self._datasets, name)
        sync(git.parent)

    def _path(self, name: str) -> Path:
        namespace, _, base = name.partition("/")
        return self._datasets / repo_part(namespace) / f"{repo_part(base)}.git"


def gone_folder(git: Path) -> Path:
    """A name for what is being deleted: the sweep removes what a killed deletion left."""
    return git.parent / f".gone-{secrets.token_hex(8)}"


def _rename(folder: Path, git: Path) -> None:
    try:
        if git.exists():
            raise _taken(_name(git))
        folder.rename(git)
    except OSError as error:
        if error.errno in {errno.ENOTEMPTY, errno.EEXIST, errno.EACCES}:
            raise _taken(_name(git)) from None
        raise


def _name(git: Path) -> str:
    return f"{git.parent.name}/{git.name.removesuffix('.git')}"


def _taken(name: str) -> HubError:
    return conflict(f"A dataset repository called {name} already exists")


def _make_folders(git: Path, *, private: bool) -> None:
    for folder in _FOLDERS:
        make_folders(git / folder)
    if private:
        publish_file(private_mark(git), b"")
        sync(git / "hub")


def _initialise(git: Path, signature: Signature) -> None:
    publish_file(git / "config", _CONFIG)
    publish_file(git / "HEAD", f"ref: {BRANCHES}{MAIN}\n".encode())
    sha = initial_commit(git, {".gitattributes": GITATTRIBUTES}, signature)
    write_ref(git, BRANCHES + MAIN, sha)
    sync(git)
