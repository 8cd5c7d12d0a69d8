"""Prompts from conversations: their lengths, what is left out, and what is wrong in a file."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest

from benchmark import canonical
from benchmark.errors import InvalidDataError, UsageError
from benchmark.measure.request import ModelShape
from benchmark.measure.workload import questions
from benchmark.measure.workload.conversations import read_conversations
from benchmark.measure.workload.prompts import open_prompts
from benchmark.measure.workload.workloads import Lengths, Workload

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.measure.workload.exact import Tokenizer
    from benchmark.measure.workload.prompt_source import PromptSource

WIDE = ModelShape(700, frozenset(), None)
NATURAL = Workload("talk", (), prompts="sharegpt")
LONG = "Once upon a time there was a rabbit with a watch. " * 8


def talk(*turns: tuple[str, str]) -> dict[str, Any]:
    """One conversation as ShareGPT has it."""
    return {"id": "x", "conversations": [{"from": who, "value": what} for who, what in turns]}


def chat(*turns: tuple[str, str]) -> dict[str, Any]:
    """One conversation as chat endpoints have it."""
    return {"messages": [{"role": who, "content": what} for who, what in turns]}


def saved(folder: Path, value: Any) -> Path:
    """A file with this JSON."""
    file = folder / "talks.json"
    file.write_text(json.dumps(value), encoding="utf-8")
    return file


def opened(
    file: Path, tokenizer: Tokenizer, workload: Workload = NATURAL, shape: ModelShape = WIDE
) -> PromptSource:
    """The prompts of a file."""
    return open_prompts(workload._replace(dataset=file), shape, seed=1, tokenizer=tokenizer)


def test_a_question_is_asked_whole_and_answered_as_long_as_it_was(
    tmp_path: Path, tokenizer: Tokenizer
) -> None:
    """In both layouts; what comes before the first question is no part of it."""
    turns = (("system", "Be nice."), ("human", "Hi!"), ("human", "Who are you?"), ("gpt", "A fox."))
    other = (("system", "Be nice."), ("user", "Hi!\nWho are you?"), ("assistant", "A fox."))
    source = opened(saved(tmp_path, [talk(*turns), chat(*other)]), tokenizer)
    answer = len(tokenizer.encode("A fox."))
    for request in islice(source.requests(), 4):
        assert request.text == "Hi!\nWho are you?"
        assert request.prompt == tuple(tokenizer.encode(request.text))
        assert request.output_length == answer
    assert source.workload.lengths == (Lengths(len(request.prompt), answer),) * 2


@pytest.mark.parametrize(("words", "expected"), [("A", 2), (LONG * 40, questions.LONGEST_ANSWER)])
def test_an_answer_is_neither_too_short_to_time_nor_endless(
    tmp_path: Path, tokenizer: Tokenizer, words: str, expected: int
) -> None:
    """A gap between tokens takes two of them."""
    source = opened(saved(tmp_path, [talk(("human", "Hi"), ("gpt", words))]), tokenizer)
    assert next(source.requests()).output_length == expected


def test_a_workload_may_fix_the_answer(tmp_path: Path, tokenizer: Tokenizer) -> None:
    """And leave the questions alone."""
    file = saved(tmp_path, [talk(("human", LONG), ("gpt", "No."))])
    source = opened(file, tokenizer, NATURAL._replace(answer=33))
    request = next(source.requests())
    assert (request.text, request.output_length) == (LONG, 33)
    assert (source.workload.output_length, source.workload.input_length) == (
        33,
        len(request.prompt),
    )


def test_a_workload_with_lengths_cuts_the_questions(tmp_path: Path, tokenizer: Tokenizer) -> None:
    """Exactly, also under encoding again; those that are too short are left out."""
    file = saved(
        tmp_path, [talk(("human", LONG), ("gpt", "No.")), talk(("human", "Hi"), ("gpt", "Hi"))]
    )
    workload = NATURAL._replace(lengths=(Lengths(20, 7), Lengths(9, 8)))
    source = opened(file, tokenizer, workload)
    requests = list(islice(source.requests(), 30))
    assert {(len(one.prompt), one.output_length) for one in requests} == {(20, 7), (9, 8)}
    assert all(tuple(tokenizer.encode(str(one.text))) == one.prompt for one in requests)
    assert (source.describe()["used"], source.describe()["left_out"]) == (1, 1)
    assert source.workload.lengths == workload.lengths


def test_what_cannot_be_asked_is_left_out_and_counted(tmp_path: Path, tokenizer: Tokenizer) -> None:
    """Too long for the model, nobody asking or answering, or words that mean something to it."""
    talks = [
        talk(("human", "Hi"), ("gpt", "Hello")),
        talk(("human", LONG), ("gpt", "No.")),
        talk(("human", "Tell me more"), ("gpt", LONG)),
        talk(("gpt", "Hello")),
        talk(("human", "Hi")),
        talk(("human", " "), ("gpt", "Hello")),
        talk(("human", "Stop <|end|> now"), ("gpt", "Hello")),
        talk(),
    ]
    shape = ModelShape(700, frozenset(), 60)
    source = opened(saved(tmp_path, talks), tokenizer, shape=shape)
    assert {one.text for one in islice(source.requests(), 9)} == {"Hi"}
    told = source.describe()
    assert (told["conversations"], told["used"], told["left_out"]) == (8, 1, 7)


def test_conversations_are_used_in_a_seeded_order_and_repeats_are_counted(
    tmp_path: Path, tokenizer: Tokenizer
) -> None:
    """Each once before any is used again."""
    file = saved(tmp_path, [talk(("human", f"Question {i}"), ("gpt", "Yes")) for i in range(30)])
    source, again = opened(file, tokenizer), opened(file, tokenizer)
    first = [one.text for one in islice(source.requests(), 35)]
    assert first == [one.text for one in islice(again.requests(), 35)]
    assert len(set(first[:30])) == 30
    assert first[30:] == first[:5]
    assert first[:30] != sorted(first[:30], key=str)
    assert source.describe()["repeated"] == 5


def test_where_the_conversations_came_from_is_said(tmp_path: Path, tokenizer: Tokenizer) -> None:
    """With the file's digest, without its folder."""
    file = saved(tmp_path, [talk(("human", "Hi"), ("gpt", "Hello"))])
    source = opened(file, tokenizer)
    assert source.dataset == source.describe()["dataset"] == "talks.json"
    assert source.describe()["sha256"] == canonical.digest(file.read_bytes())
    assert str(tmp_path) not in str(source.describe())


