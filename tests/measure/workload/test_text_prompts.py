"""Prompts cut from a text, and the words that settle on an exact number of tokens."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pytest

from benchmark import canonical
from benchmark.errors import InvalidDataError, UsageError
from benchmark.measure.workload.exact import settle
from benchmark.measure.workload.text_prompts import TextPrompts
from benchmark.measure.workload.workloads import fixed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmark.measure.workload.exact import Tokenizer

BOOK = "The quick brown fox jumps over the lazy dog, again and again. "


def book(folder: Path, text: str, length: int, tokenizer: Tokenizer) -> TextPrompts:
    """Prompts from a file with this text."""
    file = folder / "book.txt"
    file.write_text(text, encoding="utf-8")
    workload = fixed("own", length, 2)._replace(prompts="text", dataset=file)
    return TextPrompts(workload, 1, tokenizer)


def test_prompts_are_pieces_of_the_text(tmp_path: Path, tokenizer: Tokenizer) -> None:
    """Of plain words nothing is changed."""
    for request in islice(book(tmp_path, BOOK * 30, 12, tokenizer).requests(), 20):
        assert request.text is not None
        assert request.text.strip()[:20] in BOOK * 30


def test_a_short_text_goes_round_for_a_long_prompt(tmp_path: Path, tokenizer: Tokenizer) -> None:
    """A user's page is enough for any length."""
    request = next(book(tmp_path, BOOK, 500, tokenizer).requests())
    assert len(request.prompt) == 500
    assert str(request.text).count("quick brown") > 5


def test_where_a_prompt_came_from_is_said(tmp_path: Path, tokenizer: Tokenizer) -> None:
    """With the file's digest, without its folder."""
    source = book(tmp_path, BOOK, 3, tokenizer)
    described = source.describe()
    assert source.dataset == described["dataset"] == "book.txt"
    assert described["sha256"] == canonical.digest(BOOK.encode())
    assert (described["kind"], described["seed"]) == ("text", 1)
    assert str(tmp_path) not in canonical.dumps(described).decode()


def test_a_text_that_is_used_up_begins_anew_and_says_so(
    tmp_path: Path, tokenizer: Tokenizer
) -> None:
    """Repeated prompts may be answered from a cache."""
    source = book(tmp_path, BOOK, 30, tokenizer)
    places = source.describe()["tokens"]
    assert isinstance(places, int)
    sent = [request.text for request in islice(source.requests(), 2 * places)]
    different = len(set(sent))
    assert places - 5 <= different <= places
    assert sent[different : different + 5] == sent[:5]
    assert source.describe()["repeated"] == len(sent) - different


@pytest.mark.parametrize("text", ["", " \n ", "<|end|>", "\ufffd"])
def test_a_text_without_words_is_refused(tmp_path: Path, tokenizer: Tokenizer, text: str) -> None:
    """Rather than asked for ever."""
    with pytest.raises(UsageError, match=r"no words in the text book\.txt"):
        book(tmp_path, text, 4, tokenizer)


def test_a_text_that_is_not_utf8_is_refused(tmp_path: Path, tokenizer: Tokenizer) -> None:
    """The byte is named."""
    file = tmp_path / "book.txt"
    file.write_bytes(b"ab\xff")
    with pytest.raises(InvalidDataError) as caught:
        TextPrompts(fixed("own", 4, 2)._replace(dataset=file), 1, tokenizer)
    assert [one.message for one in caught.value.violations] == ["byte 2 is not UTF-8."]


class Deaf:
    """A tokenizer that hears one word in anything."""

    name = "deaf"
    vocabulary = 9
    special_ids: frozenset[int] = frozenset()

    def encode(self, _text: str) -> list[int]:
        """One id."""
        return [1]

    def decode(self, ids: Sequence[int]) -> str:
        """A word for each."""
        return " ".join(map(str, ids))


def test_a_tokenizer_that_never_gets_there_is_given_up() -> None:
    """After a bounded number of attempts, naming it and the length."""
    with pytest.raises(UsageError, match=r"tokenizer deaf .* exactly 5 tokens, after 64 attempts"):
        settle(Deaf(), [1, 2, 3, 4, 5], 5, lambda count: [1] * count)
