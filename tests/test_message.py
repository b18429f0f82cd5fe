"""What people read: complete, short, and harmless."""

import doctest
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import alerts.update_rule
import alerts.wording
from alerts.evidence import Evidence
from alerts.facts import Link, StoryFacts, Update
from alerts.medium import Message
from alerts.message import MAX_TITLE
from alerts.news import News
from alerts.wording import in_words
from stories.model import ArchivedArticle, Article
from tests.message_cards import compose

PUBLISHED = datetime(2026, 11, 22, 17, 3, tzinfo=UTC)


def found(word: str, text: str, field: str = "text") -> Evidence:
    return Evidence(field, word, text.index(word), text.index(word) + len(word))


def message(*evidence: Evidence, maybe_repeat: bool = False, **fields: object) -> Message:
    given: dict[str, object] = {"title": "Office opens antitrust case", "url": "https://a.example/1", **fields}
    archived = ArchivedArticle(id="a", story_id=1, seen_at=PUBLISHED, article=Article(**given))  # type: ignore[arg-type]
    return compose(archived, topic="Antitrust", evidence=evidence, maybe_repeat=maybe_repeat)


def test_the_examples_in_the_docstrings_are_true() -> None:
    assert doctest.testmod(alerts.wording).failed == 0
    assert doctest.testmod(alerts.update_rule).failed == 0


def test_a_message_says_what_who_when_why_and_where() -> None:
    summary = "The Office for Fair Markets said on Friday that it opened an antitrust case."
    start = summary.index("antitrust")
    told = message(
        Evidence("summary", "antitrust", start, start + 9), summary=summary, outlet="The Ledger", published_at=PUBLISHED
    )
    assert told.title == "[Antitrust] Office opens antitrust case"
    assert told.body.splitlines() == [
        "The Ledger · 22 Nov 2026, 17:03 UTC",
        "“The Office for Fair Markets said on Friday that it opened an *antitrust* case.”",
        "",
        "https://a.example/1",
        "",
        "Why: topic “Antitrust”: “antitrust” in the summary",
    ]


def test_a_possible_repeat_says_so_twice() -> None:
    told = message(maybe_repeat=True)
    assert told.title.startswith("(possible repeat) ")
    assert told.body.startswith("(possible repeat: an earlier try may have reached you)")


def test_an_undated_article_says_when_it_was_seen() -> None:
    assert message().body.startswith("seen 22 Nov 2026, 17:03 UTC")


def test_an_article_without_a_safe_link_is_told_all_the_same() -> None:
    assert message(url=None).body.splitlines()[2] == "(no safe link)"


def test_the_snippet_is_cut_around_the_words_on_one_line() -> None:
    text = f"{'before ' * 50}the antitrust\ncase{' after' * 50}"
    (snippet,) = [line for line in message(found("antitrust", text), text=text).body.splitlines() if "…" in line]
    assert snippet.startswith("“… before")
    assert snippet.endswith("after …”")
    assert "the *antitrust* case" in snippet
    assert len(snippet) < 260


def test_sentences_that_stand_apart_are_parted_by_an_ellipsis() -> None:
    text = f"An antitrust case began. {'Nothing happened. ' * 30}A complaint followed."
    body = message(found("antitrust", text), found("complaint", text), text=text).body
    assert "“An *antitrust* case began. … A *complaint* followed.”" in body


def test_cut_sentences_are_parted_by_one_ellipsis() -> None:
    text = f"An antitrust case{' and' * 200} a complaint followed."
    body = message(found("antitrust", text), found("complaint", text), text=text).body
    assert "“An *antitrust* case and" in body
    assert " and … and " in body
    assert body.count("…") == 1


def test_evidence_of_another_version_of_the_text_is_not_cut_out_wrongly() -> None:
    assert "“The text”" in message(Evidence("text", "antitrust", 500, 509), text="The text").body


@pytest.mark.parametrize(
    "trick",
    [
        "@everyone",
        "@here",
        "<!channel>",
        "<@U123>",
        "<#C1>",
        "!channel>",
        "<!subteam^S1>",
        "[https://bank.example](https://evil.example)",
    ],
)
def test_a_headline_cannot_ping_anybody(trick: str) -> None:
    told = message(title=f"Look {trick} here", summary=f"and {trick} there", outlet=trick)
    for text in (told.title, told.body):
        assert trick not in text
        assert trick in text.replace("\u200b", "")


