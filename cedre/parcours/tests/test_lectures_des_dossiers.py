"""Ce que rend chaque lecture des dossiers : par phase, par nom, par repère, par ce qui y manque (ACC-1 à ACC-6)."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from dateutil.relativedelta import relativedelta

from cedre.comptes.droits import Droit
from cedre.conftest import terme
from cedre.observatoire.models import Terme
from cedre.parcours.models import (
    AncienneFin,
    Contact,
    Contrat,
    Echange,
    Engagement,
    Entretien,
    Evaluation,
    Information,
    Personne,
    PriseEnCharge,
    Sortie,
    SuiviSortie,
    referents_possibles,
)
from cedre.parcours.models.coupes import COUPES
from cedre.parcours.models.personne import cle_identite
from cedre.parcours.tests.monde import noms, peupler

LE = date(2026, 6, 15)
MIDI = datetime(2026, 6, 15, 10, tzinfo=UTC)
CE_JOUR = time_machine.travel("2026-06-15 12:00:00+02:00", tick=False)
ANONYME = {"anonymisee_le": date(2026, 7, 1)}
PHASES = [phase.value for phase in Personne.Phase]


def j(jours: int) -> date:
    """Le jour lu, et quelques jours."""
    return LE + timedelta(days=jours)


def recue(jours: int, etat: str = "realise") -> Entretien:
    """Un entretien d'accueil, qui a eu lieu ce jour-là."""
    return Entretien(le=j(jours), etat=etat, issue="autre_rencontre", pose_le=None)


def dit(jours: int, **champs) -> Information:
    """Une information, ce jour-là."""
    return Information(le=j(jours), pose_le=None, **champs)


def test_les_dossiers_d_une_phase_sans_ceux_rendus_anonymes(ici):
    peupler(ici, {p: [{"phase": p}] for p in PHASES} | {f"{p} anonyme": [{"phase": p} | ANONYME] for p in PHASES})
    lus = {nom: noms(getattr(Personne.objects, nom)(), "nom") for nom in ("ouvertes", "en_accueil", "en_parcours")}
    lus["avec_un_parcours"] = noms(Personne.objects.avec_un_parcours(), "nom")
    assert lus == {
        "ouvertes": ["accueil", "parcours", "pre_accueil", "pre_embauche"],
        "en_accueil": ["accueil", "pre_accueil", "pre_embauche"],
        "en_parcours": ["parcours", "pre_embauche"],
        "avec_un_parcours": ["parcours", "pre_embauche", "sortie"],
    }


@CE_JOUR
def test_on_suit_un_dossier_ouvert_ou_dont_on_attend_des_nouvelles(ici):
    def sortie(phase: str, fait: date | None = None, mois: int = 3, **champs) -> list:
        faite = Sortie(le=j(-90), motif=terme("motif_sortie", "chomage"))
        return [{"phase": phase} | champs, faite, SuiviSortie(sortie=faite, mois=mois, prevu_le=j(30), fait_le=fait)]

    dossiers = {p: [{"phase": p}] for p in PHASES} | {f"{p} attendues": sortie(p) for p in PHASES}
    dossiers |= {"prises": sortie("sortie", LE), "anonyme": sortie("sortie", **ANONYME), "ouvert anonyme": [ANONYME]}
    peupler(ici, dossiers)
    ouvertes = ["accueil", "parcours", "pre_accueil", "pre_embauche"]
    attendus = sorted([*ouvertes, *(f"{p} attendues" for p in ouvertes), "sortie attendues"])
    assert noms(Personne.objects.suivies(), "nom") == attendus


def test_la_precision_est_celle_de_la_premiere_demande(ici):
    dossiers = {
        "deux": [Contact(le=j(-3), prescripteur_precision="B"), Contact(le=j(-9), prescripteur_precision="A")],
        "même jour": [Contact(le=j(-3), prescripteur_precision="A"), Contact(le=j(-3), prescripteur_precision="B")],
        "sans précision": [Contact(le=j(-9)), Contact(le=j(-3), prescripteur_precision="B")],
        "sans demande": [],
    }
    peupler(ici, dossiers)
    lues = Personne.objects.avec_precision().filter(nom__in=dossiers).values_list("nom", "prescripteur_precision")
    assert dict(lues) == {"deux": "A", "même jour": "A", "sans précision": "", "sans demande": None}


