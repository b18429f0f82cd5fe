"""Messages in plain text: for channels that show nothing but characters, and beside the HTML of a mail."""

from collections.abc import Iterator

from alerts.card import NO_LINK, REPEAT_IN_FULL, DigestCard, NoticeCard, StoryCard, StorySection
from alerts.card_wording import (
    MOST_LINKS,
    MOST_WHYS,
    advice,
    contents,
    covered,
    duration,
    entry,
    fitting_digest,
    headline,
    left_out,
    more_topics,
    news_lines,
    notice_headline,
    why_said,
)
from alerts.harmless import said, said_fragment, said_here, unmentioned
from alerts.rendering_templates import templated_body
from alerts.snippet import marked
from stories.counted import counted
from stories.told_address import host_in_words, told_address

_SHORT_TITLE = 100  # characters, of a story in a digest that has many


def story_text(card: StoryCard) -> str:
    """Return a story as plain text: who and when, what, where to read it, and why it is told."""
    blocks = (
        _lines(
            REPEAT_IN_FULL if card.is_repeat else "",
            *map(said, (card.published, *news_lines(card)) if card.kind else card.origin),
            said(f"Stage: {card.stage}") if card.stage and card.stage != card.kind else "",
            snippet_line(card),
        ),
        link_line(card),
        _lines(*_other_links(card)),
        _lines(
            said(f"The story: {card.story}") if card.story else "",
            *(said(f"Why: {why_said(why)}") for why in card.whys[:MOST_WHYS]),
            *more_topics(card),
        ),
    )
    return "\n\n".join(block for block in blocks if block)


def templated_text(text: str, card: StoryCard) -> str:
    """Return a story in the words of a template, marked if it may be a repeat."""
    body = templated_body(text, card, say=said, snippet=snippet_line(card), link=link_line(card))
    return f"{REPEAT_IN_FULL}\n\n{body}" if card.is_repeat else body


def snippet_line(card: StoryCard) -> str:
    """Return the sentences around the words that told, each of the words between asterisks."""
    if not card.snippet.text:
        return ""
    whose = f"{said(card.teller)}: " if card.teller else ""
    return f"{whose}“{unmentioned(marked(said_fragment(card.snippet), '*', '*'))}”"


def link_line(card: StoryCard) -> str:
    """Return where to read a story; an address in letters outside ASCII with these beside it."""
    url = told_address(card.link)
    if url is None:
        return NO_LINK
    written = host_in_words(url).partition(" ")[2]
    return f"{url} {said(written)}" if written else url


def _other_links(card: StoryCard) -> Iterator[str]:
    for link in card.links[:MOST_LINKS]:
        if url := told_address(link.url):
            yield f"{said(link.outlet)}: {url}"


def notice_text(card: NoticeCard) -> str:
    """Return a notice as plain text: what happened, what it means, what to do, since when, and its end."""
    blocks = (
        REPEAT_IN_FULL if card.is_repeat else "",
        said_here(card.happened),
        *(f"{heading}: {text}" for heading, text in advice(card)),
        duration(card),
    )
    return "\n\n".join(block for block in blocks if block)


def digest_text(card: DigestCard, *, most: int | None = None) -> str:
    """Return a digest as plain text of at most `most` bytes: in fewer words if need be, then with fewer stories."""
    return fitting_digest(card, _digest, most)


def _digest(card: DigestCard, stories: int, is_short: bool) -> str:
    room = stories
    blocks = [
        _lines(covered(card), *_contents(card)),
        *(_notice(notice, is_whole=card.has_room_for_advice) for notice in card.notices),
    ]
    for topic in card.topics:
        shown = topic.stories[:room]
        room -= len(shown)
        if shown:
            blocks.append(said(f"— {topic.topic} ({len(topic.stories)}) —"))
            blocks += [_entry(story, is_short=is_short, is_quoted=card.has_room_for_snippets) for story in shown]
    return "\n\n".join(block for block in (*blocks, left_out(card.stories - stories)) if block)


def _contents(card: DigestCard) -> Iterator[str]:
    for topic, count in contents(card):
        yield said(f"{topic}: {counted(count, 'story', 'stories')}")


def _entry(story: StorySection, *, is_short: bool, is_quoted: bool) -> str:
    newest, *earlier = story.cards
    if is_short:
        return _lines(said(headline(newest, most=_SHORT_TITLE)), link_line(newest))
    return _lines(
        said(headline(newest)),
        said(entry(newest)),
        snippet_line(newest) if is_quoted else "",
        *(said(f"earlier: {headline(card)} · {card.listed}") for card in earlier),
        link_line(newest),
    )


def _notice(card: NoticeCard, *, is_whole: bool) -> str:
    counsel = (f"{heading}: {text}" for heading, text in advice(card))
    return _lines(
        said(f"! {notice_headline(card)}"), said_here(card.happened), *(counsel if is_whole else [said(card.to_do)])
    )


def _lines(*given: str) -> str:
    return "\n".join(line for line in given if line)
