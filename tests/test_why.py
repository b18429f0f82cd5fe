"""`wirewatch why`: the way of one article through every stage, as a person reads it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.poll import Outcome, PollResult
from scheduler.arrival import Arrival
from scheduler.commands.why_command import command
from scheduler.config import load_config
from scheduler.ingest import ingest_poll, take_in
from scheduler.showing import short_time
from scheduler.watch import watch_of
from stories.credits import Credit, CreditKind
from stories.joining import Joining
from stories.joining_json import to_json
from stories.likeness import learnt
from stories.model import Article
from stories.store import Store, open_store
from stories.store_articles import all_articles
from stories.store_credits import save_credits
from stories.store_feeds import watch_feeds, watched_feeds
from stories.store_labels import Label, Verdict, save_label
from stories.store_stories import ChangeKind, merge_stories, split_story
from tests.outbox_rows import tried

WIREWATCH = Path(sys.executable).with_name("wirewatch")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
AT_NOW, AT_LATER = short_time(NOW), short_time(LATER)  # in the zone of whoever runs the test
LEDGER, CIRCUIT = "https://ledger.example/rss", "https://circuit.example/rss"

CONFIG = f"""\
service: {{database: archive.db}}
feeds:
  - {{name: The Ledger, address: "{LEDGER}", every: 15m}}
  - {{name: Circuit, address: "{CIRCUIT}", every: 15m}}
topics:
  - {{name: Antitrust, keywords: [antitrust, monopoly], exclude: [board game], channels: [console]}}
  - {{name: Dairies, keywords: [milk], channels: [console]}}
channels:
  console: {{url: "console://"}}
