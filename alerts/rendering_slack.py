"""Messages as Slack's blocks: within its limits, and with nothing live in them but our links.

https://docs.slack.dev/reference/block-kit/blocks
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from alerts.card import LINK_TOO_LONG, NO_LINK, REPEAT_IN_FULL, DigestCard, NoticeCard, StoryCard, StorySection
from alerts.card_wording import (
    MOST_LINKS,
    MOST_WHYS,
    advice,
    contents,
    covered,
    duration,
    entry,
    headline,
    left_out,
    more_topics,
    news_lines,
    notice_headline,
    origin_lines,
    why_said,
)
from alerts.harmless import LONGEST_LINE, UNSEEN, said, said_fragment, said_here, woven
from alerts.medium import Block, Blocks
from alerts.rendering_templates import templated_body
from stories.counted import counted
from stories.graphemes import cut, shortened
from stories.told_address import host_in_words, told_address

MOST_BLOCKS = 50
LONGEST_SECTION = 3000  # characters
LONGEST_HEADER = 150
_LONGEST_CONTEXT = 2000
_DIVIDER: Block = {"type": "divider"}
_LONGEST_NOTICE = 1000  # characters, of one among others
_LONGEST_LINK = 2000  # characters, of an address as it is escaped
_LIMITS = (LONGEST_LINE, 600, 250, 100, 40)  # characters of a line, the first with which a section has room
_LONGEST_ENTRY, _LONGEST_HEADLINE = 1400, 1300  # of a story of a digest
_FORMS = re.compile(
    r"[*_~`]|:(?=[\w+'-]+:)"
)  # Slack has no sign that takes their meaning; between unseen spaces they have none


def story_blocks(card: StoryCard, title: str) -> Blocks:
    """Return a story as blocks: header, what is new and why, and around it who tells it, since when, and where."""
    return (
        _header(title),
        *_repeat(card.is_repeat),
        _section(_fitting(partial(_told, card), LONGEST_SECTION)),
        _context(_fitting(partial(_around, card), _LONGEST_CONTEXT)),
    )


def templated_blocks(text: str, card: StoryCard, title: str) -> Blocks:
    """Return a story in the words of a template as blocks."""

    def body(limit: int) -> Iterator[str]:
        yield templated_body(
            text,
            card,
            say=lambda given: _plain(given, limit),
            snippet=_snippet(card, limit),
            link=_link(card.link, "") or _no_link(card),
        )

    return _header(title), *_repeat(card.is_repeat), _section(_fitting(body, LONGEST_SECTION))


def notice_blocks(card: NoticeCard, title: str) -> Blocks:
    """Return a notice as blocks: what happened, what it means, what to do, and its time."""

    def body(limit: int) -> Iterator[str]:
        yield _escaped(said_here(card.happened, limit))
        yield from _advice(card)

    lasting = duration(card)
    return (
        _header(title),
        *_repeat(card.is_repeat),
        _section(_fitting(body, LONGEST_SECTION, between="\n\n")),
        *((_context(lasting),) if lasting else ()),
    )


def digest_blocks(card: DigestCard, title: str) -> Blocks:
    """Return a digest as blocks: notices, topics with their stories, as many as have room, and how many have none."""
    top = [_header(title), _context(_fitting(partial(_contents, card), _LONGEST_CONTEXT))]
    room = MOST_BLOCKS - len(top) - 1  # the last says what is left out
    about = partial(partial, _notice, is_whole=card.has_room_for_advice)
    notices = _packed((_fitting(about(notice), _LONGEST_NOTICE), 1) for notice in card.notices)[:room]
    room -= len(notices)
    entries = partial(_topic, is_quoted=card.has_room_for_snippets)
    by_topic = [_packed(entries(topic.topic, topic.stories)) for topic in card.topics]
    if sum(map(len, by_topic)) > room:  # then several topics share a section
        by_topic = [_packed(piece for topic in card.topics for piece in entries(topic.topic, topic.stories))]
    kept = [part for topic in by_topic for part in topic][:room]
    missing = left_out(card.stories - _told_in(kept), len(card.notices) - _told_in(notices))
    rest = [_context(missing)] if missing else []
    begins = {topic[0][0] for topic in by_topic} if len(kept) + len(by_topic) <= room else set()
    told = [block for text, _ in kept for block in ([_DIVIDER] if text in begins else []) + [_section(text)]]
    return *top, *(_section(text) for text, _ in notices), *told, *rest


def _told(card: StoryCard, limit: int) -> Iterator[str]:
    for number, line in enumerate(news_lines(card)):
        yield f"*{_plain(line, limit)}*" if number == 0 else _plain(line, limit)
    if card.kind:
        yield ""
    if card.snippet.text:
        yield _snippet(card, limit)
    yield ""
    for why in card.whys[:MOST_WHYS]:
        yield f"*Why:* {_plain(why_said(why), limit)}"
    yield from map(_plain, more_topics(card))
    yield ""
    yield _read(card, limit)


def _around(card: StoryCard, limit: int) -> Iterator[str]:
    stage = (f"Stage: {card.stage}",) if card.stage and card.stage != card.kind else ()
    yield " · ".join(_plain(line, limit) for line in (*origin_lines(card), *stage))
    links = [link for each in card.links[:MOST_LINKS] if (link := _link(each.url, each.outlet))]
    if links:
        yield f"Also: {' · '.join(links)}"


def _read(card: StoryCard, limit: int) -> str:
    link = _link(card.link, f"Read it at {card.outlet}" if card.outlet else "Read it", limit)
    return f"{link} ({_plain(host_in_words(card.link or ''))})" if link else _no_link(card)


def _no_link(card: StoryCard) -> str:
    return LINK_TOO_LONG if told_address(card.link) else NO_LINK


def _link(url: str | None, words: str, limit: int = 200) -> str | None:
    """Return a live link, or None where there is no safe one that has room."""
    address = told_address(url)
    escaped = _entities(address) if address else ""
    if not escaped or len(escaped) > _LONGEST_LINK:
        return None
    return f"<{escaped}|{_plain(words, min(limit, 200))}>" if words else f"<{escaped}>"


def _snippet(card: StoryCard, limit: int) -> str:
    whose = f"{_plain(card.teller, 100)}: " if card.teller else ""
    words = woven(said_fragment(card.snippet, limit), _escaped, lambda word: f"{UNSEEN}*{_escaped(word)}*{UNSEEN}")
    return f"{whose}“{words}”" if words else ""


def _topic(topic: str, stories: Sequence[StorySection], *, is_quoted: bool) -> Iterator[tuple[str, int]]:
    """Yield the stories of a topic as text, each with how many it is; the first with the topic's name above it."""
    for number, story in enumerate(stories):
        name = f"*{_plain(topic, 100)}* ({len(stories)})\n" if number == 0 else ""
        yield name + _fitting(partial(_entry, story, is_quoted=is_quoted), _LONGEST_ENTRY), 1


