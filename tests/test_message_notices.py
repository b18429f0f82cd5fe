"""Notices that go out together: all of them are told or counted, and each repeat is marked."""

import re

import pytest

from alerts.card import NoticeCard
from alerts.gathering import digest_card, notice_card
from alerts.medium import Medium, Message
from alerts.message import capacity, rendered
from alerts.rendering_slack import LONGEST_SECTION, MOST_BLOCKS
from stories.store_cards import NoticeToTell
from tests.building import NOON
from tests.message_cards import Html, card, slack_texts


def notice(number: int, *, said: str = "the server answers 503. ", is_repeat: bool = False) -> NoticeCard:
    return NoticeCard(
        notice_id=number,
        title=f"a feed fails: Feed {number:03}",
        happened=f"feed https://host{number}.example.org/rss: {said * 20}",
        means="",
        to_do="Open it.",
        since=NOON,
        over_at=None,
        is_repeat=is_repeat,
    )


def told_of(kind: str, about: str = "chat", *, is_end: bool = False) -> NoticeCard:
    """Return the card of a notice as the archive has it."""
    sentence = f"channel {about} takes no messages since 22 Nov 2026, 06:00 UTC"
    kept = NoticeToTell(id=1, kind=kind, about=about, sentence=sentence, told_at=NOON, over_at=NOON if is_end else None)
    return notice_card(kept, is_end=is_end, is_repeat=False)


@pytest.mark.parametrize("medium", Medium)
def test_when_a_notice_was_told_is_not_taken_for_when_it_began(medium: Medium) -> None:
    whole = shown(rendered(told_of("channel"), medium))
    assert whole.count("ince ") == 1
    assert "Told 22 Nov 2026, 12:00 UTC; its end is told, too." in whole


@pytest.mark.parametrize("kind", ["canary", "dead", "restored", "digest"])
@pytest.mark.parametrize("medium", Medium)
def test_of_what_has_no_end_none_is_announced(kind: str, medium: Medium) -> None:
    assert "its end is told" not in shown(rendered(told_of(kind), medium))


@pytest.mark.parametrize("medium", Medium)
def test_a_canary_is_one_calm_line(medium: Medium) -> None:
    message = rendered(told_of("canary"), medium)
    assert message.title.replace("\\", "") == "[wirewatch] all is well (a test story): chat"
    assert len(message.body.strip().splitlines()) == 1
    assert not re.search("What it means|What to do|Told", shown(message))


@pytest.mark.parametrize("kind", ["channel", "dead", "late"])
def test_what_to_do_names_the_channel_it_is_about(kind: str) -> None:
    assert "NAME" not in told_of(kind).to_do and "chat" in told_of(kind).to_do
    assert "NAME" in told_of(kind, about="the desk`<!channel>").to_do


@pytest.mark.parametrize("medium", Medium)
def test_a_few_notices_in_one_message_say_each_what_it_means_and_what_to_do(medium: Medium) -> None:
    few = [told_of("channel", "one"), told_of("dead", "two")]
    whole = shown(rendered(digest_card([], few, is_planned=False), medium))
    assert (whole.count("What it means:"), whole.count("What to do:")) == (2, 2)
    assert re.search("wirewatch test-channel one\\b", whole)


def shown(message: Message) -> str:
    """Return what people read of a message, where it has the most looks."""
    if message.blocks is not None:
        return "\n".join(text["text"] for text in slack_texts(message))
    return Html(message.html).text if message.html else message.body


@pytest.mark.parametrize("number", [2, 15, capacity(Medium.SLACK)])
@pytest.mark.parametrize("medium", Medium)
def test_each_notice_of_a_group_is_told(medium: Medium, number: int) -> None:
    whole = shown(rendered(digest_card([], [notice(n) for n in range(number)], is_planned=False), medium))
    assert set(re.findall(r"Feed (\d+)", whole)) == {f"{n:03}" for n in range(number)}


def test_a_group_of_notices_keeps_within_what_slack_takes() -> None:
    told = [notice(n, said="<&>*") for n in range(capacity(Medium.SLACK))]
    message = rendered(digest_card([], told, is_planned=False), Medium.SLACK)
    assert message.blocks is not None and len(message.blocks) <= MOST_BLOCKS
    assert all(len(text["text"]) <= LONGEST_SECTION for text in slack_texts(message))


def test_notices_and_stories_for_which_slack_has_no_room_are_counted() -> None:
    told = [notice(n) for n in range(400)]  # more than ever go out at once
    message = rendered(digest_card([card()], told, is_planned=False), Medium.SLACK)
    whole = shown(message)
    counted = re.search(r"… and (\d+) more notices", whole)
    assert counted and int(counted[1]) + len(set(re.findall(r"Feed (\d+)", whole))) == 400
    assert "… and 1 more story" in whole
    assert message.blocks is not None and len(message.blocks) <= MOST_BLOCKS


@pytest.mark.parametrize("medium", Medium)
def test_each_possible_repeat_of_a_group_of_notices_is_marked_itself(medium: Medium) -> None:
    whole = shown(rendered(digest_card([], [notice(1), notice(2, is_repeat=True)], is_planned=False), medium))
    assert whole.count("(possible repeat)") == 1
    assert re.search(r"\(possible repeat\) a feed fails: Feed 002", whole.replace("\u200b", ""))
