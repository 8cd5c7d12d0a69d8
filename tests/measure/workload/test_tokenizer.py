"""Tokenizers as transformers loads them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from benchmark.errors import UsageError
from benchmark.measure.workload.tokenizer import open_tokenizer

if TYPE_CHECKING:
    from pathlib import Path


def test_a_tokenizer_adds_nothing_and_tidies_nothing(tokenizer_folder: Path) -> None:
    """Not a special id, not a space; of a folder only the name is known."""
    tokenizer = open_tokenizer(str(tokenizer_folder))
    text = "Hello , it 's   me !"
    ids = tokenizer.encode(text)
    assert tokenizer.special_ids.isdisjoint(ids)
    assert tokenizer.decode(ids) == text
    assert tokenizer.name == tokenizer_folder.name
    assert max(ids) < tokenizer.vocabulary


def test_special_ids_are_known(tokenizer_folder: Path) -> None:
    """A text that spells one is not just words."""
    tokenizer = open_tokenizer(str(tokenizer_folder))
    assert not tokenizer.special_ids.isdisjoint(tokenizer.encode("a <|end|>"))


def test_a_model_without_a_tokenizer_is_refused(tiny_config: Path) -> None:
    """Otherwise transformers would make an empty one of its configuration."""
    with pytest.raises(UsageError, match="comes without a tokenizer") as caught:
        open_tokenizer(str(tiny_config))
    assert "tokenizer" in caught.value.hint


def test_a_broken_tokenizer_is_explained(tmp_path: Path) -> None:
    """In a sentence, not in a traceback."""
    (tmp_path / "tokenizer.json").write_text('{"no":')
    (tmp_path / "tokenizer_config.json").write_text('{"tokenizer_class":"PreTrainedTokenizerFast"}')
    with pytest.raises(UsageError, match="The tokenizer cannot be opened"):
        open_tokenizer(str(tmp_path))


def test_without_transformers_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """It belongs to measuring, not to publishing."""
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(UsageError, match="needs transformers, which is not installed") as caught:
        open_tokenizer("gpt2")
    assert "sagellm-benchmark[run]" in caught.value.hint


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """And not taken for a name on the Hub."""
    with pytest.raises(UsageError, match=r"There is no folder .*nowhere"):
        open_tokenizer(str(tmp_path / "nowhere"))
