// The convolution: its numbers, and which cells of input, kernel and output meet.

const IMAGE = 6, KERNEL = 3;
const outputSize = ({ padding, stride, dilation }) => Math.floor((IMAGE + 2 * padding - dilation * (KERNEL - 1) - 1) / stride) + 1;
const cellsOf = (rows) => Array.from({ length: rows * rows }, (_, i) => [Math.floor(i / rows), i % rows]);
const zeros = (rows) => Array.from({ length: rows }, () => Array(rows).fill(0));

// Every product of the convolution: the input cell, the weight and the output that meet in it.
// An input cell on the padding has an index below 0 or above 5.
const meetings = (shape) => {
  const reach = (out, k) => out * shape.stride + k * shape.dilation - shape.padding;
  return cellsOf(outputSize(shape)).flatMap((output) =>
    cellsOf(KERNEL).map((kernel) => {
      const image = [reach(output[0], kernel[0]), reach(output[1], kernel[1])];
      return { image, kernel, output, inside: image.every((at) => at >= 0 && at < IMAGE) };
    }));
};
const meet = (meeting, { place, row, column }) => meeting[place][0] === row && meeting[place][1] === column;

// The numbers of PyTorch's conv2d and of its backward, as sums over all meetings.
const compute = ({ x, weight, grad_output: g, ...shape }) => {
  const all = meetings(shape);
  const size = outputSize(shape);
  const [y, gx, gw] = [zeros(size), zeros(IMAGE), zeros(KERNEL)];
  for (const { image: [r, c], kernel: [a, b], output: [i, j], inside } of all) {
    if (!inside) continue;
    y[i][j] += x[r][c] * weight[a][b];
    gx[r][c] += g[i][j] * weight[a][b];
    gw[a][b] += g[i][j] * x[r][c];
  }
  return { x, w: weight, g: g.slice(0, size).map((row) => row.slice(0, size)), y, gx, gw, size, meetings: all };
};

const agrees = (reference) => {
  const ours = compute(reference);
  return ["y", "gx", "gw"].every((name) => {
    const theirs = reference[name].flat();
    return ours[name].flat().every((one, i) => near(one, theirs[i]));
  });
};
