// A rule for :hover holds for .is-hover too, and so on: the site's own sheet, once more, in other words.
// Then `data-look` becomes a style: by script, since the Content-Security-Policy forbids the attribute.
(async () => {
  for (const element of document.querySelectorAll("[data-look]")) element.style.cssText = element.dataset.look;
  const text = await (await fetch(document.querySelector("link[rel=stylesheet]").href)).text();
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    text.replace(/:(hover|active|focus|popover-open)(-visible|-within)?(?![-\w])/g, (state, name) =>
      `:is(${state},.is-${name})`,
    ),
  );
  document.adoptedStyleSheets.push(sheet);
  // A field that takes the focus would take the page with it.
  if (!location.hash) {
    document.activeElement?.blur();
    scrollTo(0, 0);
  }
  document.documentElement.dataset.states = "";
})();
