// The lab of softmax: logits and temperature, p as bars, the Jacobian and what flows back.

const TRAITS = ["logits", "temperature", "grad_output"];
const [X, P, G] = ["x", "p", "g"].map((name) => ["₁", "₂", "₃"].map((index) => name + index));
const REACH = { logits: 15, grad_output: 3 };
const EXAMPLES = [[2, 1, 0.1], [0.2306, 0.6693, 0.6334], [0.2, 0.1, 0.01], [12, 11, 10.1]];
const DIRECTIONS = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]];
const STRONGEST = 0.25; // the largest entry there is without a temperature

// The numbers of PyTorch's softmax, of its Jacobian, and of its backward in two forms.
const compute = ({ logits, temperature, grad_output: g }) => {
  const p = softmax(logits.map((one) => one / temperature));
  const jacobian = p.map((pi, i) => p.map((pj, j) => (pi * ((i === j) - pj)) / temperature));
  const combined = p.map((_, j) => added(jacobian.map((row, i) => g[i] * row[j])));
  const mean = added(p.map((one, i) => g[i] * one));
  const vjp = p.map((one, i) => (one * (g[i] - mean)) / temperature);
  return { p, jacobian, combined, mean, vjp };
};

const agrees = (reference) => {
  const ours = compute(reference);
  return ["p", "jacobian", "vjp"].every((name) => {
    const theirs = reference[name].flat();
    return ours[name].flat().every((one, i) => near(one, theirs[i]));
  });
};

// One line of the table: a name, three numbers, and their sum.
const line = (name, first, { heat = false, head = null } = {}) => {
  const cells = [0, 1, 2].map((j) => html("span", { role: "cell", class: heat ? "bh-heat" : "bh-gradient", "data-name": name, "data-index": j }));
  const sum = html("span", { role: "cell", class: "bh-total", "data-name": `${name}-sum` });
  const node = html("div", { role: "row", class: `bh-line ${head ?? ""}` }, html("span", { role: "rowheader", class: "bh-first" }, first), ...cells, sum);
  const update = (values) => {
    values.forEach((value, j) => {
      showFixed(cells[j], value);
      if (!heat) return;
      cells[j].style.setProperty("--bh-strength", 0.5 * Math.min(Math.abs(value) / STRONGEST, 1));
      attr(cells[j], "data-negative", value <= -0.5e-4); // what is shown as zero has no sign
    });
    show(sum, added(values));
  };
  return { node, update };
};

const heading = () =>
  html("div", { role: "row", class: "bh-line bh-heading" },
    ...["grad_output × row of J", ...X.map((name) => `∂ / ∂${name}`), "sum"].map((words) => html("span", { role: "columnheader" }, words)));

// The Jacobian with a weight for each row, and below it the weighted rows added, in two ways.
const table = (act) => {
  const weights = G.map((name, i) =>
    dial(name, ["grad_output", name], { min: -REACH.grad_output, max: REACH.grad_output, step: 0.1 }, (value) => act.put("grad_output", i, value)));
  const rows = weights.map(({ node }, i) => line("jacobian", html("span", { class: "bh-weight" }, node, html("span", {}, `× ∂${P[i]}`)), { heat: true }));
  const mean = html("strong", { "data-name": "mean" });
  const scaled = html("span");
  const combined = line("combined", "gᵀJ: the rows × g, added", { head: "bh-result" });
  const vjp = line("vjp", html("span", {}, "p ⊙ (g − ⟨g, p⟩)", scaled, html("span", { class: "bh-mean" }, "⟨g, p⟩ = ", mean)), { head: "bh-result" });
  const node = html("div", { role: "table", "aria-label": "Jacobian of softmax, and grad_output times it", class: "bh-jacobian" },
    heading(), ...[...rows, combined, vjp].map((one) => one.node));
  const update = ({ temperature, grad_output }, found) => {
    weights.forEach((one, i) => one.update(grad_output[i]));
    rows.forEach((row, i) => row.update(found.jacobian[i]));
    combined.update(found.combined);
    vjp.update(found.vjp);
    showFixed(mean, found.mean);
    text(scaled, temperature === 1 ? "" : ` ÷ ${written(temperature)}`);
  };
  return { node, update };
};

// The sliders of logits and temperature, and the buttons for what to try.
const controls = (act) => {
  const range = { min: -REACH.logits, max: REACH.logits, step: 0.1 };
  const logits = X.map((name, i) => dial(name, ["logit", name], range, (value) => act.put("logits", i, value)));
  const temperature = dial("temperature", ["temperature", "T"], { min: -6, max: 6, step: 0.25 }, (value) => act.set({ temperature: value }), Math.log2, (power) => 2 ** power);
  const all = (change) => act.set({ logits: act.state().logits.map((one) => tidy(change(one))) });
  const fits = (change) => act.state().logits.every((one) => Math.abs(change(one)) <= REACH.logits);
  const changes = [["add 10 to all", (one) => one + 10], ["double all", (one) => 2 * one]];
  const moves = changes.map(([label, change]) => ({ ...press(label, () => all(change)), change }));
  const half = press("halve T", () => act.set({ temperature: act.state().temperature / 2 }));
  const sliders = html("div", { class: "bh-controls" },
    title("Logits x, temperature T"), ...logits.map((one) => one.node), temperature.node);
  const below = html("div", { class: "bh-controls bh-below" },
    buttons("Change the logits or the temperature", ...moves.map((one) => one.node), half.node, button("Reset", act.reset)),
    buttons("Examples of logits", ...EXAMPLES.map((one) => button(worded(one), () => act.set({ logits: one, temperature: 1 })))));
  const update = (now) => {
    logits.forEach((one, i) => one.update(now.logits[i]));
    temperature.update(now.temperature);
    moves.forEach((one) => one.update(fits(one.change)));
    half.update(now.temperature >= 1 / 32);
  };
  return { sliders, below, update };
};

const summary = (now, found) =>
  `Logits ${worded(now.logits)} at temperature ${written(now.temperature)}: p is ${worded(found.p, 3)}. ` +
  `With grad_output ${worded(now.grad_output)} the gradient is ${worded(found.vjp, 3)}.`;

function render({ model, el }) {
  const act = actions(model, TRAITS);
  const parts = { controls: controls(act), p: bars("Probabilities p", "p", P), table: table(act) };
  const announce = announcer();
  const root = frame("bh-logits bh-softmax", "Lab: softmax, its Jacobian and its backward",
    html("div", { class: "bh-panels" },
      parts.controls.sliders,
      html("div", { class: "bh-pictures" }, title("p = softmax(x / T)"), parts.p.node),
      parts.controls.below),
    html("div", {},
      headed("Jacobian J = ∂p / ∂x, and gᵀJ", keyLine(["bh-orange", "above 0"], ["bh-hatched", "below 0"])), parts.table.node),
    buttons("Examples of grad_output", ...DIRECTIONS.map((g) => button(`g = ${worded(g)}`, () => act.set({ grad_output: g })))),
    announce.node);
  const draw = () => {
    const now = act.state();
    const found = compute(now);
    parts.controls.update(now);
    parts.p.update(found.p);
    parts.table.update(now, found);
    announce.say(summary(now, found));
  };
  el.replaceChildren(root);
  attr(root, "data-agrees", String(agrees(act.reference)));
  draw();
  const stop = follow(model, root, TRAITS, draw);
  return () => {
    stop();
    announce.stop();
  };
}

export default { render };
