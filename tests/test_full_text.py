"""What the page of an article adds to what its feed said, and which pages add nothing."""

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.answer import Answer
from crawler.full_text import SECONDS, NoTextError, with_full_text
from crawler.robots import robots_from
from stories.model import Article
from tests.article_pages import page, text_of

ADDRESS = "https://news.example.org/2026/11/inquiry?from=rss"
LISTED = Article(
    title="Inquiry into alpha opened", summary="A few words on alpha.", url=ADDRESS, language="en-GB", guid="1"
)
HTML = b"text/html; charset=utf-8"


def answer(body: bytes, kind: bytes = HTML, **headers: bytes) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(address=ADDRESS, status=200, headers={"content-type": kind, **named}, body=body)


def read(body: bytes, article: Article = LISTED, kind: bytes = HTML) -> Article:
    return with_full_text(article, answer(body, kind))


def refusal(body: bytes, article: Article = LISTED, **headers: bytes) -> str:
    with pytest.raises(NoTextError) as refused:
        with_full_text(article, answer(body, **headers))
    return str(refused.value)


def test_the_text_is_the_articles_own_paragraphs_without_headline_and_surroundings() -> None:
    read_article = read(page("alpha"))
    assert read_article == replace(LISTED, text=text_of("alpha"))


@pytest.mark.parametrize(
    ("encoding", "kind"),
    [("utf-8", b"text/html"), ("iso-8859-1", b"text/html; charset=iso-8859-1"), ("utf-16", b"text/html")],
)
def test_a_page_is_read_in_its_encoding(encoding: str, kind: bytes) -> None:
    body = page("alpha", body=text_of("Société Générale")).decode().encode(encoding)
    assert "Société Générale" in read(body, kind=kind).text


def test_a_page_that_says_less_than_the_feed_leaves_its_words_as_they_are() -> None:
    for told in (replace(LISTED, summary="More. " * 200), replace(LISTED, text="More. " * 200)):
        read_article = read(page("alpha"), told)
        assert (read_article.summary, read_article.text) == (told.summary, told.text)


WALLS = [
    "The regulator opened an inquiry. Subscribe to continue reading this article.",
    "Already a subscriber? Log in to continue. The regulator opened an inquiry into the agreement of the two.",
    "We value your privacy. We and our 842 partners store and read information on a device, such as cookies.",
    "Please enable JavaScript and cookies to continue to the page that you have asked for.",
    "Dieser Artikel ist nur für Abonnenten. Die Behörde hat am Montag ein Verfahren eröffnet, sagten vier Personen.",
    "Cet article est réservé aux abonnés. Le régulateur a ouvert lundi une enquête sur l'accord des deux groupes.",
]


@pytest.mark.parametrize("words", WALLS)
def test_a_wall_is_no_text(words: str) -> None:
    assert refusal(page("alpha", body=words)) == "its page asks to subscribe, to log in or to consent"


def test_an_article_about_walls_is_one() -> None:
    body = text_of("alpha") + "\nReaders were asked to subscribe to continue reading.\n" + text_of("beta") * 2
    assert "subscribe to continue" in read(page("alpha", body=body)).text


@pytest.mark.parametrize("value", ["false", '"False"', " false"])
def test_a_page_that_says_it_is_for_subscribers_is_left_alone_whatever_it_hides(value: str) -> None:
    hidden = f'{{"@type": "NewsArticle", "isAccessibleForFree":{value}, "articleBody": "{"hidden " * 200}"}}'
    head = f'<script type="application/ld+json">{hidden}</script>'
    assert refusal(page("alpha", head=head)) == "its page is for subscribers"


def test_what_only_machines_are_told_is_not_taken_for_the_text() -> None:
    hidden = f'{{"@type": "NewsArticle", "articleBody": "{"Inquiry into alpha. " * 200}"}}'
    head = f'<script type="application/ld+json">{hidden}</script>'
    assert read(page("alpha", head=head, body="Only this is shown.")).text == ""


def test_a_page_that_must_not_be_quoted_is_not_and_one_that_must_not_be_offered_as_a_copy_is_read() -> None:
    for content in ("nosnippet", "noindex, NOSNIPPET", "max-snippet:0"):
        head = f'<meta name="Robots" content="{content}">'
        assert refusal(page("alpha", head=head)) == "its page must not be quoted (robots meta)"
    assert refusal(page("alpha"), x_robots_tag=b"nosnippet") == "its page must not be quoted (X-Robots-Tag)"
    assert read(page("alpha", head='<meta name="robots" content="noarchive, max-snippet:-1">')).text


def test_a_page_in_another_language_or_about_something_else_is_no_text() -> None:
    german = page("alpha", html='<html lang="de-AT">')
    assert refusal(german) == "its page is in another language (de-AT)"
    assert read(german, replace(LISTED, language=None)).text
    other = replace(LISTED, title="Quarterly results beat every forecast")
    assert refusal(page("alpha"), other) == "its page is about something else"


@pytest.mark.parametrize("title", ["反垄断机构对微软展开调查", "EU", "?!"])
def test_a_headline_without_long_words_is_compared_with_nothing(title: str) -> None:
    assert read(page("alpha"), replace(LISTED, title=title, language=None)).text


@pytest.mark.parametrize(
    ("head", "at"),
    [
        ('<meta property="article:published_time" content="2026-11-20T09:30:00+01:00">', (2026, 11, 20)),
        ('<script type="application/ld+json">{"datePublished":"2026-11-19T23:00:00Z"}</script>', (2026, 11, 19)),
        ("", None),
    ],
)
def test_a_page_dates_an_article_that_its_feed_does_not(head: str, at: tuple[int, int, int] | None) -> None:
    found = read(page("alpha", head=head)).published_at
    assert (found and (found.year, found.month, found.day)) == at
    assert found is None or found.tzinfo == UTC
    told = datetime(2026, 11, 1, tzinfo=UTC)
    assert read(page("alpha", head=head), replace(LISTED, published_at=told)).published_at == told


