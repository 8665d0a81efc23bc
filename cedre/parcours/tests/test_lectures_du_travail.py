"""Ce que rend chaque lecture des contrats, du travail et des sorties : ce qui valait, ou se savait, ce jour-là (INS-4 à 8)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from cedre.conftest import terme
from cedre.core.intervalles import DE_TOUT_TEMPS
from cedre.parcours.models import (
    AncienneFin,
    AncienneFinDePass,
    AncienObjectif,
    Besoin,
    Contrat,
    Engagement,
    EvaluationAuTravail,
    Heures,
    LienClient,
    MiseEnSituation,
    Objectif,
    PassIAE,
    Personne,
    Sortie,
    SuiviSortie,
    Suspension,
)
from cedre.parcours.models.contrat import SANS_FIN
from cedre.parcours.models.suivi import au_travail
from cedre.parcours.tests.monde import noms, peupler
from cedre.partenariats.models import Client
from cedre.structures.models import Seuils

LE = date(2026, 6, 15)
VEILLE, PREMIER = date(2025, 6, 15), date(2025, 6, 16)  # la veille des douze mois, et leur premier jour
ANONYME = {"anonymisee_le": date(2026, 7, 1)}


def j(jours: int | None) -> date | None:
    """Le jour lu, et quelques jours."""
    return None if jours is None else LE + timedelta(days=jours)


def midi(jours: int) -> datetime:
    """Ce jour-là à midi."""
    return datetime(2026, 6, 15, 10, tzinfo=UTC) + timedelta(days=jours)


@pytest.fixture
def cddi(ici):
    """La nature des contrats de ces essais."""
    return terme("nature_contrat", "cddi")


def contrat(nature, debut: int = -90, fin: int | None = 90, note: int | None = None, **dit) -> Contrat:
    """Un contrat, pas encore enregistré ; note : le jour où on l'a noté, on ne sait quand si rien."""
    return Contrat(nature=nature, debut=j(debut), fin_prevue=j(fin), note_le=j(note), **dit)


def test_on_connait_un_contrat_du_jour_ou_on_le_note_ou_du_premier_si_c_est_apres_coup(ici, cddi):
    cas = {"note": (5, 90, 0), "note demain": (5, 90, 1), "commencé": (0, 90, 1), "on ne sait quand": (5, 90, None)}
    peupler(ici, {nom: [contrat(cddi, *dit)] for nom, dit in cas.items()})
    assert noms(Contrat.objects.connus(LE)) == ["commencé", "note", "on ne sait quand"]
    Contrat.objects.filter(personne__nom__in=cas).delete()
    passes = {nom: [PassIAE(debut=j(du), fin=j(au), note_le=j(note))] for nom, (du, au, note) in cas.items()}
    peupler(ici, {f"P {nom}": dit for nom, dit in passes.items()})
    assert noms(PassIAE.objects.connus(LE)) == ["P commencé", "P note", "P on ne sait quand"]


def test_la_fin_connue_est_celle_que_l_on_savait_ce_jour_la(ici, cddi):
    lu, passe = contrat(cddi, fin=90), PassIAE(debut=j(-90), fin=j(600), note_le=None)
    anciennes = [
        AncienneFin(contrat=lu, fin=None, du=DE_TOUT_TEMPS, au=j(-10)),
        AncienneFin(contrat=lu, fin=j(30), du=j(-10), au=LE),
        AncienneFinDePass(pass_iae=passe, fin=j(500), du=DE_TOUT_TEMPS, au=LE),
    ]
    cdi = terme("nature_contrat", "cdi")
    peupler(ici, {"Lue": [lu, passe, *anciennes], "Cdi": [contrat(cdi, fin=None)]})
    jours = {quand: Contrat.objects.connus(j(quand)).get(pk=lu.pk).fin_connue for quand in (-11, -10, -1, 0)}
    assert jours == {-11: SANS_FIN, -10: j(30), -1: j(30), 0: j(90)}
    assert {quand: PassIAE.objects.connus(j(quand)).get(pk=passe.pk).fin_connue for quand in (-1, 0)} == {-1: j(500), 0: j(600)}
    assert Contrat.objects.connus(LE).get(personne__nom="Cdi").fin_connue == SANS_FIN


