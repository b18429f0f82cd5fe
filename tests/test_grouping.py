"""Which story an article tells: copies and retellings join, look-alikes do not, in any language, in bounded time."""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stories.grouping import WINDOW, Grouper
from stories.model import Article
from stories.terms import features_of
from tests.building import NOON
from tests.hearing import Listener, newsroom_articles, sizes, told, without_text
from tests.test_sketch import BOX, OTHER, STORY, halves

CASES = Path(__file__).parent / "grouping_cases"


def cases(name: str) -> list[dict[str, Any]]:
    read: dict[str, Any] = tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))
    pairs: list[dict[str, Any]] = read["pair"]
    return pairs


def pairs(name: str) -> list[Any]:
    return [pytest.param(pair, id=pair["name"].replace(" ", "-")) for pair in cases(name)]


def in_the_newsroom(*, titles_only: bool = False) -> Listener:
    """Return somebody who has heard two days of a small newsroom."""
    listener = Listener()
    listener.hear(*(without_text(each) if titles_only else each for each in newsroom_articles()))
    return listener


def articles_of(pair: dict[str, Any], *, titles_only: bool) -> list[Article]:
    (title, text), (other_title, other_text) = pair["one"], pair["other"]
    one = told(title, text)
    other = told(other_title, other_text, hours=pair["hours"], outlet="Circuit")
    return [without_text(each) for each in (one, other)] if titles_only else [one, other]


def explained(listener: Listener) -> str:
    joining = listener.joinings[-1]
    return f"likeness {joining.score}, shared {joining.terms}, against {joining.against}"


# Near copies

COPIES = {
    "under another headline": ("Cracked cranes close Port Maren terminals", STORY),
    "cut to half": ("Port Maren to close two terminals", halves(STORY)[0]),
    "with another box under it": ("Port Maren to close two terminals", STORY + BOX),
    "cut, under another headline, with a box": ("Trouble at the docks", halves(STORY)[0] + BOX),
    "with a dateline": ("Port Maren to close two terminals", f"PORT MAREN (Wire) - {STORY}"),
}