"""


@dataclass(frozen=True)
class Desk:
    """A folder with a configuration and an archive, and a person who asks."""

    folder: Path
    store: Store

    def poll(self, *articles: Article, feed: str = LEDGER, now: datetime = NOW) -> None:
        """Take in what a feed lists."""
        (feed_id,) = [each.id for each in watched_feeds(self.store) if each.address == feed]
        result = PollResult(feed_id=feed_id, outcome=Outcome.ANSWERED, articles=articles, entries=len(articles))
        watch = watch_of(load_config(self.folder / "config.yaml", {}))
        ingest_poll(self.store, result, watch, now=now, chance=0)

    def configure(self, before: str, after: str) -> None:
        """Edit the configuration."""
        path = self.folder / "config.yaml"
        path.write_text(path.read_text("utf-8").replace(before, after), encoding="utf-8")

    def asks(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `wirewatch why` in the folder."""
        return subprocess.run(
            [WIREWATCH, "why", *words],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=60,
        )

    def reads(self, *words: str) -> str:
        """Return what the command tells, without the price of a process."""
        asked = CliRunner().invoke(command, [*words, "--config", str(self.folder / "config.yaml")])
        assert (asked.exit_code, asked.stderr) == (0, "")
        return asked.stdout

    def only_id(self) -> str:
        """Return the id of the article there is."""
        (found,) = all_articles(self.store)
        return found.archived.id


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Two feeds that have answered before."""
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    with open_store(tmp_path / "archive.db") as store:
        watch_feeds(store, [(LEDGER, "The Ledger"), (CIRCUIT, "Circuit")], now=NOW)
        ready = Desk(tmp_path, store)
        for feed in (LEDGER, CIRCUIT):
            ready.poll(article("Weather", guid="0", url=None), feed=feed, now=NOW - timedelta(hours=9))
        store.db.execute("DELETE FROM articles")
        yield ready


def article(title: str = "Office opens an antitrust case", **fields: object) -> Article:
    given: dict[str, object] = {
        "title": title,
        "url": "https://ledger.example/1",
        "guid": "1",
        "published_at": NOW - timedelta(hours=1),
        **fields,
    }
    return Article(**given)  # type: ignore[arg-type]


def test_a_told_article_is_followed_from_its_feed_to_its_channel(desk: Desk) -> None:
    desk.poll(article(outlet="The Ledger"))
    tried(desk.store, 1, "sent", channel="console", now=LATER)
    told = desk.reads("https://ledger.example/1?utm_source=rss")
    for sentence in (
        f"The Ledger · id {desk.only_id()}",
        f"{AT_NOW} in The Ledger ({LEDGER})\n",
        f"published {short_time(NOW - timedelta(hours=1))}",
        "new when it came from The Ledger",
        "known again there by guid 1; address ledger.example/1; headline and date",
        "alone: no other article is of this story",
        f"Antitrust: matched {AT_NOW} by “antitrust” in the title\n   Dairies: no match: milk is not there\n",
        f"Antitrust: told {AT_NOW}\n     console: sent {AT_LATER}, 60 min after it was found\n",
    ):
        assert sentence in told


def test_a_text_is_told_of_and_the_page_that_was_read(desk: Desk) -> None:
    desk.poll(article(text="Three plain words", canonical_url="https://ledger.example/news/case"))
    told = desk.reads(desk.only_id())
    assert "with a text of 3 words\n" in told
    assert "its page was read: it is known there as ledger.example/news/case\n" in told
    values = json.loads(desk.reads(desk.only_id(), "--format", "json"))
    assert values["sightings"][0]["page_address"] == "ledger.example/news/case"


def test_of_an_article_without_a_text_none_is_told(desk: Desk) -> None:
    desk.poll(article())
    told = desk.reads(desk.only_id())
    assert "with a text" not in told
    assert "its page" not in told


def test_the_words_are_shown_in_their_sentence(desk: Desk) -> None:
    desk.poll(article("Office opens a case", summary="It rained. The office calls it an antitrust case. It rained on."))
    assert "The office calls it an *antitrust* case." in desk.reads(desk.only_id())


def test_a_later_feed_is_known_by_the_address_it_shares(desk: Desk) -> None:
    desk.poll(article())
    desk.poll(article("Case opened", guid="x", url="http://www.ledger.example/1"), feed=CIRCUIT, now=LATER)
    told = desk.reads(desk.only_id()[:6])
    assert f"{AT_LATER} in Circuit ({CIRCUIT})\n     there as “Case opened”" in told
    assert "known when it came from Circuit, by its address, ledger.example/1" in told


def test_a_key_that_has_changed_since_is_not_made_up(desk: Desk) -> None:
    desk.poll(article())
    desk.poll(article("Case opened", guid="x"), feed=CIRCUIT)
    desk.poll(article("Case opened", guid="x", url="https://circuit.example/moved"), feed=CIRCUIT)
    assert "from Circuit, by a key that has changed since" in desk.reads(desk.only_id())


def test_an_edit_shows_what_was_said_before(desk: Desk) -> None:
    desk.poll(article("Office looks at a merger of dairies"))
    desk.poll(article("Office opens antitrust case", summary="At last."), now=LATER)
    told = desk.reads(desk.only_id())
    assert f"{AT_LATER} edited\n     before, the headline was “Office looks at a merger of dairies”\n" in told
    assert "no summary before" in told


def test_words_that_an_edit_took_away_are_said_to_be_gone(desk: Desk) -> None:
    desk.poll(article())
    desk.poll(article("Office opens a case"), now=LATER)
    assert f"so it read until it was edited {AT_LATER}" in desk.reads(desk.only_id())


def test_words_that_only_another_feed_has_are_shown_there(desk: Desk) -> None:
    desk.poll(article("Office opens a case"))
    desk.poll(article("Antitrust case opened", guid="x"), feed=CIRCUIT)
    told = desk.reads(desk.only_id())
    assert "so reads the headline in Circuit: “Antitrust case opened”" in told
    assert "today" not in told


def test_words_that_were_not_kept_are_not_blamed_on_the_topic(desk: Desk) -> None:
    desk.poll(article("Office opens a case"))
    desk.poll(article("A case is opened", guid="x", summary="An antitrust case."), feed=CIRCUIT)
    told = desk.reads(desk.only_id())
    assert "so it read in an earlier version or in another feed" in told
    assert "whether the topic was edited since is unknown, because what it said then was not kept" in told


def test_a_copy_names_the_article_by_which_its_story_was_told(desk: Desk) -> None:
    same = {"title": "Office opens an antitrust case", "summary": "It said so on Friday in a statement."}
    desk.poll(article(**same))
    first = desk.only_id()
    desk.poll(article(**same, url="https://circuit.example/9", guid="9"), feed=CIRCUIT, now=LATER)
    told = desk.reads("https://circuit.example/9")
    assert "joined story 2 by score" in told
    assert f"with “Office opens an antitrust case” ({first})" in told
    assert f"not told, a near copy of an earlier article: {AT_NOW} “Office opens an antitrust case” ({first})" in told


def by_joining(desk: Desk, joining: Joining, *, copy_of: str | None = None, credits: tuple[Credit, ...] = ()) -> str:
    """Return the id of a second article that came to the story of the first in this way."""
    desk.poll(article())
    first = desk.only_id()
    desk.poll(article("Ministers look at the case", url="https://circuit.example/2", guid="2"), feed=CIRCUIT, now=LATER)
    (second,) = [found.archived.id for found in all_articles(desk.store) if found.archived.id != first]
    desk.store.db.execute(
        "UPDATE articles SET story_id = (SELECT story_id FROM articles WHERE id = :first), joining = :joining,"
        " copy_of = :copy_of WHERE id = :second",
        {
            "first": first,
            "second": second,
            "joining": to_json(replace(joining, article_id=joining.article_id and first, copy_of=copy_of and first)),
            "copy_of": copy_of and first,
        },
    )
    save_credits(desk.store, second, credits)
    return second


JOINED = Joining(
    story_id=12,
    score=0.834,
    threshold=0.4,
    article_id="first",
    terms=(("dairies", 6.1), ("cartel", 5.25)),
    runner_up=9,
    runner_up_score=0.31,
    against=("40 million", "friday"),
    merges=(14,),
)


def test_a_joining_says_by_which_score_and_terms_and_what_else_was_weighed(desk: Desk) -> None:
    credit = Credit(outlet="The Ledger", words="according to The Ledger", kind=CreditKind.WORDS)
    told = desk.reads(by_joining(desk, JOINED, credits=(credit,)))
    first = next(all_articles(desk.store)).archived.id
    assert (
        f"   joined story 12 by score 0.83 (needed 0.40) with “Office opens an antitrust case” ({first})\n"
        "     shared terms: dairies 6.1, cartel 5.25\n"
        "     against it: 40 million, friday\n"
        "     runner-up: story 9, 0.31\n"
        "     it showed story 14 to be the same\n"
    ) in told
    assert "   with 1 other article\n" in told
    assert "   role: retelling\n   credits The Ledger: “according to The Ledger”\n" in told


@pytest.mark.parametrize(
    ("joining", "sentence"),
    [
        (
            Joining(story_id=None, score=0, threshold=0.4),
            "started a story: no other open story had words like these\n",
        ),
        (
            Joining(story_id=None, score=0.312, threshold=0.4, article_id="first"),
            "started a story: the nearest came to 0.31 (needed 0.40), with “Office opens an antitrust case” (",
        ),
        (
            Joining(story_id=None, score=0.312, threshold=0.4, article_id="first", runner_up=9, runner_up_score=0.3),
            "started a story: the nearest, story 9, came to 0.31 (needed 0.40), with “Office",
        ),
        (
            Joining(story_id=None, score=0.312, threshold=0.4, runner_up=9, runner_up_score=0.3),
            "started a story: the nearest, story 9, came to 0.31 (needed 0.40)\n",
        ),
    ],
)
def test_an_article_that_started_a_story_says_what_came_nearest(desk: Desk, joining: Joining, sentence: str) -> None:
    assert sentence in desk.reads(by_joining(desk, joining))


@pytest.mark.parametrize(
    ("needed", "because"),
    [
        (learnt().threshold, ")"),
        (learnt().two_subjects, ", because both name something of their own)"),
        (learnt().own_outlet, ", because only this outlet has told it)"),
        (0.123, ")"),  # by another version
    ],
)
def test_where_more_than_usual_was_needed_it_says_why(desk: Desk, needed: float, because: str) -> None:
    joining = Joining(story_id=None, score=0.3, threshold=needed, article_id="first")
    assert f"came to 0.30 (needed {needed:.2f}{because}, with" in desk.reads(by_joining(desk, joining))


def test_a_near_copy_is_called_one(desk: Desk) -> None:
    told = desk.reads(by_joining(desk, JOINED, copy_of="first"))
    assert "near copy of “Office opens an antitrust case” (" in told
    assert "role: copy\n" in told


def test_what_people_changed_is_told(desk: Desk) -> None:
    second = by_joining(desk, JOINED)
    (story,) = desk.store.db.execute("SELECT story_id FROM articles WHERE id = ?", [second]).fetchone()
    with desk.store.writing():
        other = split_story(desk.store, story, [second], reason="another case", now=LATER)
        merge_stories(desk.store, story, other, kind=ChangeKind.MERGE, reason="", now=LATER)
    told = desk.reads(second)
    assert f"{AT_LATER} split by a person from story {story} as story {other}: another case\n" in told
    assert f"{AT_LATER} the rule joined its story {other} into story {story}\n" in told


def test_machines_read_the_numbers_of_a_joining(desk: Desk) -> None:
    told = json.loads(desk.reads(by_joining(desk, JOINED), "--format", "json"))["story"]
    assert (told["joining"]["score"], told["joining"]["threshold"], told["joining"]["runner_up"]) == (0.834, 0.4, 9)
    assert told["joining"]["terms"] == [["dairies", 6.1], ["cartel", 5.25]]
    assert (told["role"], told["credits"], told["changes"]) == ("independent report", [], [])


def test_a_guid_that_is_the_address_is_said_once(desk: Desk) -> None:
    desk.poll(article(guid="https://ledger.example/1"))
    assert "by guid and address ledger.example/1; headline" in desk.reads(desk.only_id())


def test_a_page_of_notices_is_called_one(desk: Desk) -> None:
    desk.poll(article("Merger of two dairies cleared"), article("Inquiry into ticket prices", guid="2"))
    first, *_ = [found.archived.id for found in all_articles(desk.store)]
    assert "ledger.example/1 (where another article stands, too)" in desk.reads(first)


def test_an_import_and_a_silent_one_are_called_so(desk: Desk) -> None:
    watch = watch_of(load_config(desk.folder / "config.yaml", {}))
    with desk.store.writing():
        arrival = Arrival(feed_id=None, origin="import", now=NOW, is_silent=True)
        take_in(desk.store, (article(given_id="x-1", guid=None),), watch, arrival)
    told = desk.reads("x-1")
    assert f"{AT_NOW} brought by an import" in told
    assert "Antitrust: not told, imported without --alert" in told


def test_of_an_article_that_is_gone_its_sightings_are_told(desk: Desk) -> None:
    desk.poll(article("Office opens a case"))
    gone = desk.only_id()
    desk.store.db.execute("DELETE FROM articles")
    for said in (gone, gone[:5], "https://ledger.example/1"):
        told = desk.reads(said)
        assert told.startswith("Office opens a case\n")
        assert "in The Ledger" in told
        assert "kept no longer" in told
    assert json.loads(desk.reads(gone, "--format", "json"))["article"] is None


@pytest.mark.parametrize(
    ("tries", "wanted"),
    [
        ([], f"not sent yet, due since {AT_NOW}"),
        ([(NOW, False)] * 2, f"failed twice (no route); next try {AT_NOW}"),
        ([(NOW, True)], f"failed once (no route); next try {AT_NOW}, marked as a possible repeat"),
        ([(NOW, True), (None, False)], "given up after 2 tries (no route); one of them may have arrived"),
    ],
)
def test_a_delivery_says_what_became_of_it(desk: Desk, tries: list[tuple[datetime | None, bool]], wanted: str) -> None:
    desk.poll(article())
    for next_at, maybe_repeat in tries:
        tried(
            desk.store,
            1,
            "failed" if next_at else "dead",
            channel="console",
            error="no route",
            next_at=next_at or LATER,
            maybe_repeat=maybe_repeat,
        )
    assert f"console: {wanted}\n" in desk.reads(desk.only_id())


def test_a_named_topic_is_gone_into_part_by_part(desk: Desk) -> None:
    desk.poll(article("Monopoly, the board game"))
    told = desk.reads(desk.only_id(), "antitrust")
    assert f"Antitrust: {AT_NOW} excluded by “board game” in the title, in spite of “Monopoly” in the title" in told
    assert "✓ antitrust OR monopoly: “Monopoly” in the title\n" in told
    assert '✗ NOT "board game": “board game” in the title must not be there\n' in told
    assert "Dairies" not in told
    assert "today" in told
    assert "today it" not in told


def test_a_topic_edited_since_says_what_it_would_do_today(desk: Desk) -> None:
    desk.poll(article())
    desk.configure("antitrust, monopoly", "cartel")
    told = desk.reads(desk.only_id())
    assert f"Antitrust: matched {AT_NOW} by “antitrust” in the title" in told
    assert "today it would not match, because cartel is not there; the topic was edited since" in told
    assert f"Antitrust: told {AT_NOW}" in told


def test_a_topic_added_since_would_match_today(desk: Desk) -> None:
    desk.configure("[milk]", "[cream]")
    desk.poll(article("Price of milk rises in March"))
    assert "today it" not in desk.reads(desk.only_id(), "Dairies")
    desk.configure("[cream]", "[cream, 'price of milk']")
    told = desk.reads(desk.only_id())
    assert "Dairies: no match is recorded\n     today it would match; the topic was added or edited since" in told
    assert json.loads(desk.reads(desk.only_id(), "Dairies", "--format", "json"))["topics"][0]["changed_since"]


def test_a_label_is_shown_with_its_topic(desk: Desk) -> None:
    desk.poll(article())
    save_label(desk.store, Label(article_id=desk.only_id(), topic="Dairies", verdict=Verdict.MISSED), now=NOW)
    assert "Dairies: no match: milk is not there\n     labelled missed by hand\n" in desk.reads(desk.only_id())


def test_an_article_edited_since_is_held_against_the_query_as_it_stands(desk: Desk) -> None:
    desk.poll(article())
    desk.poll(article("Office opens a case"), now=LATER)
    assert "because none of antitrust, monopoly is there; the article was edited since" in desk.reads(desk.only_id())
    desk.configure("antitrust, monopoly", "cartel")
    assert "because cartel is not there; the topic was edited since" in desk.reads(desk.only_id())


def test_a_topic_of_one_feed_is_held_against_every_feed_that_lists_the_article(desk: Desk) -> None:
    desk.configure("keywords: [milk]", "query: 'case feed:Circuit'")
    desk.poll(article())
    assert "Dairies: no match: Circuit is not there in the feed" in desk.reads(desk.only_id())
    desk.poll(article(guid="x"), feed=CIRCUIT, now=LATER)
    told = desk.reads(desk.only_id(), "Dairies")
    assert "✓ feed:Circuit: “Circuit”" in told


def test_a_topic_that_nobody_knows_is_asked_back(desk: Desk) -> None:
    desk.poll(article())
    asked = desk.asks(desk.only_id(), "Antitrsut")
    assert asked.returncode == 2
    assert "did you mean `Antitrust`?" in asked.stderr
    assert desk.asks("nonsense").returncode == 2


def test_a_topic_that_only_the_archive_knows_is_told_from_its_records(desk: Desk) -> None:
    desk.poll(article())
    desk.configure("name: Antitrust", "name: Competition")
    for words in ([], ["antitrust"]):
        told = desk.reads(desk.only_id(), *words)
        assert f"Antitrust: told {AT_NOW}" in told
        assert "the configuration has this topic no more" in told


def test_a_broken_configuration_hides_no_records(desk: Desk) -> None:
    desk.poll(article())
    desk.configure("keywords", "keyword")
    told = desk.reads(desk.only_id())
    assert "unknown key `keyword`" in told
    assert f"Antitrust: told {AT_NOW}" in told
    assert "today" not in told
    assert desk.asks(desk.only_id(), "Dairies").returncode == 2


def test_a_channel_whose_secret_is_elsewhere_does_not_matter(desk: Desk) -> None:
    desk.poll(article())
    desk.configure('"console://"', '"${WIREWATCH_NOWHERE}"')
    assert "mistake" not in desk.reads(desk.only_id())


def test_machines_read_the_same_stages(desk: Desk) -> None:
    desk.poll(article())
    told = json.loads(desk.reads(desk.only_id(), "antitrust", "--format", "json"))
    assert told["article"]["title"] == "Office opens an antitrust case"
    assert told["sightings"][0]["feed"] == "The Ledger"
    (topic,) = told["topics"]
    assert (topic["outcome"], topic["evidence"][0]["words"]) == ("told", "antitrust")
    assert topic["deliveries"][0]["state"] == "new"


def test_nothing_from_the_web_steers_the_terminal(desk: Desk) -> None:
    desk.poll(article("Antitrust \x1b[2J case [bold]opened", summary="\x1b[31m", guid="\x1b]0;x\x07"))
    desk.poll(replace(article("Antitrust again \x1b[2J"), guid="\x1b]0;x\x07"))
    assert "\x1b" not in desk.reads(desk.only_id())
