"""`wirewatch init`: a first configuration, from three questions."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from scheduler.options import Paths, with_paths

if TYPE_CHECKING:
    from scheduler.starting import Start


@click.command("init")
@click.option("--words", help="What to hear of: words and phrases, separated by commas.")
@click.option("--channel", help="Where alerts go: an Apprise address, such as slack://… or mailtos://….")
@click.option("--contact", help="Your web or mail address, shown to the sites that are asked.")
@click.option("--yes", is_flag=True, help="Ask nothing: what is not given stays as it is proposed.")
@with_paths
def command(paths: Paths, words: str | None, channel: str | None, contact: str | None, yes: bool) -> None:
    """Ask three questions and write a configuration with comments, which works as it stands.

    It is written to ./config.yaml (or to --config), unless there is one. The address of a channel is a password: it
    goes into a file of its own beside it, which only you may read.

    \b
      wirewatch init
      wirewatch init --words "antitrust, competition law" --channel console:// --yes
    """  # noqa: D301  click wants the character itself
    from scheduler.starting import start_of, words_in

    path = paths.config_path
    if path.exists():
        raise click.ClickException(f"{path} is there already; edit it, or name another file with --config")
    if not path.parent.is_dir():
        raise click.ClickException(f"the folder {path.parent} does not exist; make it first")

    def ask(question: str, given: str | None, proposed: str) -> str:
        if given is not None or yes:
            return (given or proposed).strip()
        said: str = click.prompt(question, default=proposed, show_default=bool(proposed))
        return said.strip()

    found = words_in(ask("What do you want to hear of? Words and phrases, separated by commas", words, "antitrust"))
    if not found:
        raise click.ClickException("no words, nothing to hear of; name at least one with --words")
    where = ask("Where shall alerts go? An Apprise address, or the screen", channel, "console://")
    who = ask("Your web or mail address, for the sites that are asked (Enter for none)", contact, "")
    start = start_of(words=found, channel=where, contact=who or None, name=path.name)
    feeds = _feeds_of(start, path.name)
    _write(start, path.parent)
    click.echo(
        f"{path} is written: {feeds} feeds are asked for {', '.join(found)}.\n"
        "  wirewatch check    says what it watches\n"
        "  wirewatch poll     asks every feed once\n"
        "  wirewatch run      keeps watching"
    )


def _feeds_of(start: "Start", name: str) -> int:
    """Return how many feeds a first configuration has, having read it as the service will."""
    from scheduler.config import ConfigError, load_config
    from scheduler.starting import write_start

    with TemporaryDirectory(prefix="wirewatch-init-") as folder:
        write_start(start, Path(folder))
        try:
            return len(load_config(Path(folder) / name, {}).feeds)
        except ConfigError as error:
            raise click.ClickException(f"{error.mistakes[0].sentence}; nothing was written") from None


def _write(start: "Start", folder: Path) -> None:
    from scheduler.starting import write_start

    try:
        write_start(start, folder)
    except FileExistsError as error:
        raise click.ClickException(f"{folder / str(error)} is there already; move it away first") from None
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be written: {error.strerror}") from None