def test_est_sans_suite_le_contrat_qu_aucun_autre_connu_ne_prolonge(ici, cddi):
    cdi = terme("nature_contrat", "cdi")
    dossiers = {
        "seul": [contrat(cddi, fin=10)],
        "suivi": [contrat(cddi, fin=10), contrat(cddi, 11, 11, note=0)],
        "suivi, noté demain": [contrat(cddi, fin=10), contrat(cddi, 11, 50, note=1)],
        "de même fin": [contrat(cddi, fin=10), contrat(cddi, 2, 10, note=0)],
        "cdi": [contrat(cddi, fin=10), contrat(cdi, 11, None, note=0)],
        "cdi seul": [contrat(cdi, fin=None)],
        "pas connu": [contrat(cddi, 1, 10, note=1)],
    }
    peupler(ici, dossiers)
    lus = Contrat.objects.sans_suite(LE).filter(personne__nom__in=dossiers).values_list("personne__nom", "fin_connue")
    assert sorted(lus) == [
        ("de même fin", j(10)),
        ("de même fin", j(10)),
        ("seul", j(10)),
        ("suivi", j(11)),
        ("suivi, noté demain", j(10)),
    ]


@time_machine.travel("2026-06-15 12:00:00+02:00", tick=False)
def test_la_suspension_d_aujourd_hui_est_celle_d_un_contrat_qui_court(ici, cddi):
    arret, conge = (terme("motif_suspension", "arret") for _ in range(2))
    jours = {"avant": (-9, -1), "dernier": (-9, 0), "premier": (0, 9), "ouverte": (-9, None), "demain": (1, None)}
    dossiers = {}
    for nom, (du, au) in jours.items():
        dossiers[nom] = [ligne := contrat(cddi), Suspension(contrat=ligne, motif=arret, du=j(du), au=j(au))]
    fini = contrat(cddi, fin=-1)
    dossiers["contrat fini"] = [fini, Suspension(contrat=fini, motif=conge, du=j(-9))]
    personnes = peupler(ici, dossiers)
    suspendus = {nom: personne.contrats.get().suspension_en_cours for nom, personne in personnes.items()}
    assert [nom for nom, suspension in suspendus.items() if suspension] == ["dernier", "premier", "ouverte"]
    suspendus["ouverte"].contrat.refresh_from_db()
    assert noms(Contrat.objects.travailles(LE)) == ["avant", "demain"]


def test_un_contrat_est_celui_d_une_salariee_tant_qu_elle_n_est_pas_sortie_depuis(ici, cddi):
    motif = terme("motif_sortie", "chomage")
    dossiers = {"jamais": [contrat(cddi)]}
    for nom, jour in {"avant": -91, "le premier jour": -90, "depuis": -89, "ce jour": 0, "demain": 1}.items():
        dossiers[nom] = [contrat(cddi), Sortie(le=j(jour), motif=motif)]
    peupler(ici, dossiers)
    assert noms(Contrat.objects.filter(au_travail(LE))) == ["avant", "demain", "jamais", "le premier jour"]


@pytest.fixture
def servi(ici):
    """Un engagement qui court, et son objectif : (de qui, de quoi faire une mise en situation, qui le sert ou non)."""
    type_ = terme("type_engagement", "decouverte")

    def mets(*, sert=True, debut=-300, etat="en_cours", clos=None, **dit) -> list:
        ligne = Engagement(type_engagement=type_, debut=j(debut), etat=etat, clos_le=j(clos))
        objectif = Objectif(engagement=ligne, libelle="O")
        servis = {"engagement": ligne, "objectif": objectif} if sert else {}
        return [ligne, objectif, MiseEnSituation(**{"atelier": "Jardin", "du": j(-200)} | servis | dit)]

    return mets


