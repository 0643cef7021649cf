// What every lab is made of: elements, numbers, controls that work by mouse, touch and keyboard.
// It is put in front of a lab's own module, so nothing here is exported.

const SVG = (() => {
  const template = document.createElement("template");
  template.innerHTML = "<svg></svg>";
  return template.content.firstChild.namespaceURI;
})();

const dress = (element, attributes, children) => {
  for (const [name, value] of Object.entries(attributes)) attr(element, name, value);
  element.append(...children);
  return element;
};
const html = (tag, attributes = {}, ...children) => dress(document.createElement(tag), attributes, children);
const svg = (tag, attributes = {}, ...children) => dress(document.createElementNS(SVG, tag), attributes, children);

// Sets an attribute only where it changes; null, undefined and false remove it.
const attr = (element, name, value) => {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
};
const attrs = (element, values) => Object.entries(values).forEach(([name, value]) => attr(element, name, value));
const text = (element, words) => {
  if (element.textContent !== words) element.textContent = words;
};

// A number with few digits and a true minus sign.
const written = (number, digits = 4) =>
  (Math.abs(number) < 1e-12 ? "0" : String(Number(number.toPrecision(digits)))).replace("-", "\u2212");
// The same for a number that is a move: + is up, − is down.
const signed = (number, digits) => (number > 1e-12 ? "+" : "") + written(number, digits);
// What the element at an index is called.
const letter = (i) => String.fromCharCode(65 + i);
// Shows a number, or a list of them, and keeps it at full precision in data-value.
const show = (element, value, digits = 4) => {
  const list = Array.isArray(value);
  attr(element, "data-value", list ? JSON.stringify(value) : value);
  text(element, list ? `[${value.map((one) => written(one, digits)).join(", ")}]` : written(value, digits));
};

const clamp = (number, low, high) => Math.min(Math.max(number, low), high);
// The decimal nearest to a multiple of the step: 0.3, not 0.30000000000000004.
const snap = (number, step) => Number((Math.round(number / step) * step).toFixed(6));
const scale = (from, to) => (number) => to[0] + ((number - from[0]) / (from[1] - from[0])) * (to[1] - to[0]);
// About `count` round numbers between two others.
const ticks = (low, high, count) => {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= rough);
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) found.push(snap(k * step, step / 10));
  return found;
};

// The outermost element: a form, so that the names of its radios do not meet those of another
// lab. The attribute keeps Jupyter's own shortcuts (arrows among them) from keys pressed inside.
const frame = (kind, label, ...children) => {
  const attributes = { class: `bh-lab ${kind}`, "aria-label": label, "data-lm-suppress-shortcuts": "true" };
  const form = html("form", attributes, ...children);
  form.addEventListener("submit", (event) => event.preventDefault());
  return form;
};

// Values of a choice: [value, name] pairs.
const choice = (legend, name, options, onChange) => {
  const inputs = options.map(([value, label]) => {
    const input = html("input", { type: "radio", name, value });
    input.addEventListener("change", () => onChange(value));
    return [input, html("label", {}, input, html("span", {}, label))];
  });
  const node = html("fieldset", { class: "bh-choice" }, html("legend", {}, legend));
  node.append(html("div", {}, ...inputs.map(([, label]) => label)));
  const update = (value) => inputs.forEach(([input]) => (input.checked = input.value === value));
  return { node, update };
};

const slider = (name, label, { min, max, step }, onInput) => {
  const input = html("input", { type: "range", name, min, max, step, "aria-label": label });
  const shown = html("span", { class: "bh-number", "aria-hidden": "true" });
  input.addEventListener("input", () => onInput(Number(input.value)));
  const node = html("label", { class: "bh-slider" }, html("span", { class: "bh-name" }, label), input, shown);
  const update = (value, used = true) => {
    if (Number(input.value) !== value) input.value = value;
    input.disabled = !used;
    show(shown, value);
  };
  return { node, update };
};

const button = (label, onClick) => {
  const node = html("button", { type: "button", class: "bh-button" }, label);
  node.addEventListener("click", onClick);
  return node;
};

// A point to drag up and down. `place(clientY)` turns a pointer's height into a value.
const handle = ({ label, low, high, step, page, get, set, place, onFocus }) => {
  const node = html("div", {
    class: "bh-handle", role: "slider", tabindex: 0, "aria-label": label, "aria-orientation": "vertical",
    "aria-valuemin": low, "aria-valuemax": high,
  });
  const move = (value) => set(clamp(snap(value, step), low, high));
  const keys = {
    ArrowUp: () => get() + step, ArrowRight: () => get() + step,
    ArrowDown: () => get() - step, ArrowLeft: () => get() - step,
    PageUp: () => get() + page, PageDown: () => get() - page,
    Home: () => low, End: () => high,
  };
  let grip = null; // how far from its centre the point was taken
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    node.setPointerCapture(event.pointerId);
    node.focus({ preventScroll: true });
    const box = node.getBoundingClientRect();
    grip = event.clientY - (box.top + box.height / 2);
  });
  node.addEventListener("pointermove", (event) => grip !== null && move(place(event.clientY - grip)));
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"])
    node.addEventListener(end, () => (grip = null));
  node.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    move(keys[event.key]());
  });
  node.addEventListener("focus", onFocus);
  const update = (value, words) => {
    const outside = value > high ? "above" : value < low ? "below" : null;
    attrs(node, {
      "aria-valuenow": clamp(value, low, high), "data-value": value, "data-outside": outside,
      "aria-valuetext": outside ? `${words}, ${outside} the graph` : words,
    });
    return outside;
  };
  return { node, update };
};

// A table of numbers; `columns` are [key, long name, short name, CSS class].
const numbers = (caption, columns, count) => {
  const name = ([, long, short]) =>
    [html("span", { class: "bh-long" }, long), html("span", { class: "bh-short", "aria-hidden": "true" }, short)];
  const head = html("tr", {}, ...columns.map((column) => html("th", { scope: "col" }, ...name(column))));
  const cells = [];
  const rows = Array.from({ length: count }, (_, i) => {
    cells.push({});
    return html("tr", {}, ...columns.map(([key, , , kind], k) =>
      (cells[i][key] = html(k ? "td" : "th", { class: kind, scope: k ? null : "row", "data-name": key, "data-index": i }))));
  });
  const node = html("table", { class: "bh-numbers" }, html("caption", {}, caption), html("thead", {}, head), html("tbody", {}, ...rows));
  return { node, cells, rows };
};

// Says what has changed, once the reader pauses.
const announcer = () => {
  const node = html("p", { class: "bh-said", "aria-live": "polite" });
  let timer;
  const say = (words) => {
    clearTimeout(timer);
    timer = setTimeout(() => text(node, words), 500);
  };
  return { node, say, stop: () => clearTimeout(timer) };
};

// Calls `draw` once after any number of changes to the traits, and when the width changes.
const follow = (model, el, traits, draw) => {
  let waiting = false;
  const redraw = () => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      draw();
    });
  };
  const sizes = new ResizeObserver(redraw);
  sizes.observe(el);
  traits.forEach((name) => model.on(`change:${name}`, redraw));
  return () => {
    sizes.disconnect();
    traits.forEach((name) => model.off(`change:${name}`, redraw));
  };
};
