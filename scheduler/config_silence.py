"""Topics that could never be told, because quiet hours of theirs and of a channel leave no time between them."""

from collections.abc import Iterator

from alerts.timing import is_always_quiet
from scheduler.config_mistakes import Fault, brief
from scheduler.config_rules import channel_rules, topic_rules
from scheduler.config_schema import ConfigFile


def faults_of_silence(settings: ConfigFile) -> Iterator[Fault]:
    """Yield each channel to which a topic of `settings` would never be told; alone, both leave time."""
    channels, topics = channel_rules(settings), topic_rules(settings.topics)
    for number, topic in enumerate(settings.topics):
        for name in dict.fromkeys(topic.channels):
            if name in channels and is_always_quiet(channels[name].quiets_of(topics[topic.name])):
                sentence = (
                    f"together with the quiet hours of channel {brief(name)} these leave no minute of the week, so"
                    " nothing would ever be told there; leave some, or make the topic `urgent: true`"
                )
                yield Fault(path=("topics", number, "quiet"), sentence=sentence)
