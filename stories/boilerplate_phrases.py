"""How boilerplate reads: for each kind, the first words of a sentence or a line, and the pattern of what follows them.

All in lower case with plain apostrophes. They are written tightly: what an article may say itself ("sign-ups for the
service rose") must not fit, for a sentence cut by mistake hides what somebody waits for, and one left in costs little.
Every gap in a pattern is bounded, so that no text makes one slow.
"""

import re

Rules = tuple[tuple[str, str], ...]  # first words, what follows
NUMBER = "#"  # as a first word, any number

# What may stand before the first word, and with it; no quotes, because who quotes such a line reports on it.
LEAD = r"[-\s(\[*•·–—|>»▶►_#]{0,5}"
POLITE = r"(?:please |you can )?"
END = r"(?=[.!?…\n]|\Z)"  # of the sentence
_LINE_END = r"\W{0,4}?(?=\n|\Z)"
_GAP = r"[^\n]{0,150}?"
_MAIL = (
    r"(?:newsletters?|inbox|mailing list|briefings?|alerts|updates|digest|our podcasts?|our channel"
    r"|(?:news|stories|alerts|updates|edition) (?:by|via) e-?mail"
    r"|(?:daily|weekly|morning|free|our) e-?mails?|e-?mail (?:list|version|edition))\b"
)
_NOW = r"(?:,? (?:now|today|here|below|for free|free))*"
# To what is ours or yours; what is nobody's only if nothing follows it, or it is a newsletter for you.
_INVITED = (
    rf"(?:for|to|and)\b(?:{_GAP}\bour\b{_GAP}\b{_MAIL}|[^\n,:]{{0,100}}?\byour\b[^\n,:]{{0,40}}?\b{_MAIL}"
    rf"|{_GAP}\b{_MAIL}{END}|{_GAP}\b(?:newsletter|mailing list)\b(?=[^\n]{{0,250}}\b(?:our|your|you|us)\b))"
)
_BRIEF = r"(?:our|the) (?:[^\s,.]{1,20} ){0,4}"
NETWORK = (
    r"(?:twitter|x|facebook|instagram|linkedin|youtube|threads|bluesky|mastodon|whatsapp|telegram|tiktok|google news"
    r"|social media|flipboard|pinterest|reddit|tumblr|messenger)\b"
)
WORK = r"(?:article|story|post|piece|report|column|essay|interview)"

# A sentence that begins so is an invitation to subscribe.
SIGN_UPS: Rules = (
    ("sign signup", rf"(?:[- ]?up){_NOW} {_INVITED}"),
    ("subscribe register", rf"{_NOW} {_INVITED}"),
    ("join", r" our (?:\w+ ){0,3}(?:newsletter|mailing list)\b"),
    ("sign", rf" up(?: now| today| here| for free)+\W{{0,3}}{END}"),
    ("subscribe register", rf"(?: now| today| here| for free)+\W{{0,3}}{END}"),
    ("to", rf" (?:receive|get|read|hear|learn) {_GAP}, (?:please )?(?:sign up|subscribe)\b{_NOW} {_INVITED}"),
    (
        "get receive",
        r" (?:our|the|a|your|all|more|daily|breaking|top|latest|exclusive|free)\b"
        rf"{_GAP}\b(?:delivered|sent|straight|right|direct|directly)\b[^\n.,;]{{0,30}}"
        r" (?:in|to|into) your (?:\w+ )?inbox\b",
    ),
    ("get receive", rf" (?:our|all|more|daily|top|free)\b{_GAP} (?:in|to) your inbox{END}"),
    ("get receive", rf" {_BRIEF}newsletters? (?:(?:delivered |sent )?(?:in|to) your|read by)\b"),
    ("get receive", rf" {_BRIEF}newsletters? (?:(?:delivered|sent) )?(?:every|each) (?:day|morning|week){END}"),
    (
        "get receive",
        r" (?:our|the) (?:free )?(?:daily|weekly|morning|e-?mail)(?: \w+)? newsletter"
        rf"(?:{END}| (?:that|from|for|delivered|sent|read|here|now|today)\b)",
    ),
    (
        "by",
        r" (?:signing up|subscribing|registering|clicking|submitting|providing your|entering your|continuing)"
        rf"\b{_GAP}\byou(?:'re)? (?:\w+ )?(?:agree|accept|consent|acknowledge|confirm|agreeing|will receive)\b"
        r"(?=[^\n]{0,80}\b(?:our|terms|privacy|newsletters?|e-?mails?|receive|marketing|your data)\b)",
    ),
    ("the our", r" (?:[^\s.,]{1,20} ){0,6}newsletter (?:brings|keeps|gives|sends|delivers)(?: it)? (?:to )?you\b"),
    (
        "unsubscribe",
        rf" (?:(?:at )?any ?time|here|using|via|by clicking)(?:{END}| (?:and|by|from|on|or|the|using|via|with)\b)",
    ),
    ("for", r" (?:additional|more|further) information[^\n]{0,40}\bour (?:terms|privacy)\b"),
    (
        "for",
        r" (?:additional|more|further) information,? (?:please )?(?:see|read|refer to) the"
        r" (?:privacy|terms)(?: \w+){0,4}" + END,
    ),
    ("abonnieren bestellen", r" sie [^\n]{0,60}\bnewsletter\b"),
    ("abonnez inscrivez", r"-vous [^\n]{0,60}\b(?:newsletter|infolettre)\b"),
    ("suscríbete suscribete suscríbase apúntate", r" [^\n]{0,60}\b(?:newsletter|bolet[ií]n|boletines)\b"),
)

