"""The language of a command line: help, usage errors, and click's own words.

click takes its words from gettext's default domain, whose language is that of the environment. That
would not follow --lang, and git and other programs that are started would read it too. So the
functions it calls are replaced while a command runs.
"""

from __future__ import annotations

import copy
import inspect
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

import click
from click import core, decorators, exceptions, formatting, parser, types

from benchmark import i18n

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

_WITH_WORDS = (core, decorators, exceptions, formatting, parser, types)
_speaks: ContextVar[str] = ContextVar("language", default="en")


def say(text: str) -> str:
    """Words of a command line in the language that is spoken."""
    return i18n.told(i18n.translator(_speaks.get()), text)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Let click speak a language; English is its own."""
    token = _speaks.set(language)
    with ExitStack() as replaced:
        if language != "en":
            from benchmark.commands.wrapping import (  # noqa: PLC0415 - keeps `--help` fast
                wrapped,
            )

            for module in _WITH_WORDS:
                for name, instead in (("_", say), ("ngettext", _several)):
                    if hasattr(module, name):
                        replaced.enter_context(_replaced(module, name, instead))
            replaced.enter_context(_replaced(formatting, "wrap_text", wrapped))
        try:
            yield
        finally:
            _speaks.reset(token)


@contextmanager
def _replaced(module: ModuleType, name: str, instead: object) -> Iterator[None]:
    before = getattr(module, name)
    setattr(module, name, instead)
    try:
        yield
    finally:
        setattr(module, name, before)


def spoken(command: click.Command) -> click.Command:
    """The command with its help in the language that is spoken; itself in English."""
    if _speaks.get() == "en":
        return command
    told = copy.copy(command)
    told.help = say(inspect.cleandoc(command.help)) if command.help else command.help
    told.short_help = say(command.short_help) if command.short_help else command.short_help
    told.epilog = say(command.epilog) if command.epilog else command.epilog
    told.params = [_parameter(one) for one in command.params]
    # click keeps the option --help from when it was first asked for, with the words of then.
    told._help_option = None  # noqa: SLF001 - nothing public makes it anew
    return told


def _parameter(one: click.Parameter) -> click.Parameter:
    if not isinstance(one, click.Option) or not one.help:
        return one
    told = copy.copy(one)
    told.help = say(one.help)
    return told


def _several(one: str, many: str, count: int) -> str:
    return say(one if count == 1 else many)
