"""L'engagement réciproque : le construire, le commencer, l'écrire à plusieurs (INS-1 à INS-3)."""

from datetime import date, timedelta
from importlib import import_module
from itertools import combinations_with_replacement, product

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.conftest import terme
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import Bilan, Contact, Cotation, Engagement, Evaluation, Moyen, NoteSante, Objectif
from cedre.parcours.operations import engagements as gestes
from cedre.structures.models import Offre


def saisie(engagement, objectifs=("Passer le permis",), moyens=(), **champs):
    """Une saisie comme l'écran l'enverrait. moyens : (qui, libellé), tous pour le premier objectif."""
    gardes = {nom: getattr(engagement, nom) for nom in gestes.CHAMPS}
    lignes = [o if isinstance(o, Objectif) else Objectif(libelle=o) for o in objectifs]
    return gestes.EngagementSaisi(
        gardes | champs, lignes, [Moyen(qui=qui, libelle=libelle, objectif=lignes[0]) for qui, libelle in moyens]
    )


def ecrire(engagement, par, version=None, **dit):
    return gestes.enregistrer(engagement, saisie=saisie(engagement, **dit), version=version or engagement.version, par=par)


def envoi(form, **champs):
    """Ce que le navigateur renverrait de cette page."""
    contexte = form.context
    donnees = {}
    for formulaire in (contexte["form"], contexte["objectifs"].management_form, contexte["moyens"].management_form):
        donnees |= {formulaire.add_prefix(n): formulaire[n].value() for n in formulaire.fields}
    for ligne in (*contexte["objectifs"].forms, *contexte["moyens"].forms):
        donnees |= {ligne.add_prefix(n): ligne[n].value() for n in ligne.fields}
    donnees["type_engagement"] = donnees["type_engagement"] or str(contexte["engagement"].type_engagement_id)
    return {nom: "" if valeur is None or valeur is False else valeur for nom, valeur in donnees.items()} | champs


# ── Formalisé : une seule règle ───────────────────────────────────────────────────────────────────────────────────


def test_la_montee_date_de_leur_debut_les_engagements_a_qui_il_ne_manque_rien(inscrite):
    sortes = list(product(Moyen.Qui.values, (None, date(2026, 3, 1)), ("", "On en parle")))
    melanges = [m for n in range(4) for m in combinations_with_replacement(sortes[:: 1 if n < 3 else 3], n)]
    cas = list(product(melanges, (0, 1), (None, date(2026, 6, 1))))
    decouverte = terme("type_engagement", "decouverte")
    engagements = Engagement.objects.bulk_create(
        Engagement(
            personne=inscrite.personne, type_engagement=decouverte, etat="en_cours", debut=date(2026, 1, 1), bilan_le=bilan_le
        )
        for _, _, bilan_le in cas
    )
    paires = list(zip(engagements, cas, strict=True))
    Objectif.objects.bulk_create(Objectif(engagement=e, libelle="O") for e, (_, objectif, _) in paires if objectif)
    Moyen.objects.bulk_create(
        Moyen(engagement=e, libelle="M", qui=qui, echeance=echeance, evaluation=evaluation)
        for e, (moyens, _, _) in paires
        for qui, echeance, evaluation in moyens
    )
    import_module("cedre.parcours.migrations.0007_engagement_formalise_le").dater(apps, None)
    import_module("cedre.parcours.migrations.0011_l_histoire_du_parcours").reprendre(apps, None)
    assert not Engagement.objects.formalises(date(2025, 12, 31)).exists()
    formalises = set(Engagement.objects.formalises(date(2026, 1, 1)).values_list("pk", flat=True))
    complets = {e.pk for e in Engagement.objects.prefetch_related("objectifs", "moyens") if e.manques_de_forme().aucun}
    assert formalises == complets
    assert 0 < len(formalises) < len(engagements)


