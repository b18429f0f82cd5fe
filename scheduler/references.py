"""The reference pages of docs/, made from the program itself: `python -m scheduler.references docs`."""

import importlib
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from scheduler.cli import COMMANDS, wirewatch
from scheduler.config_json_schema import json_schema

_WIDTH = 100
_MADE = "<!-- Made by `make docs` from the program itself; changes here are lost. -->\n"


def pages() -> dict[str, str]:
    """Return the text of each reference page by its file's name."""
    import json

    return {
        "commands.md": commands_page(),
        "config-reference.md": config_page(json_schema()),
        "config.schema.json": json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n",
    }


def commands_page() -> str:
    """Return what every command's --help says, as one page."""
    parts = ["# All commands\n", _MADE, "What `wirewatch COMMAND --help` says, on one page.\n"]
    for name in COMMANDS:
        module = importlib.import_module(f"scheduler.commands.{name.replace('-', '_')}_command")
        for words, command in _with_subcommands((name,), module.command):
            parts.append(f"## wirewatch {' '.join(words)}\n\n```\n{_help(words, command)}\n```\n")
    return "\n".join(parts)


def config_page(schema: dict[str, Any]) -> str:
    """Return every key of config.yaml with what it takes, as one page of tables, made from its JSON Schema."""
    parts = [
        "# All keys of config.yaml\n",
        _MADE,
        "[config.md](config.md) explains them; `wirewatch schema` prints the same for editors.\n",
    ]
    for heading, node in _mappings(schema):
        rows = [_row(key, value, schema, node) for key, value in node["properties"].items()]
        table = ["| key | takes | unless given | means |", "|---|---|---|---|", *rows]
        parts.append(f"## {heading}\n\n" + "\n".join(table) + "\n")
    return "\n".join(parts)


def _with_subcommands(
    words: tuple[str, ...], command: click.Command
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield words, command
    if isinstance(command, click.Group):
        with click.Context(command) as context:
            for name in command.list_commands(context):
                found = command.get_command(context, name)
                if found:
                    yield from _with_subcommands((*words, name), found)


def _help(words: tuple[str, ...], command: click.Command) -> str:
    parent = click.Context(wirewatch, info_name="wirewatch", terminal_width=_WIDTH, max_content_width=_WIDTH)
    for word in words[:-1]:
        parent = click.Context(click.Command(word), info_name=word, parent=parent)
    context = click.Context(
        command, info_name=words[-1], parent=parent, terminal_width=_WIDTH, max_content_width=_WIDTH
    )
    return "\n".join(line.rstrip() for line in inspect.cleandoc(command.get_help(context)).splitlines())


def _mappings(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the mappings that a configuration is made of, each once, with all places where they stand."""
    places: dict[str, list[str]] = {"": ["config.yaml"]}
    nodes = {"": schema}
    waiting = [("", "")]
    while waiting:
        of, place = waiting.pop(0)
        for key, value in nodes[of]["properties"].items():
            many = "[]" if "items" in value else ".NAME" if "additionalProperties" in value else ""
            below = f"{place}.{key}{many}".lstrip(".")
            for name in _named(value):
                if whole := _whole(schema["$defs"][name]):
                    nodes[name] = whole
                    waiting.append((name, below))
                    places.setdefault(name, []).append(below)
    for name, node in nodes.items():
        yield ", ".join(places[name]), node


def _whole(node: dict[str, Any]) -> dict[str, Any] | None:
    """Return what of a setting is a mapping, if it can be one: some have a short form beside it."""
    return next((each for each in (node, *node.get("anyOf", ())) if "properties" in each), None)


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"].rpartition("/")[2]
        for inner in value.values():
            yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)


def _row(key: str, value: dict[str, Any], schema: dict[str, Any], node: dict[str, Any]) -> str:
    default = "needed" if key in node.get("required", ()) else _written(value.get("default"))
    cells = (f"`{key}`", _takes(value, schema), default, value.get("description", ""))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _written(default: Any) -> str:
    if default in (None, [], {}) or isinstance(default, dict):
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _takes(value: dict[str, Any], schema: dict[str, Any]) -> str:
    """Return in a few words what a key takes."""
    if "anyOf" in value:
        return " or ".join(dict.fromkeys(filter(None, (_takes(each, schema) for each in value["anyOf"]))))
    if "$ref" in value:
        return _takes(schema["$defs"][value["$ref"].rpartition("/")[2]], schema)
    if "enum" in value or "const" in value:
        return ", ".join(f"`{each}`" for each in value.get("enum", [value.get("const")]))
    if "examples" in value:
        return "such as " + ", ".join(f"`{each}`" for each in value["examples"])
    if value.get("type") == "array":
        each = _takes(value.get("items", {}), schema)
        return {"text": "a list of texts", "a mapping": "a list of mappings"}.get(each, "a list of these")
    return {
        "string": "text",
        "integer": _number(value),
        "number": "a number",
        "boolean": "`true` or `false`",
        "object": "a mapping",
        "null": "",
    }.get(str(value.get("type")), "text")


def _number(value: dict[str, Any]) -> str:
    if "minimum" in value and "maximum" in value:
        return f"{value['minimum']} to {value['maximum']}"
    return "a whole number"


if __name__ == "__main__":
    for name, text in pages().items():
        Path(sys.argv[1], name).write_text(text, encoding="utf-8")
