"""The page of the service in Chromium: by mouse, by keyboard alone, and when the service fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Visit
from tests.browser.served import Service, exported_model
from workshop_pkg import serving

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 600}  # 1280 pixels at 400 percent (WCAG 2.2, 1.4.10)
SMALLEST_TARGET = 24  # CSS pixels (WCAG 2.2, 2.5.8)
SECONDS = 1000

# What the browser says of its own accord when an answer is an error, or none comes.
OF_FAILURES = re.compile("Failed to load resource")


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two models of the twin's ratings."""
    return exported_model(tmp_path_factory.mktemp("served") / "model")


@pytest.fixture(scope="module")
def book(model_folder: Path) -> serving.SavedRecommender:
    """What the page should show, asked without a page."""
    return serving.open_folder(model_folder)


@pytest.fixture(scope="module")
def service(model_folder: Path) -> Iterator[Service]:
    """The service, as `workshop serve` runs it."""
    with Service(model_folder) as running:
        yield running


@pytest.fixture
def opened(chromium: Any, service: Service) -> Iterator[Callable[..., Visit]]:
    """Open the page; afterwards, no request has left the machine and nothing was complained of."""
    contexts = []
    visits: list[Visit] = []

    def open_page(
        at: Service = service, prepare: Callable[[Any], None] | None = None, **settings: Any
    ) -> Visit:
        wanted = {"viewport": DESK, "reduced_motion": "reduce", **settings}
        contexts.append(chromium.new_context(**wanted))
        visited = Visit(contexts[-1].new_page())
        visits.append(visited)
        visited.watch()
        if prepare:
            prepare(visited.page)
        visited.page.goto(at.address)
        return visited

    yield open_page
    for context in contexts:
        context.close()
    assert [address for visited in visits for address in visited.elsewhere] == []
    said = [complaint for visited in visits for complaint in visited.complaints]
    assert [complaint for complaint in said if not OF_FAILURES.search(complaint)] == []


def found(page: Any) -> Any:
    return page.locator("#found-movies > li")


def rated(page: Any) -> Any:
    return page.locator("#rated-movies > li")


def cards(page: Any) -> Any:
    return page.locator("#recommended-movies > li")


def star(row: Any, stars: int) -> Any:
    return row.locator(f".stars input[value='{stars}']")


def movie_ids(rows: Any) -> list[int]:
    return [int(row.get_attribute("data-key")) for row in rows.all()]


def settled(page: Any) -> None:
    """Wait until what is recommended is what was rated: no question is open or about to be."""
    page.wait_for_timeout(200)
    page.wait_for_function(
        "() => !document.querySelector('#recommended-movies').hasAttribute('aria-busy')"
    )


def rate(page: Any, row: Any, stars: int) -> None:
    row.locator(".stars label").nth(stars - 1).click()
    settled(page)


def focused(page: Any) -> str:
    """What a screen reader says of what has the focus: its name."""
    return str(
        page.evaluate(
            """() => {
              const it = document.activeElement;
              const group = it.closest("fieldset");
              const label = it.labels?.[0] ?? it;
              const own = it.getAttribute("aria-label") ?? label.textContent;
              return (group ? group.querySelector("legend").textContent + ": " : "") + own.trim();
            }"""
        )
    )


def ring(page: Any) -> float:
    """The width of the line round what has the focus; for a star, the line is its label's."""
    return float(
        page.evaluate(
            """() => {
              const it = document.activeElement;
              const drawn = it.type === "radio" ? it.closest("label") : it;
              const style = getComputedStyle(drawn);
              return style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
            }"""
        )
    )


def tab_to(page: Any, name: str, at_most: int = 60) -> None:
    """Press Tab until this has the focus; each stop on the way has a visible ring and a name."""
    for _ in range(at_most):
        page.keyboard.press("Tab")
        assert ring(page) >= 2, focused(page)
        assert focused(page)
        if focused(page).startswith(name):
            return
    raise AssertionError(f"{name} is not within {at_most} presses of Tab")