def test_les_reperes_d_un_dossier_disent_ou_il_en_est_ce_jour_la(ici):
    def evaluation(jours: int, validee: bool = True) -> Evaluation:
        return Evaluation(grille=ici.grille, le=j(jours), validee_le=MIDI if validee else None)

    dossiers = {
        "plein": [
            *(Contact(le=j(le), delai_annonce=delai) for le, delai in ((-20, 9), (-50, 3), (1, 5))),
            *(recue(jours) for jours in (-21, -5, -8)),
            *(dit(jours, statut_explique=True) for jours in (-30, -4, -6, 1)),
            *(recue(jours, "prevu") for jours in (9, 4, 6)),
            *(evaluation(jours) for jours in (-9, -7, -8, 1)),
            evaluation(-1, validee=False),
            dit(-2, offre_presentee=True),
        ],
        "le jour même": [
            *(Contact(le=LE, delai_annonce=delai) for delai in (1, 2)),
            recue(0, "prevu"),
            dit(0, statut_explique=True),
            evaluation(0),
        ],
        "l'entretien d'abord": [Contact(le=j(-20)), recue(-20), dit(-19)],
        "l'information d'abord": [Contact(le=j(-20)), dit(-20), recue(-19)],
        "pas venue": [Contact(le=j(-20)), dit(-9, presence="absente"), recue(-9, "absent"), recue(1), dit(1)],
        "reçue ce jour": [Contact(le=j(-20)), recue(0)],
        "attendue": [*(recue(jours, "prevu") for jours in (9, 4, 6))],
        "rien": [],
    }
    peupler(ici, dossiers)
    reperes = ("contact_le", "echeance_annoncee", "accueillie_le", "prochaine_date", "statut_explique_le", "evaluee_le")
    lues = {p.nom: tuple(getattr(p, r) for r in reperes) for p in Personne.objects.filter(nom__in=dossiers).avec_reperes(LE)}
    assert lues == {
        "plein": (j(-20), j(-11), j(-8), j(1), j(-4), j(-7)),
        "le jour même": (LE, j(2), LE, LE, LE, LE),
        "l'entretien d'abord": (j(-20), None, j(-20), None, None, None),
        "l'information d'abord": (j(-20), None, j(-20), None, None, None),
        "pas venue": (j(-20), None, None, j(1), None, None),
        "reçue ce jour": (j(-20), None, LE, None, None, None),
        "attendue": (None, None, None, j(4), None, None),
        "rien": (None,) * 6,
    }


@CE_JOUR
def test_sans_jour_dit_c_est_aujourd_hui(ici):
    dossiers = {"hier": [Contact(le=j(-1))], "demain": [Contact(le=j(1))], "recue demain": [Contact(le=j(-1)), recue(1)]}
    peupler(ici, dossiers)
    assert noms(Personne.objects.en_attente(), "nom") == ["hier", "recue demain"]
    lues = Personne.objects.avec_reperes().filter(nom__in=dossiers).values_list("nom", "contact_le", "accueillie_le")
    assert sorted(lues) == [("demain", None, None), ("hier", j(-1), None), ("recue demain", j(-1), None)]


def test_attend_depuis_tant_de_jours_qui_n_a_ete_ni_recue_ni_reorientee(ici):
    dossiers = {p: [{"phase": p, "phase_depuis": j(-30)}, Contact(le=j(-30))] for p in PHASES}
    dossiers |= {"dix jours": [Contact(le=j(-10)), {"phase_depuis": j(-10)}]}
    dossiers |= {"neuf jours": [Contact(le=j(-9)), {"phase_depuis": j(-9)}]}
    peupler(ici, dossiers)
    assert noms(Personne.objects.en_attente(LE, jours=10), "nom") == ["accueil", "dix jours", "pre_accueil"]
    assert noms(Personne.objects.en_attente(LE), "nom") == ["accueil", "dix jours", "neuf jours", "pre_accueil"]


