"""La sortie : ce qu'elle arrête ou laisse à son jour, deux corrections de suite, où mènent ses listes (INS-8, INS-9)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.conftest import terme
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import (
    ActionAssociee,
    Contrat,
    Echange,
    Entretien,
    Heures,
    Information,
    Jobcoach,
    MiseEnSituation,
    Personne,
    Sortie,
    SuiviSortie,
    VisiteJobcoach,
)
from cedre.parcours.operations import sorties as gestes
from cedre.partenariats.models import Partenaire


def dans(jours: int) -> date:
    """Aujourd'hui et quelques jours."""
    return timezone.localdate() + timedelta(days=jours)


def adresse(route: str, ligne) -> str:
    """L'adresse de la route, pour cette ligne."""
    return reverse(f"parcours:{route}", args=[ligne.pk])


@pytest.fixture
def en_parcours(embauchee):
    """La personne embauchée, sans sa sortie d'autrefois ni ses heures."""
    embauchee.personne.sorties.all().delete()
    Heures.objects.all().delete()
    return embauchee


def sortir(monde, le: int = 0, motif: str = "cdi_non_aide") -> Sortie:
    """La sortie de la personne, ce jour-là."""
    sortie = Sortie(personne=monde.personne, le=dans(le), motif=terme("motif_sortie", motif), trajectoire="stable")
    return gestes.sortir(sortie, motif_rupture=terme("motif_rupture", "embauche"), par=monde.hab["cip"])


def corriger(monde, sortie: Sortie, **champs) -> Sortie:
    """La sortie, corrigée de ces champs."""
    for nom, valeur in champs.items():
        setattr(sortie, nom, valeur)
    rupture = terme("motif_rupture", "embauche")
    return gestes.corriger_sortie(sortie, champs=list(champs), motif_rupture=rupture, par=monde.hab["cip"])


@pytest.mark.parametrize("ecart, etat", [(-1, "prevue"), (0, "excusee"), (1, "excusee")])
def test_une_action_d_avant_la_sortie_attend_encore_sa_presence(en_parcours, ecart, etat):
    ActionAssociee.objects.update(le=dans(-3 + ecart))
    sortir(en_parcours, -3)
    action = en_parcours.personne.actions.get()
    assert (action.etat, action.annule_le) == (etat, dans(-3) if etat == "excusee" else None)


def test_ce_qui_a_eu_lieu_ou_ne_l_a_pas_eu_ne_s_annule_pas_avec_la_sortie(en_parcours):
    qui = en_parcours.personne
    Information.objects.update(presence="presente", le=dans(-20))
    Entretien.objects.update(etat="absent", le=dans(-20))
    ActionAssociee.objects.update(etat="faite", le=dans(0))
    ecrit = qui.entretiens.create(le=dans(-10), etat="en_cours")
    sortir(en_parcours)
    assert [i.presence for i in qui.informations.all()] == ["presente"]
    assert {e.pk: e.etat for e in qui.entretiens.all()} == {en_parcours.entretien.pk: "absent", ecrit.pk: "en_cours"}
    assert [a.etat for a in qui.actions.all()] == ["faite"]


def test_le_travail_fini_garde_son_dernier_jour_et_celui_qui_finissait_ce_jour_aussi(en_parcours):
    finie = MiseEnSituation.objects.create(personne=en_parcours.personne, atelier="A", du=dans(-40), au=dans(-20))
    du_jour = MiseEnSituation.objects.create(personne=en_parcours.personne, atelier="B", du=dans(-3), au=dans(30))
    a_venir = MiseEnSituation.objects.create(personne=en_parcours.personne, atelier="C", du=dans(-2))
    sortir(en_parcours, -3)
    assert dict(MiseEnSituation.objects.values_list("pk", "au")) == {
        finie.pk: dans(-20),
        du_jour.pk: dans(-3),
        en_parcours.mise_en_situation.pk: dans(-3),
    }
    trace = Trace.objects.get(geste="supprimer")
    assert (trace.objet, trace.personne_id) == (a_venir._meta.verbose_name, en_parcours.personne.pk)


@pytest.mark.parametrize("ecart, refuse", [(0, False), (1, True)])
def test_on_sort_le_jour_meme_de_ses_dernieres_heures(en_parcours, ecart, refuse):
    Heures.objects.create(mise_en_situation=en_parcours.mise_en_situation, le=dans(-5 + ecart), heures=1)
    if refuse:
        with pytest.raises(GesteImpossible, match=f"{dans(-4):%d/%m/%Y}"):
            sortir(en_parcours, -5)
    else:
        assert sortir(en_parcours, -5).pk


