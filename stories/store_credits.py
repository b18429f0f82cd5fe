"""Credits as the archive keeps them: whom each article credits, with the evidence."""

from collections.abc import Iterable

from stories.credits import Credit, CreditKind
from stories.store import Store

_AT_ONCE = 500  # ids in one question; SQLite allows 32,766


def save_credits(store: Store, article_id: str, credits: Iterable[Credit]) -> None:
    """Keep whom a kept article credits, in the place of what was kept of it before; call it inside a transaction."""
    store.db.execute("DELETE FROM credits WHERE article_id = ?", [article_id])
    for credit in credits:
        store.db.execute(
            "INSERT INTO credits (article_id, outlet, words, kind) VALUES (?, ?, ?, ?)",
            [article_id, credit.outlet, credit.words, credit.kind],
        )


def credits_of_articles(store: Store, ids: Iterable[str]) -> dict[str, tuple[Credit, ...]]:
    """Return the credits of each of these articles, in the order in which they were found; none is an empty tuple."""
    asked = list(dict.fromkeys(ids))
    found: dict[str, list[Credit]] = {article_id: [] for article_id in asked}
    for begin in range(0, len(asked), _AT_ONCE):
        some = asked[begin : begin + _AT_ONCE]
        rows = store.db.execute(
            f"SELECT article_id, outlet, words, kind FROM credits WHERE article_id IN ({', '.join('?' * len(some))})"
            " ORDER BY id",
            some,
        )
        for article_id, outlet, words, kind in rows:
            found[article_id].append(Credit(outlet=outlet, words=words, kind=CreditKind(kind)))
    return {article_id: tuple(credits) for article_id, credits in found.items()}
