// Le QR porte le code après le # : on le pose dans le champ, puis on l'efface de l'adresse et de l'historique.
(() => {
  const code = location.hash.slice(1);
  const champ = document.querySelector("[name=code]");
  if (!code || !champ) return;
  champ.value = code;
  history.replaceState(null, "", location.pathname);
  champ.form.querySelector("button[type=submit]").focus();
})();
