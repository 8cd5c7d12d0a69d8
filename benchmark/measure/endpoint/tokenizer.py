"""The model's tokenizer: what prompts must respect, and a second count of every answer."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure.engine import ModelShape

if TYPE_CHECKING:
    from collections.abc import Sequence

_NO_WINDOW = 10**9
"""transformers writes a huge number where a tokenizer knows no longest text."""

_LONGEST_REASON = 300


class Tokenizer:
    """transformers' tokenizer for a model."""

    def __init__(self, tokenizer: Any) -> None:  # noqa: ANN401 - transformers is untyped here
        self._tokenizer = tokenizer

    @property
    def shape(self) -> ModelShape:
        """What prompts must respect; a server may have a smaller window than its tokenizer says."""
        window = self._tokenizer.model_max_length
        return ModelShape(
            vocabulary=len(self._tokenizer),
            special_ids=frozenset(self._tokenizer.all_special_ids),
            context_window=window if window < _NO_WINDOW else None,
        )

    def count(self, text: str) -> int:
        """Tokens in a text."""
        return len(self._tokenizer.encode(text, add_special_tokens=False))

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of tokens."""
        return str(self._tokenizer.decode(list(tokens)))


def open_tokenizer(name: str) -> Tokenizer:
    """The tokenizer in a folder or on the Hub.

    Raises:
        UsageError: if there is none, or transformers is not installed.
    """
    try:
        transformers = importlib.import_module("transformers")
    except ImportError:
        raise UsageError(
            "The engine openai counts tokens with transformers, which is not installed.",
            hint=N_('Run: pip install "sagellm-benchmark[run]"'),
        ) from None
    transformers.logging.set_verbosity_error()
    try:
        return Tokenizer(transformers.AutoTokenizer.from_pretrained(name))
    except Exception as error:  # noqa: BLE001 - every backend of tokenizers raises its own kind
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:_LONGEST_REASON]
        raise UsageError(
            f"There is no tokenizer for {name}: {reason}",
            hint=N_("Name the model's tokenizer, a folder or a name on the Hub, by --tokenizer."),
        ) from None
