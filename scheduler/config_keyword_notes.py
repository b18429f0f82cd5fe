"""What the lists of a topic may say and yet may not mean."""

import re
from collections.abc import Iterator

from alerts.keywords import keyword_query
from alerts.query import FIELDS
from alerts.settings import TopicSettings
from scheduler.config_covering import Key, covering, key_of
from stories.text import fold

_OPERATOR = re.compile(
    rf"(?:^|\s)(?:AND|OR|NOT|NEAR(?:/\d+)?)(?:\s|$)|(?:^|\s)(?:{'|'.join(FIELDS)}|lang):\S|^/.+/i?$", re.MULTILINE
)
# Signs that mean something to people and nothing in a keyword, with what to do instead.
_SIGNS = (
    (re.compile(r"^\s*([-!])\s*\w"), "what must not occur belongs into `exclude`"),
    (re.compile(r"^\s*(\+)\s*\w"), "what must occur belongs into `all`"),
    (re.compile(r"([()\[\]{}])"), "brackets that group belong into its `query`"),
    (
        re.compile(r"([,;])(?=\s*[^\W\d])|(?<=[^\d\s])\s*([,;])(?=\s*\d)"),  # not as in 1,000
        "if several keywords are meant, each is an entry of its own",
    ),
)


def notes_on_keywords(topic: TopicSettings) -> Iterator[str]:
    """Yield one sentence for each thing in the lists of `topic` to think about."""
    of_stages = [word for stage in topic.stages for word in stage.words]
    for keyword in (*topic.keywords, *topic.all_of, *topic.exclude, *of_stages):
        yield from _on_signs(keyword)
    for keyword in (*topic.keywords, *topic.all_of):
        if len(fold(keyword)) == 1:
            yield f"the keyword {keyword!r} is a single letter and will be found often"
    yield from _on_repetition("keywords", topic.keywords)
    yield from _on_repetition("all", topic.all_of, is_any=False)
    yield from _on_repetition("exclude", topic.exclude)
    for stage in topic.stages:  # a longer one is no repetition: it may reach over a word of another stage
        yield from _on_repetition(f"stage {stage.name}", stage.words, is_any=False)
    excluded = {key_of(keyword_query(keyword)) for keyword in topic.exclude}
    for keyword in (*topic.keywords, *topic.all_of):
        if excluded and any(key in excluded for key in covering(keyword_query(keyword))):
            yield f"{keyword!r} is excluded as well and can never be told"


def _on_signs(keyword: str) -> Iterator[str]:
    if keyword.startswith("="):  # exactly these characters, signs and all
        return
    if _OPERATOR.search(keyword):
        mend = "operators, fields and regular expressions belong into its `query`"
        yield f"the keyword {keyword!r} is looked for word by word; {mend}"
        return
    for pattern, mend in _SIGNS:
        if found := pattern.search(keyword):
            yield f"the {found[found.lastindex or 0]} in the keyword {keyword!r} means nothing; {mend}"


def _on_repetition(name: str, keywords: tuple[str, ...], *, is_any: bool = True) -> Iterator[str]:
    first: dict[Key, str] = {}
    for keyword in keywords:
        known = first.setdefault(key_of(keyword_query(keyword)), keyword)
        if known is not keyword:
            yield f"{keyword!r} in its {name} finds what {known!r} finds: a word matches in any inflection"
    for key, keyword in first.items() if is_any else ():
        wider = next((first[each] for each in covering(keyword_query(keyword)) if each != key and each in first), None)
        if wider:
            yield f"{keyword!r} in its {name} finds nothing that {wider!r} does not find"
