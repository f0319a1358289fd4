/** What the honest peer stores: tables and statements, and how values are encrypted at rest. */

import crypto from "node:crypto";
import Database from "better-sqlite3";

const SEAL_BYTES = 8192;

export const database = new Database(process.env.DATABASE);
database.pragma("journal_mode = WAL");
database.pragma("synchronous = FULL");
database.exec(`
CREATE TABLE IF NOT EXISTS login (
  token TEXT PRIMARY KEY, user_id TEXT, expires INTEGER, revoked INTEGER DEFAULT 0
);
CREATE TABLE IF NOT EXISTS live_session (
  id TEXT PRIMARY KEY, title TEXT, version INTEGER DEFAULT 0, turn_until TEXT, created TEXT, code TEXT
);
CREATE TABLE IF NOT EXISTS seat (
  id INTEGER PRIMARY KEY, session_id TEXT REFERENCES live_session, name TEXT, user_id TEXT,
  acknowledged TEXT DEFAULT '[]', seen_at TEXT, UNIQUE (session_id, name)
);
CREATE TABLE IF NOT EXISTS round (
  id INTEGER PRIMARY KEY, session_id TEXT REFERENCES live_session, number INTEGER, moment INTEGER, text BLOB,
  phase TEXT, pattern TEXT, pattern_version INTEGER, opened_at TEXT, revealed_at TEXT, quiet_until TEXT,
  UNIQUE (session_id, number)
);
CREATE TABLE IF NOT EXISTS mark (
  id INTEGER PRIMARY KEY, round_id INTEGER REFERENCES round, seat TEXT, seal BLOB, reaction TEXT, intensity INTEGER,
  details BLOB, share BLOB, UNIQUE (round_id, seat)
);
CREATE TABLE IF NOT EXISTS part (
  id INTEGER PRIMARY KEY, round_id INTEGER REFERENCES round, seat TEXT, fits INTEGER, need BLOB, need_seal BLOB,
  meant INTEGER DEFAULT 0, heard INTEGER DEFAULT 0, UNIQUE (round_id, seat)
);
`);

const ASKED = `s.version, p.name, p.seen_at, EXISTS (
  SELECT 1 FROM login l WHERE l.token = ? AND l.user_id = p.user_id AND l.expires > ? AND l.revoked = 0
) AS good`;
const OF_THE_SESSION = "FROM live_session s JOIN seat p ON p.session_id = s.id WHERE s.id = ?";
const LATEST = "(SELECT id FROM round WHERE session_id = s.id ORDER BY number DESC LIMIT 1)";

export const statements = {
  asked: database.prepare(`SELECT ${ASKED} ${OF_THE_SESSION}`),
  askedWithSeals: database.prepare(`SELECT ${ASKED},
    (SELECT m.seal FROM mark m WHERE m.seat = p.name AND m.round_id = ${LATEST}) AS seal ${OF_THE_SESSION}`),
  openRound: database.prepare(`INSERT INTO round (session_id, number, moment, text, phase, opened_at)
    VALUES (?, ?, ?, ?, 'open', ?)`),
  sealMark: database.prepare(`INSERT INTO mark (round_id, seat, seal) VALUES (?, ?, ?)
    ON CONFLICT (round_id, seat) DO UPDATE SET seal = excluded.seal`),
  openMark: database.prepare(`INSERT INTO mark (round_id, seat, seal, reaction, intensity, details, share)
    VALUES (?, ?, NULL, ?, ?, ?, ?) ON CONFLICT (round_id, seat) DO UPDATE SET seal = NULL,
    reaction = excluded.reaction, intensity = excluded.intensity, details = excluded.details, share = excluded.share`),
  parts: database.prepare("INSERT INTO part (round_id, seat) VALUES (?, 'a'), (?, 'b')"),
  reveal: database.prepare(`UPDATE round SET phase = 'revealed', pattern = ?, pattern_version = 1, revealed_at = ?,
    quiet_until = ? WHERE id = ?`),
  acknowledge: database.prepare("UPDATE seat SET acknowledged = ? WHERE session_id = ? AND name = ?"),
  raise: database.prepare("UPDATE live_session SET version = ?, turn_until = NULL WHERE id = ?"),
  newSession: database.prepare("INSERT INTO live_session (id, title, created) VALUES (?, 'Check-in', ?)"),
  newSeat: database.prepare("INSERT INTO seat (session_id, name, user_id) VALUES (?, ?, ?)"),
  newLogin: database.prepare("INSERT INTO login (token, user_id, expires) VALUES (?, ?, ?)"),
};

const key = crypto.randomBytes(32);
const keyId = crypto.createHash("sha256").update(key).digest().subarray(0, 4);

export function encrypt(content, purpose, bytes = 0) {
  const nonce = crypto.randomBytes(12);
  const cipher = crypto.createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.from(purpose));
  const body = Buffer.concat([cipher.update(Buffer.from(JSON.stringify(content).padEnd(bytes))), cipher.final()]);
  return Buffer.concat([Buffer.from([1]), keyId, nonce, body, cipher.getAuthTag()]);
}

export function seal(content, purpose) {
  return encrypt(content, purpose, SEAL_BYTES);
}

export function open(token, purpose) {
  const decipher = crypto.createDecipheriv("aes-256-gcm", key, token.subarray(5, 17));
  decipher.setAAD(Buffer.from(purpose));
  decipher.setAuthTag(token.subarray(token.length - 16));
  const plain = Buffer.concat([decipher.update(token.subarray(17, token.length - 16)), decipher.final()]);
  return JSON.parse(plain.toString());
}
