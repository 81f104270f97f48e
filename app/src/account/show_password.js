document.addEventListener("click", (event) => {
  const button = event.target.closest(".show-password");
  if (!button) return;
  const field = document.getElementById(button.getAttribute("aria-controls"));
  const show = field.type === "password";
  field.type = show ? "text" : "password";
  button.setAttribute("aria-pressed", show);
  for (const name of button.querySelectorAll("[data-when]")) name.hidden = (name.dataset.when === "shown") !== show;
});
