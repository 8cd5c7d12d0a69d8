"""A place whose remote is behind HTTP, with tokens, as at GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cleanup.place import Place
from tests.support.git_http import basic

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.git_http import GitServer, Role

READER, WRITER, APP = "ghs_reader_0123456789", "ghs_writer_0123456789", "ghs_app_0123456789"
TOKENS: dict[str, Role] = {READER: "read", WRITER: "write", APP: "bypass"}


class Served(Place):
    """The job's checkout comes from the server, and keeps no credentials yet.

    Attributes:
        server: where the repository `o/r` is.
        url: its address there.
    """

    def __init__(self, folder: Path, server: GitServer) -> None:
        self.server, self.url = server, f"{server.url}/o/r.git"
        remote = server.create("o/r")
        super().__init__(
            folder, remote=remote, url=self.url, config=[f"http.extraheader={basic(READER)}"]
        )

    def shown(self) -> set[tuple[str, ...]]:
        """The Authorization headers of every request since the last look."""
        seen = {request.authorizations for request in self.server.requests}
        self.server.requests.clear()
        return seen


def header(token: str) -> tuple[str]:
    """What the server sees of a token that is shown once."""
    return (basic(token).partition(": ")[2],)
