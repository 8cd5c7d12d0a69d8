"""Whatever is sent, the answer is a refusal in JSON, never a crash, and nothing changes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmark.localhub.settings import HubSettings
from benchmark.localhub.testing import running_hub
from tests.localhub.wire import REPO, ask, commit_body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.localhub.testing import RunningHub
    from tests.localhub.wire import Answer

COMMIT = f"/api/datasets/{REPO}/commit/main"
HEADER = b'{"key":"header","value":{"summary":"x"}}\n'
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
KEYS_WITH_PATH = ["file", "lfsFile", "deletedFile", "deletedFolder"]
KEYS = st.sampled_from(["header", *KEYS_WITH_PATH, "x"])
FIELDS = st.sampled_from(
    ["path", "content", "encoding", "summary", "description", "parentCommit", "oid", "size", "algo"]
)
LINES = st.fixed_dictionaries({"key": KEYS, "value": st.dictionaries(FIELDS, JSON) | JSON}) | JSON


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """One hub for all: a refusal leaves it as it was."""
    with running_hub(tmp_path_factory.mktemp("hub")) as running:
        running.create(REPO)
        yield running


def line(key: str, **value: object) -> bytes:
    """One line of a commit."""
    return json.dumps({"key": key, "value": value}).encode() + b"\n"


HOSTILE_PATHS = [
    "", "/", "/etc/passwd", "..", "../x", "a/../../x", "a/./b", ".", "a//b", "a/",
    ".git", ".git/config", "a/.git/hooks/x", ".GIT/x", ".git./x", ".git /x", "git~1/x",
    ".g\u200cit/x", ".git::$INDEX", "a\0b", "a\nb", "a\\b", "..\\x", "\ud800",
    "x" * 256, "/".join("x" * 65), 7, None, ["a"],
]  # fmt: skip


HOSTILE = [(key, path) for key in KEYS_WITH_PATH for path in HOSTILE_PATHS]


# A folder may end with a slash.
@pytest.mark.parametrize(
    ("key", "path"), [case for case in HOSTILE if case != ("deletedFolder", "a/")], ids=repr
)
def test_a_hostile_path_is_refused(hub: RunningHub, key: str, path: object) -> None:
    """No operation may name something outside the repository or inside `.git`."""
    before = hub.head(REPO)
    body = HEADER + line(key, path=path, content="", oid="0" * 64)
    answer = ask(hub.endpoint, "POST", COMMIT, body)
    not_text = 400 if path == "\ud800" else 422
    assert (answer.status, hub.head(REPO)) == (not_text, before)
    assert answer.json["error"]


MALFORMED = {
    "empty": b"",
    "no JSON": b"hello\n",
    "not UTF-8": b"\xff\xfe\n",
    "an array": b"[]\n",
    "no header": line("file", path="a", content=""),
    "only blank lines": b"\n\n \n",
    "summary missing": b'{"key":"header","value":{}}\n',
    "summary with NUL": line("header", summary="a\0b"),
    "summary no text": line("header", summary=["x"]),
    "two headers": HEADER + HEADER,
    "unknown operation": HEADER + line("copyFile", path="a"),
    "value no object": HEADER + b'{"key":"file","value":7}\n',
    "key twice": HEADER + b'{"key":"file","key":"file","value":{"path":"a","content":""}}\n',
    "NaN": HEADER + b'{"key":"file","value":{"path":"a","content":NaN}}\n',
    "too deep": HEADER + b"[" * 100_000 + b"\n",
    "a huge number": HEADER + line("lfsFile", path="a", oid="0" * 64, size=10**400),
    "not base64": HEADER + line("file", path="a", content="%%%", encoding="base64"),
    "half base64": HEADER + line("file", path="a", content="abc", encoding="base64"),
    "base64 beyond ASCII": HEADER + line("file", path="a", content="ä===", encoding="base64"),
    "content no text": HEADER + line("file", path="a", content=5),
    "LFS never uploaded": HEADER + line("lfsFile", path="a", algo="sha256", oid="0" * 64, size=1),
    "LFS no oid": HEADER + line("lfsFile", path="a", algo="sha256", oid="../x", size=1),
    "LFS md5": HEADER + line("lfsFile", path="a", algo="md5", oid="0" * 64, size=1),
    "LFS negative": HEADER + line("lfsFile", path="a", oid="0" * 64, size=-1),
    "file under a file": HEADER + line("file", path=".gitattributes/x", content=""),
    "file over a folder": HEADER
    + line("file", path="d/x", content="")
    + line("file", path="d", content=""),
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_commit_is_refused(hub: RunningHub, body: bytes) -> None:
    """Everything that is no commit is 400 and changes nothing, even if its first half was fine."""
    before = hub.head(REPO)
    answer = ask(hub.endpoint, "POST", COMMIT, body)
    assert (answer.status, hub.head(REPO)) == (400, before)
    assert answer.headers["x-error-code"] == "BadRequest"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lines=st.lists(LINES, max_size=4), tail=st.binary(max_size=20))
def test_no_commit_body_crashes_the_hub(hub: RunningHub, lines: list[Any], tail: bytes) -> None:
    """Random well-typed and ill-typed operations are applied or refused, never a 500."""
    body = HEADER + b"".join(json.dumps(item).encode() + b"\n" for item in lines) + tail
    assert ask(hub.endpoint, "POST", COMMIT, body).status in {200, 400, 404, 422}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    value=JSON,
    path=st.sampled_from([
        f"/api/datasets/{REPO}/preupload/main", f"/api/datasets/{REPO}/discussions",
        f"/api/datasets/{REPO}/discussions/1/merge", f"/api/datasets/{REPO}/branch/x",
        f"/api/datasets/{REPO}/tag/main", f"/datasets/{REPO}.git/info/lfs/objects/batch",
        f"/datasets/{REPO}.git/info/lfs/objects/verify", "/api/repos/create", "/api/validate-yaml",
        "/oauth/token", f"/api/datasets/{REPO}/paths-info/main",
    ]),
)  # fmt: skip
def test_no_json_body_crashes_the_hub(hub: RunningHub, value: object, path: str) -> None:
    """Any JSON at any endpoint is answered with something below 500."""
    wrapped = {
        "files": [value],
        "objects": [value],
        "paths": [value],
        "content": value,
        "tag": value,
    }
    for body in (value, wrapped):
        data = json.dumps(body).encode()
        answer = ask(hub.endpoint, "POST", path, data, content_type="application/json")
        assert answer.status < 500, answer


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/datasets/{REPO}/resolve/main/..%2F..%2Fetc%2Fpasswd", 422),
        (f"/datasets/{REPO}/resolve/main/../../../etc/passwd", 422),
        (f"/datasets/{REPO}/resolve/main/a%00b", 422),
        (f"/datasets/{REPO}/resolve/main/%ff", 400),
        (f"/datasets/{REPO}/resolve/..%2F..%2FHEAD/x", 404),
        (f"/datasets/{REPO}/resolve/%00/x", 404),
        (f"/datasets/{REPO}/resolve/refs/x", 404),
        (f"/datasets/{REPO}/resolve/{'x' * 5000}/x", 404),
        (f"/datasets/{REPO}/resolve/%E4%BD%A0/x", 404),
        (f"/api/datasets/{REPO}/revision/..%2F..%2Fhub.lock", 404),
        (f"/api/datasets/{REPO}/revision/refs%2Fheads", 404),
        (f"/api/datasets/{REPO}/revision/heads%2Fmain", 404),
        ("/api/datasets/..%2F..%2Fetc/passwd", 400),
        ("/api/datasets/%2e%2e/x", 400),
        ("/api/datasets/lab/results.git", 400),
        ("/api/datasets/lab/absent", 404),
        (f"/api/datasets/{REPO}/tree/main?cursor=-1", 400),
        (f"/api/datasets/{REPO}/tree/main?limit=9999999999999999999999", 400),
        (f"/api/datasets/{REPO}/commits/main?p=%C2%B2", 400),
        (f"/api/datasets/{REPO}/discussions/%C2%B2", 400),
        (f"/api/datasets/{REPO}/discussions/99", 404),
        ("/no/such/endpoint", 404),
    ],
)
def test_a_hostile_url_is_refused(send: Callable[..., Answer], path: str, status: int) -> None:
    """Paths are decoded once, checked, and never reach the file system unchecked."""
    answer = send("GET", path)
    assert (answer.status, bool(answer.json["error"])) == (status, True)


def test_a_body_beyond_the_limit_is_refused_announced_or_not(hub: RunningHub) -> None:
    """The limit holds for what is announced and for what arrives in chunks."""
    limited = HubSettings(max_commit_body=2000, max_json_body=1000, max_operations=3)
    with running_hub(hub.root, settings=limited) as small:
        large = commit_body({"a": b"x" * 3000})
        assert ask(small.endpoint, "POST", COMMIT, large).status == 413
        chunks = ask(small.endpoint, "POST", COMMIT, iter([large]))  # type: ignore[arg-type]  # http.client sends iterables in chunks
        assert chunks.status == 413
        assert ask(small.endpoint, "POST", "/api/repos/create", b" " * 1001).status == 413
        many = commit_body({f"{number}": b"" for number in range(4)})
        assert ask(small.endpoint, "POST", COMMIT, many).status == 413


def test_a_host_header_cannot_forge_an_address(send: Callable[..., Answer]) -> None:
    """What is reflected into URLs must be a host name."""
    answer = send(
        "POST", "/api/repos/create", b'{"type":"dataset","name":"a/b"}', host='x"><script>'
    )
    assert answer.status == 400


def test_a_web_page_cannot_write_to_an_open_hub(hub: RunningHub) -> None:
    """A browser on the same machine sends Origin; nobody else does."""
    before, body = hub.head(REPO), commit_body({"a": b"1"})
    answer = ask(hub.endpoint, "POST", COMMIT, body, origin="https://evil.example")
    assert (answer.status, hub.head(REPO)) == (403, before)


@pytest.mark.parametrize("mistake", ["size", "content", "more", "grant"])
def test_a_large_upload_that_is_not_what_was_granted_is_refused(
    hub: RunningHub, mistake: str
) -> None:
    """Nothing is kept unless size and sha-256 are those announced."""
    oid = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"  # "foo"
    body = json.dumps({"operation": "upload", "objects": [{"oid": oid, "size": 3}]}).encode()
    granted = ask(hub.endpoint, "POST", f"/datasets/{REPO}.git/info/lfs/objects/batch", body)
    url = granted.json["objects"][0]["actions"]["upload"]["href"].removeprefix(hub.endpoint)
    if mistake == "grant":
        url = url.replace("size=3", "size=4")
    sent = {"size": b"fo", "content": b"bar", "more": b"foo+", "grant": b"foo+"}[mistake]
    assert ask(hub.endpoint, "PUT", url, sent).status in {400, 403}
    kept = (hub.root / "datasets" / f"{REPO}.git" / "lfs").rglob("*")
    assert not [path for path in kept if path.is_file()]


def test_a_file_that_looks_like_a_pointer_to_nothing_is_an_ordinary_file(
    hub: RunningHub, commit: Callable[..., Answer]
) -> None:
    """Nobody can make the hub serve, or fail on, a large file that isn't there."""
    text = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 5\n".encode()
    assert commit({"pointer": text}).status == 200
    answer = ask(hub.endpoint, "GET", f"/datasets/{REPO}/resolve/main/pointer")
    assert (answer.status, answer.body) == (200, text)
