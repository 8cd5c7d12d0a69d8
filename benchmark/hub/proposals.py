"""Pull requests on the dataset: the runs they propose, and closing those whose runs have landed.

Each `publish --create-pr` stands on another revision and rewrites the same leaderboards, so that
after the first is merged the others conflict. What cannot conflict are the fragments in `runs/`:
each is a new file, named by its content. They are what is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from huggingface_hub import hf_hub_url
from huggingface_hub.hf_api import RepoFile, RepoFolder
from huggingface_hub.utils import build_hf_headers

from benchmark.dataset import is_fragment
from benchmark.hub.client import client
from benchmark.hub.download import download
from benchmark.hub.failures import commit_failure, is_missing, read_failure
from benchmark.hub.session import CLIENT_ERRORS
from benchmark.hub.token import resolve_token

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from benchmark.errors import BenchmarkError

_RUNS = "runs"
_MOST_FRAGMENTS = 100
"""`publish --create-pr` adds one."""
_MOST_BYTES = 16 * 1024 * 1024
"""Of one pull request: some ten thousand entries."""


class Proposal(NamedTuple):
    """An open pull request.

    Attributes:
        number: of it.
        author: whose it is, as the Hub says.
        fragments: path → content of the files in `runs/` that the branch lacks.
        is_too_much: whether they are so many, or so large, that nothing of them was read.
    """

    number: int
    author: str
    fragments: dict[str, bytes]
    is_too_much: bool = False


class _Held(NamedTuple):
    """The branch: folder of `runs/` → its tree, and the fragments in those that were listed."""

    trees: dict[str, str | None]
    listed: dict[str, Collection[str]]


@dataclass
class Proposals:
    """The pull requests of one dataset.

    Attributes:
        endpoint: URL of the Hub, without a slash at the end.
        dataset: "namespace/name".
        branch: where the runs shall land.
        token: given by the user; None to let the client find one for closing.
    """

    endpoint: str
    dataset: str
    branch: str
    token: str | None

    def open(self, numbers: Collection[int] = ()) -> list[Proposal]:
        """The open pull requests, the oldest first, with what each adds to `runs/`.

        Args:
            numbers: only these; all if there are none.

        Raises:
            HubUnreachableError, BusyError, PermissionDeniedError: if anything cannot be read.
        """
        what = f"Reading the pull requests of {self.dataset} at {self.endpoint}"
        try:
            held = _Held(self._folders(self.branch), {})
            return [
                self._proposal(number, author, held)
                for number, author in sorted(self._listed())
                if not numbers or number in numbers
            ]
        except CLIENT_ERRORS as error:
            raise self._failure(error, what) from None

    def close(self, number: int, comment: str) -> None:
        """Close a pull request with some words.

        Raises:
            PermissionDeniedError: if the token may not.
            BenchmarkError: if it did not work for another reason.
        """
        token = resolve_token(self.token)
        try:
            client(self.endpoint, token).change_discussion_status(
                self.dataset, number, "closed", comment=comment, repo_type="dataset"
            )
        except CLIENT_ERRORS as error:
            raise commit_failure(error, secret=token) from None

    def _listed(self) -> Iterator[tuple[int, str]]:
        # The client's own filters came with 0.19, and a Hub may not know them: looked at here too.
        for found in client(self.endpoint, self.token).get_repo_discussions(
            self.dataset,
            repo_type="dataset",
            discussion_type="pull_request",
            discussion_status="open",
        ):
            if found.is_pull_request and found.status in {"open", "draft"}:
                yield found.num, found.author

    def _proposal(self, number: int, author: str, held: _Held) -> Proposal:
        revision = f"refs/pr/{number}"
        lacking = self._lacking(revision, held)
        # Anybody may open one.
        if len(lacking) > _MOST_FRAGMENTS or sum(lacking.values()) > _MOST_BYTES:
            return Proposal(number, author, {}, is_too_much=True)
        contents = {path: self._content(path, size, revision) for path, size in lacking.items()}
        return Proposal(number, author, contents)

    def _lacking(self, revision: str, held: _Held) -> dict[str, int]:
        """Path → bytes of the fragments that are not on the branch.

        Folders of the same tree are the same: those of earlier months are not listed again.
        """
        found: dict[str, int] = {}
        for folder, tree in self._folders(revision).items():
            if tree is None or tree != held.trees.get(folder):
                if folder not in held.listed:
                    held.listed[folder] = self._fragments(self.branch, folder).keys()
                sizes = self._fragments(revision, folder)
                found |= {path: sizes[path] for path in sizes.keys() - held.listed[folder]}
        return dict(sorted(found.items()))

    def _folders(self, revision: str) -> dict[str, str | None]:
        """The folders of `runs/`, and itself for the files in it, with their trees' ids."""
        items = list(self._tree(revision, _RUNS, recursive=False))
        trees = {item.path: item.tree_id for item in items if isinstance(item, RepoFolder)}
        return {**({_RUNS: None} if len(items) > len(trees) else {}), **trees}

    def _fragments(self, revision: str, folder: str) -> dict[str, int]:
        """Path → bytes of every fragment in a folder; of `runs` itself those beside its folders."""
        found = self._tree(revision, folder, recursive=folder != _RUNS)
        return {
            item.path: item.size
            for item in found
            if isinstance(item, RepoFile) and is_fragment(item.path)
        }

    def _tree(
        self, revision: str, folder: str, *, recursive: bool
    ) -> Iterator[RepoFile | RepoFolder]:
        """What is in a folder; nothing where there is none."""
        try:
            yield from client(self.endpoint, self.token).list_repo_tree(
                self.dataset, folder, recursive=recursive, revision=revision, repo_type="dataset"
            )
        except CLIENT_ERRORS as error:
            if not is_missing(error):
                raise

    def _content(self, path: str, size: int, revision: str) -> bytes:
        url = hf_hub_url(
            self.dataset, path, repo_type="dataset", revision=revision, endpoint=self.endpoint
        )
        content = download(url, build_hf_headers(token=self.token or False))
        # The name may be a lie in a pull request of anybody's; what is judged is the content.
        if len(content.data) != size:
            raise ValueError(f"{len(content.data)} bytes arrived of {size}: {PurePosixPath(path)}")
        return content.data

    def _failure(self, error: BaseException, what: str) -> BenchmarkError:
        return read_failure(error, what, known_to_exist=False, secret=self.token)
