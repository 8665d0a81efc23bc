"""L'équipe permanente : postes, qui les tient, organigrammes (PRO-2)."""

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.core.refus import GesteImpossible
from cedre.structures.models import Occupation, Poste
from cedre.structures.operations.equipe import enregistrer_poste
from cedre.structures.organigrammes import (
    Cartouche,
    arbre_fonctionnel,
    arbre_hierarchique,
    dessiner,
    en_lignes,
    largeur_du_texte,
)

LE = date(2026, 6, 15)


def poste(monde, intitule, *, sous=None, qui=(), fonctions=("accueil",), **champs) -> Poste:
    """Un poste ouvert depuis longtemps, et qui le tient."""
    champs = {"ouvert_le": date(2015, 1, 1)} | champs
    ligne = Poste.objects.create(
        organisation=monde.organisation, intitule=intitule, rattache_a=sous, fonctions=[*fonctions], **champs
    )
    for nom in qui:
        Occupation.objects.create(poste=ligne, nom=nom, du=date(2020, 1, 1))
    return ligne


def en_texte(case: Cartouche) -> tuple:
    """Un arbre, réduit à ce qui se lit."""
    return (case.titre, *case.lignes, *map(en_texte, case.sous))


@pytest.fixture
def equipe(ici, ailleurs):
    """Une direction, deux postes dessous, un poste sous l'un d'eux ; et un poste ailleurs."""
    direction = poste(ici, "Direction", qui=["Ada Brun"], fonctions=["direction", "qualite"])
    accueil = poste(ici, "Accueil", sous=direction, qui=["Zoé Clerc", "Ali Dru"])
    poste(ici, "Gestion", sous=direction, fonctions=["support"])
    poste(ici, "Secrétariat", sous=accueil, qui=["Eva Fay"], fonctions=["accueil", "support"])
    poste(ailleurs, "Poste ailleurs", qui=["Zzyzxa"])
    return direction


def test_l_organigramme_hierarchique_dit_qui_depend_de_qui_et_ce_qui_est_a_pourvoir(ici, equipe):
    attendu = (
        "Structure Ici",
        (
            "Direction",
            "Ada Brun",
            ("Accueil", "Zoé Clerc", "Ali Dru", ("Secrétariat", "Eva Fay")),
            ("Gestion", "À pourvoir"),
        ),
    )
    assert en_texte(arbre_hierarchique(ici.organisation, LE)) == attendu


def test_l_organigramme_fonctionnel_range_un_poste_sous_chaque_fonction_qu_il_sert(ici, equipe):
    poste(ici, "Stage", fonctions=[])
    groupes = {case.titre: [c.titre for c in case.sous] for case in arbre_fonctionnel(ici.organisation, LE).sous}
    assert groupes == {
        "Direction et vie associative": ["Direction"],
        "Accueil": ["Accueil", "Secrétariat"],
        "Qualité": ["Direction"],
        "Gestion et logistique": ["Gestion", "Secrétariat"],
        "Autres postes": ["Stage"],
    }


def test_un_organigramme_est_celui_de_son_jour(ici, equipe):
    accueil = Poste.objects.get(intitule="Accueil")
    accueil.ferme_le = LE
    accueil.save()
    Occupation.objects.filter(nom="Ada Brun").update(au=LE - timedelta(days=1))
    Occupation.objects.create(poste=equipe, nom="Luc Gal", du=LE)
    veille, jour = (en_texte(arbre_hierarchique(ici.organisation, le))[1] for le in (LE - timedelta(days=1), LE))
    assert veille[:2] == ("Direction", "Ada Brun") and veille[2][0] == "Accueil"
    assert jour == ("Direction", "Luc Gal", ("Gestion", "À pourvoir"), ("Secrétariat", "Eva Fay"))
    assert en_texte(arbre_hierarchique(ici.organisation, date(2014, 1, 1))) == ("Structure Ici",)


def test_sous_deux_postes_supprimes_l_un_sous_l_autre_on_depend_de_celui_du_dessus(ici):
    direction = poste(ici, "Direction", qui=["Ada"])
    adjointe = poste(ici, "Adjointe", sous=direction, ferme_le=LE)
    cheffe = poste(ici, "Cheffe", sous=adjointe, ferme_le=LE)
    poste(ici, "Accueil", sous=cheffe, qui=["Eva"])
    assert en_texte(arbre_hierarchique(ici.organisation, LE)) == ("Structure Ici", ("Direction", "Ada", ("Accueil", "Eva")))


