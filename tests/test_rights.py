"""What was set for a feed goes where its own server is, on a redirect and after a move alike: B59, M11."""

from datetime import timedelta
from types import MappingProxyType

import pytest
from pydantic import SecretStr

from alerts.matching import TopicIndex
from alerts.stages import StageIndex
from crawler.guard import target_of
from crawler.poll import PollRequest
from crawler.rights import moved, rights_to
from crawler.settings import FeedSettings
from scheduler.crawling import request_for
from scheduler.watch import Watch
from tests.polling import NOW, feed

SECRET = (("Authorization", "s3cr3t"),)


@pytest.mark.parametrize(
    ("configured", "address", "keeps_headers", "keeps_host"),
    [
        ("https://h.example/1", "https://h.example/2", True, True),
        ("http://h.example/1", "https://h.example/1", True, True),
        ("https://h.example/1", "https://h.example:8443/1", False, True),
        ("https://h.example/1", "http://h.example/1", False, True),
        ("https://h.example/1", "http://h.example:8080/1", False, True),
        ("http://h.example:8080/1", "https://h.example/1", True, True),
        ("https://h.example/1", "https://www.h.example/1", False, False),
        ("https://h.example/1", "https://h.example:22/1", False, False),
    ],
)
def test_a_remembered_move_leaves_a_feed_the_rights_that_a_redirect_leaves_it(
    configured: str, address: str, keeps_headers: bool, keeps_host: bool
) -> None:
    request = PollRequest(
        feed_id=1, address=configured, name="F", headers=SECRET, allow_private=True, allow_insecure=True
    )
    after = moved(request, address)
    assert after.address == address
    assert after.headers == (SECRET if keeps_headers else ())
    assert (after.allow_private, after.allow_insecure) == (keeps_host, keeps_host)
    if ":22/" not in address:
        assert rights_to(request).headers_for(target_of(address)) == after.headers


def test_a_secret_header_is_not_sent_to_another_port_that_a_feed_moved_to() -> None:
    settings = FeedSettings(
        address="https://h.example/1", name="F", headers={"Authorization": SecretStr("s3cr3t")}, allow_insecure=True
    )
    watch = Watch(
        feeds=MappingProxyType({settings.address: settings}),
        topics=TopicIndex([]),
        stages=StageIndex([]),
        topic_of={},
        alert_if_younger_than=timedelta(hours=24),
    )
    state = feed(address=settings.address, moved_to="https://h.example:8443/1")
    request = request_for(state, watch, now=NOW)
    assert (request.address, request.headers, request.allow_insecure) == (state.moved_to, (), True)
