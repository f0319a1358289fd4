// What a revealed mark says to whom. The map and the story use the shared part alone, so that both see one picture.

export const SEATS = ["a", "b"];
const ALWAYS_SHARED = ["reaction", "intensity"];

let words;

/** Return the words of reactions, moves and feelings that the page carries. */
export function roomWords() {
  words ??= JSON.parse(document.getElementById("room-words").textContent);
  return words;
}

function isFilled(value) {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== "";
}

/** Return only what everybody may see. One's own mark arrives whole and names its shared fields. */
export function sharedPart(mark) {
  const { share, ...fields } = mark;
  const shown = ([name, value]) => isFilled(value) && (!share || ALWAYS_SHARED.includes(name) || share.includes(name));
  return Object.fromEntries(Object.entries(fields).filter(shown));
}

/** Return the fields that only their author sees; another's mark has none. */
export function privatePart(mark) {
  const { share, ...fields } = mark;
  const kept = ([name, value]) =>
    share && isFilled(value) && !ALWAYS_SHARED.includes(name) && !share.includes(name);
  return Object.fromEntries(Object.entries(fields).filter(kept));
}

/** Return the word for an intensity from 1 to 5. */
export function strengthWord(intensity) {
  return roomWords().intensities[intensity - 1];
}

/** Return the first name of whoever sits there. */
export function nameOf(people, seat) {
  return people.find((person) => person.seat === seat)?.name ?? "";
}