@pytest.mark.parametrize("arbre", [arbre_hierarchique, arbre_fonctionnel])
def test_le_dessin_est_le_meme_au_bit_pres_et_se_pose_dans_une_page(ici, equipe, arbre):
    texte = dessiner(arbre(ici.organisation, LE))
    assert texte == dessiner(arbre(ici.organisation, LE))
    assert " style=" not in texte and "<style" not in texte and "<script" not in texte
    assert {"Secrétariat", "Zoé Clerc"} <= {
        t.text for t in ElementTree.fromstring(texte).iter("{http://www.w3.org/2000/svg}text")
    }


def test_un_nom_ne_casse_pas_le_dessin():
    ElementTree.fromstring(dessiner(Cartouche("<b> & \x01", sous=(Cartouche("x" * 300), Cartouche(" ")))))


@pytest.mark.parametrize("combien", [0, 1, 2, 4, 5, 9])
def test_les_cases_ne_se_recouvrent_pas_et_restent_dans_l_image(combien):
    branche = Cartouche(
        "Accompagnement socioprofessionnel",
        ("Un nom", "Un autre"),
        (Cartouche("Dessous", sous=(Cartouche("Au fond"),)),),
    )
    dessin = ElementTree.fromstring(dessiner(Cartouche("Structure", sous=(branche,) * combien)))
    largeur, hauteur = float(dessin.get("width")), float(dessin.get("height"))
    cases = [
        tuple(float(r.get(c)) for c in ("x", "y", "width", "height")) for r in dessin.iter("{http://www.w3.org/2000/svg}rect")
    ]
    assert len(cases) == 1 + 3 * combien
    for x, y, dx, dy in cases:
        assert x >= 0 and y >= 0 and x + dx <= largeur and y + dy <= hauteur
        autres = [c for c in cases if c != (x, y, dx, dy)]
        assert not any(x < x2 + dx2 and x2 < x + dx and y < y2 + dy2 and y2 < y + dy for x2, y2, dx2, dy2 in autres)


def test_un_texte_se_plie_dans_sa_case():
    for ligne in (lignes := en_lignes("Accompagnatrice socioprofessionnelle " + "x" * 90, largeur=150)):
        assert largeur_du_texte(ligne) <= 150
    assert "".join(lignes).replace("-", "").replace(" ", "").endswith("x" * 90)


def test_un_poste_ne_depend_pas_de_lui_meme_meme_de_loin(ici, equipe):
    equipe.rattache_a = Poste.objects.get(intitule="Secrétariat")
    with pytest.raises(GesteImpossible) as refus, transaction.atomic():
        enregistrer_poste(equipe, champs=["rattache_a"], par=ici.hab["qualite"])
    assert refus.value.champ == "rattache_a"
    page = ici.client("qualite").post(
        reverse("structures:poste_modifier", args=[equipe.pk]),
        {"intitule": "Direction", "fonctions": ["direction"], "ouvert_le": "2015-01-01", "rattache_a": equipe.rattache_a_id},
    )
    en_rond = "Ce poste dépend déjà de celui-ci : l’organigramme tournerait en rond."
    assert page.context["form"].errors == {"rattache_a": [en_rond]}


def test_un_poste_supprime_n_est_plus_tenu_et_reste_dans_l_histoire(ici, equipe):
    accueil = Poste.objects.get(intitule="Accueil")
    adresse = reverse("structures:poste_modifier", args=[accueil.pk])
    saisie = {"intitule": "Accueil", "fonctions": ["accueil"], "ouvert_le": "2015-01-01", "rattache_a": equipe.pk}
    assert ici.client("direction").post(adresse, saisie | {"ferme_le": "2026-06-15"}).status_code == 302
    assert set(accueil.occupations.values_list("au", flat=True)) == {LE}
    assert Trace.objects.filter(objet="occupation d’un poste", geste="modifier").count() == 2
    Occupation.objects.create(poste=accueil, nom="Plus tard", du=date(2026, 9, 1))
    page = ici.client("direction").post(adresse, saisie | {"ferme_le": "2026-06-20"})
    nomme = "Plus tard y est nommé·e après ce jour : corrigez d’abord cela."
    assert page.context["form"].errors == {"ferme_le": [nomme]}