@pytest.mark.parametrize("trick", ["@everyone", "<!channel>", "<@U123>", "@someone", "[a](https://evil.example)"])
def test_marking_words_makes_no_mention(trick: str) -> None:
    summary = f"and {trick} there"
    for start in range(4, 4 + len(trick)):
        for end in range(start + 1, 5 + len(trick)):
            told = message(Evidence("summary", summary[start:end], start, end), summary=summary)
            snippet = told.body.splitlines()[1]
            assert "*" in snippet
            for shown in (snippet, snippet.replace("*", "")):
                assert trick not in shown
            assert trick in snippet.replace("*", "").replace("\u200b", "")


@pytest.mark.parametrize(
    "written", ["{{7*7}}", "${PATH}", "%s %(x)s %d", "{0} {0.__class__}", "$title", "{% for x in y %}"]
)
def test_what_looks_like_a_template_is_printed_as_it_is_written(written: str) -> None:
    told = message(found("court", "court"), title=f"{written} in court", summary=f"court {written}", outlet=written)
    assert told.title == f"[Antitrust] {written} in court"
    assert f"{written} · 22 Nov" in told.body or f"{written} · seen 22 Nov" in told.body
    assert f"“court {written}”" in told.body


def test_a_summary_that_only_repeats_the_headline_is_left_out() -> None:
    assert message(title="Office opens case", summary="office opens CASE").body.count("opens") == 0


def test_a_mail_address_and_a_link_stay_what_they_are() -> None:
    told = message(summary="Write to press@office.example", url="https://a.example/@office/1")
    assert "press@office.example" in told.body
    assert "https://a.example/%40office/1" in told.body


@given(st.text(), st.text(), st.text())
def test_any_text_makes_a_message_that_can_be_sent(title: str, summary: str, outlet: str) -> None:
    told = message(Evidence("title", "x", 0, 1), title=title, summary=summary, outlet=outlet)
    assert 0 < len(told.title) <= MAX_TITLE
    assert "\n" not in told.title
    told.title.encode()
    told.body.encode()


def test_long_evidence_is_named_short() -> None:
    words = ["one", "two", "three", "four", "five"]
    evidence = [Evidence("text", word, 10 * n, 10 * n + len(word)) for n, word in enumerate(words)]
    assert in_words(evidence) == "“one”, “two”, “three” and 2 more in the text"


def test_words_inside_other_words_are_not_named_twice() -> None:
    evidence = [
        Evidence("title", "in-house AI", 0, 11),
        Evidence("title", "in-house AI model", 0, 17),
        Evidence("text", "In-house AI model", 5, 22),
    ]
    assert in_words(evidence) == "“in-house AI model” in the title"


LEDGER = ArchivedArticle(
    id="ledger",
    story_id=1,
    seen_at=PUBLISHED,
    article=Article(
        title="Office weighs antitrust case",
        summary="An antitrust case is near.",
        outlet="The Ledger",
        url="https://ledger.example/1",
        published_at=PUBLISHED,
    ),
)
CIRCUIT = ArchivedArticle(
    id="circuit",
    story_id=1,
    seen_at=PUBLISHED + timedelta(hours=20),
    article=Article(
        title="Office files antitrust case",
        summary="The office filed it in Oslo, seeking $4bn from Acme.",
        outlet="Circuit",
        url="https://circuit.example/2",
        published_at=PUBLISHED + timedelta(hours=20),
    ),
)
FILED = Update(stage="filed", because="stage filed (“files”), was considering", known="told 22 Nov 2026, 17:05 UTC")


def told(archived: ArchivedArticle = CIRCUIT, *, update: Update | None = None, **known: object) -> Message:
    """Return the message on a story that Circuit retells."""
    given: dict[str, object] = {
        "origin": "The Ledger",
        "is_credited": True,
        "outlets": 7,
        "articles": 9,
        "first_seen_at": PUBLISHED,
        "best": LEDGER,
        "links": (
            Link(outlet="The Ledger", url="https://ledger.example/1"),
            Link(outlet="Circuit", url="https://circuit.example/2"),
            Link(outlet="The Harbour Post", url="https://harbour.example/3"),
        ),
        **known,
    }
    return compose(
        archived,
        topic="Antitrust",
        evidence=(found("antitrust", archived.article.title, "title"),),
        maybe_repeat=False,
        facts=StoryFacts(**given),  # type: ignore[arg-type]
        stage="considering",
        update=update,
    )


