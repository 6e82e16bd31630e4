// Makes elements. Text goes in as text, never as markup: a title cannot become code.

/** Make an element with attributes and children; null and false leave out. */
export function make(name, attributes = {}, children = []) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) {
      element.setAttribute(key, value === true ? "" : value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== false));
  return element;
}

/** Make a drawing of a shape that the page holds. */
export function shape(id) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("aria-hidden", "true");
  drawing.setAttribute("focusable", "false");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${id}`);
  drawing.append(use);
  return drawing;
}

/**
 * Bring a list to `items`, each with its key: what stays, stays the same element and keeps the focus.
 *
 * `create` makes the element of an item, `update` brings one up to date.
 */
export function fill(list, items, keyOf, create, update) {
  const focused = document.activeElement;
  const had = new Map([...list.children].map((child) => [child.dataset.key, child]));
  const wanted = items.map((item, place) => {
    const key = String(keyOf(item));
    const element = had.get(key) ?? create(item);
    element.dataset.key = key;
    had.delete(key);
    update(element, item, place);
    return element;
  });
  for (const gone of had.values()) {
    gone.remove();
  }
  wanted.forEach((element, place) => {
    if (list.children[place] !== element) {
      list.insertBefore(element, list.children[place] ?? null);
    }
  });
  if (focused !== document.activeElement && focused.isConnected) {
    focused.focus({ preventScroll: true }); // moving an element takes the focus from it
  }
}
