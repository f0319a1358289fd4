/** Starts the console on the host's own page. */

import { Console } from "./console.js";

new Console(document.getElementById("room")).start();