def test_a_story_is_told_by_its_best_article_with_who_reported_it_and_how_far_it_has_spread() -> None:
    made = told()
    assert made.title == "[Antitrust] Office weighs antitrust case"
    assert made.body.splitlines() == [
        "Reported by The Ledger, told by 7 outlets · first seen 22 Nov 2026, 17:03 UTC",
        "Stage: considering",
        "Circuit: “The office filed it in Oslo, seeking $4bn from Acme.”",
        "",
        "https://ledger.example/1",
        "",
        "Circuit: https://circuit.example/2",
        "The Harbour Post: https://harbour.example/3",
        "",
        "Why: topic “Antitrust”: “antitrust” in the title",
    ]


@pytest.mark.parametrize(
    ("known", "line"),
    [
        ({"is_credited": False}, "First seen at The Ledger 22 Nov 2026, 17:03 UTC, told by 7 outlets"),
        ({"outlets": 1}, "Reported by The Ledger · first seen 22 Nov 2026, 17:03 UTC"),
        ({"outlets": 1, "is_credited": False}, "Reported by The Ledger · first seen 22 Nov 2026, 17:03 UTC"),
        (
            {"outlets": 1, "best": CIRCUIT},
            "Reported by The Ledger, told by Circuit · first seen 22 Nov 2026, 17:03 UTC",
        ),
        ({"origin": None}, "Told by 7 outlets · first seen 22 Nov 2026, 17:03 UTC"),
        ({"origin": None, "outlets": 1}, "First seen 22 Nov 2026, 17:03 UTC"),
    ],
)
def test_who_reported_it_is_said_as_far_as_it_is_known(known: dict[str, object], line: str) -> None:
    assert told(**known).body.splitlines()[0].removesuffix(" · published 22 Nov 2026, 17:03 UTC") == line  # type: ignore[arg-type]


def test_an_update_shows_what_is_new_and_what_was_known() -> None:
    made = told(update=FILED)
    assert made.title == "[Antitrust] filed: Office files antitrust case"
    assert made.body.splitlines()[:4] == [
        "Circuit · 23 Nov 2026, 13:03 UTC",
        "Stage filed (“files”), was considering",
        "Before: told 22 Nov 2026, 17:05 UTC",
        "“The office filed it in Oslo, seeking $4bn from Acme.”",
    ]
    assert "https://circuit.example/2\n\nThe Ledger: https://ledger.example/1" in made.body
    assert "The story: reported by The Ledger, told by 7 outlets · first seen 22 Nov 2026, 17:03 UTC\nWhy:" in made.body


def test_the_new_sentence_is_quoted_once() -> None:
    shown = "The office filed it in Oslo, seeking $4bn from Acme."
    other = "Carver Holdings pays, too."
    for quote, count in ((shown, 1), (other, 1)):
        news = News(terms=("Oslo",), quote=quote, share=0.6)
        made = told(update=Update(news=news, because="new: Oslo", known="told before"))
        assert made.title.startswith("[Antitrust] update: ")
        assert made.body.count(quote) == count
        assert "\nNew: Oslo\n" in made.body


@pytest.mark.parametrize("trick", ["@everyone", "<!channel>", "<@U123>", "[a](https://evil.example)", "x\n\ny"])
def test_what_a_story_says_cannot_ping_anybody_either(trick: str) -> None:
    news = News(terms=(trick,), quote=f"{trick} said", share=0.6)
    update = Update(stage=None, news=news, because=f"new: {trick}", known=f"told: “{trick}”")
    links = (Link(outlet=trick, url="https://evil.example/<!channel>@here"),)
    for made in (told(update=update, origin=trick, links=links), told(origin=trick, links=links)):
        for text in (made.title, made.body):
            assert trick not in text
        assert "@here" not in made.body
        assert "<!channel" not in made.body


@given(st.text(), st.text(), st.integers(0, 9), st.booleans(), st.booleans())
def test_any_facts_make_a_message_that_can_be_sent(
    origin: str, said: str, outlets: int, is_credited: bool, is_update: bool
) -> None:
    news = News(terms=(said,), quote=said, share=1)
    update = Update(stage=said, news=news, because=said, known=said) if is_update else None
    made = told(update=update, origin=origin, outlets=outlets, is_credited=is_credited)
    assert 0 < len(made.title) <= MAX_TITLE
    assert "\n" not in made.title
    made.title.encode()
    made.body.encode()
