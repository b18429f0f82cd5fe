"""Documents that are broken or made to do harm (B1 to B26, B31 to B35): read or refused, in time, with one sentence.

B20 is in test_json_feed.py, B27 to B30 and B33 are in test_hostile_entries.py.
"""

import gzip
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.poll import Outcome, PollResult
from crawler.refusing import CROWDED, DECLARES, DEEP
from tests.listing_feeds import result_of

SECONDS = 2.0  # of processor time, for any document

NETSCAPE = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:9/rss-0.91.dtd">'


@pytest.fixture(autouse=True)
def _in_time() -> Iterator[None]:
    started = time.process_time()
    yield
    assert time.process_time() - started <= SECONDS


def rss(item: str = "<title>One</title>", before: str = "", after: str = "", attributes: str = "") -> str:
    return (
        f'{before}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"{attributes}>'
        f"<channel><title>t</title><item>{item}</item>{after}</channel></rss>"
    )


def crowd(count: int, value: str = "") -> str:
    return f"<a {' '.join(f'a{n}={chr(34)}{value}{chr(34)}' for n in range(count))}/>"


def titles(result: PollResult) -> list[str]:
    assert result.outcome is Outcome.ANSWERED, result.error
    return [article.title for article in result.articles]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
UTF7 = '<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE r +AFsAPAAh-ENTITY a +ACI-x+ACIAPgBdAD4-'

