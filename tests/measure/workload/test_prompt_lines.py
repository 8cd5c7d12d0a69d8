"""Prompts from files with one on each line."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pytest

from benchmark.errors import InvalidDataError, UsageError
from benchmark.measure.request import ModelShape
from benchmark.measure.workload.find import find_workloads, with_prompts
from benchmark.measure.workload.prompts import open_prompts
from benchmark.measure.workload.workload_file import read_workloads
from benchmark.measure.workload.workloads import fixed

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.measure.workload.exact import Tokenizer
    from benchmark.measure.workload.prompt_source import PromptSource
    from benchmark.measure.workload.workloads import Workload

WIDE = ModelShape(700, frozenset(), None)


def saved(folder: Path, text: str, name: str = "own.jsonl") -> Path:
    """A file with this text."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def opened(workload: Workload, tokenizer: Tokenizer) -> PromptSource:
    """Its prompts."""
    return open_prompts(workload, WIDE, seed=1, tokenizer=tokenizer)


def test_a_file_of_prompts_is_a_workload_with_its_own_lengths(
    tmp_path: Path, tokenizer: Tokenizer
) -> None:
    """Named like the file; in the words of several tools."""
    file = saved(
        tmp_path,
        '{"prompt": "Who are you?", "output_length": 7}\n\n'
        '{"text_input": "What is this?", "output_tokens": 9}\n'
        '{"question": "Why?", "answer": "Because."}\n',
    )
    [workload] = find_workloads(str(file))
    source = opened(workload, tokenizer)
    found = {one.text: one.output_length for one in islice(source.requests(), 3)}
    assert found == {
        "Who are you?": 7,
        "What is this?": 9,
        "Why?": max(2, len(tokenizer.encode("Because."))),
    }
    assert (workload.name, source.dataset, source.kind) == ("own", "own.jsonl", "lines")
    assert source.workload.output_length > 0


def test_a_text_without_lengths_is_asked_line_by_line(tmp_path: Path, tokenizer: Tokenizer) -> None:
    """Every answer has the length that the workload says."""
    saved(tmp_path, "Who are you?\n\nWhat is this?\n", "lines.txt")
    file = saved(tmp_path, "{name: own, dataset: lines.txt, output_length: 5}", "w.yaml")
    [workload] = read_workloads(file)
    requests = list(islice(opened(workload, tokenizer).requests(), 2))
    assert {one.text for one in requests} == {"Who are you?", "What is this?"}
    assert {one.output_length for one in requests} == {5}


def test_prompts_of_a_file_are_cut_to_a_workloads_lengths(
    tmp_path: Path, tokenizer: Tokenizer
) -> None:
    """As conversations are."""
    file = saved(tmp_path, '{"prompt": "Once upon a time there was a rabbit with a watch."}\n')
    workload = with_prompts(fixed("short", 6, 4), str(file))
    [request] = islice(opened(workload, tokenizer).requests(), 1)
    assert (len(request.prompt), request.output_length) == (6, 4)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "$: holds no line with a prompt."),
        ("7\n", "line 1: is no object with `prompt`."),
        ('{"prompt": 7}\n', "line 1.prompt: is required and has to be text."),
        (
            '{"prompt": "a"}\n{"prompt": "b", "output_length": 1}\n',
            "line 2.output_length: has",
        ),
        ('{"prompt": "a"}\n{\n', "line 2: not JSON"),
    ],
)
def test_lines_that_are_no_prompts_are_named(
    tmp_path: Path, tokenizer: Tokenizer, text: str, expected: str
) -> None:
    """Each with its line."""
    [workload] = find_workloads(str(saved(tmp_path, text)))
    with pytest.raises(InvalidDataError) as caught:
        opened(workload, tokenizer)
    assert any(f"{path}: {said}".startswith(expected) for _, path, said in caught.value.violations)


def test_prompts_without_any_length_of_an_answer_are_refused(
    tmp_path: Path, tokenizer: Tokenizer
) -> None:
    """Nothing says how much to generate."""
    [workload] = find_workloads(str(saved(tmp_path, '{"prompt": "Why?"}\n')))
    with pytest.raises(UsageError, match="say neither an answer nor its length"):
        opened(workload, tokenizer)
