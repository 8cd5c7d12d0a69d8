"""The Action's inputs: every one checked, and what the verbs are told by them.

A composite action gets no variables for its inputs, so action.yml hands each on as `INPUT_<NAME>`
(https://github.com/actions/runner/issues/665); secrets come under names of their own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    Inputs = Mapping[str, str]
    """Name → value; a name that was left empty is not in it."""

MODES = ("publish", "validate", "aggregate", "check")
NO_PAGE, PAGES, SPACE, DATASET = "none", "pages", "space", "dataset"
_PAGES = (NO_PAGE, PAGES, SPACE, DATASET)
PAGE_DIR = "_site"
"""Where actions/upload-pages-artifact looks unless it is told."""

TRUE, FALSE = "true", "false"


class _Input(NamedTuple):
    """What a value must look like, as a pattern and in words."""

    pattern: str
    expected: str


_SWITCH = _Input(f"{TRUE}|{FALSE}", f"{TRUE} or {FALSE}")
_PATH = _Input(r"[^\0\r\n]+", "a path on one line")

_REPO = _Input(r"[\w.-]{1,96}/[\w.-]{1,96}", "NAMESPACE/NAME, such as lab/results")

INPUTS: Mapping[str, _Input] = {
    "mode": _Input("|".join(MODES), f"{', '.join(MODES[:-1])} or {MODES[-1]}"),
    "hf-repo": _REPO,
    "revision": _Input(r"[^\0-\x20\x7f~^:?*\[\\]+", "the name of a branch of the dataset"),
    "data-dir": _PATH,
    "outputs": _PATH,
    "endpoint": _Input(r"https?://[^\s/]+[^\s]*", "a URL that begins with https:// or http://"),
    "cleanup": _SWITCH,
    "create-pr": _SWITCH,
    "fail-on-reject": _SWITCH,
    "attest": _SWITCH,
    "max-attempts": _Input(r"0*[1-9][0-9]{0,8}", "a whole number, at least 1"),
    "deadline": _Input(r"[0-9]{1,9}(\.[0-9]{1,9})?", "a number of seconds"),
    "against": _PATH,
    "max-regression": _Input(r"[0-9]{1,2}(\.[0-9]{1,9})?%", "a share such as 5%"),
    "page": _Input("|".join(_PAGES), f"{', '.join(_PAGES[:-1])} or {_PAGES[-1]}"),
    "page-dir": _PATH,
    "page-space": _REPO,
    "lang": _Input("en|zh", "en or zh"),
}
"""Those that are settings; `hf-token` and `push-token` are secrets, `python-version` is used up."""

_SHOWN = 60
_DATASET = ("hf-repo", "revision", "endpoint", "lang")


def read(env: Mapping[str, str]) -> Inputs:
    """The inputs in an environment, blanks around them removed, none of them wrong.

    Raises:
        UsageError: naming every input that is wrong, and what it should be.
    """
    given = {name: env.get(variable(name), "").strip() for name in INPUTS}
    found = {name: value for name, value in given.items() if value}
    wrong = [_complaint(name, value) for name, value in found.items() if not _fits(name, value)]
    if found.get("page") == SPACE and "page-space" not in found:
        wrong.append("The input page is space, but page-space names none.")
    if found.get("page") == DATASET and found.get("create-pr") == TRUE:
        wrong.append("The input page is dataset, but a pull request (create-pr) carries no page.")
    if attests(found) and found.get("mode") != "aggregate":
        wrong.append("The input attest goes with mode aggregate: what was measured is attested.")
    if wrong:
        raise UsageError(" ".join(wrong), hint=N_("Correct `with:` in the workflow."))
    return found


def variable(name: str) -> str:
    """The variable that action.yml puts an input into: `hf-repo` is in INPUT_HF_REPO."""
    return "INPUT_" + name.replace("-", "_").upper()


def attests(inputs: Inputs) -> bool:
    """Whether what was measured is to be attested."""
    return inputs.get("attest") == TRUE


def verb(inputs: Inputs) -> str:
    """Which verb does what the mode asks for."""
    mode = inputs.get("mode", "publish")
    return mode if mode in {"aggregate", "check"} else "publish"


def words(inputs: Inputs) -> list[str]:
    """What the verb is called with; what was left empty is the verb's to decide."""
    by_mode = {
        "publish": _publish,
        "validate": _validate,
        "aggregate": _aggregate,
        "check": _check,
    }
    return by_mode[inputs.get("mode", "publish")](inputs)


def page_words(inputs: Inputs) -> list[str]:
    """What `page` is called with after a publish; empty where no page is to be made then."""
    kind = inputs.get("page", NO_PAGE)
    if kind in {NO_PAGE, DATASET} or inputs.get("mode", "publish") != "publish":
        return []
    space = [f"--space={inputs['page-space']}"] if kind == SPACE else []
    output = f"--output={inputs.get('page-dir', PAGE_DIR)}/index.html"
    return [*_options(inputs, *_DATASET), output, *space]


def _publish(inputs: Inputs) -> list[str]:
    options = _options(inputs, *_DATASET, "data-dir", "max-attempts", "deadline")
    # Flags have no value, and an empty input is its default in action.yml: the clean-up's is on.
    cleanup = [] if inputs.get("cleanup") == FALSE else ["--cleanup"]
    create_pr = ["--create-pr"] if inputs.get("create-pr") == TRUE else []
    page = ["--page"] if inputs.get("page") == DATASET else []
    return [*options, *cleanup, *create_pr, *page, *_tolerance(inputs)]


def _validate(inputs: Inputs) -> list[str]:
    return [*_options(inputs, *_DATASET, "data-dir"), "--dry-run", *_tolerance(inputs)]


def _aggregate(inputs: Inputs) -> list[str]:
    options = _options(inputs, *_DATASET, "data-dir", "outputs")
    return options if inputs.get("fail-on-reject") == FALSE else [*options, "--strict"]


def _check(inputs: Inputs) -> list[str]:
    options = _options(inputs, *_DATASET, "against", "max-regression")
    return [*options, "--", inputs.get("outputs", "outputs")]


def _tolerance(inputs: Inputs) -> list[str]:
    return ["--no-fail-on-reject"] if inputs.get("fail-on-reject") == FALSE else []


def _options(inputs: Inputs, *names: str) -> list[str]:
    # One word each: a value that begins with a dash is no option.
    return [f"--{name}={inputs[name]}" for name in names if name in inputs]


def _fits(name: str, value: str) -> bool:
    return bool(re.fullmatch(INPUTS[name].pattern, value, re.ASCII))


def _complaint(name: str, value: str) -> str:
    return f"The input {name} is {one_line(value, _SHOWN)!r}; expected {INPUTS[name].expected}."