REFUSED = [
    ("B1 billion laughs", rss("<title>&l9;</title>", f'<!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]>'), DECLARES),
    (
        "B2 one long entity, often",
        rss(f"<title>{'&a;' * 5000}</title>", f'<!DOCTYPE r [<!ENTITY a "{"x" * 60_000}">]>'),
        DECLARES,
    ),
    (
        "B2 one long entity, often, in an attribute of what is no XML",
        rss(f"<title a='{'&a;' * 5000}'>&</title>", f'<!DOCTYPE r [<!ENTITY a "{"x" * 60_000}">]>'),
        DECLARES,
    ),
    (
        "B3 a file, in one line",
        rss("<title>&x;</title>", '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        DECLARES,
    ),
    (
        "B3 a file, in several lines",
        rss("<title>&x;</title>", '<!DOCTYPE r\n[\n<!ENTITY\n x\n SYSTEM "file:///etc/passwd">\n]\n>'),
        DECLARES,
    ),
    (
        "B6 after 64 KB of comments",
        rss(before=f"<!--{'x' * 70_000}--><?x {'y' * 70_000}?><!DOCTYPE r [<!ENTITY a 'b'>]>"),
        DECLARES,
    ),
    ("B6 in UTF-16", rss(before="<!DOCTYPE r [<!ENTITY a 'b'>]>").encode("utf-16"), DECLARES),
    ("B6 in UTF-16 without a mark", rss(before="<!DOCTYPE r [<!ENTITY a 'b'>]>").encode("utf-16-be"), DECLARES),
    ("B6 in UTF-32", rss(before="<!DOCTYPE r [<!ENTITY a 'b'>]>").encode("utf-32"), DECLARES),
    ("B6 parted by a comment", rss(before="<!DOCTYPE r [<!<!-- -->ENTITY a 'b'>]>"), DECLARES),
    ("B6 in small letters", rss(before="<!doctype r [<!entity a 'b'>]>"), DECLARES),
    ("B7 nested, and closed", rss("<a>" * 200_000 + "</a>" * 200_000), DEEP),
    ("B7 nested a little too deep", rss("<a>" * 200 + "</a>" * 200), DEEP),
    ("B7 nested, in what is no XML", rss("&" + "<a>" * 200_000), "broken XML that is too long to be mended: "),
    ("B8 100,000 attributes", rss(crowd(100_000)), CROWDED),
    ("B8 a few too many attributes", rss(crowd(257)), CROWDED),
    ("B8 attributes with brackets", rss(crowd(20_000, "&gt;>")), CROWDED),
    ("B8 attributes in what is no XML", rss("& " + crowd(20_000, ">")), CROWDED),
    ("B18 nothing", "", "empty body"),
    ("B18 space", " \r\n\t", "empty body"),
    ("B18 a mark", b"\xef\xbb\xbf", "empty body"),
    ("B19 a page", "<!DOCTYPE html><html><head><title>404</title></head></html>", "not a feed (an HTML page)"),
    ("B19 a page behind a prolog", "<?xml version='1.0'?><html xmlns='x'/>", "not a feed (an HTML page)"),
    ("B25 PNG", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not a feed (a PNG image)"),
    ("B25 PDF", b"%PDF-1.7\n%\xe2\xe3", "not a feed (a PDF document)"),
    ("B25 ZIP", b"PK\x03\x04\x14\0", "not a feed (a ZIP archive)"),
    ("B25 ELF", b"\x7fELF\x02\x01\x01", "not a feed (a program)"),
    ("B25 gzip of gzip", gzip.compress(gzip.compress(rss().encode())), "not a feed (a gzip archive)"),
    ("B25 something else", bytes(range(128, 256)) * 100, "not a feed (broken XML"),
]


@pytest.mark.parametrize(("body", "error"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_document_that_is_no_feed_or_does_harm_is_refused(body: str | bytes, error: str) -> None:
    result = result_of(body)
    assert result.outcome is Outcome.FAILED
    assert (result.error or "").startswith(error)
    assert len(result.error or "") < 300
    assert "\n" not in (result.error or "")


def test_b2_is_refused_before_any_parser_has_it() -> None:
    body = rss(f"<title>{'&a;' * 5000}</title>", f'<!DOCTYPE r [<!ENTITY a "{"x" * 60_000}">]>')
    started = time.process_time()
    assert result_of(body).error == DECLARES
    assert time.process_time() - started < 0.05


def test_b3_what_stands_in_a_file_is_nowhere_in_a_result(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("the sentinel")
    address = (tmp_path / "secret").as_uri()
    for body in (
        rss("<title>&x;</title>", f'<!DOCTYPE r [<!ENTITY x SYSTEM "{address}">]>'),
        rss(
            f'<title>One</title><description><xi:include href="{address}" parse="text"/></description>',
            attributes=' xmlns:xi="http://www.w3.org/2001/XInclude"',
        ),
    ):
        assert "the sentinel" not in repr(result_of(body))


def test_b4_a_document_type_elsewhere_is_never_asked_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        there = f"http://127.0.0.1:{server.getsockname()[1]}/x.dtd"
        parameter = rss(before=f'<!DOCTYPE r [<!ENTITY % p SYSTEM "{there}"> %p;]>')
        assert result_of(parameter).error == DECLARES
        assert titles(result_of(rss(before=f'<!DOCTYPE rss SYSTEM "{there}">'))) == ["One"]
        style = f'<?xml-stylesheet type="text/xsl" href="{there}"?>'
        assert titles(result_of(rss(before=style))) == ["One"]
        with pytest.raises(BlockingIOError):
            server.accept()


def test_b5_a_harmless_document_type_is_no_reason() -> None:
    assert titles(result_of(rss(before=NETSCAPE))) == ["One"]


def test_b6_what_is_declared_in_utf7_is_not_declared() -> None:
    assert titles(result_of(UTF7 + rss("<title>+ACY-a+ADs-</title>"))) == ["+ACY-a+ADs-"]


def test_b7_what_is_nested_as_deep_as_honest_pages_are_is_read() -> None:
    assert titles(result_of(rss("<title>One</title>" + "<a>" * 150 + "</a>" * 150))) == ["One"]


def test_b8_as_many_attributes_as_anyone_could_need_are_read() -> None:
    assert titles(result_of(rss("<title>One</title>" + crowd(256)))) == ["One"]


def test_b9_markup_nested_in_a_description_is_cut_before_it_is_cleaned() -> None:
    result = result_of(rss(f"<title>One</title><description>{'&lt;div&gt;' * 300_000}words</description>"))
    assert titles(result) == ["One"]
    assert len(result.articles[0].summary) <= 20_000


def test_b10_of_100_000_entries_the_first_2000_are_read_and_the_rest_counted() -> None:
    body = "<rss version='2.0'><channel>" + "".join(f"<item><title>{n}</title></item>" for n in range(100_000))
    result = result_of(body + "</channel></rss>")
    assert (len(result.articles), result.entries, len(result.entry_digests)) == (2000, 100_000, 2000)
    assert result.articles[0].title == "0"
    assert result.warning == "100000 entries listed, the first 2000 read"


def test_b10_of_a_list_that_begins_with_the_oldest_the_last_are_read() -> None:
    at = "<pubDate>Sat, {:02} Nov 2025 10:00:00 GMT</pubDate>"
    items = "".join(f"<item><title>{n}</title>{at.format(n // 100 + 1)}</item>" for n in range(2500))
    result = result_of(f"<rss version='2.0'><channel>{items}</channel></rss>")
    assert (len(result.articles), result.articles[-1].title) == (2000, "2499")


@pytest.mark.parametrize("length", [1001, 9_900_000, 10_200_000])
def test_b11_a_long_title_is_cut_with_an_ellipsis(length: int) -> None:
    (title,) = titles(result_of(rss(f"<title>{'x' * length}</title>")))
    assert (len(title), title[-2:]) == (1000, "x…")


@pytest.mark.parametrize("mark", ["<", "&", "< ", "& ", "<!", "<a '", "&#", "]]>", "<![CDATA["])
def test_b12_200_000_of_a_mark_that_means_something_are_read_or_refused(mark: str) -> None:
    for body in (rss(f"<description>{mark * 200_000}</description>"), mark * 200_000):
        result = result_of(body)
        assert bool(result.error) == (result.outcome is Outcome.FAILED)


def test_b13_characters_that_nobody_can_see_are_gone() -> None:
    odd = "".join(map(chr, [*range(9), *range(11, 13), *range(14, 32), 0x7F, 0xFFFE, 0xFFFF]))
    result = result_of(rss(f"<title>O{odd}ne</title><description>a{odd}b&#x1;&#0;</description>"))
    assert titles(result) == ["One"]
    assert result.articles[0].summary.isprintable()


@pytest.mark.parametrize(
    "wrong",
    [b"\xc0\xaf", b"\xe2\x82", b"\xed\xa0\x80", b"\xff", b"\xf5\x80\x80\x80", b"&#xD800;", b"&#55357;"],
    ids=["overlong", "truncated", "surrogate", "never", "too far", "surrogate by number", "by decimal number"],
)
def test_b14_what_is_no_utf8_is_shown_as_such(wrong: bytes) -> None:
    body = rss("<title>Eine größere Übernahme für Österreichs Märkte@</title>").encode().replace(b"@", wrong)
    (title,) = titles(result_of(body))
    assert title.rstrip("\ufffd") == "Eine größere Übernahme für Österreichs Märkte"
    assert "\ufffd" in title
    title.encode()


@pytest.mark.parametrize(
    ("encoding", "declared", "kind"),
    [
        ("cp1252", "utf-8", "application/xml; charset=iso-8859-1"),
        ("cp1252", "utf-8", "application/xml"),
        ("cp1252", "nope-9", "text/xml"),
        ("utf-8", "iso-8859-1", "text/xml; charset=windows-1252"),
        ("utf-8", "nope-9", "application/xml; charset=nope-9"),
        ("utf-8", "utf-16", "application/xml"),
        ("utf-8", "unicode_escape", "text/xml; charset=punycode"),
        ("utf-16", "utf-16", "application/xml"),
        ("utf-16-le", "utf-16", "application/xml; charset=utf-8"),
        ("utf-16-be", "utf-8", "application/xml"),
        ("utf-32", "utf-8", "text/xml"),
        ("utf-32-le", "utf-32", "text/xml"),
        ("utf-32-be", "", "text/plain"),
    ],
)
def test_b15_whatever_is_declared_the_title_can_be_read(encoding: str, declared: str, kind: str) -> None:
    prolog = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = rss("<title>“Café”, größer</title>", before=prolog).encode(encoding)
    assert titles(result_of(body, kind=kind)) == ["“Café”, größer"]


def test_b15_what_is_in_no_encoding_is_told() -> None:
    body = rss("<title>größer, schöner, weiter: für alle\udcff</title>").encode("utf-8", "surrogateescape")
    assert result_of(body).warning == "some of its characters are in no known encoding"


def test_b16_utf7_is_letters_and_no_markup() -> None:
    body = '<?xml version="1.0" encoding="utf-7"?>' + rss("<title>+ADw-b+AD4-t+ADw-/b+AD4</title>")
    for kind in ("application/xml", "application/xml; charset=utf-7"):
        assert titles(result_of(body, kind=kind)) == ["+ADw-b+AD4-t+ADw-/b+AD4"]


def test_b17_of_a_truncated_feed_the_complete_entries_are_read_and_it_is_asked_for_again() -> None:
    body = rss(after="<item><title>Two</title></item><item><title>Thr")
    result = result_of(body[: body.index("Thr") + 3])
    assert titles(result) == ["One", "Two"]
    assert (result.etag, result.last_modified, result.body_digest, result.entry_digests) == (
        None,
        None,
        None,
        frozenset(),
    )


@pytest.mark.parametrize(
    "body",
    [
        rss() + rss("<title>Two</title>"),
        "garbage " + rss(),
        "\n\n" + rss(before='<?xml version="1.0"?>'),
        rss() + "<script>alert(1)</script>",
        rss() + "<!-- served in 0.1 s -->\0",
    ],
    ids=["two roots", "garbage before", "space before", "a script behind", "a comment and NUL behind"],
)
def test_b21_what_stands_around_a_feed_is_no_part_of_it(body: str) -> None:
    assert titles(result_of(body))[0] == "One"
    assert "alert" not in repr(result_of(body).articles)


def test_b22_b23_no_stylesheet_and_no_inclusion_is_followed() -> None:
    style = "<?xml-stylesheet type='text/xsl' href='file:///etc/passwd'?>"
    template = (
        '<xsl:template xmlns:xsl="http://www.w3.org/1999/XSL/Transform" match="/"><xsl:value-of '
        "select=\"document('file:///etc/passwd')\"/></xsl:template>"
    )
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    result = result_of(rss(f"<title>One</title><description>{include}</description>", style, template))
    assert titles(result) == ["One"]
    assert "root:" not in repr(result)


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<![CDATA[a ]]]]><![CDATA[> b]]>", "a ]]> b"),
        ("<![CDATA[<!-- <!-- hidden --> seen]]>", "seen"),
        ("<![CDATA[<script>x()</script>seen]]>", "seen"),
        ("&lt;![CDATA[&lt;script&gt;x()&lt;/script&gt;]]&gt;seen", "x() ]]>seen"),
        ("<![CDATA[&lt;script&gt;x()&lt;/script&gt;]]>", "<script>x()</script>"),
        ("<![CDATA[<scr<script>ipt>x()</scr</script>ipt>seen]]>", "ipt>x() ipt>seen"),
    ],
)
def test_b24_tricks_with_sections_and_comments_leave_words(markup: str, words: str) -> None:
    (article,) = result_of(rss(f"<title>One</title><description>{markup}</description>")).articles
    assert article.summary.split() == words.split()


