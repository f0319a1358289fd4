/** Starts the shared screen: what the whole room looks at. It shows nobody's own things, and nobody works on it. */

import { Room } from "../../live/room.js";
import * as lobby from "../../live/screens/lobby.js";
import * as ended from "./ended.js";
import * as moment from "./moment.js";
import * as pause from "./pause.js";
import * as reveal from "./reveal.js";

/** Name the screen for this snapshot: between opening and reveal nothing that one of them does changes it. */
function screenForAll(session) {
  if (!session.you?.seat || session.state === "ended") return "ended";
  if (session.state === "waiting") return "lobby";
  if (session.state === "paused") return "pause";
  if (!session.round || session.round.state === "set_aside") return "between";
  return session.round.state === "revealed" ? "reveal" : "opened";
}

const SCREENS = { between: moment, ended, lobby, opened: moment, pause, reveal };

new Room(document.getElementById("room"), { screens: SCREENS, pick: screenForAll }).start();
