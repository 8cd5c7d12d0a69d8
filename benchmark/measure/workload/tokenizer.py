"""The tokenizer of a model, as transformers loads it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from benchmark import garbage
from benchmark.errors import UsageError
from benchmark.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.measure.workload.exact import Tokenizer

_HINT = N_("Name the model's tokenizer, a folder or a name on the Hub, by --tokenizer.")
_PROBE = "one 二"


_NO_WINDOW = 10**9
"""transformers writes a huge number where a tokenizer knows no longest text."""


class _FromTransformers:
    """transformers' tokenizer without anything it would add or tidy up."""

    def __init__(self, name: str, loaded: Any) -> None:  # noqa: ANN401 - untyped here
        folder = Path(name)
        self.name = folder.resolve().name if folder.is_dir() else name
        self.vocabulary: int = len(loaded)
        # Others that were added are words, such as the line ends of Gemma's.
        added = getattr(loaded, "added_tokens_decoder", {})
        marked = {token for token, how in added.items() if how.special}
        self.special_ids = frozenset(loaded.all_special_ids) | marked
        longest = loaded.model_max_length
        self.window: int | None = longest if longest < _NO_WINDOW else None
        self._loaded = loaded

    def encode(self, text: str) -> list[int]:
        found = self._loaded(
            text, add_special_tokens=False, return_attention_mask=False, verbose=False
        )
        return cast("list[int]", found["input_ids"])

    def decode(self, ids: Sequence[int]) -> str:
        return cast(
            "str",
            self._loaded.decode(
                list(ids), skip_special_tokens=False, clean_up_tokenization_spaces=False
            ),
        )

    def template_tokens(self) -> int | None:
        nothing = [{"role": "user", "content": ""}]
        # What a template raises is up to the template: some want a system's message, or tools.
        with suppress(Exception):
            text = self._loaded.apply_chat_template(
                nothing, tokenize=False, add_generation_prompt=True
            )
            return len(self.encode(text))
        return None


def open_tokenizer(name: str) -> Tokenizer:
    """The tokenizer of a model on the Hub, or in a local folder.

    Raises:
        BenchmarkError: if there is none, it needs consent, or the Hub cannot be reached.
        UsageError: if transformers is not installed.
    """
    try:
        with garbage.uncollected():
            import transformers  # noqa: PLC0415 - belongs to an extra, and takes seconds

            from benchmark.measure.engines.transformers_config import (  # noqa: PLC0415 - as above
                explain,
            )
    except ImportError:
        raise UsageError(
            f"Reading the tokenizer {name} needs transformers, which is not installed.",
            hint='Run: pip install "sagellm-benchmark[run]"',
        ) from None
    if Path(name).is_absolute() and not Path(name).is_dir():
        raise UsageError(f"The tokenizer cannot be opened. There is no folder {name}.", hint=_HINT)
    try:
        loaded = transformers.AutoTokenizer.from_pretrained(name)
    except Exception as error:
        # What transformers raises depends on the tokenizer's class: KeyError, TypeError and more.
        explained = explain(error, name)
        raise type(explained)(f"The tokenizer cannot be opened. {explained}", hint=_HINT) from error
    tokenizer = _FromTransformers(name, loaded)
    # Without any of a tokenizer's files, transformers makes an empty one of the configuration.
    if not tokenizer.encode(_PROBE):
        raise UsageError(f"{name} comes without a tokenizer.", hint=_HINT)
    return tokenizer
