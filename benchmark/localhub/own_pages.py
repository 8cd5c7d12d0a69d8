"""A dataset's own page where it has one, such as a leaderboard: made by whoever starts the hub."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True)
class Contents:
    """A dataset at a commit, as far as its page needs it; `committed` is Unix time.

    `data_url` is where a page finds what is too much to be in it.
    """

    name: str
    url: str
    revision: str
    committed: float
    files: Mapping[str, bytes]
    data_url: str


class OwnPage(NamedTuple):
    """A page as HTML that runs only its own scripts, and the JSON it fetches, if it does."""

    html: bytes
    data: bytes | None


class Pages(Protocol):
    """Makes pages of datasets."""

    def needed(self, paths: Iterable[str]) -> list[str]:
        """Which of a dataset's files its page is made of; none if it has no page."""

    def page(self, contents: Contents, lang: str) -> OwnPage:
        """The page, and what it fetches from `contents.data_url`.

        Raises:
            BenchmarkError: if the files cannot be understood.
        """
