"""The newsroom's pages as HTML: an article, an outlet's front page, and an error page."""

from datetime import datetime
from html import escape

from demo.articles import Article, Outlet

_NOTE = "This page belongs to a demonstration. The outlet and everything it reports are invented."


def text_html(outlet: Outlet, article: Article) -> str:
    """Return an article's text as HTML paragraphs, with the outlet's newsletter box under it."""
    paragraphs = "\n".join(f"<p>{escape(part, quote=False)}</p>" for part in article.text.split("\n\n"))
    box = f'\n<aside class="newsletter"><p>{escape(outlet.box, quote=False)}</p></aside>' if outlet.box else ""
    return paragraphs + box


def article_page(outlet: Outlet, article: Article, published_at: datetime) -> bytes:
    """Return the page an article's link leads to."""
    byline = f"{article.author}, {outlet.name}" if article.author else outlet.name
    date = f"{published_at:%d %B %Y, %H:%M} UTC"
    return _page(
        article.title,
        f"""\
<p><a href="./">{escape(outlet.name)}</a></p>
<article>
<h1>{escape(article.title)}</h1>
<p><em>{escape(article.summary)}</em></p>
<p>{escape(byline)} · <time datetime="{published_at.isoformat()}">{date}</time></p>
{text_html(outlet, article)}
</article>
""",
    )


def front_page(outlet: Outlet, articles: tuple[Article, ...]) -> bytes:
    """Return the list of an outlet's articles, in the order given."""
    listed = "".join(f'<li><a href="{escape(article.key)}">{escape(article.title)}</a></li>\n' for article in articles)
    return _page(
        outlet.name,
        f"<h1>{escape(outlet.name)}</h1>\n<p>{escape(outlet.about)}</p>\n"
        f'<p><a href="{escape(outlet.feed_path)}">Feed</a></p>\n<ul>\n{listed}</ul>\n',
    )


def error_page(outlet: Outlet) -> bytes:
    """Return what an outlet shows instead of its feed when its website is broken."""
    return _page("Something went wrong", f"<h1>Something went wrong</h1>\n<p>{escape(outlet.name)} will be back.</p>\n")


def _page(title: str, body: str) -> bytes:
    return f"""\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{escape(title)}</title></head>
<body>
{body}<footer><small>{_NOTE}</small></footer>
</body>
</html>
""".encode()
