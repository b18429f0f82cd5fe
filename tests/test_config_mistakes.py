"""Every mistake in a configuration is one sentence that names the place; all are told at once; no secret is shown."""

import time
import traceback
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.config import Config, ConfigError, load_config
from scheduler.config_yaml import read_yaml

MISTAKES = Path(__file__).parent / "config_mistakes"
SECRET = "s3cr3t-t0ken"

GOOD = f"""\
service:
  contact: me@example.org
feeds:
  - name: Example
    address: https://example.org/rss
    every: 30m
    headers: {{X-Key: {SECRET}, Authorization: "Bearer {SECRET}"}}
topics:
  - name: Antitrust complaints
    keywords: [antitrust, "no", competition law]
    exclude: [board game]
    channels: [mail]
channels:
  mail: {{url: "mailtos://me:{SECRET}@example.org/?to=you@example.org"}}
  console: {{url: "console://"}}
"""


def told(path: Path) -> list[str]:
    """Return the mistakes in the file at `path`, without its name."""
    with pytest.raises(ConfigError) as caught:
        load_config(path, {})
    return [str(mistake).removeprefix(str(path)).lstrip(":, ") for mistake in caught.value.mistakes]


def loaded(folder: Path, content: bytes) -> Config | ConfigError:
    """Return what becomes of a config.yaml with this content."""
    path = folder / "config.yaml"
    path.write_bytes(content)
    try:
        return load_config(path, {})
    except ConfigError as error:
        return error


# Which hazard a file of mistakes is about.
CASES = {
    "B82": {"alias", "alias_bomb", "yaml_merge_key"},
    "B83": {"tag_python", "tag_binary"},
    "B84": {"alias_recursive"},
    "B86": {"key_twice", "key_twice_in_topic"},
    "B87": {
        *("keyword_no", "keyword_on", "keyword_null", "keyword_octal", "keyword_clock", "keyword_date"),
        *("keyword_impossible_date", "keyword_infinity", "keyword_number", "key_yes", "yaml_tab", "query_no"),
        *("query_octal", "query_clock", "feed_language_no", "feed_every_clock", "service_crawls_yes"),
        *("service_seconds_octal", "topic_name_number"),
    },
    "B88": {
        *("unknown_key_near", "unknown_key_far", "unknown_key_meant", "unknown_key_elsewhere", "unknown_section"),
        *("query_key_misspelt", "channel_key_misspelt", "delivery_key_elsewhere"),
    },
}


def case_of(path: Path) -> str:
    """Return the name of a file of mistakes, with the number of the case it is about."""
    return "-".join([*(case for case, names in CASES.items() if path.stem in names), path.stem])


def test_every_case_has_its_files() -> None:
    assert set().union(*CASES.values()) <= {path.stem for path in MISTAKES.glob("*.yaml")}


