"""A dataset on a Hub: read at one revision, commit on one parent."""

from __future__ import annotations

import re
from collections import ChainMap
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, TypeVar

from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, hf_hub_url
from huggingface_hub.utils import build_hf_headers, hf_raise_for_status

import benchmark
from benchmark.dataset import BOARD_FILES, CARD
from benchmark.derived import MANIFEST, is_derived, unchanged_since
from benchmark.errors import (
    BenchmarkError,
    BusyError,
    ConflictError,
    HubUnreachableError,
    OutcomeUnknownError,
    PermissionDeniedError,
)
from benchmark.hub import outline
from benchmark.hub.catching_up import caught_up
from benchmark.hub.deferred import Deferred
from benchmark.hub.download import download
from benchmark.hub.failures import (
    commit_failure,
    is_bad_card,
    is_missing,
    is_trouble,
    read_failure,
    upload_failure,
)
from benchmark.hub.session import CLIENT_ERRORS, UPLOAD_ERRORS, bounded_session
from benchmark.hub.token import checked, resolve_token
from benchmark.i18n import N_
from benchmark.leaderboard import Revision, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from benchmark.hub.download import Downloaded
    from benchmark.hub.outline import Facts, Listed
    from benchmark.leaderboard import Changes

PUBLIC_HUB = "https://huggingface.co"

_READ_ATTEMPTS = 5
_FIRST_READ_PAUSE = 0.2
_LONGEST_READ_PAUSE = 4.0
_PARALLEL_READS = 8
_LARGE = 4 * 1024 * 1024
"""Bytes that are not sent before a look at the head."""
_REVISION = re.compile(r"[0-9a-f]{40}")

