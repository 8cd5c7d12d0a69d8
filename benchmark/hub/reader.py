"""Questions to a Hub about one dataset, each asked again while that can help."""

from __future__ import annotations

import re
from collections import ChainMap
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TypeVar

from huggingface_hub import HfApi, hf_hub_url
from huggingface_hub.utils import build_hf_headers, hf_raise_for_status

from benchmark.errors import BenchmarkError, BusyError, HubUnreachableError, PermissionDeniedError
from benchmark.hub import outline
from benchmark.hub.client import client, get
from benchmark.hub.download import download as downloaded
from benchmark.hub.failures import is_missing, is_trouble, read_failure
from benchmark.hub.session import CLIENT_ERRORS, bounded_session
from benchmark.hub.token import checked
from benchmark.leaderboard import Revision

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from benchmark.hub.download import Downloaded
    from benchmark.hub.outline import Facts, Listed

REVISION = re.compile(r"[0-9a-f]{40}")

_ATTEMPTS = 5
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 4.0
_PARALLEL = 8

T = TypeVar("T")


@dataclass
class Reader:
    """Reads one dataset: without a token, until the Hub refuses an anonymous reader.

    Attributes:
        endpoint: URL of the Hub, without a slash at the end.
        dataset: "namespace/name".
        branch: the branch whose head is read.
        token: tells what is tried where an anonymous reader is refused, None if there is nothing;
            asked just then, for its owner may have put it away.
        sleep: takes seconds.
        uniform: takes two bounds, returns a random number between them.
    """

    endpoint: str
    dataset: str
    branch: str
    token: Callable[[], str | None] = field(repr=False)
    sleep: Callable[[float], None]
    uniform: Callable[[float, float], float]
    _fragments: dict[str, Downloaded] = field(default_factory=dict, init=False, repr=False)
    _kept: dict[str, tuple[Facts, Downloaded]] = field(default_factory=dict, init=False, repr=False)
    _reader_token: str | None = field(default=None, init=False, repr=False)

    def head(self) -> Revision:
        """The head of the branch.

        Raises:
            HubUnreachableError, BusyError, PermissionDeniedError: as `HubStore.read`.
        """
        what = f"Reading the head of {self.dataset}@{self.branch} at {self.endpoint}"
        return self._read(what, self._ask_head, known_to_exist=False)

    def _ask_head(self, api: HfApi) -> Revision:
        info = api.dataset_info(self.dataset, revision=self.branch, expand=["sha"])
        if not REVISION.fullmatch(info.sha or ""):
            raise ValueError(f"{info.sha!r} is no commit id")
        return Revision(str(info.sha))

    def listed(self, at: Revision) -> dict[str, Facts]:
        """The data files of the tree."""
        return dict(ChainMap(*(files for files, _ in self.pages(at, known_to_exist=True))))

    def pages(self, at: Revision, *, known_to_exist: bool) -> Iterator[tuple[Listed, bool]]:
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
        page = get(api, url)
        files = outline.files_in(page.json())
        found = {path: facts for path, facts in files.items() if outline.is_read(path)}
        return found, page.links.get("next", {}).get("url", "")

    def told(
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

    def contents(self, files: Mapping[str, Facts], at: Revision) -> dict[str, Downloaded]:
        """Path → content of some files of a revision, several at a time."""
        with ThreadPoolExecutor(_PARALLEL) as pool:
            contents = pool.map(lambda path: self._content(path, files[path], at), files)
            return dict(zip(files, contents, strict=True))

    def _content(self, path: str, facts: Facts, revision: Revision) -> Downloaded:
        if path in self._fragments:
            return self._fragments[path]
        known, kept = self._kept.get(path, (None, None))
        if kept and facts == known:
            return kept
        ask = partial(self._whole, path=path, facts=facts, revision=revision)
        content = self._read(_reading(path, self, revision), ask, known_to_exist=True)
        if _is_named(path, content):
            # By its content, so it is the same at every revision that has it.
            self._fragments[path] = content
        elif facts.blob and facts.sha256 is None:
            # Leaderboards that travel as LFS are kept by who asks for them.
            self._kept[path] = facts, content
        return content

    def named(self, at: Revision, paths: Collection[str]) -> dict[str, bytes]:
        """Path → content of those fragments that are there.

        Each is named by its content, so nothing has to be asked of it before.
        """
        with ThreadPoolExecutor(_PARALLEL) as pool:
            contents = pool.map(lambda path: self._fragment(path, at), paths)
            found = zip(paths, contents, strict=True)
            return {path: content.data for path, content in found if content}

    def _fragment(self, path: str, revision: Revision) -> Downloaded | None:
        def ask(api: HfApi) -> Downloaded | None:
            try:
                content = self._download(api, path, revision)
            except CLIENT_ERRORS as error:
                if is_missing(error):
                    return None
                raise
            if not _is_named(path, content):
                raise ValueError("what arrived is not what its name says")
            return content

        if path not in self._fragments:
            content = self._read(_reading(path, self, revision), ask, known_to_exist=True)
            if content is None:
                return None
            self._fragments[path] = content
        return self._fragments[path]

    def _download(self, api: HfApi, path: str, revision: Revision) -> Downloaded:
        url = hf_hub_url(
            self.dataset, path, repo_type="dataset", revision=revision, endpoint=self.endpoint
        )
        return downloaded(url, build_hf_headers(token=api.token))

    def _whole(self, api: HfApi, path: str, facts: Facts, revision: Revision) -> Downloaded:
        """One file, whole and as the tree says it is.

        Raises:
            ValueError: if what arrives is anything else.
        """
        content = self._download(api, path, revision)
        if len(content.data) != facts.size:
            raise ValueError(f"{len(content.data)} bytes arrived of {facts.size}")
        if facts.sha256 not in {None, content.sha256}:
            raise ValueError(f"what arrived is not the content {facts.sha256}")
        return content

    def _read(self, what: str, ask: Callable[[HfApi], T], *, known_to_exist: bool) -> T:
        """Ask again while that can help; with the token once an anonymous reader is refused."""
        failure: BenchmarkError
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return ask(client(self.endpoint, self._reader_token))
            except CLIENT_ERRORS as error:
                failure = read_failure(
                    error, what, known_to_exist=known_to_exist, secret=self._reader_token
                )
            if isinstance(failure, PermissionDeniedError):
                token = self.token()
                if self._reader_token or not token:
                    break
                self._reader_token = checked(token)
            elif attempt == _ATTEMPTS or _asked(failure) > _LONGEST_PAUSE:
                break
            else:
                self._pause(attempt, _asked(failure))
        raise failure

    def _pause(self, attempt: int, asked: float) -> None:
        backoff = self.uniform(0, min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (attempt - 1)))
        self.sleep(asked or backoff)

    def several(self, at: Revision, paths: Collection[str]) -> dict[str, bytes]:
        """Path → content of those of some paths that are there."""
        facts = self.told(at, paths, outline.files_in)
        if facts is None:
            listed = self.listed(at)
            facts = {path: listed[path] for path in paths if path in listed}
        return {path: content.data for path, content in self.contents(facts, at).items()}


def _reading(path: str, reader: Reader, revision: Revision) -> str:
    return f"Reading {path} of {reader.dataset}@{revision[:8]}"


def _is_named(path: str, content: Downloaded) -> bool:
    return PurePosixPath(path).stem == content.sha256


def _asked(failure: BenchmarkError) -> float:
    """Seconds the Hub asked to wait; 0 if it did not."""
    return (failure.wait or 0) if isinstance(failure, BusyError) else 0
