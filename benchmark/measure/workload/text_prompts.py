"""Prompts cut from a text: a file of the user's, or the one that comes with the package.

That is the beginning of Lewis Carroll's Alice's Adventures in Wonderland (1865), Tao Yuanming's
桃花源记 and the beginning of Lu Xun's 孔乙己 (1919), all in the public domain.
"""

from __future__ import annotations

from functools import partial
from importlib.resources import files
from itertools import count
from typing import TYPE_CHECKING

from benchmark import canonical
from benchmark.errors import InvalidDataError, UsageError, Violation
from benchmark.i18n import N_
from benchmark.measure.request import Request
from benchmark.measure.workload.beginnings import Beginnings
from benchmark.measure.workload.exact import HALF_A_CHARACTER, settle, whole
from benchmark.measure.workload.random_ids import drawn_lengths

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

    from benchmark.canonical import Json
    from benchmark.measure.workload.exact import Tokenizer
    from benchmark.measure.workload.workloads import Lengths, Workload

KIND = "text"
BUILT_IN = "built-in"
_BUILT_IN_FILE = "built_in.txt"
_MOST_CHARACTERS = 1_000_000
_LONGEST_CHARACTER = 4
"""Bytes of UTF-8, and so tokens at the most."""


class TextPrompts:
    """Prompts that begin at random places of a text; see `PromptSource`.

    The text goes round, and no prompt is repeated before every place was used. Prompts are the same
    for every engine: the ids that the words are encoded to.

    Args:
        workload: with at least one length.
        seed: the same seed gives the same prompts, on every version of Python.
        tokenizer: of the model.
        beginnings: of the whole run; with a salt, a prompt begins with any words.

    Raises:
        UsageError: if the file cannot be read or holds no words.
        InvalidDataError: if it is not UTF-8.
    """

    kind = KIND

    def __init__(
        self,
        workload: Workload,
        seed: int,
        tokenizer: Tokenizer,
        beginnings: Beginnings | None = None,
    ) -> None:
        self.workload = workload
        self.dataset = BUILT_IN if workload.dataset is None else workload.dataset.name
        self._seed = seed
        self._tokenizer = tokenizer
        self._beginnings = beginnings or Beginnings()
        data, text = _read(workload.dataset)
        self._sha256 = canonical.digest(data)
        self._ids = _usable(tokenizer, text, self.dataset)
        self._fill = whole(tokenizer, self._ids)
        self._repeated = 0

    def requests(self) -> Iterator[Request]:
        """Endless requests."""
        random = self._beginnings.random(f"{self._seed}/{self.workload.name}/places")
        places = list(range(len(self._ids)))
        random.shuffle(places)
        lengths = drawn_lengths(self.workload, self._seed)
        for turn in count():
            sent: set[int] = set()
            for place in filter(self._begins_a_character, places):
                draw = partial(self._request, place, random, next(lengths))
                request = self._beginnings.fresh(draw)
                # Where decoding drops a leading space, two places give the same words.
                if hash(request.prompt) not in sent:
                    sent.add(hash(request.prompt))
                    self._repeated += turn > 0
                    yield request

    def describe(self) -> dict[str, Json]:
        """What to know to repeat it; `repeated` counts prompts since the text was used up."""
        return {
            "kind": self.kind,
            "seed": self._seed,
            "tokenizer": self._tokenizer.name,
            "dataset": self.dataset,
            "sha256": self._sha256,
            "tokens": len(self._ids),
            "repeated": self._repeated,
            **self._beginnings.describe(),
        }

    def _request(self, place: int, random: Random, lengths: Lengths) -> Request:
        passage = around(self._ids, place, lengths.input)
        ids = self._beginnings.vary(passage, self._tokenizer, random)
        settled = settle(
            self._tokenizer, ids, lengths.input, lambda count: random.choices(self._fill, k=count)
        )
        return Request(settled.ids, lengths.output, settled.text)

    def _begins_a_character(self, place: int) -> bool:
        """Whether no character is cut: two places inside one would give the same words."""
        words = self._tokenizer.decode(around(self._ids, place, _LONGEST_CHARACTER))
        return not words.startswith(HALF_A_CHARACTER)


def around(ids: list[int], place: int, count: int) -> list[int]:
    """So many ids from `place` on, beginning anew at the end."""
    piece = ids[place : place + count]
    while len(piece) < count:
        piece += ids[: count - len(piece)]
    return piece


def _read(path: Path | None) -> tuple[bytes, str]:
    if path is None:
        data = files("benchmark.measure.workload").joinpath(_BUILT_IN_FILE).read_bytes()
    else:
        data = canonical.read_bytes(path)
    try:
        return data, data.decode("utf-8-sig").replace(HALF_A_CHARACTER, "")
    except UnicodeDecodeError as error:
        violation = Violation(str(path), "$", f"byte {error.start} is not UTF-8.")
        raise InvalidDataError(f"{path} is not text.", [violation]) from None


def _usable(tokenizer: Tokenizer, text: str, name: str) -> list[int]:
    """The ids of the text's beginning, without special ones that it may spell."""
    encoded = tokenizer.encode(text[:_MOST_CHARACTERS])
    ids = [token for token in encoded if token not in tokenizer.special_ids]
    if not text.strip() or not ids:
        raise UsageError(
            f"The tokenizer {tokenizer.name} finds no words in the text {name}.",
            hint=N_("Choose another text or tokenizer."),
        )
    return ids
