"""Stories in the words of a template: each field as the medium shows it."""

from collections.abc import Callable

from alerts.card import NO_LINK, StoryCard
from alerts.card_wording import why_said
from alerts.rendering_titles import one_line
from alerts.templates import TemplateSettings, filled


def templated_title(template: TemplateSettings, card: StoryCard) -> str | None:
    """Return the title that a template gives a story, or None; the mark of a possible repeat is put before it."""
    title = _filled_with_words(template.title, card)
    return one_line(title, is_repeat=card.is_repeat) if title else None


def body_to_fill(template: TemplateSettings, card: StoryCard) -> str | None:
    """Return the body of a template, or None where it has none or would say nothing of this story."""
    return template.body if _filled_with_words(template.body, card) else None


def _filled_with_words(text: str | None, card: StoryCard) -> str:
    return filled(text, _values(card, str, snippet=card.snippet.text, link=card.link or NO_LINK)) if text else ""


def templated_body(text: str, card: StoryCard, *, say: Callable[[str], str], snippet: str, link: str) -> str:
    """Return a template's `text` filled in: `say` makes a field safe for the medium, `snippet` and `link` are it."""
    return filled(text, _values(card, say, snippet=snippet, link=link))


def _values(card: StoryCard, say: Callable[[str], str], *, snippet: str, link: str) -> dict[str, str]:
    return {
        "topic": say(", ".join(card.topics)),
        "title": say(card.title),
        "link": link,
        "outlet": say(card.outlet or ""),
        "published": say(card.published),
        "snippet": snippet,
        "why": say("; ".join(map(why_said, card.whys))),
        "stage": say(card.stage or ""),
        "update": say(card.news or ""),
        "before": say(card.before or ""),
        "kind": say(card.kind or ""),
        "story": say(card.story or " · ".join(card.origin)),
        "story_id": str(card.story_id),
    }
