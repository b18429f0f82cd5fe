"""First reports and updates, from the feed to the messages that arrive: what is told, what is not, and why."""

import asyncio
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from alerts.next_message import Rules
from alerts.outbox import deliver_due
from alerts.settings import Channel
from crawler.poll import Outcome, PollResult
from scheduler.arrival import Arrival
from scheduler.config import load_config
from scheduler.ingest import ingest_poll, take_in
from scheduler.watch import watch_of
from stories.model import Article
from stories.store import Store, open_store
from stories.store_alerts import newest_alerts
from stories.store_articles import articles_told_with
from stories.store_feeds import watch_feeds, watched_feeds
from stories.store_grouping import merge_by_rule
from stories.store_stories import ChangeKind, merge_stories, split_story
from tests.building import NOON
from tests.hearing import newsroom_articles
from tests.receivers import Webhook
from tests.ticking import Clock

FEEDS = ("The Ledger", "Circuit", "Meridian", "Evening Courier", "Harbour News")

CONFIG = """\
service: {database: archive.db}
feeds:
%s
topics:
  - name: Ports
    keywords: [terminal, crane]
    updates: %s
    stages:
      - planned: [will close, to close]
      - in court: [sue, suit, lawsuit]
      - decided: [court rules, judge rules]
    channels: [hook]
channels:
  hook: {url: "json://127.0.0.1/hook"}
"""


@dataclass
class Desk:
    """An archive whose feeds are polled by hand, and a webhook to which it tells what it has to tell."""

    folder: Path
    webhook: Webhook
    store: Store

    def configure(self, updates: str) -> None:
        feeds = "\n".join(f'  - {{name: {name}, address: "{address_of(name)}", every: 15m}}' for name in FEEDS)
        (self.folder / "config.yaml").write_text(CONFIG % (feeds, updates), encoding="utf-8")
        watch_feeds(self.store, [(address_of(name), name) for name in FEEDS], now=NOON)
        for name in FEEDS:  # so that nothing that follows is a baseline
            self.poll(name, told("Weather stays mild", "Rain is expected.", outlet=name))

    def poll(self, feed: str, *articles: Article, now: datetime = NOON) -> None:
        (feed_id,) = [each.id for each in watched_feeds(self.store) if each.address == address_of(feed)]
        watch = watch_of(load_config(self.folder / "config.yaml", {}))
        answer = PollResult(feed_id=feed_id, outcome=Outcome.ANSWERED, articles=articles, entries=len(articles))
        ingest_poll(self.store, answer, watch, now=now, chance=0)

    def takes_in(self, *articles: Article, is_silent: bool) -> None:
        watch = watch_of(load_config(self.folder / "config.yaml", {}))
        with self.store.writing():
            take_in(self.store, articles, watch, Arrival(feed_id=None, origin="import", now=NOON, is_silent=is_silent))

    def hears(self, article: Article) -> list[dict[str, str]]:
        """Let the article's outlet publish it, and return the messages that arrive."""
        at = article.published_at
        assert article.outlet
        assert at
        self.poll(article.outlet, article, now=at)
        return self.arrives(now=at)

    def arrives(self, *, now: datetime) -> list[dict[str, str]]:
        before = len(self.webhook.requests())
        channel = Channel(name="hook", url=self.webhook.address())
        clock, stop = Clock(now), asyncio.Event()
        delivering = deliver_due(
            self.store, channel, Rules(), stop=stop, clock=clock, chance=lambda: 0.5, rest=clock.rest
        )
        asyncio.run(delivering)
        return [request.json for request in self.webhook.requests()[before:]]

    def why(self) -> tuple[str, str]:
        """Return what was decided of the last match, and the sentence that says why."""
        outcome, reason = self.store.db.execute("SELECT outcome, reason FROM matches ORDER BY id DESC").fetchone()
        return outcome, reason

    def stories(self) -> int:
        (count,) = self.store.db.execute(
            "SELECT count(DISTINCT story_id) FROM articles WHERE title LIKE '%rane%'"
        ).fetchone()
        return int(count)


def address_of(feed: str) -> str:
    return f"https://{feed.lower().replace(' ', '-')}.example/rss"


@pytest.fixture
def desk(tmp_path: Path, webhook: Webhook) -> Iterator[Desk]:
    with open_store(tmp_path / "archive.db") as store:
        made = Desk(tmp_path, webhook, store)
        made.configure("stages")
        made.takes_in(*newsroom_articles(), is_silent=True)
        yield made


