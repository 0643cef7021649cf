// What the labs on softmax and on cross-entropy share: probabilities, sliders and bars for three
// logits.

// Softmax in float64, shifted so that no exp is larger than 1.
const softmax = (logits) => {
  const most = Math.max(...logits);
  const raised = logits.map((one) => Math.exp(one - most));
  const sum = raised.reduce((total, one) => total + one, 0);
  return raised.map((one) => one / sum);
};
const added = (numbers) => numbers.reduce((sum, one) => sum + one, 0);
// A number without the last digits, which are rounding: 0.30000000000000004 is 0.3.
const tidy = (number) => Number(number.toPrecision(12));
const worded = (numbers, digits) => `[${numbers.map((one) => written(one, digits)).join(", ")}]`;
// Four places behind the point, so that numbers below each other can be compared.
const fixed = (number, places = 4) => {
  const words = number.toFixed(places);
  return (Number(words) === 0 ? (0).toFixed(places) : words).replace("-", "\u2212");
};
const showFixed = (element, value) => {
  attr(element, "data-value", value);
  text(element, fixed(value));
};
const near = (ours, theirs) => Math.abs(ours - theirs) <= 1e-9 * Math.max(1, Math.abs(theirs));

// What can be done to a lab: read its settings, change them, change one number of a list.
const actions = (model, names) => {
  const state = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const set = (changes) => {
    Object.entries(changes).forEach(([name, value]) => model.set(name, value));
    model.save_changes();
  };
  const put = (name, i, value) => set({ [name]: model.get(name).map((old, k) => (k === i ? value : old)) });
  const reset = () => set(Object.fromEntries(names.map((name) => [name, act.reference[name]])));
  const act = { reference: model.get("reference"), state, set, put, reset };
  return act;
};

// A slider with its name, spoken with a word before it. Its place may be another number than the
// one it shows, such as its logarithm.
const dial = (name, [spoken, label], range, onInput, to = (value) => value, from = (place) => place) => {
  const input = html("input", { type: "range", name, ...range, "aria-label": `${spoken} ${label}` });
  const shown = html("span", { class: "bh-number", "aria-hidden": "true" });
  input.addEventListener("input", () => onInput(from(Number(input.value))));
  const node = html("label", { class: "bh-slider bh-dial" }, html("span", { class: "bh-name" }, label), input, shown);
  const update = (value) => {
    if (Number(input.value) !== to(value)) input.value = to(value);
    attr(input, "aria-valuetext", written(value));
    show(shown, value);
  };
  return { node, input, update };
};

// A button that can be out of use, and keeps the focus then.
const press = (label, onClick) => {
  let used = true;
  const node = button(label, () => used && onClick());
  const update = (now) => {
    used = now;
    attr(node, "aria-disabled", now ? null : "true");
  };
  return { node, update };
};
const buttons = (label, ...nodes) => html("div", { class: "bh-buttons", role: "group", "aria-label": label }, ...nodes);

// A bar for each of three numbers. From 0 to 1 they stand on the ground, from −1 to 1 they hang
// from the middle too. An outline may show where each should end.
const bars = (label, name, names, both = false) => {
  const parts = names.map((one, i) => ({
    fill: html("i", { class: "bh-fill" }), outline: html("i", { class: "bh-goal", hidden: "" }),
    number: html("span", { class: both ? "bh-gradient" : "bh-value", "data-name": name, "data-index": i }),
  }));
  const columns = parts.map(({ fill, outline, number }, i) =>
    html("div", { class: "bh-column" }, number, html("div", { class: "bh-well" }, fill, outline), html("span", {}, names[i])));
  const node = html("div", { class: `bh-bars ${both ? "bh-both" : ""}`, role: "group", "aria-label": label }, ...columns);
  const update = (values, goals = []) =>
    parts.forEach(({ fill, outline, number }, i) => {
      const size = `${(both ? 50 : 100) * clamp(Math.abs(values[i]), 0, 1)}%`;
      fill.style.height = size;
      attr(fill, "data-negative", values[i] < 0);
      attr(outline, "hidden", goals[i] ? null : "");
      showFixed(number, values[i]);
    });
  return { node, update };
};

const keyLine = (...marks) =>
  html("p", { class: "bh-key" }, ...marks.map(([kind, words]) => html("span", {}, html("i", { class: kind }), words)));
const title = (...words) => html("p", { class: "bh-title" }, ...words);
const headed = (words, key) => html("div", { class: "bh-headed" }, title(words), key);
