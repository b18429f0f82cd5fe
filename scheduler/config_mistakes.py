"""Mistakes in a configuration, each one sentence for the person who edits it."""

from dataclasses import dataclass

MAX_TOLD = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One thing to mend: where it is and what is wrong. `line` counts from 1; None when it has no place."""

    file: str
    sentence: str
    line: int | None = None
    key_path: str = ""

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file} line {self.line}"
        return ": ".join(part for part in (", ".join(filter(None, (where, self.key_path))), self.sentence))


class ConfigError(Exception):
    """A configuration that cannot be used, with everything that is wrong with it."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes
