"""Headers of feeds, which are often passwords: taken from the environment or a file, never shown."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import SecretStr

from crawler.settings import FeedSettings, header_value
from scheduler.config_mistakes import Fault
from scheduler.config_secrets import NotYetError, read_secret
from scheduler.config_yaml import Tree


def with_headers(
    feeds: Iterable[FeedSettings], environment: Mapping[str, str], folder: Path
) -> tuple[tuple[FeedSettings, ...], list[Fault]]:
    """Return `feeds` with the values of their headers, and what is wrong with those; no sentence contains a value."""
    complete: list[FeedSettings] = []
    faults: list[Fault] = []
    for number, feed in enumerate(feeds):
        values: dict[str, SecretStr] = {}
        for name, written in feed.headers.items():
            value = _value(written.get_secret_value(), environment, folder)
            if isinstance(value, SecretStr):
                values[name] = value
            else:
                faults.append(Fault(path=("feeds", number, "headers", name), sentence=value))
        complete.append(feed.model_copy(update={"headers": values}) if feed.headers else feed)
    return tuple(complete), faults


def faults_of_headers(
    tree: Tree, told: Iterable[Fault], environment: Mapping[str, str], folder: Path
) -> Iterator[Fault]:
    """Yield what is wrong with the values of headers in `tree`, of which other mistakes were `told` already.

    So that both are told at once: a file with mistakes has no settings, and so no feeds with headers.
    """
    paths = {fault.path for fault in told}
    for path, written in tree.texts("feeds", None, "headers", None):
        value = _value(written, environment, folder)
        if path not in paths and isinstance(value, str):
            yield Fault(path=path, sentence=value)


def _value(written: str, environment: Mapping[str, str], folder: Path) -> SecretStr | str:
    """Return the value of a header, or a sentence that says why there is none."""
    try:
        return SecretStr(header_value(read_secret(written, environment, folder, what="value")))
    except NotYetError as error:
        return f"this header waits for {error}; provide it, or take the header out"
    except ValueError as error:
        return str(error)
