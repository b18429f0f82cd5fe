"""What stories are measured with: scores, the plain rival, and the sets with judged stories."""

import runpy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.stories import measure
from bench.story_corpora import Item, StorySet, Stream, days_of, shuffled, story_sets, telegram_pairs, titles_of
from bench.story_grouping import plain
from bench.story_growth import grow_plainly, read, write
from bench.story_rivals import SinglePass, group, streaming_vectors, whole_vectors
from bench.story_scores import Share, score
from bench.story_variety import Material, changer, material_of, varied
from stories.grouping import WINDOW
from stories.model import Article
from tests.corpus import DATA, missing

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
GROUPS = st.dictionaries(st.sampled_from("abcdefghij"), st.integers(0, 4))

needs_stories = pytest.mark.skipif(bool(missing("stories")), reason=missing("stories") or "")


def item(name: str, title: str, *, at: datetime = NOON) -> Item:
    return Item(id=name, article=Article(title=title), at=at)


def stream(*items: Item) -> Stream:
    return Stream(items=items, gold={each.id: each.id for each in items})


@pytest.fixture(scope="session")
def others_score() -> Callable[[dict[str, int], dict[str, int]], dict[str, Any]]:
    if reason := missing("score_stories.py"):
        pytest.skip(reason)
    found: Callable[[dict[str, int], dict[str, int]], dict[str, Any]]
    found = runpy.run_path(str(DATA / "score_stories.py"))["score"]
    return found


@given(judged=GROUPS.filter(bool), found=GROUPS)
def test_a_score_is_what_the_script_beside_the_data_says(
    others_score: Callable[[dict[str, int], dict[str, int]], dict[str, Any]],
    judged: dict[str, int],
    found: dict[str, int],
) -> None:
    ours, theirs = score([(judged, found)]), others_score(judged, found)
    assert (ours.articles, ours.gold, ours.found) == (theirs["n"], theirs["gold"], theirs["pred"])
    for share, name in ((ours.bcubed, "b3"), (ours.pairs, "pair")):
        for value, figure in ((share.precision, "p"), (share.recall, "r"), (share.f1, "f1")):
            assert value == pytest.approx(theirs[f"{name}_{figure}"], abs=0.000_051)


def test_streams_are_scored_together_and_their_stories_never_meet() -> None:
    both = score([({"a": 1, "b": 1}, {"a": 7, "b": 7}), ({"a": 1, "b": 1}, {"a": 7, "b": 8})])
    assert (both.articles, both.gold, both.found) == (4, 2, 3)
    assert both.bcubed == Share(precision=1.0, recall=0.75)
    assert both.pairs == Share(precision=1.0, recall=0.5)


def test_the_plain_rival_joins_what_shares_rare_words_and_nothing_else() -> None:
    told = stream(
        item("first", "Harbour bridge closed after storm"),
        item("other", "Minister opens new school"),
        item("again", "Storm: the harbour bridge stays closed"),
    )
    for vectors in (whole_vectors(told.items), streaming_vectors(told.items)):
        assert group(told, vectors, 0.3) == {"first": 0, "other": 1, "again": 0}
    assert len(set(group(told, whole_vectors(told.items), 1.1).values())) == 3


def test_the_plain_rival_knows_when_a_story_is_over() -> None:
    told = stream(item("first", "Storm hits coast"), item("later", "Storm hits coast", at=NOON + timedelta(days=6)))
    vectors = whole_vectors(told.items)
    assert group(told, vectors, 0.5) == {"first": 0, "later": 1}
    assert group(told, vectors, 0.5, window=timedelta(days=7)) == {"first": 0, "later": 0}


def test_an_article_without_words_starts_a_story_in_the_plain_rival() -> None:
    groups = SinglePass(0.0)
    assert [groups.place({}, NOON), groups.place({}, NOON)] == [0, 1]


def test_a_stream_is_cut_to_titles_and_days_and_shuffled_always_alike() -> None:
    full = Item(id="x", article=Article(title="T", summary="S", text="B"), at=NOON)
    told = stream(
        full, *(item(str(number), f"T {number}", at=NOON + timedelta(hours=9 * number)) for number in range(9))
    )
    assert titles_of(told).items[0].article == Article(title="T")
    assert [len(day.items) for day in days_of(told)] == [3, 2, 3, 2]
    mixed = shuffled(told)
    assert mixed == shuffled(told)
    assert [each.at for each in mixed.items] == [each.at for each in told.items]
    assert sorted(each.id for each in mixed.items) == sorted(told.gold)
    assert mixed.items != told.items