def told(title: str, text: str, *, outlet: str, hours: float = 0) -> Article:
    page = f"https://{outlet.lower().replace(' ', '-')}.example/{zlib.crc32(title.encode())}"
    return Article(
        title=title, text=text, outlet=outlet, url=page, guid=title, published_at=NOON + timedelta(hours=hours)
    )


FIRST = told(
    "Port Maren to close two terminals over cracked cranes",
    "Port Maren will close two of its seven container terminals in February because four cranes have cracks. Inspectors"
    " found the cracks after a crane dropped a container in September. Replacing the cranes takes fourteen months and"
    " costs 92 million crowns, the harbour authority said. The dockers' union fears for six hundred jobs.",
    outlet="The Ledger",
)
RETELLING = told(
    "Cracked cranes: Port Maren to close two terminals",
    "Two of the seven container terminals at Port Maren will close in February, according to The Ledger. Four cranes"
    " have cracks, the harbour authority said. To replace the cranes costs 92 million crowns, and the dockers' union"
    " fears for jobs.",
    outlet="Circuit",
    hours=1,
)
COPY = told("Trouble at the cranes of Port Maren", FIRST.text, outlet="Meridian", hours=2)
IN_COURT = told(
    "Port Maren files suit over cracked cranes at two terminals",
    "The harbour authority of Port Maren has filed a suit against Krantor, the maker of the four cranes with cracks. It"
    " wants 92 million crowns for replacing the cranes at the two container terminals, which close in February. Krantor"
    " said that the cranes were overloaded.",
    outlet="Evening Courier",
    hours=5,
)
IN_COURT_AGAIN = told(
    "Lawsuit over cracked cranes at two terminals of Port Maren",
    "Port Maren's harbour authority demands 92 million crowns from Krantor in a suit over the cracks in four cranes."
    " Two container terminals close in February until the cranes are replaced. Krantor blames overloading.",
    outlet="Harbour News",
    hours=6,
)


def test_a_first_report_is_told_with_who_reported_it_its_stage_and_why(desk: Desk) -> None:
    (message,) = desk.hears(FIRST)
    assert message["title"] == "[Ports] Port Maren to close two terminals over cracked cranes"
    body = message["message"]
    assert "Reported by The Ledger" in body
    assert "Stage: planned" in body
    assert "“terminals”, “cranes” in the title" in body
    assert str(FIRST.url) in body
    assert "Why: topic “Ports”" in body


def test_a_retelling_only_raises_the_counter(desk: Desk) -> None:
    desk.hears(FIRST)
    assert desk.hears(RETELLING) == []
    assert desk.why() == ("already told", "only retells The Ledger")
    assert desk.stories() == 1


def test_a_copy_only_raises_the_counter(desk: Desk) -> None:
    desk.hears(FIRST)
    assert desk.hears(COPY) == []
    assert desk.why() == ("already told", "a near copy of the article in The Ledger")
    assert desk.stories() == 1


def test_an_independent_report_that_lifts_the_stage_is_one_update_that_says_what_is_new_and_what_was_known(
    desk: Desk,
) -> None:
    for each in (FIRST, RETELLING, COPY):
        desk.hears(each)
    (message,) = desk.hears(IN_COURT)
    assert message["title"] == f"[Ports] in court: {IN_COURT.title}"
    body = message["message"]
    assert "Stage in court (“" in body
    assert "was planned" in body
    assert f"Before: told 22 Nov 2026, 12:00 UTC at stage planned: “{FIRST.title}”" in body
    assert "The story: reported by The Ledger, told by 4 outlets" in body
    assert str(IN_COURT.url) in body
    assert str(FIRST.url) in body
    assert desk.why()[0] == "update"


def test_the_same_stage_again_is_no_update(desk: Desk) -> None:
    for each in (FIRST, IN_COURT):
        desk.hears(each)
    assert desk.hears(IN_COURT_AGAIN) == []
    assert desk.why() == ("already told", "stage in court; it was told already")


def test_a_copy_of_the_update_is_no_update(desk: Desk) -> None:
    for each in (FIRST, IN_COURT):
        desk.hears(each)
    again = replace(IN_COURT, title="Crane maker sued by port", outlet="Meridian", guid="again", url=None)
    assert desk.hears(replace(again, published_at=NOON + timedelta(hours=7))) == []
    assert desk.stories() == 1


