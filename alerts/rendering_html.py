"""Messages as HTML for mail: light, readable on a phone and in the dark, with nothing to load.

No tables, no pictures, no scripts; a mail program that drops the styles shows the same text in the same order.
"""

import re
from collections.abc import Iterable
from html import escape

from alerts.card import NO_LINK, REPEAT_IN_FULL, NoticeCard, StoryCard
from alerts.card_wording import (
    MOST_LINKS,
    MOST_WHYS,
    advice,
    duration,
    more_topics,
    news_lines,
    origin_lines,
    topics_in_words,
)
from alerts.harmless import said, said_fragment, said_here, woven
from alerts.rendering_templates import templated_body
from stories.told_address import host_in_words, name_in_words, told_address

_STYLE = """
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 0; background: #ffffff; color: #1c2025; -webkit-text-size-adjust: 100%;
  font: 16px/1.5 -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
.page { max-width: 600px; margin: 0 auto; padding: 20px 16px 28px; overflow-wrap: anywhere; }
h1 { margin: 2px 0 10px; font-size: 22px; line-height: 1.28; font-weight: 650; }
h2 { margin: 30px 0 2px; padding-bottom: 5px; border-bottom: 2px solid #1a5fb4; font-size: 17px; }
h3 { margin: 0 0 3px; font-size: 16px; line-height: 1.35; font-weight: 600; }
p { margin: 0 0 10px; }
a { color: #1a5fb4; text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: 2px; }
h1 a, h3 a { text-decoration: none; }
code { font: 14px/1.4 ui-monospace, Menlo, Consolas, monospace; }
.topic { margin: 0; color: #1a5fb4; font-size: 14px; font-weight: 600; }
.quiet { color: #5b6570; font-size: 14px; line-height: 1.45; }
.quote { margin: 14px 0; padding: 2px 0 2px 14px; border-left: 3px solid #c9d1da; }
.new { margin: 14px 0; padding: 10px 14px; border-left: 3px solid #1a5fb4; background: #f0f5fb; }
.new p { margin: 0 0 4px; }
.mark { margin: 0 0 14px; padding: 8px 12px; border-radius: 4px; background: #fff3d1; color: #553d00;
  font-size: 14px; }
.entry { padding: 12px 0; border-bottom: 1px solid #e4e8ec; }
.entry p { margin: 0; }
.foot { margin: 22px 0 0; padding-top: 10px; border-top: 1px solid #e4e8ec; }
@media (prefers-color-scheme: dark) {
  body { background: #16191d; color: #e6e9ec; }
  a, .topic { color: #8ab8f5; }
  h2 { border-color: #8ab8f5; }
  .quiet { color: #a3adb8; }
  .quote { border-color: #4a535d; }
  .new { border-color: #8ab8f5; background: #1f2833; }
  .mark { background: #453406; color: #ffe7a8; }
  .entry, .foot { border-color: #2f363e; }
}
""".strip()
_CODE = re.compile(r"`([^`]+)`")


def story_html(card: StoryCard, title: str) -> str:
    """Return a story as a page for mail."""
    kind = f" · {card.kind}" if card.kind else ""
    return page(
        title,
        repeat_html(card.is_repeat),
        _p(f"{topics_in_words(card.topics)}{kind}", "topic"),
        f"<h1>{headline_html(card, card.title)}</h1>",
        _p(" · ".join(part for part in (card.published, _host(card)) if part), "quiet"),
        _new(card),
        _quote(card),
        *(_p(line, "quiet") for line in origin_lines(card) if line != card.published),
        _p(f"Stage: {card.stage}", "quiet") if card.stage and card.stage != card.kind else "",
        _others(card),
        '<div class="foot">',
        *(_why(why.topic, why.words, why.update) for why in card.whys[:MOST_WHYS]),
        *(_p(line, "quiet") for line in more_topics(card)),
        _ours(f"`wirewatch story {card.story_id}` shows who told it, and when."),
        "</div>",
    )


