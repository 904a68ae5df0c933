// What happens in the server, as it happens: one connection for the whole console.

const KINDS = ["request", "sign_in", "trigger", "message"];
const KEPT = 1000;

/** The last events, oldest first: {id, kind, data}. */
export const events = [];
const listeners = new Set();
let source;

/** Runs `listener` for every event to come, until the function it gives back is called. */
export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Connects; `tell` hears whether the server is there. */
export function connect(tell) {
  source = new EventSource("./events?since=0");
  source.onopen = () => tell(true);
  source.onerror = () => {
    tell(false);
    // A browser gives up after a refusal, as of a server that starts; it is asked again.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => connect(tell), 2000);
  };
  for (const kind of KINDS) source.addEventListener(kind, (event) => take(kind, event));
}

function take(kind, { lastEventId, data }) {
  const id = Number(lastEventId);
  // A server that started anew counts from one, and a new connection tells again what is known.
  if (events.length > 0 && id <= events.at(-1).id) {
    if (events.some((event) => event.id === id && event.text === data)) return;
    events.length = 0;
  }
  const event = { id, kind, data: JSON.parse(data), text: data };
  events.push(event);
  if (events.length > KEPT) events.shift();
  for (const listener of listeners) listener(event);
}
