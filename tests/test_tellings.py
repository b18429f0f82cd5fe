"""What one article repeats of another."""

from stories.model import Article
from stories.tellings import Telling, Tellings
from stories.terms import features_of

TEXT = (
    "The lender Norvex has to pay forty million crowns because its branch in Varde took in money without asking whose"
    " it was, the regulator said on Tuesday. It had warned the bank twice. The chairman said that he would appeal."
)


def telling(title: str, text: str = "", *, outlet: int = 1, hours: float = 0, id: str = "one") -> Telling:
    said = features_of(Article(title=title, text=text))
    return Telling(
        article_id=id,
        at=hours * 3600,
        outlet=outlet,
        headline=said.headline,
        identity=said.identity,
        has_text=said.has_text,
        sketch=said.sketch,
    )


def heard(*told: Telling) -> Tellings:
    tellings = Tellings()
    for each in told:
        tellings.add(each)
    return tellings


def test_a_copy_is_found_however_many_came_between() -> None:
    others = [
        telling(f"Shares in Oss rise for day {n}", f"Number {n} of {n + 7} shares rose.", id=f"{n}") for n in range(99)
    ]
    tellings = heard(telling("Norvex fined", TEXT), *others)
    for copy in (telling("Bank must pay", TEXT, outlet=2), telling("Bank must pay", TEXT[:180], outlet=2)):
        original = tellings.most_of_text(copy)
        assert original is not None
        assert original.article_id == "one"


def test_the_same_words_are_the_same_article_a_bare_headline_only_on_the_same_day() -> None:
    title = "Regulator fines the lender Norvex forty million"
    assert heard(telling(title)).same_words(telling(title, hours=3)) is not None
    assert heard(telling(title)).same_words(telling(title, hours=30)) is None
    assert heard(telling(title, TEXT)).same_words(telling(title, TEXT, hours=30)) is not None
    assert heard(telling(title)).same_words(telling(f"{title} again")) is None


def test_a_headline_recurs_at_its_outlet_on_another_day() -> None:
    tellings = heard(telling("Stock market today 21 November"), telling("Stock market today 22 November", hours=24))
    headline = "Stock market today 23 November"
    assert tellings.recurs(telling(headline, hours=48))
    assert not tellings.recurs(telling(headline, outlet=2, hours=48)), "at another outlet it may be the same"
    assert not heard(telling("Stock market today 21 November")).recurs(telling(headline, hours=1))
    horoscope = heard(telling("Your horoscope for Monday, November 30"))
    assert horoscope.recurs(telling("Your horoscope for Tuesday, December 1", hours=24))


def test_a_story_is_by_one_outlet_until_another_tells_it() -> None:
    tellings = heard(telling("a"), telling("b"))
    assert tellings.are_all_by(1)
    tellings.add(telling("c", outlet=2))
    assert not tellings.are_all_by(1)
