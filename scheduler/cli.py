"""The way in: `wirewatch COMMAND`. Finds the command's module, and turns every error into a sentence and an exit code.

Exit codes: 0 done, 1 something did not work (a feed, a channel, a line), 2 the call or the configuration is wrong,
3 another wirewatch is using the archive, 4 the archive cannot be used.
"""

import gc
import importlib
import os
import signal
import sys
from pathlib import Path
from traceback import format_exception
from types import TracebackType

import click

from scheduler.options import Paths
from scheduler.standard_descriptors import keep_standard_descriptors

COMMANDS = {
    "init": "Write a first configuration, from three questions.",
    "run": "Run the service until it is told to stop.",
    "poll": "Ask every feed once, deliver what is due, and exit.",
    "check": "Say what is wrong with the configuration, or what it watches.",
    "schema": "Print the JSON Schema of config.yaml, for editors.",
    "status": "Show feeds, their errors, and what waits in the outbox.",
    "coverage": "Tell which feeds were not heard, and when.",
    "feeds": "List feeds, try one, find those of a site; take lists of them in, and give them out.",
    "articles": "List the newest articles.",
    "search": "Find articles by their words.",
    "stories": "List the newest stories: who reported them, how far they have spread.",
    "story": "Show one story as a timeline.",
    "split": "Say that articles tell another story than the rest of theirs.",
    "join": "Say that stories are one.",
    "alerts": "List the newest alerts and what became of them.",
    "deliveries": "List what waits for channels and why, and what was given up; retry or drop it.",
    "mute": "Tell nobody of a topic, a story or an outlet for a while.",
    "unmute": "End a mute before its time.",
    "try": "Show what a query would have found.",
    "why": "Tell what became of an article, stage by stage.",
    "label": "Say of an article whether a topic should find it.",
    "quality": "Tell how good each topic is on the labelled articles.",
    "preview": "Show the message of a topic as a channel gets it.",
    "doctor": "Look at everything a service needs, and say what to do.",
    "test-channel": "Send a sample message to a channel.",
    "import": "Take articles in from a file of JSON lines.",
    "export": "Write all articles to a file of JSON lines or CSV.",
    "backup": "Copy the archive while it is in use.",
    "restore": "Put a backup into the place of the archive.",
    "demo": "Play two days of a small newsroom in half a minute.",
}

_RARELY = 100_000  # objects more than before, between two looks for garbage
EXIT_WRONG_CONFIG = 2
EXIT_ALREADY_RUNNING = 3
EXIT_NO_STORE = 4

_READING = frozenset(
    {
        "check",
        "schema",
        "status",
        "coverage",
        "feeds",
        "articles",
        "search",
        "stories",
        "story",
        "alerts",
        "deliveries",
        "try",
        "why",
        "quality",
        "preview",
        "export",
    }
)


class _OwnProcess:
    """Says that the process is this command's alone, so that its signals are, too."""


class _Commands(click.Group):
    """A group that imports a command only when it is called: `--help` needs none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        if cmd_name in _READING and isinstance(ctx.obj, _OwnProcess):
            # Whoever closes the pipe has read enough: `wirewatch alerts | head` ends as any other program does there.
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            # What is loaded stays until the end, which is near; to look through it for garbage took an eighth of all.
            gc.set_threshold(_RARELY)
        module = importlib.import_module(f"scheduler.commands.{cmd_name.replace('-', '_')}_command")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(error.command_name, possibilities=COMMANDS, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", type=click.Path(path_type=Path), help="Default: $WIREWATCH_CONFIG, else ./config.yaml.")
@click.option("--database", type=click.Path(path_type=Path), help="The archive, instead of the configuration's.")
@click.version_option(package_name="wirewatch", message="wirewatch %(version)s")
@click.pass_context
def wirewatch(ctx: click.Context, config: Path | None, database: Path | None) -> None:
    """Watch the news for what you care about: one alert per story, soon, with the reason, and never lost.

    \b
    Begin with:
      wirewatch demo     see it work, without internet
      wirewatch check    what does ./config.yaml watch?
      wirewatch poll     ask every feed once
      wirewatch run      keep watching

    Every command explains itself: wirewatch COMMAND --help.
    """  # noqa: D301  click wants the character itself
    ctx.obj = Paths(config=config, database=database)


def main() -> None:
    """Run the command that was typed, and exit with its code."""
    keep_standard_descriptors()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # we have none; looking for some takes 40 ms
    sys.excepthook = _tell_of_a_bug
    try:
        wirewatch.main(prog_name="wirewatch", obj=_OwnProcess())
    except Exception as error:
        code = _exit_code_of(error)
        if code is None:
            raise
        click.echo(str(error), err=True)
        sys.exit(code)


def _exit_code_of(error: Exception) -> int | None:
    """Return what an error that is expected exits with, or None for a bug.

    The kinds of errors are loaded here: `--help` needs none of what they stand beside.
    """
    from scheduler.config_mistakes import ConfigError
    from scheduler.lock import AlreadyRunning
    from stories.store import StoreError

    codes = {
        ConfigError: EXIT_WRONG_CONFIG,
        AlreadyRunning: EXIT_ALREADY_RUNNING,
        StoreError: EXIT_NO_STORE,
    }
    return next((code for kind, code in codes.items() if isinstance(error, kind)), None)


def _tell_of_a_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print the traceback of what nobody expected, as Python does, but without secrets."""
    from scheduler.logs import redact

    click.echo(redact("".join(format_exception(kind, error, trace))), err=True, nl=False)
