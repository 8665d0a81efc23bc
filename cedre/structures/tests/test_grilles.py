"""La grille commune : brouillon, publication, versions figées (ACC-4)."""

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.forms.models import model_to_dict
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.core.refus import GesteImpossible
from cedre.observatoire.models import Terme
from cedre.structures.models import Domaine, Grille
from cedre.structures.operations import grilles


@pytest.fixture
def qualite(ici):
    return ici.client("qualite")


@pytest.fixture
def brouillon(ici):
    return grilles.preparer(par=ici.hab["qualite"])


def contenu(grille):
    return (
        [(d.theme.code, d.libelle, d.aide, d.regime) for d in grille.domaines.select_related("theme")],
        [(e.valeur, e.libelle) for e in grille.echelons.all()],
        grille.presentation,
    )


def saisie(domaines, echelons=("Bien", "Moyen", "Bloqué"), presentation="Dire pourquoi"):
    """Le corps envoyé par l'éditeur : domaines est une liste de (code du thème, libellé, régime)."""
    corps = {"presentation": presentation}
    corps |= {"domaines-TOTAL_FORMS": len(domaines), "domaines-INITIAL_FORMS": 0}
    for n, (code, libelle, regime) in enumerate(domaines):
        corps[f"domaines-{n}-theme"] = Terme.objects.get(liste="domaine", code=code).pk
        corps |= {f"domaines-{n}-libelle": libelle, f"domaines-{n}-regime": regime, f"domaines-{n}-ORDER": n + 1}
    corps |= {"echelons-TOTAL_FORMS": len(echelons), "echelons-INITIAL_FORMS": 0}
    return corps | {f"echelons-{n}-libelle": libelle for n, libelle in enumerate(echelons)}


DEUX = [("emploi", "L’emploi", "ordinaire"), ("sante", "La santé", "sante")]


def test_la_premiere_grille_part_du_cadre_commun_avec_sante_et_justice_protegees(ici):
    ici.evaluation.delete()
    ici.grille.delete()
    grille = grilles.preparer(par=ici.hab["qualite"])
    assert grille.version == 1
    assert grille.domaines.count() == Terme.objects.de("domaine").count()
    assert grille.domaines.get(theme__code="sante").regime == "sante"
    assert grille.domaines.get(theme__code="justice").regime == "agenda"
    assert grille.domaines.get(theme__code="mobilite").aide
    assert grille.echelons.count() == 4


def test_une_nouvelle_version_copie_la_precedente_et_un_seul_brouillon_s_ouvre(ici, brouillon):
    assert (brouillon.version, brouillon.publiee_le) == (2, None)
    assert contenu(brouillon) == contenu(ici.grille)
    assert grilles.preparer(par=ici.hab["direction"]) == brouillon


def test_une_nouvelle_version_ne_perd_rien_de_la_precedente(ici):
    for rang, domaine in enumerate(ici.grille.domaines.all()):
        domaine.libelle, domaine.aide = f"Domaine {rang}", f"Aide {rang}"
        domaine.save()
    Grille.objects.update(presentation="Dire pourquoi")
    neuve = grilles.preparer(par=ici.hab["qualite"])

    def tenus(lignes):
        return [model_to_dict(ligne, exclude=["id", "grille"]) for ligne in lignes.all()]

    assert tenus(neuve.domaines) == tenus(ici.grille.domaines) and tenus(neuve.echelons) == tenus(ici.grille.echelons)
    assert neuve.presentation == "Dire pourquoi" and all(d["aide"] for d in tenus(neuve.domaines))


def test_le_brouillon_s_edite_en_un_ecran_et_la_version_en_vigueur_ne_bouge_pas(ici, qualite, brouillon):
    avant = contenu(ici.grille)
    adresse = reverse("structures:grille_modifier", args=[brouillon.pk])
    reponse = qualite.post(adresse, saisie(DEUX))
    assert [str(m) for m in get_messages(reponse.wsgi_request)] == ["Le brouillon est enregistré."]
    brouillon.refresh_from_db()
    assert contenu(brouillon) == (
        [("emploi", "L’emploi", "", "ordinaire"), ("sante", "La santé", "", "sante")],
        [(0, "Bien"), (1, "Moyen"), (2, "Bloqué")],
        "Dire pourquoi",
    )
    assert contenu(ici.grille) == avant


