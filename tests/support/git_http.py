"""Git repositories over HTTP on 127.0.0.1, with GitHub's rules about who may push and its words.

    with git_server(tmp_path / "remote", {"secret": "write"}) as server:
        server.create("o/r")
        subprocess.run(["git", "-c", f"http.extraheader={basic('secret')}", "clone", ...])

`git http-backend` does the work, so a client prints what real git makes of GitHub's answers.
"""

from __future__ import annotations

import base64
import gzip
import os
import shlex
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Role = Literal["read", "write", "bypass"]
"""What a token may do; only `bypass` pushes to a protected branch."""

_HOOK = Path(__file__).with_name("git_http_hook.py")


class Refusal(NamedTuple):
    """How GitHub refuses a push: what it tells (`remote: …`), and why in git's own line."""

    told: str
    reason: str


GH006 = Refusal(
    "error: GH006: Protected branch update failed for refs/heads/main.\n\n"
    "- Changes must be made through a pull request.\n",
    "protected branch hook declined",
)
GH013 = Refusal(
    "error: GH013: Repository rule violations found for refs/heads/main.\n"
    "Review all repository rules at https://github.com/o/r/rules?ref=refs%2Fheads%2Fmain\n\n"
    "- Changes must be made through a pull request.\n",
    "push declined due to repository rule violations",
)
WORKFLOW = Refusal(
    "",
    "refusing to allow a GitHub App to create or update workflow `.github/workflows/publish.yml`"
    " without `workflows` permission",
)
ARCHIVED = "This repository was archived so it is read-only."


class Request(NamedTuple):
    """One request: its path with the query, and its Authorization headers."""

    method: str
    path: str
    authorizations: tuple[str, ...]


@dataclass
class GitServer:
    """A server that is listening.

    Attributes:
        root: the folder of the bare repositories.
        url: where it listens, no slash at the end.
        tokens: token → what it may do.
        archived: whether it answers every push as for an archived repository.
        requests: every request so far, the oldest first.
    """

    root: Path
    url: str
    tokens: dict[str, Role]
    archived: bool = False
    requests: list[Request] = field(default_factory=list)

    def create(self, name: str, *options: str) -> Path:
        """Make an empty bare repository `OWNER/NAME`; `url/OWNER/NAME.git` is its address."""
        path = self.root / f"{name}.git"
        init = ["git", "init", "--quiet", "--bare", "--initial-branch=main", *options, str(path)]
        subprocess.run(init, check=True, env=_environment())
        _configure(path, "uploadpack.allowFilter", "true")
        return path

    def protect(self, name: str, refusal: Refusal, ref: str = "refs/heads/main") -> None:
        """Refuse pushes to `ref` unless the token may bypass the protection."""
        path = self.root / f"{name}.git"
        _configure(path, "receive.procReceiveRefs", ref)
        hook = path / "hooks" / "proc-receive"
        command = shlex.join([sys.executable, "-I", str(_HOOK), *refusal])
        hook.write_text(f"#!/bin/sh\nexec {command}\n", encoding="utf-8")
        hook.chmod(0o755)


@contextmanager
def git_server(root: Path, tokens: Mapping[str, Role]) -> Iterator[GitServer]:
    """Serve the repositories below `root` to whoever shows one of the tokens."""
    root.mkdir(parents=True, exist_ok=True)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as listening:
        server = GitServer(root, f"http://127.0.0.1:{listening.server_port}", dict(tokens))
        listening.RequestHandlerClass = type("_Bound", (_Handler,), {"git": server})
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()


def basic(token: str) -> str:
    """The header with which actions/checkout, and we, show a token."""
    return f"AUTHORIZATION: basic {_encoded(token)}"


def persist(checkout: Path, server: GitServer, token: str, *, included: Path | None = None) -> None:
    """Keep a token as actions/checkout does: in .git/config, or since v6 in a file it includes."""
    name = f"http.{server.url}/.extraheader"
    if included is None:
        _configure(checkout, name, basic(token))
    else:
        subprocess.run(["git", "config", "--file", included, name, basic(token)], check=True)
        _configure(checkout, f"includeIf.gitdir:{checkout}/.git.path", str(included))


class _Handler(BaseHTTPRequestHandler):
    git: GitServer

    def do_GET(self) -> None:
        """Answer git's first request of a fetch or a push."""
        self._answer()

    def do_POST(self) -> None:
        """Answer the requests that follow."""
        self._answer()

    def log_message(self, *_: object) -> None:
        """Print nothing."""

    def _answer(self) -> None:
        shown = tuple(self.headers.get_all("Authorization", []))
        self.git.requests.append(Request(self.command, self.path, shown))
        body = self._body()
        roles = {f"basic {_encoded(token)}": role for token, role in self.git.tokens.items()}
        if len(shown) > 1:
            self._say(400, 'Duplicate header: "Authorization"\n')
        elif not shown or shown[0] not in roles:
            self._say(401, "Invalid username or token.\n")
        elif "git-receive-pack" in self.path and (why := self._why_not(roles[shown[0]])):
            self._say(403, why)
        else:
            self._run_backend(body, roles[shown[0]])

    def _why_not(self, role: Role) -> str:
        name = self.path.lstrip("/").partition(".git/")[0]
        denied = f"Permission to {name}.git denied to github-actions[bot].\n"
        return f"{ARCHIVED}\n" * self.git.archived or denied * (role == "read")

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        else:
            chunks = []
            while size := int(self.rfile.readline(), 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            data = b"".join(chunks)
        return gzip.decompress(data) if self.headers.get("Content-Encoding") == "gzip" else data

    def _run_backend(self, body: bytes, role: Role) -> None:
        path, _, query = self.path.partition("?")
        env = {
            **_environment(),
            "GIT_PROJECT_ROOT": str(self.git.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_USER": role,
        }
        done = subprocess.run(
            ["git", "http-backend"], env=env, input=body, capture_output=True, check=True
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(BytesParser().parsebytes(head).items())
        self._send(int(headers.pop("Status", "200")[:3]), headers, content)

    def _say(self, status: int, text: str) -> None:
        headers = {"Content-Type": "text/plain", "WWW-Authenticate": 'Basic realm="GitHub"'}
        self._send(status, headers, text.encode())

    def _send(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _environment() -> dict[str, str]:
    """Without anybody's own configuration."""
    return {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def _encoded(token: str) -> str:
    return base64.b64encode(f"x-access-token:{token}".encode()).decode()


def _configure(repository: Path, name: str, value: str) -> None:
    subprocess.run(["git", "-C", str(repository), "config", name, value], check=True)
