// One card of the exchange at a time: what is done, or left for now, folds to a line, and a line opens with one tap.

import { SEATS } from "../../drawing/marks.js";
import { losesFocus } from "../../drawing/parts.js";
import { fill, part, show } from "../../site/templates.js";

/** In the order in which they are offered; nothing on the wire waits for it. */
const IN_TURN = ["needs", "steps", "contact"];
/** These are lines for whoever wants them, and never in the way. */
const ASIDE = ["loop", "turns"];
const CARDS = [...IN_TURN, ...ASIDE];
/** Once answered these two are a line already. */
const TOLD_IN_A_LINE = ["contact", "loop"];

export class Cards {
  constructor(root, room, number) {
    this.root = root;
    this.number = number;
    // It outlives a pause and a look at the next moment, not the round.
    if (room.stay.cards?.number !== number) room.stay.cards = { number, at: null, opened: null, left: [] };
    this.state = room.stay.cards;
    this.partner = SEATS.includes(room.session.you.seat);
    this.boxes = Object.fromEntries(CARDS.map((name) => [name, root.querySelector(`[data-card="${name}"]`)]));
    for (const [name, box] of Object.entries(this.boxes)) {
      part(box, "line").addEventListener("click", () => this.open(name));
      part(box, "skip-card").addEventListener("click", () => this.go({ opened: null, left: [...this.without(name), name] }));
      part(box, "fold-card").addEventListener("click", () => this.go({ opened: null }));
    }
  }

  without(name) {
    return this.state.left.filter((one) => one !== name);
  }

  go(changes) {
    Object.assign(this.state, changes);
    this.update(this.session);
    this.changed?.();
  }

  /** Open a card, to write in it. */
  open(name) {
    if (this.current !== name) this.go({ opened: name, left: this.without(name) });
  }

  /** Fold what was opened by hand: it was answered. */
  fold() {
    this.state.opened = null;
  }

  /** The card that is open now, or null. */
  get current() {
    return this.state.opened ?? this.state.at;
  }

  /** Name the place on the rail: of the card that is open, or for a console of what both have done. */
  placeOf({ needs, heard, steps }) {
    const hearing = needs ? "hear" : "say";
    if (this.partner) return { needs: hearing, steps: "step" }[this.current] ?? "contact";
    return SEATS.every((seat) => heard[seat]) || SEATS.some((seat) => steps[seat]) ? "step" : hearing;
  }

  /** Draw the cards around what the exchange has drawn inside them. */
  update(session) {
    this.session = session;
    if (!this.partner) this.openAll();
    else if (losesFocus(this.root, () => this.draw(session))) this.focus();
  }

  /** Give the focus to the card that is open, or to the last line. */
  focus() {
    const lines = CARDS.map((name) => part(this.boxes[name], "line"));
    const title = this.current && this.boxes[this.current].querySelector("h2");
    (title ?? lines.findLast((line) => !line.closest("[hidden]")))?.focus({ preventScroll: true });
  }

  openAll() {
    for (const box of Object.values(this.boxes)) {
      show(box, this.offers(box));
      for (const name of ["skip-card", "fold-card"]) show(part(box, name), false);
    }
  }

  // Where what a card holds is hidden, there is nothing to offer.
  offers(box) {
    return !part(box, "body").firstElementChild.hidden;
  }

  draw({ round, you, can }) {
    const { exchange } = round;
    const offered = CARDS.filter((name) => this.offers(this.boxes[name]));
    const inTurn = offered.filter((name) => IN_TURN.includes(name));
    const over = (name) => isDone(name, exchange, you.seat, can) || this.state.left.includes(name);
    if (!offered.includes(this.state.opened)) this.state.opened = null;
    // Whoever is at a card stays there: what the other one does moves nobody on in the middle of a sentence.
    if (!inTurn.includes(this.state.at) || over(this.state.at)) this.state.at = inTurn.find((name) => !over(name)) ?? null;
    const reached = this.state.at ? inTurn.indexOf(this.state.at) : inTurn.length;
    for (const name of CARDS) {
      const box = this.boxes[name];
      const done = isDone(name, exchange, you.seat, can);
      const open = name === this.current || (done && TOLD_IN_A_LINE.includes(name));
      const { texts } = told(name, exchange);
      // Ahead of its time a card shows only what the other one has said there.
      const has = ASIDE.includes(name) || inTurn.indexOf(name) <= reached || open || texts;
      show(box, offered.includes(name) && has);
      show(part(box, "body"), open);
      show(part(box, "line"), !open);
      show(part(box, "skip-card"), open && !done && name === this.state.at && name !== this.state.opened);
      show(part(box, "fold-card"), open && name === this.state.opened);
      drawLine(part(box, "line"), { ...told(name, exchange), left: this.state.left.includes(name), done });
    }
  }
}

function drawLine(line, { texts, yours, left, done }) {
  for (const seat of SEATS) {
    const said = part(line, `line-${seat}`);
    show(said, Boolean(texts?.[seat]));
    fill(said, { said: texts?.[seat] ?? "" });
  }
  show(part(line, "line-yours"), Boolean(yours));
  show(part(line, "line-left"), left && !done && !texts && !yours);
}

/** What a folded card still tells: what both may read anyway. */
function told(name, { needs, steps, you_said: said }) {
  if (name === "needs") return { texts: needs, yours: said && !needs };
  if (name !== "steps" || !SEATS.some((seat) => steps[seat])) return {};
  return { texts: Object.fromEntries(SEATS.map((seat) => [seat, steps[seat]?.text])) };
}

function isDone(name, exchange, seat, can) {
  const other = SEATS.find((one) => one !== seat);
  if (name === "steps") return Boolean(exchange.steps[seat]);
  if (name === "contact") return Boolean(exchange.you_reconnected || exchange.reconnected);
  if (name === "loop") return typeof exchange.you_said_same === "boolean";
  if (name === "turns") return false;
  const { needs, heard, meant } = exchange;
  return needs ? heard[seat] && heard[other] && meant[seat] : !can.includes("need.say");
}