@pytest.mark.parametrize(("title", "text"), COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("is_turned", [False, True], ids=["whole first", "copy first"])
def test_a_copy_joins_what_it_copies_and_says_so(title: str, text: str, is_turned: bool) -> None:
    pair = [
        told("Port Maren to close two terminals", text=STORY, outlet="The Wire"),
        told(title, text=text, outlet="Courier"),
    ]
    one, other = pair[::-1] if is_turned else pair
    listener = in_the_newsroom()
    first, second = listener.hear(one, replace(other, published_at=NOON + timedelta(hours=5)))
    assert first == second
    assert listener.joinings[-1].copy_of == f"article-{len(listener.stories) - 2}"


def test_two_reports_with_one_long_boilerplate_are_no_copies_and_no_story() -> None:
    box = BOX * 2
    listener = in_the_newsroom()
    first, second = listener.hear(
        told("Port Maren to close two terminals", text=f"{halves(STORY)[0][:500]}{box}"),
        told("Miners' choir wins at first try", text=f"{OTHER[:500]}{box}", hours=1),
    )
    assert first != second
    assert listener.joinings[-1].copy_of is None


def test_a_house_style_under_every_report_of_an_outlet_joins_none_of_them() -> None:
    box = "\n\nThe Evening Courier has been printed in Velden since 1884. Its editor is Ada Quill. It costs two crowns."
    listener = Listener()
    heard = listener.hear(
        *(
            replace(each, text=f"{each.summary} {box}", summary="", outlet="Courier")
            for each in newsroom_articles()
            if each.summary
        )
    )
    plain = Listener()
    assert sizes(heard)[0] <= sizes(plain.hear(*newsroom_articles()))[0] + 2


# Look-alikes and retellings


@pytest.mark.parametrize("pair", pairs("look_alikes"))
@pytest.mark.parametrize("titles_only", [True, False], ids=["titles", "texts"])
def test_look_alikes_are_two_stories(pair: dict[str, Any], titles_only: bool) -> None:
    listener = in_the_newsroom(titles_only=titles_only)
    first, second = listener.hear(*articles_of(pair, titles_only=titles_only))
    assert first != second, explained(listener)


@pytest.mark.parametrize("pair", pairs("look_alikes"))
@pytest.mark.parametrize("titles_only", [True, False], ids=["titles", "texts"])
def test_look_alikes_are_two_stories_also_when_each_was_retold(pair: dict[str, Any], titles_only: bool) -> None:
    one, other = articles_of(pair, titles_only=titles_only)
    again = [replace(one, outlet="Meridian"), replace(other, outlet="Meridian")]
    listener = in_the_newsroom(titles_only=titles_only)
    first, _, second, last = listener.hear(one, again[0], other, again[1])
    assert first not in {second, last}, explained(listener)


@pytest.mark.parametrize("pair", pairs("retellings"))
@pytest.mark.parametrize("titles_only", [True, False], ids=["titles", "texts"])
def test_retellings_are_one_story(pair: dict[str, Any], titles_only: bool) -> None:
    listener = in_the_newsroom(titles_only=titles_only)
    first, second = listener.hear(*articles_of(pair, titles_only=titles_only))
    assert first == second, explained(listener)


def test_the_same_headline_and_a_few_same_words_at_another_outlet_are_one_story() -> None:
    for listener in (Listener(), in_the_newsroom()):
        words = ("Norvex fined $40 million over controls", "Norvex was fined $40 million.")
        heard = listener.hear(*(told(*words, hours=hour, outlet=f"Outlet {hour}") for hour in range(4)))
        assert len(set(heard)) == 1, explained(listener)


@pytest.mark.parametrize(
    "text",
    ["", "Norvex was fined $40 million.", "The watchdog fined the lender Norvex $40 million over its branch in Varde."],
)
@pytest.mark.parametrize("is_first", [True, False], ids=["first of all", "in the newsroom"])
def test_fifty_outlets_with_the_same_words_are_one_story(text: str, is_first: bool) -> None:
    listener = Listener() if is_first else in_the_newsroom(titles_only=not text)
    told_alike = [told(FINE, text, outlet=f"Outlet {number}", hours=number / 10) for number in range(50)]
    assert len(set(listener.hear(*told_alike))) == 1


def test_what_was_weighed_is_said() -> None:
    pair = cases("retellings")[0]
    listener = in_the_newsroom()
    listener.hear(*articles_of(pair, titles_only=False))
    joining = listener.joinings[-1]
    assert joining.article_id == f"article-{len(listener.stories) - 2}"
    assert joining.score >= joining.threshold
    assert "Norvex" in dict(joining.terms)
    weights = [weight for _, weight in joining.terms]
    assert weights == sorted(weights, reverse=True)
    assert joining.runner_up_score < joining.score


def test_what_differs_is_said() -> None:
    pair = cases("look_alikes")[0]
    listener = in_the_newsroom()
    listener.hear(*articles_of(pair, titles_only=False))
    joining = listener.joinings[-1]
    assert joining.story_id is None
    assert joining.runner_up == listener.stories[-2]
    assert {"Calder", "12"} <= set(joining.against)


# Headlines that come again


@pytest.mark.parametrize("title", ["Stock market today", "Answers for 22 November", "What to watch tonight"])
@pytest.mark.parametrize(
    "text", ["", "Number {day} rose in its turn. Most look to what day {day} of the week may bring."]
)
def test_what_an_outlet_prints_every_day_tells_another_story_each_day(title: str, text: str) -> None:
    days = [told(title.replace("22", str(22 + day)), text.format(day=day), hours=24 * day) for day in range(4)]
    listener = in_the_newsroom(titles_only=not text)
    assert len(set(listener.hear(*days))) == 4


def test_the_same_headline_on_the_same_day_is_one_story() -> None:
    listener = in_the_newsroom(titles_only=True)
    first, second = listener.hear(
        told("Norvex fined over controls"), told("Norvex fined over controls", hours=2, outlet="Circuit")
    )
    assert first == second


# Time

FINE = "Norvex Bank fined $40 million over money laundering controls"


def test_a_story_takes_articles_until_five_days_after_its_last_one() -> None:
    at = [timedelta(), WINDOW * 0.1, WINDOW * 0.2]
    late = [at[-1] + WINDOW + timedelta(minutes=1)]
    listener = in_the_newsroom(titles_only=True)
    heard = listener.hear(
        *(
            told(FINE, hours=gap / timedelta(hours=1), outlet=f"Outlet {number}")
            for number, gap in enumerate([*at, *late])
        )
    )
    assert len(set(heard[:3])) == 1
    assert heard[3] != heard[0]


def test_an_article_that_comes_late_joins_the_story_of_its_time() -> None:
    listener = in_the_newsroom(titles_only=True)
    first, second = listener.hear(told(FINE), told(FINE, hours=-20, outlet="Circuit"))
    assert first == second
    (third,) = listener.hear(told(FINE, hours=-20 - 121, outlet="Meridian"))
    assert third != first


# Merges


def grouper_of(articles: Sequence[Article], stories: Sequence[int]) -> Grouper:
    """Return what is remembered of a newsroom, and of articles that came to given stories."""
    grouper = Grouper()
    everything = [(article, 1000 + number) for number, article in enumerate(newsroom_articles())]
    for number, (article, story) in enumerate([*everything, *zip(articles, stories, strict=True)]):
        at = article.published_at or NOON
        _, weighed = grouper.place(features_of(article), at)
        grouper.add(f"article-{number}", story, weighed, at)
    return grouper


def of_one_event(count: int) -> list[Article]:
    title, text = cases("retellings")[0]["one"]
    return [
        told(title, f"{text} Edition {number}.", outlet=f"Outlet {number}", hours=number) for number in range(count)
    ]


def test_an_article_that_belongs_to_two_stories_shows_them_to_be_one() -> None:
    articles = of_one_event(5)
    joining, _ = grouper_of(articles[:4], [1, 1, 2, 2]).place(features_of(articles[4]), NOON + timedelta(hours=6))
    assert {joining.story_id, *joining.merges} == {1, 2}


def test_stories_that_were_parted_are_not_shown_to_be_one() -> None:
    articles = of_one_event(5)
    grouper = grouper_of(articles[:4], [1, 1, 2, 2])
    grouper.part(1, 2)
    joining, _ = grouper.place(features_of(articles[4]), NOON + timedelta(hours=6))
    assert joining.story_id in {1, 2}
    assert joining.merges == ()


@pytest.mark.parametrize("apart", [(1, 2), (2, 3), (1, 3)])
def test_a_third_story_never_brings_two_together_that_were_parted(apart: tuple[int, int]) -> None:
    articles = of_one_event(7)
    grouper = grouper_of(articles[:6], [1, 1, 2, 2, 3, 3])
    grouper.part(*apart)
    joining, _ = grouper.place(features_of(articles[6]), NOON + timedelta(hours=7))
    assert not set(apart) <= {joining.story_id, *joining.merges}


def test_what_a_story_was_parted_from_goes_with_it_into_another() -> None:
    articles = of_one_event(7)
    grouper = grouper_of(articles[:6], [1, 1, 2, 2, 3, 3])
    grouper.part(2, 3)
    grouper.merge(1, 2)
    joining, _ = grouper.place(features_of(articles[6]), NOON + timedelta(hours=7))
    assert joining.merges == ()


# Other languages

LANGUAGES = tomllib.loads((CASES / "languages.toml").read_text(encoding="utf-8"))


_ERRS = pytest.mark.xfail(
    strict=True,
    reason="Another case of the same authority joins: of a headline in Chinese too little differs after so few others",
)


@pytest.mark.parametrize(
    ("name", "titles_only"),
    [
        pytest.param(
            name,
            titles_only,
            id=f"{name}-{'titles' if titles_only else 'texts'}",
            marks=_ERRS if (name, titles_only) == ("chinese", True) else (),
        )
        for name in LANGUAGES
        for titles_only in (True, False)
    ],
)
def test_a_report_and_its_retellings_are_one_story_in_any_language(name: str, titles_only: bool) -> None:
    told_there = LANGUAGES[name]
    listener = in_the_newsroom(titles_only=titles_only)

    def articles(rows: list[list[str]], start: float) -> list[Article]:
        return [
            told(
                title,
                "" if titles_only else text,
                hours=start + number,
                outlet=f"Outlet {start}.{number}",
                language=told_there["code"],
            )
            for number, (title, text) in enumerate(rows)
        ]

    rows = told_there["background"]
    listener.hear(*articles(rows, -30), *articles([[text, title] for title, text in rows], -20))
    one = listener.hear(*articles([told_there["report"], *told_there["retellings"]], 0))
    others = listener.hear(*articles(told_there["others"], 4))
    assert len(set(one)) == 1, [joining.score for joining in listener.joinings[-5:]]
    assert one[0] not in others, explained(listener)
    assert len(set(others)) == 2


# Hostile


def test_ten_thousand_articles_with_one_headline_are_compared_with_few() -> None:
    listener = Listener()
    article = told("Buffalo buffalo buffalo", "Buffalo again and again.")
    for number in range(10_000):
        listener.hear(replace(article, outlet=f"Outlet {number % 7}"))
        if number % 1_000 == 999:
            joining, weighed = listener.grouper.place(features_of(article), NOON)
            assert len(listener.grouper.candidates(weighed, weighed.vectors(), NOON)) <= 5
            assert len(joining.merges) < 5
    assert len(set(listener.stories)) < 10


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.builds(
            told,
            st.sampled_from(["", "Norvex fined", "Norvex fined $40 million", "青岭啤酒", "\ud800", "-", "a" * 5000]),
            st.text(max_size=200) | st.sampled_from(["Norvex was fined.", STORY, OTHER]),
            hours=st.floats(-300, 300),
            outlet=st.sampled_from(["", "A", "B"]),
        ),
        max_size=40,
    )
)
def test_any_articles_in_any_order_come_each_to_one_story(articles: list[Article]) -> None:
    listener = Listener()
    for each in articles:
        (story,) = listener.hear(each)
        assert 1 <= story <= len(listener.stories)
    again = Listener()
    again.hear(*articles)
    assert again.stories == listener.stories
    assert again.joinings == listener.joinings


