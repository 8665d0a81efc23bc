"""Les pages de la conformité : quel jour, quelle édition, quelle sorte de structure, et où mène chaque lien (CER-1, CER-3)."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.urls import reverse
from django.utils import timezone

from cedre.certification import editions
from cedre.certification.conformite import juger_structure, juger_structures, tendance
from cedre.certification.editions import certificat_de, edition_de, entree
from cedre.certification.models import Appreciation, Certificat, ValeurDeParametre
from cedre.certification.tests.fictive import PLUSIEURS
from cedre.certification.tests.reunies import prevue, vue
from cedre.comptes.appartenance import Appartenance
from cedre.comptes.models import Organisation, Trace
from cedre.core.dates import il_y_a
from cedre.parcours.models import Contact
from cedre.qualite.models import ActionAmelioration

TOUS = "dispositions: [{types: [AI, ETTI, EI, ACI], regle: exhaustif}]"
SANS_LES_EI = "dispositions: [{types: [AI, ETTI, ACI], regle: exhaustif}, {types: [EI], regle: sans_objet}]"
PARAMETRE = "moitie: {libelle: Nombre, unite: personnes, valeurs: [{du: 2020-01-01, valeur: 2, reference: § 1}]}"
PROPRE = "moi_tie: {libelle: Nombre propre, unite: ETP, propre_a_la_structure: true}"
NOMBRE = "dispositions: [{types: [AI, ETTI, EI, ACI], regle: nombre_minimal, parametre: moi_tie}]"


def jour(decalage: int = 0) -> date:
    """Aujourd'hui, décalé d'autant de jours."""
    return timezone.localdate() + timedelta(days=decalage)


def page(monde, route: str, *args, role="qualite", **parametres):
    """Une page de la conformité."""
    return monde.client(role).get(reverse(f"certification:{route}", args=args), parametres)


def test_chaque_chapitre_montre_ses_specifications_et_un_lien_garde_le_jour_regarde(ici, referentiel):
    referentiel(**PLUSIEURS)
    hier = jour(-1)
    for le, suite in ((None, ""), (hier, f"?le={hier}")):
        une = page(ici, "conformite", **({"le": le} if le else {}))
        rangees = [(c.code, [s.specification.code for s in jugees]) for c, jugees in une.context["chapitres"]]
        assert rangees == [("1", ["1a", "1b"]), ("2", ["2a"])] and une.context["le"] == (le or jour())
        for code in ("1a", "1b", "2a"):
            assert f'<a href="{reverse("certification:specification", args=[code])}{suite}">{code} ' in une.content.decode()


def test_une_specification_se_lit_de_trois_mois_en_trois_mois_jusqu_au_jour_regarde(ici, referentiel):
    referentiel(**PLUSIEURS)
    le = jour(-2)
    une = page(ici, "specification", "2a", le=le)
    assert [quand for quand, _, _ in une.context["tendance"]] == [il_y_a(3 * n, le) for n in range(12, -1, -1)]
    assert {s.specification.code for _, s, _ in une.context["tendance"]} == {"2a"} == {une.context["jugee"].specification.code}
    assert (une.context["chapitre"].code, une.context["le"]) == ("2", le)
    texte = une.content.decode()
    assert "Tenir" in texte and "Un cahier" in texte and "§ 2 a" in texte
    assert f'href="{reverse("certification:conformite")}?le={le}"' in texte
    assert page(ici, "specification", "9z").status_code == 404


def test_on_ne_decide_que_d_aujourd_hui_et_le_point_vise_est_le_sien(ici, referentiel):
    Contact.objects.update(delai_annonce=None)
    referentiel(**PLUSIEURS)
    for code, point in (("1a", "1a"), ("1b", "1b-1")):
        adresse = reverse("certification:decider", args=[point])
        assert adresse in page(ici, "specification", code).content.decode()
        assert adresse not in page(ici, "specification", code, le=jour(-1)).content.decode()
    assert page(ici, "decider", "1b-1").context["action"].point == "1b-1"


def test_la_sorte_de_structure_est_celle_du_jour_que_l_on_juge(ici, ailleurs, referentiel):
    Contact.objects.update(le=jour(-60), delai_annonce=None)
    edition = referentiel(**{TOUS: SANS_LES_EI})
    Appartenance.objects.create(organisation=ici.organisation, type_siae="EI", du=date(2000, 1, 1), au=jour(-5))
    Appartenance.objects.create(organisation=ici.organisation, type_siae="AI", du=jour(-5))
    (specification,) = edition.specifications()
    attendus = {jour(-6): "sans_objet", jour(-5): "insuffisant"}
    for le, attendu in attendus.items():
        assert juger_structure(ici.organisation, edition, le)[0].verdict == attendu
        ensemble = dict(juger_structures([ici.organisation, ailleurs.organisation], edition, le))
        assert [ensemble[m.organisation][0].verdict for m in (ici, ailleurs)] == [attendu, "insuffisant"]
    dans_le_temps = tendance(ici.organisation, edition, specification, [*attendus])
    assert [(le, une.verdict) for le, une in dans_le_temps] == [*attendus.items()]
    (revue,) = vue(prevue(ici, du=jour(-6)), ici)["specifications"]
    assert (revue["avant"], revue["maintenant"]) == ("sans_objet", "insuffisant")


def test_les_premieres_lignes_qui_manquent_se_montrent_et_leur_suite_mene_a_la_liste_de_ce_jour(ici, referentiel):
    referentiel()
    Contact.objects.update(delai_annonce=None)
    contact, le = Contact.objects.get(personne=ici.personne), jour(-1)
    for rang in range(6):
        contact.pk, contact.le = None, jour(-30 - rang)
        contact.save(force_insert=True)
    une = page(ici, "specification", "1a", le=le)
    (lignes,) = une.context["manques"].values()
    liste = f"{reverse('portail:manquants', args=['delai_annonce'])}?le={le}"
    assert len(lignes) == 5 and une.context["jugee"].manquants == 7
    assert f'<a href="{liste}">Voir les 7</a>' in une.content.decode()
    assert "7\N{NO-BREAK SPACE}lignes" in page(ici, "conformite", le=le).content.decode()
    assert page(ici, "specification", "1a", role="ca").context["manques"] == {}


# ── L'édition qui s'applique ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def trois_editions(ici, referentiel, monkeypatch):
    """Une édition de 2010, une de 2016 dont le texte manque, une de 2021."""
    avant, apres = (
        referentiel(**{"code: essai": f"code: '{code}'", "{du: 2020-01-01}": f"{{du: {annee}-01-01}}"})
        for code, annee in (("a", 2010), ("c", 2021))
    )
    sans_texte = editions.lue(
        b"format: cedre-referentiel/1\nlignee: cedre\ncode: b\ntitre: Sans texte\ntexte: manquant\n"
        b"en_vigueur: {du: 2016-01-01}\nsource: cet essai\nechelle: conformite\n"
    )
    monkeypatch.setattr(editions, "livrees", lambda: (apres, sans_texte, avant))
    return ici.organisation


@pytest.mark.parametrize(
    "signee_le, certifiee_le, le, edition, prevue, raison",
    [
        (None, None, date(2025, 6, 1), "c", None, "En vigueur le 01/06/2025 ; le jour de sa convention"),
        (None, None, date(2021, 1, 1), "c", None, "En vigueur le 01/01/2021 ; le jour de sa convention"),
        (None, None, date(2020, 12, 31), "a", "b", "En vigueur le 31/12/2020 ; le jour de sa convention"),
        (None, None, date(2005, 1, 1), "a", None, "En vigueur le 01/01/2005 ; le jour de sa convention"),
        (date(2012, 5, 1), None, date(2025, 6, 1), "a", None, "En vigueur le 01/05/2012, quand la structure"),
        (date(2025, 6, 1), None, date(2025, 6, 1), "c", None, "En vigueur le 01/06/2025, quand la structure"),
        (date(2025, 6, 2), None, date(2025, 6, 1), "c", None, "En vigueur le 01/06/2025 ; le jour de sa convention"),
        (date(2012, 5, 1), date(2014, 3, 1), date(2017, 2, 28), "a", None, "En vigueur le 01/05/2012, quand la structure"),
        (date(2012, 5, 1), date(2014, 3, 1), date(2017, 3, 1), "a", "b", "En vigueur le 01/03/2017, date anniversaire"),
    ],
)
def test_l_edition_qui_s_applique_dit_sa_raison_et_celle_dont_le_texte_manque(
    trois_editions, signee_le, certifiee_le, le, edition, prevue, raison
):
    chez = trois_editions
    chez.charte_le, chez.adhesion_le, chez.convention_tripartite_le = date(2010, 1, 1), date(2010, 2, 1), signee_le
    if certifiee_le:
        Certificat.objects.create(organisation=chez, le=certifiee_le)
    appliquee = edition_de(chez, le)
    assert (appliquee.edition.code, appliquee.prevue and appliquee.prevue.code) == (edition, prevue)
    assert appliquee.raison.startswith(raison) and appliquee.annoncee.code == (prevue or edition)


def test_l_entree_dans_la_demarche_est_la_convention_tripartite_jamais_l_adhesion_ni_la_charte():
    chez = Organisation(charte_le=date(2019, 3, 2), adhesion_le=date(2019, 5, 6), convention_tripartite_le=date(2020, 3, 2))
    assert [entree(chez, le) for le in (date(2020, 3, 2), date(2020, 3, 1))] == [date(2020, 3, 2), None]


@pytest.mark.parametrize(
    "experimentation, convention, entree_le, raison",
    [
        (
            date(1999, 3, 2),
            None,
            date(1999, 3, 2),
            "La première : aucune n’était en vigueur le 02/03/1999, quand la structure a pris",
        ),
        (date(1999, 3, 2), date(2012, 5, 1), date(1999, 3, 2), "la première vaut, tant que le bureau ne dit pas autrement."),
        (
            date(2004, 6, 30),
            date(2004, 3, 1),
            date(2004, 3, 1),
            "le 01/03/2004, quand la structure a signé la convention tripartite. De",
        ),
        (
            None,
            date(2012, 5, 1),
            date(2012, 5, 1),
            "En vigueur le 01/05/2012, quand la structure a signé la convention tripartite.",
        ),
    ],
)
def test_l_entree_dans_la_demarche_est_aussi_l_experimentation_et_la_premiere_des_deux_le_dit(
    trois_editions, experimentation, convention, entree_le, raison
):
    chez = trois_editions
    chez.experimentation_le, chez.convention_tripartite_le = experimentation, convention
    appliquee = edition_de(chez, date(2025, 6, 1))
    assert (entree(chez, date(2025, 6, 1)), appliquee.edition.code) == (entree_le, "a")
    assert raison in appliquee.raison


def test_le_certificat_d_un_jour_est_le_dernier_qu_elle_avait_alors(ici, ailleurs):
    un, deux = (Certificat.objects.create(organisation=ici.organisation, le=date(annee, 2, 3)) for annee in (2018, 2021))
    Certificat.objects.create(organisation=ailleurs.organisation, le=date(2022, 1, 1))
    jours = [date(2018, 2, 2), date(2018, 2, 3), date(2021, 2, 2), date(2021, 2, 3), date(2026, 1, 1)]
    assert [certificat_de(ici.organisation, le) for le in jours] == [None, un, un, deux, deux]


def test_la_page_dit_le_terme_du_certificat_et_l_edition_qui_viendra(trois_editions, ici):
    certificat = Certificat.objects.create(organisation=trois_editions, le=jour() - relativedelta(years=3) + timedelta(days=1))
    dit = page(ici, "conformite", role="ca")
    assert (dit.context["certificat"], dit.context["ensuite"].edition.code) == (certificat, "c")
    assert "Certifiée jusqu’au" in dit.content.decode() and "À renouveler" not in dit.content.decode()
    Certificat.objects.update(le=jour() - relativedelta(years=3))
    assert "À renouveler" in page(ici, "conformite", role="ca").content.decode(), "il ne vaut plus le jour de son terme"
    Certificat.objects.update(le=date(2017, 2, 3))
    dit = page(ici, "conformite", le="2019-12-31")
    assert (dit.context["ensuite"].edition.code, dit.context["ensuite"].annoncee.code) == ("a", "b")
    assert "l’édition b s’appliquera ; son texte n’a pas encore été fourni" in dit.content.decode()
    Certificat.objects.update(le=date(2018, 2, 3))
    assert page(ici, "conformite", le="2019-12-31").context["ensuite"].edition.code == "c"


# ── Ce que l'équipe en dit ────────────────────────────────────────────────────────────────────────────────────────


def dite(monde, point: str, le: date, valeur="satisfait", **champs) -> Appreciation:
    """Une appréciation de l'équipe, ce jour-là."""
    return Appreciation.objects.create(organisation=monde.organisation, point=point, le=le, valeur=valeur, **champs)


