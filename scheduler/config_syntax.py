"""What is wrong with a file before it is YAML, and what YAML's parser complains of, in plain words."""

import re

import yaml

from scheduler.config_mistakes import Fault

MAX_BYTES = 1_000_000

_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")

# From the parsers' words (PyYAML's own and libyaml's) to ours.
_COMPLAINTS = (
    ("escape|hexdecimal", "in double quotes a backslash begins an escape: write two, or use single quotes"),
    ("quoted scalar", "a quote that is opened here is never closed"),
    ("flow (sequence|mapping|node)|',' or", "a bracket that is opened here is not closed as it should be"),
    ("mapping values", "a colon stands where it cannot; if it belongs to a text, put the text in quotes"),
    ("cannot start", "a text begins with a character that YAML keeps for itself; put the text in quotes"),
    ("alphabetic|anchor|alias|tag", "a text begins with &, * or !, which YAML keeps; put the text in quotes"),
    ("expected key|block|'-'|':'", "the indentation does not fit the lines above, or a colon or dash is missing"),
)

# A line up to the place at which the parser gave up, when it begins a value with a quote and has closed it again.
_QUOTED_BEGINNING = re.compile(
    r"""(?:(?:^|[\s{,])["']?(?P<key>[\w.-]+)["']?\s*:\s+|[-,]\s+|[\[{,])"""
    r"""(?P<text>"(?:[^"\\]|\\.)*+"|'(?:[^']|'')*+')\s*$"""
)


class RefusedError(Exception):
    """A file that is not read to its end, with the reason."""

    def __init__(self, sentence: str, line: int | None = None) -> None:
        super().__init__(sentence)
        self.fault = Fault(sentence=sentence, line=line)


def decoded(content: bytes) -> str:
    """Return the text in `content`; raise RefusedError when it is too much or no text in UTF-8."""
    if len(content) > MAX_BYTES:
        raise RefusedError(f"the file is longer than {MAX_BYTES:,} bytes, no more is read")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise RefusedError("the file is written in UTF-16; save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        raise RefusedError(f"byte 0x{byte:02x} is not UTF-8; save the file as UTF-8", line) from None
    if strange := _NOT_TEXT.search(text):
        line = text.count("\n", 0, strange.start()) + 1
        raise RefusedError(f"a control character (0x{ord(strange[0]):02x}) does not belong into text", line)
    return text


def syntax_fault(error: yaml.YAMLError, text: str) -> Fault:
    """Say a parser's complaint in plain words. Its own words may quote the file, and so secrets."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return Fault(sentence="this is not YAML")
    complaint = f"{error.context} {error.problem}"
    opened = error.context_mark if re.search("quoted scalar|flow (sequence|mapping)", complaint) else None
    mark = opened or error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else None
    if line and re.match(r"[ -]*\t", "".join(text.splitlines()[line - 1 : line])):
        return Fault(line=line, sentence="a tab stands before the text; indent with spaces")
    if error.problem_mark and (sentence := _after_quotes(text, error.problem_mark, complaint)):
        return Fault(line=error.problem_mark.line + 1, sentence=sentence)
    for pattern, sentence in _COMPLAINTS:
        if re.search(pattern, complaint):
            return Fault(line=line, sentence=sentence)
    return Fault(line=line, sentence="this is not YAML; look at the quotes, brackets and indentation here")


def _after_quotes(text: str, mark: yaml.Mark, complaint: str) -> str | None:
    """Return what is wrong when a value goes on after the quote that closes it, the commonest slip with a query."""
    line = "".join(text.splitlines()[mark.line : mark.line + 1])
    before, after = line[: mark.column], line[mark.column :]
    found = _QUOTED_BEGINNING.search(before)
    if not found or not after.strip() or (after[0] in "\"'[{:}]" and "flow" in complaint):  # rather a comma is missing
        return None
    what = "query" if found["key"] == "query" else "text"
    slip = f"the {what} begins with a quote, and YAML takes what stands between the quotes for all of it"
    if found["text"].startswith("'"):
        return f"{slip}; write an apostrophe in it twice, or put the {what} behind |- on lines of its own"
    return f"{slip}; put the whole {what} in single quotes, or behind |- on lines of its own"
