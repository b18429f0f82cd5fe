"""`wirewatch schema`: what config.yaml may say, for editors."""

import json

import click


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of config.yaml.

    An editor that knows it completes keys and marks mistakes while you type. Put a line like this at the top of yours:

    \b
      wirewatch schema > config.schema.json
      # yaml-language-server: $schema=config.schema.json

    An editor sees less than `wirewatch check`, which also reads queries and looks for what does not fit together.
    """  # noqa: D301  click wants the character itself
    from scheduler.config_json_schema import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
