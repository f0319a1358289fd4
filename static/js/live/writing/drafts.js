/**
 * Everything that somebody is writing in the room and has not sent. It belongs to them, not to a screen or a round:
 * what the other does meanwhile takes nothing of it away.
 *
 * It lies in the memory of this page and nowhere else, so that nobody finds it who picks the phone up later.
 */

/** Tell whether the form that this was written in can come again by itself. */
function isOver({ kind, round }, session) {
  if (!session.you?.seat || session.state === "ended") return true;
  const { number = 0, state } = session.round ?? {};
  if (number !== round) return true;
  if (kind === "moment") return false;
  return state !== (kind === "mark" ? "open" : "revealed");
}

export class Drafts {
  constructor() {
    this.kept = new Map();
    this.forms = new Set();
    this.closed = false;
  }

  /**
   * Keep what stands in a form. `kind` and `round` name the form, `words` are what was typed, `values` whatever the
   * form needs to be filled again, `original` the words that it began with.
   */
  keep(kind, round, { words, values = words, original = "" }) {
    if (!this.closed) this.kept.set(keyOf(kind, round), { kind, round, words, values, original });
  }

  /** Return what is kept of this form, or undefined. */
  at(kind, round) {
    return this.kept.get(keyOf(kind, round));
  }

  /** Forget it: it was sent, or given up. */
  drop(kind, round) {
    this.kept.delete(keyOf(kind, round));
  }

  /** Forget everything, and take nothing more: its author has gone. */
  close() {
    this.closed = true;
    this.kept.clear();
  }

  /** Tell whether there are words that would be lost with the page. */
  get unsent() {
    return [...this.kept.values()].some(isUnsent);
  }

  /** Return what has lost its form: the check-in has moved on from there. */
  strays(session) {
    return [...this.kept.values()].filter((draft) => isUnsent(draft) && isOver(draft, session));
  }

  /** Name a form into which drafts of this kind can be put back; the returned function takes it away. */
  accept(kind, element, putBack) {
    const form = { kind, element, putBack };
    this.forms.add(form);
    return () => this.forms.delete(form);
  }

  /** Return the form that could take this draft now, or undefined. */
  formFor({ kind }) {
    return [...this.forms].find((form) => form.kind === kind && form.element.getClientRects().length > 0);
  }

  /** Put a draft back into the form that can take it. */
  putBack(draft) {
    const form = this.formFor(draft);
    if (!form) return;
    this.drop(draft.kind, draft.round);
    form.putBack(draft);
  }
}

function keyOf(kind, round) {
  return `${kind}:${round}`;
}

function isUnsent({ words, original }) {
  return words.trim() !== "" && words !== original;
}
