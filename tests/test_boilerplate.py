"""What is no part of an article is cut from its text, and nothing else."""

import doctest
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stories.boilerplate
from stories.boilerplate import CUT, without_boilerplate

BEFORE = "The harbour board fined two ferry lines on Monday for sharing their timetables."
AFTER = "Both lines said they would appeal, and the board expects a ruling by spring."

# Each stands between two sentences of an article, on a line of its own and on the same line.
SENTENCES = [
    "Sign up for our newsletter.",
    "Sign up here for the Harbour Briefing!",
    "Join our free newsletter.",
    "Please subscribe to our daily email to read more like this.",
    "Subscribe now!",
    "To get more of this, sign up for the Tide newsletter.",
    "Get our best stories delivered to your inbox.",
    "Get the free weekly newsletter that captains read.",
    "Receive the latest from the docks, straight to your inbox every day.",
    "By signing up you agree to our terms and will hear from our partners.",
    "By clicking “Join”, you’re agreeing to our terms of use.",
    "The Tide Newsletter brings you the week on the water.",
    "You can unsubscribe at any time.",
    "For more information see our privacy policy.",
    "Bestellen Sie hier unseren Newsletter.",
    "Abonnez-vous à notre newsletter du matin.",
    "Suscríbete a nuestro boletín.",
    "Follow us on Facebook and Instagram.",
    "Follow The Tide on X.",
    "Join our WhatsApp channel.",
    "Share this article.",
    "Click here to read the judgment.",
    "Download our free app today.",
    "Already a subscriber?",
    "Log in to continue reading.",
    "To continue reading this article, create an account.",
    "Please enable JavaScript in your browser.",
    "Listen to this article.",
    "Read more at Harbour News.",
    "Advertisement.",
    "Story continues below advertisement.",
    "Folgen Sie uns auf Facebook.",
    "We use cookies to make this page better.",
    "This website uses cookies.",
    "Wir verwenden Cookies.",
    "This article is only available to our paying subscribers.",
    "You have read all of your free articles this month.",
    "© 2026 The Harbour Tide.",
    "Copyright 2026 Tide Media, a company of the North.",
    "All rights reserved.",
    "Alle Rechte vorbehalten.",
    "This material may not be published or rewritten.",
    "This article was originally published by The Tide.",
    "A version of this story appeared in print on page 4.",
    "Originally published on The Tide.",
    "(This story has not been edited by Tide staff.)",
    "(With inputs from agencies.)",
    "(With AP inputs.)",
    "(Reporting by Ann Example; Editing by Bo Sample.)",
    "Additional reporting by Ann Example.",
    "To contact the reporter on this story: Ann Example in Northport.",
    "Contact the editor at desk@tide.example.",
    "Got a tip?",
    "Read more here.",
    "Follow @thetide on X for more news.",
    "Join our WhatsApp group.",
    "All rights reserved (About Us).",
    "© 2026 Tide Media Limited or its affiliated companies.",
    "This story was published from a wire agency feed without modifications to the text.",
    "Writing by Ann Example in Northport, Bo Sample and Cy de Model; Editing by Di Draft.",
]

LINES = [
    "Advertisement",
    "ADVERTISEMENT",
    "Sponsored by Harbour Bank",
    "Newsletter",
    "Subscribe for Updates",
    "Sign in",
    "Your email address",
    "5 min read",
    "12 comments",
    "Share this article",
    "Share this with Messenger",
    "Share on Reddit",
    "Click to share on Tumblr (Opens in new window)",
    "Follow us on:",
    "Copyright © Tide Media",
    "Copy link",
    "Listen to this article (4 min)",
    "Read more",
    "Related: Ferry lines deny everything",
    "READ MORE: Ferry lines deny everything.",
    "Also read | Ferry lines deny everything",
    "Lesen Sie auch: Fähren bleiben im Hafen",
    "À lire aussi : les ferries restent au port",
    "Lee también: los transbordadores siguen en el puerto",
]

HEADINGS = [
    "Related stories",
    "RELATED NEWS:",
    "• Most Read",
    "Recommended for you",
    "You may also like",
    "Trending Now",
    "Trending in Ports",
    "Most Discussed",
    "Editor’s Picks",
    "Don’t miss",
    "More from The Tide",
    "In case you missed it",
    "Das könnte Sie auch interessieren",
    "Meistgelesene Artikel",
    "Sur le même sujet",
    "Les plus lus",
    "Noticias relacionadas",
    "Lo más leído",
]


@pytest.mark.parametrize("boilerplate", SENTENCES)
@pytest.mark.parametrize("between", [" ", "\n"])
def test_a_sentence_of_boilerplate_is_cut_and_the_article_around_it_stays(boilerplate: str, between: str) -> None:
    text = between.join((BEFORE, boilerplate, AFTER))
    assert without_boilerplate(text) == between.join((BEFORE, CUT * len(boilerplate), AFTER))


@pytest.mark.parametrize("boilerplate", SENTENCES + LINES + HEADINGS)
def test_boilerplate_is_known_without_an_article_too(boilerplate: str) -> None:
    assert without_boilerplate(boilerplate) == CUT * len(boilerplate)