def test_a_stage_that_only_a_retelling_tells_is_an_update_that_names_who_reported_it(desk: Desk) -> None:
    desk.hears(FIRST)
    text = RETELLING.text.replace("The Ledger", "Reuters")
    filed = replace(RETELLING, title="Port Maren files suit over cracked cranes at two terminals", text=text)
    (message,) = desk.hears(filed)
    assert desk.why() == ("update", "stage in court (“suit”), was planned; as Reuters reported")
    assert "as Reuters reported" in message["message"]
    assert desk.hears(replace(filed, outlet="Meridian", guid="2", url=None)) == []
    assert desk.hears(IN_COURT) == []
    assert desk.why() == ("already told", "stage in court; it was told already")


def test_a_retelling_is_no_update_where_the_report_that_it_retells_is_here_with_that_stage(desk: Desk) -> None:
    desk.hears(FIRST)
    ledger = replace(IN_COURT, outlet="The Ledger", url="https://the-ledger.example/suit")
    desk.hears(ledger)
    desk.store.db.execute(
        "UPDATE matches SET stage = NULL, outcome = 'excluded', alert_id = NULL WHERE outcome = 'update'"
    )
    desk.store.db.execute("DELETE FROM deliveries")
    desk.store.db.execute("DELETE FROM alerts WHERE kind = 'update'")
    title = "Lawsuit over cracked cranes: Port Maren to close two terminals"
    assert desk.hears(replace(RETELLING, title=title)) == []
    assert desk.why() == ("already told", "only retells The Ledger")


def test_a_copy_whose_headline_tells_a_higher_stage_is_an_update_unless_what_it_copies_has_those_words(
    desk: Desk,
) -> None:
    desk.hears(FIRST)
    assert desk.hears(replace(COPY, title="Replacing cranes of Port Maren to close terminals")) == []
    assert len(desk.hears(replace(COPY, title="Lawsuit over the cranes of Port Maren", guid="2", url=None))) == 1
    assert desk.why() == (
        "update",
        "stage in court (“Lawsuit”), was planned; otherwise a near copy of the article in The Ledger",
    )


def test_a_topic_that_never_wants_updates_gets_none(desk: Desk) -> None:
    desk.configure("never")
    assert len(desk.hears(FIRST)) == 1
    assert desk.hears(IN_COURT) == []
    assert desk.why() == ("already told", "the story was already told under this topic")


def test_news_are_what_an_article_brings_that_nobody_had(desk: Desk) -> None:
    desk.configure("news")
    desk.hears(FIRST)
    assert desk.hears(RETELLING) == []
    again = replace(FIRST, guid="other", url=None, outlet="Harbour News", text=f"{FIRST.text} No more.")
    assert desk.hears(again) == []
    news = replace(
        IN_COURT,
        title="Krantor sued over cracked cranes of Port Maren",
        text=f"{IN_COURT.text} The suit was filed at the Velden Commercial Tribunal by attorney Ilse Brandauer, who"
        " also demands 17 million crowns from the insurer Nordhelm and from Vice President Otto Lachmann personally.",
    )
    (message,) = desk.hears(news)
    assert "Krantor" in message["message"].split("Before:")[0]
    assert desk.why()[0] == "update"


def test_what_was_told_and_what_came_first_stay_known_however_many_copies_follow(desk: Desk) -> None:
    desk.takes_in(*(replace(FIRST, given_id=f"{n}", outlet=f"A {n}", url=None) for n in range(100)), is_silent=True)
    known = [each.id for each in articles_told_with(desk.store, "99", told=["50"], most=30)]
    assert known == [f"{n}" for n in (*range(10), 50, *range(90, 99))]
    assert len(articles_told_with(desk.store, "99", told=[f"{n}" for n in range(99)], most=30)) <= 30


def test_every_24h_says_at_most_one_thing_a_day(desk: Desk) -> None:
    desk.configure("every 24h")
    assert len(desk.hears(FIRST)) == 1
    assert desk.hears(IN_COURT) == []
    assert desk.why() == ("already told", "the story was told 5h ago, and updates are every 1d")
    assert len(desk.hears(replace(IN_COURT_AGAIN, published_at=NOON + timedelta(hours=25)))) == 1


def test_what_a_silent_import_brought_is_known_and_not_told_as_new_later(desk: Desk) -> None:
    desk.takes_in(FIRST, replace(IN_COURT, given_id="court"), is_silent=True)
    assert desk.arrives(now=NOON) == []
    (message,) = desk.hears(RETELLING)
    assert "Stage: in court" in message["message"]
    assert desk.hears(IN_COURT_AGAIN) == []
    assert desk.why() == ("already told", "stage in court; it was told already")


