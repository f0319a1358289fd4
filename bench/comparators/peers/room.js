/**
 * The same room with Socket.IO: one durable SQLite commit per command (better-sqlite3), and none of the work of ours.
 *
 * `node room.js <port>`, with the file in DATABASE. As with the floor, a room and its open round live in memory, there is
 * no login, no rule and no seal, and what is sent has the shape of our frames as far as the load needs it.
 */

import { createServer } from "node:http";
import Database from "better-sqlite3";
import { Server } from "socket.io";

const REVEAL_BYTES = 4096;

const database = new Database(process.env.DATABASE);
database.pragma("journal_mode = WAL");
database.pragma("synchronous = FULL");
database.exec(`CREATE TABLE IF NOT EXISTS mark (
  room TEXT, number INTEGER, seat TEXT, reaction TEXT, intensity INTEGER, PRIMARY KEY (room, number, seat)
) WITHOUT ROWID`);
database.exec("CREATE TABLE IF NOT EXISTS round (room TEXT, number INTEGER, PRIMARY KEY (room, number)) WITHOUT ROWID");
const open = database.prepare("INSERT OR IGNORE INTO round VALUES (?, ?)");
const store = database.prepare(`INSERT INTO mark VALUES (?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET reaction = excluded.reaction, intensity = excluded.intensity`);

const rooms = new Map();

const web = createServer();
const io = new Server(web, { transports: ["websocket"], serveClient: false });

io.on("connection", (socket) => {
  const { room: name, seat } = socket.handshake.query;
  if (!rooms.has(name)) rooms.set(name, { number: 0, marks: {} });
  const room = rooms.get(name);
  socket.join(name);
  socket.emit("snapshot", snapshotFor(room, seat));

  socket.on("round.open", ({ after }, acknowledge) => {
    open.run(name, after + 1);
    room.number = after + 1;
    room.marks = {};
    acknowledge();
    io.to(name).emit("snapshot", snapshotFor(room, seat));
  });

  socket.on("mark.seal", ({ round, reaction, intensity }, acknowledge) => {
    store.run(name, round, seat, reaction, intensity);
    room.marks[seat] = { reaction, intensity };
    acknowledge();
    const to = isRevealed(room) ? io.to(name) : socket;
    to.emit("snapshot", snapshotFor(room, seat));
  });
});

function isRevealed(room) {
  return Object.keys(room.marks).length === 2;
}

/** Return what one seat may see; an open round without marks and a revealed one look the same to both. */
function snapshotFor(room, seat) {
  if (!room.number) return { session: { round: null } };
  const revealed = isRevealed(room);
  const round = {
    number: room.number,
    state: revealed ? "revealed" : "open",
    sealed: seat in room.marks && !revealed,
    reveal: revealed ? { marks: room.marks } : null,
  };
  const snapshot = { session: { round }, pad: "" };
  if (revealed) snapshot.pad = " ".repeat(REVEAL_BYTES - JSON.stringify(snapshot).length);
  return snapshot;
}

web.listen(Number(process.argv[2]), "127.0.0.1");
