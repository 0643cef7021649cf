// The numbers of the CNN lab: what is stored is unpacked, and what is small is computed here.

const bytesOf = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
const floatsOf = (text) => new Float32Array(bytesOf(text).buffer);
const [KERNEL, PADDING] = [5, 2];

// A map or a vector: numbers, and for each the size of the level that it was rounded to, 0 if it is
// as PyTorch has it.
const plain = (numbers) => ({ numbers, steps: new Float64Array(numbers.length) });
const kept = ({ numbers, steps }, keep) => ({
  numbers: numbers.map((one, k) => (keep[k] > 0 ? one : 0)),
  steps: steps.map((one, k) => (keep[k] > 0 ? one : 0)),
});
const positive = (before) => kept(before, before.numbers);

// The largest of each 2 × 2 window, which the routes name; and its gradient, sent back there.
const routed = ({ numbers }, size) =>
  Uint8Array.from({ length: numbers.length / 4 }, (_, k) => [1, 2, 3].reduce((best, one) => (numbers[below(k, size, one)] > numbers[below(k, size, best)] ? one : best), 0));
const below = (k, size, route) => (Math.floor(k / size) * 2 + (route >> 1)) * size * 2 + (k % size) * 2 + (route & 1);
const pooled = ({ numbers, steps }, routes, size) => ({
  numbers: Float64Array.from(routes, (route, k) => numbers[below(k, size, route)]),
  steps: Float64Array.from(routes, (route, k) => steps[below(k, size, route)]),
});
const unpooled = ({ numbers, steps }, routes, size) => {
  const found = plain(new Float64Array(4 * numbers.length));
  routes.forEach((route, k) => {
    found.numbers[below(k, size, route)] = numbers[k];
    found.steps[below(k, size, route)] = steps[k];
  });
  return found;
};

// The first convolution, of some filters: x (3, size, size), with zeros around it.
const convolved = (x, filters, biases, size) => {
  const side = size + 2 * PADDING, count = biases.length, area = size * size;
  const padded = new Float64Array(3 * side * side);
  for (let c = 0; c < 3; c++)
    for (let r = 0; r < size; r++) padded.set(x.subarray((c * size + r) * size, (c * size + r + 1) * size), (c * side + r + PADDING) * side + PADDING);
  const found = new Float64Array(count * area);
  for (let o = 0; o < count; o++) {
    const out = found.subarray(o * area, (o + 1) * area).fill(biases[o]);
    for (let tap = 0; tap < 3 * KERNEL * KERNEL; tap++) {
      const weight = filters[o * 3 * KERNEL * KERNEL + tap];
      const [c, i, j] = [Math.floor(tap / KERNEL ** 2), Math.floor(tap / KERNEL) % KERNEL, tap % KERNEL];
      for (let r = 0; r < size; r++) {
        const row = (c * side + r + i) * side + j;
        for (let k = 0; k < size; k++) out[r * size + k] += weight * padded[row + k];
      }
    }
  }
  return found;
};