def violations(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found_by_axe = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:150]} {node.get('failureSummary', '')}"
        for one in found_by_axe
        for node in one["nodes"]
    ]


def test_what_is_rated_by_mouse_changes_what_is_recommended_and_why(
    opened: Callable[..., Visit], book: serving.SavedRecommender
) -> None:
    page = opened().page
    # To begin with: the movies that most people rated.
    found(page).first.wait_for()
    starters, _ = book.search(limit=6)
    assert movie_ids(found(page)) == [movie.movie_id for movie in starters]
    assert page.get_by_text("Nothing yet. Rate a movie").is_visible()
    assert page.get_by_text("Your ratings", exact=False).first.is_hidden()

    rate(page, found(page).nth(0), 5)
    cards(page).nth(9).wait_for()
    given = {starters[0].movie_id: 5.0}
    assert movie_ids(cards(page)) == [one.movie.movie_id for one in book.recommend_from(given)]

    rate(page, found(page).nth(1), 1)
    given[starters[1].movie_id] = 1.0
    wanted = book.recommend_from(given, n_reasons=2)
    assert movie_ids(cards(page)) == [one.movie.movie_id for one in wanted]
    assert movie_ids(rated(page)) == [starters[1].movie_id, starters[0].movie_id]

    # The reasons of each, as the model gives them, and a sum that can be checked by hand.
    for card, one in zip(cards(page).all(), wanted, strict=True):
        assert card.locator("h3").inner_text().startswith(one.movie.title)
        reasons = [
            f"{each.movie.title}, {each.rating:g}\N{NO-BREAK SPACE}star{'s' * (each.rating > 1)}"
            + (" (speaks against it)" if each.contribution < 0 else "")
            for each in one.reasons
        ]
        assert card.locator(".reasons .what").all_inner_texts() == reasons
        card.locator("summary").click()
        numbers = [text.replace("−", "-") for text in card.locator("td").all_inner_texts()]
        *parts, total = map(float, numbers)
        assert len(parts) == len(given)
        assert total == pytest.approx(one.score, abs=0.0006)
        assert sum(parts) == pytest.approx(total, abs=0.0006 * len(numbers))

    # All bars are on one scale.
    widths = page.locator(".reasons .bar i").evaluate_all(
        "(bars) => bars.map((bar) => parseFloat(bar.style.width))"
    )
    sizes = [abs(each.contribution) for one in wanted for each in one.reasons]
    assert widths == pytest.approx([100 * size / max(sizes) for size in sizes], abs=0.01)

    # Taking the rating back brings the recommendations back that were there before.
    rated(page).nth(0).get_by_role("button").click()
    settled(page)
    del given[starters[1].movie_id]
    assert movie_ids(cards(page)) == [one.movie.movie_id for one in book.recommend_from(given)]
    assert found(page).nth(1).locator("input:checked").count() == 0

    # To start over asks for nothing, and can be taken back.
    page.get_by_role("button", name="Start over").click()
    settled(page)
    assert cards(page).count() == rated(page).count() == 0
    assert page.get_by_text("Nothing yet. Rate a movie").is_visible()
    page.get_by_role("button", name="Bring back").click()
    settled(page)
    assert movie_ids(rated(page)) == list(given)
    assert movie_ids(cards(page)) == [one.movie.movie_id for one in book.recommend_from(given)]


def test_a_search_finds_by_part_of_the_title_and_says_how_many(
    opened: Callable[..., Visit], book: serving.SavedRecommender
) -> None:
    page = opened().page
    field = page.get_by_label("Find a movie by a part of its title")
    field.fill("the")
    movies, count = book.search("the", limit=6)
    assert count > len(movies)
    page.get_by_text(f"The first 6 of {count} movies with “the”:").wait_for()
    assert movie_ids(found(page)) == [movie.movie_id for movie in movies]

    field.fill(movies[3].title)
    page.get_by_text(f"1 movie with “{movies[3].title}”:").wait_for()
    assert movie_ids(found(page)) == [movies[3].movie_id]

    field.fill("no such title")
    page.get_by_text("No movie has “no such title” in its title. Try a shorter part.").wait_for()
    assert found(page).count() == 0

    field.fill("")
    page.get_by_text("To begin with, movies that many know:").wait_for()
    assert found(page).count() == 6


