/** After the reveal: the pattern, the map, what each was protecting, and below it the exchange. */

import { drawCycleMap } from "../../drawing/cycle-map.js";
import { drawDetails } from "../mark-details.js";
import { SEATS, nameOf, privatePart, roomWords, sharedPart, strengthWord } from "../../drawing/marks.js";
import { drawKeepingFocus, listed, sentence } from "../../drawing/parts.js";
import { QuietRing } from "../../drawing/quiet-ring.js";
import { fill, part, show } from "../../site/templates.js";
import { sendFrom } from "../connection/send-from-button.js";
import { TOLD, tellStory } from "../../drawing/story.js";
import { RunningTurn } from "../turn.js";
import { arrive } from "./arrival.js";
import * as exchange from "./exchange.js";

/** The map and the story hold these; what else was shared stands below them. */
const IN_THE_STORY = ["reaction", "intensity", "moment_text", ...TOLD];

export function mount(root, room) {
  const { number } = room.session.round;
  const page = part(root, "reveal");
  const quietRing = new QuietRing(part(root, "quiet"), room);
  const writing = exchange.mount(part(root, "exchange"), room, { changed: () => drawActs(false) });
  const turn = new RunningTurn(part(root, "turn"), room);
  const next = part(root, "next");
  // Only a page that has shown this round sealed has something to open; a reload starts where it ended.
  const arriving = room.stay.sawOpenRound === number && room.stay.revealShown !== number;
  room.stay.revealShown = number;
  let endArrival = () => {};

  answerFit("fits", true);
  answerFit("fits-not", false);
  next.addEventListener("click", () => room.go("moment"));
  part(root, "to-exchange").addEventListener("click", () => {
    room.stay.wentOn = number;
    drawActs(false);
    writing.focus();
  });

  if (arriving) {
    drawRound(room.session);
    endArrival = arrive(page);
    room.announce(announcement(room.session));
  }

  function answerFit(name, fits) {
    const button = part(root, name);
    button.addEventListener("click", () => {
      sendFrom(button, part(part(root, "fit"), "error"), room, "pattern.fit", { round: number, fits });
    });
  }

  function drawRound({ round, people, you }) {
    const { moment, reveal } = round;
    const { pattern, marks } = reveal;
    fill(part(root, "head"), { moment: moment.text, pattern: pattern.name, summary: pattern.summary });
    show(part(root, "also"), pattern.also.length > 0);
    fill(part(root, "also"), { also: sentence(part(root, "also").dataset.sentence, { names: listed(pattern.also) }) });
    show(part(root, "field"), pattern.also.length > 0 || Boolean(reveal.loop));
    drawLoop(reveal.loop, people);
    drawQuestion(people, you);
    // Two who could stay present were protecting nothing.
    show(
      part(root, "protecting"),
      SEATS.some((seat) => marks[seat].reaction !== "steady"),
    );
    drawCycleMap(root, { people, moment, marks, pattern });
    tellStory(root, { people, moment, marks, pattern });
    for (const seat of SEATS) drawSide(seat, nameOf(people, seat), marks[seat], pattern.roles[seat]);
    show(
      part(root, "shared"),
      SEATS.some((seat) => !part(root, `shared-${seat}`).hidden),
    );
    const own = privatePart(marks[you.seat] ?? {});
    show(part(root, "private"), Object.keys(own).length > 0);
    drawDetails(part(root, "private"), own);
    show(part(root, "read-each-other"), reveal.read_each_other === true);
  }

  // One sentence for both, in which the server has said whose name stands first.
  function drawLoop(loop, people) {
    const names = Object.fromEntries(SEATS.map((seat) => [seat, nameOf(people, seat)]));
    fill(part(root, "head"), { loop: loop ? sentence(loop.sentence, names) : "" });
    fill(part(root, "aloud"), { aloud: loop?.aloud ?? "" });
    // The couple's own sentence stands instead of what the field says of the pattern, which folds.
    for (const name of ["loop", "aloud", "summary-folded"]) show(part(root, name), Boolean(loop));
    show(part(root, "summary"), !loop);
  }

  function drawQuestion(people, you) {
    const other = SEATS.find((seat) => seat !== you.seat);
    for (const question of root.querySelectorAll('[data-part="question"]')) {
      const { sentence: words, either } = question.dataset;
      const asked = SEATS.includes(you.seat) ? sentence(words, { name: nameOf(people, other) }) : either;
      fill(question, { question: asked });
    }
  }

  function drawSide(seat, name, mark, role) {
    const { title, field_word: field, protects, feels, fears } = roomWords().reactions[mark.reaction];
    const told = (words) => sentence(part(root, "protecting").dataset.sentence, { name, words });
    fill(part(root, `protecting-${seat}`), { name, role: told(`${role}.`), protects: told(protects) });
    fill(part(root, `pull-${seat}`), { title, field, feels, fears });
    const shared = Object.entries(sharedPart(mark)).filter(([field]) => !IN_THE_STORY.includes(field));
    show(part(root, `shared-${seat}`), shared.length > 0);
    fill(part(root, `shared-${seat}`), { name });
    drawDetails(part(root, `shared-${seat}`), Object.fromEntries(shared));
  }

  function drawFit({ round, people, you, can }) {
    const { fits } = round.reveal;
    const area = part(root, "fit");
    show(area, SEATS.includes(you.seat) && (can.includes("pattern.fit") || fits[you.seat] !== null));
    part(area, "fits").setAttribute("aria-pressed", String(fits[you.seat] === true));
    part(area, "fits-not").setAttribute("aria-pressed", String(fits[you.seat] === false));
    const both = part(area, "fits-both");
    const answered = SEATS.every((seat) => typeof fits[seat] === "boolean");
    show(both, answered);
    for (const seat of SEATS) {
      const said = fits[seat] ? both.dataset.fits : both.dataset.fitsNot;
      fill(part(both, `fit-${seat}`), { name: nameOf(people, seat), fits: answered ? said : "" });
    }
  }

  // One filled button on the screen: the nearest thing there is to do, or going on. In the quiet there is none.
  function drawActs(quiet) {
    const buttons = [...root.querySelectorAll('[data-part="send"], [data-part="heard"], [data-part="meant"], [data-part="reconnect"]'), next];
    const goOn = part(root, "to-exchange");
    const { you_said: said, needs } = room.session.round.exchange;
    if (room.stay.wentOn === number || said || needs) buttons.push(goOn);
    else buttons.unshift(goOn);
    for (const label of goOn.children) show(label, (label.dataset.label === "later") === Boolean(said || needs));
    const act = quiet ? null : buttons.find((button) => !button.closest("[hidden]"));
    for (const button of buttons) button.classList.toggle("button--act", button === act);
  }

  return {
    update(session) {
      room.stay.lastReveal = { round: session.round, people: session.people };
      drawRound(session);
      drawFit(session);
      const quiet = quietRing.update(session);
      const mayWrite = !quiet && session.can.includes("step.choose");
      drawKeepingFocus(part(root, "pace"), () => {
        show(part(root, "quiet"), quiet);
        show(part(root, "after-quiet"), mayWrite);
      });
      writing.update(session);
      show(part(root, "exchange"), !quiet);
      // A host's console has the next moments beside this screen.
      show(next, session.can.includes("round.open") && SEATS.includes(session.you.seat));
      turn.update(session);
      drawActs(quiet);
    },
    refill: () => writing.refill(),
    unmount() {
      writing.unmount();
      endArrival();
      quietRing.stop();
      turn.stop();
    },
  };

  function announcement({ round, people }) {
    const element = part(root, "announcement");
    const { pattern, marks } = round.reveal;
    const values = { pattern: pattern.name };
    for (const seat of SEATS) {
      values[`name_${seat}`] = nameOf(people, seat);
      values[`pull_${seat}`] = element.dataset[marks[seat].reaction];
      values[`strength_${seat}`] = strengthWord(marks[seat].intensity);
    }
    return sentence(element.dataset.sentence, values);
  }
}
