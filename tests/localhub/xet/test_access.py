"""Who may use a dataset's Xet store."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from benchmark.localhub.settings import HubSettings, Token
from benchmark.localhub.testing import running_hub
from benchmark.localhub.xet.hashes import chunk_of, to_text
from tests.localhub.wire import REPO, ask
from tests.localhub.xet.told import Told
from tests.localhub.xet.wire import Client, file_of, xorb_hash

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub

WRITE, READ = "hf_write_0123456789", "hf_read_0123456789"
OTHER = "lab/other"
CHUNKS = [b"measured" * 2000]


class Clock:
    """The time that a hub is told."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        """The time, in seconds."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The clock of `guarded`."""
    return Clock()


@pytest.fixture
def guarded(tmp_path: Path, clock: Clock) -> Iterator[RunningHub]:
    """A hub with tokens and two datasets."""
    tokens = (Token(WRITE, "write", "alice"), Token(READ, "read", "bob"))
    with running_hub(tmp_path, settings=HubSettings(tokens=tokens, clock=clock)) as hub:
        hub.create(REPO)
        hub.create(OTHER)
        yield hub


def test_only_who_may_commit_may_send(guarded: RunningHub) -> None:
    """Everybody may read."""
    path = f"/api/datasets/{REPO}/xet-write-token/main"
    assert ask(guarded.endpoint, "GET", path).status == 401
    assert ask(guarded.endpoint, "GET", path, authorization=f"Bearer {READ}").status == 403
    assert Client(guarded.endpoint, token=WRITE).send_chunks(CHUNKS).status == 200
    reader = Client(guarded.endpoint, kind="read")
    assert reader.send_chunks(CHUNKS).status == 403
    assert reader.send_shard(file_of(CHUNKS)).status == 403


def test_a_token_is_said_in_headers_and_in_the_body(guarded: RunningHub) -> None:
    """Clients read one or the other; no cache keeps it."""
    path = f"/api/datasets/{REPO}/xet-read-token/refs%2Fpr%2F1"
    answer = ask(guarded.endpoint, "GET", path)
    assert answer.json == {
        "casUrl": answer.headers["x-xet-cas-url"],
        "accessToken": answer.headers["x-xet-access-token"],
        "exp": int(answer.headers["x-xet-token-expiration"]),
    }
    assert answer.json["exp"] == 1_003_600
    assert answer.headers["cache-control"] == "no-store"


def test_a_token_expires(guarded: RunningHub, clock: Clock) -> None:
    """For sending and for reading, and so does the address of a xorb."""
    writer = Client(guarded.endpoint, token=WRITE)
    writer.send_chunks(CHUNKS)
    writer.send_shard(file_of(CHUNKS))
    path = f"/v1/reconstructions/{to_text(file_of(CHUNKS).true_hash)}"
    fetches = writer.ask("GET", path).json["fetch_info"]
    url = fetches[to_text(xorb_hash(CHUNKS))][0]["url"].removeprefix(guarded.endpoint)
    clock.now += 3599
    assert writer.send_chunks(CHUNKS).status == 200
    assert ask(guarded.endpoint, "GET", url).status == 200
    clock.now += 1
    assert writer.send_chunks(CHUNKS).status == 401
    assert writer.send_shard(file_of(CHUNKS)).status == 401
    assert writer.ask("GET", path).status == 401
    assert ask(guarded.endpoint, "GET", url).status == 403


def test_a_token_is_for_one_dataset(guarded: RunningHub) -> None:
    """Another dataset's is refused, whichever address it is used at."""
    mine = Client(guarded.endpoint, token=WRITE)
    others = Client(guarded.endpoint, token=WRITE, repo=OTHER)
    mine.token, others.token = others.token, mine.token
    assert mine.send_chunks(CHUNKS).status == 401
    assert others.ask("GET", f"/v1/reconstructions/{'0' * 64}").status == 401


def test_who_may_read_may_ask_where_a_chunk_lies(guarded: RunningHub) -> None:
    """In this dataset, and in no other; nobody else may."""
    writer = Client(guarded.endpoint, token=WRITE)
    writer.send_chunks(CHUNKS)
    writer.send_shard(file_of(CHUNKS))
    path = f"/v1/chunks/default/{to_text(chunk_of(CHUNKS[0]).hash)}"
    reader = Client(guarded.endpoint, kind="read")
    assert reader.ask("GET", path).status == 200
    assert Client(guarded.endpoint, kind="read", repo=OTHER).ask("GET", path).status == 404
    for case, header in forged(reader.token).items():
        assert reader.ask("GET", path, authorization=header).status == 401, case


