"""Prompts that a file holds whole: with their own lengths, or cut to those of a workload."""

from __future__ import annotations

from functools import partial
from itertools import chain, cycle
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure.request import Request
from benchmark.measure.workload.beginnings import Beginnings
from benchmark.measure.workload.conversations import Conversations, read_conversations
from benchmark.measure.workload.exact import settle, whole
from benchmark.measure.workload.prompt_lines import read_json_lines, read_lines
from benchmark.measure.workload.random_ids import drawn_lengths
from benchmark.measure.workload.workloads import Lengths

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from benchmark.canonical import Json
    from benchmark.measure.request import ModelShape
    from benchmark.measure.workload.conversations import Exchange
    from benchmark.measure.workload.exact import Tokenizer
    from benchmark.measure.workload.workloads import Workload

LONGEST_ANSWER = 1024
_SHORTEST_ANSWER = 2
_MOST_USED = 1000


class _Question(NamedTuple):
    """One prompt in words and ids, and how long its answer is to be."""

    text: str
    ids: tuple[int, ...]
    output: int


class Questions:
    """First questions of conversations, or lines of a file, in a seeded order; see `PromptSource`.

    Without lengths, a prompt is the whole question, and its answer has as many tokens as the
    workload says, as the file says, or as the answer in the file has (2 to `LONGEST_ANSWER`). With
    lengths, prompts are cut to them. At most 1,000 questions are used; what does not fit the
    model's context window, is shorter than the lengths ask, spells special tokens or has no
    question or no answer is left out.

    Args:
        workload: with a dataset; `self.workload` has the lengths found in it.
        shape: of the model.
        seed: of the order, the same on every version of Python.
        tokenizer: of the model.
        beginnings: of the whole run; with a salt, a prompt begins with any words, and as many fall
            off its end.

    Raises:
        UsageError: if the file cannot be read, or no conversation can be used.
        InvalidDataError: if it does not hold conversations.
    """

    def __init__(
        self,
        workload: Workload,
        shape: ModelShape,
        seed: int,
        tokenizer: Tokenizer,
        beginnings: Beginnings | None = None,
    ) -> None:
        path = dataset_of(workload)
        self.dataset = path.name
        self._beginnings = beginnings or Beginnings()
        self._seed = seed
        self._tokenizer = tokenizer
        self.kind = workload.prompts
        conversations = _read(path)
        self._sha256 = conversations.sha256
        self._total = len(conversations.exchanges)
        self._left_out = 0
        self._sent = 0
        self._cut = bool(workload.lengths)
        self._questions = self._choose(conversations.exchanges, workload, shape)
        self._fill = whole(tokenizer, chain.from_iterable(one.ids for one in self._questions))
        self.workload = workload if self._cut else self._with_lengths(workload)

    def requests(self) -> Iterator[Request]:
        """Endless requests."""
        random = self._beginnings.random(f"{self._seed}/{self.workload.name}/fill")
        lengths = drawn_lengths(self.workload, self._seed)
        for question in cycle(self._questions):
            self._sent += 1
            asked = next(lengths) if self._cut else Lengths(len(question.ids), question.output)
            yield self._beginnings.fresh(partial(self._request, question, asked, random))

    def describe(self) -> dict[str, Json]:
        """What to know to repeat it; `repeated` is how many prompts were sent again so far."""
        return {
            "kind": self.kind,
            "seed": self._seed,
            "tokenizer": self._tokenizer.name,
            "dataset": self.dataset,
            "sha256": self._sha256,
            "conversations": self._total,
            "used": len(self._questions),
            "left_out": self._left_out,
            "repeated": max(0, self._sent - len(self._questions)),
            **self._beginnings.describe(),
        }

    def _choose(
        self, exchanges: Sequence[Exchange], workload: Workload, shape: ModelShape
    ) -> list[_Question]:
        order = list(exchanges)
        Random(f"{self._seed}/order").shuffle(order)  # noqa: S311 - repeatable
        chosen: list[_Question] = []
        for exchange in order:
            question = self._question(exchange, workload)
            if question is not None and _is_usable(question, workload, shape):
                chosen.append(question)
            else:
                self._left_out += 1
            if len(chosen) == _MOST_USED:
                break
        if not chosen:
            raise UsageError(
                f"None of the {self._total} prompts of {self.dataset} can be used: they are too "
                "short, too long for the model, or say neither an answer nor its length.",
                hint=N_("Choose another dataset, other lengths or another model."),
            )
        return chosen

    def _question(self, exchange: Exchange, workload: Workload) -> _Question | None:
        """The question in tokens; None if there are no words or special ones."""
        is_answered = bool(exchange.answer.strip() or exchange.output or workload.answer)
        if not exchange.question.strip() or not (is_answered or workload.lengths):
            return None
        ids = self._tokenizer.encode(exchange.question)
        if not ids or not self._tokenizer.special_ids.isdisjoint(ids):
            return None
        return _Question(exchange.question, tuple(ids), self._output(exchange, workload))

    def _output(self, exchange: Exchange, workload: Workload) -> int:
        asked = workload.answer or exchange.output
        if workload.lengths or asked:
            return asked or 0
        answer = len(self._tokenizer.encode(exchange.answer))
        return min(max(answer, _SHORTEST_ANSWER), LONGEST_ANSWER)

    def _request(self, question: _Question, lengths: Lengths, random: Random) -> Request:
        ids = self._beginnings.vary(question.ids[: lengths.input], self._tokenizer, random)
        if ids == question.ids:
            return Request(question.ids, lengths.output, question.text)
        settled = settle(
            self._tokenizer,
            ids,
            lengths.input,
            lambda count: random.choices(self._fill, k=count),
        )
        return Request(settled.ids, lengths.output, settled.text)

    def _with_lengths(self, workload: Workload) -> Workload:
        lengths = tuple(Lengths(len(one.ids), one.output) for one in self._questions)
        return workload._replace(lengths=lengths)


def _is_usable(question: _Question, workload: Workload, shape: ModelShape) -> bool:
    """Whether it is long enough to be cut, or short enough for the model."""
    if workload.lengths:
        return len(question.ids) >= max(one.most[0] for one in workload.lengths)
    window = shape.context_window
    return window is None or len(question.ids) + question.output <= window


def _read(path: Path) -> Conversations:
    readers = {".jsonl": read_json_lines, ".txt": read_lines}
    return readers.get(path.suffix.lower(), read_conversations)(path)


def dataset_of(workload: Workload) -> Path:
    """The workload's file of questions."""
    assert workload.dataset is not None  # noqa: S101 - its prompts are what a file holds
    return workload.dataset
