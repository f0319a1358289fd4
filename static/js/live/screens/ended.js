/** The check-in has ended, or is no longer open to this person: one neutral sentence, one link home. */

import { drawCycleMap } from "../../drawing/cycle-map.js";
import { SEATS, roomWords, strengthWord } from "../../drawing/marks.js";
import { sentence } from "../../drawing/parts.js";
import { fill, part, show } from "../../site/templates.js";

/** The server could not read this page's frames: trying again means loading it again. */
const UNREADABLE = new Set([1003, 1007, 1009, 4400]);
const NO_LOGIN = 4401;
/** No login, no seat, no longer welcome: one sentence for all of them, so that it names no cause. */
const CLOSED = new Set([4401, 4403, 4404]);

/** Show the words for how it ended here. */
export function showEnding(root, stay) {
  const ending = endingOf(stay, root);
  for (const block of root.querySelectorAll("[data-ending]")) show(block, block.dataset.ending === ending);
}

export function mount(root, room) {
  const logInAgain = part(root, "log-in-again");
  if (logInAgain) logInAgain.addEventListener("click", (event) => logInBeside(event, room));
  return {
    update() {
      const { roundsRevealed } = room.stay;
      const { endedHere, sawEnd, openAtEnd, closedWith } = room.stay;
      showEnding(root, room.stay);
      show(part(root, "by-you"), endedHere);
      show(part(root, "by-either"), sawEnd && !endedHere);
      show(part(root, "aside"), openAtEnd);
      for (const words of root.querySelectorAll("[data-logged-out]")) show(words, closedWith === NO_LOGIN);
      const typed = part(root, "typed");
      if (typed) show(typed, closedWith === NO_LOGIN && room.drafts.unsent);
      show(part(root, "nothing-revealed"), roundsRevealed === 0);
      show(part(root, "summary"), roundsRevealed > 0);
      // A host has it where both partners let them look back, and it leads to those two.
      const lookBack = part(root, "look-back");
      if (lookBack) show(lookBack, roundsRevealed > 0);
      drawKept(root, room.stay);
    },
  };
}

const LOOK_EVERY = 500;

// What was typed lies in the memory of this page. So the log-in opens beside it, and closes when it has led back here.
function logInBeside(event, room) {
  if (!room.drafts.unsent) return;
  const beside = window.open(event.currentTarget.href);
  if (!beside) return; // A browser that opens nothing goes there itself, after it has asked.
  event.preventDefault();
  const looking = setInterval(() => {
    const isBack = !beside.closed && beside.location.pathname === window.location.pathname;
    if (!isBack && !beside.closed) return;
    clearInterval(looking);
    beside.close();
    room.comeBack();
  }, LOOK_EVERY);
}

// What this phone showed last: the loop in colour, and both steps. A page that was loaded anew has only the way to it.
function drawKept(root, stay) {
  const { lastReveal, roundsRevealed } = stay;
  const kept = part(root, "kept");
  const ended = endingOf(stay, root) === "ended";
  const last = ended && kept && lastReveal;
  const inColour = ended && roundsRevealed > 0;
  show(part(root, "loop-colour"), inColour && !last);
  show(part(root, "loop-quiet"), !inColour);
  if (!kept) return;
  show(kept, Boolean(last));
  if (!last) return;
  const { moment, reveal, exchange } = last.round;
  drawCycleMap(kept, { people: last.people, moment, marks: reveal.marks });
  for (const seat of SEATS) {
    const { reaction, intensity } = reveal.marks[seat];
    const place = part(kept, `kept-said-${seat}`);
    const name = last.people.find((person) => person.seat === seat)?.name;
    const pull = roomWords().reactions[reaction].title;
    fill(place, { said: sentence(place.dataset.sentence, { name, pull, strength: strengthWord(intensity) }) });
  }
  // A host has them on the page to keep.
  const steps = part(kept, "kept-steps");
  if (!steps) return;
  show(
    steps,
    SEATS.some((seat) => exchange.steps[seat]),
  );
  for (const seat of SEATS) {
    const card = part(steps, `kept-step-${seat}`);
    show(card, Boolean(exchange.steps[seat]));
    fill(card, { step: exchange.steps[seat]?.text ?? "" });
  }
}

function endingOf({ left, closedWith, hostGone }, root) {
  if (left) return "left";
  if (UNREADABLE.has(closedWith)) return "unreadable";
  // To a host who has gone nothing is told of how it goes on, not even that it ended.
  const lostSeat = closedWith !== NO_LOGIN && CLOSED.has(closedWith);
  if ((hostGone || lostSeat) && root.querySelector('[data-ending="gone"]')) return "gone";
  return CLOSED.has(closedWith) ? "closed" : "ended";
}