def test_monter_et_descendre_changent_l_ordre_et_retirer_enleve(qualite, brouillon):
    adresse = reverse("structures:grille_modifier", args=[brouillon.pk])
    qualite.post(adresse, saisie(DEUX) | {"geste": "monter-1"})
    assert [d.theme.code for d in brouillon.domaines.all()] == ["sante", "emploi"]
    qualite.post(adresse, saisie(DEUX) | {"geste": "descendre-1"})
    assert [d.theme.code for d in brouillon.domaines.all()] == ["emploi", "sante"]
    qualite.post(adresse, saisie(DEUX) | {"domaines-0-DELETE": "on"})
    assert [d.theme.code for d in brouillon.domaines.all()] == ["sante"]


@pytest.mark.parametrize("code, regime", [("sante", "ordinaire"), ("justice", "ordinaire"), ("justice", "sante")])
def test_sante_et_justice_gardent_leur_regime_a_l_ecran_et_dans_l_operation(ici, qualite, brouillon, code, regime):
    reponse = qualite.post(reverse("structures:grille_modifier", args=[brouillon.pk]), saisie([(code, "Un domaine", regime)]))
    assert "la loi le protège" in reponse.context["domaines"].errors[0]["regime"][0]
    domaine = Domaine(theme=Terme.objects.get(liste="domaine", code=code), libelle="Un domaine", regime=regime)
    with pytest.raises(GesteImpossible):
        grilles.modifier(brouillon, presentation="", domaines=[domaine], echelons=["A", "B"], par=ici.hab["qualite"])


def test_un_theme_ne_sert_qu_une_fois_et_rien_de_saisi_n_est_perdu(qualite, brouillon):
    corps = saisie([("emploi", "L’emploi", "ordinaire"), ("emploi", "Encore l’emploi", "ordinaire")])
    reponse = qualite.post(reverse("structures:grille_modifier", args=[brouillon.pk]), corps)
    assert reponse.context["domaines"].errors == [{}, {"theme": ["Ce thème est déjà dans la grille."]}]
    assert "Encore l’emploi" in reponse.content.decode()


def test_une_echelle_a_au_moins_deux_degres(qualite, brouillon):
    reponse = qualite.post(reverse("structures:grille_modifier", args=[brouillon.pk]), saisie(DEUX, echelons=["Seul"]))
    assert reponse.context["echelons"].non_form_errors() == ["Une échelle a au moins deux degrés."]


def test_publier_met_en_vigueur_aujourd_hui_et_fige(ici, qualite, brouillon):
    qualite.post(reverse("structures:grille_publier", args=[brouillon.pk]))
    assert Grille.objects.pour(ici.hab["qualite"]).en_vigueur().first() == brouillon
    reponse = qualite.get(reverse("structures:grille_modifier", args=[brouillon.pk]))
    assert reponse.url == reverse("structures:grille", args=[brouillon.pk])


def test_aucun_geste_ne_change_une_version_publiee(ici, qualite):
    avant, par = contenu(ici.grille), ici.hab["qualite"]
    for geste in (
        lambda: grilles.modifier(ici.grille, presentation="x", domaines=[], echelons=[], par=par),
        lambda: grilles.publier(ici.grille, par=par),
        lambda: grilles.supprimer(ici.grille, par=par),
    ):
        with pytest.raises(GesteImpossible, match="^Cette version est publiée : elle ne change plus. Préparez-en une nouvelle.$"):
            geste()
    for route in ("grille_modifier", "grille_publier", "grille_supprimer"):
        qualite.post(reverse(f"structures:{route}", args=[ici.grille.pk]), saisie(DEUX))
    assert contenu(Grille.objects.get(pk=ici.grille.pk)) == avant


def test_une_grille_vide_ne_se_publie_pas(ici, brouillon):
    domaine, par = brouillon.domaines.first(), {"par": ici.hab["qualite"]}
    commun = {"presentation": "", "domaines": [Domaine(theme=domaine.theme, libelle="Un", regime=domaine.regime)]}
    for incomplet in ({"echelons": ["Seul"]}, {"domaines": [], "echelons": ["A", "B"]}):
        grilles.modifier(brouillon, **commun | incomplet, **par)
        with pytest.raises(GesteImpossible, match="^Une grille a au moins un domaine et deux degrés.$"):
            grilles.publier(brouillon, **par)
    grilles.modifier(brouillon, **commun, echelons=["A", "B"], **par)
    assert not grilles.publier(brouillon, **par).est_brouillon


