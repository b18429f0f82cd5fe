"""What people read: one alert as a title and a body in plain text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from alerts.evidence import Evidence
from alerts.facts import Link, StoryFacts, Update
from alerts.snippet import fragments, joined, marked
from alerts.wording import in_words, time_in_words
from stories.model import ArchivedArticle, Article
from stories.text import clean

MAX_TITLE = 150  # a mail subject that is not folded, and Slack's limit for a header
_LONGEST_LINE = 3000  # Slack takes as much in a section
_MOST_LINKS = 3
_UNTITLED = "(untitled)"

# Services turn these into a ring in everybody's pocket, or into a link whose text names another address. A zero-width
# space after the sign keeps them readable. The asterisks of a marked word may stand between, and whoever takes them for
# bold type must not find a mention either.
_MENTION = re.compile(
    r"@(?=\**(?:everyone|here|channel))|(?<![\w.])@(?=\**\w)|<(?=\**[!@#])|\](?=\**\()"
    r"|(?<=!)(?=\**(?:channel|here|everyone|subteam))"
)
_LINK_ESCAPES = {ord(char): f"%{ord(char):02X}" for char in "@!<>|"}  # the same address, and nobody's mention


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message in plain text, safe to hand to any channel."""

    title: str
    body: str


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
    """Return the message that tells a story under `topic`, because of `archived` and the words of `evidence` in it.

    A first report shows the best article of the story, an update the one that brings it. `facts` say how far the story
    has spread, `stage` what it has reached.
    """
    shown = facts.best if facts and not update else archived
    blocks = [
        _lines(
            "(possible repeat: an earlier try may have reached you)" if maybe_repeat else "",
            *_spread(shown, facts),
            *_news(stage, update),
            _snippet(archived, shown, evidence),
        ),
        *_links(shown.article, facts.links if facts else ()),
        _lines(f"Why: topic “{topic}”: {in_words(evidence)}"),
    ]
    title = f"{'(possible repeat) ' if maybe_repeat else ''}[{topic}] {_kind(update)}{shown.article.title or _UNTITLED}"
    return Message(title=_harmless(clean(title, MAX_TITLE))[:MAX_TITLE], body="\n\n".join(blocks))


def _kind(update: Update | None) -> str:
    return f"{update.stage or 'update'}: " if update else ""


def _spread(shown: ArchivedArticle, facts: StoryFacts | None) -> tuple[str, ...]:
    """Return who reported it, how many tell it, and since when; whose words are shown, and of which time."""
    outlet = shown.article.outlet or ""
    published = " · ".join(part for part in (outlet, _when(shown)) if part)
    if facts is None:
        return (published,)
    first_seen = f"first seen {time_in_words(facts.first_seen_at)}"
    credit = _credit(facts, outlet)
    if facts.outlets <= 1 and facts.origin == outlet:
        published = _when(shown)
    return " · ".join(part for part in (credit, first_seen) if part), published


def _credit(facts: StoryFacts, outlet: str) -> str:
    told = f"told by {facts.outlets} outlets" if facts.outlets > 1 else ""
    if facts.origin is None:
        return f"T{told[1:]}"
    if not facts.is_credited and told:
        return f"First seen at {facts.origin}, {told}"
    if not told and facts.origin != outlet and outlet:
        told = f"told by {outlet}"
    return f"Reported by {facts.origin}{f', {told}' if told else ''}"


def _news(stage: str | None, update: Update | None) -> tuple[str, ...]:
    if update is None:
        return (f"Stage: {stage}" if stage else "",)
    news = f"“{update.news.quote}”" if update.news and update.news.quote else ""
    return f"Update: {update.because}", news, f"Before: {update.known}"


def _links(shown: Article, links: Sequence[Link]) -> tuple[str, ...]:
    """Return the address of the article that is shown, and a line for each other outlet's."""
    link = _safe(shown.url) if shown.url else "(no safe link)"
    others = [each for each in links if each.url != shown.url][: _MOST_LINKS - 1]
    more = "\n".join(f"{_lines(each.outlet)}: {_safe(each.url)}" for each in others)
    return (link, more) if more else (link,)


def _safe(url: str) -> str:
    return clean(url.translate(_LINK_ESCAPES), _LONGEST_LINE)


def _snippet(archived: ArchivedArticle, shown: ArchivedArticle, evidence: tuple[Evidence, ...]) -> str:
    """Return the sentences around the words that told, on one line, each of the words between asterisks."""
    line = marked(joined(fragments(archived.article, evidence)), "*", "*")
    whose = f"{archived.article.outlet}: " if archived.id != shown.id and archived.article.outlet else ""
    return f"{whose}“{line}”" if line else ""


def _when(archived: ArchivedArticle) -> str:
    published = archived.article.published_at
    return time_in_words(published) if published else f"seen {time_in_words(archived.seen_at)}"


def _lines(*lines: str) -> str:
    return "\n".join(_harmless(clean(line, _LONGEST_LINE)) for line in lines if line)


def _harmless(line: str) -> str:
    return _MENTION.sub(lambda found: f"{found[0]}\u200b", line)
