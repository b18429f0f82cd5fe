"""The newsroom that the demo watches: it must show what its data says, when it says so."""

import gzip
from calendar import timegm
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
import yaml
from lxml import etree

from alerts.matching import TopicIndex
from alerts.settings import TopicSettings
from demo.articles import Article, FaultKind, Outlet, Shows
from demo.config_template import config_text
from demo.newsroom import LENGTH, Document, load_newsroom
from demo.play import Play, expected
from demo.server import Served, serve
from scheduler.config import load_config
from stories.model import Article as Printed

NEWSROOM = load_newsroom()
OPENED_AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PLAY = Play(opened_at=OPENED_AT)
HALF_HOURS = [timedelta(minutes=30) * n for n in range(97)]

each_outlet = pytest.mark.parametrize("outlet", NEWSROOM.outlets, ids=lambda outlet: outlet.key)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def feed_of(outlet: Outlet, at: timedelta) -> Document:
    return NEWSROOM.render(outlet, at, address=f"http://127.0.0.1:8000/{outlet.key}/", instant=PLAY.instant)


def entries_of(outlet: Outlet, at: timedelta) -> list[Any]:
    document = feed_of(outlet, at)
    parsed = feedparser.parse(document.body, response_headers={"content-type": document.headers["Content-Type"]})
    assert not parsed.bozo, parsed.get("bozo_exception")
    return list(parsed.entries)


def key_in(link: str) -> str:
    return urlsplit(link).path.rsplit("/", 1)[-1]


def shown_words(article: Article) -> str:
    shows = NEWSROOM.outlet(article.outlet).shows
    summary = article.summary if shows is not Shows.TEXT else ""
    text = article.text if shows is not Shows.SUMMARY else ""
    return f"{article.title} {summary} {text}"


@contextmanager
def served_at(clock: Callable[[], timedelta]) -> Iterator[Served]:
    with serve(NEWSROOM, clock=clock, instant=PLAY.instant) as served:
        yield served


@contextmanager
def asked(address: str, headers: dict[str, str] | None = None) -> Iterator[HTTPResponse]:
    parts = urlsplit(address)
    connection = HTTPConnection(parts.netloc, timeout=5)
    try:
        connection.request("GET", parts.path, headers=headers or {})
        yield connection.getresponse()
    finally:
        connection.close()


# The data


def test_ten_outlets_publish_some_sixty_articles() -> None:
    assert len(NEWSROOM.outlets) >= 10
    assert 55 <= len(NEWSROOM.articles) <= 75


def test_every_article_has_words_and_a_time_before_the_end() -> None:
    for article in NEWSROOM.articles:
        assert article.title and article.summary and article.text, article.id
        assert article.at < LENGTH, article.id
        assert all(article.at < edit.at < LENGTH for edit in article.edits), article.id


def test_every_feed_says_that_it_is_a_demonstration() -> None:
    for outlet in NEWSROOM.outlets:
        assert "demonstration" in outlet.about, outlet.key


def test_an_article_with_a_story_has_a_stage_and_the_reverse() -> None:
    assert all((article.story is None) == (article.stage is None) for article in NEWSROOM.articles)


def test_retellings_come_after_what_they_credit_and_name_it() -> None:
    for article in NEWSROOM.articles:
        for key in article.credits:
            outlet = NEWSROOM.outlet(key)
            assert outlet.name in shown_words(article) + article.text, (article.id, outlet.name)
            if article.story:
                told = [a.at for a in NEWSROOM.articles if a.outlet == key and a.story == article.story]
                assert min(told) < article.at, article.id


def test_a_copy_has_the_words_of_its_original_whole_or_cut() -> None:
    originals = {article.id: article for article in NEWSROOM.articles}
    copies = [article for article in NEWSROOM.articles if article.copy_of]
    assert sum(article.repeats for article in copies) == 5
    for copy in copies:
        original = originals[copy.copy_of or ""]
        assert copy.title == original.title
        assert original.text.startswith(copy.text)
        assert (copy.text == original.text) == copy.repeats


def test_the_topics_of_the_demo_find_what_they_want_and_nothing_else() -> None:
    index = TopicIndex(map(TopicSettings.model_validate, yaml.safe_load(config_text({}))["topics"]))
    for article in NEWSROOM.articles:
        for shown in (article, article.as_of(LENGTH)):
            found = index.match(Printed(title=shown_words(shown)))
            assert {match.topic for match in found if not match.is_excluded} == set(article.topics), article.id


def test_words_without_the_matter_are_among_the_noise() -> None:
    noise = " ".join(shown_words(article).lower() for article in NEWSROOM.articles if not article.topics)
    for word in ("monopoly", "football competition", "oracle", "stargate", "antitrust", "stake", "complained"):
        assert word in noise


