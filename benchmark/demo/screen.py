"""What the demo shows: numbered steps, what is typed, what came out, how long it took."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import RenderableType

_WIDEST = 160


class Screen:
    """Prints to stdout; colour only where there is a terminal and `NO_COLOR` is not set."""

    def __init__(self, steps: int, clock: Callable[[], float]) -> None:
        self._steps = steps
        self._clock = clock
        self._number = 0
        self._started = clock()
        self._console = Console(
            highlight=False, markup=False, emoji=False, soft_wrap=True, width=_WIDEST
        )

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return self._clock() - self._started

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Number the block, and say how many seconds it took."""
        self._number += 1
        started = self._clock()
        self.say()
        self.say(f"[{self._number}/{self._steps}] {title}", style="bold")
        yield
        self.say(f"  ✓ {self._clock() - started:.1f} s", style="green")

    def command(self, text: str) -> None:
        """A command as it can be typed in the folder where the demo was started."""
        self.say(f"  $ {text}", style="cyan")

    def output(self, line: str, *, by: str = "") -> None:
        """One line that a command printed; `by` names it where several run at a time."""
        self.say(f"  {by:<6} │ {line}" if by else f"  │ {line}")

    def say(self, text: str = "", *, style: str = "") -> None:
        """One line, as long as it is."""
        self._console.print(text, style=style)

    def show(self, table: RenderableType) -> None:
        """A table, as wide as it is: a narrow terminal breaks its lines."""
        self._console.print(table, soft_wrap=False)
