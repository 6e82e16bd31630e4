// The theme's arrows that unfold a part of the menu have no name; screen readers need one.
document.addEventListener("DOMContentLoaded", () => {
  for (const arrow of document.querySelectorAll("nav li > details > summary")) {
    const part = arrow.closest("li").querySelector("a");
    if (part && !arrow.textContent.trim()) {
      arrow.setAttribute("aria-label", `Pages of ${part.textContent.trim()}`);
    }
  }
});

// A brush on a chart is drawn as rectangles that have no name a screen reader could say. It can be drawn
// with a pointer only, and the points below it have their names: so it is hidden from screen readers.
document.addEventListener("DOMContentLoaded", () => {
  const nameless = "svg g[role='graphics-symbol'][class*='brush_brush']:not([aria-hidden])";
  const hide = () => {
    for (const mark of document.querySelectorAll(nameless)) {
      mark.setAttribute("aria-hidden", "true");
    }
  };
  new MutationObserver(hide).observe(document.body, { childList: true, subtree: true });
  hide();
});
