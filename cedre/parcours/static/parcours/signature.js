// Une signature dessinée au doigt, au stylet ou à la souris : envoyée en PNG par le formulaire, vide si rien n'est dessiné.
(() => {
  for (const zone of document.querySelectorAll("[data-signature]")) {
    const cadre = zone.querySelector("canvas");
    const champ = zone.querySelector("input[type=hidden]");
    const plume = cadre.getContext("2d");
    let trace = false;

    const vider = () => {
      plume.fillStyle = "#fff";
      plume.fillRect(0, 0, cadre.width, cadre.height);
      Object.assign(plume, { lineWidth: 3, lineCap: "round", lineJoin: "round", strokeStyle: "#111" });
      champ.value = "";
    };
    const point = (geste) => {
      const bords = cadre.getBoundingClientRect();
      return [((geste.clientX - bords.left) * cadre.width) / bords.width, ((geste.clientY - bords.top) * cadre.height) / bords.height];
    };
    cadre.addEventListener("pointerdown", (geste) => {
      trace = true;
      cadre.setPointerCapture(geste.pointerId);
      plume.beginPath();
      plume.moveTo(...point(geste));
    });
    cadre.addEventListener("pointermove", (geste) => {
      if (!trace) return;
      plume.lineTo(...point(geste));
      plume.stroke();
    });
    const lever = () => {
      if (trace) champ.value = cadre.toDataURL("image/png");
      trace = false;
    };
    cadre.addEventListener("pointerup", lever);
    cadre.addEventListener("pointercancel", lever);
    zone.querySelector("[data-effacer]").addEventListener("click", vider);
    vider();
  }
})();
