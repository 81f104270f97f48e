{
  // Where a keyboard lies above the page instead of making it smaller (iOS), the page makes room for it:
  // see --keyboard in tokens.css. Zooming in makes the view smaller too, and is none of that.
  const view = window.visualViewport, root = document.documentElement;
  let covered = 0;
  const fit = () => {
    const hidden = Math.round(innerHeight - view.height * view.scale), now = hidden > 60 ? hidden : 0;
    if (now === covered) return;
    covered = now;
    root.style.setProperty("--keyboard", now + "px");
    if (now) scrollTo(0, 0);
    dispatchEvent(new Event("resize"));
  };
  view?.addEventListener("resize", fit);
}
