"""The words of matches counted whatever their inflection."""

from collections import Counter
from collections.abc import Iterable

from stories.text import fold
from stories.words import stems, words


def one_form(written: Iterable[str]) -> dict[str, str]:
    """Return, for each word or phrase of some matches, the folded form that stands for all its inflections.

    It is the most frequent of them. English inflections: evidence does not tell its language.

    >>> one_form(["Cartels", "Cartel", "cartel"])
    {'Cartels': 'cartel', 'Cartel': 'cartel', 'cartel': 'cartel'}
    """
    counts = Counter(written)
    keys = {each: _key(each) for each in counts}
    forms: dict[str, Counter[str]] = {}
    for each, count in counts.items():
        forms.setdefault(keys[each], Counter())[fold(each)] += count
    usual = {key: min(found, key=lambda form: (-found[form], form)) for key, found in forms.items()}
    return {each: usual[key] for each, key in keys.items()}


def _key(written: str) -> str:
    return " ".join(stems(word, "en")[0] for word in words(written)) or fold(written)  # a regex may find mere signs
