"""The history of an article in sentences: where it was seen, how it is known, which story it tells."""

from collections.abc import Iterator, Set

from scheduler.article_history import ArticleHistory, Place, Seen
from scheduler.joining_wording import credit_in_words, joining_lines, move_in_words
from scheduler.latency import seconds_in_words
from scheduler.sections import Line, Section
from scheduler.showing import short_time
from stories.address import canonical_address
from stories.counted import counted
from stories.identity import Key
from stories.model import ArchivedArticle, Article
from stories.store_history import Revision
from stories.text import clean
from stories.words import words

_LONGEST_QUOTE = 300


def head_of(history: ArticleHistory) -> tuple[str, ...]:
    """Return what the article is: headline, outlet with id, address."""
    if history.archived is None:
        return (*(seen.row.sighting.title for seen in history.seen[-1:]), f"id {history.id}")
    article = history.archived.article
    outlet = f"{article.outlet} · " if article.outlet else ""
    return (article.title, f"{outlet}id {history.id}", article.url or "(no safe link)")


def stages_of(history: ArticleHistory) -> tuple[Section, ...]:
    """Return the stages of an article before any topic looked at it, in words."""
    return (
        Section("1. Seen", tuple(_seen(history))),
        Section("2. New or known", tuple(_known(history))),
        Section(f"3. Story{_number(history)}", tuple(_story(history))),
    )


def _seen(history: ArticleHistory) -> Iterator[Line]:
    for seen in history.seen:
        row = seen.row
        where = f"in {row.feed} ({row.feed_address})" if row.feed else "brought by an import"
        first_answer = ", in the feed's first answer" if row.is_baseline else ""
        yield Line(f"{short_time(row.first_seen_at)} {where}{first_answer}")
        if seen is not history.seen[0] and row.sighting.title != history.seen[0].row.sighting.title:
            yield Line(f"there as {quoted(row.sighting.title)}", 1)
    if history.archived:
        yield Line(_published(history.archived, is_baseline=any(seen.row.is_baseline for seen in history.seen[:1])))
        yield from _text(history.archived.article, {seen.row.sighting.canonical for seen in history.seen} - {None})


def _published(archived: ArchivedArticle, *, is_baseline: bool) -> str:
    """Return when an article was published, and how soon it was seen; what a first answer lists may be old."""
    published = archived.article.published_at
    if published is None:
        return "published: no date that can be believed"
    seconds = (archived.seen_at - published).total_seconds()
    later = "" if is_baseline or seconds < 0 else f", seen {seconds_in_words(seconds)} later"
    return f"published {short_time(published)}{later}"


def _text(article: Article, page_addresses: Set[str | None]) -> Iterator[Line]:
    """Tell of the text beside the summary. Where it came from was not written down; a page that was read may tell."""
    if article.text:
        yield Line(f"with a text of {counted(len(words(article.text)), 'word')}")
    for address in sorted(filter(None, page_addresses)):
        yield Line(f"its page was read: it is known there as {address}")


def _known(history: ArticleHistory) -> Iterator[Line]:
    for seen in history.seen:
        yield Line(_recognised(seen, is_first=seen is history.seen[0]))
        yield Line(f"known again there by {_keys(seen)}", 1)
    for number, revision in enumerate(history.revisions):
        later = history.revisions[number + 1 :]
        now = later[0] if later else history.archived and history.archived.article
        yield Line(f"{short_time(revision.replaced_at)} edited")
        if now:
            yield from _edit(revision, now)


def _recognised(seen: Seen, *, is_first: bool) -> str:
    who = seen.row.feed or "the import"
    if is_first:
        return f"new when it came from {who}" if seen.row.feed else "new when it was imported"
    if seen.known_by is None:
        return f"known when it came from {who}, by a key that has changed since"
    key = f"address, {seen.row.sighting.address}" if seen.known_by is Key.ADDRESS else seen.known_by
    return f"known when it came from {who}, by its {key}"


def _keys(seen: Seen) -> str:
    sighting = seen.row.sighting
    shared = f" (where {seen.sharing} other articles stand, too)" if seen.sharing > 1 else ""
    shared = " (where another article stands, too)" if seen.sharing == 1 else shared
    is_same = sighting.guid and canonical_address(sighting.guid) == sighting.address
    address = f"{'guid and ' if is_same else ''}address {sighting.address}{shared}" if sighting.address else ""
    guid = f"guid {clean(sighting.guid, _LONGEST_QUOTE)}" if sighting.guid and not (is_same and address) else ""
    return "; ".join(filter(None, [guid, address, "headline and date" if sighting.headline else ""])) or "its id alone"


def _edit(before: Revision, after: Revision | Article) -> Iterator[Line]:
    if before.title != after.title:
        yield Line(f"before, the headline was {quoted(before.title)}", 1)
    if before.summary != after.summary:
        yield Line(f"before, the summary was {quoted(before.summary)}" if before.summary else "no summary before", 1)
    if (before.title, before.summary) == (after.title, after.summary):
        yield Line("headline and summary stayed, the text changed", 1)


def _number(history: ArticleHistory) -> str:
    return f" {history.archived.story_id}" if history.archived else ""


def _story(history: ArticleHistory) -> Iterator[Line]:
    if history.archived is None or history.place is None:
        yield Line("not known any more: the article itself is kept no longer, only that it was seen")
        return
    place = history.place
    if place.listed.joining:
        yield from joining_lines(place.listed.joining, place.headlines)
    for change in place.changes:
        yield Line(move_in_words(change))
    yield from _companions(history)
    if history.companion_count:
        yield Line(f"role: {place.role}")
    yield from _credits(place)


def _companions(history: ArticleHistory) -> Iterator[Line]:
    if not history.companion_count:
        yield Line("alone: no other article is of this story")
        return
    yield Line(
        f"with {history.companion_count} other article{'s' if history.companion_count > 1 else ''}{_alike(history)}"
    )
    for each in history.companions:
        outlet = f"{each.outlet}: " if each.outlet else ""
        yield Line(f"{short_time(each.seen_at)} {outlet}{each.title} ({each.id})", 1)
    if history.companion_count > len(history.companions):
        yield Line(f"and {history.companion_count - len(history.companions)} more", 1)


def _alike(history: ArticleHistory) -> str:
    """Return why articles are of one story where no joining was written down, as before there were any."""
    if any(each.is_explained for each in history.companions):
        return ""
    if history.place is None or history.place.listed.joining or history.place.changes:
        return ""
    return ", because headline and text were the same when they came"


def _credits(place: Place) -> Iterator[Line]:
    if not place.listed.credits:
        yield Line("credits nobody")
    for credit in place.listed.credits:
        yield Line(credit_in_words(credit))


def quoted(text: str) -> str:
    """Return a text from the web in quotation marks, on one line and not too long."""
    return f"“{clean(text, _LONGEST_QUOTE)}”"
