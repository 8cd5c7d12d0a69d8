"""A dataset on a Hub: read at one revision, commit on one parent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmark.dataset import BOARD_FILES, CARD
from benchmark.derived import MANIFEST, is_derived, unchanged_since
from benchmark.errors import (
    BenchmarkError,
    ConflictError,
    OutcomeUnknownError,
    PermissionDeniedError,
)
from benchmark.hub import outline
from benchmark.hub.catching_up import caught_up
from benchmark.hub.client import client, get
from benchmark.hub.deferred import Deferred
from benchmark.hub.failures import (
    card_refusal,
    commit_failure,
    is_bad_card,
    is_missing,
    upload_failure,
)
from benchmark.hub.operations import additions, is_there, removals
from benchmark.hub.reader import REVISION, Reader
from benchmark.hub.session import CLIENT_ERRORS, UPLOAD_ERRORS, bounded_session
from benchmark.hub.token import resolve_token
from benchmark.i18n import N_
from benchmark.leaderboard import Revision, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from huggingface_hub import CommitOperationAdd

    from benchmark.hub.download import Downloaded
    from benchmark.hub.outline import Facts
    from benchmark.leaderboard import Changes

PUBLIC_HUB = "https://huggingface.co"

_LARGE = 4 * 1024 * 1024
"""Bytes that are not sent before a look at the head."""


@dataclass
class HubStore:
    """One dataset at one endpoint, as the `Store` that publish asks for.

    Reading sends no token; only where the Hub refuses an anonymous reader (a private dataset) is
    the token tried. Nothing is read from `main` or from a cache: every file comes from the
    revision that the head named first.

    Attributes:
        endpoint: URL of the Hub, without a slash at the end.
        dataset: "namespace/name".
        branch: the branch that is read and committed to.
        token: the token given by the user, None to let the client find one for a commit.
        create_pr: commit to a new pull request instead of the branch.
        sleep: takes seconds.
        uniform: takes two bounds, returns a random number between them.
        keyless: the client exchanges an id token for the commit, as a Trusted Publisher does.
        on_token: told a token that the client found, just before it is used, for masking it in
            logs; one that was given is its giver's to mask.
        card_refusal: what the Hub says is wrong with the dataset card that the last commit was made
            without; "" where it went in, or there was none.
        pull_request: URL of the pull request that the last commit opened, "" if it opened none.
    """

    endpoint: str
    dataset: str
    branch: str
    token: str | None = field(repr=False)
    create_pr: bool
    sleep: Callable[[float], None]
    uniform: Callable[[float, float], float]
    keyless: bool = False
    on_token: Callable[[str], object] = str
    card_refusal: str = field(default="", init=False)
    pull_request: str = field(default="", init=False)
    _reader: Reader = field(init=False, repr=False)
    _boards: dict[str, Downloaded] = field(default_factory=dict, init=False, repr=False)
    _wanted: dict[str, None] = field(default_factory=dict, init=False, repr=False)
    _has_card: bool = field(default=False, init=False, repr=False)

    def __post_init__(self) -> None:
        self._reader = Reader(
            self.endpoint, self.dataset, self.branch, lambda: self.token, self.sleep, self.uniform
        )

    @property
    def url(self) -> str:
        """Where people look at the dataset."""
        return f"{self.endpoint}/datasets/{self.dataset}"

    def head(self) -> Revision:
        """The head of the branch.

        Raises:
            HubUnreachableError, BusyError, PermissionDeniedError: as `read`.
        """
        return self._reader.head()

    def read(self, revision: Revision | None = None) -> Snapshot:
        """The dataset as of one revision, the head's unless given.

        Where the last commit that changed `runs/` wrote a manifest, only what a publish needs is
        read at once, and the rest when it is asked for; else every data file.

        Raises:
            HubUnreachableError: if anything could not be read, or arrived incomplete. A file
                counts as absent only if the tree at the revision lacks it.
            BusyError: if the Hub asks to slow down for longer than it makes sense to wait here.
            PermissionDeniedError: if the Hub refuses (401, 403, 404).
        """
        at = revision or self.head()
        # Who has just read a dataset of which a part is enough need not have it listed again.
        again = self._read_part(at) if self._boards and revision is None else None
        if again is not None:
            return again
        pages = self._reader.pages(at, known_to_exist=revision is None)
        listed, is_all = next(pages)
        part = None if is_all and MANIFEST not in listed else self._read_part(at)
        if part is not None:
            return part
        for more, _ in pages:
            listed |= more
        self._has_card = CARD in listed
        return Snapshot(at, self._read_all(at, listed, {}), name=self.dataset)

    def check_write(self) -> None:
        """Ask, before the work, whether a commit would be refused for want of permission.

        Only a refusal counts: whatever else goes wrong here, the commit will tell. A Trusted
        Publisher has nothing to show before it commits, for its token is asked for just then.

        Raises:
            PermissionDeniedError: no token, or one that may not write.
        """
        if self.keyless and not self.token:
            return
        token = self._commit_token()
        url = f"{self.endpoint}/api/datasets/{self.dataset}/auth-check/write"
        try:
            get(client(self.endpoint, token), url)
        except CLIENT_ERRORS as error:
            failure = commit_failure(error, secret=token)
            if isinstance(failure, PermissionDeniedError) and not is_missing(error):
                raise failure from None

    def commit(self, files: Changes, *, parent: Revision, message: str) -> Revision:
        """Write and remove `files` in one commit, only if the head of the branch still is `parent`.

        A dataset card that the Hub does not take is left out, for results do not wait for it;
        `card_refusal` then says why.

        Raises:
            ConflictError: 412, somebody was first, or the head holds just this; not applied.
            BusyError, QuotaError: 409 or 429; not applied.
            OutcomeUnknownError: the answer was lost; it may have landed.
            PermissionDeniedError: no token, or one that may not write; not applied.
            RefusedError: the Hub does not take the content; not applied.
            HubUnreachableError: large files could not be sent; not applied.
        """
        if sum(len(data or b"") for data in files.values()) > _LARGE and self._has_moved(parent):
            raise ConflictError(
                "Somebody else committed first.", hint=N_("Run it again; nothing is lost.")
            )
        token = self._commit_token()
        if token and not self.token:
            self.on_token(token)
        bounded_session()
        changes = self._proposable(files) if self.create_pr else files
        added, removed = additions(changes), removals(changes)
        self._upload(added, token)
        if not (self.create_pr or removed) and all(map(is_there, added)):
            raise ConflictError(
                "The Hub holds just this already.", hint=N_("Run it again; nothing is lost.")
            )
        try:
            info = client(self.endpoint, token).create_commit(
                self.dataset,
                [*added, *removed],
                commit_message=outline.titled(message, {} if self.create_pr else files),
                repo_type="dataset",
                revision=self.branch,
                parent_commit=parent,
                create_pr=self.create_pr,
            )
        except CLIENT_ERRORS as error:
            others = {path: data for path, data in files.items() if path != CARD}
            if is_bad_card(error) and others:
                revision = self.commit(others, parent=parent, message=message)
                self.card_refusal = card_refusal(error, secret=token)
                return revision
            raise commit_failure(error, secret=token) from None
        if not REVISION.fullmatch(info.oid):
            raise OutcomeUnknownError(f"The Hub answered with no commit id: {info.oid[:60]!r}.")
        self.pull_request, self.card_refusal = info.pr_url or "", ""
        return Revision(info.oid)

    def _proposable(self, files: Changes) -> Changes:
        """What a pull request may change."""
        # When it is merged its manifest may fit no more, and two of them conflict.
        return {
            path: data
            for path, data in files.items()
            if not (is_derived(path) or (path == CARD and self._has_card))
        }

    def _upload(self, operations: list[CommitOperationAdd], token: str | None) -> None:
        """Send large files ahead, as the commit would: what fails here has changed nothing."""
        try:
            client(self.endpoint, token).preupload_lfs_files(
                self.dataset,
                operations,
                repo_type="dataset",
                revision=self.branch,
                create_pr=self.create_pr,
                free_memory=False,
            )
        except UPLOAD_ERRORS as error:
            raise upload_failure(error, secret=token) from None

    def _has_moved(self, parent: Revision) -> bool:
        """Whether a commit would be in vain; only asked before a large upload."""
        try:
            return self.head() != parent
        except BenchmarkError:
            return False

    def _commit_token(self) -> str | None:
        token = resolve_token(self.token)
        if token is None and self.endpoint == PUBLIC_HUB:
            raise PermissionDeniedError(
                "There is no token to commit with.",
                hint=N_("Set HF_TOKEN to a token with write access, or use a Trusted Publisher."),
                writing=True,
            )
        return token

    def _read_part(self, at: Revision) -> Snapshot | None:
        """What a publish needs; None where more has to be read, or the Hub cannot tell."""
        # What the last attempt came to need, the next one will: a question less on its way.
        paths = (*outline.ASKED, *self._wanted)
        with ThreadPoolExecutor(2) as pool:
            asked = pool.submit(self._reader.told, at, paths, outline.files_in)
            changes = self._reader.told(at, outline.DATED, outline.changes_in, expand=True) or {}
            facts = asked.result()
        if facts is None or not outline.is_ours(facts):
            return None
        changed_by = {path: change.commit for path, change in changes.items()}
        if not unchanged_since(changed_by):
            return None
        small = self._without_boards(facts, at)
        if not outline.is_titled(changes[MANIFEST].title, small[MANIFEST].data):
            return None
        found = small | self._read_boards(small, facts, at)
        files = Deferred(
            {path: content.data for path, content in found.items()},
            absent=paths,
            several=lambda paths: self._several(at, paths),
            everything=lambda known: self._read_all(at, self._reader.listed(at), known),
        )
        self._has_card = CARD in found
        digests = {path: content.sha256 for path, content in found.items()}
        return Snapshot(at, files, changed_by, digests, files.ahead, self.dataset)

    def _without_boards(self, facts: Mapping[str, Facts], at: Revision) -> dict[str, Downloaded]:
        """What is asked for at every attempt."""
        boards = BOARD_FILES.values()
        return self._reader.contents(
            {path: fact for path, fact in facts.items() if path not in boards}, at
        )

    def _several(self, at: Revision, paths: Collection[str]) -> dict[str, bytes]:
        self._wanted.update(dict.fromkeys(paths))
        return self._reader.several(at, paths)

    def _read_boards(
        self, small: Mapping[str, Downloaded], facts: Mapping[str, Facts], at: Revision
    ) -> dict[str, Downloaded]:
        """The leaderboards; they are not read again for a few lines."""
        boards = BOARD_FILES.values()
        found = caught_up(self._boards, small, lambda paths: self._reader.named(at, paths))
        unknown = {path: facts[path] for path in boards if path not in found}
        self._boards = found | self._reader.contents(unknown, at)
        return self._boards

    def _read_all(
        self, at: Revision, listed: Mapping[str, Facts], known: Mapping[str, bytes]
    ) -> dict[str, bytes]:
        unknown = {path: facts for path, facts in listed.items() if path not in known}
        found = {path: content.data for path, content in self._reader.contents(unknown, at).items()}
        return {path: found.get(path) or known.get(path, b"") for path in listed}
