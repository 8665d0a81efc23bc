"""L'évaluation conjointe : remplie à deux, protégée, figée une fois validée (ACC-4, nomenclatures §7)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes import droits
from cedre.comptes.droits import Droit, Role
from cedre.comptes.models import Trace
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import Evaluation, NoteSante
from cedre.parcours.operations import evaluations as operations
from cedre.parcours.operations.evaluations import Contenu, Vue
from cedre.structures.models import Grille
from cedre.tests.ecran import dits


def domaine(monde, code):
    return monde.grille.domaines.get(theme__code=code)


def saisie(monde, version=1, **champs):
    """Le corps envoyé : personne_mobilite="2" devient le champ du domaine mobilité de la grille d'ici."""
    corps = {"version": version, "le": timezone.localdate().isoformat(), "trajectoire": "instable", "synthese": "À deux"}
    for nom, valeur in champs.items():
        champ, _, code = nom.partition("_")
        corps[f"{champ}_{domaine(monde, code).pk}" if code else nom] = valeur
    return corps


@pytest.fixture
def adresse(ici):
    return reverse("parcours:evaluation", args=[ici.evaluation.pk])


def contenu(**vues):
    return Contenu(timezone.localdate(), vues=vues.pop("vues", {}), **vues)


def test_evaluer_ouvre_un_brouillon_sur_la_grille_en_vigueur_et_un_seul(ici, cip):
    ici.evaluation.delete()
    nouvelle = Grille.objects.create(organisation=ici.organisation, version=2, publiee_le=timezone.localdate())
    for _ in range(2):
        reponse = cip.post(reverse("parcours:evaluation_commencer", args=[ici.personne.pk]))
    evaluation = ici.personne.evaluations.get()
    assert evaluation.grille == nouvelle
    assert evaluation.conduite_par == ici.hab["cip"].compte
    assert reponse.url == reverse("parcours:evaluation", args=[evaluation.pk])


@pytest.mark.parametrize("role, mot", [("direction", "Préparer la grille"), ("cip", "Demandez à")])
def test_sans_grille_publiee_on_dit_quoi_faire(ici, role, mot):
    ici.evaluation.delete()
    Grille.objects.filter(organisation=ici.organisation).update(publiee_le=None)
    reponse = ici.client(role).post(reverse("parcours:evaluation_commencer", args=[ici.personne.pk]))
    assert reponse.status_code == 409
    assert mot in reponse.content.decode()
    assert not ici.personne.evaluations.exists()


def test_non_evalue_n_est_pas_sans_difficulte(ici, cip, adresse):
    cip.post(adresse, saisie(ici, personne_mobilite="0", accompagnateur_mobilite=""))
    cotation = ici.evaluation.cotations.get(domaine=domaine(ici, "mobilite"))
    assert (cotation.valeur_personne, cotation.valeur_accompagnateur) == (0, None)
    form = cip.get(adresse).context["form"]
    vues = [form[f"{regard}_{cotation.domaine_id}"].value() for regard in ("personne", "accompagnateur")]
    assert vues == [0, ""]


def test_le_brouillon_garde_ce_qui_est_dit_et_s_enregistre_de_lui_meme(ici, cip, adresse):
    corps = saisie(ici, personne_emploi="1", accompagnateur_emploi="2", commentaire_emploi="Cherche à temps partiel")
    reponse = cip.post(adresse, corps, headers={"HX-Request": "true"})
    assert "Enregistré à" in reponse.content.decode() and 'value="2"' in reponse.content.decode()
    cotation = ici.evaluation.cotations.get(domaine=domaine(ici, "emploi"))
    assert (cotation.valeur_personne, cotation.valeur_accompagnateur) == (1, 2)
    assert "Cherche à temps partiel" in cip.get(adresse).content.decode()


