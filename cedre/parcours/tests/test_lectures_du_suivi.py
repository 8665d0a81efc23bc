"""De quoi dire ce qui manque à un dossier : chaque condition à ses bornes, ce que l'on en savait ce jour-là (ACC-6)."""

from datetime import UTC, date, datetime, time, timedelta

import time_machine
from django.db.models import Q

from cedre.comptes.models import Compte, Habilitation
from cedre.conftest import terme
from cedre.core.intervalles import DE_TOUT_TEMPS
from cedre.parcours.models import (
    AccesEspace,
    ActionAssociee,
    AncienneSituation,
    Bilan,
    ClotureRouverte,
    Contact,
    Contrat,
    Echange,
    Engagement,
    Entretien,
    Etape,
    Evaluation,
    Exportation,
    Importation,
    Information,
    Jobcoach,
    Liaison,
    Personne,
    PriseEnCharge,
    Sortie,
    Suivi,
    SuiviSortie,
    VisiteJobcoach,
)
from cedre.parcours.models import suivi as lit
from cedre.parcours.models.situation import joignable
from cedre.parcours.tests.monde import noms, peupler
from cedre.structures.models import Offre, Seuils

LE = date(2026, 6, 15)
MIDI = datetime(2026, 6, 15, 10, tzinfo=UTC)
CE_JOUR = time_machine.travel("2026-06-15 12:00:00+02:00", tick=False)
ANONYME = {"anonymisee_le": date(2026, 7, 1)}
CLOS = {"etat": "clos", "clos_le": MIDI, "suite": "prolonger", "suite_le": date(2030, 1, 1)}


def j(jours: int | None) -> date | None:
    """Le jour lu, et quelques jours."""
    return None if jours is None else LE + timedelta(days=jours)


def dits(personnes: Q) -> list[str]:
    """Celles de qui cette condition est vraie."""
    return noms(Personne.objects.filter(personnes), "nom")


def valeurs(dossiers: dict, expression) -> dict:
    """Ce que dit l'expression de chacune."""
    lues = Personne.objects.filter(nom__in=dossiers).annotate(_dite=expression)
    return dict(lues.values_list("nom", "_dite"))


def contrat(debut: int, fin: int | None) -> Contrat:
    """Un contrat, pas encore enregistré."""
    return Contrat(nature=terme("nature_contrat", "cdi"), debut=j(debut), fin_prevue=j(fin))


def test_d_une_personne_le_premier_le_dernier_et_le_plus_recent_de_ses_jours(ici):
    dossiers = {"deux": [Echange(le=j(-3)), Echange(le=j(-9)), Echange(le=j(-5)), Contact(le=j(-4))], "aucun": []}
    dossiers["sans fin"] = [contrat(-9, None), contrat(-30, -20), contrat(-50, -40)]
    peupler(ici, dossiers)
    echanges, contacts, contrats = (modele.objects.all() for modele in (Echange, Contact, Contrat))
    assert valeurs(dossiers, lit.premier_jour(echanges)) == {"deux": j(-9), "aucun": None, "sans fin": None}
    assert valeurs(dossiers, lit.dernier_jour(echanges)) == {"deux": j(-3), "aucun": None, "sans fin": None}
    assert valeurs(dossiers, lit.dernier_jour(contrats, "fin"))["sans fin"] == j(-20)
    assert valeurs(dossiers, lit.premier_jour(contrats, "debut"))["sans fin"] == j(-50)
    plus_recent = lit.le_plus_recent(lit.premier_jour(echanges), lit.dernier_jour(contacts), lit.premier_jour(contrats, "debut"))
    assert valeurs(dossiers, plus_recent) == {"deux": j(-4), "aucun": None, "sans fin": j(-50)}
    assert dits(lit.elle_a(echanges)) == ["deux"]


def test_est_suivie_par_qui_etait_alors_de_la_structure(ici, ailleurs):
    def compte(nom: str, chez=ici, **champs) -> Compte:
        lu = Compte.objects.create(email=f"{nom}@ici.example", nom=nom, is_active=champs.pop("actif", True))
        Habilitation.objects.create(
            compte=lu, organisation=chez.organisation, role="cip", **{"depuis": MIDI - timedelta(days=90)} | champs
        )
        return lu

    la = compte("La")
    suivis = {
        "suivie": (la, -9, None),
        "confiée ce jour": (la, 0, None),
        "confiée demain": (la, 1, None),
        "finie ce jour": (la, -9, 0),
        "finie demain": (la, -9, 1),
        "on ne sait qui": (None, -9, None),
        "partie hier": (compte("Hier", retiree_le=MIDI - timedelta(days=1)), -9, None),
        "partie ce jour": (compte("Cejour", retiree_le=MIDI), -9, None),
        "partie demain": (compte("Demain", retiree_le=MIDI + timedelta(days=1)), -9, None),
        "pas arrivée": (compte("Bientot", depuis=MIDI + timedelta(days=1)), -9, None),
        "d'ailleurs": (compte("Ailleurs", ailleurs), -9, None),
        "désactivée": (compte("Inactive", actif=False), -9, None),
    }
    peupler(ici, {nom: [Suivi(compte=qui, du=j(du), au=j(au))] for nom, (qui, du, au) in suivis.items()} | {"personne": []})
    assert dits(Q(lit.suivie(LE))) == ["confiée ce jour", "finie demain", "partie demain", "suivie"]