def test_le_jour_ou_tout_est_ecrit_se_garde_et_se_perd_des_qu_il_manque_quelque_chose(projet, inscrite, monkeypatch):
    complets = [Moyen(qui=q, libelle="M", echeance=projet.debut, evaluation="On le voit") for q in ("structure", "personne")]

    def ecrire(le: date, moyens: list) -> date | None:
        monkeypatch.setattr(timezone, "localdate", lambda *_: le)
        actuel = Engagement.objects.get(pk=projet.pk)
        dit = saisie(actuel, objectifs=actuel.objectifs_en_vigueur or ("Passer le permis",))
        dit.moyens.extend(moyens)
        dit.retires.extend(m for m in actuel.moyens_en_vigueur if m not in moyens)
        return gestes.enregistrer(actuel, saisie=dit, version=actuel.version, par=inscrite.hab["cip"]).formalise_le

    assert ecrire(date(2026, 3, 1), complets[:1]) is None
    assert ecrire(date(2026, 3, 9), complets) == date(2026, 3, 9)
    assert ecrire(date(2026, 3, 20), complets) == date(2026, 3, 9)
    assert ecrire(date(2026, 4, 2), complets[1:]) is None


def test_chaque_manque_se_dit_et_se_comble(projet, inscrite):
    projet.bilan_le = None
    texte = ["un objectif", "ce que fera la structure", "une date pour chaque moyen, ou celle du bilan"]
    assert projet.manques_de_forme() == (texte, ["ce que fera la personne", "la date du prochain bilan"])
    moyens = [Moyen(qui="structure", libelle="M"), Moyen(qui="personne", libelle="M", evaluation="Oui", echeance=projet.debut)]
    assert projet.manques_de_forme([Objectif(libelle="O")], moyens) == (
        ["une date pour chaque moyen, ou celle du bilan"],
        ["une date pour chaque moyen", "comment on saura, pour chaque moyen", "la date du prochain bilan"],
    )


# ── Construire ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_construire_ouvre_un_projet_avec_un_bilan_propose_a_trois_mois(inscrite, cip):
    reponse = cip.post(reverse("parcours:engagement_construire", args=[inscrite.personne.pk]))
    projet = inscrite.personne.engagements.get()
    assert reponse.url == reverse("parcours:engagement_modifier", args=[projet.pk])
    assert projet.etat == "projet" and projet.conduit_par == inscrite.hab["cip"].compte
    assert (projet.bilan_le - projet.debut).days in range(89, 93)


def test_aucun_type_n_est_choisi_d_avance_dans_un_projet_neuf(projet, cip):
    adresse = reverse("parcours:engagement_modifier", args=[projet.pk])
    page = cip.get(adresse)
    assert page.context["type_choisi"] == ""
    donnees = envoi(page, **{"objectifs-0-libelle": "O"}) | {"type_engagement": ""}
    assert "Choisissez" in cip.post(adresse, donnees).context["form"].errors["type_engagement"][0]
    cip.post(adresse, envoi(page, **{"objectifs-0-libelle": "O"}))
    assert cip.get(adresse).context["type_choisi"] == str(projet.type_engagement_id)


def test_construire_deux_fois_rend_le_meme_projet(inscrite, projet):
    assert gestes.construire(inscrite.personne, par=inscrite.hab["direction"]) == projet


def test_un_engagement_ne_se_construit_pas_avant_l_inscription(ici, cip):
    reponse = cip.post(reverse("parcours:engagement_construire", args=[ici.personne.pk]), follow=True)
    assert "personne inscrite" in reponse.content.decode()
    assert not ici.personne.engagements.exists()


def test_lire_l_adresse_de_construction_n_ouvre_rien(inscrite, cip):
    assert cip.get(reverse("parcours:engagement_construire", args=[inscrite.personne.pk])).status_code == 302
    assert not inscrite.personne.engagements.exists()


