"""Messages in one's own words: named fields, filled in from a story, and nothing that could be run."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from string import Template as _Fields
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from alerts.harmless import UNSEEN

FIELDS = {
    "topic": "the topic, or the topics, under which it is told",
    "title": "the headline",
    "link": "where to read it",
    "outlet": "whose article is shown",
    "published": "whose article it is and when it came out",
    "snippet": "the sentences around the words that told, those words marked",
    "why": "under which topic, and the words that were found",
    "stage": "the stage that the story has reached, where the topic has stages",
    "update": "of an update what is new, else nothing",
    "before": "of an update what was told before, else nothing",
    "kind": "of an update its stage or the word update, else nothing",
    "story": "who reported it, how many outlets tell it, since when",
    "story_id": "the number of the story: `wirewatch story NUMBER` shows it",
}
LONGEST_TITLE = 300  # characters
LONGEST_BODY = 4000
_FIELD = re.compile(r"\$(?:\$|\w+|\{\w*\})", re.ASCII)
# What stands right before a field must not make a mention or a link of what is filled in.
# A bracket is half of a link only behind another, which may be the end of a field.
_LIVE_BEFORE = re.compile(r"(?:(?<=[@<!#&:/.\]])|(?<=[\]\w}]\())(?=\$(?!\$))")


def _known(text: str) -> str:
    fields = _Fields(text)
    names = list(dict.fromkeys(fields.get_identifiers()))
    faults = list(_faults_of(fields, names))
    if not names and not faults:
        faults = ["a template without any field says the same of every story; name one, such as $title"]
    if faults:
        raise ValueError("; ".join(faults))
    return text


def _faults_of(fields: _Fields, names: Sequence[str]) -> Iterator[str]:
    """Yield all that is wrong with the `fields` of a template, which has these `names`."""
    if not fields.is_valid():
        yield "a $ stands before the name of a field ($title); write $$ for a dollar sign"
    unknown = [name for name in names if name not in FIELDS]
    for name in unknown:
        near = difflib.get_close_matches(name[:50], FIELDS, n=1)
        meant = f"; did you mean ${near[0]}?" if near else ""
        known = f" (fields: {', '.join(f'${each}' for each in FIELDS)})" if name == unknown[-1] else ""
        yield f'"${name[:50]}" is no field{meant}{known}'


def _one_line(text: str) -> str:
    if len(text.splitlines()) > 1:
        raise ValueError("a title is one line")
    return text.strip()


_Title = Annotated[str, Field(max_length=LONGEST_TITLE), AfterValidator(_one_line), AfterValidator(_known)]
_Body = Annotated[str, Field(max_length=LONGEST_BODY), AfterValidator(_known)]


class TemplateSettings(BaseModel):
    """How a story is told: a title, a body, or both; what is not given looks as ever.

    Fields are written `$title` or `${title}`, a dollar sign `$$`. Digests and notices have looks of their own.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    title: _Title | None = Field(default=None, description="The title, with fields such as `$title` and `$topic`.")
    body: _Body | None = Field(
        default=None, description="What stands below it, with fields such as `$why` and `$link`."
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.title is None and self.body is None:
            raise ValueError("a template needs a `title`, a `body`, or both")
        return self


def template_for(
    topics: Iterable[str], of_topics: Mapping[str, TemplateSettings], of_channel: TemplateSettings | None
) -> TemplateSettings | None:
    """Return the template for a story under `topics`: of the first that has one, and else, part by part, the channel's.

    >>> whole = TemplateSettings(title="$topic", body="$title")
    >>> template_for(["A", "B"], {"B": TemplateSettings(body="$link")}, whole)
    TemplateSettings(title='$topic', body='$link')
    """
    own = next((of_topics[topic] for topic in topics if topic in of_topics), None)
    if own is None or of_channel is None:
        return own or of_channel
    return TemplateSettings(title=own.title or of_channel.title, body=own.body or of_channel.body)


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a template with `values` in the place of its fields; lines of which all fields are empty are left out.

    What a value says is never read as a template.
    """
    kept = [line for line in text.strip().splitlines() if not _is_empty(line, values)]
    return _Fields(_LIVE_BEFORE.sub(UNSEEN, "\n".join(kept))).substitute(values).strip()


def _is_empty(line: str, values: Mapping[str, str]) -> bool:
    names = [name for found in _FIELD.findall(line) if (name := found.strip("${}"))]
    return bool(names) and not any(values[name] for name in names)
