/** What this page remembers of its time in a check-in and no snapshot says. It is gone with the page. */

export class Stay {
  constructor(roundsRevealed) {
    this.roundsRevealed = roundsRevealed;
    this.lastRevealed = 0;
    this.closedWith = null;
  }

  /** Take in a new snapshot; `before` is the one that the screens still show, if there was any. */
  take(session, before) {
    this.closedWith = null;
    this.countReveal(session, before);
    this.noteEnd(session, before);
    // From here the snapshot alone says what is sealed.
    this.acknowledged = null;
    if (session.round?.state === "open") this.sawOpenRound = session.round.number;
  }

  /** Count the reveals seen here on top of those the page was loaded with; the first snapshot brings none of its own. */
  countReveal(session, before) {
    const number = session.round?.state === "revealed" ? session.round.number : 0;
    if (before && number > this.lastRevealed) this.roundsRevealed += 1;
    this.lastRevealed = Math.max(this.lastRevealed, number);
  }

  /** Remember how it ended, if this page was there. */
  noteEnd(session, before) {
    // Nobody is named to a host who has gone.
    this.hostGone = session.you?.seat === "host" && session.state === "ended" && session.people.length === 0;
    if (session.state !== "ended" || !before || before.state === "ended") return;
    this.sawEnd = true;
    // Whoever asked for it, and whoever agreed, ended it; nobody else reads that they did.
    const { ending, you } = before;
    this.endedHere = Boolean(ending) && (ending.by === you?.seat || this.agreed === true);
    this.openAtEnd = before.round?.state === "open";
  }
}
