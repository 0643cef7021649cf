// What a chosen cell does, in a sentence and as a sum of products.

// What stands in the three places: each view shows two factors and the sums of their products.
const VIEWS = {
  y: { image: "x", kernel: "w", output: "y", result: "output" },
  gx: { image: "gx", kernel: "w", output: "g", result: "image" },
  gw: { image: "x", kernel: "gw", output: "g", result: "kernel" },
};
const PLACES = ["image", "kernel", "output"];
const EDITED = { x: "x", w: "weight", g: "grad_output" };
const GRADIENTS = ["g", "gx", "gw"];
const about = { x: "input", w: "weight", y: "output", g: "grad_output", gx: "∂L/∂x", gw: "∂L/∂w" };
const named = (name, [row, column]) => `${name}[${row}, ${column}]`;
const counted = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
const tone = (name) => (GRADIENTS.includes(name) ? "bh-gradient" : "bh-value");
// A number that is added or multiplied stands in brackets if it is negative.
const factor = (name, value) => html("span", { class: tone(name) }, value < 0 ? `(${written(value)})` : written(value));

// The two factors of a meeting, in the order of their places. On the padding x is 0.
const factors = (view, { image, kernel, output, inside }, found) => {
  const at = { image, kernel, output };
  return PLACES.filter((place) => place !== VIEWS[view].result).map((place) => {
    const name = VIEWS[view][place];
    const [row, column] = at[place];
    return { name, value: place === "image" && !inside ? 0 : found[name][row][column] };
  }).sort((one, other) => (other.name === "g" && view === "gx") - (one.name === "g" && view === "gx"));
};

const LEADS = {
  y: {
    output: ({ cell }) => `${cell} is the sum of 9 products: each x of its window times the weight at the same place.`,
    image: ({ cell, inside }) => `${cell} is in the windows of ${counted(inside, "output")}. It meets another weight in each of them.`,
    kernel: ({ cell, count }) => `${cell} is used once for each of the ${counted(count, "output")}: it meets the x at its own place of the window.`,
  },
  gx: {
    output: ({ cell, padded }) => `${cell} goes back to the inputs of its window, each time multiplied by the weight that the input met.${padded ? ` ${counted(padded, "part")} would fall on the padding: dropped.` : ""}`,
    image: ({ cell, inside, source }) => `${cell} is a sum over the ${counted(inside, "output")} that used ${source}: each g times the weight that x met there.${inside > 1 ? " The small numbers show the order: the weights come reversed, as if w were turned by 180°." : ""}`,
    kernel: ({ cell, inside }) => `${cell} takes ${counted(inside, "number")} of g back, each to the input that it met.`,
  },
  gw: {
    output: ({ cell }) => `${cell} goes to all 9 weights, each time multiplied by the x that the weight met.`,
    image: ({ cell, inside }) => `${cell} met ${counted(inside, "weight")}. The gradient of each gets this x times the g of the output where they met.`,
    kernel: ({ cell, count, padded }) => `${cell} is a sum over the ${counted(count, "output")}: each g times the x that this weight met.${padded ? ` Products with the padding are 0 (${padded} of them).` : ""}`,
  },
};

// What is known about the chosen cell: the meetings it takes part in, words, and terms. A term
// is a product; where the cell is no sum, a term goes to a result.
const explain = (view, chosen, found) => {
  const { place, row, column } = chosen;
  const touched = found.meetings.filter((one) => meet(one, chosen));
  const result = VIEWS[view].result;
  const inside = touched.filter((one) => one.inside).length;
  const facts = {
    cell: named(VIEWS[view][place], [row, column]), source: named("x", [row, column]),
    count: touched.length, inside, padded: touched.length - inside,
  };
  const unused = place === "image" && !inside;
  const lead = unused ? `${facts.source} is in no window: no output uses it. Its gradient is 0.` : LEADS[view][place](facts);
  const total = place === result ? found[VIEWS[view][place]][row][column] : null;
  // Weights used everywhere go to every result: the outlines say it, and a list would be long.
  const listed = place === "kernel" && place !== result ? [] : touched.filter((one) => one.inside || (view === "y" && place === result));
  const terms = listed.map((one) => ({
    factors: factors(view, one, found),
    to: place === result ? null : named(VIEWS[view][result], one[result]),
  }));
  return { touched, lead, terms: unused ? [] : terms, total, facts };
};

// The words and the sum below the grids.
const answer = () => {
  const [lead, sum] = [html("p"), html("p", { class: "bh-terms bh-number" })];
  const node = html("div", { class: "bh-answer" }, lead, sum);
  const piece = ({ factors: [one, other], to }, i, { length }) => {
    const before = to ? html("span", { class: "bh-muted" }, `${to} gets `) : i ? "+ " : "";
    const after = to && i < length - 1 ? "," : "";
    return html("span", { class: "bh-term" }, before, factor(one.name, one.value), "·", factor(other.name, other.value), after);
  };
  const update = ({ lead: words, terms, total, facts }, kind) => {
    text(lead, words);
    sum.replaceChildren(...terms.map(piece));
    if (total === null) return;
    const end = html("strong", { class: tone(kind), "data-name": "total", "data-value": total }, written(total, 6));
    sum.prepend(html("span", { class: "bh-term" }, `${facts.cell} =`));
    if (terms.length) sum.append(html("span", { class: "bh-term" }, "= ", end));
    else sum.append(end);
  };
  return { node, update };
};
const summary = ({ lead, total, facts }) => (total === null ? lead : `${lead} ${facts.cell} is ${written(total, 6)}.`);