def test_b26_an_entry_with_an_enclosure_alone_is_known_by_it() -> None:
    (article,) = result_of(rss('<enclosure url="https://e.example/1.mp3" type="audio/mpeg"/>')).articles
    assert (article.title, article.url) == ("(untitled)", "https://e.example/1.mp3")


@pytest.mark.parametrize("guid", ["x" * 1_000_000, "x" * 1025])
def test_b31_a_long_guid_is_kept_as_its_digest(guid: str) -> None:
    (article,) = result_of(rss(f"<title>One</title><guid>{guid}</guid>")).articles
    assert len(article.guid or "") == 64


@pytest.mark.parametrize("guid", ["../../etc/passwd", "'; DROP TABLE articles; --", "%s%n${7*7}"])
def test_b31_a_guid_is_kept_as_it_is_written(guid: str) -> None:
    (article,) = result_of(rss(f'<title>One</title><guid isPermaLink="false">{guid}</guid>')).articles
    assert article.guid == guid


NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DATES = [
    ("Sat, 21 Nov 2026 12:00:00 GMT", NOON),
    ("Sat, 21 Nov 26 14:00:00 +0200", NOON),
    ("2026-11-21T12:00:00Z", NOON),
    ("-0001-01-01T00:00:00Z", None),
    ("0001-01-01T00:00:00Z", None),
    ("12024-01-01T00:00:00Z", None),
    ("Mon, 01 Jan 12024 00:00:00 GMT", None),
    ("Sat, 30 Feb 2026 10:00:00 GMT", None),
    ("Thu, 01 Jan 1970 00:00:00 GMT", None),
    ("yesterday", None),
    ("", None),
    ("9" * 5000, None),
]


