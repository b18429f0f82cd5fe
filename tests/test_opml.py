"""Lists of feeds go in and out: nothing is lost, nothing is trusted, and what cannot be taken is told."""

import stat
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.settings import FeedSettings
from scheduler.config_parts import read_feed_file
from scheduler.feed_importing import ImportPlan, plan_import, tags_of
from scheduler.feed_writing import FeedFileError, replace_file, with_feeds, with_feeds_from, write_plainly, yaml_of
from scheduler.opml import MAX_BYTES, MAX_OUTLINES, OpmlError, read_opml, write_opml

HEAD = b'<?xml version="1.0"?><opml version="2.0"><head/><body>'
END = b"</body></opml>"


def plan(body: str, known: Sequence[FeedSettings] = ()) -> ImportPlan:
    outlines, _ = read_opml(HEAD + body.encode() + END)
    return plan_import(outlines, known)


def feed(name: str = "Example", address: str = "https://example.org/rss", **said: object) -> FeedSettings:
    return FeedSettings.model_validate({"name": name, "address": address, **said})


def in_file(content: bytes) -> tuple[FeedSettings, ...]:
    file = read_feed_file(Path("feeds.yaml"), content)
    assert (file.tree.faults, file.faults) == ([], ())
    return file.feeds


def test_folders_and_categories_become_tags_and_a_feed_in_two_folders_is_one() -> None:
    body = """
    <outline text="News / World"><outline title="Inner"><outline text="A" title="A paper" type="rss"
      xmlUrl="https://a.example/rss" language="de"/></outline></outline>
    <outline text="Law"><OUTLINE TEXT="Again" XMLURL="https://a.example/rss" category="/courts,eu"/></outline>
    """
    assert plan(body) == ImportPlan(
        new=(
            feed(
                "A paper", "https://a.example/rss", language="de", tags=["News World", "Inner", "Law", "courts", "eu"]
            ),
        ),
        known=1,
        refused=(),
    )


def test_b96_bad_outlines_are_told_with_their_reason_and_good_ones_kept() -> None:
    body = """
    <outline text="Local" xmlUrl="file:///etc/passwd"/><outline text="Script" xmlUrl="javascript:alert(1)"/>
    <outline text="Link" url="https://a.example/"/><outline/>
    <outline text="Password" xmlUrl="https://me:s3cr3t@a.example/rss"/>
    <outline text="Mine" xmlUrl="http://127.0.0.1/rss"/><outline text="Metadata" xmlUrl="http://169.254.169.254/"/>
    <outline text="../../x" xmlUrl="https://good.example/rss" language="no language"/>
    """
    made = plan(body)
    web = "expected an address that begins with http:// or https://"
    private = "write it into config.yaml by hand, with `allow_private: true`"
    assert made.refused == (
        f"outline 1 (Local): {web}",
        f"outline 2 (Script): {web}",
        "outline 3 (Link): it has no address (xmlUrl)",
        "outline 4 (without a title): it has no address (xmlUrl)",
        "outline 5 (Password): a feed's address must not carry a user name or password, because addresses are shown",
        f"outline 6 (Mine): it is on this machine; {private}",
        f"outline 7 (Metadata): it is in a private network; {private}",
    )
    assert made.new == (feed("../../x", "https://good.example/rss"),)  # a name leads nowhere


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "broken XML in line 1: no element found"),
        (b"{}", "broken XML in line 1: not well-formed"),
        (b"<rss/>", "its outermost element is rss, not opml"),
        (HEAD + b"\n<outline>" + END, "broken XML in line 2: mismatched tag"),
        (b'<!DOCTYPE opml [<!ENTITY a "b">]>' + HEAD[21:] + END, "it declares entities"),
        (b'<!DOCTYPE opml [<!ENTITY % a "b">]>' + HEAD[21:] + END, "it declares entities"),
        (
            b'<!DOCTYPE opml SYSTEM "file:///etc/passwd" [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + HEAD[21:],
            "entities",
        ),
        (b'<!DOCTYPE opml [<!ENTITY a "b">]>' + HEAD[21:] + END, "take out what begins with <!DOCTYPE"),
        (b'<?xml version="1.0" encoding="none-such"?><opml/>', "its characters cannot be read"),
        (b" " * (MAX_BYTES + 1), "longer than 20,000,000 bytes"),
    ],
    ids=[
        "empty",
        "json",
        "rss",
        "broken",
        "entity",
        "parameter entity",
        "external entity",
        "advice",
        "encoding",
        "long",
    ],
)
def test_b96_what_is_no_list_of_feeds_is_refused_in_one_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(OpmlError) as caught:
        read_opml(content)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@settings(max_examples=100, deadline=None)
@given(
    content=st.binary(max_size=200)
    | st.lists(
        st.sampled_from(["<opml>", "</opml>", "<outline", " xmlUrl='a:b'", " text='&amp;'", ">", "/>", "</outline>"])
    )
    .map("".join)
    .map(str.encode)
)
def test_b96_any_bytes_are_a_list_of_feeds_or_a_sentence(content: bytes) -> None:
    try:
        plan_import(read_opml(content)[0], ())
    except OpmlError as error:
        assert "\n" not in str(error)


