"""A token of one's own for the push: used instead of the checkout's, and seen nowhere."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmark.cleanup import run_git
from tests.cleanup.place import DATA, ENV, MULTI, SINGLE, Place, Recorder, before_push, git, said
from tests.cleanup.served import APP, READER, WRITER, Served, header
from tests.support.git_http import GH006, GH013, Refusal, basic, persist

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.cleanup.place import Done

SENT = base64.b64encode(f"x-access-token:{APP}".encode()).decode()


def holding_the_token(folder: Path) -> list[Path]:
    """The files below a folder that hold the token, as it was given or as it is sent."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [f for f in files if any(form.encode() in f.read_bytes() for form in (APP, SENT))]


@pytest.mark.parametrize("protection", [GH006, GH013])
def test_a_token_that_may_bypass_the_protection_pushes(served: Served, protection: Refusal) -> None:
    """The job's own cannot: the rule has no exception for it."""
    served.server.protect("o/r", protection)
    persist(served.checkout, served.server, WRITER)
    assert served.clean().warning != ""
    assert served.clean(push_token=APP).removed == (MULTI, SINGLE)
    assert served.files() == {"README.md"}


@pytest.mark.parametrize(
    "name", ["http.extraheader", "http.{host}/.extraheader", "http.{url}.extraheader"]
)
def test_the_checkouts_own_header_is_not_sent(served: Served, name: str) -> None:
    """Neither with ours, which GitHub refuses, nor in its place; wherever it is configured."""
    key = name.format(host=served.server.url, url=served.url)
    git(served.checkout, "config", key, basic(WRITER))
    served.shown()
    assert served.clean(push_token=APP).warning == ""
    assert served.shown() == {header(APP)}


def test_a_header_in_a_file_that_the_checkout_includes_is_not_sent(
    served: Served, tmp_path: Path
) -> None:
    """Where actions/checkout keeps it since v6."""
    persist(served.checkout, served.server, WRITER, included=tmp_path / "credentials")
    served.shown()
    git(served.checkout, "fetch", "--quiet")
    assert served.shown() == {header(WRITER)}
    assert served.clean(push_token=APP).warning == ""
    assert served.shown() == {header(APP)}


def test_what_the_caller_configures_through_the_environment_stays(served: Served) -> None:
    """All but a header for the remote."""
    given = {"GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": f"http.{served.url}.extraheader"}
    given |= {"GIT_CONFIG_VALUE_0": basic(WRITER)}
    given |= {"GIT_CONFIG_KEY_1": "http.userAgent", "GIT_CONFIG_VALUE_1": "theirs"}
    started = Recorder()
    served.shown()
    assert served.clean(push_token=APP, env={**ENV, **given}, run=started).warning == ""
    assert served.shown() == {header(APP)}
    assert started.envs[-1]["GIT_CONFIG_VALUE_1"] == "theirs"


def test_a_count_that_git_does_not_understand_is_gits_to_refuse(served: Served) -> None:
    """We do not guess which configuration was meant."""
    result = served.clean(push_token=APP, env={**ENV, "GIT_CONFIG_COUNT": "two"})
    assert "bogus count" in result.warning
    assert served.clean(push_token=APP, env={**ENV, "GIT_CONFIG_COUNT": ""}).warning == ""


def test_credentials_in_the_remotes_url_give_way(served: Served) -> None:
    """They are not in what we hand to git either."""
    url = served.url.replace("//", f"//x-access-token:{WRITER}@")
    git(served.checkout, "remote", "set-url", "origin", url)
    served.shown()
    started = Recorder()
    assert served.clean(push_token=APP, run=started).warning == ""
    assert served.shown() == {header(APP)}
    assert WRITER not in str(started.argvs) + str(started.envs)


def test_the_remote_may_be_given_as_a_url_and_be_abbreviated(served: Served) -> None:
    """The token goes where git goes."""
    git(served.checkout, "config", f"url.{served.server.url}/.insteadOf", "https://short/")
    served.shown()
    assert served.clean(push_token=APP, remote="https://short/o/r.git").warning == ""
    assert served.shown() == {header(APP)}


def test_the_token_is_in_no_argument_and_no_file(served: Served, tmp_path: Path) -> None:
    """Not while git runs, nor afterwards; and git is told in its environment alone."""
    persist(served.checkout, served.server, WRITER)
    seen: list[list[Path]] = []
    started = Recorder()

    def run(argv: Sequence[str], env: Mapping[str, str], stdin: bytes) -> Done:
        index = Path(env["GIT_INDEX_FILE"]).parent
        seen.extend([holding_the_token(served.checkout), holding_the_token(index)])
        return started(argv, env, stdin)

    assert served.clean(push_token=APP, run=run).removed == (MULTI, SINGLE)
    assert not any(seen)
    assert holding_the_token(tmp_path) == []
    assert APP not in str(started.argvs)
    assert SENT not in str(started.argvs)


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no /proc")
def test_no_process_on_the_machine_shows_the_token_in_its_arguments(
    served: Served, tmp_path: Path
) -> None:
    """Neither do those that git starts by itself, such as git-remote-http."""
    arguments = tmp_path / "arguments"
    served.hook("pre-receive", f"cat /proc/[0-9]*/cmdline > {arguments} 2>/dev/null; exit 0")
    assert served.clean(push_token=APP).warning == ""
    shown = arguments.read_bytes().replace(b"\0", b" ")
    assert b"git remote-http origin" in shown
    assert APP.encode() not in shown
    assert SENT.encode() not in shown


def test_a_remote_that_repeats_the_token_is_not_repeated(served: Served) -> None:
    """A warning ends up in a public log."""
    served.hook("pre-receive", f"echo 'you sent {APP} as {SENT}' >&2; exit 1")
    result = served.clean(push_token=APP)
    assert "remote: you sent *** as ***" in result.warning
    assert not any(form in said(result) for form in (APP, SENT))