def _entry(story: StorySection, limit: int, *, is_quoted: bool) -> Iterator[str]:
    newest, *earlier = story.cards
    yield f"• {_headline(newest)}"
    yield f"   {_plain(entry(newest), limit)}"
    if is_quoted and (snippet := _snippet(newest, min(limit, 400))):
        yield f"   {snippet}"
    for card in earlier[:3]:
        yield f"   earlier: {_plain(headline(card), min(limit, 200))}"


def _headline(card: StoryCard) -> str:
    """Return a headline that leads to the article, shortened for a long link, or one without a link."""
    links = (_link(card.link, headline(card), limit) for limit in (200, 100, 40))
    fitting = next((link for link in links if link and _units(link) <= _LONGEST_HEADLINE), None)
    return fitting or f"{_plain(headline(card), 200)} {_no_link(card)}"


def _notice(card: NoticeCard, limit: int, *, is_whole: bool) -> Iterator[str]:
    yield f"*{_plain(notice_headline(card), 150)}*"
    yield _escaped(said_here(card.happened, min(limit, 400)))
    if is_whole:
        yield from _advice(card)


def _advice(card: NoticeCard) -> Iterator[str]:
    for heading, text in advice(card):
        yield f"*{heading}:* {_entities(text)}"


def _contents(card: DigestCard, limit: int) -> Iterator[str]:
    yield covered(card)
    topics = [f"{_plain(topic, 60)}: {counted(count, 'story', 'stories')}" for topic, count in contents(card)]
    if topics:
        yield " · ".join(topics[:limit])


def _packed(pieces: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return texts in as few sections as they need, each with how many stories or notices it tells."""
    packed: list[tuple[str, int]] = []
    for text, count in pieces:
        if packed and _units(packed[-1][0]) + 2 + _units(text) <= LONGEST_SECTION:
            packed[-1] = f"{packed[-1][0]}\n\n{text}", packed[-1][1] + count
        else:
            packed.append((text, count))
    return packed


def _told_in(parts: Iterable[tuple[str, int]]) -> int:
    return sum(count for _, count in parts)


def _fitting(lines: Callable[[int], Iterable[str]], most: int, *, between: str = "\n") -> str:
    """Return lines as long as there is room for them; at the worst without some, but never without the first."""
    for limit in _LIMITS:
        given = list(lines(limit))
        text = between.join(given).strip()
        if _units(text) <= most:
            return text
    while _units(text) > most and len(given) > 1:
        given.pop(-2 if len(given) > 2 else -1)  # the last may be the link
        text = between.join(given).strip()
    return text if _units(text) <= most else cut(text, most // 2)


def _plain(text: str, limit: int = LONGEST_LINE) -> str:
    return _escaped(said(text, limit))


def _escaped(text: str) -> str:
    return _FORMS.sub(lambda found: f"{UNSEEN}{found[0]}{UNSEEN}", _entities(text))


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _header(title: str) -> Block:
    limit = LONGEST_HEADER
    while _units(shortened(title, limit)) > LONGEST_HEADER:
        limit -= 1
    title = shortened(title, limit)
    return {"type": "header", "text": {"type": "plain_text", "text": title, "emoji": False}}


def _units(text: str) -> int:
    """Return how long a text is as Slack counts, to be sure: as JavaScript does, for which an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _repeat(is_repeat: bool) -> Blocks:
    return (_context(REPEAT_IN_FULL),) if is_repeat else ()


def _section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text)}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(text)]}


def _mrkdwn(text: str) -> Block:
    # Slack makes links and mentions of whatever looks like one, but for what is verbatim.
    return {"type": "mrkdwn", "text": text or UNSEEN, "verbatim": True}