def test_un_contrat_fini_le_jour_de_la_sortie_n_est_pas_rompu(en_parcours):
    Contrat.objects.update(fin_prevue=dans(0), fin=dans(0))
    sortir(en_parcours)
    contrat = en_parcours.personne.contrats.get()
    assert (contrat.rompu_le, contrat.motif_rupture) == (None, None)


def test_deux_corrections_de_suite_deplacent_tout_ce_qui_finissait_avec_la_sortie(en_parcours):
    sortie = sortir(en_parcours, -3)
    qui = en_parcours.personne
    for jour in (-4, -2):
        corriger(en_parcours, sortie, le=dans(jour))
        assert [c.rompu_le for c in qui.contrats.all()] == [dans(jour)]
        assert [e.clos_le for e in qui.engagements.all()] == [dans(jour)]
        assert {b.annule_le for b in qui.bilans.all()} == {dans(jour)}
        assert [m.au for m in qui.mises_en_situation.all()] == [dans(jour)]
        assert [s.prevu_le for s in sortie.suivis.order_by("mois")] == [SuiviSortie.date_prevue(dans(jour), m) for m in (3, 6)]
        qui.refresh_from_db()
        assert (qui.phase, qui.referent) == ("sortie", en_parcours.qui)
    traces = Trace.objects.filter(detail="fin déplacée avec la sortie", personne_id=qui.pk)
    assert sorted(t.objet for t in traces) == ["contrat de travail"] * 2 + [en_parcours.engagement._meta.verbose_name] * 2


def test_corriger_une_sortie_ne_deplace_que_ce_qui_finissait_avec_elle_sans_l_oter_de_son_premier_jour(en_parcours):
    """La sortie passe de -4 à -6 : ce qui commence ce jour-là y finit, ce qui commence le lendemain finit à son premier jour."""
    qui, sorte = en_parcours.personne, en_parcours.engagement.type_engagement
    sortie, accord = sortir(en_parcours, -4), terme("motif_rupture", "accord")

    def engagement(debut, clos_le, **suite):
        dit = {"debut": dans(debut), "clos_le": dans(clos_le), "etat": "clos"} | suite
        return qui.engagements.create(type_engagement=sorte, **dit).pk

    nature = {"nature": en_parcours.contrat.nature, "motif_rupture": accord}
    contrats = {
        en_parcours.contrat.pk: dans(-6),
        qui.contrats.create(**nature, debut=dans(-6), fin_prevue=dans(9), rompu_le=dans(-4)).pk: dans(-6),
        qui.contrats.create(**nature, debut=dans(-40), fin_prevue=dans(-6), rompu_le=dans(-7)).pk: dans(-7),
    }
    suivi = engagement(-9, -4)
    engagements = {
        en_parcours.engagement.pk: dans(-6),
        suivi: dans(-4),
        engagement(-4, -4, suit_id=suivi): dans(-4),
        engagement(-5, -4): dans(-5),
        engagement(-9, -5): dans(-5),
    }
    travail = {
        en_parcours.mise_en_situation.pk: dans(-6),
        (du_jour := qui.mises_en_situation.create(atelier="A", du=dans(-6), au=dans(-4))).pk: dans(-6),
        qui.mises_en_situation.create(atelier="B", du=dans(-9), au=dans(-7)).pk: dans(-7),
    }
    lendemain = qui.mises_en_situation.create(atelier="C", du=dans(-5), au=dans(-4))
    autre = Personne.objects.create(organisation=en_parcours.organisation, nom="Abel", prenom="Odile")
    d_une_autre = autre.mises_en_situation.create(atelier="D", du=dans(-9))
    for mets, le, nombre in ((du_jour, -6, 3), (lendemain, -5, 0), (d_une_autre, -1, 7)):
        Heures.objects.create(mise_en_situation=mets, le=dans(le), heures=nombre)
    d_avant = qui.bilans.create(engagement=en_parcours.engagement, le=dans(-5), etat="annule", annule_le=dans(-5))
    bilans = {en_parcours.bilan.pk: dans(-6), d_avant.pk: dans(-5)}
    corriger(en_parcours, sortie, le=dans(-6))
    assert dict(qui.contrats.values_list("pk", "rompu_le")) == contrats
    assert dict(qui.engagements.values_list("pk", "clos_le")) == engagements
    assert dict(qui.mises_en_situation.values_list("pk", "au")) == travail
    assert dict(qui.bilans.values_list("pk", "annule_le")) == bilans


