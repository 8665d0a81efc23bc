"""Les évaluations relues : chaque mot sous le bon regard, dans l’ordre, avec qui l’a dit (ACC-4, ACC-5, INS-6)."""

import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.core import graphiques
from cedre.core.refus import GesteImpossible
from cedre.parcours.evolution import evolution
from cedre.parcours.liaison import fiche_de_liaison
from cedre.parcours.models import Evaluation, EvaluationAuTravail, EvaluationProfessionnelle, Moyen, NoteSante, Objectif
from cedre.parcours.operations import au_travail
from cedre.parcours.operations import evaluations as operations
from cedre.parcours.operations.evaluations import Contenu, Vue
from cedre.parcours.tests.test_au_travail import saisie as saisie_au_travail
from cedre.parcours.tests.test_evaluation_professionnelle import saisie as saisie_pro
from cedre.parcours.tests.test_evolution import evaluer, serie
from cedre.structures.models import FicheDePoste

UN_JOUR = timedelta(days=1)


@pytest.fixture(autouse=True)
def dessin_vide(monkeypatch, db):
    monkeypatch.setattr(graphiques, "dessiner", lambda spec: "<svg ></svg>")
    cache.clear()


def dit(objet) -> list[str]:
    """Ce que les traces disent de cette ligne, dans l'ordre."""
    traces = Trace.objects.filter(objet=objet._meta.verbose_name, objet_id=objet.pk).exclude(geste="consulter")
    return [f"{t.geste} {t.detail}".strip() for t in traces.order_by("pk")]


def lignes(page) -> list[list[str]]:
    """Les cases de chaque ligne de tableau, en texte."""
    rangees = re.findall(r"<tr>(.*?)</tr>", page.content.decode(), re.S)
    cases = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", rangee, re.S) for rangee in rangees]
    return [[" ".join(re.sub(r"<[^>]+>", " ", case).split()) for case in rangee] for rangee in cases]


# ── Conjointe ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_relue_chaque_domaine_met_les_mots_de_chacun_sous_son_nom(ici, cip):
    evaluer(ici, date(2025, 1, 5), emploi=(3, 0))
    seconde = evaluer(ici, date(2025, 7, 1), emploi=(1, 2))
    page = cip.get(reverse("parcours:evaluation", args=[seconde.pk]))
    emploi = next(rangee for rangee in lignes(page) if rangee[0] == "Emploi")
    assert emploi[1:] == ["Difficulté légère ↗ progresse", "Difficulté importante ↘ recule"]
    assert [regard for regard, _ in page.context["phrases"]] == ["La personne", "L’accompagnateur·rice"]
    assert " ".join(page.content.decode().split()).count("depuis le 5 janvier 2025") == 2


def test_la_premiere_ne_se_compare_a_rien(ici, cip):
    premiere = evaluer(ici, date(2025, 1, 1), emploi=(3, 0))
    page = cip.get(reverse("parcours:evaluation", args=[premiere.pk]))
    assert page.context["precedente"] is None and "depuis le" not in page.content.decode()


def test_l_evolution_met_chaque_regard_sur_sa_ligne_et_la_trajectoire_dans_l_ordre(ici, cip):
    evaluer(ici, date(2025, 7, 1), emploi=(1, 2))
    evaluer(ici, date(2025, 1, 1), emploi=(3, 0))
    Evaluation.objects.filter(le=date(2025, 1, 1)).update(trajectoire="precaire")
    page = cip.get(reverse("parcours:evolution", args=[ici.personne.pk]))
    rangees = lignes(page)
    rang = next(n for n, rangee in enumerate(rangees) if rangee[0] == "Emploi")
    assert rangees[rang][1:] == ["La personne", "↗ progresse", "Bloquant", "Difficulté légère"]
    assert rangees[rang + 1] == ["L’accompagnateur·rice", "↘ recule", "Sans difficulté", "Difficulté importante"]
    assert "Précaire → Instable" in page.content.decode()
    assert [e.get_absolute_url() in page.content.decode() for e in page.context["evolution"].evaluations] == [True, True]


def test_le_dessin_donne_a_chaque_regard_ses_valeurs_sa_forme_et_son_trait(ici):
    evaluer(ici, date(2025, 1, 1), emploi=(3, 0))
    evaluer(ici, date(2025, 7, 1), emploi=(1, 2))
    spec = evolution(ici.personne)._spec(serie(ici, "emploi"))
    vus = []
    for couche in spec["layer"]:
        trait, marque = (c["mark"] for c in couche["layer"])
        valeurs = [v["v"] for v in couche["data"]["values"]]
        vus.append((valeurs, marque["shape"], trait["color"] == marque["color"], "strokeDash" in trait))
    assert vus == [([3, 1], "circle", True, False), ([0, 2], "square", True, True)]
    assert len({couche["layer"][0]["mark"]["color"] for couche in spec["layer"]}) == 2
    assert spec["encoding"]["y"]["scale"]["domain"] == [0, 3]
    assert "Bloquant" in spec["encoding"]["y"]["axis"]["labelExpr"]
    assert spec["encoding"]["x"]["scale"]["domain"] == ["2025-01-01", "2025-07-01"]


