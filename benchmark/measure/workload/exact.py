"""Words that a tokenizer turns into exactly so many tokens.

Any token ids can be turned into words, but rarely do those words turn into the same ids again:
pieces merge across the seams, and halves of characters become something else. An endpoint is sent
words and counts for itself, so a prompt is settled here first: decoded, encoded, cut or filled up,
until nothing changes.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, Protocol

from benchmark.errors import UsageError
from benchmark.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

HALF_A_CHARACTER = "\ufffd"
"""What a decoder makes of bytes that are no whole character."""

_ATTEMPTS = 64
_MOST_TRIED = 512


class Tokenizer(Protocol):
    """Turns words into token ids and back, adding nothing."""

    @property
    def name(self) -> str:
        """For messages and provenance; of a local folder only its last part."""
        ...

    @property
    def vocabulary(self) -> int:
        """The number of token ids."""
        ...

    @property
    def special_ids(self) -> frozenset[int]:
        """Ids that stand for no words, such as the end of a text."""
        ...

    @property
    def window(self) -> int | None:
        """The longest text in tokens, None if the tokenizer knows none."""
        ...

    def encode(self, text: str) -> list[int]:
        """The ids of a text, without special ones unless the text spells them."""
        ...

    def decode(self, ids: Sequence[int]) -> str:
        """The text of the ids."""
        ...

    def template_tokens(self) -> int | None:
        """Those that a chat's template puts around a prompt; None without a template."""
        ...


class Settled(NamedTuple):
    """Words, and the ids they are encoded to."""

    ids: tuple[int, ...]
    text: str


def settle(
    tokenizer: Tokenizer, ids: Sequence[int], length: int, draw: Callable[[int], Sequence[int]]
) -> Settled:
    """A text of exactly `length` tokens that begins like `ids`.

    Args:
        tokenizer: of the model that will read it.
        ids: a first proposal.
        length: tokens, at least one.
        draw: gives so many ids to fill up with, such as those that are `whole`.

    Raises:
        UsageError: if none is found after many attempts.
    """
    for attempt in range(_ATTEMPTS):
        text = tokenizer.decode(ids).replace(HALF_A_CHARACTER, "")
        encoded = tokenizer.encode(text)
        usable = [token for token in encoded if token not in tokenizer.special_ids]
        if len(usable) == len(encoded) == length:
            return Settled(tuple(encoded), text)
        # Attempts keep less and less, so that no two of them can lead to each other for ever.
        kept = usable[: max(0, length - attempt // 2)]
        ids = [*kept, *draw(length - len(kept))]
    raise UsageError(
        f"The tokenizer {tokenizer.name} turns no text that was tried into exactly {length} "
        f"tokens, after {_ATTEMPTS} attempts.",
        hint=N_("Name the model's own tokenizer, or choose other prompts."),
    )


def whole(tokenizer: Tokenizer, ids: Iterable[int]) -> list[int]:
    """Those of the first different ids that are words by themselves, which fill a text up best.

    All that were tried if none is.
    """
    tried = list(islice(dict.fromkeys(ids), _MOST_TRIED))
    return [token for token in tried if _is_whole(tokenizer, token)] or tried


def _is_whole(tokenizer: Tokenizer, token: int) -> bool:
    text = tokenizer.decode([token])
    return HALF_A_CHARACTER not in text and tokenizer.encode(text) == [token]
