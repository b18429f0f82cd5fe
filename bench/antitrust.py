"""How good the shipped antitrust topic is on a year's headlines that two readers judged.

`python -m bench.antitrust`. Of 38,190 headlines with their summaries 400 were drawn and read, one by one, by two
readers that did not write the query and were not told what it finds (`antitrust_labels.tsv`; yes, no, or unsure):

* *found*: all 82 that the topic found then,
* *likely*: of 1,000 others with any of a wide net of words (competition, merger, regulator, a large company near a
  court ...), the 160 with the most of these words,
* *net*: 158 of the remaining 840, by lot. For recall each of them stands for more than five.

What the net does not hold nobody read: recall is that within it.
"""

import csv
import json
from collections.abc import Iterable
from pathlib import Path

from alerts.matching import TopicIndex
from alerts.quality import wilson
from scheduler.config import topics_of
from stories.model import Article
from tests.corpus import DATA, missing

FILE = DATA / "archive" / "headlines_2025.jsonl"
LABELS = Path(__file__).with_name("antitrust_labels.tsv")
CONFIG = Path(__file__).parents[1] / "config.yaml"
TOPIC = "Antitrust complaints"
STANDS_FOR = {"found": 1.0, "likely": 1.0, "net": 840 / 158}
READERS = ("first", "second")


def measure() -> None:
    if reason := missing("archive"):
        print(f"skipped: {reason}")
        return
    with LABELS.open(encoding="utf-8") as file:
        labels = list(csv.DictReader(file, delimiter="\t"))
    found = _found()
    read = [label for label in labels if label["id"] in found]
    print(f"{TOPIC}: {len(found)} headlines found, {len(found) - len(read)} of them read by nobody\n")
    print("reader  unsure  precision                    recall of what was read      recall within the net")
    for reader in READERS:
        for counted_as, yes in (("no", {"yes"}), ("yes", {"yes", "unsure"})):
            relevant = [label for label in labels if label[reader] in yes]
            right = [label for label in relevant if label["id"] in found]
            within_the_net = _weight(right) / _weight(relevant)
            precision, recall = _share(len(right), len(read)), _share(len(right), len(relevant))
            print(f"{reader:6}  {counted_as:6}  {precision:27}  {recall:27}  {within_the_net:.3f}")
    same = sum(label["first"] == label["second"] for label in labels)
    print(f"\nThe two readers say the same of {same} of {len(labels)}.")


def _found() -> set[str]:
    index = TopicIndex(topic for topic in topics_of(CONFIG) if topic.name == TOPIC)
    found = set()
    with FILE.open(encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            matches = index.match(Article(title=line["title"], summary=line["summary"], outlet=line["source"]))
            if any(not match.is_excluded for match in matches):
                found.add(line["id"])
    return found


def _weight(labels: Iterable[dict[str, str]]) -> float:
    return sum(STANDS_FOR[label["drawn"]] for label in labels)


def _share(part: int, of: int) -> str:
    low, high = wilson(part, of)
    return f"{part}/{of} {part / of:.3f} ({low:.3f}-{high:.3f})"


if __name__ == "__main__":
    measure()
