/** The live room: one socket, one outbox, one view. All that stands on the screen is drawn from the newest snapshot. */

import { ApartNote } from "./apart-note.js";
import { Bar } from "./bar.js";
import { ComingEnd } from "./coming-end.js";
import { Clock } from "./connection/server-clock.js";
import { ConnectionState, stateOf } from "./connection/shown-state.js";
import { Drafts } from "./writing/drafts.js";
import { followPage } from "./page-life.js";
import { HostNote } from "./host-note.js";
import { KeptWords } from "./writing/kept-words.js";
import { OpenUntil } from "./open-until.js";
import { Outbox } from "./connection/outbox.js";
import { PressGuard } from "./press-guard.js";
import { Refusals } from "./refusals.js";
import { SafetyPanel } from "./safety-panel.js";
import { Socket } from "./connection/socket.js";
import { Speech } from "./announcements.js";
import { Stay } from "./stay.js";
import { storedPhrase } from "../site/templates.js";
import { View } from "./view.js";

/** What the view draws once the server has closed the door for good. */
const NO_SESSION = { state: "ended", you: null, people: [], pause: null, turn: null, follow_up: [], round: null, can: [] };

const NO_LOGIN = 4401;
const ENDED = 4410;
const CROWDED = 4429;

/** How long leaving waits for the server before the screen forgets the check-in by itself. */
const FAREWELL = 1500;

/** `eyes` are the screens that this page shows, and which of them when: a partner's, where nothing else is said. */
export class Room {
  constructor(element, eyes = undefined) {
    this.element = element;
    this.session = null;
    this.stay = new Stay(Number(element.dataset.roundsRevealed) || 0);
    this.phrase = storedPhrase;
    this.drafts = new Drafts();
    this.refusals = new Refusals(document.getElementById("room-refusal"), this);
    // A phone whose clock is wrong, or was set meanwhile, must still see the time that is left.
    this.clock = new Clock(element.dataset.now);
    this.online = false;
    this.failed = false;
    this.saved = false;
    this.listeners = [];
    // Nobody presses anything on the shared screen.
    if (document.getElementById("room-bar")) new PressGuard(element);
    this.speech = new Speech(document.getElementById("room-status"), document.getElementById("room-alert"));
    this.view = new View(document.getElementById("room-screen"), this, eyes);
    const parts = { "room-bar": Bar, "coming-end": ComingEnd, "host-note": HostNote, "kept-words": KeptWords, "apart-note": ApartNote };
    this.frame = [...this.framed(parts), new OpenUntil(element, this)];
    const safety = document.getElementById("safety-panel");
    if (safety) new SafetyPanel(safety);
    this.connectionState = new ConnectionState(document.getElementById("connection-state"));
    const scheme = window.location.protocol === "https:" ? "wss:" : "ws:";
    this.socket = new Socket(`${scheme}//${window.location.host}${element.dataset.socketPath}`, this);
    this.outbox = new Outbox((text) => this.socket.send(text));
  }

  framed(parts) {
    return Object.entries(parts).flatMap(([id, Part]) => {
      const element = document.getElementById(id);
      return element ? [new Part(element, this)] : [];
    });
  }

  /** Connect, and stay connected. */
  start() {
    this.socket.connect();
    followPage(this);
  }

  // What the socket tells.

  onOpen() {
    this.heardAnything = false;
    this.hasJustConnected = true;
  }

  onMessage(message) {
    this.heardAnything = true;
    if (message.type === "snapshot") {
      this.take(message.session);
    } else if (message.now) {
      const { op, at } = this.socket.asked;
      if (message.op === op) this.clock.measure(message.now, at);
    } else if (this.outbox.settle(message)) {
      this.saved = message.type === "ack";
      this.showConnection();
    }
  }

  onDrop(code) {
    this.failed = this.cameBack = true;
    // Whoever is turned away with this before a word was said has too many of these pages open.
    this.crowded = code === CROWDED && !this.heardAnything;
    this.setOnline(false);
  }

  onRenew() {
    this.cameBack = this.renewToken = true;
    this.setOnline(false);
  }

  onFinish(code) {
    this.stay.closedWith = code;
    // Whoever has another login and no place here is not known to have written this.
    if (this.renewToken && code !== NO_LOGIN) this.drafts.close();
    this.setOnline(false);
    this.outbox.abandon(code === ENDED ? "session.ended" : "connection.closed");
    if (this.session?.state === "ended") return;
    this.session = NO_SESSION;
    this.draw();
    this.unveil();
  }

  // What screens use: see view.js.

  send(type, fields = {}, { own = false } = {}) {
    const later = !this.online;
    if (later && !own) return Promise.reject({ code: "connection.offline", detail: storedPhrase(this.causeOfSilence()) });
    const answer = this.outbox.send(type, fields, { own, later });
    this.showConnection();
    return answer;
  }

