"""What is read without feedparser is what feedparser reads: on every document at hand, and on any that can be made."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.charsets import as_utf8
from crawler.parsing import parse, read_plain
from crawler.poll import FeedError
from crawler.splitting import split
from stories.model import Article
from tests.corpus import DATA, missing

ADDRESS = "https://news.example/feeds/rss"
ITEM = (
    "<title>A <![CDATA[<b>case</b>]]></title><link>https://news.example/1?a=1&amp;b=2</link><guid>1</guid>"
    "<description>&lt;p>Words</description><pubDate>Sat, 21 Nov 2026 12:00:00 GMT</pubDate>"
    "<dc:creator>Ann</dc:creator><category>x</category>"
)


def rss(*items: str) -> bytes:
    listed = "".join(f"<item>{item}</item>" for item in items)
    spaces = (
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:a="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"'
    )
    channel = f"<channel><title>t</title><language>en_GB</language>{listed}</channel>"
    return f'<rss version="2.0" {spaces}>{channel}</rss>'.encode()


def both(body: bytes) -> tuple[tuple[Article, ...] | None, tuple[Article, ...]]:
    """What is read plainly (None: nothing is), and what feedparser reads, of the same document."""
    document = as_utf8(body, "application/xml")
    plain = split(document, known=frozenset(), context=b"", limit=2000, plainly=True)
    parts = split(document, known=frozenset(), context=b"", limit=2000)
    if plain is None or plain.plain is None or parts is None or parts.document is None:
        return None, ()
    ours = read_plain(plain.plain, address=ADDRESS, outlet="News", language=None)
    theirs = parse(parts.document, address=ADDRESS, outlet="News", language=None, limit=2000)
    assert ours.entries == theirs.entries
    return ours.articles, theirs.articles


def files() -> list[Path]:
    feeds = [file for file in (DATA / "feeds").rglob("*") if file.is_file() and not file.name.endswith(".serde.json")]
    return [*feeds, *sorted((DATA / "replay").rglob("*.xml"))[::20]]


@pytest.mark.skipif(bool(reason := missing("replay") or missing("feeds")), reason=str(reason))
def test_every_plain_document_at_hand_is_read_as_feedparser_reads_it() -> None:
    plain = 0
    for file in files():
        try:
            ours, theirs = both(file.read_bytes())
        except FeedError:
            continue
        assert ours is None or ours == theirs, file
        plain += ours is not None
    assert plain >= 100


def test_what_most_entries_look_like_is_plain() -> None:
    ours, theirs = both(rss(ITEM, ITEM.replace("case", "second case")))
    assert ours is not None
    assert ours == theirs
    assert (ours[0].title, ours[0].language, ours[0].author) == ("A case", "en-GB", "Ann")


@pytest.mark.parametrize(
    "odd",
    [
        "<title>again</title>",
        "<media:rating>x</media:rating><subtitle>x</subtitle>",
        "<author>ann@news.example (Ann)</author>",
        "<dc:language>fr</dc:language>",
        "<description type='text'>x</description>",
        "<source url='x'><title>x</title></source>",
        "<comment-of xmlns='x'>y</comment-of>",
    ],
)
def test_what_is_not_plain_is_left_to_feedparser(odd: str) -> None:
    assert both(rss(ITEM.replace("<dc:creator>Ann</dc:creator>", "") + odd)) == (None, ())


@pytest.mark.parametrize("rel", ["Alternate", "ENCLOSURE", "Self", "alternate", " alternate ", ""])
def test_a_link_is_what_it_says_whatever_letters_it_says_it_in(rel: str) -> None:
    link = f'<link rel="{rel}" href="https://news.example/1"/>'
    body = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title>{link}</entry></feed>'
    ours, theirs = both(body.encode())
    assert ours is None or ours == theirs
    assert (ours is None) == (rel != rel.lower())


TEXT = st.lists(
    st.sampled_from(
        [
            "Words",
            " and ",
            "&amp;",
            "&lt;b>x&lt;/b>",
            "<![CDATA[<i>y</i>]]>",
            "\n",
            "é",
            "Ã©",
            "“",
            "&#150;",
            "&amp;eacute;",
            "http:///x",
            "https://e.example/a",
            "@",
            "<b>z</b>",
            "<!-- c -->",
            "Sat, 21 Nov 2026 12:00:00 GMT",
            "2026-11-21",
        ]
    ),
    max_size=4,
).map("".join)
CHILD = st.builds(
    "<{0}>{1}</{0}>".format,
    st.sampled_from(
        [
            "title",
            "link",
            "description",
            "guid",
            "pubDate",
            "author",
            "dc:creator",
            "dc:date",
            "source",
            "content:encoded",
            "media:description",
        ]
    ),
    TEXT,
) | st.sampled_from(
    [
        "<guid isPermaLink='false'>x</guid>",
        "<guid isPermaLink='true'>https://e.example/g</guid>",
        "<title/>",
        "<link/>",
        "<enclosure url='https://e.example/1.mp3' type='audio/mpeg' length='1'/>",
        "<source url='https://o.example/'>O</source>",
        "<a:link rel='standout' href='https://e.example/s'/>",
        "<a:link href='https://e.example/alt'/>",
        "<media:group><media:content url='x'/></media:group>",
        "<category>c</category>",
    ]
)
ENTRY_CHILD = st.builds(
    "<{0}{2}>{1}</{0}>".format,
    st.sampled_from(["title", "summary", "content", "id", "published", "updated"]),
    TEXT,
    st.sampled_from(["", " type='html'", " type='text'", " type='text/html'", " xml:lang='de'"]),
) | st.sampled_from(
    [
        "<link href='https://e.example/1'/>",
        "<link rel='alternate' type='text/html' href='/2'/>",
        "<link rel='self' href='x'/>",
        "<link rel='enclosure' href='https://e.example/1.mp3'/>",
        "<link rel='alternate' type='application/json' href='3'/>",
        "<author><name>Ann</name><uri>x</uri></author>",
        "<author><email>a@b.example</email></author>",
        "<link>text</link>",
    ]
)


def atom(*entries: str) -> bytes:
    listed = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>t</title>{listed}</feed>'.encode()


@given(
    st.lists(st.lists(CHILD, max_size=6).map("".join), min_size=1, max_size=2).map(lambda items: rss(*items))
    | st.lists(st.lists(ENTRY_CHILD, max_size=6).map("".join), min_size=1, max_size=2).map(lambda them: atom(*them))
)
def test_whatever_is_read_plainly_is_read_as_feedparser_reads_it(body: bytes) -> None:
    ours, theirs = both(body)
    assert ours is None or ours == theirs
