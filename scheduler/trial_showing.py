"""What a trial found: for people, with the words marked, and as values for machines."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice

from rich.padding import Padding
from rich.text import Text

from alerts.evidence import Evidence
from alerts.explaining import Explanation
from alerts.snippet import Fragment, fragments, joined, marked
from alerts.wording import in_words
from scheduler.comparing import Change
from scheduler.showing import console, short_time, show, show_table
from scheduler.trying import Difference, Finding, Trial
from stories.text import clean

_OUTLETS = 8
_WEEKS = 52  # a column each
_BARS = "▁▂▃▄▅▆▇█"
_MARK = "bold yellow"


def show_trial(trial: Trial, *, limit: int) -> None:
    """Print how much a trial found, when and where, and the newest articles of it."""
    show(Text(_summary(trial)))
    if trial.found:
        if len(by_week := trial.by_week()) > 1:
            show(Text(_weeks(by_week)))
        show(Text(f"outlets  {_outlets(trial.by_outlet())}"))
    show_findings(trial.found, limit=limit)


def show_excluded(trial: Trial, *, limit: int) -> None:
    """Print how much a trial excluded, and the newest articles of it, each with what stood against it."""
    show(Text(_summary(trial)))
    if not trial.excluded:
        console().print("Nothing is excluded.")
    show_findings(trial.excluded, limit=limit)


def show_difference(difference: Difference, name: str, *, limit: int) -> None:
    """Print what is gained and lost beside the topic `name`."""
    gained, lost = len(difference.gained), len(difference.lost)
    show(Text(f"{name}: {gained} gained, {lost} lost, {difference.both} in both.", style="bold"))
    show_findings(difference.gained, limit=limit, sign="+ ")
    show_findings(difference.lost, limit=limit, sign="- ")


def show_changes(changes: Sequence[Change], *, limit: int) -> None:
    """Print what an edit of the configuration changes, topic by topic."""
    show_table(
        ["topic", "before", "after", "gained", "lost"],
        [
            (
                change.name,
                str(len(change.before.found)) if change.before else "new",
                str(len(change.after.found)) if change.after else "gone",
                str(len(change.difference.gained)),
                str(len(change.difference.lost)),
            )
            for change in changes
        ],
        empty="There are no topics in either.",
    )
    for change in changes:
        if change.before and change.after and (change.difference.gained or change.difference.lost):
            console().print()
            show_difference(change.difference, change.name, limit=limit)


def values_of_change(change: Change) -> dict[str, object]:
    """Return one topic before and after an edit as values."""
    return {
        "topic": change.name,
        "before": len(change.before.found) if change.before else None,
        "after": len(change.after.found) if change.after else None,
        "gained": [values_of_finding(finding) for finding in change.difference.gained],
        "lost": [values_of_finding(finding) for finding in change.difference.lost],
    }


def show_findings(findings: Sequence[Finding], *, limit: int, sign: str = "") -> None:
    """Print the first `limit` of `findings`, and how many more there are."""
    for finding in islice(findings, limit):
        console().print()
        for line in lines_of(finding, sign=sign):
            show(line)
    if len(findings) > limit:
        what = {"+ ": "gained", "- ": "lost"}.get(sign, "found")
        console().print(f"\n{len(findings) - limit} more were {what}; --limit shows more of them.")


def lines_of(finding: Finding, *, sign: str = "") -> Iterator[Text | Padding]:
    """Yield one article as lines: headline, where and when, and the sentences in which the words stand."""
    archived = finding.candidate.archived
    article, evidence = archived.article, finding.match.evidence
    yield Text(sign, style="bold") + _marked(article.title, _in_title(evidence), base="bold")
    source = (short_time(finding.candidate.at), article.outlet or "", archived.id)
    yield Padding(Text(clean(" · ".join(filter(None, source)), 300), style="dim"), (0, 0, 0, 2), expand=False)
    shown = joined(fragments(article, evidence))
    if shown.text:
        yield Padding(_marked(shown.text, shown.marks), (0, 0, 0, 2), expand=False)
    if finding.match.is_excluded:
        against = f"excluded by {in_words(finding.match.excluded)}"
        yield Padding(Text(clean(against, 300)), (0, 0, 0, 2), expand=False)
    elsewhere = [each for each in evidence if each.field not in ("title", "summary", "text")]
    if elsewhere:
        yield Padding(Text(clean(in_words(elsewhere), 300)), (0, 0, 0, 2), expand=False)


def show_explanation(explanation: Explanation) -> None:
    """Print whether an article meets a query, part by part."""
    standing = "excluded" if explanation.is_excluded else "found" if explanation.is_met else "not found"
    show(Text(f"It is {standing}.", style="bold"))
    for part in explanation.parts:
        because = part.lacking or (in_words(part.evidence) if part.evidence else "")
        line = Text(
            f"{'✓' if part.is_met else '✗'} {clean(part.wanted, 200)}{f': {clean(because, 600)}' if because else ''}"
        )
        show(Padding(line, (0, 0, 0, 2), expand=False))


def values_of_trial(trial: Trial) -> dict[str, object]:
    """Return a trial as values: figures, and the ids of all that was found, newest first."""
    return {
        "looked_at": trial.looked_at,
        "first_at": trial.first_at,
        "last_at": trial.last_at,
        "found": len(trial.found),
        "excluded": [finding.candidate.archived.id for finding in trial.excluded],
        "a_day": round(trial.a_day, 3),
        "by_outlet": trial.by_outlet(),
        "by_week": {str(week): count for week, count in trial.by_week().items()},
        "ids": [finding.candidate.archived.id for finding in trial.found],
    }


def values_of_finding(finding: Finding) -> dict[str, object]:
    """Return one article that was found, with the words that did it."""
    archived = finding.candidate.archived
    return {
        "id": archived.id,
        "title": archived.article.title,
        "outlet": archived.article.outlet,
        "url": archived.article.url,
        "at": finding.candidate.at,
        "evidence": [values_of_evidence(each) for each in finding.match.evidence],
    }


def values_of_evidence(evidence: Evidence) -> dict[str, object]:
    """Return where words were found, and which."""
    return {"field": evidence.field, "words": evidence.words, "start": evidence.start, "end": evidence.end}


def _in_title(evidence: Iterable[Evidence]) -> list[tuple[int, int]]:
    """Return the places of `evidence` in the title, in their order, those that overlap as one."""
    places: list[tuple[int, int]] = []
    for start, end in sorted((each.start, each.end) for each in evidence if each.field == "title"):
        if places and start <= places[-1][1]:
            places[-1] = (places[-1][0], max(end, places[-1][1]))
        else:
            places.append((start, end))
    return places


def _summary(trial: Trial) -> str:
    excluded = f"; excluded by what must not be there: {len(trial.excluded)}" if trial.excluded else ""
    if trial.first_at is None:
        return f"{len(trial.found)} found{excluded}."
    a_day = f"{trial.a_day:.2g}" if trial.a_day < 10 else f"{trial.a_day:,.0f}"
    return f"{len(trial.found):,} of {trial.looked_at:,} articles, {a_day} a day{excluded}."


def _weeks(by_week: dict[date, int]) -> str:
    weeks = list(by_week.items())[-_WEEKS:]
    most_in, most = max(weeks, key=lambda week: week[1])
    bars = "".join(_bar(count, most) for _, count in weeks)
    return f"by week  {bars}  {weeks[0][0]} to {weeks[-1][0]}, most in that of {most_in}: {most}"


def _bar(count: int, most: int) -> str:
    return _BARS[(count * len(_BARS) - 1) // max(most, 1)] if count else "·"


def _outlets(by_outlet: dict[str, int]) -> str:
    shown = ", ".join(
        f"{clean(outlet, 60) or '(none)'} {count}" for outlet, count in islice(by_outlet.items(), _OUTLETS)
    )
    more = len(by_outlet) - _OUTLETS
    return f"{shown} and {more} more" if more > 0 else shown


def _marked(text: str, places: Iterable[tuple[int, int]], base: str = "") -> Text:
    """Return `text` with the words at `places` in a colour, or, without colours, between asterisks as in a message."""
    if console().color_system is None:
        return Text(marked(Fragment(text, tuple(places)), "*", "*"), style=base)
    line = Text(text, style=base)
    for start, end in places:
        line.stylize(_MARK, start, end)
    return line
