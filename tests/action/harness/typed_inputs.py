"""What a workflow is called or started with: typed inputs, and secrets.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax, `on`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_EMPTY: dict[str, Any] = {"boolean": False, "number": 0, "string": ""}
_SPELLED = {"true": True, "false": False}


class StartError(Exception):
    """A workflow that GitHub would not start."""


def triggers(workflow: Mapping[str, Any]) -> dict[str, Any]:
    """The workflow's `on`, however it is written."""
    on = workflow["on"]
    if isinstance(on, str):
        return {on: {}}
    return {name: on[name] or {} for name in on} if isinstance(on, dict) else {it: {} for it in on}


def spelled_inputs(declared: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What somebody who starts a workflow has filled in: all of it is text at first."""
    return {
        name: _read((declared.get(name) or {}).get("type"), value) for name, value in given.items()
    }


def typed_inputs(
    declared: Mapping[str, Any], given: Mapping[str, Any], evaluate: Callable[[Any], Any]
) -> dict[str, Any]:
    """The inputs context.

    Args:
        declared: what the workflow says of its inputs.
        given: values, by the caller; text is no boolean and no number, whatever it spells.
        evaluate: gives the value of a default that is an expression.

    Raises:
        StartError: an input is unknown, missing, or of another type.
    """
    _refuse_unknown("input", declared, given)
    known = {name.lower(): value for name, value in given.items()}
    values = {}
    for name, said in declared.items():
        kind = (said or {}).get("type", "string")
        if name.lower() in known:
            values[name] = _typed(name, kind, known[name.lower()])
        elif _required(said) and "default" not in said:
            raise StartError(f"Input {name} is required, but not provided while calling.")
        else:
            values[name] = _typed(name, kind, evaluate((said or {}).get("default")))
    return values


def passed_secrets(
    declared: Mapping[str, Any], given: Mapping[str, str], *, inherited: bool
) -> dict[str, str]:
    """The secrets that a called workflow gets.

    Raises:
        StartError: a secret is unknown, or missing.
    """
    if not inherited:
        _refuse_unknown("secret", declared, given)
    for name, said in declared.items():
        if _required(said) and name.lower() not in {it.lower() for it in given}:
            raise StartError(f"Secret {name} is required, but not provided while calling.")
    return dict(given)


def _required(said: Mapping[str, Any] | None) -> bool:
    return bool((said or {}).get("required"))


def _refuse_unknown(kind: str, declared: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    known = {name.lower() for name in declared}
    for name in given:
        if name.lower() not in known:
            raise StartError(f"Invalid {kind}, {name} is not defined in the referenced workflow.")


def _typed(name: str, kind: str, value: Any) -> Any:
    if value is None:
        return _EMPTY.get(kind, "")
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    fits = {"boolean": isinstance(value, bool), "number": is_number}
    if not fits.get(kind, not isinstance(value, (dict, list))):
        raise StartError(f"Unexpected value {value!r} for input {name}, which is a {kind}.")
    return value if kind in fits else text(value)


def text(value: Any) -> str:
    """A value as a string."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read(kind: str | None, value: Any) -> Any:
    if kind == "boolean":
        return _SPELLED.get(value, value)
    return float(value) if kind == "number" else value
