/** What the honest peer shows to each seat. */

const PAD_TO = 4096;
const ALL = [
  "mark.seal",
  "mark.withdraw",
  "meant.confirm",
  "need.heard",
  "need.say",
  "pattern.fit",
  "pause.resume",
  "pause.start",
  "quiet.skip",
  "reconnect.confirm",
  "round.open",
  "round.set_aside",
  "session.end",
  "session.leave",
  "step.choose",
  "step.tried",
  "sync",
  "turn.end",
  "turn.start",
];
const SUMMARY =
  "One of you reaches for the other while the other steps back to find calm. Each move makes the other's stronger, and neither of you is the problem: the cycle is what runs between you.";
function can(room, seat) {
  const phase = room.round ? room.round.phase : null;
  return ALL.filter((n) => {
    switch (n) {
      case "sync":
      case "session.end":
      case "session.leave":
      case "pause.start":
      case "step.tried":
        return true;
      case "round.open":
        return phase !== "open";
      case "mark.seal":
      case "mark.withdraw":
      case "round.set_aside":
        return phase === "open";
      case "pattern.fit":
      case "quiet.skip":
        return phase === "revealed";
      default:
        return false;
    }
  });
}
export function snapshotFor(room, seat, now) {
  const r = room.round;
  let round = null;
  if (r) {
    const revealed = r.phase === "revealed";
    round = {
      number: r.number,
      state: r.phase,
      moment: { id: r.moment, text: r.text },
      sealed: r.sealed.has(seat),
      reveal: revealed
        ? {
            pattern: {
              code: r.pattern,
              version: 1,
              name: "Reach and retreat",
              also: ["pursue-withdraw"],
              summary: SUMMARY,
              roles: { a: "reaches", b: "steps back" },
            },
            marks: Object.fromEntries(
              ["a", "b"].map((s) => {
                const m = r.marks[s];
                const core = { reaction: m.reaction, intensity: m.intensity };
                if (s === seat) return [s, { ...core, ...m.details, share: m.share }];
                for (const n of m.share) core[n] = m.details[n];
                return [s, core];
              }),
            ),
            fits: { a: null, b: null },
            read_each_other: null,
          }
        : null,
      exchange: revealed
        ? {
            quiet_until: r.quiet_until > now ? new Date(r.quiet_until).toISOString() : null,
            needs: null,
            meant: { a: false, b: false },
            heard: { a: false, b: false },
            steps: { a: null, b: null },
            reconnected: false,
            you_skipped: false,
            you_said: false,
            you_reconnected: false,
          }
        : null,
    };
  }
  const s = {
    session: {
      id: room.id,
      state: "live",
      hosted: false,
      title: "Check-in",
      you: { seat, name: room.names[seat] },
      people: ["a", "b"].map((x) => ({ seat: x, name: room.names[x], here: room.sockets[x].size > 0 })),
      pause: null,
      turn: null,
      follow_up: [],
      round,
      can: can(room, seat),
    },
  };
  if (round && round.reveal) {
    s.pad = "";
    const n = Buffer.byteLength(JSON.stringify(s));
    s.pad = " ".repeat((PAD_TO - (n % PAD_TO)) % PAD_TO);
  }
  return s;
}
