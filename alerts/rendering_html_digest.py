"""Digests as HTML for mail: topics with their stories, and a table of contents when there are many."""

from collections.abc import Iterator
from html import escape

from alerts.card import DigestCard, NoticeCard, StoryCard, StorySection
from alerts.card_wording import contents, covered, entry, headline, notice_headline
from alerts.harmless import said, said_here
from alerts.rendering_html import advice_html, headline_html, page, paragraph, snippet_html
from stories.counted import counted


def digest_html(card: DigestCard, title: str) -> str:
    """Return a digest as a page for mail."""
    counts = [counted(card.stories, "story", "stories")] if card.stories else []
    counts += [counted(len(card.notices), "notice")] if card.notices else []
    return page(
        title,
        paragraph("wirewatch digest" if card.is_planned else "wirewatch", "topic"),
        f"<h1>{escape(' and '.join(counts))}</h1>",
        paragraph(covered(card), "quiet"),
        _contents(card),
        *(_notice(notice, is_whole=card.has_room_for_advice) for notice in card.notices),
        *_topics(card),
    )


def _contents(card: DigestCard) -> str:
    lines = "".join(
        f'<li><a href="#topic-{number}">{escape(said(topic))}</a>: {counted(count, "story", "stories")}</li>'
        for number, (topic, count) in enumerate(contents(card), start=1)
    )
    return f"<ul>{lines}</ul>" if lines else ""


def _topics(card: DigestCard) -> Iterator[str]:
    for number, topic in enumerate(card.topics, start=1):
        yield f'<h2 id="topic-{number}">{escape(said(topic.topic))}</h2>'
        yield from (_entry(story, is_quoted=card.has_room_for_snippets) for story in topic.stories)


def _entry(story: StorySection, *, is_quoted: bool) -> str:
    newest, *earlier = story.cards
    quoted = f"<p>{snippet}</p>" if is_quoted and (snippet := snippet_html(newest)) else ""
    before = "".join(paragraph(f"earlier: {headline(card)} · {card.listed}", "quiet") for card in earlier)
    return f'<div class="entry"><h3>{_headline(newest)}</h3>{paragraph(entry(newest), "quiet")}{quoted}{before}</div>'


def _headline(card: StoryCard) -> str:
    return headline_html(card, headline(card))


def _notice(card: NoticeCard, *, is_whole: bool) -> str:
    happened = f'<p class="quiet">{escape(said_here(card.happened))}</p>'
    return f'<div class="new">{paragraph(notice_headline(card))}{happened}{advice_html(card) if is_whole else ""}</div>'