def test_everything_works_by_keyboard_alone(
    opened: Callable[..., Visit], book: serving.SavedRecommender
) -> None:
    page = opened().page
    found(page).first.wait_for()
    movies, _ = book.search("the", limit=6)

    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the recommendations"
    assert page.locator(".skip").bounding_box()["y"] >= 0  # seen when it has the focus
    page.keyboard.press("Tab")
    assert focused(page) == "Find a movie by a part of its title"
    page.keyboard.type("the")
    page.get_by_text("with “the”:").wait_for()

    # The stars: Tab goes from movie to movie, arrow keys and digits set them.
    page.keyboard.press("Tab")
    assert focused(page) == f"Your rating of {movies[0].title}: 1 star"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert focused(page) == f"Your rating of {movies[0].title}: 3 stars"
    settled(page)
    assert focused(page) == f"Your rating of {movies[0].title}: 3 stars"
    page.keyboard.press("Tab")
    page.keyboard.press("5")
    assert focused(page) == f"Your rating of {movies[1].title}: 5 stars"
    settled(page)
    given = {movies[0].movie_id: 3.0, movies[1].movie_id: 5.0}
    wanted = [one.movie for one in book.recommend_from(given)]
    assert movie_ids(cards(page)) == [movie.movie_id for movie in wanted]

    # A recommended movie: with its rating the focus goes to the ratings, and still sets its stars.
    shown = [movie.movie_id for movie in movies]
    seen = next(movie for movie in wanted if movie.movie_id not in shown)
    tab_to(page, f"Your rating of {seen.title}")
    page.keyboard.press("ArrowRight")
    settled(page)
    assert focused(page) == f"Your rating of {seen.title}: 2 stars"
    assert page.evaluate("document.activeElement.closest('#rated-movies') !== null")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    settled(page)
    given[seen.movie_id] = 4.0
    assert movie_ids(cards(page)) == [one.movie.movie_id for one in book.recommend_from(given)]

    # How the score adds up unfolds.
    tab_to(page, "How the score adds up")
    page.keyboard.press("Enter")
    assert cards(page).first.locator("table").is_visible()

    # Removing: the focus goes to the next one, and after the last one to the search.
    page.keyboard.press("Shift+Tab")
    for _ in range(20):
        if focused(page) == f"Remove the rating of {movies[1].title}":
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert focused(page) == f"Remove the rating of {movies[0].title}"
    page.keyboard.press("Enter")
    assert focused(page) == f"Remove the rating of {seen.title}"
    page.keyboard.press("Enter")
    assert focused(page) == "Find a movie by a part of its title"
    settled(page)
    assert cards(page).count() == 0

    # Starting over, and back.
    page.keyboard.press("Tab")
    page.keyboard.press("4")
    tab_to(page, "Start over")
    page.keyboard.press("Enter")
    assert focused(page) == "Bring back"
    page.keyboard.press("Enter")
    assert focused(page) == "Your ratings (1)"
    settled(page)
    assert cards(page).count() == 10

    # The first stop of the page leads past all of it.
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    assert focused(page) == "Recommended for you"
    page.keyboard.press("Tab")
    assert focused(page).startswith("Your rating of")


def test_a_screen_reader_is_told_what_changes(opened: Callable[..., Visit]) -> None:
    page = opened().page
    found(page).first.wait_for()
    said = page.locator("#said")
    assert said.get_attribute("role") == page.locator("#found").get_attribute("role") == "status"
    for box in ("#trouble", "#search-trouble"):
        assert page.locator(box).get_attribute("role") == "alert"
    # All that is said, in order.
    page.evaluate(
        """() => {
          window.heard = [];
          const note = () => window.heard.push(document.querySelector("#said").textContent);
          new MutationObserver(note).observe(document.querySelector("#said"), {childList: true});
        }"""
    )
    first = found(page).first.locator(".name > span").first.inner_text()
    rate(page, found(page).first, 4)
    best = cards(page).first.locator("h3").evaluate("(it) => it.firstChild.textContent")
    rated(page).first.get_by_role("button").click()
    assert page.evaluate("window.heard") == [
        f"{first}: 4 stars.",
        f"10 recommendations. First: {best}.",
        f"The rating of {first} is removed. 0 movies rated.",
    ]


