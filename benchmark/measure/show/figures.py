"""Figures as people read them: four digits that count, no exponent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmark.canonical import Json
    from benchmark.entry import Entry

_DIGITS = 4
_MOST_DECIMALS = 6
_MINUTE = 60


def figure(value: float | None, unit: str = "") -> str:
    """A number with four significant digits, whole from a thousand on; empty if there is none."""
    if value is None:
        return ""
    # The exponent after rounding, so that 9.9999 is 10.00 and not 10.000.
    size = int(f"{value:.{_DIGITS - 1}e}".partition("e")[2]) if value else _DIGITS
    decimals = min(max(_DIGITS - 1 - size, 0), _MOST_DECIMALS)
    return f"{value:,.{decimals}f}{unit and ' '}{unit}"


def whole(value: float | None, unit: str = "") -> str:
    """A number without decimals; empty if there is none."""
    return "" if value is None else f"{value:,.0f}{unit and ' '}{unit}"


def share(value: float | None) -> str:
    """A share in percent, with one decimal below ten."""
    if value is None:
        return ""
    return f"{value:.1%}" if abs(value) < 0.1 else f"{value:.0%}"  # noqa: PLR2004 - ten percent


def duration(seconds: float) -> str:
    """Minutes and seconds: 1:05."""
    minutes, rest = divmod(int(seconds), _MINUTE)
    return f"{minutes}:{rest:02}"


def number(value: Json) -> float | None:
    """A JSON value as a number; None if it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value


def half_width(entry: Entry, series: str) -> float | None:
    """Half of the confidence interval of a median as a share of it; None if there is none.

    The longer half counts, for the interval need not be symmetric.
    """
    names = ("median", "ci95_low", "ci95_high")
    middle, low, high = (number(entry.at("metrics", "distributions", series, key)) for key in names)
    if not middle or low is None or high is None:
        return None
    return max(high - middle, middle - low) / middle
