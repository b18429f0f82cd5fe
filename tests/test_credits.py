import doctest
import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stories.credits
from stories.credits import MAX_WORDS, Credit, CreditKind, credits_of
from stories.model import Article
from tests.building import NOON, article

DOCS = Path(__file__).parents[1] / "docs/credits.md"
PHRASES = Path(__file__).parents[1] / "stories/credit_phrases.toml"
WSJ = "The Wall Street Journal"
NYT = "The New York Times"


def credits(text: str = "", **said: Any) -> tuple[Credit, ...]:
    return credits_of(article(**{"title": "A harbour is sold", "text": text, **said}))


def credited(text: str = "", **said: Any) -> list[str]:
    return list(dict.fromkeys(credit.outlet for credit in credits(text, **said)))


EXAMPLES = re.findall(
    r"^\| (?!an article says|role)(.+?) \| (.+?) \|$", DOCS.read_text("utf-8").split("## The outlet")[0], re.M
)


@pytest.mark.parametrize(("text", "outlets"), EXAMPLES)
def test_the_page_on_credits_says_what_is_so(text: str, outlets: str) -> None:
    assert credited(text) == ([] if outlets == "nobody" else outlets.split(", "))


def test_the_examples_hold() -> None:
    assert doctest.testmod(stories.credits).failed == 0


@pytest.mark.parametrize(
    ("text", "outlet"),
    [
        ("The harbour will be sold, according to The Wall Street Journal.", WSJ),
        ("The harbour will be sold, according to a report by the Wall Street Journal.", WSJ),
        ("The harbour will be sold, per WSJ.", WSJ),
        ("The sale was first reported by the Financial Times on Monday.", "Financial Times"),
        ("The sale was reported late on Sunday by Bloomberg News.", "Bloomberg"),
        ("“We will not sell,” the mayor told Reuters.", "Reuters"),
        ("The mayor, citing the New York Times, would not say more.", NYT),
        ("As the BBC reported, the harbour will be sold.", "BBC"),
        ("The harbour will be sold, CNN reports.", "CNN"),
        ("The harbour may be sold, the New York Times says.", NYT),
        ("The Washington Post, which broke the news, named no buyer.", "The Washington Post"),
        ("CNBC has learned that the harbour will be sold.", "CNBC"),
        ("In an interview with Der Spiegel he called it a mistake.", "Der Spiegel"),
        ("She said in a report in The Guardian that it was a mistake.", "The Guardian"),
        ("The mayor said on Fox News that it was a mistake.", "Fox News"),
        ("The letter, seen by Axios, names a price.", "Axios"),
        ("A Reuters investigation found no buyer.", "Reuters"),
        ("Politico’s Jane Miller reports that there is a buyer.", "Politico"),
        ("There is a buyer, according to Jane Miller of ESPN.", "ESPN"),
        ("The mayor told the Israeli business daily Globes that there is a buyer.", "Globes"),
        ("There is a buyer, state news agency Xinhua said.", "Xinhua"),
        ("There is a buyer, according to the state-run Xinhua News Agency.", "Xinhua"),
        ("The mayor confirmed to the Los Angeles Times that there is a buyer.", "Los Angeles Times"),
        ("Politico, a site on politics, reported that there is a buyer.", "Politico"),
        ("The mayor told 'The Sunday Times' that there is a buyer.", "The Times of London"),
        ("There is a buyer (via The Verge), he said.", "The Verge"),
        ("There is a buyer.\nSource: Bloomberg", "Bloomberg"),
        ("The Associated Press quoted him as saying there was a buyer.", "Associated Press"),
        ("A friend of the mayor told People that there was a buyer.", "People"),
        ("There was a buyer, according to The Information.", "The Information"),
        ("There was a buyer, the Harbour Springs Gazette reported, according to the Harbour Springs Gazette.",
         "Harbour Springs Gazette"),
    ],
)  # fmt: skip
def test_an_outlet_is_credited_in_many_ways(text: str, outlet: str) -> None:
    assert credited(text) == [outlet]
    assert {credit.kind for credit in credits(text)} == {CreditKind.WORDS}