def test_what_moved_in_the_list_is_marked(
    opened: Callable[..., Visit], book: serving.SavedRecommender
) -> None:
    page = opened().page
    found(page).first.wait_for()
    rate(page, found(page).nth(0), 5)
    assert page.locator(".moved:visible").count() == 0  # nothing to compare the first list with
    before = movie_ids(cards(page))
    rate(page, found(page).nth(3), 5)
    after = movie_ids(cards(page))
    assert after != before
    for place, (card, movie_id) in enumerate(zip(cards(page).all(), after, strict=True)):
        badge = card.locator(".moved")
        if movie_id not in before:
            assert badge.inner_text() == "new"
        elif (way := before.index(movie_id) - place) == 0:
            assert badge.is_hidden()
        else:
            assert badge.inner_text() == (f"up {way}" if way > 0 else f"down {-way}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing(
    opened: Callable[..., Visit], viewport: dict[str, int], scheme: str, tmp_path: Path
) -> None:
    page = opened(viewport=viewport, color_scheme=scheme).page
    found(page).first.wait_for()
    assert violations(page) == []
    for row, stars in [(0, 5), (1, 1), (2, 3), (3, 4)]:
        rate(page, found(page).nth(row), stars)
    page.locator("summary").first.click()
    assert violations(page) == []
    page.screenshot(path=tmp_path / "rated.png", full_page=True)

    page.route("**/api/**", lambda route: route.abort())
    rate(page, found(page).nth(4), 2)
    page.get_by_label("Find a movie").fill("star")
    page.locator("#search-trouble").wait_for()
    page.locator("#trouble").wait_for()
    assert page.locator("#recommended-movies.stale").count() == 1
    assert violations(page) == []
    page.screenshot(path=tmp_path / "trouble.png", full_page=True)

    page.get_by_role("button", name="Start over").click()
    assert violations(page) == []


@pytest.mark.parametrize("viewport", [PHONE, NARROW], ids=["phone", "narrow"])
def test_on_a_phone_nothing_is_cut_off_and_the_recommendations_are_one_tap_away(
    opened: Callable[..., Visit], viewport: dict[str, int]
) -> None:
    page = opened(viewport=viewport, has_touch=True, is_mobile=True).page
    found(page).first.wait_for()
    assert page.locator("#jump").is_hidden()
    found(page).nth(0).locator(".stars label").nth(4).tap()
    found(page).nth(1).locator(".stars label").nth(3).tap()
    settled(page)
    page.locator("summary").first.evaluate("(it) => it.click()")
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    small = page.evaluate(
        """(least) => [...document.querySelectorAll("input, button, summary, main a, #jump")]
          .filter((it) => it.checkVisibility())
          .filter((it) => it.getBoundingClientRect().width < least
                       || it.getBoundingClientRect().height < least)
          .map((it) => it.outerHTML)""",
        SMALLEST_TARGET,
    )
    assert small == []

    page.evaluate("scrollTo(0, 0)")
    page.get_by_role("link", name="See 10 recommendations").tap()
    heading = page.get_by_role("heading", name="Recommended for you")
    page.wait_for_function("() => document.querySelector('#jump').hidden")
    assert 0 <= heading.bounding_box()["y"] < viewport["height"] / 2


