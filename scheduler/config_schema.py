"""The whole configuration file as the settings of all rooms together, and its mistakes as sentences."""

import difflib
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic_core import ErrorDetails

from alerts.settings import ChannelName, ChannelSettings, TopicSettings
from alerts.templates import TemplateSettings
from alerts.timing_settings import DigestSettings
from crawler.settings import FeedSettings, PageSettings
from scheduler.config_heartbeat import HeartbeatSettings
from scheduler.config_lasting import BackupSettings, KeepSettings
from scheduler.config_mistakes import MAX_TOLD, Fault, KeyPath, brief, is_in_headers
from scheduler.config_operations import LogSettings
from scheduler.config_scalars import in_quotes
from scheduler.config_service import CanarySettings, ServiceSettings
from scheduler.config_yaml import Place, Tree


def _one_or_more(names: object) -> object:
    return [names] if isinstance(names, str) else names


_FileName = Annotated[str, Field(min_length=1, max_length=1000)]
_FILE_NAME = {"type": "string", "minLength": 1}
_FileNames = Annotated[
    tuple[_FileName, ...],
    Field(strict=False, max_length=100),
    BeforeValidator(_one_or_more),
    WithJsonSchema({"anyOf": [_FILE_NAME, {"type": "array", "items": _FILE_NAME, "maxItems": 100}]}),
]