@pytest.mark.parametrize(
    ("text", "outlet"),
    [
        ("Laut „Handelsblatt“ wird der Hafen verkauft.", "Handelsblatt"),
        ("Wie der Spiegel berichtet, wird der Hafen verkauft. Das berichtet der Spiegel.", "Der Spiegel"),
        ("Der Hafen werde verkauft, sagte er der Nachrichtenagentur Reuters.", "Reuters"),
        ("Der Hafen wird einem Bericht zufolge verkauft, meldet die Süddeutsche Zeitung.", "Süddeutsche Zeitung"),
        ("Selon Le Monde, le port sera vendu.", "Le Monde"),
        ("Le port sera vendu, a déclaré le maire à l'AFP. Selon l'AFP, il sera vendu.", "AFP"),
        ("D'après Les Échos, le port sera vendu.", "Les Échos"),
        ("Según El País, el puerto será vendido.", "El País"),
        ("El alcalde dijo en una entrevista con La Vanguardia que no.", "La Vanguardia"),
        ("Secondo il Corriere della Sera il porto sarà venduto.", "Corriere della Sera"),
        ("Segundo a Folha de S.Paulo, o porto será vendido.", "Folha de S.Paulo"),
        ("Volgens de Volkskrant wordt de haven verkocht.", "de Volkskrant"),
        ("Enligt Dagens Nyheter säljs hamnen.", "Dagens Nyheter"),
        ("Według Gazeta Wyborcza port będzie sprzedany.", "Gazeta Wyborcza"),
        ("ロイター通信によると、港は売却される。", "Reuters"),
        ("据路透社报道，港口将被出售。", "Reuters"),
    ],
)
def test_outlets_are_credited_in_other_languages_by_the_same_means(text: str, outlet: str) -> None:
    assert credited(text) == [outlet]


@pytest.mark.parametrize(
    ("text", "outlet"),
    [
        ("LONDON (Reuters) - The harbour is sold.", "Reuters"),
        ("(Reuters) - The harbour is sold.", "Reuters"),
        ("Reuters - The harbour is sold.", "Reuters"),
        ("HARBOUR CITY, Maine, June 3 (AP) — The harbour is sold.", "Associated Press"),
        ("Berlin (dpa) - Der Hafen ist verkauft.", "dpa"),
        ("By Jane Miller\nMADRID (EFE).- Vendido.", "EFE"),
        ("The harbour is sold.\n— AFP", "AFP"),
        ("The harbour is sold. (PTI)", "PTI"),
    ],
)
def test_a_dateline_says_whose_text_it_is(text: str, outlet: str) -> None:
    assert [(credit.outlet, credit.kind) for credit in credits(text)] == [(outlet, CreditKind.DATELINE)]


def test_two_agencies_may_share_a_dateline() -> None:
    assert credited("Berlin (dpa/AFP) - Der Hafen ist verkauft.") == ["dpa", "AFP"]


def test_several_outlets_may_share_a_phrase() -> None:
    assert credited("The WSJ and Bloomberg reported a sale.") == [WSJ, "Bloomberg"]
    assert credited("CNN, Fox News and The New York Times reported a sale.") == ["CNN", "Fox News", NYT]
    assert credited("He told Reuters and the BBC, and later CNN, of a sale.") == ["Reuters", "BBC"]
    # The comma ends the credit; what follows is news of another.
    assert credited("According to Reuters, CNN cut a hundred jobs.") == ["Reuters"]


def test_every_credit_is_kept_with_its_words() -> None:
    text = "A sale is near, the Journal writes. WSJ first reported it. According to The Wall Street Journal it is done."
    found = [credit.words for credit in credits(text)]
    assert found == ["WSJ first reported", "According to The Wall Street Journal"]