@needs_stories
def test_the_sets_hold_what_their_description_says() -> None:
    sizes = {each.name: (len(each.streams), sum(len(one.items) for one in each.streams)) for each in story_sets()}
    assert sizes == {
        "uci, titles": (4, 16_676),
        "basil, titles": (1, 300),
        "basil, texts": (1, 300),
        "ecbplus, texts": (1, 509),
        "ecbplus, shuffled": (1, 509),
    }
    pairs = telegram_pairs()
    assert (len(pairs), sum(each.is_one_story for each in pairs)) == (35, 18)
    for each in story_sets():
        for one in each.streams:
            assert all(a.at <= b.at for a, b in pairwise(one.items))


@pytest.fixture(scope="module")
def news() -> Material:
    """Headlines of 400 common words and of names: the commonest 300 stay, others change places, names become new."""
    words = [f"{first}{second}" for first in "abcdefghijklmnopqrst" for second in "abcdefghijklmnopqrst"]
    common = " ".join(words[:300])
    titles = [f"{common} {' '.join(words[300:])} Name{name}x in 1987" for name in "abcd" for _ in range(5)]
    articles = [Article(title=title, url="https://example.org/1") for title in [common] * 5 + titles]
    return material_of(articles, ["Text of Nameax"])


def test_the_last_round_of_variants_is_real_and_the_others_keep_only_the_commonest_words(news: Material) -> None:
    made = list(varied(news, 50))
    assert [article.title for article in made[-25:]] == [article.title for article in news.articles]
    earlier, real = made[10].title.split(), news.articles[10].title.split()
    assert len(made) == 50
    assert earlier[:300] == real[:300]
    assert sum(a == b for a, b in zip(earlier[300:], real[300:], strict=True)) < 20
    assert made[10].url is None


def test_a_word_becomes_the_same_throughout_a_round_and_keeps_its_capitals(news: Material) -> None:
    change = changer(news, 3)
    assert change("tt TT Tt") == " ".join([change("tt"), change("tt").upper(), change("tt").title()])
    assert change("1987") == change("1987") != "1987"
    assert change("never seen") == "never seen"
    assert changer(news, 3)("ta sb tc") == change("ta sb tc") != changer(news, 4)("ta sb tc")
    assert changer(news, 0)("ta sb tc") == "ta sb tc"


def test_some_variants_have_full_texts_and_no_two_are_alike(news: Material) -> None:
    texts = [article.text for article in varied(news, 60, text_every=10)]
    assert [number for number, text in enumerate(texts) if text] == [0, 10, 20, 30, 40, 50]
    assert texts[0] == "Text of Nameax"
    assert len(set(texts)) > 3


def test_one_set_is_scored_beside_the_plain_way(capsys: pytest.CaptureFixture[str]) -> None:
    bridge = [item(f"bridge-{number}", "Harbour bridge in Ostend closed after storm") for number in range(3)]
    school = [item(f"school-{number}", "Minister Peeters opens new school in Ghent") for number in range(2)]
    told = Stream(items=(*bridge, *school), gold={each.id: each.id.split("-")[0] for each in (*bridge, *school)})
    measure([StorySet(name="five", streams=(told,), aim=0.9)], ways={"ours": plain})
    title, ours, *rivals = capsys.readouterr().out.splitlines()[1:]
    assert title == "five: 5 articles, 2 stories; aims: F1 0.90 met, precision 0.88 met"
    assert ours.split()[:9] == ["ours", "1.000", "1.000", "1.000", "1.000", "1.000", "1.000", "2", "1.00"]
    assert [line.split()[0] for line in rivals[-4:]] == ["one", "one", "tuned", "the"]


def test_growth_is_measured_with_the_last_articles_of_a_file(tmp_path: Path, news: Material) -> None:
    file = tmp_path / "articles.jsonl"
    write(file, news, 60)
    items = list(read(file, 40, 10))
    assert [each.id for each in items] == [f"made-{number}" for number in range(10, 60)]
    assert items[40].at - items[0].at == WINDOW
    growth = grow_plainly(file, 40, 10)
    assert 0 < growth.mean <= growth.slowest
    assert 1 <= growth.groups <= 50


def test_a_story_is_over_when_the_window_has_passed_and_the_same_words_start_another() -> None:
    told = [
        item("first", "Harbour bridge in Ostend closed after storm"),
        item("next", "Ostend: harbour bridge closed, storm to blame", at=NOON + timedelta(days=4)),
        item("later", "After storm, Ostend harbour bridge stays closed", at=NOON + timedelta(days=8)),
        item("too late", "Storm and a closed harbour bridge in Ostend", at=NOON + timedelta(days=14)),
    ]
    groups = plain().groups(told)
    assert groups["first"] == groups["next"] == groups["later"] != groups["too late"]
