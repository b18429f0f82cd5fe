"""The newsroom told to the archive in order of publication: what becomes of its stories, by the data's own labels."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.parsing import parse
from demo import feeds
from demo.articles import Article
from demo.config_template import config_text
from demo.newsroom import load_newsroom
from demo.play import Play, expected
from scheduler.arrival import Arrival
from scheduler.config import load_config
from scheduler.demo_account import lines_of_account, read_account
from scheduler.ingest import take_in
from scheduler.watch import Watch, watch_of
from stories.store import Store, open_store
from stories.store_feeds import watch_feeds, watched_feeds

NEWSROOM = load_newsroom()
LABELS = expected(NEWSROOM)
PLAY = Play(opened_at=datetime(2026, 11, 22, 9, tzinfo=UTC))
ADDRESS = {
    outlet.key: f"http://127.0.0.{number}:8000/{outlet.key}/" for number, outlet in enumerate(NEWSROOM.outlets, start=2)
}
ALLOWED = 4  # first reports too many: when in doubt a story is split
BY_LINK = {ADDRESS[article.outlet] + article.key: article for article in NEWSROOM.articles}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("demo")
    watch = watching(folder)
    with open_store(folder / "wirewatch.db") as store:
        watch_feeds(store, [(feed.address, feed.name) for feed in watch.feeds.values()], now=PLAY.opened_at)
        for article in NEWSROOM.articles:
            publish(store, article, watch)
        yield store


def watching(folder: Path) -> Watch:
    path = folder / "config.yaml"
    path.write_text(config_text({outlet.name: ADDRESS[outlet.key] for outlet in NEWSROOM.outlets}), encoding="utf-8")
    return watch_of(load_config(path, {}))


def publish(store: Store, article: Article, watch: Watch) -> None:
    outlet, address = NEWSROOM.outlet(article.outlet), ADDRESS[article.outlet]
    document = feeds.write(outlet, (article,), at=article.at, address=address, instant=PLAY.instant)
    parsed = parse(document, address=address, outlet=outlet.name, language=None, limit=1)
    (feed_id,) = (feed.id for feed in watched_feeds(store) if feed.address == address)
    arrival = Arrival(
        feed_id=feed_id,
        origin=address,
        feed_name=outlet.name,
        now=max(PLAY.instant(article.at), PLAY.opened_at),
        is_baseline=article.at < timedelta(),
        baseline_age=timedelta(hours=24),
    )
    with store.writing():
        take_in(store, parsed.articles, watch, arrival)


def rows(store: Store, columns: str, tables: str) -> list[tuple[str, ...]]:
    """Return `columns` behind the newsroom's id of the article that each row is about."""
    found = store.db.execute(f"SELECT url, {columns} FROM {tables}").fetchall()
    return [(BY_LINK[url.partition("?")[0]].id, *rest) for url, *rest in found]


def groups(store: Store) -> dict[str, str]:
    return {id: str(story) for id, story in rows(store, "story_id", "articles")}


def alerts(store: Store, kind: str) -> list[tuple[str, str, str]]:
    told = rows(store, "topic, alerts.stage, kind", "alerts JOIN articles ON articles.id = article_id")
    return [(LABELS.story_of[id], topic, stage) for id, topic, stage, found in told if found == kind]


def test_every_match_is_decided_on(archive: Store) -> None:
    matched = rows(archive, "topic", "matches JOIN articles ON articles.id = article_id WHERE outcome != 'excluded'")
    assert set(matched) == LABELS.matches


def test_every_story_is_told_under_its_topic(archive: Store) -> None:
    assert {(story, topic) for story, topic, _ in alerts(archive, "first")} == LABELS.first_reports


def test_hardly_a_story_is_told_as_two(archive: Store) -> None:
    assert len(alerts(archive, "first")) <= len(LABELS.first_reports) + ALLOWED


def test_every_stage_that_somebody_reports_himself_is_an_update(archive: Store) -> None:
    told = alerts(archive, "update")
    assert set(told) <= LABELS.updates
    assert len(LABELS.updates - set(told)) <= 2
    assert max(Counter(told).values()) <= 2


