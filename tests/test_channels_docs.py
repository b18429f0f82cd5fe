"""docs/channels.md does not lie: each address is one, and the sample looks as it says."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from alerts.channel_stages import Stage
from alerts.channels import fault_of_address
from alerts.medium import Medium
from alerts.message import rendered
from alerts.sample import sample_card

PAGE = (Path(__file__).parent.parent / "docs" / "channels.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.S)
ADDRESSES = {
    name: channel["url"]
    for kind, text in BLOCKS
    if kind == "yaml"
    for name, channel in yaml.safe_load(text)["channels"].items()
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_each_address_leads_to_one_destination(name: str) -> None:
    assert fault_of_address(re.sub(r"\$\{\w+\}", "p4ssword", ADDRESSES[name])) is None


def test_every_service_has_an_example() -> None:
    services = ("slack", "mail", "discord", "telegram", "ntfy", "matrix", "teams", "hook")
    assert not [service for service in services if service not in ADDRESSES]


def test_the_sample_looks_like_this() -> None:
    message = rendered(sample_card(topic="Antitrust", now=datetime(2026, 11, 23, 12, tzinfo=UTC)), Medium.TEXT)
    assert f"{message.title}\n\n{message.body}\n" in [text for kind, text in BLOCKS if kind == "text"]


def test_every_stage_is_named() -> None:
    named = PAGE.partition("the stage at which it stopped is told (")[2].partition(")")[0].split(",")
    assert [name.strip() for name in named] == [stage.value for stage in Stage if stage is not Stage.DONE]
