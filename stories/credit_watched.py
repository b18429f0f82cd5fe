"""Where a text names an outlet that is watched and not in the table: by the name that its feed has here."""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice

from stories.credit_names import Mention
from stories.outlets import OutletKind, outlet_named

_MOST = 300  # names in one text; who names more is no article
_THE = "The "


def with_watched(text: str, mentions: list[Mention], watched: frozenset[str]) -> list[Mention]:
    """Return `mentions` with those of the `watched` outlets, in order; of two at one place the one of the table stays.

    "The Ledger" needs its article, "The Northgate Courier" may lack it, and a name of one word without an article
    ("Circuit") counts like one with other meanings: only right behind a phrase.
    """
    if not watched:
        return mentions
    pattern, outlet_of = _names(watched)
    found = [
        Mention(each.start(), each.end(), outlet, OutletKind.NEWS, is_strict=" " not in outlet)
        for each in islice(pattern.finditer(text), _MOST)
        for outlet in [outlet_of[each[0]]]
        if not _lacks_article(text, each, outlet)
    ]
    found = [each for each in found if not any(_overlap(each, other) and _is_in_table(other) for other in mentions)]
    others = [each for each in mentions if not any(_overlap(each, other) for other in found)]
    return sorted((*others, *found), key=lambda mention: mention.start)


def _lacks_article(text: str, name: re.Match[str], outlet: str) -> bool:
    if " " in name[0] or not outlet.startswith(_THE):
        return False
    return text[max(0, name.start() - 4) : name.start()].lower() != "the "


def _is_in_table(mention: Mention) -> bool:
    return outlet_named(mention.outlet) is not None


def _overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end


@lru_cache(maxsize=16)
def _names(watched: frozenset[str]) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Return a pattern of the names without their articles, and the outlet of each; a name is no part of a word."""
    outlet_of = {name.removeprefix(_THE): name for name in sorted(watched)}
    names = "|".join(map(re.escape, sorted(outlet_of, key=len, reverse=True)))
    return re.compile(rf"(?<![\w@#/.&-])(?:{names})(?![\w@/&-]|\.\w)"), outlet_of
