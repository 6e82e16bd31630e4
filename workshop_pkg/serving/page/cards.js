// The recommendations: a card each, with the reasons and how they add up to the score.

import { fill, make } from "./making.js";
import { inStars, makeStars, showRating } from "./stars.js";

const REASONS_SHOWN = 3;
const DIGITS = 3;
/** Why a low rating can speak for a movie: the model's objective says so. */
const UNRATED = "To this model a movie without a rating counts as 0. So even 1 star, which is more, "
  + "can speak for a movie.";
/** In milliseconds. */
const GLIDE = 250;

/** Where each movie stood in the list before: id -> rank. */
let before = new Map();

const size = ({ contribution }) => Math.abs(contribution);

/** Show a list of recommendations, all bars on one scale; `onRate` gets the movie and its number of stars. */
export function showCards(list, recommended, onRate) {
  const largest = Math.max(...recommended.flatMap(({ reasons }) => reasons.map(size)));
  const standing = new Map(recommended.map((movie, place) => [movie.movie_id, place + 1]));
  glide(list, () => fill(
    list,
    recommended,
    (movie) => movie.movie_id,
    (movie) => makeCard(movie, onRate),
    (card, movie, place) => update(card, movie, place + 1, largest),
  ));
  before = standing;
}

/** Let cards glide to their new places, where motion is welcome. */
function glide(list, change) {
  const tops = new Map([...list.children].map((card) => [card, card.getBoundingClientRect().top]));
  change();
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    return;
  }
  for (const card of list.children) {
    const way = tops.get(card) - card.getBoundingClientRect().top;
    if (way) {
      const from = { transform: `translateY(${way}px)` };
      card.animate([from, { transform: "none" }], { duration: GLIDE, easing: "ease-out" });
    }
  }
}

function makeCard(movie, onRate) {
  return make("li", { class: "card" }, [
    make("span", { class: "rank", "aria-hidden": "true" }),
    make("div", {}, [
      make("h3", {}, [movie.title, " ", make("span", { class: "moved" })]),
      make("span", { class: "kind" }, [(movie.genres ?? []).join(", ")]),
    ]),
    make("div", { class: "seen" }, [
      make("span", { class: "kind", "aria-hidden": "true" }, ["Seen it?"]),
      makeStars("recommended", movie, (rating) => onRate(movie, rating)),
    ]),
    make("div", { class: "why" }, [
      make("p", { class: "lead" }, ["Because you rated"]),
      make("ul", { class: "reasons" }),
      make("details", {}, [
        make("summary", {}, ["How the score adds up"]),
        make("table", {}, [
          make("thead", {}, [make("tr", {}, [
            make("th", { scope: "col" }, ["What you rated"]),
            make("th", { scope: "col", class: "number" }, ["adds to the score"]),
          ])]),
          make("tbody"),
          make("tfoot", {}, [make("tr", {}, [
            make("th", { scope: "row" }, ["Score"]),
            make("td", { class: "number score" }),
          ])]),
        ]),
        make("p", { class: "quiet" }, [UNRATED]),
      ]),
    ]),
  ]);
}

function update(card, movie, rank, largest) {
  card.querySelector(".rank").textContent = rank;
  showMove(card.querySelector(".moved"), before.size ? before.get(movie.movie_id) : rank, rank);
  showRating(card.querySelector(".stars"), undefined);
  const shown = movie.reasons.slice(0, REASONS_SHOWN);
  card.querySelector(".reasons").replaceChildren(...shown.map((one) => reasonOf(one, largest)));
  card.querySelector("tbody").replaceChildren(...movie.reasons.map(rowOf));
  card.querySelector(".score").textContent = signed(movie.score);
}

function showMove(badge, last, rank) {
  badge.hidden = last === rank;
  const way = last === undefined ? "new" : last > rank ? "up" : "down";
  badge.className = `moved ${way}`;
  badge.textContent = way === "new" ? way : `${way} ${Math.abs(last - rank)}`;
}

function reasonOf(reason, largest) {
  const bar = make("i");
  bar.style.width = `${(100 * size(reason)) / (largest || 1)}%`;
  const against = reason.contribution < 0;
  return make("li", { class: against ? "against" : "for" }, [
    make("span", { class: "what" }, [what(reason), against && " (speaks against it)"]),
    make("span", { class: "bar", "aria-hidden": "true" }, [bar]),
    make("span", { class: "share" }, [signed(reason.contribution)]),
  ]);
}

function rowOf(reason) {
  return make("tr", {}, [
    make("th", { scope: "row" }, [what(reason)]),
    make("td", { class: "number" }, [signed(reason.contribution)]),
  ]);
}

/** The title and the stars, which no line parts. */
const what = ({ title, rating }) => `${title}, ${inStars(rating).replace(" ", "\u00a0")}`;

/** A number with its sign, and a real minus. */
function signed(value) {
  const digits = Math.abs(value).toFixed(DIGITS);
  return `${value < 0 ? "−" : "+"}${digits}`;
}
