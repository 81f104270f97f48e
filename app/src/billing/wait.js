const source = new EventSource("/billing/checkout/events" + location.search);
source.addEventListener("changed", () => {
  source.close();
  location.reload();
});
