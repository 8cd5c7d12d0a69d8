"""A page is put into a Space by one conditional commit, as the client and the Hub speak."""

from __future__ import annotations

import json
import threading
from base64 import b64decode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, cast

import pytest
from click.testing import CliRunner

from benchmark.commands.page import command
from benchmark.errors import ConflictError, PermissionDeniedError
from benchmark.hub import Space
from tests.support.entries import data

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "lab/board"
FIRST, SECOND = "1" * 40, "2" * 40


class Hub(ThreadingHTTPServer):
    """A Hub with one Space, as far as a commit needs it; `rivals` commit just before ours do."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.head = FIRST
        self.rivals = 0
        self.files: dict[str, bytes] = {}

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answers(BaseHTTPRequestHandler):
    """What the Hub answers (https://huggingface.co/docs/hub/api)."""

    @property
    def hub(self) -> Hub:
        """Whose answers they are."""
        return cast("Hub", self.server)

    def do_GET(self) -> None:
        """Tell the head."""
        known = self.path.startswith(f"/api/spaces/{NAME}")
        self._answer(200 if known else 404, {"id": NAME, "sha": self.hub.head})

    def do_POST(self) -> None:
        """Take what a commit consists of."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if "/preupload/" in self.path:
            asked = json.loads(body)["files"]
            named = [{"path": one["path"], "uploadMode": "regular"} for one in asked]
            return self._answer(200, {"files": [{**one, "shouldIgnore": False} for one in named]})
        return self._commit([json.loads(line) for line in body.splitlines()])

    def _commit(self, lines: list[dict[str, Any]]) -> None:
        if self.hub.rivals:
            self.hub.rivals, self.hub.head = self.hub.rivals - 1, SECOND
        if lines[0]["value"]["parentCommit"] != self.hub.head:
            return self._answer(412, {"error": "A commit has happened since."})
        files = [line["value"] for line in lines if line["key"] == "file"]
        self.hub.files |= {one["path"]: b64decode(one["content"]) for one in files}
        self.hub.head = "3" * 40
        url = f"{self.hub.url}/spaces/{NAME}/commit/{self.hub.head}"
        return self._answer(200, {"success": True, "commitOid": self.hub.head, "commitUrl": url})

    def _answer(self, status: int, value: dict[str, Any]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def space_hub() -> Iterator[Hub]:
    """A Hub on loopback."""
    hub = Hub()
    threading.Thread(target=hub.serve_forever, args=(0.02,), daemon=True).start()
    yield hub
    hub.shutdown()
    hub.server_close()


def test_a_page_is_committed_on_the_head_that_was_read(space_hub: Hub) -> None:
    """And the new head is told."""
    space = Space(space_hub.url, NAME, "hf_token")
    assert space.head() == FIRST
    assert space.commit({"index.html": b"<p>"}, parent=FIRST, message="m") == "3" * 40
    assert space_hub.files == {"index.html": b"<p>"}


def test_on_another_head_nothing_is_written(space_hub: Hub) -> None:
    """Somebody was first."""
    with pytest.raises(ConflictError):
        Space(space_hub.url, NAME, "t").commit({"index.html": b""}, parent=SECOND, message="m")
    assert space_hub.files == {}


def test_a_space_that_is_not_there_is_said_to_be_so(space_hub: Hub) -> None:
    """With its name."""
    with pytest.raises(PermissionDeniedError, match="lab/other"):
        Space(space_hub.url, "lab/other", "hf_token").head()


def test_the_command_makes_the_page_anew_when_somebody_was_first(
    space_hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older page never takes the place of a newer one."""
    monkeypatch.setenv("HF_TOKEN", "hf_token")
    monkeypatch.setenv("HF_ENDPOINT", space_hub.url)
    (tmp_path / "leaderboard_single.json").write_text(json.dumps([data()]))
    space_hub.rivals = 2
    page = tmp_path / "board.html"
    words = [str(tmp_path), "--output", str(page), "--space", NAME, "--lang", "en"]
    run = CliRunner().invoke(command, words, standalone_mode=False)
    assert run.exception is None
    assert run.stderr.count("Written:") == 2
    assert f"Published: {space_hub.url}/spaces/{NAME}" in run.stderr
    assert space_hub.files == {"index.html": page.read_bytes()}