@pytest.mark.parametrize("path", sorted(MISTAKES.glob("*.yaml")), ids=case_of)
def test_each_mistake_is_told_as_its_file_says(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    expected = [line.removeprefix("#").removeprefix(" ") for line in lines if line.startswith("#")]
    assert expected
    assert [line.rstrip() for mistake in told(path) for line in mistake.splitlines()] == expected


@pytest.mark.parametrize("path", sorted(MISTAKES.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_mistake_shows_a_secret(path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(path, {})
    assert SECRET not in "".join(traceback.format_exception(caught.value)) + repr(caught.value.mistakes)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the file is empty"),
        (b"# only a comment\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        ("feeds: []\n".encode("utf-16"), "UTF-16"),
        (b"feeds: []\n\xe4", "line 2: byte 0xe4 is not UTF-8"),
        (b"feeds: []\n\0", "line 2: a control character (0x00)"),
        (b"\x7fELF\x02\x01\x01\0\0", "a control character"),
        (b"#" * 1_000_001, "longer than 1,000,000 bytes"),
        (b"[" * 5_000, "line 1: nested deeper than 32 levels"),
        (b"{" * 5_000, "line 1: nested deeper than 32 levels"),
        (b"- " * 5_000, "line 1: nested deeper than 32 levels"),
        (b"? " * 5_000, "line 1: nested deeper than 32 levels"),
        (b"topics:\n  - name: 1:" + b"59:" * 100_000, "line 2"),
        (b"feeds: []\nfeeds: []\n" * 20_000, "and more mistakes; mend these first"),
    ],
    ids=[
        *("empty", "only a comment", "only a byte order mark", "B87-UTF-16", "B87-no UTF-8", "a NUL", "a program"),
        *(
            "B85-too long",
            "B85-lists",
            "B85-mappings",
            "B85-dashes",
            "B85-keys",
            "a long number",
            "B86-many keys twice",
        ),
    ],
)
def test_what_is_no_plain_yaml_is_refused_within_two_seconds(tmp_path: Path, content: bytes, sentence: str) -> None:
    started = time.process_time()
    error = loaded(tmp_path, content)
    assert isinstance(error, ConfigError)
    assert sentence in str(error)
    assert len(error.mistakes) <= 101
    assert time.process_time() - started < 2


def test_b82_a_bomb_of_aliases_is_refused_within_50_ms() -> None:
    levels = "".join(f"{after}: &{after} [{f'*{before}, ' * 9}]\n" for before, after in pairwise("abcdefghi"))
    content = f"a: &a [x]\n{levels}".encode()
    started = time.process_time()
    assert len(read_yaml(content).faults) == 9 + 8 * 9
    assert time.process_time() - started < 0.05


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system [id]", "!!python/name:os.system", "!mine x", "!!binary aGk="]
)
def test_b83_any_tag_is_refused_with_its_line(tmp_path: Path, tag: str) -> None:
    error = loaded(tmp_path, f"feeds: []\nservice: {tag}\n".encode())
    assert "line 2, service: a tag (!) before a value is not allowed" in str(error)


def test_b86_a_key_that_is_written_twice_is_told_with_both_lines(tmp_path: Path) -> None:
    error = loaded(tmp_path, b"feeds: []\ntopics: []\nfeeds: []\n")
    assert "`feeds` is written twice, in line 1 and in line 3; keep one" in str(error)


def test_b87_no_in_quotes_is_the_word_and_without_them_is_told(tmp_path: Path) -> None:
    config = loaded(tmp_path, GOOD.encode())
    assert isinstance(config, Config)
    assert "no" in config.topics[0].keywords
    assert 'write "no" in quotes' in str(loaded(tmp_path, GOOD.replace('"no"', "no").encode()))


def test_b87_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    assert isinstance(loaded(tmp_path, content), Config)


def test_a_missing_file_a_folder_and_an_impossible_name_are_told(tmp_path: Path) -> None:
    assert told(tmp_path / "config.yaml") == ["there is no such file; name yours with --config"]
    assert told(tmp_path) == ["this is a folder; name the file in it"]
    assert "cannot be read" in told(Path("config\0.yaml"))[0]


def test_lines_and_paths_are_values_to_work_with(tmp_path: Path) -> None:
    error = loaded(tmp_path, GOOD.replace("every: 30m", "evry: 30m").encode())
    assert isinstance(error, ConfigError)
    (mistake,) = error.mistakes
    assert (mistake.line, mistake.key_path) == (6, "feeds[0].evry")
    assert mistake.file == str(tmp_path / "config.yaml")


EVERYWHERE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)


@EVERYWHERE
@given(content=st.binary(max_size=300))
def test_any_bytes_are_a_config_or_a_config_error(tmp_path: Path, content: bytes) -> None:
    loaded(tmp_path, content)


@EVERYWHERE
@given(content=st.text(alphabet="aA:- \n\t'\"[]{}#&*!|>%@`?,0.~<=x\\", max_size=200))
def test_any_scraps_of_yaml_are_a_config_or_a_config_error(tmp_path: Path, content: str) -> None:
    loaded(tmp_path, content.encode())


@EVERYWHERE
@given(
    start=st.integers(0, len(GOOD)),
    length=st.integers(0, 12),
    inserted=st.text(alphabet="aZ:- \n\t'\"[]{}#&*!0\\$\u200b\x85", max_size=4),
)
def test_a_slip_of_the_hand_never_shows_the_secret(tmp_path: Path, start: int, length: int, inserted: str) -> None:
    edited = GOOD[:start] + inserted + GOOD[start + length :]
    result = loaded(tmp_path, edited.encode())
    shown = repr(result) + (str(result.notes) if isinstance(result, Config) else "")
    if isinstance(result, ConfigError):
        shown += "".join(traceback.format_exception(result)) + repr(result.mistakes)
    assert "s3cr" not in shown
    assert "t0k" not in shown
