"""How boilerplate reads: for each kind, the first words of a sentence or a line, and the pattern of what follows them.

All in lower case with plain apostrophes. They are written tightly: what an article may say itself ("sign-ups for the
service rose") must not fit, for a sentence cut by mistake hides what somebody waits for, and one left in costs little.
Every gap in a pattern is bounded, so that no text makes one slow.
"""

Rules = tuple[tuple[str, str], ...]  # first words, what follows
NUMBER = "#"  # as a first word, any number

# What may stand before the first word, and with it; no quotes, because who quotes such a line reports on it.
LEAD = r"[-\s(\[*•·–—|>»▶►_#]{0,5}"
POLITE = r"(?:please |you can )?"
END = r"(?=[.!?…\n]|\Z)"  # of the sentence
_LINE_END = r"\W{0,4}?(?=\n|\Z)"
_GAP = r"[^\n]{0,150}?"
_MAIL = (
    r"(?:newsletters?|inbox|mailing list|briefings?|alerts|updates|digest|our podcasts?|our channel|(?:by|via) e-?mail"
    r"|(?:daily|weekly|morning|free|our) e-?mails?|e-?mail (?:list|version|edition))\b"
)
_NETWORK = (
    r"(?:twitter|x|facebook|instagram|linkedin|youtube|threads|bluesky|mastodon|whatsapp|telegram|tiktok|google news"
    r"|social media|flipboard|pinterest|reddit|tumblr|messenger)\b"
)
_WORK = r"(?:article|story|post|piece|report|column|essay|interview)"

# A sentence that begins so is an invitation to subscribe.
SIGN_UPS: Rules = (
    ("sign signup", rf"(?:[- ]?up)?\b{_GAP}\b{_MAIL}"),
    ("subscribe register", rf"\b{_GAP}\b{_MAIL}"),
    ("join", r" our (?:\w+ ){0,3}(?:newsletter|mailing list)\b"),
    ("sign", rf" up(?: now| today| here| for free)+\W{{0,3}}{END}"),
    ("subscribe register", rf"(?: now| today| here| for free)+\W{{0,3}}{END}"),
    ("to", rf" (?:receive|get|read|hear|learn) {_GAP}, (?:please )?(?:sign up|subscribe)\b{_GAP}\b{_MAIL}"),
    (
        "get receive",
        r" (?:our|the|a|your|all|more|daily|breaking|top|latest|exclusive|free)\b"
        rf"{_GAP}\b(?:your (?:\w+ )?inbox|e-?mail alerts|newsletters? (?:by|in|to|delivered|sent|from|every|read))\b",
    ),
    ("get receive", r" (?:our|the) (?:free )?(?:daily|weekly|morning|e-?mail)(?: \w+)? newsletter\b"),
    (
        "by",
        r" (?:signing up|subscribing|registering|clicking|submitting|providing your|entering your|continuing)"
        rf"\b{_GAP}\byou(?:'re)? (?:\w+ )?(?:agree|accept|consent|acknowledge|confirm|agreeing|will receive)\b",
    ),
    ("the our", r" (?:[^\s.]{1,20} ){0,6}newsletter (?:brings|keeps|gives|sends|delivers)(?: it)? (?:to )?you\b"),
    ("unsubscribe", r"\b[^\n]{0,40}\b(?:any ?time|link|here)\b"),
    (
        "for",
        r" (?:additional|more|further) information[^\n]{0,60}\b(?:our (?:terms|privacy)|privacy policy|terms of)\b",
    ),
    ("this", r" (?:form|site) is protected by recaptcha\b"),
    ("abonnieren bestellen", r" sie [^\n]{0,60}\bnewsletter\b"),
    ("abonnez inscrivez", r"-vous [^\n]{0,60}\b(?:newsletter|infolettre)\b"),
    ("suscríbete suscribete suscríbase apúntate", r" [^\n]{0,60}\b(?:newsletter|bolet[ií]n|boletines)\b"),
)

