"""docs/delivery.md does not lie: its examples load, its commands exist, and what it says of them is so."""

import re
import shlex
from pathlib import Path

import click
import pytest

from scheduler.cli import wirewatch
from scheduler.config import load_config
from scheduler.delivery_wording import when_told

PAGE = (Path(__file__).parent.parent / "docs" / "delivery.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.partition(":")[0])
def test_every_example_of_the_page_loads(tmp_path: Path, example: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(example, encoding="utf-8")
    assert not [note for note in load_config(path, {}).notes if note.startswith("topic")]


def test_the_first_example_is_told_as_the_page_says(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(EXAMPLES[0], encoding="utf-8")
    config = load_config(path, {})
    words = {
        (topic.name, name): when_told(config.topic_rules[topic.name], config.channel_rules[name]).partition(",")[0]
        for topic in config.topics
        for name in topic.channels
    }
    assert words == {
        ("Dawn raids", "chat"): "at once",
        ("Antitrust complaints", "chat"): "at once",
        ("Antitrust complaints", "mail"): "in a digest at 07:30 (Europe/Berlin)",
        ("Merger control", "chat"): "in a digest at 08:00",
    }


def test_the_commands_of_the_page_exist() -> None:
    lines = [shlex.split(line) for text in re.findall(r"```sh\n(.*?)```", PAGE, re.S) for line in text.splitlines()]
    assert lines
    with wirewatch.make_context("wirewatch", [], resilient_parsing=True) as context:
        for _, name, *words in lines:
            command = wirewatch.get_command(context, name)
            assert command, name
            if isinstance(command, click.Group) and words and words[0] in command.commands:
                command = command.commands[words[0]]
            assert {word for word in words if word.startswith("--")} <= {
                option for parameter in command.params for option in parameter.opts
            }