def test_une_mise_en_situation_court_du_premier_au_dernier_jour(ici, servi):
    jours = {"fini": (-9, -1), "dernier": (-9, 0), "premier": (0, 9), "sans fin": (-9, None), "demain": (1, None)}
    peupler(ici, {nom: servi(du=j(du), au=j(au)) for nom, (du, au) in jours.items()})
    assert noms(MiseEnSituation.objects.en_cours(LE)) == ["dernier", "premier", "sans fin"]
    assert noms(MiseEnSituation.objects.du_mois(LE, LE)) == ["dernier", "premier", "sans fin"]
    assert noms(MiseEnSituation.objects.du_mois(j(-1), j(1))) == sorted(jours)


def test_le_travail_sert_l_objectif_qu_il_servait_ce_jour_la(ici, servi):
    def ancien(mets: list, au: int, *, sert: bool) -> list:
        engagement, objectif, ligne = mets
        servis = {"engagement": engagement, "objectif": objectif} if sert else {}
        return [*mets, AncienObjectif(mise_en_situation=ligne, au=j(au), **servis)]

    cas = {
        "sert": servi(),
        "ne sert pas": servi(sert=False),
        "le servira demain": ancien(servi(), 1, sert=False),
        "le sert ce jour": ancien(servi(), 0, sert=False),
        "le servait": ancien(servi(sert=False), 1, sert=True),
        "le servait hier": ancien(servi(sert=False), 0, sert=True),
        "sans objectif": servi(objectif=None),
        "sans engagement": servi(engagement=None),
        "commence demain": servi(debut=1),
        "commence": servi(debut=0),
        "projet": servi(etat="projet"),
        "clos sans courir": servi(debut=-9, etat="clos", clos=-9),
        "clos": servi(etat="clos", clos=-9),
    }
    dossiers = {nom: [*faits, Heures(mise_en_situation=faits[2], le=LE, heures=3)] for nom, faits in cas.items()}
    peupler(ici, dossiers)
    sans = ["le servait hier", "le servira demain", "ne sert pas", "sans engagement", "sans objectif"]
    assert noms(MiseEnSituation.objects.sans_objectif(LE)) == sans
    assert noms(MiseEnSituation.objects.avec_objectif(LE)) == sorted({*cas} - {*sans})
    pas_pris = {"commence demain", "projet", "clos sans courir"}
    assert noms(MiseEnSituation.objects.au_service_d_un_objectif(LE)) == sorted({*cas} - {*sans} - pas_pris)
    chemin = "mise_en_situation__personne__nom"
    assert noms(Heures.objects.sans_objectif(), chemin) == sans
    siennes = Heures.objects.exclude(**{chemin: "Martinelle"})
    assert siennes.sommes() == {"total": 39, "sans_objectif": 15}
    par_jour = siennes.sommes("le")
    assert [*par_jour] == [{"le": LE, "total": 39, "sans_objectif": 15}]
    assert Heures.objects.none().sommes() == {"total": 0, "sans_objectif": 0}


def test_les_heures_d_une_annee_d_un_mois_d_une_personne(ici, servi):
    def cas(*faites: tuple) -> list:
        faits = servi()
        return [*faits, *(Heures(mise_en_situation=faits[2], le=le, heures=heures) for le, heures in faites)]

    dossiers = {
        "avant": cas((VEILLE, 3)),
        "premier": cas((PREMIER, 3), (j(-1), 0)),
        "dernier": cas((LE, 3), (j(1), 4)),
        "demain": cas((j(1), 3)),
        "aucune": cas((LE, 0)),
        "anonyme": [*cas((LE, 3)), ANONYME],
    }
    peupler(ici, dossiers)
    assert noms(MiseEnSituation.objects.travaillees_dans_l_annee(LE)) == ["dernier", "premier"]
    chemin = "mise_en_situation__personne__nom"
    assert noms(Heures.objects.entre(j(-1), LE), chemin) == ["anonyme", "aucune", "dernier", "premier"]
    par = Heures.objects.exclude(**{chemin: "Martinelle"}).sommes(chemin, "le")
    assert [(ligne[chemin], ligne["le"], ligne["total"], ligne["sans_objectif"]) for ligne in par] == [
        ("anonyme", LE, 3, 0),
        ("aucune", LE, 0, 0),
        ("avant", VEILLE, 3, 0),
        ("demain", j(1), 3, 0),
        ("dernier", LE, 3, 0),
        ("dernier", j(1), 4, 0),
        ("premier", PREMIER, 3, 0),
        ("premier", j(-1), 0, 0),
    ]


