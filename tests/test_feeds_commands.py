"""`wirewatch feeds`: what is watched, what could be, and lists of it coming in and going out."""

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scheduler.cli import wirewatch as commands
from scheduler.config import load_config, settings_of
from tests.certificates import Authority
from tests.command_line import Run, in_folder, on_a_terminal
from tests.feed_server import FeedServer, answer, running_feed_server
from tests.raw_server import running_raw_server

Here = Callable[..., Result]

CONFIG = """\
# This comment stays.
feeds:
  - name: The Example   # and this one
    address: https://example.org/rss
    tags: [press, EU]
    every: 30m
  - {name: Court, address: https://court.example/atom, tags: [law], headers: {X-Key: "${KEY}"}}
topics:
  - {name: Antitrust, keywords: [antitrust], channels: [slack]}
channels:
  slack: {url: "${NOBODY_SET_THIS}"}
"""
OPML = """<?xml version="1.0"?><opml version="1.0"><body>
<outline text="Papers"><outline text="The Example" xmlUrl="https://example.org/rss"/>
<outline text="Gazette" xmlUrl="https://gazette.example/feed"/></outline>
<outline text="Local" xmlUrl="file:///etc/passwd"/></body></opml>"""

ITEM = (
    "<item><title>Hello &lt;b&gt;&#155;31m {name}</title><link>https://{name}.example/1</link>"
    "<pubDate>Mon, 23 Nov 2026 01:00:00 GMT</pubDate><description>What it is about</description></item>"
)


