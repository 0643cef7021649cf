// What stands in the box of a node: words, its value (blue) and its gradient (orange) as cells.

const BOX = { line: 18, padding: 8, small: 11, perCharacter: 0.63, most: 4 };

// A tensor as rows of texts; a large one as its shape and norm.
const blockOf = (tensor, digits = 3) => {
  if (!tensor) return wordBlock(["none"]);
  const { shape, numbers: list, norm } = tensor;
  const columns = shape.length ? shape.at(-1) : 1;
  if (!list?.length || columns > BOX.most || list.length > columns * BOX.most)
    return wordBlock([shapeText(shape), `norm ${brief(norm)}`]);
  const rows = rowsOf(tensor).map((row) => row.map((one) => brief(one, digits)));
  return { rows, numbers: list, strengths: shades(list), width: cellWidth(rows.flat()), columns };
};
const cellWidth = (texts) => Math.max(...texts.map((one) => one.length)) * BOX.small * BOX.perCharacter + BOX.padding;
const wordBlock = (lines) => ({ rows: lines.map((line) => [line]), numbers: null, width: cellWidth(lines), columns: 1 });

// Draws a block with its left top corner at a point.
const drawBlock = (block, kind, hatch, left, top, line = BOX.line) =>
  block.rows.flatMap((row, i) => row.flatMap((words, j) => {
    const [x, y] = [left + j * block.width, top + i * line];
    const size = { x, y: y + 1, width: block.width - 2, height: line - 2, rx: 2 };
    const label = svg("text", { class: `bh-cell${block.numbers ? "" : ` bh-${kind}-text`}`, x: x + block.width / 2 - 1, y: y + line / 2 + 4 }, words);
    if (!block.numbers) return [label];
    const place = i * block.columns + j;
    attr(label, "data-value", block.numbers[place]);
    const back = [svg("rect", { ...size, class: `bh-${kind}-fill`, "fill-opacity": block.strengths[place].toFixed(3) })];
    if (asNumber(block.numbers[place]) < 0) back.push(svg("rect", { ...size, fill: `url(#${hatch}-${kind})` }));
    return [...back, label];
  }));

// The stripes of negative numbers, one pattern for each kind.
const hatches = (hatch) =>
  svg("defs", {}, ...["value", "gradient"].map((kind) =>
    svg("pattern", { id: `${hatch}-${kind}`, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      svg("rect", { class: `bh-${kind}-fill`, width: 1.5, height: 6, "fill-opacity": 0.45 }))));

// The gradients of a node, right-aligned: those it has received, or those that have arrived so far.
const gradientBlocks = (node, tensors, hatch) => {
  let y = node.y - node.height / 2 + BOX.padding + 2 * BOX.line;
  return tensors.flatMap((block) => {
    if (!block) return [];
    const x = node.x + node.width / 2 - BOX.padding - block.columns * block.width;
    const drawn = drawBlock(block, "gradient", hatch, x, y);
    y += block.rows.length * BOX.line;
    return drawn;
  });
};

// A sum that has arrived so far, with as many digits as there is room for beside the value.
const sumBlock = (node, sum, count, all) => {
  const words = wordBlock([`${count} of ${all}`, "arrived"]);
  if (!sum) return words;
  const taken = Math.max(0, ...node.value.map((tensor) => blockOf(tensor)).map((block) => block.columns * block.width));
  const room = node.width - 2 * BOX.padding - taken - 4;
  return [3, 2, 1].map((digits) => blockOf(sum, digits)).find((block) => block.columns * block.width <= room) ?? words;
};

// Where the cells of a partial sum are, for the dashed line around them.
const around = (node, blocks) => {
  const known = blocks.filter(Boolean);
  const width = Math.max(...known.map((block) => block.columns * block.width));
  const height = known.reduce((sum, block) => sum + block.rows.length * BOX.line, 0);
  const top = node.y - node.height / 2 + BOX.padding + 2 * BOX.line;
  return { x: node.x + node.width / 2 - BOX.padding - width - 2, y: top - 1, width: width + 2, height: height + 2, rx: 3 };
};

// The box of one node. It is an option of a list, so that one can walk from node to node.
const boxOf = (trace, plan, id, hatch) => {
  const node = trace.nodes[id];
  const [left, top] = [node.x - node.width / 2, node.y - node.height / 2];
  const size = { x: left, y: top, width: node.width, height: node.height, rx: 6 };
  let y = top + BOX.padding + 2 * BOX.line;
  const values = node.value.flatMap((tensor) => {
    const block = blockOf(tensor);
    const drawn = drawBlock(block, "value", hatch, left + BOX.padding, y);
    y += block.rows.length * BOX.line;
    return drawn;
  });
  const received = svg("g", { role: "img", "data-name": "grad_output", "aria-label": `; grad_output ${node.grad_output.map(inWords).join(" and ")}` });
  const receive = once(() => received.append(...gradientBlocks(node, node.grad_output.map((tensor) => blockOf(tensor)), hatch)));
  const partial = svg("g", { role: "img", "data-name": "so far", "aria-label": "; no gradient yet" });
  const element = svg("g", { class: "bh-node", role: "option", tabindex: -1, "data-node": id, "data-kind": node.kind, "data-called": node.name },
    svg("rect", { ...size, x: left - 4, y: top - 4, width: node.width + 8, height: node.height + 8, rx: 9, class: "bh-ring" }),
    svg("rect", { ...size, class: "bh-box" }),
    svg("text", { x: left + BOX.padding, y: top + BOX.padding + 12 }, node.title),
    svg("text", { class: "bh-small", x: left + BOX.padding, y: top + BOX.padding + BOX.line + 10 }, node.name),
    svg("g", { role: "img", "data-name": "value", "aria-label": `: value ${node.value.map(inWords).join(" and ")}` }, ...values), partial, received);
  let drawn = "";
  const waiting = (step) => {
    const parts = node.grad_output.map((_, output) => arrived(trace, plan, id, output, step));
    const count = parts.reduce((sum, { edges }) => sum + edges.length, 0);
    const missing = parts.some(({ edges, all }) => edges.length < all.length);
    if (drawn === `${count}`) return;
    drawn = `${count}`;
    const blocks = parts.map(({ edges, all, sum }) => (edges.length ? sumBlock(node, sum, edges.length, all.length) : null));
    const dashed = missing && count ? [svg("rect", { class: "bh-dashed", ...around(node, blocks) })] : [];
    attr(partial, "aria-label", count ? `; ${count} gradients so far` : "; no gradient yet");
    partial.replaceChildren(...(count ? [...gradientBlocks(node, blocks, hatch), ...dashed] : []));
  };
  const update = (step, chosen, active) => {
    const visited = plan.runs[id] <= step;
    if (visited) receive();
    else waiting(step);
    attr(partial, "visibility", visited ? "hidden" : null);
    attr(received, "visibility", visited ? null : "hidden");
    attr(element, "data-state", id === active ? "active" : visited ? "visited" : "waiting");
    attrs(element, { "aria-selected": id === chosen, tabindex: id === chosen ? 0 : -1 });
  };
  return { element, update };
};