def test_what_a_first_poll_lists_is_known_and_not_told_as_new_later(desk: Desk, tmp_path: Path) -> None:
    with open_store(tmp_path / "new.db") as store:
        fresh = Desk(tmp_path, desk.webhook, store)
        watch_feeds(store, [(address_of(name), name) for name in FEEDS], now=NOON)
        fresh.takes_in(*newsroom_articles(), is_silent=True)
        yesterday = NOON - timedelta(hours=25)
        fresh.poll("The Ledger", *(replace(each, published_at=yesterday) for each in (IN_COURT, FIRST)))
        assert fresh.arrives(now=NOON) == []
        assert fresh.why()[0] == "baseline"
        assert fresh.stories() == 1
        fresh.poll("Harbour News", replace(IN_COURT_AGAIN, published_at=NOON))
        (message,) = fresh.arrives(now=NOON)
        assert message["title"] == f"[Ports] {IN_COURT_AGAIN.title}", "not the headline of two days ago"
        assert "Stage: in court" in message["message"]


def two_told_stories(desk: Desk) -> tuple[int, int]:
    other = told("Crane falls on a market in Oss", "A building crane fell on stalls in Oss.", outlet="Meridian")
    assert [len(desk.hears(each)) for each in (FIRST, other)] == [1, 1]
    rows = desk.store.db.execute("SELECT story_id FROM alerts ORDER BY id").fetchall()
    return rows[0][0], rows[1][0]


def test_two_told_stories_that_are_merged_alert_nobody(desk: Desk) -> None:
    one, other = two_told_stories(desk)
    with desk.store.writing():
        merge_by_rule(desk.store, one, other, reason="", now=NOON)
    assert desk.arrives(now=NOON) == []
    assert desk.hears(RETELLING) == []
    assert desk.hears(COPY) == []


@pytest.mark.parametrize("is_joined_again", [False, True])
def test_after_a_split_and_a_join_nobody_is_alerted_again(desk: Desk, tmp_path: Path, is_joined_again: bool) -> None:
    for each in (FIRST, RETELLING, COPY):
        desk.hears(each)
    (story,) = desk.store.db.execute("SELECT story_id FROM alerts").fetchone()
    (copy,) = desk.store.db.execute("SELECT id FROM articles WHERE title = ?", [COPY.title]).fetchone()
    with desk.store.writing():
        new = split_story(desk.store, story, [copy], reason="", now=NOON)
        if is_joined_again:
            merge_stories(desk.store, story, new, kind=ChangeKind.JOIN, reason="", now=NOON)
    with open_store(tmp_path / "archive.db") as started_again:
        again = Desk(tmp_path, desk.webhook, started_again)
        for number, each in enumerate((FIRST, COPY, RETELLING)):
            later = NOON + timedelta(hours=8 + number)
            words = {"guid": f"again {number}", "url": None, "outlet": "Harbour News", "published_at": later}
            assert again.hears(replace(each, **words)) == []  # type: ignore[arg-type]
        assert again.stories() == 2 - is_joined_again


def test_a_story_that_is_told_by_many_says_by_how_many(desk: Desk) -> None:
    desk.poll("The Ledger", FIRST)
    desk.poll("Circuit", RETELLING)
    desk.poll("Meridian", COPY)
    (message,) = desk.arrives(now=NOON + timedelta(hours=2))
    assert "Reported by The Ledger, told by 3 outlets" in message["message"]
    assert message["title"] == f"[Ports] {FIRST.title}"
    assert str(RETELLING.url) in message["message"]
    assert str(COPY.url) in message["message"]


def test_a_copy_costs_a_story_of_many_hundreds_no_more_than_one_of_some_hundreds(desk: Desk) -> None:
    costs = []
    for start in (0, 250, 500):
        copies = [replace(FIRST, given_id=f"{start + n}", outlet=f"Outlet {n}", url=None) for n in range(250)]
        desk.takes_in(*copies, is_silent=False)
        steps = 0

        def step() -> None:
            nonlocal steps
            steps += 1

        desk.store.db.conn.set_progress_handler(step, 1000)
        desk.takes_in(replace(FIRST, given_id=f"last {start}", outlet="Last", url=None), is_silent=False)
        desk.store.db.conn.set_progress_handler(None, 0)
        costs.append(steps)
    assert desk.stories() == 1
    assert costs[2] < 1.2 * costs[1] + 2


