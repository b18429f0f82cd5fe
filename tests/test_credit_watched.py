"""Outlets that the table does not know are credited by the names of their feeds."""

import pytest

from crawler.settings import FeedSettings
from scheduler.config import Config
from scheduler.config_service import ServiceSettings
from scheduler.watch import watch_of
from stories.credits import CreditKind, credits_of
from tests.building import article

WATCHED = frozenset({"The Ledger", "Harbour Wire", "The Northgate Courier", "Circuit", "BBC Business"})


def credited(text: str, *, outlet: str = "Elsewhere") -> list[str]:
    return [credit.outlet for credit in credits_of(article(title="A quay is sold", text=text, outlet=outlet), WATCHED)]


@pytest.mark.parametrize(
    ("text", "outlet"),
    [
        ("The quay is sold, The Ledger reported.", "The Ledger"),
        ("The quay is sold, according to the Ledger.", "The Ledger"),
        ("Harbour Wire was first to report the sale.", "Harbour Wire"),
        ("(Harbour Wire) - The quay is sold.", "Harbour Wire"),
        ("The buyer told Northgate Courier reporters nothing, the Northgate Courier writes.", "The Northgate Courier"),
        ("According to Circuit, the quay is sold.", "Circuit"),
        ("The BBC Business page says little, the BBC reported.", "BBC"),
    ],
)
def test_a_watched_outlet_is_known_by_the_name_of_its_feed(text: str, outlet: str) -> None:
    assert set(credited(text)) == {outlet}


@pytest.mark.parametrize(
    "text",
    [
        "Ledger reported a loss.",
        "The ledger reported on Monday shows a loss.",
        "Circuit reported a loss.",
        "Subledger and The Ledger-Post reported a loss.",
        "The Ledger is sold.",
    ],
)
def test_a_word_that_only_looks_like_the_name_credits_nobody(text: str) -> None:
    assert credited(text) == []


def test_nobody_is_credited_by_a_feed_of_the_same_name() -> None:
    assert credited("The quay is sold, The Ledger reported.", outlet="The Ledger") == []


def test_without_a_feed_the_name_is_a_word_like_others() -> None:
    assert credits_of(article(title="A quay", text="The quay is sold, The Ledger reported.")) == ()


def test_the_evidence_stands_as_in_the_text() -> None:
    (credit,) = credits_of(article(title="A quay is sold - The Ledger", text=""), WATCHED)
    assert (credit.kind, credit.words) == (CreditKind.WORDS, "- The Ledger")


def test_feeds_of_outlets_that_are_known_and_of_authorities_add_no_name() -> None:
    addresses = {
        "The Ledger": "https://ledger.example/rss",
        "The Guardian": "https://mirror.example/rss",
        "Technology": "https://www.theguardian.com/technology/rss",
        "Office": "https://www.gov.uk/government/organisations/an-office.atom",
    }
    feeds = tuple(FeedSettings(name=name, address=address) for name, address in addresses.items())
    config = Config(service=ServiceSettings(), feeds=feeds, topics=(), channels=())
    assert watch_of(config).outlets == {"The Ledger"}