def test_ce_qui_est_saisi_a_l_ecran_est_garde_dans_l_ordre_et_trace(inscrite, projet, cip):
    adresse = reverse("parcours:engagement_modifier", args=[projet.pk])
    page = cip.get(adresse)
    donnees = envoi(
        page,
        **{
            "objectifs-0-libelle": "Passer le permis",
            "moyens-0-libelle": "Inscrire à l’auto-école",
            "moyens-0-echeance": "2030-01-31",
            "moyens-0-evaluation": "L’inscription est faite",
            "moyens-1-libelle": "",
            "demande": "Un travail près d’ici",
        },
    )
    assert cip.post(adresse, donnees | {"geste": "enregistrer"}).url == reverse("parcours:engagement", args=[projet.pk])
    projet.refresh_from_db()
    assert projet.demande == "Un travail près d’ici" and projet.version == 2
    objectif = projet.objectifs.get()
    moyen = projet.moyens.get()
    assert (moyen.objectif, moyen.qui, moyen.echeance) == (objectif, "structure", date(2030, 1, 31))
    assert Trace.objects.filter(geste="modifier", objet_id=projet.pk).exists()


def test_une_mauvaise_saisie_se_dit_a_cote_du_champ_et_rien_n_est_perdu(projet, cip):
    adresse = reverse("parcours:engagement_modifier", args=[projet.pk])
    avant = {"moyens-0-libelle": "Inscrire à l’auto-école", "moyens-0-echeance": "un jour", "demande": "Un travail"}
    reponse = cip.post(adresse, envoi(cip.get(adresse), **avant, bilan_le="1999-01-01"))
    page = reponse.content.decode()
    assert "Le bilan vient après le début" in page and "Inscrire à l’auto-école" in page and "Un travail" in page
    assert reponse.context["moyens"].forms[0].errors["echeance"]
    projet.refresh_from_db()
    assert projet.version == 1 and not projet.moyens.exists()


def test_un_moyen_sans_objectif_ecrit_demande_l_objectif(projet, cip):
    adresse = reverse("parcours:engagement_modifier", args=[projet.pk])
    reponse = cip.post(adresse, envoi(cip.get(adresse), **{"moyens-0-libelle": "Appeler"}))
    assert "Dites l’objectif" in reponse.context["objectifs"].forms[0].errors["libelle"][0]


def test_monter_un_objectif_le_met_devant(inscrite, projet, cip):
    ecrire(projet, inscrite.hab["cip"], objectifs=("Un", "Deux", "Trois"), moyens=[("personne", "Faire un")])
    adresse = reverse("parcours:engagement_modifier", args=[projet.pk])
    cip.post(adresse, envoi(cip.get(adresse), geste="monter-2"))
    assert [o.libelle for o in projet.objectifs.all()] == ["Un", "Trois", "Deux"]
    cip.post(adresse, envoi(cip.get(adresse), geste="descendre-0"))
    assert [o.libelle for o in projet.objectifs.all()] == ["Trois", "Un", "Deux"]
    assert projet.moyens.get().objectif.libelle == "Un"


def test_retirer_un_objectif_retire_ses_moyens_et_pas_les_autres(inscrite, projet, cip):
    ecrire(projet, inscrite.hab["cip"], objectifs=("Un", "Deux"), moyens=[("personne", "Faire un")])
    adresse = reverse("parcours:engagement_modifier", args=[projet.pk])
    cip.post(adresse, envoi(cip.get(adresse), **{"objectifs-0-DELETE": "on"}))
    assert [o.libelle for o in projet.objectifs.all()] == ["Deux"]
    assert not projet.moyens.exists()


def test_un_objectif_deja_evalue_se_retire_sans_s_effacer(embauchee):
    engagement = embauchee.engagement
    demande = saisie(engagement, objectifs=("Autre",))
    demande.retires = [embauchee.objectif]
    gestes.enregistrer(engagement, saisie=demande, version=1, par=embauchee.hab["cip"])
    retire, autre = engagement.objectifs.order_by("pk")
    aujourdhui = timezone.localdate()
    assert (retire.pk, retire.retire_le, autre.ajoute_le) == (embauchee.objectif.pk, aujourdhui, aujourdhui)
    assert engagement.objectifs_en_vigueur == [autre]
    assert {m.retire_le for m in engagement.moyens.all()} == {aujourdhui}


