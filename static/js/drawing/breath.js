// Two shapes on their roads, meeting at the crossing: four seconds in, six out. Still under reduced motion.

import { part, show } from "../site/templates.js";

const IN = 4000;
const OUT = 6000;
const POINTS = 48;
/** Where on its road a shape rests, as a part of the road's length: low on the outside. */
const RESTS_AT = 0.385;

export class Breath {
  constructor(root) {
    this.root = root;
    this.still = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.animations = [];
    this.changed = () => this.start();
    this.still.addEventListener("change", this.changed);
    this.start();
  }

  start() {
    for (const animation of this.animations) animation.cancel();
    this.animations = ["a", "b"].map((seat) => this.move(seat)).filter(Boolean);
  }

  move(seat) {
    const road = part(this.root, `road-${seat}`);
    const shape = part(this.root, `shape-${seat}`);
    const places = placesAlong(road);
    shape.setAttribute("transform", places[0].replaceAll("px", ""));
    if (this.still.matches) return null;
    const there = places.map((transform, index) => ({
      transform,
      offset: (eased(index / POINTS) * IN) / (IN + OUT),
    }));
    const back = places.map((transform, index) => ({
      transform,
      offset: 1 - (eased(index / POINTS) * OUT) / (IN + OUT),
    }));
    return shape.animate([...there, ...back.reverse().slice(1)], { duration: IN + OUT, iterations: Infinity });
  }

  /** Say in words what the shapes do. */
  tick(paused) {
    const word = part(this.root, "breath");
    const time = this.animations[0]?.currentTime % (IN + OUT);
    const breath = this.still.matches ? "still" : time < IN ? "in" : "out";
    const text = word.dataset[paused ? breath : "open"];
    if (word.textContent !== text) word.textContent = text;
    show(part(this.root, "help"), paused && !this.still.matches);
    show(part(this.root, "help-still"), paused && this.still.matches);
    show(part(this.root, "help-open"), !paused);
  }

  /** Let go of the figure. */
  stop() {
    this.still.removeEventListener("change", this.changed);
    for (const animation of this.animations) animation.cancel();
  }
}

function placesAlong(road) {
  const length = road.getTotalLength();
  return Array.from({ length: POINTS + 1 }, (_, index) => {
    const { x, y } = road.getPointAtLength(length * (RESTS_AT + (1 - RESTS_AT) * (index / POINTS)));
    return `translate(${x.toFixed(2)}px, ${y.toFixed(2)}px)`;
  });
}

// Keyframes lie at even distances; their times make the shape start and arrive gently.
function eased(distance) {
  return Math.acos(1 - 2 * distance) / Math.PI;
}
