"""`wirewatch quality`: how good each topic is on the articles that people labelled."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from scheduler.options import Paths, with_format, with_paths

if TYPE_CHECKING:
    from alerts.quality import Judged, Quality, Share
    from stories.model import ArchivedArticle

_WORDS_SHOWN = 10


@click.command("quality")
@click.argument("topic", required=False)
@with_paths
@with_format
@click.option(
    "--show",
    type=click.IntRange(0, 1000),
    default=10,
    show_default=True,
    help="How many articles to list on which query and label disagree.",
)
def command(paths: Paths, topic: str | None, form: str, show: int) -> None:
    """Tell how good each topic is, or TOPIC alone, on the articles labelled with `wirewatch label`.

    The labels are compared with what the queries of the configuration find now, whatever they found before: change a
    query and ask again.

    Precision: of the labelled articles that the query finds, how many are good or missed, and not bad. Recall: of
    those that are good or missed, how many it finds. The brackets behind each hold what it may be of all articles
    (Wilson's 95 % interval), if those that were labelled are a fair sample: few labels, a wide interval.

    Recall on labels is recall on what somebody came across. It tells whether a change of the query loses what was
    found before; it cannot tell of articles that nobody found and nobody missed. Where only results were labelled,
    every query looks complete: look for others with wider words (`wirewatch try QUERY --against TOPIC --label`), and
    label those, too.
    """
    from scheduler.config import topics_of
    from scheduler.finding import find_topic
    from scheduler.judging import qualities
    from stories.store import read_store
    from stories.store_articles import article_by_id
    from stories.store_labels import all_labels

    topics = topics_of(paths.config_path)
    asked = (find_topic(topics, topic),) if topic is not None else topics
    with read_store(paths.database_path()) as store:
        labels = all_labels(store)
        found = qualities(store, asked, labels)
        shown = {each.label.article_id for quality in found for each in quality.disagreements[:show]}
        articles = {article_id: kept for article_id in shown if (kept := article_by_id(store, article_id))}
    strangers = sorted({label.topic for label in labels} - {each.name for each in topics})
    if form == "json":
        _show_json(found, articles, show, strangers)
    else:
        _show(found, articles, show, strangers, asked[0].name if topic is not None else None)


def _show(
    found: "list[Quality]", articles: "dict[str, ArchivedArticle]", limit: int, strangers: list[str], topic: str | None
) -> None:
    from scheduler.showing import console, show_table

    out = console()
    if not found:
        under = f" under {topic}" if topic else ""
        out.print(f"Nothing is labelled{under} yet: `wirewatch label ARTICLE TOPIC good|bad|missed` does it.")
    for number, quality in enumerate(found):
        out.print(f"{chr(10) if number else ''}{quality.topic}: {quality.labelled} labelled")
        out.print(f"  precision {_in_words(quality.precision, 'found', 'relevant')}")
        out.print(f"  recall    {_in_words(quality.recall, 'relevant', 'found')}")
        if quality.words:
            out.print()
            show_table(
                ["words of bad ones", "bad", "good"],
                [(each.word, str(each.bad), str(each.good)) for each in quality.words[:_WORDS_SHOWN]],
                empty="",
            )
        if quality.disagreements and limit:
            out.print(f"\nQuery and label disagree on {len(quality.disagreements)}:")
            show_table(
                ["id", "label", "query", "headline"],
                [_row(each, articles[each.label.article_id]) for each in quality.disagreements[:limit]],
                empty="",
            )
    if strangers and topic is None:
        out.print(f"\nLabelled under topics that the configuration does not have: {', '.join(strangers)}")


def _in_words(share: "Share", of: str, part: str) -> str:
    if share.value is None:
        return f"not known: no labelled article is {of}"
    low, high = share.interval
    return f"{share.value:.2f} (95 %: {low:.2f} to {high:.2f}), {share.part} {part} of {share.of} {of}"


def _row(judged: "Judged", archived: "ArchivedArticle") -> tuple[str, str, str, str]:
    from stories.text import fold

    words = ", ".join(dict.fromkeys(map(fold, judged.words)))
    query = (f"finds it: {words}" if words else "finds it") if judged.is_found else "does not find it"
    return judged.label.article_id, judged.label.verdict, query, archived.article.title


def _show_json(
    found: "list[Quality]", articles: "dict[str, ArchivedArticle]", limit: int, strangers: list[str]
) -> None:
    from scheduler.showing import show_json

    show_json(
        {
            "topics": [
                {
                    "topic": quality.topic,
                    "labelled": quality.labelled,
                    "precision": _as_values(quality.precision),
                    "recall": _as_values(quality.recall),
                    "words": [asdict(each) for each in quality.words],
                    "disagreements": len(quality.disagreements),
                    "disagreed": [
                        {
                            "id": each.label.article_id,
                            "title": articles[each.label.article_id].article.title,
                            "label": each.label.verdict,
                            "is_found": each.is_found,
                            "words": list(each.words),
                        }
                        for each in quality.disagreements[:limit]
                    ],
                }
                for quality in found
            ],
            "not_configured": strangers,
        }
    )


def _as_values(share: "Share") -> dict[str, float | None]:
    low, high = share.interval
    return {"part": share.part, "of": share.of, "value": share.value, "low": low, "high": high}
