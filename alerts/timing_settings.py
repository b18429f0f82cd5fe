"""What a configuration may say of when messages go out."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError, PydanticKnownError

from alerts.timing import Digest, Limit, Quiet, is_always_quiet
from alerts.timing_words import parse_digest, parse_limit, parse_quiet, parse_zone
from stories.durations import Duration

LONGEST_GROUP_WAIT = timedelta(hours=1)


def _times(value: object) -> Digest:
    return value if isinstance(value, Digest) else parse_digest(_text(value))


def _quiet(value: object) -> Quiet:
    return value if isinstance(value, Quiet) else parse_quiet(value if isinstance(value, str) else "")


def _limit(value: object) -> Limit:
    if isinstance(value, Limit):
        return value
    if isinstance(value, str):
        return parse_limit(value)
    raise ValueError("expected a number of messages and a time, such as 20/hour")


def _text(value: object) -> str:
    if not isinstance(value, str):  # YAML takes 17:00 for a number
        raise PydanticKnownError("string_type")
    return value


def _leaves_time(quiets: tuple[Quiet, ...]) -> tuple[Quiet, ...]:
    if is_always_quiet(quiets):
        raise ValueError("these quiet hours are the whole week, so nothing would ever be told")
    return quiets


def _not_long(group_wait: timedelta) -> timedelta:
    if group_wait > LONGEST_GROUP_WAIT:
        raise ValueError("expected a duration up to 1h; for what may come later there is `digest`")
    return group_wait


def _one_or_more(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


DigestTimes = Annotated[
    Digest,
    BeforeValidator(_times),
    PlainSerializer(lambda digest: digest.written, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["08:00", "08:00, 17:00 mon-fri", "0 8 * * 1-5"]}),
]
_SPAN_IN_JSON: dict[str, Any] = {"type": "string", "examples": ["22:00-07:00", "sat-sun", "22:00-07:00 mon-fri"]}
_QuietSpan = Annotated[
    Quiet,
    BeforeValidator(_quiet),
    PlainSerializer(lambda quiet: quiet.written, return_type=str),
    WithJsonSchema(_SPAN_IN_JSON),
]
QuietHours = Annotated[
    tuple[_QuietSpan, ...],
    Field(strict=False),
    BeforeValidator(_one_or_more),
    AfterValidator(_leaves_time),
    WithJsonSchema({"anyOf": [_SPAN_IN_JSON, {"type": "array", "items": _SPAN_IN_JSON}]}),
]
MessageLimit = Annotated[
    Limit,
    BeforeValidator(_limit),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["20/hour", "5/minute", "100/day"]}),
]
GroupWait = Annotated[Duration, AfterValidator(_not_long)]
ZoneName = Annotated[str, AfterValidator(parse_zone)]


def _or_times_alone(schema: dict[str, Any]) -> None:
    """Let the JSON Schema of a digest take the short form, too."""
    whole = dict(schema)
    schema.clear()
    schema["anyOf"] = [whole["properties"]["at"], whole]


class DigestSettings(BaseModel):
    """When a digest goes out, written as its times alone, or with whether it does when nothing has come."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, hide_input_in_errors=True, json_schema_extra=_or_times_alone
    )

    at: DigestTimes = Field(description="Its times, with days if it is not every day; or five fields of cron.")
    even_if_empty: bool = Field(default=False, description="Whether it goes out when nothing has come.")

    @model_validator(mode="wrap")
    @classmethod
    def _from_words(cls, value: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if isinstance(value, dict | cls):
            return handler(value)
        if isinstance(value, list):
            raise PydanticCustomError("list_of_times", 'found a list, expected its times in one text: "08:00, 17:00"')
        return handler({"at": parse_digest(_text(value))})

    @property
    def digest(self) -> Digest:
        """The digest that is meant."""
        return replace(self.at, even_if_empty=self.even_if_empty)
