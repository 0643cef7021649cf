// The difference lab: a backward, right or wrong, against finite differences with every step.

const TRAITS = ["function", "backward", "scheme", "grad_output", "step", "curves"];
const ROWS = [["numeric", "numeric"], ["analytic", "analytic"], ["difference", "difference"], ["least", "least"]];
const COLUMNS = [["row", "gradient", "", ""], ["float64", "float64", "float64", "bh-double"], ["float32", "float32", "float32", "bh-single"]];

const actions = (model) => ({
  state: () => Object.fromEntries(TRAITS.map((name) => [name, model.get(name)])),
  set: (changes) => {
    Object.entries(changes).forEach(([name, value]) => model.set(name, value));
    model.save_changes();
  },
});

// A change of the function keeps the mistake where the new function knows it.
const toFunction = (act, name) => {
  const { curves, backward } = act.state();
  const known = curves.operations[name].backwards.some(({ key }) => key === backward);
  act.set(known ? { function: name } : { backward: "right", function: name });
};

// The backwards of a function, as code to choose from.
const waysToGoBack = (act) => {
  const list = html("div", { class: "bh-ways" });
  const node = html("fieldset", { class: "bh-list" }, html("legend", {}, "backward returns"), list);
  let [inputs, made] = [[], ""];
  const make = (backwards) => {
    inputs = backwards.map(({ key }) => {
      const input = html("input", { type: "radio", name: "backward", value: key });
      input.addEventListener("change", () => act.set({ backward: key }));
      return input;
    });
    list.replaceChildren(...backwards.map(({ code, idea }, i) =>
      html("label", {}, inputs[i], html("code", {}, code), " ", html("span", { class: "bh-muted" }, idea || "right"))));
  };
  const update = ({ function: name, backward }, { operation: { backwards } }) => {
    if (made !== name) make(backwards);
    made = name;
    inputs.forEach((input) => (input.checked = input.value === backward));
  };
  return { node, update };
};

const settings = (act, { curves }) => ({
  function: choice("f(x)", "function", Object.entries(curves.operations).map(([key, { formula }]) => [key, formula]), (name) => toFunction(act, name)),
  scheme: choice("difference", "scheme", [["central", "central"], ["forward", "forward"]], (scheme) => act.set({ scheme })),
  grad_output: choice("grad_output", "grad_output", [["1", "1"], ["2", "2"]], (g) => act.set({ grad_output: Number(g) })),
  step: slider("step", "step h", { min: 0, max: curves.steps.length - 1, step: 1 }, (step) => act.set({ step })),
});

const fill = (table, { types }) =>
  ROWS.forEach(([name, label], i) => {
    text(table.cells[i].row, label);
    types.forEach((one) => {
      const cell = table.cells[i][one.type];
      show(cell, one[name], one.type === "float64" ? 11 : 8);
      if (i > 1) text(cell, sized(one[name]));
    });
  });

const keyLine = (...marks) =>
  html("p", { class: "bh-key" }, ...marks.map(([kind, words]) => html("span", {}, html("i", { class: kind }), words)));

const sentences = () => {
  const part = { total: html("p", { class: "bh-title" }), shape: html("p"), head: html("strong"), why: html("span") };
  const update = (now, found) => {
    const { formula, at } = found.operation;
    text(part.total, `total = ${now.grad_output} · ${formula}, at x = ${at}`);
    text(part.shape, shape(found, now));
    text(part.head, found.objection ? "gradcheck rejects it." : "gradcheck accepts it.");
    attr(part.head, "data-objection", found.objection);
    text(part.why, reasons(found));
  };
  return { ...part, verdict: html("p", {}, part.head, " ", part.why), update };
};

const arrange = ({ controls, plot, ways, table, words, announce }) =>
  frame("bh-difference", "Lab: a backward against finite differences",
    html("div", { class: "bh-row" }, ...["function", "scheme", "grad_output"].map((name) => controls[name].node)),
    html("div", { class: "bh-panels" },
      html("div", {}, html("p", { class: "bh-title" }, "|numeric − analytic|, for each step"),
        keyLine(["bh-dot", "float64"], ["bh-square", "float32"], ["bh-dashes", "theory"], ["bh-bar", "limit of gradcheck"], ["bh-hollow", "its step"]),
        plot.node, controls.step.node),
      html("div", { class: "bh-side" }, words.total, ways.node, table.node)),
    html("div", { class: "bh-answer" }, words.verdict, words.shape),
    announce.node);

const showStep = ({ node, update }, step, h) => {
  update(step);
  const [input, shown] = [node.querySelector("input"), node.querySelector(".bh-number")];
  attr(input, "aria-valuetext", scientific(h));
  attr(shown, "data-value", h);
  text(shown, scientific(h));
};

function render({ model, el }) {
  const act = actions(model);
  const parts = {
    controls: settings(act, act.state()), plot: differencePlot(act), ways: waysToGoBack(act),
    table: numbers("The two gradients and their difference", COLUMNS, ROWS.length), words: sentences(), announce: announcer(),
  };
  const { controls, plot, ways, table, words, announce } = parts;
  const root = arrange(parts);
  const draw = () => {
    const now = act.state();
    if (!now.curves.operations[now.function].backwards.some(({ key }) => key === now.backward)) return;
    const found = compute(now);
    const h = now.curves.steps[now.step];
    ["function", "scheme"].forEach((name) => controls[name].update(now[name]));
    controls.grad_output.update(String(now.grad_output));
    showStep(controls.step, now.step, h);
    ways.update(now, found);
    plot.update(now, found, { width: Math.max(plot.node.clientWidth, 220), height: 300 });
    fill(table, found);
    words.update(now, found);
    const [double] = found.types;
    announce.say(`Step ${scientific(h)}: numeric ${written(double.numeric, 8)}, analytic ${written(double.analytic, 8)}, difference ${sized(double.difference)} in float64. ${words.head.textContent}`);
  };
  el.replaceChildren(root);
  draw();
  const stop = follow(model, root, TRAITS, draw);
  return () => {
    stop();
    announce.stop();
  };
}

export default { render };
