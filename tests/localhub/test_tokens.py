"""With tokens configured only their holders write; everybody reads."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from benchmark.errors import UsageError
from benchmark.localhub.settings import HubSettings, IdTokenError
from benchmark.localhub.store import Store
from benchmark.localhub.testing import running_hub
from benchmark.localhub.tokens import parse_tokens
from tests.localhub.wire import REPO, ask, commit_body

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub

WRITE, READ = "hf_write_0123456789", "hf_read_0123456789"
COMMIT = f"/api/datasets/{REPO}/commit/main"
BODY = commit_body({"a.json": b"[]"})
TOKENS = parse_tokens(f"# lab\nwrite {WRITE} alice\nread {READ} bob\n", source="tokens")
PUBLISHER = """
from huggingface_hub import CommitOperationAdd, HfApi
api = HfApi()
done = api.create_commit(
    "lab/results", [CommitOperationAdd("a.json", b"[1]")], commit_message="x", repo_type="dataset"
)
print(done.oid)
"""


class StubIssuer:
    """Accepts one id token, for one dataset."""

    def verify(self, token: str, *, audience: str, resource: str) -> str:
        """The publisher's name."""
        if token != "genuine" or not audience.startswith("http://127.0.0.1:"):
            raise IdTokenError("not signed by the issuer")
        if resource != f"datasets/{REPO}":
            raise IdTokenError("no such publisher")
        return "ci"


class Clock:
    """A clock that only moves when told."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        """Unix time."""
        return self.now


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[RunningHub]:
    """A hub with a write and a read token."""
    with running_hub(tmp_path, settings=HubSettings(tokens=TOKENS)) as hub:
        hub.create(REPO)
        yield hub


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (None, 401),
        ("", 401),
        ("Bearer", 401),
        ("Bearer wrong_token_123", 401),
        (f"Basic {WRITE}", 401),
        (f"Bearer {WRITE}x", 401),
        (f"Bearer {READ}", 403),
        (f"Bearer {WRITE}", 200),
        (f"bearer {WRITE}", 200),
    ],
)
def test_only_a_write_token_commits(
    guarded: RunningHub, authorization: str | None, status: int
) -> None:
    """No token or a wrong one is 401, one that may only read is 403."""
    headers = {} if authorization is None else {"authorization": authorization}
    answer = ask(guarded.endpoint, "POST", COMMIT, BODY, **headers)
    assert answer.status == status
    assert len(guarded.log(REPO)) == (2 if status == 200 else 1)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/repos/create", b'{"type":"dataset","name":"x","organization":"lab"}'),
        (f"/api/datasets/{REPO}/preupload/main", b'{"files":[]}'),
        (f"/api/datasets/{REPO}/discussions", b'{"title":"x","pullRequest":true}'),
        (f"/api/datasets/{REPO}/discussions/1/merge", b""),
        (f"/api/datasets/{REPO}/branch/x", b"{}"),
        (f"/api/datasets/{REPO}/tag/main", b'{"tag":"x"}'),
        (f"/datasets/{REPO}.git/info/lfs/objects/batch", b'{"operation":"upload","objects":[]}'),
    ],
)
def test_every_other_write_needs_a_write_token_too(
    guarded: RunningHub, path: str, body: bytes
) -> None:
    """There is no way around the commit endpoint."""
    assert ask(guarded.endpoint, "POST", path, body).status == 401
    read_only = ask(guarded.endpoint, "POST", path, body, authorization=f"Bearer {READ}")
    assert read_only.status == 403


def test_everybody_reads(guarded: RunningHub) -> None:
    """Reading never needs a token, and a wrong one does not hurt."""
    guarded.write(REPO, {"a.json": b"[1]"})
    for headers in ({}, {"authorization": "Bearer wrong_token_123"}):
        url = f"/datasets/{REPO}/resolve/main/a.json"
        assert ask(guarded.endpoint, "GET", url, **headers).body == b"[1]"
        assert ask(guarded.endpoint, "GET", f"/api/datasets/{REPO}", **headers).status == 200


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (None, 401),
        ("Bearer wrong_token_123", 401),
        (f"Bearer {READ}", 403),
        (f"Bearer {WRITE}", 200),
    ],
)
def test_who_may_commit_can_be_asked_beforehand(
    guarded: RunningHub, authorization: str | None, status: int
) -> None:
    """The answer is that of the commit; whether one may read is another question."""
    headers = {} if authorization is None else {"authorization": authorization}
    asked = f"/api/datasets/{REPO}/auth-check"
    assert ask(guarded.endpoint, "GET", asked + "/write", **headers).status == status
    assert ask(guarded.endpoint, "GET", asked, **headers).status == 200
    absent = ask(guarded.endpoint, "GET", "/api/datasets/lab/absent/auth-check", **headers)
    assert (absent.status, absent.headers["x-error-code"]) == (
        401 if status == 401 else 404,
        "RepoNotFound",
    )


def test_whoami_tells_users_apart(guarded: RunningHub) -> None:
    """A token has its user; nobody is 401."""
    who = ask(guarded.endpoint, "GET", "/api/whoami-v2", authorization=f"Bearer {READ}").json
    assert (who["name"], who["auth"]["accessToken"]["role"]) == ("bob", "read")
    assert ask(guarded.endpoint, "GET", "/api/whoami-v2").status == 401


def test_commits_carry_the_user_of_the_token(guarded: RunningHub) -> None:
    """The history says whose token wrote."""
    ask(guarded.endpoint, "POST", COMMIT, BODY, authorization=f"Bearer {WRITE}")
    newest = ask(guarded.endpoint, "GET", f"/api/datasets/{REPO}/commits/main").json[0]
    assert newest["authors"][0]["user"] == "alice"


def test_a_token_is_in_no_log_no_answer_and_no_repr(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in the write log, not in any logger at debug level, not in what is sent back."""
    lines: list[str] = []
    with (
        caplog.at_level(logging.DEBUG),
        running_hub(tmp_path, settings=HubSettings(tokens=TOKENS, on_write=lines.append)) as hub,
    ):
        hub.create(REPO)
        for token in (WRITE, READ, "hf_unknown_012345"):
            answer = ask(hub.endpoint, "POST", COMMIT, BODY, authorization=f"Bearer {token}")
            assert token not in str(answer)
        seen = "\n".join([*lines, caplog.text, repr(TOKENS), repr(hub.requests)])
    assert "200 commit lab/results@main" in seen
    assert "hf_" not in seen