def test_l_autoevaluation_reprend_ce_que_l_equipe_d_ici_a_dit_depuis_moins_d_un_an_et_garde_ce_qui_change(
    ici, ailleurs, referentiel
):
    referentiel(**PLUSIEURS)
    dite(ici, "1a", jour(-9), "insuffisant", commentaire="Vieux")
    dite(ici, "1a", jour(-3), commentaire="Dit\nà deux")
    dite(ici, "2a", il_y_a(12, jour()), commentaire="Périmé")
    dite(ailleurs, "1b", jour(-3), commentaire="Là-bas")
    client, adresse = ici.client("qualite"), reverse("certification:autoevaluation")
    form = client.get(adresse).context["form"]
    assert [form[f"{quoi}-{code}"].value() for code in ("1a", "1b", "2a") for quoi in ("valeur", "commentaire")] == [
        *("satisfait", "Dit\nà deux"),
        *(None, None),
        *(None, None),
    ]
    envoi = {"valeur-1a": "satisfait", "commentaire-1a": "Dit\r\nà deux"}
    envoi |= {"valeur-1b": "satisfait", "commentaire-1b": "Là-bas", "valeur-2a": "satisfait", "commentaire-2a": "Périmé"}
    suite = client.post(adresse, envoi, follow=True)
    assert "2 changements" in " ".join(map(str, suite.context["messages"]))
    nouvelles = Appreciation.objects.filter(organisation=ici.organisation, le=jour()).order_by("point")
    assert [(a.point, a.valeur, a.commentaire, a.par) for a in nouvelles] == [
        ("1b", "satisfait", "Là-bas", ici.hab["qualite"].compte),
        ("2a", "satisfait", "Périmé", ici.hab["qualite"].compte),
    ]
    assert Trace.objects.get(objet="appréciation").detail == "1b, 2a"
    client.post(adresse, envoi | {"commentaire-1b": "Autrement"})
    assert Appreciation.objects.filter(point="1b", organisation=ici.organisation).count() == 2, "d'autres mots sont un changement"
    assert "1 divergence" not in client.get(adresse).content.decode().replace("\xa0", " ")


