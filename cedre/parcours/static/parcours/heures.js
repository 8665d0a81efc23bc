// Le relevé d'heures se remplit comme un tableur : flèches et Entrée pour passer d'une case à l'autre, bloc collé, totaux
// au fil de la saisie. Rien ne s'enregistre avant le bouton ; quitter la page sans enregistrer le demande.
(() => {
  const grille = document.querySelector("[data-releve]");
  if (!grille) return;
  const lignes = [...grille.querySelectorAll("tbody tr")].map((tr) => [...tr.querySelectorAll("input[data-case]")]);
  const place = (champ) => {
    const r = lignes.findIndex((ligne) => ligne.includes(champ));
    return [r, lignes[r].indexOf(champ)];
  };
  const aller = (r, c, pas) => {
    for (; lignes[r] && lignes[r][c]; r += pas) {
      if (!lignes[r][c].disabled) {
        lignes[r][c].focus();
        lignes[r][c].select();
        return true;
      }
      if (!pas) return false;
    }
    return false;
  };
  const lire = (texte) => {
    const t = texte.replace(/\s/g, "").toLowerCase();
    const minutes = /^(\d{1,3})(?:h|:)([0-5]?\d)(?:mn|min|m)?$/.exec(t);
    if (minutes) return Number(minutes[1]) + Number(minutes[2]) / 60;
    const decimal = /^(\d{1,3}(?:[.,]\d*)?|[.,]\d+)(?:h|heures?)?$/.exec(t);
    return decimal ? Number(decimal[1].replace(",", ".")) : t ? NaN : 0;
  };
  const ecrire = (n) => (Math.round(n * 100) / 100).toLocaleString("fr-FR");
  // Les totaux des colonnes comptent aussi les pages que l'on ne voit pas : on n'y ajoute que ce qui change ici.
  const lu = new Map(lignes.flat().map((champ) => [champ, lire(champ.dataset.case) || 0]));
  const compter = () => {
    const somme = (champs) => champs.reduce((total, champ) => total + (lire(champ.value) || 0), 0);
    const ecart = (champs) => champs.reduce((total, champ) => total + (lire(champ.value) || 0) - lu.get(champ), 0);
    lignes.forEach((ligne) => {
      const total = ligne[0]?.closest("tr").querySelector("[data-total-ligne]");
      if (total) total.textContent = ecrire(somme(ligne));
    });
    grille.querySelectorAll("[data-total-colonne]").forEach((total, c) => {
      total.textContent = ecrire(Number(total.dataset.totalColonne) + ecart(lignes.map((ligne) => ligne[c]).filter(Boolean)));
    });
    const tout = grille.querySelector("[data-total]");
    tout.textContent = ecrire(Number(tout.dataset.total) + ecart(lignes.flat()));
  };
  const marquer = (champ) => {
    champ.classList.toggle("changee", champ.value !== champ.defaultValue);
    champ.classList.toggle("is-invalid", Number.isNaN(lire(champ.value)));
  };
  grille.addEventListener("keydown", (touche) => {
    const champ = touche.target.closest("input[data-case]");
    if (!champ || touche.altKey || touche.ctrlKey || touche.metaKey) return;
    const [r, c] = place(champ);
    const tout = champ.selectionStart === 0 && champ.selectionEnd === champ.value.length;
    const geste = {
      ArrowUp: () => aller(r - 1, c, -1),
      ArrowDown: () => aller(r + 1, c, 1),
      Enter: () => aller(touche.shiftKey ? r - 1 : r + 1, c, touche.shiftKey ? -1 : 1) || true,
      ArrowLeft: () => (tout || champ.selectionEnd === 0) && aller(r, c - 1, 0),
      ArrowRight: () => (tout || champ.selectionStart === champ.value.length) && aller(r, c + 1, 0),
    }[touche.key];
    if (geste && geste()) touche.preventDefault();
  });
  grille.addEventListener("focusin", (arrivee) => arrivee.target.matches("input[data-case]") && arrivee.target.select());
  grille.addEventListener("paste", (colle) => {
    const champ = colle.target.closest("input[data-case]");
    const texte = colle.clipboardData.getData("text").replace(/\r\n?/g, "\n").replace(/\n$/, "");
    if (!champ || !/[\t\n]/.test(texte)) return;
    colle.preventDefault();
    const [r, c] = place(champ);
    texte.split("\n").forEach((rang, i) =>
      rang.split("\t").forEach((valeur, j) => {
        const vise = lignes[r + i]?.[c + j];
        if (!vise || vise.disabled) return;
        vise.value = valeur.trim();
        marquer(vise);
      })
    );
    compter();
  });
  grille.addEventListener("input", (saisie) => {
    marquer(saisie.target);
    compter();
  });
  let envoye = false;
  const pasEnregistree = (champ) => champ.value !== champ.defaultValue || champ.getAttribute("aria-invalid");
  grille.closest("form").addEventListener("submit", () => (envoye = true));
  addEventListener("beforeunload", (depart) => {
    if (!envoye && lignes.flat().some(pasEnregistree)) depart.preventDefault();
  });
})();
