"""Le travail et ceux qu'il relie : la mise en situation, le besoin, le client, le partenaire (INS-4, INS-6, TRA-2, TRA-3)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.core.refus import GesteImpossible
from cedre.parcours.forms.travail import proposition
from cedre.parcours.liaison import fiche_de_liaison, fiche_du_partenaire
from cedre.parcours.models import Besoin, Contrat, Heures, Liaison, MiseEnSituation, Moyen, Objectif, Personne
from cedre.parcours.operations import liaisons, travail
from cedre.parcours.operations.au_travail import imprimer_fiche, remettre_lien, revoquer_liens
from cedre.partenariats.models import Client, Partenaire


def dans(jours: int) -> date:
    """Aujourd'hui et quelques jours."""
    return timezone.localdate() + timedelta(days=jours)


def adresse(route: str, ligne) -> str:
    """L'adresse de la route, pour cette ligne."""
    return reverse(f"parcours:{route}", args=[ligne.pk])


@pytest.fixture
def mets(embauchee):
    """La mise en situation de la personne."""
    return embauchee.mise_en_situation


@pytest.fixture
def mad(embauchee):
    """Le navigateur de l'encadrant d'ici."""
    return embauchee.client("mad")


@pytest.mark.parametrize("du, attendu", [(-5, 0), (0, 0), (4, 4)])
def test_un_besoin_propose_ses_dates_sans_remonter_avant_aujourd_hui(embauchee, du, attendu):
    besoin = Besoin.objects.get()
    besoin.du, besoin.au, besoin.fiche_de_poste, besoin.heures = dans(du), dans(40), embauchee.fiche_de_poste, None
    propose = proposition(embauchee.personne, besoin)
    assert (propose["du"], propose["au"], propose["heures_prevues"]) == (dans(attendu), dans(40), None)
    assert (propose["fiche_de_poste"], propose["client"]) == (embauchee.fiche_de_poste.pk, besoin.client_id)
    assert propose["objectif"] == embauchee.objectif
    Objectif.objects.filter(pk=embauchee.objectif.pk).update(retire_le=dans(0))
    assert proposition(embauchee.personne)["objectif"] is None


def test_on_ne_propose_que_les_clients_et_les_fiches_de_poste_d_aujourd_hui_et_d_ici(embauchee, ailleurs, mad):
    ancien = Client.objects.create(organisation=embauchee.organisation, nom="Ancien", actif=False)
    Client.objects.create(organisation=ailleurs.organisation, nom="Client d’ailleurs")
    for page in (adresse("mets_nouvelle", embauchee.personne), reverse("parcours:besoin_nouveau")):
        form = mad.get(page).context["form"]
        assert [str(c) for c in form.fields["client"].queryset] == ["Client ici"]
        assert list(form.fields["fiche_de_poste"].queryset) == [embauchee.fiche_de_poste]
    MiseEnSituation.objects.update(client=ancien)
    corriger = mad.get(adresse("mets_modifier", embauchee.mise_en_situation)).context["form"]
    assert ancien in corriger.fields["client"].queryset, "ce qu'elle porte déjà n'est pas perdu"


def test_la_page_d_une_mise_en_situation_va_du_plus_recent_et_ne_montre_que_les_siennes(embauchee, mets, mad):
    autre = MiseEnSituation.objects.create(personne=embauchee.personne, atelier="Jardin", du=dans(-20))
    Heures.objects.create(mise_en_situation=autre, le=dans(-1), heures=3)
    for jours in (-21, -14):
        Heures.objects.create(mise_en_situation=mets, le=dans(jours), heures=5)
    recente = mets.evaluations.create(le=dans(0), points_forts="Oui")
    mets.evaluations.exclude(pk=recente.pk).update(le=dans(-9))
    remettre_lien(mets, adresse=str, par=embauchee.hab["mad"])
    revoquer_liens(mets, par=embauchee.hab["mad"])
    lien, _ = remettre_lien(mets, adresse=str, par=embauchee.hab["mad"])
    page = mad.get(adresse("mets", mets)).context
    assert [h.le for h in page["heures"]] == [dans(-7), dans(-14), dans(-21)]
    assert [e.le for e in page["evaluations"]] == [dans(0), dans(-9)] and list(page["liens"]) == [lien]
    assert page["fin"]["au"].value() == dans(0)


