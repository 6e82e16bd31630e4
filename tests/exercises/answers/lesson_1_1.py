"""Answers that the exercise tests try in lesson 1.1: wrong ones with their hints, right ones."""

from tests.exercises.cases import Cases

NAMES = '["user_id", "movie_id", "rating", "unix_timestamp"]'


def _read(call: str) -> str:
    return f"def read_ratings(path):\n    return {call}\n"


RATINGS = Cases(
    wrong=[
        ("header", _read(r'pd.read_csv(path, sep="\t")')),
        ("header", _read(rf'pd.read_csv(path, sep="\t").set_axis({NAMES}, axis=1)')),
        ("header", _read(rf'pd.read_csv(path, sep="\t", header=0, names={NAMES})')),
        ("separator", _read(f"pd.read_csv(path, names={NAMES})")),
        ("separator", _read("pd.read_csv(path, header=None)")),
        ("separator", _read(f'pd.read_csv(path, sep="|", names={NAMES})')),
        (
            "index",
            _read(r'pd.read_csv(path, sep="\t", names=["user_id", "movie_id", "rating"])'),
        ),
        (
            "index",
            _read(rf'pd.read_csv(path, sep="\t", names={NAMES}, index_col="user_id")'),
        ),
        ("not the argument", _read(rf'pd.read_csv(data.path / "u.data", sep="\t", names={NAMES})')),
        (
            "dates",
            _read(
                rf'pd.read_csv(path, sep="\t", names={NAMES}).assign(unix_timestamp=lambda frame: '
                'pd.to_datetime(frame["unix_timestamp"], unit="s"))'
            ),
        ),
        ("column names", _read(r'pd.read_csv(path, sep="\t", header=None)')),
        (
            "column names",
            _read(r'pd.read_csv(path, sep="\t", names=["user", "movie", "rating", "time"])'),
        ),
        (
            "column order",
            _read(
                r'pd.read_csv(path, sep="\t", '
                'names=["movie_id", "user_id", "rating", "unix_timestamp"])'
            ),
        ),
        ("text", _read(rf'pd.read_csv(path, sep="\t", names={NAMES}, dtype=str)')),
        ("lost rows", _read(rf'pd.read_csv(path, sep="\t", names={NAMES}).head(2)')),
        ("not a frame", _read(r'[line.split("\t") for line in open(path)]')),
    ],
    right=[
        f"""
def read_ratings(path):
    frame = pd.read_table(path, header=None)
    frame.columns = {NAMES}
    return frame
""",
        """
def read_ratings(path):
    rows = [[int(field) for field in line.split()] for line in path.read_text().splitlines()]
    users, movies, stars, times = zip(*rows)
    return pd.DataFrame(
        {"rating": stars, "user_id": users, "movie_id": movies, "unix_timestamp": times}
    )
""",
    ],
)


def _year(expression: str) -> str:
    return f"def release_year(release_date):\n    return {expression}\n"


DATES = 'pd.to_datetime(release_date, format="%d-%b-%Y")'
YEAR = Cases(
    wrong=[
        ("text", _year('release_date.str.split("-").str[-1]')),
        ("dates", _year(DATES)),
        ("missing date", _year("release_date.str[-4:].astype(int)")),
        ("missing date", _year('[int(date.split("-")[2]) for date in release_date]')),
        ("invented year", _year(f"{DATES}.dt.year.fillna(0).astype(int)")),
        ("not one a date", _year(f"{DATES}.dropna().dt.year")),
        ("not one a date", _year(f"{DATES}.dt.year.mean()")),
        (
            "not the argument",
            _year('pd.to_datetime(movies["release_date"], format="%d-%b-%Y").dt.year'),
        ),
        ("two digits", _year('pd.to_numeric(release_date.str[-2:]).astype("Int64")')),
        ("day", _year(f'{DATES}.dt.day.astype("Int64")')),
        (
            "format",
            _year('pd.to_datetime(release_date, format="%Y-%m-%d", errors="coerce").dt.year'),
        ),
    ],
    right=[
        _year(f"{DATES}.dt.year"),
        _year("pd.to_numeric(release_date.str[-4:])"),
        _year("[int(d[-4:]) if isinstance(d, str) else None for d in release_date]"),
    ],
)