def test_while_nothing_is_known_of_words_two_headlines_that_share_a_few_are_two_stories() -> None:
    listener = Listener()
    one, other = listener.hear(
        told("Watchdog opens antitrust inquiry into bakers"),
        told("Antitrust probe into tyre makers widens", outlet="Circuit", hours=1),
    )
    assert one != other


def test_and_two_that_share_most_of_what_they_say_are_one() -> None:
    listener = Listener()
    one, other = listener.hear(
        told("Watchdog opens antitrust inquiry into bakers"),
        told("Antitrust inquiry into bakers opens", outlet="Circuit", hours=1),
    )
    assert one == other


def test_two_subjects_need_less_where_the_report_is_credited_to_an_outlet_of_the_story() -> None:
    listener = Listener()
    listener.hear(told("Norvex fined over rates", outlet="The Ledger"))
    retelling = told("Belmar fined over rates", outlet="Circuit", hours=1)
    asked = {}
    for credited in ("The Ledger", "Somebody Else"):
        features = features_of(retelling, [credited])
        weighed = listener.grouper.weigh(features)
        (story,) = listener.grouper.candidates(weighed, weighed.vectors(), NOON, credited=features.credited)
        asked[credited] = story.needed
    assert asked["The Ledger"] < asked["Somebody Else"]
