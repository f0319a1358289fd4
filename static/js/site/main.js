// What every page does, whatever else is on it. Quick exit first: nothing may stand before it.

import "./quick-exit.js";
import "./from-memory.js";
import "./time-zone.js";
import "./send-once.js";
import "./fetch-ahead.js";
import "./home-screen.js";