  on(event, listener) {
    this.listeners.push({ event, listener });
  }

  now() {
    return this.clock.now();
  }

  announce(text) {
    this.speech.announce(text);
  }

  alert(text) {
    this.speech.alert(text);
  }

  go(name) {
    this.stay.choosingAfter = name === "moment" ? this.session.round?.number : null;
    this.redraw();
  }

  redraw() {
    if (this.session) this.draw();
  }

  // What the view and the bar stand on.

  /** Leave for good. Home as soon as the server knows; without a way to it, this page forgets all and tells it later. */
  leave(home) {
    if (this.stay.left) return;
    this.forget();
    const wait = this.online ? FAREWELL : 0;
    // `replace`, so that Back does not return to this page.
    const goHome = () => window.location.replace(`${home}#left`);
    this.outbox.send("session.leave").then(goHome, goHome);
    setTimeout(() => {
      this.stay = new Stay(0);
      this.stay.left = true;
      this.session = NO_SESSION;
      this.draw();
    }, wait);
  }

  /** From here on, what `on` is told belongs to this list, and so does what happens. */
  listenFor(listeners) {
    this.listeners = listeners;
  }

  take(session) {
    if (this.isSomebodyElse(session)) return;
    if (this.hasJustConnected) this.goOn();
    if (this.stay.left) return;
    this.stay.take(session, this.session);
    this.session = session;
    this.setOnline(true);
    this.draw();
    this.unveil();
    this.tell("snapshot", session);
  }

  /** Send what waits, now that the first snapshot has said who is logged in here: behind a login may be somebody else. */
  goOn() {
    this.hasJustConnected = false;
    if (this.renewToken) this.takeNewToken();
    this.outbox.resend();
    // A resent command that had been done before causes no snapshot: ask for one, so that the last word is true. And
    // who has been away may have slept, and a clock with them.
    if (this.cameBack) this.socket.sync();
  }

  /** Forget what somebody was writing here, and what waits for a connection: they go. */
  forget() {
    this.drafts.close();
    if (!this.online) this.outbox.letGo();
  }

  /** One browser may be used by both: who logs in here as the other gets a page of their own, and nothing of this one. */
  isSomebodyElse({ you }) {
    const { seat } = this.element.dataset;
    if (!seat || !you?.seat || you.seat === seat) return false;
    this.drafts.close();
    this.outbox.abandon("connection.closed");
    window.location.reload();
    return true;
  }

  /** Try again with the login that this browser has now. */
  comeBack() {
    this.socket.wake();
  }

  draw() {
    const seat = this.session.you?.seat;
    if (seat) this.element.dataset.seat = seat;
    this.view.draw(this.session);
    for (const one of this.frame) one.update(this.session);
    this.showConnection();
  }

  /** Send what was decided here by a way that outlives this page: it may never be seen again. */
  settle() {
    const { sessionId, csrfToken } = this.element.dataset;
    const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken };
    const url = `/api/v1/sessions/${sessionId}/commands/`;
    this.outbox.handOver((body) => fetch(url, { method: "POST", headers, body, keepalive: true }).catch(() => {}));
  }

  unveil() {
    this.element.classList.remove("room--veiled");
  }

  /** A new login has a new token for what is posted: take it into the forms of this page. */
  async takeNewToken() {
    this.renewToken = false;
    const answer = await fetch(window.location.href).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const { csrfToken } = page.getElementById("room").dataset;
    this.element.dataset.csrfToken = csrfToken;
    for (const field of document.querySelectorAll('[name="csrfmiddlewaretoken"]')) field.value = csrfToken;
  }

  /** Name why nothing can be sent: the device has no network, there are too many tabs, or nobody answers. */
  causeOfSilence() {
    if (this.crowded) return "crowded";
    return navigator.onLine ? "unreachable" : "offline";
  }

  setOnline(online) {
    if (this.online !== online) {
      this.online = online;
      this.tell("online", online);
    }
    this.showConnection();
  }

  tell(event, detail) {
    for (const entry of [...this.listeners]) if (entry.event === event) entry.listener(detail);
  }

  showConnection() {
    const { online, failed, saved, crowded } = this;
    const state = this.session?.state;
    const closed = this.stay.closedWith !== null && this.stay.closedWith !== ENDED;
    const busy = this.outbox.busy;
    const name = stateOf({ closed, online, crowded, failed, saved, busy, paused: state === "paused", ended: state === "ended" });
    const before = this.connectionState.name;
    const cause = name !== "offline" ? "" : this.outbox.holds ? "waiting" : this.causeOfSilence();
    if (!this.connectionState.show(name, cause === "offline" ? "" : cause)) return;
    if (name === "saved") this.announce(storedPhrase("saved"));
    if (name === "offline" || name === "crowded") this.announce(storedPhrase(this.causeOfSilence()));
    if (name === "connected" && before === "offline") this.announce(storedPhrase("connected"));
  }
}
