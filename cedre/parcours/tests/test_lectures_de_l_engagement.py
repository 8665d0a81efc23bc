"""Ce que rend chaque lecture des engagements et de leurs bilans : ce qui valait ce jour-là, bornes comprises (INS-1 à INS-7)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cedre.conftest import terme
from cedre.core.intervalles import DE_TOUT_TEMPS
from cedre.observatoire.models import Terme
from cedre.parcours.models import (
    AncienRendezVous,
    Bilan,
    ClotureRouverte,
    Engagement,
    Formalisation,
    Moyen,
    Objectif,
    ObjectifEvalue,
    Personne,
    Remise,
    Reponse,
)
from cedre.parcours.tests.monde import noms, peupler
from cedre.structures.models import Offre

LE = date(2026, 6, 15)
VEILLE, PREMIER = date(2025, 6, 15), date(2025, 6, 16)  # la veille des douze mois, et leur premier jour
ANONYME = {"anonymisee_le": date(2026, 7, 1)}


def j(jours: int | None) -> date | None:
    """Le jour lu, et quelques jours."""
    return None if jours is None else LE + timedelta(days=jours)


def midi(jours: int | None) -> datetime | None:
    """Ce jour-là à midi."""
    return None if jours is None else datetime(2026, 6, 15, 10, tzinfo=UTC) + timedelta(days=jours)


@pytest.fixture
def decouverte(ici):
    """Le type d'engagement que ces essais emploient."""
    return terme("type_engagement", "decouverte")


def engagement(decouverte, etat: str = "en_cours", debut: int | date = -300, clos: int | None = None) -> Engagement:
    """Un engagement, pas encore enregistré."""
    le = debut if isinstance(debut, date) else j(debut)
    return Engagement(type_engagement=decouverte, etat="clos" if clos is not None else etat, debut=le, clos_le=j(clos))


def bilan(de: Engagement, le: int | date = 0, *, etat="prevu", cree=-200, clos=None, annule=None, absent=None, **champs) -> Bilan:
    """Un bilan, pas encore enregistré ; clos, annule, absent : le jour où on l'a clos, annulé, où l'on a noté l'absence."""
    etat = "clos" if clos is not None else "annule" if annule is not None else "absent" if absent is not None else etat
    suite = {"suite": "prolonger", "suite_le": date(2030, 1, 1)} if etat == "clos" else {}
    jours = {"cree_le": midi(cree), "clos_le": midi(clos), "annule_le": j(annule), "absent_le": j(absent)}
    return Bilan(engagement=de, le=le if isinstance(le, date) else j(le), etat=etat, **suite, **jours, **champs)


def test_un_engagement_court_de_son_premier_jour_a_la_veille_de_sa_cloture(ici, decouverte):
    cas = {
        "premier jour": {"debut": 0},
        "demain": {"debut": 1},
        "clos ce jour": {"clos": 0},
        "clos demain": {"clos": 1},
        "projet": {"etat": "projet"},
    }
    peupler(ici, {nom: [engagement(decouverte, **dit)] for nom, dit in cas.items()})
    assert noms(Engagement.objects.en_cours(LE)) == ["clos demain", "premier jour"]
    Engagement.objects.filter(personne__nom="clos ce jour").update(debut=LE)
    assert noms(Engagement.objects.commences()) == ["clos demain", "demain", "premier jour"]


def test_un_objectif_y_est_du_jour_ou_on_l_ajoute_a_la_veille_de_son_retrait(ici, decouverte):
    dossiers, jours = {}, {"": None, "hier": -1, "ce jour": 0, "demain": 1}
    for ajoute, a in jours.items():
        for retire, r in jours.items():
            ligne = engagement(decouverte)
            dossiers[f"{ajoute}/{retire}"] = [ligne, Objectif(engagement=ligne, libelle="O", ajoute_le=j(a), retire_le=j(r))]
    peupler(ici, dossiers)
    attendus = [f"{ajoute}/{retire}" for ajoute in ("", "hier", "ce jour") for retire in ("", "demain")]
    chemin = "engagement__personne__nom"
    assert noms(Objectif.objects.au_jour(LE), chemin) == sorted(attendus)
    assert noms(Objectif.objects.en_vigueur(), chemin) == sorted(f"{ajoute}/" for ajoute in jours)
    assert noms(Engagement.objects.avec_objectif(LE)) == sorted(attendus)
    lu = Engagement.objects.get(personne__nom="hier/demain")
    Moyen.objects.bulk_create(Moyen(engagement=lu, qui="personne", libelle=f"M{r}", retire_le=j(r)) for r in (None, 1))
    lu.objectifs.create(libelle="Second", rang=2)
    lu.objectifs.create(libelle="Premier", rang=1)
    assert [o.libelle for o in lu.objectifs_en_vigueur] == ["Premier", "Second"]
    assert [m.libelle for m in lu.moyens_en_vigueur] == ["MNone"]


