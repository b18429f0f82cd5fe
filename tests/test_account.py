from datetime import timedelta

from stories.account import Role, Telling, account_of
from stories.credits import Credit, CreditKind
from stories.store import Store
from stories.store_articles import add_article, start_story
from stories.store_credits import credits_of_articles, save_credits
from tests.building import NOON, archived, article

_NUMBERS = iter(range(10**6))


def credit(outlet: str, kind: CreditKind = CreditKind.WORDS) -> Credit:
    return Credit(outlet=outlet, words=f"according to {outlet}", kind=kind)


def telling(
    outlet: str | None, *credited: str | Credit, id: str = "", copy_of: str | None = None, is_primary: bool = False
) -> Telling:
    number = next(_NUMBERS)
    return Telling(
        article_id=id or f"article-{number}",
        outlet=outlet,
        at=NOON + timedelta(minutes=number),
        is_primary=is_primary,
        copy_of=copy_of,
        credits=tuple(each if isinstance(each, Credit) else credit(each) for each in credited),
        url=None,
        title=f"As {outlet} tells it",
    )


def test_the_origin_is_whom_most_of_the_others_credit_even_if_it_came_late() -> None:
    account = account_of(
        [
            telling("First", "Journal", id="1"),
            telling("Second", "Journal"),
            telling("Journal", id="3"),
            telling("Third"),
        ]
    )
    assert (account.origin, account.is_credited, account.origin_article, account.best) == ("Journal", True, "3", "3")
    assert account.roles["1"] is Role.RETELLING
    assert account.roles["3"] is Role.ORIGIN


def test_the_origin_may_have_no_article_here() -> None:
    account = account_of([telling("First", "Journal", id="1"), telling("Second", id="2")])
    assert (account.origin, account.is_credited, account.origin_article) == ("Journal", True, None)
    assert account.best == "2"  # the independent report before the retelling


def test_without_credits_the_first_is_the_origin() -> None:
    account = account_of([telling("First", id="1"), telling("Second", id="2")])
    assert (account.origin, account.is_credited, account.origin_article, account.best) == ("First", False, "1", "1")
    assert account.roles == {"1": Role.ORIGIN, "2": Role.INDEPENDENT}
    assert account.credited == ()


def test_a_first_article_of_nobody_known_is_still_the_first() -> None:
    account = account_of([telling(None, id="1"), telling("Second", id="2")])
    assert (account.origin, account.origin_article, account.outlets) == (None, "1", 2)


def test_an_outlet_does_not_credit_itself() -> None:
    account = account_of([telling("First", "First", id="1"), telling("Second", id="2")])
    assert account.credited == ()


def test_of_equally_credited_ones_the_earlier_is_the_origin() -> None:
    account = account_of([telling("First", "Journal"), telling("Second", "Agency")])
    assert account.origin == "Journal"
    assert account.credited == (("Journal", 1), ("Agency", 1))


def test_who_is_credited_in_words_comes_before_whose_text_is_carried() -> None:
    carried = credit("Agency", CreditKind.DATELINE)
    account = account_of([telling(name, carried, "Journal") for name in ("First", "Second", "Third")])
    assert account.origin == "Journal"
    assert account.credited == (("Journal", 3), ("Agency", 3))


def test_one_article_that_asked_somebody_else_makes_no_origin_of_him() -> None:
    account = account_of([*(telling(f"Outlet {number}") for number in range(20)), telling("Last", "Agency")])
    assert (account.origin, account.is_credited) == ("Outlet 0", False)
    assert account.credited == (("Agency", 1),)


def test_several_credits_of_one_article_count_once() -> None:
    account = account_of([telling("First", "Journal", credit("Journal", CreditKind.LINK), "Journal")])
    assert account.credited == (("Journal", 1),)


def test_roles_say_what_each_article_is() -> None:
    account = account_of(
        [
            telling("Journal", id="origin"),
            telling("First", "Journal", id="retelling"),
            telling("Second", id="copy", copy_of="retelling"),
            telling("US Department of Justice", id="document", is_primary=True),
            telling("Third", "Somebody who tells something else", id="independent"),
            telling("Fourth", credit("Agency", CreditKind.DATELINE), id="carried"),
        ]
    )
    assert {id: role.name.lower() for id, role in account.roles.items()} == {
        "origin": "origin",
        "retelling": "retelling",
        "copy": "copy",
        "document": "primary",
        "independent": "independent",
        "carried": "retelling",
    }
    assert (account.articles, account.outlets) == (6, 6)


def test_a_second_article_of_the_origin_is_an_independent_report() -> None:
    account = account_of([telling("Journal", id="1"), telling("Journal", id="2"), telling("First", "Journal")])
    assert (account.roles["1"], account.roles["2"]) == (Role.ORIGIN, Role.INDEPENDENT)
    assert account.outlets == 2


def test_credits_are_kept_with_their_evidence(store: Store) -> None:
    some = (credit("Journal"), credit("Agency", CreditKind.DATELINE))
    with store.writing():
        story_id = start_story(store, at=NOON)
        for id in ("a1", "a2"):
            add_article(store, archived(article(), id=id, story_id=story_id), feed_id=None)
        save_credits(store, "a1", [credit("Nobody")])
        save_credits(store, "a1", some)
    assert credits_of_articles(store, ["a1", "a2", "never seen"]) == {"a1": some, "a2": (), "never seen": ()}