def test_b96_a_billion_laughs_are_not_heard() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    began = time.process_time()
    with pytest.raises(OpmlError, match="entities"):
        read_opml(
            f'<!DOCTYPE opml [<!ENTITY l0 "ha">{laughs}]><opml><body><outline text="&l9;"/></body></opml>'.encode()
        )
    assert time.process_time() - began < 1


def test_b96_a_list_nested_ten_thousand_deep_is_read_with_the_innermost_folders_as_tags() -> None:
    deep = b"".join(b'<outline text="f%d">' % number for number in range(10_000))
    body = deep + b'<outline text="A" xmlUrl="https://a.example/rss"/>' + b"</outline>" * 10_000
    outlines, left_out = read_opml(HEAD + body + END)
    assert left_out == 0
    (only,) = plan_import(outlines, ()).new
    assert only.tags == tuple(f"f{number}" for number in range(9_990, 10_000))


def test_b96_of_a_hundred_thousand_outlines_as_many_are_taken_as_a_file_may_hold() -> None:
    body = b"".join(b'<outline text="Same" xmlUrl="https://a.example/%d"/>' % number for number in range(100_000))
    began = time.process_time()
    outlines, left_out = read_opml(HEAD + body + END)
    assert (len(outlines), left_out) == (MAX_OUTLINES, 100_000 - MAX_OUTLINES)
    made = plan_import(outlines[:3000], ())
    assert len({each.name for each in made.new}) == 3000
    assert time.process_time() - began < 10


def test_names_that_are_used_get_the_host_behind_them_and_then_a_number() -> None:
    body = "".join(f'<outline text="News" xmlUrl="https://www.a.example/{n}"/>' for n in range(3))
    names = [each.name for each in plan(body, [feed("NEWS", "https://b.example/")]).new]
    assert names == ["News (a.example)", "News (a.example, 2)", "News (a.example, 3)"]


def test_tags_are_words_that_a_configuration_takes() -> None:
    assert tags_of(["Tech / AI", "tech AI", "-", "", "a,b;c:d", "x" * 50, "Größe"]) == [
        "Tech AI",
        "a b c d",
        "x" * 40,
        "Größe",
    ]


NAMES = st.text(min_size=1, max_size=100).map(str.strip).filter(lambda name: name.isprintable() and name)
TAGS = st.from_regex(r"\A\w[\w.&+-]{0,10}\Z").filter(str.isprintable)


@settings(max_examples=30, deadline=None)
@given(
    feeds=st.lists(st.tuples(NAMES, st.lists(TAGS, max_size=3)), max_size=6, unique_by=lambda said: said[0].casefold()),
    indent=st.sampled_from(["", "  "]),
)
def test_whatever_feeds_are_called_they_come_back_from_yaml(feeds: list[tuple[str, list[str]]], indent: str) -> None:
    written = tuple(feed(name, f"https://a.example/{n}", tags=tags) for n, (name, tags) in enumerate(feeds))
    assert in_file(yaml_of(written, indent).encode()) == written


def test_what_goes_out_as_opml_comes_in_again() -> None:
    feeds = (
        feed("Plain & <simple>", "https://a.example/rss?a=1&b=2"),
        feed("Tagged", "https://b.example/rss", tags=["eu", "law and order"], language="en"),
        feed("Tagged, too", "https://c.example/rss", tags=["eu"]),
    )
    content = write_opml(feeds)
    outlines, _ = read_opml(content)
    assert plan_import(outlines, ()) == ImportPlan(new=feeds, known=0, refused=())
    assert plan_import(outlines, feeds) == ImportPlan(new=(), known=3, refused=())


def test_what_only_wirewatch_knows_of_a_feed_goes_out_and_comes_in_again() -> None:
    page = {"link": "//h2[@class='a & b']/a", "date": "time"}
    mine = feed(every="30m", alert_if_younger_than="2h", full_text="when-short", page=page, language="de", tags=["eu"])
    outlines, _ = read_opml(write_opml([mine]))
    (back,) = plan_import(outlines, ()).new
    assert back == mine
    assert in_file(yaml_of([back]).encode()) == (mine,)


def test_no_list_opens_a_network_or_lifts_the_floor_below_which_nobody_is_asked() -> None:
    own = "xmlns:w='urn:wirewatch:feeds' w:allow_private='true' w:headers='x' w:allow_insecure='true'"
    made = plan(
        f"<outline text='In' xmlUrl='http://10.0.0.1/' {own}/><outline text='Out' xmlUrl='https://a.example/' {own}/>"
        f"<outline text='Often' xmlUrl='https://b.example/' {own} w:every='1s'/>"
    )
    assert made.new == (feed("Out", "https://a.example/"),)
    assert [told.partition(": ")[2] for told in made.refused] == [
        "it is in a private network; write it into config.yaml by hand, with `allow_private: true`",
        "1s is too often for this server, the least is 5m",
    ]


