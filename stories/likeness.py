"""How much an article is like a story: some twenty comparisons, and what they come to.

After what has been published on grouping news as it streams in (Miranda and others, 2018; Saravanakumar and others,
2021): cosines of weighted terms by field, with the size and the age of the story. How much each comparison counts was
learnt (`bench/train_grouping.py`) and stands in `likeness.toml`: once for headlines, once for texts.
"""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from stories.shape import Shape
from stories.terms import LEAD, NAME, NUMBER, TITLE
from stories.weighing import Vectors, product, unit

_DAY = 86_400
_CROWDED = 2000  # articles, from which on more say nothing that was learnt
_LARGE = 16  # articles, from which on more say nothing more
_HEAVIEST = 10 * 16  # about what the rarest term weighs
_HEAVY = 20 * 16  # about what the three rarest terms weigh together

COMPARISONS = (
    "title_cosine",  # with all titles of the story
    "lead_cosine",
    "whole_cosine",
    "names_cosine",
    "nearest_title",  # with that article of the story that is most like it
    "nearest_whole",
    "coherence",  # of the story's articles among each other
    "size",
    "rarest",  # weight of the three rarest terms that title and lead share with the story
    "second_rarest",
    "covered",  # part of the weight of title and lead that they share
    "new_names",  # part of the article's names that the story does not know
    "missing_names",  # part of the story's names that the article does not tell
    "numbers_agree",
    "numbers_differ",
    "gap",  # days since the story's last article, or before its first
    "crowd",  # articles within the window: among many some look alike by chance
    "experience",  # articles from which the weights were learnt
    "own",  # weight of the heaviest term of the title that the story lacks,
    "their",  # of the heaviest of its titles that the article lacks,
    "both",  # and the smaller of the two: where both have a word of their own there may be two subjects
)


def compare(article: Vectors, shape: Shape, *, gap: float, crowd: int, experience: int) -> tuple[float, ...]:
    """Return the COMPARISONS of an article and a story that are `gap` seconds apart, among a `crowd` of articles.

    `experience` is the number of articles from which the weights were learnt.
    """
    title_length, lead_length, names_length, whole_length = shape.lengths()
    one = unit()
    # What both tell is little beside what each tells: found once, all products are sums over it.
    common = {term: weight for term, weight in article.whole.items() if term in shape.whole}
    in_title = {term: weight for term, weight in article.title.items() if term in common}
    whole, title = product(common, shape.whole), product(in_title, shape.title)
    nearest_whole, nearest_title = whole, title
    if shape.size > 1:
        nearest_whole = max([product(common, each.whole) for each in shape.recent])
        nearest_title = max([product(in_title, each.title) for each in shape.recent])
    lead_cosine = product({t: article.lead[t] for t in common if t in article.lead}, shape.lead) / (one * lead_length)
    names, new, missing = lead_cosine, 0.5, 0.5
    if article.names and shape.names:
        known = {term: article.names[term] for term in common if term in article.names}
        told = sum(article.names.values())
        names = product(known, shape.names) / (one * names_length)
        new = (told - sum(known.values())) / told
        core, core_weight = shape.core()
        if core_weight:
            missing = sum([weight for term, weight in core.items() if term not in article.whole]) / core_weight
    weights = article.weights
    shared = sorted([weights[term] for term in common if term in article.lead and term in shape.lead], reverse=True)
    mass, all_mass = sum(shared), sum([weights[term] for term in article.lead])
    own = max([weights[term] for term in article.title if term not in shape.whole], default=0)
    their = max([weight for term, weight in shape.title_core().items() if term not in article.whole], default=0)
    numbers = article.numbers
    agree = not numbers.isdisjoint(shape.numbers)
    return (
        title / (one * title_length),
        lead_cosine,
        whole / (one * whole_length),
        names,
        nearest_title / (one * one),
        nearest_whole / (one * one),
        whole_length / (one * shape.size),
        math.log(min(shape.size, _LARGE)) / 4,
        sum(shared[:3]) / _HEAVY,
        shared[1] / (_HEAVY / 2.5) if len(shared) > 1 else 0.0,
        mass / all_mass if all_mass else 0.0,
        new,
        missing,
        float(agree),
        float(bool(numbers) and bool(shape.numbers) and not agree),
        gap / (5 * _DAY),
        math.log(min(crowd, _CROWDED) + 1) / 10,
        math.log(min(experience, _CROWDED) + 1) / 10,
        own / _HEAVIEST,
        their / _HEAVIEST,
        min(own, their) / _HEAVIEST,
    )


