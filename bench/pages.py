"""How much of an article's page is taken for its text, and how much else: `python -m bench.pages`.

181 saved pages with their true texts, by the measure of those who made them: texts are cut into runs of four words, and
precision and recall of the runs, each the mean over all pages, make F1. Beside it trafilatura as it comes, and with
other options; all get the same bytes. "As the service does" also refuses what is behind a wall, and then has no text.
"""

import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from trafilatura import extract

from crawler.answer import Answer
from crawler.full_text import NoTextError, body_text, page_of, with_full_text
from stories.model import Article
from tests.corpus import DATA, missing

FOLDER = DATA / "pages"

_WORD = re.compile(r"\w+")
_RUN = 4  # words
_WORST = 8

OURS = "wirewatch"
AS_IT_COMES = "trafilatura, defaults"
VARIANTS: Mapping[str, Mapping[str, bool]] = {
    AS_IT_COMES: {},
    "no comments": {"include_comments": False},
    "no comments, no tables": {"include_comments": False, "include_tables": False},
    "no comments, fast": {"include_comments": False, "fast": True},
    "no comments, precision (ours)": {"include_comments": False, "favor_precision": True},
    "no comments, precision, fast": {"include_comments": False, "favor_precision": True, "fast": True},
    "no comments, precision, no tables": {
        "include_comments": False,
        "favor_precision": True,
        "include_tables": False,
    },
    "no comments, recall": {"include_comments": False, "favor_recall": True},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPage:
    """A page as it was served, where, and the text that people found on it."""

    address: str
    body: bytes
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How many runs of words of one page were rightly taken, wrongly taken, and left."""

    right: int
    wrong: int
    left: int

    @property
    def precision(self) -> float:
        """The share of what was taken that belongs to the text."""
        return self.right / (self.right + self.wrong) if self.right else 0.0

    @property
    def recall(self) -> float:
        """The share of the text that was taken."""
        return self.right / (self.right + self.left) if self.right else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return harmonic(self.precision, self.recall)


def measure(folder: Path = FOLDER) -> None:
    """Score what is taken from the pages of `folder` and print the tables."""
    if folder == FOLDER and (why := missing("pages")):
        print(f"Pages: skipped, {why}")
        return
    pages = saved_pages(folder)
    print(f"{len(pages)} pages, {sum(len(page.body) for page in pages) / len(pages) / 1000:.0f} kB each\n")
    print(f"{'':36} {'F1':>6} {'prec.':>6} {'recall':>6} {'empty':>6} {'ms':>6}")
    print_way("wirewatch, as the service does", pages, _as_the_service)
    ours = print_way(OURS, pages, _text)
    rivals = {
        name: print_way(name, pages, lambda page, options=options: extract(page.body, **options) or "")  # type: ignore[misc]
        for name, options in VARIANTS.items()
    }
    print(f"\n{'the worst':60} {OURS:>10} {'defaults':>10}")
    for page, score, other in sorted(zip(pages, ours, rivals[AS_IT_COMES], strict=True), key=lambda row: row[1].f1)[
        :_WORST
    ]:
        print(f"{page.address.partition('://')[2][:60]:60} {score.f1:10.3f} {other.f1:10.3f}")


def print_way(name: str, pages: list[SavedPage], take: Callable[[SavedPage], str]) -> list[Score]:
    """Print how well `take` finds the texts, with the processor time for a page, and return the score of each page."""
    began = time.process_time()
    taken = [take(page) for page in pages]
    milliseconds = (time.process_time() - began) / len(pages) * 1000
    scores = [score_of(text, page.text) for text, page in zip(taken, pages, strict=True)]
    precision, recall = means(scores)
    empty = sum(not text for text in taken)
    print(f"{name:36} {harmonic(precision, recall):6.4f} {precision:6.4f} {recall:6.4f} {empty:6} {milliseconds:6.1f}")
    return scores


def saved_pages(folder: Path) -> list[SavedPage]:
    """Return the pages of `folder` with what is known of them."""
    known = json.loads((folder / "ground-truth.json").read_bytes())
    return [
        SavedPage(
            address=said["url"],
            body=gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()),
            text=said["articleBody"],
        )
        for name, said in known.items()
    ]


def score_of(taken: str, true: str) -> Score:
    """Return how well a text that was `taken` from a page agrees with its `true` one."""
    found, wanted = _runs(taken), _runs(true)
    return Score(right=(found & wanted).total(), wrong=(found - wanted).total(), left=(wanted - found).total())


def means(scores: list[Score]) -> tuple[float, float]:
    """Return precision and recall of many pages; pages of which nothing was taken say nothing about precision."""
    precisions = [score.precision for score in scores if score.right + score.wrong]
    recalls = [score.recall for score in scores if score.right + score.left]
    return tuple(sum(values) / len(values) if values else 0.0 for values in (precisions, recalls))  # type: ignore[return-value]


def harmonic(precision: float, recall: float) -> float:
    """Return F1."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    if not words:
        return Counter()
    return Counter(tuple(words[start : start + _RUN]) for start in range(max(1, len(words) - _RUN + 1)))


def _text(page: SavedPage) -> str:
    return body_text(page_of(_answer(page)).root, "")


def _as_the_service(page: SavedPage) -> str:
    try:
        return with_full_text(Article(title="?"), _answer(page)).text  # no headline is known, so any page is about it
    except NoTextError:
        return ""


def _answer(page: SavedPage) -> Answer:
    return Answer(address=page.address, status=200, headers={"content-type": b"text/html"}, body=page.body)


if __name__ == "__main__":
    measure()
