"""From a body's bytes to its text: which encoding it is in, whatever it says it is in."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, resolve_encoding

_WIDE_ENCODINGS = (  # in this order: the mark of UTF-32 begins with that of UTF-16
    ("utf-32-be", BOM_UTF32_BE, b"\0\0\0<"),
    ("utf-32-le", BOM_UTF32_LE, b"<\0\0\0"),
    ("utf-16-be", BOM_UTF16_BE, b"\0<"),
    ("utf-16-le", BOM_UTF16_LE, b"<\0"),
)
# Python's names of what people write in. Not here: what turns letters into markup (UTF-7, escapes), what is no encoding
# of texts, and the wide ones, which the bytes themselves leave no doubt of. Browsers take nothing else either.
_SPOKEN = re.compile(
    r"utf-8(?:-sig)?|cp(?:125\d|866|874|932|949|437|85\d)|iso8859-\d+|koi8-[rut]|mac-\w+|big5\w*|gb\w+|euc_\w+"
    r"|shift_jis\w*|iso2022_\w+|hz|johab|ptcp154"
)
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_DECLARATION = re.compile(r"\s*(?:<\?xml\b[^>]{0,500}>)?\s*")
_DECLARED = re.compile(rb"""\s*<\?xml\b[^>]{0,300}?\sencoding\s*=\s*["']([\w.:-]{1,40})["']""")
_XML = b"<?xml version='1.0' encoding='utf-8'?>\n"
# What XML does not allow and no text needs. They come from word processors, and for one of them a parser gives up on
# the whole document.
_CONTROLS = bytes([*range(9), 11, 12, *range(14, 32)])
_NON_CHARACTERS = re.compile(b"\xef\xbf[\xbe\xbf]")


def as_utf8(body: bytes, content_type: str) -> bytes:
    """Return the XML document `body` in UTF-8 by its bytes, its declaration and its `content_type`.

    Whatever it declared, it declares UTF-8 then. Bytes that nothing fits become U+FFFD. White space before the XML
    declaration, which many servers send, and characters that are not allowed in XML are left out.
    """
    declared = _DECLARED.match(body.removeprefix(BOM_UTF8))
    said = (http_content_type_encoding(content_type), _resolved(declared[1] if declared else None))
    text = _decoded(body, said)
    document = _XML + text[_end_of_declaration(text) :].encode("utf-8", "replace")
    document = document.translate(None, _CONTROLS)
    return _NON_CHARACTERS.sub(b"", document) if b"\xef\xbf" in document else document


def as_text(body: bytes, content_type: str) -> str:
    """Return the HTML page `body` as text, by its bytes, its `content_type` and what it declares."""
    return _decoded(body, (http_content_type_encoding(content_type), html_body_declared_encoding(body)))


def _decoded(body: bytes, said: tuple[str | None, ...]) -> str:
    """Return `body` as text: by its bytes where they leave no doubt, else in the first encoding `said` that fits."""
    for encoding, mark, start in _WIDE_ENCODINGS:
        if body.startswith((mark, start)):
            return body.decode(encoding, "replace").removeprefix("\ufeff")
    body = body.removeprefix(BOM_UTF8)
    spoken = [each for each in said if each and _SPOKEN.fullmatch(each)]
    if not body.isascii():
        text = body.decode("utf-8", "replace")
        wrong = text.count("\ufffd")
        # By chance there is hardly one that is right in UTF-8.
        if not wrong or sum(map(len, _BEYOND_ASCII.findall(text))) - wrong > wrong:
            return text
    for encoding in spoken:
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return body.decode("cp1252", "replace")


def _end_of_declaration(text: str) -> int:
    found = _DECLARATION.match(text)
    return found.end() if found else 0


def _resolved(name: bytes | None) -> str | None:
    return resolve_encoding(name.decode("ascii")) if name else None
