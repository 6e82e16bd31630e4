"""A movie is found by part of its title; what is not found or not clear is said in one sentence."""

import pandas as pd
import pytest

from workshop_pkg.titles import LISTED, find_movie

TITLES = {
    50: "Star Wars (1977)",
    181: "Return of the Jedi (1983)",
    172: "Empire Strikes Back, The (1980)",
    318: "Schindler's List (1993)",
    7: "Star Trek: First Contact (1996)",
    11: "Heat (1995)",
    12: "Wheat [1] (1990)",
    13: "In the Heat of the Night (1967)",
    14: "Señorita, La (2001)",
    15: "Star",
    16: "What? * (1972)",
}
MOVIES = pd.DataFrame({"movie_id": list(TITLES), "title": list(TITLES.values())})
COUNTS = {50: 3, 7: 5, 13: 2, 11: 1, 15: 1}
RATINGS = pd.DataFrame({"movie_id": [movie for movie, n in COUNTS.items() for _ in range(n)]})


@pytest.mark.parametrize(
    ("part", "movie"),
    [
        ("jedi", 181),
        ("JEDI", 181),
        ("  of  the   jedi ", 181),
        ("wars (1977)", 50),
        ("Wars (", 50),
        ("[1]", 12),
        ("? *", 16),
        ("schindler's", 318),
        ("Schindler\u2019s", 318),
        ("senorita", 14),
        ("SEÑORITA", 14),
        ("Sen\u0303orita", 14),
        ("The Empire Strikes Back", 172),
        ("the empire strikes back (1980)", 172),
        ("Empire Strikes Back, The", 172),
        ("la señorita", 14),
        ("Star Wars", 50),
    ],
)
def test_one_match_is_found_and_nothing_is_printed(part, movie, capsys):
    assert find_movie(MOVIES, part, RATINGS) == movie
    assert find_movie(MOVIES, part) == movie
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("part", [".", "a.s", "Star|Heat", "wars (1977", "^star", "\\w"])
def test_nothing_in_the_text_has_a_special_meaning(part):
    literal = [movie for movie, title in TITLES.items() if part.lower() in title.lower()]
    if literal:
        assert find_movie(MOVIES, part, RATINGS) in literal
    else:
        with pytest.raises(ValueError, match="No title contains"):
            find_movie(MOVIES, part, RATINGS)


def test_of_several_the_most_rated_is_taken_and_all_are_listed(capsys):
    assert find_movie(MOVIES, "heat", RATINGS) == 13
    assert capsys.readouterr().out == (
        "3 titles contain 'heat', and the most rated is taken:\n"
        "  In the Heat of the Night (1967), 2 ratings\n"
        "  Heat (1995), 1 rating\n"
        "  Wheat [1] (1990), 0 ratings\n"
    )


def test_without_ratings_the_first_is_taken(capsys):
    assert find_movie(MOVIES, "heat") == 11
    assert capsys.readouterr().out == (
        "3 titles contain 'heat', and the first is taken:\n"
        "  Heat (1995)\n  Wheat [1] (1990)\n  In the Heat of the Night (1967)\n"
    )


def test_equally_rated_the_first_is_taken():
    movies = pd.DataFrame({"movie_id": [9, 3], "title": ["Big Top", "Big Sea"]})
    assert find_movie(movies, "big", pd.DataFrame({"movie_id": [3, 9]})) == 9
    assert find_movie(movies, "big", pd.DataFrame({"movie_id": [1, 1]})) == 9


def test_whole_title_is_not_taken_for_part_of_another(capsys):
    assert find_movie(MOVIES, "star", RATINGS) == 15  # Star Trek has more ratings
    assert capsys.readouterr().out == ""


def test_two_movies_of_one_title_are_both_listed(capsys):
    movies = pd.DataFrame({"movie_id": [1, 2], "title": ["Twice (1997)", "Twice (1997)"]})
    assert find_movie(movies, "Twice (1997)", pd.DataFrame({"movie_id": [2]})) == 2
    assert capsys.readouterr().out.startswith("2 titles contain 'Twice (1997)'")


def test_long_list_is_cut(capsys):
    movies = pd.DataFrame({"movie_id": range(30), "title": [f"Part {n}" for n in range(30)]})
    assert find_movie(movies, "part", pd.DataFrame({"movie_id": [20]})) == 20
    first, second, *others, last = capsys.readouterr().out.splitlines()
    assert first == "30 titles contain 'part', and the most rated is taken:"
    assert second == "  Part 20, 1 rating"
    assert len(others) == LISTED - 1
    assert last == f"  and {30 - LISTED} more"


@pytest.mark.parametrize(
    ("part", "near"),
    [
        ("starwars", "Star Wars (1977)"),
        ("Shindlers List", "Schindler's List (1993)"),
        ("The Empire Strike Back", "Empire Strikes Back, The (1980)"),
        ("Heet", "Heat (1995)"),
    ],
)
def test_no_match_names_near_titles(part, near):
    with pytest.raises(ValueError, match="No title contains") as raised:
        find_movie(MOVIES, part, RATINGS)
    said = str(raised.value)
    assert repr(part) in said
    assert near in said
    assert "\n" not in said


@pytest.mark.parametrize("part", ["xyzzy", "!!!!", "q" * 500])
def test_no_match_and_nothing_near_says_what_to_try(part):
    with pytest.raises(ValueError, match="none is spelled nearly so: try a shorter part"):
        find_movie(MOVIES, part)


@pytest.mark.parametrize("part", ["", "   ", "\n\t"])
def test_empty_text_is_refused(part):
    with pytest.raises(ValueError, match="every title contains that"):
        find_movie(MOVIES, part)


@pytest.mark.parametrize("part", [None, 50, 1.5, True, ["star"], b"star", float("nan")])
def test_what_is_not_text_is_refused(part):
    with pytest.raises(ValueError, match="but it is text: part of a movie's title"):
        find_movie(MOVIES, part)


def test_columns_that_are_missing_are_named():
    with pytest.raises(ValueError, match=r"The movies lack the column 'title': they have movie_id"):
        find_movie(MOVIES[["movie_id"]], "star")
    with pytest.raises(ValueError, match=r"The ratings lack the column 'movie_id'"):
        find_movie(MOVIES, "star", pd.DataFrame({"user_id": [1]}))
    with pytest.raises(ValueError, match=r"movies is a list, but it is a table"):
        find_movie(list(TITLES), "star")


def test_no_movies_and_missing_titles_are_no_match():
    with pytest.raises(ValueError, match="No title contains 'star'"):
        find_movie(MOVIES.head(0), "star")
    gaps = pd.DataFrame({"movie_id": [1, 2], "title": [None, "Star"]})
    assert find_movie(gaps, "star") == 2
    with pytest.raises(ValueError, match="No title contains 'none'"):
        find_movie(gaps, "none")


def test_index_of_the_frame_does_not_matter():
    shuffled = MOVIES.set_index(pd.Index([5] * len(MOVIES)))
    assert find_movie(shuffled, "heat", RATINGS) == 13
    assert find_movie(MOVIES.set_index("movie_id", drop=False), "jedi") == 181


def test_frames_stay_as_they_are():
    movies, ratings = MOVIES.copy(), RATINGS.copy()
    find_movie(movies, "heat", ratings)
    pd.testing.assert_frame_equal(movies, MOVIES)
    pd.testing.assert_frame_equal(ratings, RATINGS)
