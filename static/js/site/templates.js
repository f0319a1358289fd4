/**
 * Clones and fills the `<template>`s that the server rendered. Every word on the screen comes from them,
 * so that translations and the copy test see it; JavaScript holds no sentence.
 */

/** Clone the template with this id, or throw: a missing one is a mistake on the page, not a state. */
export function clone(id) {
  const template = document.getElementById(id);
  if (!template) throw new Error(`missing template: ${id}`);
  return template.content.cloneNode(true);
}

/** Return the phrase called `name` in the #phrases template, with each `{key}` replaced from `values`. */
export function storedPhrase(name, values = {}) {
  const stored = document.getElementById("phrases").content.querySelector(`[data-phrase="${name}"]`);
  if (!stored) throw new Error(`missing phrase: ${name}`);
  return stored.textContent.trim().replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

/** Return the element that the markup calls `name`. */
export function part(root, name) {
  return root.querySelector(`[data-part="${name}"]`);
}

/** Put each value as plain text into the elements marked `data-text="key"`: `root` itself or below it. */
export function fill(root, values) {
  const marked = [...root.querySelectorAll("[data-text]")];
  if (root.dataset?.text) marked.push(root);
  for (const element of marked) {
    const value = values[element.dataset.text];
    if (value !== undefined && element.textContent !== String(value)) element.textContent = value;
  }
}

/** Show the element, or hide it from everyone. */
export function show(element, visible) {
  if (element.hidden === Boolean(visible)) element.hidden = !visible;
}