def test_a_file_of_which_nothing_can_be_used_is_refused(
    tmp_path: Path, tokenizer: Tokenizer
) -> None:
    """Before anything is loaded."""
    with pytest.raises(UsageError, match=r"None of the 1 prompts of talks\.json"):
        opened(saved(tmp_path, [talk(("gpt", "Hello"))]), tokenizer)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, ["$: is no list of conversations."]),
        ([], ["$: is empty."]),
        ([7], ["$[0]: is no object with `conversations` or `messages`."]),
        ([{}], ["$[0].conversations: is required, but missing; `messages` would do as well."]),
        ([{"messages": 1}], ["$[0].messages: is no list of turns."]),
        ([{"messages": ["Hi"]}], ["$[0].messages[0]: is no object with `role` and `content`."]),
        (
            [talk(("human", "Hi")), {"conversations": [{"from": 1}]}],
            [
                "$[1].conversations[0].from: is required and has to be text.",
                "$[1].conversations[0].value: is required and has to be text.",
            ],
        ),
    ],
)
def test_what_is_no_conversation_is_named_with_its_place(
    tmp_path: Path, value: Any, expected: list[str]
) -> None:
    """Every place of it."""
    file = saved(tmp_path, value)
    with pytest.raises(InvalidDataError) as caught:
        read_conversations(file)
    assert [f"{path}: {message}" for _, path, message in caught.value.violations] == expected
    assert {one.file for one in caught.value.violations} == {str(file)}


def test_a_file_that_is_wrong_throughout_is_not_listed_to_the_end(tmp_path: Path) -> None:
    """The first places, and how many more there are."""
    with pytest.raises(InvalidDataError) as caught:
        read_conversations(saved(tmp_path, [1] * 100))
    assert len(caught.value.violations) == 21
    assert caught.value.violations[-1].message == "80 more places are wrong."
