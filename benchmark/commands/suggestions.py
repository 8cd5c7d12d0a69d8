"""What was probably meant by a word that is none."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from benchmark.commands.spoken import say

if TYPE_CHECKING:
    from collections.abc import Iterable

_REFUSED = re.compile(r"'(?P<value>[^']*)'")
"""The value, which click's sentences begin with in every language."""


def suggesting(message: str, word: str, known: Iterable[str]) -> str:
    """The message, and the known word that is most like another, if one is."""
    close = get_close_matches(word.casefold(), [*known], 1)
    if not close:
        return message
    return f"{message} {say('Did you mean {possibility}?').format(possibility=close[0])}"


def suggested(error: click.ClickException) -> click.ClickException:
    """The error in the language that is spoken, and what was probably meant by a choice.

    click says the latter of options only.
    """
    if type(error) is click.UsageError:
        return click.UsageError(say(error.message), error.ctx)
    if type(error) is not click.BadParameter:
        return error
    message, parameter = say(error.message), error.param
    refused = _REFUSED.search(error.message)
    if parameter is not None and refused and isinstance(parameter.type, click.Choice):
        message = suggesting(message, refused["value"], map(str, parameter.type.choices))
    return click.BadParameter(message, error.ctx, parameter, error.param_hint)
