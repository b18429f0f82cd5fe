"""Whatever the news say: nothing of it is live in any medium but our one link, and each medium's limits hold."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import markdown as python_markdown  # as Apprise does, for channels that want HTML
from markdown_it import MarkdownIt

from alerts.card import StoryCard
from alerts.facts import Link
from alerts.gathering import digest_card
from alerts.medium import Medium, Message
from alerts.message import MAX_TITLE, capacity, rendered
from alerts.rendering_slack import LONGEST_SECTION, MOST_BLOCKS
from alerts.templates import TemplateSettings
from tests.message_cards import TRICKS, URL, Html, card, slack_links, slack_texts, texts

CALLS = ("@everyone", "@here", "@channel", "<!", "<@", "<#", "!channel", "@someone")
OURS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "div",
    "p",
    "h1",
    "h2",
    "h3",
    "a",
    "b",
    "code",
    "ul",
    "li",
    "br",
}
OURS_IN_MARKDOWN = {"p", "a", "strong", "em", "br"}
TEMPLATE = TemplateSettings(
    title="$topic: $title", body="$title by $outlet\n\n$snippet $why $update $before $story\n$link"
)

cards = st.builds(
    card, texts, said=texts, outlet=texts, is_update=st.booleans(), is_repeat=st.booleans(), marks=st.tuples(
        st.integers(0, 20), st.integers(20, 60)
    )
)  # fmt: skip


def says_nothing_live(text: str) -> bool:
    """Whether a text without markup calls nobody, and has no address but ours."""
    text = re.sub(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+", "a mail address", text)
    links = re.findall(r"(?:https?|javascript)://\S+|\b(?:mailto|tel):|www\.\w+", text)
    return not any(call in text for call in CALLS) and set(links) <= {URL}


def units(text: str) -> int:
    """Return how long a text is as JavaScript counts: an emoji is two."""
    return len(text.encode("utf-16-le")) // 2


@settings(deadline=None)
@given(cards, st.sampled_from([None, TEMPLATE]))
def test_any_news_is_text_and_our_link_is_the_only_one(told: StoryCard, template: TemplateSettings | None) -> None:
    message = rendered(told, Medium.TEXT, template)
    assert 0 < len(message.title) <= MAX_TITLE
    assert message.title.encode() and message.body.encode()
    assert len(message.title.splitlines()) == 1
    assert says_nothing_live(message.title)
    assert says_nothing_live(message.body)
    assert message.body.count(URL) == 1


@settings(deadline=None)
@given(cards, st.sampled_from([None, TEMPLATE]))
def test_any_news_is_a_message_that_slack_takes_and_one_link_in_it(
    told: StoryCard, template: TemplateSettings | None
) -> None:
    message = rendered(told, Medium.SLACK, template)
    assert slack_links(message) == [URL]
    assert message.blocks is not None and len(message.blocks) <= MOST_BLOCKS
    for text in slack_texts(message):
        assert 0 < units(text["text"]) <= (150 if text["type"] == "plain_text" else LONGEST_SECTION)
        assert not any(call in text["text"] for call in CALLS)
        assert text.get("verbatim") or text.get("emoji") is False


@settings(deadline=None)
@given(cards, st.sampled_from([None, TEMPLATE]))
def test_any_news_is_a_page_that_loads_nothing_and_has_one_link(
    told: StoryCard, template: TemplateSettings | None
) -> None:
    message = rendered(told, Medium.EMAIL, template)
    page = Html(message.html or "")
    assert page.links == [URL]
    assert page.tags <= OURS
    assert page.attributes <= {"lang", "dir", "charset", "name", "content", "class", "style", "href"}
    assert says_nothing_live(page.text)
    assert (message.html or "").encode()


@settings(max_examples=40, deadline=None)  # two parsers take their time
@given(cards, st.sampled_from([None, TEMPLATE]))
def test_any_news_is_markdown_with_one_link_in_every_dialect(
    told: StoryCard, template: TemplateSettings | None
) -> None:
    message = rendered(told, Medium.MARKDOWN, template)
    whole = f"**{message.title}**\n\n{message.body}"
    assert len(message.title) <= MAX_TITLE
    assert not any(call in whole for call in CALLS)
    strict = MarkdownIt("commonmark")
    for page in (Html(strict.render(whole)), Html(python_markdown(whole))):
        assert page.links == [URL]
        assert page.tags <= OURS_IN_MARKDOWN
        assert says_nothing_live(page.text)


@pytest.mark.parametrize("medium", Medium)
@settings(max_examples=20, deadline=None)
@given(st.lists(cards, min_size=1, max_size=6))
def test_any_news_in_a_digest_has_one_link_for_each_story(medium: Medium, told: list[StoryCard]) -> None:
    message = rendered(digest_card([told[0], *told], [], is_planned=True), medium)
    if medium is Medium.SLACK:
        assert slack_links(message) == [URL]  # one story: all cards are of it
        assert all(len(text["text"]) <= LONGEST_SECTION for text in slack_texts(message))
    elif medium is Medium.EMAIL:
        assert Html(message.html or "").links == [URL]
    elif medium is Medium.MARKDOWN:
        assert Html(python_markdown(message.body)).links == [URL]
    assert message.body.count(URL) == 1
    assert message.title.encode() and message.body.encode()


@pytest.mark.parametrize("written", TRICKS)
@pytest.mark.parametrize("medium", [Medium.TEXT, Medium.SLACK, Medium.EMAIL])
def test_b66_and_b93_what_looks_like_markup_is_still_read_as_it_was_written(medium: Medium, written: str) -> None:
    message = rendered(card(f"Look: {written} there"), medium)
    shown = message.title
    if medium is Medium.EMAIL:
        shown = Html(message.html or "").text
    assert f"Look: {written} there".replace("  ", " ") in shown.replace("\u200b", "")


def largest_digest(story: str) -> list[StoryCard]:
    return [
        card(f"{story} {n}", story_id=n, topics=[f"Topic {n % 60}"], link=f"https://news.example.org/{n}/{'x' * 60}")
        for n in range(capacity(Medium.SLACK))
    ]


def test_a_header_of_emoji_has_room_in_slack() -> None:
    header, section = slack_texts(rendered(card("🦊" * 200, said="🦊" * 2000), Medium.SLACK))[:2]
    assert 148 <= units(header["text"]) <= 150
    assert units(section["text"]) <= LONGEST_SECTION


def test_the_largest_digest_has_room_in_slack() -> None:
    message = rendered(digest_card(largest_digest("Story"), [], is_planned=True), Medium.SLACK)
    assert message.blocks is not None and len(message.blocks) <= MOST_BLOCKS
    assert len(slack_links(message)) == 100


@pytest.mark.parametrize("medium", [Medium.SLACK, Medium.TEXT, Medium.MARKDOWN])
def test_what_has_no_room_in_a_digest_is_counted_with_where_to_read_it(medium: Medium) -> None:
    message = rendered(digest_card(largest_digest("<&>" * 2000), [], is_planned=True), medium)
    whole = slack_texts(message)[-1]["text"] if medium is Medium.SLACK else message.body
    counted = re.search(r"… and (\d+) more stories .* `wirewatch alerts`", whole)
    shown = len(slack_links(message)) if medium is Medium.SLACK else message.body.count("https://news.example.org/")
    assert (int(counted[1]) if counted else 0) + shown == 100
    assert len(message.body.encode()) <= {Medium.TEXT: 11_400, Medium.MARKDOWN: 5_700}.get(medium, 50_000)


@pytest.mark.parametrize("length", [900, 2200, 3000])
def test_a_story_with_a_long_link_keeps_its_headline_in_slack(length: int) -> None:
    told = [
        card("A&B*" * 40, link=f"https://news.example.org/?{'&k=v' * (length // 4)}", said="*&" * 400),
        card("Another", story_id=2),
        card("C" * 200, story_id=3, link=f"https://news.example.org/{'a' * length}"),
    ]
    shown = slack_texts(rendered(digest_card(told, [], is_planned=True), Medium.SLACK))
    whole = "".join(text["text"] for text in shown).replace("\u200b", "")
    assert all(units(text["text"]) <= LONGEST_SECTION for text in shown)
    assert all(words in whole for words in ("A&amp;B*A&amp;B*", "Another", "CCCCCCCCCC"))
    for one in told:
        single = rendered(one, Medium.SLACK)
        said = "".join(text["text"] for text in slack_texts(single))
        assert len(slack_links(single)) + len(re.findall(r"\(link too long\)|\(no safe link\)", said)) == 1
        assert bool(slack_links(single)) == (length < 1000 or one is told[1])
        assert all(units(text["text"]) <= LONGEST_SECTION for text in slack_texts(single))


def test_a_template_longer_than_slack_takes_is_cut() -> None:
    template = TemplateSettings(body="$title\n" + "words " * 660)
    texts = slack_texts(rendered(card(), Medium.SLACK, template))
    assert "Office opens case" in texts[1]["text"]
    assert units(texts[1]["text"]) <= LONGEST_SECTION


def test_a_name_between_colons_is_no_picture_in_slack() -> None:
    told = [card("Look :rage: and :flag-de:", said="An antitrust case :+1:"), card(":smile:", story_id=2)]
    for message in (rendered(told[0], Medium.SLACK), rendered(digest_card(told, [], is_planned=True), Medium.SLACK)):
        live = [text for text in slack_texts(message) if text.get("emoji") is not False]
        assert live and not [text for text in live if re.search(r":[\w+'-]+:", text["text"])]


def test_a_long_digest_begins_with_its_topics() -> None:
    page = rendered(digest_card(largest_digest("Story")[:12], [], is_planned=True), Medium.EMAIL)
    assert 'href="#topic-1"' in (page.html or "")
    assert "Topic 1: 1 story" in page.body


def test_each_possible_repeat_of_a_digest_is_marked_itself() -> None:
    told = [card("One", story_id=1), card("Two", story_id=2, is_repeat=True, link="https://news.example.org/2")]
    for medium in Medium:
        message = rendered(digest_card(told, [], is_planned=True), medium)
        blocks = "".join(text["text"] for text in slack_texts(message)) if message.blocks else ""
        for whole in filter(None, (message.body, message.html, blocks)):
            assert whole.count("(possible repeat)") == 1
            assert re.search(r"\(possible repeat\) Two", whole)


@pytest.mark.parametrize("title", ["", "\u200b\u202e", "\u3164\u3164", "\u2800"])
@pytest.mark.parametrize("medium", Medium)
def test_b75_a_story_without_title_text_or_link_is_told_all_the_same(medium: Medium, title: str) -> None:
    message = rendered(card(title, said="", outlet=None, link=None), medium)
    shown = message.html or "".join(text["text"] for text in slack_texts(message)) if message.blocks else message.body
    assert "(untitled)" in message.title.replace("\\", "")
    assert "no safe link" in shown


def test_b74_a_host_in_other_letters_is_shown_with_its_true_form() -> None:
    told = card(link="https://xn--pple-43d.com/1", outlet="аpple.com")
    for medium in Medium:
        message = rendered(told, medium)
        blocks = "".join(text["text"] for text in slack_texts(message)) if message.blocks else ""
        for whole in filter(None, (message.body, message.html, blocks)):
            assert "xn--pple-43d.com/1" in whole
            assert "аpple.com" in whole.replace("\u200b", "")


def test_b64_secrets_in_a_link_are_left_out() -> None:
    told = card(link="https://me:word@news.example.org/a?id=1&token=abc&api_key=k&sig=s")
    body = rendered(told, Medium.TEXT).body
    assert "https://news.example.org/a?id=1&sig=s" in body
    assert "word" not in body and "abc" not in body


def test_b76_a_title_is_cut_between_what_people_see_as_characters() -> None:
    for sign in ("👩🏽‍🚒", "🇩🇪", "ก\u0e33", "e\u0301", "각"):
        for length in range(120, 140):
            title = rendered(card("x" * length + sign * 30), Medium.TEXT).title
            assert title.endswith("…")
            assert not title.removesuffix("…").endswith(("\u1112", "\u1161", "e"))
            flags = sum("\U0001f1e6" <= char <= "\U0001f1ff" for char in title)
            assert flags % 2 == 0


def test_b73_what_cannot_be_seen_is_gone_and_marks_are_few() -> None:
    message = rendered(card("an\u202etit\u200brust \U000e0041case e" + "\u0301" * 1000), Medium.TEXT)
    assert message.title == "[Antitrust] antitrust case e" + "\u0301" * 4


def test_b71_a_long_title_is_cut_to_150() -> None:
    title = rendered(card("word " * 1000), Medium.EMAIL).title
    assert title.endswith("…")
    assert len(title) == 150


def test_other_outlets_of_a_story_are_links_of_their_own() -> None:
    links = [Link(outlet="Circuit", url="https://circuit.example/1"), Link(outlet="Bad", url="javascript:x")]
    message = rendered(card(links=links), Medium.SLACK)
    assert slack_links(message) == [URL, "https://circuit.example/1"]
    assert Html(rendered(card(links=links), Medium.EMAIL).html or "").links == [URL, "https://circuit.example/1"]


def test_a_mail_says_the_same_in_text_and_html_and_all_of_a_story_are_one_thread() -> None:
    first, second = (rendered(told, Medium.EMAIL) for told in (card(), card("Another", is_update=True)))
    assert first.thread == second.thread == "story-1"
    for said in ("Office opens case", "An antitrust case.", "topic “Antitrust”: “antitrust” in the summary"):
        assert said in first.body.replace("*", "") or said in first.title
        assert said in Html(first.html or "").text


def test_a_page_is_made_for_the_dark_and_the_phone() -> None:
    page = rendered(card(), Medium.EMAIL).html or ""
    for needed in (
        "prefers-color-scheme: dark",
        'name="color-scheme" content="light dark"',
        "max-width:600px",
        "viewport",
    ):
        assert needed in page
    assert not re.search(r"url\(|@import|<img|<script|<link|src=", page)


def messages_of(told: StoryCard) -> list[Message]:
    return [rendered(told, medium) for medium in Medium]


def test_the_words_that_told_are_bold() -> None:
    text, markdown, slack, mail = messages_of(card())
    assert "*antitrust*" in text.body
    assert "**antitrust**" in markdown.body
    assert "\u200b*antitrust*\u200b" in slack_texts(slack)[1]["text"]
    assert "<b>antitrust</b>" in (mail.html or "")


@pytest.mark.parametrize("medium", Medium)
def test_a_digest_of_a_few_stories_says_of_each_what_was_found_and_a_long_one_does_not(medium: Medium) -> None:
    def shown(stories: int) -> str:
        cards = [card(f"Case {number}", said="An antitrust case.", story_id=number) for number in range(stories)]
        message = rendered(digest_card(cards, [], is_planned=True), medium)
        if message.blocks is not None:
            return "".join(text["text"] for text in slack_texts(message))
        return message.html or message.body

    assert re.sub(r"[\u200b*\\]|</?b>", "", shown(8)).count("“An antitrust case.”") == 8
    assert "case.”" not in shown(9)
    assert "News from 22 Nov 2026" in shown(8)
