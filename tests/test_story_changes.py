"""What people and rules change about stories: merges, joins, splits; what is remembered of them, and what is told."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stories.store import Store, stamp
from stories.store_alerts import add_alert
from stories.store_articles import add_article, article_by_id, continue_story, start_story
from stories.store_stories import (
    ChangeKind,
    changes_of,
    home_of,
    merge_stories,
    parted_pairs,
    split_story,
    story_by_id,
)
from stories.store_telling import alerts_counting_for, alerts_of_story
from tests.building import NOON, archived, article

TOPIC = "Antitrust"


def hours(number: int) -> timedelta:
    return timedelta(hours=number)


def story(store: Store, *ids: str, at: int = 0) -> int:
    """Keep one article an hour, from hour `at` on, all of one new story; return its number."""
    with store.writing():
        number = start_story(store, at=NOON + hours(at))
        for hour, id in enumerate(ids, at):
            add(store, id, number, hour)
    return number


def add(store: Store, id: str, story_id: int, hour: int) -> None:
    at = NOON + hours(hour)
    kept = archived(article(title=f"Headline {id}", published_at=at, url=None), id=id, story_id=story_id, seen_at=at)
    add_article(store, kept, feed_id=None)
    continue_story(store, story_id, at=at)


def tell(store: Store, article_id: str, *, hour: int) -> None:
    """Make an alert of an article in the story where it is now."""
    kept = article_by_id(store, article_id)
    assert kept
    with store.writing():
        add_alert(
            store,
            topic=TOPIC,
            story_id=kept.story_id,
            article_id=article_id,
            headline=kept.article.title,
            channels=(),
            now=NOON + hours(hour),
        )


def join(store: Store, kept: int, gone: int, *, hour: int, kind: ChangeKind = ChangeKind.JOIN) -> None:
    with store.writing():
        merge_stories(store, kept, gone, kind=kind, reason="", now=NOON + hours(hour))


def split(store: Store, story_id: int, *ids: str, hour: int) -> int:
    with store.writing():
        return split_story(store, story_id, ids, reason="", now=NOON + hours(hour))


def members(store: Store, story_id: int) -> list[str]:
    rows = store.db.execute("SELECT id FROM articles WHERE story_id = ? ORDER BY seq", [story_id])
    return [id for (id,) in rows]


def told_by(store: Store, story_id: int) -> list[str]:
    """Return the articles whose alerts count for a story."""
    return [alert.article_id for alert in alerts_counting_for(store, story_id, TOPIC)]


def test_a_join_moves_articles_alerts_and_times(store: Store) -> None:
    one, other = story(store, "a", "b", at=5), story(store, "c", at=2)
    tell(store, "c", hour=3)
    join(store, one, other, hour=9)
    assert members(store, one) == ["a", "b", "c"]
    assert [alert.article_id for alert in alerts_of_story(store, one)] == ["c"]
    kept, gone = story_by_id(store, one), story_by_id(store, other)
    assert kept and gone
    assert (kept.started_at, kept.last_article_at) == (NOON + hours(2), NOON + hours(6))
    assert (kept.joined_to, gone.joined_to, home_of(store, other)) == (None, one, one)
    (change,) = changes_of(store, other)
    assert (change.kind, change.article_ids) == (ChangeKind.JOIN, ("c",))


def test_a_split_takes_articles_their_alerts_and_times_along(store: Store) -> None:
    one = story(store, "a", "b", "c")
    tell(store, "b", hour=1)
    other = split(store, one, "b", "c", hour=9)
    assert (members(store, one), members(store, other)) == (["a"], ["b", "c"])
    assert [alert.article_id for alert in alerts_of_story(store, other)] == ["b"]
    left, new = story_by_id(store, one), story_by_id(store, other)
    assert left and new
    assert left.last_article_at == NOON
    assert (new.started_at, new.last_article_at) == (NOON + hours(1), NOON + hours(2))


def test_a_story_that_is_over_takes_articles_again_only_with_one_that_is_not(store: Store) -> None:
    one, other, third = story(store, "a"), story(store, "b"), story(store, "c")
    store.db.execute("UPDATE stories SET is_over = 1 WHERE id IN (?, ?)", [one, other])
    over = "SELECT is_over FROM stories WHERE id = ?"
    join(store, one, other, hour=1)
    assert store.db.execute(over, [one]).fetchone() == (1,)
    join(store, one, third, hour=2)
    assert [store.db.execute(over, [each]).fetchone()[0] for each in (one, other, third)] == [0, 1, 1]


def test_a_number_leads_through_every_join_to_where_its_articles_are(store: Store) -> None:
    one, two, three = story(store, "a"), story(store, "b"), story(store, "c")
    join(store, two, three, hour=1)
    join(store, one, two, hour=2)
    assert [home_of(store, each) for each in (one, two, three, 99)] == [one, one, one, None]


def parted(store: Store, number: int) -> set[int]:
    """Return from which stories people parted this one."""
    return {one + other - number for one, other in parted_pairs(store) if number in (one, other)}


def test_what_was_split_is_parted_from_both_sides_until_somebody_joins_it(store: Store) -> None:
    one = story(store, "a", "b", "c")
    other = split(store, one, "c", hour=1)
    assert (parted(store, one), parted(store, other)) == ({other}, {one})
    join(store, one, other, hour=2)
    assert parted(store, one) == set()
    again = split(store, one, "c", hour=3)
    assert (parted(store, one), parted(store, again)) == ({again}, {one})


def test_what_goes_into_a_story_brings_along_from_what_it_was_parted(store: Store) -> None:
    one, elder = story(store, "a", "b"), story(store, "z")
    other, third = split(store, one, "b", hour=1), story(store, "c")
    join(store, elder, one, hour=2, kind=ChangeKind.MERGE)
    assert (parted(store, elder), parted(store, other)) == ({other}, {elder})
    join(store, third, other, hour=3)
    assert (parted(store, elder), parted(store, third)) == ({third}, {elder})
    assert parted(store, 99) == set()


def test_a_merge_by_rule_that_a_split_takes_back_is_not_made_again(store: Store) -> None:
    one, other = story(store, "a"), story(store, "b")
    join(store, one, other, hour=1, kind=ChangeKind.MERGE)
    again = split(store, one, "b", hour=2)
    assert parted(store, again) == {one}


@pytest.mark.parametrize("told", ["a", "b"])
def test_what_was_told_before_a_split_counts_for_both(store: Store, told: str) -> None:
    one = story(store, "a", "b")
    tell(store, told, hour=2)
    other = split(store, one, "b", hour=3)
    assert (told_by(store, one), told_by(store, other)) == ([told], [told])


def test_what_is_told_after_a_split_counts_for_one(store: Store) -> None:
    one = story(store, "a", "b")
    other = split(store, one, "b", hour=3)
    tell(store, "b", hour=4)
    assert (told_by(store, one), told_by(store, other)) == ([], ["b"])


def test_what_was_told_before_a_join_counts_for_the_whole(store: Store) -> None:
    one, other = story(store, "a"), story(store, "b")
    tell(store, "b", hour=2)
    join(store, one, other, hour=3)
    assert told_by(store, one) == ["b"]


def test_an_article_moved_to_its_right_story_takes_nothing_of_that_back_to_the_wrong_one(store: Store) -> None:
    wrong, right = story(store, "a", "x"), story(store, "y")
    tell(store, "y", hour=2)
    moved = split(store, wrong, "x", hour=3)
    join(store, right, moved, hour=4)
    assert members(store, right) == ["x", "y"]
    assert (told_by(store, wrong), told_by(store, right)) == ([], ["y"])


def test_a_join_taken_back_leaves_each_what_it_was_told_before(store: Store) -> None:
    told, untold = story(store, "a"), story(store, "b", "c")
    tell(store, "a", hour=2)
    join(store, told, untold, hour=3)
    again = split(store, told, "b", "c", hour=4)
    assert (told_by(store, told), told_by(store, again)) == (["a"], [])


def test_what_was_told_while_two_were_joined_counts_for_both(store: Store) -> None:
    one, other = story(store, "a"), story(store, "b")
    join(store, one, other, hour=1)
    tell(store, "a", hour=2)
    again = split(store, one, "b", hour=3)
    tell(store, "a", hour=4)
    assert (told_by(store, one), told_by(store, again)) == (["a", "a"], ["a"])


def test_a_split_taken_back_is_told_once_by_all(store: Store) -> None:
    one = story(store, "a", "b")
    tell(store, "a", hour=2)
    other = split(store, one, "b", hour=3)
    tell(store, "b", hour=4)
    join(store, one, other, hour=5)
    assert told_by(store, one) == ["a", "b"]


def test_a_merge_and_an_alert_of_one_instant_go_together(store: Store) -> None:
    one, other = story(store, "a"), story(store, "b")
    join(store, one, other, hour=3, kind=ChangeKind.MERGE)
    tell(store, "b", hour=3)
    assert told_by(store, one) == ["b"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_joined_and_split_no_alert_is_lost_or_made_again(store: Store, data: st.DataObject) -> None:
    """Against what a story was told kept step by step: a split copies it, a join adds it up."""
    for table in ("story_changes", "alerts", "articles", "stories"):
        store.db.execute(f"DELETE FROM {table}")
    ids = [f"article-{number}" for number in range(5)]
    told = {story(store, id): set[str]() for id in ids}
    came_with_a_join = set[str]()
    for hour in range(10, 10 + data.draw(st.integers(1, 8))):
        numbers = sorted(told)
        article_id = data.draw(st.sampled_from(ids))
        kept = article_by_id(store, article_id)
        assert kept
        match data.draw(st.sampled_from(["tell", "join", "split"])):
            case "tell":
                tell(store, article_id, hour=hour)
                told[kept.story_id].add(f"{article_id} {stamp(NOON + hours(hour))}")
            case "join" if len(numbers) > 1:
                one, other = data.draw(st.permutations(numbers))[:2]
                came_with_a_join |= set(members(store, other))
                join(store, one, other, hour=hour)
                told[one] |= told.pop(other)
            case "split" if len(members(store, kept.story_id)) > 1:
                one = kept.story_id
                was_joined = not came_with_a_join.isdisjoint(members(store, one))
                new = split(store, one, article_id, hour=hour)
                told[new] = set(told[one])
                if was_joined:  # a join may be taken back, from either side, and what leaves has less: see the tests
                    told[new] = {
                        f"{a.article_id} {stamp(a.created_at)}" for a in alerts_counting_for(store, new, TOPIC)
                    }
                    assert told[new] <= told[one]
    for number, wanted in told.items():
        counting = alerts_counting_for(store, number, TOPIC)
        assert {f"{alert.article_id} {stamp(alert.created_at)}" for alert in counting} == wanted