def rss(name: str) -> bytes:
    item = ITEM.format(name=name)
    return answer(f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{item}</channel></rss>'.encode())


@pytest.fixture
def wirewatch(tmp_path: Path) -> Run:
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return in_folder(tmp_path)


@pytest.fixture
def here(wirewatch: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Here:
    """Return what runs a command in the same folder and in this process, for those that ask nobody."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WIREWATCH_CONFIG", raising=False)
    return lambda *words, **environment: CliRunner(env=environment).invoke(commands, words)


@pytest.fixture(scope="module")
def site() -> Iterator[FeedServer]:
    """A site with a page, a robots.txt, and feeds; everything else is not found."""
    with running_feed_server() as server:
        for path in ("feed.xml", "atom.xml", "rss", "index.xml", "feed.json", "feeds/posts/default"):
            server.serve(f"/{path}", answer(b"nothing here", status=404))
        for path in ("news-sitemap.xml", "sitemap-news.xml"):
            server.serve(f"/{path}", answer(status=410))
        inside = server.address("/inside.xml", host="127.0.0.2")  # of another host than the one that is opened
        page = (
            b"<!doctype html><title>News</title><link rel=alternate type='application/rss+xml' href='/top.xml'>"
            b"<link rel=alternate type='application/rss+xml' href='%s'>"
            % inside.encode()
            + b"<div><h2><a href='/a1'>One</a></h2><time datetime='2026-11-22T10:00Z'>x</time></div>"
            b"<div><h2><a href='/a2'>Two</a></h2><time datetime='2026-11-21T10:00Z'>x</time></div>"
        )
        server.serve("/", answer(page, headers={"Content-Type": "text/html"}))
        server.serve("/robots.txt", answer(b"User-agent: *\nDisallow: /private\nSitemap: /map.xml\n"))
        server.serve("/map.xml", answer(b"<urlset><url><loc>https://a.example/</loc></url></urlset>"))
        server.serve("/top.xml", rss("top"))
        server.serve("/feed", rss("top"))
        server.serve("/rss.xml", rss("other"))
        yield server


def test_feeds_are_listed_by_tag_without_any_secret(here: Here) -> None:
    listed = here("feeds", "list")
    assert listed.stdout.splitlines() == [
        "The Example",
        "  https://example.org/rss",
        "  every 30m · not asked yet · press, EU",
        "",
        "Court",
        "  https://court.example/atom",
        "  by its rhythm · not asked yet · law",
    ]
    (court,) = json.loads(here("feeds", "list", "--tag", "LAW", "--format", "json").stdout)
    assert (court["name"], court["headers"], court["state"]) == ("Court", ["X-Key"], "not asked yet")


@pytest.mark.parametrize("words", [("list",), ("export", "--output", "z.opml"), ("list", "--tag", "law")])
def test_a_tag_that_no_feed_has_is_a_wrong_call_and_those_that_there_are_are_named(
    here: Here, tmp_path: Path, words: tuple[str, ...]
) -> None:
    nothing = here("feeds", *words, "--tag", "nope")
    assert (nothing.stdout, nothing.exit_code) == ("", 2)
    assert "no feed has the tag `nope`; there are: press, EU, law\n" in nothing.stderr
    assert not (tmp_path / "z.opml").exists()


def test_an_address_stays_in_one_piece_on_a_narrow_terminal(tmp_path: Path) -> None:
    address = f"https://example.org/{'long/' * 40}rss"
    (tmp_path / "config.yaml").write_text(f"feeds:\n  - {{name: Long, address: '{address}'}}\n", encoding="utf-8")
    code, shown = on_a_terminal(tmp_path, "feeds", "list", columns=40)
    assert (code, shown.count("\n")) == (0, 3)
    assert address in shown


def test_an_import_adds_what_is_new_tells_what_is_bad_and_a_second_one_adds_nothing(here: Here, tmp_path: Path) -> None:
    (tmp_path / "mine.opml").write_text(OPML, encoding="utf-8")
    config, feeds = tmp_path / "config.yaml", tmp_path / "feeds.yaml"
    config.chmod(0o600)

    tried = here("feeds", "import", "mine.opml", "--dry-run")
    assert tried.stdout == "1 feeds would be added to feeds.yaml, 1 already known, 1 refused.\n"
    assert not feeds.exists()

    first = here("feeds", "import", "mine.opml")
    assert first.exit_code == 1
    assert first.stdout == (
        "1 feeds added to feeds.yaml, 1 already known, 1 refused.\n"
        "config.yaml takes it in now: its last line is `feeds_from: feeds.yaml`.\n"
    )
    assert first.stderr == ("mine.opml outline 4 (Local): expected an address that begins with http:// or https://\n")
    assert config.read_text("utf-8").startswith(CONFIG)
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    added = settings_of(config).feeds[-1]
    assert (added.name, added.address, added.tags) == ("Gazette", "https://gazette.example/feed", ("Papers",))

    before = config.read_bytes(), feeds.read_bytes()
    again = here("feeds", "import", "mine.opml")
    assert again.stdout == "0 feeds added to feeds.yaml, 2 already known, 1 refused.\n"
    assert (config.read_bytes(), feeds.read_bytes()) == before


def test_an_import_that_brings_nothing_leaves_the_configuration_as_it_is(here: Here, tmp_path: Path) -> None:
    (tmp_path / "mine.opml").write_text(OPML.replace("https://gazette.example/feed", "http://127.0.0.1/"), "utf-8")
    (tmp_path / "feeds.yaml").write_text("# nothing yet\n", encoding="utf-8")
    nothing = here("feeds", "import", "mine.opml")
    assert nothing.stdout == "0 feeds added to feeds.yaml, 1 already known, 2 refused.\n"
    assert "write it into config.yaml by hand, with `allow_private: true`\n" in nothing.stderr
    assert (tmp_path / "config.yaml").read_text("utf-8") == CONFIG


def test_what_cannot_be_taken_in_changes_nothing_and_is_told_in_one_sentence(here: Here, tmp_path: Path) -> None:
    (tmp_path / "bomb.opml").write_text('<!DOCTYPE o [<!ENTITY a "b">]><opml/>', encoding="utf-8")
    bomb = here("feeds", "import", "bomb.opml")
    assert (bomb.exit_code, bomb.stderr.count("\n")) == (1, 1)
    assert "bomb.opml: it declares entities" in bomb.stderr

    (tmp_path / "mine.opml").write_text(OPML, encoding="utf-8")
    (tmp_path / "list.yaml").write_text("[]\n", encoding="utf-8")
    flow = here("feeds", "import", "mine.opml", "--to", "list.yaml")
    assert (flow.exit_code, flow.stderr.count("\n")) == (1, 1)
    assert "list.yaml cannot be added to" in flow.stderr
    assert (tmp_path / "list.yaml").read_text("utf-8") == "[]\n"
    assert (tmp_path / "config.yaml").read_text("utf-8") == CONFIG


def test_what_is_exported_can_be_imported_by_another(here: Here, tmp_path: Path) -> None:
    written = here("feeds", "export", "--output", "out.opml")
    assert written.exit_code == 0
    assert written.stderr == "2 feeds written to out.opml\nleft out: Court (headers)\n"
    other = tmp_path / "other"
    other.mkdir()
    (other / "config.yaml").write_text("topics: []\n", encoding="utf-8")
    assert here("feeds", "import", "out.opml", "--config", "other/config.yaml").exit_code == 0
    theirs = load_config(other / "config.yaml", {}).feeds
    mine = load_config(tmp_path / "config.yaml", {"KEY": "s3cr3t", "NOBODY_SET_THIS": "console://"}).feeds
    assert theirs == tuple(feed.model_copy(update={"headers": {}}) for feed in mine)
    assert "s3cr3t" not in (tmp_path / "out.opml").read_text("utf-8")
    (court,) = json.loads(here("feeds", "export", "--tag", "law", "--format", "json").stdout)
    assert court["address"] == "https://court.example/atom"
    assert "headers" not in court


@pytest.mark.parametrize("name", ["link.opml", "folder", "/dev/null"])
def test_b97_an_export_goes_to_a_plain_file_or_nowhere(here: Here, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "precious").write_text("kept", encoding="utf-8")
    (tmp_path / "link.opml").symlink_to(tmp_path / "precious")
    refused = here("feeds", "export", "--output", name)
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert (tmp_path / "precious").read_text("utf-8") == "kept"


def test_a_feed_is_tried_without_keeping_anything(wirewatch: Run, site: FeedServer, tmp_path: Path) -> None:
    address = site.address("/top.xml")
    tried = wirewatch("feeds", "try", address, "--allow-private")
    assert tried.returncode == 0
    assert tried.stdout.startswith(f"{address}: RSS 2.0, 1 entry, answered in ")
    assert "\x9b" not in tried.stdout
    for told in ("31m top", "\n   127.0.0.1\n", "https://top.example/1", "What it is about"):
        assert told in tried.stdout
    assert f'\nfeeds:\n  - name: "127.0.0.1"\n    address: {address}\n    allow_private: true\n' in tried.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["config.yaml"]


def test_a_page_is_tried_with_selectors_and_what_they_catch_is_shown(wirewatch: Run, site: FeedServer) -> None:
    address = site.address("/")
    plain = wirewatch("feeds", "try", address, "--allow-private")
    assert plain.returncode == 1
    assert f"It names these feeds\n   {site.address('/top.xml')}\n" in plain.stdout
    assert f"`wirewatch feeds discover {address}` looks for its feeds" in plain.stderr
    selectors = ("--page-link", "h2 a", "--page-date", "time")
    tried = json.loads(wirewatch("feeds", "try", address, "--allow-private", *selectors, "--format", "json").stdout)
    assert [(each["title"], each["url"], each["published_at"][:10]) for each in tried["articles"]] == [
        ("One", site.address("/a1"), "2026-11-22"),
        ("Two", site.address("/a2"), "2026-11-21"),
    ]
    assert 'page: {link: "h2 a", date: "time"}' in tried["yaml"]


def test_a_feed_of_the_configuration_is_tried_by_its_name_with_its_headers(
    wirewatch: Run, here: Here, site: FeedServer, tmp_path: Path
) -> None:
    address = site.serve("/keyed.xml", rss("keyed"))
    headers = "headers: {X-Key: '${KEY}'}"
    text = f"feeds:\n  - {{name: Keyed, address: '{address}', allow_private: true, {headers}}}\n"
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    tried = wirewatch("feeds", "try", "--name", "keyed", KEY="s3cr3t")
    assert tried.returncode == 0
    assert [asked.headers["x-key"] for asked in site.asked_for("/keyed.xml")] == [b"s3cr3t"]
    assert "s3cr3t" not in tried.stdout + tried.stderr
    waiting = here("feeds", "try", "--name", "Keyed")
    assert waiting.stderr.splitlines()[-1] == (
        "Error: feed Keyed: this header waits for the variable KEY; provide it, or take the header out"
    )


def test_a_secret_header_goes_to_its_server_and_into_no_file_and_no_sentence(
    wirewatch: Run, here: Here, site: FeedServer, tmp_path: Path
) -> None:
    good = site.serve("/secret.xml", rss("secret"))
    bad = site.serve("/secret-gone.xml", answer(status=403))
    (tmp_path / "config.yaml").write_text("feeds_from: feeds.yaml\n", encoding="utf-8")
    (tmp_path / "feeds.yaml").write_text(
        f"- {{name: Good, address: '{good}', allow_private: true, headers: {{Authorization: 'Bearer ${{KEY}}'}}}}\n"
        f"- {{name: Bad, address: '{bad}', allow_private: true, headers: {{Cookie: '${{KEY}}'}}}}\n",
        encoding="utf-8",
    )
    polled = wirewatch("poll", KEY="s3cr3t-t0ken")
    said = polled.stdout + polled.stderr
    for words in (("check",), ("check", "--format", "json"), ("status",), ("feeds", "list", "--format", "json")):
        said += here(*words, KEY="s3cr3t-t0ken").output
    assert site.asked_for("/secret.xml")[0].headers["authorization"] == b"Bearer s3cr3t-t0ken"
    assert site.asked_for("/secret-gone.xml")[0].headers["cookie"] == b"s3cr3t-t0ken"
    assert "403 Forbidden" in said
    assert "s3cr3t" not in said
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"s3cr3t" in path.read_bytes()]


def test_a_site_is_looked_through_for_feeds_and_only_what_is_one_is_listed(wirewatch: Run, site: FeedServer) -> None:
    site.takes = 0.1
    found = wirewatch("feeds", "discover", site.address("/"), "--allow-private")
    assert found.returncode == 0
    table, pasted = found.stdout.split("\nfeeds:\n")
    assert [(line.split("  ")[0], line.split()[-1]) for line in table.splitlines()[1:]] == [
        ("RSS 2.0", site.address("/top.xml")),
        ("RSS 2.0", site.address("/rss.xml")),  # /feed is the same document as /top.xml
    ]
    assert site.most_at_once["127.0.0.1"] == 1
    assert site.asked_for("/inside.xml") == []  # what was opened for the site is not for hosts that its page names
    assert pasted.startswith(f'  - name: "127.0.0.1 top.xml"\n    address: {site.address("/top.xml")}\n')


def test_an_address_without_a_scheme_is_asked_by_http_where_nobody_speaks_tls(wirewatch: Run, site: FeedServer) -> None:
    typed = site.address("/top.xml").removeprefix("http://")
    tried = wirewatch("feeds", "try", typed, "--allow-private")
    assert (tried.returncode, tried.stderr) == (0, "Nobody speaks TLS there, so it is asked by http.\n")
    assert tried.stdout.startswith(f"http://{typed}: RSS 2.0, 1 entry")
    assert f"address: http://{typed}\n" in tried.stdout
    found = wirewatch("feeds", "discover", typed, "--allow-private")
    assert (found.returncode, found.stderr) == (0, tried.stderr)
    assert f"    address: http://{typed}\n" in found.stdout


def test_encryption_is_not_given_up_for_a_bad_certificate_and_the_option_is_named(
    wirewatch: Run, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    with running_raw_server(authority.server("127.0.0.1")) as server:
        typed = server.address("127.0.0.1", "https").removeprefix("https://")
        tried = wirewatch("feeds", "try", typed, "--allow-private")
        found = wirewatch("feeds", "discover", typed, "--allow-private")
    for said in (tried.stdout, found.stderr):
        assert said.startswith(f"https://{typed}: ")
        assert "; if you mean it, add --allow-insecure" in said
    assert "A page without a feed" not in found.stderr  # nobody knows whether there is one


def test_what_is_wrong_with_an_address_is_told_by_the_name_that_help_gives_it(here: Here) -> None:
    for name, called in (("try", "ADDRESS"), ("discover", "SITE")):
        wrong = here("feeds", name, "“https://a.example/rss”")
        assert wrong.exit_code == 2
        told = f"Invalid value for {called}: found typographic quotes around it (“ and ”)"
        assert told in wrong.stderr
    selector = here("feeds", "try", "https://a.example/", "--page-link", "h2 >> a").stderr
    assert "--page-link: 'h2 >> a' is not a CSS selector: something is wrong at character 5, '>'" in selector


def test_this_machine_is_not_asked_unless_that_is_meant(wirewatch: Run, here: Here) -> None:
    for words in (("try", "http://127.0.0.1:2/rss"), ("discover", "localhost:2")):
        refused = here("feeds", *words)
        assert refused.exit_code == 2
        assert "this address is on this machine; add --allow-private if that is meant" in refused.stderr
    gone = wirewatch("feeds", "discover", "http://localhost:2/", "--allow-private")
    assert gone.returncode == 1
    assert gone.stderr.startswith("http://localhost:2/: no feed found at 2 addresses\nIts page could not be read: ")
    assert gone.stderr.count("\n") == 2
