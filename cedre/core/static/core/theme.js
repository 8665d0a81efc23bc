// Clair ou sombre avant le premier affichage : le choix de la personne, sinon celui de son appareil.
(() => {
  const systeme = matchMedia("(prefers-color-scheme: dark)");
  const appliquer = () => {
    const choix = localStorage.getItem("cedre-theme");
    document.documentElement.dataset.bsTheme = choix || (systeme.matches ? "dark" : "light");
  };
  appliquer();
  systeme.addEventListener("change", appliquer);
  document.addEventListener("click", (clic) => {
    if (clic.target.closest("[data-bascule-theme]")) {
      const sombre = document.documentElement.dataset.bsTheme === "dark";
      localStorage.setItem("cedre-theme", sombre ? "light" : "dark");
      appliquer();
    }
    // Un menu ouvert se referme quand on clique ailleurs.
    document.querySelectorAll("details.menu[open]").forEach((menu) => menu.contains(clic.target) || (menu.open = false));
    const ouvre = clic.target.closest("[data-ouvre]");
    if (ouvre) document.getElementById(ouvre.dataset.ouvre).showModal();
    if (clic.target.closest("[data-ferme]")) clic.target.closest("dialog").close();
    if (clic.target.closest("[data-imprime]")) window.print();
  });
  document.addEventListener("keydown", (touche) => {
    if (touche.key === "Escape") document.querySelectorAll("details.menu[open]").forEach((menu) => (menu.open = false));
  });
  // Le papier n'a rien de plié.
  addEventListener("beforeprint", () => document.querySelectorAll("details.feuille:not([open])").forEach((pli) => { pli.open = true; pli.dataset.deplie = ""; }));
  addEventListener("afterprint", () => document.querySelectorAll("details[data-deplie]").forEach((pli) => { pli.open = false; delete pli.dataset.deplie; }));
  // Se déconnecter n'oublie rien sans le dire : les textes gardés sur l'appareil et pas encore enregistrés.
  document.addEventListener("submit", (envoi) => {
    const prefixe = envoi.target.dataset.effaceBrouillons;
    if (!prefixe) return;
    const brouillons = Object.keys(localStorage).filter((cle) => cle.startsWith(`cedre-brouillon:${prefixe}:`));
    const demande = "Un texte n’est pas encore enregistré. Se déconnecter l’efface de cet appareil. Continuer ?";
    if (brouillons.length && !confirm(demande)) envoi.preventDefault();
    else brouillons.forEach((cle) => localStorage.removeItem(cle));
  });
  // Un formulaire envoyé ne part qu'une fois.
  document.addEventListener("submit", (envoi) => {
    if (envoi.defaultPrevented) return;
    setTimeout(() => envoi.target.querySelectorAll("button[type=submit]").forEach((b) => (b.disabled = true)));
  });
  addEventListener("pageshow", () => document.querySelectorAll("form button[type=submit]").forEach((b) => (b.disabled = false)));
})();
