"""Notices that go out together: all of them are told or counted, and each repeat is marked."""

import re

import pytest

from alerts.card import NoticeCard
from alerts.gathering import digest_card
from alerts.medium import Medium, Message
from alerts.message import capacity, rendered
from alerts.rendering_slack import LONGEST_SECTION, MOST_BLOCKS
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
