"""Timed traces: the forms they come in, and what is wrong in one."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pytest

from benchmark.errors import InvalidDataError, UsageError
from benchmark.measure.request import ModelShape
from benchmark.measure.workload.prompts import open_prompts
from benchmark.measure.workload.trace_file import read_trace

if TYPE_CHECKING:
    from pathlib import Path

MOONCAKE = (
    '{"timestamp": 27000, "input_length": 6955, "output_length": 52, "hash_ids": [46, 47]}\n'
    '{"timestamp": 30500, "input_length": 6472, "output_length": 26, "hash_ids": [46, 52]}\n'
)
BURST_GPT = (
    "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
    "5,ChatGPT,472,18,490,Conversation log\n"
    "45.5,ChatGPT,1087,230,1317,Conversation log\n"
    "46,GPT-4,417,0,417,Conversation log\n"
)
AZURE = (
    "TIMESTAMP,ContextTokens,GeneratedTokens\n"
    "2023-11-16 18:15:46.6805900,374,44\n"
    "2023-11-16 18:15:50.9951690,396,109\n"
)
HEADER = "timestamp,input_length,output_length\n"


def saved(folder: Path, text: str, name: str) -> Path:
    """A file with this text."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "name", "due_s", "lengths"),
    [
        (MOONCAKE, "mooncake.jsonl", (0, 3.5), [(6955, 52), (6472, 26)]),
        (BURST_GPT, "burst.csv", (0, 40.5), [(472, 18), (1087, 230)]),
        (AZURE, "azure.csv", (0, 4.314579), [(374, 44), (396, 109)]),
        (
            "timestamp_ms,input_length,output_length\n1500,8,4\n0,9,5\n",
            "own.csv",
            (0, 1.5),
            [(9, 5), (8, 4)],
        ),
        (
            f"{HEADER}2024-05-10T00:00:00Z,8,4\n2024-05-10T02:00:00.5+02:00,9,5\n",
            "iso.csv",
            (0, 0.5),
            [(8, 4), (9, 5)],
        ),
        (
            '{"timestamp_s": 1, "input_tokens": 8, "output_tokens": 4}\n\n',
            "own.jsonl",
            (0,),
            [(8, 4)],
        ),
    ],
)
def test_traces_are_read_as_they_are_published(
    tmp_path: Path, text: str, name: str, due_s: tuple[float, ...], lengths: list[tuple[int, int]]
) -> None:
    """In the order of their times, which count from the first request."""
    workload = read_trace(saved(tmp_path, text, name))
    assert workload.trace is not None
    assert workload.trace.due_s == pytest.approx(due_s)
    assert [(one.input, one.output) for one in workload.lengths] == lengths
    assert (workload.name, workload.trace.name) == (name.partition(".")[0], name)


def test_requests_have_the_traces_lengths_in_its_order(tmp_path: Path) -> None:
    """Each exactly; from the beginning at every call."""
    source = open_prompts(
        read_trace(saved(tmp_path, MOONCAKE, "t.jsonl")), ModelShape(99, frozenset(), None), seed=1
    )
    for _ in range(2):
        requests = islice(source.requests(), 2)
        assert [(len(one.prompt), one.output_length) for one in requests] == [
            (6955, 52),
            (6472, 26),
        ]


def test_a_trace_is_played_faster(tmp_path: Path) -> None:
    """Only its times change."""
    workload = read_trace(saved(tmp_path, MOONCAKE, "t.jsonl"), speed=7.0)
    assert workload.trace is not None
    assert workload.trace.due_s == (0, 0.5)


def test_what_is_not_done_as_the_trace_says_is_told(tmp_path: Path) -> None:
    """Rows without an answer, and prefixes that its requests share."""
    mooncake = read_trace(saved(tmp_path, MOONCAKE, "t.jsonl")).trace
    burst = read_trace(saved(tmp_path, BURST_GPT, "t.csv")).trace
    assert mooncake is not None
    assert burst is not None
    assert mooncake.as_json()["shared_prefixes_ignored"] is True
    assert burst.as_json()["left_out"] == 1
    assert burst.as_json()["shared_prefixes_ignored"] is False


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("", "t.jsonl", "$: holds no request."),
        ("timestamp,input_length,output_length\n", "t.csv", "$: holds no request."),
        ("7\n", "t.jsonl", "line 1: has no timestamp that is a time."),
        (
            '{"timestamp": "soon", "input_length": 1, "output_length": 2}',
            "t.jsonl",
            "line 1: has no",
        ),
        (
            '{"timestamp": NaN, "input_length": 1, "output_length": 2}',
            "t.jsonl",
            "line 1.timestamp: ",
        ),
        ("timestamp,input_length\n1,5\n", "t.csv", "line 2: needs whole numbers as"),
        (
            "timestamp,input_length,output_length\n1,0,5\n",
            "t.csv",
            "line 2: needs whole numbers as",
        ),
        (
            "timestamp,input_length,output_length\n1,5,-1\n",
            "t.csv",
            "line 2: needs whole numbers as",
        ),
        ("timestamp,input_length,output_length\n1,5,2.5\n", "t.csv", "line 2: needs whole numbers"),
        ("timestamp,input_length,output_length\n1,5,1e300\n", "t.csv", "line 2: needs whole"),
        ("timestamp,input_length,output_length\n1e308,5,2\n", "t.csv", "line 2: has no timestamp"),
        ("timestamp,input_length,output_length\n1," + "9" * 200_000, "t.csv", "line 2: is no CSV"),
        ("{\n", "t.jsonl", "line 1: not JSON"),
    ],
)
def test_a_line_that_is_no_timed_request_is_named(
    tmp_path: Path, text: str, name: str, expected: str
) -> None:
    """Nothing is guessed."""
    with pytest.raises(InvalidDataError) as caught:
        read_trace(saved(tmp_path, text, name))
    assert any(
        f"{path}: {message}".startswith(expected) for _, path, message in caught.value.violations
    )


def test_lines_may_end_as_on_any_system(tmp_path: Path) -> None:
    """Old spreadsheets end them with a carriage return alone."""
    rows = "timestamp,input_length,output_length", "3,5,2", "4,6,3"
    found = [read_trace(saved(tmp_path, end.join(rows), "t.csv")) for end in ("\n", "\r\n", "\r")]
    assert {one.lengths for one in found} == {found[0].lengths}
    assert len(found[0].lengths) == len(rows) - 1


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    """With the kinds there are."""
    with pytest.raises(UsageError, match="is no trace") as caught:
        read_trace(saved(tmp_path, MOONCAKE, "t.parquet"))
    assert ".csv" in caught.value.hint