# A sentence that begins so asks the reader for something else.
PROMPTS: Rules = (
    (
        "follow like find join",
        r" (?:us|our (?:page|channel|account|coverage|team|reporters?|community)|the conversation)\b"
        rf"[^\n,;]{{0,25}} (?:on|at|via) (?:our )?{NETWORK}",
    ),
    ("join", r" our [^\n,]{0,20}\b(?:whatsapp|telegram|discord) (?:group|channel|community|server)\b"),
    (
        "join",
        r" (?:our|the) [^\n,]{0,40}\b(?:whatsapp|telegram|discord)\b[^\n,]{0,10} (?:group|channel|community|server)"
        rf"(?:{END}| (?:here|now|today|to (?:get|receive|stay)|for (?:more|the latest|daily|breaking|all))\b)",
    ),
    ("follow", rf" @\w{{2,20}} on {NETWORK}"),
    ("share", rf" this (?:{WORK}|page)(?: (?:on|via) {NETWORK}| with (?:your )?friends| by e-?mail)?{END}"),
    (
        "click tap",
        r" here (?:to (?:read|subscribe|sign|join|follow|get|see|view|download|listen|watch)"
        r"|for (?:more|the latest|all|a full|our))\b",
    ),
    ("click tap", rf" to share on {NETWORK}(?: \(opens in new window\))?"),
    ("click", r" over to [^\n]{0,40} to read more\b"),
    ("download", r" our (?:[\w-]+ ){0,3}app (?:for|on|from|today|now|here)\b"),
    ("download", rf" the (?:[\w-]+ ){{0,3}}app (?:today|now|here|for free)\W{{0,3}}{END}"),
    ("already", r" (?:a|an|have a|have an) (?:\w+ )?(?:subscriber|member|account|subscription)\b[^\n]{0,5}\?"),
    (
        "subscribe log sign register",
        rf"(?: in| up)?(?: now)? to (?:(?:continue|keep) reading|continue{END}|read (?:more|on|the full {WORK}))\b",
    ),
    (
        "to",
        r" (?:continue|keep) reading(?: this \w+)?, "
        r"(?:please|you|create|subscribe|sign|log|register|become|start|join|buy)\b",
    ),
    (
        "enable",
        r" (?:javascript|cookies)(?: and (?:javascript|cookies))? (?:in your"
        r"|to (?:continue|view|use|read|see)\b[^\n,]{0,40}" + END + ")",
    ),
    ("listen subscribe", r" (?:to the episode )?(?:free )?at these links\b"),
    (
        "listen subscribe",
        r" (?:to the episode )?(?:free )?on (?:apple|spotify|google) podcasts"
        rf"(?:[, ]+(?:and|or|on|apple|spotify|google|youtube|amazon|podcasts|music|stitcher)){{0,12}}{END}",
    ),
    ("listen", rf" to this {WORK}(?: here| now| below)?{END}"),
    ("read", rf" (?:more|the full {WORK}) here{END}"),
    (
        "story article",
        rf" continues (?:below|after)(?: (?:this|the))?(?: (?:advertisement|ad|gallery|video|newsletter)\b|{END})",
    ),
    ("advertisement", rf"(?: ?-+|\W{{0,2}}{END})"),
    ("folgen abonnieren", rf" sie uns (?:auf|bei) {NETWORK}"),
    ("suivez", rf"-nous sur {NETWORK}"),
    ("síguenos siguenos", rf" en {NETWORK}"),
)