def test_un_client_est_associe_par_son_evaluation_son_lien_ou_sa_fiche(ici, servi):
    serre = Client.objects.create(organisation=ici.organisation, nom="Serre")
    dossiers = {"atelier": servi()}
    for nom, jour in {"hier": -1, "ce jour": 0, "demain": 1}.items():
        for regard in ("client", "encadrement"):
            faits = servi(client=serre, atelier="")
            dossiers[f"{regard} {nom}"] = [*faits, EvaluationAuTravail(mise_en_situation=faits[2], le=j(jour), regard=regard)]
        faits = servi(client=serre, atelier="")
        dossiers[f"lien {nom}"] = [*faits, LienClient(mise_en_situation=faits[2], cree_le=midi(jour), condensat=nom)]
        dossiers[f"fiche {nom}"] = servi(client=serre, atelier="", fiche_imprimee_le=j(jour))
    peupler(ici, dossiers)
    attendus = sorted(f"{moyen} {nom}" for moyen in ("client", "lien", "fiche") for nom in ("hier", "ce jour"))
    assert noms(MiseEnSituation.objects.client_associe(LE)) == attendus
    assert noms(MiseEnSituation.objects.chez_un_client()) == sorted({*dossiers} - {"atelier"})


@time_machine.travel("2026-06-15 12:00:00+02:00", tick=False)
def test_un_lien_vaut_jusqu_a_son_heure_et_un_besoin_jusqu_a_son_jour(ici, servi):
    faits = servi()
    peupler(ici, {"Lue": faits})
    instants = {"une seconde": midi(0) + timedelta(seconds=1), "maintenant": midi(0), "hier": midi(-1)}
    for nom, le in instants.items():
        LienClient.objects.create(mise_en_situation=faits[2], expire_le=le, condensat=nom)
    LienClient.objects.create(mise_en_situation=faits[2], expire_le=midi(9), revoque_le=midi(-1), condensat="révoqué")
    assert [*LienClient.objects.valables().values_list("condensat", flat=True)] == ["une seconde"]
    serre = Client.objects.create(organisation=ici.organisation, nom="Serre")
    for nom, (au, pourvu) in {"ouvert": (None, None), "dernier": (0, None), "fini": (-1, None), "pourvu": (9, -1)}.items():
        Besoin.objects.create(organisation=ici.organisation, client=serre, intitule=nom, du=j(-9), au=j(au), pourvu_le=j(pourvu))
    assert sorted(Besoin.objects.ouverts(LE).values_list("intitule", flat=True)) == ["dernier", "ouvert"]


def sortie(jour: int, **dit) -> Sortie:
    """Une sortie, pas encore enregistrée."""
    return Sortie(le=j(jour), motif=terme("motif_sortie", "chomage"), **dit)


def test_le_sejour_d_une_sortie_commence_apres_la_precedente_et_va_jusqu_a_son_jour(ici, cddi, servi):
    mets = servi(sert=False, du=j(-800))
    faites = {-500: 64, -301: 1, -300: 2, -299: 4, -200: 8, -100: 16, -99: 32}
    dossier = [
        *(contrat(cddi, debut, debut) for debut in (-700, -500, -499, -300, -299, -250, -100, -99)),
        *mets,
        *(Heures(mise_en_situation=mets[2], le=j(jour), heures=heures) for jour, heures in faites.items()),
        sortie(-100),
        sortie(-300),
        sortie(-300, precision="le même jour"),
        sortie(-500),
    ]
    seule = [contrat(cddi, -650, -650), sortie(-650)]
    peupler(ici, {"Deux": dossier, "Seule": seule})
    lus = Sortie.objects.filter(personne__nom="Deux").avec_sejour().values_list("le", "premier_jour", "heures")
    deuxieme = (j(-300), j(-499), Decimal(3))
    assert sorted(lus) == [(j(-500), j(-700), Decimal(64)), deuxieme, deuxieme, (j(-100), j(-299), Decimal(28))]
    lue = Sortie.objects.avec_sejour().get(personne__nom="Seule")
    assert (lue.premier_jour, lue.heures) == (j(-650), None)
    assert noms(Sortie.objects.entre(j(-650), j(-500))) == ["Deux", "Seule"]
    assert noms(Sortie.objects.entre(j(-300), j(-100))) == ["Deux"] * 3
    assert noms(Sortie.objects.entre(j(-499), j(-301))) == []


