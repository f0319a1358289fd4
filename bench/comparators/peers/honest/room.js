/**
 * Socket.IO that does the work of ours: `node room.js <port>`, with the file in DATABASE.
 *
 * At each command it asks for login, session and seats; frames are strict; the last 64 ops of each seat are kept; a first
 * mark is sealed (AES-256-GCM, 8 KiB), a second one opens both and writes them; every command is durable before its
 * acknowledgement, `round.open` too; each seat is shown what it may see, padded, and nothing that it has seen. With
 * TOGETHER=1 commands that arrive in one turn of the loop are committed together. Left out: presence, timers, hosts, and
 * the width of our indexes and checks.
 */

import crypto from "node:crypto";
import { createServer } from "node:http";
import { Server } from "socket.io";
import { MarkSeal, RoundOpen } from "./frames.js";
import { snapshotFor } from "./shown.js";
import { database, encrypt, open, seal, statements } from "./store.js";

const TOGETHER = process.env.TOGETHER === "1";
const OPS_KEPT = 64;

const rooms = new Map();
const web = createServer();
const io = new Server(web, { transports: ["websocket"], serveClient: false });

function show(room) {
  const now = Date.now();
  for (const seat of ["a", "b"]) {
    if (!room.sockets[seat].size) continue;
    const snap = snapshotFor(room, seat, now);
    const text = JSON.stringify(snap);
    for (const listener of room.sockets[seat])
      if (listener.last !== text) {
        listener.last = text;
        listener.emit("snapshot", snap);
      }
  }
}

function execute(room, seat, token, frame) {
  const now = Date.now();
  const iso = new Date(now).toISOString();
  const rows = (frame.type === "mark.seal" ? statements.askedWithSeals : statements.asked).all(token, now, room.id);
  if (!rows.some((r) => r.good)) return { code: "login.required" };
  if (rows[0].version !== room.version) throw new Error("another writer");
  if (room.acknowledged[seat].includes(frame.op)) return {};
  const r = room.round;
  let next;
  if (frame.type === "round.open") {
    if (r && r.phase === "open") return { code: "round.already_open" };
    if (frame.after !== (r ? r.number : 0)) return { code: "round.stale" };
    const text = "Something small went wrong";
    const id = Number(
      statements.openRound.run(room.id, frame.after + 1, frame.moment ?? null, encrypt(text, "round.text"), iso)
        .lastInsertRowid,
    );
    next = { id, number: frame.after + 1, moment: frame.moment, text, phase: "open", sealed: new Set(), marks: {} };
  } else {
    if (!r || r.phase !== "open") return { code: "round.not_open" };
    if (frame.round !== r.number) return { code: "round.stale" };
    const other = seat === "a" ? "b" : "a";
    const details = {};
    for (const n of ["moves", "underneath", "impulse", "chosen", "guess", "thought", "second_look", "words"]) {
      const v = frame[n];
      if (v && v.length) details[n] = v;
    }
    const content = { reaction: frame.reaction, intensity: frame.intensity, details, share: frame.share };
    if (!r.sealed.has(other)) {
      statements.sealMark.run(r.id, seat, seal(content, `mark:${r.id}:${seat}`));
      next = { ...r, sealed: new Set([...r.sealed, seat]) };
    } else {
      const theirs = open(rows.find((x) => x.name === other).seal, `mark:${r.id}:${other}`);
      const mine = open(seal(content, `mark:${r.id}:${seat}`), `mark:${r.id}:${seat}`); // as ours does
      const marks = { [seat]: mine, [other]: theirs };
      for (const s of ["a", "b"])
        statements.openMark.run(
          r.id,
          s,
          marks[s].reaction,
          marks[s].intensity,
          encrypt(marks[s].details, "mark.details"),
          encrypt(marks[s].share, "mark.share"),
        );
      statements.parts.run(r.id, r.id);
      const pattern = [marks.a.reaction, marks.b.reaction].sort().join("-");
      const quiet = now + 30000;
      statements.reveal.run(pattern, iso, new Date(quiet).toISOString(), r.id);
      next = { ...r, phase: "revealed", sealed: new Set(), marks, pattern, quiet_until: quiet };
    }
  }
  const acknowledged = [...room.acknowledged[seat], frame.op].slice(-OPS_KEPT);
  statements.acknowledge.run(JSON.stringify(acknowledged), room.id, seat);
  statements.raise.run(room.version + 1, room.id);
  return {
    apply() {
      room.round = next;
      room.version += 1;
      room.acknowledged[seat] = acknowledged;
    },
    changed: true,
  };
}

let queue = [];
function flush() {
  const batch = queue;
  queue = [];
  const out = [];
  const touched = new Set();
  try {
    database.exec("BEGIN IMMEDIATE");
    for (const [room, seat, token, frame, acknowledge] of batch) {
      const a = execute(room, seat, token, frame);
      if (a.changed) {
        a.apply();
        touched.add(room);
      }
      out.push([a, acknowledge]);
    }
    database.exec("COMMIT");
  } catch (e) {
    console.error(e);
    process.exit(1);
  }
  for (const [a, acknowledge] of out) a.code ? acknowledge({ code: a.code }) : acknowledge();
  for (const room of touched) show(room);
}
function take(room, seat, token, schema) {
  return (raw, acknowledge) => {
    const parsed = schema.safeParse(raw);
    if (!parsed.success) return acknowledge({ code: "frame.invalid" });
    queue.push([room, seat, token, parsed.data, acknowledge]);
    if (!TOGETHER) flush();
    else if (queue.length === 1) setImmediate(flush);
  };
}

io.on("connection", (socket) => {
  const { room: name, seat } = socket.handshake.query;
  const token = `${name}-${seat}-token-0123456789abcdef`;
  if (!rooms.has(name)) {
    const id = crypto.randomUUID();
    database.exec("BEGIN");
    statements.newSession.run(id, new Date().toISOString());
    for (const s of ["a", "b"]) {
      const u = crypto.randomUUID();
      statements.newSeat.run(id, s, u);
      statements.newLogin.run(`${name}-${s}-token-0123456789abcdef`, u, Date.now() + 86400000);
    }
    database.exec("COMMIT");
    rooms.set(name, {
      id,
      version: 0,
      round: null,
      names: { a: "Ana", b: "Ben" },
      acknowledged: { a: [], b: [] },
      sockets: { a: new Set(), b: new Set() },
    });
  }
  const room = rooms.get(name);
  room.sockets[seat].add(socket);
  socket.on("disconnect", () => room.sockets[seat].delete(socket));
  socket.emit("snapshot", snapshotFor(room, seat, Date.now()));
  socket.on("round.open", take(room, seat, token, RoundOpen));
  socket.on("mark.seal", take(room, seat, token, MarkSeal));
});

web.listen(Number(process.argv[2]), "127.0.0.1");
