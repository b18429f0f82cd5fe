"""Documents that are made to take long where nothing in them is forbidden (the family of B7, B8 and B12): in time."""

import time
from collections.abc import Iterator

import pytest

from crawler.poll import Outcome, PageSelectors, PollResult
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
