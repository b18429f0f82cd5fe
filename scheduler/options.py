"""What the commands have in common: the options that most of them take, and what those lead to."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from scheduler.config import Config

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Where the configuration and the archive are, as far as the caller said so."""

    config: Path | None = None
    database: Path | None = None

    def load(self, environment: Mapping[str, str] = os.environ) -> "Config":
        """Return the configuration, with the archive that the caller named; the log never shows its secrets.

        Secrets are taken from `environment`.

        :raises ConfigError: when it cannot be used
        """
        from scheduler.config import load_config
        from scheduler.config_known_secrets import keep_secrets_out_of_log

        config = load_config(self.config_path, environment)
        keep_secrets_out_of_log(config)
        if self.database is None:
            return config
        return replace(config, service=config.service.model_copy(update={"database": self.database.absolute()}))

    @property
    def config_path(self) -> Path:
        """The configuration's path: the option, else $WIREWATCH_CONFIG, else ./config.yaml."""
        return self.config or Path(os.environ.get("WIREWATCH_CONFIG") or "config.yaml")

    def database_path(self) -> Path:
        """Return the archive's path; the configuration is looked at only when the caller named no archive."""
        from scheduler.config import database_of

        return self.database or database_of(self.config_path, os.environ)


def with_paths(function: Function) -> Function:
    """Give a command the options --config and --database, and the argument `paths`."""

    @click.option("--config", type=click.Path(path_type=Path), help="Default: $WIREWATCH_CONFIG, else ./config.yaml.")
    @click.option("--database", type=click.Path(path_type=Path), help="The archive, instead of the configuration's.")
    @click.pass_context
    def wrapped(ctx: click.Context, /, config: Path | None, database: Path | None, **options: Any) -> object:
        given: Paths = ctx.obj or Paths()
        paths = Paths(config=config or given.config, database=database or given.database)
        return ctx.invoke(function, paths=paths, **options)

    wrapped.__name__, wrapped.__doc__ = function.__name__, function.__doc__
    wrapped.__click_params__ = getattr(function, "__click_params__", []) + wrapped.__click_params__  # type: ignore[attr-defined]
    return wrapped  # type: ignore[return-value]


class Since(click.ParamType[datetime]):
    """A date, an instant, or how long ago: 2026-11-22, 2026-11-22T17:00Z, 7d."""

    name = "since"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the instant that `value` names, in UTC."""
        from scheduler.surroundings import wall_clock
        from stories.durations import parse_duration

        if isinstance(value, datetime):
            return value
        written = str(value).strip()
        try:
            if written[:4].isdigit() and "-" in written:
                return datetime.fromisoformat(written).astimezone(UTC)
            return wall_clock() - parse_duration(written)
        except (ValueError, OverflowError):
            self.fail(
                f"expected a date such as 2026-11-22 or a duration such as 12h or 7d, found {written!r}", param, ctx
            )


with_format = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    help="For people, or for machines.",
)
with_limit = click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