@CE_JOUR
def test_a_un_referent_parti_qui_en_a_un_dont_l_acces_est_retire(ici):
    parti = Compte.objects.create(email="parti@ici.example", nom="Parti")
    depuis = MIDI - timedelta(days=90)
    Habilitation.objects.create(compte=parti, organisation=ici.organisation, role="cip", depuis=depuis, retiree_le=MIDI)
    dossiers = {
        nom: [{"referent": qui}, *([Suivi(compte=qui, du=j(-9))] if qui else [])]
        for nom, qui in {"là": ici.qui, "parti": parti, "sans": None}.items()
    }
    peupler(ici, dossiers)
    assert noms(Personne.objects.au_referent_parti(), "nom") == ["parti"]


def test_la_phase_d_un_jour_passe_est_celle_de_ses_etapes(ici):
    def cas(phase: str, depuis: int, *etapes: tuple, **champs) -> list:
        lignes = [Etape(phase=p, du=j(du), au=j(au)) for p, du, au in etapes]
        return [{"phase": phase, "phase_depuis": j(depuis)} | champs, *lignes]

    dossiers = {
        "y est": cas("accueil", -9),
        "y entre": cas("accueil", 0),
        "y entre demain": cas("accueil", 1, ("pre_accueil", -9, 1), ("accueil", 1, None)),
        "en sort demain": cas("parcours", 1, ("accueil", -9, 1), ("parcours", 1, None)),
        "en sort ce jour": cas("parcours", 0, ("accueil", -9, 0), ("parcours", 0, None)),
        "y était avant": cas("sortie", 5, ("accueil", -90, -9), ("parcours", -9, 5)),
        "y revient": cas("accueil", 9, ("accueil", -9, 1), ("parcours", 1, 9), ("accueil", 9, None)),
        "ailleurs": cas("parcours", -9, ("parcours", -9, None)),
        "anonyme": cas("accueil", -9, **ANONYME),
        "anonyme, en sort demain": cas("parcours", 1, ("accueil", -9, 1), **ANONYME),
    }
    peupler(ici, {nom: [*faits, Contact(le=LE, demande=nom)] for nom, faits in dossiers.items()})
    attendues = ["en sort demain", "y entre", "y est", "y revient"]
    assert dits(lit.en_phase(("accueil",), LE)) == attendues
    assert noms(Contact.objects.filter(lit.en_phase(("accueil",), LE, "personne"))) == attendues
    demandes = Contact.objects.exclude(demande="y est")
    avec = sorted({*attendues, "y entre demain"} - {"y est"})
    assert dits(lit.attend(demandes, LE)) == avec, "en pré-accueil aussi"


def test_un_rendez_vous_attend_ce_jour_la_ou_apres(ici):
    offre = Offre.objects.create(organisation=ici.organisation, intitule="CV")
    motif, type_ = terme("motif_sortie", "chomage"), terme("type_engagement", "decouverte")

    def bilan(jour: int, **dit) -> list:
        engagement = Engagement(type_engagement=type_, debut=j(-90), etat="en_cours")
        return [engagement, Bilan(engagement=engagement, le=j(jour), cree_le=MIDI - timedelta(days=9), **dit)]

    def nouvelles(jour: int, phase: str = "sortie", fait: int | None = None) -> list:
        sortie = Sortie(le=j(-90), motif=motif)
        suivi = SuiviSortie(sortie=sortie, mois=3, prevu_le=j(jour), fait_le=j(fait))
        return [{"phase": phase, "phase_depuis": j(-90)}, sortie, suivi]

    dossiers = {}
    for jour in (-1, 0, 5):
        dossiers |= {
            f"E {jour}": [Entretien(le=j(jour), pose_le=None)],
            f"I {jour}": [Information(le=j(jour), presence="prevue", pose_le=None)],
            f"B {jour}": bilan(jour),
            f"A {jour}": [ActionAssociee(offre=offre, le=j(jour), pose_le=None)],
            f"N {jour}": nouvelles(jour),
        }
    dossiers |= {"N revenue": nouvelles(5, "parcours"), "N prises": nouvelles(5, fait=0), "B clos": bilan(-3, **CLOS)}
    peupler(ici, dossiers)
    assert dits(lit.a_une_date(LE)) == sorted(nom for nom in dossiers if nom.endswith((" 0", " 5")))