_USED = r"(?:published|reproduced|copied|redistributed|rewritten|broadcast|distributed|transmitted|cached|stored|used)"
_ON_THIS_PAGE = rf"(?:{END}|(?=[^\n]{{0,300}}\b(?:our|your|you|this (?:web)?(?:site|page)|experience)\b))"
# A sentence that begins so is the small print: whose text it is, where it stood before, whom to write to.
NOTICES: Rules = (
    ("this", r" (?:form|site) is protected by recaptcha\b"),
    ("we", rf" use cookies{_ON_THIS_PAGE}"),
    ("this our", rf" (?:(?:web)?site|partners) uses? cookies{_ON_THIS_PAGE}"),
    ("wir nous utilizamos", r"(?: verwenden| utilisons des)? cookies\b"),
    (
        "this",
        rf" (?:content|{WORK}) is (?:only available|available only|exclusive|reserved|free|a free article) (?:to|for) "
        rf"(?:(?:our|all|paid|paying|registered|premium|digital) ){{0,3}}(?:subscribers|members)(?: only)?{END}",
    ),
    (
        "you",
        r"(?:'ve| have) (?:reached|read|used)[^\n]{0,20} (?:your|\d+|limit|last)\b[^\n]{0,20}"
        rf"\b(?:free|monthly|complimentary) (?:articles?|stor(?:y|ies))[^\n:]{{0,40}}{END}",
    ),
    ("©", r"[^\n]{0,60}\ball rights reserved\b"),
    ("copyright", rf" (?:©|\(c\)|(?:20|19)\d\d)[^\n]{{0,60}}\ball rights reserved{END}"),
    ("all", rf" rights reserved(?: \([^\n)]{{0,20}}\)|\))?(?:{END}| ?[|•©])"),
    ("alle tous todos", rf" (?:rechte vorbehalten|droits réservés|los derechos reservados)\)?{END}"),
    (
        "this",
        rf" (?:material|content|article) (?:may|must) not be {_USED}(?:[\s,]+(?:or|and|otherwise|in|whole|part|any"
        rf"|form|manner|by|means|directly|indirectly|{_USED})\b){{0,20}}"
        r"(?: without (?:the |our |prior |express |explicit |written )*"
        rf"(?:permission|consent|authori[sz]ation)\b[^\n]{{0,80}})?{END}",
    ),
    ("a", rf" version of this {WORK} (?:first |originally |also )?(?:was )?(?:appear(?:s|ed)|published) in print\b"),
    (
        "this",
        r" story has not been edited by [^\n]{0,40}(?:\bstaff(?: and\b|" + END + ")|auto-generated|published from)",
    ),
    ("with", rf" (?:[a-z]{{2,12}} |agency )inputs\W{{0,3}}{END}"),
    ("to", r" contact the (?:reporters?|editors?|authors?|writers?)(?: (?:on|of|for) this " + WORK + "|:)"),
    ("contact email reach write", rf"(?: to)? (?:[\w.'-]+ ){{1,4}}at \S{{1,60}}@\S{{3,60}}{END}"),
    ("have got", r" a (?:news )?(?:tip|story idea)\?"),
)

# Who says what, and to whom it happens: a sentence that holds such a word reports, however it begins.
REPORTED = re.compile(
    r"\b(?:said|says?|told|tells|writes|wrote|ruled|rul(?:es|ing)|found|finds|alleg(?:ed|es)|argu(?:ed|es)"
    r"|claim(?:ed|s)|announced|warn(?:ed|s)|urge[ds]|order(?:ed|s)|demand(?:ed|s)|insist(?:ed|s)|denie[ds]|asked"
    r"|accus(?:ed|es)|su(?:ed|es|ing)|fin(?:ed|es)|bann(?:ed|ing)|called|heard|shows|showed|noted|notes|reported"
    r"|according|fell|rose|grew|surged|dropped|soared|doubled|bought|acquired|sold|costs?|misled|breach(?:ed|es)?"
    r"|violat(?:ed|es)|fac(?:ed|es)|became|began|adds|added|pleads|pleaded|holds|joked|hired|closes|closed|ran|pays|paid|won|lost"
    r"|agreed|appealed|settled|courts?|judges?|ftc|doj|commission"
    r"|regulators?|watchdogs?|plaintiffs?|lawyers|prosecutors|antitrust (?:suit|case|claim|complaint|probe|law)s?"
    r"|(?:law)?suits?|against|sagte|erklärte|urteilte|gericht|tribunal|selon|según|dijo|déclaré)\b"
    r"|[,?!][\"”»] (?!you\b)"
)
IS = re.compile(r"(?<!you )\b(?:is|are|was|were|has|had|did)\b")  # no invitation tells what somebody else is

