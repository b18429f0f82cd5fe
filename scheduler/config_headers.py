"""Headers of feeds, which are often passwords: taken from the environment or a file, never shown."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import SecretStr

from crawler.settings import FeedSettings, header_value
from scheduler.config_mistakes import Fault
from scheduler.config_secrets import NotYetError, read_secret


def with_headers(
    feeds: Iterable[FeedSettings], environment: Mapping[str, str], folder: Path
) -> tuple[tuple[FeedSettings, ...], list[Fault]]:
    """Return `feeds` with the values of their headers, and what is wrong with those; no sentence contains a value."""
    complete: list[FeedSettings] = []
    faults: list[Fault] = []
    for number, feed in enumerate(feeds):
        values: dict[str, SecretStr] = {}
        for name, written in feed.headers.items():
            try:
                value = header_value(read_secret(written.get_secret_value(), environment, folder, what="value"))
            except NotYetError as error:
                sentence = f"this header waits for {error}; provide it, or take the header out"
            except ValueError as error:
                sentence = str(error)
            else:
                values[name] = SecretStr(value)
                continue
            faults.append(Fault(path=("feeds", number, "headers", name), sentence=sentence))
        complete.append(feed.model_copy(update={"headers": values}) if feed.headers else feed)
    return tuple(complete), faults
