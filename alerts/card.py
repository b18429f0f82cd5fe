"""What a message says, before a medium gives it its looks: of a story, of many, of a feed that is in trouble."""

from dataclasses import dataclass
from datetime import datetime

from alerts.facts import Link
from alerts.snippet import Fragment

REPEAT = "(possible repeat)"
REPEAT_IN_FULL = "(possible repeat: an earlier try may have reached you)"
UNTITLED = "(untitled)"
NO_LINK = "(no safe link)"
LINK_TOO_LONG = "(link too long)"
QUOTED = 8  # stories in one digest; of more, who, when and which words has to do
ADVISED = 4  # notices in one message; of more, only what happened is said


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Under which topic a story is told, and the words that were found, as a phrase; of an update also what is new."""

    topic: str
    words: str
    update: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryCard:
    """One story, told once for all topics that its article met. All texts are on one line and not yet harmless.

    `kind` is what an update brings, a stage or "update"; None is a first report. `origin` are sentences on who reported
    it, how many tell it and since when; `published` is which outlet's article is shown, and when it came out, `listed`
    the same in few words. `news` is why a story is told again, `quote` the sentence that is new unless the snippet
    shows it, `before` what was told, and `story` what `origin` says of a first report. `teller` is whose words the
    snippet has, if not the shown article's. `link` is None where no safe one is known; `links` are other outlets'.
    """

    story_id: int
    title: str
    whys: tuple[Why, ...]
    is_repeat: bool
    kind: str | None
    stage: str | None
    outlet: str | None
    published: str
    listed: str
    origin: tuple[str, ...]
    story: str | None
    news: str | None
    quote: str | None
    before: str | None
    snippet: Fragment
    teller: str | None
    link: str | None
    links: tuple[Link, ...]
    at: datetime

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics under which it is told."""
        return tuple(dict.fromkeys(why.topic for why in self.whys))


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySection:
    """A story of a digest: what was told of it, the newest first."""

    cards: tuple[StoryCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSection:
    """A topic of a digest with its stories; one that met several topics stands under the first of them."""

    topic: str
    stories: tuple[StorySection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeCard:
    """What whoever looks after the service is told: what happened, what it means, what to do, whether it is over."""

    notice_id: int
    title: str
    happened: str
    means: str
    to_do: str
    since: datetime
    over_at: datetime | None
    is_repeat: bool
    has_end: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestCard:
    """Many stories in one message, by topic. `is_planned` says that it came by its timetable."""

    topics: tuple[TopicSection, ...]
    notices: tuple[NoticeCard, ...]
    since: datetime
    until: datetime
    is_planned: bool

    @property
    def stories(self) -> int:
        """How many stories it tells."""
        return sum(len(topic.stories) for topic in self.topics)

    @property
    def has_room_for_snippets(self) -> bool:
        """Whether its stories are so few that each says what was found, in its own words."""
        return self.stories <= QUOTED

    @property
    def has_room_for_advice(self) -> bool:
        """Whether its notices are so few that each says what it means and what to do."""
        return len(self.notices) <= ADVISED


Card = StoryCard | DigestCard | NoticeCard
