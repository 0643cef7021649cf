// The numbers of one node: what it computed, what reached it, what it sends on.

// The reader's name of a node, or what it computes where that is short, or PyTorch's name.
const called = ({ label, name, operation }) => (label !== name ? label : operation.length <= 16 ? operation : name);
const calledFully = (node) => (called(node) === node.name ? node.name : `${called(node)} (${node.name})`);
const listed = (words) => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`);

// What happens at a step, in a sentence.
const sentence = (trace, plan, step) => {
  const count = trace.steps.length;
  const first = trace.nodes[trace.steps[0].node];
  if (step === 0) return `The forward pass has run: values are blue. Backward takes ${count} ${count === 1 ? "step" : "steps"} and starts at ${calledFully(first)}.`;
  const { node: id } = trace.steps[step - 1];
  const node = trace.nodes[id];
  const received = listed(node.grad_output.map(inWords));
  const parts = plan.into[id].filter((k) => trace.edges[k].gradient).length;
  const sum = parts > 1 && node.grad_output.length === 1 ? `, the sum of ${parts} gradients` : "";
  const start = `Step ${step} of ${count}. ${calledFully(node)} receives ${received}${sum}`;
  if (node.kind === "leaf") return `${start}, and adds it to its .grad.`;
  const sent = plan.out[id].filter((k) => trace.edges[k].gradient)
    .map((k) => `${inWords(trace.edges[k].gradient)} to ${called(trace.nodes[trace.edges[k].from])}`);
  return `${start}, ${node.words}, and sends ${sent.length ? listed(sent) : "nothing on"}.`;
};

const entry = (name, kind, ...content) =>
  html("div", {}, html("dt", { class: kind ? `bh-${kind}` : null }, name), html("dd", {}, ...content));
const several = (tensors, kind, name) =>
  tensors.map((tensor, i) => html("div", {}, ...(tensors.length > 1 ? [html("p", { class: "bh-muted" }, `output ${i}`)] : []), heatmap(tensor, kind, name)));
const note = (words) => html("p", { class: "bh-muted" }, words);

// What has reached a node: the parts and their sum.
const receivedPart = (trace, plan, id, step) => {
  const node = trace.nodes[id];
  const visited = plan.runs[id] <= step;
  const content = node.grad_output.flatMap((whole, output) => {
    const { edges, all, sum } = arrived(trace, plan, id, output, step);
    const title = node.grad_output.length > 1 ? [note(`output ${output}`)] : [];
    const differs = visited && sum && whole?.numbers && sum.numbers.some((one, i) => Math.abs(one - whole.numbers[i]) > 1e-5 * sum.norm);
    const parts = all.length < 2 && !differs ? [] : edges.map((k, i) =>
      html("div", { class: "bh-term" }, html("span", { class: "bh-muted" }, `${i ? "+ " : ""}from ${called(trace.nodes[trace.edges[k].to])}`), heatmap(trace.edges[k].gradient, "gradient", "part")));
    if (!visited) {
      const so = all.length > 1 && edges.length ? `${edges.length} of ${all.length} gradients so far${sum ? ", sum" : ""}` : "not yet";
      return [...title, ...parts, note(so), ...(edges.length > 1 && sum ? [heatmap(sum, "gradient", "so far")] : [])];
    }
    const where = differs ? "with what backward was given here, or a hook changed" : all.length > 1 ? "= their sum" : all.length ? "" : whole ? "given to backward" : "no gradient came here";
    return [...title, ...parts, ...(where ? [note(where)] : []), heatmap(whole, "gradient", "grad_output")];
  });
  return entry("grad_output g", "gradient", ...content);
};

const sentPart = (trace, plan, id, step) => {
  if (!plan.out[id].length) return [];
  if (plan.runs[id] > step) return [entry("sends on", "gradient", note("not yet"))];
  return [entry("sends on", "gradient", ...plan.out[id].map((k) =>
    html("div", { class: "bh-term" }, html("span", { class: "bh-muted" }, `to ${called(trace.nodes[trace.edges[k].from])}`), heatmap(trace.edges[k].gradient, "gradient", "sent"))))];
};

const jacobianPart = (trace, plan, id) => {
  const { jacobians } = trace.nodes[id];
  const known = plan.out[id].filter((k) => jacobians[trace.edges[k].input]);
  if (!known.length) return [];
  return [entry("local Jacobian", "gradient", note("a row for each output number, a column for each input number"),
    ...known.map((k) => html("div", { class: "bh-term" }, html("span", { class: "bh-muted" }, `for ${called(trace.nodes[trace.edges[k].from])}`), heatmap(jacobians[trace.edges[k].input], "gradient", "jacobian"))))];
};

const savedPart = ({ saved }) => {
  // What is left out are sizes, which say nothing new.
  const items = Object.entries(saved).filter(([name, item]) => item !== null && !name.includes("_sym_"))
    .map(([name, item]) => `${name} = ${typeof item === "string" ? item : inWords(item)}`);
  return items.length ? [entry("saved for backward", "", html("p", {}, items.join("; ")))] : [];
};

const panelOf = (trace, plan) => {
  const said = html("p", { class: "bh-sentence", "aria-live": "polite", "aria-atomic": "true" });
  const details = html("div", { class: "bh-details" });
  const node = html("div", { class: "bh-panel", role: "group", tabindex: 0, "aria-label": "The step, and the numbers of a node" }, said, details);
  let shown = "";
  const update = (step, chosen) => {
    text(said, sentence(trace, plan, step));
    if (shown === `${step} ${chosen}`) return;
    shown = `${step} ${chosen}`;
    const one = trace.nodes[chosen];
    const kind = { leaf: "a leaf", custom: "a Function written in Python", operation: "" }[one.kind];
    const rule = one.formula ? [entry("rule", "", html("p", { class: "bh-value" }, `output y = ${one.formula.forward}`), html("p", { class: "bh-gradient" }, `sends ${one.formula.backward}`))] : [];
    const grad = one.grad && plan.runs[chosen] <= step ? [entry(".grad afterwards", "gradient", heatmap(one.grad, "gradient", "grad"))] : [];
    details.replaceChildren(
      html("p", { class: "bh-title" }, one.title, " ", html("span", { class: "bh-muted" }, [one.name, kind].filter(Boolean).join(", "))),
      html("div", { class: "bh-halves" },
        html("dl", {}, entry("value", "value", ...several(one.value, "value", "value")), receivedPart(trace, plan, chosen, step), ...rule),
        html("dl", {}, ...sentPart(trace, plan, chosen, step), ...grad, ...jacobianPart(trace, plan, chosen), ...savedPart(one))));
    // Beside each other there is room for small tensors only.
    const cells = [...details.querySelectorAll(".bh-cells")];
    attr(details, "data-wide", cells.some((one) => one.dataset.columns > 4) || null);
    node.scrollTop = 0;
  };
  return { node, update };
};
