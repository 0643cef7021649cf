// The maps of the CNN lab: numbers as cells of a canvas, blue for values and orange for gradients.

// Strength is the square root of the size, so that small numbers are seen. A negative number is
// paler, and striped: the upper canvas shows through a mask of stripes.
const PALE = 0.35;
const heat = (kind) => {
  const canvases = [html("canvas", { width: 1, height: 1 }), html("canvas", { class: "bh-stripes", width: 1, height: 1 })];
  const node = html("div", { class: `bh-heat bh-${kind}` }, ...canvases);
  let images = [];
  const prepare = (rows, columns) => {
    if (images[0]?.width === columns && images[0].height === rows) return;
    canvases.forEach((canvas) => Object.assign(canvas, { width: columns, height: rows }));
    images = canvases.map(() => new ImageData(columns, rows));
    node.style.aspectRatio = `${columns} / ${rows}`;
  };
  let drawn = null;
  const draw = (numbers, [rows, columns], top, colour) => {
    // What is drawn already stays: the numbers of a walk do not change.
    const now = [numbers.buffer, numbers.byteOffset, top, rows, columns, ...colour];
    if (drawn?.every((one, k) => one === now[k])) return;
    drawn = now;
    prepare(rows, columns);
    const [solid, striped] = images.map(({ data }) => data);
    for (let k = 0; k < rows * columns; k++) {
      const at = 4 * k, strength = top ? 255 * Math.sqrt(Math.abs(numbers[k]) / top) : 0;
      for (let c = 0; c < 3; c++) solid[at + c] = striped[at + c] = colour[c];
      solid[at + 3] = numbers[k] < 0 ? PALE * strength : strength;
      striped[at + 3] = numbers[k] < 0 ? strength : 0;
    }
    canvases.forEach((canvas, k) => canvas.getContext("2d").putImageData(images[k], 0, 0));
  };
  return { node, draw };
};

// A picture of 32 × 32 pixels, in its own colours.
const photo = () => {
  const node = html("canvas", { class: "bh-photo", width: 32, height: 32 });
  const draw = (pixels) => {
    const image = new ImageData(32, 32);
    for (let k = 0; k < 1024; k++) image.data.set([pixels[k], pixels[k + 1024], pixels[k + 2048], 255], 4 * k);
    node.getContext("2d").putImageData(image, 0, 0);
  };
  return { node, draw };
};

// A frame around some cells of a map: [row, column, rows, columns].
const outline = (kind = "") => {
  const node = html("i", { class: `bh-outline ${kind}` });
  const update = (part, [rows, columns]) => {
    attr(node, "hidden", part ? null : "");
    if (!part) return;
    const [row, column, tall, wide] = part;
    Object.assign(node.style, {
      left: `${(100 * column) / columns}%`, top: `${(100 * row) / rows}%`, width: `${(100 * wide) / columns}%`, height: `${(100 * tall) / rows}%`,
    });
  };
  return { node, update };
};

// Calls `choose` with the row and the column that a pointer presses or is dragged to.
const pressed = (node, sizes, choose) => {
  let held = false;
  const at = (event) => {
    const box = node.getBoundingClientRect();
    const [rows, columns] = sizes();
    const part = (share, count) => clamp(Math.floor(share * count), 0, count - 1);
    choose(part((event.clientY - box.top) / box.height, rows), part((event.clientX - box.left) / box.width, columns));
  };
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    held = true;
    node.setPointerCapture(event.pointerId);
    at(event);
  });
  node.addEventListener("pointermove", (event) => held && at(event));
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) node.addEventListener(end, () => (held = false));
};

// All shown channels of a layer in a row. A vector is one map of a single row.
const strip = (kind, act, most) => {
  const maps = Array.from({ length: most }, () => heat(kind));
  const row = html("div", { class: "bh-strip", role: "img" }, ...maps.map(({ node }) => node));
  const name = title(), range = html("span"), striped = html("span", { class: "bh-long" }, "striped: below 0, ");
  const node = html("div", { class: "bh-channels" }, html("div", { class: "bh-headed" }, name, html("span", { class: `bh-${kind}` }, striped, range)), row);
  let sizes = [1, 1];
  let vector = false;
  maps.forEach((map, channel) => pressed(map.node, () => sizes, (r, c) => {
    const [, , columns] = act.layer().shown;
    act.go(vector ? [0, Math.floor(c / columns), c % columns] : [channel, r, c]);
  }));
  const update = ({ numbers }, layer, [chosen], words, top, colour) => {
    const [channels, rows, columns] = layer.shown;
    vector = layer.shape.length === 1;
    sizes = vector ? [1, rows * columns] : [rows, columns];
    const size = rows * columns;
    maps.forEach((map, channel) => {
      attr(map.node, "hidden", channel < channels ? null : "");
      attr(map.node, "data-chosen", !vector && channel === chosen ? "" : null);
      if (channel < channels) map.draw(numbers.subarray(channel * size, (channel + 1) * size), sizes, top, colour);
    });
    attr(row, "data-vector", vector ? "" : null);
    text(name, words);
    text(range, `strongest: ±${written(top, 2)}`);
    attr(row, "aria-label", `${words}, ${ranging(numbers)}`);
  };
  return { node, update };
};

// One map, large, with frames around cells.
const panel = (kind, choose, ...frames) => {
  const map = heat(kind), name = title();
  const box = html("div", { class: "bh-box" }, map.node);
  const node = html("div", { class: "bh-panel" }, name, box);
  let sizes = [1, 1];
  if (choose) pressed(map.node, () => sizes, choose);
  map.node.append(...frames.map((one) => one.node));
  const update = (numbers, rowsAndColumns, words, top, colour) => {
    sizes = rowsAndColumns;
    map.draw(numbers, sizes, top, colour);
    text(name, words);
  };
  return { node, map, name, update };
};