def test_une_discrimination_se_cote_et_son_motif_ne_se_garde_jamais(ici, cip, adresse):
    cip.post(
        adresse, saisie(ici, personne_discrimination="3", accompagnateur_discrimination="2", commentaire_discrimination="Motif")
    )
    cotation = ici.evaluation.cotations.get(domaine=domaine(ici, "discrimination"))
    assert (cotation.valeur_personne, cotation.valeur_accompagnateur, cotation.commentaire) == (3, 2, "")
    assert f"commentaire_{cotation.domaine_id}" not in cip.get(adresse).content.decode()
    vues = {cotation.domaine_id: Vue(2, 2, "Motif")}
    with pytest.raises(GesteImpossible, match="ne se commente pas"):
        operations.enregistrer(ici.evaluation, version=2, contenu=contenu(vues=vues), par=ici.hab["cip"])


def test_deux_saisies_en_meme_temps_ne_perdent_ni_l_une_ni_l_autre(ici, cip, adresse):
    cip.post(adresse, saisie(ici, commentaire_emploi="La première version"))
    reponse = ici.client("direction").post(adresse, saisie(ici, commentaire_emploi="La seconde version"))
    page = reponse.content.decode()
    assert reponse.status_code == 409
    assert "La première version" in page and "La seconde version" in page
    assert [d[1:] for d in reponse.context["differences"]] == [("La seconde version", "La première version")]
    assert 'id="version" value="2"' in page
    assert ici.evaluation.cotations.get(domaine=domaine(ici, "emploi")).commentaire == "La première version"
    reponse = ici.client("direction").post(adresse, saisie(ici, version=2, commentaire_emploi="Les deux réunies"))
    assert ici.evaluation.cotations.get(domaine=domaine(ici, "emploi")).commentaire == "Les deux réunies"


def test_le_conflit_se_dit_aussi_pendant_la_saisie(ici, cip, adresse):
    cip.post(adresse, saisie(ici, commentaire_emploi="La première version"))
    reponse = cip.post(adresse, saisie(ici, commentaire_emploi="Autre"), headers={"HX-Request": "true"})
    assert "Rien n’est perdu" in reponse.content.decode()
    assert reponse.status_code == 200, "htmx ne montrerait rien d’un refus"


def test_le_meme_envoi_fait_deux_fois_n_est_pas_un_conflit(ici, cip, adresse):
    for _ in range(2):
        assert cip.post(adresse, saisie(ici, personne_emploi="1")).status_code == 302
    ici.evaluation.refresh_from_db()
    assert ici.evaluation.version == 2


@pytest.mark.parametrize(
    "champs, ou, manque",
    [
        ({"personne_emploi": "1"}, "__all__", "à deux"),
        ({"personne_emploi": "1", "accompagnateur_logement": "1"}, "__all__", "à deux"),
        ({"personne_emploi": "0", "accompagnateur_emploi": "0", "trajectoire": ""}, "trajectoire", "trajectoire"),
    ],
)
def test_on_ne_valide_pas_sans_l_essentiel_et_rien_n_est_perdu(ici, cip, adresse, champs, ou, manque):
    trajectoire = {"trajectoire": champs["trajectoire"]} if "trajectoire" in champs else {}
    champs = {c: v for c, v in champs.items() if c != "trajectoire"}
    reponse = cip.post(adresse, saisie(ici, **champs) | trajectoire | {"geste": "valider"})
    assert manque in reponse.context["form"].errors[ou][0]
    ici.evaluation.refresh_from_db()
    assert ici.evaluation.validee_le is None
    assert ici.evaluation.synthese == "À deux"
    assert f'id="version" value="{ici.evaluation.version}"' in reponse.content.decode()


@pytest.fixture
def validee(ici, cip, adresse):
    reponse = cip.post(adresse, saisie(ici, personne_emploi="1", accompagnateur_emploi="2") | {"geste": "valider"})
    assert (reponse.url, dits(reponse)) == (adresse, ["L’évaluation est validée. Elle ne changera plus."])
    ici.evaluation.refresh_from_db()
    assert ici.evaluation.validee_le
    return ici.evaluation