def test_ce_qui_manque_se_dit_pendant_la_saisie_sans_rien_enregistrer(projet, cip):
    page = cip.get(reverse("parcours:engagement_modifier", args=[projet.pk]))
    complet = {"objectifs-0-libelle": "O"}
    for n in "01":
        complet |= {f"moyens-{n}-libelle": "M", f"moyens-{n}-echeance": "2030-01-01", f"moyens-{n}-evaluation": "E"}
    adresse = reverse("parcours:engagement_manques", args=[projet.pk])
    assert "il est formalisé" in cip.post(adresse, envoi(page, **complet)).content.decode()
    reponse = cip.post(adresse, envoi(page, **complet, bilan_le="", **{"moyens-1-qui": "client"}))
    assert reponse.context["manques"] == ([], ["ce que fera la personne", "la date du prochain bilan"])
    assert not projet.objectifs.exists()


def test_une_ligne_de_plus_arrive_avec_le_rang_suivant(inscrite, projet, cip):
    adresse = reverse("parcours:engagement_ligne", args=[projet.pk])
    page = cip.get(adresse, {"objectif": "1", "moyens-TOTAL_FORMS": "4"}).content.decode()
    assert 'name="moyens-4-libelle"' in page and 'value="5" id="id_moyens-TOTAL_FORMS"' in page
    assert "objectifs-TOTAL_FORMS" not in page
    page = cip.get(adresse, {"objectifs-TOTAL_FORMS": "2", "moyens-TOTAL_FORMS": "4"}).content.decode()
    assert 'name="objectifs-2-libelle"' in page and 'name="moyens-5-libelle"' in page


# ── Ce que l'on a sous les yeux, ce qui est suggéré ───────────────────────────────────────────────────────────────


def evaluer(monde, **valeurs):
    evaluation = Evaluation.objects.create(
        personne=monde.personne, grille=monde.grille, trajectoire="precaire", validee_le=timezone.now()
    )
    for domaine in monde.grille.domaines.select_related("theme"):
        dit = valeurs.get(domaine.theme.code, (None, None))
        Cotation.objects.create(evaluation=evaluation, domaine=domaine, valeur_personne=dit[0], valeur_accompagnateur=dit[1])
    return evaluation


def test_l_ecran_montre_l_evaluation_la_demande_et_les_types_suggeres_avec_leur_raison(inscrite, projet, cip):
    evaluer(inscrite, mobilite=(2, 1), emploi=(0, 0))
    page = cip.get(reverse("parcours:engagement_modifier", args=[projet.pk]))
    texte = page.content.decode()
    assert page.context["types"][0][0].code == "soutien_actif"
    assert "parce que : Mobilité = Difficulté importante" in texte.replace("\xa0", " ")
    assert "Demande Martinelle" in texte
    assert [r.libelle for r in page.context["situation"].en_difficulte] == ["Mobilité"]


def test_les_mots_sur_la_sante_ne_se_montrent_jamais_ici(inscrite, projet, cip):
    evaluation = evaluer(inscrite, sante=(3, 3))
    sante = evaluation.cotations.get(domaine__theme__code="sante")
    NoteSante.objects.create(cotation=sante, texte="SECRET DE SANTE")
    assert "SECRET" not in cip.get(reverse("parcours:engagement_modifier", args=[projet.pk])).content.decode()