@pytest.mark.parametrize("jour, refuse", [(-31, True), (-30, False), (-8, True), (-7, False), (60, False), (61, True)])
def test_le_travail_finit_apres_ses_heures_et_dans_le_contrat(embauchee, mets, jour, refuse):
    if jour <= -30:
        Heures.objects.all().delete()
    if refuse:
        with pytest.raises(GesteImpossible):
            travail.terminer(mets, au=dans(jour), par=embauchee.hab["mad"])
        return
    travail.terminer(mets, au=dans(jour), par=embauchee.hab["mad"])
    mets.refresh_from_db()
    trace = Trace.objects.get(objet=mets._meta.verbose_name)
    assert (mets.au, trace.geste, trace.personne_id) == (dans(jour), "modifier", embauchee.personne.pk)


def test_de_deux_contrats_qui_courent_le_travail_est_du_plus_recent(embauchee):
    autre = Contrat.objects.create(
        personne=embauchee.personne, nature=embauchee.contrat.nature, debut=dans(-10), fin_prevue=dans(50)
    )
    nouvelle = MiseEnSituation(personne=embauchee.personne, atelier="Jardin", du=dans(0))
    assert travail.ouvrir(nouvelle, par=embauchee.hab["mad"]).contrat == autre
    assert Trace.objects.get(geste="creer", objet=nouvelle._meta.verbose_name).personne_id == embauchee.personne.pk


def test_la_fiche_de_liaison_garde_le_jour_de_sa_premiere_impression_et_trace_chacune(embauchee, mets):
    imprimer_fiche(mets, par=embauchee.hab["mad"])
    MiseEnSituation.objects.update(fiche_imprimee_le=dans(-3))
    imprimer_fiche(mets, par=embauchee.hab["mad"])
    mets.refresh_from_db()
    assert mets.fiche_imprimee_le == dans(-3)
    assert Trace.objects.filter(geste="exporter", personne_id=embauchee.personne.pk).count() == 2


def test_la_fiche_de_liaison_dit_ou_quand_et_les_promesses_de_ce_client_pour_cet_objectif(embauchee, mets):
    autre = Objectif.objects.create(engagement=embauchee.engagement, libelle="Autre")
    cree = {"engagement": embauchee.engagement, "qui": "client", "echeance": dans(9)}
    for libelle, champs in {
        "À lui": {"client": mets.client, "objectif": embauchee.objectif},
        "À tous": {},
        "Autre objectif": {"objectif": autre},
        "Retirée": {"retire_le": dans(0)},
    }.items():
        Moyen.objects.create(**cree | {"libelle": libelle} | champs)
    MiseEnSituation.objects.filter(pk=mets.pk).update(au=dans(20), heures_prevues=Decimal("17.5"), precisions="Dès 8 h")
    mets.refresh_from_db()
    fiche = fiche_de_liaison(mets)
    assert {p["quoi"] for p in fiche["promesses"]} == {"À lui", "À tous"}
    assert {p["pour_le"] for p in fiche["promesses"]} == {dans(9)}
    dits = {"ou": "Client ici", "poste": "Poste ici", "du": mets.du, "au": dans(20), "heures_prevues": "17,5"}
    dits |= {"precisions": "Dès 8 h", "objectif": "Objectif ici", "personne": "Zélie Martinelle", "etabli_le": dans(0)}
    dits["competences"] = ["Respecter les consignes", "Tenir le rythme"]
    assert {nom: fiche[nom] for nom in dits} == dits
    assert fiche["structure"]["nom"] == "Structure Ici"


def test_la_fiche_du_partenaire_dit_a_qui_pour_qui_et_avant_quel_jour_repondre(embauchee):
    Partenaire.objects.update(contact="Mme Lune")
    ligne = Liaison.objects.get()
    ligne.relance_le, ligne.le, ligne.par = dans(9), dans(-2), embauchee.qui
    ligne.save()
    ligne.refresh_from_db()
    fiche = fiche_du_partenaire(ligne)
    dits = {"le": dans(-2), "personne": "Zélie Martinelle", "partenaire": "Partenaire ici", "contact": "Mme Lune"}
    dits |= {"demande": "Demande à ici", "par": str(embauchee.qui), "reponse_avant": dans(9)}
    assert {nom: fiche[nom] for nom in dits} == dits