T = TypeVar("T")


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
    pull_request: str = field(default="", init=False)
    _fragments: dict[str, Downloaded] = field(default_factory=dict, init=False, repr=False)
    _boards: dict[str, Downloaded] = field(default_factory=dict, init=False, repr=False)
    _reader_token: str | None = field(default=None, init=False, repr=False)
    _has_card: bool = field(default=False, init=False, repr=False)

    @property
    def url(self) -> str:
        """Where people look at the dataset."""
        return f"{self.endpoint}/datasets/{self.dataset}"

    def head(self) -> Revision:
        """The head of the branch.

        Raises:
            HubUnreachableError, BusyError, PermissionDeniedError: as `read`.
        """
        what = f"Reading the head of {self.dataset}@{self.branch} at {self.endpoint}"
        return self._read(what, self._ask_head, known_to_exist=False)

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
        pages = self._pages(at, known_to_exist=revision is None)
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
            self._get(self._api(token), url)
        except CLIENT_ERRORS as error:
            failure = commit_failure(error, secret=token)
            if isinstance(failure, PermissionDeniedError) and not is_missing(error):
                raise failure from None

    def commit(self, files: Changes, *, parent: Revision, message: str) -> Revision:
        """Write and remove `files` in one commit, only if the head of the branch still is `parent`.

        A dataset card that the Hub does not take is left out: results do not wait for it.

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
        # Operations remember the outcome of their upload: used twice, they commit stale content.
        added, removed = self._operations(files)
        self._upload(added, token)
        if not (self.create_pr or removed) and all(map(_is_there, added)):
            raise ConflictError(
                "The Hub holds just this already.", hint=N_("Run it again; nothing is lost.")
            )
        try:
            info = self._api(token).create_commit(
                self.dataset,
                [*added, *removed],
                commit_message=message,
                repo_type="dataset",
                revision=self.branch,
                parent_commit=parent,
                create_pr=self.create_pr,
            )
        except CLIENT_ERRORS as error:
            others = {path: data for path, data in files.items() if path != CARD}
            if is_bad_card(error) and others:
                return self.commit(others, parent=parent, message=message)
            raise commit_failure(error, secret=token) from None
        if not _REVISION.fullmatch(info.oid):
            raise OutcomeUnknownError(f"The Hub answered with no commit id: {info.oid[:60]!r}.")
        self.pull_request = info.pr_url or ""
        return Revision(info.oid)

    def _operations(
        self, files: Changes
    ) -> tuple[list[CommitOperationAdd], list[CommitOperationDelete]]:
        """What is written, and what is removed."""
        named = [
            (path, data)
            for path, data in sorted(files.items())
            # When a pull request is merged its manifest may fit no more, and two of them conflict.
            if not (self.create_pr and (is_derived(path) or (path == CARD and self._has_card)))
        ]
        added = [CommitOperationAdd(path, data) for path, data in named if data is not None]
        removed = [
            CommitOperationDelete(path, is_folder=False) for path, data in named if data is None
        ]
        return added, removed

    def _upload(self, operations: list[CommitOperationAdd], token: str | None) -> None:
        """Send large files ahead, as the commit would: what fails here has changed nothing."""
        try:
            self._api(token).preupload_lfs_files(
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

    def _api(self, token: str | None) -> HfApi:
        return HfApi(
            endpoint=self.endpoint,
            token=token or False,
            library_name="sagellm-benchmark",
            library_version=benchmark.__version__,
        )

    def _ask_head(self, api: HfApi) -> Revision:
        info = api.dataset_info(self.dataset, revision=self.branch, expand=["sha"])
        if not _REVISION.fullmatch(info.sha or ""):
            raise ValueError(f"{info.sha!r} is no commit id")
        return Revision(str(info.sha))

    def _read_part(self, at: Revision) -> Snapshot | None:
        """What a publish needs; None where more has to be read, or the Hub cannot tell."""
        with ThreadPoolExecutor(2) as pool:
            asked = pool.submit(self._ask_paths, at, outline.ASKED, outline.files_in)
            changed_by = self._ask_paths(at, outline.DATED, outline.changes_in, expand=True)
            facts = asked.result()
        if facts is None or not outline.is_ours(facts):
            return None
        if changed_by is None or not unchanged_since(changed_by):
            return None
        found = self._part_contents(facts, at)
        files = Deferred(
            {path: content.data for path, content in found.items()},
            absent=outline.ASKED,
            several=lambda paths: self._read_several(at, paths),
            everything=lambda known: self._read_all(at, self._list(at), known),
        )
        self._has_card = CARD in found
        digests = {path: content.sha256 for path, content in found.items()}
        return Snapshot(at, files, changed_by, digests, files.ahead, self.dataset)

    def _part_contents(self, facts: Mapping[str, Facts], at: Revision) -> dict[str, Downloaded]:
        """What is asked for at every attempt; leaderboards are not read again for a few lines."""
        boards = BOARD_FILES.values()
        small = {path: fact for path, fact in facts.items() if path not in boards}
        found = self._contents(small, at)
        found |= caught_up(self._boards, found, lambda paths: self._read_several(at, paths))
        found |= self._contents({path: facts[path] for path in boards if path not in found}, at)
        self._boards = {path: found[path] for path in boards}
        return found

    def _read_several(self, at: Revision, paths: Collection[str]) -> dict[str, bytes]:
        facts = self._ask_paths(at, paths, outline.files_in)
        if facts is None:
            listed = self._list(at)
            facts = {path: listed[path] for path in paths if path in listed}
        return {path: content.data for path, content in self._contents(facts, at).items()}

    def _read_all(
        self, at: Revision, listed: Mapping[str, Facts], known: Mapping[str, bytes]
    ) -> dict[str, bytes]:
        unknown = {path: facts for path, facts in listed.items() if path not in known}
        found = {path: content.data for path, content in self._contents(unknown, at).items()}
        return {path: found.get(path) or known.get(path, b"") for path in listed}

    def _list(self, at: Revision) -> dict[str, Facts]:
        """The data files of the tree."""
        return dict(ChainMap(*(files for files, _ in self._pages(at, known_to_exist=True))))

    def _pages(self, at: Revision, *, known_to_exist: bool) -> Iterator[tuple[Listed, bool]]:
        """The data files of the tree page by page, and whether the page is the last."""
        url = f"{self.endpoint}/api/datasets/{self.dataset}/tree/{at}?recursive=true&expand=false"
        what = f"Listing {self.dataset}@{at[:8]}"
        while url:
            ask = partial(self._ask_page, url=url)
            files, url = self._read(what, ask, known_to_exist=known_to_exist)
            yield files, not url

    def _ask_page(self, api: HfApi, url: str) -> tuple[Listed, str]:
        """Its files and the next one's URL, "" after the last."""
        # Not by `HfApi.list_repo_tree`: it takes an object for a list without items.
        page = self._get(api, url)
        files = outline.files_in(page.json())
        found = {path: facts for path, facts in files.items() if outline.is_read(path)}
        return found, page.links.get("next", {}).get("url", "")

    def _ask_paths(
        self,
        at: Revision,
        paths: Collection[str],
        understand: Callable[[object], T],
        *,
        expand: bool = False,
    ) -> T | None:
        """What the Hub says of some paths; None if it has no such question, or no such answer."""
        url = f"{self.endpoint}/api/datasets/{self.dataset}/paths-info/{at}"
        form = {"paths": [*paths], "expand": str(expand).lower()}

        def ask(api: HfApi) -> T | None:
            headers = build_hf_headers(token=api.token)
            try:
                response = bounded_session().post(url, data=form, headers=headers)
                hf_raise_for_status(response)
                return understand(response.json())
            except CLIENT_ERRORS as error:
                if is_trouble(error):
                    raise
                return None

        try:
            return self._read(f"Asking for files of {self.dataset}", ask, known_to_exist=True)
        except HubUnreachableError:
            return None

    def _contents(self, files: Mapping[str, Facts], at: Revision) -> dict[str, Downloaded]:
        with ThreadPoolExecutor(_PARALLEL_READS) as pool:
            contents = pool.map(lambda path: self._content(path, files[path], at), files)
            return dict(zip(files, contents, strict=True))

    def _content(self, path: str, facts: Facts, revision: Revision) -> Downloaded:
        if path in self._fragments:
            return self._fragments[path]
        content = self._read(
            f"Reading {path} of {self.dataset}@{revision[:8]}",
            lambda api: self._download(api, path, facts, revision),
            known_to_exist=True,
        )
        if PurePosixPath(path).stem == content.sha256:
            # Named by its content, so it is the same at every revision that has it.
            self._fragments[path] = content
        return content

    def _download(self, api: HfApi, path: str, facts: Facts, revision: Revision) -> Downloaded:
        url = hf_hub_url(
            self.dataset, path, repo_type="dataset", revision=revision, endpoint=self.endpoint
        )
        content = download(url, build_hf_headers(token=api.token))
        if len(content.data) != facts.size:
            raise ValueError(f"{len(content.data)} bytes arrived of {facts.size}")
        if facts.sha256 not in {None, content.sha256}:
            raise ValueError(f"what arrived is not the content {facts.sha256}")
        return content

    def _get(self, api: HfApi, url: str) -> Any:  # noqa: ANN401 - the response of either transport
        response = bounded_session().get(url, headers=build_hf_headers(token=api.token))
        hf_raise_for_status(response)
        return response

    def _read(self, what: str, ask: Callable[[HfApi], T], *, known_to_exist: bool) -> T:
        """Ask again while that can help; with the token once an anonymous reader is refused."""
        failure: BenchmarkError
        for attempt in range(1, _READ_ATTEMPTS + 1):
            bounded_session()
            try:
                return ask(self._api(self._reader_token))
            except CLIENT_ERRORS as error:
                failure = read_failure(
                    error, what, known_to_exist=known_to_exist, secret=self._reader_token
                )
            if isinstance(failure, PermissionDeniedError):
                if self._reader_token or not self.token:
                    break
                self._reader_token = checked(self.token)
            elif attempt == _READ_ATTEMPTS or _asked(failure) > _LONGEST_READ_PAUSE:
                break
            else:
                self._pause(attempt, _asked(failure))
        raise failure

    def _pause(self, attempt: int, asked: float) -> None:
        backoff = self.uniform(0, min(_LONGEST_READ_PAUSE, _FIRST_READ_PAUSE * 2 ** (attempt - 1)))
        self.sleep(asked or backoff)


def _is_there(operation: CommitOperationAdd) -> bool:
    """Whether the head of the branch holds just this, as it was told before the upload.

    The client leaves it out of the commit; where it leaves out all, there is none, and it answers
    with whatever it is then told is the head: that may be an older one, without any of it.
    https://github.com/huggingface/huggingface_hub/pull/2389
    """
    theirs = getattr(operation, "_remote_oid", None)
    return theirs is not None and theirs == getattr(operation, "_local_oid", None)


def _asked(failure: BenchmarkError) -> float:
    """Seconds the Hub asked to wait; 0 if it did not."""
    return (failure.wait or 0) if isinstance(failure, BusyError) else 0
