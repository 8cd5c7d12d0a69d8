"""Checks the metadata block of a dataset card, as far as YAML syntax goes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

from benchmark.localhub.call import Call, answer
from benchmark.localhub.problems import bad_request

if TYPE_CHECKING:
    from starlette.responses import Response

    from benchmark.canonical import Json

_BLOCK = re.compile(r"\A\ufeff?\s*---\r?\n(.*?)^---\s*$", re.DOTALL | re.MULTILINE)
_MOST_CHARACTERS = 64 * 1024


def validate_yaml(call: Call) -> Response:
    """POST /api/validate-yaml: 400 with `errors` if the card's metadata is no YAML mapping."""
    content = call.json().get("content")
    if not isinstance(content, str):
        raise bad_request("content must be text")
    errors: list[Json] = [{"message": message} for message in card_errors(content)]
    warnings: list[Json] = [{"message": message} for message in card_warnings(content)]
    body: Json = {"errors": errors, "warnings": warnings}
    return answer(body, status=400 if errors else 200)


def card_warnings(content: str) -> list[str]:
    """What is missing in a card."""
    match = _BLOCK.search(content)
    return [] if match and match[1].strip() else ["empty or missing yaml metadata in repo card"]


def card_errors(content: str) -> list[str]:
    """What is wrong with the metadata block of a card; nothing if it has none."""
    match = _BLOCK.search(content)
    if match is None:
        return []
    if len(match[1]) > _MOST_CHARACTERS:
        return [f"The metadata is longer than {_MOST_CHARACTERS} characters"]
    try:
        metadata = yaml.safe_load(match[1])
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return [f"The metadata is not YAML: {str(error)[:500]}"]
    return [] if isinstance(metadata, (dict, type(None))) else ["The metadata must be a mapping"]
