"""The list of feeds on the screen: name, address on a line of its own, and how it stands, at any width."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.padding import Padding
from rich.text import Text

from scheduler.showing import console, show
from stories.text import clean

_LONGEST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFeed:
    """One feed of the configuration: how often it is `asked`, in words, and how it `stands`."""

    name: str
    address: str
    tags: Sequence[str]
    asked: str
    stands: str


def show_feeds(feeds: Iterable[ListedFeed], *, empty: str) -> None:
    """Print `feeds`, or the sentence `empty`."""
    is_first = True
    for feed in feeds:
        if not is_first:
            console().print()
        is_first = False
        show(Text(clean(feed.name, _LONGEST), style="bold"))
        # The terminal may break an address, which can be copied then, and nobody else does.
        console().print(Text(f"  {clean(feed.address, _LONGEST)}"), soft_wrap=True)
        told = " · ".join(filter(None, (feed.asked, feed.stands, ", ".join(feed.tags))))
        show(Padding(Text(clean(told, _LONGEST), style="dim"), (0, 0, 0, 2), expand=False))
    if is_first:
        console().print(empty)
