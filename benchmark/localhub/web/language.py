"""Which language a reader wants."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark import i18n

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.localhub.call import Call


class Reader(NamedTuple):
    """A language, `en` or `zh`, and what translates into it."""

    lang: str
    say: Callable[[str], str]


def reader_of(call: Call) -> Reader:
    """By `?lang=`, else by the first of English and Chinese in `Accept-Language`."""
    lang = call.query("lang") or _accepted(call.request.headers.get("accept-language", ""))
    known = lang if lang in i18n.LANGUAGES else "en"
    return Reader(known, i18n.translator(known))


def _accepted(header: str) -> str:
    wanted = [_weighed(item) for item in header.split(",")]
    known = [(weight, lang) for weight, lang in wanted if weight > 0 and lang in i18n.LANGUAGES]
    return max(known, key=lambda item: item[0], default=(0.0, "en"))[1]


def _weighed(item: str) -> tuple[float, str]:
    """A language without its region, and its weight (RFC 9110 §12.5.4)."""
    name, _, parameter = item.partition(";")
    text = parameter.strip().removeprefix("q=") or "1"
    try:
        weight = float(text)
    except ValueError:
        weight = 0.0
    return weight, name.strip().lower().partition("-")[0]
