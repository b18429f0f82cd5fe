"""What is wrong with a selector, in a plain sentence."""

import re

_AT = re.compile(r"got <\w+(?: (?P<what>'.*?'))? at (?P<at>\d+)>", re.S)
_END = re.compile(r"got <EOF at \d+>|Unclosed string")


def what_is_wrong(selector: str, complaint: str) -> str:
    """Return what is wrong with `selector`, of which the library that reads it has a `complaint`.

    >>> what_is_wrong("h2 >> a", "Expected selector, got <DELIM '>' at 4>")
    "'h2 >> a' is not a CSS selector: something is wrong at character 5, '>'"
    >>> what_is_wrong("h2 a[", "Expected ident or '*', got <EOF at 5>")
    "'h2 a[' is not a CSS selector: something is missing at its end"
    """
    if _END.search(complaint):
        return f"{selector!r} is not a CSS selector: something is missing at its end"
    if found := _AT.search(complaint):
        what = f", {found['what']}" if found["what"] else ""
        return f"{selector!r} is not a CSS selector: something is wrong at character {int(found['at']) + 1}{what}"
    return f"{selector!r} is not a selector: {complaint}"
