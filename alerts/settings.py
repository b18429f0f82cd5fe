"""What a topic and a channel may say in the configuration, and what alerts are made from."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from alerts.keywords import keyword_query
from alerts.query_parsing import parse_query
from alerts.templates import TemplateSettings
from alerts.timing_settings import DigestSettings, GroupWait, MessageLimit, QuietHours, ZoneName
from alerts.update_rule import NEVER, STAGES, UpdateKind, Updates
from stories.durations import Duration
from stories.text import clean, fold

MAX_KEYWORD = 200
MAX_NAME = 100
LONGEST_SILENCE = timedelta(days=365)
LONGEST_BACKFILL = timedelta(days=30)


def _keyword(text: str) -> str:
    if len(text) > MAX_KEYWORD:
        raise ValueError(f"a keyword has at most {MAX_KEYWORD} characters, this one has {len(text)}")
    if not any(char.isalnum() for char in fold(text)):
        raise ValueError("a keyword needs a letter or a digit")
    seen = clean(text, MAX_KEYWORD)
    keyword_query(seen)
    return seen


def _query(text: str) -> str:
    parse_query(text)
    return text


def _name(text: str) -> str:
    if not fold(text):
        raise ValueError("a name needs at least one character that can be seen")
    if len(text) > MAX_NAME:
        raise ValueError(f"a name has at most {MAX_NAME} characters, this one has {len(text)}")
    if clean(text, MAX_NAME) != text:
        raise ValueError("a name is one line without spaces at its ends, double spaces or hidden characters")
    return text


def _channel_name(text: str) -> str:
    if ":" in text or "/" in text:
        raise ValueError("a channel's name has no : or /; its address stands below it, behind `url:`")
    return text


Keyword = Annotated[str, AfterValidator(_keyword)]
Query = Annotated[str, AfterValidator(_query)]
Name = Annotated[str, AfterValidator(_name)]
ChannelName = Annotated[Name, AfterValidator(_channel_name)]
# Strict models refuse a list for a tuple; YAML knows only lists.
Keywords = Annotated[tuple[Keyword, ...], Field(strict=False)]


def _stage_words(words: tuple[str, ...]) -> tuple[str, ...]:
    if not words:
        raise ValueError("a stage needs words by which it is known that a story has reached it")
    return words


class StageSettings(RootModel[dict[Name, Annotated[Keywords, AfterValidator(_stage_words)]]]):
    """One stage that a story can reach, written ``name: [words]``: any of the words tells that it was reached."""

    model_config = ConfigDict(strict=True, frozen=True, hide_input_in_errors=True)

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if len(self.root) != 1:
            raise ValueError("a stage is one name with its words behind a colon; begin each of them with a dash (-)")
        return self

    @property
    def name(self) -> str:
        """What people call it."""
        return next(iter(self.root))

    @property
    def words(self) -> tuple[str, ...]:
        """The keywords by which it is known."""
        return next(iter(self.root.values()))


def _default_updates(said: dict[str, Any]) -> Updates:
    return STAGES if said.get("stages") else NEVER


def _at_once(value: object) -> object:
    if value != "now":
        raise ValueError("expected now; for a digest write its times: `digest: 08:00 mon-fri`")
    return value


class TopicSettings(BaseModel):
    """What someone wants to hear of: what meets `query`, any of `keywords`, all of `all`, none of `exclude`.

    Keywords are the short form of a query, and kept as written (`alerts.topic_query.query_of` makes the tree). `stages`
    are what a story can reach, in rising order; `updates` says when it is told again. `deliver` says now where the
    channel has a digest; `digest` is its own, `quiet` holds back what is told, and an `urgent` topic is told at once,
    whatever is quiet. `full_text` is whether pages of articles are asked for, when a feed tells less. `status` says so
    when nothing matched for `silent_after`, or more than `flood_above` articles a day did. A new topic is tried on what
    the archive took in within `backfill`.
    """

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        validate_by_name=True,
        validate_by_alias=True,
        hide_input_in_errors=True,
    )

    name: Name = Field(description="What people call it; each topic has its own.")
    query: Query | None = Field(default=None, description="What must be met, in the language of docs/topics.md.")
    keywords: Keywords = Field(default=(), description="Words and phrases of which any is enough, in any inflection.")
    all_of: Keywords = Field(default=(), alias="all", description="Words and phrases of which each is needed.")
    exclude: Keywords = Field(default=(), description="Words and phrases of which none may be there.")
    channels: Annotated[tuple[Name, ...], Field(strict=False, min_length=1)] = Field(
        description="The names of the channels that are told."
    )
    stages: Annotated[tuple[StageSettings, ...], Field(strict=False)] = Field(
        default=(), description="What a story can reach, in rising order, each with the words that tell it."
    )
    updates: Updates = Field(
        default_factory=_default_updates,
        description="When a story is told again; `stages` for a topic that has some, else `never`.",
    )
    deliver: Annotated[Literal["now"], BeforeValidator(_at_once)] | None = Field(
        default=None, description="`now`: at once, also where the channel has a digest."
    )
    digest: DigestSettings | None = Field(
        default=None, description="At which times it is told, all in one message, such as `08:00 mon-fri`."
    )
    quiet: QuietHours = Field(default=(), description="When it is not told; what gathers comes afterwards.")
    urgent: bool = Field(default=False, description="Whether it is told at once, whatever is quiet.")
    template: TemplateSettings | None = Field(default=None, description="Its messages in words of your own.")
    full_text: Literal["never", "when-short", "always"] = Field(
        default="never", description="Whether pages of articles are asked for, of feeds that say nothing of it."
    )
    silent_after: Duration = Field(
        default=timedelta(days=14), description="`status` names it when nothing matched for so long, from 1h to 365d."
    )
    flood_above: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        default=50, description="`status` names it when more articles a day matched."
    )
    backfill: Duration | None = Field(
        default=None,
        description="When it is new, it is tried on what came in so lately, from 1h to 30d; told as one digest.",
    )

    @field_validator("updates")
    @classmethod
    def _has_stages(cls, updates: Updates, info: ValidationInfo) -> Updates:
        if updates.kind is UpdateKind.STAGES and info.data.get("stages") == ():  # missing when they have faults
            raise ValueError("the topic has no `stages`; list them, in rising order, or write news, every 24h or never")
        return updates

    @field_validator("digest")
    @classmethod
    def _is_not_now(cls, digest: DigestSettings | None, info: ValidationInfo) -> DigestSettings | None:
        if digest and info.data.get("deliver"):
            raise PydanticCustomError("both_said", "`deliver: now` and `digest` are both said; keep one of them")
        return digest

    @field_validator("urgent")
    @classmethod
    def _has_no_digest(cls, urgent: bool, info: ValidationInfo) -> bool:
        if urgent and info.data.get("digest"):
            sentence = "an urgent topic is told at once, and this one has a `digest`; keep one of them"
            raise PydanticCustomError("both_said", sentence)
        return urgent

    @field_validator("silent_after")
    @classmethod
    def _long_enough_to_tell(cls, silent_after: timedelta) -> timedelta:
        if not timedelta(hours=1) <= silent_after <= LONGEST_SILENCE:
            raise ValueError("expected a duration from 1h to 365d")
        return silent_after

    @field_validator("backfill")
    @classmethod
    def _of_late(cls, backfill: timedelta | None) -> timedelta | None:
        if backfill is not None and not timedelta(hours=1) <= backfill <= LONGEST_BACKFILL:
            raise ValueError("expected a duration from 1h to 30d")
        return backfill

    @model_validator(mode="after")
    def _looks_for_something(self) -> Self:
        if not self.query and not self.keywords and not self.all_of:
            raise ValueError("a topic needs a `query`, `keywords` (any of them is enough) or `all` (each is needed)")
        return self


class ChannelSettings(BaseModel):
    """Where alerts go, as it is written: one Apprise URL, or where to find it. Its name is its key.

    `digest` is for topics that do not say when they are delivered. `quiet` and `digest` are meant in `timezone`, the
    service's unless given. No more than `limit` messages go out; what comes within `group_wait` is one.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    # A string is made secret, so strictness would refuse it.
    url: Annotated[SecretStr, Field(strict=False)] = Field(
        description="Where its messages go: an Apprise address. It is a password, so better ${NAME} or file:NAME."
    )
    digest: DigestSettings | None = Field(
        default=None, description="At which times topics are told that do not say so themselves, all in one message."
    )
    quiet: QuietHours = Field(default=(), description="When it is told nothing that is not urgent.")
    limit: MessageLimit | None = Field(
        default=None, description="How many messages it takes; the rest comes in one digest."
    )
    group_wait: GroupWait = Field(
        default=timedelta(), description="How long what comes is gathered into one message, up to 1h."
    )
    timezone: ZoneName | None = Field(default=None, description="The zone of its times; the service's unless given.")
    template: TemplateSettings | None = Field(
        default=None, description="Its messages in words of your own, for topics that have none."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One destination: its Apprise URL, or, when that is not to be had yet, what it waits for.

    The URL is a password: it is never shown.
    """

    name: str
    url: str | None = field(default=None, repr=False)
    waits_for: str | None = None
    template: TemplateSettings | None = None
