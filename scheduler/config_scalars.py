"""Single values as YAML reads them, and what is odd about the reading."""

import re
from dataclasses import dataclass

import yaml
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

from scheduler.config_mistakes import brief

_LONGEST_NUMBER = 60  # what is longer is text: nobody's number, and slow to work out
_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")

_RESOLVER = Resolver()
_CONSTRUCTOR = SafeConstructor()


@dataclass(frozen=True, slots=True)
class Odd:
    """A value that YAML reads as something its writer hardly meant, such as a date; no setting takes it."""

    written: str

    def __repr__(self) -> str:
        return brief(self.written)


def read_scalar(event: yaml.ScalarEvent) -> tuple[object, str]:
    """Return the value of a scalar, and what it is in words; Odd when YAML's reading would surprise."""
    written = event.value
    if not event.implicit[0] or len(written) > _LONGEST_NUMBER:
        return written, "text"
    tag = str(_RESOLVER.resolve(yaml.ScalarNode, written, (True, False)))  # type: ignore[no-untyped-call]
    read = _READERS.get(tag)
    return read(written) if read else (written, "text")


def in_quotes(written: str) -> str:
    """Return the advice that makes `written` a text."""
    return f'write "{brief(written)}" in quotes'


def _yes_or_no(written: str) -> tuple[object, str]:
    value = bool(_CONSTRUCTOR.bool_values[written.lower()])
    return value, _as_written(f"the yes/no value {str(value).lower()}", written)


def _nothing(written: str) -> tuple[object, str]:
    return None, f"an empty value (written {written})" if written else "nothing"


def _whole_number(written: str) -> tuple[object, str]:
    if _WHOLE.fullmatch(written):
        return int(written), f"the whole number {written}"
    try:
        value = _CONSTRUCTOR.construct_yaml_int(yaml.ScalarNode("", written))
    except ValueError:  # 0x_ fits YAML's pattern of a number and is none
        return Odd(written), f"an odd number (written {written})"
    return Odd(written), _as_written(f"the whole number {value}", written)


def _decimal_number(written: str) -> tuple[object, str]:
    if _DECIMAL.fullmatch(written):
        return float(written), f"the number {written}"
    try:
        value = _CONSTRUCTOR.construct_yaml_float(yaml.ScalarNode("", written))
    except ValueError:  # a lone -. or ._ fits the pattern, too
        return Odd(written), f"an odd number (written {written})"
    return Odd(written), _as_written(f"the number {value}", written)


def _date(written: str) -> tuple[object, str]:
    return Odd(written), f"the date {written}"


def _as_written(found: str, written: str) -> str:
    return found if found.endswith(f" {written}") else f"{found} (written {written})"


_READERS = {
    "tag:yaml.org,2002:bool": _yes_or_no,
    "tag:yaml.org,2002:null": _nothing,
    "tag:yaml.org,2002:int": _whole_number,
    "tag:yaml.org,2002:float": _decimal_number,
    "tag:yaml.org,2002:timestamp": _date,
}
