"""The leaderboard page, for the embedded Hub to show."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from benchmark import page
from benchmark.dataset import BOARD_FILES, is_data, parse
from benchmark.history import taken_down
from benchmark.leaderboard import Revision, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmark.localhub.own_pages import Contents


class LeaderboardPages:
    """Makes the page of a dataset that has leaderboards."""

    def needed(self, paths: Iterable[str]) -> list[str]:
        """The dataset's files that count; none if it has no leaderboard."""
        found = [path for path in paths if is_data(path)]
        return found if set(BOARD_FILES.values()) & set(found) else []

    def page(self, contents: Contents, lang: str) -> bytes:
        """The leaderboard as HTML.

        Raises:
            InvalidDataError: if a file of it cannot be read.
        """
        snapshot = Snapshot(Revision(contents.revision), contents.files, name=contents.name)
        moment = datetime.fromtimestamp(contents.committed, timezone.utc)
        about = page.Facts(
            title=contents.name,
            dataset_url=contents.url,
            revision=contents.revision,
            generated_at=moment.strftime("%Y-%m-%d %H:%M UTC"),
            lang=lang,
        )
        dataset = parse(snapshot)
        return page.build(page.rows_of(dataset), about, taken_down(dataset)).html
