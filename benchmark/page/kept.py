"""The page that a dataset keeps among its files: part of the commit that changes what it shows.

Guarantees, whoever commits:

- The page is made of what that commit leaves, anew at every attempt.
- It is part of a commit that is made anyway, never one of its own.
- It says no time and no revision of its own, so the same data is the same bytes.
- Where one stands it is kept up to date, so what was taken down goes from it as well.

A commit reads the leaderboards and not the history; of a dataset of more runs than
`MOST_WITH_HISTORY` its page shows the leaderboards only, of fewer every run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmark import canonical, i18n
from benchmark.dataset import BOARD_FILES, parse
from benchmark.derived import MANIFEST, PAGE, PAGE_DATA, manifest_of
from benchmark.errors import InvalidDataError
from benchmark.history import taken_down
from benchmark.leaderboard import Snapshot, applied
from benchmark.page.builder import Facts, Site, build
from benchmark.page.rows import rows_of
from benchmark.said import SAID

if TYPE_CHECKING:
    from benchmark.leaderboard import Changes, Revision
    from benchmark.page.row import Row
    from benchmark.store import Store

MOST_WITH_HISTORY = 256
"""Runs that take no time to read, in as many files at most."""

_SAID = re.compile(rb'<script type="application/json" id="page">([^<]*)</script>')
_BESIDE = re.compile(rb'\{"left_out":\[[^\]]*\],"rest":"')
_OURS = b"""<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'"""
_BEGINNING = 4096
_WORDS = ("title", "dataset_url", "branch", "lang")


@dataclass
class PageKeeper:
    """A store whose commits carry the page of what they leave, where there is one.

    Attributes:
        store: where the dataset lives.
        anew: what the page says of itself from now on; None where it stays as it is, if it is
            there at all.
    """

    store: Store
    anew: Facts | None = None
    _snapshot: Snapshot | None = field(default=None, init=False, repr=False)

    def read(self) -> Snapshot:
        """As the store's."""
        self._snapshot = self.store.read()
        return self._snapshot

    def commit(self, files: Changes, *, parent: Revision, message: str) -> Revision:
        """As the store's, with the page; `parent` has to be what was read last."""
        read = self._snapshot
        page = page_changes(read, files, self.anew) if read and read.revision == parent else {}
        return self.store.commit({**files, **page}, parent=parent, message=message)


def page_changes(snapshot: Snapshot, changes: Changes, anew: Facts | None = None) -> Changes:
    """What to write and remove of the page beside `changes`; nothing where it is right already.

    The file beside the page is not read: the page says which it has to be.

    Raises:
        InvalidDataError: if what is left cannot be read.
    """
    before = snapshot.files.get(PAGE)
    known = facts_of(before)
    facts = anew or known
    if facts is None:
        return {}
    site = _site(snapshot, changes, facts)
    if site.html == before:
        return {}
    is_left = site.data is None and known is not None and bool(known.data_name)
    beside = {PAGE_DATA: site.data} if site.data is not None else {}
    if is_left and PAGE_DATA in snapshot.files:
        return {PAGE: site.html, PAGE_DATA: None}
    return {PAGE: site.html, **beside}


def misfits(snapshot: Snapshot) -> dict[str, bytes | None]:
    """What the page and the file beside it have to be, where they are not; both are read.

    Raises:
        InvalidDataError: if the dataset cannot be read.
    """
    facts = facts_of(snapshot.files.get(PAGE))
    if facts is None:
        return left_over(snapshot)
    site = _site(snapshot, {}, facts)
    files = {PAGE: site.html, PAGE_DATA: site.data}
    return {path: data for path, data in files.items() if snapshot.files.get(path) != data}


def left_over(snapshot: Snapshot) -> dict[str, bytes | None]:
    """The file beside a page that somebody removed: it shows what was there, and nobody sees it."""
    is_ours = PAGE not in snapshot.files and _BESIDE.match(snapshot.files.get(PAGE_DATA, b""))
    return {PAGE_DATA: None} if is_ours else {}


def is_torn(html: bytes | None) -> bool:
    """Whether a file is what is left of a page that we wrote, which cannot say any more what it is.

    No row is in it: they stand behind what a page says of itself.
    """
    if html is None or facts_of(html) is not None:
        return False
    text = html.strip()
    return not text or (_OURS in text[:_BEGINNING] and not text.endswith(b"</html>"))


def facts_of(html: bytes | None) -> Facts | None:
    """What a page says of itself; None if it is not one that a dataset keeps."""
    found = _SAID.search(html or b"")
    try:
        said = canonical.loads(found[1], file=PAGE) if found else None
    except InvalidDataError:
        return None
    if not isinstance(said, dict) or not said.get("kept"):
        return None
    title, url, branch, lang = (str(said.get(name, "")) for name in _WORDS)
    data_name = PAGE_DATA if said.get("data_name") else ""
    return kept_facts(title, url, branch, lang)._replace(data_name=data_name)


def kept_facts(title: str, dataset_url: str, branch: str, lang: str) -> Facts:
    """What a page in a dataset says of itself.

    Args:
        title: its heading.
        dataset_url: address of the dataset.
        branch: where the page looks for newer rows.
        lang: of readers who have not chosen.
    """
    known = lang if lang in i18n.LANGUAGES else "en"
    return Facts(title, dataset_url, None, "", known, branch, PAGE_DATA, kept="runs")


def _site(snapshot: Snapshot, changes: Changes, facts: Facts) -> Site:
    is_large = _is_large(snapshot, changes)
    files = _ranked(snapshot, changes) if is_large else applied(snapshot.files, changes)
    state = parse(Snapshot(snapshot.revision, files, name=snapshot.name))
    rows = rows_of(state)
    about = facts._replace(data_name=PAGE_DATA, kept="boards" if is_large else "runs")
    return build([*map(_as_far_as_known, rows)] if is_large else rows, about, taken_down(state))


def _is_large(snapshot: Snapshot, changes: Changes) -> bool:
    manifest = manifest_of(changes.get(MANIFEST) or snapshot.files.get(MANIFEST, b""))
    return manifest is not None and manifest.runs > MOST_WITH_HISTORY


def _ranked(snapshot: Snapshot, changes: Changes) -> dict[str, bytes]:
    """The leaderboards and what was decided, once `changes` are written; no other file is read."""
    paths = (*BOARD_FILES.values(), *SAID)
    found = {path: changes.get(path, snapshot.files.get(path)) for path in paths}
    return {path: data for path, data in found.items() if data is not None}


def _as_far_as_known(row: Row) -> Row:
    """Whether others have reproduced it is told by the history, which was not read."""
    return row._replace(tier="") if row.tier == "community" else row
