"""What docs/messages.md says is so."""

import doctest
import re
from pathlib import Path
from types import ModuleType

import pytest

import alerts.card_wording
import alerts.harmless
import alerts.templates
import stories.graphemes
import stories.told_address
from alerts.medium import Medium
from alerts.message import rendered
from alerts.templates import FIELDS
from scheduler.config import load_config
from tests.message_cards import card

PAGE = (Path(__file__).parent.parent / "docs" / "messages.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "module", [alerts.card_wording, alerts.harmless, alerts.templates, stories.graphemes, stories.told_address]
)
def test_the_examples_in_the_docstrings_are_true(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


def test_the_page_names_each_field_of_a_template_with_what_it_says() -> None:
    assert dict(re.findall(r"\| `\$(\w+)` \| (.*) \|", PAGE)) == FIELDS


def test_the_template_on_the_page_is_taken_and_makes_a_message(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)
    (tmp_path / "config.yaml").write_text(example, encoding="utf-8")
    template = load_config(tmp_path / "config.yaml", {}).topics[0].template
    message = rendered(card("Office opens case"), Medium.TEXT, template)
    assert message.title == "Office opens case"
    assert message.body.splitlines()[-1] == "The Ledger: https://news.example.org/story"
