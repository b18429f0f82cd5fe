from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.answer import Answer, read_answer, retry_after
from crawler.limits import CrawlLimits
from crawler.poll import Outcome, PollRequest, PollResult

LIMITS = CrawlLimits()
REQUEST = PollRequest(feed_id=7, address="https://news.example/rss", name="Example News")
RSS = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>'
    b"<item><title>One</title><guid>1</guid></item><item><title>Two</title><guid>2</guid></item></channel></rss>"
)

EMPTY = "empty body; if that stays so, is its address right?"
PAGE = "not a feed (an HTML page): `wirewatch feeds discover` looks for one, `page:` reads it as it is"


def read(body: bytes = RSS, request: PollRequest = REQUEST, status: int = 200, **headers: bytes) -> PollResult:
    named = {"content-type": b"application/rss+xml", **{name.replace("_", "-"): v for name, v in headers.items()}}
    return result_of(Answer(address=request.address, status=status, headers=named, body=body), request)


def result_of(answer: Answer, request: PollRequest = REQUEST, limits: CrawlLimits = LIMITS) -> PollResult:
    result = read_answer(request, answer, limits)
    assert isinstance(result, PollResult)
    return result


def next_request(result: PollResult) -> PollRequest:
    """The request that follows `result`, as the service makes it."""
    return replace(
        REQUEST,
        etag=result.etag,
        last_modified=result.last_modified,
        body_digest=result.body_digest,
        entry_digests=result.entry_digests,
    )


def test_a_feed_is_read() -> None:
    result = read(etag=b'"1"', last_modified=b"Sat, 21 Nov 2026 10:00:00 GMT")
    assert result.outcome is Outcome.ANSWERED
    assert [article.title for article in result.articles] == ["One", "Two"]
    assert (result.entries, len(result.entry_digests)) == (2, 2)
    assert (result.etag, result.last_modified) == (b'"1"', b"Sat, 21 Nov 2026 10:00:00 GMT")
    assert (result.error, result.warning) == (None, None)


def test_the_same_body_again_is_unchanged() -> None:
    assert read(request=next_request(read())).outcome is Outcome.UNCHANGED


def test_the_same_body_with_another_etag_brings_only_the_etag() -> None:
    first = read(etag=b'"1"')
    second = read(request=next_request(first), etag=b'"2"')
    assert (second.outcome, second.etag, second.articles) == (Outcome.ANSWERED, b'"2"', ())
    assert second.entry_digests == first.entry_digests


def test_only_new_entries_are_read() -> None:
    first = read()
    grown = RSS.replace(b"<item>", b"<item><title>New</title><guid>3</guid></item><item>", 1)
    second = read(grown, next_request(first))
    assert [article.title for article in second.articles] == ["New"]
    assert second.entries == 3
    assert second.entry_digests > first.entry_digests


def test_an_edited_entry_is_read_again() -> None:
    second = read(RSS.replace(b"Two", b"Two, corrected"), next_request(read()))
    assert [article.title for article in second.articles] == ["Two, corrected"]


def test_a_304_is_unchanged_but_only_as_an_answer_to_a_condition() -> None:
    assert read(b"", replace(REQUEST, etag=b'"1"'), 304).outcome is Outcome.UNCHANGED
    assert read(b"", status=304).error == "the server answered 304 Not Modified to a first question"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", EMPTY),
        (b" \r\n\t ", EMPTY),
        (b"\xef\xbb\xbf", EMPTY),
        (b"<!DOCTYPE html><html><body>Not found</body></html>", PAGE),
        (b"\n<!-- a --><!-- b -->\n<HTML><head>", PAGE),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">\n<html/>', PAGE),
        (b"<opml version='1.0'><body/></opml>", "not a feed (no RSS or Atom in it)"),
        (b'{"version": "https://jsonfeed.org/version/1"}', "not a feed (a JSON Feed without a list of items)"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "not a feed (a PNG image)"),
        (b"<rss version='2.0'><channel><title>x</title><item><ti", "the document breaks off before its first"),
    ],
)
def test_what_is_no_feed_is_refused_with_the_reason(body: bytes, error: str) -> None:
    result = read(body)
    assert result.outcome is Outcome.FAILED
    assert (result.error or "").startswith(error)


