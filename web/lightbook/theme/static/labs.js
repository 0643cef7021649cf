// Brings anywidgets to life on a page without a kernel, from the state stored in the notebook.
// The interface offered to their modules is anywidget's: https://anywidget.dev/en/afm/
(() => {
  const stored = JSON.parse(document.getElementById("lab-models").textContent);
  const models = new Map();
  const styled = new Set();

  // Binary values are stored apart from the rest, as base64.
  const bytes = (text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
  const withBuffers = ({ state, like = {}, buffers = [] }) => {
    const values = structuredClone(state);
    // A text that several models have is stored in the first of them.
    for (const [key, id] of Object.entries(like)) values[key] = stored[id].state[key];
    for (const { path, data } of buffers) {
      const parent = path.slice(0, -1).reduce((value, key) => value[key], values);
      parent[path.at(-1)] = bytes(data);
    }
    return values;
  };

  // As in Jupyter, setting a value equal to the present one is no change.
  const same = (a, b) =>
    a === b || (!ArrayBuffer.isView(a) && !ArrayBuffer.isView(b) && JSON.stringify(a) === JSON.stringify(b));

  class Model {
    #listeners = new Map();
    #values;
    constructor(entry) {
      this.#values = withBuffers(entry);
      this.widget_manager = { get_model: async (id) => { await widget(id); return model(id); } };
    }
    get(name) { return this.#values[name]; }
    set(name, value) {
      const changes = typeof name === "object" ? name : { [name]: value };
      const changed = Object.entries(changes).filter(([key, next]) => !same(this.#values[key], next));
      Object.assign(this.#values, changes);
      for (const [key, next] of changed) this.#emit(`change:${key}`, this, next);
      if (changed.length) this.#emit("change", this);
    }
    save_changes() {} // there is no kernel to tell
    send() {}
    on(names, listener) {
      for (const name of names.split(/\s+/)) {
        if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
        this.#listeners.get(name).add(listener);
      }
    }
    off(names, listener) {
      for (const name of names ? names.split(/\s+/) : this.#listeners.keys()) {
        if (listener) this.#listeners.get(name)?.delete(listener); else this.#listeners.delete(name);
      }
    }
    #emit(name, ...values) {
      for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(...values);
    }
  }

  const model = (id) => {
    if (!models.has(id)) {
      if (!stored[id]) throw new Error(`The page holds no state of the model ${id}.`);
      models.set(id, new Model(stored[id]));
    }
    return models.get(id);
  };

  const addStyle = (text) => {
    if (!text || styled.has(text)) return;
    styled.add(text);
    document.head.append(Object.assign(document.createElement("style"), { textContent: text }));
  };

  // When a page is left for good, what widgets gave for tidying up is called.
  const atTheEnd = (cleanup) => {
    if (typeof cleanup === "function") addEventListener("pagehide", (event) => event.persisted || cleanup());
  };

  // Each module is imported once per model, as in Jupyter. A model without a module only holds values.
  const started = new Map();
  const start = async (id) => {
    const source = model(id).get("_esm");
    if (!source) return {};
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const module = await import(url);
    URL.revokeObjectURL(url);
    addStyle(model(id).get("_css"));
    const made = typeof module.default === "function" ? await module.default() : module.default ?? module;
    atTheEnd(await made.initialize?.({ model: model(id), experimental: {} }));
    return made;
  };
  const widget = (id) => {
    if (!started.has(id)) started.set(id, start(id));
    return started.get(id);
  };

  const mount = async (box) => {
    const id = box.dataset.model;
    const el = document.createElement("div");
    try {
      const { render } = await widget(id);
      box.replaceChildren(el);
      atTheEnd(await render?.({ model: model(id), el, experimental: {} }));
      box.dataset.state = "live";
    } catch (error) {
      box.textContent = "This figure could not be started in this browser.";
      box.dataset.state = "failed";
      console.error(error);
    }
  };
  document.querySelectorAll(".lab[data-model]").forEach(mount);
})();
