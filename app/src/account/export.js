const bar = document.querySelector("progress");
const words = bar.previousElementSibling;
const number = (n) => n.toLocaleString(document.documentElement.lang);
const source = new EventSource("/settings/export/events");
source.addEventListener("progress", (event) => {
  const { done, total } = JSON.parse(event.data);
  bar.max = Math.max(total, 1);
  bar.value = done;
  words.textContent = words.dataset.words.replace("{done}", number(done)).replace("{total}", number(total));
});
source.addEventListener("ready", () => {
  source.close();
  location.reload();
});
