"""What is asked of a model, and what a model can be asked. Values only."""

from __future__ import annotations

from typing import NamedTuple


class Request(NamedTuple):
    """One prompt and how much is to be generated.

    Attributes:
        prompt: token ids, without special ones.
        output_length: tokens to generate.
        text: the prompt in words, which a tokenizer turns into `prompt` again; None if the prompt
            was never words.
        exact: whether that many are generated; else the model may end before, at its own end.
    """

    prompt: tuple[int, ...]
    output_length: int
    text: str | None = None
    exact: bool = True


class ModelShape(NamedTuple):
    """What a request must respect.

    Attributes:
        vocabulary: the number of token ids.
        special_ids: ids that mean something to the model, never part of a random prompt.
        context_window: the most tokens of prompt and answer together, None if unlimited or unknown.
    """

    vocabulary: int
    special_ids: frozenset[int]
    context_window: int | None