def test_une_sortie_ne_se_corrige_pas_avant_un_contrat_qu_elle_arretait(en_parcours):
    sortie, nature = sortir(en_parcours, -4), en_parcours.contrat.nature
    en_parcours.personne.contrats.create(
        nature=nature, debut=dans(-5), fin_prevue=dans(9), rompu_le=dans(-4), motif_rupture=terme("motif_rupture", "accord")
    )
    with pytest.raises(GesteImpossible, match="commence après cette date"):
        corriger(en_parcours, sortie, le=dans(-6))


def test_une_sortie_reportee_au_terme_d_un_contrat_lui_rend_son_terme_et_laisse_le_projet_a_son_jour(en_parcours):
    sortie, projet = sortir(en_parcours, -4), {"type_engagement": en_parcours.engagement.type_engagement, "etat": "clos"}
    projet = en_parcours.personne.engagements.create(**projet, debut=dans(-4), clos_le=dans(-4))
    Contrat.objects.update(fin_prevue=dans(-3))
    corriger(en_parcours, sortie, le=dans(-3))
    contrat = en_parcours.personne.contrats.get()
    assert (contrat.rompu_le, contrat.motif_rupture, contrat.fin) == (None, None, dans(-3))
    projet.refresh_from_db()
    assert projet.clos_le == dans(-4)


def test_un_deces_dit_apres_coup_retire_les_nouvelles_a_prendre_et_se_corrige(en_parcours):
    sortie = sortir(en_parcours)
    sortie.suivis.filter(mois=3).update(fait_le=dans(0))
    corriger(en_parcours, sortie, motif=terme("motif_sortie", "deces"))
    assert [s.mois for s in sortie.suivis.all()] == [3], "celles que l'on a prises restent"
    corriger(en_parcours, sortie, motif=terme("motif_sortie", "cdi_non_aide"))
    assert [(s.mois, s.fait_le) for s in sortie.suivis.order_by("mois")] == [(3, dans(0)), (6, None)]


def test_retirer_une_sortie_rend_au_parcours_et_laisse_sa_trace(en_parcours, cip):
    sortie = sortir(en_parcours)
    assert cip.post(adresse("sortie_annuler", sortie)).url == adresse("personne", en_parcours.personne)
    en_parcours.personne.refresh_from_db()
    assert en_parcours.personne.phase == "parcours" and not Sortie.objects.filter(pk=sortie.pk).exists()
    trace = Trace.objects.get(geste="supprimer", objet="sortie")
    assert (trace.detail, trace.personne_id) == ("notée par erreur", en_parcours.personne.pk)


def test_la_liste_des_nouvelles_va_de_la_plus_ancienne_et_mene_a_chaque_sortie(en_parcours, cip):
    sortie = sortir(en_parcours)
    autre = Personne.objects.create(organisation=en_parcours.organisation, nom="Autre", prenom="Lou", phase="sortie")
    ancienne = Sortie.objects.create(personne=autre, le=dans(-100), motif=terme("motif_sortie", "chomage"))
    sortie.suivis.update(prevu_le=dans(-1))
    tot = SuiviSortie.objects.create(sortie=ancienne, mois=3, prevu_le=dans(-9))
    page = cip.get(reverse("parcours:nouvelles"))
    assert [s.pk for s in page.context["page"]] == [tot.pk, *sortie.suivis.order_by("pk").values_list("pk", flat=True)]
    texte = page.content.decode()
    assert adresse("sortie_fiche", sortie) in texte and adresse("suivi_sortie", tot) in texte
    Personne.objects.filter(pk=autre.pk).update(anonymisee_le=dans(0))
    assert tot not in cip.get(reverse("parcours:nouvelles")).context["page"]
    assert cip.get(reverse("parcours:sorties")).context["nouvelles"] == 2


def test_la_liste_des_sorties_mene_a_la_sortie_ou_aux_contrats_de_qui_n_en_a_pas(en_parcours, ailleurs, cip):
    debut = dans(-400)
    sortie = sortir(en_parcours)
    tue = Personne.objects.create(organisation=en_parcours.organisation, nom="Tue", prenom="Lou", phase="parcours")
    Contrat.objects.create(personne=tue, nature=terme("nature_contrat", "cddi"), debut=debut, fin_prevue=dans(-60))
    page = cip.get(reverse("parcours:sorties"), {"du": dans(-100).isoformat(), "au": dans(0).isoformat()})
    fins = [(f.personne, f.le, f.sortie) for f in page.context["page"]]
    assert fins == [(en_parcours.personne, dans(0), sortie), (tue, dans(-60), None)]
    texte = page.content.decode()
    assert f'href="{adresse("sortie_fiche", sortie)}"' in texte and f'href="{adresse("contrats", tue)}"' in texte
    assert adresse("sortie", tue) in texte and str(sortie.motif) in texte
    sortie.situation = "Cuisinière au lycée"
    sortie.save()
    assert "Cuisinière au lycée" in cip.get(reverse("parcours:sorties")).content.decode()


