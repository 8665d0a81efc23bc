"""Le dossier, la liste, la suite donnée (ACC-1, ACC-3)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Habilitation, Trace
from cedre.observatoire.models import Terme
from cedre.parcours.models import Contact, Personne


def test_ouvrir_un_dossier_laisse_une_trace_de_consultation(ici, cip):
    cip.get(reverse("parcours:personne", args=[ici.personne.pk]))
    trace = Trace.objects.get(geste="consulter")
    assert (trace.personne_id, trace.compte) == (ici.personne.pk, ici.hab["cip"].compte)


def test_le_dossier_montre_toute_l_histoire_en_dix_requetes_au_plus(ici, cip, django_assert_max_num_queries):
    for jours in range(20):
        Contact.objects.create(personne=ici.personne, le=timezone.localdate() - timedelta(days=jours + 30))
    with django_assert_max_num_queries(11):
        reponse = cip.get(reverse("parcours:personne", args=[ici.personne.pk]))
    assert {f.genre for f in reponse.context["faits"]} == {"contact", "information", "entretien", "evaluation"}
    assert len(reponse.context["faits"]) == 24


def test_le_dossier_d_un_parcours_tient_en_douze_lectures_et_sa_trace(embauchee, cip, django_assert_max_num_queries):
    embauchee.personne.bilans.create(engagement=embauchee.engagement, le=embauchee.bilan.le + timedelta(days=40))
    with django_assert_max_num_queries(13) as requetes:
        reponse = cip.get(reverse("parcours:personne", args=[embauchee.personne.pk]))
    assert sum(not r["sql"].startswith("SELECT") and not r["sql"].startswith("(") for r in requetes.captured_queries) == 1
    bilan = reponse.context["situation"].bilan
    assert (bilan.pk, bilan.le) == (embauchee.bilan.pk, embauchee.bilan.le)


def test_une_information_collective_mene_a_sa_seance(ici, cip):
    ici.personne.informations.create(statut_explique=True)
    page = cip.get(reverse("parcours:personne", args=[ici.personne.pk]))
    seance = reverse("parcours:collective", args=[ici.collective.pk])
    assert [f.adresse for f in page.context["faits"] if f.genre == "information"] == [seance, ""]
    assert f'href="{seance}"' in page.content.decode()
    assert f'href="{seance}"' not in ici.client("mad").get(page.request["PATH_INFO"]).content.decode()


def test_une_reorientation_dit_son_motif_et_vers_qui(ici, cip):
    adresse = reverse("parcours:suite", args=[ici.personne.pk])
    saisie = {"nature": "reorientation", "le": timezone.localdate().isoformat(), "precision": "Vue avec elle"}
    reponse = cip.post(adresse, saisie)
    assert reponse.context["form"].errors.keys() == {"motif", "partenaire"}
    saisie |= {"motif": Terme.objects.de("motif_reorientation").first().pk, "partenaire": ici.partenaire.pk}
    cip.post(adresse, saisie)
    ici.personne.refresh_from_db()
    ici.entretien.refresh_from_db()
    assert ici.personne.phase == "reorientee"
    assert ici.entretien.etat == "annule"


def test_une_cloture_sans_suite_ne_demande_ni_ne_garde_de_partenaire(ici, cip):
    saisie = {"nature": "sans_suite", "le": timezone.localdate().isoformat(), "partenaire": ici.partenaire.pk}
    cip.post(
        reverse("parcours:suite", args=[ici.personne.pk]), saisie | {"motif": Terme.objects.de("motif_sans_suite").first().pk}
    )
    suite = ici.personne.suites.get()
    assert (suite.nature, suite.partenaire) == ("sans_suite", None)


def test_les_filtres_se_combinent_et_le_nombre_est_celui_de_la_liste(ici, cip):
    ancienne = Personne.objects.create(organisation=ici.organisation, nom="Ancienne", prenom="Lou", telephone="0199000000")
    Contact.objects.create(personne=ancienne, le=timezone.localdate() - timedelta(days=40), delai_annonce=10)

    def noms(**filtre):
        page = cip.get(reverse("parcours:personnes"), filtre).context["page"]
        assert page.paginator.count == len(page.object_list)
        return [p.nom for p in page]

    assert noms() == ["Ancienne", "Martinelle"]
    assert noms(attente=30) == ["Ancienne"]
    assert noms(manque="delai_depasse") == ["Ancienne"]
    assert noms(referent="personne") == ["Ancienne"]
    assert noms(referent="moi", q="mart") == ["Martinelle"]
    assert noms(manque="sans_prochaine_date", phase="ouvertes") == ["Ancienne"]


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_l_export_est_ce_qui_est_montre_et_laisse_une_trace(ici, ailleurs, cip, format_):
    reponse = cip.post(reverse("parcours:personnes_export", args=[format_]) + "?q=mart")
    assert Trace.objects.get(geste="exporter").detail == f"1\N{NO-BREAK SPACE}ligne, {format_}"
    if format_ == "csv":
        assert "Martinelle" in reponse.content.decode("utf-8-sig")
        assert "Zzyzxa" not in reponse.content.decode("utf-8-sig")


def test_une_personne_dont_le_referent_est_parti_n_a_plus_personne_en_charge(ici, ailleurs, cip):
    """ACC-6 : personne ne reste sans quelqu'un en charge, même si son nom est encore au dossier."""
    direction, parti = ici.client("direction"), ici.hab["cip"]

    def noms(**filtre):
        return [p.nom for p in direction.get(reverse("parcours:personnes"), filtre).context["page"]]

    assert noms(manque="sans_referent") == noms(referent="parti") == []
    Habilitation.objects.filter(pk=parti.pk).update(retiree_le=timezone.now())
    Habilitation.objects.create(compte=parti.compte, organisation=ailleurs.organisation, role="cip")
    assert noms(manque="sans_referent") == noms(referent="parti") == ["Martinelle"]
    assert "n’est plus dans l’équipe" in direction.get(reverse("parcours:personne", args=[ici.personne.pk])).content.decode()
    assert "Sans référent·e" in direction.get(reverse("portail:accueil")).content.decode()
    Habilitation.objects.create(compte=parti.compte, organisation=ici.organisation, role="direction")
    assert noms(manque="sans_referent") == noms(referent="parti") == []


