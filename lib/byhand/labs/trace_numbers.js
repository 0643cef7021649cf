// Numbers of a trace: how they are written, shaded and added. All come from PyTorch, as stored.

// A short number: whole ones are never rounded, tiny and huge ones get an exponent.
const brief = (one, digits = 3) => {
  if (typeof one === "boolean") return one ? "True" : "False";
  if (typeof one === "string") return one.replaceAll("-", "\u2212"); // nan, inf, a complex number
  const size = Math.abs(one);
  const tiny = size > 0 && size < 1e-4;
  if (tiny || size >= 1e7) {
    const [mantissa, exponent] = one.toExponential(digits - 1).split("e");
    return `${Number(mantissa)}e${Number(exponent)}`.replaceAll("-", "\u2212");
  }
  const rounded = size >= 10 ** digits ? Math.round(one) : Number(one.toPrecision(digits));
  return String(rounded).replace("-", "\u2212");
};

const shapeText = (shape) => (shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`);
const asNumber = (one) => (typeof one === "string" ? Number.NaN : Number(one));

// The rows of a tensor, its last dimension along a row.
const rowsOf = ({ shape, numbers: list }) => {
  const columns = shape.length ? shape.at(-1) : 1;
  return Array.from({ length: list.length / (columns || 1) }, (_, i) => list.slice(i * columns, (i + 1) * columns));
};

// How strongly each number is coloured: the largest by half, zero and what is no number not at all.
const shades = (list) => {
  const sizes = list.map((one) => Math.abs(asNumber(one)));
  const largest = Math.max(0, ...sizes.filter(Number.isFinite));
  return sizes.map((size) => (Number.isNaN(size) || largest === 0 ? 0 : 0.5 * Math.min(size / largest, 1)));
};

// A tensor in a sentence.
const inWords = (tensor) => {
  if (!tensor) return "nothing";
  const { shape, numbers: list } = tensor;
  if (!list || list.length > 8 || shape.length > 2) return `a tensor of shape ${shapeText(shape)}`;
  if (!shape.length) return brief(list[0], 4);
  const rows = rowsOf(tensor).map((row) => `[${row.map((one) => brief(one, 4)).join(", ")}]`);
  return shape.length === 1 ? rows[0] : `[${rows.join(", ")}]`;
};

// The sum of what has arrived so far; null where the numbers of a part are not stored.
const added = (parts) => {
  if (!parts.every((part) => part?.numbers?.every((one) => typeof one === "number"))) return null;
  const sum = parts[0].numbers.map((_, i) => parts.reduce((total, part) => total + part.numbers[i], 0));
  return { ...parts[0], numbers: sum, norm: Math.hypot(...sum) };
};

// When each node runs and each edge carries its gradient, counted in steps from 1.
const schedule = ({ nodes, edges, steps }) => {
  const runs = nodes.map(() => Infinity);
  steps.forEach(({ node }, k) => (runs[node] = k + 1));
  const flows = edges.map(({ to, gradient }) => (gradient ? runs[to] : Infinity));
  const into = nodes.map((_, id) => edges.map((edge, k) => k).filter((k) => edges[k].from === id));
  const out = nodes.map((_, id) => edges.map((edge, k) => k).filter((k) => edges[k].to === id));
  return { runs, flows, into, out };
};

// What has reached one output of a node after a step: the edges, and their sum.
const arrived = (trace, plan, id, output, step) => {
  const all = plan.into[id].filter((k) => trace.edges[k].output === output && trace.edges[k].gradient);
  const edges = all.filter((k) => plan.flows[k] <= step);
  return { edges, all, sum: edges.length ? added(edges.map((k) => trace.edges[k].gradient)) : null };
};

// Does something the first time that it is asked for.
const once = (work) => {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
};

// A heat map of text: cells with their numbers, or the shape and size of a large tensor.
const heatmap = (tensor, kind, name) => {
  if (!tensor) return html("p", { class: "bh-muted" }, "none");
  const { shape, numbers: list, norm, dtype } = tensor;
  const about = shape.length ? `shape ${shapeText(shape)}, ` : "";
  if (!list || !list.length)
    return html("p", { class: `bh-${kind}` }, `${about}${list ? "no numbers" : `norm ${brief(norm, 4)}`}, ${dtype}`);
  const strengths = shades(list);
  const columns = shape.at(-1) ?? 1;
  const inMatrix = shape.length > 2 ? shape.at(-2) * columns : Infinity;
  const cells = list.map((one, i) => {
    const cell = html("span", { "data-value": one, "data-negative": asNumber(one) < 0, class: i && i % inMatrix < columns && i >= inMatrix ? "bh-next" : null }, brief(one, columns > 4 ? 3 : 4));
    cell.style.setProperty("--bh-strength", strengths[i].toFixed(3));
    return cell;
  });
  const box = html("div", { class: `bh-cells bh-${kind}-cells`, "data-name": name, "data-columns": columns }, ...cells);
  box.style.gridTemplateColumns = `repeat(${columns}, max-content)`;
  return box;
};
