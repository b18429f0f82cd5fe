import io
import pickle
import re
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.charsets import as_utf8
from crawler.links import links_in
from crawler.parsing import parse
from crawler.plain_text import plain_paragraphs, plain_text
from crawler.poll import FeedError
from crawler.splitting import split
from stories.address import safe_address
from stories.model import Article

ADDRESS = "https://news.example/feeds/rss"


def rss(items: str, channel: str = "", version: str = "2.0") -> bytes:
    spaces = (
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:media="http://search.yahoo.com/mrss/"'
    )
    return f'<rss version="{version}" {spaces}><channel><title>t</title>{channel}{items}</channel></rss>'.encode()


def atom(entries: str, attributes: str = "") -> bytes:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>t</title>{entries}</feed>'.encode()


def articles(document: bytes, language: str | None = None) -> tuple[Article, ...]:
    """All articles of a document on its whole way: split, then parsed."""
    parts = split(document, known=frozenset(), context=b"", limit=100)
    left = document if parts is None or parts.document is None else parts.document
    return parse(left, address=ADDRESS, outlet="Example News", language=language, limit=100).articles


def article(document: bytes) -> Article:
    (only,) = articles(document)
    return only


def test_an_rss_item_becomes_an_article() -> None:
    item = """<item><title>Court &amp;amp; market</title><link>https://news.example/1</link>
        <guid isPermaLink="false">tag:1</guid>
        <description>&lt;p&gt;A &lt;b&gt;short&lt;/b&gt; one.&lt;/p&gt;</description>
        <content:encoded><![CDATA[<p>A short one.</p><p>And more.</p>]]></content:encoded>
        <dc:creator>Ann Author</dc:creator><pubDate>Sat, 21 Nov 2026 12:00:00 +0200</pubDate></item>"""
    assert article(rss(item, "<language>en-GB</language>")) == Article(
        title="Court & market",
        url="https://news.example/1",
        summary="A short one.",
        text="A short one.\nAnd more.",
        outlet="Example News",
        author="Ann Author",
        language="en-GB",
        published_at=datetime(2026, 11, 21, 10, tzinfo=UTC),
        guid="tag:1",
    )


def test_an_atom_entry_becomes_an_article() -> None:
    entry = """<entry xml:lang="de"><id>urn:1</id><title type="text">a &lt;b&gt; c</title>
        <link rel="self" href="/self"/><link rel="alternate" href="../story"/>
        <summary type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One</p><p>two</p></div></summary>
        <author><name>Ann</name><email>a@example.org</email></author><updated>2026-11-21T10:00:00Z</updated>
        <source><title>The Other Paper</title></source></entry>"""
    read = article(atom(entry))
    assert read.title == "a <b> c"
    assert read.url == "https://news.example/story"
    assert read.summary == "One two"
    assert (read.author, read.outlet, read.guid) == ("Ann", "Example News", "urn:1")
    assert read.source == "The Other Paper"
    assert read.published_at == datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "document",
    [
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        b"<channel><title>t</title></channel><item><title>one</title></item><item><title>two</title></item></rdf:RDF>",
        b'<rss version="0.91"><channel><title>t</title> text <item><title>one</title></item> between '
        b"<item><title>two</title></item></channel></rss>",
        b'<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>one</a:title></a:entry>'
        b"<a:entry><a:title>two</a:title></a:entry></a:feed>",
        b'<rss version="2.0"><channel><title>t</title></channel><item><title>one</title></item>'
        b"<item><title>two</title></item></rss>",
    ],
)
def test_all_kinds_of_feeds_are_split_and_read(document: bytes) -> None:
    parts = split(document, known=frozenset(), context=b"", limit=100)
    assert parts is not None
    assert parts.entries == 2
    assert [article.title for article in articles(document)] == ["one", "two"]


def test_links_follow_the_base_the_document_names() -> None:
    entry = '<entry xml:base="sub/"><title>t</title><link href="a"/></entry>'
    assert article(atom(entry, 'xml:base="https://cdn.example/x/"')).url == "https://cdn.example/x/sub/a"


def test_a_document_that_is_the_path_of_a_feed_opens_no_file(tmp_path: Path) -> None:
    """feedparser takes a string for an address or a path, and reads what is there."""
    file = tmp_path / "feed.xml"
    file.write_bytes(rss("<item><title>secret</title><link>https://news.example/1</link></item>"))
    with pytest.raises(FeedError):
        articles(str(file).encode())


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "", "http://"])
def test_an_unsafe_link_is_dropped_and_the_article_kept(link: str) -> None:
    read = article(rss(f"<item><title>t</title><link>{link}</link></item>"))
    assert (read.title, read.url) == ("t", None)


