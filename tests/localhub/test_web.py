"""Addresses that the hub prints work in a browser, whatever a dataset holds."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.canonical import digest
from benchmark.commands.hub_pages import LeaderboardPages
from benchmark.localhub.settings import HubSettings
from benchmark.localhub.store import Store
from benchmark.localhub.testing import running_hub
from benchmark.localhub.tokens import parse_tokens
from benchmark.localhub.web import html
from benchmark.page import builder
from tests.localhub.wire import REPO, Answer, ask, commit_body
from tests.page.reading import data_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.localhub.testing import RunningHub

PAGE = f"/datasets/{REPO}"
EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>"
TABLE = "|a|b|\n|-|-|\n|1|2|\n"
CARD = f"---\nlicense: mit\n---\n# Results\n\n{EVIL}\n\n[x](javascript:alert(1))\n\n{TABLE}"
EXAMPLE = json.loads(
    Path(__file__).parents[1].joinpath("examples/valid/another_engine.json").read_text("utf-8")
)
TOKENS = parse_tokens("read hf_read_0123456789 bob", source="tokens")


class Tags(HTMLParser):
    """Every element of a page, with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember it."""
        self.found.append((tag, dict(attrs)))

    def links(self) -> set[str]:
        """Where they lead."""
        return {value for _, names in self.found if (value := names.get("href"))}


@pytest.fixture
def dataset(hub: RunningHub) -> RunningHub:
    """A hub with a dataset of hostile names and texts, a pull request and a discussion."""
    hub.write(REPO, {
        "README.md": CARD.encode(), "d/a & b.txt": EVIL.encode(), "x.html": EVIL.encode(),
        '"><script>.txt': b"1", "bin": b"\0\1", "d/100%.txt": b"2", "猫.txt": "猫".encode(),
    })  # fmt: skip
    body = commit_body({"new.txt": EVIL.encode()})
    path = f"/api/datasets/{REPO}"
    assert ask(hub.endpoint, "POST", f"{path}/commit/main?create_pr=1", body).status == 200
    said = json.dumps({"title": EVIL, "description": EVIL}).encode()
    assert ask(hub.endpoint, "POST", f"{path}/discussions", said).status == 200
    comment = json.dumps({"comment": EVIL}).encode()
    assert ask(hub.endpoint, "POST", f"{path}/discussions/2/comment", comment).status == 200
    return hub


def test_every_link_of_every_page_leads_to_a_page(
    dataset: RunningHub, send: Callable[..., Answer]
) -> None:
    """From the start page on, through hostile names too."""
    seen: dict[str, Answer] = {}
    waiting = {"/"}
    while waiting:
        path = waiting.pop()
        seen[path] = send("GET", path)
        assert seen[path].status == 200, path
        if seen[path].headers["content-type"].startswith("text/html"):
            found = Tags(seen[path].body.decode()).links()
            waiting |= {link for link in found if link.startswith("/")} - seen.keys()
    kinds = {path.split("/")[4] for path in seen if path.count("/") > 3}
    assert kinds == {"tree", "blob", "raw", "resolve", "commits", "commit", "discussions"}
    assert f"{PAGE}/discussions/2" in seen
    assert dataset.endpoint


def test_what_a_dataset_holds_is_never_markup_and_could_run_nothing(
    dataset: RunningHub, send: Callable[..., Answer]
) -> None:
    """No page has a script, a handler, or an address that is code."""
    head = dataset.head(REPO)
    for path in (
        "", "/tree/main", "/tree/main/d", "/blob/main/x.html", "/blob/main/d/a%20%26%20b.txt",
        "/commits/main", f"/commit/{head}", "/discussions", "/discussions/1", "/discussions/2",
    ):  # fmt: skip
        answer = send("GET", PAGE + path)
        assert answer.status == 200, path
        tags = Tags(answer.body.decode()).found
        assert {name for name, _ in tags}.isdisjoint({"script", "iframe", "object", "form", "svg"})
        assert not [names for _, names in tags if any(key.startswith("on") for key in names)]
        links = [value for _, names in tags for value in (names.get("href"), names.get("src"))]
        assert not [link for link in links if link and "script:" in link]
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert "'unsafe" not in answer.headers["content-security-policy"]


def test_raw_is_plain_text_in_a_sandbox(dataset: RunningHub, send: Callable[..., Answer]) -> None:
    """Also what ends with .html; a browser may not guess."""
    answer = send("GET", f"{PAGE}/raw/main/x.html")
    assert dataset.files(REPO)["x.html"] == answer.body
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("sandbox;")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_card_is_shown_without_its_metadata(
    dataset: RunningHub, send: Callable[..., Answer]
) -> None:
    """Headings, tables and harmless links are what they are."""
    page = send("GET", PAGE).body.decode()
    assert "<h1>Results</h1>" in page
    assert "<td>1</td>" in page
    assert "license" not in page
    assert dataset.endpoint not in page


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"), ("en-GB,zh;q=0.5", "en"), ("de,zh;q=0.1", "zh-CN"),
        ("fr", "en"), ("", "en"), ("zh;q=x", "en"), (",;,q=", "en"),
    ],
)  # fmt: skip
def test_a_page_speaks_the_readers_language(
    send: Callable[..., Answer], accepted: str, lang: str
) -> None:
    """English where it is neither; `?lang=` decides."""
    page = send("GET", "/", accept_language=accepted).body.decode()
    assert f'<html lang="{lang}">' in page
    assert '<html lang="zh-CN">' in send("GET", "/?lang=zh").body.decode()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/datasets/lab/absent", 404), (f"{PAGE}/tree/absent", 404),
        (f"{PAGE}/blob/main/absent", 404), (f"{PAGE}/blob/main/..%2Fx", 422),
        (f"{PAGE}/tree/main/%ff", 400), (f"{PAGE}/commit/absent", 404),
        (f"{PAGE}/discussions/9", 404), (f"{PAGE}/discussions/x", 400),
        (f"{PAGE}/blob/main/%3Cscript%3E", 404),
    ],
)  # fmt: skip
def test_what_is_not_there_is_told_on_a_page(
    send: Callable[..., Answer], path: str, status: int
) -> None:
    """With the way back, and as harmless as any other."""
    answer = send("GET", path)
    assert (answer.status, "<script" in answer.body.decode()) == (status, False)
    assert Tags(answer.body.decode()).links() >= {"/"}


def test_a_private_dataset_has_no_pages_for_others(tmp_path: Path) -> None:
    """Not even in the list."""
    root = tmp_path / "root"
    with running_hub(root, settings=HubSettings(tokens=TOKENS)) as hub:
        hub.create(REPO)
        store = Store(root, lock_timeout=5)
        with store.open(REPO) as repo:
            store.set_private(repo, private=True)
        for path in (PAGE, f"{PAGE}/tree/main", f"{PAGE}/raw/main/.gitattributes"):
            assert ask(hub.endpoint, "GET", path).status == 401
        assert REPO not in ask(hub.endpoint, "GET", "/").body.decode()


def test_a_dataset_with_leaderboards_shows_them(hub: RunningHub) -> None:
    """By a page of its own, which runs its own scripts only."""
    example = EXAMPLE
    board = json.dumps([example]).encode()
    settings = HubSettings(pages=LeaderboardPages())
    with running_hub(hub.root, settings=settings) as paged:
        plain = ask(paged.endpoint, "GET", PAGE)
        paged.write(REPO, {"leaderboard_single.json": board})
        shown = ask(paged.endpoint, "GET", PAGE, accept_language="zh")
        paged.write(REPO, {"leaderboard_single.json": b"{]"})
        broken = ask(paged.endpoint, "GET", PAGE)
    assert [answer.status for answer in (plain, shown, broken)] == [200, 200, 200]
    page = shown.body.decode()
    assert example["model"]["name"] in page
    assert '<html lang="zh-CN"' in page
    assert "sha256-" in re.findall(r'Content-Security-Policy" content="([^"]+)"', page)[0]
    assert "frame-ancestors 'none'" in shown.headers["content-security-policy"]
    assert example["model"]["name"] not in broken.body.decode()


def test_what_is_too_much_for_the_page_is_where_the_page_looks(
    hub: RunningHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of the page's revision, for those only who may see the page."""
    monkeypatch.setattr(builder, "INLINE_ROWS", 1)
    other = {**EXAMPLE, "model": {**EXAMPLE["model"], "name": "another"}}
    hub.write(REPO, {"leaderboard_single.json": json.dumps([EXAMPLE, other]).encode()})
    then = hub.head(REPO)
    settings = HubSettings(pages=LeaderboardPages())
    with running_hub(hub.root, settings=settings) as paged:
        about = data_of(ask(paged.endpoint, "GET", PAGE).body)
        hub.write(REPO, {"leaderboard_single.json": json.dumps([EXAMPLE]).encode()})
        beside = ask(paged.endpoint, "GET", about["data_name"])
        absent = ask(paged.endpoint, "GET", f"{PAGE}/page-data/main")
    assert (beside.status, absent.status) == (200, 404)
    assert digest(beside.body) == about["data_sha256"]
    assert beside.headers["x-repo-commit"] == then
    assert beside.headers["content-type"] == "application/json"
    assert beside.headers["content-security-policy"].startswith("sandbox;")
    private = HubSettings(pages=LeaderboardPages(), tokens=TOKENS)
    with Store(hub.root, lock_timeout=5).open(REPO) as repo:
        Store(hub.root, lock_timeout=5).set_private(repo, private=True)
    with running_hub(hub.root, settings=private) as closed:
        assert ask(closed.endpoint, "GET", about["data_name"]).status == 401


@given(text=st.text() | st.sampled_from([EVIL, CARD, "<![CDATA[", "[a](data:text/html,x)"]))
def test_no_text_becomes_an_element_that_can_do_something(text: str) -> None:
    """For any text, as text, as an attribute and as a card."""
    page = html.page(text, [html.tag("p", text, title=text), html.markdown(text)], lang="en")
    tags = Tags(bytes(page.body).decode()).found
    assert {name for name, _ in tags} <= {
        "html", "head", "meta", "title", "link", "body", "p", "a", "img", "h1", "h2", "h3", "h4",
        "h5", "h6", "em", "strong", "code", "pre", "ul", "ol", "li", "hr", "br", "blockquote",
        "table", "thead", "tbody", "tr", "th", "td",
    }  # fmt: skip
    for _, names in tags:
        assert not [key for key in names if key.startswith("on")]
        assert not re.match(r"(javascript|vbscript|data|file):", names.get("href") or "")
