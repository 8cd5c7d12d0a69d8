"""Every sentence of the code that people read, for the catalogue: babel's own finds, and the rest.

A sentence that is made by an f-string is told in Chinese by its fixed words: it stands in the
catalogue with numbered fields, `{0} does not exist.`, and `benchmark.i18n` recognises it. That is
what errors, hints and violations say, and the help of options and commands.
"""

from __future__ import annotations

import ast
import inspect
import io
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.pofile import write_po

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Found = tuple[int, str, str, list[str]]

_NOT_OURS = {
    *("AssertionError", "AttributeError", "EOFError", "ImportError", "IndexError", "KeyError"),
    *("NotImplementedError", "OSError", "RuntimeError", "StopIteration", "TypeError"),
    *("ValueError", "ConnectionError", "TimeoutError", "ConnectionResetError", "MisfitError"),
}
_SAYING = {"hint", "help", "short_help", "epilog", "message"}
_TITLES = {"VERBS", "SECTIONS"}


def extract(
    file: IO[bytes], keywords: Any, comments: Any, options: Any
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """As babel calls it: every message of a module."""
    data = file.read()
    marked = [*extract_python(io.BytesIO(data), keywords, comments, options)]
    yield from marked
    known = {message for _, _, message, _ in marked}
    for line, message in _sentences(ast.parse(data)):
        if message not in known:
            yield line, "_", message, []


def of_click() -> set[str]:
    """What click itself says, in the modules whose words are replaced."""
    from benchmark.commands.spoken import _WITH_WORDS  # noqa: PLC0415 - the same ones

    found = {"required"}  # which it passes on as a value
    for module in _WITH_WORDS:
        for node in ast.walk(ast.parse(Path(inspect.getfile(module)).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in {"_", "ngettext"}:
                found |= {one for argument in node.args for one in _templates(argument)}
    return found


def _sentences(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        found: Iterable[str] = ()
        if isinstance(node, ast.Call):
            found = _said_by(node)
        elif isinstance(node, ast.FunctionDef) and _is_command(node):
            found = [inspect.cleandoc(ast.get_docstring(node) or "")]
        elif isinstance(node, ast.Assign) and _name(node.targets[0]) in _TITLES:
            found = _titles(node)
        for text in found:
            if any(char.isalpha() for char in text.replace("{0}", "")):
                yield node.lineno, text


def _said_by(call: ast.Call) -> Iterator[str]:
    name = _name(call.func)
    is_error = name.endswith("Error") and name not in _NOT_OURS
    if (is_error or name in {"fail", "BadParameter"}) and call.args:
        yield from _templates(call.args[0])
    if name == "Violation" and len(call.args) > 2:
        yield from _templates(call.args[2])
    for keyword in call.keywords:
        if keyword.arg in _SAYING and (is_error or name in {"option", "command", "group"}):
            yield from _templates(keyword.value)


def _templates(node: ast.AST) -> Iterator[str]:
    """The sentences that an expression may be, with numbered fields."""
    if isinstance(node, ast.IfExp):
        yield from _templates(node.body)
        yield from _templates(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        number, text = 0, ""
        for part in node.values:
            if isinstance(part, ast.Constant):
                text += str(part.value)
            else:
                text += f"{{{number}}}"
                number += 1
        yield text


def _titles(node: ast.Assign) -> list[str]:
    """The values of `VERBS`, which are sentences, and the names of `SECTIONS`, which are."""
    assert isinstance(node.value, ast.Dict)
    shown = node.value.values if _name(node.targets[0]) == "VERBS" else node.value.keys
    return [one.value for one in shown if isinstance(one, ast.Constant)]


def _is_command(node: ast.FunctionDef) -> bool:
    return any(
        isinstance(one, ast.Call) and _name(one.func) in {"command", "group"}
        for one in node.decorator_list
    )


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def main() -> None:
    """Write the template of the catalogue: `python -m tests.support.messages FILE`."""
    method = [("**.py", "tests.support.messages:extract")]
    found = {message for _, _, message, _, _ in extract_from_dir("benchmark", method_map=method)}
    template = Catalog()
    for message in sorted(found | of_click()):
        template.add(message)
    with Path(sys.argv[1]).open("wb") as file:
        write_po(file, template, width=100, sort_output=True, no_location=True)


if __name__ == "__main__":
    main()