def test_an_entry_without_a_title_is_named_by_its_summary_or_not_at_all() -> None:
    assert article(rss("<item><title> </title><description>Words.</description></item>")).title == "Words."
    assert article(rss("<item><title>&lt;b&gt;&lt;/b&gt;</title><guid>1</guid></item>")).title == "(untitled)"


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("yesterday", None),
        ("", None),
        ("Sat, 30 Feb 2026 10:00:00 GMT", None),
        ("sab, 21 nov 2026 11:00:00 +0100", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("2026-11-21T10:00:00+05:30", datetime(2026, 11, 21, 4, 30, tzinfo=UTC)),
    ],
)
def test_dates_are_utc_or_not_believed(date: str, expected: datetime | None) -> None:
    assert article(rss(f"<item><title>t</title><pubDate>{date}</pubDate></item>")).published_at == expected


def test_a_long_guid_is_kept_as_its_digest() -> None:
    first, second = articles(rss(f"<item><guid>{'x' * 2000}</guid></item><item><guid>{'x' * 2001}</guid></item>"))
    assert first.guid is not None
    assert len(first.guid) == 64
    assert first.guid != second.guid


def test_texts_have_limits() -> None:
    read = article(rss(f"<item><title>{'t' * 9999}</title><description>{'d ' * 99999}</description></item>"))
    assert (len(read.title), len(read.summary)) == (1000, 19_999 + 1)


def test_a_language_is_the_entrys_or_the_feeds_or_the_one_asked_for() -> None:
    item = "<item><title>t</title></item>"
    own = "<item><title>t</title><dc:language>fr</dc:language></item>"
    assert [a.language for a in articles(rss(own + item, "<language>en_US</language>"))] == ["fr", "en-US"]
    assert articles(rss(item), language="pt-BR")[0].language == "pt-BR"
    assert articles(rss(item, "<language>no language</language>"), language="de")[0].language == "de"


@pytest.mark.parametrize(
    ("source", "link", "outlet", "other"),
    [
        # on the feed's own pages: whose report it prints
        ("<source>The Other Paper</source>", "https://news.example/1", "Example News", "The Other Paper"),
        ('<source url="https://other.example/">The Other Paper</source>', "", "Example News", "The Other Paper"),
        ("<dc:source>AFP</dc:source>", "https://www.news.example/1", "Example News", "AFP"),
        # by way of the feed's own site: whose article it is, but for the agency whose report is printed
        ('<source url="https://other.example/">The Ledger</source>', "https://news.example/r/1", "The Ledger", None),
        ('<source url="https://reuters.com/">Reuters</source>', "https://news.example/1", "Example News", "Reuters"),
        # itself, as the address beside the name tells
        ('<source url="https://news.example/top.xml">News, top</source>', "https://news.example/1", "News, top", None),
        # a feed of other sites' pages
        ("<source>The Other Paper</source>", "https://other.example/1", "The Other Paper", None),
        (
            '<source url="https://other.example">The Other Paper</source>',
            "https://news.google.com/1",
            "The Other Paper",
            None,
        ),
        # known pages, whatever feed lists them
        ("<source>The Washington Post</source>", "https://www.washingtonpost.com/1", "The Washington Post", None),
        ("<source>Associated Press</source>", "https://www.cnn.com/1", "Example News", "Associated Press"),
        ("<source>Reuters</source>", "https://other.example/1", "Example News", "Reuters"),
        # nobody
        ("<dc:source>https://news.example/</dc:source>", "https://news.example/1", "Example News", None),
        ("<source> </source>", "https://news.example/1", "Example News", None),
    ],
)
def test_the_source_of_an_entry_is_its_outlet_or_whose_report_it_prints(
    source: str, link: str, outlet: str, other: str | None
) -> None:
    read = article(rss(f"<item><title>t</title><link>{link}</link><guid>1</guid>{source}</item>"))
    assert (read.outlet, read.source) == (outlet, other)


def test_links_to_the_pages_of_others_are_kept_in_their_order() -> None:
    markup = (
        "<p>It <a class=x href='https://other.example/report?a=1&amp;b=2#top'>said</a> "
        '<a href="//third.example/x">so</a> <a href="https://www.news.example/own">own</a> <a href="/own">own</a> '
        '<a href="https://other.example/report?a=1&amp;b=2">again</a> <a href="javascript:x()">no</a> '
        '<a href="https://www.facebook.com/sharer/sharer.php?u=x">share</a> '
        '<a href="https://twitter.com/intent/tweet?url=x">tweet</a> <img src="https://pictures.example/1.png"></p>'
    )
    item = f"<item><title>t</title><link>https://news.example/1</link><description><![CDATA[{markup}]]></description></item>"
    assert article(rss(item)).links == ("https://other.example/report?a=1&b=2", "https://third.example/x")


