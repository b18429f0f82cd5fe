"""docs/config.md and docs/feeds.md do not lie: their examples load, and the tables are what the settings say."""

import re
import shlex
from pathlib import Path

import pytest

from alerts.settings import TopicSettings
from crawler.settings import FeedSettings
from scheduler.commands.feeds_command import command as feeds
from scheduler.config import ServiceSettings, load_config
from scheduler.rhythm import LONGEST, SHORTEST
from stories.durations import parse_duration, write_duration

DOCS = Path(__file__).parent.parent / "docs"
PAGE = (DOCS / "config.md").read_text(encoding="utf-8")
FEEDS = (DOCS / "feeds.md").read_text(encoding="utf-8")
FULL_TEXT = (DOCS / "full-text.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE + FULL_TEXT, re.S)


def table(heading: str) -> dict[str, str]:
    """Return the first and last cells of the table below a heading."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [row.strip("| ").split("|") for row in re.findall(r"^\| `.*$", section, re.M)]
    return {cells[0].strip(" `"): cells[-1].strip(" `") for cells in rows}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.partition(":")[0])
def test_every_example_of_the_page_loads(tmp_path: Path, example: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(example, encoding="utf-8")
    load_config(path, {})


@pytest.mark.parametrize("example", re.findall(r"```yaml\n(.*?)```", FEEDS, re.S), ids=lambda text: text.split("\n")[1])
def test_every_example_of_the_page_on_feeds_loads(tmp_path: Path, example: str) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "letters").write_text("s3cr3t", encoding="utf-8")
    path = tmp_path / "config.yaml"
    path.write_text(example, encoding="utf-8")
    assert load_config(path, {"LETTERS_TOKEN": "s3cr3t"}).feeds


def test_the_commands_of_the_page_on_feeds_exist() -> None:
    lines = [shlex.split(line, comments=True) for line in re.findall(r"^wirewatch feeds .*$", FEEDS, re.M)]
    for _, _, name, *words in lines:
        options = {opt for parameter in feeds.commands[name].params for opt in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options
    assert {line[2] for line in lines} == set(feeds.commands)


def test_the_page_has_an_example_of_every_part() -> None:
    assert {example.partition(":")[0] for example in EXAMPLES} == {"service", "feeds", "topics", "channels"}


def test_the_page_names_every_key_and_default_of_a_feed() -> None:
    told = table("feeds")
    assert set(told) == set(FeedSettings.model_fields)
    span = f"its own rhythm, from {write_duration(SHORTEST)} to {write_duration(LONGEST)}"
    assert told["every"].replace("`", "") == span


def test_the_page_names_every_key_and_default_of_a_topic() -> None:
    told = table("topics")
    assert set(told) == {field.alias or name for name, field in TopicSettings.model_fields.items()}
    topic = TopicSettings(name="T", all_of=("a",), channels=("c",))
    assert parse_duration(told["silent_after"]) == topic.silent_after
    assert told["flood_above"] == str(topic.flood_above)


def test_the_page_names_every_key_and_default_of_the_service() -> None:
    told = table("service")
    assert set(told) == set(ServiceSettings.model_fields)
    service = ServiceSettings()
    for key in ("database", "crawls_at_once", "crawl_seconds", "crawl_memory_mb", "document_seconds"):
        assert told[key] == str(getattr(service, key))
    assert parse_duration(told["alert_if_younger_than"]) == service.alert_if_younger_than