ADD_GENRES = """
def add_genres(movies, genres, rng):
    movies = movies.copy()
    active = [[g for g in genres if row[g] == 1] for _, row in movies.iterrows()]
    movies["genre"] = [{genre} for names in active]
    movies["all_genres"] = [{all_genres} for names in active]
    return movies
"""
DRAWN, JOINED = 'rng.choice(names or ["Other"])', '"-".join(names or ["Other"])'
GENRES = Cases(
    wrong=[
        ("always the same", ADD_GENRES.format(genre='(names or ["Other"])[0]', all_genres=JOINED)),
        ("not its own", ADD_GENRES.format(genre="rng.choice(genres)", all_genres=JOINED)),
        ("no genre", ADD_GENRES.format(genre=DRAWN, all_genres='"-".join(names)')),
        (
            "no genre",
            ADD_GENRES.format(genre='rng.choice(names) if names else ""', all_genres=JOINED),
        ),
        (
            "joined otherwise",
            ADD_GENRES.format(genre=DRAWN, all_genres='", ".join(names or ["Other"])'),
        ),
        ("joined otherwise", ADD_GENRES.format(genre=DRAWN, all_genres='names or "Other"')),
        ("only one", ADD_GENRES.format(genre=DRAWN, all_genres='(names or ["Other"])[0]')),
        (
            "not repeatable",
            ADD_GENRES.format(
                genre='np.random.default_rng().choice(names or ["Other"])', all_genres=JOINED
            ),
        ),
        (
            "never drawn",
            ADD_GENRES.format(genre='rng.choice(names[:2] or ["Other"])', all_genres=JOINED),
        ),
        (
            "lost rows",
            ADD_GENRES.format(genre=DRAWN, all_genres=JOINED).replace(
                "movies.copy()", "movies[movies[genres].sum(axis=1) > 0].copy()"
            ),
        ),
        (
            "not the argument",
            ADD_GENRES.format(genre=DRAWN, all_genres=JOINED).replace(
                "movies.copy()", "data.movies.copy()"
            ),
        ),
        (
            "lost columns",
            ADD_GENRES.format(genre=DRAWN, all_genres=JOINED).replace(
                "return movies", "return movies[['title', 'genre', 'all_genres']]"
            ),
        ),
        ("not a frame", "def add_genres(movies, genres, rng):\n    return movies[genres]\n"),
        ("error", ADD_GENRES.format(genre="rng.choice(names)", all_genres=JOINED)),
    ],
    right=[
        """
def add_genres(movies, genres, rng):
    flags = movies[genres].to_numpy() == 1
    drawn = np.where(flags, rng.random(flags.shape), -1).argmax(axis=1)
    some = flags.any(axis=1)
    movies["genre"] = np.where(some, np.array(genres)[drawn], "Other")
    movies["all_genres"] = ["-".join(np.array(genres)[row]) or "Other" for row in flags]
    return movies
""",
        """
def add_genres(movies, genres, rng):
    def names(movie):
        return [genre for genre in genres if movie[genre]] or ["Other"]

    lists = movies.apply(names, axis=1)
    return movies.assign(all_genres=lists.str.join("-"), genre=lists.map(rng.choice))
""",
    ],
)


def _sparsity(expression: str) -> str:
    return (
        "def sparsity(ratings):\n"
        "    n, users, movies = len(ratings), ratings['user_id'], ratings['movie_id']\n"
        f"    return {expression}\n"
    )


MATRIX = """
def sparsity(ratings):
    matrix = ratings.pivot_table(index="user_id", columns="movie_id", values="rating")
    return {result}
"""
SPARSITY = Cases(
    wrong=[
        ("density", _sparsity("n / (users.nunique() * movies.nunique())")),
        ("percent", _sparsity("100 * (1 - n / (users.nunique() * movies.nunique()))")),
        ("count", _sparsity("users.nunique() * movies.nunique() - n")),
        ("largest id", _sparsity("1 - n / (users.max() * movies.max())")),
        ("rows for users", _sparsity("1 - n / (len(users) * len(movies))")),
        ("added", _sparsity("1 - n / (users.nunique() + movies.nunique())")),
        ("upside down", _sparsity("1 - users.nunique() * movies.nunique() / n")),
        ("fixed numbers", _sparsity("8 / 15")),
        ("other", _sparsity("1 - n / 1_000_000")),
        (
            "not the argument",
            "def sparsity(ratings):\n"
            "    users, movies = joined['user_id'].nunique(), joined['movie_id'].nunique()\n"
            "    return 1 - len(joined) / (users * movies)\n",
        ),
        (
            "not the argument",
            "def sparsity(ratings):\n"
            "    n, ratings = len(ratings), data.ratings\n"
            "    users, movies = ratings['user_id'].nunique(), ratings['movie_id'].nunique()\n"
            "    return 1 - len(ratings) / users / movies\n",
        ),
        ("a share for each", MATRIX.format(result="matrix.isna().mean()")),
        ("a share for each", MATRIX.format(result="matrix.isna().mean(axis=1)")),
        ("not one number", _sparsity("1 - n / (users.nunique() * movies.unique())")),
    ],
    right=[
        MATRIX.format(result="matrix.isna().to_numpy().mean()"),
        MATRIX.format(result="matrix.isna().mean().mean()"),
        _sparsity("np.float32(1 - n / len(set(users)) / len(set(movies)))"),
    ],
)

CASES = {
    "1.1-ratings": RATINGS,
    "1.1-year": YEAR,
    "1.1-genres": GENRES,
    "1.1-sparsity": SPARSITY,
}
