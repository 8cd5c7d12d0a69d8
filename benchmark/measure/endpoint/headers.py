"""What a request's header says about who asks: a key, or the user's own fields.

Their values come from environment variables only: a value on a command line stays in the shell's
history, in lists of processes, and in what is recorded. They are read in the measuring process and
go nowhere but into requests.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from benchmark.errors import UsageError
from benchmark.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

KEY_VARIABLE = "OPENAI_API_KEY"
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""RFC 9110, section 5.6.2."""

_VALUE = re.compile(r"(?:(?P<scheme>[A-Za-z-]+) )?\$(?:\{(?P<braced>\w+)\}|(?P<plain>\w+))")
_SCHEMES = {"bearer", "basic", "token", "apikey", "api-key", "key"}
_OURS = {
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-request-id",
}
_KEYS = {"authorization", "api-key", "x-api-key", "x-goog-api-key", "ocp-apim-subscription-key"}
"""Fields that hold a key; with one of them no other is sent."""


class Field(NamedTuple):
    """A field as the user asks for it: where its value is, not what it is.

    Attributes:
        scheme: a word before the value, `Bearer`; empty for none.
        variable: the environment variable with the value.
    """

    name: str
    scheme: str
    variable: str


class Headers(NamedTuple):
    """The fields of every request, and what of them must be shown nowhere."""

    fields: Mapping[str, str]
    secrets: tuple[str, ...] = ()


def parse_fields(texts: Sequence[str]) -> tuple[Field, ...]:
    """The fields in `Name: $VARIABLE`, `Name: ${VARIABLE}` or `Name: Bearer $VARIABLE`.

    Raises:
        UsageError: if one is none of these; what it says instead is not repeated.
    """
    found = tuple(_field(text) for text in texts)
    names = [one.name.lower() for one in found]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"--header gives {name} twice.", hint=N_("Give each field once."))
    return found


def read_headers(fields: Sequence[Field], environ: Mapping[str, str]) -> Headers:
    """The fields with their values; the API key as a bearer token unless a field is a key.

    Raises:
        UsageError: if a variable is not set, or its value cannot be sent.
    """
    values = {one.name: _valued(one, environ) for one in fields}
    secrets = [environ[one.variable].strip() for one in fields]
    if not any(name.lower() in _KEYS for name in values):
        key = _checked(KEY_VARIABLE, environ.get(KEY_VARIABLE, ""))
        if key:
            values["Authorization"] = f"Bearer {key}"
            secrets.append(key)
    return Headers(values, tuple(sorted(secrets, key=len, reverse=True)))


def _field(text: str) -> Field:
    name, colon, value = text.partition(":")
    if not colon or not _NAME.fullmatch(name.strip()):
        raise UsageError("A --header is no 'Name: $VARIABLE'.", hint=_HEADER_HINT)
    name = name.strip()
    if name.lower() in _OURS:
        raise UsageError(f"The field {name} is set by the client itself.", hint=_OURS_HINT)
    found = _VALUE.fullmatch(value.strip())
    if found is None or (found["scheme"] or "bearer").lower() not in _SCHEMES:
        raise UsageError(
            f"The value of --header {name} is not an environment variable's.", hint=_HEADER_HINT
        )
    return Field(name, found["scheme"] or "", found["braced"] or found["plain"])


def _valued(one: Field, environ: Mapping[str, str]) -> str:
    value = _checked(one.variable, environ.get(one.variable, ""))
    if not value:
        raise UsageError(
            f"The environment variable {one.variable} of --header {one.name} is not set.",
            hint=N_("Export it in the shell that runs this command."),
        )
    return f"{one.scheme} {value}".strip()


def _checked(variable: str, value: str) -> str:
    """Without white space around it, which comes with files and pipes.

    Raises:
        UsageError: if what is left cannot stand in a header, or is no single word as keys are.
    """
    bare = value.strip()
    if problems := sorted(set(_problems(variable, bare))):
        raise UsageError(f"{variable} holds {' and '.join(problems)}.", hint=_KEY_HINT)
    return bare


def _problems(variable: str, value: str) -> Iterator[str]:
    for letter in value:
        if not letter.isascii():
            yield "letters that are not ASCII"
        elif not letter.isprintable():
            yield "line ends or other control characters"
        elif letter == " " and variable == KEY_VARIABLE:
            yield "spaces"


_HEADER_HINT = N_(
    "Put the value into an environment variable and name it in single quotes: "
    "--header 'X-Key: $MY_KEY', or 'Authorization: Bearer $MY_KEY'."
)
_OURS_HINT = N_("Leave it out.")
_KEY_HINT = N_("Set it to the bare key: one line, without quotes and without the word Bearer.")
