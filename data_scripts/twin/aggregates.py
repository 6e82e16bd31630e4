"""Aggregate figures of MovieLens 100K, which the twin is shaped after.

Counts, shares, quantiles and means only: no row of the data set is here. Sources: the data set's
own README and `u.info`, `u.genre`, `u.occupation`; Harper and Konstan (2015), "The MovieLens
Datasets"; and counts by group, means and quantiles taken once over the whole set.
"""

from __future__ import annotations

USERS, MOVIES, RATINGS = 943, 1682, 100_000
FEWEST_RATINGS, MOST_RATINGS = 20, 737  # of a user

# Share of each rating from 1 to 5.
RATING_SHARES = (0.0611, 0.1137, 0.27145, 0.34174, 0.21201)

# Quantiles of the number of ratings: (share of users or movies, number of ratings).
RATINGS_OF_USER = (
    (0.0, 20), (0.05, 21), (0.10, 23), (0.25, 33), (0.50, 65), (0.75, 148), (0.90, 244),
    (0.95, 311), (0.99, 443), (0.998, 560), (1.0, 737),
)  # fmt: skip
RATINGS_OF_MOVIE = (
    (0.0, 1), (0.084, 1.5), (0.10, 2), (0.25, 6), (0.35, 11), (0.50, 27), (0.60, 43), (0.70, 65),
    (0.75, 80), (0.80, 99), (0.85, 127), (0.90, 168), (0.95, 229), (0.98, 298), (0.99, 369),
    (0.998, 480), (1.0, 583),
)  # fmt: skip

MALE = 670
OCCUPATIONS = {
    "student": 196, "other": 105, "educator": 95, "administrator": 79, "engineer": 67,
    "programmer": 66, "librarian": 51, "writer": 45, "executive": 32, "scientist": 31,
    "artist": 28, "technician": 27, "marketing": 26, "entertainment": 18, "healthcare": 16,
    "retired": 14, "lawyer": 12, "salesman": 12, "none": 9, "homemaker": 7, "doctor": 7,
}  # fmt: skip

# Quantiles of the age in years; the three quartiles and both ends are the published ones, the
# others are set so that mean and standard deviation come close (34.05 and 12.19 published).
AGES = (
    (0.0, 7), (0.004, 13), (0.05, 18.6), (0.12, 21), (0.25, 25), (0.50, 31), (0.75, 43),
    (0.90, 51), (0.97, 59), (0.995, 68), (1.0, 73),
)  # fmt: skip

# How many zip codes are shared by how many users: 795 codes for 943 users, one of them nine times.
ZIP_CODES_SHARED = {9: 1, 6: 1, 5: 3, 4: 5, 3: 20, 2: 68, 1: 697}
COMMONEST_ZIP_CODE = "55414"

# First and last rating, in seconds since 1970, and the share of the ratings in each month.
FIRST_SECOND, LAST_SECOND = 874_724_710, 893_286_638
MONTH_SHARES = {
    (1997, 9): 0.067, (1997, 10): 0.103, (1997, 11): 0.240, (1997, 12): 0.119,
    (1998, 1): 0.141, (1998, 2): 0.110, (1998, 3): 0.127, (1998, 4): 0.094,
}  # fmt: skip

# In the order of the flags in `u.item`: number of movies, mean ratings for each, mean rating.
GENRES = {
    "unknown": (2, 5, 3.20), "Action": (251, 102, 3.48), "Adventure": (135, 102, 3.50),
    "Animation": (42, 86, 3.58), "Children's": (122, 59, 3.35), "Comedy": (505, 59, 3.39),
    "Crime": (109, 74, 3.63), "Documentary": (50, 15, 3.67), "Drama": (725, 55, 3.69),
    "Fantasy": (22, 61, 3.22), "Film-Noir": (24, 72, 3.92), "Horror": (92, 58, 3.29),
    "Musical": (56, 88, 3.52), "Mystery": (61, 86, 3.64), "Romance": (247, 79, 3.62),
    "Sci-Fi": (101, 126, 3.56), "Thriller": (251, 87, 3.51), "War": (71, 132, 3.82),
    "Western": (27, 69, 3.61),
}  # fmt: skip

# How many movies carry one genre flag, two, three, ...
GENRES_OF_MOVIE = {1: 833, 2: 569, 3: 215, 4: 51, 5: 11, 6: 3}

# How many movies came out in each span of years (first year, last year): movies.
MOVIES_OF_YEARS = {
    (1922, 1932): 5, (1933, 1939): 25, (1940, 1949): 45, (1950, 1959): 57, (1960, 1969): 47,
    (1970, 1979): 55, (1980, 1984): 48, (1985, 1989): 62, (1990, 1992): 88, (1993, 1993): 130,
    (1994, 1994): 237, (1995, 1995): 296, (1996, 1996): 298, (1997, 1997): 235, (1998, 1998): 53,
}  # fmt: skip
