"""Messages in markdown, written so that every dialect reads the same: nothing of the news is markup in any."""

import re
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
    origin_lines,
    why_said,
)
from alerts.harmless import LONGEST_LINE, UNSEEN, said, said_fragment, said_here, woven
from alerts.rendering_templates import templated_body
from alerts.rendering_titles import MAX_TITLE
from stories.counted import counted
from stories.graphemes import shortened
from stories.told_address import host_in_words, told_address

_BREAK = "  \n"  # a new line in every dialect
_SHORT_TITLE = 100
# A backslash takes the meaning of these in every dialect. Of the rest it is taken by what is unseen: of a `<`, of two
# tildes or bars (Discord), of an entity.
_ESCAPED = re.compile(r"[\\`*_\[\]>]")
_PARTED = re.compile(r"<(?=\S)|~(?=~)|\|(?=\|)|&(?=#?\w+;)|:(?=\w+:)")

_BEGINS_A_BLOCK = re.compile(r"[#+\-=~:]|\d+[.)]")  # where it begins a line: a heading, a list, a rule


def markdown_title(title: str) -> str:
    """Return a title for markdown, at most MAX_TITLE characters with all its escapes."""
    limit = MAX_TITLE
    while len(escaped := _escaped(shortened(title, limit))) > MAX_TITLE:
        limit -= max(1, (len(escaped) - MAX_TITLE) // 2)
    return escaped


def story_markdown(card: StoryCard) -> str:
    """Return a story as markdown."""
    stage = (f"Stage: {card.stage}",) if card.stage and card.stage != card.kind else ()
    return _blocks(
        _lines(
            f"*{REPEAT_IN_FULL}*" if card.is_repeat else "",
            *map(_plain, (*origin_lines(card), *stage, *news_lines(card))),
            _snippet(card),
        ),
        _lines(_read(card), *_other_links(card)),
        _lines(*(f"**Why:** {_plain(why_said(why))}" for why in card.whys[:MOST_WHYS]), *more_topics(card)),
    )


def templated_markdown(text: str, card: StoryCard) -> str:
    """Return a story in the words of a template, which may hold markdown of its own."""
    body = templated_body(
        text,
        card,
        say=_plain,
        snippet=_snippet(card),
        link=f"<{link}>" if (link := told_address(card.link)) else NO_LINK,
    )
    return _blocks(f"*{REPEAT_IN_FULL}*" if card.is_repeat else "", body)


def notice_markdown(card: NoticeCard) -> str:
    """Return a notice as markdown."""
    return _blocks(
        f"*{REPEAT_IN_FULL}*" if card.is_repeat else "",
        _escaped(said_here(card.happened)),
        *_advice(card),
        duration(card),
    )


def digest_markdown(card: DigestCard, *, most: int | None = None) -> str:
    """Return a digest as markdown of at most `most` bytes: in fewer words if need be, then with fewer stories."""
    return fitting_digest(card, _digest, most)


def _digest(card: DigestCard, stories: int, is_short: bool) -> str:
    room = stories
    blocks = [
        _lines(covered(card), *(f"{_plain(topic)}: {counted(n, 'story', 'stories')}" for topic, n in contents(card)))
    ]
    blocks += [_notice(notice, is_whole=card.has_room_for_advice) for notice in card.notices]
    for topic in card.topics:
        shown = topic.stories[:room]
        room -= len(shown)
        if shown:
            blocks.append(f"**{_plain(topic.topic)}** ({len(topic.stories)})")
            blocks += [_entry(story, is_short=is_short, is_quoted=card.has_room_for_snippets) for story in shown]
    return _blocks(*blocks, left_out(card.stories - stories))


def _entry(story: StorySection, *, is_short: bool, is_quoted: bool) -> str:
    newest, *earlier = story.cards
    link = _link(newest.link, headline(newest, most=_SHORT_TITLE if is_short else 200))
    told = link or f"{_plain(headline(newest))} {NO_LINK}"
    if is_short:
        return told
    before = (f"earlier: {_plain(headline(card))}" for card in earlier)
    return _lines(told, _plain(entry(newest)), _snippet(newest) if is_quoted else "", *before)


def _notice(card: NoticeCard, *, is_whole: bool) -> str:
    counsel = _advice(card) if is_whole else ()
    return _lines(f"**{_plain(notice_headline(card))}**", _escaped(said_here(card.happened)), *counsel)


def _advice(card: NoticeCard) -> Iterator[str]:
    for heading, text in advice(card):
        yield f"**{heading}:** {text}"


def _read(card: StoryCard) -> str:
    link = _link(card.link, f"Read it at {card.outlet}" if card.outlet else "Read it")
    return f"{link} ({_plain(host_in_words(card.link or ''))})" if link else NO_LINK


def _other_links(card: StoryCard) -> Iterator[str]:
    links = [link for each in card.links[:MOST_LINKS] if (link := _link(each.url, each.outlet))]
    if links:
        yield f"Also: {' · '.join(links)}"


def _link(url: str | None, words: str) -> str | None:
    address = told_address(url)
    return f"[{_plain(words)}]({address})" if address else None


def _snippet(card: StoryCard) -> str:
    if not card.snippet.text:
        return ""
    whose = f"{_plain(card.teller)}: " if card.teller else ""
    return f"{whose}“{woven(said_fragment(card.snippet), _escaped, lambda word: f'**{_escaped(word)}**')}”"


def _plain(text: str, limit: int = LONGEST_LINE) -> str:
    text = said(text, limit)
    return f"{UNSEEN if _BEGINS_A_BLOCK.match(text) else ''}{_escaped(text)}"


def _escaped(text: str) -> str:
    parted = _PARTED.sub(lambda found: f"{found[0]}{UNSEEN}", text)
    return _ESCAPED.sub(lambda found: f"\\{found[0]}", parted)


def _lines(*given: str) -> str:
    return _BREAK.join(line for line in given if line)


def _blocks(*given: str) -> str:
    return "\n\n".join(block for block in given if block)
