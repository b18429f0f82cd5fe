"""The first configuration: made of three answers, with comments, ready to run."""

import re
from dataclasses import dataclass
from importlib.resources import files
from json import dumps
from pathlib import Path
from shlex import quote
from string import Template
from urllib.parse import urlencode

from stories.text import clean

MOST_WORDS = 50
_ADDRESS_FILE = "channel-address.txt"
_SCREEN = "console://"
_PLAIN = re.compile(r"[^\W\d_][\w -]*\w")
_MEANS_ELSE = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_SERVICE_NAMES = {"mailto": "email", "mailtos": "email", "slack": "slack", "tgram": "telegram", "json": "webhook"}
_MOST_SEARCHED = 5  # words of the search feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The files of a first configuration, by name, and which of them only its owner may read."""

    contents: dict[str, str]
    secrets: frozenset[str]


def start_of(*, words: tuple[str, ...], channel: str, contact: str | None, name: str = "config.yaml") -> Start:
    """Return the files of a configuration that watches for `words` and tells them by `channel`, an Apprise address.

    The address is a password and goes into a file of its own, unless it is the screen's. `name` is the
    configuration's.
    """
    is_screen = channel == _SCREEN
    service = channel.partition("://")[0].lower()
    channel_name = "console" if is_screen else _SERVICE_NAMES.get(service, service)
    topic = clean(words[0], 100)
    topic = topic[:1].upper() + topic[1:]
    text = Template(files("scheduler").joinpath("starter.yaml").read_text("utf-8")).substitute(
        contact=f"contact: {_scalar(contact)}" if contact else "# contact: you@example.org",
        channel=channel_name,
        url=_SCREEN if is_screen else f"file:{_ADDRESS_FILE}",
        topic=_scalar(topic),
        topic_as_argument=quote(topic),
        keywords=", ".join(map(_scalar, words)),
        search_name=_scalar(clean(f"Google News, {topic}", 100)),
        search=_search(words),
    )
    contents = {name: text} | ({} if is_screen else {_ADDRESS_FILE: f"{channel}\n"})
    return Start(contents=contents, secrets=frozenset({_ADDRESS_FILE} & contents.keys()))


def words_in(said: str) -> tuple[str, ...]:
    """Return the words and phrases of an answer, which are separated by commas, each once.

    >>> words_in("antitrust,  competition  law, antitrust")
    ('antitrust', 'competition law')
    """
    words = (clean(word, 200) for word in said.split(","))
    return tuple(dict.fromkeys(word for word in words if word))[:MOST_WORDS]


def write_start(start: Start, folder: Path) -> None:
    """Write the files of a first configuration into `folder`; those that only its owner may read come into being so.

    :raises FileExistsError: when one of them is there; nothing is written then
    :raises OSError: when the folder cannot be written
    """
    for name in start.contents:
        if (folder / name).exists():
            raise FileExistsError(name)
    for name, content in sorted(start.contents.items(), key=lambda each: each[0] not in start.secrets):
        path = folder / name
        path.touch(mode=0o600 if name in start.secrets else 0o666, exist_ok=False)
        path.write_text(content, "utf-8")


def _search(words: tuple[str, ...]) -> str:
    asked = " OR ".join(f'"{word}"' if " " in word else word for word in words[:_MOST_SEARCHED])
    query = urlencode({"q": f"{asked} when:2d", "hl": "en-US", "gl": "US", "ceid": "US:en"})
    return f"https://news.google.com/rss/search?{query}"


def _scalar(text: str) -> str:
    """Return `text` as YAML reads it as text, in quotes where it needs them."""
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _MEANS_ELSE
    return text if is_plain else dumps(text, ensure_ascii=False)
