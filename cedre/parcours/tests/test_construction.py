"""Ce que l'on a sous les yeux en construisant : la situation, la demande, l'offre, et ce qu'elles suggèrent (INS-3)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.conftest import terme
from cedre.observatoire.models import Terme
from cedre.parcours.construction import Reserve, dernier_entretien, situation_evaluee
from cedre.parcours.models import Contact, Cotation, Engagement, Entretien, Evaluation, Moyen
from cedre.parcours.suggestions import Difficulte, Piste, suggerer
from cedre.structures.models import Offre

UN_JOUR = timedelta(days=1)


def evaluer(monde, dans=0, validee=True, **valeurs) -> Evaluation:
    """Une évaluation conjointe ; valeurs : par thème, ce qu'en disent la personne et l'accompagnateur."""
    evaluation = Evaluation.objects.create(
        personne=monde.personne,
        grille=monde.grille,
        trajectoire="precaire",
        le=timezone.localdate() + dans * UN_JOUR,
        validee_le=timezone.now() if validee else None,
    )
    for code, (personne, accompagnateur) in valeurs.items():
        evaluation.cotations.create(
            domaine=monde.grille.domaines.get(theme__code=code),
            valeur_personne=personne,
            valeur_accompagnateur=accompagnateur,
        )
    return evaluation


def ecran(client, projet) -> dict:
    return client.get(reverse("parcours:engagement_modifier", args=[projet.pk])).context


@pytest.fixture
def reserve(projet, inscrite):
    """De quoi relire ce que l'on propose."""
    return lambda: Reserve(projet, inscrite.hab["cip"])


# ── Sa situation, sa demande ──────────────────────────────────────────────────────────────────────────────────────


def test_chaque_regard_se_lit_avec_ses_mots_et_la_difficulte_est_le_pire_des_deux(inscrite):
    evaluer(inscrite, emploi=(1, 3), logement=(2, None), mobilite=(0, 0), ressources=(None, None))
    lus = {r.libelle: r for r in situation_evaluee(inscrite.personne).regards}
    emploi, logement = (lus[terme("domaine", code).libelle] for code in ("emploi", "logement"))
    assert (emploi.personne, emploi.accompagnateur) == ("Difficulté légère", "Bloquant")
    assert (emploi.difficulte.degre, emploi.difficulte.poids) == ("Bloquant", 1)
    assert (logement.personne, logement.accompagnateur, logement.difficulte.degre) == (
        "Difficulté importante",
        "",
        "Difficulté importante",
    )
    assert 0.6 < logement.difficulte.poids < 0.7
    en_difficulte = {d.theme for d in situation_evaluee(inscrite.personne).difficultes}
    assert en_difficulte == {"emploi", "logement"}, "sans difficulté, ou non évalué, n’en est pas une"


def test_une_contrainte_d_agenda_se_dit_sans_degre(inscrite):
    evaluer(inscrite, justice=(3, 3))
    (difficulte,) = situation_evaluee(inscrite.personne).difficultes
    assert (difficulte.theme, difficulte.degre) == ("justice", "contrainte d’agenda")


def test_la_situation_est_celle_de_la_derniere_evaluation_validee_de_la_personne(inscrite, ailleurs):
    derniere = evaluer(inscrite, -3, emploi=(3, 3))
    evaluer(inscrite, -9, logement=(3, 3))
    evaluer(inscrite, 0, validee=False, mobilite=(3, 3))
    evaluer(ailleurs, 0, ressources=(3, 3))
    situation = situation_evaluee(inscrite.personne)
    assert situation.evaluation == derniere
    assert [d.theme for d in situation.difficultes] == ["emploi"]
    assert situation.contexte == {"precaire": "trajectoire = Précaire"}
    Evaluation.objects.update(trajectoire="")
    assert situation_evaluee(inscrite.personne).contexte == {}


def test_sans_evaluation_validee_rien_n_est_suggere_et_on_le_dit(inscrite, projet, cip):
    evaluer(inscrite, validee=False, mobilite=(3, 3))
    contexte = ecran(cip, projet)
    assert not contexte["suggestions"] and not any(raisons for _, raisons in contexte["types"])
    assert situation_evaluee(inscrite.personne).contexte == {}


def test_la_demande_est_la_derniere_et_l_entretien_le_dernier_ou_elle_a_dit_quelque_chose(inscrite, projet, cip):
    hier, avant = timezone.localdate() - UN_JOUR, timezone.localdate() - 9 * UN_JOUR
    inscrite.personne.entretiens.all().delete()
    faits = [
        Entretien.objects.create(personne=inscrite.personne, le=le, etat="realise", issue="autre_rencontre", **dit)
        for le, dit in [
            (avant, {"attentes": "Un CDI"}),
            (hier - UN_JOUR, {"points_d_appui": "Le jardin"}),
            (hier, {}),
        ]
    ]
    assert dernier_entretien(inscrite.personne) == faits[1]
    inscrite.personne.contacts.update(le=avant)
    dernier = Contact.objects.create(personne=inscrite.personne, le=hier, demande="Un logement")
    contexte = ecran(cip, projet)
    assert (contexte["contact"], contexte["entretien"]) == (dernier, faits[1])
    lu = cip.get(reverse("parcours:engagement_modifier", args=[projet.pk])).content.decode()
    assert "Un logement" in lu and "Le jardin" in lu and "Un CDI" not in lu