const walker = ({ layers, labels, pixels, mean, std, filters, biases, alphabet, most }, { values, gradients, routes, ties, steps, logits }) => {
  const images = labels.length, seen = new Map();
  const raw = bytesOf(pixels), weights = floatsOf(filters), shifts = floatsOf(biases);
  const level = new Int8Array(128);
  [...alphabet].forEach((one, k) => (level[one.charCodeAt(0)] = k - most));
  const piece = (list, pair) => {
    const size = list.length / (logits.length);
    return list.slice(pair * size, (pair + 1) * size);
  };
  // Values lie between multiples of the step, so that none loses its sign; gradients on them.
  const unpacked = (what, name, pair) => {
    const [word, sizes] = [piece((what === "values" ? values : gradients)[name], pair), piece(steps[what][name], pair)];
    const each = word.length / sizes.length;
    const found = plain(new Float64Array(word.length));
    for (let k = 0; k < word.length; k++) {
      const step = sizes[Math.floor(k / each)];
      found.steps[k] = step;
      found.numbers[k] = (level[word.charCodeAt(k)] + (what === "values" ? 0.5 : 0)) * step;
    }
    return found;
  };
  const picture = (image) => raw.subarray(image * 3072, (image + 1) * 3072);
  const filtersOf = (snapshot) => weights.subarray((snapshot * weights.length) / (logits.length / images), ((snapshot + 1) * weights.length) / (logits.length / images));
  const shiftsOf = (snapshot) => shifts.subarray((snapshot * shifts.length) / (logits.length / images), ((snapshot + 1) * shifts.length) / (logits.length / images));

  // Rounding may decide between numbers that are almost equal: there, PyTorch's choice is stored.
  const firstRoute = (rectified, image, snapshot) => {
    const route = routed(rectified, 16), start = image * route.length;
    Object.entries(ties[snapshot]).filter(([k]) => k >= start && k < start + route.length).forEach(([k, way]) => (route[k - start] = way));
    return route;
  };

  const forward = (image, snapshot, ways) => {
    const pair = snapshot * images + image;
    const x = Float64Array.from(picture(image), (one, k) => (one - mean[k >> 10]) / std[k >> 10]);
    const found = [plain(x)];
    const block = (convolution, route, size) => {
      const rectified = positive(convolution);
      const way = route ?? firstRoute(rectified, image, snapshot);
      ways.push(way);
      found.push(convolution, rectified, pooled(rectified, way, size));
    };
    block(plain(convolved(x, filtersOf(snapshot), shiftsOf(snapshot), 32)), null, 16);
    [["2", 8], ["3", 4]].forEach(([name, size]) => block(unpacked("values", `conv ${name}`, pair), Uint8Array.from(piece(routes[`pool ${name}`], pair)), size));
    const hidden = unpacked("values", "linear 1", pair);
    found.push(found.at(-1), hidden, positive(hidden), plain(Float64Array.from(logits[pair])));
    return found;
  };
  const backward = (image, snapshot, ways, forth) => {
    const pair = snapshot * images + image;
    const back = (name) => unpacked("gradients", name, pair);
    const found = [back("input")];
    ways.forEach((route, k) => {
      const after = back(`pool ${k + 1}`);
      const before = unpooled(after, route, 16 >> k);
      found.push(kept(before, forth[3 * k + 1].numbers), before, after);
    });
    const hidden = back("ReLU 4");
    const p = softmax(logits[pair]);
    found.push(found.at(-1), kept(hidden, forth[11].numbers), hidden, plain(Float64Array.from(p, (one, k) => one - (k === labels[image]))));
    return found;
  };
  const walk = (image, snapshot) => {
    const key = `${image} ${snapshot}`;
    if (!seen.has(key)) {
      const ways = [];
      const forth = forward(image, snapshot, ways);
      const back = backward(image, snapshot, ways, forth);
      const z = logits[snapshot * images + image];
      const p = softmax(z);
      seen.set(key, { forth, back, ways, p, z, loss: -Math.log(p[labels[image]]) });
    }
    return seen.get(key);
  };
  return { walk, picture, filtersOf, layers, labels, images };
};

// Where a number stands among those of its layer that are shown.
const placeOf = ([channel, row, column], [, rows, columns]) => (channel * rows + row) * columns + column;
// Its index in PyTorch: the shown channels are the first ones.
const indexOf = (cell, { shape, shown }) => (shape.length === 3 ? `[${cell.join(", ")}]` : `[${placeOf(cell, shown)}]`);
// A number, and how far it can be from PyTorch's where it was rounded to a step.
const truly = (number, step) => {
  if (step === 0) return written(number);
  const places = -Math.floor(Math.log10(step / 2));
  const unit = 10 ** -places;
  const off = Math.ceil(step / 2 / unit + 0.5) * unit;
  const rounded = (one) => fixed(Math.round(one / unit) * unit, Math.max(0, places));
  return `${rounded(number)} ± ${rounded(off)}`;
};
// The smallest and the largest of some numbers, which do not change: found once.
const known = new WeakMap();
const extremes = (numbers) => {
  if (!known.has(numbers)) {
    let low = Infinity, high = -Infinity;
    for (let k = 0; k < numbers.length; k++) {
      low = Math.min(low, numbers[k]);
      high = Math.max(high, numbers[k]);
    }
    known.set(numbers, [low, high]);
  }
  return known.get(numbers);
};
const largest = (numbers) => Math.max(...extremes(numbers).map(Math.abs));
const ranging = (numbers) => `from ${extremes(numbers).map((one) => written(one, 2)).join(" to ")}`;
