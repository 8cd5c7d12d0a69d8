"""The model's tokenizer: what prompts must respect, and a second count of every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.measure.request import ModelShape
from benchmark.measure.workload import tokenizer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.measure.workload.exact import Tokenizer as Words


class Tokenizer:
    """The tokenizer that prompts are made with, as an endpoint needs it."""

    def __init__(self, words: Words) -> None:
        self._words = words

    @property
    def shape(self) -> ModelShape:
        """What prompts must respect; a server may have a smaller window than its tokenizer says."""
        words = self._words
        return ModelShape(words.vocabulary, words.special_ids, words.window)

    def count(self, text: str) -> int:
        """Tokens in a text."""
        return len(self._words.encode(text))

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of tokens."""
        return self._words.decode(tokens)

    def template_tokens(self) -> int | None:
        """Tokens of a chat's template around a prompt; None if the model has none."""
        return self._words.template_tokens()


def open_tokenizer(name: str) -> Tokenizer:
    """The tokenizer in a folder or on the Hub.

    Raises:
        BenchmarkError: if there is none, it needs consent, or the Hub cannot be reached.
        UsageError: if transformers is not installed.
    """
    return Tokenizer(tokenizer.open_tokenizer(name))
