"""Put users with similar numbers into groups, and give the groups names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workshop_pkg.checked import whole_number

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Clusters:
    """Groups of users that k-means found, and all that is needed to place another user.

    Parameters
    ----------
    labels : pandas.Series
        The group of each user, 0 to n_clusters - 1, by user. 0 is the largest group.
    centers : pandas.DataFrame, shape (n_clusters, n_features)
        The mean of each group in standardized features: 0 is the mean of all users, 1 is one
        standard deviation above it.
    inertia : float
        The sum of the squared distances to the nearest center, in standardized features.
    mean, scale : pandas.Series
        What was subtracted from each feature, and what it was then divided by.
    """

    labels: pd.Series
    centers: pd.DataFrame
    inertia: float
    mean: pd.Series
    scale: pd.Series

    def assign(self, features: pd.DataFrame) -> pd.Series:
        """Give the group whose center is nearest to each user; new users are welcome.

        Parameters
        ----------
        features : pandas.DataFrame
            A row for each user, with the columns that were clustered, unscaled.

        Returns
        -------
        pandas.Series
            The label of each row, with the index of `features`.

        Raises
        ------
        ValueError
            When `features` is no DataFrame, or a column or value is missing or infinite.
        """
        _check_table(features)
        missing = [name for name in self.centers.columns if name not in features.columns]
        if missing:
            raise ValueError(
                f"The features lack the column {missing[0]!r}: make them as those that were "
                "clustered were made."
            )
        values = _checked_features(features[list(self.centers.columns)])
        scaled = (values - self.mean.to_numpy()) / self.scale.to_numpy()
        centers = self.centers.to_numpy()
        gaps = scaled[:, None, :] - centers[None, :, :]
        nearest = (gaps**2).sum(axis=2).argmin(axis=1)
        return pd.Series(nearest, index=features.index, name="cluster")


def cluster(features: pd.DataFrame, n_clusters: int, seed: int = 0) -> Clusters:
    """Standardize the features and group the users by k-means, the best of ten starts.

    K-means after Lloyd (1982), "Least Squares Quantization in PCM", started by Arthur and
    Vassilvitskii (2007), "k-means++: The Advantages of Careful Seeding"; scikit-learn's ``KMeans``.

    Parameters
    ----------
    features : pandas.DataFrame
        A row for each user, such as those of `profiles.user_features`; unscaled. A column that is
        the same for all users counts for nothing.
    n_clusters : int
        Number of groups, from 1 to the number of users that differ.
    seed : int
        The same seed gives the same groups.

    Returns
    -------
    Clusters
        Numbered by size, the largest group 0.

    Raises
    ------
    ValueError
        When `n_clusters` is no whole number above 0 or larger than the number of (different) users,
        or `features` is no DataFrame, is empty, has a column twice, or a feature is missing,
        infinite or no number.

    Examples
    --------
    >>> users = pd.DataFrame({"age": [20, 21, 60], "mean rating": [4.0, 4.1, 2.5]}, index=[7, 8, 9])
    >>> cluster(users, 2).labels.to_dict()
    {7: 0, 8: 0, 9: 1}
    """
    k = whole_number(n_clusters, "n_clusters", example=5)
    values = _checked_features(features)
    _check_enough_users(values, k)
    # Slow to import, and only this function needs it.
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    mean, spread = values.mean(axis=0), values.std(axis=0)
    # A constant column has a spread of about 1e-16 by rounding: dividing by it would blow it up.
    scale = np.where(spread > 1e-12 * np.maximum(np.abs(mean), 1), spread, 1.0)
    scaled = (values - mean) / scale
    # Threads that wait for each other make a table this small ten times slower on a busy machine.
    with threadpool_limits(limits=1):
        fitted = KMeans(n_clusters=k, n_init=10, random_state=seed).fit(scaled)
    sizes = np.bincount(fitted.labels_, minlength=k)
    by_size = np.lexsort((*fitted.cluster_centers_.T.round(9)[::-1], -sizes))
    label = np.empty(k, dtype=int)
    label[by_size] = np.arange(k)
    return Clusters(
        labels=pd.Series(label[fitted.labels_], index=features.index, name="cluster"),
        centers=pd.DataFrame(
            fitted.cluster_centers_[by_size],
            columns=features.columns,
            index=pd.RangeIndex(k, name="cluster"),
        ),
        inertia=float(fitted.inertia_),
        mean=pd.Series(mean, index=features.columns),
        scale=pd.Series(scale, index=features.columns),
    )


def group_names(centers: pd.DataFrame, n_words: int = 2) -> list[str]:
    """Name each group by the features in which it is farthest from the mean user.

    Parameters
    ----------
    centers : pandas.DataFrame
        `Clusters.centers`: a row for each group, standardized features as the columns.
    n_words : int
        How many features a name holds. All names hold more where these leave two names equal.

    Returns
    -------
    list of str
        In the order of the rows. The names are equal only where the centers have the same features
        above and below the mean, in the same order.

    Raises
    ------
    ValueError
        When `n_words` is no whole number from 1 to the number of features.

    Examples
    --------
    >>> group_names(pd.DataFrame({"share: Drama": [1.2, -0.5], "age": [0.3, -0.1]}))
    ['more Drama, high age', 'less Drama, low age']
    """
    n_features = centers.shape[1]
    least_words = whole_number(n_words, "n_words", at_most=n_features)
    ordered = [
        [_in_words(str(name), center[name] > 0) for name in _by_distance(center)]
        for _, center in centers.iterrows()
    ]
    names: list[str] = []
    for n in range(least_words, n_features + 1):
        names = [", ".join(words[:n]) for words in ordered]
        if len(set(names)) == len(names):
            break
    return names


def _by_distance(center: pd.Series) -> list[str]:
    return [str(name) for name in center.abs().sort_values(ascending=False, kind="stable").index]


def _in_words(feature: str, above: bool) -> str:
    kind, _, genre = feature.partition(": ")
    if kind == "share":
        return f"{'more' if above else 'less'} {genre}"
    if kind == "taste":
        return f"likes {genre} {'more' if above else 'less'}"
    if feature == "log10 ratings":
        return f"{'more' if above else 'fewer'} ratings"
    return f"{'high' if above else 'low'} {feature}"


def _checked_features(features: pd.DataFrame) -> Floats:
    _check_table(features)
    if features.shape[1] == 0:
        raise ValueError("The features have no columns: there is nothing to compare users by.")
    for name in features.columns:
        kind = features[name].dtype
        if not (pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_bool_dtype(kind)):
            raise ValueError(
                f"The feature {name!r} holds {kind} values: turn it into numbers first, a column "
                "of 0 and 1 for each of its values."
            )
    values = features.to_numpy(dtype=np.float64, na_value=np.nan)
    bad = ~np.isfinite(values)
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise ValueError(
            f"The feature {features.columns[column]!r} is missing or infinite for user "
            f"{features.index[row]}: fill it in, or leave the user out."
        )
    return values


def _check_table(features: object) -> None:
    if not isinstance(features, pd.DataFrame):
        raise ValueError(
            f"The features are a {type(features).__name__}, but they are a table with a name for "
            "each column: pass a pandas.DataFrame, such as that of profiles.user_features."
        )
    twice = features.columns[features.columns.duplicated()]
    if len(twice):
        raise ValueError(f"The features have two columns {twice[0]!r}: give each its own name.")


def _check_enough_users(values: Floats, k: int) -> None:
    if not len(values):
        raise ValueError("The features have no rows: there is no user to put into a group.")
    if k > len(values):
        raise ValueError(
            f"{k} clusters of {len(values)} users: each cluster needs at least one. "
            f"Choose n_clusters from 1 to {len(values)}."
        )
    different = len(np.unique(values, axis=0))
    if k > different:
        raise ValueError(
            f"{k} clusters, but the {len(values)} users have only {different} different rows of "
            f"features, and equal users cannot be told apart. Choose n_clusters from 1 to "
            f"{different}."
        )