@pytest.mark.parametrize(
    "champs, refuse",
    [
        ({"le": 0}, False),
        ({"le": 1}, True),
        ({"relance_le": -2}, False),
        ({"relance_le": -3}, True),
        ({"reponse": "Oui", "reponse_le": -2}, False),
        ({"reponse": "Oui", "reponse_le": -3}, True),
        ({"reponse": "Oui", "reponse_le": 0}, False),
        ({"reponse": "Oui", "reponse_le": 1}, True),
    ],
)
def test_une_demande_sa_relance_et_sa_reponse_peuvent_etre_du_meme_jour(embauchee, champs, refuse):
    dates = {nom: dans(jour) if isinstance(jour, int) else jour for nom, jour in champs.items()}
    ligne = Liaison(personne=embauchee.personne, partenaire=embauchee.partenaire, **{"demande": "X", "le": dans(-2)} | dates)
    if refuse:
        with pytest.raises(GesteImpossible):
            liaisons.tenir_liaison(ligne, champs=[], par=embauchee.hab["cip"])
    else:
        assert liaisons.tenir_liaison(ligne, champs=[], par=embauchee.hab["cip"]).pk


def test_les_demandes_a_relancer_vont_de_la_plus_ancienne_relance_celles_d_une_personne_de_la_plus_recente(embauchee, cip):
    Liaison.objects.all().delete()
    qui = {"personne": embauchee.personne, "partenaire": embauchee.partenaire, "demande": "X"}
    dates = [(-9, -2), (-5, 0), (-20, -3)]
    a, b, c = [Liaison.objects.create(le=dans(le), relance_le=dans(relance), **qui) for le, relance in dates]
    page = cip.get(reverse("parcours:liaisons"))
    assert list(page.context["page"]) == [c, a, b]
    assert all(adresse("liaison", ligne) in page.content.decode() for ligne in (a, b, c))
    siennes = cip.get(adresse("liaisons_personne", embauchee.personne)).context
    assert (list(siennes["page"]), siennes["a_relancer"]) == ([b, a, c], {a.pk, b.pk, c.pk})
    form = cip.get(adresse("liaison_nouvelle", embauchee.personne)).context["form"]
    assert (form["le"].value(), form["relance_le"].value()) == (dans(0), dans(15))


def test_on_ne_demande_qu_a_un_partenaire_que_l_on_a_encore(embauchee, cip):
    Partenaire.objects.create(organisation=embauchee.organisation, nom="Ancien", actif=False)
    for route in ("liaison_nouvelle",):
        form = cip.get(adresse(route, embauchee.personne)).context["form"]
        assert list(form.fields["partenaire"].queryset) == [embauchee.partenaire]
    Personne.objects.filter(pk=embauchee.personne.pk).update(phase="accueil")
    for page in (adresse("suite", embauchee.personne), adresse("entretien_conclure", embauchee.entretien)):
        assert list(cip.get(page).context["form"].fields["partenaire"].queryset) == [embauchee.partenaire]


def test_les_besoins_vont_du_plus_proche_et_les_plus_prioritaires_ont_le_moins_d_heures(embauchee, mad):
    deja, client = Besoin.objects.get(), embauchee.mise_en_situation.client
    cree = {"organisation": embauchee.organisation, "client": client, "intitule": "X"}
    loin, proche = (Besoin.objects.create(du=dans(jours), **cree) for jours in (30, -3))
    page = mad.get(reverse("parcours:mobilisation"))
    assert [b for b, _, _ in page.context["besoins"]] == [proche, deja, loin]
    assert adresse("besoin", loin) in page.content.decode()
    assert mad.post(adresse("besoin_pourvu", loin)).url == reverse("parcours:mobilisation")
    loin.refresh_from_db()
    assert loin.pourvu_le == dans(0)
    assert Trace.objects.filter(geste="modifier", objet=loin._meta.verbose_name).count() == 1
    travail.pourvoir(loin, le=None, par=embauchee.hab["mad"])
    assert loin in Besoin.objects.ouverts(dans(0))
    form = mad.get(reverse("parcours:besoin_nouveau")).context["form"]
    assert form["du"].value() == dans(0)


@pytest.mark.parametrize("heures, refuse", [("0", True), ("0.25", False), ("60", False), ("60.25", True)])
def test_un_besoin_demande_plus_de_zero_et_soixante_heures_au_plus(embauchee, mad, heures, refuse):
    envoi = {"client": embauchee.mise_en_situation.client_id, "intitule": "Vendange", "du": dans(0).isoformat(), "places": 1}
    mad.post(reverse("parcours:besoin_nouveau"), envoi | {"heures": heures})
    assert Besoin.objects.filter(intitule="Vendange").exists() is not refuse
