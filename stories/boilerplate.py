"""What stands in an article's text and is not the article: newsletter boxes, lists of other stories, small print."""

import re
from collections.abc import Iterator, Mapping

from stories import boilerplate_credits as credits
from stories import boilerplate_phrases as phrases

CUT = "\0"
_LONGEST_LABEL = 100  # characters of a line that may be a button or a heading
_LONGEST_TITLE = 60  # of a newsletter, in its box
_LONGEST_HEADLINE = 150
_LONGEST_LINK = 200
_LONGEST_BOX_LINE = 350
_LONGEST_SENTENCE = 400
_LONGEST_LIST = 15  # lines under one heading; what goes on longer is no list of links
_MOST_NAMES = 30  # words in a line of credits
_FEW_NAMES = 6
_TAIL = 1000  # characters at the end in which authors are introduced

_Span = tuple[int, int]
_Kind = Mapping[str, re.Pattern[str]]  # by first word


def _kind(*rules: phrases.Rules) -> _Kind:
    by_word: dict[str, list[str]] = {}
    for words, rest in (rule for each in rules for rule in each):
        for word in words.split():
            by_word.setdefault(word, []).append(rest)
    return {word: re.compile("|".join(rests)) for word, rests in by_word.items()}


_SIGN_UP = _kind(phrases.SIGN_UPS)
_INVITATION = _kind(phrases.SIGN_UPS, phrases.PROMPTS)
_NOTICE = _kind(phrases.NOTICES)
_CREDIT = _kind(credits.CREDITS)
_LABEL = _kind(phrases.LABELS)
_LIST = _kind(phrases.LISTS)
_LINK = _kind(phrases.LINKS)
_ANY = _kind(
    *(phrases.SIGN_UPS, phrases.PROMPTS, phrases.NOTICES, credits.CREDITS),
    *(phrases.LABELS, phrases.LISTS, phrases.LINKS),
)

_OPENING = rf"{phrases.LEAD}({phrases.POLITE}(?P<first>[^\W\d]+|\d+|©))"
_FIRST_WORD = re.compile(_OPENING)
_FIRST_WORDS = re.compile(rf"[\n.!?…][\"'”)\]]{{0,2}}{_OPENING}")
_BOX = re.compile(phrases.BOX)
_TO_THE_READER = re.compile(phrases.TO_THE_READER)
_AUTHOR = re.compile(rf"\W{{0,5}}(?:{credits.AUTHOR})")
_ABOUT_THE_AUTHOR = re.compile(rf"\W{{0,5}}(?:{credits.ABOUT_THE_AUTHOR})")

_LINE = re.compile(r"[^\n]+")
_SENTENCE_END = re.compile(r"[.!?…][\"'’”)\]]{0,2}(\s+)")
_STOP = re.compile(r"[.!…:][\"'’”)\]]{0,3}\s{0,3}\Z")
_NEW_SENTENCE = re.compile(r"\s+[“\"]?[A-ZÀ-ÖØ-Þ]")
_WORD = re.compile(r"@?[^\W_][\w.@'’-]*(?<![.'’-])")
_QUOTE = re.compile(r"[\"“”«»]")


def without_boilerplate(text: str) -> str:
    r"""Return `text` with each character of boilerplate replaced by "\0", so that all places in it stay what they are.

    Boilerplate is known by how a sentence or a line (a paragraph) begins, so a text that has its paragraphs on lines
    is cleaned better than one on a single line: only there a heading takes along the headlines under it.

    >>> without_boilerplate("A probe began. Sign up for our newsletter! It may last.").split(CUT)[::27]
    ['A probe began. ', ' It may last.']
    """
    lowered = text.replace("İ", "i").lower().replace("’", "'")  # no other letter takes more room in lower case
    spans = list(_boilerplate(text, lowered)) if _may_hold_some(lowered) else []
    if any(word in lowered[-_TAIL:] for word in credits.AUTHOR_WORDS):
        spans += _authors(_cut(text, spans))
    return _cut(text, spans)


def _may_hold_some(lowered: str) -> bool:
    begun = f"\n{lowered}"
    return any(_goes_on(begun, found, len(begun), _ANY) for found in _FIRST_WORDS.finditer(begun))


def _boilerplate(text: str, lowered: str) -> Iterator[_Span]:
    is_box = False
    headlines = 0  # how many more lines may be headlines of a list
    for found in _LINE.finditer(text):
        line = found.span()
        is_headline = headlines > 0 and _may_be_headline(text, line)
        headlines = headlines - 1 if is_headline else 0
        if _is_short(line, _LONGEST_LABEL) and _begins(text, lowered, line, _LIST):
            headlines, is_box = _LONGEST_LIST, False
            yield line
        elif is_headline or _is_label_or_link(text, lowered, line) or (is_box and _is_of_box(lowered, line)):
            is_box = is_box or _BOX.search(lowered, *line) is not None
            yield line
        else:
            cuts = list(_sentences_of_boilerplate(text, lowered, line))
            is_box = any(_begins(text, lowered, cut, _SIGN_UP) for cut in cuts)
            yield from cuts


