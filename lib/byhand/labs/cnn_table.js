// The end of the walk: logits, probabilities and p − y of the ten classes.

const classTable = (classes) => {
  const columns = [["class", "class", "class", ""], ["logit", "logit z", "z", "bh-value"], ["p", "p = softmax(z)", "p", "bh-value"], ["gradient", "gradient p − y", "p − y", "bh-gradient"]];
  const table = numbers("Logits, probabilities and gradients of the ten classes", columns, classes.length);
  const shown = table.cells.map((cells, k) => {
    text(cells.class, classes[k]);
    return Object.fromEntries(["p", "gradient"].map((name) => {
      const bar = html("i", { class: "bh-bar" }), number = html("span");
      cells[name].append(html("span", { class: "bh-lane" }, bar), number);
      return [name, { bar, number }];
    }));
  });
  const update = ({ p, z, back }, label) => {
    const gradients = back.at(-1).numbers;
    table.cells.forEach((cells, k) => {
      attr(table.rows[k], "class", k === label ? "bh-chosen" : null);
      showFixed(cells.logit, z[k]);
      attr(cells.p, "data-value", p[k]);
      attr(cells.gradient, "data-value", gradients[k]);
      text(shown[k].p.number, fixed(p[k]));
      text(shown[k].gradient.number, fixed(gradients[k]));
      shown[k].p.bar.style.width = `${100 * p[k]}%`;
      shown[k].gradient.bar.style.width = `${100 * Math.abs(gradients[k])}%`;
      attr(shown[k].gradient.bar, "data-negative", gradients[k] < 0 ? "" : null);
    });
  };
  return { node: table.node, update };
};
