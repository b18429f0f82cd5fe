"""How an article says whose it is: its credits and its small print, and who wrote it.

Their words alone may begin news, too. So what follows them must be names, without a verb, or stand at the end.
"""

import re

from stories.boilerplate_phrases import NETWORK, WORK, Rules

_FIRST = r"(?:first|originally)"
_PLACE = r"(?:by|in|on|at|from|with|under)\b"
# A sentence that begins so and then, up to its end, holds but names is small print, too: with a verb it is news.
CREDITS: Rules = (
    ("copyright", r" (?:©|(?:\(c\) ?)?(?:20|19)\d\d\b|(?=[^\n]{0,60}\ball rights reserved\b))"),
    ("©", r" ?(?:copyright )?(?:20|19)\d\d\b"),
    ("the", rf" {WORK} was originally (?:published|appeared) {_PLACE}"),
    (
        "this",
        rf" {WORK} (?:was|has been|is) (?:{_FIRST}|also) (?:re)?(?:published|appeared)(?: online)? {_PLACE}",
    ),
    ("this", rf" (?:article|story) (?:was|has been|is) (?:(?:re)?published|auto-generated) {_PLACE}"),
    ("this", rf" {WORK} (?:{_FIRST} |also )?appear(?:s|ed) (?:in|on|at)\b"),
    (
        "a",
        rf" version of this {WORK} (?:{_FIRST} |also )?(?:was )?(?:{_FIRST} )?(?:appear(?:s|ed)|published) {_PLACE}",
    ),
    ("originally first", r" (?:published|appeared) (?:by|in|on|at)\b"),
    ("with", r" (?:additional )?(?:agency |agencies |wire )?inputs? from\b"),
    ("additional", r" (?:reporting|writing|editing) by\b"),
    ("reporting writing editing compiled", r"(?: and (?:writing|editing))? by\b"),
    ("follow", rf"\b(?= [^\n]{{2,40}} on {NETWORK})"),
    ("read", rf" (?:more (?:at|on|in|from)|the full {WORK} (?:at|from))\b"),
)
# What may stand among names in lower case.
BESIDE_NAMES = frozenset(
    re.findall(
        r"\w+",
        "a additional affiliated affiliates agencies agency al all am an and at bin by companies "
        "company compiled da de del der di division editing edition en et feed for from her him in "
        "issue its la latest le license limited magazine me modifications more news noted of on or "
        "otherwise page permission pm print reporting republished reserved rights section staff "
        "subsidiary text the them to translated und unless updates us van via von website wire "
        "wires with without writing y ",
    )
)

# Who wrote it, in the text as it is written. A name is two to four capitalised words.
_NAME = r"[A-Z][\w.'’-]{0,30}(?: [A-Z][\w.'’-]{0,30}){1,3}"
_TRADE = (
    r"(?:[Rr]eporter|[Cc]orrespondent|[Jj]ournalist|[Ee]ditor|[Cc]olumnist|[Ww]riter|[Cc]ontributor"
    r"|(?:[Nn]ews|[Ss]enior|[Dd]igital|[Vv]ideo|[Ee]xecutive) [Pp]roducer)"
)
_OUTLET = r"(?:[Tt]he [A-Z][^\n,]{1,60}|[A-Z][\w’' ]{0,40}(?:Times|Post|News|Journal|Magazine)|Reuters|Bloomberg)"
_BY_THEM = r"(?:and|in|at|from|of|the|de|van|von|also|staff|reporters?|writers?|correspondents?|journalists?)"
AUTHOR = (
    rf"{_NAME},? is (?:(?:a|an|the|our|[A-Z][\w.]{{0,20}}[’']s?) )?"
    rf"(?:(?!former\b|and an?\b)[\w’'&/.,-]{{1,30}} ){{0,6}}?{_TRADE}"
    r"(?:[- ](?:at[- ]large|in[- ]chief))?(?=[.\s]*$"
    r"|,? (?:(?:at|for|with|in|on|from|based|covering|focus(?:ed|ing)|writing|and)\b"
    r"|wh(?:o|ere) (?:s?he |they )?(?:also )?(?:covers?|writes?|reports?|focuses)\b)"
    r"(?![^\n]* (?:that|was|were|accused|arrested|charged|jailed|sued)\b))"
    rf"|{_NAME} (?:covers|writes about) [^\n]{{3,100}} (?:for|at) {_OUTLET}[.\s]*$"
    rf"|(?:(?:[A-Z][^\s\0]{{0,30}}|{_BY_THEM}),? ){{1,25}}contributed (?:to this (?:report|story|article)|reporting)"
    r"(?: (?:from|in) [A-Z][^\n.,]{1,40})?[.\s]*$"
)
ABOUT_THE_AUTHOR = (
    r"(?![^\n]* that )(?:"
    r"(?:S?[Hh]e|They) (?:also |has |was |is |can be )?(?:previously |currently |now |formerly )?"
    r"(?:covers?|covered|writes?|written|reports?|reported|joined|based|lives?|holds?|graduated|reached|tweets|worked)\b"
    r"|(?:Follow|Reach|Email|Contact|Write to|Find) (?:him|her|them)\b|You can (?:follow|reach|email|contact|find) "
    r"|(?:His|Her|Their) (?:work|writing|reporting|stories) (?:has|have) appeared\b|(?:Prior to|Before) joining\b)"
)
AUTHOR_WORDS = (
    "reporter",
    "correspondent",
    "journalist",
    "editor",
    "columnist",
    "writer",
    "cover",
    "contribut",
    "produc",
)