@pytest.mark.parametrize(
    "text", ["hf_write_0123456789", "write short", "admin hf_0123456789", "write hf_0123456789 a/b"]
)
def test_a_broken_token_file_is_named_by_line_without_its_text(text: str) -> None:
    """The error must help and must not show the token."""
    with pytest.raises(UsageError, match=r"tokens, line 2") as caught:
        parse_tokens(f"# first\n{text}\n", source="tokens")
    assert text.rsplit(maxsplit=1)[-1] not in str(caught.value)


def exchange(hub: RunningHub, **changes: object) -> tuple[int, dict[str, object]]:
    """Ask for a token the way the client does."""
    wanted = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
        "subject_token": "genuine",
        "resource": f"datasets/{REPO}",
        **changes,
    }
    answer = ask(hub.endpoint, "POST", "/oauth/token", json.dumps(wanted).encode())
    return answer.status, answer.json


def test_an_id_token_becomes_a_token_for_one_dataset_and_one_hour(tmp_path: Path) -> None:
    """It writes there, not elsewhere, and not for ever."""
    clock = Clock()
    with running_hub(tmp_path, settings=HubSettings(verifier=StubIssuer(), clock=clock)) as hub:
        hub.create(REPO)
        hub.create("lab/other")
        status, granted = exchange(hub)
        bearer = f"Bearer {granted['access_token']}"
        assert (status, granted["token_type"], granted["expires_in"]) == (200, "bearer", 3600)
        other = COMMIT.replace(REPO, "lab/other")
        assert ask(hub.endpoint, "POST", COMMIT, BODY, authorization=bearer).status == 200
        assert ask(hub.endpoint, "POST", other, BODY, authorization=bearer).status == 403
        clock.now += 3601
        assert ask(hub.endpoint, "POST", COMMIT, BODY, authorization=bearer).status == 401


def test_a_token_for_one_dataset_does_not_follow_it_when_it_is_moved(tmp_path: Path) -> None:
    """The old name leads to it, but the token is for what is called so now."""
    with running_hub(tmp_path, settings=HubSettings(verifier=StubIssuer())) as hub:
        hub.create(REPO)
        _, granted = exchange(hub)
        store = Store(hub.root, lock_timeout=5)
        with store.open(REPO) as repo:
            store.move(repo, "lab/moved")
        bearer = f"Bearer {granted['access_token']}"
        assert ask(hub.endpoint, "POST", COMMIT, BODY, authorization=bearer).status == 403
        hub.create(REPO)
        assert ask(hub.endpoint, "POST", COMMIT, BODY, authorization=bearer).status == 200


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"subject_token": "forged"}, 403),
        ({"resource": "datasets/lab/other"}, 403),
        ({"resource": "lab/results"}, 400),
        ({"resource": "datasets/../x"}, 400),
        ({"subject_token": None}, 400),
        ({"subject_token_type": "x"}, 400),
        ({"grant_type": "password"}, 400),
    ],
)
def test_an_exchange_that_is_not_due_is_refused(
    tmp_path: Path, changes: dict[str, object], status: int
) -> None:
    """The verifier decides, and only well-formed requests reach it."""
    with running_hub(tmp_path, settings=HubSettings(verifier=StubIssuer())) as hub:
        answered, body = exchange(hub, **changes)
        assert (answered, "access_token" in body) == (status, False)


def test_the_real_client_publishes_without_a_stored_token(tmp_path: Path) -> None:
    """`HF_OIDC_RESOURCE` and an id token are all it needs."""
    with running_hub(tmp_path / "root", settings=HubSettings(verifier=StubIssuer())) as hub:
        hub.create(REPO)
        environment = {
            "PATH": os.environ["PATH"],
            "HF_HOME": str(tmp_path / "home"),
            "HF_ENDPOINT": hub.endpoint,
            "HF_OIDC_RESOURCE": f"datasets/{REPO}",
            "HF_OIDC_ID_TOKEN": "genuine",
        }
        done = subprocess.run(
            [sys.executable, "-c", PUBLISHER], env=environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout.strip()) == (0, hub.head(REPO)), done.stderr
        newest = ask(hub.endpoint, "GET", f"/api/datasets/{REPO}/commits/main").json[0]
        assert newest["authors"][0]["user"] == "ci"
