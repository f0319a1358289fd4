/** An open round on the host's own screen: the moment, and in small print whether each has sealed. Never what. */

import { SEATS, nameOf } from "../drawing/marks.js";
import { fill, part, show } from "../site/templates.js";

export function mount(root) {
  return {
    update({ round, people }) {
      fill(root, { number: round.number, moment: round.moment.text });
      for (const seat of SEATS) {
        const lobe = part(root, `seal-${seat}`);
        fill(lobe, { name: nameOf(people, seat) });
        show(part(lobe, "sealed"), round.sealed?.[seat] === true);
        show(part(lobe, "marking"), round.sealed?.[seat] === false);
        part(root, `lobe-${seat}`).classList.toggle("marking__lobe--sealed", round.sealed?.[seat] === true);
      }
    },
  };
}
