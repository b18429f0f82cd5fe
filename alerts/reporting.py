"""Whether what an article says is new is its own report: who is credited further down told only what came before."""

from collections.abc import Iterable

from alerts.lead import lead_of
from stories.account import Role
from stories.credits import Credit, CreditKind
from stories.model import Article

_SENTENCES = 4
_CHARACTERS = 700


def role_of_report(article: Article, role: Role, credits: Iterable[Credit]) -> Role:
    """Return what an article is to what it says at its beginning; `role` is what it is to the whole story.

    A retelling that credits others only behind its first sentences ("the Ledger had reported in May that a complaint
    was considered") has its news from elsewhere: then it is an independent report.
    """
    if role is not Role.RETELLING:
        return role
    said = (article.title, *(each.text for each in lead_of(article, sentences=_SENTENCES, characters=_CHARACTERS)))
    is_retold = any(credit.kind is not CreditKind.WORDS or any(credit.words in s for s in said) for credit in credits)
    return role if is_retold else Role.INDEPENDENT