def test_on_pratique_les_types_que_l_on_a_commences_formalises_dans_l_annee(ici, ailleurs, decouverte):
    autre, tiers = Terme.objects.de("type_engagement").exclude(pk=decouverte.pk)[:2]

    def pratiques() -> list[int]:
        chez = {"personne__organisation": ici.organisation.pk}
        return [n for n in (1, 2, 3) if chez in Engagement.objects.types_pratiques(LE, n)]

    def dossier(type_, debut, du=-300, **dit) -> list:
        ligne = engagement(type_, debut=debut, **dit)
        return [ligne] if du is None else [ligne, Formalisation(engagement=ligne, du=j(du))]

    peupler(ici, {"A": dossier(decouverte, 0), "B": dossier(decouverte, PREMIER), "C": dossier(autre, VEILLE)})
    peupler(ailleurs, {"D": dossier(autre, 0)})
    assert pratiques() == [1], "deux fois le même type n'en font qu'un"
    hors = {"E": dossier(autre, 1), "F": dossier(autre, 0, None), "G": dossier(autre, 0, 1), "H": dossier(autre, 0, clos=0)}
    hors |= {"I": [*dossier(autre, 0), ANONYME], "J": dossier(autre, 0, etat="projet")}
    peupler(ici, hors)
    assert pratiques() == [1]
    peupler(ici, {"K": dossier(autre, PREMIER)})
    assert pratiques() == [1, 2]
    peupler(ici, {"L": dossier(tiers, 0, clos=9)})
    assert pratiques() == [1, 2, 3]


def test_l_agenda_dit_le_jour_que_l_on_savait_d_un_bilan(ici, decouverte):
    ligne = engagement(decouverte)
    lu = bilan(ligne, 5)
    anciens = [
        AncienRendezVous(bilan=lu, le=j(-30), du=DE_TOUT_TEMPS, au=j(-10)),
        AncienRendezVous(bilan=lu, le=j(-3), du=j(-10), au=LE),
    ]
    peupler(ici, {"Lue": [ligne, lu, *anciens]})
    jours = {quand: Bilan.objects.au(j(quand)).get(pk=lu.pk).jour for quand in (-11, -10, -1, 0)}
    assert jours == {-11: j(-30), -10: j(-3), -1: j(-3), 0: j(5)}


def test_un_bilan_s_attend_de_sa_prise_de_rendez_vous_a_sa_cloture_son_absence_ou_son_annulation(ici, decouverte):
    cas = {
        "à venir": ({}, None),
        "passé": ({"le": -90}, None),
        "en cours": ({"etat": "en_cours"}, None),
        "noté ce jour": ({"cree": 0}, None),
        "noté demain": ({"cree": 1}, None),
        "clos hier": ({"le": -9, "clos": -1}, None),
        "clos ce jour": ({"clos": 0}, None),
        "clos demain": ({"clos": 1}, None),
        "absente hier": ({"le": -9, "absent": -1}, None),
        "absente ce jour": ({"absent": 0}, None),
        "absence notée demain": ({"absent": 1}, None),
        "absente, notée d'avance": ({"le": 5, "absent": -1}, None),
        "absente, on ne sait quand, ce jour": ({"etat": "absent"}, None),
        "absente, on ne sait quand, demain": ({"le": 1, "etat": "absent"}, None),
        "annulé ce jour": ({"annule": 0}, None),
        "annulé demain": ({"annule": 1}, None),
        "rouvert demain": ({"le": -30}, (-20, 1)),
        "rouvert ce jour": ({"le": -30}, (-20, 0)),
        "clos demain, rouvert depuis": ({"le": 1}, (1, 5)),
    }
    dossiers = {}
    for nom, (dit, rouvert) in cas.items():
        ligne = engagement(decouverte)
        dossiers[nom] = [ligne, lu := bilan(ligne, **dit)]
        if rouvert:
            dossiers[nom].append(ClotureRouverte(bilan=lu, du=j(rouvert[0]), au=j(rouvert[1]), redige=True))
    peupler(ici, dossiers)
    hors = {nom for nom in cas if nom.startswith(("clos", "absente", "annulé"))} | {"noté demain", "rouvert demain"}
    encore = {"clos demain", "absente, on ne sait quand, demain", "annulé demain", "clos demain, rouvert depuis"}
    assert noms(Bilan.objects.ouverts(LE)) == sorted({*cas} - hors | encore)
    assert noms(Bilan.objects.clos()) == ["clos ce jour", "clos demain", "clos hier"]
    rouverts = ["clos demain, rouvert depuis", "rouvert ce jour", "rouvert demain"]
    assert noms(Bilan.objects.tenus()) == sorted(["clos ce jour", "clos demain", "clos hier", *rouverts])
    assert noms(Bilan.objects.clos_au(LE)) == ["clos ce jour", "clos hier", "rouvert demain"]
    conclus = ("clos ce", "clos hier", "absen", "annulé")
    a_tenir = sorted(nom for nom in cas if not nom.startswith(conclus) and nom != "clos demain")
    assert noms(Bilan.objects.prevus()) == a_tenir
    Bilan.objects.filter(personne__nom="à venir").annuler(LE)
    lu = Bilan.objects.get(personne__nom="à venir")
    assert (lu.etat, lu.annule_le) == ("annule", LE)


