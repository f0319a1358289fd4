// Reactions are directions, in ink; people are shapes, in their colour.

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 76;
const WIDTH_WITHOUT_OTHER = 68;

// Where the shape stands and what is drawn beside it, for seat a; seat b is the mirror image.
const DIRECTIONS = {
  anxious: { at: 14, lines: ["M31 17H58M51 10L58 17L51 24"] },
  avoidant: { at: 53, lines: ["M36 17H9M16 10L9 17L16 24"] },
  both: { at: 34, lines: ["M19 17H4M10 11L4 17L10 23", "M49 17H64M58 11L64 17L58 23"] },
  steady: { at: 34, lines: ["M16 31H52"] },
};

/** Make one SVG element. */
function svgElement(name, attributes = {}) {
  const element = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  return element;
}

/** Make a person's shape: a circle for a, a rounded diamond of the same area for b. */
function personShape(seat, x, y, radius) {
  if (seat === "a") return svgElement("circle", { cx: x, cy: y, r: radius });
  const side = radius * 1.8;
  return svgElement("rect", {
    x: x - side / 2,
    y: y - side / 2,
    width: side,
    height: side,
    rx: side * 0.2,
    transform: `rotate(45 ${x} ${y})`,
  });
}

/** Draw where a reaction pulls. With `other`, a dotted upright stands for the other person. */
export function drawGlyph(svg, seat, reaction, { other = false } = {}) {
  const width = other ? WIDTH : WIDTH_WITHOUT_OTHER;
  const { at, lines } = DIRECTIONS[reaction];
  const group = svgElement("g", { class: `seat--${seat}` });
  if (seat === "b") group.setAttribute("transform", `matrix(-1 0 0 1 ${width} 0)`);
  const shape = personShape(seat, at, reaction === "steady" ? 14 : 17, 9);
  shape.classList.add("glyph__shape");
  group.append(shape);
  for (const d of lines) group.append(svgElement("path", { d, class: "glyph__direction" }));
  if (other) group.append(svgElement("path", { d: "M70 2V32", class: "glyph__other" }));
  svg.setAttribute("viewBox", `0 0 ${width} 34`);
  svg.replaceChildren(group);
}

/** Draw five shapes, as many filled as the intensity says. */
export function drawPips(svg, seat, intensity) {
  const pips = [1, 2, 3, 4, 5].map((level) => {
    const shape = personShape(seat, level * 18 - 9, 9, 5.6);
    shape.classList.add("pips__pip");
    shape.classList.toggle("pips__pip--filled", level <= intensity);
    return shape;
  });
  svg.setAttribute("viewBox", "0 0 90 18");
  svg.replaceChildren(...pips);
}
