{
  // What the answer to a message would cost, asked for when whoever writes it pauses; and what an answer did
  // cost, when its details are opened. The server has the words.
  const form = document.getElementById("composer"), place = document.getElementById("composer-cost");
  const ask = (verb, init) => fetch("/api/fn/chat/" + verb, { headers: { accept: "application/json" }, ...init })
    .then((answer) => (answer.ok ? answer.json() : null), () => null);
  const make = (tag, textContent, more) => Object.assign(document.createElement(tag), { textContent, ...more });
  const free = new Set();
  let timer, latest, sized = 0;
  const estimate = async () => {
    const body = new URLSearchParams(new FormData(form)), mine = (latest = {});
    const found = await ask("estimate", { method: "POST", body });
    if (mine !== latest || !found) return;
    const { likely, most, credit, short } = found;
    if (!likely) free.add(body.get("model_id"));
    place.replaceChildren(
      ...(likely ? [make("span", likely, { className: "likely", title: most }), make("span", most, { className: "most" })] : []),
      ...(credit ? [make("a", credit, { href: "/billing", className: short ? "over" : "" })] : []),
    );
  };
  form.addEventListener("input", () => {
    const size = form.elements.body.value.length;
    clearTimeout(timer);
    // At once where there was nothing, or another model is chosen; never for one that costs nothing.
    if (!free.has(form.elements.model_id.value)) timer = setTimeout(estimate, sized && size !== sized ? 500 : 0);
    else place.replaceChildren();
    sized = size;
  });
  document.addEventListener("toggle", async ({ target }) => {
    const link = target.open && target.matches(".about") && target.querySelector("a");
    const words = link && (await ask("cost?message_id=" + link.closest("article").id.slice(2)));
    if (words) link.replaceWith(words);
  }, true);
}
