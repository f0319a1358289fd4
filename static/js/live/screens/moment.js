/** Choosing the moment that the next round is about. */

import { fill, part, show } from "../../site/templates.js";
import { askAboutSteps } from "./follow-up.js";
import { askAboutLastTime } from "./last-time.js";
import { mountMomentForm } from "./moment-form.js";

export function mount(root, room) {
  const form = part(root, "form");
  const momentForm = mountMomentForm(form, room);
  const drawSteps = askAboutSteps(part(root, "follow-up"), room);
  const drawLastTime = askAboutLastTime(part(root, "last-time"), room);

  part(root, "back").addEventListener("click", () => room.go(null));
  room.on("online", () => momentForm.draw());

  return {
    update(session) {
      const mayOpen = session.can.includes("round.open");
      show(form, mayOpen);
      show(part(root, "pick"), mayOpen);
      show(part(root, "host-opens"), !mayOpen);
      show(part(root, "set-aside"), session.round?.state === "set_aside");
      show(part(root, "back"), session.round?.state === "revealed");
      drawPeople(session);
      drawSteps(session);
      drawLastTime(session);
      momentForm.draw();
    },
    refill: momentForm.refill,
    unmount: momentForm.end,
  };

  function drawPeople({ people, you }) {
    for (const place of root.querySelectorAll("[data-place]")) {
      const person = people.find(({ seat }) => seat === place.dataset.place);
      show(place, Boolean(person));
      if (!person) continue;
      fill(place, { name: person.name });
      show(part(place, "here"), person.here || person.seat === you.seat);
      show(part(place, "away"), !person.here && person.seat !== you.seat);
    }
  }
}
