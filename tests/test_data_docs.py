"""docs/data.md says what is so: its settings, its commands, and what it names."""

import re
from pathlib import Path

import yaml
from click.testing import CliRunner

from scheduler.cli import wirewatch
from scheduler.config_service import ServiceSettings
from tests.test_datasette import WIREWATCH

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/data.md").read_text("utf-8")


def test_the_example_shows_the_defaults() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)
    said = ServiceSettings.model_validate(yaml.safe_load(example)["service"])
    usual = ServiceSettings()
    assert (said.keep, said.backup) == (usual.keep, usual.backup)
    assert "`180d`" in PAGE
    assert "`730d`" in PAGE


def test_every_command_of_the_page_exists() -> None:
    for name in sorted(set(re.findall(r"^wirewatch (\w+)", PAGE, re.M))):
        assert CliRunner().invoke(wirewatch, [name, "--help"]).exit_code == 0, name


def test_the_page_pins_the_datasette_that_is_tested() -> None:
    (named,) = re.findall(r"pip install (datasette==\S+)", PAGE)
    assert f'"{named}"' in (ROOT / "pyproject.toml").read_text("utf-8")
    assert named in (ROOT / "constraints.txt").read_text("utf-8")
    words = {2: "two", 12: "twelve", 16: "sixteen"}
    assert f"{words[len(WIREWATCH['queries'])]} questions" in (ROOT / "CHANGELOG.md").read_text("utf-8")