def test_un_bilan_clos_compte_un_an_le_jour_ou_il_s_est_tenu(ici, decouverte):
    dossiers = {}
    for nom, le in {"avant": VEILLE, "premier": PREMIER, "dernier": LE, "demain": j(1)}.items():
        ligne = engagement(decouverte, debut=-900)
        dossiers[nom] = [ligne, bilan(ligne, le, clos=0, cree=-900)]
    dossiers["anonyme"] = [ligne := engagement(decouverte), bilan(ligne, clos=0), ANONYME]
    dossiers["prévu"] = [ligne := engagement(decouverte), bilan(ligne)]
    peupler(ici, dossiers)
    assert noms(Bilan.objects.clos_dans_l_annee(LE)) == ["dernier", "premier"]
    assert noms(Bilan.objects.clos_au(LE)) == ["anonyme", "avant", "dernier", "premier"]


def test_une_echeance_de_bilan_compte_de_seize_jours_a_un_an_sauf_annulee_a_temps(ici, decouverte):
    cas = {
        "avant": {"le": VEILLE},
        "premier": {"le": PREMIER},
        "quinze jours": {"le": -15},
        "seize jours": {"le": -16},
        "tenu bien plus tard": {"le": -1, "echeance": j(-16), "clos": -1},
        "attendu depuis peu": {"le": -30, "echeance": j(-15)},
        "annulé avant": {"le": -40, "annule": -50},
        "annulé à temps": {"le": -40, "annule": -25},
        "annulé trop tard": {"le": -40, "annule": -24},
    }
    dossiers = {nom: [ligne := engagement(decouverte, debut=-900), bilan(ligne, **dit)] for nom, dit in cas.items()}
    dossiers["anonyme"] = [ligne := engagement(decouverte), bilan(ligne, -16), ANONYME]
    peupler(ici, dossiers)
    assert noms(Bilan.objects.echus(LE)) == ["annulé trop tard", "premier", "seize jours", "tenu bien plus tard"]
    attendus = dict(Bilan.objects.attendus().filter(personne__nom__in=cas).values_list("personne__nom", "attendu_le"))
    assert (attendus["premier"], attendus["attendu depuis peu"]) == (PREMIER, j(-15))