def test_a_service_that_stopped_is_said_and_its_return_goes_on(
    opened: Callable[..., Visit], model_folder: Path
) -> None:
    with Service(model_folder) as running:
        page = opened(at=running).page
        found(page).first.wait_for()
        rate(page, found(page).nth(0), 5)
        before = movie_ids(cards(page))
        running.kill()

        rate(page, found(page).nth(1), 2)
        trouble = page.locator("#trouble")
        trouble.get_by_text("The service cannot be reached. It may have stopped").wait_for()
        # What was rated is not lost, and what is shown is marked as old.
        assert rated(page).count() == 2
        assert movie_ids(cards(page)) == before
        assert trouble.get_by_text("What you see is from before.").is_visible()
        page.get_by_label("Find a movie").fill("the")
        page.locator("#search-trouble").get_by_text("cannot be reached").wait_for()

        running.start()
        trouble.get_by_role("button", name="Try again").focus()
        page.keyboard.press("Enter")
        trouble.wait_for(state="hidden")
        assert movie_ids(cards(page)) != before
        assert page.locator(".stale").count() == 0
        assert focused(page) == "Recommended for you"
        page.locator("#search-trouble").get_by_role("button", name="Try again").click()
        page.get_by_text("with “the”:").wait_for()
        assert page.locator("#search-trouble").is_hidden()


def test_a_service_that_is_down_from_the_start_is_said(
    opened: Callable[..., Visit],
) -> None:
    def no_answers(page: Any) -> None:
        page.route("**/api/**", lambda route: route.abort())

    page = opened(prepare=no_answers).page
    page.locator("#search-trouble").get_by_text("The service cannot be reached.").wait_for()
    page.unroute("**/api/**")
    page.get_by_role("button", name="Try again").click()
    found(page).first.wait_for()
    assert page.locator("#search-trouble").is_hidden()


def test_a_slow_service_is_said_and_given_up_in_the_end(opened: Callable[..., Visit]) -> None:
    page = opened(prepare=lambda page: page.clock.install()).page
    found(page).first.wait_for()
    held: list[Any] = []
    page.route("**/api/recommendations", lambda route: held.append(route))

    found(page).nth(0).locator(".stars label").nth(4).click()
    page.clock.run_for(1 * SECONDS)
    page.wait_for_function("() => document.querySelector('[aria-busy]')")
    assert page.locator("#waiting").is_hidden()
    page.clock.run_for(1 * SECONDS)
    page.locator("#waiting").get_by_text("Still waiting. The service is slow.").wait_for()
    held.pop().continue_()
    cards(page).nth(9).wait_for()
    assert page.locator("#waiting").is_hidden()

    found(page).nth(1).locator(".stars label").nth(4).click()
    page.clock.run_for(20 * SECONDS)
    page.locator("#trouble").get_by_text("has not answered within 15 seconds").wait_for()
    assert page.locator("#waiting").is_hidden()
    assert page.locator("[aria-busy]").count() == 0


def test_a_late_answer_never_replaces_a_newer_one(
    opened: Callable[..., Visit], book: serving.SavedRecommender
) -> None:
    page = opened().page
    found(page).first.wait_for()
    starters = movie_ids(found(page))
    held: list[Any] = []
    page.route("**/api/recommendations", lambda route: held.append(route))
    found(page).nth(0).locator(".stars label").nth(4).click()
    page.wait_for_timeout(300)
    found(page).nth(1).locator(".stars label").nth(4).click()
    page.wait_for_timeout(300)
    older, newer = held
    newer.continue_()
    cards(page).nth(9).wait_for()
    older.continue_()
    page.wait_for_timeout(300)
    wanted = book.recommend_from(dict.fromkeys(starters[:2], 5.0))
    assert movie_ids(cards(page)) == [one.movie.movie_id for one in wanted]
    assert page.locator("#trouble").is_hidden()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            {"status": 404, "json": {"detail": "There is no movie 7 among the 5 of the model."}},
            "The service refused this (404): There is no movie 7 among the 5 of the model.",
        ),
        (
            {"status": 422, "json": {"detail": [{"msg": "List is too long"}, {"msg": "Too big"}]}},
            "The service refused this (422): List is too long; Too big",
        ),
        ({"status": 413, "body": "too large"}, "The service refused this (413)."),
        (
            {"status": 500, "json": {"detail": "An error of the service."}},
            "The service had an error of its own (500): An error of the service.",
        ),
        (
            {"status": 502, "body": "<h1>Bad gateway</h1>"},
            "The service had an error of its own (502); its log says more.",
        ),
        ({"status": 200, "body": "<h1>Hello</h1>"}, "The answer is not what this service gives."),
    ],
)
def test_an_error_of_the_service_is_said_in_words(
    opened: Callable[..., Visit], answer: dict[str, Any], words: str
) -> None:
    page = opened().page
    found(page).first.wait_for()
    page.route("**/api/recommendations", lambda route: route.fulfill(**answer))
    rate(page, found(page).first, 5)
    page.locator("#trouble").get_by_text(words).wait_for()
    page.unroute("**/api/recommendations")
    rate(page, found(page).nth(1), 5)  # the next rating asks again
    cards(page).nth(9).wait_for()
    assert page.locator("#trouble").is_hidden()