def test_est_sortie_sans_le_dire_qui_n_a_plus_de_contrat_depuis_le_delai_de_sa_structure(ici, cddi, servi):
    mets = servi(sert=False)
    heures = [Heures(mise_en_situation=mets[2], le=j(jour), heures=faites) for jour, faites in ((-61, 5), (-40, 7))]
    assert Seuils._meta.get_field("delai_sortie").default == 15
    dossiers = {
        "quinze jours": [contrat(cddi, fin=-15)],
        "seize jours": [contrat(cddi, fin=-16)],
        "suivi": [contrat(cddi, fin=-30), contrat(cddi, -29, 5)],
        "deux": [contrat(cddi, -90, -60), contrat(cddi, -59, -20)],
        "dite": [contrat(cddi, fin=-30), sortie(-30)],
        "dite demain": [contrat(cddi, fin=-30), sortie(1)],
        "revenue": [contrat(cddi, -90, -60), sortie(-60), contrat(cddi, -50, -20), *mets, *heures],
        "sortie deux fois": [contrat(cddi, fin=-30), sortie(-30), sortie(-80)],
        "sans contrat": [],
    }
    peupler(ici, dossiers)
    lues = Personne.objects.filter(nom__in=dossiers).sorties_sans_le_dire(LE)
    assert {p.nom: (p.dernier_jour, p.premier_jour, p.heures) for p in lues} == {
        "seize jours": (j(-16), j(-90), None),
        "deux": (j(-20), j(-90), None),
        "dite demain": (j(-30), j(-90), None),
        "revenue": (j(-20), j(-50), Decimal(7)),
    }
    Seuils.objects.create(organisation=ici.organisation, du=DE_TOUT_TEMPS, delai_sortie=14)
    assert noms(Personne.objects.sorties_sans_le_dire(LE).filter(nom__in=("quinze jours", "suivi")), "nom") == ["quinze jours"]


def test_des_nouvelles_se_prennent_de_qui_n_est_pas_revenu_jusqu_a_ce_qu_on_les_ait(ici, cddi):
    def cas(prevu: int = -9, fait: int | None = None, *autres) -> list:
        ligne = sortie(-100)
        return [contrat(cddi, -200, -100), ligne, SuiviSortie(sortie=ligne, mois=3, prevu_le=j(prevu), fait_le=j(fait)), *autres]

    dossiers = {
        "à prendre": cas(),
        "ce jour": cas(0),
        "demain": cas(1),
        "prises ce jour": cas(fait=0),
        "prises demain": cas(-9, 1),
        "revenue": cas(-9, None, contrat(cddi, -99, -50)),
        "revenue ce jour": cas(-9, None, contrat(cddi, 0, 50)),
        "revient demain": cas(-9, None, contrat(cddi, 1, 50)),
        "sortie le premier jour": cas(-9, None, contrat(cddi, -100, -50)),
    }
    peupler(ici, dossiers)
    chemin = "sortie__personne__nom"
    utiles = {*dossiers} - {"revenue", "revenue ce jour"}
    assert noms(SuiviSortie.objects.utiles(LE), chemin) == sorted(utiles)
    assert noms(SuiviSortie.objects.attendues(LE), chemin) == sorted(utiles - {"prises ce jour"})
    assert noms(SuiviSortie.objects.a_prendre(LE), chemin) == sorted(utiles - {"prises ce jour", "demain"})
