/** The exchange, inside the reveal screen: one need each, heard; one small step each; back in contact. */

import { SEATS, nameOf, roomWords } from "../../drawing/marks.js";
import { copy, drawKeepingFocus, sentence } from "../../drawing/parts.js";
import { fill, part, show } from "../../site/templates.js";
import { sendFrom } from "../connection/send-from-button.js";
import { TurnStarter } from "../turn.js";
import { Writing } from "../writing/short-text.js";
import { Cards } from "./exchange-cards.js";

const RAIL = ["quiet", "say", "hear", "step", "contact"];

export function mount(root, room, { changed } = {}) {
  const { you } = room.session;
  const { number } = room.session.round;
  const { drafts } = room;
  const partner = SEATS.includes(you.seat);
  let needsWereShown = null;
  const needs = partner ? mountNeeds() : null;
  const step = partner ? mountStep() : null;
  const writings = partner ? [needs.writing, needs.hearing, step.writing] : [];
  const turns = new TurnStarter(part(root, "turns"), room);
  const cards = new Cards(root, room, number);
  cards.changed = () => {
    drawRail(room.session);
    changed?.();
  };
  part(root, "reconnect").addEventListener("click", ({ currentTarget: button }) => {
    const relief = root.querySelector('[name="relief"]:checked')?.value;
    const fields = relief ? { round: number, relief: Number(relief) } : { round: number };
    sendFrom(button, part(part(root, "contact"), "error"), room, "reconnect.confirm", fields);
  });

  for (const [name, same] of [
    ["loop-yes", true],
    ["loop-no", false],
  ]) {
    onTap(root, name, (button) =>
      sendFrom(button, part(part(root, "loop"), "error"), room, "loop.same", { round: number, same }),
    );
  }

  function mountNeeds() {
    const own = copy(root, "own-need");
    const others = copy(root, "other-need");
    const other = SEATS.find((seat) => seat !== you.seat);
    part(root, `need-${you.seat}`).append(own);
    part(root, `need-${other}`).append(others);

    const form = part(own, "form");
    const error = part(form, "error");
    const writing = new Writing(form, {
      drafts,
      kind: "need",
      round: number,
      starters: needStarters(part(form, "starters").dataset.sentence),
      starter: copy(root, "starter"),
      send: (text) => sent(sendFrom(part(form, "send"), error, room, "need.say", { round: number, text })),
      changed: () => redraw("needs", needs.writing),
    });
    onTap(own, "again", () => open(writing, ""));
    onTap(own, "reword", () => open(writing, room.session.round.exchange.needs[you.seat]));
    onTap(own, "take-back", (button) =>
      sendFrom(button, part(own, "said-error"), room, "need.say", { round: number, text: "" }),
    );
    onTap(own, "meant", (button) =>
      sendFrom(button, part(own, "shown-error"), room, "meant.confirm", { round: number }),
    );
    onTap(others, "heard", (button) =>
      sendFrom(button, part(others, "error"), room, "need.heard", { round: number }),
    );
    const hearingForm = part(others, "form");
    const hearing = new Writing(hearingForm, {
      drafts,
      kind: "heard",
      round: number,
      starters: [],
      send: (words) =>
        sendFrom(part(hearingForm, "send"), part(others, "words-error"), room, "need.heard", { round: number, words }),
      changed: () => redraw("needs", needs.hearing),
    });
    onTap(others, "in-words", () => open(hearing, room.session.round.exchange.heard_words?.[you.seat] ?? ""));
    return { own, others, writing, hearing };
  }

  function mountStep() {
    const own = copy(root, "own-step");
    part(root, `step-${you.seat}`).append(own);
    const form = part(own, "form");
    const writing = new Writing(form, {
      drafts,
      kind: "step",
      round: number,
      starters: roomWords().step_ideas,
      starter: copy(root, "starter"),
      send: (text) => {
        const sending = sendFrom(part(form, "send"), part(form, "error"), room, "step.choose", { round: number, text });
        return sent(sending);
      },
      changed: () => redraw("steps", step.writing),
    });
    onTap(own, "reword", () => open(writing, room.session.round.exchange.steps[you.seat].text));
    return { own, writing };
  }

  // A card that was opened again to say something else folds once that is said.
  async function sent(sending) {
    const acknowledged = await sending;
    if (acknowledged) cards.fold();
    return acknowledged;
  }

  function needStarters(text) {
    const { pattern, marks } = room.session.round.reveal;
    const { reaction } = marks[you.seat];
    const starters = roomWords().need_starters[pattern.code]?.[reaction] ?? [];
    return starters.map((starter) => sentence(text, { starter }));
  }

  function open(writing, text) {
    writing.begin(text);
    redraw(writing.kind === "step" ? "steps" : "needs", writing);
    writing.input.focus();
  }

  // Words that are put back into a card which is folded open it.
  function redraw(card, writing) {
    drawNeeds(room.session);
    drawSteps(room.session);
    cards.update(room.session);
    if (writing.draft !== undefined) cards.open(card);
  }

  function drawNeeds({ round, people, can }) {
    const { needs: shown, you_said: said, meant, heard, heard_words: heardWords = {} } = round.exchange;
    show(part(root, "before"), !shown);
    show(part(root, "heard-note"), Boolean(shown));
    for (const seat of SEATS) {
      const card = part(root, `need-${seat}`);
      const other = SEATS.find((one) => one !== seat);
      const heardTick = part(card, "heard-tick");
      drawKeepingFocus(card, () => {
        fill(card, { name: nameOf(people, seat), need: shown?.[seat] ?? "" });
        show(part(card, "closed"), !shown && seat !== you.seat);
        show(part(card, "text"), Boolean(shown));
        drawLead(part(card, "lead"), shown?.[seat] ?? "");
        show(part(card, "meant-tick"), Boolean(shown && meant[seat]));
        show(heardTick, Boolean(shown && heard[other]));
        fill(heardTick, { heard: sentence(heardTick.dataset.sentence, { name: nameOf(people, other) }) });
        const words = part(card, "heard-words");
        show(words, Boolean(shown && heardWords[other]));
        fill(words, {
          heard_by: sentence(words.dataset.sentence, { name: nameOf(people, other) }),
          heard_words: heardWords[other] ?? "",
        });
        if (seat === you.seat) drawOwnNeed(needs, { shown, said, heard: heard[other], confirmed: meant[seat], can });
        else if (partner) drawHearing(needs, { shown, heard: heard[you.seat], closed: meant[seat], can });
      });
    }
  }

  // A need reads as one, whether its author began it so or went straight on.
  function drawLead(lead, text) {
    const start = lead.textContent.replace("…", "").trim().toLowerCase();
    show(lead, !text.toLowerCase().startsWith(start));
  }

  // Words for what was heard may come with it or later, until the other one says that it is what they meant.
  function drawHearing({ others, hearing }, { shown, heard, closed, can }) {
    const mayHear = Boolean(shown) && can.includes("need.heard");
    const maySay = mayHear && !(heard && closed);
    const writing = maySay && hearing.draft !== undefined;
    const words = part(others, "in-words");
    hearing.show(writing, { back: true });
    show(part(others, "heard"), mayHear && !heard && !writing);
    show(words, maySay && !writing);
    const again = Boolean(room.session.round.exchange.heard_words?.[you.seat]);
    for (const label of words.children) show(label, (label.dataset.label === "again") === again);
    showIfFilled(others);
  }

  function drawOwnNeed({ own, writing }, { shown, said, heard, confirmed, can }) {
    const maySay = can.includes("need.say");
    const settled = Boolean(shown) || said;
    // "That is what I meant" answers what the other one heard.
    const mayConfirm = can.includes("meant.confirm") && heard && !confirmed;
    const open = maySay && (!settled || writing.draft !== undefined);
    writing.show(open, { back: settled });
    show(part(own, "said"), said && !shown && !open);
    show(part(own, "take-back"), maySay);
    show(part(own, "again"), maySay);
    show(part(own, "shown"), Boolean(shown) && !open && (maySay || mayConfirm));
    show(part(own, "meant"), mayConfirm);
    show(part(own, "reword"), maySay);
    showIfFilled(own);
  }

  function drawSteps({ round, people, can }) {
    const { steps } = round.exchange;
    const mayChoose = can.includes("step.choose");
    show(part(root, "steps"), mayChoose || SEATS.some((seat) => steps[seat]));
    for (const seat of SEATS) {
      const card = part(root, `step-${seat}`);
      drawKeepingFocus(card, () => {
        fill(card, { name: nameOf(people, seat), step: steps[seat]?.text ?? "" });
        const open = seat === you.seat && mayChoose && (!steps[seat] || step.writing.draft !== undefined);
        show(part(card, "text"), Boolean(steps[seat]) && !open);
        show(card, Boolean(steps[seat]) || (seat === you.seat && mayChoose));
        if (seat !== you.seat) return;
        step.writing.show(open, { back: Boolean(steps[seat]) });
        show(part(step.own, "shown"), Boolean(steps[seat]) && !open && mayChoose);
        showIfFilled(step.own);
      });
    }
  }

  function drawContact({ round, can }) {
    const { you_reconnected: said, reconnected } = round.exchange;
    // In the quiet it may be accepted all the same: of the last time's round.
    const mayConfirm = can.includes("reconnect.confirm") && !round.exchange.quiet_until;
    const area = part(root, "contact");
    drawKeepingFocus(area, () => {
      show(area, mayConfirm || Boolean(said) || reconnected);
      show(part(area, "contact-ask"), mayConfirm && !said && !reconnected);
      show(part(area, "contact-said"), Boolean(said) && !reconnected);
      show(part(area, "contact-both"), reconnected);
    });
  }

  function drawLoop({ round, can }) {
    const { same_loop_offered: offered, same_loop: both, you_said_same: said } = round.exchange;
    const area = part(root, "loop");
    const answered = typeof said === "boolean";
    const asked = offered && can.includes("loop.same") && !answered;
    drawKeepingFocus(area, () => {
      show(area, asked || answered);
      show(part(area, "loop-ask"), asked);
      show(part(area, "loop-said"), answered && !both);
      show(part(area, "loop-both"), Boolean(both));
    });
  }

  // The rail says where you are, from what this phone shows anyway; it never holds anybody back.
  function drawRail({ round }) {
    const here = cards.placeOf(round.exchange);
    for (const name of RAIL) {
      const place = part(root, `rail-${name}`);
      if (name === here) place.setAttribute("aria-current", "step");
      else place.removeAttribute("aria-current");
      place.classList.toggle("rail__step--past", RAIL.indexOf(name) < RAIL.indexOf(here));
    }
  }

  function tellOpening({ round }) {
    const shown = Boolean(round.exchange.needs);
    if (needsWereShown === false && shown) room.announce(part(root, "title").dataset.opened);
    needsWereShown = shown;
  }

  return {
    update(session) {
      drawNeeds(session);
      drawSteps(session);
      drawContact(session);
      drawLoop(session);
      // A console has them in its own column.
      if (partner) turns.update(session);
      cards.update(session);
      drawRail(session);
      tellOpening(session);
    },
    /** Bring the exchange to whoever asks for it. */
    focus() {
      if (partner) cards.focus();
      else part(root, "title").focus({ preventScroll: true });
      root.scrollIntoView();
    },
    refill() {
      for (const one of writings) one.refill();
    },
    unmount() {
      for (const one of writings) one.stop();
    },
  };
}

// An empty box would still keep its distance from the words above it.
function showIfFilled(box) {
  show(
    box,
    [...box.children].some((child) => !child.hidden),
  );
}

function onTap(root, name, act) {
  part(root, name).addEventListener("click", ({ currentTarget }) => act(currentTarget));
}
