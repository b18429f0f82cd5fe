"""A story that never happened, to show what messages look like."""

from datetime import datetime, timedelta

from alerts.card import StoryCard
from alerts.evidence import Evidence
from alerts.facts import Link, StoryFacts
from alerts.gathering import card_for
from stories.model import ArchivedArticle, Article

_SENTENCE = (
    "If you can read this, alerts of wirewatch reach you here. The Office for Fair Markets is said to weigh an"
    " antitrust complaint against a company that sells umbrellas to fish."
)


def sample_card(*, topic: str, now: datetime) -> StoryCard:
    """Return a first report under `topic`, as two outlets told it until `now`."""
    words = "antitrust complaint"
    shown = ArchivedArticle(
        id="sample",
        story_id=0,
        seen_at=now,
        article=Article(
            title="This is a sample: office weighs a complaint against a seller of umbrellas",
            summary=_SENTENCE,
            outlet="The Sample Post",
            url="https://example.org/sample",
            published_at=now - timedelta(minutes=3),
        ),
    )
    facts = StoryFacts(
        origin="The Sample Post",
        is_credited=True,
        outlets=2,
        articles=2,
        first_seen_at=now - timedelta(minutes=2),
        best=shown,
        links=(Link(outlet="Sample Wire", url="https://example.org/sample-wire"),),
    )
    start = _SENTENCE.index(words)
    evidence = (Evidence("summary", words, start, start + len(words)),)
    return card_for(shown, evidence={topic: evidence}, facts=facts, stage="considering")