def _begins(text: str, lowered: str, span: _Span, kind: _Kind) -> re.Match[str] | None:
    """Return what follows the first word of a line or sentence, if it begins as boilerplate of a `kind` does."""
    first = _FIRST_WORD.match(lowered, *span)
    # What begins in lower case goes on with a sentence: some agencies break theirs after 65 characters.
    if first is None or text[first.start(1)].islower():
        return None
    return _goes_on(lowered, first, span[1], kind)


def _goes_on(lowered: str, first: re.Match[str], end: int, kind: _Kind) -> re.Match[str] | None:
    rule = kind.get(first["first"]) or (kind.get(phrases.NUMBER) if first["first"].isdigit() else None)
    return rule.match(lowered, first.end(), end) if rule else None


def _is_label_or_link(text: str, lowered: str, line: _Span) -> bool:
    if _is_short(line, _LONGEST_LABEL) and _begins(text, lowered, line, _LABEL):
        return True
    return _is_short(line, _LONGEST_LINK) and _begins(text, lowered, line, _LINK) is not None


def _may_be_headline(text: str, line: _Span) -> bool:
    return _is_short(line, _LONGEST_HEADLINE) and not _stops(text, line)


def _is_of_box(lowered: str, line: _Span) -> bool:
    if not _is_short(line, _LONGEST_BOX_LINE) or not _BOX.search(lowered, *line) or _QUOTE.search(lowered, *line):
        return False
    if phrases.REPORTED.search(lowered, *line):
        return False
    is_title = _is_short(line, _LONGEST_TITLE) and not _stops(lowered, line)
    return is_title or _TO_THE_READER.search(lowered, *line) is not None


def _sentences_of_boilerplate(text: str, lowered: str, line: _Span) -> Iterator[_Span]:
    for sentence in _sentences(text, line):
        if not _is_short(sentence, _LONGEST_SENTENCE):
            continue
        if _begins(text, lowered, sentence, _NOTICE):
            cut = sentence
        elif found := _begins(text, lowered, sentence, _INVITATION):
            # On a single line a button without a full stop runs on into the next paragraph.
            runs_on = _NEW_SENTENCE.match(text, found.end(), sentence[1])
            cut = (sentence[0], found.end()) if runs_on else sentence
            if phrases.IS.search(lowered, *cut):
                continue
        elif (found := _begins(text, lowered, sentence, _CREDIT)) and _holds_names(text, (found.end(), sentence[1])):
            cut = sentence
        else:
            continue
        if not phrases.REPORTED.search(lowered, *cut):
            yield cut


def _holds_names(text: str, span: _Span) -> bool:
    """Return whether there is nothing but names, and what joins them. Where all is in capitals, who knows?"""
    words = _WORD.findall(text, *span)
    if len(words) > _MOST_NAMES or (len(words) > _FEW_NAMES and text[slice(*span)].isupper()):
        return False
    return all(not word[0].islower() or word in credits.BESIDE_NAMES for word in words)


def _authors(text: str) -> list[_Span]:
    """Return the sentences at the end of `text`, from an author's name on, that say who wrote it.

    Anywhere else they may be news: of people in the news, too, it is told what they report and for whom.
    """
    lines = _LINE.finditer(text, max(0, len(text) - _TAIL))
    sentences = [sentence for line in lines for sentence in _sentences(text, line.span())]
    found: list[_Span] = []
    after: list[_Span] = []
    for sentence in reversed(sentences[1:]):
        if _AUTHOR.match(text, *sentence):
            found += [*after, sentence]
            after = []
        elif _ABOUT_THE_AUTHOR.match(text, *sentence):
            after.append(sentence)
        elif text[slice(*sentence)].strip(CUT + " "):
            break
    return found


def _sentences(text: str, line: _Span) -> Iterator[_Span]:
    begins, end = line
    for found in _SENTENCE_END.finditer(text, *line):
        yield begins, found.start(1)
        begins = found.end()
    if begins < end:
        yield begins, end


def _is_short(span: _Span, limit: int) -> bool:
    return span[1] - span[0] <= limit


def _stops(text: str, line: _Span) -> bool:
    """Return whether a line ends as a sentence does. A question may be a headline."""
    return _STOP.search(text, max(line[0], line[1] - 8), line[1]) is not None


def _cut(text: str, spans: list[_Span]) -> str:
    parts, at = [], 0
    for start, end in sorted(spans):
        parts += [text[at:start], CUT * (end - start)]
        at = end
    return "".join([*parts, text[at:]]) if spans else text
