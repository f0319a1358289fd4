/** The reveal for the whole room: the map with the pattern beside it; then what both have said, side by side. */

import { drawCycleMap } from "../../drawing/cycle-map.js";
import { SEATS, nameOf } from "../../drawing/marks.js";
import { sentence } from "../../drawing/parts.js";
import { fill, part, show } from "../../site/templates.js";
import { arrive } from "../../live/screens/arrival.js";
import { RunningTurn } from "../../live/turn.js";

export function mount(root, room) {
  const { number } = room.session.round;
  const turn = new RunningTurn(part(root, "turn"), room);
  const arriving = room.stay.sawOpenRound === number && room.stay.revealShown !== number;
  room.stay.revealShown = number;
  let endArrival = () => {};

  function draw({ round, people }) {
    const { moment, reveal, exchange } = round;
    const { pattern, marks } = reveal;
    fill(part(root, "head"), { moment: moment.text, pattern: pattern.name, summary: pattern.summary });
    const names = Object.fromEntries(SEATS.map((seat) => [seat, nameOf(people, seat)]));
    fill(part(root, "loop"), { loop: reveal.loop ? sentence(reveal.loop.sentence, names) : "" });
    show(part(root, "loop"), Boolean(reveal.loop));
    show(part(root, "summary"), !reveal.loop);
    drawCycleMap(root, { people, moment, marks, pattern });
    show(part(root, "quiet"), exchange.quiet_until !== null);
    const said = Boolean(exchange.needs) || SEATS.some((seat) => exchange.steps[seat]);
    show(part(root, "map"), !said);
    show(part(root, "said"), said);
    for (const seat of SEATS) {
      const other = SEATS.find((one) => one !== seat);
      const card = part(root, `said-${seat}`);
      const step = exchange.steps[seat];
      fill(card, { name: nameOf(people, seat), need: exchange.needs?.[seat] ?? "", step: step?.text ?? "" });
      show(part(card, "need"), Boolean(exchange.needs));
      show(part(card, "step"), Boolean(step));
      const heard = part(card, "heard");
      show(heard, Boolean(exchange.needs && exchange.heard[other]));
      const words = part(card, "heard-words");
      show(words, Boolean(exchange.heard_words?.[other]));
      fill(words, {
        heard_by: sentence(words.dataset.sentence, { name: nameOf(people, other) }),
        heard_words: exchange.heard_words?.[other] ?? "",
      });
      fill(heard, { heard: sentence(heard.dataset.sentence, { name: nameOf(people, other) }) });
    }
    show(part(root, "contact"), exchange.reconnected);
  }

  if (arriving) {
    draw(room.session);
    endArrival = arrive(part(root, "page"));
  }

  return {
    update(session) {
      draw(session);
      turn.update(session);
    },
    unmount() {
      endArrival();
      turn.stop();
    },
  };
}