def test_fermer_un_poste_finit_ce_qui_durait_encore_et_rien_d_autre(ici):
    ligne, (avant, apres) = poste(ici, "Accueil"), (LE + timedelta(days=ecart) for ecart in (-1, 1))
    fins = {"sans fin": None, "finie la veille": avant, "finie ce jour": LE, "devait durer": apres}
    for nom, au in fins.items():
        Occupation.objects.create(poste=ligne, nom=nom, du=date(2020, 1, 1), au=au)
    ligne.ferme_le = LE
    enregistrer_poste(ligne, champs=["ferme_le"], par=ici.hab["qualite"])
    assert dict(ligne.occupations.values_list("nom", "au")) == dict.fromkeys(fins, LE) | {"finie la veille": avant}
    assert Trace.objects.filter(objet="occupation d’un poste", geste="modifier").count() == 2


def test_on_nomme_par_un_compte_ou_par_un_nom(ici, equipe):
    qualite, adresse = ici.client("qualite"), reverse("structures:poste_nommer", args=[equipe.pk])
    sans_nom = qualite.post(adresse, {"du": "2026-01-01"}).context["form"].errors
    assert sans_nom == {"nom": ["Dites qui c’est : un compte, ou un nom."]}
    qualite.post(adresse, {"du": "2026-01-01", "compte": ici.hab["cip"].compte_id})
    ligne = Occupation.objects.get(compte=ici.hab["cip"].compte)
    assert ligne.nom == "Cip Ici"
    qualite.post(reverse("structures:occupation", args=[ligne.pk]), {"nom": "Cip Ici", "du": "2026-01-01", "au": "2026-03-01"})
    ligne.refresh_from_db()
    assert ligne.au == date(2026, 3, 1)
    refus = qualite.post(
        reverse("structures:occupation", args=[ligne.pk]), {"nom": "Cip", "du": "2026-01-01", "au": "2025-03-01"}
    )
    assert refus.context["form"].errors == {"__all__": ["La fin vient avant le début."]}


@pytest.mark.deux_moteurs
def test_la_base_refuse_une_fin_avant_le_debut(ici, equipe):
    with pytest.raises(IntegrityError), transaction.atomic():
        Occupation.objects.create(poste=equipe, nom="X", du=LE, au=LE - timedelta(days=1))


def test_le_conseil_d_administration_lit_l_equipe_et_n_y_ecrit_pas(ici, equipe):
    ca = ici.client("ca")
    for nom in ("structures:postes", "structures:organigrammes"):
        page = ca.get(reverse(nom)).content.decode()
        assert "Ada Brun" in page and "Zzyzxa" not in page
    fiche = ca.get(reverse("structures:poste", args=[equipe.pk])).content.decode()
    assert "Ada Brun" in fiche and "Modifier" not in fiche
    assert ca.get(reverse("structures:poste_modifier", args=[equipe.pk])).status_code == 403


def test_un_poste_tenu_jusqu_a_aujourd_hui_l_est_encore(ici):
    jour = timezone.localdate()
    ligne = poste(ici, "Accueil")
    Occupation.objects.create(poste=ligne, nom="Ada", du=jour, au=jour)
    assert ici.client("mad").get(reverse("structures:poste", args=[ligne.pk])).context["occupations"][0][1] is True


def test_la_page_d_un_poste_dit_qui_l_a_tenu_qui_le_tient_et_qui_le_tiendra(ici, equipe):
    jour = timezone.localdate()
    ligne = poste(ici, "Médiation", sous=equipe, fonctions=("qualite", "accueil"), missions="Recevoir")
    for nom, du, au in (("Passée", -90, -1), ("À venir", 1, None), ("Présente", -30, None), ("Dernier jour", -40, 0)):
        fin = None if au is None else jour + timedelta(days=au)
        Occupation.objects.create(poste=ligne, nom=nom, du=jour + timedelta(days=du), au=fin)
    page = ici.client("ca").get(reverse("structures:poste", args=[ligne.pk]))
    assert [(o.nom, en_cours) for o, en_cours in page.context["occupations"]] == [
        *(("À venir", False), ("Présente", True), ("Dernier jour", True), ("Passée", False))
    ]
    texte = page.content.decode()
    assert texte.count(">En poste</span>") == 2 and "Accueil, Qualité" in texte
    assert reverse("structures:poste", args=[equipe.pk]) in texte


