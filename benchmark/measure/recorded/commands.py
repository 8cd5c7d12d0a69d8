"""What may be written of a command that starts a server."""

from __future__ import annotations

import re
import shlex
from pathlib import PurePosixPath
from typing import NamedTuple

from benchmark.credentials import HIDDEN
from benchmark.measure.recorded import vocabulary
from benchmark.measure.recorded.options import (
    Kind,
    is_option,
    is_secret_variable,
    kind_of,
    recorded_name,
    recorded_value,
    recorded_variable,
    secrets_in,
)
from benchmark.measure.recorded.values import file_name, is_plain, is_quantity

_ATTACHED = re.compile(r"-e(?P<variable>[A-Za-z_]\w*=.*)", re.DOTALL)
_COMPACT = re.compile(r"-[A-Z]\d{1,4}|-[a-z]{1,3}\d{1,5}")
_IMAGE = re.compile(
    r"(?:[\w.-]+/){0,3}(?P<name>[\w.-]+)(?P<tag>:[\w.-]{1,60})?(?:@sha256:[0-9a-f]{64})?"
)
_VERSION = re.compile(r"(?:v|b|r|rc|post|dev|py|cu|cuda|rocm|xpu|cann)?\d{1,5}[a-z]?")
_ORDINARY_PROGRAM = re.compile(r"[a-z][a-z._-]*\d?|.*/.*", re.DOTALL)
_SCRIPT_OPTION = re.compile(r"-[a-z]{0,4}c")


class RecordedCommand(NamedTuple):
    """A command as it may be written, and the values that were taken out of it.

    Attributes:
        hidden: all of them; many are ordinary words.
        secret: those whose names promise a secret.
    """

    text: str
    hidden: tuple[str, ...]
    secret: tuple[str, ...] = ()


def recorded_command(text: str, model: str = "") -> RecordedCommand:
    """The command with every word hidden that is not known to be harmless.

    It is a command still: the same number of words, in the shell's quotes.

    Args:
        text: as it was given.
        model: what is measured.
    """
    try:
        words = shlex.split(text)
    except ValueError:
        return _nothing_of(text)
    reader = _read(words, model)
    return reader.result(shlex.join(reader.written))