def test_what_is_told_of_chunks_is_good_for_an_hour_or_two(
    guarded: RunningHub, clock: Clock
) -> None:
    """Within the hour it is the same, byte for byte; after it the hashes have another key."""
    clock.now = 3600.0 * 500
    writer = Client(guarded.endpoint, token=WRITE)
    writer.send_chunks(CHUNKS)
    writer.send_shard(file_of(CHUNKS))
    path = f"/v1/chunks/default/{to_text(chunk_of(CHUNKS[0]).hash)}"
    first = writer.ask("GET", path).body
    clock.now += 3599
    assert Client(guarded.endpoint, kind="read").ask("GET", path).body == first
    clock.now += 1
    second = Client(guarded.endpoint, kind="read").ask("GET", path).body
    assert (Told(first).made, Told(first).expires) == (3600 * 500, 3600 * 502)
    assert (Told(second).made, Told(second).expires) == (3600 * 501, 3600 * 503)
    assert Told(first).key != Told(second).key
    assert Told(second).search(CHUNKS[0]) == (xorb_hash(CHUNKS), 0, len(CHUNKS[0]))


def forged(token: str) -> dict[str, str]:
    """Headers that are not quite those of a token."""
    kind, scope, expires, signature = token.split("_")
    return {
        "nothing": "",
        "not a token": "Bearer x",
        "the scheme": f"Basic {token}",
        "a later time": f"Bearer {kind}_{scope}_{int(expires) + 1}_{signature}",
        "another scope": f"Bearer {kind}_write_{expires}_{signature}",
        "no signature": f"Bearer {kind}_{scope}_{expires}_",
        "another signature": f"Bearer {kind}_{scope}_{expires}_{'0' * 64}",
        "a hub token": f"Bearer {WRITE}",
    }


def test_a_token_cannot_be_made_up(guarded: RunningHub) -> None:
    """401."""
    reader = Client(guarded.endpoint, kind="read")
    path = f"/v1/reconstructions/{'0' * 64}"
    assert reader.ask("GET", path).status == 404
    for case, header in forged(reader.token).items():
        assert reader.ask("GET", path, authorization=header).status == 401, case


def test_the_address_of_a_xorb_cannot_be_made_up(hub: RunningHub, xet: Client) -> None:
    """403, as for a xorb that isn't there."""
    xet.send_chunks(CHUNKS)
    path = f"{xet.path}/xorbs/{to_text(xorb_hash(CHUNKS))}?key="
    for key in ("", "x", "9999999999-", "9999999999-" + "0" * 64, "%C2%B2-x", "-1-x", "9" * 5000):
        assert ask(hub.endpoint, "GET", path + key).status == 403, key


def test_a_token_is_good_after_a_restart(tmp_path: Path) -> None:
    """A client goes on with its upload."""
    with running_hub(tmp_path) as hub:
        hub.create(REPO)
        xet = Client(hub.endpoint)
        xet.send_chunks(CHUNKS)
    with running_hub(tmp_path) as hub:
        xet.endpoint = hub.endpoint
        assert xet.send_shard(file_of(CHUNKS)).status == 200


def test_a_dataset_made_anew_is_another_store(hub: RunningHub, xet: Client) -> None:
    """Clients remember by address what they have sent: it must not be taken for the old one."""
    shutil.rmtree(hub.root / "datasets" / f"{REPO}.git")
    hub.create(REPO)
    again = Client(hub.endpoint)
    assert again.path != xet.path
    assert xet.send_chunks(CHUNKS).status == 401
    xet.token = again.token
    assert xet.send_chunks(CHUNKS).status == 404


def test_the_key_is_the_owners_alone(hub: RunningHub, xet: Client) -> None:
    """Whoever can read it can make tokens."""
    assert xet.token
    key = hub.root / "datasets" / f"{REPO}.git" / "xet" / "key"
    assert key.stat().st_mode & 0o077 == 0


def test_a_web_page_gets_no_token_of_a_hub_without_tokens(hub: RunningHub) -> None:
    """As it may not commit."""
    path = f"/api/datasets/{REPO}/xet-write-token/main"
    assert ask(hub.endpoint, "GET", path, origin="http://evil.example").status == 403


def test_there_is_no_store_of_a_dataset_that_is_not_there(hub: RunningHub) -> None:
    """404."""
    for kind in ("read", "write"):
        path = f"/api/datasets/lab/nothing/xet-{kind}-token/main"
        assert ask(hub.endpoint, "GET", path).status == 404