@pytest.mark.parametrize(
    ("nom", "prenom", "nee", "proches"),
    [
        ("Martin", "Léa", None, ["Martin|Léa", "Léa|Martin", "Martin|Paul", "Martin|", "Durand|Léa", "Martial|Léana"]),
        ("Li", "Wu", None, ["Wu|Li", "Lima|Wuhan"]),
        ("Martin", "", None, ["Martin|"]),
        ("Martin", "", date(1990, 2, 28), ["Martin|", "Roux|Ada"]),
        ("", "", date(1990, 2, 28), ["Roux|Ada"]),
        ("", "", None, []),
        ("Roux", "Ada", None, ["Roux|Ada", "Rouxel|Adam"]),
    ],
)
def test_un_homonyme_a_un_mot_en_commun_tous_les_debuts_ou_la_meme_naissance(ici, nom, prenom, nee, proches):
    connues = [
        "Martin|Léa",
        "Léa|Martin",
        "Martin|Paul",
        "Martin|",
        "Martinet|Paul",
        "Martial|Paul",
        "Durand|Léa",
        "Martial|Léana",
    ]
    connues += ["Wu|Li", "Lima|Wuhan", "Li|Paul", "Roux|Ada", "Rouxel|Adam"]
    Personne.objects.filter(pk=ici.personne.pk).update(date_naissance=None)
    dits = {c: dict(zip(("nom", "prenom"), c.split("|"), strict=True)) for c in connues}
    dits["Roux|Ada"]["date_naissance"] = date(1990, 2, 28)
    peupler(ici, {c: [champs] for c, champs in dits.items()} | {"anonyme": [dits["Martin|Léa"] | ANONYME]})
    lus = [f"{p.nom}|{p.prenom}" for p in Personne.objects.homonymes(nom, prenom, nee)]
    assert sorted(lus) == sorted(proches)


def test_une_identite_se_compare_sans_ordre_ni_accent_ni_casse():
    assert cle_identite("DUPONT", "Éva") == cle_identite("eva", "dupont") == "dupont eva"
    assert cle_identite("Le Goff", "Anne-Marie") == cle_identite("Marie Anne", "Goff Le") != cle_identite("Goff", "Anne Marie")


def test_on_confie_a_qui_conduit_les_entretiens_ici(ici, ailleurs):
    lus = {compte.prenom for compte in referents_possibles(ici.hab["accueil"]) if compte.nom == "Ici"}
    conduisent = {hab.compte.prenom for hab in ici.hab.values() if hab.peut(Droit.ENTRETIEN_CONDUIRE)}
    assert lus == conduisent and "Cip" in lus and referents_possibles(ici.hab["accueil"]).count() == len(lus)


def test_un_dossier_est_a_purger_quand_son_dernier_fait_a_passe_la_duree(ici):
    limite, vieux = LE - relativedelta(months=24), {"cree_le": datetime(2020, 1, 1, 12, tzinfo=UTC)}
    jour = timedelta(days=1)

    def contrat(fin: date | None) -> Contrat:
        return Contrat(nature=terme("nature_contrat", "cdi"), debut=date(2021, 1, 1), fin_prevue=fin)

    dossiers = {
        "veille": [vieux, Echange(le=limite - jour), Contact(le=date(2021, 1, 1))],
        "jour": [vieux, Echange(le=limite)],
        "ouvert la veille": [{"cree_le": datetime.combine(limite - jour, datetime.min.time(), UTC) + timedelta(hours=12)}],
        "ouvert ce jour": [{"cree_le": datetime.combine(limite, datetime.min.time(), UTC) + timedelta(hours=12)}],
        "contrat fini": [vieux, contrat(limite - jour)],
        "contrat fini ce jour": [vieux, contrat(limite)],
        "sans fin": [vieux, contrat(None)],
        "anonyme": [vieux | ANONYME, Echange(le=limite - jour)],
    }
    peupler(ici, dossiers)
    assert noms(Personne.objects.a_purger(LE, 24), "nom") == ["contrat fini", "ouvert la veille", "veille"]
    lus = Personne.objects.avec_dernier_contact().filter(nom__in=dossiers).values_list("nom", "dernier_contact_le")
    assert dict(lus)["veille"] == limite - jour and dict(lus)["sans fin"] == date(2020, 1, 1)


