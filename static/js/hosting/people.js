/** Who is in the room, and who hosts beside one: presence as everybody sees it. */

import { fill, part, show } from "../site/templates.js";

export class People {
  constructor(list) {
    this.list = list;
  }

  /** Draw who sits where. */
  update({ people }) {
    for (const place of this.list.querySelectorAll("[data-place]")) {
      const person = people.find(({ seat }) => seat === place.dataset.place);
      show(part(place, "taken"), Boolean(person));
      show(part(place, "free"), !person);
      if (!person) continue;
      fill(place, { name: person.name });
      show(part(place, "here"), person.here);
      show(part(place, "away"), !person.here);
    }
  }
}
