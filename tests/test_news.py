"""What an article brings that its story did not have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.news import LONGEST_QUOTE, MOST_KNOWN, News, news_in
from stories.model import Article

FIRST = Article(
    title="Office opens case against Acme",
    text="The Office for Fair Markets opened a case against Acme Friday. Ada Brandt leads the investigation in Oslo, "
    "and 12 lawyers work on it. Acme said that it would cooperate with the authorities.",
)
NEW = Article(
    title="Acme pays",
    text="Acme agreed on Monday to pay $340 million and to sell Bolt Logistics to Carver Holdings. "
    "Prosecutor Lena Ortiz announced the settlement in Geneva.",
)


def new(article: Article, *known: Article) -> News:
    found = news_in(article, known)
    assert found
    return found


def test_names_and_numbers_that_the_story_did_not_have_are_news() -> None:
    found = new(NEW, FIRST)
    for name in ("Bolt Logistics", "Carver Holdings", "Lena Ortiz", "$340"):
        assert any(name in term for term in found.terms)
    assert found.quote.startswith("Acme agreed on Monday to pay $340 million")
    assert 0.5 < found.share <= 1


def test_the_first_article_of_a_story_is_no_news_to_it() -> None:
    assert news_in(FIRST, ()) is None


def test_a_copy_and_a_light_rewrite_bring_none() -> None:
    rewrite = Article(
        title="Acme: case opened by Office",
        text="On Friday a case against Acme was opened by the Office for Fair Markets. In Oslo Ada Brandt leads the "
        "investigation with 12 lawyers. Acme would cooperate, it said.",
    )
    for told_again in (FIRST, rewrite):
        assert news_in(told_again, (FIRST,)) is None


def test_inflections_and_spellings_of_numbers_are_not_new() -> None:
    known = Article(title="", text="Investigators of Bolt found 1,200 cartels in Norway's harbours and warehouses.")
    again = Article(title="", text="In Norway the investigator found 1200 harbour cartels of Bolt in a warehouse.")
    assert news_in(again, (known,)) is None


def test_what_any_known_article_had_is_not_new() -> None:
    assert news_in(NEW, (FIRST, NEW)) is None


def test_days_and_months_are_no_news() -> None:
    dated = Article(title="", text=f"It was said on Monday, Tuesday, Thursday, and in March and December: {FIRST.text}")
    assert news_in(dated, (FIRST,)) is None


def test_one_new_name_is_not_enough() -> None:
    assert news_in(Article(title=FIRST.title, text=f"Carver knew it. {FIRST.text}"), (FIRST,)) is None


def test_a_headline_in_capitals_names_nobody() -> None:
    assert news_in(Article(title="Office Opens Big New Case Over Acme Ways"), (FIRST,)) is None


@pytest.mark.parametrize(
    ("language", "known", "later"),
    [
        ("ja", "公正取引委員会は金曜日に調査を開始した。", "東京地裁は三百億円の制裁金を命じ、社長は辞任した。"),
        ("th", "คณะกรรมการเปิดการสอบสวนเมื่อวันศุกร์", "ศาลปรับบริษัทหลายล้านบาทและผู้บริหารลาออก"),
        ("ar", "فتحت الهيئة تحقيقا يوم الجمعة", "قضت المحكمة بغرامة كبيرة واستقال الرئيس التنفيذي في جنيف"),
        (
            "de",
            "Das Amt eröffnete am Freitag ein Verfahren.",
            "Bolt Logistik zahlt 340 Millionen, Lena Ortiz tritt zurück.",
        ),
    ],
)
def test_other_scripts_have_news_too(language: str, known: str, later: str) -> None:
    before = Article(title="", text=known, language=language)
    assert news_in(Article(title="", text=later, language=language), (before,))
    assert news_in(before, (before,)) is None


def test_only_so_many_known_articles_are_read() -> None:
    assert news_in(NEW, (NEW, *[FIRST] * (MOST_KNOWN - 1))) is None
    assert news_in(NEW, (NEW, *[FIRST] * MOST_KNOWN))


ANY = st.builds(Article, title=st.text(max_size=80), summary=st.text(max_size=200), text=st.text(max_size=400))


@given(ANY, st.lists(ANY, max_size=3))
def test_any_article_has_news_within_bounds_or_none(article: Article, known: list[Article]) -> None:
    found = news_in(article, known)
    if found:
        assert 0 < len(found.terms) <= 6
        assert all(found.terms)
        assert found.quote
        assert len(found.quote) <= LONGEST_QUOTE
        assert 0.35 < found.share <= 1
    assert news_in(article, [article, *known]) is None


def test_long_texts_are_read_in_part() -> None:
    long = Article(title="A" * 200_000, summary="Bolt, " * 40_000, text="1,2.3," * 30_000)
    news_in(long, [long] * MOST_KNOWN)
