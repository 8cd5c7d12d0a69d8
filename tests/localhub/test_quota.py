"""A sender that asks too often is told for how long to wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from benchmark.commands.hub import command
from benchmark.localhub.problems import HubError
from benchmark.localhub.quota import WINDOW_SECONDS, Quota
from benchmark.localhub.settings import HubSettings
from benchmark.localhub.testing import running_hub
from benchmark.localhub.tokens import parse_tokens
from tests.localhub.wire import REPO, ask

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "hf_write_0123456789"


class Clock:
    """A clock that only moves when told."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        """Unix time."""
        return self.now


def test_a_sender_beyond_its_quota_gets_429_with_the_time_to_wait(tmp_path: Path) -> None:
    """Others go on, and after that time so does the sender."""
    clock = Clock()
    tokens = parse_tokens(f"write {SECRET} alice", source="tokens")
    settings = HubSettings(request_quota=2, clock=clock, tokens=tokens)
    with running_hub(tmp_path / "root", settings=settings) as hub:
        hub.create(REPO)
        url = f"/api/datasets/{REPO}"
        answers = [ask(hub.endpoint, "GET", url) for _ in range(3)]
        known = ask(hub.endpoint, "GET", url, authorization=f"Bearer {SECRET}")
        seconds = int(answers[2].headers["retry-after"])
        clock.now += seconds
        later = ask(hub.endpoint, "GET", url)
    assert [answer.status for answer in (*answers, known, later)] == [200, 200, 429, 200, 200]
    assert [answer.headers["ratelimit"].partition(";t=")[0] for answer in answers] == [
        '"api";r=1', '"api";r=0', '"api";r=0',
    ]  # fmt: skip
    assert answers[0].headers["ratelimit-policy"] == '"fixed window";"api";q=2;w=300'
    assert "Wait" in answers[2].json["error"]


def test_a_guessed_token_counts_for_the_address(tmp_path: Path) -> None:
    """Nobody gets a fresh quota by making up tokens."""
    tokens = parse_tokens(f"write {SECRET} alice", source="tokens")
    settings = HubSettings(request_quota=3, clock=Clock(), tokens=tokens)
    with running_hub(tmp_path / "root", settings=settings) as hub:
        statuses = [
            ask(
                hub.endpoint, "GET", "/api/whoami-v2", authorization=f"Bearer hf_guess_{number}"
            ).status
            for number in range(5)
        ]
    assert statuses == [401, 401, 401, 429, 429]


@given(
    limit=st.integers(1, 4),
    steps=st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 400)), max_size=30),
)
def test_nobody_gets_more_than_the_quota_in_a_window(
    limit: int, steps: list[tuple[str, float]]
) -> None:
    """And everybody gets all of it."""
    clock = Clock()
    quota = Quota(limit, clock)
    granted: dict[tuple[str, int], int] = {}
    refused: list[int] = []
    for sender, pause in steps:
        clock.now += pause
        window = (sender, int(clock.now // WINDOW_SECONDS))
        try:
            quota.take(sender)
        except HubError:
            refused.append(granted[window])
        else:
            granted[window] = granted.get(window, 0) + 1
    assert all(number <= limit for number in granted.values())
    assert all(number == limit for number in refused)


def test_a_file_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    """413, in what the batch says of it."""
    with running_hub(tmp_path / "root", settings=HubSettings(max_lfs_object=10)) as hub:
        hub.create(REPO)
        url = f"/datasets/{REPO}.git/info/lfs/objects/batch"
        body = b'{"operation":"upload","objects":[{"oid":"%b","size":11}]}' % (b"0" * 64)
        [item] = ask(hub.endpoint, "POST", url, body).json["objects"]
    assert item["error"]["code"] == 413


@pytest.mark.parametrize("number", ["0", "-1", "x"])
def test_a_quota_is_a_number(number: str) -> None:
    """Wrong usage is told before anything is served."""
    result = CliRunner().invoke(command, ["--root", "unused", "--request-quota", number])
    assert result.exit_code == 2
