"""docs/commands.md, docs/config-reference.md and docs/config.schema.json are what the program says of itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scheduler.cli import COMMANDS
from scheduler.config_json_schema import json_schema
from scheduler.references import pages

ROOT = Path(__file__).parent.parent
PAGES = pages()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_up_to_date(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == PAGES[name], "run `make docs`"


def keys(node: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every key of a JSON Schema with what it says."""
    if isinstance(node, dict):
        for key, value in node.get("properties", {}).items():
            yield f"{place}.{key}", value
        for key, value in node.items():
            yield from keys(value, f"{place}/{key}")
    elif isinstance(node, list):
        for each in node:
            yield from keys(each, place)


def test_every_key_says_what_it_means() -> None:
    found = dict(keys(json_schema()))
    assert len(found) > 60
    assert [place for place, key in found.items() if not key.get("description", "").endswith(".")] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_on_the_page(name: str) -> None:
    assert f"\n## wirewatch {name}\n" in PAGES["commands.md"]


def test_every_mapping_of_the_configuration_is_on_the_page() -> None:
    for heading in ("topics[].digest, channels.NAME.digest", "service.heartbeat", "feeds[].page", "service.canary"):
        assert f"\n## {heading}\n" in PAGES["config-reference.md"]


def test_the_shipped_configuration_names_its_schema_for_editors() -> None:
    first = (ROOT / "config.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=docs/config.schema.json"
    assert (ROOT / "docs" / "config.schema.json").exists()


def test_the_readme_leads_to_the_pages() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "(docs/commands.md)" in readme
    assert "(docs/config-reference.md)" in readme
