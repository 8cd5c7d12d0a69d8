"""A word that is none: what was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.publishers import call

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("publsh",), "Did you mean publish?"),
        (("report", "--fromat", "csv"), "--format"),
        (("report", "--format", "tabel"), "Did you mean table?"),
        (("run", "--model", "gpt2", "--backend", "cuta"), "Did you mean cuda?"),
        (("run", "--model", "gpt2", "--engine", "transfomers"), "Did you mean transformers?"),
        (("run", "--model", "gpt2", "--workload", "strem"), "There is no workload"),
        (("run", "--model", "gpt2", "--workload", "Short"), "Did you mean short?"),
        (("run", "--model", "m", "--engine", "vllm"), '--engine openai --serve "vllm serve m"'),
        (("run", "--model", "m", "--engine", "SGLang"), "--engine openai --serve"),
        (("run", "--model", "./gone"), "There is no model folder ./gone"),
        (("run", "--model", "/a/b/gone"), "There is no model folder /a/b/gone"),
        (("run", "--model", "a/b/c"), "There is no model folder a/b/c"),
        (("aggregate", "--outputs", "gone", "--offline"), "There is no folder gone"),
    ],
)
def test_a_slip_is_told_with_what_was_meant(
    workdir: Path, words: tuple[str, ...], said: str
) -> None:
    """Wrong usage: 2, and nothing is written."""
    done = call(*words)
    assert done.code == 2, done.said
    assert said in done.err
    assert [*workdir.iterdir()] == []


def test_a_word_like_no_other_gets_no_guess(workdir: Path) -> None:
    """A wrong guess is worse than none."""
    assert workdir.is_dir()
    assert "Did you mean" not in call("xyzzy").err
