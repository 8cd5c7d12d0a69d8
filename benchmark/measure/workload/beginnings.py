"""Beginnings of prompts that no server has seen, so that no cache of prefixes helps unasked.

Servers keep what they computed for the first tokens of a prompt and use it again for every prompt
that begins alike: in blocks of 16 tokens and more (vLLM, SGLang), or token by token (llama.cpp).
What follows a beginning of its own is of no use to them.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from benchmark.measure.workload.exact import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmark.canonical import Json
    from benchmark.measure.request import Request
    from benchmark.measure.workload.exact import Tokenizer

LENGTH = 8
"""Tokens: fewer than any server's block, and enough to be different from all others."""

_ATTEMPTS = 16
_WORDS = 512


class Beginnings:
    """Sees that no two prompts of a run begin alike, and that another run has others.

    One for all cells of a run: it remembers every prompt's first `LENGTH` tokens.

    Args:
        salt: random, of one run; the same salt gives the same prompts again. None for an engine
            without a cache between requests: prompts then follow from the seed alone.
    """

    def __init__(self, salt: str | None = None) -> None:
        self._salt = salt
        self._streams = 0
        self._seen: set[tuple[int, ...]] = set()
        self._alike = 0
        self._words: Sequence[int] = ()

    def random(self, name: str) -> Random:
        """The randomness called `name`: with a salt another one at every call."""
        if self._salt is not None:
            self._streams += 1
            name = f"{self._salt}/{self._streams}/{name}"
        return Random(name)  # noqa: S311 - repeatable, not a secret

    def vary(self, ids: Sequence[int], tokenizer: Tokenizer, random: Random) -> Sequence[int]:
        """As many ids as `ids`: a beginning of any words, then those of `ids` that fit."""
        if self._salt is None:
            return ids
        if not self._words:
            known = [one for one in range(tokenizer.vocabulary) if one not in tokenizer.special_ids]
            self._words = whole(tokenizer, random.choices(known, k=_WORDS))
        count = min(LENGTH, len(ids))
        return [*random.choices(self._words, k=count), *ids[: len(ids) - count]]

    def fresh(self, draw: Callable[[], Request], shared: int = 0) -> Request:
        """What `draw` gives first that begins like nothing before.

        A vocabulary of few ids may run out of beginnings; then it is what `draw` gave last.

        Args:
            draw: gives another request at every call.
            shared: tokens that all prompts have in common on purpose; the beginning follows them.
        """
        request = draw()
        if self._salt is None:
            return request
        for _ in range(_ATTEMPTS):
            beginning = request.prompt[shared : shared + LENGTH]
            if beginning not in self._seen:
                self._seen.add(beginning)
                return request
            request = draw()
        self._alike += 1
        return request

    def describe(self) -> dict[str, Json]:
        """For provenance: the salt, and how many prompts begin like an earlier one all the same."""
        return {} if self._salt is None else {"salt": self._salt, "alike": self._alike}
