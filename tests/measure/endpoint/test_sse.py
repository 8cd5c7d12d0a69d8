"""Server-sent events, cut anywhere."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from benchmark.measure.endpoint.sse import ErrorData, Events

LETTERS = st.characters(codec="utf-8", exclude_characters="\r\n")
CUTS = st.sets(st.integers(0, 200))
TEXTS = st.lists(st.text(LETTERS, min_size=1), max_size=5)


def read(pieces: list[bytes]) -> list[bytes]:
    """The data of all events in these pieces."""
    events = Events()
    return [data for piece in pieces for data in events.feed(piece)] + events.end()


@given(TEXTS, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["", "\ufeff"]), CUTS)
def test_however_a_stream_is_cut_the_same_events_come_out(
    texts: list[str], end: str, mark: str, cuts: set[int]
) -> None:
    """Also in the middle of a character, of a line end or of a byte order mark."""
    events = "".join(f": ping{end}{end}data: {text}{end}{end}" for text in texts)
    stream = f"{mark}{events}".encode()
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    assert read([stream[a:b] for a, b in pairwise(places)]) == [text.encode() for text in texts]


def test_an_event_comes_out_with_the_bytes_that_complete_it() -> None:
    """Not before, so its stamp is that of its last byte."""
    events = Events()
    assert events.feed(b"data: [") == []
    assert events.feed(b"1]\n") == []
    assert events.feed(b"\ndata: 2\n\nda") == [b"[1]", b"2"]


@given(st.lists(st.sampled_from(['{"a": {}}', "{}", "[DONE]"]), min_size=1), CUTS)
def test_a_line_with_a_whole_object_needs_no_blank_line_after_it(
    texts: list[str], cuts: set[int]
) -> None:
    """Some servers leave it out; each event comes out with its line, however the stream is cut."""
    stream = "".join(f"data: {text}\n" for text in texts).encode()
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    assert read([stream[a:b] for a, b in pairwise(places)]) == [text.encode() for text in texts]
    assert Events().feed(stream) == [text.encode() for text in texts]


def test_an_object_on_several_lines_is_one_event() -> None:
    """Also if one of its lines is an object."""
    assert read([b'data: {"a":\ndata: {}\n', b"data: }\n\n"]) == [b'{"a":\n{}\n}']


def test_other_fields_and_comments_are_no_events() -> None:
    """A keep-alive is no token."""
    assert read([b": keep-alive\n\nevent: x\nid: 7\ndata: 1\n\nretry: 5\n\n"]) == [b"1"]


def test_several_data_lines_are_one_event() -> None:
    """As the standard says."""
    assert read([b"data: a\ndata:b\n\n"]) == [b"a\nb"]


def test_an_event_that_nothing_ends_still_counts() -> None:
    """Some servers leave out the last blank line."""
    assert read([b"data: [DONE]"]) == [b"[DONE]"]


def test_a_return_that_ends_an_event_ends_it_at_once() -> None:
    """Its stamp must not wait for the next event, to see whether a newline follows."""
    events = Events()
    assert events.feed(b"data: 1\r\r") == [b"1"]
    assert events.feed(b"data: 2\r\n\r") == [b"2"]
    assert events.feed(b"\ndata: 3\n\n") == [b"3"]


def test_an_event_named_error_is_told_from_others() -> None:
    """Its data need not say so themselves."""
    (first, second) = Events().feed(b"event: error\ndata: no\n\nevent: message\ndata: yes\n\n")
    assert (first, second) == (b"no", b"yes")
    assert isinstance(first, ErrorData)
    assert not isinstance(second, ErrorData)


def test_fields_need_no_blank_and_other_names_are_no_data() -> None:
    """`database:` is a field of its own."""
    assert read([b"data:1\n\ndatabase: 2\n\ndata\n\n"]) == [b"1", b""]