def test_addresses_that_are_marked_as_feeds_are_asked_over_the_web() -> None:
    made = plan(
        "<outline text='A' xmlUrl='feed:https://a.example/rss'/><outline text='B' xmlUrl='feed://b.example/rss'/>"
        "<outline text='C' xmlUrl='FEED://http://c.example/rss'/><outline text='D' xmlUrl='https://a.example/rss'/>"
    )
    assert [each.address for each in made.new] == [
        "https://a.example/rss",
        "http://b.example/rss",
        "http://c.example/rss",
    ]
    assert made.known == 1


def test_no_secret_goes_out() -> None:
    secret = feed(headers={"Authorization": "s3cr3t"})
    assert "s3cr3t" not in write_opml([secret]).decode() + yaml_of([secret])


MINE = b"""\
# my feeds
- name: Mine   # the best
  address: https://mine.example/rss
  tags: [ a,b ]"""


@pytest.mark.parametrize("before", [b"", b"# none\n", MINE, MINE.replace(b"\n", b"\n  ").replace(b"# my feeds\n", b"")])
def test_new_feeds_stand_behind_what_is_there_which_stays_byte_for_byte(before: bytes) -> None:
    after, added = with_feeds(Path("feeds.yaml"), before, [feed()])
    assert added == 1
    assert after.startswith(before)
    assert in_file(after) == (*in_file(before), feed())


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        (b"[]\n", "cannot be added to: its feeds must stand one below the other"),
        (b"- {name: A}\n", "feeds.yaml line 1: `address` is missing; mend it first, nothing was changed"),
        (b"- name: A\n  address: https://a.example/\n...\n", "feeds must stand one below the other"),
    ],
)
def test_a_file_that_cannot_be_added_to_safely_is_not(before: bytes, sentence: str) -> None:
    with pytest.raises(FeedFileError, match=r"feeds\.yaml") as caught:
        with_feeds(Path("feeds.yaml"), before, [feed()])
    assert sentence in str(caught.value)


def test_no_more_is_written_than_can_be_read_again() -> None:
    feeds = [feed(f"Feed {number}", f"https://a.example/{number}/{'x' * 800}") for number in range(1500)]
    after, added = with_feeds(Path("feeds.yaml"), b"", feeds)
    assert len(after) <= 1_000_000
    assert 900 < added < 1500
    assert in_file(after) == tuple(feeds[:added])


def test_a_configuration_gets_the_line_that_takes_the_file_in_and_keeps_its_comments() -> None:
    before = b"# mine\nservice: {}  # as it is\nfeeds:\n  - {name: A, address: https://a.example/}"
    assert with_feeds_from(before, "my feeds.yaml") == (
        before + b"\n\n# More feeds, in a file of their own.\nfeeds_from: my feeds.yaml\n"
    )


@pytest.mark.parametrize("before", [b"{service: {}}", b"feeds_from: [a.yaml]\n", b"- a\n", b"feeds: &a []\n", b""])
def test_a_configuration_in_which_the_line_would_not_be_safe_is_left_alone(before: bytes) -> None:
    assert with_feeds_from(before, "feeds.yaml") is None


def test_a_file_is_replaced_whole_with_its_mode_and_a_link_to_it_stays_one(tmp_path: Path) -> None:
    real, link = tmp_path / "real.yaml", tmp_path / "link.yaml"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link.symlink_to(real)
    replace_file(link, b"new", before=b"old")
    assert link.is_symlink()
    assert (real.read_bytes(), stat.S_IMODE(real.stat().st_mode)) == (b"new", 0o640)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.yaml", "real.yaml"]


def test_a_file_that_somebody_saved_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_bytes(b"newer")
    with pytest.raises(FeedFileError, match="changed meanwhile"):
        replace_file(path, b"mine", before=b"old")
    with pytest.raises(FeedFileError, match="changed meanwhile"):
        replace_file(path, b"mine", before=None)
    assert [each.name for each in tmp_path.iterdir()] == ["feeds.yaml"]
    assert path.read_bytes() == b"newer"


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "folder", "link", "nowhere/out.opml"])
def test_b97_a_name_that_is_no_plain_file_is_not_written_to(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "precious").write_bytes(b"kept")
    (tmp_path / "link").symlink_to("precious")
    with pytest.raises(FeedFileError) as caught:
        write_plainly(tmp_path / name, b"new")
    assert "\n" not in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "link", "precious"]
    assert (tmp_path / "precious").read_bytes() == b"kept"


def test_b97_a_name_means_nothing_but_a_file_in_its_folder(tmp_path: Path) -> None:
    write_plainly(tmp_path / "CON", b"one")
    write_plainly(tmp_path / "CON", b"two")
    assert (tmp_path / "CON").read_bytes() == b"two"
