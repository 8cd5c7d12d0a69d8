"""What the job's token may do.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax, `permissions`.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.action.harness.typed_inputs import StartError

Permissions = Mapping[str, str] | str | None
"""As a workflow says it: by scope, `read-all`, `write-all`; None where it says nothing."""

_LEVELS = ("none", "read", "write")


def level(permissions: Permissions, scope: str) -> str:
    """none, read or write; a workflow that says nothing may not have an identity."""
    if isinstance(permissions, str):
        return permissions.removesuffix("-all")
    if permissions is None:
        return "none" if scope == "id-token" else "write"
    return permissions.get(scope, "none")


def check_nested(name: str, wanted: Permissions, allowed: Permissions) -> None:
    """Refuse a called workflow's job that wants more than its caller has.

    Raises:
        StartError: it does.
    """
    scopes = wanted if isinstance(wanted, Mapping) else {"id-token": level(wanted, "id-token")}
    for scope, asked in scopes.items():
        has = level(allowed, scope)
        if _LEVELS.index(asked) > _LEVELS.index(has):
            raise StartError(
                f"The nested job '{name}' is requesting '{scope}: {asked}', but is only allowed "
                f"'{scope}: {has}'."
            )
