"""The streams from which the judgement of likeness is learnt, and those that are held back.

Judged sets hold hardly any article that stands alone, while most of what feeds bring does. So they are also mixed with
headlines of the archive that were published a week or more apart, of which no two tell one story, and with look-alikes.
Half of the events of basil and ecbplus and two of the four days of uci are held back.
"""

import random
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from bench.look_alikes import name_changer, names_of
from bench.story_corpora import STORIES, Item, Stream, archive, days_of, read_stream, titles_of
from bench.story_variety import Material, material
from stories.model import Article

STRANGE = timedelta(days=7)  # headlines so far apart tell two stories
_YOUNG = 90
_SUBJECTS = 60
_YEARS = timedelta(days=1000)
_START = datetime(2014, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Known:
    """An article with what is known of its story: its name, or just the instant at which it was published."""

    item: Item
    story: str | datetime


@dataclass(frozen=True, slots=True)
class Course:
    """A stream to learn from, and how much it counts."""

    stream: Sequence[Known]
    counts: float


def courses() -> list[Course]:
    """Return the streams to learn from."""
    days, basil, ecbplus = _sets()
    first, second = days[0], days[1]
    basil_texts, ecb_texts = _half(basil, 0), _half(ecbplus, 0)
    basil_titles, ecb_titles = _bare(basil_texts), _bare(ecb_texts)
    return [
        Course(first, 1.0),
        Course(second, 1.0),
        Course(basil_texts, 1.0),
        Course(basil_titles, 1.0),
        Course(_told(basil_texts, 1), 0.5),
        Course(ecb_texts, 1.0),
        Course(_told(ecb_texts, 2), 1.0),
        Course(_mixed(1, _some(first, 8, 1), _strangers(1500, 1)), 1.0),
        Course(_mixed(2, _some(second, 3, 2), _bare(_strangers(1500, 2))), 1.0),
        Course(_mixed(3, basil_texts, _strangers(800, 3)), 1.0),
        Course(_mixed(4, basil_titles, _bare(_strangers(800, 4))), 1.0),
        Course(_mixed(5, ecb_texts, _strangers(800, 5)), 1.0),
        Course(_mixed(6, ecb_titles, _bare(_strangers(500, 6))), 0.5),
        Course(_mixed(7, _strangers(3000, 7)), 1.0),
        Course(_mixed(8, _twice(_disguised(_strangers(500, 8), 2))), 0.3),
        Course(_mixed(9, _twice(_disguised(_bare(_strangers(500, 9)), 2))), 0.3),
        Course(_mixed(10, _disguised(_some(first, 4, 10), 3), _bare(_strangers(500, 10))), 0.3),
        Course(_mixed(15, _disguised(basil_texts, 2), _strangers(500, 15)), 0.2),
        Course(_mixed(16, _disguised(ecb_texts, 2), _strangers(500, 16)), 0.2),
        *(Course(young, 0.5 / _YOUNG) for young in _young_streams(first, basil_texts, ecb_texts)),
        *(Course(_mixed(seed, stream), 1.0 / _SUBJECTS) for seed, stream in enumerate(_subjects())),
        Course(_mixed(17, *(stream[:25] for stream in _subjects())), 1.0),
    ]


def held_back() -> dict[str, list[Known]]:
    """Return, by name, the streams from which no weight was learnt."""
    days, basil, ecbplus = _sets()
    return {
        "uci, third day": days[2],
        "uci, fourth day": days[3],
        "basil, texts": _half(basil, 1),
        "basil, titles": _bare(_half(basil, 1)),
        "ecbplus, texts": _half(ecbplus, 1),
        "uci among strangers": _mixed(11, _some(days[2], 4, 12), _strangers(1500, 21)),
        "basil texts among strangers": _mixed(12, _half(basil, 1), _strangers(1000, 22)),
        "basil titles among strangers": _mixed(13, _bare(_half(basil, 1)), _bare(_strangers(1000, 23))),
        "ecbplus texts among strangers": _mixed(14, _half(ecbplus, 1), _strangers(1000, 24)),
        "30 strangers, 40 times": _apart([_mixed(seed, _strangers(30, seed)) for seed in range(300, 340)]),
    }


def _young_streams(uci: list[Known], basil: list[Known], ecbplus: list[Known]) -> Iterator[list[Known]]:
    """Yield streams at whose beginning hardly a weight has been learnt: a few stories among a few strangers."""
    for seed in range(_YOUNG):
        chance = random.Random(seed)
        judged = (uci, basil, ecbplus)[seed % 3]
        names = chance.sample(sorted({str(each.story) for each in judged}), 3)
        told = _some([each for each in judged if each.story in names], 3, seed)
        strangers = _strangers(chance.randint(5, 40), 1000 + seed)
        bare = seed % 2 == 0
        yield _mixed(seed, *(_bare(each) if bare else each for each in (_disguised(told, 2), strangers)))


def _sets() -> tuple[list[list[Known]], list[Known], list[Known]]:
    uci, basil, ecbplus = (read_stream(STORIES / f"{name}.jsonl") for name in ("uci", "basil", "ecbplus"))
    return [_known(day) for day in days_of(titles_of(uci))], _known(basil), _known(ecbplus)


def _known(stream: Stream) -> list[Known]:
    return [Known(item, stream.gold[item.id]) for item in stream.items]


def _half(stream: Iterable[Known], half: int) -> list[Known]:
    """Return half of the events; the two look-alikes of an ecbplus topic ("12-ecb", "12-ecbplus") stay together."""
    return [each for each in stream if zlib.crc32(str(each.story).removesuffix("plus").encode()) % 2 == half]


def _bare(stream: Iterable[Known]) -> list[Known]:
    return [_with(each, replace(each.item.article, summary="", text="")) for each in stream]


def _with(known: Known, article: object) -> Known:
    return replace(known, item=replace(known.item, article=article))  # type: ignore[arg-type]


def _some(stream: Iterable[Known], most: int, seed: int) -> list[Known]:
    """Return at most `most` articles of each story."""
    chance = random.Random(seed)
    told: dict[str, list[Known]] = {}
    for each in stream:
        told.setdefault(str(each.story), []).append(each)
    return [one for each in told.values() for one in chance.sample(each, min(len(each), chance.randint(1, most)))]


def _strangers(many: int, seed: int) -> list[Known]:
    return [Known(item, item.at) for item in random.Random(seed).sample(_archive(), many)]


def _mixed(seed: int, *streams: Sequence[Known]) -> list[Known]:
    """Return all articles in an order of chance, evenly over four days."""
    return _told([each for stream in streams for each in stream], seed)


def _disguised(stream: Sequence[Known], times: int) -> list[Known]:
    """Return a stream with look-alikes of its stories: the same sentences of other names and numbers."""
    source = _material()
    names = names_of(source)
    result = list(stream)
    for number in range(1, times):
        changers: dict[str, Callable[[Article], Article]] = {}
        for known in stream:
            changer = changers.setdefault(str(known.story), name_changer(source, names, f"{known.story} {number}"))
            item = replace(known.item, id=f"{known.item.id}~{number}", article=changer(known.item.article))
            story = f"{known.story}~{number}" if isinstance(known.story, str) else known.story + _YEARS * number
            result.append(Known(item, story))
    return result


def _twice(stream: Sequence[Known]) -> list[Known]:
    """Return a stream of which every third article comes twice, the second time from another outlet."""
    again = [replace(each, item=replace(each.item, id=f"{each.item.id}+")) for each in stream[::3]]
    return [*stream, *(_with(each, replace(each.item.article, outlet="Another", url=None)) for each in again)]


@cache
def _subjects() -> list[list[Known]]:
    """Return streams whose headlines all name one company, person or place, as those of who watches one do."""
    chance = random.Random(0)
    written: Counter[str] = Counter()
    of_name: dict[str, list[Item]] = {}
    for item in _archive():
        words = set(re.findall(r"[^\W\d_]{4,}", item.article.title))
        written.update(word.lower() for word in words if word.islower())
        for word in words:
            if not word.islower():
                of_name.setdefault(word.lower(), []).append(item)
    names = sorted(name for name, items in of_name.items() if 80 <= len(items) <= 600 and written[name] < 5)
    streams = []
    for number, name in enumerate(chance.sample(names, _SUBJECTS)):
        items = chance.sample(of_name[name], chance.randint(20, 80))
        stream = [Known(item, item.at) for item in items]
        streams.append(_bare(stream) if number % 3 == 0 else stream)
    return streams


@cache
def _archive() -> list[Item]:
    return list(archive())


@cache
def _material() -> Material:
    return material()


def _told(stream: Sequence[Known], seed: int, since: datetime = _START) -> list[Known]:
    others = random.Random(seed).sample(stream, len(stream))
    step = 4 * _DAY / len(stream)
    return [replace(each, item=replace(each.item, at=since + step * n)) for n, each in enumerate(others)]


def _apart(streams: Sequence[Sequence[Known]]) -> list[Known]:
    """Return streams one after another, a month apart."""
    return [
        replace(each, item=replace(each.item, id=f"{month}-{each.item.id}", at=each.item.at + 30 * _DAY * month))
        for month, stream in enumerate(streams)
        for each in stream
    ]