# ── L'offre, et ce qui s'en propose ───────────────────────────────────────────────────────────────────────────────


def test_on_propose_ce_qui_sert_encore_et_ce_que_l_engagement_cite_deja(inscrite, ailleurs, projet, reserve):
    chez = inscrite.organisation
    reste, retiree, citee = (
        Offre.objects.create(organisation=chez, intitule=nom, active=actif)
        for nom, actif in (("Poterie", True), ("Atelier retiré", False), ("Élan retiré", False))
    )
    Offre.objects.create(organisation=ailleurs.organisation, intitule="Ailleurs")
    client = chez.clients.create(nom="Client parti", actif=False)
    chez.clients.create(nom="Autre parti", actif=False)
    Moyen.objects.create(engagement=projet, qui="client", libelle="M", offre=citee, client=client)
    listes = reserve().listes
    assert listes["offre"] == [(str(citee.pk), "Élan retiré"), (str(reste.pk), "Poterie")]
    assert listes["client"] == [(str(client.pk), "Client parti")]
    assert listes["partenaire"] == [(str(inscrite.partenaire.pk), "Partenaire ici")]
    assert listes["fiche_de_poste"] == [(str(inscrite.fiche_de_poste.pk), "Poste ici")]
    assert retiree.pk not in reserve().offres


def test_une_offre_de_plusieurs_themes_et_types_ne_se_propose_qu_une_fois(inscrite, reserve):
    offre = Offre.objects.create(organisation=inscrite.organisation, intitule="Bus", partenaire=inscrite.partenaire)
    offre.themes.add(terme("domaine", "mobilite"), terme("domaine", "emploi"))
    offre.types_engagement.add(terme("type_engagement", "decouverte"))
    (lue,) = reserve().offres.values()
    assert (lue.intitule, lue.partenaire_id) == ("Bus", str(inscrite.partenaire.pk))
    assert (lue.themes, lue.types) == ({"mobilite", "emploi"}, {"decouverte"})


def test_un_type_qui_ne_vaut_plus_ne_se_choisit_pas_sauf_dans_l_engagement_qui_l_a(inscrite, projet, reserve):
    perime = terme("type_engagement", "soutien_actif")
    assert perime != projet.type_engagement
    Terme.objects.filter(pk__in=[perime.pk, projet.type_engagement_id]).update(valable_au=timezone.localdate() - UN_JOUR)
    types = reserve().types
    assert perime not in types and projet.type_engagement in types
    assert [t.rang for t in types] == sorted(t.rang for t in types)
    assert {d.liste for d in reserve().domaines} == {"domaine"}


def test_les_types_suggeres_viennent_d_abord_chacun_avec_sa_raison_et_aucun_ne_manque(inscrite, projet, cip):
    evaluer(inscrite, mobilite=(2, 1), emploi=(0, 0))
    types = ecran(cip, projet)["types"]
    avec, sans = [t for t, raisons in types if raisons], [t for t, raisons in types if not raisons]
    assert [t for t, _ in types] == [*avec, *sans] and avec
    assert {t.pk for t, _ in types} == {t.pk for t in Terme.objects.de("type_engagement")}
    assert len({t.pk for t, _ in types}) == len(types)


def test_l_offre_qui_sert_le_type_choisi_pese_davantage_et_le_dit(inscrite, projet, cip):
    evaluer(inscrite, mobilite=(2, 2))
    for nom in ("Premier bus", "Second bus"):
        Offre.objects.create(organisation=inscrite.organisation, intitule=nom).themes.add(terme("domaine", "mobilite"))
    Offre.objects.get(intitule="Second bus").types_engagement.add(projet.type_engagement)
    lues = ecran(cip, projet)["suggestions"]
    assert [(s.cle.intitule, len(s.raisons)) for s in lues] == [("Second bus", 2), ("Premier bus", 1)]
    assert lues[0].raisons[1] == f"sert « {projet.type_engagement} »"


def test_on_ne_suggere_que_huit_reponses(inscrite, projet, cip):
    evaluer(inscrite, mobilite=(2, 2))
    for rang in range(9):
        Offre.objects.create(organisation=inscrite.organisation, intitule=f"Bus {rang}").themes.add(terme("domaine", "mobilite"))
    assert len(ecran(cip, projet)["suggestions"]) == 8


