"""What the README says is true."""

import re
import shlex
from pathlib import Path

import pytest

from scheduler.cli import COMMANDS
from scheduler.config import load_config

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_its_configuration_is_valid(tmp_path: Path) -> None:
    (written,) = [text for kind, text in BLOCKS if kind == "yaml"]
    path = tmp_path / "config.yaml"
    path.write_text(written, encoding="utf-8")
    config = load_config(path, {})
    assert [topic.name for topic in config.topics] == ["Antitrust complaints", "OpenAI and Microsoft"]


def test_its_commands_and_targets_exist() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    lines = [shlex.split(line, comments=True) for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]
    for words in lines:
        if words[0] == "make":
            assert words[1] in targets
        elif words[0] == "wirewatch":
            assert words[1] in COMMANDS
    assert {words[0] for words in lines} == {"make", "wirewatch", "."}
    assert set(re.findall(r"`wirewatch ([\w-]+)", README)) <= set(COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_link_leads_nowhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_file_is_named_that_is_not_there(page: Path) -> None:
    named = re.findall(
        r"`((?:stories|crawler|alerts|scheduler|demo|tests|bench|docs)/[\w/]+\.\w+)`", page.read_text("utf-8")
    )
    named += [f"tests/{name}" for name in re.findall(r"`(test_\w+\.py)`", page.read_text("utf-8"))]
    assert [name for name in named if not (ROOT / name).exists()] == []
