"""The file form of entries: exact bytes out, any JSON array in."""

from __future__ import annotations

import json

import pytest

from benchmark.entry import Entry
from benchmark.errors import InvalidDataError
from benchmark.leaderboard import (
    decode,
    decode_lines,
    decode_one_or_many,
    encode,
    encode_lines,
    lines,
)
from tests.support import real_format
from tests.support.entries import entry, run


def places(data: bytes, decoder=decode) -> list[str]:  # noqa: ANN001 - any of the three
    """The paths of the violations that `decoder` finds."""
    with pytest.raises(InvalidDataError) as caught:
        decoder(data, file="f")
    return [violation.path for violation in caught.value.violations]


def test_the_file_form_is_these_bytes() -> None:
    """One canonical entry a line, and a file of none is a line too."""
    assert encode([]) == b"[]\n"
    assert encode([Entry({"b": 2.0, "a": "é"})]) == '[\n{"a":"é","b":2}\n]\n'.encode()
    two = encode([Entry({"a": 1}), Entry({"a": 2})])
    assert two.startswith(b'[\n{"a":')
    assert two.count(b"},\n{") == 1
    assert two.endswith(b"}\n]\n")


def test_the_form_of_a_fragment_is_one_line_for_each_entry() -> None:
    """The same lines as in a leaderboard file, without the array around them."""
    entries = [run(tps, model=f"m{tps}") for tps in (3, 1, 2)]
    lines = encode_lines(entries).decode().splitlines(keepends=True)
    assert encode(entries).decode() == "[\n" + "".join(lines)[:-1].replace("\n", ",\n") + "\n]\n"
    assert encode_lines([]) == b""


def test_lines_are_sorted_by_config_key_then_run_id() -> None:
    """Numbers sort as numbers, and runs of one configuration stand together."""
    lengths = [entry({"workload.input_length": length}) for length in (1000, 32, 256)]
    same = [run(tps) for tps in (1, 2, 3)]
    written = decode(encode([*same, *lengths]), file="f")
    assert written == sorted(written, key=lambda item: (item.config_key, item.run_id))
    assert [e.at("workload", "input_length") for e in written] == [32, 128, 128, 128, 256, 1000]


def test_the_same_run_is_written_once() -> None:
    """However it was spelled."""
    assert encode([entry(), entry({"metrics.ttft_ms": 80})]) == encode([entry()])


@pytest.mark.parametrize("indent", [None, 2])
def test_any_json_array_of_objects_is_read(indent: int | None) -> None:
    """The file of the earlier tools, indented and unsorted, gives the same entries."""
    public = real_format.public_entries()
    read = decode(json.dumps(public, indent=indent).encode(), file="f")
    assert [item.data for item in read] == public
    assert decode(b" [ ] ", file="f") == []


@pytest.mark.parametrize("data", [b"{}", b"null", b'"[]"', b'{"entries": []}'])
def test_what_is_no_array_holds_no_entries(data: bytes) -> None:
    """An object with the array inside is another format."""
    assert places(data) == ["$"]


def test_every_member_that_is_no_object_is_named() -> None:
    """By its index, the good ones between them not counted as bad."""
    assert places(b'[{}, 1, {}, "x", null, [{}]]') == ["$[1]", "$[3]", "$[4]", "$[5]"]


def test_an_object_counts_as_a_list_of_one_where_results_are_read() -> None:
    """What `run` writes is one entry; a list is read as well, anything else is not."""
    assert decode_one_or_many(b'{"a": 1}', file="f") == [Entry({"a": 1})]
    assert decode_one_or_many(b'[{"a": 1}, {}]', file="f") == [Entry({"a": 1}), Entry({})]
    assert places(b"3", decode_one_or_many) == ["$"]


def test_what_is_read_from_a_result_can_be_written_and_read_again() -> None:
    """An object at the limit of nesting must not become too deep in its array."""
    deepest = b'{"a":' + b"[" * 64 + b"]" * 64 + b"}"
    try:
        entries = decode_one_or_many(deepest, file="f")
    except InvalidDataError:
        return
    assert decode(encode(entries), file="f") == entries


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_lines_of_a_file_are_the_canonical_forms_in_it(count: int) -> None:
    """Of a leaderboard and of a fragment."""
    entries = [run(tps, model=f"m{tps}") for tps in range(1, count + 1)]
    for write in (encode, encode_lines):
        assert sorted(lines(write(entries))) == sorted(item.canonical for item in entries)


def test_lines_are_read_without_the_blank_ones() -> None:
    """A last line without its end is a line."""
    assert decode_lines(b'{"a": 1}\n\n \r\n{"b": 2}', file="f") == [{"a": 1}, {"b": 2}]
    assert decode_lines(b"", file="f") == []


@pytest.mark.parametrize("data", [b"{}\n[]\n", b"{}\n{\n", b"{}\nnull\n", b'{}\n{"a":NaN}'])
def test_a_line_that_is_no_object_is_refused(data: bytes) -> None:
    """A half-written file is never half read."""
    assert places(data, decode_lines)


def test_a_bad_line_is_found_by_its_number() -> None:
    """The second of three lines is not called the first."""
    with pytest.raises(InvalidDataError) as caught:
        decode_lines(b'{"a": 1}\n{"a": \n{}\n', file="f")
    shown = " ".join(f"{path} {message}" for _, path, message in caught.value.violations)
    assert "line 2" in shown or "[1]" in shown