def test_no_trace_that_the_caller_asked_for_shows_the_token(served: Served, tmp_path: Path) -> None:
    """Traces tell headers and configuration, to stderr or into files."""
    asked = {
        name: str(tmp_path / name)
        for name in ("GIT_TRACE", "GIT_TRACE_CURL", "GIT_TRACE2", "GIT_TRACE2_EVENT")
    }
    asked |= {"GIT_CURL_VERBOSE": "1", "GIT_TRACE_REDACT": "0"}
    asked |= {"GIT_TRACE2_CONFIG_PARAMS": "http.*", "GIT_TRACE2_ENV_VARS": "GIT_CONFIG_VALUE_1"}
    started: list[Done] = []

    def run(argv: Sequence[str], env: Mapping[str, str], stdin: bytes) -> Done:
        started.append(run_git(argv, env, stdin))
        return started[-1]

    assert served.clean(push_token=APP, env={**ENV, **asked}, run=run).warning == ""
    assert holding_the_token(tmp_path) == []
    assert SENT.encode() not in b"".join(done.stderr for done in started)


def test_a_trace_of_the_users_configuration_is_not_written(served: Served, tmp_path: Path) -> None:
    """Git takes these settings from the user's own files only."""
    home = tmp_path / "gitconfig"
    for name, value in (("eventTarget", tmp_path / "trace"), ("configParams", "http.*")):
        subprocess.run(["git", "config", "--file", home, f"trace2.{name}", str(value)], check=True)
    env = {**ENV, "GIT_CONFIG_GLOBAL": str(home)}
    env = {name: value for name, value in env.items() if name != "GIT_CONFIG_NOSYSTEM"}
    assert served.clean(push_token=APP, env=env).warning == ""
    assert not (tmp_path / "trace").exists()


def test_a_token_that_is_refused_costs_the_user_no_other_credential(
    served: Served, tmp_path: Path
) -> None:
    """Git would ask their helper, fail with what it says, and tell it to forget that."""
    asked, askpass = tmp_path / "asked", tmp_path / "askpass"
    askpass.write_text(f"#!/bin/sh\necho asked | tee -a {asked}\n", encoding="utf-8")
    askpass.chmod(0o755)
    git(served.checkout, "config", "credential.helper", f"!echo asked >> {asked}; echo")
    git(served.checkout, "config", "core.askPass", str(askpass))
    result = served.clean(push_token="expired", sleep=lambda _: pytest.fail("waited"))
    assert result.hint.startswith("`push-token` may not push.")
    assert not asked.exists()


def test_blanks_around_a_token_do_not_count(served: Served) -> None:
    """A secret is often pasted with a newline; one that is blank is none."""
    persist(served.checkout, served.server, READER)
    assert "contents: write" in served.clean(push_token=" \n").hint
    assert served.clean(push_token=f"\t{APP}\r\n").warning == ""


@pytest.mark.parametrize("token", [f"{APP}\nX-Evil: 1", f"{APP}\0", "two words", "tökén"])
def test_what_can_be_no_token_is_refused_in_words(served: Served, token: str) -> None:
    """Before anything is sent."""
    served.shown()
    result = served.clean(push_token=token)
    assert "push-token holds" in result.warning
    assert result.hint.startswith("Give `push-token` the token alone")
    assert not any(part in said(result) for part in token.split())
    assert served.shown() == set()


@pytest.mark.parametrize("url", ["git@github.com:o/r.git", "ssh://me:pw@host/o/r", "http://[bad"])
@pytest.mark.parametrize("options", [(), ("--push",)])
def test_a_remote_that_takes_no_token_is_a_warning(
    served: Served, options: tuple[str, ...], url: str
) -> None:
    """Going on without it would push as somebody else."""
    git(served.checkout, "remote", "set-url", *options, "origin", url)
    started = Recorder()
    result = served.clean(push_token=APP, run=started)
    assert "not reached over https" in result.warning
    assert "deploy key" in result.hint
    assert "pw" not in said(result)
    assert started.count("fetch") == 0


def test_a_remote_that_is_not_there_is_a_warning(place: Place) -> None:
    """Git's own words tell which."""
    assert "No such remote 'upstream'" in place.clean(push_token=APP, remote="upstream").warning


def test_a_git_that_would_ignore_the_token_is_not_used(served: Served) -> None:
    """Before 2.31 it knows no configuration in the environment."""
    persist(served.checkout, served.server, WRITER)

    def old(argv: Sequence[str], env: Mapping[str, str], stdin: bytes) -> Done:
        known = {name: value for name, value in env.items() if "GIT_CONFIG_COUNT" not in name}
        return run_git(argv, known, stdin)

    result = served.clean(push_token=APP, run=old)
    assert "Install git 2.31" in result.hint
    assert set(DATA) < served.files()


def test_a_push_of_somebody_else_meanwhile_is_survived_over_http(served: Served) -> None:
    """The tip is read again, and only what is still as published goes."""
    changed_meanwhile = before_push(lambda: served.push({SINGLE: b"[1, 3]\n"}))
    result = served.clean(push_token=APP, run=changed_meanwhile)
    assert (result.removed, result.kept, result.warning) == ((MULTI,), (SINGLE,), "")
    assert git(served.remote, "show", f"main:{SINGLE}") == "[1, 3]\n"


def test_the_jobs_own_credentials_do_without_a_token(served: Served) -> None:
    """As actions/checkout leaves them."""
    persist(served.checkout, served.server, WRITER)
    served.shown()
    assert served.clean().removed == (MULTI, SINGLE)
    assert served.shown() == {header(WRITER)}
