"""An archive of each earlier version, killed before every statement of its way up to date (HAZARDS F39)."""

from pathlib import Path
from tempfile import TemporaryDirectory

from stories.store_schema import steps
from tests.test_migrations import kill_everywhere


def main() -> None:
    """Kill everywhere, and print how often."""
    for number, step in enumerate(steps()):
        with TemporaryDirectory() as folder:
            kills = kill_everywhere(number, Path(folder))
            print(f"{kills:4} kills on the way to {step}: a whole step or none, and up to date at the next start")


if __name__ == "__main__":
    main()
