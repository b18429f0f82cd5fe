"""`wirewatch stories`, `story`, `split` and `join`, as a person uses them."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from alerts.facts import Update
from alerts.facts import to_json as written_update
from alerts.news import News
from scheduler.cli import wirewatch as cli
from scheduler.lock import only_writer
from scheduler.showing import short_time
from stories.credits import Credit, CreditKind
from stories.identity import sighting_of
from stories.joining import Joining
from stories.joining_json import from_json, to_json
from stories.likeness import learnt
from stories.store import Store, open_store
from stories.store_alerts import add_alert, save_match
from stories.store_articles import add_article, remember_sighting, start_story
from stories.store_credits import save_credits
from tests.building import NOON, archived, article
from tests.command_line import in_folder

HOUR = timedelta(hours=1)
TOPIC = "Antitrust complaints"


@dataclass(frozen=True)
class Desk:
    """A folder with an archive, and a person who asks."""

    folder: Path
    store: Store

    def keep(
        self,
        id: str,
        *,
        story: int | None = None,
        hour: int = 0,
        outlet: str | None = "The Ledger",
        title: str = "",
        credits: tuple[Credit, ...] = (),
        joining: Joining | None = None,
        copy_of: str | None = None,
    ) -> int:
        """Keep an article of a story, a new one mostly, and return the story's number."""
        at = NOON + hour * HOUR
        said = article(title=title or f"Headline {id}", outlet=outlet, published_at=at, url=f"https://a.example/{id}")
        with self.store.writing():
            number = story or start_story(self.store, at=at)
            add_article(self.store, archived(said, id=id, story_id=number, seen_at=at), feed_id=None)
            remember_sighting(self.store, replace(sighting_of(said, feed_id=None), article_id=id), now=at)
            self.store.db.execute(
                "UPDATE stories SET last_article_at = (SELECT max(published_at) FROM articles WHERE story_id = :id)"
                " WHERE id = :id",
                {"id": number},
            )
            self.store.db.execute(
                "UPDATE articles SET joining = ?, copy_of = ? WHERE id = ?",
                [to_json(joining) if joining else "", copy_of, id],
            )
            save_credits(self.store, id, credits)
        return number

    def tell(
        self, article_id: str, story: int, *, topic: str = TOPIC, stage: str | None = None, update: Update | None = None
    ) -> None:
        """Make an alert of an article, with its match."""
        with self.store.writing():
            alert_id = add_alert(
                self.store, topic=topic, story_id=story, article_id=article_id, headline="H", channels=(), now=NOON
            )
            self.store.db.execute(
                "UPDATE alerts SET kind = ?, stage = ?, news = ? WHERE id = ?",
                ["update" if update else "first", stage, written_update(update), alert_id],
            )
            self.match(article_id, topic, alert_id)

    def match(self, article_id: str, topic: str = TOPIC, alert_id: int | None = None) -> None:
        save_match(
            self.store,
            article_id=article_id,
            topic=topic,
            evidence="[]",
            outcome="told" if alert_id else "baseline",
            reason="“antitrust” in the title",
            alert_id=alert_id,
            now=NOON,
        )

    def types(self, *words: str) -> Result:
        """Return what a command does, without the price of a process."""
        return CliRunner().invoke(cli, ["--database", str(self.folder / "archive.db"), *words])

    def reads(self, *words: str) -> str:
        """Return what a command that works says."""
        typed = self.types(*words)
        assert (typed.exit_code, typed.stderr) == (0, ""), typed.output
        return typed.stdout

    def values(self, *words: str) -> list[dict[str, object]]:
        """Return what a command that lists says to machines."""
        listed = json.loads(self.reads(*words, "--format", "json"))
        assert isinstance(listed, list)
        return listed

    def numbers(self, *words: str) -> list[object]:
        """Return the numbers of the stories that are listed."""
        return [each["id"] for each in self.values("stories", *words)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An empty archive."""
    with open_store(tmp_path / "archive.db") as store:
        yield Desk(tmp_path, store)


def crediting(outlet: str, words: str) -> Credit:
    return Credit(outlet=outlet, words=words, kind=CreditKind.WORDS)


def told_story(desk: Desk) -> int:
    """Keep a story that one outlet reported and two retold, told once and once more."""
    words = crediting("The Ledger", "first reported by The Ledger")
    number = desk.keep("origin-1", title="OpenAI weighs an antitrust complaint", joining=STARTED)
    desk.keep("second-1", story=number, hour=1, outlet="Circuit", credits=(words,), joining=JOINED)
    desk.keep("third-1", story=number, hour=2, outlet="Bourse Daily", credits=(words,), joining=JOINED)
    desk.tell("origin-1", number, stage="considering")
    news = News(terms=("brussels",), quote="The complaint was filed in Brussels.", share=0.5)
    update = Update(stage="filed", news=news, because="the story has reached “filed”", known="considering")
    desk.tell("third-1", number, stage="filed", update=update)
    return number


STARTED = Joining(story_id=None, score=0.0, threshold=0.4)
JOINED = Joining(
    story_id=1,
    score=0.834,
    threshold=0.4,
    terms=(("openai", 7.4), ("complaint", 5.25)),
    article_id="origin-1",
    runner_up=9,
    runner_up_score=0.31,
    against=("4 million",),
)


def test_a_story_is_listed_with_who_reported_it_and_how_far_it_spread(desk: Desk) -> None:
    number = told_story(desk)
    assert desk.reads("stories").splitlines() == [
        "OpenAI weighs an antitrust complaint",
        f"  story {number} · {short_time(NOON + 2 * HOUR)} · 3 articles from 3 outlets",
        "  reported by The Ledger, credited by 2 articles",
        f"  told under {TOPIC} (2 alerts, stage filed)",
    ]


def test_machines_read_the_same_list(desk: Desk) -> None:
    number = told_story(desk)
    (listed,) = desk.values("stories")
    assert (listed["id"], listed["best"], listed["articles"], listed["outlets"]) == (number, "origin-1", 3, 3)
    assert (listed["origin"], listed["is_credited"], listed["credited"]) == ("The Ledger", True, {"The Ledger": 2})
    assert listed["told"] == [{"topic": TOPIC, "alerts": 2, "stage": "filed"}]


def test_the_story_with_the_newest_article_is_first(desk: Desk) -> None:
    early, late, single = desk.keep("a", hour=0), desk.keep("b", hour=3), desk.keep("c", hour=2)
    desk.keep("d", story=early, hour=5)
    assert desk.numbers() == [early, late, single]
    assert desk.numbers("--limit", "1") == [early]


def test_a_list_is_narrowed(desk: Desk) -> None:
    told, matched, several = desk.keep("a"), desk.keep("b", hour=30), desk.keep("c")
    desk.keep("d", story=several, hour=1)
    desk.tell("a", told)
    desk.match("b")
    desk.match("c", "Cloud")
    assert desk.numbers("--told") == [told]
    assert desk.numbers("--several") == [several]
    assert desk.numbers("--topic", "antitrust complaints") == [matched, told]
    assert desk.numbers("--topic", TOPIC, "--told") == [told]
    assert desk.numbers("--topic", "cloud", "--told") == []
    assert desk.numbers("--since", "2026-11-23T00:00Z") == [matched]
    assert desk.numbers("--since", "30000d", "--several") == [several]
    assert desk.reads("stories", "--told", "--several") == "No story is like that.\n"


def test_an_empty_archive_says_what_to_do(desk: Desk) -> None:
    assert "`wirewatch poll`" in desk.reads("stories")
    assert desk.values("stories") == []


@pytest.mark.parametrize("written", ["yesterday", "", "2026-13-01", "99999999999d", "-1d"])
def test_a_time_that_is_none_is_a_sentence(desk: Desk, written: str) -> None:
    refused = desk.types("stories", "--since", written)
    assert refused.exit_code == 2
    assert "expected a date such as 2026-11-22 or a duration such as 12h or 7d" in refused.stderr


def test_a_topic_that_never_matched_is_a_sentence(desk: Desk) -> None:
    desk.keep("a")
    desk.match("a")
    refused = desk.types("stories", "--topic", "Clouds")
    assert refused.exit_code == 2
    assert f"'Clouds'; those that were: {TOPIC}" in refused.stderr


def test_a_story_is_a_timeline(desk: Desk) -> None:
    number = told_story(desk)
    shown = desk.reads("story", str(number))
    for part in (
        f"OpenAI weighs an antitrust complaint\nstory {number} · 3 articles from 3 outlets · ",
        "reported by The Ledger, credited by 2 articles\n",
        f"{short_time(NOON)} The Ledger: origin\n",
        "started a story: no other open story had words like these",
        f"told {short_time(NOON)} under {TOPIC} (stage considering): “antitrust” in the title",
        f"{short_time(NOON + HOUR)} Circuit: retelling\n   Headline second-1 (second-1)\n",
        "credits The Ledger: “first reported by The Ledger”",
        "joined story 1 by score 0.83 (needed 0.40) with “OpenAI weighs an antitrust complaint” (origin-1)",
        "shared terms: openai 7.4, complaint 5.25",
        "against it: 4 million",
        "runner-up: story 9, 0.31",
        f"told again, an update, {short_time(NOON)} under {TOPIC} (stage filed): the story has reached “filed”",
        "new: “The complaint was filed in Brussels.”",
    ):
        assert part in shown
    assert desk.reads("story", "origin-1") == shown
    assert desk.reads("story", "https://a.example/second-1") == shown


def test_machines_read_the_same_timeline(desk: Desk) -> None:
    number = told_story(desk)
    told = json.loads(desk.reads("story", str(number), "--format", "json"))
    assert [each["role"] for each in told["articles"]] == ["origin", "retelling", "retelling"]
    assert told["articles"][1]["joining"]["terms"] == [["openai", 7.4], ["complaint", 5.25]]
    assert told["articles"][1]["credits"][0]["outlet"] == "The Ledger"
    assert told["articles"][2]["alerts"][0]["update"]["news"]["quote"] == "The complaint was filed in Brussels."


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("99", "no story has the number 99"),
        ("nothing", "no article has the id or address nothing"),
        ("9" * 30, "no article has the id"),
        ("", "no article has the id"),
        ("²", "no article has the id"),
    ],
)
def test_a_story_that_is_not_there_is_a_sentence(desk: Desk, said: str, sentence: str) -> None:
    desk.keep("origin-1")
    for words in (("story", said), ("join", said, "1"), ("join", "1", said)):
        refused = desk.types(*words)
        assert refused.exit_code == 2
        assert sentence in refused.stderr


def test_a_join_puts_the_younger_into_the_older_and_a_split_takes_it_back(desk: Desk) -> None:
    old, young = desk.keep("old-1"), desk.keep("young-1", hour=1)
    desk.keep("young-2", story=young, hour=2)
    joined = desk.reads("join", str(young), "old-1", "--because", "the same\x1b[2J fine")
    assert joined == f"story {young} with 2 articles went into story {old}; to take it back: wirewatch split {young}\n"
    shown = desk.reads("story", str(young))
    assert f"story {young} went into this one" in shown
    assert f"a person joined story {young}, with 2 articles, into this one: the same[2J fine\n" in shown
    assert desk.numbers() == [old]
    back = desk.reads("split", str(young))
    assert back == f"2 articles left story {old} as story 3; to take it back: wirewatch join {old} 3\n"
    assert desk.numbers() == [3, old]
    assert "none of the articles of story 2 is in story 1 any more" in desk.types("split", str(young)).stderr


def test_a_split_makes_a_story_and_a_join_takes_it_back(desk: Desk) -> None:
    number = desk.keep("wrong-1")
    for id in ("wrong-2", "right-1", "right-2"):
        desk.keep(id, story=number, hour=1)
    told = desk.reads("split", "wrong-1", "https://a.example/wrong-2", "wrong-1")
    assert told.startswith("2 articles left story 1 as story 2;")
    assert "a person split off 2 articles as story 2\n   “Headline wrong-1” (wrong-1)\n" in desk.reads("story", "1")
    assert "split by a person from story 1, with 2 articles" in desk.reads("story", "wrong-2")
    # story 2 has the older article: the other one goes into it
    assert desk.reads("join", "1", "2").startswith("story 1 with 2 articles went into story 2;")
    assert desk.numbers() == [2]
    assert "4 articles" in desk.reads("story", "1")


def test_several_stories_are_joined_at_once(desk: Desk) -> None:
    numbers = [str(desk.keep(f"article-{hour}", hour=hour)) for hour in (2, 0, 1)]
    assert desk.reads("join", *numbers).count("went into story 2;") == 2
    assert desk.numbers() == [2]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("join", "1", "1"), "1 and 1 are one story already: 1"),
        (("join", "1", "one-2"), "1 and one-2 are one story already: 1"),
        (("join", "1", "3"), "1 and 3 are one story already: 1"),
        (("join", "1"), "name the story with which 1 is to be joined, too"),
        (("split", "one-1", "two-1"), "one-1 is of story 1; two-1 is of story 2"),
        (("split", "one-1", "one-2", "three-1"), "an article has to stay in story 1: these are all it has"),
        (("split", "two-1"), "an article has to stay in story 2: it has this article only"),
        (("split", "2"), "2 is a story; name the articles that are to leave it"),
        (("split", "99"), "no article has the id"),
        (("split",), "Missing argument"),
        (("join",), "Missing argument"),
    ],
)
def test_what_cannot_be_joined_or_split_is_a_sentence_and_changes_nothing(
    desk: Desk, words: tuple[str, ...], sentence: str
) -> None:
    desk.keep("one-1")
    desk.keep("one-2", story=1)
    desk.keep("two-1", hour=1)
    desk.keep("three-1", hour=2)
    desk.reads("join", "1", "3")
    before = desk.reads("stories", "--format", "json")
    refused = desk.types(*words)
    assert refused.exit_code == 2
    assert sentence in refused.stderr
    assert desk.reads("stories", "--format", "json") == before


def test_a_split_story_says_by_which_alert_it_counts_as_told(desk: Desk) -> None:
    number = desk.keep("one-1")
    desk.keep("two-1", story=number, hour=1)
    desk.tell("one-1", number)
    desk.reads("split", "two-1")
    counts = f"counts as told under {TOPIC} since {short_time(NOON)}, by “H” (one-1), now in story 1"
    assert counts in desk.reads("story", "two-1")
    assert counts not in desk.reads("story", "one-1")


def test_while_the_service_runs_nothing_is_changed(tmp_path: Path, desk: Desk) -> None:
    desk.keep("one-1")
    desk.keep("two-1")
    desk.keep("two-2", story=2)
    run = in_folder(tmp_path)
    with only_writer(tmp_path / "archive.db"):
        for words in (("join", "1", "2"), ("split", "two-1")):
            refused = run(*words, "--database", "archive.db")
            assert (refused.returncode, refused.stdout) == (3, "")
            assert "another wirewatch" in refused.stderr
            assert "stop that one first" in refused.stderr
    assert desk.numbers("--limit", "9") == [2, 1]


def test_an_archive_that_is_not_there_does_not_come_to_be(tmp_path: Path) -> None:
    for words in (("stories",), ("story", "1"), ("join", "1", "2"), ("split", "abcd")):
        refused = in_folder(tmp_path)(*words, "--database", "nothing.db")
        assert refused.returncode == 4
        assert "not there yet" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_nothing_from_the_web_steers_the_terminal(desk: Desk) -> None:
    bad = "\x1b[2J\u202e"
    joining = Joining(story_id=1, score=1, threshold=0.5, terms=((bad, 1.0),), against=(bad,), article_id="one-1")
    desk.keep("one-1", title=f"A {bad} b", outlet=f"C{bad}", credits=(crediting(f"D{bad}", bad),), joining=joining)
    for words in (("stories",), ("story", "1")):
        shown = desk.reads(*words)
        assert "\x1b" not in shown
        assert "\u202e" not in shown


@pytest.mark.parametrize(
    "joining", [STARTED, JOINED, Joining(story_id=3, score=0.5, threshold=0.5, copy_of="é", merges=(4,))]
)
def test_a_joining_is_read_as_it_was_written(joining: Joining) -> None:
    assert from_json(to_json(joining)) == joining
    assert from_json("") is None


DOCS = (Path(__file__).parents[1] / "docs" / "stories.md").read_text("utf-8")


def test_the_examples_of_the_documentation_are_what_is_shown(desk: Desk) -> None:
    told_story(desk)
    listed, timeline = re.findall(r"```text\n(.*?)```", DOCS, re.DOTALL)
    at_noon = re.compile(r"2026-11-22 (\d\d:\d\d)")  # as everywhere in the reader's own time zone

    def without_zone(text: str) -> str:
        return at_noon.sub("", text)

    assert without_zone(desk.reads("stories")) == without_zone(listed)
    assert without_zone(desk.reads("story", "1")).startswith(without_zone(timeline))


def test_the_documentation_says_what_is_needed_to_join() -> None:
    rule = learnt()
    for needed in (rule.threshold, rule.two_subjects, rule.own_outlet, rule.same_story):
        assert f" {needed:.2f}" in DOCS


def test_the_commands_of_the_documentation_are_taken_as_they_are_written(desk: Desk) -> None:
    numbers = [desk.keep(f"article-{number}") for number in range(1, 16)]
    desk.keep("other-12", story=12)
    desk.match("article-1")
    lines = [
        shlex.split(line, comments=True)
        for block in re.findall(r"```sh\n(.*?)```", DOCS, re.DOTALL)
        for line in block.splitlines()
    ]
    assert [words[:2] for words in lines] == [
        ["wirewatch", name] for name in ("stories", "stories", "stories", "split", "join")
    ]
    for words in lines:
        named = iter(("other-12", "other-12"))
        desk.reads(*(next(named) if word == "ARTICLE" else word for word in words[1:]))
    assert len(desk.numbers("--limit", "99")) == len(numbers)


@pytest.mark.parametrize("command", ["stories", "story", "split", "join"])
def test_each_command_explains_itself(desk: Desk, command: str) -> None:
    assert "Usage: wirewatch" in desk.reads(command, "--help")
    assert f"  {command} " in desk.reads("--help")


def test_a_configured_topic_that_matched_nothing_yet_has_no_stories(desk: Desk) -> None:
    config = desk.folder / "quiet.yaml"
    config.write_text(
        "topics: [{name: Quiet, keywords: [quiet], channels: [console]}]\nchannels: {console: {url: 'console://'}}\n"
    )
    typed = desk.types("--config", str(config), "stories", "--topic", "quiet")
    assert (typed.exit_code, typed.output) == (0, "No story is like that.\n")
