/**
 * Commands on their way. Each has one `op` for ever, so that sending it again after a dropped connection is safe:
 * the server answers what it has already done with an `ack` and does nothing twice.
 */

import { newOp } from "./socket.js";

/** Why its author hears no more of a command: they wanted it so, or have gone. */
export const LET_GO = "let-go";

/** The length on the wire says nothing about what a mark or a need holds: all of them are as long. */
const PADDED_LENGTH = 8192;
const PADDED_TYPES = new Set(["mark.seal", "need.say"]);

const bytesOf = (text) => new TextEncoder().encode(text).length;

/** Return the frame of one command, padded where its length could tell something. */
function frameOf(type, op, fields) {
  const command = { type, op, ...fields };
  if (!PADDED_TYPES.has(type)) return JSON.stringify(command);
  const missing = PADDED_LENGTH - bytesOf(JSON.stringify({ ...command, pad: "" }));
  // Limits on every field keep a mark far below this; sending a longer one would give its length away.
  if (missing < 0) throw new RangeError("a padded frame is too long");
  return JSON.stringify({ ...command, pad: "0".repeat(missing) });
}

export class Outbox {
  /** `deliver(text)` tells whether it could send; what it cannot send now goes out with `resend()`. */
  constructor(deliver) {
    this.deliver = deliver;
    this.waiting = new Map();
  }

  get busy() {
    return this.waiting.size > 0;
  }

  /** Tell whether something waits that its author may still let go. */
  get holds() {
    return [...this.waiting.values()].some(({ own }) => own);
  }

  /** Tell whether what waits was sent before, so that it may have arrived. */
  get mayHaveArrived() {
    return [...this.waiting.values()].some(({ own, sent }) => own && sent);
  }

  /**
   * Send a command, or keep it for `resend()`: the promise is resolved by its ack and rejected with { code, detail }.
   * What is its author's `own` lies in this page alone until it is sent, and is let go with the page.
   */
  send(type, fields, { own = false, later = false } = {}) {
    const op = newOp();
    const command = { text: frameOf(type, op, fields), own, sent: false };
    return new Promise((resolve, reject) => {
      this.waiting.set(op, Object.assign(command, { resolve, reject }));
      if (!later) this.carry(command);
    });
  }

  carry(command) {
    if (this.deliver(command.text)) command.sent = true;
  }

  /** Send, in order, what waits and what was under way when the connection dropped. */
  resend() {
    for (const command of this.waiting.values()) this.carry(command);
  }

  /** Give what is not answered yet to another carrier as well: by its `op` it still happens once. */
  handOver(carry) {
    for (const { text, own, sent } of this.waiting.values()) if (sent || !own) carry(text);
  }

  /** Let go of what is its author's own: it is not sent any more. */
  letGo(code = LET_GO) {
    for (const [op, { own, reject }] of this.waiting) {
      if (!own) continue;
      this.waiting.delete(op);
      reject({ code, detail: "" });
    }
  }

  /** Settle the command that this `ack` or `error` answers; false when it is not one of ours. */
  settle({ type, op, code, detail }) {
    const command = this.waiting.get(op);
    if (!command) return false;
    this.waiting.delete(op);
    if (type === "ack") command.resolve();
    else command.reject({ code, detail });
    return true;
  }

  /** Refuse everything that still waits: no answer will come any more. */
  abandon(code) {
    for (const { reject } of this.waiting.values()) reject({ code, detail: "" });
    this.waiting.clear();
  }
}
