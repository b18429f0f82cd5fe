"""What a configuration may say about one feed."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from crawler.guard import RefusedError, target_of
from crawler.poll import LANGUAGE_TAG, FullText, PageSelectors, PollRequest
from crawler.private_hosts import is_own, where_it_is
from stories.address import safe_address
from stories.durations import Duration, write_duration

FLOOR = timedelta(minutes=5)  # nobody's server is asked more often than this ...
LONGEST = timedelta(days=30)
MAX_NAME = 100
MAX_TAG = 40
MAX_TAGS = 20
OWN_FLOOR = timedelta(seconds=1)  # ... but one's own

TYPOGRAPHIC_QUOTES = "“”„‟‘’‚‛«»‹›"  # what programs that write texts make of plain quotes

_LONGEST_HEADER = 8000
_TAG = re.compile(rf"\w[\w .&+-]{{0,{MAX_TAG - 1}}}")
# RFC 9110, 5.6.2
_HEADER_NAME = re.compile(r"[\w!#$%&'*+.^`|~-]{1,100}", re.ASCII)
# What says where a request goes, how long it is, in which form its answer may come, and what is known of the last one.
_HEADERS_OF_OURS = frozenset(
    {
        "host",
        "connection",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "expect",
        "range",
        "accept-encoding",
    }
)
_BEGINNINGS_OF_OURS = ("content-", "proxy-", "if-", "sec-", "x-forwarded-")


def _feed_address(address: str) -> str:
    if quotes := [sign for sign in (address[:1], address[-1:]) if sign and sign in TYPOGRAPHIC_QUOTES]:
        raise ValueError(
            f"found typographic quotes around it ({' and '.join(quotes)}); take them out, or type plain ones"
        )
    if not address.lower().startswith(("http://", "https://")):
        raise ValueError("expected an address that begins with http:// or https://")
    # What cannot be split at all is refused below, by safe_address.
    if "@" in address.split("://", 1)[1].split("/", 1)[0]:
        raise ValueError("a feed's address must not carry a user name or password, because addresses are shown")
    safe = safe_address(address)
    if safe is None:
        raise ValueError("not a usable address: the host, the port or a character in it is not allowed")
    try:
        target_of(safe)
    except RefusedError as error:
        raise ValueError(str(error)) from None
    return safe


def _language(language: str | None) -> str | None:
    if language is not None and not LANGUAGE_TAG.fullmatch(language):
        raise ValueError(f"expected a language tag such as en or pt-BR, found {language!r}")
    return language


def _tag(tag: str) -> str:
    if not _TAG.fullmatch(tag):
        raise ValueError(f"a tag is one to {MAX_TAG} letters, digits, blanks or any of -_.&+")
    return tag


def _header_name(name: str) -> str:
    if not _HEADER_NAME.fullmatch(name):
        raise ValueError("a header's name is made of letters, digits and hyphens")
    if name.lower() in _HEADERS_OF_OURS or name.lower().startswith(_BEGINNINGS_OF_OURS):
        raise ValueError(f"{_shown(name)} is made for each request; it cannot be set")
    if name.lower() == "user-agent":
        raise ValueError("this header is `user_agent` below `service`; it is the same for all feeds")
    return name


def _shown(name: str) -> str:
    """Return the name of a header that is no secret: it stands in our list, or only its beginning is shown."""
    if name.lower() in _HEADERS_OF_OURS:
        return f"the header {name}"
    return f"a header {next(each for each in _BEGINNINGS_OF_OURS if name.lower().startswith(each)).title()}…"


def _selector(selector: str) -> str:
    if not selector.strip():
        raise ValueError("expected a CSS selector, or an XPath that begins with / or ./")
    from crawler.page import check_selector  # here, because what reads pages takes long to load

    check_selector(selector)
    return selector


def header_value(text: str) -> str:
    """Return `text` as a value that a request can carry; raise ValueError, which does not repeat it, if none can."""
    if not text.isascii() or not text.isprintable() or not 0 < len(text) <= _LONGEST_HEADER:
        raise ValueError(f"a header's value is one line of plain ASCII text of at most {_LONGEST_HEADER} characters")
    return text


Selector = Annotated[str, Field(max_length=500), AfterValidator(_selector)]
Headers = dict[Annotated[str, AfterValidator(_header_name)], SecretStr]


class PageSettings(BaseModel):
    """How the articles on a page without a feed are found."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    link: Selector = Field(description="Finds the links to the articles.")
    title: Selector | None = Field(default=None, description="Finds the title, in what stands around one link.")
    summary: Selector | None = Field(default=None, description="Finds the summary there.")
    date: Selector | None = Field(default=None, description="Finds the date there.")

    def selectors(self) -> PageSelectors:
        """Return them as a poll asks for them."""
        return PageSelectors(link=self.link, title=self.title, summary=self.summary, date=self.date)