def test_l_offre_qui_repond_est_proposee_et_un_clic_l_ajoute(inscrite, ailleurs, projet, cip):
    evaluer(inscrite, mobilite=(2, None))
    offres = {
        monde.nom: Offre.objects.create(
            organisation=monde.organisation, intitule=f"Permis {monde.nom}", partenaire=monde.partenaire
        )
        for monde in (inscrite, ailleurs)
    }
    for offre in offres.values():
        offre.themes.add(terme("domaine", "mobilite"))
    Offre.objects.create(organisation=inscrite.organisation, intitule="Poterie")
    page = cip.get(reverse("parcours:engagement_modifier", args=[projet.pk]))
    assert [s.cle.intitule for s in page.context["suggestions"]] == ["Permis ici"]
    adresse = reverse("parcours:engagement_ligne", args=[projet.pk])
    ligne = cip.get(adresse, {"objectif": "0", "moyens-TOTAL_FORMS": "2", "offre": offres["ici"].pk}).context["moyens"][0]
    assert ligne["libelle"].value() == "Permis ici" and ligne["qui"].value() == "partenaire"
    assert ligne["partenaire"].value() == str(inscrite.partenaire.pk)
    etrangere = cip.get(adresse, {"objectif": "0", "offre": offres["ailleurs"].pk}).context["moyens"][0]
    assert not etrangere["libelle"].value()


def test_l_ecran_coute_douze_requetes_au_plus_quelle_que_soit_sa_taille(inscrite, projet, cip, django_assert_max_num_queries):
    for n in range(12):
        offre = Offre.objects.create(organisation=inscrite.organisation, intitule=f"Offre {n}")
        offre.themes.add(terme("domaine", "mobilite"))
        Contact.objects.create(personne=inscrite.personne, demande="Encore")
    evaluer(inscrite, mobilite=(2, 2), logement=(1, 1))
    ecrire(projet, inscrite.hab["cip"], objectifs=[f"O{n}" for n in range(9)], moyens=[("personne", f"M{n}") for n in range(20)])
    for nom in ("engagement_modifier", "engagement"):
        with django_assert_max_num_queries(12):
            assert cip.get(reverse(f"parcours:{nom}", args=[projet.pk])).status_code == 200


# ── Commencer ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_un_engagement_ne_commence_pas_sans_objectif_ni_date_de_bilan(inscrite, projet):
    with pytest.raises(GesteImpossible, match="au moins un objectif"):
        gestes.commencer(projet, par=inscrite.hab["cip"])
    ecrire(projet, inscrite.hab["cip"], bilan_le=None)
    with pytest.raises(GesteImpossible, match="prochain bilan"):
        gestes.commencer(projet, par=inscrite.hab["cip"])


def test_commencer_sans_date_de_bilan_le_dit_a_cote_du_champ_et_n_enregistre_rien(projet, cip):
    adresse = reverse("parcours:engagement_modifier", args=[projet.pk])
    donnees = envoi(cip.get(adresse), **{"objectifs-0-libelle": "O"}, bilan_le="", geste="commencer")
    reponse = cip.post(adresse, donnees)
    assert "prochain bilan" in reponse.context["form"].errors["bilan_le"][0]
    assert "O" in reponse.context["objectifs"].forms[0]["libelle"].value() and not projet.objectifs.exists()


def test_commencer_met_le_bilan_a_l_agenda(inscrite, projet):
    ecrire(projet, inscrite.hab["cip"])
    gestes.commencer(projet, par=inscrite.hab["cip"])
    bilan = projet.bilans.get()
    projet.refresh_from_db()
    assert (bilan.le, bilan.etat, bilan.conduit_par) == (projet.bilan_le, "prevu", inscrite.hab["cip"].compte)
    assert projet.etat == "en_cours"


def test_l_engagement_d_avant_court_jusqu_a_la_veille_et_chaque_jour_en_a_un_seul(embauchee):
    ancien, personne, cip = embauchee.engagement, embauchee.personne, embauchee.hab["cip"]
    nouveau = gestes.construire(personne, par=cip)
    ecrire(nouveau, cip)
    gestes.commencer(nouveau, par=cip)
    ancien.refresh_from_db()
    nouveau.refresh_from_db()
    assert nouveau.suit == ancien and ancien.etat == "clos"
    for ecart in range(-31, 3):
        jour = nouveau.debut + timedelta(days=ecart)
        attendus = [] if jour < ancien.debut else [ancien] if jour < nouveau.debut else [nouveau]
        assert list(personne.engagements.en_cours(jour)) == attendus