def test_qui_precisement_l_a_adressee_se_lit_et_se_rectifie_dans_sa_premiere_demande(ici, cip):
    hier = timezone.localdate() - timedelta(days=1)
    premiere = Contact.objects.create(personne=ici.personne, le=hier - timedelta(days=900), prescripteur_precision="ML de Bourg")
    Contact.objects.create(personne=ici.personne, le=hier, prescripteur_precision="Le voisin")
    rectifier = reverse("parcours:personne_modifier", args=[ici.personne.pk])
    form = cip.get(rectifier).context["form"]
    assert form["prescripteur_precision"].value() == "ML de Bourg"
    cip.post(rectifier, {"nom": "Martinelle", "prenom": "Zélie", "prescripteur_precision": "ML de Villebrune"})
    premiere.refresh_from_db()
    assert premiere.prescripteur_precision == "ML de Villebrune"
    assert "ML de Villebrune" in cip.get(reverse("parcours:personne", args=[ici.personne.pk])).content.decode()
    assert Trace.objects.get(objet="premier contact", geste="modifier").detail == "qui, précisément"


def test_sans_demande_il_n_y_a_pas_de_precision_a_rectifier(ici, cip):
    Contact.objects.filter(personne=ici.personne).delete()
    page = cip.get(reverse("parcours:personne_modifier", args=[ici.personne.pk]))
    assert "prescripteur_precision" not in page.context["form"].fields
    assert "Prescripteur" in page.content.decode()


def test_rectifier_montre_chaque_champ_dans_une_section_et_une_seule(ici, cip):
    form = cip.get(reverse("parcours:personne_modifier", args=[ici.personne.pk])).context["form"]
    montres = [champ.name for _, champs in form.sections for champ in champs]
    assert sorted(montres) == sorted(form.fields)
    titres = ["Qui", "Où la joindre", "Qui la suit, qui l’adresse", "Sa situation"]
    assert [(titre, champs[0].name) for titre, champs in form.sections] == [
        *zip(titres, ["nom", "telephone", "referent", "niveau_formation"], strict=True)
    ]


def test_l_histoire_dit_l_evaluation_du_client(embauchee, cip):
    faits = cip.get(reverse("parcours:personne", args=[embauchee.personne.pk])).context["faits"]
    (evaluation,) = [fait for fait in faits if fait.genre == "evaluationautravail"]
    assert (evaluation.texte, evaluation.adresse) == (
        "Client ici",
        reverse("parcours:mets", args=[embauchee.mise_en_situation.pk]),
    )