def test_a_story_is_read_once_for_all_topics(desk: Desk) -> None:
    config = desk.folder / "config.yaml"
    one = config.read_text("utf-8")
    begin, end = one.index("  - name: Ports"), one.index("channels:\n  hook")
    many = "".join(one[begin:end].replace("Ports", f"Ports {n}") for n in range(5))
    config.write_text(one[:begin] + many + one[end:], "utf-8")
    (message,) = desk.hears(FIRST)  # one article, one message, which names them all
    assert message["message"].count("Why: topic") == 5
    asked: list[str] = []
    desk.store.db.conn.set_trace_callback(asked.append)
    assert desk.hears(RETELLING) == []
    desk.store.db.conn.set_trace_callback(None)
    assert len([sql for sql in asked if "copy_of" in sql and "UNION" in sql]) == 1
    assert desk.store.db.execute("SELECT count(*) FROM matches WHERE outcome = 'already told'").fetchone() == (5,)


def test_an_article_that_was_told_is_told_again_when_its_outlet_edits_it_to_a_higher_stage(desk: Desk) -> None:
    desk.hears(FIRST)
    assert desk.hears(replace(FIRST, title=f"{FIRST.title}, union says")) == []
    filed = replace(FIRST, title="Port Maren files suit over cracked cranes at two terminals")
    (message,) = desk.hears(filed)
    assert message["title"] == f"[Ports] in court: {filed.title}"
    assert f"Before: told 22 Nov 2026, 12:00 UTC at stage planned: “{FIRST.title}”" in message["message"]
    assert desk.hears(FIRST) == []
    assert desk.hears(filed) == []
    assert desk.hears(IN_COURT) == []
    kinds = desk.store.db.execute(
        "SELECT kind, matches.id IS NOT NULL FROM alerts LEFT JOIN matches ON alert_id = alerts.id"
    )
    assert kinds.fetchall() == [("first", 0), ("update", 1)]
    assert [alert.reason for alert in newest_alerts(desk.store, limit=9)] == [
        "stage in court (“suit”), was planned",
        "as it was before an edit",
    ]


@pytest.mark.parametrize("updates", ["never", "news", "every 1h"])
def test_an_edit_is_told_for_its_stage_only(desk: Desk, updates: str) -> None:
    desk.configure(updates)
    desk.hears(FIRST)
    assert desk.hears(replace(IN_COURT, outlet=FIRST.outlet, url=FIRST.url, guid=FIRST.guid)) == []


def test_an_article_that_was_known_in_silence_is_told_when_an_edit_tells_a_higher_stage(desk: Desk) -> None:
    desk.takes_in(replace(FIRST, given_id="a"), is_silent=True)
    filed = replace(FIRST, given_id="a", title="Port Maren files suit over cracked cranes at two terminals")
    desk.takes_in(replace(filed, title="Cranes of two terminals at Port Maren to close"), is_silent=False)
    assert desk.why()[0] == "silent import"
    desk.takes_in(filed, is_silent=False)
    (message,) = desk.arrives(now=NOON)
    assert "Stage: in court" in message["message"]


def test_an_edit_that_comes_in_silence_is_known(desk: Desk) -> None:
    desk.takes_in(replace(FIRST, given_id="a"), is_silent=False)
    assert len(desk.arrives(now=NOON)) == 1
    filed = replace(FIRST, given_id="a", title="Port Maren files suit over cracked cranes at two terminals")
    desk.takes_in(filed, is_silent=True)
    assert desk.why()[0] == "told"
    assert desk.hears(IN_COURT) == []
    assert desk.why() == ("already told", "stage in court; it was known already")


def test_an_edit_is_asked_anew_whom_it_credits(desk: Desk) -> None:
    desk.hears(FIRST)
    desk.store.db.execute("DELETE FROM credits")
    desk.hears(replace(FIRST, text=f"{FIRST.text} This was first reported by Reuters."))
    assert desk.store.db.execute("SELECT DISTINCT outlet FROM credits").fetchall() == [("Reuters",)]


def test_an_edit_in_the_midst_of_a_story_of_hundreds_is_decided_on(desk: Desk) -> None:
    copies = [replace(FIRST, given_id=f"{n}", outlet=f"Outlet {n}", url=None) for n in range(250)]
    desk.takes_in(*copies, is_silent=False)
    desk.store.db.execute("DELETE FROM matches WHERE article_id = '125'")  # as if the topic had been added since
    desk.takes_in(replace(copies[125], title="Cranes with cracks at Port Maren"), is_silent=False)
    outcome, because = desk.why()
    assert outcome == "already told"
    assert because.startswith("a near copy of ")