def test_l_equipe_montre_les_postes_d_aujourd_hui_et_met_a_part_les_autres(ici, equipe):
    jour = timezone.localdate()
    du_jour = poste(ici, "Du jour", ouvert_le=jour)
    supprime, a_venir = poste(ici, "Zélé", ferme_le=jour), poste(ici, "Écrire", ouvert_le=jour + timedelta(days=1))
    page = ici.client("mad").get(reverse("structures:postes"))
    assert [*page.context["autres"]] == [a_venir, supprime]
    assert [case.titre for case in page.context["arbre"].sous] == ["Direction", "Du jour"]
    texte = page.content.decode()
    assert "supprimé le" in texte and "à partir du" in texte and reverse("structures:poste", args=[du_jour.pk]) in texte


def test_un_poste_ne_se_rattache_qu_a_un_autre_qui_existe_ici_et_ne_se_ferme_qu_une_fois_cree(ici, ailleurs, equipe):
    ferme = poste(ici, "Fermé", ferme_le=timezone.localdate())
    client = ici.client("qualite")
    neuf = client.get(reverse("structures:poste_nouveau")).context["form"]
    assert "ferme_le" not in neuf.fields and neuf["ouvert_le"].value() == timezone.localdate()
    form = client.get(reverse("structures:poste_modifier", args=[equipe.pk])).context["form"]
    offerts = {*form.fields["rattache_a"].queryset}
    assert offerts == {*Poste.objects.filter(organisation=ici.organisation)} - {equipe, ferme}
    saisie = {
        "intitule": "Médiation",
        "fonctions": ["support"],
        "ouvert_le": "2026-01-01",
        "rattache_a": equipe.pk,
        "missions": "M",
    }
    envoi = client.post(reverse("structures:poste_nouveau"), saisie)
    cree = Poste.objects.get(intitule="Médiation")
    assert envoi.url == reverse("structures:poste", args=[cree.pk])
    assert (cree.organisation, cree.rattache_a, cree.fonctions, cree.missions) == (ici.organisation, equipe, ["support"], "M")


def test_on_ne_nomme_par_un_compte_que_quelqu_un_d_ici(ici, ailleurs, equipe):
    form = ici.client("qualite").get(reverse("structures:poste_nommer", args=[equipe.pk])).context["form"]
    comptes = {*form.fields["compte"].queryset}
    assert ici.hab["mad"].compte in comptes and not comptes & {hab.compte for hab in ailleurs.hab.values()}
    adresse = reverse("structures:poste_nommer", args=[equipe.pk])
    saisie = {"du": "2026-01-01", "compte": ici.hab["mad"].compte_id, "nom": "Mado"}
    assert ici.client("qualite").post(adresse, saisie).url == reverse("structures:poste", args=[equipe.pk])
    assert Occupation.objects.get(compte=ici.hab["mad"].compte).nom == "Mado", "le nom dit passe avant celui du compte"


def test_un_compte_qui_n_a_plus_d_acces_garde_son_nom_au_poste(ici, equipe):
    ligne = Occupation.objects.create(poste=equipe, nom="Mad Ici", compte=ici.hab["mad"].compte, du=date(2026, 1, 1))
    ici.hab["mad"].retiree_le = timezone.now()
    ici.hab["mad"].save()
    client, adresse = ici.client("qualite"), reverse("structures:occupation", args=[ligne.pk])
    assert "n’est plus proposé" in client.get(adresse).content.decode()
    client.post(adresse, {"nom": "Mad Ici", "du": "2026-01-01", "compte": ligne.compte_id, "au": "2026-02-02"})
    ligne.refresh_from_db()
    assert (ligne.compte, ligne.au) == (ici.hab["mad"].compte, date(2026, 2, 2))
