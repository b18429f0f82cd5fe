"""The walls of the house: who may import what, and how long a module may be."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("stories", "crawler", "alerts", "scheduler", "demo")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

# Doors that import-linter does not see to (pyproject.toml has those of the fixed packages): part of the standard
# library, and what more than one module of a room may use.
DOORS = {
    "sqlite3": ("stories/store",),
    "ural": ("stories/address",),
    "rich": ("scheduler/",),
    "click": ("scheduler/",),
}
NOWHERE_BELOW = ("os.environ", "datetime.now", "time.time", "os.getenv")


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def used(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    return {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize("library", DOORS)
def test_a_library_has_one_door(library: str) -> None:
    users = {path.relative_to(ROOT).as_posix() for path in MODULES if library in imported(path)}
    assert users, f"nobody uses {library}: take it out of the list"
    assert not [user for user in users if not user.startswith(DOORS[library])]


@pytest.mark.parametrize("name", NOWHERE_BELOW)
def test_nothing_below_the_top_floor_looks_at_the_clock_or_the_environment(name: str) -> None:
    # The crawl process clears its own environment; the parent's side measures how long a document takes.
    allowed = {"crawler/child.py", "crawler/crawl.py"} if name in ("os.environ", "time.monotonic") else set()
    lower = [path for path in MODULES if path.relative_to(ROOT).parts[0] in ("stories", "crawler", "alerts")]
    users = {path.relative_to(ROOT).as_posix() for path in lower if name in used(path)}
    assert users <= allowed


def test_one_place_looks_at_the_clock_on_the_wall() -> None:
    """All who ask what time it is are told the same, also by a test; the timetable's library has a clock of its own."""
    asking = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.localtime"}
    users = {path.relative_to(ROOT).as_posix() for path in MODULES if asking & used(path)}
    users = {user for user in users if not user.startswith("demo/")}  # a site of its own, which has its own clock
    assert users == {"scheduler/surroundings.py", "scheduler/service.py"}


def test_no_module_is_longer_than_one_idea() -> None:
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert {path: length for path, length in lengths.items() if length > 300} == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [path for path in MODULES if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert silent == []
