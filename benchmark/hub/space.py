"""A static Space of the Hub, where a page is put: https://huggingface.co/docs/hub/spaces-sdks-static."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from huggingface_hub import CommitOperationAdd

from benchmark.errors import HubUnreachableError, OutcomeUnknownError
from benchmark.hub.client import client
from benchmark.hub.failures import commit_failure, read_failure
from benchmark.hub.session import CLIENT_ERRORS, bounded_session
from benchmark.hub.token import resolve_token

if TYPE_CHECKING:
    from collections.abc import Mapping

_REVISION = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class Space:
    """One Space at one endpoint; it has to exist.

    Attributes:
        endpoint: URL of the Hub, without a slash at the end.
        name: "namespace/name".
        token: the token given by the user, None to let the client find one.
    """

    endpoint: str
    name: str
    token: str | None = field(repr=False)

    @property
    def url(self) -> str:
        """Where people look at it."""
        return f"{self.endpoint}/spaces/{self.name}"

    def head(self) -> str:
        """The revision of the Space, to commit on.

        Raises:
            HubUnreachableError, BusyError, PermissionDeniedError: as `HubStore.read`.
        """
        token = resolve_token(self.token)
        bounded_session()
        what = f"Reading the head of the Space {self.name} at {self.endpoint}"
        try:
            info = client(self.endpoint, token).space_info(self.name, expand=["sha"])
        except CLIENT_ERRORS as error:
            raise read_failure(error, what, known_to_exist=False, secret=token) from None
        if not _REVISION.fullmatch(info.sha or ""):
            raise HubUnreachableError(f"{what}: the answer names no commit id.")
        return str(info.sha)

    def commit(self, files: Mapping[str, bytes], *, parent: str, message: str) -> str:
        """Write files in one commit, only if the head still is `parent`.

        Raises:
            ConflictError, BusyError, QuotaError, OutcomeUnknownError, PermissionDeniedError,
            RefusedError: as `HubStore.commit`.
        """
        token = resolve_token(self.token)
        bounded_session()
        operations = [CommitOperationAdd(path, data) for path, data in sorted(files.items())]
        try:
            info = client(self.endpoint, token).create_commit(
                self.name,
                operations,
                commit_message=message,
                repo_type="space",
                parent_commit=parent,
            )
        except CLIENT_ERRORS as error:
            raise commit_failure(error, secret=token) from None
        if not _REVISION.fullmatch(info.oid):
            raise OutcomeUnknownError(f"The Hub answered with no commit id: {info.oid[:60]!r}.")
        return info.oid
