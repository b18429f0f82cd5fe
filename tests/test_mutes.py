"""A topic, a story or an outlet is muted for a while: nobody is told, it is on record, and it ends by itself."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from alerts.next_message import Rules
from alerts.outbox import deliver_due
from alerts.settings import Channel
from scheduler.arrival import Arrival
from scheduler.cli import wirewatch
from scheduler.config import load_config
from scheduler.finding import NothingFound
from scheduler.ingest import take_in
from scheduler.lock import only_writer
from scheduler.muting import what_is_meant
from scheduler.watch import watch_of
from stories.model import Article
from stories.store import Store, open_store
from stories.store_mutes import Mute, MuteKind, add_mute, end_mute, muted_among, mutes_at
from stories.store_stories import ChangeKind, merge_stories
from tests.building import NOON, alert, article
from tests.receivers import Webhook
from tests.ticking import Clock

DAY = timedelta(days=1)
CONFIG = """\
topics:
  - {name: Antitrust, keywords: [antitrust], channels: [hook]}
  - {name: Ports, keywords: [crane], channels: [hook]}
channels:
  hook: {url: "json://127.0.0.1/hook"}
"""


def mute(
    store: Store, kind: MuteKind, subject: str, *, why: str = "enough of it", until: datetime = NOON + DAY
) -> Mute:
    made = Mute(kind=kind, subject=subject, why=why, created_at=NOON, until=until)
    with store.writing():
        add_mute(store, made)
    return made


def comes(store: Store, folder: Path, *articles: Article, now: datetime = NOON) -> list[tuple[str, str]]:
    """Let articles come, and return what was decided on all matches so far, and why."""
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    watch = watch_of(load_config(folder / "config.yaml", {}))
    with store.writing():
        take_in(store, articles, watch, Arrival(feed_id=None, origin="import", now=now))
    return store.db.execute("SELECT outcome, reason FROM matches ORDER BY id").fetchall()


def outbox(store: Store) -> list[tuple[str, str | None]]:
    return store.db.execute("SELECT state, error FROM deliveries ORDER BY id").fetchall()


def deliver(store: Store, webhook: Webhook, *, now: datetime = NOON) -> int:
    clock = Clock(now)
    channel = Channel(name="hook", url=webhook.address())
    return asyncio.run(
        deliver_due(store, channel, Rules(), stop=asyncio.Event(), clock=clock, chance=lambda: 0.5, rest=clock.rest)
    )


SENTENCE = "is muted until 23 Nov 2026, 12:00 UTC: enough of it"


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        (MuteKind.TOPIC, "Antitrust"),
        (MuteKind.TOPIC, "antitrust"),
        (MuteKind.OUTLET, "The Example Journal"),
        (MuteKind.OUTLET, "the example journal"),
    ],
)
def test_what_a_mute_is_over_is_matched_recorded_and_not_told(
    store: Store, tmp_path: Path, kind: MuteKind, subject: str
) -> None:
    mute(store, kind, subject)
    assert comes(store, tmp_path, article()) == [("muted", f"{kind} {subject} {SENTENCE}")]
    assert outbox(store) == []


def test_a_mute_is_over_nothing_else(store: Store, tmp_path: Path) -> None:
    mute(store, MuteKind.TOPIC, "Ports")
    mute(store, MuteKind.OUTLET, "Another Journal")
    mute(store, MuteKind.STORY, "77")
    assert [outcome for outcome, _ in comes(store, tmp_path, article())] == ["told"]


def test_an_outlet_is_muted_by_the_name_it_has_here(store: Store, tmp_path: Path) -> None:
    mute(store, MuteKind.OUTLET, "The Wall Street Journal")
    wsj = article(outlet="WSJ.com: Tech", url="https://www.wsj.com/articles/1")
    assert [outcome for outcome, _ in comes(store, tmp_path, wsj)] == ["muted"]


def test_a_mute_ends_by_itself_and_the_story_is_told_by_what_comes_then(store: Store, tmp_path: Path) -> None:
    mute(store, MuteKind.TOPIC, "Antitrust")
    comes(store, tmp_path, article())
    later = article(outlet="Other News", url="https://other.example.org/1", published_at=NOON + DAY)
    decided = comes(store, tmp_path, later, now=NOON + DAY)
    assert [outcome for outcome, _ in decided] == ["muted", "told"]
    assert mutes_at(store, NOON + DAY) == []


def test_the_mute_of_a_story_goes_where_the_story_goes(store: Store) -> None:
    first, second, third = (alert(store, title=title) for title in ("One antitrust", "Two antitrust", "Three"))
    mute(store, MuteKind.STORY, "2")
    assert list(muted_among(store, [first, second, third], now=NOON)) == [2]
    with store.writing():
        merge_stories(store, 1, 2, kind=ChangeKind.JOIN, reason="", now=NOON)
    assert list(muted_among(store, [first, second, third], now=NOON)) == [1, 2]


def test_what_waits_and_is_muted_when_its_time_comes_is_dropped(
    store: Store, webhook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "alerts.outbox")
    alert(store, title="A crane falls", topic="Ports")
    alert(store)
    mute(store, MuteKind.TOPIC, "Ports")
    assert deliver(store, webhook) == 1
    assert deliver(store, webhook, now=NOON + DAY) == 0
    assert len(webhook.requests()) == 1
    (line,) = [each for each in caplog.messages if "muted" in each]
    assert line.endswith(": 1 delivery dropped, because it is muted")
    assert outbox(store) == [("dropped", f"topic Ports {SENTENCE}"), ("sent", None)]


def test_what_waits_is_sent_when_its_mute_ended_before_its_time_came(store: Store, webhook: Webhook) -> None:
    alert(store)
    mute(store, MuteKind.TOPIC, "Antitrust")
    assert deliver(store, webhook, now=NOON + DAY) == 1


def test_a_later_mute_replaces_an_earlier_one_and_unmuting_ends_it(store: Store) -> None:
    mute(store, MuteKind.TOPIC, "Antitrust")
    again = mute(store, MuteKind.TOPIC, "Antitrust", why="", until=NOON + 2 * DAY)
    assert mutes_at(store, NOON) == [again]
    assert str(again) == "topic Antitrust is muted until 24 Nov 2026, 12:00 UTC"
    with store.writing():
        assert end_mute(store, MuteKind.TOPIC, "Antitrust", now=NOON)
        assert not end_mute(store, MuteKind.TOPIC, "Antitrust", now=NOON)
    assert mutes_at(store, NOON) == []


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("antitrust", (MuteKind.TOPIC, "Antitrust")),
        ("topic:Antitrust", (MuteKind.TOPIC, "Antitrust")),
        ("1", (MuteKind.STORY, "1")),
        ("story:1", (MuteKind.STORY, "1")),
        ("story:article-2", (MuteKind.STORY, "2")),
        ("the example journal", (MuteKind.OUTLET, "The Example Journal")),
        ("WSJ", (MuteKind.OUTLET, "The Wall Street Journal")),
        ("outlet:Never Seen", (MuteKind.OUTLET, "Never Seen")),
        ("Ports: cranes", (MuteKind.TOPIC, "Ports: cranes")),
        ("Bloomberg", "Bloomberg may be several things; say topic:Bloomberg or outlet:Bloomberg"),
        ("topic:Antitrusts", "no topic of the configuration is called Antitrusts; did you mean `Antitrust`?"),
        ("story:99", "no story has the number 99; `wirewatch stories` lists the newest ones"),
        ("topic:", "say which topic: topic:NAME"),
        (
            "Antitrst",
            "Antitrst is neither a topic of the configuration, nor the number of a story, nor an outlet that was seen;"
            " did you mean `Antitrust`?",
        ),
    ],
)
def test_what_is_meant_by_a_word(store: Store, said: str, meant: tuple[MuteKind, str] | str) -> None:
    alert(store)
    alert(store, title="Another antitrust complaint", url="https://news.example.org/another")
    topics = ("Antitrust", "Ports: cranes", "Bloomberg")
    if isinstance(meant, str):
        with pytest.raises(NothingFound) as caught:
            what_is_meant(store, topics, said)
        assert caught.value.message == meant
    else:
        assert what_is_meant(store, topics, said) == meant


def test_muting_beside_a_running_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")

    def run(*words: str) -> Result:
        return CliRunner().invoke(wirewatch, words)

    def listed() -> list[str]:
        return [each["subject"] for each in json.loads(run("status", "--format", "json").stdout)["mutes"]]

    with only_writer(tmp_path / "wirewatch.db"), open_store(tmp_path / "wirewatch.db"):
        before = datetime.now(UTC)
        done = run("mute", "antitrust", "--for", "3d", "--why", "a trial every day")
        assert done.exit_code == 0, done.output
        told = " ".join(done.output.split())
        assert "a trial every day; it ends by itself in 3d, or with: wirewatch unmute topic:Antitrust" in told
        assert listed() == ["Antitrust"]
        assert f"topic Antitrust is muted until {before + 3 * DAY:%d %b %Y}" in " ".join(run("status").output.split())
        assert "Ports is not muted; muted is topic:Antitrust" in " ".join(run("unmute", "Ports").output.split())
        assert "topic Antitrust is told again" in " ".join(run("unmute", "topic:antitrust").output.split())
        assert listed() == []


@pytest.mark.parametrize("span", ["3 weeks", "0s", "9999d", ""])
def test_a_mute_of_no_length_is_refused(tmp_path: Path, span: str) -> None:
    done = CliRunner().invoke(wirewatch, ["mute", "Antitrust", "--for", span, "--database", str(tmp_path / "a.db")])
    assert done.exit_code == 2
    assert "expected a duration" in " ".join(done.output.split())
    assert not (tmp_path / "a.db").exists()


def test_why_tells_what_was_muted_and_what_was_dropped(
    tmp_path: Path, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    with open_store(tmp_path / "wirewatch.db") as store:
        alert(store, channels=("hook",))
        mute(store, MuteKind.TOPIC, "Antitrust")
        deliver(store, webhook)
        comes(store, tmp_path, article(title="Regulators open an antitrust case", url="https://news.example.org/2"))
        (other,) = store.db.execute("SELECT article_id FROM matches WHERE outcome = 'muted'").fetchone()

    def why(article_id: str) -> str:
        return " ".join(CliRunner().invoke(wirewatch, ["why", article_id]).output.split())

    assert f"hook: dropped (topic Antitrust {SENTENCE})" in why("article-1")
    assert f"Antitrust: not told, topic Antitrust {SENTENCE}" in why(other)
