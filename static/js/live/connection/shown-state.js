/**
 * The connection in words, never better than it is: "Saved" stands there only after the server's ack,
 * and "Offline" as soon as nothing could be sent. The words are in the template #connection-states.
 */

import { clone } from "../../site/templates.js";

export class ConnectionState {
  constructor(element) {
    this.element = element;
    this.states = clone("connection-states");
    this.name = element.dataset.state;
  }

  /** Show the state with this name, for this `cause` if there are several; return whether the name is a new one. */
  show(name, cause = "") {
    const isNew = name !== this.name;
    if (!isNew && cause === this.cause) return false;
    Object.assign(this, { name, cause });
    this.element.dataset.state = name;
    this.element.replaceChildren(...this.contentOf(name, cause));
    return isNew;
  }

  contentOf(name, cause) {
    const about = cause ? `[data-cause="${cause}"]` : ":not([data-cause])";
    return this.states.querySelector(`[data-state="${name}"]${about}`).cloneNode(true).childNodes;
  }
}

/**
 * Name the state. `closed`: the page was let out of a check-in that may go on; `crowded`: too many tabs are open;
 * `failed`: a connection was lost or refused; `saved`: the newest answer was an ack.
 */
export function stateOf({ closed, ended, online, crowded, failed, busy, paused, saved }) {
  if (closed) return "closed";
  if (ended) return "ended";
  if (!online && crowded) return "crowded";
  if (!online) return failed ? "offline" : "connecting";
  if (busy) return "saving";
  if (paused) return "paused";
  return saved ? "saved" : "connected";
}