def test_une_valeur_propre_a_la_structure_se_dit_de_son_jour_avec_ses_precedentes(ici, ailleurs, referentiel):
    referentiel(**{PARAMETRE: PROPRE, TOUS: NOMBRE})
    for monde, du, valeur in ((ici, jour(-90), 2), (ici, jour(-9), 3), (ailleurs, jour(-1), 8)):
        ValeurDeParametre.objects.create(
            organisation=monde.organisation, parametre="moi_tie", du=du, valeur=valeur, reference="A"
        )
    ValeurDeParametre.objects.create(organisation=ici.organisation, parametre="autre", du=jour(), valeur=7, reference="B")
    client, adresse = ici.client("qualite"), reverse("certification:parametre", args=["moi-tie"])
    assert adresse in page(ici, "specification", "1a").content.decode()
    assert [v.valeur for v in client.get(adresse).context["connues"]] == [3, 2]
    assert "du" in client.post(adresse, {"du": "", "valeur": 4, "reference": "C"}).context["form"].errors
    assert "déjà une valeur" in str(client.post(adresse, {"du": jour(-9), "valeur": 4, "reference": "C"}).context["form"].errors)
    assert client.post(adresse, {"du": jour(), "valeur": "4.5", "reference": "Avenant"}).url == adresse
    fixee = ValeurDeParametre.objects.get(organisation=ici.organisation, parametre="moi_tie", du=jour())
    assert (fixee.valeur, fixee.reference) == (4.5, "Avenant")
    assert Trace.objects.get(objet="valeur de paramètre").detail == "moi_tie : 4.5"
    assert client.get(reverse("certification:parametre", args=["moitie"])).status_code == 404


