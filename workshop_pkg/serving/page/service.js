// Asks the service, and says in words what goes wrong.

/** How long an answer may take, in milliseconds, before we say that we wait, and before we give up. */
export const SLOW = 1500;
export const PATIENCE = 15000;

/** What went wrong, in words for whoever uses the page. */
export class Trouble extends Error {}

/** Somebody asked for something newer: nothing to say. */
export class Outdated extends Error {}

/**
 * Ask for a path of the service and give its answer.
 *
 * A later question with the same `line` takes the place of one that waits. `onSlow` is called when
 * an answer is late.
 */
export async function ask(line, path, { body, onSlow = () => {} } = {}) {
  cancel(line);
  const stop = new AbortController();
  lines.set(line, stop);
  const slow = setTimeout(onSlow, SLOW);
  const late = setTimeout(
    () => stop.abort(new Trouble(
      `The service has not answered within ${PATIENCE / 1000} seconds. It may be busy.`)),
    PATIENCE,
  );
  try {
    const answer = await fetch(path, { ...request(body), signal: stop.signal });
    const told = await read(answer);
    if (!answer.ok) {
      throw new Trouble(inWords(answer.status, told?.detail));
    }
    if (told === undefined) {
      throw new Trouble("The answer is not what this service gives. Is the address right?");
    }
    return told;
  } catch (error) {
    if (stop.signal.aborted) {
      throw stop.signal.reason;
    }
    if (error instanceof Trouble) {
      throw error;
    }
    throw new Trouble("The service cannot be reached. It may have stopped: start it again.");
  } finally {
    clearTimeout(slow);
    clearTimeout(late);
    if (lines.get(line) === stop) {
      lines.delete(line);
    }
  }
}

/** Drop the question of a line that waits for its answer. */
export function cancel(line) {
  lines.get(line)?.abort(new Outdated());
}

const lines = new Map();

function request(body) {
  if (body === undefined) {
    return { headers: { Accept: "application/json" } };
  }
  return {
    method: "POST",
    headers: { Accept: "application/json", "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
}

async function read(answer) {
  const text = await answer.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function inWords(status, detail) {
  const said = Array.isArray(detail) ? detail.map((part) => part.msg).join("; ") : detail;
  if (status >= 500) {
    return `The service had an error of its own (${status})${said ? `: ${said}` : "; its log says more."}`;
  }
  return said ? `The service refused this (${status}): ${said}` : `The service refused this (${status}).`;
}
