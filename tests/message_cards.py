"""Cards whose every text somebody else chose, and what is live in the messages made of them."""

import re
from collections.abc import Sequence
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from hypothesis import strategies as st

from alerts.card import StoryCard
from alerts.evidence import Evidence
from alerts.facts import Link, StoryFacts, Update
from alerts.gathering import card_for
from alerts.medium import Medium, Message
from alerts.message import rendered
from alerts.news import News
from stories.model import ArchivedArticle, Article
from tests.building import NOON

URL = "https://news.example.org/story"
TRICKS = (
    "@everyone", "@here", "<!channel>", "<!here|x>", "!channel>", "<@U123>", "<!subteam^S1>", "<#C1>", "<@&1>",
    "@someone", "<https://evil.example|https://bank.example>", "[https://bank.example](https://evil.example)",
    "[a]: https://evil.example", "https://evil.example/x", "www.evil.example", "evil.example", "mailto:a@evil.example",
    "![x](https://evil.example/p.png)", "<script>alert(1)</script>", "<img src=https://evil.example/p.png onerror=x>",
    "<a href='https://evil.example'>", "<b>", "<svg/onload=x>", "<style>@import url(//evil.example)</style>", "</p>",
    "<!--", "javascript:alert(1)", "&lt;b&gt;", "&#60;b", "*", "**", "_", "__", "`", "```", "~~", "||", "\\", "\\[",
    "](", ")", "<", ">", "|", "# ", "> ", "- ", "1. ", "{{7*7}}", "${link}", "$title", "%s %(x)s", "{0.__class__}",
    ":smile:", "🇩🇪",
)  # fmt: skip
UNSEEN_TRICKS = (
    "\n\n---\n", "\u202e", "\u200b", "\ud800", "\U000e0041", "\ue000", "\ue001", "\x1b[2J", "\u2028",
    "\r\nBcc: x@evil.example", "👩🏽\u200d🚒", "e" + "\u0301" * 30,
)  # fmt: skip
texts = st.lists(st.sampled_from(TRICKS + UNSEEN_TRICKS) | st.text(max_size=20), max_size=8).map("".join)


def card(
    title: str = "Office opens case",
    *,
    said: str = "An antitrust case.",
    outlet: str | None = "The Ledger",
    topics: Sequence[str] = ("Antitrust",),
    link: str | None = URL,
    marks: tuple[int, int] = (3, 12),
    is_update: bool = False,
    is_repeat: bool = False,
    story_id: int = 1,
    links: Sequence[Link] = (),
) -> StoryCard:
    """Return the card of an article that says so, with the words between `marks` as evidence."""
    shown = ArchivedArticle(
        id=f"a{story_id}",
        story_id=story_id,
        seen_at=NOON + timedelta(minutes=story_id),
        article=Article(title=title, summary=said, outlet=outlet, url=link, published_at=NOON),
    )
    words = said[slice(*marks)]
    evidence = (Evidence("summary", words, marks[0], marks[0] + len(words)),)
    news = News(terms=(said[:50],), quote=title, share=0.5)
    update = Update(stage=said[:50] or None, news=news, because=said, known=title)
    facts = StoryFacts(
        origin=outlet, is_credited=True, outlets=3, articles=3, first_seen_at=NOON, best=shown, links=tuple(links)
    )
    return card_for(
        shown,
        evidence=dict.fromkeys(topics, evidence),
        facts=facts,
        stage=said[:50] or None,
        updates=dict.fromkeys(topics, update) if is_update else None,
        is_repeat=is_repeat,
    )


def compose(
    archived: ArchivedArticle,
    *,
    topic: str,
    evidence: tuple[Evidence, ...],
    maybe_repeat: bool,
    facts: StoryFacts | None = None,
    stage: str | None = None,
    update: Update | None = None,
) -> Message:
    """Return the message in plain text that tells a story under `topic`, because of `archived` and its `evidence`."""
    card = card_for(
        archived,
        evidence={topic: evidence},
        is_repeat=maybe_repeat,
        facts=facts,
        stage=stage,
        updates={topic: update} if update else None,
    )
    return rendered(card, Medium.TEXT)


def slack_texts(message: Message) -> list[dict[str, Any]]:
    """Return the text objects of a message's blocks."""
    assert message.blocks is not None
    shown = [block for block in message.blocks if block["type"] != "divider"]
    return [text for block in shown for text in ([block["text"]] if "text" in block else block["elements"])]


def slack_links(message: Message) -> list[str]:
    """Return whatever Slack would take for a link or a mention."""
    texts = [text["text"] for text in slack_texts(message) if text["type"] == "mrkdwn"]
    return [found.partition("|")[0] for text in texts for found in re.findall(r"<([^>]*)>", text)]


class Html(HTMLParser):
    """What stands in a page: its tags, its links, and its text outside style and title."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self._within = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]
        self._within = tag

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within not in ("style", "title"):
            self.text += data