@pytest.mark.parametrize(("date", "expected"), DATES)
def test_b32_a_date_is_the_one_that_is_written_or_none(date: str, expected: datetime | None) -> None:
    for item in (f"<pubDate>{date}</pubDate>", f"<dc:date>{date}</dc:date>"):
        (article,) = result_of(rss(f"<title>One</title>{item}")).articles
        assert article.published_at == expected


@pytest.mark.parametrize(
    "date",
    ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "2026-11-21T23:59:60Z", "Sat, 21 Nov 2026 12:00:00 +9999"],
)
def test_b32_a_date_at_the_edge_of_what_is_possible_breaks_nothing(date: str) -> None:
    (article,) = result_of(rss(f"<title>One</title><pubDate>{date}</pubDate>")).articles
    assert article.published_at is None or article.published_at.tzinfo is UTC


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/1", "https://courier.example/1"),
        ("//other.example/1", "https://other.example/1"),
        ("?id=1", "https://courier.example/feed?id=1"),
        ("", None),
        (" \n https://courier.example/1\t", "https://courier.example/1"),
        ("https://courier.example/a b", "https://courier.example/a%20b"),
        ("https://courier.example/a\tb", None),
        ("https://courier.example/a\nb", None),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("https://u:p@courier.example/1", "https://courier.example/1"),
        ("https://courier.example/" + "x" * 2083, None),
    ],
)
def test_b34_a_link_is_made_whole_or_left_out(link: str, url: str | None) -> None:
    (article,) = result_of(rss(f"<title>One</title><link>{link}</link>")).articles
    assert article.url == url


def test_b34_links_follow_the_base_that_the_document_names_and_no_other_scheme() -> None:
    assert result_of(rss("<title>One</title><link>1</link>", attributes=' xml:base="https://cdn.example/x/"')).articles[
        0
    ].url == ("https://cdn.example/x/1")
    assert result_of(rss("<title>One</title><link>1</link>", attributes=' xml:base="file:///etc/"')).articles[
        0
    ].url in (
        None,
        "https://courier.example/1",
    )


def test_b35_where_a_feed_says_it_is_or_has_gone_nobody_goes() -> None:
    inside = (
        '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="http://127.0.0.1/"/>'
        '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="http://10.0.0.1/"/>'
        '<itunes:new-feed-url xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">http://[::1]/</itunes:new-feed-url>'
    )
    result = result_of(rss(after=inside))
    assert titles(result) == ["One"]
    assert (result.moved_to, result.found) == (None, ())
    assert not any(host in repr(result) for host in ("127.0.0.1", "10.0.0.1", "::1"))
