// Files inside the page. Without scripts, or in an old browser, the link leads to the file
// that lies beside the page.
function download(link) {
  if (typeof DecompressionStream === "undefined") return;
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const packed = document.getElementById(link.dataset.file);
    const file = new Blob([await unpacked(packed)], { type: packed.dataset.type });
    const save = document.createElement("a");
    save.href = URL.createObjectURL(file);
    save.download = link.getAttribute("download");
    save.click();
    // Not at once: the browser must have begun to read.
    setTimeout(() => URL.revokeObjectURL(save.href), 60_000);
  });
}