def test_un_bilan_se_tient_a_temps_jusqu_a_quinze_jours_apres_son_echeance(ici, decouverte):
    cas = {
        "quinze jours": [{"le": -25, "echeance": j(-40), "clos": -25}],
        "seize jours": [{"le": -24, "echeance": j(-40), "clos": -24}],
        "pas clos": [{"le": -40}],
        "clos ce jour": [{"le": -40, "clos": 0}],
        "clos demain": [{"le": -40, "clos": 1}],
        "absente puis venue": [{"le": -40, "absent": -40}, {"le": -25, "clos": -25}],
        "absente puis venue tard": [{"le": -40, "absent": -40}, {"le": -24, "clos": -24}],
        "venue avant": [{"le": -60, "clos": -60}, {"le": -40, "absent": -40}],
    }
    dossiers = {}
    for nom, dits in cas.items():
        ligne = engagement(decouverte)
        dossiers[nom] = [ligne, *(bilan(ligne, **dit) for dit in dits)]
    premier, second = engagement(decouverte), engagement(decouverte)
    dossiers["d'un autre engagement"] = [premier, second, bilan(premier, -40), bilan(second, -30, clos=-30)]
    peupler(ici, dossiers)
    lus = Bilan.objects.filter(personne__nom__in=dossiers).tenus_a_temps(LE).values_list("personne__nom", "attendu_le")
    assert sorted(lus) == [
        ("absente puis venue", j(-40)),
        ("absente puis venue", j(-25)),
        ("absente puis venue tard", j(-24)),
        ("clos ce jour", j(-40)),
        ("d'un autre engagement", j(-30)),
        ("quinze jours", j(-40)),
        ("venue avant", j(-60)),
    ]


def test_un_compte_rendu_est_ecrit_quand_on_y_dit_ce_que_l_on_retient_et_chaque_resultat(ici, decouverte):
    cas = {
        "écrit": ("Retenu", ["atteint", "abandonne"], None),
        "sans synthèse": ("", ["atteint"], None),
        "sans objectif": ("Retenu", [], None),
        "un résultat manque": ("Retenu", ["atteint", ""], None),
        "rouvert, écrit alors": ("", [], (-9, 1, True)),
        "rouvert, pas écrit alors": ("Retenu", ["atteint"], (-9, 1, False)),
        "rouvert ce jour, écrit alors": ("", [], (-9, 0, True)),
        "rouvert ce jour, écrit depuis": ("Retenu", ["atteint"], (-9, 0, False)),
    }
    dossiers = {}
    for nom, (synthese, resultats, rouvert) in cas.items():
        ligne = engagement(decouverte)
        lu = bilan(ligne, synthese=synthese)
        objectifs = [Objectif(engagement=ligne, libelle="O") for _ in resultats]
        evalues = [ObjectifEvalue(bilan=lu, objectif=o, resultat=r) for o, r in zip(objectifs, resultats, strict=True)]
        dossiers[nom] = [ligne, lu, *objectifs, *evalues]
        if rouvert:
            dossiers[nom].append(ClotureRouverte(bilan=lu, du=j(rouvert[0]), au=j(rouvert[1]), redige=rouvert[2]))
    peupler(ici, dossiers)
    assert noms(Bilan.objects.rediges()) == ["rouvert ce jour, écrit depuis", "rouvert, pas écrit alors", "écrit"]
    assert noms(Bilan.objects.rediges(LE)) == ["rouvert ce jour, écrit depuis", "rouvert, écrit alors", "écrit"]


def test_un_compte_rendu_est_remis_a_partir_de_ce_jour_et_une_remise_d_engagement_n_en_est_pas_une(ici, decouverte):
    dossiers = {}
    for nom, jour in {"hier": -1, "ce jour": 0, "demain": 1, "engagement": None}.items():
        ligne = engagement(decouverte)
        lu = bilan(ligne)
        texte = {"engagement": ligne} if jour is None else {"bilan": lu}
        dossiers[nom] = [ligne, lu, Remise(le=j(jour or 0), contenu={}, **texte)]
    peupler(ici, dossiers)
    assert noms(Bilan.objects.remis(LE)) == ["ce jour", "hier"]