def test_what_is_to_be_found_is_counted_from_the_data() -> None:
    facts = expected(NEWSROOM)
    assert facts.articles == len(NEWSROOM.articles)
    assert facts.articles - facts.distinct == 5
    assert len(facts.edited) >= 3
    assert ("ledger/new-contract-talks", "Partnership and renegotiation") in facts.matches
    assert ("complaint", "Antitrust complaints") in facts.first_reports
    assert ("complaint", "Antitrust complaints", "considering") not in facts.updates
    assert {stage for story, _, stage in facts.updates if story == "complaint"} == {"filed", "case opened"}
    assert {story for story, *_ in facts.updates} < {story for story, _ in facts.first_reports}
    assert len(facts.first_reports) + len(facts.updates) < len(facts.matches) / 2


def test_the_stages_of_the_stories_are_those_of_the_topics() -> None:
    topics = [TopicSettings.model_validate(topic) for topic in yaml.safe_load(config_text({}))["topics"]]
    stages = {topic.name: {stage.name for stage in topic.stages} for topic in topics}
    for story, topic, stage in expected(NEWSROOM).updates:
        assert stage in stages[topic], story


# The feeds


@each_outlet
def test_a_feed_is_well_formed_at_any_time_but_when_it_is_broken(outlet: Outlet) -> None:
    for at in HALF_HOURS:
        document = feed_of(outlet, at)
        fault = outlet.fault(at)
        if fault is None:
            assert document.status == 200
            etree.fromstring(document.body)
        elif fault.kind is FaultKind.UNAVAILABLE:
            assert document.status == 503
        else:
            assert document.status == 200
            with pytest.raises(etree.XMLSyntaxError):
                etree.fromstring(document.body)


@each_outlet
def test_a_feed_lists_what_was_published_and_nothing_before_its_time(outlet: Outlet) -> None:
    for at in HALF_HOURS[::4]:
        if outlet.fault(at):
            continue
        published = {
            article.key: article.as_of(at)
            for article in NEWSROOM.articles
            if article.outlet == outlet.key and article.at <= at
        }
        entries = entries_of(outlet, at)
        assert len(entries) == len(published)
        assert {key_in(entry.link): entry.title for entry in entries} == {
            key: article.title for key, article in published.items()
        }


@each_outlet
def test_an_etag_changes_exactly_when_the_body_does(outlet: Outlet) -> None:
    documents = [feed_of(outlet, at) for at in HALF_HOURS]
    tagged = [document for document in documents if document.status == 200]
    pairs = {(document.headers["ETag"], document.body) for document in tagged}
    assert len(pairs) == len({tag for tag, _ in pairs}) == len({body for _, body in pairs})


def test_an_edit_changes_the_title_and_not_the_guid() -> None:
    edited = [article for article in NEWSROOM.articles if article.edits]
    assert len(edited) >= 3
    for article in edited:
        outlet, edit = NEWSROOM.outlet(article.outlet), article.edits[0]
        before, after = (
            next(entry for entry in entries_of(outlet, at) if key_in(entry.link) == article.key)
            for at in (edit.at - hours(0.1), edit.at)
        )
        assert before.title == article.title
        assert after.title == edit.title != before.title
        assert (before.id, before.link) == (after.id, after.link)


def test_one_outlet_mints_new_guids_and_links_with_every_poll() -> None:
    outlet = NEWSROOM.outlet("evening")
    before, after = ({(e.id, e.link) for e in entries_of(outlet, hours(at))} for at in (30.0, 30.1))
    assert before and not before & after
    assert {key_in(link) for _, link in before} == {key_in(link) for _, link in after}


def test_a_broken_feed_is_a_web_page_then_half_a_feed_then_well() -> None:
    outlet = NEWSROOM.outlet("meridian")
    assert feed_of(outlet, hours(13)).headers["Content-Type"].startswith("text/html")
    assert feed_of(outlet, hours(20)).body.startswith(b"<?xml")
    assert b"</rss>" not in feed_of(outlet, hours(20)).body
    published_meanwhile = [entry.link for entry in entries_of(outlet, hours(24))]
    assert any(link.endswith("/worth-of-a-third") for link in published_meanwhile)


def test_the_newsletter_box_is_under_every_text_of_one_outlet() -> None:
    outlet = NEWSROOM.outlet("cloudweek")
    assert outlet.box
    for entry in entries_of(outlet, LENGTH):
        assert "inbox before the first meeting" in entry.content[0].value


def test_articles_are_dated_when_they_appear_and_old_ones_days_ago() -> None:
    dated = {
        key_in(entry.link): datetime.fromtimestamp(timegm(entry.published_parsed), UTC)
        for entry in entries_of(NEWSROOM.outlet("ledger"), LENGTH)
    }
    assert dated["new-contract-talks"] == OPENED_AT - hours(80)
    assert OPENED_AT < dated["openai-weighs-complaint"] < OPENED_AT + timedelta(seconds=2)
    assert dated["view-clouds"] <= PLAY.ends_at


