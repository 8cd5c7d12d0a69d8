"""What the Hub says of some paths at a revision: sizes, and which commit last changed them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from benchmark.canonical import Digest, digest
from benchmark.dataset import BOARD_FILES, CARD, is_data
from benchmark.derived import MANIFEST, PAGE, RUNS, TRAIL, WHOLE, is_derived, is_page
from benchmark.said import SAID

if TYPE_CHECKING:
    from collections.abc import Mapping

ASKED = (MANIFEST, TRAIL, WHOLE, *BOARD_FILES.values(), CARD, *SAID, PAGE)
"""What a publish needs where the manifest fits."""

DATED = (MANIFEST, RUNS)
"""What it is seen by whether the manifest fits."""


class Facts(NamedTuple):
    """What a listing tells of a file.

    Attributes:
        size: bytes.
        sha256: of its content, where the Hub knows it (LFS).
        blob: git's id of what the repository holds of it; "" where the Hub does not say.
    """

    size: int
    sha256: Digest | None
    blob: str = ""


class Change(NamedTuple):
    """A commit: its id and its title."""

    commit: str
    title: str


Listed: TypeAlias = "dict[str, Facts]"
"""Path → facts of the files in a listing."""


def files_in(answer: object) -> Listed:
    """Path → facts of the files in a listing; folders are left out.

    Raises:
        TypeError, KeyError, ValueError: if it is no listing.
    """
    return {
        str(item["path"]): Facts(int(item["size"]), _sha256(item), str(item.get("oid") or ""))
        for item in _items(answer)
        if item["type"] == "file"
    }


def changes_in(answer: object) -> dict[str, Change]:
    """Path → the commit that last changed it.

    Raises:
        TypeError, KeyError, ValueError: if the listing does not tell.
    """
    return {
        str(item["path"]): Change(str(item["lastCommit"]["id"]), str(item["lastCommit"]["title"]))
        for item in _items(answer)
    }


def titled(title: str, files: Mapping[str, bytes | None]) -> str:
    """The title of a commit of `files`; it names the manifest among them.

    Who uploads an older copy of a dataset over what came since, or reverts a commit, leaves a
    manifest that fits its leaderboards and says nothing of the runs that came since; the title is
    another.
    """
    manifest = files.get(MANIFEST)
    return f"{title}{_named(manifest)}" if manifest else title


def is_titled(title: str, manifest: bytes) -> bool:
    """Whether a commit with this title was made to write this manifest."""
    return title.endswith(_named(manifest))


def _named(manifest: bytes) -> str:
    return f" (manifest {digest(manifest)[:12]})"


def is_ours(files: Mapping[str, Facts]) -> bool:
    """Whether every file is there that a commit of ours leaves: else a Hub may have left some out.

    A file that is taken for absent would be written anew.
    """
    return {MANIFEST, CARD, *BOARD_FILES.values()} <= files.keys()


def is_read(path: str) -> bool:
    """Whether a file of the repository is one of those that we write."""
    return is_data(path) or is_derived(path) or is_page(path)


def _items(answer: object) -> list[dict[str, Any]]:
    if not isinstance(answer, list):
        raise TypeError("the listing is no list")
    return answer


def _sha256(item: Mapping[str, Any]) -> Digest | None:
    large = item.get("lfs")
    return Digest(large["oid"]) if large else None
