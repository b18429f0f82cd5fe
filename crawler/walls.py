"""Whether a text is an article, or what a site puts in its place: a request to subscribe, log in or consent."""

import re

_SHORT = 1500  # characters; a longer text is an article, whatever it asks for at its end

# What begins such requests, in the languages of most feeds. Only in short texts: articles speak of them, too.
_REQUEST = re.compile(
    r"\b(?:subscribe (?:now )?to (?:continue|keep|read|unlock)"
    r"|continue reading(?: this article)?,? (?:please )?(?:subscribe|log ?in|sign|register|with a)"
    r"|already (?:a|have a) (?:subscri\w+|member\b|account)"
    r"|this (?:article|content|story|page) is (?:only |exclusively )?(?:available |reserved )?(?:for|to) (?:our )?"
    r"(?:\w+ )?(?:subscribers|members)"
    r"|(?:log|sign) ?in (?:or (?:register|subscribe|sign up) )?to (?:continue|read|view)"
    r"|(?:register|create (?:a free|an) account) to (?:continue|keep) reading"
    r"|you(?:'ve| have) reached your (?:\w+ )?limit"
    r"|please (?:enable|turn on) (?:javascript|cookies)|(?:javascript|cookies) (?:is|are) (?:disabled|required)"
    r"|we (?:value|care about) your privacy|accept (?:all )?(?:our )?cookies|before you continue to"
    r"|(?:are you|verify (?:that )?you are|prove you are) (?:not )?a (?:robot|human)"
    r"|unusual traffic|checking your browser"
    r"|jetzt (?:abonnieren|weiterlesen)|nur für abonnenten|weiterlesen mit|cookies akzeptieren|zustimmung zu cookies"
    r"|(?:article |contenu )?réservé (?:aux|à nos) abonnés|abonnez-vous pour|accepter (?:les|tous les) cookies"
    r"|(?:contenido|artículo) (?:exclusivo )?(?:sólo |solo )?para suscriptores|suscríbe(?:te|se) para"
    r"|aceptar (?:las|todas las) cookies|(?:contenuto|articolo) riservato agli abbonati|abbonati per"
    r"|conteúdo exclusivo para assinantes|assine para)\b",
    re.IGNORECASE,
)


def is_wall(text: str) -> bool:
    """Say whether `text`, all that a page has to tell, is no article but asks for something first.

    >>> is_wall("The regulator said on Monday. Subscribe to continue reading."), is_wall("The regulator said so.")
    (True, False)
    """
    return len(text) < _SHORT and _REQUEST.search(text.replace("’", "'")) is not None
