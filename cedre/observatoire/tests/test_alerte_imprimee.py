"""Les deux pages à montrer d'une alerte : jamais trois, jamais un petit nombre, jamais une parole retirée (OBS-4)."""

import re
from datetime import date, timedelta

from django.db.models import CharField, TextField
from django.utils import timezone

from cedre.comptes.discretion import ce_qu_il_compte
from cedre.core.indicateurs import tous
from cedre.core.pdf import compiler
from cedre.observatoire.models.alertes import CHIFFRES, PAROLES, Alerte
from cedre.observatoire.plaidoyer import IMPRIMES, a_imprimer
from cedre.tests.imprime import lire

GABARIT = "observatoire/typst/alerte.typ"


def pages(pdf: bytes) -> int:
    """Combien de pages a ce document."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def au_plus_long(modele, **champs) -> dict:
    """Une ligne de ce modèle, chaque texte aussi long qu'il peut l'être."""
    libres = [c for c in modele._meta.concrete_fields if isinstance(c, CharField | TextField) and not c.choices]
    return {c.name: ("empêchement " * 80)[: c.max_length] for c in libres if c.max_length < 900} | champs


def alerte_la_plus_longue(organisation, *, le: date) -> Alerte:
    """Tout ce qu'une alerte peut contenir, et les indicateurs dont la définition est la plus longue."""
    jours = {"ouverte_le": le, "proposee_le": le, "close_le": le}
    alerte = Alerte.objects.create(**au_plus_long(Alerte), **jours, organisation=organisation)
    par_longueur = sorted(tous().values(), key=lambda i: -len(ce_qu_il_compte(i)))
    for i in par_longueur[:CHIFFRES]:
        dit = {"code": i.code, "libelle": i.libelle, "definition": ce_qu_il_compte(i), "unite": i.unite, "version": 12}
        part = {"coupe": "type d’engagement", "valeur": "Une valeur assez longue pour tenir sur deux lignes du tableau"}
        alerte.chiffres.create(**dit, **part, du=le - timedelta(days=360), au=le, total=1300, atteint=1240)
    for _ in range(PAROLES):
        alerte.paroles.create(**au_plus_long(alerte.paroles.model), accord_le=le, accord="oral")
    repondu = {"repondu_le": le, "suite": "sans_reponse", "moyen": "rencontre"}
    for _ in range(IMPRIMES + 2):
        alerte.destinataires.create(**au_plus_long(alerte.destinataires.model), sorte="elu", le=le, **repondu)
        alerte.retombees.create(**au_plus_long(alerte.retombees.model), le=le)
    return alerte


def test_aussi_longue_qu_elle_puisse_etre_elle_tient_en_deux_pages(ici):
    alerte = alerte_la_plus_longue(ici.organisation, le=timezone.localdate())
    contenu = a_imprimer(alerte)
    assert pages(compiler(GABARIT, contenu)) == 2
    une_de_plus = contenu | {"retombees": contenu["retombees"] * 20}
    assert pages(compiler(GABARIT, une_de_plus)) > 2, "l’essai sait compter les pages"


def test_courte_elle_tient_en_une(ici):
    alerte = Alerte.objects.create(organisation=ici.organisation, titre="Sans car", precision="Le car", constat="Le soir.")
    assert pages(compiler(GABARIT, a_imprimer(alerte))) == 1


def test_un_texte_plein_de_retours_a_la_ligne_ne_l_allonge_pas(ici):
    alerte = alerte_la_plus_longue(ici.organisation, le=timezone.localdate())
    Alerte.objects.update(constat="a\n" * 300, proposition="b\r\n" * 200)
    alerte.refresh_from_db()
    assert pages(compiler(GABARIT, a_imprimer(alerte))) == 2


def test_elle_dit_la_cause_les_chiffres_sans_petit_nombre_les_paroles_qui_tiennent_et_les_dernieres_reponses(ici):
    le = timezone.localdate()
    ouverte = {"ouverte_le": date(2026, 3, 1), "proposee_le": date(2026, 3, 2), "proposition": "Un car à 20 h."}
    alerte = Alerte.objects.create(
        organisation=ici.organisation, titre="Sans car le soir", precision="Le car", constat="Il part à 18 h.", **ouverte
    )
    compte = {"code": "x", "version": 3, "libelle": "Rendez-vous manqués", "definition": "Tous.", "unite": "rendez-vous"}
    alerte.chiffres.create(du=date(2026, 1, 1), au=date(2026, 2, 28), total=41, atteint=38, **compte)
    alerte.chiffres.create(du=le, au=le, total=3, atteint=2, coupe="sexe", valeur="Femme", **compte)
    alerte.paroles.create(texte="Je rentre à pied.", accord_le=le, accord="oral")
    alerte.paroles.create(texte="", accord_le=le, accord="oral", retiree_le=le)
    for rang in range(4):
        alerte.destinataires.create(a_qui=f"Service {rang}", sorte="institution", le=date(2026, 3, 3 + rang))
    alerte.retombees.create(le=date(2026, 4, 1), texte="Un essai en mai.")
    contenu = a_imprimer(alerte)
    assert contenu["paroles"] == ["Je rentre à pied."] and len(contenu["definitions"]) == 1
    assert [d["a_qui"] for d in contenu["destinataires"]] == ["Service 1", "Service 2", "Service 3"], "les trois derniers"
    texte = lire(GABARIT, _en_json(contenu)).replace("\N{NO-BREAK SPACE}", " ")
    for dit in (
        "sans car le soir",
        "le car",
        "il part à 18 h.",
        "du 1er janvier 2026 au 28 février 2026 | environ 40 rendez-vous, sauf moins de cinq",
        "sexe : femme",
        "moins de cinq rendez-vous",
        "« je rentre à pied. »",
        "un car à 20 h.",
        "service 3",
        "pas encore de réponse.",
        "1er avril 2026 : un essai en mai.",
        "définition n° 3",
    ):
        assert dit in texte, dit
    assert "38" not in texte and "41" not in texte and "martinelle" not in texte


def _en_json(valeur):
    if isinstance(valeur, dict):
        return {cle: _en_json(v) for cle, v in valeur.items()}
    if isinstance(valeur, list):
        return [_en_json(v) for v in valeur]
    return valeur.isoformat() if isinstance(valeur, date) else valeur