class ConfigFile(BaseModel):
    """What config.yaml may say."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    service: ServiceSettings = Field(default_factory=ServiceSettings, description="How the service behaves as a whole.")
    feeds: Annotated[tuple[FeedSettings, ...], Field(strict=False)] = Field(
        default=(), description="The feeds, news sitemaps and pages that are asked."
    )
    feeds_from: _FileNames = Field(default=(), description="Files of feeds, each a list and nothing else.")
    include: _FileNames = Field(default=(), description="Files of topics, channels and feeds, written like this one.")
    topics: Annotated[tuple[TopicSettings, ...], Field(strict=False)] = Field(
        default=(), description="What you want to hear of, and who is told."
    )
    channels: dict[ChannelName, ChannelSettings] = Field(
        default_factory=dict, description="Where alerts go, by a name of your own."
    )


# What people write who know another program, for a key that difflib would not find.
_MEANT = {
    "url": "address",
    "link": "address",
    "interval": "every",
    "lang": "language",
    "any": "keywords",
    "words": "keywords",
    "not": "exclude",
    "none": "exclude",
    "title": "name",
    "notify": "channels",
    "sources": "feeds",
    "includes": "include",
    "import": "include",
    "imports": "include",
    "files": "include",
    "watch": "topics",
    "search": "query",
    "expression": "query",
    "email": "contact",
    "folder": "tags",
    "tag": "tags",
    "categories": "tags",
    "insecure": "allow_insecure",
    "private": "allow_private",
    "selectors": "page",
    "fulltext": "full_text",
    "schedule": "digest",
    "cron": "digest",
    "quiet_hours": "quiet",
    "silence": "quiet",
    "rate_limit": "limit",
    "throttle": "limit",
    "priority": "urgent",
    "tz": "timezone",
    "zone": "timezone",
    "admin": "operator",
}
_EXPECTED = {
    "string_type": "text",
    "path_type": "text",
    "int_type": "a whole number in plain digits",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping, one `key: value` a line",
    "enum": "{expected}",
    "literal_error": "{expected}",
    "model_type": "a mapping, one `key: value` a line",
    "string_too_short": "some text",
    "string_too_long": "at most {max_length} characters",
    "too_long": "at most {max_length} of them",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
}
_NEEDED = {
    "channels": "; name at least one channel to which this topic is told",
    "operator": "; name at least one channel, or take the line out",
    "at": "; write its times there",
}
# What a channel may say beside its address, which is a password.
_PUBLIC = frozenset(ChannelSettings.model_fields) - {"url", "template"}


def read_settings(tree: Tree) -> tuple[ConfigFile | None, list[Fault]]:
    """Return the settings in `tree`, or what is wrong with them."""
    try:
        return ConfigFile.model_validate(tree.value, by_alias=True, by_name=False), []
    except ValidationError as error:
        return None, list(_faults(error, tree))


def did_you_mean(wrong: str, known: tuple[str, ...]) -> str:
    """Return the question whether one of `known` is meant by `wrong`, to put behind a sentence; or nothing."""
    near = _near(wrong, known)
    return f"; did you mean `{brief(near)}`?" if near else ""


def _near(wrong: str, known: tuple[str, ...]) -> str | None:
    meant = _MEANT.get(wrong.lower())
    if meant in known:
        return meant
    by_lower = {key.lower(): key for key in known}
    near = difflib.get_close_matches(wrong.lower()[:100], list(by_lower)[:1000], n=1)
    return by_lower[near[0]] if near else None


def _faults(error: ValidationError, tree: Tree) -> Iterator[Fault]:
    details = error.errors(include_url=False, include_input=False)[: MAX_TOLD + 1]
    meant = {
        (*path[:-1], _near(str(path[-1]), _keys_at(path[:-1])))
        for path in (_path(detail, tree) for detail in details if detail["type"] == "extra_forbidden")
    }
    for detail in details:
        path = _path(detail, tree)
        # A key that is misspelt is told once: as unknown, not as missing, too.
        if detail["type"] == "default_factory_not_called" or (detail["type"] == "missing" and path in meant):
            continue
        yield Fault(path=path, sentence=_sentence(detail, path, tree))


def _path(detail: ErrorDetails, tree: Tree) -> KeyPath:
    path = tuple(step for step in detail["loc"] if step != "[key]")
    around = tree.places.get(path[:-1])
    return path[:-1] if around and around.written is not None else path  # one value may stand for a list of one


def _sentence(detail: ErrorDetails, path: KeyPath, tree: Tree) -> str:
    key = str(path[-1]) if path else ""
    place = tree.places.get(path)
    kind = detail["type"]
    if kind == "missing":
        return f"`{key}` is missing" + _NEEDED.get(key, "")
    if kind == "too_short":
        return "the list is empty" + _NEEDED.get(key, "")
    if kind == "extra_forbidden":
        return f"unknown key `{brief(key)}`" + (did_you_mean(key, _keys_at(path[:-1])) or _elsewhere(key))
    if kind == "value_error":
        return _own_words(str(detail["ctx"]["error"]), path, place)
    if kind not in _EXPECTED or place is None:
        return detail["msg"]
    expected = _EXPECTED[kind].format(**detail.get("ctx", {}))
    return f"found {_found(path, place)}, expected {expected}" + _advice(kind, path, place)


def _own_words(sentence: str, path: KeyPath, place: Place | None) -> str:
    """Return what a setting says of its own value, with the value beside it, unless it may be a secret."""
    written = place.written if place else None
    if written is None or "\n" in sentence:  # a query's error shows the query itself
        return sentence
    if is_in_headers(path):  # what is said of them names no value, and a value of one letter stands in any sentence
        return sentence
    if _is_private(path, written):
        return sentence.replace(written, "…") if written else sentence
    shows_it = "found" in sentence or (written and written in sentence)
    return sentence if shows_it else f'{sentence}, found "{brief(written)}"'


def _found(path: KeyPath, place: Place) -> str:
    if is_in_headers(path) and place.written:
        return "no text" if place.found != "text" else place.found
    if place.found != "text" or place.written is None:
        return place.found
    if not place.written:
        return "an empty text"
    return "text" if _is_private(path, place.written) else f'the text "{brief(place.written)}"'


def _is_private(path: KeyPath, written: str) -> bool:
    is_of_channel = path[:1] == ("channels",) and path[2:3] not in {(key,) for key in _PUBLIC}
    is_of_heartbeat = path[:2] == ("service", "heartbeat") and path[2:] != ("every",)
    return "://" in written or is_of_channel or is_of_heartbeat or is_in_headers(path)


def _advice(kind: str, path: KeyPath, place: Place) -> str:
    if kind == "string_type" and is_in_headers(path) and place.written:
        return "; write the value in quotes"
    if kind in ("string_type", "path_type") and place.written and not _is_private(path, place.written):
        return f"; {in_quotes(place.written)}"
    if kind == "tuple_type" and place.written and not _is_private(path, place.written):
        return f"; put it in brackets: [{brief(place.written)}]"
    if kind == "tuple_type" and place.found == "a mapping":
        return "; begin each of them with a dash (-)"
    if kind in ("model_type", "dict_type") and place.found == "nothing":
        return "; put something below it or take the line out"
    return _completion(kind, path, place) if place.written else ""


def _completion(kind: str, path: KeyPath, place: Place) -> str:
    """Return what to add to a single value where a mapping is expected."""
    if kind == "dict_type" and "stages" in path:
        return f"; write its words behind a colon: {brief(place.written or '')}: [word, word]"
    if kind == "model_type" and path[:1] == ("channels",):
        return "; write the address behind `url:`"
    if kind == "model_type" and path == ("service", "canary"):
        return "; write the channel behind `channel:`"
    if kind == "model_type" and path == ("service", "heartbeat"):
        return "; write the address behind `address:`"
    return ""


# None is the number of a feed or topic, or the name of a channel.
_MODELS: dict[tuple[str | int | None, ...], type[BaseModel]] = {
    (): ConfigFile,
    ("service",): ServiceSettings,
    ("service", "canary"): CanarySettings,
    ("service", "heartbeat"): HeartbeatSettings,
    ("service", "log"): LogSettings,
    ("service", "keep"): KeepSettings,
    ("service", "backup"): BackupSettings,
    ("feeds", None): FeedSettings,
    ("feeds", None, "page"): PageSettings,
    ("topics", None): TopicSettings,
    ("topics", None, "digest"): DigestSettings,
    ("topics", None, "template"): TemplateSettings,
    ("channels", None): ChannelSettings,
    ("channels", None, "digest"): DigestSettings,
    ("channels", None, "template"): TemplateSettings,
}


def _model_at(path: KeyPath) -> type[BaseModel] | None:
    return _MODELS.get(path) or _MODELS.get((*path[:1], *(None for _ in path[1:2]), *path[2:]))


def _keys_at(path: KeyPath) -> tuple[str, ...]:
    model = _model_at(path)
    return tuple(field.alias or name for name, field in model.model_fields.items()) if model else ()


def _elsewhere(key: str) -> str:
    places: dict[str, Any] = {
        "at the left margin": (),
        "below `service`": ("service",),
        "in a feed": ("feeds", 0),
        "in a topic": ("topics", 0),
        "in a channel": ("channels", ""),
    }
    found = [place for place, path in places.items() if key in _keys_at(path)]
    if found:
        return f"; it belongs {' or '.join(found)}"
    near = _near(key, tuple(known for path in places.values() for known in _keys_at(path)))
    there = [place for place, path in places.items() if near in _keys_at(path)]
    return f"; did you mean `{near}`? That belongs {' or '.join(there)}" if near else ""
