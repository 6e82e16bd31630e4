// Keeps the ratings of this tab until it is closed, so that loading the page again loses nothing.

const NAME = "recommender-workshop-ratings";

/** The ratings kept in this tab; none where the browser keeps nothing or holds something else. */
export function kept() {
  try {
    const stored = JSON.parse(sessionStorage.getItem(NAME) ?? "[]");
    return stored.filter(({ movie, rating }) => Number.isInteger(movie.movie_id)
      && typeof movie.title === "string" && Number.isInteger(rating) && rating >= 1 && rating <= 5);
  } catch {
    return [];
  }
}

export function keep(ratings) {
  try {
    sessionStorage.setItem(NAME, JSON.stringify(ratings));
  } catch {
    // A browser that keeps nothing: the page works all the same until it is left.
  }
}

export function forget() {
  try {
    sessionStorage.removeItem(NAME);
  } catch {
    // Nothing is kept.
  }
}
