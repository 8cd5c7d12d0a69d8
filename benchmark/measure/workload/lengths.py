"""How long prompts and answers are, in tokens: exactly, or drawn from a range."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from random import Random

_ATTEMPTS = 100


class Range(NamedTuple):
    """Lengths between two bounds, both included.

    Attributes:
        low: the shortest.
        high: the longest.
        mean: of a normal distribution that is cut at the bounds; None for a uniform one.
        std: its standard deviation.
    """

    low: int
    high: int
    mean: float | None = None
    std: float = 0.0

    @property
    def middle(self) -> int:
        """What is expected on average, rounded; of a normal distribution, its mean before the cut.

        It lies within the bounds.
        """
        middle = (self.low + self.high) / 2 if self.mean is None else self.mean
        return round(min(max(middle, self.low), self.high))

    def draw(self, random: Random) -> int:
        """One length."""
        if self.mean is None:
            return random.randint(self.low, self.high)
        for _ in range(_ATTEMPTS):
            drawn = round(random.gauss(self.mean, self.std))
            if self.low <= drawn <= self.high:
                return drawn
        return self.middle


class Lengths(NamedTuple):
    """Prompt tokens and generated tokens of one request, exactly.

    Attributes:
        input: prompt tokens.
        output: generated tokens.
        weight: how often these lengths are drawn, relative to the others of a mixture.
    """

    input: int
    output: int
    weight: float = 1.0

    @property
    def most(self) -> tuple[int, int]:
        """Tokens of the longest prompt and of the longest answer."""
        return self.input, self.output

    @property
    def outputs(self) -> tuple[int, int]:
        """Tokens of the shortest and of the longest answer."""
        return self.output, self.output

    def drawn(self, _: Random) -> Lengths:
        """The lengths of one request."""
        return self

    def without(self, tokens: int) -> Lengths:
        """The lengths with so many prompt tokens less."""
        return self._replace(input=self.input - tokens)


class DrawnLengths(NamedTuple):
    """Lengths that every request draws for itself.

    Attributes:
        inputs: prompt tokens.
        answers: generated tokens.
        weight: as that of `Lengths`.
    """

    inputs: Range
    answers: Range
    weight: float = 1.0

    @property
    def input(self) -> int:
        """Prompt tokens on average, rounded."""
        return self.inputs.middle

    @property
    def output(self) -> int:
        """Generated tokens on average, rounded."""
        return self.answers.middle

    @property
    def most(self) -> tuple[int, int]:
        """Tokens of the longest prompt and of the longest answer."""
        return self.inputs.high, self.answers.high

    @property
    def outputs(self) -> tuple[int, int]:
        """Tokens of the shortest and of the longest answer."""
        return self.answers.low, self.answers.high

    def drawn(self, random: Random) -> Lengths:
        """The exact lengths of one request."""
        return Lengths(self.inputs.draw(random), self.answers.draw(random))

    def without(self, tokens: int) -> DrawnLengths:
        """The lengths with so many prompt tokens less."""
        mean = None if self.inputs.mean is None else self.inputs.mean - tokens
        low, high = self.inputs.low - tokens, self.inputs.high - tokens
        return self._replace(inputs=self.inputs._replace(low=low, high=high, mean=mean))
