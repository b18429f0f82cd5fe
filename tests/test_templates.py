"""Templates: named fields, checked when they are loaded, and nothing that could be run (B92, B93)."""

import pytest
from pydantic import ValidationError

from alerts.medium import Medium
from alerts.message import rendered
from alerts.templates import FIELDS, TemplateSettings, filled, template_for
from tests.message_cards import Html, card, slack_texts

NOTHING = dict.fromkeys(FIELDS, "")


@pytest.mark.parametrize(
    "written",
    [
        "{{ ''.__class__.__mro__ }}",
        "{% for x in range(10**9) %}{% endfor %}",
        "{{ 'a'*10**9 }}",
        "{{ config }}",
        "%(title)s",
        "{0.__class__}",
        "$title.__class__ and $nobody",
        "${title!r}",
        "${title:>1000000000}",
        "costs 5 $",
        "$",
        "",
    ],
)
def test_b92_only_known_fields_are_taken(written: str) -> None:
    with pytest.raises(ValidationError):
        TemplateSettings(body=written)


def test_b92_what_is_no_field_is_text() -> None:
    template = TemplateSettings(title="$title {{7*7}} %s $$5 ${topic}.__class__")
    assert rendered(card("Case"), Medium.TEXT, template).title == "Case {{7*7}} %s $5 Antitrust.__class__"


@pytest.mark.parametrize("medium", Medium)
def test_b93_what_a_field_says_is_no_template(medium: Medium) -> None:
    written = "${link} $title {{7*7}} %s {0}"
    message = rendered(card(written), medium, TemplateSettings(title="$title", body="$title: $why"))
    shown = message.body
    if message.html:
        shown = Html(message.html).text
    if message.blocks:
        shown = slack_texts(message)[1]["text"]
    plain = str.maketrans("", "", "\\\u200b")
    assert message.title.translate(plain) == written
    assert f"{written}: topic" in shown.translate(plain)


def test_a_field_makes_no_mention_with_what_stands_before_it() -> None:
    template = TemplateSettings(body="@$outlet <!$outlet> https://$title/x [a]($title)")
    body = rendered(card("evil.example", outlet="everyone"), Medium.TEXT, template).body
    for call in ("@everyone", "<!everyone", "//evil", "](evil"):
        assert call not in body


def test_lines_of_which_all_fields_are_empty_are_left_out() -> None:
    values = {**NOTHING, "title": "A case"}
    assert filled("$title\nStage: $stage\n\nFixed line\n$before $update", values) == "A case\n\nFixed line"


def test_a_template_of_which_nothing_is_left_is_the_usual_message() -> None:
    told = card("A case")
    assert rendered(told, Medium.TEXT, TemplateSettings(title="$before")).title == "[Antitrust] A case"
    repeated = rendered(card("A case", is_repeat=True), Medium.TEXT, TemplateSettings(title="$before"))
    assert repeated.title == "(possible repeat) [Antitrust] A case"
    assert rendered(told, Medium.TEXT, TemplateSettings(body="$before")).body == rendered(told, Medium.TEXT).body


def test_the_first_topic_that_has_a_template_goes_before_the_channel() -> None:
    channel, topic = TemplateSettings(title="c $title", body="c $title"), TemplateSettings(title="t $title")
    assert template_for(["A", "B"], {"B": topic}, channel) == TemplateSettings(title="t $title", body="c $title")
    assert template_for(["A"], {"B": topic}, channel) == channel
    assert template_for(["B"], {"B": topic}, None) == topic
    assert template_for(["A"], {}, None) is None


def test_a_template_keeps_the_mark_of_a_possible_repeat() -> None:
    told = card(is_repeat=True)
    for medium in Medium:
        message = rendered(told, medium, TemplateSettings(title="$title", body="$link"))
        shown = (
            message.html or "".join(text["text"] for text in slack_texts(message)) if message.blocks else message.body
        )
        assert message.title.startswith("(possible repeat) ")
        assert "ossible repeat: an earlier try may have reached you" in shown


def test_what_is_written_between_fields_is_text_in_html() -> None:
    page = rendered(card(), Medium.EMAIL, TemplateSettings(body="<b>$title</b>\nsecond\n\nthird & $link")).html or ""
    assert "<p>&lt;b&gt;Office opens case&lt;/b&gt;<br>\nsecond</p>" in page
    assert "<p>third &amp; <a href=" in page


def test_a_bracket_of_a_template_parts_nothing_but_where_it_may_make_a_link() -> None:
    values = dict.fromkeys(FIELDS, "x")
    assert filled("($story_id) at ($link)", values) == "(x) at (x)"
    for live in ("[$title]($link)", "$title($link)", "${title}($link)", "$title[a]($link)"):
        assert "(\u200bx)" in filled(live, values)