# A sentence that begins so asks the reader for something else.
PROMPTS: Rules = (
    (
        "follow like find join",
        rf" (?:us|our \w+|the conversation)\b[^\n]{{0,40}}\b(?:on|at|via|in) (?:our )?{_NETWORK}",
    ),
    ("follow", rf" @?[\w. ]{{2,40}} on {_NETWORK}"),
    (
        "join",
        r" (?:our|the) [^\n]{0,40}\b(?:whatsapp|telegram|discord)\b[^\n]{0,20}\b(?:group|channel|community|server)\b",
    ),
    ("share", rf" this (?:{_WORK}|page)\b"),
    (
        "click tap",
        r" here (?:to (?:read|subscribe|sign|join|follow|get|see|view|download|listen|watch)"
        r"|for (?:more|the latest|all|a full|our))\b",
    ),
    ("click tap", rf" to share on {_NETWORK}(?: \(opens in new window\))?"),
    ("click", r" over to [^\n]{0,40} to read more\b"),
    ("download", r" (?:our|the) [^\n]{0,40}\bapp (?:for|on|from|today|now|here)\b"),
    ("already", r" (?:a|an|have a|have an) (?:\w+ )?(?:subscriber|member|account|subscription)\b[^\n]{0,5}\?"),
    ("subscribe log sign register", r"(?: in)?(?: now)? to (?:continue|keep|read more|read the full)(?: reading)?\b"),
    ("to", r" (?:continue|keep) reading(?: this \w+)?, "),
    ("enable", r" (?:javascript|cookies) (?:to|in|and)\b"),
    ("listen subscribe", r" (?:to the episode )?(?:free )?(?:at these links|on (?:apple|spotify|google) podcasts)\b"),
    ("listen", rf" to this {_WORK}\b"),
    ("read", rf" (?:more|the full {_WORK}) (?:at|on|in|from|here)\b[^\n]{{0,50}}{END}"),
    ("story article", r" continues (?:below|after)(?: (?:this|the))?(?: advertisement| ad| gallery| video)?\b"),
    ("advertisement", rf"(?: ?-+|\W{{0,2}}{END})"),
    ("folgen abonnieren", rf" sie uns (?:auf|bei) {_NETWORK}"),
    ("suivez", rf"-nous sur {_NETWORK}"),
    ("síguenos siguenos", rf" en {_NETWORK}"),
)

# A sentence that begins so is the small print: whose text it is, where it stood before, whom to write to.
NOTICES: Rules = (
    ("we", r" use cookies\b"),
    ("this our", r" (?:(?:web)?site|partners) uses? cookies\b"),
    ("wir nous utilizamos", r"(?: verwenden| utilisons des)? cookies\b"),
    (
        "this",
        rf" (?:content|{_WORK}) is (?:only available|available only|exclusive|reserved|free|a free article) "
        r"(?:to|for) [^\n]{0,60}\b(?:subscribers|members)\b",
    ),
    ("you", r"(?:'ve| have) (?:reached|read|used)[^\n]{0,30}\b(?:free|monthly|complimentary) (?:article|stor)"),
    ("copyright", rf" (?:© ?|\(c\) ?)?(?:20|19)\d\d\b[^\n]{{0,150}}{END}"),
    ("©", rf" ?(?:copyright )?(?:20|19)\d\d\b[^\n]{{0,150}}{END}"),
    ("© copyright", r"[^\n]{0,60}\ball rights reserved\b"),
    ("all", r" rights reserved\b"),
    ("alle tous todos", r" (?:rechte vorbehalten|droits réservés|los derechos reservados)\b"),
    ("this", r" (?:material|content|article) (?:may|must) not be (?:published|reproduced|copied|redistributed)\b"),
    (
        "this the",
        rf" {_WORK} (?:was|has been|is) (?:first |originally |also )?(?:re)?(?:published|appeared|auto-generated)"
        r"(?: \w+)? (?:by|in|on|at|from|with|under)\b",
    ),
    ("this", rf" {_WORK} (?:first |originally |also )?appear(?:s|ed)\b"),
    ("a", rf" version of this {_WORK} (?:first |originally |also )?(?:was )?(?:appear(?:s|ed)|published)\b"),
    ("originally first", rf" (?:published|appeared) (?:by|in|on|at)\b[^\n]{{0,60}}{END}"),
    ("this", r" story has not been edited by\b"),
    ("with", rf" (?:additional )?(?:agency |agencies |wire )?inputs? from\b[^\n)]{{0,80}}\)?{END}"),
    ("with", rf" (?:[a-z]{{2,12}} |agency )inputs\W{{0,3}}{END}"),
    ("additional reporting writing editing compiled", rf"(?: reporting| writing)? by [^\n]{{3,150}}{END}"),
    ("to", r" contact the (?:reporters?|editors?|authors?|writers?)\b"),
    ("contact email reach write", rf"(?: to)? (?:[\w.'-]+ ){{1,4}}at \S{{1,60}}@\S{{3,60}}{END}"),
    ("have got", r" a (?:news )?(?:tip|story idea)\?"),
)