CANONICAL = {
    '<link rel="canonical" href="https://www.example.org/2026/11/inquiry">': "https://www.example.org/2026/11/inquiry",
    '<link rel="Canonical nofollow" href="/2026/11/inquiry-7#top">': "https://news.example.org/2026/11/inquiry-7#top",
    '<meta property="og:url" content="https://example.org/a/7">': "https://example.org/a/7",
    '<link rel="canonical" href=""><meta property="og:url" content="https://example.org/a/7">': "https://example.org/a/7",
    '<link rel="canonical" href="https://elsewhere.example/2026/11/inquiry">': None,
    '<link rel="canonical" href="https://example.org/">': None,
    '<link rel="canonical" href="/2026/11/">': None,  # the section in which the page stands
    '<link rel="canonical" href="javascript:alert(1)">': None,
    '<link rel="canonical" href="http://[bad">': None,
    '<link rel="alternate" href="/amp/2026/11/inquiry">': None,
}


@pytest.mark.parametrize("head", CANONICAL)
def test_a_page_names_its_canonical_address_on_its_own_site(head: str) -> None:
    assert read(page("alpha", head=head)).canonical_url == CANONICAL[head]


def test_where_redirects_lead_an_article_is_known_too() -> None:
    proxied = replace(LISTED, url="https://feedproxy.example/~r/1")
    assert read(page("alpha"), proxied).canonical_url == ADDRESS
    assert read(page("alpha"), replace(LISTED, url=f"{ADDRESS}&utm_source=feed")).canonical_url is None
    named = '<link rel="canonical" href="/2026/11/inquiry-7">'
    assert read(page("alpha", head=named), proxied).canonical_url == "https://news.example.org/2026/11/inquiry-7"


def test_redirects_to_a_page_with_another_headline_lead_to_no_text() -> None:
    hub = page("alpha").replace(b"<title>Inquiry into alpha opened</title>", b"<title>Latest news</title>")
    sections = b"".join(b"<section><h1>Inquiry into %s opened</h1></section>" % each for each in (b"alpha", b"beta"))
    hub = hub.replace(b"<h1>Inquiry into alpha opened</h1>", sections)
    assert read(hub).text  # what stands at the article's own address may be headed as it likes
    for led in (LISTED, replace(LISTED, title="EU"), replace(LISTED, title="反垄断机构对微软展开调查")):
        led = replace(led, url="https://feedproxy.example/~r/1", language=None)
        assert refusal(hub, led) == "its address leads to a page with another headline"
    headed = hub.replace(b"</head>", b'<meta property="og:title" content="Inquiry into Alpha opened | News"></head>')
    assert read(headed, replace(LISTED, url="https://feedproxy.example/~r/1")).text


HOSTILE = {
    "deep": b"<html><body>" + b"<div>" * 200_000 + b"x",
    "deep tables": b"<html><body>" + b"<table><tr><td>" * 50_000 + b"x",
    "many elements": b"<html><body><p>" + b"<b>a</b> c " * 100_000,
    "many elements in one": b"<html><body><article><p>" + b"<b>a</b> c " * 19_000,
    "as many elements as are read": b"<html><body><article>" + (b"<p>" + b"<b>a</b> c " * 2900) * 6,
    "as many paragraphs as are read": b"<html><body>" + (b"<article>" + b"<p>a</p>" * 2900 + b"</article>") * 6,
    "as many links as are read": b"<html><body>" + (b"<div>" + b'<p><a href="/a">words</a> a</p>' * 2900) * 3,
    "attributes": b"<html><body><p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">x",
    "attributes without values": b"<html><body><p " + b"a" + b" ".join(b"%d" % n for n in range(100_000)) + b">x",
    "attributes in many elements": b"<html><body>" + (b"<p " + b" ".join(b"a%d=1" % n for n in range(700))) * 900,
    "quotes that do not end": b"<html><body>" + b"<p 'a\"b " * 300_000,
    "one word": b"<html><body><article><p>" + b"x" * 4_000_000,
    "machine words": page("alpha", head='<script type="application/ld+json">' + '{"@type":[' * 200_000 + "</script>"),
    "dates": b"<html><body>" + b'<span class="date">12.12.2020 1.1.</span>' * 19_000,
    "digits": b"<html><body><p>" + b"2020-01-" * 500_000,
    "robots": b"<html><head>" + b'<meta name="robots" content="max-snippet  ">' * 19_000,
    "nulls": b"<html><body><p>" + b"\0" * 1_000_000 + b"x",
    "no page": b"\x89PNG\r\n\x1a\n" * 1000,
    "declared UTF-16": b'<?xml version="1.0" encoding="utf-16"?><html><body><p>x',
}


# The time may be over while Hypothesis counts collections; what is raised there is lost, and raised again later.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_page_costs_little_and_says_nothing(case: str) -> None:
    began = time.process_time()
    try:
        text = read(HOSTILE[case], replace(LISTED, title="?")).text
    except NoTextError as error:
        text = str(error)
    assert len(text) <= 100_000
    assert time.process_time() - began < SECONDS + 3


def test_rules_made_to_take_for_ever_are_applied_in_little_time() -> None:
    endless = b"User-agent: *\nDisallow: /" + b"*a" * 3000 + b"*b$\n"
    robots = robots_from(answer(endless), user_agent="wirewatch/1", pause=1)
    began = time.process_time()
    robots.refusal("https://example.org/" + "a" * 2000)
    assert time.process_time() - began < 3
