// The recommendations: a card each, with the reasons and how they add up to the score.

import { fill, make } from "./making.js";
import { inStars, makeStars, showRating } from "./stars.js";

const REASONS_SHOWN = 3;
const DIGITS = 3;
/** In milliseconds. */
const GLIDE = 250;

/** Where each movie stood in the list before: id -> rank. */
let before = new Map();

/** Show a list of recommendations; `onRate` gets the movie and its number of stars. */
export function showCards(list, recommended, onRate) {
  const standing = new Map(recommended.map((movie, place) => [movie.movie_id, place + 1]));
  glide(list, () => fill(
    list,
    recommended,
    (movie) => movie.movie_id,
    (movie) => makeCard(movie, onRate),
    (card, movie, place) => update(card, movie, place + 1),
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
      make("h3", {}, [movie.title, make("span", { class: "moved" })]),
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
      ]),
    ]),
  ]);
}

function update(card, movie, rank) {
  card.querySelector(".rank").textContent = rank;
  showMove(card.querySelector(".moved"), before.size ? before.get(movie.movie_id) : rank, rank);
  showRating(card.querySelector(".stars"), undefined);
  const largest = Math.max(...movie.reasons.map((reason) => Math.abs(reason.contribution)));
  const shown = movie.reasons.slice(0, REASONS_SHOWN);
  card.querySelector(".reasons").replaceChildren(...shown.map((one) => reasonOf(one, largest)));
  card.querySelector("tbody").replaceChildren(...movie.reasons.map(rowOf));
  card.querySelector(".score").textContent = signed(movie.score);
}

function showMove(badge, last, rank) {
  badge.hidden = last === rank;
  badge.classList.toggle("down", last < rank);
  if (last === undefined) {
    badge.textContent = "new";
  } else {
    badge.textContent = last > rank ? `▲ up ${last - rank}` : `▼ down ${rank - last}`;
  }
}

function reasonOf({ title, rating, contribution }, largest) {
  const bar = make("i");
  bar.style.width = `${(100 * Math.abs(contribution)) / (largest || 1)}%`;
  const against = contribution < 0;
  return make("li", { class: against ? "against" : "for" }, [
    make("span", { class: "what" }, [`${title}, ${inStars(rating)}`, against && " (speaks against it)"]),
    make("span", { class: "bar", "aria-hidden": "true" }, [bar]),
    make("span", { class: "share" }, [signed(contribution)]),
  ]);
}

function rowOf({ title, rating, contribution }) {
  return make("tr", {}, [
    make("th", { scope: "row" }, [`${title}, ${inStars(rating)}`]),
    make("td", { class: "number" }, [signed(contribution)]),
  ]);
}

/** A number with its sign, and a real minus. */
function signed(value) {
  const digits = Math.abs(value).toFixed(DIGITS);
  return `${value < 0 ? "−" : "+"}${digits}`;
}
