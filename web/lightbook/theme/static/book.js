// Small comforts of a page. Everything can be read without them.
(() => {
  const root = document.documentElement.dataset;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Light, dark or automatic colours.
  const system = matchMedia("(prefers-color-scheme: dark)");
  const names = { auto: "automatic", light: "light", dark: "dark" };
  const button = document.querySelector(".theme-switch");
  const show = () => {
    root.theme = root.mode === "auto" ? (system.matches ? "dark" : "light") : root.mode;
    button.title = `Colours: ${names[root.mode]}`;
    button.setAttribute("aria-label", button.title);
  };
  button.addEventListener("click", () => {
    const modes = Object.keys(names);
    root.mode = modes[(modes.indexOf(root.mode) + 1) % modes.length];
    try { localStorage.setItem("mode", root.mode); } catch { /* storage is off: this page only */ }
    show();
  });
  system.addEventListener("change", show);
  button.hidden = false;
  show();

  // Paper is light, and does not fold.
  const opened = [];
  addEventListener("beforeprint", () => {
    root.theme = "light";
    for (const fold of all("details:not([open])")) { fold.open = true; opened.push(fold); }
  });
  addEventListener("afterprint", () => {
    for (const fold of opened.splice(0)) fold.open = false;
    show();
  });

  // What scrolls sideways can be reached with the keyboard; what fits is no stop on the way.
  const boxes = all(".scroll, .highlight pre, .output.text_html, [class^='byhand-'] pre");
  const mark = (box) => {
    const scrolls = box.scrollWidth > box.clientWidth + 1;
    const attributes = { tabindex: "0", role: "group", "aria-label": `${box.dataset.label ?? "Code"}, scrolls sideways` };
    for (const [name, value] of Object.entries(attributes)) {
      if (scrolls) box.setAttribute(name, value); else box.removeAttribute(name);
    }
  };
  const sizes = new ResizeObserver((entries) => entries.forEach((entry) => mark(entry.target)));
  boxes.forEach((box) => sizes.observe(box));

  // Code can be copied.
  if (navigator.clipboard) {
    for (const code of all(".cell_input .highlight, article > section .highlight:not(.output *)")) {
      if (code.querySelector(".copy")) continue;
      const copy = Object.assign(document.createElement("button"), { type: "button", className: "copy", textContent: "Copy" });
      copy.addEventListener("click", async () => {
        await navigator.clipboard.writeText(code.querySelector("pre").textContent);
        copy.textContent = "Copied";
        setTimeout(() => { copy.textContent = "Copy"; }, 1500);
      });
      code.append(copy);
    }
  }

  // The list of headings shows where the reader is.
  const links = new Map(all(".on-this-page a[href^='#']").map((link) => [link.hash.slice(1), link]));
  const headings = [...links.keys()].map((id) => document.getElementById(decodeURIComponent(id))).filter(Boolean);
  const list = document.querySelector(".on-this-page");
  const here = () => {
    const above = headings.filter((heading) => heading.getBoundingClientRect().top < 120);
    const current = above.at(-1) ?? headings[0];
    for (const [id, link] of links) link.classList.toggle("here", id === current.id);
    const link = links.get(current.id);
    list.scrollTop = link.offsetTop - list.clientHeight / 2;
  };
  if (headings.length) {
    let waiting = false;
    addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; here(); });
    }, { passive: true });
    here();
  }
})();
