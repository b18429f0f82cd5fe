"""Whose report an article is, by where it credits others."""

import pytest

from alerts.reporting import role_of_report
from stories.account import Role
from stories.credits import Credit, CreditKind, credits_of
from stories.model import Article
from tests.building import article

_LEAD = "OpenAI filed a complaint with the Office on Monday. "
_DETAILS = "The document runs to eighty pages. It names three contracts. The Office confirmed that it has it. " * 8
_BACKGROUND = "In May such a step was being considered, according to The Wall Street Journal."


def role(said: Article) -> Role:
    return role_of_report(said, Role.RETELLING, credits_of(said))


def test_who_is_credited_first_is_retold() -> None:
    assert role(article(text=f"{_LEAD}{_BACKGROUND} {_DETAILS}")) is Role.RETELLING
    assert role(article(title="OpenAI weighs complaint, according to The Wall Street Journal")) is Role.RETELLING


def test_who_is_credited_in_the_background_told_only_what_came_before() -> None:
    said = article(text=f"{_LEAD}{_DETAILS}{_BACKGROUND}")
    assert credits_of(said), "else there is nothing to be weighed"
    assert role(said) is Role.INDEPENDENT


@pytest.mark.parametrize("kind", [CreditKind.DATELINE, CreditKind.SOURCE, CreditKind.LINK])
def test_a_text_under_another_name_is_that_outlets_wherever_it_is_named(kind: CreditKind) -> None:
    credit = Credit(outlet="Reuters", words="somewhere", kind=kind)
    assert role_of_report(article(text=_LEAD), Role.RETELLING, [credit]) is Role.RETELLING


@pytest.mark.parametrize("other", [each for each in Role if each is not Role.RETELLING])
def test_what_is_no_retelling_stays_what_it_is(other: Role) -> None:
    assert role_of_report(article(text=f"{_LEAD}{_DETAILS}{_BACKGROUND}"), other, ()) is other