@pytest.mark.parametrize(
    "text",
    [
        "The harbour was sued by The New York Times.",
        "The New York Times Company said its lawsuit goes on.",
        "According to The New York Times Company, the lawsuit goes on.",
        "The harbour has a deal with The Wall Street Journal's parent.",
        "The New York Times reported quarterly profit that beat estimates.",
        "The mayor bought CNN. The mayor owns Reuters.",
        "Photo: Getty/Reuters",
        "A harbour (AP Photo/Jane Miller)",
        "The harbour. REUTERS/Jane Miller",
        "The harbour on Monday. File photo. (AP)",
        "Subscribe to The Wall Street Journal for more news.",
        "Follow us on Google News",
        "Reuters contributed to this report.",
        "By Jane Miller, for Reuters",
        "Thomson Reuters reported higher sales.",
        "According to Bloomberg data, sales rose.",
        "Mayor Bloomberg spoke. Bloomberg said that he would sell.",
        "He told the Journal that he would sell.",  # which?
        "The Tribune reported a sale.",
        "The coach told kickers so, and the monde reported it.",
        "The New England Journal of Medicine reported it.",
        "People reported long waits. Time reports are due. Time and again he told people so.",
        "the information, according to the information in the hill, said it",
        "He was told Time's Up would help.",
        "CNN said it would cut a hundred jobs.",
        "He is such a host as CNN has many.",
        "@Reuters reported, reuters.com reported, pro-Reuters reported",
        "The Associated Press (AP)",
    ],
)
def test_who_is_only_named_is_not_credited(text: str) -> None:
    assert credited(text) == []
    assert credited(summary=text) == []


def test_short_names_are_those_of_the_full_name_before() -> None:
    text = "The Wall Street Journal has a story. The mayor told the Journal that he would sell."
    assert [(credit.outlet, credit.words) for credit in credits(text)] == [(WSJ, "told the Journal")]
    assert credited("The mayor told the Times.", title="New York Times: a harbour") == [NYT]


def test_a_short_name_that_may_be_two_outlets_is_neither() -> None:
    assert credited("The Washington Post and the New York Post exist. He told the Post so.") == []


def test_a_short_name_that_is_the_articles_own_outlet_is_its_own() -> None:
    text = "The New York Times exists. He told The Times so."
    assert credited(text, outlet="Los Angeles Times", url=None) == []


@pytest.mark.parametrize(
    "said",
    [
        {"outlet": "Reuters", "url": None},
        {"outlet": None, "url": "https://www.reuters.com/business/1"},
        {"outlet": "Our feed of news", "url": "https://uk.reuters.com/1"},
    ],
)
def test_an_outlet_does_not_credit_itself(said: dict[str, Any]) -> None:
    text = "LONDON (Reuters) - The mayor told Reuters that Reuters reported it."
    assert credited(text, author="Reuters", source="Reuters", **said) == []


def test_an_outlet_that_is_not_in_the_table_does_not_credit_itself() -> None:
    text = "The mayor told the Harbour Springs Gazette that he would sell."
    assert credited(text, outlet=None, url="https://www.harbourspringsgazette.example/1") == []
    assert credited(text, outlet="Harbour Springs Gazette") == []


@pytest.mark.parametrize(
    ("title", "outlet"),
    [
        ("Harbour to be sold - WSJ", WSJ),
        ("Harbour to be sold: Bloomberg", "Bloomberg"),
        ("Harbour to be sold, Bloomberg says", "Bloomberg"),
        ("Mayor Tells Fox News He Will Sell", "Fox News"),
    ],
)
def test_headlines_credit_in_their_own_way(title: str, outlet: str) -> None:
    assert credited(title=title) == [outlet]


def test_a_headline_that_nobody_is_known_to_have_published_ends_with_its_outlet() -> None:
    assert credited(title="Harbour to be sold - Reuters", outlet=None, url=None) == []


def test_in_a_headline_with_capitals_everywhere_everyday_words_are_no_outlets() -> None:
    assert credited(title="What I Told People About The Hill According To Time") == []
    assert credited(title="What a friend told People about the sale") == ["People"]


def test_the_source_of_the_feed_is_credited() -> None:
    assert credits(source="reuters") == (Credit(outlet="Reuters", words="reuters", kind=CreditKind.SOURCE),)
    assert credited(source="The Harbour Gazette") == ["The Harbour Gazette"]


def test_an_agency_as_author_is_credited_and_nobody_else() -> None:
    assert credits(author="Associated Press") == (
        Credit(outlet="Associated Press", words="Associated Press", kind=CreditKind.SOURCE),
    )
    assert credited(author="Jane Miller, for Reuters") == []
    assert credited(author="Jane Miller, CNN") == []


