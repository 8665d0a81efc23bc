// « Dits à toutes les présentes » : coche les deux cases de chaque ligne notée présente. Rien ne s'enregistre avant le bouton.
(() => {
  const bouton = document.querySelector("[data-tout-dit]");
  if (!bouton) return;
  bouton.hidden = false;
  bouton.addEventListener("click", () => {
    document.querySelectorAll("#feuille input[value=presente]:checked").forEach((presente) => {
      presente.closest("li").querySelectorAll("input[type=checkbox]").forEach((coche) => (coche.checked = true));
    });
  });
})();
