"""What a finished run is told as: its figures in two tables, and what to beware of.

Everything is read from an entry of the public format, so that any entry can be shown, old ones with
fewer figures included. `_` is the translator of benchmark.i18n; text from outside passes through
benchmark.text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from benchmark.entry import Entry
from benchmark.measure.messages import NOISE, STOPPED, of_kind
from benchmark.measure.show.figures import figure, half_width, number, share, whole
from benchmark.measure.show.retold import retold
from benchmark.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.canonical import Json

    Translator = Callable[[str], str]

_COLUMNS = ("median", "spread", "mean", "p90", "p95", "p99")
_WIDE = 0.05
_FEW = 6


def headline(_: Translator, data: dict[str, Json]) -> str:
    """What was measured and how often."""
    entry = Entry(data)
    text = _("{label}: {requests} requests, {failed} failed")
    return text.format(
        label=entry.label,
        requests=f"{entry.number('metrics', 'samples', 'requests'):g}",
        failed=f"{entry.number('metrics', 'samples', 'failed'):g}",
    )


def tables(_: Translator, data: dict[str, Json]) -> Group:
    """How times and speeds are distributed, and below it the figures of the whole run."""
    entry = Entry(data)
    return Group(_distributions(_, entry), _facts_table(_, entry))


def warnings(_: Translator, data: dict[str, Json]) -> Iterator[str]:
    """What makes the figures less certain than they look."""
    entry = Entry(data)
    yield from _noise(_, entry)
    stopped = entry.at("provenance", "stopped")
    if isinstance(stopped, str):
        reason = one_line(retold(_, stopped, STOPPED.values()))
        yield _("⚠ The run ended early: {reason}.").format(reason=reason)
    if failed := entry.number("metrics", "samples", "failed"):
        rate = share(entry.number("metrics", "error_rate"))
        text = _("⚠ {count} requests failed ({rate}); the figures are of the others.")
        yield text.format(count=f"{failed:g}", rate=rate)
    yield from _precision(_, entry)
    yield from _caveats(_, entry)


def _caveats(_: Translator, entry: Entry) -> Iterator[str]:
    found = entry.at("provenance", "caveats")
    for caveat in found if isinstance(found, list) else []:
        if isinstance(caveat, dict):
            messages = of_kind(str(caveat.get("kind")))
            text = retold(_, str(caveat.get("text", "")), messages)
            yield f"⚠ {one_line(text)}"


def _noise(_: Translator, entry: Entry) -> Iterator[str]:
    if entry.at("provenance", "noise", "is_noisy") is not True:
        return
    yield _("⚠ The machine was busy with something else. Consider to run it again.")
    reasons = entry.at("provenance", "noise", "reasons")
    for reason in reasons if isinstance(reasons, list) else []:
        yield f"  {one_line(retold(_, str(reason), NOISE.values()))}"


def _precision(_: Translator, entry: Entry) -> Iterator[str]:
    """Whether the median is known well; entries that state no intervals are left in peace."""
    count = number(entry.at("metrics", "distributions", "request_tps", "n"))
    if count is None:
        return
    wide = half_width(entry, "request_tps")
    if wide is None:
        text = _(
            "⚠ {count} requests are too few to say how certain the median is; {least} are enough "
            "if each was answered alone."
        )
        yield text.format(count=f"{count:g}", least=_FEW)
    elif wide > _WIDE:
        yield _(
            "⚠ The median speed is known only within ±{share}. A longer --max-time narrows it."
        ).format(share=share(wide))


def _distributions(_: Translator, entry: Entry) -> Table:
    rows = (
        (_("Time to first token, ms"), "ttft_ms", "ttft_ms"),
        (_("Time per output token, ms"), "tpot_ms", "tpot_ms"),
        (_("Gap between tokens, ms"), "itl_ms", "tbt_ms"),
        (_("Whole request, ms"), "e2e_ms", ""),
        (_("Speed of a request, tokens/s"), "request_tps", ""),
    )
    result = Table("", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    titles = (_("median"), "±95 %", _("mean"), "p90", "p95", "p99")
    for title in titles:
        result.add_column(title, justify="right", no_wrap=True)
    for title, series, metric in rows:
        cells = [_cell(entry, series, metric, column) for column in _COLUMNS]
        if any(cells):
            result.add_row(title, *cells)
    return result


def _cell(entry: Entry, series: str, metric: str, column: str) -> str:
    """One figure; entries without distributions hold medians and percentiles elsewhere."""
    if column == "spread":
        return share(half_width(entry, series))
    value = number(entry.at("metrics", "distributions", series, column))
    if value is None and column == "median":
        value = number(entry.at("metrics", metric))
        value = (
            number(entry.at("metrics", "percentiles", series, "p50")) if value is None else value
        )
    if value is None:
        value = number(entry.at("metrics", "percentiles", series, column))
    return figure(value)


def _facts_table(_: Translator, entry: Entry) -> Table:
    result = Table(box=None, show_header=False, padding=(0, 2, 0, 1))
    for title, value in _facts(_, entry):
        if value:
            result.add_row(title, Text(value))
    return result


def _facts(_: Translator, entry: Entry) -> Iterator[tuple[str, str]]:
    def known(name: str, unit: str) -> str:
        return figure(number(entry.at("metrics", name)), unit)

    yield _("Throughput"), _join(known("throughput_tps", "tokens/s"), _with_input(_, entry))
    yield _("Requests"), known("requests_per_s", _("per second"))
    yield _("Goodput"), _join(known("goodput_rps", _("per second")), _attained(_, entry))
    yield _("Decode speed"), known("decode_tps", "tokens/s")
    yield _("Memory bandwidth"), _bandwidth(_, entry)
    yield _("Peak memory"), _memory(_, entry)
    yield _("Energy"), _join(known("energy_j", "J"), known("joules_per_token", _("J per token")))
    yield _("Loading"), known("load_time_s", "s")
    yield _precision_title(_, entry), _executed(entry)


def _join(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _with_input(_: Translator, entry: Entry) -> str:
    total = number(entry.at("metrics", "total_tps"))
    return "" if total is None else _("{speed} with the input").format(speed=figure(total))


def _attained(_: Translator, entry: Entry) -> str:
    met, slo = number(entry.at("metrics", "slo_attainment")), entry.at("metrics", "slo")
    if met is None or not isinstance(slo, str):
        return ""
    return _("{share} meet {slo}").format(share=share(met), slo=one_line(slo))


def _bandwidth(_: Translator, entry: Entry) -> str:
    """The share of the limit that reading the weights sets to decoding."""
    used = share(number(entry.at("metrics", "bandwidth_share")))
    found = number(entry.at("metrics", "memory_bandwidth_gbs"))
    limit = "" if found is None else f"{found:.1f} GB/s"
    if used and limit:
        return _("{share} of the {limit} found here").format(share=used, limit=limit)
    return limit


def _memory(_: Translator, entry: Entry) -> str:
    device = number(entry.at("metrics", "peak_mem_mb"))
    host = number(entry.at("metrics", "peak_host_mem_mb"))
    parts = [whole(device, "MiB")]
    if host is not None and host != device:
        parts.append(_("{size} of the host").format(size=whole(host, "MiB")))
    return _join(*parts)


def _precision_title(_: Translator, entry: Entry) -> str:
    """What only the user states was not seen executed."""
    if entry.at("provenance", "precision_source") == "stated":
        return _("Precision stated")
    return _("Precision executed")


def _executed(entry: Entry) -> str:
    precision, method = entry.at("model", "precision"), entry.at("model", "quantization")
    known = [one for one in (precision, method) if isinstance(one, str)]
    parts = [one for one in known if one not in {"None", "unknown"}]
    return _join(*(one_line(one) for one in parts))