@CE_JOUR
def test_ce_qui_manque_se_compte_se_liste_et_dit_son_jour_sauf_pris_en_charge(ici):
    Personne.objects.filter(pk=ici.personne.pk).delete()
    prise = PriseEnCharge(manque="injoignable", jusqu_au=LE, le=MIDI)
    reste = {"phase_depuis": j(-9), "referent": ici.qui}
    dossiers = {
        "manque": [reste, Contact(le=j(-9), delai_annonce=3)],
        "s'en occupe": [reste, Contact(le=j(-9), delai_annonce=3), prise],
        "joignable": [reste | {"telephone": "1"}, Contact(le=j(-9), delai_annonce=3)],
        "sortie": [{"phase": "sortie", "phase_depuis": j(-9)}],
        "anonyme": [ANONYME],
    }
    peupler(ici, dossiers)
    assert noms(Personne.objects.a_traiter("injoignable"), "nom") == ["manque"]
    assert noms(Personne.objects.a_traiter("injoignable", j(1)), "nom") == ["manque", "s'en occupe"]
    assert Personne.objects.suivies().aggregate(**Personne.objects.nombres_de_manques())["injoignable"] == 1
    lue = Personne.objects.avec_manques().get(nom="manque")
    dits = [(manque.manque.cle, manque.jour, manque.ligne) for manque in lue.manques]
    assert ("delai_depasse", j(-6), lue) in dits and ("injoignable", None, lue) in dits
    rangs = [manque.manque.urgence for manque in lue.manques]
    assert rangs == sorted(rangs) and len(rangs) > 2
    tue = Personne.objects.avec_manques().get(nom="s'en occupe")
    assert [m.manque.cle for m in tue.manques] == [cle for cle, *_ in dits if cle != "injoignable"]


def test_chaque_coupe_range_une_personne_un_fait_et_rien_ne_se_melange(ici):
    cddi, cdi = (terme("nature_contrat", code) for code in ("cddi", "cdi"))
    decouverte, autre = terme("type_engagement", "decouverte"), Terme.objects.de("type_engagement").last()

    def sous_contrat(premier: int, second: int) -> list[Contrat]:
        return [Contrat(nature=cdi, debut=j(premier)), Contrat(nature=cddi, debut=j(second), fin_prevue=j(9))]

    def engagement(type_, debut: int) -> Engagement:
        return Engagement(type_engagement=type_, etat="en_cours", debut=j(debut))

    dossiers = {
        "femme": [{"sexe": "F", "date_naissance": LE - relativedelta(years=26)}],
        "homme": [{"sexe": "H", "date_naissance": LE - relativedelta(years=26) + timedelta(days=1)}],
        "aînée": [{"date_naissance": LE - relativedelta(years=50)}],
        "presque": [{"date_naissance": LE - relativedelta(years=50) + timedelta(days=1)}],
        "deux": [*sous_contrat(-9, -5), engagement(autre, -5), engagement(decouverte, -9)],
        "même jour": [*sous_contrat(-9, -9), engagement(autre, -9), engagement(decouverte, -9)],
    }
    peupler(ici, dossiers)
    lues = Personne.objects.filter(nom__in=dossiers).annotate(
        **{f"_{n}": COUPES[coupe]("", LE) for n, coupe in enumerate(("sexe", "âge", "nature de contrat", "type d’engagement"))}
    )
    rien, milieu = "Non renseigné", "De 26 à 49 ans"
    assert {nom: dits for nom, *dits in lues.values_list("nom", "_0", "_1", "_2", "_3")} == {
        "femme": ["Femme", milieu, rien, rien],
        "homme": ["Homme", "Moins de 26 ans", rien, rien],
        "aînée": [rien, "50 ans et plus", rien, rien],
        "presque": [rien, milieu, rien, rien],
        "deux": [rien, rien, cddi.libelle, autre.libelle],
        "même jour": [rien, rien, cddi.libelle, decouverte.libelle],
    }


def test_de_deux_contrats_la_fin_du_parcours_est_la_derniere_de_celles_que_l_on_savait(ici):
    cddi = terme("nature_contrat", "cddi")
    premier, second = (Contrat(nature=cddi, debut=j(-90), fin_prevue=j(fin), note_le=None) for fin in (-30, -40))
    ancienne = AncienneFin(contrat=premier, fin=j(-40), au=j(1))
    peupler(ici, {"Deux": [premier, second, ancienne]})
    jours = {quand: Personne.objects.sorties_sans_le_dire(j(quand)).get(nom="Deux").dernier_jour for quand in (0, 1)}
    assert jours == {0: j(-40), 1: j(-30)}  # ce jour-là les deux finissaient ensemble, et l’un s’est prolongé demain