_LABELS: Rules = (
    ("advertisement advertisements ad ads anzeige werbung publicité publicidad", ""),
    ("sponsored", r"(?: content| by(?: [^\s.!?\0]{1,20}){1,3})?"),
    ("scroll", r"(?: down)? to continue(?: reading)?"),
    ("advertise", " with us"),
    ("get", " our media kit"),
    ("ready", " to get started"),
    ("newsletter newsletters", "(?: abonnieren)?"),
    ("subscribe signup", "(?: now| today)?"),
    ("subscribe", r" (?:for|to) [^\n.!?\0]{0,40}updates"),
    ("sign", "(?:[- ]up(?: now| today)?| in)"),
    ("log", " in"),
    ("skip", " (?:ad|advertisement)"),
    ("enter your", r" (?:your )?e-?mail(?: address)?"),
    ("email", "(?: address)?"),
    ("e", "-mail(?: address)?"),
    ("thank", " you for (?:subscribing|signing up)"),
    ("learn read show", " more"),
    ("more", ":"),
    ("share", rf"(?: this)?(?: {WORK}| page)?(?: (?:via|on|with|by)(?: e?-?mail| {NETWORK}))?"),
    ("copy", " link"),
    ("print save", r"(?: this(?: article| page)?)?"),
    ("listen", r"(?: to (?:this )?(?:article|story|post)\W?[^\n.!?\0]{0,20})?"),
    (NUMBER, r"(?:[- ]min(?:ute)?s? (?:read|listen)| comments?)"),
    ("leave post view", " (?:a )?(?:comments?|reply)"),
    ("back", " to top"),
    ("follow", " us(?: on)?"),
)

_STORIES = r"(?:stories|articles|news|coverage|content|posts|topics|links|reading|reads|headlines|videos)"
_LISTS: Rules = (
    ("related recommended trending popular", rf"(?: {_STORIES}| now| for you)?(?: (?:in|on) [^\n.!?\0]{{1,30}})?"),
    ("more", rf" (?:{_STORIES}|(?:like|about|on) this|(?:from|in|on)(?: [^\s.!?\0]{{1,20}}){{1,4}})"),
    ("most", rf"[- ](?:read|popular|viewed|shared|commented|discussed|watched)(?: {_STORIES}| today| now)?"),
    ("top latest promoted sponsored", rf" {_STORIES}"),
    ("you", " (?:may|might) (?:also )?(?:like|be interested in)"),
    ("editor editors", "'?s?'? picks?"),
    ("in", " case you missed it"),
    ("don", "'t miss"),
    ("must", "[- ]reads?"),
    ("up", " next"),
    ("what", " to read next"),
    ("read", " (?:next|also|more)"),
    ("keep", " reading"),
    ("also see", " (?:read|also)"),
    ("from around", " (?:around )?the web"),
    ("mehr weitere", " (?:zum thema|artikel|nachrichten)"),
    ("lesen", " sie (?:auch|mehr)"),
    ("das", " könnte sie auch interessieren"),
    ("auch", " interessant"),
    ("meistgelesen meistgelesene", "(?: artikel)?"),
    ("à a lire", "(?: lire)? (?:aussi|ne pas manquer)"),
    ("sur", " le même sujet"),
    ("les articles", " (?:articles les plus lus|plus lus|liés|similaires)"),
    ("vous nos", " (?:aimerez aussi|recommandations)"),
    ("lee", " tambi[eé]n"),
    ("también te", "(?: te)? (?:puede interesar|recomendamos)"),
    ("noticias", " relacionadas"),
    ("las más mas lo", "(?: m[aá]s)? le[ií]d[ao]s?"),
)

# A line that begins so, with a colon or a bar after it, leads to one other story.
_HEADLINE = r" ?[:|»](?=[^\n]{0,200}[^\s.!…\"”][\"”]?[^\S\n]{0,3}(?:\n|\Z))"  # a sentence has a full stop
LINKS: Rules = (
    ("related", rf"{_HEADLINE}"),
    ("related", r" (?:stor(?:y|ies)|articles?|news) ?[:|»]"),
    ("read", rf"{_HEADLINE}"),
    ("read", r" (?:more|also|next) ?[:|»]"),
    ("also see", r" (?:read|also) ?[:|»]"),
    ("more watch listen recommended trending", rf"{_HEADLINE}"),
    ("don", r"'t miss ?[:|»]"),
    ("lesen mehr", r" (?:sie auch|zum thema) ?[:|»]"),
    ("à a lire", r"(?: lire)? aussi ?[:|»]"),
    ("lee te", r" (?:tambi[eé]n|puede interesar) ?[:|»]"),
)

# A whole line that says only this is a button or a label, or opens a list of other stories.
LABELS: Rules = tuple((words, f"(?:{rest}){_LINE_END}") for words, rest in _LABELS)
LISTS: Rules = tuple((words, rf"(?:{rest})(?: ?\.\.\.|[^\w.!]{{0,4}}?)(?=\n|\Z)") for words, rest in _LISTS)

# What a box goes on with once it has begun: it speaks of the subscription, and to the reader.
BOX = r"newsletter|\binbox|\bsign(?:ing)?[- ]up\b|\b(?:un)?subscrib(?:e|ing)\b|privacy policy|e-?mail address"
TO_THE_READER = r"\b(?:you|your)\b"
