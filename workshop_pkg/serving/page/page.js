// The page of the service: search, rate, and see what is recommended and why.

import { showCards } from "./cards.js";
import { fill, make } from "./making.js";
import { forget, keep, kept } from "./memory.js";
import { ask, cancel, Outdated, Trouble } from "./service.js";
import { inStars, makeStars, showRating } from "./stars.js";

const FOUND_AT_MOST = 6;
const RECOMMENDED = 10;
/** A pause in typing, and between two presses of an arrow key on stars, in milliseconds. */
const TYPING = 200;
const PRESSING = 120;

const at = (id) => document.getElementById(id);

/** What was rated, in order: id -> { movie, rating }. */
let ratings = new Map(kept().map((one) => [one.movie.movie_id, one]));
let cleared = [];
let found = [];
let waitingToAsk;

// Rating

function rate(movie, rating, { from } = {}) {
  ratings.set(movie.movie_id, { movie, rating });
  cleared = [];
  ratingsChanged();
  say(`${movie.title}: ${inStars(rating)}.`);
  if (from === "recommended") {
    follow(movie);
  }
}

/** A recommended movie that gets a rating moves to the ratings, and the focus goes with it. */
function follow(movie) {
  const byKeyboard = document.activeElement.matches(":focus-visible");
  const star = at("rated-movies").querySelector(`[data-key="${movie.movie_id}"] input:checked`);
  star.focus({ preventScroll: !byKeyboard });
}

function remove(movie) {
  const place = [...at("rated-movies").children].findIndex(
    (child) => child.dataset.key === String(movie.movie_id),
  );
  ratings.delete(movie.movie_id);
  ratingsChanged();
  const left = at("rated-movies").children;
  const next = left[Math.min(place, left.length - 1)]?.querySelector("button");
  (next ?? at("title-part")).focus();
  say(`The rating of ${movie.title} is removed. ${howMany()}`);
}

function startOver() {
  cleared = [...ratings.values()];
  ratings = new Map();
  ratingsChanged();
  at("bring-back").focus();
  say(at("gone-text").textContent);
}

function bringBack() {
  ratings = new Map(cleared.map((one) => [one.movie.movie_id, one]));
  cleared = [];
  ratingsChanged();
  at("rated-title").focus();
  say(`Your ratings are back. ${howMany()}`);
}

function howMany() {
  return `${ratings.size} ${ratings.size === 1 ? "movie" : "movies"} rated.`;
}

function ratingsChanged() {
  if (ratings.size) {
    keep([...ratings.values()]);
  } else {
    forget();
  }
  showRatings();
  showFound();
  clearTimeout(waitingToAsk);
  waitingToAsk = setTimeout(recommend, PRESSING);
}

// Lists of movies with stars

function rowOf(list, buttons = () => []) {
  return ({ movie }) => make("li", {}, [
    make("div", { class: "name" }, [
      make("span", {}, [movie.title]),
      make("span", { class: "kind" }, [(movie.genres ?? []).join(", ")]),
    ]),
    make("div", { class: "actions" }, [
      makeStars(list, movie, (rating) => rate(movie, rating)),
      ...buttons(movie),
    ]),
  ]);
}

const showStars = (row, { rating }) => showRating(row.querySelector(".stars"), rating);
const idOf = ({ movie }) => movie.movie_id;

function removeButton(movie) {
  const button = make("button", { type: "button", class: "plain" }, [
    "Remove",
    make("span", { class: "unseen" }, [` the rating of ${movie.title}`]),
  ]);
  button.addEventListener("click", () => remove(movie));
  return [button];
}

function showRatings() {
  at("rated").hidden = ratings.size === 0;
  at("rated-title").textContent = `Your ratings (${ratings.size})`;
  const newestFirst = [...ratings.values()].reverse();
  fill(at("rated-movies"), newestFirst, idOf, rowOf("rated", removeButton), showStars);
  at("gone").hidden = cleared.length === 0;
  const many = cleared.length === 1 ? "1 rating is" : `${cleared.length} ratings are`;
  at("gone-text").textContent = `Your ${many} removed.`;
}

function showFound() {
  const rows = found.map((movie) => ({ movie, rating: ratings.get(movie.movie_id)?.rating }));
  fill(at("found-movies"), rows, idOf, rowOf("found"), showStars);
}

// Search

