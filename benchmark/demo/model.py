"""Which model is measured: the one asked for if it can be had, else gpt2 with random weights."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from benchmark.commands.common import PUBLIC_HUB

if TYPE_CHECKING:
    from collections.abc import Callable

_DEFAULT = "gpt2"
_CONNECT_SECONDS = 2.0


class Choice(NamedTuple):
    """What to measure, and why.

    Attributes:
        options: those of `run` that name the model.
        reason: a sentence for the screen.
        from_hub: whether it is downloaded, for which the user's own settings count.
    """

    options: tuple[str, ...]
    reason: str
    from_hub: bool = False


def choose(_: Callable[[str], str], asked: str, endpoint: str | None) -> Choice:
    """The model to measure.

    Args:
        _: the translator.
        asked: what the user wants, "" for no wish: a name on the Hub, or a local folder.
        endpoint: the user's model Hub, None for the public one.
    """
    if asked and Path(asked).is_dir():
        model = str(Path(asked).absolute())
        return Choice(("--model", model), _("A model of this machine, as asked."))
    if asked and _answers(endpoint or PUBLIC_HUB):
        return Choice(("--model", asked), _("Downloaded from its Hub, as asked."), from_hub=True)
    at_real_size = _("gpt2 at its real size with random weights, which the entry says.")
    if asked:
        unreachable = _("The model Hub does not answer, so {model} cannot be had.")
        at_real_size = f"{unreachable.format(model=asked)} {at_real_size}"
    return Choice(("--model", _DEFAULT, "--random-weights"), at_real_size)


def _answers(endpoint: str) -> bool:
    url = urlsplit(endpoint)
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        with socket.create_connection((url.hostname or "", port), timeout=_CONNECT_SECONDS):
            return True
    except OSError:
        return False