def test_links_are_few_and_none_is_endless() -> None:
    markup = "".join(f"<a href='https://other{n}.example/{'x' * (n % 2) * 3000}'>x</a>" for n in range(24))
    item = f"<item><title>t</title><link>https://news.example/1</link><description><![CDATA[{markup}]]></description></item>"
    links = article(rss(item)).links
    assert len(links) == 10
    assert all(len(link) <= 2083 for link in links)


@given(
    st.lists(
        st.sampled_from(["<a ", "href=", "'", '"', ">", "<", "https://", "//", "x.example/", "&#0;", "[", " ", "@"])
    )
)
def test_any_markup_gives_safe_links_or_none(pieces: list[str]) -> None:
    for link in links_in(["".join(pieces)], url="https://news.example/1", address=ADDRESS):
        assert safe_address(link) == link


def test_what_no_article_is_made_from_is_not_parsed_but_a_films_words_are() -> None:
    film = "<media:group><media:title>f</media:title><media:description>words</media:description></media:group>"
    read = article(rss(f'<item><title>t</title>{film}<media:thumbnail url="x"/><category>c</category></item>'))
    assert read.summary == "words"


def test_the_words_under_a_picture_are_not_the_articles() -> None:
    caption = "<media:description>A minister waves to a crowd, in a very long caption.</media:description>"
    read = article(rss(f"<item><title>t</title><description>Dairies merge.</description>{caption}</item>"))
    assert (read.summary, read.text) == ("Dairies merge.", "")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ('<?xml version="1.0"?><x>é</x>'.encode(), "application/xml"),
        ('<?xml version="1.0" encoding="iso-8859-1"?><x>é</x>'.encode("latin-1"), "application/xml"),
        ("<x>é</x>".encode("latin-1"), "text/xml; charset=iso-8859-1"),
        ('<?xml version="1.0" encoding="utf-8"?><x>é</x>'.encode("cp1252"), "application/xml; charset=utf-8"),
        ('<?xml version="1.0" encoding="nope-9"?><x>é</x>'.encode(), "application/xml"),
        ('<?xml version="1.0" encoding="utf-16"?><x>é</x>'.encode("utf-16"), "application/xml"),
        ("<x>é</x>".encode(), "text/xml; charset=iso-8859-1"),
        ("<x>é</x>".encode("utf-32"), "application/xml"),
        ("<x>é</x>".encode("utf-16"), "text/xml"),
        ("<x>é</x>".encode("utf-16-be"), "application/xml"),
        ("<x>é</x>".encode("utf-16-le"), "application/xml"),
        ('\r\n <?xml version="1.0" encoding="utf-8"?><x>é</x>'.encode(), "application/xml"),
        (b"\xef\xbb\xbf\n" + '<?xml version="1.0"?><x>é</x>'.encode(), "application/xml"),
    ],
)
def test_every_honest_encoding_is_understood(body: bytes, content_type: str) -> None:
    document = as_utf8(body, content_type).decode()
    assert document.endswith("<x>é</x>")
    assert document.count("<?xml") == 1
    assert document.startswith("<?xml")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain", "plain"),
        ("a &amp; b", "a & b"),
        ("a &amp;lt;b&amp;gt; c", "a &lt;b&gt; c"),
        ("<p>one</p><p>two</p>", "one two"),
        ("<b>bo</b>ld", "bold"),
        ("one<br/>two<br>three", "one two three"),
        ("<script>x()</script><style>y{}</style>seen", "seen"),
        ("<!-- hidden --><p>seen", "seen"),
        ("5 < 6 and <i>so</i> on", "5 < 6 and so on"),
        ("<ul><li>a<li>b</ul>", "a b"),
        ("<p>a\0b</p>", "ab"),
        ("<img alt='x'>", ""),
        ("", ""),
    ],
)
def test_markup_becomes_the_words_people_see(markup: str, text: str) -> None:
    assert plain_text(markup, 100) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one\ntwo</p><p>three</p>", "one two\nthree"),
        ("one<br/>two<BR>three", "one\ntwo\nthree"),
        (
            "<h2>Head</h2>text <a href='#'>with</a> <em>words</em><div><div>more</div></div>",
            "Head\ntext with words\nmore",
        ),
        ("<table><tr><td>a<td>b</tr><tr><td>c</table>", "a b\nc"),
        ("<p class='\n'>one<script>\nx()</script></p>", "one"),
        ("one\ntwo &amp; three", "one two & three"),
        ("<p>long words</p><p>more of them</p>", "long words\nmore of them"),
        ("", ""),
    ],
)
def test_full_text_keeps_its_paragraphs_as_lines(markup: str, text: str) -> None:
    assert plain_paragraphs(markup, 100) == text


