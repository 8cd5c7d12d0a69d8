"""`.gitattributes`, as far as it says which files are stored as large files."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from benchmark.localhub.trees import find

if TYPE_CHECKING:
    from dulwich.objects import ObjectID

    from benchmark.localhub.repository import Repository

_MOST_BYTES = 64 * 1024


class Attributes:
    """The rules of one `.gitattributes` that touch the attribute `filter`.

    Understood are patterns without a slash, which match the file's name, and with one, which match
    the whole path (https://git-scm.com/docs/gitattributes); macros and quoting are not.
    """

    def __init__(self, content: bytes) -> None:
        lines = content[:_MOST_BYTES].decode(errors="replace").splitlines()
        words = [line.split() for line in lines if not line.startswith("#")]
        rules = [(item[0], _sets_lfs(item[1:])) for item in words if item]
        self._rules = [(pattern, lfs) for pattern, lfs in rules if lfs is not None]

    def stored_as_lfs(self, path: str) -> bool:
        """Whether `path` has the filter `lfs`; the last rule that matches wins."""
        name = path.rpartition("/")[2]
        for pattern, lfs in reversed(self._rules):
            if fnmatchcase(path if "/" in pattern else name, pattern.lstrip("/")):
                return lfs
        return False


def read_attributes(repo: Repository, commit: ObjectID) -> Attributes:
    """The rules at the root of a commit."""
    entry = find(repo.tree, repo.root(commit), ".gitattributes")
    return Attributes(b"" if entry is None or entry.is_folder else repo.blob(entry.sha))


def _sets_lfs(attributes: list[str]) -> bool | None:
    for item in reversed(attributes):
        if item.lstrip("-!").partition("=")[0] == "filter":
            return item == "filter=lfs"
    return None
