"""What an article lacks to meet a query."""

import pytest

from alerts.explaining import explain
from alerts.settings import TopicSettings
from stories.model import Article

_COURT = "OpenAI and Microsoft are in court, said a lawyer who has followed the two for long and asked for no name."


@pytest.mark.parametrize(
    ("query", "lacking"),
    [
        ("cartel", "cartel is not there"),
        ("court cartel milk", "cartel is not there"),
        ("cartel OR milk", "none of cartel, milk is there"),
        ("a1 OR a2 OR a3 OR a4 OR a5 OR a6 OR a7", "none of a1, a2, a3, a4, a5 and 2 more is there"),
        ("title:court", "court is not there in the title"),
        ("-court", "“court” in the text must not be there"),
        ("-(-cartel)", "cartel is not there"),
        ("-(cartel OR -milk)", "cartel OR NOT milk holds, and must not"),
        ("OpenAI NEAR/2 court", "“OpenAI” and “court” are not within 2 words"),
        ("OpenAI NEAR/2 (cartel OR milk)", "none of cartel, milk is there"),
        (
            "cartel NEAR/2 milk OR OpenAI NEAR/9 milk",
            "milk is not there (in OpenAI NEAR/9 milk, the nearest of 2 alternatives)",
        ),
        ("cartel NEAR/2 milk OR fine NEAR/9 milk", "nothing of its 2 alternatives is there"),
        (
            "-court OR cartel NEAR/2 milk",
            "“court” in the text must not be there (in NOT court, the nearest of 2 alternatives)",
        ),
        ("News NEAR/9 court", "“News” in the title and “court” in the text are not in one field"),
        (
            "(cartel -milk) OR OpenAI NEAR/9 milk",
            "milk is not there (in OpenAI NEAR/9 milk, the nearest of 2 alternatives)",
        ),
        ("lang:de", "lang:de is not there"),
    ],
)
def test_what_is_lacking_is_said(query: str, lacking: str) -> None:
    topic = TopicSettings(name="T", query=query, channels=("console",))
    said = explain(topic, Article(title="News", text=_COURT))
    assert next(part.lacking for part in said.parts if not part.is_met) == lacking
