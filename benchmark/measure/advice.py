"""What to do about requests that failed, by what was said of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmark.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

STOPPED_EARLY = "the server stopped early"
ENDED_BY_ERROR = "the server ended the answer"
_NATURAL = N_(
    "The server cannot be made to answer at exactly the length asked for: --natural-length takes "
    "answers as long as they come."
)

_TOKENIZER = N_(
    "The server needs more of the model's tokenizer than it has: a chat template "
    "(chat_template.jinja) for chats, or a padding token (pad_token in tokenizer_config.json). Add "
    "what is missing, or choose another model."
)
_MISSING = re.compile(r"chat[ _]?template|padding token|pad[ _]token", re.IGNORECASE)


def advice(failure: str, said: Iterable[str] = ()) -> str:
    """A hint for an error, empty for none.

    A model may end an answer by itself, or break if it must go on past its own end; its tokenizer
    may lack what a server needs of one.

    Args:
        failure: why a request failed.
        said: what the server printed last.
    """
    if failure.startswith((STOPPED_EARLY, ENDED_BY_ERROR)):
        return _NATURAL
    return _TOKENIZER if any(map(_MISSING.search, said)) else ""