def _recorded_script(text: str, model: str) -> RecordedCommand:
    """A script behind `sh -c`: operators end words there, and stay what they are."""
    lexer = shlex.shlex(text.replace("\n", " ; "), posix=True, punctuation_chars=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        reader = _read(list(lexer), model)
    except ValueError:
        return _nothing_of(text)
    bare = vocabulary.OPERATORS | vocabulary.REDIRECTIONS
    words = (one if one in bare else shlex.quote(one) for one in reader.written)
    return reader.result(" ".join(words))


def _nothing_of(text: str) -> RecordedCommand:
    words = text.split()
    known = vocabulary.PROGRAMS | vocabulary.SUBCOMMANDS
    return RecordedCommand(HIDDEN, tuple(word for word in words if word not in known))


def _read(words: list[str], model: str) -> _Reader:
    reader = _Reader(model)
    for word in words:
        reader.read(word)
    return reader


class _Reader:
    """Reads a command word by word, knowing what the next one may be."""

    _expected: Kind | None

    def __init__(self, model: str) -> None:
        self._model = model
        self.written: list[str] = []
        self.hidden: list[str] = []
        self.secret: list[str] = []
        self._begin()

    def result(self, text: str) -> RecordedCommand:
        """What was read, as `text`."""
        return RecordedCommand(
            text, tuple(dict.fromkeys(self.hidden)), tuple(dict.fromkeys(self.secret))
        )

    def read(self, word: str) -> None:
        """Write one word, or `HIDDEN`."""
        if word in vocabulary.OPERATORS:
            self.written.append(word)
            self._begin()
        elif word in vocabulary.REDIRECTIONS:
            self.written.append(word)
            self._expected = Kind.FILE
        elif self._is_option(word):
            self._option(word)
        elif self._expected is not None:
            self._value(word)
        elif self._at_program:
            self._program(word)
        else:
            self._positional(word)

    def _begin(self) -> None:
        self._at_program, self._wrapped = True, False
        self._expected = None
        self._names_follow = False
        self._class = ""

    def _is_option(self, word: str) -> bool:
        if not word.startswith("-") or is_plain(word):
            return False
        if self._expected is Kind.SECRET:
            return is_option(word.partition("=")[0]) and word.startswith("--")
        return self._expected is not Kind.SCRIPT

    def _option(self, word: str) -> None:
        attached = _ATTACHED.fullmatch(word)
        name, equals, value = word.partition("=")
        if attached and self._class == "container":
            self.written.append(f"-e{self._told(Kind.VARIABLE, attached['variable'])}")
        elif word in {"-", "--"} or _COMPACT.fullmatch(word):
            self.written.append(word)
        elif not is_option(name):
            self._hide(word)
        else:
            self._known_option(name, equals, value)

    def _known_option(self, name: str, equals: str, value: str) -> None:
        kind = self._kind(name)
        if equals:
            self.written.append(f"{name}={self._told(kind, value)}")
            self._expected = None
        else:
            self.written.append(name)
            self._expected = None if kind is Kind.FLAG else kind

    def _kind(self, name: str) -> Kind:
        if self._class == "shell" and _SCRIPT_OPTION.fullmatch(name):
            return Kind.SCRIPT
        kind = kind_of(name)
        container_only = kind is Kind.VARIABLE or name == "-p"
        return Kind.PLAIN if container_only and self._class != "container" else kind

    def _value(self, word: str) -> None:
        kind = self._expected
        if kind is Kind.SCRIPT:
            nested = _recorded_script(word, self._model)
            self.written.append(nested.text)
            self.hidden += nested.hidden
            self.secret += nested.secret
        elif self._at_program and kind is not Kind.SECRET and _program_name(word):
            self._program(word)
            return
        elif kind is not None:
            self.written.append(self._told(kind, word))
        # Some options take several values; nothing may follow a secret but another option.
        self._expected = kind if kind is Kind.SECRET else None

    def _told(self, kind: Kind, value: str) -> str:
        told = recorded_value(kind, value, self._model)
        if HIDDEN in told or _leaves_out(told, value):
            alone = _value_alone(kind, value)
            self.hidden += secrets_in(alone)
            if kind is Kind.SECRET or (kind is Kind.VARIABLE and is_secret_variable(value)):
                self.secret.append(alone)
        return told

    def _program(self, word: str) -> None:
        name = _program_name(word)
        variable = recorded_variable(word)
        if variable is not None:
            self._write_variable(word, variable)
        elif name is not None:
            self._start(name)
        elif is_plain(word) or (self._wrapped and _is_of_a_wrapper(word)):
            self.written.append(word)
        else:
            self._unknown_program(word)

    def _unknown_program(self, word: str) -> None:
        """Or a variable that is written in an unusual way; the program follows that."""
        self.written.append(file_name(word) or HIDDEN)
        goes_on = self._wrapped or "=" in word
        if goes_on or not _ORDINARY_PROGRAM.fullmatch(word):
            self.hidden += secrets_in(word)
            self.secret += [word.partition("=")[2]] if is_secret_variable(word) else []
        self._at_program = goes_on

    def _start(self, name: str) -> None:
        self.written.append(name)
        self._expected, self._names_follow = None, False
        self._wrapped = name in vocabulary.WRAPPERS
        self._at_program = self._wrapped
        if name in vocabulary.SHELLS:
            self._class = "shell"
        elif name in vocabulary.CONTAINERS:
            self._class = "container"
        elif not self._wrapped:
            self._class = ""

    def _positional(self, word: str) -> None:
        told = self._told_positional(word)
        if told is None:
            self._hide(word)
        else:
            self.written.append(told)

    def _told_positional(self, word: str) -> str | None:
        if self._names_follow and word not in vocabulary.SUBCOMMANDS:
            self._names_follow = False
            return self._name(word)
        variable = recorded_variable(word)
        if variable is not None:
            return self._hidden_of_variable(word, variable)
        if word in vocabulary.SUBCOMMANDS:
            self._names_follow = self._names_follow or word == "serve"
            return word
        if _program_name(word):
            self._start(str(_program_name(word)))
            return self.written.pop()
        if self._class == "container" and (image := _image(word)):
            self.hidden += secrets_in(word) if HIDDEN in image else ()
            return image
        return word if is_plain(word) else file_name(word)

    def _name(self, word: str) -> str | None:
        name = recorded_name(word, self._model)
        if name is not None and _leaves_out(name, word):
            self.hidden += secrets_in(word)
        return name

    def _write_variable(self, word: str, variable: str) -> None:
        self.written.append(self._hidden_of_variable(word, variable))

    def _hidden_of_variable(self, word: str, variable: str) -> str:
        if variable != word:
            value = word.partition("=")[2]
            self.hidden += secrets_in(value)
            self.secret += [value] if is_secret_variable(word) else []
        return variable

    def _hide(self, word: str) -> None:
        self.written.append(HIDDEN)
        self.hidden += secrets_in(word)


def _program_name(word: str) -> str | None:
    """The name of a program that is known, without where it is."""
    name = PurePosixPath(word.replace("\\", "/")).name.removesuffix(".exe")
    plain = re.sub(r"^(python|pypy)\d?(\.\d{1,2})?$", "python", name)
    return name if plain in vocabulary.PROGRAMS else None


def _is_of_a_wrapper(word: str) -> bool:
    """`60` of timeout, `run` of conda."""
    return is_quantity(word) or word in vocabulary.SUBCOMMANDS


def _image(word: str) -> str | None:
    """A container image that everybody knows, without its registry."""
    match = _IMAGE.fullmatch(word)
    if match is None or match["name"] not in vocabulary.IMAGES:
        return None
    tag = match["tag"] or ""
    known = all(_is_of_a_tag(part) for part in re.split(r"[.-]", tag[1:]))
    return match["name"] + (tag if known else f":{HIDDEN}")


def _is_of_a_tag(part: str) -> bool:
    return not part or part in vocabulary.TAGS or _VERSION.fullmatch(part) is not None


def _leaves_out(told: str, value: str) -> bool:
    """Whether a name stands for an address, in which anything may be."""
    return "://" in value and told != value


def _value_alone(kind: Kind, value: str) -> str:
    return value.partition("=")[2] if kind is Kind.VARIABLE and "=" in value else value
