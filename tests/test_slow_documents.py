"""Documents that are made to take long where nothing in them is forbidden (the family of B7, B8 and B12): in time."""

import time
from collections.abc import Iterator

import pytest

from crawler.poll import Outcome, PageSelectors, PollResult
from crawler.refusing import BASED, NAMED
from tests.listing_feeds import request, result_of

SECONDS = 2.0  # of processor time, for any document


@pytest.fixture(autouse=True)
def _in_time() -> Iterator[None]:
    started = time.process_time()
    yield
    assert time.process_time() - started <= SECONDS


def rss(item: str = "", *, attributes: str = "", before: str = "") -> str:
    """A feed of one entry called One, with something in it, and something before it in the channel."""
    entry = f"<item><title>One</title><link>https://courier.example/1</link>{item}</item>"
    spaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    return f"<rss version='2.0' {spaces} {attributes}><channel><title>t</title>{before}{entry}</channel></rss>"


def titles(result: PollResult) -> list[str]:
    assert result.outcome is Outcome.ANSWERED, result.error
    return [article.title for article in result.articles]


def names(count: int, form: str) -> str:
    return " ".join(form.format(number) for number in range(count))


@pytest.mark.parametrize("form", ["a{:x}", "<a{:x}", "a{:x}=1", "a{:x}='>'", 'a{:x}="\'>"/'])
@pytest.mark.parametrize("element", ["description", "content:encoded"])
def test_b8_attributes_without_end_in_the_words_of_an_entry_cost_it_those_words_alone(form: str, element: str) -> None:
    markup = f"<![CDATA[<p {names(80_000, form)}>x</p>]]>"
    result = result_of(rss(f"<{element}>{markup}</{element}>"))
    assert titles(result) == ["One"]
    assert (result.articles[0].summary, result.articles[0].text) == ("", "")


def test_b8_as_many_attributes_as_are_read_in_many_elements_of_many_entries() -> None:
    crowd = f"<p {names(250, 'a{:x}')}>" * 800
    markup = f"<![CDATA[{crowd}words]]>"
    result = result_of(rss(f"<content:encoded>{markup}</content:encoded>" + "</item><item><title>One</title>"))
    assert titles(result) == ["One", "One"]


@pytest.mark.parametrize("form", ["a{:x}", "<a{:x}", "a{:x}='>'"])
def test_b8_a_page_with_attributes_without_end_is_refused(form: str) -> None:
    page = f"<html><a href='/1'>One</a><p {names(80_000, form)}>"
    result = result_of(page, asked=request(page=PageSelectors(link="a")), kind="text/html")
    assert result.error == "an element has more than 256 attributes, which no honest page does"


ENTRIES = "".join(f"<item><title>{n}</title><link>https://courier.example/{n}</link></item>" for n in range(2000))
SITEMAP = "".join(f"<url><loc>https://courier.example/{n}</loc><title>{n}</title></url>" for n in range(2000))
TOO_MUCH = [
    ("3,000 namespaces around 2,000 entries", rss(attributes=names(3000, "xmlns:n{0}='u:{0}'"), before=ENTRIES), NAMED),
    (
        "3,000 namespaces around 2,000 addresses",
        "<urlset " + names(3000, "xmlns:n{0}='u:{0}'") + f">{SITEMAP}</urlset>",
        NAMED,
    ),
    ("a long namespace around 2,000 entries", rss(attributes=f"xmlns:n='u:{'x' * 100_000}'", before=ENTRIES), NAMED),
    ("namespaces without end on one element", rss("<odd " + names(200_000, "xmlns:n{0:x}='u'") + "/>"), NAMED),
    ("a base without end", rss("<odd/>", attributes=f"xml:base='https://x.example/{'x' * 1_000_000}'"), BASED),
    ("the same in what is no XML", rss("&", attributes=f"base=https://x.example/{'x' * 1_000_000}"), BASED),
    ("bases in bases", rss("<odd/>", before="<x xml:base='x/y'>" * 150 + "<y/>" * 50_000 + "</x>" * 150), BASED),
    (
        "escapes without end",
        rss(f"<odd/><description>]]&gt;{'&lt;' * 2_400_000}</description>"),
        "what is new has more",
    ),
    ("escapes behind an element", rss(f"<odd><x/>{'&lt;' * 2_400_000}</odd>"), "what is new has more than 500000"),
    (
        "elements, and entries in odd places",
        rss("<item/>", before="<y/>" * 1_000_000),
        "what is new has more than 75000",
    ),
    (
        "escapes, and entries in odd places",
        rss("<item/>", before="&lt;" * 2_400_000),
        "what is new has more than 500000",
    ),
]


@pytest.mark.parametrize(("body", "error"), [case[1:] for case in TOO_MUCH], ids=[f"B8 {case[0]}" for case in TOO_MUCH])
def test_b8_what_can_only_be_meant_to_take_long_is_refused(body: str, error: str) -> None:
    result = result_of(body)
    assert result.outcome is Outcome.FAILED
    assert (result.error or "").startswith(error)


def test_b12_escapes_in_a_section_or_in_the_words_about_the_feed_are_read_at_once() -> None:
    about = f"<description>{'&lt;' * 2_400_000}</description>"
    assert titles(result_of(rss("<odd/>", before=about))) == ["One"]


def test_b8_namespaces_and_bases_as_honest_feeds_have_them_are_read() -> None:
    spaces = names(100, "xmlns:n{0}='https://ns.example/{0}'")
    result = result_of(rss("<odd/>", attributes=f"{spaces} xml:base='https://courier.example/'", before=ENTRIES))
    assert len(titles(result)) == 2000


LINKS = "<html>" + "".join(f"<div>{'<a href=/1>x</a>' * 480}</div>" for _ in range(10))
NEST = "<html><a href='/1'>x</a>" + ("<div>" * 95 + "</div>" * 95) * 50
SELECTED = [
    ("//a[following::a]", None, LINKS),
    ("//a[not(preceding::a/@href = @href)]", None, LINKS),
    ("h2 ~ a", None, LINKS),
    ("a ~ a", None, "<a href='/1'>x</a>" * 4900),
    ("a", "div div div i", NEST),
    ("a", "b ~ i", "<html><div><a href='/1'>x</a>" + f"<p>{'<b></b>' * 480}</p>" * 10),
    ("a", None, "<a href='/1'>x</a>" + "<div>" * 101),
]


@pytest.mark.parametrize(("link", "title", "page"), SELECTED, ids=[f"B7 {n}" for n in range(7)])
def test_b7_no_page_makes_a_selector_take_long(link: str, title: str | None, page: str) -> None:
    result = result_of(page, asked=request(page=PageSelectors(link=link, title=title)), kind="text/html")
    assert result.error is None or "to be searched" in result.error or "catches no link" in result.error