def test_a_page_of_comments_does_not_take_for_ever() -> None:
    assert read(b"<!-- --> " * 8000 + b"<x/>").error == "not a feed (no RSS or Atom in it)"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, "the server answered 404 Not Found"),
        (401, "the server answered 401 Unauthorized; a key for it belongs in `headers:`"),
        (403, "the server answered 403 Forbidden; a key for it belongs in `headers:`"),
        (503, "the server answered 503 Service Unavailable"),
        (206, "the server answered 206 Partial Content"),
        (301, "the server answered 301 Moved Permanently without an address to go to"),
        (599, "the server answered 599"),
        (204, EMPTY),
    ],
)
def test_a_status_that_brings_no_feed_is_told_in_words(status: int, error: str) -> None:
    result = read(b"", status=status)
    assert (result.outcome, result.status, result.error) == (Outcome.FAILED, status, error)


def test_a_feed_that_refuses_its_key_says_so() -> None:
    request = replace(REQUEST, headers=(("X-Key", "old"),))
    assert (
        read(b"", request, status=403).error == "the server answered 403 Forbidden; are this feed's `headers:` right?"
    )


def test_a_truncated_document_keeps_its_complete_entries_and_is_asked_for_again() -> None:
    result = read(RSS[: RSS.index(b"Two") + 1], etag=b'"1"', last_modified=b"x")
    assert [article.title for article in result.articles] == ["One"]
    assert result.warning == "the document breaks off after 1 complete entry"
    assert (result.etag, result.last_modified, result.body_digest) == (None, None, None)
    assert result.entry_digests == frozenset()


def test_broken_xml_is_read_as_far_as_it_goes_and_told() -> None:
    result = read(RSS.replace(b"One", b"One & only"))
    assert [article.title for article in result.articles] == ["One & only", "Two"]
    assert result.warning is not None
    assert result.warning.startswith("broken XML: ")
    assert result.body_digest is not None


def test_of_a_very_long_feed_the_first_entries_are_read() -> None:
    items = b"".join(b"<item><title>%d</title></item>" % n for n in range(30))
    body = b"<rss version='2.0'><channel>" + items + b"</channel></rss>"
    answer = Answer(address=REQUEST.address, status=200, headers={}, body=body)
    result = result_of(answer, limits=CrawlLimits(entries=10))
    assert [article.title for article in result.articles] == [str(n) for n in range(10)]
    assert (result.entries, len(result.entry_digests)) == (30, 10)
    assert result.warning == "30 entries listed, the first 10 read"


def test_of_a_very_long_broken_feed_too_the_first_entries_are_read() -> None:
    items = b"".join(b"<item><title>%d & more</title></item>" % n for n in range(30))
    body = b"<rss version='2.0'><channel>" + items + b"</channel></rss>"
    answer = Answer(address=REQUEST.address, status=200, headers={}, body=body)
    result = result_of(answer, limits=CrawlLimits(entries=10))
    assert [article.title for article in result.articles] == [f"{n} & more" for n in range(10)]
    assert result.entries == 30
    assert (result.warning or "").startswith("30 entries listed, the first 10 read")


@pytest.mark.parametrize("etag", [b"", b"x" * 1025, b'"a\x00b"', b'"tab\t"', b'"\x7f"'])
def test_an_etag_that_is_too_long_or_not_printable_is_dropped(etag: bytes) -> None:
    assert read(etag=etag).etag is None


ENTITY = b'<!ENTITY a "' + b"x" * 60_000 + b'">'