def test_ce_qui_repond_a_plus_grave_vient_d_abord_et_le_contexte_seul_ne_suggere_rien():
    difficultes = [Difficulte("a", "A", "léger", 0.3), Difficulte("b", "B", "grave", 1), Difficulte("c", "C", "aucun", 0)]
    pistes = [Piste("un", frozenset("a")), Piste("deux", frozenset("ab")), Piste("trois", frozenset("c"), frozenset("x"))]
    trouvees = suggerer(pistes, difficultes, {"x": "précaire"})
    assert [(s.cle, s.raisons) for s in trouvees] == [("deux", ("B = grave", "A = léger")), ("un", ("A = léger",))]
    egales = [Piste("un", frozenset("b")), Piste("deux", frozenset("b"), frozenset("x"))]
    assert [s.cle for s in suggerer(egales, difficultes, {"x": "précaire"})] == ["deux", "un"]


# ── L'écran ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_l_ecran_rend_ce_qui_est_garde_champ_par_champ(inscrite, projet, cip):
    _, offre = (Offre.objects.create(organisation=inscrite.organisation, intitule=nom) for nom in ("Vélo", "Bus"))
    *_, client = (inscrite.organisation.clients.create(nom=nom) for nom in "ABC")
    objectifs = [
        projet.objectifs.create(libelle=nom, rang=rang, domaine=domaine)
        for rang, (nom, domaine) in enumerate([("Un", None), ("Deux", terme("domaine", "mobilite"))])
    ]
    liens = {
        "offre": offre,
        "client": client,
        "partenaire": inscrite.partenaire,
        "fiche_de_poste": inscrite.fiche_de_poste,
    }
    dit = {"qui": "partenaire", "libelle": "M", "echeance": projet.debut, "evaluation": "On le voit"}
    moyen = projet.moyens.create(objectif=objectifs[1], **dit, **liens)
    tous = projet.moyens.create(qui="client", libelle="Pour tous")
    contexte = ecran(cip, projet)
    assert [(f["id"].value(), f["libelle"].value(), f["domaine"].value()) for f in contexte["objectifs"].forms] == [
        (objectifs[0].pk, "Un", ""),
        (objectifs[1].pk, "Deux", str(terme("domaine", "mobilite").pk)),
    ]
    blocs = [(cle, [m["id"].value() for m in moyens]) for cle, _, moyens in contexte["blocs"]]
    assert blocs == [("0", []), ("1", [moyen.pk]), ("", [tous.pk])]
    lu = next(f for f in contexte["moyens"].forms if f["id"].value() == moyen.pk)
    assert {nom: lu[nom].value() for nom in dit} == dit
    assert {nom: lu[nom].value() for nom in liens} == {nom: str(lien.pk) for nom, lien in liens.items()}
    assert lu.precise and not next(f for f in contexte["moyens"].forms if f is not lu).precise


def test_un_objectif_de_plus_vient_avec_sa_part_a_chacun_et_un_moyen_seul_pour_la_structure(projet, cip):
    adresse = reverse("parcours:engagement_ligne", args=[projet.pk])
    neuf = cip.get(adresse, {"objectifs-TOTAL_FORMS": "2", "moyens-TOTAL_FORMS": "4"}).context
    assert [(m["qui"].value(), m["objectif"].value(), m.prefix) for m in neuf["moyens"]] == [
        ("structure", "2", "moyens-4"),
        ("personne", "2", "moyens-5"),
    ]
    assert neuf["totaux"] == {"moyens": 6, "objectifs": 3}
    seul = cip.get(adresse, {"objectif": "1", "moyens-TOTAL_FORMS": "4"}).context
    assert [(m["qui"].value(), m["objectif"].value()) for m in seul["moyens"]] == [("structure", "1")]
    assert seul["totaux"] == {"moyens": 5} and seul["objectif"] is None


def test_un_engagement_neuf_s_ouvre_sur_un_objectif_et_la_part_de_chacun(projet, cip):
    contexte = ecran(cip, projet)
    assert len(contexte["objectifs"].forms) == 1
    assert [(m["qui"].value(), m["objectif"].value()) for m in contexte["moyens"].forms] == [
        ("structure", "0"),
        ("personne", "0"),
    ]
    assert not contexte["form"].fields["debut"].disabled


def test_le_debut_ne_change_plus_une_fois_l_engagement_commence(embauchee, cip):
    form = ecran(cip, embauchee.engagement)["form"]
    assert form.fields["debut"].disabled
    assert form["type_engagement"].value() == str(embauchee.engagement.type_engagement_id)


def test_un_projet_deja_ecrit_garde_le_type_choisi(projet, cip):
    Engagement.objects.update(version=2)
    assert ecran(cip, projet)["type_choisi"] == str(projet.type_engagement_id)


def test_aucune_cotation_d_une_autre_personne_ne_se_lit_ici(inscrite, ailleurs):
    evaluer(ailleurs, emploi=(3, 3))
    assert Cotation.objects.exists() and situation_evaluee(inscrite.personne).evaluation is None
