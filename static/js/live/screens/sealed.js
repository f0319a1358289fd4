/**
 * One's own mark is sealed. Nothing here depends on the other: the same pixels whatever they have done,
 * no spinner and no clock, or whoever looks at this screen would learn from it.
 */

import { part, show } from "../../site/templates.js";
import { sendFrom } from "../connection/send-from-button.js";

export function mount(root, room) {
  const number = room.session.round.number;
  const error = part(root, "error");
  room.announce(room.phrase("sealed"));

  part(root, "pause").addEventListener("click", ({ currentTarget: button }) => {
    const minutes = Number(root.querySelector('[name="sealed-minutes"]:checked').value);
    sendFrom(button, error, room, "pause.start", { minutes });
  });
  part(root, "withdraw").addEventListener("click", ({ currentTarget: button }) => {
    sendFrom(button, error, room, "mark.withdraw", { round: number });
  });
  part(root, "change").addEventListener("click", () => {
    room.stay.changing = number;
    room.redraw();
  });

  return {
    update(session) {
      part(root, "moment").textContent = session.round.moment.text;
      show(part(root, "each-chose"), !session.round.moment.text);
      for (const live of root.querySelectorAll("[data-live]")) show(live, !session.apart);
      show(part(root, "apart"), Boolean(session.apart));
    },
  };
}
