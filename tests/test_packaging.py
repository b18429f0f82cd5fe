"""The container's files: what they take in exists, no secret is in them, and nobody is root."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from scheduler.cli import wirewatch
from scheduler.commands.run_command import command as run

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "packaging" / "Dockerfile").read_text(encoding="utf-8")
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "packaging" / "compose.yaml").read_text(encoding="utf-8"))


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions with what stands behind them, continued lines joined."""
    joined = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.M))
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1].strip()) for line in joined.splitlines() if line.strip()]


def told(name: str) -> list[str]:
    return [rest for instruction, rest in instructions() if instruction == name]


def copied() -> list[str]:
    """Return what is copied from the project's folder."""
    return [source for rest in told("COPY") if "--from=" not in rest for source in rest.split()[:-1]]


def test_everything_that_is_copied_exists_and_is_let_through() -> None:
    let_through = {line[1:] for line in IGNORED.splitlines() if line.startswith("!")}
    assert copied()
    assert all((ROOT / source).exists() for source in copied())
    assert set(copied()) == let_through
    assert IGNORED.splitlines()[1] == "*"


def test_all_packages_of_the_program_are_copied() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert set(packages) <= set(copied())
    assert project["project"]["readme"] in copied()


def test_the_image_is_slim_and_of_the_python_that_is_tested_and_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    least = project["project"]["requires-python"].removeprefix(">=")
    assert {image.split(" ")[0] for image in told("FROM")} == {f"python:{least}-slim"}
    assert any("--constraint constraints.txt" in line for line in told("RUN"))


def test_nobody_is_root() -> None:
    last = [name for name, _ in instructions()]
    assert told("USER") == ["10001:10001"]
    assert last.index("USER") < last.index("ENTRYPOINT")
    assert not any(name == "RUN" for name in last[last.index("USER") :])


def test_the_archive_is_on_a_volume_that_the_program_writes_to() -> None:
    assert told("VOLUME") == ['["/data"]']
    assert '"--database", "/data/wirewatch.db"' in told("ENTRYPOINT")[0]
    assert "data:/data" in COMPOSE["services"]["wirewatch"]["volumes"]


def test_health_is_asked_where_the_service_answers() -> None:
    (asked,) = told("HEALTHCHECK")
    (said,) = told("CMD")
    address = re.search(r"http://([\d.]+:\d+)/healthz", asked)
    assert address
    assert f'"--monitor", "{address[1]}"' in said
    assert "--monitor" in {option for parameter in run.params for option in parameter.opts}
    assert "--database" in {option for parameter in wirewatch.params for option in parameter.opts}


@pytest.mark.parametrize("text", [DOCKERFILE, (ROOT / "packaging" / "compose.yaml").read_text(encoding="utf-8")])
def test_no_secret_is_written_into_an_image(text: str) -> None:
    plain = re.sub(r"^\s*#.*$", "", text, flags=re.M)
    assert not re.search(r"password|token|api[_-]?key|://[^/\s]+:[^/\s]+@|hooks\.slack", plain, re.I)
    assert not re.search(r"^(?:ARG|ADD)\b", plain, re.M)
    assert "config.yaml" not in copied()


def test_images_do_not_change_under_the_same_name_but_for_python_itself() -> None:
    assert not any(":latest" in image or ":" not in image for image in told("FROM"))
    assert not any("apt-get" in line or "curl " in line for line in told("RUN"))


def test_the_composed_service_is_confined() -> None:
    service = COMPOSE["services"]["wirewatch"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["ulimits"]["core"] == 0
    assert "ports" not in service
    assert int(service["stop_grace_period"].removesuffix("s")) > 10
    assert (ROOT / "packaging" / service["build"]["context"] / service["build"]["dockerfile"]).exists()