def test_what_titles_hold_is_shown_and_never_run(opened: Callable[..., Visit]) -> None:
    title = "<img src=x onerror='window.bad=1'><script>window.bad=1</script> & “Ça” 映画"
    movie = {"movie_id": 1, "title": title, "genres": ["<b>Drama</b>"], "year": None, "ratings": 1}
    reason = {"movie_id": 1, "title": title, "rating": 5, "contribution": 0.5}
    ranked = {**movie, "movie_id": 2, "rank": 1, "score": 0.5, "rest": 0, "reasons": [reason]}

    def hostile(page: Any) -> None:
        page.route(
            "**/api/movies?*", lambda route: route.fulfill(json={"movies": [movie], "found": 1})
        )
        page.route("**/api/recommendations", lambda route: route.fulfill(json={"movies": [ranked]}))

    page = opened(prepare=hostile).page
    found(page).first.wait_for()
    rate(page, found(page).first, 5)
    for text in (found(page), rated(page), cards(page)):
        assert title in text.first.inner_text()
        assert "<b>Drama</b>" in text.first.inner_text()
    assert page.evaluate("window.bad") is None
    assert page.locator("main img, main script, main b").count() == 0


def test_ratings_outlive_a_reload_and_not_the_tab(
    opened: Callable[..., Visit], chromium: Any, service: Service
) -> None:
    page = opened().page
    found(page).first.wait_for()
    rate(page, found(page).nth(0), 5)
    rate(page, found(page).nth(1), 2)
    before = movie_ids(rated(page)), movie_ids(cards(page))
    page.reload()
    cards(page).nth(9).wait_for()
    assert (movie_ids(rated(page)), movie_ids(cards(page))) == before
    assert page.locator("#found-movies input:checked").count() == 2

    other = page.context.new_page()
    other.goto(service.address)
    found(other).first.wait_for()
    assert rated(other).count() == 0
    other.close()

    # What somebody else has written there is no reason to fail.
    for broken in ("[", "{}", '[{"rating": 5}]', '[{"movie": {"movie_id": "1"}, "rating": 9}]'):
        page.evaluate(
            "(text) => sessionStorage.setItem('recommender-workshop-ratings', text)", broken
        )
        page.reload()
        found(page).first.wait_for()
        assert rated(page).count() == 0


def test_the_policy_lets_the_page_load_its_own_files_only(
    opened: Callable[..., Visit], service: Service
) -> None:
    with opened().page.context.new_page() as page:
        answer = page.goto(service.address)
        policy = dict(
            part.strip().split(" ", 1)
            for part in answer.headers["content-security-policy"].split(";")
            if part.strip()
        )
        assert policy["default-src"] == "'none'"
        assert set(policy.values()) <= {"'none'", "'self'"}
        assert policy["script-src"] == policy["connect-src"] == "'self'"
        for name in ("base-uri", "form-action", "frame-ancestors"):
            assert policy[name] == "'none'"
        # And it holds: neither markup nor an address of another host gets past it.
        page.evaluate(
            """() => {
              const script = document.createElement("script");
              script.textContent = "window.ran = true";
              document.body.append(script);
            }"""
        )
        assert page.evaluate("window.ran") is None