def test_an_update_gives_its_reason(archive: Store) -> None:
    reasons = rows(archive, "reason", "matches JOIN articles ON articles.id = article_id WHERE outcome = 'update'")
    assert reasons
    for id, reason in reasons:
        assert reason.startswith("stage "), (id, reason)


def test_stories_are_those_of_the_labels_or_parts_of_them(archive: Store) -> None:
    found = groups(archive)
    assert b_cubed(found, LABELS.story_of) >= 0.85  # precision: what stands together belongs together
    assert b_cubed(LABELS.story_of, found) >= 0.75  # recall


def b_cubed(groups: Mapping[str, str], truth: Mapping[str, str]) -> float:
    """Return how much of what stands with an article in its group belongs there, on the average."""
    together = Counter(zip(groups.values(), (truth[id] for id in groups), strict=True))
    sizes = Counter(groups.values())
    return sum(together[groups[id], truth[id]] / sizes[groups[id]] for id in groups) / len(groups)


LOOK_ALIKES = {
    ("harbour/hw-1005", "harbour/hw-1006"),  # two matters before the same authority
    ("harbour/hw-1001", "circuit/openai-oracle"),  # two deals of OpenAI
    ("continental/cement-decision", "ofm/case-5127-opened"),
    ("circuit/openai-oracle", "screenlight/oracle-of-the-tides"),
}
TOO_MUCH_ALIKE = {
    ("circuit/microsoft-two-models", "circuit/assistant-switch"),  # Microsoft's models, and what one of them is put to
    ("ledger/openai-weighs-complaint", "ledger/microsoft-may-walk"),  # two quarrels of the same two companies
}


def test_look_alikes_stay_stories_of_their_own(archive: Store) -> None:
    """Two pairs are at the edge, each two matters of the same names within hours: at most one of them may err."""
    found = groups(archive)
    erring = {(one, other) for one, other in LOOK_ALIKES | TOO_MUCH_ALIKE if found[one] == found[other]}
    assert erring <= TOO_MUCH_ALIKE
    assert len(erring) <= 1


def test_copies_are_with_what_they_copy(archive: Store) -> None:
    found = groups(archive)
    for article in NEWSROOM.articles:
        if article.copy_of:
            assert found[article.id] == found[article.copy_of], article.id


def test_nobody_is_credited_who_is_not(archive: Store) -> None:
    credited = credits(archive)
    said = {(article.id, NEWSROOM.outlet(key).name) for article in NEWSROOM.articles for key in article.credits}
    assert credited <= said
    assert len(credited) >= 0.8 * len(said)


def credits(store: Store) -> set[tuple[str, ...]]:
    return set(rows(store, "credits.outlet", "credits JOIN articles ON articles.id = article_id"))


def test_whoever_only_retells_makes_no_alert_of_a_told_story(archive: Store) -> None:
    untold = rows(archive, "reason", "matches JOIN articles ON articles.id = article_id WHERE outcome = 'already told'")
    assert ("harbour/hw-1002", "only retells The Ledger") in untold
    assert ("courier/openai-files-antitrust-complaint", "a near copy of the article in Harbour Wire") in untold


def test_the_account_tells_of_every_match_and_fits_a_terminal(archive: Store) -> None:
    account = read_account(archive)
    held = [match for match in account.untold if match.outcome == "excluded"]
    assert len(account.alerts) + len(account.untold) - len(held) == len(LABELS.matches)
    lines = list(lines_of_account(account, published=LABELS.articles))
    assert max(map(len, lines)) <= 78  # two blanks before each
    told = " ".join(lines)
    updates = len(alerts(archive, "update"))
    assert f"{len(account.alerts)} alerts made, 0 sent: {len(account.alerts) - updates} first reports" in told
    assert f"{len(account.untold)} matches not told:" in told
    assert "only retell a report" in told
    assert "The Ledger in" in told


def test_an_update_is_not_among_what_was_not_told(archive: Store) -> None:
    assert {match.outcome for match in read_account(archive).untold} == {"already told", "baseline", "excluded"}