def test_un_bilan_regarde_les_objectifs_de_son_engagement_et_celui_retire_apres_coup(ici, decouverte):
    ligne, autre = engagement(decouverte), engagement(decouverte, clos=-1)
    lu = bilan(
        ligne, moyens="M", evolution="E", parole="P", synthese="S", trajectoire="stable", statut_social="precaire", lieu="Bureau"
    )
    dits = {"dit": None, "pas dit": None, "vide": None, "retiré": -1, "retiré, regardé": -1}
    objectifs = {nom: Objectif(engagement=ligne, libelle=nom, retire_le=j(r), rang=n) for n, (nom, r) in enumerate(dits.items())}
    objectifs["d'un autre"] = Objectif(engagement=autre, libelle="d'un autre")
    evalues = [
        ObjectifEvalue(bilan=lu, objectif=objectifs["dit"], resultat="atteint", commentaire="Bien"),
        ObjectifEvalue(bilan=lu, objectif=objectifs["vide"], commentaire="À voir"),
        ObjectifEvalue(bilan=lu, objectif=objectifs["retiré, regardé"]),
    ]
    peupler(ici, {"Lue": [ligne, autre, lu, *objectifs.values(), *evalues]})
    assert [o.libelle for o in lu.objectifs] == ["dit", "pas dit", "vide", "retiré, regardé"]
    assert [o.libelle for o in lu.objectifs_sans_resultat()] == ["pas dit", "vide", "retiré, regardé"]
    pk = {nom: objectif.pk for nom, objectif in objectifs.items()}
    assert lu.textes == {
        f"resultat-{pk['dit']}": "atteint",
        f"commentaire-{pk['dit']}": "Bien",
        f"resultat-{pk['vide']}": "",
        f"commentaire-{pk['vide']}": "À voir",
        f"resultat-{pk['retiré, regardé']}": "",
        f"commentaire-{pk['retiré, regardé']}": "",
        "moyens": "M",
        "evolution": "E",
        "parole": "P",
        "synthese": "S",
        "trajectoire": "stable",
        "statut_social": "precaire",
    }


def test_qui_a_un_engagement_sans_bilan_a_l_agenda_en_attend_un(ici, decouverte):
    def cas(*bilans: dict, **dit) -> list:
        ligne = engagement(decouverte, **dit)
        return [{"phase": "parcours"}, ligne, *(bilan(ligne, **b) for b in bilans)]

    dossiers = {
        "attend": cas(),
        "tenu": cas({"clos": -9}),
        "absente": cas({"absent": -9}),
        "prévu": cas({"le": 9}),
        "en cours": cas({"etat": "en_cours"}),
        "projet": cas(etat="projet"),
        "clos": cas(clos=-9),
        "sortie": [{"phase": "sortie"}, *cas()[1:]],
    }
    personnes = peupler(ici, dossiers)
    assert [nom for nom, personne in personnes.items() if personne.attend_un_bilan] == ["attend", "tenu", "absente"]


def test_une_reponse_se_reprend_dans_l_engagement_ouvert_le_plus_recent(ici, decouverte):
    def reponse(**dit) -> Reponse:
        return Reponse(nature="proposition", texte="Conduire", **dit)

    dossiers = {
        "deux": [engagement(decouverte, debut=-9), neuf := engagement(decouverte, debut=-3), reponse()],
        "à rebours": [ancien := engagement(decouverte, debut=-3), engagement(decouverte, debut=-9), reponse()],
        "même jour": [engagement(decouverte), dernier := engagement(decouverte), reponse()],
        "projet": [engagement(decouverte, debut=-9), projet := engagement(decouverte, "projet", -3), reponse()],
        "clos": [engagement(decouverte, clos=-1), reponse()],
        "lue": [reponse(lue_le=midi(0))],
    }
    peupler(ici, dossiers)
    lus = Reponse.objects.filter(personne__nom__in=dossiers).avec_engagement().values_list("personne__nom", "engagement")
    ouverts = {"deux": neuf.pk, "à rebours": ancien.pk, "même jour": dernier.pk, "projet": projet.pk}
    assert dict(lus) == ouverts | {"clos": None, "lue": None}
    assert noms(Reponse.objects.non_lues()) == sorted({*dossiers} - {"lue"})
    a_repondu = Personne.objects.avec_reponses().filter(nom__in=dossiers).values_list("nom", "a_repondu")
    assert dict(a_repondu) == {nom: nom != "lue" for nom in dossiers}


def test_est_attendue_a_une_action_qui_y_est_nommee_par_un_moyen_de_l_engagement_en_cours(ici, decouverte):
    cv, code = (Offre.objects.create(organisation=ici.organisation, intitule=nom) for nom in ("CV", "Code"))

    def cas(offre=cv, retire=None, **dit) -> list:
        ligne = engagement(decouverte, **dit)
        return [ligne, Moyen(engagement=ligne, qui="personne", libelle="M", offre=offre, retire_le=j(retire))]

    dossiers = {"oui": cas(), "autre": cas(code), "retiré": cas(retire=-1), "projet": cas(etat="projet"), "clos": cas(clos=-1)}
    peupler(ici, dossiers)
    lus = Personne.objects.attendues_a(cv).filter(nom__in=dossiers).values_list("nom", "attendue")
    assert dict(lus) == {nom: nom == "oui" for nom in dossiers}
