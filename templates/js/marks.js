// What a mark of a figure is, where the pointer comes near it, a finger taps it, or the arrow
// keys go to it. Escape closes.
const NEAR = { mouse: 14, touch: 28, pen: 20 };

function markTips(svg) {
  const frame = svg.parentElement;
  const [xs, ys, words] = JSON.parse(svg.dataset.marks);
  const tip = document.createElement("div");
  const ring = document.createElement("div");
  tip.className = "tip mark-tip";
  tip.setAttribute("role", "status");
  ring.className = "mark-ring";
  ring.hidden = true;
  let at = -1;

  // A place in the graphic's own units as pixels of its box.
  function place(mark) {
    const box = svg.getBoundingClientRect();
    const frameBox = frame.getBoundingClientRect();
    const unit = box.width / svg.viewBox.baseVal.width;
    return [xs[mark] * unit + box.left - frameBox.left, ys[mark] * unit + box.top - frameBox.top];
  }

  function show(mark) {
    if (mark === at) return;
    at = mark;
    const [x, y] = place(mark);
    tip.textContent = words[mark];
    ring.hidden = false;
    ring.style.left = `${x}px`;
    ring.style.top = `${y}px`;
    const width = tip.offsetWidth;
    tip.style.left = `${Math.max(0, Math.min(x - width / 2, frame.clientWidth - width))}px`;
    tip.style.top = `${y > tip.offsetHeight + 14 ? y - tip.offsetHeight - 12 : y + 14}px`;
  }

  function hide() {
    at = -1;
    tip.textContent = "";
    ring.hidden = true;
  }

  function nearest(event) {
    const frameBox = frame.getBoundingClientRect();
    const [x, y] = [event.clientX - frameBox.left, event.clientY - frameBox.top];
    let [found, least] = [-1, NEAR[event.pointerType] ?? NEAR.mouse];
    xs.forEach((_, mark) => {
      const [markX, markY] = place(mark);
      const distance = Math.hypot(markX - x, markY - y);
      if (distance < least) [found, least] = [mark, distance];
    });
    return found;
  }

  const point = (event) => {
    const mark = nearest(event);
    if (mark < 0) hide();
    else show(mark);
  };
  const last = words.length - 1;
  const moves = {
    ArrowRight: () => Math.min(at + 1, last),
    ArrowUp: () => Math.min(at + 1, last),
    ArrowLeft: () => Math.max(at - 1, 0),
    ArrowDown: () => Math.max(at - 1, 0),
    Home: () => 0,
    End: () => last,
  };

  frame.append(ring, tip);
  frame.classList.add("has-marks");
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", svg.closest("figure").dataset.marksHelp);
  frame.addEventListener("pointermove", point);
  frame.addEventListener("pointerdown", point);
  frame.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && hide());
  frame.addEventListener("blur", hide);
  frame.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
    if (!(event.key in moves)) return;
    event.preventDefault();
    show(moves[event.key]());
  });
}