def test_un_brouillon_s_abandonne(ici, qualite, brouillon):
    reponse = qualite.post(reverse("structures:grille_supprimer", args=[brouillon.pk]))
    assert [str(m) for m in get_messages(reponse.wsgi_request)] == ["Le brouillon est supprimé."]
    assert not Grille.objects.filter(pk=brouillon.pk).exists()
    assert "Préparer une nouvelle version" in qualite.get(reverse("structures:grilles")).content.decode()


def test_l_editeur_coute_autant_pour_trois_domaines_que_pour_douze(ici, qualite, brouillon, django_assert_max_num_queries):
    adresse = reverse("structures:grille_modifier", args=[brouillon.pk])
    with django_assert_max_num_queries(10) as douze:
        qualite.get(adresse)
    brouillon.domaines.filter(rang__gte=3).delete()
    with django_assert_max_num_queries(10) as trois:
        qualite.get(adresse)
    assert len(trois) == len(douze)


@pytest.mark.parametrize("route", ["grille", "grille_modifier", "grille_publier", "grille_supprimer"])
def test_la_grille_d_ailleurs_n_existe_pas_ici(ici, ailleurs, qualite, route):
    adresse = reverse(f"structures:{route}", args=[ailleurs.grille.pk])
    assert qualite.post(adresse, saisie(DEUX)).status_code == 404
    if route in ("grille", "grille_modifier"):
        assert qualite.get(adresse).status_code == 404


@pytest.mark.parametrize("role, code", [("qualite", 200), ("mad", 200), ("direction", 200), ("cip", 403), ("accueil", 403)])
def test_seuls_ceux_qui_tiennent_l_offre_ouvrent_l_editeur(ici, role, code):
    assert ici.client(role).get(reverse("structures:grilles")).status_code == code


def test_la_grille_en_vigueur_est_la_derniere_publiee_et_le_brouillon_se_continue(ici, ailleurs, qualite, brouillon):
    dixieme = Grille.objects.create(organisation=ici.organisation, version=10, publiee_le=date(2021, 1, 1))
    neuvieme = Grille.objects.create(organisation=ici.organisation, version=9, publiee_le=date(2020, 6, 1))
    page = qualite.get(reverse("structures:grilles"))
    assert (page.context["grille"], page.context["brouillon"]) == (dixieme, brouillon)
    assert page.context["versions"] == [dixieme, neuvieme, brouillon, ici.grille]
    texte = page.content.decode()
    assert (texte.count(">En vigueur</span>"), texte.count(">Brouillon</span>")) == (1, 1)
    assert "Continuer le brouillon" in texte and reverse("structures:grille", args=[neuvieme.pk]) in texte
    lire = {g: qualite.get(reverse("structures:grille", args=[g.pk])).content.decode() for g in (brouillon, neuvieme)}
    assert "personne ne s’en sert" in lire[brouillon] and 'id="publication"' in lire[brouillon]
    assert "Elle ne change plus" in lire[neuvieme] and 'id="publication"' not in lire[neuvieme]


def test_chaque_geste_sur_la_grille_laisse_sa_trace_et_publier_date_d_aujourd_hui(ici):
    par = ici.hab["qualite"]
    premiere = grilles.preparer(par=par)
    domaine = Domaine(theme=Terme.objects.get(liste="domaine", code="emploi"), libelle="L’emploi")
    grilles.modifier(premiere, presentation="", domaines=[domaine], echelons=["A", "B"], par=ici.hab["direction"])
    assert grilles.publier(premiere, par=par).publiee_le == timezone.localdate()
    abandonnee = grilles.preparer(par=par)
    numero = abandonnee.pk
    grilles.supprimer(abandonnee, par=par)
    traces = Trace.objects.filter(objet="grille").order_by("pk").values_list("geste", "detail", "objet_id", "compte")
    q, d = par.compte_id, ici.hab["direction"].compte_id
    assert [*traces] == [
        ("creer", "Grille, version 2", premiere.pk, q),
        ("modifier", "Grille, version 2", premiere.pk, d),
        ("modifier", "Grille, version 2, publiée", premiere.pk, q),
        ("creer", "Grille, version 3", numero, q),
        ("supprimer", "Grille, version 3, brouillon", numero, q),
    ]


