"""How the benchmark of full texts counts."""

from bench.pages import harmonic, means, score_of


def test_texts_are_compared_by_runs_of_four_words() -> None:
    score = score_of("one two three four five", "One? two three four -- five. Six".replace("One", "one"))
    assert (score.right, score.wrong, score.left) == (2, 0, 1)
    assert (score.precision, score.recall) == (1, 2 / 3)


def test_a_run_counts_as_often_as_it_stands_there() -> None:
    score = score_of("a b c d a b c d", "a b c d")
    assert (score.right, score.wrong, score.left) == (1, 4, 0)


def test_a_text_shorter_than_a_run_is_one() -> None:
    assert score_of("two words", "two words").f1 == 1
    assert score_of("", "two words").f1 == 0


def test_all_pages_weigh_the_same_and_an_empty_text_only_costs_recall() -> None:
    scores = [score_of("a b c d e f", "a b c d e f"), score_of("", "a b c d")]
    assert means(scores) == (1, 0.5)
    assert harmonic(1, 0.5) == 2 / 3