@pytest.mark.parametrize(
    "document",
    [
        b"<!DOCTYPE rss [" + ENTITY + b"]><rss version='2.0'><channel><item><title>&a;</title></item></channel></rss>",
        b"<!-- " + b"x" * 70_000 + b" <rss> --><!DOCTYPE rss [<!ENTITY a 'b'>]><rss version='2.0'><channel/></rss>",
        b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><title>&x;</title>',
        b'<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd"> %p;]><rss version="2.0"><channel/></rss>',
        "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss version='2.0'><channel/></rss>".encode("utf-16"),
        b"junk <!DOCTYPE rss [<!ENTITY a 'b'>]><rss version='2.0'><channel><item><title>&a;</title></item>",
    ],
)
def test_a_document_that_declares_entities_is_refused(document: bytes) -> None:
    assert read(document).error == "the document declares entities, which no honest feed does"


def test_an_article_about_entities_is_not_refused() -> None:
    body = RSS.replace(b"One", b"<![CDATA[What <!ENTITY does]]>")
    assert read(body).articles[0].title.startswith("What")


def test_a_document_type_without_entities_is_harmless() -> None:
    doctype = b'<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss.dtd">'
    assert read(RSS.replace(b"<rss", doctype + b"<rss")).entries == 2


@pytest.mark.parametrize(
    ("value", "date", "expected"),
    [
        (b"120", None, 120),
        (b" 0 ", None, 0),
        (b"Sat, 21 Nov 2026 10:02:00 GMT", b"Sat, 21 Nov 2026 10:00:00 GMT", 120),
        (b"Sat, 21 Nov 2026 09:00:00 GMT", b"Sat, 21 Nov 2026 10:00:00 GMT", 0),
        (b"Sat, 21 Nov 2026 10:02:00 GMT", None, None),
        (b"-5", None, None),
        (b"1e3", None, None),
        (b"9" * 5000, None, None),
        ("٣".encode(), None, None),
        (b"", b"Sat, 21 Nov 2026 10:00:00 GMT", None),
        (b"soon", b"Sat, 21 Nov 2026 10:00:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: bytes, date: bytes | None, expected: int | None) -> None:
    headers = {"retry-after": value} | ({"date": date} if date else {})
    assert retry_after(headers) == (None if expected is None else timedelta(seconds=expected))


def test_a_lone_surrogate_costs_no_article() -> None:
    result = read(RSS.replace(b"<guid>1", b"<guid>&#xD800;1").replace(b"Two", b"Two &#55357;"))
    assert [article.title for article in result.articles] == ["One", "Two \ufffd"]


def test_an_entry_that_says_nothing_is_skipped_and_told() -> None:
    result = read(
        RSS.replace(b"</channel>", b"<item><pubDate>Sat, 21 Nov 2026 10:00:00 GMT</pubDate></item></channel>")
    )
    assert len(result.articles) == 2
    assert result.warning == "1 of the entries cannot be read"


@pytest.mark.parametrize(
    "shared", [b"<guid>9</guid>", b"<link>https://e.example/page</link>", b"<title>Notices</title>"]
)
def test_a_known_entry_is_read_again_beside_a_new_one_that_shares_a_name_with_it(shared: bytes) -> None:
    old = b"<item>%s<description>of the dairies</description></item>" % shared
    new = b"<item>%s<description>of the railways</description></item>" % shared
    body = RSS.replace(b"</channel>", old + b"</channel>")
    second = read(body.replace(old, new + old), next_request(read(body)))
    assert [article.summary for article in second.articles] == ["of the railways", "of the dairies"]


def test_an_entry_with_only_an_enclosure_is_known_by_it() -> None:
    enclosed = b'<item><enclosure url="https://e.example/1.mp3" type="audio/mpeg"/></item></channel>'
    assert read(RSS.replace(b"</channel>", enclosed)).articles[-1].url == "https://e.example/1.mp3"
