"""What a look at a dataset found, as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from benchmark.i18n import Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.canonical import Json

Repair: TypeAlias = Literal["doctor --fix", "compact", "takedown", "by hand", "nothing"]
"""What repairs it: a command, or somebody's judgement."""


class Problem(NamedTuple):
    """One thing that is not as it must be.

    Attributes:
        file: the path in the dataset, with a JSON path where there is one.
        message: what is wrong, as a sentence without its subject; it can be told in another
            language.
        repair: what repairs it.
    """

    file: str
    message: str
    repair: Repair

    @classmethod
    def of(cls, file: str, repair: Repair, message: str, /, **values: object) -> Problem:
        """A problem whose message is marked with `N_` and has these values in its fields."""
        told = {name: str(value) for name, value in values.items()}
        return cls(file, Sentence(message, **told), repair)


class Check(NamedTuple):
    """An invariant, and where it does not hold.

    Attributes:
        name: a kebab-case word that never changes its meaning.
        problems: empty where it holds.
        was_made: False where something else has to be repaired before it can be looked at.
    """

    name: str
    problems: tuple[Problem, ...]
    was_made: bool = True

    @property
    def holds(self) -> bool:
        """Whether it was looked at and all is well."""
        return self.was_made and not self.problems

    def to_json(self) -> Mapping[str, Json]:
        """A check of schemas/doctor_report_v1.schema.json."""
        return {
            "name": self.name,
            "holds": self.holds if self.was_made else None,
            "problems": [dict(problem._asdict()) for problem in self.problems],
        }