def test_the_four_forms_of_feeds_are_all_written() -> None:
    versions = {feedparser.parse(feed_of(outlet, hours(5)).body).version for outlet in NEWSROOM.outlets}
    assert versions == {"rss20", "rss10", "rss092", "atom10"}


# The play


def test_two_days_pass_in_half_a_minute() -> None:
    assert PLAY.at(OPENED_AT - hours(1)) == hours(0)
    assert PLAY.at(OPENED_AT + timedelta(seconds=15)) == hours(24)
    assert PLAY.at(OPENED_AT + hours(1)) == LENGTH
    assert PLAY.ends_at == OPENED_AT + timedelta(seconds=30)


@pytest.mark.parametrize("at", [hours(0), hours(7.5), hours(48)])
def test_an_instant_of_the_play_leads_back_to_its_time(at: timedelta) -> None:
    assert PLAY.at(PLAY.instant(at)) == at


# The server


def test_a_feed_asked_with_its_etag_answers_304_until_something_is_published() -> None:
    now = [hours(1)]
    with served_at(lambda: now[0]) as served:
        address = served.feeds["The Ledger"]
        with asked(address) as first:
            tag = first.headers["ETag"]
            assert (first.status, b"openai-weighs" in first.read()) == (200, False)
        with asked(address, {"If-None-Match": tag}) as known:
            assert (known.status, known.read()) == (304, b"")
        now[0] = hours(2)
        with asked(address, {"If-None-Match": tag}) as changed:
            assert (changed.status, b"openai-weighs" in changed.read()) == (200, True)
        assert served.answers() == served.answers("ledger") == {200: 2, 304: 1}


def test_gzip_is_given_to_those_who_ask_under_an_etag_of_its_own() -> None:
    with served_at(lambda: hours(3)) as served:
        address = served.feeds["Open Circuit"]
        with asked(address) as plain, asked(address, {"Accept-Encoding": "gzip"}) as packed:
            assert packed.headers["Content-Encoding"] == "gzip"
            assert gzip.decompress(packed.read()) == plain.read()
            assert packed.headers["ETag"] != plain.headers["ETag"]
            tag = packed.headers["ETag"]
        with asked(address, {"Accept-Encoding": "gzip", "If-None-Match": tag}) as known:
            assert known.status == 304


def test_one_connection_serves_many_requests() -> None:
    with served_at(lambda: hours(3)) as served:
        parts = urlsplit(served.feeds["Open Circuit"])
        connection = HTTPConnection(parts.netloc, timeout=5)
        connection.connect()
        socket = connection.sock
        for _ in range(3):
            connection.request("GET", parts.path)
            assert connection.getresponse().read()
            assert connection.sock is socket
        connection.close()


def test_every_link_in_every_feed_leads_to_its_article() -> None:
    titles = {article.id: article.as_of(LENGTH).title for article in NEWSROOM.articles}
    with served_at(lambda: LENGTH) as served:
        for outlet in NEWSROOM.outlets:
            with asked(served.feeds[outlet.name]) as answer:
                entries = feedparser.parse(answer.read()).entries
            assert entries
            for entry in entries:
                with asked(entry.link) as page:
                    assert page.status == 200
                    heading = etree.HTML(page.read()).findtext(".//h1")
                    assert heading == titles[f"{outlet.key}/{key_in(entry.link)}"]


def test_a_page_is_not_there_before_its_time() -> None:
    with served_at(lambda: hours(1)) as served:
        for path, status in (("", 200), ("openai-weighs-complaint", 404), ("nonsense", 404)):
            with asked(served.addresses["ledger"] + path) as answer:
                assert answer.status == status


def test_a_server_that_ended_has_left_no_port_open() -> None:
    with served_at(lambda: hours(1)) as served:
        address = served.feeds["Open Circuit"]
    with pytest.raises(ConnectionRefusedError), asked(address):
        pass


# The config


def test_the_config_is_good_as_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    with served_at(lambda: hours(1)) as served:
        file.write_text(config_text(served.feeds), encoding="utf-8")
    config = load_config(file, {})
    assert {feed.name: feed.address for feed in config.feeds} == served.feeds
    assert config.notes == ()


def test_the_config_watches_every_outlet_through_one_channel() -> None:
    with served_at(lambda: hours(1)) as served:
        config = yaml.safe_load(config_text(served.feeds, every="2s"))
    assert {feed["name"]: feed["address"] for feed in config["feeds"]} == served.feeds
    assert {feed["every"] for feed in config["feeds"]} == {"2s"}
    assert set(config["channels"]) == {"console"}
    assert {topic["name"] for topic in config["topics"]} == {
        topic for article in NEWSROOM.articles for topic in article.topics
    }
