/**
 * The connection in words, never better than it is: "Saved" stands there only after the server's ack,
 * and "Offline" as soon as nothing could be sent. The words are in the template #connection-states.
 */

import { clone } from "../site/templates.js";

export class ConnectionState {
  constructor(element) {
    this.element = element;
    this.states = clone("connection-states");
    this.name = element.dataset.state;
  }

  /** Show the state with this name and return whether it is a new one. */
  show(name) {
    if (name === this.name) return false;
    this.name = name;
    this.element.dataset.state = name;
    this.element.replaceChildren(...this.contentOf(name));
    return true;
  }

  contentOf(name) {
    return this.states.querySelector(`[data-state="${name}"]`).cloneNode(true).childNodes;
  }
}

/** Name the state. `failed`: a connection was lost or refused; `saved`: the newest answer was an ack. */
export function stateOf({ ended, online, failed, busy, paused, saved }) {
  if (ended) return "ended";
  if (!online) return failed ? "offline" : "connecting";
  if (busy) return "saving";
  if (paused) return "paused";
  return saved ? "saved" : "connected";
}
