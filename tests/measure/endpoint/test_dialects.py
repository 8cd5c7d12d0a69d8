"""As much as a server accepts is asked, found out with few requests."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.errors import BenchmarkError, UsageError
from benchmark.measure.endpoint.dialect import NONE, Dialect, settle
from benchmark.measure.endpoint.extra_body import parse_extra_body
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.samples import Failure, Sample
from tests.measure.endpoint.wire import Asked, chunk, events, head, plain, serve, streamed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

FIELDS = (
    "ignore_eos",
    "min_tokens",
    "generation_config",
    "include_usage",
    "continuous_usage_stats",
    "timings_per_token",
    "temperature",
    "max_tokens",
)
EXACT = {"ignore_eos", "min_tokens"}
FEW = 10


def names(body: dict[str, Any]) -> set[str]:
    """The fields of a request, those inside included."""
    return {*body, *body.get("stream_options", {})}


def refusing(
    fields: set[str], status: int, say: Callable[[set[str]], str]
) -> Callable[[Asked], Iterator[bytes | float]]:
    """A server that does not know some fields."""

    def play(asked: Asked) -> Iterator[bytes | float]:
        refused = names(asked.body) & fields if asked.method == "POST" else set()
        if refused:
            yield from plain(status, json.dumps({"error": {"message": say(refused)}}))
        else:
            yield from streamed(asked)

    return play


def one_by_one(refused: set[str]) -> str:
    """As OpenAI says it."""
    return f"Unrecognized request argument supplied: {min(refused)}"


def all_at_once(refused: set[str]) -> str:
    """As pydantic says it."""
    return f"Extra inputs are not permitted: {sorted(refused)}"


def nothing(refused: set[str]) -> str:
    """As a crash says it."""
    del refused
    return "Internal Server Error"


@pytest.mark.parametrize("status", [400, 422, 500, 501])
@pytest.mark.parametrize("say", [one_by_one, all_at_once, nothing])
@pytest.mark.parametrize(
    ("refused", "dropped"),
    [
        (EXACT, EXACT),
        ({"min_tokens"}, {"min_tokens"}),
        ({"continuous_usage_stats"}, {"continuous_usage_stats"}),
        (
            {"timings_per_token", "stream_options"},
            {"include_usage", "continuous_usage_stats", "timings_per_token"},
        ),
        ({*EXACT, "max_tokens", "temperature"}, {*EXACT, "max_tokens", "temperature"}),
    ],
)
def test_only_what_is_refused_is_left_out_and_recorded(
    refused: set[str],
    dropped: set[str],
    say: Callable[[set[str]], str],
    status: int,
    reach: Callable[..., Any],
) -> None:
    """However it is refused: by name, all names at once, or without a word."""
    with serve(refusing(refused, status, say)) as wire:
        facts = reach(f"http://{wire.host}/v1").facts()
        assert len(wire.generations) <= FEW
    told = {name.rpartition(".")[2] for name in str(facts.details["dialect_dropped"]).split(", ")}
    # Without a word, counts in llama.cpp's way are not tried again: it refuses nothing.
    assert told - {"timings_per_token"} == dropped - {"timings_per_token"}


def test_nothing_is_left_out_where_nothing_is_refused(reach: Callable[..., Any]) -> None:
    """One request tells."""
    with serve(streamed) as wire:
        target = reach(f"http://{wire.host}/v1")
        assert len(wire.generations) == 1
        assert names(wire.generations[0].body) >= set(FIELDS) - {"generation_config"}
    assert target.facts().details["dialect_dropped"] is None
    assert target.facts().caveats == ()


def test_a_server_that_cannot_force_lengths_is_told(reach: Callable[..., Any]) -> None:
    """Its answers may end early, and then count as failed."""
    with serve(refusing({*EXACT, "generation_config"}, 400, all_at_once)) as wire:
        (caveat,) = reach(f"http://{wire.host}/v1").facts().caveats
    assert caveat.kind == "length-not-forced"


@pytest.mark.parametrize("status", [400, 500])
def test_a_server_that_refuses_everything_is_told_with_its_first_words(
    status: int, reach: Callable[..., Any]
) -> None:
    """What the fullest request was answered says most."""
    count = iter(range(100))

    def play(asked: Asked) -> Iterator[bytes | float]:
        del asked
        yield from plain(status, json.dumps({"message": f"broken, time {next(count)}"}))

    with serve(play) as wire:
        with pytest.raises(BenchmarkError, match="broken, time 0"):
            reach(f"http://{wire.host}/v1")
        assert len(wire.generations) == 3


def breaking_past(end: int) -> Callable[[Asked], Iterator[bytes | float]]:
    """A server that breaks if it must go on past the end of its turn (guidellm#979)."""

    def play(asked: Asked) -> Iterator[bytes | float]:
        if asked.method == "POST" and "ignore_eos" in asked.body and asked.body["max_tokens"] > end:
            yield head()
            for one in [*events(end)[:end], b'data: {"error": "unexpected token"}\n\n', b""]:
                yield chunk(one)
        elif asked.method == "POST":
            yield head()
            for one in events(min(end, asked.body["max_tokens"])):
                yield chunk(one.replace(b"length", b"stop"))
            yield chunk(b"")
        else:
            yield from plain(404)

    return play


def closing(data: bytes = b"") -> Iterator[bytes]:
    """A server that breaks after a few bytes."""
    yield data
    raise ConnectionAbortedError


def test_an_error_inside_a_stream_counts_as_a_refusal(reach: Callable[..., Any]) -> None:
    """The status was 200 by then."""
    with serve(breaking_past(1)) as wire:
        facts = reach(f"http://{wire.host}/v1").facts()
    assert "ignore_eos" in facts.details["dialect_dropped"]


STREAMED = b'data: {"code": 400, "msg": "unknown field"}\n\ndata: [DONE]\n\n'
OTHER_WAYS: dict[str, Callable[[], Iterable[bytes]]] = {
    "a code under 200": lambda: plain(200, '{"code": 400, "msg": "unknown field"}'),
    "a detail under 200": lambda: plain(200, '{"detail": "unknown field"}'),
    "an error object under 200": lambda: plain(200, '{"object": "error", "message": "unknown"}'),
    "a code in a stream": lambda: [head(), chunk(STREAMED), chunk(b"")],
    "a connection that is dropped": closing,
    "a connection that is dropped in midstream": lambda: closing(head() + chunk(events(1)[0])),
    **{
        f"{status} that names it": partial(plain, status, '{"message": "no ignore_eos here"}')
        for status in (402, 403, 406, 409, 413, 415, 424, 502)
    },
}


@pytest.mark.parametrize("way", OTHER_WAYS)
def test_a_field_may_be_refused_in_any_way(way: str, reach: Callable[..., Any]) -> None:
    """A server that breaks over it, and a gateway with statuses of its own."""

    def play(asked: Asked) -> Iterator[bytes | float]:
        known = asked.method != "POST" or "ignore_eos" not in asked.body
        yield from streamed(asked) if known else OTHER_WAYS[way]()

    with serve(play) as wire:
        details = reach(f"http://{wire.host}/v1").facts().details
    assert set(str(details["dialect_dropped"]).split(", ")) >= {"ignore_eos"}


def test_a_body_that_is_no_answer_is_told_by_its_own_words(
    reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """Whatever a server calls an error, and though it says that all is well."""

    def play(asked: Asked) -> Iterator[bytes | float]:
        trial = asked.fields.get("x-request-id") == "preflight"
        yield from streamed(asked) if trial else plain(200, '{"code": 7, "msg": "no memory"}')

    with serve(play) as wire:
        (failed,) = drive(reach(f"http://{wire.host}/v1"), 1)
    assert isinstance(failed, Failure)
    assert failed.error == "the server answered with an error: no memory"


def test_an_error_inside_every_stream_names_a_way_round(reach: Callable[..., Any]) -> None:
    """Whoever cannot force lengths can do without."""

    def play(asked: Asked) -> Iterator[bytes | float]:
        del asked
        yield head()
        yield chunk(b'data: {"error": "unexpected token"}\n\n')
        yield chunk(b"")

    with serve(play) as wire, pytest.raises(EngineFailedError, match="unexpected") as refused:
        reach(f"http://{wire.host}/v1")
    assert "--natural-length" in refused.value.hint


def test_natural_lengths_are_whatever_comes(
    reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """No field forces them; answers that the model ended are whole."""
    with serve(breaking_past(4)) as wire:
        target = reach(f"http://{wire.host}/v1", natural_length=True)
        (one,) = drive(target, 1, 9, exact=False)
        assert isinstance(one, Sample)
        assert one.output_tokens == 4
        assert not any(names(asked.body) & EXACT for asked in wire.generations)
        details = target.facts().details
        assert (details["answer_lengths"], details["dialect_dropped"]) == ("natural", None)
        (failed,) = drive(target, 1, 9)
        assert isinstance(failed, Failure)


def test_extra_fields_are_merged_and_sampling_is_said(
    reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """Objects inside keep what else they hold; both are recorded."""
    extra = parse_extra_body('{"stream_options": {"mine": 1}, "top_k": 3, "new": [null]}')
    sampling = {"temperature": 0.5, "top_p": 0.9}
    with serve(streamed) as wire:
        target = reach(f"http://{wire.host}/v1", extra_body=extra, sampling=sampling)
        drive(target, 1)
        body = wire.generations[-1].body
    assert body["stream_options"] == {
        "include_usage": True,
        "continuous_usage_stats": True,
        "mine": 1,
    }
    assert (body["top_k"], body["new"], body["temperature"], body["top_p"]) == (3, [None], 0.5, 0.9)
    facts = target.facts()
    assert facts.details["sampling"] == "temperature=0.5, top_p=0.9"
    assert [one.kind for one in facts.caveats] == ["extra-body"]


def test_fields_that_the_user_asked_for_are_never_left_out(reach: Callable[..., Any]) -> None:
    """A server that refuses them is not measured without."""
    with serve(refusing({"top_k"}, 400, one_by_one)) as wire, pytest.raises(UsageError) as refused:
        reach(f"http://{wire.host}/v1", sampling={"top_k": 3})
    assert "top_k" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"),
        ("[1]", "no JSON object"),
        ('"a"', "no JSON object"),
        ('{"a": NaN}', "no JSON"),
        ('{"a": 1, "a": 2}', "no JSON"),
        ('{"model": "x"}', "sets model"),
        ('{"stream": false, "n": 2}', "sets n, stream"),
        ('{"max_tokens": 1}', "sets max_tokens"),
    ],
)
def test_an_extra_body_that_cannot_be_is_refused(text: str, said: str) -> None:
    """What the measurement says itself is not the user's to say."""
    with pytest.raises(UsageError, match=said) as refused:
        parse_extra_body(text)
    assert refused.value.hint


BARE = Dialect(NONE, NONE, timings=False, temperature=False, limit="")


def sent(dialect: Dialect) -> set[str]:
    """The fields a dialect sends."""
    return {one.rpartition(".")[2] for one in BARE.dropped(dialect)}


@given(st.sets(st.sampled_from(FIELDS)), st.sampled_from([one_by_one, all_at_once, nothing]))
def test_what_is_settled_on_is_accepted_and_the_most_there_is(
    refused: set[str], say: Callable[[set[str]], str]
) -> None:
    """Law: for any fields that a server refuses, in whatever words, and with few requests."""
    asked: list[Dialect] = []

    def refusal(dialect: Dialect) -> str | None:
        asked.append(dialect)
        found = sent(dialect) & refused
        return say(found) if found else None

    settled = settle(refusal, Dialect())
    assert settled is not None
    assert not sent(settled) & refused
    assert len(asked) <= FEW
    assert (settled.length == NONE) == (
        {"ignore_eos", "min_tokens", "generation_config"} <= refused
    )
    assert (settled.usage == NONE) == ("include_usage" in refused)
    assert settled.temperature == ("temperature" not in refused)
