"""A model's configuration: from the Hub, from a local folder, or built in."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import transformers

from benchmark import canonical
from benchmark.errors import (
    BenchmarkError,
    HubUnreachableError,
    PermissionDeniedError,
    UsageError,
)
from benchmark.i18n import N_
from benchmark.measure.engines.models import ARCHITECTURES
from benchmark.measure.request import ModelShape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.measure.engine_options import EngineOptions

_ATTENTION = {
    "eager": None,
    "sdpa": "_supports_sdpa",
    "flash_attention_2": "_supports_flash_attn",
    "flash_attention_3": "_supports_flash_attn",
    "flex_attention": "_supports_flex_attn",
}
"""transformers' words, and the attribute of a model class that says whether it has it."""

_FLASH = {"flash_attention_2": "flash_attn", "flash_attention_3": "flash_attn_interface"}
_SPECIAL = ("bos_token_id", "eos_token_id", "pad_token_id")
_LONGEST_REASON = 300
_INSTALL = N_("Install it into the same environment, then run again.")


class Configuration(NamedTuple):
    """A configuration and where it is from.

    Attributes:
        value: transformers' configuration object.
        revision: the Hub's commit, None if it is not from the Hub.
        sha256: of the local `config.json`, or of the canonical built-in values.
    """

    value: Any
    revision: str | None = None
    sha256: str | None = None


def read_configuration(options: EngineOptions) -> Configuration:
    """The configuration of the model that `options` name; downloads no weights.

    Raises:
        BenchmarkError: if there is none, it needs consent, or the Hub cannot be reached.
    """
    folder = Path(options.model)
    if options.random_weights and not folder.is_dir():
        return _built_in(options.model)
    try:
        config = transformers.AutoConfig.from_pretrained(options.model)
    except (OSError, ValueError, ImportError) as error:
        raise explain(error, options.model) from error
    if folder.is_dir():
        digest = canonical.digest(canonical.read_bytes(folder / "config.json"))
        return Configuration(config, sha256=digest)
    return Configuration(config, revision=getattr(config, "_commit_hash", None))


def shape(config: Any) -> ModelShape:  # noqa: ANN401 - transformers is untyped here
    """What requests to a model with this configuration must respect."""
    text = config.get_text_config()
    special = [_ids(getattr(text, name, None)) for name in _SPECIAL]
    window = getattr(text, "max_position_embeddings", None)
    return ModelShape(text.vocab_size, frozenset().union(*special), window)


def check_attention(options: EngineOptions, config: Any) -> None:  # noqa: ANN401 - as above
    """See that the model has the attention implementation that is asked for, here.

    A kernel from the Hub, `owner/name`, is left for transformers to judge.

    Raises:
        UsageError: listing those that work.
    """
    asked = options.attention
    if asked is None or "/" in asked:
        return
    works = [name for name in _ATTENTION if _has_attention(name, config, options.backend)]
    if asked not in works:
        raise UsageError(
            f"The model {options.model} has no attention {asked} on {options.backend} here.",
            hint=f"Those that work: {', '.join(works)}.",
        )


def explain(error: BaseException, model: str) -> BenchmarkError:
    """What a failed load means to the user.

    The Hub client's errors arrive as causes of transformers' `OSError`, so they are told apart by
    the names of their classes anywhere in the chain.
    """
    names = {kind.__name__ for link in _chain(error) for kind in type(link).__mro__}
    hint = _hint(model)
    if isinstance(error, ImportError):
        return UsageError(
            f"The model {model} needs a package that is not installed: {first_line(error)}",
            hint=_INSTALL,
        )
    if "GatedRepoError" in names:
        return PermissionDeniedError(f"The model {model} is gated by its owner.", hint=hint)
    if "RepositoryNotFoundError" in names:
        return UsageError(f"The Hub has no public model {model}.", hint=hint)
    if names & {"LocalEntryNotFoundError", "OfflineModeIsEnabled", "ConnectError"}:
        return HubUnreachableError(
            f"The model {model} is not on this machine and the Hub cannot be reached.", hint=hint
        )
    return UsageError(f"The model {model} cannot be loaded: {first_line(error)}", hint=hint)


def first_line(error: BaseException) -> str:
    """What an error says, short enough for one line."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:_LONGEST_REASON]


def _has_attention(name: str, config: Any, backend: str) -> bool:  # noqa: ANN401 - as above
    package = _FLASH.get(name)
    if package is not None and (backend == "cpu" or find_spec(package) is None):
        return False
    attribute = _ATTENTION[name]
    if attribute is None:
        return True
    mapping = transformers.MODEL_FOR_CAUSAL_LM_MAPPING
    return type(config) not in mapping or bool(getattr(mapping[type(config)], attribute, False))


def _built_in(model: str) -> Configuration:
    try:
        values = ARCHITECTURES[model]
    except KeyError:
        raise UsageError(
            f"The architecture of {model} is not built in.",
            hint=f"With --random-weights choose one of {', '.join(ARCHITECTURES)}, "
            "or a folder with a config.json.",
        ) from None
    config = transformers.AutoConfig.for_model(**values)
    return Configuration(config, sha256=canonical.digest(canonical.dumps(dict(values))))


def _ids(value: int | list[int] | None) -> frozenset[int]:
    if value is None:
        return frozenset()
    return frozenset([value] if isinstance(value, int) else value)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _hint(model: str) -> str:
    if model in ARCHITECTURES or (Path(model) / "config.json").is_file():
        return "--random-weights builds it at its real size without a download."
    return (
        "Check the name; for a private or gated model accept its terms and set HF_TOKEN; "
        "or give a local folder."
    )