def test_un_seuil_se_compte_en_jours_ou_en_semaines_avant_ou_apres_tel_qu_il_etait(ici):
    Seuils.objects.create(organisation=ici.organisation, du=DE_TOUT_TEMPS, au=j(-9), delai_sortie=3)
    Seuils.objects.create(organisation=ici.organisation, du=j(-9), delai_sortie=4)
    peupler(ici, {str(jour): [Echange(le=j(jour))] for jour in (-13, -7, -4, 4, 28)})

    def decale(*args) -> list[str]:
        return dits(lit.elle_a(Echange.objects.filter(le=lit.apres(*args))))

    assert [decale(LE, "delai_sortie", fois) for fois in (1, -1, 7)] == [["4"], ["-4"], ["28"]]
    assert decale(j(-10), "delai_sortie") == ["-7"] and decale(j(-10), "delai_sortie", -1) == ["-13"]


def test_toute_rencontre_compte_trente_jours_et_dit_son_jour(ici):
    Seuils.objects.create(organisation=ici.organisation, du=DE_TOUT_TEMPS, jours_sans_contact=30)
    offre = Offre.objects.create(organisation=ici.organisation, intitule="CV")
    type_ = terme("type_engagement", "decouverte")

    def bilan(le: date, **dit) -> list:
        engagement = Engagement(type_engagement=type_, debut=j(-90), etat="en_cours")
        return [engagement, Bilan(engagement=engagement, le=le, **dit)]

    def evaluation(le: date, validee: datetime | None) -> Evaluation:
        return Evaluation(grille=ici.grille, le=le, validee_le=validee)

    dossiers = {}
    for nom, jour in {"trente": -30, "vingt-neuf": -29, "ce jour": 0, "demain": 1}.items():
        le, jobcoach = j(jour), Jobcoach(employeur="E", du=j(-90), au=j(90))
        valide = datetime.combine(le, time(10), UTC)
        dossiers |= {
            f"X {nom}": [Echange(le=le)],
            f"D {nom}": [Contact(le=le)],
            f"E {nom}": [Entretien(le=le, etat="realise", issue="autre_rencontre")],
            f"I {nom}": [Information(le=le)],
            f"V {nom}": [evaluation(le, valide)],
            f"B {nom}": bilan(le, **CLOS),
            f"A {nom}": [ActionAssociee(offre=offre, le=le, etat="faite")],
            f"J {nom}": [jobcoach, VisiteJobcoach(jobcoach=jobcoach, le=le)],
            f"C {nom}": [contrat(jour, 90)],
        }
    rouvert = bilan(j(-3))
    pas_vues = {
        "E absent": [Entretien(le=LE, etat="absent")],
        "I absente": [Information(le=LE, presence="absente")],
        "V pas validée": [evaluation(LE, None)],
        "V validée demain": [evaluation(LE, MIDI + timedelta(days=1))],
        "B prévu": bilan(LE),
        "A absente": [ActionAssociee(offre=offre, le=LE, etat="absente")],
    }
    peupler(ici, dossiers | pas_vues | {"B rouvert": [*rouvert, ClotureRouverte(bilan=rouvert[1], du=j(-3), au=LE, redige=True)]})
    parlees = sorted([*(nom for nom in dossiers if nom.endswith(("neuf", "ce jour"))), "B rouvert"])
    assert dits(lit.parlee(LE)) == parlees
    jours = {"trente": j(-30), "vingt-neuf": j(-29), "ce jour": LE, "demain": None}
    lus = valeurs(dossiers | pas_vues, lit.parlee_le(LE))
    assert lus == {nom: jours[nom[2:]] for nom in dossiers} | dict.fromkeys(pas_vues)
    peupler(ici, {"deux": [contrat(-9, 90), Echange(le=j(-5)), Echange(le=j(-20))]})
    assert valeurs({"deux": 0}, lit.parlee_le(LE)) == {"deux": j(-5)}


def test_est_salariee_qui_n_est_ni_sortie_ni_anonyme(ici):
    motif = terme("motif_sortie", "chomage")
    dossiers = {
        "oui": [contrat(-9, 9)],
        "fini": [contrat(-9, -1)],
        "sortie": [contrat(-9, 9), Sortie(le=LE, motif=motif)],
        "sortie avant": [contrat(-9, 9), Sortie(le=j(-9), motif=motif)],
        "anonyme": [contrat(-9, 9), ANONYME],
    }
    peupler(ici, dossiers)
    assert dits(lit.salariee(LE)) == ["oui", "sortie avant"]