def test_a_link_to_the_report_credits_it() -> None:
    link = "https://www.wsj.com/business/harbour-to-be-sold-1a2b3c"
    assert credits(links=(link,)) == (Credit(outlet=WSJ, words=link, kind=CreditKind.LINK),)


def test_of_several_links_those_count_whose_outlet_is_named() -> None:
    links = (
        "https://www.wsj.com/business/harbour-to-be-sold-1a2b3c",
        "https://www.ft.com/content/1a2b3c4d",
        "https://a.example/",
    )
    assert credited("There was a buyer, one hears.", links=links) == []
    assert credited("The Financial Times has a scoop.", links=links) == ["Financial Times"]


@pytest.mark.parametrize(
    "links",
    [
        ("https://www.wsj.com/",),
        ("https://www.wsj.com/news/",),
        ("https://www.wsj.com/topics/harbour-sales-of-all-kinds",),
        ("https://www.nytimes.com/2019/06/03/business/another-harbour.html",),
        ("https://harbour.example/a-report-on-the-sale",),
        ("https://www.justice.gov/opa/pr/harbour-complaint-filed",),
        tuple(f"https://www.{host}/a-report-on-the-sale" for host in ("wsj.com", "cnn.com", "npr.org")),
    ],
)
def test_other_links_credit_nobody(links: tuple[str, ...]) -> None:
    assert credited(links=links) == []


def test_a_link_to_an_old_article_is_background_only_if_it_was_old_then() -> None:
    link = "https://www.nytimes.com/2026/11/20/business/a-harbour.html"
    assert credited(links=(link,), published_at=NOON) == [NYT]
    assert credited(links=(link,), published_at=NOON + timedelta(days=30)) == []


def test_every_phrase_of_the_table_can_be_met() -> None:
    table = tomllib.loads(PHRASES.read_text("utf-8"))
    for language in table.values():
        if isinstance(language["before"], list):
            continue
        for words, pattern in language["before"].items():
            if not pattern:
                assert all(credited(f"Xx {word} Reuters xx") == ["Reuters"] for word in words.split())


NAMES = st.sampled_from(
    [
        *(
            "Reuters",
            "The Wall Street Journal",
            "the Journal",
            "WSJ",
            "AP",
            "the Post",
            "People",
            "Der Spiegel",
            "ロイター",
        ),
        *(
            "told",
            "according to",
            "reported",
            "(",
            ")",
            "/",
            "-",
            "—",
            "'s",
            ",",
            " and ",
            ".",
            "\n",
            "Source:",
            "The ",
        ),
        *("said", "İ", "Harbour Gazette", "Photo", "Subscribe to our newsletter", "\0", "\ud800", "l'", "newspaper"),
        *("laut", "据", "报道"),
    ]
)
TEXTS = st.text(max_size=50) | st.lists(NAMES, max_size=30).map(" ".join) | st.lists(NAMES, max_size=30).map("".join)
LINKS = st.lists(st.text(max_size=30) | st.just("https://www.wsj.com/a-report-2026-99-99-x"), max_size=4).map(tuple)


@given(TEXTS, TEXTS, TEXTS, TEXTS | st.none(), TEXTS | st.none(), LINKS, st.sampled_from([None, "Reuters", "x"]))
def test_whatever_an_article_says_its_credits_stand_in_it(
    title: str,
    summary: str,
    text: str,
    author: str | None,
    source: str | None,
    links: tuple[str, ...],
    outlet: str | None,
) -> None:
    read = Article(
        title=title,
        summary=summary,
        text=text,
        author=author,
        source=source,
        links=links,
        outlet=outlet,
        published_at=NOON,
    )
    found = credits_of(read)
    assert found == credits_of(read)
    for credit in found:
        assert 0 < len(credit.words) <= MAX_WORDS or credit.kind is CreditKind.LINK
        said = {
            CreditKind.WORDS: (title, summary, text),
            CreditKind.DATELINE: (title, summary, text),
            CreditKind.SOURCE: (author or "", source or ""),
            CreditKind.LINK: links,
        }[credit.kind]
        assert any(credit.words in each for each in said)
        assert credit.outlet
        assert credit.outlet != outlet
