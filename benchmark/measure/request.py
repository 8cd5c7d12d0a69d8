"""What is asked of a model, and what a model can be asked. Values only."""

from __future__ import annotations

from typing import NamedTuple


class Turn(NamedTuple):
    """Who said what in a conversation: "user" or "assistant"."""

    role: str
    text: str


class Request(NamedTuple):
    """One prompt and how much is to be generated.

    Attributes:
        prompt: token ids, without special ones.
        output_length: tokens to generate.
        text: the prompt in words, which a tokenizer turns into `prompt` again; None if the prompt
            was never words.
        exact: whether that many are generated; else the model may end before, at its own end.
        history: in a conversation, who said what before, in order.
        history_tokens: of what was said before.
        later: in a conversation, what the user says in the turns that follow.
    """

    prompt: tuple[int, ...]
    output_length: int
    text: str | None = None
    exact: bool = True
    history: tuple[Turn, ...] = ()
    history_tokens: int = 0
    later: tuple[Request, ...] = ()

    @property
    def input_tokens(self) -> int:
        """Of the whole prompt, with what was said before."""
        return self.history_tokens + len(self.prompt)

    def next_turn(self, answer: str) -> Request:
        """The conversation's next request, after this one was answered; `later` is not empty."""
        following, *later = self.later
        said = (Turn("user", self.text or ""), Turn("assistant", answer))
        return following._replace(
            history=(*self.history, *said),
            history_tokens=self.input_tokens + self.output_length,
            later=tuple(later),
            exact=self.exact,
        )


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