_LABELS: Rules = (
    ("advertisement advertisements ad ads anzeige werbung publicité publicidad", ""),
    ("sponsored", r"(?: content| by [^\n.!?\0]{1,40})?"),
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
    ("share", rf"(?: this)?(?: {_WORK}| page)?(?: (?:via|on|with|by)(?: e?-?mail| {_NETWORK}))?"),
    ("copy", " link"),
    ("print save", r"(?: this(?: article| page)?)?"),
    ("listen", r"(?: to (?:this )?(?:article|story|post)\W?[^\n.!?\0]{0,20})?"),
    (NUMBER, r"(?:[- ]min(?:ute)?s? (?:read|listen)| comments?)"),
    ("leave post view", " (?:a )?(?:comments?|reply)"),
    ("back", " to top"),
    ("follow", " us(?: on)?"),
    ("copyright", r" ©[^\n.!?\0]{0,60}"),
)

_STORIES = r"(?:stories|articles|news|coverage|content|posts|topics|links|reading|reads|headlines|videos)"
_LISTS: Rules = (
    ("related recommended trending popular", rf"(?: {_STORIES}| now| for you)?(?: (?:in|on) [^\n.!?\0]{{1,30}})?"),
    ("more", rf" (?:{_STORIES}|(?:from|in|on|like|about) [^\n.!?\0]{{1,40}})"),
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
LINKS: Rules = (
    ("related", r"(?: stor(?:y|ies)| articles?| news)? ?[:|»]"),
    ("read", r"(?: more| also| next) ?[:|»]"),
    ("also see", r" (?:read|also) ?[:|»]"),
    ("more watch listen recommended trending", r" ?[:|»]"),
    ("don", r"'t miss ?[:|»]"),
    ("lesen mehr", r" (?:sie auch|zum thema) ?[:|»]"),
    ("à a lire", r"(?: lire)? aussi ?[:|»]"),
    ("lee te", r" (?:tambi[eé]n|puede interesar) ?[:|»]"),
)

# A whole line that says only this is a button or a label, or opens a list of other stories.
LABELS: Rules = tuple((words, f"(?:{rest}){_LINE_END}") for words, rest in _LABELS)
LISTS: Rules = tuple((words, f"(?:{rest}){_LINE_END}") for words, rest in _LISTS)

# What a box goes on with once it has begun: it speaks of the subscription, and to the reader.
BOX = r"newsletter|\binbox|\bsign(?:ing)?[- ]up\b|\b(?:un)?subscrib(?:e|ing)\b|privacy policy|e-?mail address"
TO_THE_READER = r"\b(?:you|your)\b"

# Who wrote it, in the text as it is written. A name is two to four capitalised words.
_NAME = r"[A-Z][\w.'’-]{0,30}(?: [A-Z][\w.'’-]{0,30}){1,3}"
_TRADE = r"(?:[Rr]eporter|[Cc]orrespondent|[Jj]ournalist|[Ee]ditor|[Cc]olumnist|[Ww]riter|[Cc]ontributor|[Pp]roducer)"
AUTHOR = (
    rf"{_NAME},? is (?:(?:a|an|the|our|[A-Z][\w.]{{0,20}}[’']s?) )?(?:[\w’'&/.,-]{{1,30}} ){{0,6}}?{_TRADE}\b"
    rf"|{_NAME} (?:covers|writes about) [^\n]{{3,100}} (?:for|at) (?:[Tt]he )?[A-Z][^\n]{{1,60}}$"
    r"|[^\n]{3,150} contributed (?:to this (?:report|story|article)|reporting)\b"
)
ABOUT_THE_AUTHOR = (
    r"(?:S?[Hh]e|They) (?:also |has |was |is |can be )?(?:previously |currently |now |formerly )?"
    r"(?:covers?|covered|writes?|written|reports?|reported|joined|based|lives?|holds?|graduated|reached|tweets|worked)\b"
    r"|(?:Follow|Reach|Email|Contact|Write to|Find) (?:him|her|them)\b|You can (?:follow|reach|email|contact|find) "
    r"|(?:His|Her|Their) (?:work|writing|reporting|stories) (?:has|have) appeared\b|(?:Prior to|Before) joining\b"
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