def test_une_evaluation_validee_ne_change_plus(ici, cip, adresse, validee):
    cip.post(adresse, saisie(ici, version=validee.version, personne_emploi="3"))
    assert validee.cotations.get(domaine=domaine(ici, "emploi")).valeur_personne == 1
    par = ici.hab["cip"]
    for geste in (
        lambda: operations.enregistrer(validee, version=validee.version, contenu=contenu(), par=par),
        lambda: operations.valider(validee, par=par),
        lambda: operations.supprimer(validee, par=par),
    ):
        with pytest.raises(GesteImpossible):
            geste()
    cip.post(reverse("parcours:evaluation_supprimer", args=[validee.pk]))
    assert Evaluation.objects.filter(pk=validee.pk).exists()


def test_un_brouillon_s_abandonne(ici, cip):
    cip.post(reverse("parcours:evaluation_supprimer", args=[ici.evaluation.pk]))
    assert not ici.personne.evaluations.exists()
    assert Trace.objects.filter(geste="supprimer", personne_id=ici.personne.pk).exists()


def test_la_precision_de_sante_n_existe_que_pour_les_roles_autorises(ici, cip, adresse, monkeypatch):
    cip.post(
        adresse, saisie(ici, personne_sante="1", accompagnateur_sante="1", precision_sante="Un secret") | {"geste": "valider"}
    )
    assert NoteSante.objects.get().texte == "Un secret"
    assert "Un secret" in cip.get(adresse).content.decode()
    monkeypatch.setitem(droits.DROITS, Role.CIP, droits.DROITS[Role.CIP] - {Droit.SANTE_LIRE})
    assert "Un secret" not in cip.get(adresse).content.decode()


def test_qui_ne_lit_pas_la_sante_ne_l_ecrit_pas_et_ne_l_efface_pas(ici, cip, adresse, monkeypatch):
    cip.post(adresse, saisie(ici, personne_sante="1", precision_sante="Un secret"))
    monkeypatch.setitem(droits.DROITS, Role.CIP, droits.DROITS[Role.CIP] - {Droit.SANTE_LIRE})
    assert "Un secret" not in cip.get(adresse).content.decode()
    cip.post(adresse, saisie(ici, version=2, personne_sante="2", precision_sante="Autre chose"))
    assert NoteSante.objects.get().texte == "Un secret"
    assert ici.evaluation.cotations.get(domaine=domaine(ici, "sante")).valeur_personne == 2
    vues = {domaine(ici, "sante").pk: Vue(precision="Forcée")}
    with pytest.raises(GesteImpossible):
        operations.enregistrer(ici.evaluation, version=3, contenu=contenu(vues=vues), par=ici.hab["cip"])


def test_aucune_precision_de_sante_ne_sort_dans_un_export(ici, cip, adresse):
    cip.post(adresse, saisie(ici, personne_sante="1", precision_sante="Un secret"))
    export = cip.post(reverse("parcours:personnes_export", args=["csv"])).content.decode("utf-8-sig")
    assert "Martinelle" in export and "Un secret" not in export


def test_la_justice_ne_dit_qu_une_contrainte_d_agenda(ici, cip, adresse):
    cip.post(adresse, saisie(ici, personne_justice="3", commentaire_justice="Un fait", precision_justice="Un fait"))
    cotation = ici.evaluation.cotations.get(domaine=domaine(ici, "justice"))
    assert (cotation.valeur_personne, cotation.valeur_accompagnateur, cotation.commentaire) == (3, 3, "")
    assert not NoteSante.objects.exists()
    assert f'name="commentaire_{cotation.domaine_id}"' not in cip.get(adresse).content.decode()
    assert cip.post(adresse, saisie(ici, version=2, personne_justice="1")).context["form"].errors


