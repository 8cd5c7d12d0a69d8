"""Where aggregate reads from: the Hub that was named, else the public one, else its mirror."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from benchmark import cli
from benchmark.commands import aggregate, common
from benchmark.localhub.app import refusal
from benchmark.localhub.faults import Fault
from benchmark.localhub.problems import HubError
from benchmark.localhub.testing import running_hub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.responses import Response

    from benchmark.localhub.call import Call
    from benchmark.localhub.faults import Proceed
    from benchmark.localhub.testing import RunningHub

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningHub]:
    """A mirror with one dataset, and a public Hub that is not there."""
    with running_hub(tmp_path / "mirror") as hub:
        hub.create("lab/results", {"leaderboard_single.json": b"[]"})
        monkeypatch.setattr(aggregate, "PUBLIC_HUB", NOBODY)
        monkeypatch.setattr(aggregate, "PUBLIC_MIRROR", hub.endpoint)
        monkeypatch.setattr(common, "random", SimpleNamespace(uniform=lambda low, _high: low))
        monkeypatch.setenv("HF_REPO", "lab/results")
        yield hub


def _aggregate() -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["aggregate"])
    return ended.value.code


def test_the_mirror_is_read_when_the_public_hub_is_not_there(
    mirror: RunningHub, workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And it says where the data came from."""
    assert _aggregate() == 0
    assert f"{mirror.endpoint}/datasets/lab/results" in capsys.readouterr().out
    assert (workdir / "hf_data" / "leaderboard_single.json").read_bytes() == b"[]\n"


def test_a_hub_that_was_named_has_no_mirror(
    mirror: RunningHub, workdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its data may be somebody else's altogether."""
    monkeypatch.setenv("HF_ENDPOINT", NOBODY)
    assert (_aggregate(), mirror.requests, list(workdir.iterdir())) == (69, [], [])


def test_the_mirror_never_sees_a_token(
    mirror: RunningHub, workdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not the server that the token is for, not even when it asks for one."""
    seen: list[str] = []

    async def act(call: Call, _proceed: Proceed) -> Response:
        seen.append(call.request.headers.get("authorization", ""))
        return refusal(HubError(401, "Who are you?"))

    mirror.faults.always(Fault("*", "asks for a token", act))
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    assert (_aggregate(), list(workdir.iterdir())) == (77, [])
    assert set(seen) == {""}
