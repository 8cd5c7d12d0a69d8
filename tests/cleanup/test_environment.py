"""What git, its helpers and hooks get to see of the job's environment."""

from __future__ import annotations

import pytest

from tests.cleanup.place import ENV, Place, Recorder

SECRETS = {
    "HF_TOKEN": "hf_secret",
    "HUGGING_FACE_HUB_TOKEN": "hf_secret",
    "INPUT_HF-TOKEN": "hf_secret",
    "INPUT_ANYTHING": "hf_secret",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "hf_secret",
    "ACTIONS_RUNTIME_TOKEN": "hf_secret",
}


@pytest.mark.parametrize("name", SECRETS)
def test_git_does_not_see_the_jobs_secrets(place: Place, name: str) -> None:
    """Git, its helpers and its hooks have no use for them."""
    started = Recorder()
    place.clean(run=started, env={**ENV, name: "a secret"})
    assert started.envs
    assert not any("a secret" in env.values() for env in started.envs)


def test_git_does_not_see_the_token_under_other_names(place: Place) -> None:
    """However the job came by it."""
    started = Recorder()
    env = {**ENV, "APP_TOKEN": "ghs_secret\n", "OTHER": "kept"}
    place.clean(run=started, push_token="ghs_secret", env=env)
    assert started.envs
    assert all("APP_TOKEN" not in env and env["OTHER"] == "kept" for env in started.envs)


@pytest.mark.parametrize("name", ["GIT_TRACE", "GIT_TRACE_CURL", "GIT_CURL_VERBOSE"])
def test_git_does_not_print_the_credentials_that_it_sends(place: Place, name: str) -> None:
    """Also those of the checkout, which a trace would put into a warning."""
    started = Recorder()
    place.clean(run=started, env={**ENV, name: "1"})
    assert not any(name in env for env in started.envs)