@pytest.mark.parametrize(
    "code, vue",
    [
        ("justice", Vue(3, 3, commentaire="Un fait")),
        ("justice", Vue(3, 3, precision="Un fait")),
        ("justice", Vue(1, 1)),
        ("justice", Vue(3, 0)),
        ("sante", Vue(1, 1, commentaire="Une maladie")),
        ("emploi", Vue(1, 1, precision="Une maladie")),
        ("emploi", Vue(4, 1)),
    ],
)
def test_l_operation_elle_meme_refuse_ce_que_le_regime_interdit(ici, code, vue):
    with pytest.raises(GesteImpossible):
        saisi = contenu(vues={domaine(ici, code).pk: vue})
        operations.enregistrer(ici.evaluation, version=1, contenu=saisi, par=ici.hab["cip"])
    assert not ici.evaluation.cotations.exists()


def test_un_domaine_d_ailleurs_dans_un_envoi_valable_n_ecrit_rien(ici, ailleurs, cip, adresse):
    intrus = domaine(ailleurs, "emploi")
    corps = saisie(ici, personne_emploi="1") | {f"personne_{intrus.pk}": "2", f"commentaire_{intrus.pk}": "Intrus"}
    cip.post(adresse, corps)
    assert not ici.evaluation.cotations.filter(domaine=intrus).exists()
    with pytest.raises(GesteImpossible):
        operations.enregistrer(ici.evaluation, version=2, contenu=contenu(vues={intrus.pk: Vue(1, 1)}), par=ici.hab["cip"])


@pytest.mark.parametrize("route", ["evaluation", "evaluation_supprimer"])
def test_l_evaluation_d_ailleurs_n_existe_pas_ici(ici, ailleurs, cip, route):
    adresse = reverse(f"parcours:{route}", args=[ailleurs.evaluation.pk])
    assert cip.post(adresse, saisie(ici)).status_code == 404
    assert cip.post(reverse("parcours:evaluation_commencer", args=[ailleurs.personne.pk])).status_code == 404
    assert cip.get(reverse("parcours:evolution", args=[ailleurs.personne.pk])).status_code == 404


@pytest.mark.parametrize("role, code", [("cip", 200), ("direction", 200), ("accueil", 403), ("mad", 403), ("qualite", 403)])
def test_seuls_ceux_qui_conduisent_les_entretiens_lisent_une_evaluation(ici, adresse, role, code):
    client = ici.client(role)
    assert client.get(adresse).status_code == code
    assert client.get(reverse("parcours:evolution", args=[ici.personne.pk])).status_code == code
    assert client.post(adresse, saisie(ici)).status_code == (302 if code == 200 else 403)


def test_la_frise_ne_mene_pas_ou_le_role_ne_va_pas(ici, adresse):
    dossier = reverse("parcours:personne", args=[ici.personne.pk])
    Evaluation.objects.filter(pk=ici.evaluation.pk).update(synthese="Un propos réservé")
    assert adresse in ici.client("cip").get(dossier).content.decode()
    page = ici.client("accueil").get(dossier).content.decode()
    assert adresse not in page and "Un propos réservé" not in page


def test_une_evaluation_ne_se_date_pas_du_lendemain(ici, cip, adresse):
    demain = (timezone.localdate() + timedelta(days=1)).isoformat()
    reponse = cip.post(adresse, saisie(ici) | {"le": demain})
    assert "futur" in reponse.context["form"].errors["le"][0]
    assert "futur" in cip.post(adresse, saisie(ici) | {"le": demain}, headers={"HX-Request": "true"}).content.decode()


def test_trois_ou_douze_domaines_coutent_autant(ici, cip, adresse, django_assert_max_num_queries):
    with django_assert_max_num_queries(10) as douze:
        cip.get(adresse)
    ici.grille.domaines.filter(rang__gte=3).delete()
    with django_assert_max_num_queries(10) as trois:
        cip.get(adresse)
    assert len(trois) == len(douze)