def test_deux_engagements_commences_le_meme_jour_se_suivent_sans_se_croiser(embauchee):
    cip = embauchee.hab["cip"]
    for rang in range(2):
        projet = gestes.construire(embauchee.personne, par=cip)
        ecrire(projet, cip, objectifs=(f"O{rang}",))
        gestes.commencer(projet, par=cip)
    assert embauchee.personne.engagements.en_cours(timezone.localdate()).get().objectifs.get().libelle == "O1"


def test_un_engagement_ne_commence_pas_avant_celui_qui_court(embauchee):
    cip = embauchee.hab["cip"]
    projet = gestes.construire(embauchee.personne, par=cip)
    ecrire(projet, cip, debut=embauchee.engagement.debut - timedelta(days=1))
    with pytest.raises(GesteImpossible, match="commencé après"):
        gestes.commencer(projet, par=cip)


def test_changer_la_date_du_bilan_deplace_celui_qui_est_prevu(embauchee):
    engagement, cip = embauchee.engagement, embauchee.hab["cip"]
    plus_tard = engagement.bilan_le + timedelta(days=14)
    ecrire(engagement, cip, objectifs=(embauchee.objectif,), bilan_le=plus_tard)
    assert Bilan.objects.get(engagement=engagement).le == plus_tard


def test_un_engagement_en_cours_garde_un_objectif_et_une_date_de_bilan(embauchee):
    engagement, cip = embauchee.engagement, embauchee.hab["cip"]
    with pytest.raises(GesteImpossible, match="prochain bilan"):
        ecrire(engagement, cip, objectifs=(embauchee.objectif,), bilan_le=None)
    engagement.refresh_from_db()
    assert engagement.bilan_le


def test_un_projet_se_retire_mais_pas_un_engagement(embauchee):
    cip = embauchee.hab["cip"]
    gestes.abandonner(gestes.construire(embauchee.personne, par=cip), par=cip)
    assert embauchee.personne.engagements.get() == embauchee.engagement
    with pytest.raises(GesteImpossible, match="se garde"):
        gestes.abandonner(embauchee.engagement, par=cip)


def test_un_moyen_se_note_fait_d_un_geste_sans_changer_la_version(embauchee, cip):
    moyen = embauchee.engagement.moyens.first()
    adresse = reverse("parcours:moyen_fait", args=[moyen.pk])
    cip.post(adresse)
    moyen.refresh_from_db()
    assert moyen.fait_le == timezone.localdate()
    cip.post(adresse)
    moyen.refresh_from_db()
    embauchee.engagement.refresh_from_db()
    assert moyen.fait_le is None and embauchee.engagement.version == 1


@pytest.mark.parametrize(
    "depuis, ecart, etat",
    [
        *((0, -1, "prevu"), (0, 0, "prevu"), (0, 1, "annule"), (0, 30, "annule"), (20, -5, "prevu")),
        *((-10, 9, "prevu"), (-10, 10, "annule")),
    ],
)
def test_clore_retire_de_l_agenda_le_bilan_a_venir_et_laisse_celui_qui_reste_a_tenir(embauchee, depuis, ecart, etat):
    jour = timezone.localdate()
    embauchee.personne.bilans.update(le=jour + timedelta(days=ecart))
    gestes.clore(embauchee.engagement, le=jour - timedelta(days=depuis), par=embauchee.hab["cip"])
    assert embauchee.personne.bilans.get().etat == etat
    assert Trace.objects.filter(detail="annulé : son engagement est clos").exists() is (etat == "annule")