@given(st.lists(st.sampled_from(["<p>", "</p>", "<br>", "a", " b ", "\n", "<i>", "<script>", "<", "&#10;", "\0"])))
def test_paragraphs_change_no_words(pieces: list[str]) -> None:
    markup = "".join(pieces)
    assert plain_paragraphs(markup, 1000).split() == plain_text(markup, 1000).split()


@given(st.text(), st.integers(1, 50))
def test_any_markup_becomes_text_within_its_limit(markup: str, limit: int) -> None:
    text = plain_text(markup, limit)
    assert len(text) <= limit
    assert "\n" not in text


PIECES = st.sampled_from(
    [
        b"<rss version='2.0'>", b"</rss>", b"<channel>", b"</channel>", b"<item>", b"</item>", b"<title>", b"</title>",
        b"<feed xmlns='http://www.w3.org/2005/Atom'>", b"</feed>", b"<entry>", b"</entry>", b"<link href='x'/>",
        b"<link>http://[x</link>", b"<![CDATA[", b"]]>", b"&amp;", b"&nbsp;", b"&#xD800;", b"<!DOCTYPE x [", b"<?xml",
        b"<pubDate>Sat, 99 Nov 20266</pubDate>", b"<guid isPermaLink='true'>http://[</guid>", b"<source url='x'>y",
        b"<content type='application/octet-stream'>?</content>", b"<author>a (b) c@d</author>", b"\0", b"\xff", b" ",
    ]
)  # fmt: skip


@given(st.binary(max_size=200) | st.lists(PIECES, max_size=40).map(b"".join), st.sampled_from(["", "text/xml", "x;="]))
def test_any_bytes_give_articles_or_a_feed_error(body: bytes, content_type: str) -> None:
    try:
        read = articles(as_utf8(body, content_type))
    except FeedError as error:
        assert str(error)
    else:
        assert pickle.loads(pickle.dumps(read)) == read


WORD = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), min_size=1, max_size=20).map(
    lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
)
ITEM = st.builds(
    "<item><title>{}</title><link>https://news.example/{}</link><guid>{}</guid><description>{}</description></item>".format,
    WORD, st.integers(0, 99), st.integers(0, 99), WORD,
)  # fmt: skip
ENTRY = st.builds(
    '<entry xml:base="https://b{}.example/"><title>{}</title><link href="{}"/><id>{}</id>'
    "<summary>{}</summary></entry>".format,
    st.integers(0, 3), WORD, st.integers(0, 99), st.integers(0, 99), WORD,
)  # fmt: skip


def names(entry: str) -> set[str]:
    """What the entries of a document may be mixed up by: they are read beside each other when they share one."""
    found = re.findall(r"<(?:title|link|guid|id)>(.*?)</|href=\"(.*?)\"", entry)
    return {(text or address).strip() for text, address in found} - {""}


@given(
    st.tuples(st.just(rss), st.lists(ITEM, unique=True, max_size=6))
    | st.tuples(st.just(atom), st.lists(ENTRY, unique=True, max_size=6)),
    st.data(),
)
def test_leaving_known_entries_out_gives_the_same_articles_as_reading_all(made, data) -> None:  # type: ignore[no-untyped-def]
    build, entries = made
    older = [entry for entry in entries if data.draw(st.booleans())]
    before = split(build("".join(older)), known=frozenset(), context=b"", limit=100)
    known = before.digests if before else frozenset()
    whole = parse(build("".join(entries)), address=ADDRESS, outlet="x", language=None, limit=100).articles

    parts = split(build("".join(entries)), known=known, context=b"", limit=100)

    left = [] if parts is None or parts.document is None else articles(parts.document)
    new_names: set[str] = set().union(*(names(entry) for entry in entries if entry not in older))
    expected = [
        read
        for entry, read in zip(entries, whole, strict=True)
        if entry not in older or not new_names.isdisjoint(names(entry))
    ]
    assert [(a.title, a.url, a.summary, a.guid) for a in left] == [
        (a.title, a.url, a.summary, a.guid) for a in expected
    ]


def test_an_entry_is_read_again_when_the_base_of_its_links_changed() -> None:
    entry = '<entry><title>t</title><link href="a"/></entry>'
    first = split(atom(entry, 'xml:base="https://a.example/"'), known=frozenset(), context=b"", limit=9)
    assert first is not None
    second = split(atom(entry, 'xml:base="https://b.example/"'), known=first.digests, context=b"", limit=9)
    assert second is not None
    assert second.document is not None


def test_the_parser_behind_the_door_still_says_what_we_rely_on() -> None:
    page = feedparser.parse(io.BytesIO(b"<html><body>x</body></html>"))
    assert (page.bozo, page.version) == (0, "")
