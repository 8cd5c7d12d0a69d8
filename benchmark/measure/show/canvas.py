"""What all plots share: one look, English words, and the same bytes for the same figures.

matplotlib is imported only when something is drawn, and never through pyplot, so nothing global
changes and no window can open. Text is reduced to ASCII, for the fonts at hand may know no more.
"""

from __future__ import annotations

import io
import textwrap
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from benchmark.errors import UsageError
from benchmark.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, RED, GRAY = "#2563a8", "#d9730d", "#2e8b57", "#c4302b", "#6b7280"
SIZE_INCHES = (11.0, 6.6)
_DPI = 120
_TITLE_CHARACTERS = 120
_MOST_LINES = 3
_STYLE = {
    "axes.axisbelow": True,
    "axes.edgecolor": "#9ca3af",
    "axes.grid": True,
    "axes.labelcolor": "#374151",
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.labelsize": 9.5,
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "grid.color": "#e5e7eb",
    "legend.fontsize": 8.5,
    "legend.framealpha": 0.85,
    "xtick.color": "#6b7280",
    "xtick.labelcolor": "#374151",
    "ytick.color": "#6b7280",
    "ytick.labelcolor": "#374151",
}


@contextmanager
def drawing() -> Iterator[None]:
    """The look of the plots, whatever a user's own matplotlibrc says.

    Raises:
        UsageError: if matplotlib is missing.
    """
    try:
        mpl: Any = import_module("matplotlib")
    except ImportError:
        raise UsageError(
            "Plots are drawn with matplotlib, which is not installed.",
            hint=N_('Install it with: pip install "sagellm-benchmark[run]"'),
        ) from None
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        yield


def new_figure(title: str, subtitle: str) -> tuple[Figure, list[list[Axes]]]:
    """A figure of two by two panels below a title of any length and one line more."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - see the module's docstring

    figure = Figure(figsize=SIZE_INCHES, dpi=_DPI, layout="constrained")
    text = f"{_wrapped(title)}\n{ascii_only(subtitle)}"
    figure.suptitle(text, x=0.01, ha="left", fontsize=11.5, parse_math=False)
    panels = figure.subplots(2, 2)
    return figure, [list(row) for row in panels]


def logarithmic(axes: Axes) -> None:
    """Make the upright axis logarithmic, with plain numbers at it."""
    from matplotlib.ticker import LogLocator, NullFormatter  # noqa: PLC0415 - as above

    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter(NullFormatter())


def to_png(figure: Figure) -> bytes:
    """The picture, without a date or a version in it."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - as above

    sink, canvas = io.BytesIO(), cast(Any, FigureCanvasAgg(figure))
    canvas.print_png(sink, metadata={"Software": None})
    return sink.getvalue()


def thinned(ordered: Sequence[float], most: int = 2000) -> list[tuple[float, float]]:
    """Points (value, share of values up to it) of an empirical distribution, few enough to draw."""
    count = len(ordered)
    step = max(1, count // most)
    places = dict.fromkeys([*range(0, count, step), count - 1])
    return [(ordered[0], 0.0), *((ordered[place], (place + 1) / count) for place in places)]


def ascii_only(text: str) -> str:
    """What any font can show."""
    return text.encode("ascii", "replace").decode()


def _wrapped(title: str) -> str:
    """A label on few lines, broken after its bars where it has any."""
    spaced = ascii_only(title).replace("|", " | ")
    wrapper = textwrap.TextWrapper(
        _TITLE_CHARACTERS, max_lines=_MOST_LINES, placeholder=" ...", break_on_hyphens=False
    )
    return wrapper.fill(spaced)
