"""Keeps secrets out of what a run writes and prints, whoever repeats them."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from benchmark.credentials import Cleaner, secrets_among
from benchmark.measure.job import Finished, Loaded, Seen, Skipped, Waiting
from benchmark.measure.recorded.commands import recorded_command
from benchmark.measure.recorded.documents import texts_in
from benchmark.measure.recorded.urls import recorded_url, secrets_of
from benchmark.measure.recorded.values import is_plain
from benchmark.measure.samples import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from benchmark.canonical import Json
    from benchmark.errors import BenchmarkError
    from benchmark.measure.engine_facts import EngineFacts
    from benchmark.measure.job import Event, Measurement
    from benchmark.measure.run_options import RunOptions

    Clean = Callable[[str], str]

_RANDOM = re.compile(r"(?=.*\d)(?=.*[A-Za-z])(?=.*[A-Z]|.*\w{20})[\w~-]{8,}")
"""A segment of a path that is no word: some services have their keys there."""

_REFERENCE = re.compile(r"\$\{?([A-Za-z_]\w*)\}?")
_FACTS = ("engine_version", "precision", "quantization", "model_revision", "attention", "service")
"""Facts that a server, or the command that starts it, may have told in its own words."""

T = TypeVar("T")


def cleaner_of(options: RunOptions, environ: Mapping[str, str]) -> Cleaner:
    """A function that takes out of texts what this run knows to be secret.

    That is what the environment holds under names that promise a secret or that an option refers
    to, and whatever is hidden when the command is recorded.
    """
    url = recorded_url(options.base_url, options.model) if options.base_url else None
    serve = recorded_command(options.serve, options.model) if options.serve else None
    secrets = [*secrets_among(environ), *_referred_to(options, environ)]
    secrets += [*secrets_of(options.model), *secrets_of(options.tokenizer or "")]
    secrets += [one for one in (url.words if url else ()) if _RANDOM.fullmatch(one)]
    secrets += [*(url.hidden if url else ()), *(serve.secret if serve else ())]
    model = {options.model, options.model_name, *options.model_name.split("/")}
    hidden = [
        *(serve.hidden if serve else ()),
        *texts_in(getattr(options, "extra_body", None) or ""),
    ]
    return Cleaner(secrets, (one for one in hidden if one not in model and not is_plain(one)))


def places_of(options: RunOptions) -> tuple[str, ...]:
    """Where an endpoint is: its user sees that, an entry does not tell."""
    return recorded_url(options.base_url, options.model).words if options.base_url else ()


def cleaned_event(event: Event, clean: Clean) -> Event:
    """What the measuring process says, with the words of engines and servers cleaned."""
    if isinstance(event, Failure):
        return event._replace(error=clean(event.error))
    if isinstance(event, (Loaded, Finished)):
        return event._replace(facts=_cleaned_facts(event.facts, clean))
    if isinstance(event, Seen):
        return _cleaned(event, clean)
    if isinstance(event, (Skipped, Waiting)):
        return event._replace(reason=clean(event.reason))
    return event


def cleaned_error(error: BenchmarkError, clean: Clean) -> None:
    """Clean an error in place: its type says what to do about it."""
    error.args = tuple(_cleaned(one, clean) for one in error.args)
    error.hint = clean(error.hint)
    for name in ("violations", "said"):
        if hasattr(error, name):
            setattr(error, name, _cleaned(getattr(error, name), clean))


def cleaned_measurement(measurement: Measurement, clean: Clean) -> Measurement:
    """All the words of engines and servers in a measurement cleaned, as an entry may have them."""
    series, stopped = measurement.series, measurement.stopped
    failures = tuple(one._replace(error=clean(one.error)) for one in series.failures)
    return measurement._replace(
        facts=_cleaned_facts(measurement.facts, clean),
        series=series._replace(failures=failures),
        stopped=None if stopped is None else clean(stopped),
    )


def cleaned_entry(entry: dict[str, Json], clean: Clean) -> dict[str, Json]:
    """Every text in an entry cleaned: the last look before it is written."""
    return _cleaned(entry, clean)


def _cleaned_facts(facts: EngineFacts, clean: Clean) -> EngineFacts:
    told = {name: _cleaned(getattr(facts, name), clean) for name in _FACTS}
    caveats = tuple(one._replace(text=clean(one.text)) for one in facts.caveats)
    return replace(facts, **told, caveats=caveats, details=_cleaned(facts.details, clean))


def _cleaned(value: T, clean: Clean) -> T:
    """Texts at any depth of lists, named tuples and mappings."""
    found: Any = value
    if isinstance(value, str):
        found = clean(value)
    elif isinstance(value, dict):
        found = {name: _cleaned(item, clean) for name, item in value.items()}
    elif isinstance(value, tuple) and hasattr(value, "_fields"):
        found = type(value)(*(_cleaned(item, clean) for item in value))
    elif isinstance(value, (list, tuple)):
        found = type(value)(_cleaned(item, clean) for item in value)
    return found  # type: ignore[no-any-return]


def _referred_to(options: RunOptions, environ: Mapping[str, str]) -> Iterator[str]:
    """The values of variables that an option names, `--header "X-Key: $MINE"`."""
    for field in fields(options):
        value = getattr(options, field.name)
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and field.name != "serve":
                names = _REFERENCE.findall(text)
                yield from (environ[name] for name in names if name in environ)
