"""The secrets of a whole configuration, told to the log so that it never shows them."""

from scheduler.config import Config
from scheduler.logs import keep_out_of_log
from scheduler.redaction import secrets_of


def keep_secrets_out_of_log(config: Config) -> None:
    """Blot the secrets of `config` out of whatever this process logs from now on; call it for each new one."""
    names = [
        *(channel.name for channel in config.channels),
        *(feed.name for feed in config.feeds),
        *(topic.name for topic in config.topics),
    ]
    keep_out_of_log(secrets_of(config.channels, config.feeds, names))
