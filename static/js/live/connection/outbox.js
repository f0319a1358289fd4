/**
 * Commands on their way. Each has one `op` for ever, so that sending it again after a dropped connection is safe:
 * the server answers what it has already done with an `ack` and does nothing twice.
 */

import { newOp } from "./socket.js";

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
  /** `deliver(text)` tries to send; what it cannot send now goes out with `resend()`. */
  constructor(deliver) {
    this.deliver = deliver;
    this.waiting = new Map();
  }

  get busy() {
    return this.waiting.size > 0;
  }

  /** Send a command: the promise is resolved by its ack and rejected with { code, detail }. */
  send(type, fields) {
    const op = newOp();
    const text = frameOf(type, op, fields);
    return new Promise((resolve, reject) => {
      this.waiting.set(op, { text, resolve, reject });
      this.deliver(text);
    });
  }

  /** Send again, in order, whatever was under way when the connection dropped. */
  resend() {
    for (const { text } of this.waiting.values()) this.deliver(text);
  }

  /** Give what is not answered yet to another carrier as well: by its `op` it still happens once. */
  handOver(carry) {
    for (const { text } of this.waiting.values()) carry(text);
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