def test_un_parametre_du_referentiel_ne_se_dit_pas_par_une_structure(ici, referentiel):
    referentiel(**{TOUS: NOMBRE.replace("moi_tie", "moitie")})
    assert page(ici, "parametre", "moitie").status_code == 404
    assert "propre à la structure" not in page(ici, "specification", "1a").content.decode()


def test_du_plan_un_point_mene_a_sa_specification_et_a_son_action_qui_dit_ce_qui_l_a_fait_voir(ici, ailleurs, referentiel):
    Contact.objects.update(delai_annonce=None)
    referentiel(**PLUSIEURS)
    dite(ici, "1b-1", jour(-1), "insuffisant", commentaire="On l’oublie")
    for monde, point, quoi in (
        (ici, "1b-1", "Afficher"),
        (ici, "2a", "Revenir"),
        (ici, "", "Sans point"),
        (ailleurs, "1a", "Là-bas"),
    ):
        ActionAmelioration.objects.create(
            organisation=monde.organisation, point=point, quoi=quoi, effet_attendu="x", qui=monde.qui, echeance=jour()
        )
    plan = page(ici, "plan_d_action")
    lignes = [
        (une.specification.specification.code, une.point.point.code, [a.quoi for a in une.actions])
        for une in plan.context["lignes"]
    ]
    assert lignes == [("1a", "1a", []), ("1b", "1b-1", ["Afficher"]), ("2a", "2a", ["Revenir"])]
    assert (plan.context["sans_action"], plan.context["autres"]) == (1, [])
    texte = plan.content.decode()
    for code, point, suite in (("1a", "1a", '"'), ("1b", "1b-1", '?origine=autoevaluation"')):
        assert f'href="{reverse("certification:specification", args=[code])}"' in texte
        assert f'href="{reverse("certification:decider", args=[point])}{suite}' in texte
    assert reverse("certification:decider", args=["2a"]) not in texte, "elle n’est pas en défaut"
    assert "insuffisant. On l’oublie" in texte
