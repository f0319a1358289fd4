// Tells the server by whose clock to write times: the name of this device's time zone, in a cookie.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
const secure = location.protocol === "https:";
const name = secure ? "__Host-zone" : "zone";
const YEAR = 365 * 24 * 60 * 60;

if (/^[A-Za-z0-9_+/-]+$/.test(zone)) {
  document.cookie = `${name}=${zone}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure ? "; Secure" : ""}`;
}
