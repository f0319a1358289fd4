/** Starts the live room on the page that holds it. */

import { Room } from "./room.js";

new Room(document.getElementById("room")).start();