def test_deux_evaluations_d_un_jour_ne_se_dessinent_pas_et_la_derniere_saisie_vient_apres(ici):
    premiere = evaluer(ici, date(2025, 1, 1), emploi=(3, 3))
    seconde = evaluer(ici, date(2025, 1, 1), emploi=(1, 1))
    lue = evolution(ici.personne)
    assert not lue.se_dessine and lue.evaluations == [premiere, seconde]
    assert evolution(ici.personne, jusqu_a=premiere).evaluations == [premiere]
    evaluer(ici, date(2025, 1, 2))
    assert evolution(ici.personne).se_dessine
    assert [e.le.day for e in evolution(ici.personne, nombre=2).evaluations] == [1, 2]


def test_une_contrainte_d_agenda_non_abordee_le_dit(ici):
    evaluer(ici, date(2025, 1, 1), justice=(None, None))
    assert serie(ici, "justice").points[0].dit_personne == "Non abordé"


def test_chaque_geste_d_une_evaluation_se_trace_et_ecrire_la_sienne_non(ici):
    ici.evaluation.delete()
    par, autre = ici.hab["cip"], ici.hab["direction"]
    evaluation = operations.commencer(ici.personne, par=par)
    assert (evaluation.le, evaluation.conduite_par) == (timezone.localdate(), par.compte)
    emploi = ici.grille.domaines.get(theme__code="emploi").pk
    for version, qui, synthese in ((1, par, "A"), (2, autre, "B")):
        hier = timezone.localdate() - UN_JOUR
        dite = Contenu(hier, "stable", synthese, {emploi: Vue(1, 2, f"Mot {synthese}")})
        rendue = operations.enregistrer(evaluation, version=version, contenu=dite, par=qui)
        assert (rendue.le, rendue.trajectoire, rendue.synthese, rendue.version) == (hier, "stable", synthese, version + 1)
    cotation = evaluation.cotations.get()
    assert (cotation.valeur_personne, cotation.valeur_accompagnateur, cotation.commentaire) == (1, 2, "Mot B")
    avant = timezone.now()
    validee = operations.valider(evaluation, par=par)
    assert avant <= validee.validee_le <= timezone.now() and validee.version == 4
    assert dit(evaluation) == ["creer", "modifier", "modifier validée"]


def test_un_brouillon_d_une_autre_se_reprend_et_une_validee_en_ouvre_une_neuve(ici):
    par = ici.hab["direction"]
    assert operations.commencer(ici.personne, par=par) == ici.evaluation
    Evaluation.objects.update(validee_le=timezone.now())
    neuve = operations.commencer(ici.personne, par=par)
    assert neuve != ici.evaluation and neuve.conduite_par == par.compte


def test_une_precision_de_sante_videe_s_efface_et_celle_d_un_domaine_non_envoye_reste(ici):
    sante, par = ici.grille.domaines.get(theme__code="sante").pk, ici.hab["cip"]

    def ecrire(version, **vues):
        dite = Contenu(timezone.localdate(), vues={sante: Vue(**vues)} if vues else {})
        operations.enregistrer(ici.evaluation, version=version, contenu=dite, par=par)
        return list(NoteSante.objects.values_list("texte", flat=True))

    assert ecrire(1, personne=1, precision="Dos") == ["Dos"]
    assert ecrire(2) == ["Dos"]
    assert ecrire(3, personne=1, precision="Genou") == ["Genou"]
    assert ecrire(4, personne=1) == []


