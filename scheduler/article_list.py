"""A list of articles on the screen, or as JSON in the form of the export."""

from scheduler.json_lines import line_of
from scheduler.showing import short_time, show_json, show_table
from stories.store_articles import Found


def show_articles(found: list[Found], form: str, *, empty: str) -> None:
    """Show articles as a table, or, when `form` is json, as one JSON list."""
    if form == "json":
        show_json([line_of(each) for each in found])
        return
    show_table(["id", "seen", "outlet", "headline", "topics"], [_row(each) for each in found], empty=empty)


def _row(found: Found) -> tuple[str, ...]:
    article = found.archived.article
    return (
        found.archived.id,
        short_time(found.archived.seen_at),
        article.outlet or "",
        article.title,
        ", ".join(found.topics),
    )
