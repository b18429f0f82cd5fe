"""`wirewatch schema`: what an editor is told agrees with what the program reads."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from scheduler.cli import wirewatch
from scheduler.config_json_schema import json_schema

ROOT = Path(__file__).parent.parent


def faults(config: Any) -> list[str]:
    return [error.json_path for error in Draft202012Validator(json_schema()).iter_errors(config)]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(json_schema())


def test_the_command_prints_it() -> None:
    assert json.loads(CliRunner().invoke(wirewatch, ["schema"]).stdout) == json_schema()


def test_the_shipped_configuration_meets_it() -> None:
    assert faults(yaml.safe_load((ROOT / "config.yaml").read_text())) == []


@pytest.mark.parametrize("name", ["feeds.yaml", ["feeds.yaml", "more.yaml"]])
def test_one_file_of_feeds_or_several_may_be_named(name: object) -> None:
    assert faults({"feeds_from": name}) == []


@pytest.mark.parametrize(
    ("config", "place"),
    [
        ({"topcs": []}, "$"),
        ({"feeds": [{"name": "A feed"}]}, "$.feeds[0]"),
        ({"topics": [{"name": "A topic", "keywords": ["a"], "channels": ["b"], "updates": 3}]}, "$.topics[0].updates"),
        ({"service": {"alert_if_younger_than": "soon"}}, "$.service.alert_if_younger_than"),
    ],
)
def test_what_the_program_refuses_an_editor_marks(config: object, place: str) -> None:
    assert faults(config) == [place]


def test_defaults_stand_as_people_write_them() -> None:
    service = json_schema()["$defs"]["ServiceSettings"]["properties"]
    assert service["alert_if_younger_than"]["default"] == "1d"
