(js, wasm) => {
  const nonce = document.currentScript.nonce;
  const ask = (href, rel, as) => {
    const link = Object.assign(document.createElement("link"), { nonce, rel, as, crossOrigin: "", href });
    document.head.append(link);
  };
  addEventListener("DOMContentLoaded", () => requestAnimationFrame(() => setTimeout(() => {
    ask(js, "modulepreload", "");
    ask(wasm, "preload", "fetch");
  })));
  const pause = () => new Promise((done) => setTimeout(done));
  const comeAlive = async () => {
    const bundle = await import(js);
    await bundle.default({ module_or_path: wasm });
    bundle.hydrate();
    for (const island of document.querySelectorAll("leptos-island")) {
      await pause();
      if (!island.isConnected) continue;
      island.parentElement.closest("leptos-children")?.$$on_hydrate?.();
      await bundle[island.dataset.component](island);
    }
  };
  window.requestIdleCallback ? requestIdleCallback(comeAlive) : setTimeout(comeAlive);
}
