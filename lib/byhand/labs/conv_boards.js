// The three grids of cells: input, kernel and output. A pointer shows a cell, a click or a key
// chooses it.

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-9, 0], PageDown: [9, 0], Home: [0, -9], End: [0, 9] };
const at = (node, row, column, edge = 0) => {
  node.style.gridArea = `${row + edge + 1} / ${column + edge + 1}`;
  return node;
};

const oneCell = (place, row, column, edge) => {
  const number = html("span");
  const node = at(html("div", { role: "gridcell", class: "bh-cell", tabindex: -1, "data-place": place, "data-row": row, "data-column": column }, number), row, column, edge);
  return { node, number, row, column };
};
// The cells of the padding: no data, so nothing to choose.
const frameCells = (rows, edge) =>
  cellsOf(rows + 2 * edge).map(([row, column]) => [row - edge, column - edge])
    .filter((place) => place.some((one) => one < 0 || one >= rows))
    .map(([row, column]) => {
      const number = html("span");
      const node = at(html("div", { class: "bh-cell bh-edge", "aria-hidden": "true" }, number), row, column, edge);
      return { node, number, row, column };
    });

const board = (place, act) => {
  const name = html("strong"), words = html("span", { class: "bh-muted bh-long" });
  const cells = html("div", { class: "bh-cells", role: "grid" });
  const node = html("div", { class: `bh-board bh-${place}` }, html("p", { class: "bh-head-line" }, name, " ", words), cells);
  let [parts, edges, built] = [[], [], ""];
  const all = () => parts.concat(edges);
  const build = (rows, edge) => {
    if (built === `${rows} ${edge}`) return;
    built = `${rows} ${edge}`;
    parts = cellsOf(rows).map(([row, column]) => oneCell(place, row, column, edge));
    edges = edge ? frameCells(rows, edge) : [];
    const lines = Array.from({ length: rows }, (_, row) => html("div", { role: "row" }, ...parts.filter((one) => one.row === row).map((one) => one.node)));
    cells.replaceChildren(...lines, ...edges.map((one) => one.node));
  };
  const fill = (kind, values) => {
    const most = Math.max(1, ...values.flat().map(Math.abs));
    text(name, kind);
    text(words, about[kind]);
    attr(node, "data-kind", tone(kind));
    attr(cells, "aria-label", `${kind}, ${values.length} rows of ${values.length}`);
    for (const { node: one, number, row, column } of parts) {
      const value = values[row][column];
      const shown = written(value, 3);
      attrs(one, { "data-name": kind, "data-value": value, "data-negative": value < 0, "aria-label": `${named(kind, [row, column])} is ${shown}` });
      one.style.setProperty("--bh-strength", (0.45 * Math.abs(value)) / most);
      attr(number, "class", shown.length > 4 ? "bh-tight" : null);
      text(number, shown);
    }
    edges.forEach(({ number }) => text(number, kind === "gx" ? "" : "0"));
  };
  // Outlines what the chosen cell meets. Nine meetings or fewer are numbered in their order.
  const mark = (chosen, touched) => {
    const order = new Map();
    touched.forEach((one, i) => order.set(String(one[place]), i + 1));
    const own = chosen.place === place;
    for (const { node: one, row, column } of all()) {
      const key = order.get(`${row},${column}`);
      const picked = own && row === chosen.row && column === chosen.column;
      const met = !own && key;
      attrs(one, { "data-mark": picked ? "chosen" : met ? "met" : null, "data-order": met && touched.length <= 9 ? key : null });
      if (one.getAttribute("role")) attr(one, "aria-selected", String(picked));
    }
  };
  // One cell of each grid is reached by the Tab key: the chosen one, or the first.
  const reach = ({ place: where, row, column }) =>
    parts.forEach((one, i) => attr(one.node, "tabindex", (where === place ? one.row === row && one.column === column : i === 0) ? 0 : -1));
  const focus = (row, column) => parts.find((one) => one.row === row && one.column === column)?.node.focus();
  cells.addEventListener("keydown", (event) => {
    const cell = event.target.closest("[data-row]");
    if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
    const done = () => event.preventDefault();
    if (STEPS[event.key]) {
      const [row, column] = [[cell.dataset.row, 0], [cell.dataset.column, 1]].map(([one, i]) => clamp(Number(one) + STEPS[event.key][i], 0, Math.sqrt(parts.length) - 1));
      done();
      focus(row, column);
    } else if ("+-=_".includes(event.key)) {
      done();
      act.add("+=".includes(event.key) ? 1 : -1);
    } else if (event.key === "Enter") {
      done();
      act.edit();
    }
  });
  return { node, build, fill, mark, reach, focus };
};

// The chosen cell of an event, if there is one.
const cellOf = (event) => {
  const cell = event.target.closest?.("[data-row]");
  return cell && { place: cell.dataset.place, row: Number(cell.dataset.row), column: Number(cell.dataset.column) };
};

const boards = (act, onPoint) => {
  const three = Object.fromEntries(PLACES.map((place) => [place, board(place, act)]));
  const node = html("div", { class: "bh-boards" }, ...PLACES.map((place) => three[place].node));
  node.addEventListener("pointerover", (event) => event.pointerType === "mouse" && onPoint(cellOf(event)));
  node.addEventListener("pointerleave", () => onPoint(null));
  // A pointer that rests on another cell does not hide what keys choose.
  const choose = (event) => {
    const cell = cellOf(event);
    if (!cell) return;
    onPoint(null);
    act.choose(cell);
  };
  for (const kind of ["focusin", "click"]) node.addEventListener(kind, choose);
  const fill = ({ view, padding }, found) => {
    node.style.setProperty("--bh-edge", padding);
    three.image.build(IMAGE, padding);
    three.kernel.build(KERNEL, 0);
    three.output.build(found.size, 0);
    PLACES.forEach((place) => {
      three[place].fill(VIEWS[view][place], found[VIEWS[view][place]]);
      attr(three[place].node, "data-result", VIEWS[view].result === place);
    });
  };
  const reach = (chosen) => PLACES.forEach((place) => three[place].reach(chosen));
  const mark = (chosen, touched) => PLACES.forEach((place) => three[place].mark(chosen, touched));
  const focus = ({ place, row, column }) => three[place].focus(row, column);
  return { node, fill, mark, reach, focus };
};
