"""Kinds of values that options take, beyond click's own."""

from __future__ import annotations

import os
import re
import sys
from math import isfinite
from pathlib import Path
from typing import Any

import click

from benchmark.credentials import Cleaner, secrets_among
from benchmark.text import whole

_LEAST_CONFIDENCE = 0.5


class Words(click.ParamType):  # type: ignore[type-arg] # older releases take none
    """Words for people to read, in whatever encoding the command line was written."""

    name = "text"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - as click declares it
        param: click.Parameter | None,  # noqa: ARG002 - as above
        ctx: click.Context | None,  # noqa: ARG002 - as above
    ) -> str:
        """Read them."""
        return whole(str(value))


class HowMany(click.ParamType):  # type: ignore[type-arg] # as above
    """A count from 1 on, or the word that sets no limit."""

    name = "N|all"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - as click declares it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> int:
        """Read it; without limit it is more than there can be of anything."""
        word = str(value).strip().lower()
        if word == "all":
            return sys.maxsize
        try:
            count = int(word)
        except ValueError:
            count = 0
        if count < 1:
            self.fail(f"{value!r} is neither a whole number above 0 nor `all`.", param, ctx)
        return min(count, sys.maxsize)


class NameOrPath(Words):
    """A name in whatever encoding, unless it is that of something here, which its bytes name."""

    def convert(
        self,
        value: Any,  # noqa: ANN401 - as click declares it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str:
        """Read it; what the file system cannot even look for is no name of anything."""
        try:
            is_here = Path(value).exists()
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            self.fail(f"no such name can be looked for: {why}.", param, ctx)
        return str(value) if is_here else super().convert(value, param, ctx)


class PublicWords(Words):
    """Words that are published for good: nothing that looks like a credential is among them."""

    def convert(
        self,
        value: Any,  # noqa: ANN401 - as click declares it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str:
        """Read them."""
        words = super().convert(value, param, ctx)
        if Cleaner(secrets_among(os.environ))(words) != words:
            self.fail("It looks as if it held a credential, and it would be public.", param, ctx)
        return words


class Numbers(click.ParamType):  # type: ignore[type-arg] # older releases take none
    """Numbers above 0 with commas between them."""

    name = "number,…"

    def __init__(self, kind: type[int | float]) -> None:
        self._kind = kind

    def convert(
        self,
        value: Any,  # noqa: ANN401 - as click declares it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[float, ...]:
        """Read them, each once, in ascending order."""
        if isinstance(value, tuple):
            return value
        try:
            numbers = sorted({self._kind(word) for word in value.split(",")})
        except ValueError:
            self.fail(f"{value!r} is no list of numbers such as 1,2,4.", param, ctx)
        # Not sorted by NaN, so each is looked at.
        if not all(0 < number < float("inf") for number in numbers):
            self.fail(f"{value!r} holds a number that is not above 0.", param, ctx)
        return tuple(numbers)


class Finite(click.FloatRange):
    """A number in a range; NaN is in none, and nothing is measured for ever."""

    def convert(
        self,
        value: Any,  # noqa: ANN401 - as click declares it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> float:
        """Read it."""
        number = float(super().convert(value, param, ctx))
        if not isfinite(number):
            self.fail(f"{value!r} is no finite number.", param, ctx)
        return number


class Share(click.ParamType):  # type: ignore[type-arg] # older releases take none
    """A share, as 2% or 0.02."""

    name = "share"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - as click declares it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> float:
        """Read it."""
        if isinstance(value, float):
            return value
        try:
            percent = value.endswith("%")
            share = float(value.rstrip("%")) / (100 if percent else 1)
        except ValueError:
            self.fail(f"{value!r} is no share such as 2%.", param, ctx)
        if not 0 < share < 1:
            self.fail(f"{value!r} is not between 0 and 100 %.", param, ctx)
        return share


class Tolerance(Share):
    """A share that may be nothing at all, as 0%."""

    def convert(
        self,
        value: Any,  # noqa: ANN401 - as click declares it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> float:
        """Read it."""
        is_nothing = isinstance(value, str) and re.fullmatch(r"0+(\.0+)?%?", value)
        return 0.0 if is_nothing else super().convert(value, param, ctx)


class Confidence(Share):
    """A confidence, as 95% or 0.95: at least one half, for less is a guess."""

    name = "share"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - as click declares it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> float:
        """Read it."""
        share = super().convert(value, param, ctx)
        if share < _LEAST_CONFIDENCE:
            self.fail(f"{value!r} is less than 50 %.", param, ctx)
        return share
