"""What people read: one alert as a title and a body in plain text."""

import re
from dataclasses import dataclass
from datetime import datetime

from alerts.evidence import Evidence
from alerts.snippet import fragments, joined, marked
from alerts.wording import in_words
from stories.model import ArchivedArticle, Article
from stories.text import clean

MAX_TITLE = 150  # a mail subject that is not folded, and Slack's limit for a header
_LONGEST_LINE = 3000  # Slack takes as much in a section

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


def compose(archived: ArchivedArticle, *, topic: str, evidence: tuple[Evidence, ...], maybe_repeat: bool) -> Message:
    """Return the message that tells `archived` under `topic`: headline, outlet, time, a snippet, the link, why."""
    article = archived.article
    repeat = "(possible repeat: an earlier try may have reached you)" if maybe_repeat else ""
    source = " · ".join(part for part in (article.outlet, _when(archived)) if part)
    link = article.url.translate(_LINK_ESCAPES) if article.url else "(no safe link)"
    why = f"Why: topic “{topic}”: {in_words(evidence)}"
    blocks = [_lines(repeat, source, _snippet(article, evidence)), link, _lines(why)]
    title = f"{'(possible repeat) ' if maybe_repeat else ''}[{topic}] {article.title or '(untitled)'}"
    return Message(title=_harmless(clean(title, MAX_TITLE))[:MAX_TITLE], body="\n\n".join(blocks))


def _snippet(article: Article, evidence: tuple[Evidence, ...]) -> str:
    """Return the sentences around the words that told, on one line, each of the words between asterisks."""
    line = marked(joined(fragments(article, evidence)), "*", "*")
    return f"“{line}”" if line else ""


def _when(archived: ArchivedArticle) -> str:
    published = archived.article.published_at
    return _time(published) if published else f"seen {_time(archived.seen_at)}"


def _time(at: datetime) -> str:
    return f"{at:%d %b %Y, %H:%M} UTC"


def _lines(*lines: str) -> str:
    return "\n".join(_harmless(clean(line, _LONGEST_LINE)) for line in lines if line)


def _harmless(line: str) -> str:
    return _MENTION.sub(lambda found: f"{found[0]}\u200b", line)
