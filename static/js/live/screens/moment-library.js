/** The library that a moment is chosen from: by theme, folded; by what one types; what was opened lately; one's stars. */

import { part, show } from "../../site/templates.js";

const OWN = ["favourites", "recent"];

export class MomentLibrary {
  constructor(form, room) {
    this.form = form;
    this.room = room;
    this.list = part(form, "library");
    this.search = part(form, "search");
    this.groups = [...form.querySelectorAll("details[data-theme]")];
    const { favourites, recent } = this.list.dataset;
    // Kept while the page lives: each choice of a moment is drawn from the page as it was loaded.
    room.stay.favourites ??= numbers(favourites);
    room.stay.recent ??= numbers(recent);
    this.shown = null;
  }

  /** The theme that own words are said to be of. */
  get theme() {
    const { value } = this.form.elements.theme;
    return OWN.includes(value) ? "" : value;
  }

  /** Show what is looked for, and say so where there is nothing. */
  draw() {
    const { favourites, recent } = this.room.stay;
    const opened = this.room.session?.round?.moment.id;
    if (opened) recent.add(opened);
    const { value: kind } = this.form.elements.theme;
    const words = plain(this.search.value).split(" ").filter(Boolean);
    // What loses its star stays in sight, under the thumb that took it, until something else is looked for.
    if (kind !== this.kind) this.starred = new Set(favourites);
    this.kind = kind;
    const among = { favourites: this.starred, recent }[kind];
    let found = 0;
    for (const group of this.groups) {
      let inGroup = 0;
      for (const choice of group.querySelectorAll('[name="moment"]')) {
        const id = Number(choice.value);
        const text = plain(choice.dataset.words);
        const fits = (!among || among.has(id)) && words.every((word) => text.includes(word));
        const option = choice.closest(".option");
        show(option, fits);
        const star = option.lastElementChild;
        star.textContent = favourites.has(id) ? "★" : "☆";
        star.setAttribute("aria-pressed", String(favourites.has(id)));
        // Keys come to the star of the moment that is chosen, and need not walk past all the others.
        star.tabIndex = choice.checked ? 0 : -1;
        if (fits) inGroup += 1;
      }
      show(group, inGroup > 0 && (!this.theme || group.dataset.theme === this.theme));
      if (!group.hidden) found += inGroup;
    }
    this.unfold(kind, words);
    const none = found > 0 ? null : words.length > 0 ? "search" : kind;
    for (const sentence of this.list.querySelectorAll("[data-none]")) {
      const appears = sentence.dataset.none === none;
      if (appears && sentence.hidden) this.room.announce(sentence.textContent);
      show(sentence, appears);
    }
  }

  /** What is looked for lies open; all of it together is folded, but for the first theme. Folding stays one's own. */
  unfold(kind, words) {
    const shown = `${kind} ${words.length > 0}`;
    if (shown === this.shown) return;
    const atFirst = this.shown === null && shown === " false";
    this.shown = shown;
    if (atFirst) return;
    const all = Boolean(kind) || words.length > 0;
    for (const [index, group] of this.groups.entries()) group.open = all || index === 0;
  }

  /** Look everywhere for what is typed. */
  typed() {
    const all = this.form.querySelector('[name="theme"][value=""]');
    if (!this.search.value) return;
    if (all?.type === "radio") all.checked = true;
    else this.form.elements.theme.value = "";
  }

  /** Give the moment beside it its star, or take it back; return a refusal where it could not be kept. */
  async turnStar(button) {
    const { favourites } = this.room.stay;
    const id = Number(button.closest(".option").querySelector('[name="moment"]').value);
    const star = !favourites.has(id);
    if (star) favourites.add(id);
    else favourites.delete(id);
    const body = new URLSearchParams({ star: star ? "1" : "0" });
    const url = this.list.dataset.favouriteUrl.replace("/0/", `/${id}/`);
    const headers = { "X-CSRFToken": this.room.element.dataset.csrfToken };
    const answer = await fetch(url, { method: "POST", headers, body }).catch(() => null);
    if (answer?.ok) return null;
    if (star) favourites.delete(id);
    else favourites.add(id);
    return { code: "favourite.not_kept", detail: this.room.phrase("not-saved") };
  }
}

function numbers(text) {
  return new Set(text.split(" ").filter(Boolean).map(Number));
}

/** Without accents and capitals: nobody types them to find something. */
function plain(text) {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLocaleLowerCase();
}
