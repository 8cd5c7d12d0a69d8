"""Ours works beside sageLLM's packages, which install a command and a package of our names."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from tests.support.installed import ROOT, Place, our_wheel, their_wheel

if TYPE_CHECKING:
    from pathlib import Path

OURS = "sagellm-benchmark, version "
WAYS = (
    ("sagellm-leaderboard",),
    ("python", "-m", "benchmark"),
    ("python", "-m", "sagellm_leaderboard"),
)
THEIRS_REMOVED = ("uninstall", "--yes", "isagellm-stand-in")


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Ours, and the stand-in for theirs."""
    folder = tmp_path_factory.mktemp("wheels")
    return our_wheel(folder), their_wheel(folder)


@pytest.fixture(scope="module")
def theirs_last(wheels: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Ours, then theirs."""
    return Place(tmp_path_factory.mktemp("theirs-last"), *wheels)


@pytest.fixture(scope="module")
def ours_last(wheels: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Theirs, then ours."""
    return Place(tmp_path_factory.mktemp("ours-last"), *reversed(wheels))


@pytest.fixture(params=["theirs_last", "ours_last"])
def place(request: pytest.FixtureRequest) -> Place:
    """Both, in either order."""
    return cast("Place", request.getfixturevalue(request.param))


@pytest.mark.parametrize("way", WAYS, ids=" ".join)
def test_ours_is_started_whichever_was_installed_last(
    way: tuple[str, ...], place: Place, workdir: Path
) -> None:
    """By a command of its own, and by the package's name."""
    told = place.says(workdir, *way, "--version")
    assert told.startswith(OURS)
    assert f"This package: {place.own / 'sagellm_leaderboard'}" in told


def test_a_verb_works_where_theirs_is_last(theirs_last: Place, workdir: Path) -> None:
    """All of the package is ours, its schemas and catalogues too."""
    told = theirs_last.says(workdir, "sagellm-leaderboard", "validate", ".", "--lang", "zh")
    assert "0" in told


def test_their_command_is_named_with_its_package(theirs_last: Place, workdir: Path) -> None:
    """And what starts ours instead."""
    assert theirs_last.says(workdir, "sagellm-benchmark") == "their command\n"
    told = theirs_last.says(workdir, "sagellm-leaderboard", "--version")
    command = theirs_last.programs / "sagellm-benchmark"
    expected = f"{command}, another program, that of isagellm-stand-in 1."
    assert expected in told
    assert f"sagellm-leaderboard, or {theirs_last.python} -m benchmark" in told


def test_our_command_says_that_it_is_ours(ours_last: Place, workdir: Path) -> None:
    """And nothing more to do."""
    told = ours_last.says(workdir, "sagellm-benchmark", "--version")
    assert told.splitlines()[-1].endswith(
        f"{ours_last.programs / 'sagellm-benchmark'}, this package's."
    )


def test_a_package_on_the_python_path_is_not_taken_for_ours(
    ours_last: Place, workdir: Path
) -> None:
    """PYTHONPATH=. is common, and what it names is the caller's."""
    (workdir / "benchmark.py").write_text("raise SystemExit('not this one')", "utf-8")
    told = ours_last.says(workdir, "sagellm-benchmark", "--version", PYTHONPATH=str(workdir))
    assert told.startswith(OURS)


def test_ours_outlives_their_uninstalling(wheels: tuple[Path, Path], tmp_path: Path) -> None:
    """It takes the shared command with it, but nothing that is ours alone."""
    place = Place(tmp_path / "both", *wheels)
    place.pip(*THEIRS_REMOVED)
    assert not (place.programs / "sagellm-benchmark").exists()
    for way in WAYS:
        told = place.says(tmp_path, *way, "--version", PATH=str(place.programs))
        assert told.startswith(OURS)
        assert "sagellm-benchmark: none is found on PATH." in told


def test_theirs_outlives_our_uninstalling(wheels: tuple[Path, Path], tmp_path: Path) -> None:
    """Of what ours installed, nothing is theirs but the command's file."""
    ours, theirs = wheels
    place = Place(tmp_path / "both", theirs)
    before = {path.relative_to(place.own) for path in place.own.rglob("*.py")}
    place.pip("install", "--no-deps", "--no-index", str(ours))
    place.pip("uninstall", "--yes", "sagellm-benchmark")
    assert {path.relative_to(place.own) for path in place.own.rglob("*.py")} == before
    assert place.says(tmp_path, "python", "-c", "import stand_in; stand_in.main()")


def test_a_checkout_that_is_installed_as_such_is_started_too(
    wheels: tuple[Path, Path], tmp_path: Path
) -> None:
    """As by `pip install --editable`: its folders are looked at after what is installed."""
    place = Place(tmp_path / "both", wheels[1])
    (place.own / "checkout.pth").write_text(f"{ROOT}\n{ROOT / 'launcher'}\n", encoding="utf-8")
    told = place.says(tmp_path, "python", "-m", "sagellm_leaderboard", "--version")
    assert told.startswith(OURS)
    assert f"This package: {ROOT / 'benchmark'}" in told