def test_apres_chaque_geste_de_l_editeur_on_revient_la_ou_l_on_travaillait(ici, qualite, brouillon):
    adresse = reverse("structures:grille_modifier", args=[brouillon.pk])
    arrivees = {
        geste: qualite.post(adresse, saisie(DEUX) | {"geste": geste}).url for geste in ("", "relire", "ajouter", "monter-0")
    }
    assert arrivees == {
        "": adresse,
        "relire": reverse("structures:grille", args=[brouillon.pk]),
        "ajouter": f"{adresse}#domaines",
        "monter-0": f"{adresse}#domaines",
    }
    assert [d.theme.code for d in brouillon.domaines.all()] == ["emploi", "sante"], "le premier reste le premier"
    assert qualite.post(reverse("structures:grille_preparer")).url == adresse
    assert qualite.post(reverse("structures:grille_publier", args=[brouillon.pk])).url == reverse("structures:grilles")


def test_un_degre_retire_s_en_va_et_les_autres_se_renumerotent_dans_l_ordre(qualite, brouillon):
    corps = saisie(DEUX, echelons=["Bien", "Moyen", "Bloqué"]) | {"echelons-0-DELETE": "on", "domaines-0-aide": "Le métier voulu"}
    qualite.post(reverse("structures:grille_modifier", args=[brouillon.pk]), corps)
    assert [(e.valeur, e.libelle) for e in brouillon.echelons.all()] == [(0, "Moyen"), (1, "Bloqué")]
    assert [d.aide for d in brouillon.domaines.all()] == ["Le métier voulu", ""]


def test_a_une_date_la_grille_en_vigueur_est_celle_de_ce_jour(ici):
    deux = Grille.objects.create(organisation=ici.organisation, version=2, publiee_le=date(2026, 3, 10))
    siennes = Grille.objects.filter(organisation=ici.organisation)
    assert [siennes.en_vigueur(date(2026, 3, jour)).first() for jour in (9, 10)] == [ici.grille, deux]


def test_l_editeur_montre_le_brouillon_tel_qu_il_est_ecrit(ici, qualite, brouillon):
    adresse = reverse("structures:grille_modifier", args=[brouillon.pk])
    qualite.post(adresse, saisie(DEUX) | {"domaines-0-aide": "Le métier voulu"})
    contexte = qualite.get(adresse).context
    domaines = [{nom: form[nom].value() for nom in form.fields} for form in contexte["domaines"]]
    themes = [Terme.objects.get(liste="domaine", code=code).pk for code in ("emploi", "sante")]
    commun = {"DELETE": None}
    assert domaines == [
        commun | {"theme": themes[0], "libelle": "L’emploi", "aide": "Le métier voulu", "regime": "ordinaire", "ORDER": 1},
        commun | {"theme": themes[1], "libelle": "La santé", "aide": "", "regime": "sante", "ORDER": 2},
        commun | {"theme": None, "libelle": None, "aide": None, "regime": "ordinaire", "ORDER": None},
    ]
    assert [form["libelle"].value() for form in contexte["echelons"]] == ["Bien", "Moyen", "Bloqué", None]
    assert contexte["presentation"]["presentation"].value() == "Dire pourquoi"


@pytest.mark.parametrize(
    "geste, ordre",
    [("monter-2", "emploi justice sante"), ("descendre-0", "sante emploi justice"), ("descendre-2", "emploi sante justice")]
    + [("monter-0", "emploi sante justice"), ("monter-9", "emploi sante justice"), ("relire", "emploi sante justice")],
)
def test_un_domaine_se_deplace_d_un_cran_et_jamais_hors_de_la_liste(qualite, brouillon, geste, ordre):
    trois = [*DEUX, ("justice", "La justice", "agenda")]
    qualite.post(reverse("structures:grille_modifier", args=[brouillon.pk]), saisie(trois) | {"geste": geste})
    assert " ".join(d.theme.code for d in brouillon.domaines.select_related("theme")) == ordre


def test_la_premiere_grille_part_de_quatre_degres_nommes_et_les_suivantes_de_la_derniere(ici):
    ici.evaluation.delete()
    ici.grille.delete()
    grille = grilles.preparer(par=ici.hab["qualite"])
    assert [(e.valeur, e.libelle) for e in grille.echelons.all()] == [
        (0, "Sans difficulté"),
        (1, "Difficulté légère"),
        (2, "Difficulté importante"),
        (3, "Bloquant"),
    ]
    assert grilles.preparer(par=ici.hab["direction"]) == grille
