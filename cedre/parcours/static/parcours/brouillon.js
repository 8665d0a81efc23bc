// Un compte rendu ne se perd pas : chaque frappe est gardée sur l'appareil jusqu'à ce que le serveur l'ait reçue (ACC-3).
//
// envoye : les textes que le serveur a et que l'on avait sous les yeux ; version : leur numéro. Un brouillon
// { textes, envoye, version, le } vit dans localStorage tant que les textes diffèrent de ce qui est envoyé.
(() => {
  // Une page qui ne fait que relire : le brouillon enregistré s'oublie, l'autre se signale.
  const relecture = document.querySelector("[data-relecture]");
  if (relecture) {
    const cle = `cedre-brouillon:${relecture.dataset.relecture}`;
    const brouillon = JSON.parse(localStorage.getItem(cle) || "null");
    const relu = (nom) => relecture.querySelector(`[data-section="${nom}"]`)?.textContent || "";
    if (!brouillon) return;
    if (Object.entries(brouillon.textes).every(([nom, texte]) => texte.trim() === relu(nom).trim())) localStorage.removeItem(cle);
    else relecture.querySelector("[data-oublie]").hidden = false;
    return;
  }
  const form = document.querySelector("[data-brouillon]");
  const cle = `cedre-brouillon:${form.dataset.brouillon}`;
  const adresse = form.dataset.enregistre; // vide : on garde sur l'appareil, seul le bouton enregistre
  const champs = [...form.querySelectorAll("textarea, select")];
  const version = form.elements.version;
  const etat = form.querySelector("[data-etat]");
  const reconnexion = form.querySelector("[data-reconnexion]");
  const reprise = form.querySelector("[data-reprise]");
  const lire = () => Object.fromEntries(champs.map((c) => [c.name, c.value]));
  const pareils = (a, b) => champs.every((c) => (a[c.name] || "").trim() === (b[c.name] || "").trim());
  const gardeParLeServeur = (champ) => champ.closest(".champ").querySelector("[data-garde]")?.dataset.garde ?? champ.value;
  let envoye = Object.fromEntries(champs.map((c) => [c.name, gardeParLeServeur(c)]));
  let enVol = false;
  let minuterie;
  let garde = true; // faux si l'appareil refuse de garder (navigation privée, place)

  const dire = (texte, aReconnecter = false) => {
    etat.textContent = texte;
    reconnexion.hidden = !aReconnecter;
  };
  const oublier = () => localStorage.removeItem(cle);
  const garder = () => {
    try {
      localStorage.setItem(cle, JSON.stringify({ textes: lire(), envoye, version: version.value, le: Date.now() }));
      garde = true;
    } catch {
      garde = false;
    }
  };
  const heure = (quand) => new Date(quand).toLocaleTimeString("fr-FR", { hour: "numeric", minute: "2-digit" }).replace(":", " h ");
  const jeton = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] || form.elements.csrfmiddlewaretoken.value;
  const plusTard = (delai) => {
    clearTimeout(minuterie);
    if (adresse) minuterie = setTimeout(envoyer, delai);
  };
  const enAttente = (raison, aReconnecter) =>
    dire(garde ? `${raison} : gardé sur cet appareil, sera envoyé` : `${raison} : ne fermez pas cette page`, aReconnecter);

  // Quelqu'un d'autre a écrit : ce qui n'a changé que d'un côté se réunit seul, le reste se montre et se choisit.
  // Tant qu'un choix reste à faire, la base du brouillon ne bouge pas : fermer la page ne perd aucun des deux textes.
  const reunir = (serveur) => {
    for (const champ of champs) {
      const [mien, avant, autre] = [champ.value, envoye[champ.name] || "", serveur.textes[champ.name] || ""];
      if (mien.trim() === avant.trim()) champ.value = autre;
      else if (autre.trim() !== avant.trim() && autre.trim() !== mien.trim()) montrer(champ, autre, serveur);
    }
    adopter(serveur);
  };
  const adopter = (serveur) => {
    if (form.querySelector("[data-choix]")) return dire("Deux textes différents : choisissez ce que l’on garde");
    envoye = serveur.textes;
    version.value = serveur.version;
    garder();
    dire(adresse ? "" : "Repris : il reste à enregistrer");
    plusTard(0);
  };
  const montrer = (champ, autre, serveur) => {
    champ.closest(".champ").querySelector("[data-choix]")?.remove();
    const boite = form.querySelector("[data-conflit]").content.firstElementChild.cloneNode(true);
    boite.dataset.choix = "";
    const aChoisir = champ.options ? [...champ.options] : null; // deux réponses d'une liste ne se réunissent pas
    boite.querySelector("[data-autre]").textContent = aChoisir?.find((o) => o.value === autre)?.text ?? autre;
    boite.querySelector("[data-reunir]").hidden = Boolean(aChoisir);
    const choisir = (marque, texte) =>
      boite.querySelector(marque).addEventListener("click", () => {
        champ.value = texte();
        boite.remove();
        champ.focus();
        adopter(serveur);
      });
    choisir("[data-garder]", () => champ.value);
    choisir("[data-prendre]", () => autre);
    choisir("[data-reunir]", () => `${champ.value}\n\n${autre}`);
    champ.after(boite);
  };

  const envoyer = async () => {
    if (enVol || !reprise.hidden || form.querySelector("[data-choix]")) return;
    const textes = lire();
    if (pareils(textes, envoye)) return oublier();
    enVol = true;
    let reponse;
    try {
      reponse = await fetch(adresse, {
        method: "POST",
        redirect: "manual",
        headers: { Accept: "application/json", "X-CSRFToken": jeton() },
        body: new URLSearchParams({ ...textes, version: version.value }),
      });
      if (reponse.ok) {
        const recu = await reponse.json();
        envoye = textes;
        version.value = recu.version;
        if (pareils(lire(), envoye)) oublier();
        else garder();
        dire(`Enregistré à ${recu.a}`);
        if (!pareils(lire(), envoye)) plusTard(1500);
      } else if (reponse.status === 409) {
        reunir(await reponse.json());
      } else if (reponse.status === 422) {
        dire(`${(await reponse.json()).refus} Votre texte est gardé sur cet appareil.`);
      } else if (reponse.type === "opaqueredirect" || reponse.status === 403) {
        enAttente("Votre session a pris fin", true);
        plusTard(15000);
      } else {
        enAttente("Le serveur ne répond pas");
        plusTard(15000);
      }
    } catch {
      enAttente("Pas de connexion");
      plusTard(15000);
    } finally {
      enVol = false;
    }
  };

  form.addEventListener("input", (saisie) => {
    if (!champs.includes(saisie.target)) return;
    garder();
    if (adresse && etat.textContent.startsWith("Enregistré")) dire("");
    plusTard(1500);
  });
  addEventListener("online", () => plusTard(0));
  addEventListener("focus", () => pareils(lire(), envoye) || plusTard(0));
  document.addEventListener("visibilitychange", () => document.hidden && !pareils(lire(), envoye) && adresse && envoyer());
  addEventListener("beforeunload", (depart) => garde || pareils(lire(), envoye) || depart.preventDefault());
  form.addEventListener("submit", (envoi) => {
    const choix = form.querySelector("[data-choix]");
    if (choix) {
      envoi.preventDefault(); // sans choix, l'autre texte se perdrait
      choix.scrollIntoView({ block: "center" });
      return;
    }
    clearTimeout(minuterie);
    garde = true;
  });

  // À l'ouverture : ce qui est resté sur l'appareil se propose, et se réunit avec ce que d'autres auraient écrit.
  // Une frappe peut précéder ce script, sur une ligne lente : elle est plus jeune que le brouillon de la page servie.
  const ancien = JSON.parse(localStorage.getItem(cle) || "null");
  const servi = (champ) => (champ.options ? [...champ.options].find((o) => o.defaultSelected)?.value : champ.defaultValue);
  const servis = Object.fromEntries(champs.map((c) => [c.name, servi(c)]));
  const proposer = (oui) => {
    reprise.hidden = !oui;
    champs.forEach((champ) => (champ.readOnly = oui));
  };
  if (!ancien || pareils(ancien.textes, lire()) || pareils(ancien.textes, servis)) pareils(lire(), envoye) ? oublier() : garder();
  else {
    proposer(true);
    const jour = new Date(ancien.le).toLocaleDateString("fr-FR", { day: "numeric", month: "long" });
    form.querySelector("[data-reprise-quand]").textContent = `le ${jour} à ${heure(ancien.le)}`;
    form.querySelector("[data-reprendre]").addEventListener("click", () => {
      const serveur = { textes: envoye, version: version.value };
      for (const champ of champs) champ.value = ancien.textes[champ.name] ?? champ.value;
      envoye = ancien.envoye;
      proposer(false);
      reunir(serveur);
    });
    form.querySelector("[data-ecarter]").addEventListener("click", () => {
      oublier();
      proposer(false);
    });
  }
})();
