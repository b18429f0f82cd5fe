"""What people read: one alert as a title and a body in plain text."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from alerts.evidence import Evidence
from alerts.facts import Link, StoryFacts, Update
from alerts.medium import Message
from alerts.snippet import ELLIPSIS, fragments, joined, marked
from alerts.wording import in_words, time_in_words
from stories.model import ArchivedArticle, Article
from stories.text import clean

MAX_TITLE = 150  # a mail subject that is not folded, and Slack's limit for a header
_LONGEST_LINE = 3000  # Slack takes as much in a section
_MOST_LINKS = 3
_DAY = timedelta(days=1)
_SAME_TIME = timedelta(minutes=15)
_UNTITLED = "(untitled)"

# Services turn these into a ring in everybody's pocket, or into a link whose text names another address. A zero-width
# space after the sign keeps them readable. The asterisks of a marked word may stand between, and whoever takes them for
# bold type must not find a mention either.
_MENTION = re.compile(
    r"@(?=\**(?:everyone|here|channel))|(?<![\w.])@(?=\**\w)|<(?=\**[!@#])|\](?=\**\()"
    r"|(?<=!)(?=\**(?:channel|here|everyone|subteam))"
)
_LINK_ESCAPES = {ord(char): f"%{ord(char):02X}" for char in "@!<>|"}  # the same address, and nobody's mention


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

    A first report shows the best article of the story, unless it is of another day than what is told; an update the one
    that brings it. `facts` say how far the story has spread, `stage` what it has reached.
    """
    shown = facts.best if facts and not update and _are_of_one_day(facts.best, archived) else archived
    snippet = _snippet(archived, shown, evidence)
    spread = _spread(shown, facts) if facts else (_published(shown),)
    story = f"The story: {_credited(facts)}" if facts and update else ""
    blocks = [
        _lines(
            "(possible repeat: an earlier try may have reached you)" if maybe_repeat else "",
            *((_published(shown), *_news(update, snippet)) if update else spread),
            f"Stage: {stage}" if stage and not (update and update.stage) else "",
            snippet,
        ),
        *_links(shown.article, facts.links if facts else ()),
        _lines(story, f"Why: topic “{topic}”: {in_words(evidence)}"),
    ]
    title = f"{'(possible repeat) ' if maybe_repeat else ''}[{topic}] {_kind(update)}{shown.article.title or _UNTITLED}"
    return Message(title=_harmless(clean(title, MAX_TITLE))[:MAX_TITLE], body="\n\n".join(blocks))


def _are_of_one_day(one: ArchivedArticle, other: ArchivedArticle) -> bool:
    return abs((one.article.published_at or one.seen_at) - (other.article.published_at or other.seen_at)) < _DAY


def _kind(update: Update | None) -> str:
    return f"{update.stage or 'update'}: " if update else ""


def _news(update: Update, snippet: str) -> Iterator[str]:
    """Yield why a story is told again, the sentence that is new unless the snippet shows it, and what was told."""
    yield _begun(update.because)
    if update.news and update.news.quote.rstrip(f" {ELLIPSIS}") not in snippet.replace("*", ""):
        yield f"“{update.news.quote}”"
    yield f"Before: {update.known}"


def _spread(shown: ArchivedArticle, facts: StoryFacts) -> tuple[str, ...]:
    """Return who reported it, how many tell it, and since when; and whose words are shown, if it is somebody else."""
    outlet, published = shown.article.outlet, shown.article.published_at
    credit = _credited(facts, teller=outlet)
    if outlet is None or outlet == facts.origin:
        if published is None or abs(published - facts.first_seen_at) < _SAME_TIME:
            return (_begun(credit),)
        return (_begun(f"{credit} · published {time_in_words(published)}"),)
    return _begun(credit), _published(shown)


def _credited(facts: StoryFacts, *, teller: str | None = None) -> str:
    """Return who reported it, how many outlets tell it (or which `teller`, where it is one), and since when."""
    told = f"told by {facts.outlets} outlets" if facts.outlets > 1 else ""
    first_seen = time_in_words(facts.first_seen_at)
    if facts.origin and not facts.is_credited and told:
        return f"first seen at {facts.origin} {first_seen}, {told}"
    if not told and facts.origin and teller and teller != facts.origin:
        told = f"told by {teller}"
    reported = f"reported by {facts.origin}" if facts.origin else ""
    credit = ", ".join(part for part in (reported, told) if part)
    return f"{credit} · first seen {first_seen}" if credit else f"first seen {first_seen}"


def _begun(line: str) -> str:
    return f"{line[:1].upper()}{line[1:]}"


def _published(shown: ArchivedArticle) -> str:
    published = shown.article.published_at
    when = time_in_words(published) if published else f"seen {time_in_words(shown.seen_at)}"
    return f"{shown.article.outlet} · {when}" if shown.article.outlet else when


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


def _lines(*lines: str) -> str:
    return "\n".join(_harmless(clean(line, _LONGEST_LINE)) for line in lines if line)


def _harmless(line: str) -> str:
    return _MENTION.sub(lambda found: f"{found[0]}\u200b", line)
