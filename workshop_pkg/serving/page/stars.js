// A rating as five radio buttons: arrow keys, digits and a pointer set it.

import { make, shape } from "./making.js";

export const STARS = [1, 2, 3, 4, 5];

export const inStars = (rating) => `${rating} ${rating === 1 ? "star" : "stars"}`;

/**
 * Make the stars of one movie in one list.
 *
 * `list` tells the radio groups of the same movie apart. `onRate` gets the number of stars.
 */
export function makeStars(list, movie, onRate) {
  const group = make("fieldset", { class: "stars" }, [
    make("legend", { class: "unseen" }, [`Your rating of ${movie.title}`]),
    ...STARS.map((rating) => make("label", {}, [
      make("input", { type: "radio", name: `${list}-${movie.movie_id}`, value: rating }),
      shape("star"),
      make("span", { class: "unseen" }, [inStars(rating)]),
    ])),
  ]);
  group.addEventListener("change", (event) => onRate(Number(event.target.value)));
  group.addEventListener("keydown", (event) => {
    const rating = Number(event.key);
    if (STARS.includes(rating) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      const star = starOf(group, rating);
      star.focus();
      if (!star.checked) {
        star.checked = true;
        onRate(rating);
      }
    }
  });
  return group;
}

/** Show a rating, or none, without telling anybody. */
export function showRating(group, rating) {
  for (const value of STARS) {
    starOf(group, value).checked = value === rating;
  }
}

const starOf = (group, rating) => group.querySelector(`input[value="${rating}"]`);
