"""What takes part: a command that measures in a whole process of its own, and how to read it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).resolve().parents[3]
OURS, BARE, PEER = "ours", "bare", "peer"


class Failed(Exception):  # noqa: N818 - what happened to a participant, for the table
    """A participant gave no figures; the message is one line."""


@dataclass(frozen=True)
class Setting:
    """What all participants of a group measure.

    Attributes:
        model: a folder with a saved model.
        model_type: in transformers' words.
        workload: our name for the lengths.
        input: tokens of the prompt.
        output: tokens to generate.
        repeats: measured requests of one process.
        backend: cpu or cuda.
    """

    model: Path
    model_type: str
    workload: str
    input: int
    output: int
    repeats: int
    backend: str


class Figures(NamedTuple):
    """The medians of one process.

    Attributes:
        ttft_ms: time to first token; None if the participant does not tell.
        decode_tps: tokens per second after the first one.
        e2e_ms: a whole request.
        precision: what the participant says it executed; None if it does not say.
    """

    ttft_ms: float | None
    decode_tps: float
    e2e_ms: float | None
    precision: str | None = None


@dataclass(frozen=True)
class Participant:
    """One row of the table.

    Attributes:
        name: as the table shows it.
        group: whom it is compared with.
        role: `OURS`, `BARE` or `PEER`.
        precision: asked for.
        command: the words to run; told a scratch folder that is also the working directory.
        read: its figures, from what it printed and from the scratch folder.
        environment: added to the inherited one.
        own_tmp: put temporary files into the scratch folder: for those that leave them behind.
    """

    name: str
    group: str
    role: str
    precision: str
    command: Callable[[Path], list[str]]
    read: Callable[[str, Path], Figures]
    environment: Mapping[str, str] = field(default_factory=dict)
    own_tmp: bool = False

    def surroundings(self, scratch: Path) -> dict[str, str]:
        """The environment of its process: no network, and none of the caller's import paths."""
        result = {**os.environ, "HF_HUB_OFFLINE": "1", **self.environment}
        result.pop("PYTHONPATH", None)
        return {**result, "TMPDIR": str(scratch)} if self.own_tmp else result


def last_json(text: str) -> Any:
    """The last line that is a JSON object, or the whole text if it is one.

    Raises:
        Failed: if nothing in `text` is.
    """
    for candidate in (text, *reversed(text.splitlines())):
        if candidate.lstrip().startswith("{"):
            try:
                return json.loads(candidate)
            except ValueError:
                continue
    raise Failed("It printed no JSON object.")


def last_line(*texts: str) -> str:
    """The last line of the first text that has any; hints, which start with an arrow, aside."""
    lines = (line.strip() for text in texts for line in reversed(text.splitlines()))
    return next((line for line in lines if line and line[0] != "→"), "It said nothing.")
