"""The leaderboard page, for the embedded Hub to show."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from benchmark import page
from benchmark.dataset import BOARD_FILES, is_data, parse
from benchmark.history import taken_down
from benchmark.leaderboard import Revision, Snapshot
from benchmark.localhub.own_pages import OwnPage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmark.localhub.own_pages import Contents


class LeaderboardPages:
    """Makes the page of a dataset that has leaderboards."""

    def __init__(self) -> None:
        """Nothing is made yet."""
        self._last: tuple[tuple[str, str, str], OwnPage] | None = None

    def needed(self, paths: Iterable[str]) -> list[str]:
        """The dataset's files that count; none if it has no leaderboard."""
        found = [path for path in paths if is_data(path)]
        return found if set(BOARD_FILES.values()) & set(found) else []

    def page(self, contents: Contents, lang: str) -> OwnPage:
        """The leaderboard; the last one is kept, for a page and its data are asked for in turn.

        Raises:
            InvalidDataError: if a file of it cannot be read.
        """
        wanted = (contents.url, contents.data_url, lang)
        last = self._last
        if last is not None and last[0] == wanted:
            return last[1]
        made = _made(contents, lang)
        self._last = (wanted, made)
        return made


def _made(contents: Contents, lang: str) -> OwnPage:
    snapshot = Snapshot(Revision(contents.revision), contents.files, name=contents.name)
    moment = datetime.fromtimestamp(contents.committed, timezone.utc)
    about = page.Facts(
        title=contents.name,
        dataset_url=contents.url,
        revision=contents.revision,
        generated_at=moment.strftime("%Y-%m-%d %H:%M UTC"),
        lang=lang,
        data_name=contents.data_url,
    )
    dataset = parse(snapshot)
    return OwnPage(*page.build(page.rows_of(dataset), about, taken_down(dataset)))