def test_la_fiche_d_une_sortie_dit_qui_l_a_notee_et_ou_en_sont_les_nouvelles(en_parcours, cip):
    sortie = sortir(en_parcours)
    assert str(en_parcours.qui) in cip.get(adresse("sortie_fiche", sortie)).content.decode()
    trois = sortie.suivis.get(mois=3)
    dits = [({"jointe": False}, "Injoignable"), ({"jointe": True, "en_emploi": True}, "En emploi")]
    dits.append(({"jointe": True, "en_emploi": False}, "Sans emploi"))
    for champs, dit in dits:
        SuiviSortie.objects.filter(pk=trois.pk).update(fait_le=dans(0), **{"jointe": None, "en_emploi": None} | champs)
        page = cip.get(adresse("sortie_fiche", sortie)).content.decode()
        assert [mot in page for mot in ("Injoignable", "En emploi", "Sans emploi")] == [d == dit for _, d in dits]
    suivis = cip.get(adresse("sortie_fiche", sortie)).context["suivis"]
    assert [s.mois for s in suivis] == [3, 6]


def test_le_jobcoach_montre_ses_suivis_du_plus_recent_et_leurs_visites_de_meme(ici, cip):
    qui, cree = ici.personne, {"au": dans(60)}
    ancien = Jobcoach.objects.create(personne=qui, employeur="Ancien", du=dans(-90), **cree)
    recent = Jobcoach.objects.create(personne=qui, employeur="Récent", du=dans(-10), **cree)
    visites = [VisiteJobcoach.objects.create(jobcoach=recent, le=dans(n)) for n in (-9, -2, -5)]
    suivis = cip.get(adresse("jobcoach", qui)).context["suivis"]
    assert suivis == [recent, ancien]
    assert list(suivis[0].visites.all()) == [visites[1], visites[2], visites[0]]
    form = cip.get(adresse("jobcoach_nouveau", qui)).context["form"]
    assert (form["conduit_par"].value(), form["du"].value()) == (ici.qui.pk, dans(0))
    envoi = {"clos_le": recent.du.isoformat(), "conclusion": "Restée"}
    assert cip.post(adresse("jobcoach_clore", recent), envoi).url == adresse("jobcoach", qui)
    recent.refresh_from_db()
    assert recent.clos_le == recent.du
    assert Trace.objects.get(detail="clos").personne_id == qui.pk


def test_un_echange_corrige_garde_qui_l_avait_note(ici):
    echange = Echange.objects.create(personne=ici.personne, texte="Lundi", le=dans(-2), par=ici.qui)
    envoi = {"texte": "Mardi", "canal": "visite", "le": dans(-1).isoformat()}
    assert ici.client("direction").post(adresse("echange_corriger", echange), envoi).url == adresse("personne", ici.personne)
    echange.refresh_from_db()
    assert (echange.texte, echange.le, echange.canal, echange.par) == ("Mardi", dans(-1), "visite", ici.qui)


def test_un_relais_se_convient_a_la_sortie_avec_un_de_ses_partenaires_et_se_corrige(en_parcours, ailleurs, cip):
    envoi = {"le": dans(0).isoformat(), "motif": terme("motif_sortie", "autre_iae").pk, "trajectoire": "stable"}
    envoi["motif_rupture"] = terme("motif_rupture", "embauche").pk
    refuse = cip.post(adresse("sortie", en_parcours.personne), envoi | {"relais": ailleurs.partenaire.pk})
    assert refuse.context["form"].errors["relais"] and not Sortie.objects.exists(), "celui d'une autre structure n'en est pas"
    cip.post(adresse("sortie", en_parcours.personne), envoi | {"relais": en_parcours.partenaire.pk})
    sortie = Sortie.objects.get()
    assert str(en_parcours.partenaire) in cip.get(adresse("sortie_fiche", sortie)).content.decode()
    Partenaire.objects.update(actif=False)
    page = cip.get(adresse("sortie_corriger", sortie)).context["form"]
    assert [*page.fields["relais"].queryset] == [en_parcours.partenaire], "retiré des listes, il reste celui que l'on a dit"
    cip.post(adresse("sortie_corriger", sortie), envoi)
    sortie.refresh_from_db()
    assert sortie.relais is None
