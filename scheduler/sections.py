"""What a command tells in sections: headings with lines under them, as wide as the terminal."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.padding import Padding
from rich.text import Text

from scheduler.showing import show
from stories.text import clean

_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a section, and how far it stands in: 1 for what belongs to the line before it."""

    text: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what is to be said under it."""

    heading: str
    lines: tuple[Line, ...]


def show_head(texts: Iterable[str]) -> None:
    """Print what it is all about: a headline, and what is to be known of it."""
    for number, text in enumerate(texts):
        show(Text(clean(text, _LONGEST), style="" if number else "bold"))


def show_sections(sections: Iterable[Section]) -> None:
    """Print sections, each after an empty line."""
    for section in sections:
        show(Text(f"\n{clean(section.heading, _LONGEST)}", style="bold"))
        for line in section.lines:
            show(Padding(Text(clean(line.text, _LONGEST)), (0, 0, 0, 3 + 2 * line.depth), expand=False))
