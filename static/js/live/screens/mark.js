/** Marking a moment privately: two taps and Seal; more, if wanted, on a second step. */

import { drawGlyph } from "../../drawing/glyph.js";
import { SEATS } from "../../drawing/marks.js";
import { fill, part, show } from "../../site/templates.js";
import { MarkForm } from "./mark-form.js";
import { MarkPages } from "./mark-pages.js";
import { MarkWaiting } from "./mark-waiting.js";

const TAPS = ["reaction", "intensity"];
const FLOODED = 5;
const PAUSE_MINUTES = 5;

export function mount(root, room) {
  const { stay } = room;
  const { you, round } = room.session;
  const { number } = round;
  const form = new MarkForm(part(root, "form"));
  const pages = new MarkPages(root, form, room);
  const sealButton = part(root, "seal");
  const error = part(root, "error");
  const waiting = new MarkWaiting(root, form, room);

  for (const svg of root.querySelectorAll("[data-glyph]")) {
    const seat = svg.dataset.whose === "own" ? you.seat : SEATS.find((name) => name !== you.seat);
    svg.classList.add(`seat--${seat}`);
    drawGlyph(svg, seat, svg.dataset.glyph, { other: true });
  }
  form.asksMoment = Boolean(room.session.apart) && !round.moment.text;
  show(part(root, "moment"), !form.asksMoment);
  for (const asked of root.querySelectorAll("[data-part='each-chooses'], [data-part='choose']")) show(asked, form.asksMoment);
  refill();
  const stopAccepting = room.drafts.accept("mark", form.element, putBack);

  form.element.addEventListener("submit", (event) => event.preventDefault());
  form.element.addEventListener("input", () => {
    keep();
    room.refusals.show(error, null);
    draw();
  });
  sealButton.addEventListener("click", seal);
  part(root, "pause-offer").addEventListener("click", pause);
  part(root, "no-guess").addEventListener("click", () => form.forget("guess"));
  part(root, "keep-sealed").addEventListener("click", () => {
    room.drafts.drop("mark", number);
    stay.changing = null;
    room.redraw();
  });
  room.on("online", () => draw());

  function keep() {
    room.drafts.keep("mark", number, { words: form.words, values: form.values() });
  }

  function refill() {
    const draft = room.drafts.at("mark", number);
    if (draft) form.restore(draft.values);
  }

  /** Take words that were meant for another moment; what it pulled one to do is asked anew. */
  function putBack({ values }) {
    form.add(values.filter(([name]) => !TAPS.includes(name)));
    keep();
    draw();
    pages.turnToWords();
  }

  function draw() {
    const sealing = stay.sealing === number;
    const changing = stay.changing === number && Boolean(room.session.round?.sealed);
    for (const name of ["changing", "keep-sealed"]) show(part(root, name), changing);
    show(part(root, "flooded"), form.intensity === FLOODED && !room.session.apart);
    part(root, "core").inert = sealing;
    sealButton.disabled = sealing || !form.complete;
    const label = sealing ? "sealing" : room.online ? "seal" : "offline";
    for (const words of sealButton.querySelectorAll("[data-label]")) show(words, words.dataset.label === label);
    pages.draw();
    waiting.draw(sealing);
  }

  async function seal() {
    if (!form.complete || stay.sealing) return;
    room.refusals.show(error, null);
    stay.sealing = number;
    // Without a connection it waits in this page.
    const answer = room.send("mark.seal", { round: number, ...form.fields() }, { own: true });
    draw();
    try {
      await answer;
    } catch (refusal) {
      stay.sealing = null;
      const answered = waiting.end(refusal);
      draw();
      if (!answered) room.refusals.show(error, refusal);
      room.redraw();
      return;
    }
    // Saved: nothing of it stays on this device.
    form.clear();
    room.drafts.drop("mark", number);
    stay.sealing = stay.changing = null;
    stay.acknowledged = number;
    room.redraw();
  }

  /** Tell whether what is in the form may still be sealed, after a pause perhaps. */
  function stillMarking(latest) {
    const open = latest?.number === number && latest.state === "open";
    return open && (stay.changing === number || (!latest.sealed && stay.acknowledged !== number));
  }

  async function pause() {
    try {
      await room.send("pause.start", { minutes: PAUSE_MINUTES });
    } catch (refusal) {
      room.refusals.show(error, refusal);
    }
  }

  return {
    update(session) {
      fill(root, {
        moment: session.round.moment.text,
        other: session.people.find(({ seat }) => seat !== session.you.seat && seat !== "host")?.name,
      });
      draw();
    },
    refill() {
      refill();
      draw();
    },
    unmount() {
      if (!stillMarking(room.session.round)) stay.changing = null;
      stopAccepting();
      form.clear();
    },
  };
}
