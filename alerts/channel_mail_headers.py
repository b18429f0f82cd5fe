"""Headers of a mail in plain ASCII: what is not goes as RFC 2047 has it, and each is folded at its spaces."""

import re
from base64 import b64encode
from collections.abc import Iterator
from email.policy import EmailPolicy

_LINE = 78  # RFC 5322, 2.1.1: what a line should have at most
_MOST = 75  # RFC 2047, 2: what one encoded word has at most
_QUOTED, _BASED, _END = "=?utf-8?q?", "=?utf-8?b?", "?="
_ROOM = _MOST - len(_QUOTED) - len(_END)
_LEAST_ROOM = 12  # of one character of four bytes
_PLAIN = re.compile(r"[ -~]*")
_FOLD = re.compile(r"(?<=\S) (?=\S)")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_SPECIAL = re.compile(r'(["\\])')
# What a word may show as it is wherever it stands, also in a name (RFC 2047, 5).
_SHOWN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
_SPACE = ord(" ")


class AsWritten(EmailPolicy):
    """Headers stay as they are written, and are only folded.

    The library's own folding splits a text inside a word that it encodes, and loses the space between two of them.
    """

    def header_store_parse(self, name: str, value: str) -> tuple[str, str]:
        """Keep a header; raise ValueError for one that would be more than one, or is not plain ASCII."""
        if not _PLAIN.fullmatch(value):
            raise ValueError(f"the header {name} is not one line of plain ASCII")
        return name, value

    def header_fetch_parse(self, name: str, value: str) -> str:
        """Return a header as it was written."""
        return value

    def fold(self, name: str, value: str) -> str:
        """Return a header as lines, none of them longer than its longest word makes it."""
        lines = [f"{name}:"]
        for number, word in enumerate(_FOLD.split(value)):
            # Never before the first word: some programs show a header that begins with an empty line as an empty one.
            if number == 0 or len(lines[-1]) + 1 + len(word) <= _LINE:
                lines[-1] += f" {word}"
            else:
                lines.append(f" {word}")
        return "".join(f"{line}{self.linesep}" for line in lines)

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return the same as bytes."""
        return self.fold(name, value).encode("ascii")


def in_ascii(text: str, header: str) -> str:
    """Return `text` for a `header` that is free text: as it is, or wholly in encoded words."""
    is_plain = _PLAIN.fullmatch(text) and "=?" not in text and " ".join(text.split()) == text
    return text if is_plain else " ".join(_words(text, header))


def named(name: str, address: str, header: str) -> str:
    """Return an address for a `header`, behind the name of who has it, if there is one."""
    if not name:
        return address
    if not _PLAIN.fullmatch(name) or "=?" in name or " ".join(name.split()) != name:
        return f"{' '.join(_words(name, header))} <{address}>"
    quoted = _SPECIAL.sub(r"\\\1", name)
    return f"{name} <{address}>" if _ATOMS.fullmatch(name) else f'"{quoted}" <{address}>'


def _words(text: str, header: str) -> Iterator[str]:
    """Yield `text` as encoded words in the shorter way for all of it, each cut where a character ends."""
    data = text.encode("utf-8", "replace")
    is_quoted = len(_quoted(data)) <= 4 * len(data) / 3
    room = max(min(_ROOM, _LINE - len(header) - len(": ") - len(_QUOTED) - len(_END)), _LEAST_ROOM)
    part = b""
    for each in (character.encode("utf-8", "replace") for character in text):
        if part and _length(part + each, is_quoted=is_quoted) > room:
            yield _word(part, is_quoted=is_quoted)
            part, room = b"", _ROOM
        part += each
    yield _word(part, is_quoted=is_quoted)


def _word(part: bytes, *, is_quoted: bool) -> str:
    return f"{_QUOTED}{_quoted(part)}{_END}" if is_quoted else f"{_BASED}{b64encode(part).decode()}{_END}"


def _length(part: bytes, *, is_quoted: bool) -> int:
    return len(_quoted(part)) if is_quoted else -(-len(part) // 3) * 4


def _quoted(part: bytes) -> str:
    return "".join("_" if byte == _SPACE else chr(byte) if byte in _SHOWN else f"={byte:02X}" for byte in part)
