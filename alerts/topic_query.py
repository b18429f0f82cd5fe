"""What a topic looks for, as one query: its `query`, its keywords, or both."""

from alerts.keywords import keyword_query
from alerts.query import And, Not, Or, Query
from alerts.query_parsing import joined, parse_query
from alerts.settings import TopicSettings


def query_of(topic: TopicSettings) -> Query:
    """Return the tree of a topic: its query, any of its keywords, each of `all`, and none of `exclude`."""
    parts: list[Query] = []
    if topic.query:
        parts.append(parse_query(topic.query))
    if topic.keywords:
        parts.append(joined(Or, map(keyword_query, topic.keywords)))
    parts += map(keyword_query, topic.all_of)
    if topic.exclude:
        parts.append(Not(joined(Or, map(keyword_query, topic.exclude))))
    return joined(And, parts)
