// The lab of cross-entropy: logits and a class, p and y, the gradient p − y, and the naive form.

const TRAITS = ["logits", "target", "naive", "scale"];
const CLASSES = [0, 1, 2];
const NAMES = CLASSES.map((k) => `class ${k}`);
const LOGITS = CLASSES.map((k) => `x[${k}]`);
const MOST = 1000;
const SCALES = [1, 10, 100];
const EXAMPLES = [
  ["sure and right", { logits: [-2, 6, 0], target: 1, scale: 1 }],
  ["sure and wrong", { logits: [-2, 6, 0], target: 0, scale: 1 }],
  ["[60, 0, 0]", { logits: [60, 0, 0], target: 1, scale: 10 }],
  ["[100, 0, 0]", { logits: [100, 0, 0], target: 0, scale: 10 }],
  ["[0, −200, 0]", { logits: [0, -200, 0], target: 0, scale: 100 }],
  ["[1000, −1000, 0]", { logits: [1000, -1000, 0], target: 1, scale: 100 }],
];

// The numbers of PyTorch's cross_entropy in float64, and of its backward.
const compute = ({ logits, target }) => {
  const p = softmax(logits);
  const most = Math.max(...logits);
  const logSum = most + Math.log(added(logits.map((one) => Math.exp(one - most))));
  const y = CLASSES.map((k) => Number(k === target));
  return { p, y, logSum, loss: logSum - logits[target], gradient: p.map((one, k) => one - y[k]) };
};

// How far the sliders go: as far as the scale says, and as the logits need.
const scaleOf = ({ logits, scale }) => SCALES.find((one) => one >= scale && logits.every((logit) => Math.abs(logit) <= 10 * one));

// Compares with what PyTorch stored: float64 to 1e-9; of float32, which steps are inf or nan.
const agrees = (reference) => {
  const ours = compute(reference);
  const alike = (one, other) => (bad(other) ? Object.is(one, other) : !bad(one));
  const same = (found, stored, close) =>
    [stored].flat().every((other, i) => close([found].flat()[i], Number(other)));
  const forms = [["naive_steps", naiveSteps], ["stable_steps", stableSteps]];
  return ["p", "loss", "gradient"].every((name) => same(ours[name], reference[name], near)) &&
    forms.every(([name, steps]) => {
      const found = steps(reference.logits, reference.target);
      return Object.entries(reference[name]).every(([step, stored]) => same(found[step], stored, alike));
    });
};

// A slider for each logit, whose reach follows the scale.
const logitSliders = (act) => {
  const all = LOGITS.map((name, i) =>
    dial(`x${i}`, ["logit", name], {}, (value) => act.put("logits", i, tidy(value))));
  const update = (now) => {
    const scale = scaleOf(now);
    all.forEach((one, i) => {
      attrs(one.input, { min: -10 * scale, max: 10 * scale, step: scale / 10 });
      one.update(now.logits[i]);
    });
  };
  return { nodes: all.map(({ node }) => node), update };
};

const controls = (act) => {
  const target = choice("class y", "target", CLASSES.map((k) => [String(k), String(k)]), (k) => act.set({ target: Number(k) }));
  const resize = (to) => {
    const now = act.state();
    const times = to / scaleOf(now);
    act.set({ scale: to, logits: now.logits.map((one) => tidy(clamp(one * times, -MOST, MOST))) });
  };
  const scale = choice("logits", "scale", SCALES.map((one) => [String(one), `× ${one}`]), (one) => resize(Number(one)));
  const logits = logitSliders(act);
  const naive = html("input", { type: "checkbox", name: "naive" });
  naive.addEventListener("change", () => act.set({ naive: naive.checked }));
  const sliders = html("div", { class: "bh-controls" },
    title("Logits x and the right class y"), ...logits.nodes, target.node, scale.node);
  const below = html("div", { class: "bh-controls bh-below" },
    buttons("Examples", button("Reset", act.reset), ...EXAMPLES.map(([label, settings]) => button(label, () => act.set(settings)))),
    html("label", { class: "bh-switch" }, naive, html("span", {}, "show the naive form in float32")));
  const update = (now) => {
    target.update(String(now.target));
    scale.update(String(scaleOf(now)));
    logits.update(now);
    naive.checked = now.naive;
  };
  return { sliders, below, update };
};

// The loss, as a rule and with the numbers in it.
const answer = () => {
  const [filled, loss] = [html("span"), html("strong", { class: "bh-big bh-value", "data-name": "loss" })];
  const node = html("p", { class: "bh-answer bh-value" }, "loss = ", loss, " ", html("span", {}, "= −x[y] + log Σ exp(x)"), " ", filled);
  const update = ({ logits, target }, { logSum, loss: value }) => {
    show(loss, value, 5);
    text(filled, `= −${logits[target] < 0 ? `(${written(logits[target])})` : written(logits[target])} + ${written(logSum, 5)}`);
  };
  return { node, update };
};

// Both forms side by side, and a sentence on where the naive one breaks.
const comparison = () => {
  const tables = { naive: stepTable("naive", "Steps of the naive form"), stable: stepTable("stable", "Steps of the stable form") };
  const words = html("p", { class: "bh-why", "data-name": "why" });
  const part = (name, form) => html("div", {}, title(name), form.node);
  const node = html("div", { class: "bh-steps" }, words,
    part("Naive: −log(exp(x) / Σ exp(x))", tables.naive), part("Stable: subtract the maximum first", tables.stable));
  const update = ({ logits, target, naive }) => {
    attr(node, "hidden", naive ? null : "");
    if (!naive) return "";
    const [steps, stable] = [naiveSteps(logits, target), stableSteps(logits, target)];
    const why = explained(steps, stable);
    tables.naive.update(steps, { d_x: stable.d_x });
    tables.stable.update(stable);
    text(words, why);
    attr(words, "data-bad", broken(steps) || wrong(steps, stable) ? "" : null);
    return ` ${why}`;
  };
  return { node, update };
};

const summary = (now, found) =>
  `Class ${now.target} of the logits ${worded(now.logits)}: loss ${written(found.loss, 5)}, gradient ${worded(found.gradient, 3)}.`;

function render({ model, el }) {
  const act = actions(model, TRAITS);
  const parts = { controls: controls(act), answer: answer(), steps: comparison() };
  const p = bars("Probabilities p, and y outlined", "p", NAMES);
  const gradient = bars("Gradient p − y", "gradient", NAMES, true);
  const announce = announcer();
  const root = frame("bh-logits bh-entropy", "Lab: cross-entropy and its gradient",
    html("div", { class: "bh-panels" },
      parts.controls.sliders,
      html("div", { class: "bh-pictures" },
        headed("p = softmax(x)", keyLine(["bh-blue", "p"], ["bh-dashed", "y"])), p.node,
        headed("gradient = p − y", keyLine(["bh-orange", "above 0"], ["bh-hatched", "below 0"])), gradient.node),
      parts.controls.below),
    parts.answer.node, parts.steps.node, announce.node);
  const draw = () => {
    const now = act.state();
    const found = compute(now);
    parts.controls.update(now);
    parts.answer.update(now, found);
    p.update(found.p, found.y);
    gradient.update(found.gradient);
    announce.say(summary(now, found) + parts.steps.update(now));
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
