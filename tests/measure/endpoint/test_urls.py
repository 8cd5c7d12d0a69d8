"""The URL that the user gives is the one that is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from benchmark.errors import UsageError
from benchmark.measure.samples import Sample
from tests.measure.endpoint.wire import Asked, Wire, plain, serve, streamed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.measure.endpoint.target import EndpointTarget

KEY = "sk-very-secret-0123456789"


def only(*paths: str) -> Callable[[Asked], Iterator[bytes | float]]:
    """A server that answers there and nowhere else."""

    def play(asked: Asked) -> Iterator[bytes | float]:
        if asked.path in paths:
            yield from streamed(asked)
        else:
            yield from plain(404, '{"detail": "Not Found"}')

    return play


def kinds(target: EndpointTarget) -> list[str]:
    """Of everything odd."""
    return [one.kind for one in target.facts().caveats]


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("", "/v1/chat/completions"),
        ("/", "/v1/chat/completions"),
        ("/v1", "/v1/chat/completions"),
        ("/v3/", "/v3/chat/completions"),
        ("/openai/v1", "/openai/v1/chat/completions"),
        ("/api/paas/v4", "/api/paas/v4/chat/completions"),
        ("/v1beta/openai/", "/v1beta/openai/chat/completions"),
        ("/openai", "/openai/chat/completions"),
        ("/v1/models", "/v1/chat/completions"),
        ("/api/v1/chat/completions", "/api/v1/chat/completions"),
        ("/chat/completions", "/chat/completions"),
        ("/v1/chat/completions/", "/v1/chat/completions/"),
        ("/v1/completions", "/v1/completions"),
        ("/my models/v2", "/my%20models/v2/chat/completions"),
        ("/a%2Fb/v2", "/a%2Fb/v2/chat/completions"),
        (
            "/openai/deployments/x/chat/completions?api-version=2024-10-21&code=a%2Bb",
            "/openai/deployments/x/chat/completions?api-version=2024-10-21&code=a%2Bb",
        ),
        ("/v1?code=s", "/v1/chat/completions?code=s"),
    ],
)
def test_the_url_given_is_asked_first_and_at_every_request(
    given: str, asked: str, reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """With its query, before anything else is tried."""
    with serve(only(asked.partition("?")[0])) as wire:
        drive(reach(f"http://{wire.host}{given}"), 2)
        assert {one.target for one in wire.generations} == {asked}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("", "/chat/completions"),
        ("/openai", "/openai/v1/chat/completions"),
        ("/answer", "/answer"),
    ],
)
def test_where_no_version_is_said_its_other_places_are_tried(
    given: str, found: str, reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """Before measuring; measured requests know the place."""
    with serve(only(found)) as wire:
        assert all(isinstance(one, Sample) for one in drive(reach(f"http://{wire.host}{given}"), 2))
        assert [one.path for one in wire.generations][-2:] == [found, found]
        assert next(one.path for one in wire.generations) != found


def test_a_version_that_is_not_there_is_told_and_no_other_is_tried(
    reach: Callable[..., Any],
) -> None:
    """The user said where."""
    with serve(only("/v1/chat/completions")) as wire:
        with pytest.raises(UsageError, match="/v7/chat/completions has no such path"):
            reach(f"http://{wire.host}/v7")
        assert len(wire.generations) == 1


def test_a_missing_model_is_told_from_a_missing_path(reach: Callable[..., Any]) -> None:
    """A server that knows the path says so; nothing else is tried."""

    def play(asked: Asked) -> Iterator[bytes | float]:
        if asked.path == "/v1/chat/completions":
            yield from plain(404, '{"error": {"message": "The model `x` does not exist."}}')
        else:
            yield from plain(404, '{"detail": "Not Found"}')

    with serve(play) as wire:
        with pytest.raises(UsageError, match="does not exist"):
            reach(f"http://{wire.host}")
        assert len(wire.generations) == 1


def test_the_query_goes_with_questions_too_and_is_shown_nowhere(reach: Callable[..., Any]) -> None:
    """It may hold the key."""
    with serve(only("/v1/chat/completions")) as wire:
        target = reach(f"http://{wire.host}/v1?code=SECRET")
        assert all(one.target.endswith("?code=SECRET") for one in wire.asked)
        assert "SECRET" not in repr(target.facts())
    with pytest.raises(Exception, match="code=HIDDEN") as refused:
        reach(f"http://{wire.host}/v1?code=SECRET")
    assert "SECRET" not in str(refused.value)


def test_the_operation_in_the_url_decides_and_that_is_told(reach: Callable[..., Any]) -> None:
    """`--api` cannot make a completions path speak chat."""
    with serve(only("/v1/chat/completions")) as wire:
        target = reach(f"http://{wire.host}/v1/chat/completions", api="completions")
        assert "messages" in wire.generations[0].body
        assert kinds(target) == ["api-by-url"]
        assert target.facts().details["api"] == "chat"


def test_another_operation_is_refused_by_name(reach: Callable[..., Any]) -> None:
    """Nothing is sent there."""
    with pytest.raises(UsageError, match="operation responses"):
        reach("http://127.0.0.1:1/v1/responses")


def redirecting(status: int, location: str) -> Callable[[Asked], Iterator[bytes | float]]:
    """A server that answers at /new only."""

    def play(asked: Asked) -> Iterator[bytes | float]:
        if asked.path == "/new/chat/completions":
            yield from streamed(asked)
        else:
            yield from plain(status, **({"Location": location} if location else {}))

    return play


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_that_keeps_the_request_is_followed_once_and_told(
    status: int,
    reach: Callable[..., Any],
    drive: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No measured request is redirected; the key stays with its host."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serve(redirecting(status, "/new/chat/completions?a=SECRET")) as wire:
        target = reach(f"http://{wire.host}/v1")
        drive(target, 3)
        assert [one.path for one in wire.generations] == [
            "/v1/chat/completions",
            *["/new/chat/completions"] * 4,
        ]
        assert {one.fields["authorization"] for one in wire.generations} == {f"Bearer {KEY}"}
    (caveat,) = target.facts().caveats
    assert caveat.kind == "redirected"
    assert "sent to /new/chat/completions directly" in caveat.text
    assert "SECRET" not in caveat.text
    assert wire.host not in caveat.text


def test_a_key_in_the_path_of_a_redirect_is_not_written(reach: Callable[..., Any]) -> None:
    """Neither the one that was given nor the one that a server names; words and versions are."""

    def play(asked: Asked) -> Iterator[bytes | float]:
        if asked.path.startswith("/hub"):
            yield from streamed(asked)
        else:
            yield from plain(307, Location="/hub/Zq7hunter2X9/v2/chat/completions")

    with serve(play) as wire:
        (caveat,) = reach(f"http://{wire.host}/team-a/k3yOfMine/v1").facts().caveats
    assert caveat.text.startswith("/team-a/HIDDEN/v1/chat/completions redirects")
    assert "sent to /hub/HIDDEN/v2/chat/completions directly" in caveat.text


@pytest.mark.parametrize(
    ("status", "location", "said"),
    [
        (301, "/new/chat/completions", r"HTTP 301\) to /new/chat/completions"),
        (302, "https://other.example/x?token=SECRET", r"to https://other.example/x\?…"),
        (303, "/new", "to /new"),
        (300, "", "to nowhere"),
        (307, "", "to nowhere"),
        (308, "https://127.0.0.1/new/chat/completions", "another scheme"),
        (307, "http://me:SECRET@127.0.0.1/x", "to http://127.0.0.1/x, which cannot be asked"),
        (307, "ftp://127.0.0.1/x", "cannot be asked"),
        (307, "/v1/chat/completions", "more than 5 times"),
    ],
)
def test_other_redirects_are_told_with_where_they_lead(
    status: int, location: str, said: str, reach: Callable[..., Any]
) -> None:
    """Without what may be secret in it, and with what to do."""
    with serve(redirecting(status, location)) as wire:
        with pytest.raises(UsageError, match=said) as refused:
            reach(f"http://{wire.host}/v1")
        assert "SECRET" not in str(refused.value)
        assert refused.value.hint


def elsewhere(reach: Callable[..., Any], there: Wire) -> Any:
    """Reach a server that redirects to another one."""
    with serve(redirecting(307, f"http://{there.host}/new/chat/completions")) as here:
        return reach(f"http://{here.host}/v1")


def test_no_key_goes_to_another_host_than_the_one_given(
    reach: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever redirects could name anybody; a port is another host too."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serve(redirecting(307, "/")) as there:
        with pytest.raises(UsageError, match="to which no key is sent"):
            elsewhere(reach, there)
        assert there.asked == []


def test_without_a_key_another_host_is_followed_and_told(reach: Callable[..., Any]) -> None:
    """There is nothing to give away."""
    with serve(redirecting(307, "/")) as there:
        (caveat,) = elsewhere(reach, there).facts().caveats
        assert caveat.kind == "redirected"
        assert "of another host" in caveat.text
        assert len(there.generations) == 1
