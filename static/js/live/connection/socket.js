/**
 * One WebSocket that comes back: heartbeat, full-jitter reconnect, and a watch for connections that died silently.
 *
 * A phone that slept or changed its network often keeps a socket that looks open and carries nothing.
 * Whatever is sent must therefore be followed by some frame within `SILENCE`, or the socket counts as dead.
 */

const SYNC_EVERY = 20_000;
const SILENCE = 10_000;
const FIRST_DELAY = 500;
const LONGEST_DELAY = 15_000;
const AFTER_TOO_FAST = 30_000;
/** The old login ends before the answer that brings the new one has reached the browser. */
const UNTIL_RENEWED = 1_000;
const TOO_FAST = 4429;
const NO_LOGIN = 4401;

/** After these the server has said that coming back by ourselves changes nothing. */
const FINAL_CODES = new Set([1003, 1007, 1009, 4400, 4401, 4403, 4404, 4410]);

/** Return how long to wait before the next attempt: anything up to the doubled limit, so that crowds spread out. */
function delayBefore(attempt, random = Math.random) {
  return random() * Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempt);
}

export class Socket {
  /**
   * `listener` is told `onOpen()`, `onMessage(message)`, `onDrop(code)`, when it is over for good `onFinish(code)`, and
   * `onRenew()` when the login of this socket is no longer good and the one that the browser has now is tried.
   */
  constructor(url, listener) {
    this.url = url;
    this.listener = listener;
    this.connection = null;
    this.attempt = 0;
    this.finished = false;
    this.renewed = false;
    this.timers = {};
  }

  get open() {
    return this.connection?.readyState === WebSocket.OPEN;
  }

  /** Connect now, unless connected, connecting or closed for good. */
  connect() {
    if (this.finished || this.connection) return;
    clearTimeout(this.timers.retry);
    const connection = new WebSocket(this.url);
    this.connection = connection;
    this.expectFrame();
    connection.onopen = () => {
      this.heard();
      this.timers.sync = setInterval(() => this.sync(), SYNC_EVERY);
      this.listener.onOpen();
    };
    connection.onmessage = ({ data }) => {
      this.heard();
      this.attempt = 0;
      this.renewed = false;
      this.listener.onMessage(JSON.parse(data));
    };
    connection.onclose = ({ code }) => this.ended(code);
  }

  /** Send one frame; false when there is no open connection to carry it. */
  send(text) {
    if (!this.open) return false;
    this.connection.send(text);
    this.expectFrame();
    return true;
  }

  /** Ask for the snapshot: the heartbeat, and the way to find out whether the connection still lives. */
  sync() {
    this.asked = { op: newOp(), at: performance.now() };
    this.send(JSON.stringify({ type: "sync", op: this.asked.op, time: true }));
  }

  /** Give up this connection without waiting for its goodbye, which a dead network never brings. */
  drop() {
    const connection = this.connection;
    if (!connection) return;
    connection.onopen = connection.onmessage = connection.onclose = null;
    connection.close();
    this.ended(1006);
  }

  /** Look after the connection when the device says that something has changed: woken, online again, shown again. */
  wake() {
    // Whoever has logged in again elsewhere and comes back is let in.
    if (this.loggedOut) this.finished = false;
    if (this.open) {
      this.sync();
    } else if (!this.connection && !this.tooFast) {
      this.connect();
    }
  }

  expectFrame() {
    this.timers.silence ??= setTimeout(() => this.drop(), SILENCE);
  }

  heard() {
    clearTimeout(this.timers.silence);
    this.timers.silence = null;
  }

  ended(code) {
    this.heard();
    clearInterval(this.timers.sync);
    this.connection = null;
    this.tooFast = code === TOO_FAST;
    // Signing up, another password or a second step renew a login: the browser has the new one already.
    if (code === NO_LOGIN && !this.renewed) {
      this.renewed = true;
      this.listener.onRenew();
      this.timers.retry = setTimeout(() => this.connect(), UNTIL_RENEWED);
      return;
    }
    if (FINAL_CODES.has(code)) {
      this.finished = true;
      this.loggedOut = code === NO_LOGIN;
      this.listener.onFinish(code);
      return;
    }
    const delay = this.tooFast ? AFTER_TOO_FAST : delayBefore(this.attempt);
    this.attempt += 1;
    this.timers.retry = setTimeout(() => {
      this.tooFast = false;
      this.connect();
    }, delay);
    this.listener.onDrop(code);
  }
}

/** Return a new command's name: 32 hex digits. `crypto.randomUUID` is missing on plain http. */
export function newOp() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