def test_le_conflit_montre_en_mots_tout_ce_qui_differe_et_cela_seul(ici, cip):
    emploi, logement = (ici.grille.domaines.get(theme__code=code) for code in ("emploi", "logement"))
    jour = timezone.localdate()
    garde = Contenu(jour, "stable", "Gardée", {emploi.pk: Vue(1, 2, "Mot"), logement.pk: Vue(0, None)})
    operations.enregistrer(ici.evaluation, version=1, contenu=garde, par=ici.hab["direction"])
    envoi = {"version": 1, "le": jour.isoformat(), "trajectoire": "precaire", "synthese": "Gardée", "statut_social": "instable"}
    envoi |= {f"personne_{emploi.pk}": "3", f"accompagnateur_{emploi.pk}": "2", f"commentaire_{emploi.pk}": "Mot"}
    reponse = cip.post(reverse("parcours:evaluation", args=[ici.evaluation.pk]), envoi)
    assert [(libelle, *dits) for libelle, *dits in reponse.context["differences"]] == [
        ("Trajectoire socioprofessionnelle : la carrière", "Précaire", "Stable"),
        ("Trajectoire socioprofessionnelle : le statut social", "Instable", "Pas encore dit"),
        (f"{emploi} · La personne", "Bloquant", "Difficulté légère"),
        (f"{logement} · La personne", "Non évalué", "Sans difficulté"),
    ]


# ── Professionnelle ───────────────────────────────────────────────────────────────────────────────────────────────


def test_l_evaluation_professionnelle_garde_et_redit_tout_ce_qui_est_saisi(ici):
    mad, hier = ici.client("mad"), timezone.localdate() - UN_JOUR
    adresse = reverse("parcours:evaluation_pro_nouvelle", args=[ici.personne.pk, ici.fiche_de_poste.pk])
    envoi = saisie_pro(ici, "3", "1", mode="atelier", le=hier.isoformat(), conclusion="autre_poste", synthese="À revoir")
    mad.post(adresse, envoi)
    evaluation = EvaluationProfessionnelle.objects.get()
    assert (evaluation.mode, evaluation.le, evaluation.lieu) == ("atelier", hier, "Au jardin")
    assert (evaluation.conclusion, evaluation.synthese) == ("autre_poste", "À revoir")
    assert dit(evaluation) == ["creer"]
    page = mad.get(evaluation.get_absolute_url())
    assert lignes(page)[1:] == [
        ["Respecter les consignes", "Sait la transmettre", "Vu : Respecter les consignes"],
        ["Tenir le rythme", "Avec de l’aide", "Vu : Tenir le rythme"],
    ]
    texte = page.content.decode()
    assert "Atelier d’évaluation" in texte and "À évaluer sur un autre poste" in texte and str(ici.hab["mad"].compte) in texte


def test_une_evaluation_professionnelle_ne_se_date_pas_de_demain_ni_sur_une_fiche_retiree(ici):
    mad, jour = ici.client("mad"), timezone.localdate()
    adresse = reverse("parcours:evaluation_pro_nouvelle", args=[ici.personne.pk, ici.fiche_de_poste.pk])
    refus = mad.post(adresse, saisie_pro(ici, "1", le=(jour + UN_JOUR).isoformat()))
    assert refus.context["form"].errors.keys() == {"le"}
    FicheDePoste.objects.update(active=False)
    assert mad.get(adresse).status_code == 404
    assert not mad.get(reverse("parcours:evaluations_pro", args=[ici.personne.pk])).context["fiches"]


def test_ses_evaluations_professionnelles_vont_de_la_plus_recente_a_la_plus_ancienne(ici):
    for dans in (-9, -1, -4):
        EvaluationProfessionnelle.objects.create(
            personne=ici.personne,
            fiche_de_poste=ici.fiche_de_poste,
            conclusion="prete",
            le=timezone.localdate() + dans * UN_JOUR,
        )
    page = ici.client("mad").get(reverse("parcours:evaluations_pro", args=[ici.personne.pk]))
    assert [(e.le - timezone.localdate()).days for e in page.context["evaluations"]] == [-1, -4, -9]


# ── Au travail ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def mets(embauchee):
    embauchee.mise_en_situation.evaluations.all().delete()
    return embauchee.mise_en_situation


def test_au_travail_chaque_mot_se_relit_sous_son_titre_avec_qui_l_a_dit(embauchee, mets):
    mad, adresse = embauchee.client("mad"), reverse("parcours:evaluer_au_travail", args=[mets.pk])
    mots = {"points_forts": "Ponctuelle", "a_travailler": "Le rythme", "objectif_avance": "non"}
    assert mad.post(adresse, saisie_au_travail(mets, "0", "3", **mots, le=mets.du.isoformat())).url == mets.get_absolute_url()
    evaluation = mets.evaluations.get()
    assert [(n["libelle"], n["niveau"], n["dit"]) for n in evaluation.niveaux] == [
        ("Respecter les consignes", 0, "À acquérir"),
        ("Tenir le rythme", 3, "Sait la transmettre"),
    ]
    assert evaluation.le == mets.du and dit(evaluation) == ["creer L’encadrement"]
    lu = " ".join(re.sub(r"<[^>]+>", " ", mad.get(mets.get_absolute_url()).content.decode()).split()).replace("\xa0", " ")
    assert "Va bien : Ponctuelle" in lu and "À travailler : Le rythme" in lu and "L’objectif avance : pas encore" in lu
    assert str(embauchee.hab["mad"].compte) in lu