@pytest.mark.parametrize("boilerplate", LINES)
def test_a_label_is_cut_where_it_is_a_line_of_its_own(boilerplate: str) -> None:
    assert without_boilerplate(f"{BEFORE}\n{boilerplate}\n{AFTER}") == f"{BEFORE}\n{CUT * len(boilerplate)}\n{AFTER}"


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_heading_takes_the_headlines_under_it_up_to_the_next_paragraph(heading: str) -> None:
    headlines = ["Ferry lines deny everything", "Who pays for the new pier?"]
    text = "\n".join([BEFORE, heading, *headlines, AFTER])
    assert kept(text) == [BEFORE, AFTER]


def test_a_line_that_announces_something_is_no_headline() -> None:
    assert kept(f"{BEFORE}\nMost read\nFerry lines deny everything\nThe ruling says:\n{AFTER}")[1:] == [
        "The ruling says:",
        AFTER,
    ]


def test_a_list_that_goes_on_and_on_is_no_list_of_links() -> None:
    lines = [f"Number {number} in the table" for number in range(40)]
    assert len(kept("\n".join(["Most read", *lines]))) == 40 - 15


def test_a_newsletter_box_is_cut_as_a_whole() -> None:
    box = [
        "Subscribe for Updates",
        "HarbourTrends Newsletter",
        "Everything that floats, every morning. A newsletter for captains and those who want to be, made for you.",
        "By subscribing you agree to receive mail from Tide Media and its friends. See the privacy policy.",
        "Subscribe",
        "Advertise with Us",
    ]
    assert kept("\n".join([BEFORE, *box, AFTER])) == [BEFORE, AFTER]


def test_the_article_goes_on_after_a_box_even_when_it_is_about_newsletters() -> None:
    text = "Sign up for our newsletter.\nThe newsletter’s owner was fined.\n“You can subscribe elsewhere,” she said."
    assert kept(text) == text.split("\n")[1:]


def test_a_line_that_goes_on_with_a_sentence_is_no_heading() -> None:
    text = "The board wants to hear\nmore from the lines\nand from those who\nread more\nthan the summary"
    assert without_boilerplate(text) == text


def test_on_a_single_line_a_button_that_runs_on_into_a_sentence_does_not_take_it_along() -> None:
    text = f"{BEFORE} Sign up for our newsletter Regulators in three ports opened a probe. {AFTER}"
    assert kept(text) == [text.replace("Sign up for our newsletter", "")]


AUTHORS = [
    "Ann Example is a senior maritime reporter at The Tide.",
    "Ann Example is The Tide’s ports correspondent. She previously covered rail. Follow her on X @ann.",
    "Ann Example covers ports for The Tide. Before joining it, she sailed.",
    "Bo Sample and Ann Example contributed to this report.",
]


@pytest.mark.parametrize("author", AUTHORS)
@pytest.mark.parametrize("between", [" ", "\n"])
def test_who_wrote_it_is_cut_at_the_end(author: str, between: str) -> None:
    assert without_boilerplate(f"{BEFORE} {AFTER}{between}{author}").rstrip(CUT + " \n") == f"{BEFORE} {AFTER}"


@pytest.mark.parametrize("author", AUTHORS[:3])
def test_a_reporter_in_the_news_stays(author: str) -> None:
    text = f"{BEFORE}\n{author.split('. ')[0]}.\n{AFTER}"
    assert without_boilerplate(text) == text


def test_authors_are_cut_before_the_small_print() -> None:
    text = f"{BEFORE}\n{AUTHORS[0]}\n© 2026 The Tide. All rights reserved."
    assert kept(text) == [BEFORE]


_PIECES = st.one_of(st.sampled_from([*SENTENCES, *LINES, *HEADINGS, *AUTHORS, BEFORE, AFTER]), st.text(max_size=20))
_TEXTS = st.lists(st.tuples(_PIECES, st.sampled_from([" ", "\n", ". ", "", "İ", "\n\n"])), max_size=12).map(
    lambda pieces: "".join(part for piece in pieces for part in piece)
)


@given(_TEXTS)
def test_all_places_stay_and_what_is_kept_is_as_it_was(text: str) -> None:
    cut = without_boilerplate(text)
    assert len(cut) == len(text)
    assert all(after in (CUT, before) for before, after in zip(text, cut, strict=True))


@given(_TEXTS.filter(lambda text: CUT not in text))
def test_a_second_time_cuts_nothing(text: str) -> None:
    once = without_boilerplate(text)
    assert without_boilerplate(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "Subscribe " * 2_000,
        "the " * 5_000,
        "A" * 20_000,
        "A. " * 7_000,
        "By signing up you " * 1_200,
        "." * 20_000,
        ".'" * 10_000,
        "- " * 10_000,
        "Ann Example is a " * 1_200,
        " ".join(["Ab"] * 7_000),
        "Related\n" * 100_000,
        "a\n" * 100_000,
        "Sign up\n" * 50_000,
        "Newsletter\nyou inbox\n" * 40_000,
    ],
    ids=lambda text: text[:12].strip(),
)
def test_no_text_is_slow(text: str) -> None:
    began = time.process_time()
    without_boilerplate(text)
    assert time.process_time() - began < 3


def test_the_example_in_the_docstring_is_true() -> None:
    assert doctest.testmod(stories.boilerplate).failed == 0


def kept(text: str) -> list[str]:
    """Return the lines of which something is left."""
    return [left for line in without_boilerplate(text).split("\n") if (left := line.replace(CUT, "").strip())]