class FeedSettings(BaseModel):
    """One feed of the configuration."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    address: Annotated[str, AfterValidator(_feed_address)] = Field(
        description="Where the feed is: an http or https address of a feed, a news sitemap, or a page."
    )
    name: str = Field(
        min_length=1, max_length=MAX_NAME, description="What people call it; shown as the outlet of its articles."
    )
    every: Duration | None = Field(
        default=None,
        description="How often it is asked: at least 5m, 1s at localhost or a private number; else by its own rhythm.",
    )
    language: Annotated[str | None, AfterValidator(_language)] = Field(
        default=None,
        description="Language of its articles, such as en or pt-BR; for feeds that do not say it.",
    )
    alert_if_younger_than: Duration | None = Field(
        default=None,
        description="On the first poll only articles younger than this are told; else the service's value.",
    )

    tags: Annotated[tuple[Annotated[str, AfterValidator(_tag)], ...], Field(strict=False, max_length=MAX_TAGS)] = Field(
        default=(), description="Words to pick feeds by, such as the folder they were in."
    )
    headers: Headers = Field(
        default_factory=dict,
        repr=False,
        description="Sent along to the feed's own host; values may come from ${NAME} or file:.",
    )
    full_text: Annotated[FullText | None, Field(strict=False)] = Field(
        default=None,
        description="Whether the pages of its articles are asked for: when-short, always or never.",
    )
    page: PageSettings | None = Field(
        default=None, description="What is an article, when the address is a page and no feed."
    )
    allow_private: bool = Field(
        default=False,
        validate_default=True,
        description="Whether its host may be this machine or lie in a private network.",
    )
    allow_insecure: bool = Field(default=False, description="Whether its certificate is taken as it is.")

    @field_validator("allow_private")
    @classmethod
    def _opened_if_private(cls, is_allowed: bool, info: ValidationInfo) -> bool:
        place = where_it_is(info.data.get("address", ""))
        if place and not is_allowed:
            raise ValueError(f"the address of this feed is {place}; add `allow_private: true` if that is meant")
        return is_allowed

    @field_validator("every")
    @classmethod
    def _not_too_often(cls, every: timedelta | None, info: ValidationInfo) -> timedelta | None:
        if every is None or "address" not in info.data:
            return every  # nothing is asked for, or there is an error to tell already
        floor = OWN_FLOOR if is_own(info.data["address"]) else FLOOR
        if every > LONGEST:
            raise ValueError(f"{write_duration(every)} is longer than anyone waits for news, the most is 30d")
        if every < floor:
            least = write_duration(floor)
            raise ValueError(f"{write_duration(every)} is too often for this server, the least is {least}")
        return every


def asked_as_set(request: PollRequest, feed: FeedSettings, *, full_text: FullText = FullText.NEVER) -> PollRequest:
    """Return `request` with what the configuration says of its `feed`; `full_text` holds where it says nothing."""
    return replace(
        request,
        language=feed.language,
        headers=tuple((name, value.get_secret_value()) for name, value in feed.headers.items()),
        allow_private=feed.allow_private,
        allow_insecure=feed.allow_insecure,
        page=feed.page.selectors() if feed.page else None,
        full_text=feed.full_text or full_text,
    )