@pytest.mark.parametrize("seul", ["points_forts", "a_travailler", "objectif_avance"])
def test_une_seule_chose_dite_suffit_a_une_evaluation_au_travail(embauchee, mets, seul):
    evaluation = EvaluationAuTravail(mise_en_situation=mets, **{seul: "oui"})
    au_travail.evaluer(evaluation, niveaux={}, par=embauchee.hab["mad"])
    assert mets.evaluations.count() == 1


def test_le_client_ne_relit_que_les_siennes_et_seules_celles_du_jour_comptent_dans_ses_trois(embauchee, mets):
    lien, adresse = au_travail.remettre_lien(
        mets, adresse=lambda j: reverse("parcours:fiche_client", args=[j]), par=embauchee.hab["mad"]
    )
    assert lien.par == embauchee.hab["mad"].compte
    jour = timezone.localdate()
    for dans in (0, -1, -2):
        EvaluationAuTravail.objects.create(mise_en_situation=mets, le=jour + dans * UN_JOUR, points_forts="Nous")
        EvaluationAuTravail.objects.create(mise_en_situation=mets, le=jour + dans * UN_JOUR, regard="client", points_forts="Lui")
    page = Client().get(adresse)
    assert [(e.regard, (e.le - jour).days) for e in page.context["deja"]] == [("client", -2), ("client", -1), ("client", 0)]
    assert page.context["expire_le"] == lien.expire_le
    hier = timezone.now() - UN_JOUR
    for deja in (None, hier):
        type(lien).objects.update(ouvert_le=deja)
        dite = EvaluationAuTravail(mise_en_situation=mets, points_forts="Encore")
        au_travail.evaluer_par_lien(lien, evaluation=dite, niveaux={})
        lien.refresh_from_db()
        assert lien.ouvert_le and (deja is None or lien.ouvert_le == hier), "la première fois reste la première"
    with pytest.raises(GesteImpossible, match="trois"):
        au_travail.evaluer_par_lien(
            lien, evaluation=EvaluationAuTravail(mise_en_situation=mets, points_forts="De trop"), niveaux={}
        )


def test_la_fiche_imprimee_garde_son_premier_jour_et_chaque_impression_se_trace(embauchee, mets):
    avant = timezone.localdate() - 4 * UN_JOUR
    for garde, attendu in ((None, timezone.localdate()), (avant, avant)):
        type(mets).objects.update(fiche_imprimee_le=garde)
        au_travail.imprimer_fiche(mets, par=embauchee.hab["mad"])
        mets.refresh_from_db()
        assert mets.fiche_imprimee_le == attendu
    assert dit(mets) == ["exporter fiche de liaison, PDF"] * 2


def test_revoquer_ce_qui_ne_vaut_plus_ne_laisse_pas_de_trace(embauchee, mets):
    for combien in (1, 1):
        au_travail.revoquer_liens(mets, par=embauchee.hab["mad"])
        assert Trace.objects.filter(geste="retirer").count() == combien


def test_la_fiche_de_liaison_dit_chaque_chose_a_sa_place(embauchee, mets):
    autre = Objectif.objects.create(engagement=embauchee.engagement, libelle="Autre")
    promesse = {"engagement": embauchee.engagement, "qui": "client", "libelle": "Montrer"}
    Moyen.objects.create(**promesse, client=mets.client, objectif=embauchee.objectif, echeance=date(2026, 3, 1))
    Moyen.objects.create(**promesse | {"libelle": "Retirée"}, retire_le=timezone.localdate())
    Moyen.objects.create(**promesse | {"libelle": "Autre"}, objectif=autre)
    mets.precisions, mets.heures_prevues, mets.au = "Le matin", "12.50", mets.du + UN_JOUR
    fiche = fiche_de_liaison(mets)
    assert fiche["promesses"] == [{"quoi": "Montrer", "pour_le": date(2026, 3, 1)}]
    assert (fiche["personne"], fiche["ou"], fiche["poste"]) == (str(embauchee.personne), "Client ici", "Poste ici")
    assert (fiche["du"], fiche["au"], fiche["heures_prevues"]) == (mets.du, mets.du + UN_JOUR, "12,5")
    assert (fiche["precisions"], fiche["objectif"], fiche["etabli_le"]) == ("Le matin", "Objectif ici", timezone.localdate())
    assert fiche["competences"] == ["Respecter les consignes", "Tenir le rythme"]
