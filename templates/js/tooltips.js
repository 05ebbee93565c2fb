// What a term means, where the pointer rests on it or the keyboard reaches it. A tap shows
// it too, a second tap follows the link. Escape closes; the pointer may move onto it.
const LINGER = 250;

function tooltips(links) {
  const tip = document.getElementById("tip");
  let owner = null;
  let leaving = 0;
  let touched = false;

  function place() {
    const { left, bottom, top } = owner.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = tip;
    const below = bottom + height + 8 < innerHeight || top < height + 8;
    tip.style.left = `${scrollX + Math.max(8, Math.min(left, document.body.clientWidth - width - 8))}px`;
    tip.style.top = `${scrollY + (below ? bottom + 4 : top - height - 4)}px`;
  }

  function show(link) {
    clearTimeout(leaving);
    if (owner === link) return;
    hide();
    const entry = document.getElementById(link.hash.slice(1)).cloneNode(true);
    entry.removeAttribute("id");
    tip.replaceChildren(entry);
    owner = link;
    owner.setAttribute("aria-describedby", tip.id);
    tip.hidden = false;
    place();
  }

  function hide() {
    clearTimeout(leaving);
    owner?.removeAttribute("aria-describedby");
    owner = null;
    tip.hidden = true;
  }

  const leave = () => (leaving = setTimeout(hide, LINGER));
  tip.addEventListener("pointerenter", () => clearTimeout(leaving));
  tip.addEventListener("pointerleave", leave);
  links.forEach((link) => {
    link.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && show(link));
    link.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && leave());
    link.addEventListener("pointerdown", (event) => (touched = event.pointerType !== "mouse"));
    link.addEventListener("focus", () => touched || show(link));
    link.addEventListener("blur", leave);
    link.addEventListener("click", (event) => {
      if (touched && owner !== link) {
        event.preventDefault();
        show(link);
      } else hide();
      touched = false;
    });
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  document.addEventListener("pointerdown", (event) => {
    if (owner && event.target !== owner && !tip.contains(event.target)) hide();
  });
}