@dataclass(frozen=True, slots=True)
class Judgement:
    """How much each comparison counts for headlines and for texts, and from which likeness on an article joins.

    That is the `threshold`, or `two_subjects` where headlines look alike and name something else, or `own_outlet` where
    only the article's own outlet has told the story: it seldom tells an event twice, and its subjects often. Two
    stories are one when their articles are so like the other story on the average: `same_story`.
    """

    headlines: Sequence[float]
    texts: Sequence[float]
    headlines_bias: float
    texts_bias: float
    threshold: float
    two_subjects: float
    own_outlet: float
    same_story: float

    def likeness(self, comparisons: Sequence[float], *, are_texts: bool) -> float:
        """Return how likely article and story are one: 0 to 1."""
        weights, bias = (self.texts, self.texts_bias) if are_texts else (self.headlines, self.headlines_bias)
        odds = bias + sum([weight * value for weight, value in zip(weights, comparisons, strict=True)])
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


@lru_cache(maxsize=1)
def learnt() -> Judgement:
    """Return the judgement that was learnt: `likeness.toml`."""
    return judgement_of(tomllib.loads((files("stories") / "likeness.toml").read_text()))


def judgement_of(table: Mapping[str, Mapping[str, float]]) -> Judgement:
    """Return the judgement that a table says: a threshold, and a weight for each comparison, once for each kind."""
    headlines, texts = table["headlines"], table["texts"]
    return Judgement(
        headlines=[headlines[name] for name in COMPARISONS],
        texts=[texts[name] for name in COMPARISONS],
        headlines_bias=headlines["bias"],
        texts_bias=texts["bias"],
        threshold=table["join"]["threshold"],
        two_subjects=table["join"]["two_subjects"],
        own_outlet=table["join"]["own_outlet"],
        same_story=table["join"]["same_story"],
    )


def have_two_subjects(article: Vectors, shape: Shape) -> bool:
    """Whether the headlines of article and story each have a word of their own that weighs more than what they share.

    And these are names, or their numbers differ: two fines, two quarterly reports.
    """
    core = shape.title_core()
    own = max(((article.weights[term], term) for term in article.title if term not in shape.whole), default=None)
    their = max(((weight, term) for term, weight in core.items() if term not in article.whole), default=None)
    if own is None or their is None:
        return False
    shared = max((article.weights[term] for term in article.title if term in shape.title), default=0)
    if min(own[0], their[0]) < max(shared, 1):
        return False
    if article.marks[own[1]] & NAME and their[1] in shape.names:
        return True
    numbers = article.numbers
    return bool(numbers) and bool(shape.numbers) and numbers.isdisjoint(shape.numbers)


def share_little(article: Vectors, shape: Shape) -> bool:
    """Whether the headlines of article and story each say more that the other does not than they have in common."""
    weights = article.weights
    in_common = sum([weights[term] for term in article.title if term in shape.title])
    alone = sum([weights[term] for term in article.title if term not in shape.whole])
    theirs = sum([weight for term, weight in shape.title_core().items() if term not in article.whole])
    return in_common < min(alone, theirs)


def names_something_new(article: Vectors, shape: Shape) -> bool:
    """Whether title or lead have a name or a number that the story does not know."""
    telling = NAME | NUMBER
    return any(article.marks[term] & telling and term not in shape.whole for term in article.lead)


def differing(article: Vectors, shape: Shape) -> list[int]:
    """Return the names and numbers of title and lead that the story does not know, the heaviest first.

    None, if the article tells all that the story's articles mostly name: then it only says more.
    """
    core, _ = shape.core()
    if all(term in article.whole for term in core):
        return []
    new = [t for t in article.names if article.marks[t] & (TITLE | LEAD) and t not in shape.whole]
    return sorted(new, key=lambda term: -article.weights[term])
