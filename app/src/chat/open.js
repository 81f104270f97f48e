{
  const log = document.querySelector(".scroller"), sought = log.querySelector("[data-marked],[data-editing]");
  if (sought) {
    sought.scrollIntoView({ block: "center" });
    sought.focus({ preventScroll: true });
  } else log.scrollTop = log.scrollHeight;
  const above = [...log.querySelectorAll("[data-above]")], later = window.requestIdleCallback ?? setTimeout;
  const layOut = () => {
    const some = above.splice(-4), below = some.at(-1)?.nextElementSibling;
    if (!below) return requestAnimationFrame(() => { log.style.overflowAnchor = ""; });
    const top = () => below.getBoundingClientRect().top, before = top();
    log.style.overflowAnchor = "none";
    for (const article of some) delete article.dataset.above;
    log.scrollTop += Math.round(top() - before);
    later(layOut);
  };
  if (above.length) later(layOut);
}