def templated_html(text: str, card: StoryCard, title: str) -> str:
    """Return a story in the words of a template as a page for mail."""
    body = templated_body(
        escape(text, quote=False),
        card,
        say=_text,
        snippet=snippet_html(card),
        link=f'<a href="{escape(url)}">{escape(url)}</a>' if (url := told_address(card.link)) else NO_LINK,
    )
    paragraphs = (each.replace("\n", "<br>\n") for each in re.split(r"\n{2,}", body) if each)
    return page(title, repeat_html(card.is_repeat), *(f"<p>{paragraph}</p>" for paragraph in paragraphs))


def notice_html(card: NoticeCard, title: str) -> str:
    """Return a notice as a page for mail: what happened, what it means, what to do, and its time."""
    return page(
        title,
        repeat_html(card.is_repeat),
        _p("wirewatch", "topic"),
        f"<h1>{_text(card.title[:1].upper() + card.title[1:])}</h1>",
        f"<p>{escape(said_here(card.happened))}</p>",
        *(f"<h3>{heading}</h3>{_ours(text, '')}" for heading, text in advice(card)),
        _p(duration(card), "quiet"),
    )


def page(title: str, *parts: str) -> str:
    """Return a page that loads nothing."""
    content = "\n".join(part for part in parts if part)
    return f"""<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{escape(title)}</title>
<style>
{_STYLE}
</style>
</head>
<body>
<div class="page" style="max-width:600px;margin:0 auto">
{content}
</div>
</body>
</html>
"""


def headline_html(card: StoryCard, words: str) -> str:
    """Return a headline that leads to the article, where it has a safe address."""
    url = told_address(card.link)
    return f'<a href="{escape(url)}">{_text(words)}</a>' if url else f"{_text(words)} {NO_LINK}"


def repeat_html(is_repeat: bool) -> str:
    """Return the mark of what an earlier try may have brought."""
    return f'<p class="mark">{escape(REPEAT_IN_FULL.strip("()").capitalize())}</p>' if is_repeat else ""


def paragraph(text: str, style: str = "") -> str:
    """Return a text of others as a paragraph; nothing for nothing."""
    return f"<p{_class(style)}>{_text(text)}</p>" if text else ""


_p = paragraph


def _new(card: StoryCard) -> str:
    news = "".join(map(_p, news_lines(card)))
    return f'<div class="new">{news}</div>' if news else ""


def _quote(card: StoryCard) -> str:
    return f'<p class="quote">{snippet_html(card)}</p>' if card.snippet.text else ""


def snippet_html(card: StoryCard) -> str:
    """Return the sentences around the words that told, those in bold."""
    if not card.snippet.text:
        return ""
    whose = f"{_text(card.teller)}: " if card.teller else ""
    words = woven(said_fragment(card.snippet), escape, lambda word: f"<b>{escape(word)}</b>")
    return f"{whose}“{words}”"


def _others(card: StoryCard) -> str:
    links: Iterable[str] = (
        f'<a href="{escape(url)}">{_text(name_in_words(each.outlet))}</a>'
        for each in card.links[:MOST_LINKS]
        if (url := told_address(each.url))
    )
    return f'<p class="quiet">Also: {shown}</p>' if (shown := " · ".join(links)) else ""


def _why(topic: str, words: str, update: str | None) -> str:
    more = f"; {_text(update)}" if update else ""
    return f'<p class="quiet"><b>Why:</b> topic “{_text(topic)}”: {_text(words)}{more}</p>'


def _host(card: StoryCard) -> str:
    url = told_address(card.link)
    return host_in_words(url) if url else ""


def _ours(text: str, style: str = "quiet") -> str:
    """Return a sentence of our own as a paragraph, in which code stands between backticks."""
    code = _CODE.sub(r"<code>\1</code>", escape(text, quote=False))
    return f"<p{_class(style)}>{code}</p>"


def advice_html(card: NoticeCard) -> str:
    """Return what a notice means and what to do, where it stands among others."""
    return "".join(_ours(f"{heading}: {text}") for heading, text in advice(card))


def _class(style: str) -> str:
    return f' class="{style}"' if style else ""


def _text(text: str) -> str:
    return escape(said(text))
