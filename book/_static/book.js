// The theme's arrows that unfold a part of the menu have no name; screen readers need one.
document.addEventListener("DOMContentLoaded", () => {
  for (const arrow of document.querySelectorAll("nav li > details > summary")) {
    const part = arrow.closest("li").querySelector("a");
    if (part && !arrow.textContent.trim()) {
      arrow.setAttribute("aria-label", `Pages of ${part.textContent.trim()}`);
    }
  }
});
