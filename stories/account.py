"""Who told a story: whose report it is, who looked into it, who retells it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from stories.credits import Credit, CreditKind

_BELIEVED = 0.1  # of the others must credit an outlet, or it was only asked something beside


class Role(StrEnum):
    """What an article is to the story it tells."""

    ORIGIN = "origin"
    INDEPENDENT = "independent report"
    RETELLING = "retelling"
    COPY = "copy"
    PRIMARY = "primary document"


SHOWN_FIRST = (Role.ORIGIN, Role.PRIMARY, Role.INDEPENDENT, Role.RETELLING, Role.COPY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One article as far as it matters to who told the story; `at` is when it was first seen (UTC)."""

    article_id: str
    outlet: str | None
    at: datetime
    is_primary: bool
    copy_of: str | None
    credits: tuple[Credit, ...]
    url: str | None
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who told a story.

    `origin` is the outlet most credited by the others (`is_credited`), else that of the first article; its own first
    article, if it is here, is `origin_article`. `credited` says by how many articles each outlet is credited, the most
    first. `best` is the id of the article whose headline is shown.
    """

    origin: str | None
    is_credited: bool
    origin_article: str | None
    roles: Mapping[str, Role]
    credited: tuple[tuple[str, int], ...]
    outlets: int
    articles: int
    best: str


def account_of(tellings: Sequence[Telling]) -> Account:
    """Return who told a story, from its articles in order of arrival; there is at least one."""
    credited = _credited(tellings)
    leading = _leading(tellings, credited)
    origin = leading or tellings[0].outlet
    own = next((telling.article_id for telling in tellings if origin and telling.outlet == origin), None)
    own = own or (None if leading else tellings[0].article_id)
    told_by = {telling.outlet for telling in tellings} - {None}
    roles = {
        telling.article_id: _role(telling, is_origin=telling.article_id == own, reporting=told_by | {origin})
        for telling in tellings
    }
    return Account(
        origin=origin,
        is_credited=leading is not None,
        origin_article=own,
        roles=roles,
        credited=tuple(credited),
        outlets=len({telling.outlet or telling.article_id for telling in tellings}),
        articles=len(tellings),
        best=own or min(tellings, key=lambda telling: SHOWN_FIRST.index(roles[telling.article_id])).article_id,
    )


def _credited(tellings: Iterable[Telling]) -> list[tuple[str, int]]:
    """Return by how many articles of others each outlet is credited, the most first.

    Of equals, who is credited in words comes before whose text is only carried, then who was credited earlier.
    """
    by_articles: Counter[str] = Counter()
    in_words: Counter[str] = Counter()
    for telling in tellings:
        by_articles.update(dict.fromkeys(_named(telling), 1))
        in_words.update(dict.fromkeys(_named(telling, CreditKind.WORDS, CreditKind.LINK), 1))
    return sorted(by_articles.items(), key=lambda each: (-each[1], -in_words[each[0]]))


def _named(telling: Telling, *kinds: CreditKind) -> list[str]:
    named = (credit.outlet for credit in telling.credits if not kinds or credit.kind in kinds)
    return [outlet for outlet in dict.fromkeys(named) if outlet != telling.outlet]


def _leading(tellings: Sequence[Telling], credited: Sequence[tuple[str, int]]) -> str | None:
    if not credited:
        return None
    outlet, count = credited[0]
    others = sum(telling.outlet != outlet for telling in tellings)
    return outlet if count >= others * _BELIEVED else None


def _role(telling: Telling, *, is_origin: bool, reporting: set[str | None]) -> Role:
    if telling.is_primary:
        return Role.PRIMARY
    if is_origin:
        return Role.ORIGIN
    if telling.copy_of:
        return Role.COPY
    # A text under an agency's name is that agency's, whether or not the agency's own article came here.
    carried = _named(telling, CreditKind.DATELINE, CreditKind.SOURCE)
    return Role.RETELLING if carried or reporting.intersection(_named(telling)) else Role.INDEPENDENT
