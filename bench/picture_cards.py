"""Stories for pictures: as long, as many and as odd as real ones."""

from datetime import UTC, datetime, timedelta

from alerts.card import Card, StoryCard
from alerts.evidence import Evidence
from alerts.facts import Link, StoryFacts, Update
from alerts.gathering import card_for, digest_card, notice_card
from alerts.news import News
from stories.model import ArchivedArticle, Article
from stories.store_cards import NoticeToTell

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
TOPICS = ("Antitrust complaints", "Chip exports", "Data centres and power", "Wetterdienste")
OUTLETS = ("The Ledger", "Circuit", "The Harbour Post", "Norddeutsche Rundschau", "Le Quotidien", "朝の新聞")
HEADLINES = (
    "OpenAI weighs an antitrust complaint against Microsoft over the cloud contract it signed in 2019",
    "Regulator opens second inquiry into chip maker's rebates",
    "Verbraucherzentrale reicht Beschwerde gegen Suchmaschinenbetreiber ein",
    "半導体の輸出規制、対象拡大へ 政府が来月にも決定",
    "Power grid operator warns: new data centres would need as much as the whole of the city by 2030",
    "Le régulateur ouvre une enquête sur les remises d'un fabricant de puces",
    "Court dismisses complaint <b>in part</b> & sends @everyone home",
)
SENTENCE = (
    "The company has told the Office for Fair Markets that it is considering an antitrust complaint against its largest"
    " partner, three people familiar with the talks said on Sunday. A decision is expected before the end of the month."
)


def article(number: int, *, summary: str = SENTENCE) -> ArchivedArticle:
    """Return one of the stories."""
    outlet = OUTLETS[number % len(OUTLETS)]
    host = ("ledger.example", "circuit.example", "xn--pple-43d.com")[number % 3]
    at = NOW - timedelta(minutes=23 * number)
    return ArchivedArticle(
        id=f"a{number}",
        story_id=number + 1,
        seen_at=at,
        article=Article(
            title=HEADLINES[number % len(HEADLINES)],
            summary=summary,
            outlet=outlet,
            url=f"https://www.{host}/2026/11/23/business/story-{number}?id={number}",
            published_at=at - timedelta(minutes=6),
        ),
    )


def cards() -> dict[str, Card]:
    """Return what is painted, by name."""
    shown = article(0)
    evidence = {TOPICS[0]: (found("antitrust complaint", SENTENCE), Evidence("title", "antitrust complaint", 17, 36))}
    facts = StoryFacts(
        origin="The Ledger",
        is_credited=True,
        outlets=7,
        articles=9,
        first_seen_at=NOW - timedelta(minutes=2),
        best=shown,
        links=(
            Link(outlet="Circuit", url="https://circuit.example/openai-complaint"),
            Link(outlet="The Harbour Post", url="https://harbour.example/business/1"),
        ),
    )
    filed = article(
        1, summary="The complaint, filed in Oslo, seeks $4bn in damages and an end of the exclusive contract."
    )
    update = Update(
        stage="filed",
        news=News(terms=("Oslo", "$4bn"), quote="Carver Holdings said it would join the case.", share=0.7),
        because="stage filed (“files”), was considering; new: Oslo, $4bn",
        known="told 22 Nov 2026, 17:05 UTC: “OpenAI weighs an antitrust complaint”",
    )
    found_in_update = {TOPICS[0]: (found("complaint", filed.article.summary),), TOPICS[1]: ()}
    return {
        "first": card_for(shown, evidence=evidence, facts=facts, stage="considering"),
        "update": card_for(filed, evidence=found_in_update, facts=facts, stage="filed", updates={TOPICS[0]: update}),
        "digest": digest_card([_listed(number) for number in range(30)], [], is_planned=True),
        "notice": notice_card(_notice(), is_end=False, is_repeat=False),
        "notice_over": notice_card(_notice(), is_end=True, is_repeat=False),
        "repeat": card_for(shown, evidence=evidence, facts=facts, stage="considering", is_repeat=True),
    }


def found(words: str, text: str) -> Evidence:
    """Return the evidence of words in a summary."""
    return Evidence("summary", words, text.index(words), text.index(words) + len(words))


def _listed(number: int) -> StoryCard:
    shown = article(number)
    topic = TOPICS[number * number % len(TOPICS)]
    stage = (None, "considering", "filed")[number % 3]
    return card_for(
        shown, evidence={topic: (found("antitrust complaint", SENTENCE),)}, stage=stage, is_repeat=number == 7
    )


def _notice() -> NoticeToTell:
    return NoticeToTell(
        id=1,
        kind="failing",
        about="The Harbour Post",
        sentence="feed The Harbour Post (https://harbour.example/rss.xml): fails since 2026-11-21 06:10 UTC: the server"
        " answered 503",
        told_at=NOW - timedelta(hours=5),
        over_at=NOW,
    )