def test_une_prise_en_charge_fait_taire_son_manque_jusqu_a_son_jour_compris(ici):
    def prise(jusqu: int, prise: int = -3, manque: str = "sans_contact") -> PriseEnCharge:
        return PriseEnCharge(manque=manque, jusqu_au=j(jusqu), le=MIDI + timedelta(days=prise))

    dossiers = {
        "hier": [prise(-1)],
        "ce jour": [prise(0)],
        "prise ce jour": [prise(9, 0)],
        "prise demain": [prise(9, 1)],
        "autre": [prise(9, -3, "fin_pass")],
    }
    peupler(ici, dossiers)
    assert dits(lit.prise_en_charge("sans_contact", LE)) == ["ce jour", "prise ce jour"]
    assert PriseEnCharge(manque="sans_referent").alerte and PriseEnCharge(manque="inconnu").alerte == ""


def test_se_joint_qui_a_un_numero_un_courriel_ou_en_avait_alors(ici):
    def avant(joignable: bool, au: int) -> AncienneSituation:
        return AncienneSituation(joignable=joignable, au=j(au))

    dossiers = {
        "rien": [],
        "téléphone": [{"telephone": "1"}],
        "second": [{"telephone_2": "1"}],
        "courriel": [{"courriel": "a@ici.example"}],
        "en avait": [avant(True, 1)],
        "en avait hier": [avant(True, 0)],
        "n'en avait pas": [{"telephone": "1"}, avant(False, 1)],
        "n'en avait pas hier": [{"telephone": "1"}, avant(False, 0)],
    }
    peupler(ici, dossiers)
    assert dits(joignable(LE)) == ["courriel", "en avait", "n'en avait pas hier", "second", "téléphone"]


def test_une_demande_se_relance_a_partir_de_son_jour_et_a_qui_suit_la_personne(ici, ailleurs):
    def liaison(relance: int | None, **dit) -> Liaison:
        return Liaison(partenaire=ici.partenaire, demande="Un logement", relance_le=j(relance), **dit)

    sienne, autre = {"referent": ici.qui}, {"referent": ici.hab["direction"].compte}
    dossiers = {
        "hier": [liaison(-1), sienne],
        "ce jour": [liaison(0), autre],
        "demain": [liaison(1), sienne],
        "jamais": [liaison(None)],
        "répondue": [liaison(-1, reponse_le=LE)],
        "anonyme": [liaison(-1), ANONYME],
    }
    peupler(ici, dossiers)
    peupler(ailleurs, {"ailleurs": [Liaison(partenaire=ailleurs.partenaire, demande="D", relance_le=LE)]})
    assert noms(Liaison.objects.a_relancer(LE)) == ["ailleurs", "ce jour", "hier"]
    assert noms(Liaison.objects.a_suivre_par(ici.hab["cip"])) == ["demain", "hier"]
    assert noms(Liaison.objects.a_suivre_par(ici.hab["direction"])) == sorted(dossiers)


@CE_JOUR
def test_un_code_vaut_jusqu_a_son_heure_et_un_fichier_s_oublie_a_la_sienne(ici):
    seconde = timedelta(seconds=1)
    codes = {"bon": MIDI + seconde, "expiré": MIDI}
    dossiers = {nom: [AccesEspace(condensat=nom, expire_le=le)] for nom, le in codes.items()}
    dossiers["révoqué"] = [AccesEspace(condensat="R", expire_le=MIDI + seconde, revoque_le=MIDI)]
    dossiers["anonyme"] = [AccesEspace(condensat="A", expire_le=MIDI + seconde), ANONYME]
    peupler(ici, dossiers)
    assert noms(AccesEspace.objects.valables()) == ["bon"]
    for modele, delai in ((Exportation, timedelta(days=1)), (Importation, timedelta(days=30))):
        modele.objects.all().delete()
        gardee, oubliee = (
            modele.objects.create(organisation=ici.organisation, cree_le=MIDI - delai - s) for s in (0 * seconde, seconde)
        )
        assert [*modele.objects.a_oublier()] == [oubliee] != [gardee]
    Exportation.objects.all().delete()
    for nom, (etat, age) in {"A": ("en_cours", 3600), "B": ("en_cours", 3601), "C": ("pret", 1), "D": ("echec", 1)}.items():
        cree_le = MIDI - timedelta(seconds=age)
        Exportation.objects.create(organisation=ici.organisation, etat=etat, cree_le=cree_le, fichier=nom)
    assert [e.fichier.name for e in Exportation.objects.en_route()] == ["A"]
    lues = Importation.objects.sans_le_lourd().get(pk=gardee.pk)
    assert lues.get_deferred_fields() == {"lignes", "apercu", "remarques", "colonnes"}