async function search() {
  const part = at("title-part").value.trim();
  const query = new URLSearchParams({ search: part, limit: FOUND_AT_MOST });
  const wait = () => { at("found").textContent = "Still searching. The service is slow."; };
  try {
    const answer = await ask("search", `api/movies?${query}`, { onSlow: wait });
    found = answer.movies;
    settle("search-trouble", "title-part");
    at("found").textContent = whatWasFound(part, answer.found);
    showFound();
  } catch (error) {
    if (error instanceof Outdated) {
      return;
    }
    at("found").textContent = "";
    report("search-trouble", error, search);
  }
}

function whatWasFound(part, count) {
  if (!part) {
    return "To begin with, movies that many know:";
  }
  if (!count) {
    return `No movie has “${part}” in its title. Try a shorter part.`;
  }
  const many = count === 1 ? "1 movie" : `${count} movies`;
  const first = count > FOUND_AT_MOST ? `The first ${FOUND_AT_MOST} of ` : "";
  return `${first}${many} with “${part}”:`;
}

// Recommendations

async function recommend() {
  const rated = [...ratings.values()];
  const list = at("recommended-movies");
  if (!rated.length) {
    cancel("recommendations");
    settle("trouble", "recommended-title");
    list.removeAttribute("aria-busy");
    wait("");
    showRecommendations([]);
    return;
  }
  list.setAttribute("aria-busy", "true");
  try {
    const answer = await ask("recommendations", "api/recommendations", {
      body: {
        ratings: rated.map(({ movie, rating }) => ({ movie_id: movie.movie_id, rating })),
        n: RECOMMENDED,
        reasons: rated.length,
      },
      onSlow: () => wait("Still waiting. The service is slow."),
    });
    settle("trouble", "recommended-title");
    showRecommendations(answer.movies);
    list.classList.remove("stale");
    sayFirst(answer.movies);
  } catch (error) {
    if (error instanceof Outdated) {
      return;
    }
    const stale = list.children.length > 0;
    list.classList.toggle("stale", stale);
    report("trouble", error, recommend, stale ? " What you see is from before." : "");
  }
  list.removeAttribute("aria-busy");
  wait("");
}

function showRecommendations(recommended) {
  at("nothing-yet").hidden = recommended.length > 0;
  showCards(at("recommended-movies"), recommended, (movie, rating) => {
    rate(movie, rating, { from: "recommended" });
  });
  at("jump").hidden = recommended.length === 0 || recommendationsInView;
  at("jump").textContent = `See ${recommended.length} recommendations`;
}

function wait(words) {
  at("waiting").hidden = !words;
  at("waiting").textContent = words;
  if (words) {
    say(words);
  }
}

function sayFirst(recommended) {
  const [first] = recommended;
  say(first
    ? `${recommended.length} recommendations. First: ${first.title}.`
    : "The service has nothing more to recommend.");
}

// What is said

function say(words) {
  at("said").textContent = words;
}

/** What was in trouble works again; the focus does not get lost with the button to try again. */
function settle(box, next) {
  const hadFocus = at(box).contains(document.activeElement);
  at(box).hidden = true;
  at(box).replaceChildren();
  if (hadFocus) {
    at(next).focus();
  }
}

function report(box, error, again, more = "") {
  if (!(error instanceof Trouble)) {
    console.error(error);
  }
  const words = error instanceof Trouble ? error.message : "Something went wrong in this page.";
  const button = make("button", { type: "button" }, ["Try again"]);
  button.addEventListener("click", again);
  at(box).replaceChildren(make("span", {}, [words + more]), button);
  at(box).hidden = false;
}

async function describeModel() {
  try {
    const { sizes } = await ask("model", "api/model");
    const count = new Intl.NumberFormat("en");
    at("model").textContent = `A model of ${count.format(sizes.movies)} movies, learned from `
      + `${count.format(sizes.ratings)} ratings by ${count.format(sizes.users)} people.`;
  } catch {
    at("model").textContent = ""; // what matters says so itself
  }
}

// Start

let recommendationsInView = false;
new IntersectionObserver(([seen]) => {
  recommendationsInView = seen.isIntersecting;
  at("jump").hidden = recommendationsInView || !at("recommended-movies").children.length;
}).observe(document.querySelector(".recommended"));

let waitingToSearch;
at("title-part").addEventListener("input", () => {
  clearTimeout(waitingToSearch);
  waitingToSearch = setTimeout(search, TYPING);
});
at("search").addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(waitingToSearch);
  search();
});
at("start-over").addEventListener("click", startOver);
at("bring-back").addEventListener("click", bringBack);

showRatings();
search();
describeModel();
if (ratings.size) {
  recommend();
}
