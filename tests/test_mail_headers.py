"""Headers of a mail: whatever stands in them, every mail program reads what was written."""

import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from alerts.channel_mail_text import Envelope, mail_of
from alerts.medium import Message
from stories.text import clean

_ENCODED = re.compile(r"=\?utf-8\?([qb])\?([^?\s]*)\?=")
_TITLES = [
    "[Kartelle] Größe & Söhne — “Preis-Absprache” für Käse in Köln, und noch einiges mehr, das müßte reichen",
    "[Concurrence] L’Autorité de la concurrence a décidé d’infliger une amende à l’éditeur, révèle « Le Monde »",
    "[反垄断] 微软与 OpenAI 的 谈判 破裂，监管机构 介入 调查 反垄断 投诉 升级 到 欧盟 委员会 并 要求 赔偿",
    "a literal =?utf-8?q?=41?= and =?x",
    "two  spaces, a_low_line and a question? = yes",
    "😀" * 150,
    "a" * 150,
    "ä " * 75,
]
_TEXTS = st.one_of(
    st.text(max_size=200), st.lists(st.sampled_from(["ä", " ", "Käse", "=?", "?=", "_", "a", "😀é"])).map("".join)
)


def written(title: str = "T", *, sender: str = "", headers: dict[str, str] | None = None) -> bytes:
    envelope = Envelope(
        sender=(sender, "watch@example.org"), recipient=("", "reader@example.org"), headers=headers or {}
    )
    return mail_of(Message(title=title, body="text", html="<p>text</p>"), envelope).as_bytes()


def raw_header(mail: bytes, name: str) -> str:
    """Return a header as RFC 5322 unfolds it, not decoded."""
    head = mail.partition(b"\r\n\r\n")[0].decode("ascii")
    found = re.search(rf"^{name}: ([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)", head, re.MULTILINE)
    assert found
    return re.sub(r"\r\n(?=[ \t])", "", found[1])


def reads(mail: bytes, name: str) -> list[str]:
    """Return a header as two libraries read it."""
    kept = str(make_header(decode_header(raw_header(mail, name))))
    return [kept, str(message_from_bytes(mail, policy=policy.default)[name])]


def check_shape(mail: bytes) -> None:
    assert mail.isascii()
    for line in mail.partition(b"\r\n\r\n")[0].split(b"\r\n"):
        assert len(line) <= 78 or (b" " not in line.partition(b": ")[2].strip() and len(line) <= 998), line
        assert line.strip()
    assert all(len(found[0]) <= 75 for found in _ENCODED.finditer(mail.decode()))


@pytest.mark.parametrize("title", _TITLES)
def test_a_subject_arrives_with_all_its_letters_and_spaces(title: str) -> None:
    mail = written(title)
    check_shape(mail)
    assert reads(mail, "Subject") == [clean(title, 150)] * 2


@given(_TEXTS)
@example("\ud800")
@example("=?utf-8?q?=41?=")
def test_any_subject_decodes_to_itself_and_is_ascii_in_short_lines(title: str) -> None:
    mail = written(title)
    check_shape(mail)
    wanted = clean(title, 150).encode("utf-8", "replace").decode()
    assert reads(mail, "Subject") == [wanted] * 2


@given(_TEXTS)
@example('Desk "Wire", Watch')
@example("Käse & Söhne " * 8)
@example("a@b.org")
def test_any_name_of_a_sender_decodes_to_itself(name: str) -> None:
    mail = written(sender=name)
    check_shape(mail)
    # By what RFC 2047 says: the newer reader of Python 3.11 puts a space between two encoded words of a name.
    read, address = parseaddr(raw_header(mail, "From"))
    wanted = clean(name, 100).encode("utf-8", "replace").decode()
    assert (str(make_header(decode_header(read))), address) == (wanted, "watch@example.org")


@given(_TEXTS)
def test_any_header_of_the_operator_decodes_to_itself(value: str) -> None:
    mail = written(headers={"X-Desk": value})
    check_shape(mail)
    assert reads(mail, "X-Desk") == [clean(value, 900).encode("utf-8", "replace").decode()] * 2


@given(_TEXTS)
def test_an_encoded_word_ends_where_a_character_ends(title: str) -> None:
    for part, encoding in decode_header_words(raw_header(written(title), "Subject")):
        part.decode(encoding)


def decode_header_words(raw: str) -> list[tuple[bytes, str]]:
    """Return each encoded word by itself, as a strict reader takes it."""
    words = []
    for found in _ENCODED.finditer(raw):
        part = decode_header(found[0])[0]
        assert isinstance(part[0], bytes)
        words.append((part[0], part[1] or "ascii"))
    return words
