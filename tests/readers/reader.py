"""Runs lines of code that end with a table, and prints the tables' rows as JSON.

Started with the Python of .venvs/readers. Reads an array of texts, each some lines; of each, prints
its rows or how it failed.
"""

from __future__ import annotations

import ast
import json
import math
import sys
from typing import Any


def rows_of(code: str) -> list[dict[str, Any]]:
    """The rows of the table that the last line makes."""
    module = ast.parse(code)
    last = module.body.pop()
    assert isinstance(last, ast.Expr)
    names: dict[str, Any] = {}
    exec(compile(module, "<lines>", "exec"), names)  # noqa: S102 - what people paste
    table = eval(compile(ast.Expression(last.value), "<last>", "eval"), names)  # noqa: S307 - as above
    return [{name: plain(value) for name, value in row.items()} for row in rows(table)]


def rows(table: Any) -> list[dict[str, Any]]:
    """Rows of whichever library."""
    kind = type(table).__module__.split(".", maxsplit=1)[0].lstrip("_")
    if kind == "duckdb":
        return [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()]
    if kind == "polars":
        return list(table.to_dicts())
    if kind == "pandas":
        return list(table.to_dict("records"))
    return list(table)


def plain(value: Any) -> Any:
    """The value as JSON has it; what is missing is null."""
    if isinstance(value, float) and math.isnan(value):
        return None
    return value.item() if hasattr(value, "item") else value


def answer(code: str) -> dict[str, Any]:
    """The rows, or the error's kind and message."""
    try:
        return {"rows": rows_of(code)}
    except Exception as error:  # noqa: BLE001 - it is the outcome
        return {"error": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    json.dump([answer(code) for code in json.load(sys.stdin)], sys.stdout)
