"""Le jugement seul, sans base : des faits, un jour, une règle ; et ce que l'on en dit (CER-2, CER-3)."""

from collections import defaultdict
from datetime import date
from fractions import Fraction

import pytest

from cedre.certification.conformite import Faits, PointJuge, PreuveJugee, SpecificationJugee, evaluer
from cedre.certification.correspondance import Effet, Lien, SorteDeLien, differences, relier
from cedre.certification.editions import lue
from cedre.certification.models import Appreciation, Document, Revision, ValeurDeParametre
from cedre.certification.referentiel import Parametre, Point, Preuve
from cedre.certification.tests.fictive import FICTIVE, LATITUDE, SUITE
from cedre.certification.verdicts import Disposition, Jugement, Regle, Verdict, juger, pire
from cedre.comptes.discretion import en_mots
from cedre.core.discretion import ASSEZ, est_petit
from cedre.core.indicateurs import INCONNUE, Mesure

INSUFFISANT, INDETERMINABLE, A_CONSTATER = Verdict.INSUFFISANT, Verdict.INDETERMINABLE, Verdict.A_CONSTATER
ENGAGE, SATISFAIT, SANS_OBJET = Verdict.ENGAGE, Verdict.SATISFAIT, Verdict.SANS_OBJET
LE, DEUX_SUR_TROIS = date(2026, 3, 10), Mesure(3, 2)
EXHAUSTIF = "dispositions: [{types: [AI, ETTI, EI, ACI], regle: exhaustif}]"


def edition(**remplace):
    """L'édition d'essai, où ces mots sont remplacés."""
    texte = FICTIVE
    for avant, apres in remplace.items():
        assert avant in texte
        texte = texte.replace(avant, apres)
    return lue(texte.encode())


def evaluee(une, *, type_siae="AI", le=LE, mesure=DEUX_SUR_TROIS, faits=None):
    """Les spécifications de cette édition, si l'indicateur de l'essai mesure cela."""
    return evaluer(une, type_siae, le, mesures={"delai_annonce": mesure}, faits=faits or Faits())


def apprecie(point: str, le: date, valeur: str, pk: int) -> Appreciation:
    """Une appréciation, sans base."""
    return Appreciation(pk=pk, point=point, le=le, valeur=valeur)


@pytest.mark.parametrize(
    "regle, mesure, attendu",
    [
        (Disposition((), Regle.EXHAUSTIF), Mesure(3, 3), Jugement(SATISFAIT, 3)),
        (Disposition((), Regle.EXHAUSTIF), Mesure(3, 2), Jugement(INSUFFISANT, 3)),
        (Disposition((), Regle.EXHAUSTIF), Mesure(0, 0), Jugement(SANS_OBJET, 0)),
        (Disposition((), Regle.EXHAUSTIF), INCONNUE, Jugement(INDETERMINABLE, None, "mesure:inconnu")),
        (Disposition((), Regle.PART_MINIMALE, Fraction(1, 3)), Mesure(100, 34), Jugement(SATISFAIT, 34)),
        (Disposition((), Regle.PART_MINIMALE, Fraction(1, 3)), Mesure(100, 33), Jugement(INSUFFISANT, 34)),
        (Disposition((), Regle.NOMBRE_MINIMAL, None, "p"), Mesure(9, 3), Jugement(SATISFAIT, 3)),
        (Disposition((), Regle.NOMBRE_MINIMAL, None, "p"), Mesure(9, 2), Jugement(INSUFFISANT, 3)),
        (Disposition((), Regle.NOMBRE_MINIMAL, None, "x"), Mesure(9, 9), Jugement(INDETERMINABLE, None, "parametre:x")),
        (Disposition((), Regle.EXHAUSTIF, None, "", "l"), Mesure(9, 9), Jugement(INDETERMINABLE, None, "lecture:l")),
        (Disposition((), Regle.EXHAUSTIF, None, "", "non"), Mesure(9, 0), Jugement(SANS_OBJET)),
        (Disposition((), Regle.EXHAUSTIF, None, "", "oui"), Mesure(9, 8), Jugement(INSUFFISANT, 9)),
        (Disposition((), Regle.SANS_OBJET, None, "x", "l"), INCONNUE, Jugement(SANS_OBJET)),
        (Disposition((), Regle.EXISTE), Mesure(0, 0), Jugement(INSUFFISANT, 1)),
        (Disposition((), Regle.EXISTE), Mesure(1, 0), Jugement(INSUFFISANT, 1)),
        (Disposition((), Regle.EXISTE), Mesure(1, 1), Jugement(SATISFAIT, 1)),
        (Disposition((), Regle.EXISTE), INCONNUE, Jugement(INDETERMINABLE, None, "mesure:inconnu")),
        (Disposition((), Regle.PRATIQUE), Mesure(0, 0), Jugement(SANS_OBJET, 0)),
        (Disposition((), Regle.PRATIQUE), Mesure(9, 0), Jugement(INSUFFISANT)),
        (Disposition((), Regle.PRATIQUE), Mesure(9, 9), Jugement(ENGAGE)),
        (Disposition((), Regle.PRATIQUE, tolerance="t"), Mesure(9, 9), Jugement(ENGAGE, None, "tolerance:t")),
        (Disposition((), Regle.PRATIQUE, tolerance="tiers"), Mesure(4, 1), Jugement(ENGAGE, 2)),
        (Disposition((), Regle.PRATIQUE, tolerance="tiers"), Mesure(4, 2), Jugement(SATISFAIT, 2)),
        (Disposition((), Regle.PRATIQUE, tolerance="tiers"), Mesure(4, 0), Jugement(INSUFFISANT)),
    ],
)
def test_chaque_regle_dit_son_verdict_le_nombre_a_atteindre_et_pourquoi_elle_n_en_dit_rien(regle, mesure, attendu):
    retenues = {"oui": "oui", "non": "non", "tiers": "1/3"}
    assert juger(regle, mesure, parametres={"p": Fraction(5, 2), "x": None}, retenues=retenues) == attendu


def test_le_plus_urgent_des_verdicts_l_emporte():
    ordre = [INSUFFISANT, INDETERMINABLE, A_CONSTATER, ENGAGE, SATISFAIT, SANS_OBJET]
    for rang, verdict in enumerate(ordre):
        assert pire(reversed(ordre[rang:])) == verdict
    assert pire([]) == SANS_OBJET


def test_chaque_sorte_de_structure_a_sa_disposition_et_la_phrase_qui_la_dit():
    types = (
        "dispositions: [{types: [AI], regle: part_minimale, part: 1/3}, "
        "{types: [ETTI], regle: nombre_minimal, parametre: moitie}, {types: [EI], regle: sans_objet}, "
        "{types: [ACI], regle: exhaustif, lecture: douteuse}]"
    )
    une = edition(**{EXHAUSTIF: types})
    dits = {}
    for type_siae in ("AI", "ETTI", "EI", "ACI"):
        (jugee,) = evaluee(une, type_siae=type_siae, mesure=Mesure(3, 1))
        point = jugee.points[0]
        dits[type_siae] = (jugee.verdict, point.preuves[0].jugement.seuil, point.regle, point.preuves[0].jugement.raison)
    assert dits == {
        "AI": (SATISFAIT, 1, "Au moins 1/3 de ce qui est compté, sans arrondi.", ""),
        "ETTI": (INSUFFISANT, 2, "Au moins autant que : nombre (personnes).", ""),
        "EI": (SANS_OBJET, None, "Sans objet pour cette sorte de structure.", ""),
        "ACI": (INDETERMINABLE, None, "Tous, sans exception.", "La question reste ouverte : Faut-il ?"),
    }
    sans_objet = edition(**{LATITUDE: SUITE, EXHAUSTIF: types.replace("part: 1/3", "part: 1/2")})
    jugees = evaluee(sans_objet, type_siae="EI", faits=Faits(appreciations=[apprecie("1b", LE, "insuffisant", 1)]))
    assert {(p.verdict, p.preuves[0].mesure, p.preuves[0].faite_par) for s in jugees for p in s.points if p.preuves} == {
        (SANS_OBJET, None, None)
    }
    specification = next(une.specifications())
    assert [specification.parametres(type_siae) for type_siae in ("AI", "ETTI")] == [[], ["moitie"]]


def test_une_portee_ouverte_n_efface_pas_ce_que_l_equipe_a_dit_ou_depose():
    portee = EXHAUSTIF.replace("}]", ", lecture: douteuse}]")
    une = edition(**{LATITUDE: SUITE.replace(EXHAUSTIF, portee)})
    dite = apprecie("1b", LE, "insuffisant", 1)
    depose = Revision(pk=1, document=Document(points=["1b-1"]), du=LE)
    (_, jugee, _) = evaluee(une, faits=Faits(appreciations=[dite], revisions=[depose]))
    assert [(p.verdict, p.preuves[0].faite_par) for p in jugee.points] == [(INDETERMINABLE, dite), (INDETERMINABLE, depose)]


def test_une_lecture_tranchee_se_juge():
    tranchee = 'douteuse: {question: "Faut-il ?", reference: § 1, retenu: "oui", par: Le bureau, depuis: 2020-01-01}'
    une = edition(
        **{
            'douteuse: {question: "Faut-il ?", reference: § 1}': tranchee,
            EXHAUSTIF: EXHAUSTIF.replace("}]", ", lecture: douteuse}]"),
        }
    )
    assert evaluee(une)[0].verdict == INSUFFISANT
    lecture = une.lectures["douteuse"]
    assert evaluee(une, le=date(2019, 12, 31))[0].verdict == INDETERMINABLE, "la veille, elle ne l'est pas encore"
    assert (lecture.retenu, lecture.par, lecture.depuis) == ("oui", "Le bureau", date(2020, 1, 1))


def test_une_mesure_inconnue_dit_pourquoi_et_un_parametre_qui_manque_aussi():
    (jugee,) = evaluee(edition(), mesure=INCONNUE)
    assert jugee.points[0].preuves[0].jugement.raison.startswith("Mesure : inconnu. Cèdre ne gardait pas encore")
    nombre = "dispositions: [{types: [AI, ETTI, EI, ACI], regle: nombre_minimal, parametre: moitie}]"
    (jugee,) = evaluee(edition(**{EXHAUSTIF: nombre}), le=date(2019, 12, 31))
    assert jugee.points[0].preuves[0].jugement.raison == "Nombre : ce nombre n’est pas dit."


def test_un_parametre_vaut_a_partir_de_son_jour_et_celui_de_la_structure_l_emporte():
    parametre = Parametre("p", "P", "u", False, ((date(2020, 1, 1), Fraction(2)), (date(2026, 3, 10), Fraction(3))))
    jours = [date(2019, 12, 31), date(2020, 1, 1), date(2026, 3, 9), LE]
    assert [parametre.le(jour) for jour in jours] == [None, 2, 2, 3]
    valeurs = [
        ValeurDeParametre(pk=rang, parametre=code, du=du, valeur=valeur)
        for rang, (code, du, valeur) in enumerate(
            [("moitie", LE, 5), ("moitie", date(2026, 1, 1), 1), ("autre", LE, 9), ("moitie", date(2026, 3, 11), 8)]
        )
    ]
    assert Faits(parametres=valeurs).valeurs(LE) == {"moitie": 5, "autre": 9}
    nombre = "dispositions: [{types: [AI, ETTI, EI, ACI], regle: nombre_minimal, parametre: moitie}]"
    une = edition(**{EXHAUSTIF: nombre})
    seuils = [evaluee(une, faits=Faits(parametres=siens))[0].tete.jugement.seuil for siens in ([], valeurs)]
    assert seuils == [2, 5]


def test_les_valeurs_d_un_parametre_se_suivent_par_leur_jour_quel_que_soit_l_ordre_du_fichier():
    valeurs = "valeurs: [{du: 2024-01-01, valeur: 7, reference: b}, {du: 2020-01-01, valeur: 2, reference: § 1}]"
    une = edition(**{"valeurs: [{du: 2020-01-01, valeur: 2, reference: § 1}]": valeurs})
    assert [une.parametres["moitie"].le(date(annee, 6, 1)) for annee in (2021, 2025)] == [2, 7]


def test_une_appreciation_vaut_de_son_point_la_derniere_l_emporte_et_celle_du_jour_compte():
    dites = [
        apprecie("1b", date(2026, 3, 9), "insuffisant", 6),
        apprecie("1b", LE, "sans_objet", 2),
        apprecie("1b", LE, "satisfait", 3),
        apprecie("1b", date(2026, 3, 11), "insuffisant", 4),
        apprecie("2a", date(2026, 1, 1), "insuffisant", 5),
    ]
    faits = Faits(appreciations=dites)
    assert [faits.appreciation(point, LE).pk for point in ("1b", "2a")] == [3, 5] and faits.appreciation("1a", LE) is None
    assert faits.appreciation("2a", date(2027, 1, 1)) is None, "un an après, on se prononce de nouveau"
    _, une, autre = evaluee(edition(**{LATITUDE: SUITE}), faits=faits)
    assert [p.preuves[0].faite_par and p.preuves[0].faite_par.pk for p in (*une.points, *autre.points)] == [3, None, 5]
    assert [p.verdict for p in (*une.points, *autre.points)] == [SATISFAIT, A_CONSTATER, INSUFFISANT]
    assert (une.verdict, autre.verdict, une.points[0].appreciation.pk) == (A_CONSTATER, INSUFFISANT, 3)
    assert une.points[1].appreciation is None, "l'équipe n'a rien dit de 1b-1"


def test_un_document_prouve_ses_points_par_sa_revision_la_plus_recente_de_celles_qui_couvrent_ce_jour():
    livret, autre = Document(points=["1b-1"]), Document(points=["2a"])
    revisions = [
        Revision(pk=1, document=livret, du=date(2025, 1, 1), au=LE),
        Revision(pk=2, document=livret, du=date(2026, 1, 1)),
        Revision(pk=3, document=livret, du=date(2026, 2, 1), au=date(2026, 3, 9)),
        Revision(pk=4, document=livret, du=date(2026, 2, 2), perime_le=LE),
        Revision(pk=5, document=autre, du=LE),
        Revision(pk=6, document=livret, du=date(2026, 3, 11)),
        Revision(pk=7, document=livret, du=date(2024, 1, 1)),  # déposée après, et plus ancienne
    ]
    faits = Faits(revisions=revisions)
    assert faits.revision("1b-1", LE).pk == 2 and faits.revision("1b", LE) is None
    assert [revisions[0].prouve(jour) for jour in (LE, date(2026, 3, 11))] == [True, False]
    assert [revisions[3].prouve(jour) for jour in (date(2026, 3, 9), LE)] == [True, False]
    (_, une, _) = evaluee(edition(**{LATITUDE: SUITE}), faits=faits)
    assert (une.points[1].verdict, une.points[1].preuves[0].faite_par.pk) == (SATISFAIT, 2)


def point_juge(verdict, valeur="", preuves=(), code="1a") -> PointJuge:
    """Un point, ce que les faits en disent, ce que l'équipe en pense."""
    dite = Appreciation(point=code, valeur=valeur) if valeur else None
    return PointJuge(Point(code, "exigence", "Dire", (), ()), tuple(preuves), verdict, dite)


@pytest.mark.parametrize(
    "verdict, valeur, en_defaut, appelle, diverge",
    [
        (INSUFFISANT, "", True, True, False),
        (INSUFFISANT, "insuffisant", True, True, False),
        (INSUFFISANT, "satisfait", True, True, True),
        (SATISFAIT, "", False, False, False),
        (SATISFAIT, "satisfait", False, False, False),
        (SATISFAIT, "insuffisant", True, True, True),
        (SATISFAIT, "sans_objet", True, True, True),
        (A_CONSTATER, "", False, True, False),
        (INDETERMINABLE, "", False, False, False),
        (INDETERMINABLE, "satisfait", False, False, False),
        (INDETERMINABLE, "insuffisant", True, True, False),
        (SANS_OBJET, "satisfait", False, False, False),
        (ENGAGE, "", False, True, False),
        (ENGAGE, "satisfait", False, True, False),
        (None, "", False, False, False),
    ],
)
def test_un_point_est_en_defaut_si_les_faits_ou_l_equipe_le_disent_ou_s_ils_ne_disent_pas_la_meme_chose(
    verdict, valeur, en_defaut, appelle, diverge
):
    point = point_juge(verdict, valeur)
    assert (point.est_en_defaut, point.appelle_une_action, point.diverge) == (en_defaut, appelle, diverge)


def preuve(indicateur: str, verdict: Verdict, mesure: Mesure | None) -> PreuveJugee:
    """Une preuve, et ce qu'elle donne."""
    return PreuveJugee(Preuve(indicateur=indicateur), Jugement(verdict), mesure)


def test_une_specification_se_resume_par_la_pire_mesure_de_son_verdict_et_compte_une_fois_ce_qui_sert_deux_fois():
    une, autre = preuve("a", SATISFAIT, Mesure(3, 3)), preuve("b", INSUFFISANT, Mesure(9, 4))
    encore, constat = preuve("c", INSUFFISANT, Mesure(7, 5)), preuve("", INSUFFISANT, None)
    points = (point_juge(SATISFAIT, "", [une]), point_juge(INSUFFISANT, "", [constat, autre, encore]))
    points += (point_juge(INSUFFISANT, "", [autre]),)
    jugee = SpecificationJugee(None, points, INSUFFISANT)
    assert (jugee.tete, jugee.manquants, jugee.mesures_incompletes) == (autre, 5 + 2, 2)
    assert points[1].tete == autre and points[0].tete == une
    a_un_pres = preuve("d", INSUFFISANT, Mesure(2, 1))
    assert point_juge(INSUFFISANT, "", [constat, a_un_pres]).tete == a_un_pres, "une mesure avant un constat"
    assert point_juge(INSUFFISANT, "", [constat]).tete == constat, "un constat quand aucune mesure ne fait le verdict"
    assert SpecificationJugee(None, (), SANS_OBJET).tete is None


@pytest.mark.parametrize("part", ["", "1/2", "2/3", "4/5", "1/1"])
def test_aucun_des_trois_verdicts_d_une_pratique_ne_laisse_deviner_un_petit_nombre_au_conseil(part):
    """À qui connaît le total : ni les mots ni le verdict n'isolent de un à quatre. D'un petit total, les mots sont les mêmes."""
    pratique, retenues = Disposition((), Regle.PRATIQUE, tolerance="t"), {"t": part} if part else {}
    verdicts, d_un_petit = set(), set()
    for total in range(1, 60):
        lus = defaultdict(set)
        for atteint in range(total + 1):
            mesure = Mesure(total, atteint)
            jugement = juger(pratique, mesure, parametres={}, retenues=retenues)
            preuve_ = PreuveJugee(Preuve(indicateur="delai_annonce"), jugement, mesure)
            lus[en_mots(preuve_.indicateur, mesure, LE, seuil=preuve_.seuil), jugement.verdict].add(atteint)
        verdicts |= {verdict for _, verdict in lus}
        if total < ASSEZ:
            d_un_petit |= {mots for mots, _ in lus}
        else:
            seuls = [nombres.pop() for nombres in lus.values() if len(nombres) == 1]
            assert [n for n in seuls if est_petit(n) or est_petit(total - n)] == [], total
    assert verdicts == {INSUFFISANT, ENGAGE} | ({SATISFAIT} if part else set())
    assert d_un_petit == {"le nombre de premiers contacts n’est pas dit"}


def test_d_une_edition_a_l_autre_un_point_nouveau_et_un_point_supprime_se_disent():
    avant = edition(**{LATITUDE: SUITE})
    apres = edition(**{LATITUDE: SUITE.replace("code: 1b-1", "code: 1b-2").replace("Y revient-on ?", "Revient-on ?")})
    dites = [(d.code, d.sorte, d.avant and d.avant.code, d.apres and d.apres.code) for d in differences(avant, apres)]
    assert dites == [("1b-1", "supprimee", "1b-1", None), ("2a", "reformulee", "2a", "2a"), ("1b-2", "nouvelle", None, "1b-2")]


def test_les_passages_suivent_l_ordre_de_l_edition_que_l_on_quitte_puis_de_celle_ou_l_on_va():
    avant = edition(**{LATITUDE: SUITE})
    apres = edition(**{LATITUDE: SUITE.replace("code: 1a-1", "code: 1a-2")})

    def lien(sorte, de, vers, resultats=Effet.GARDE, preuves=Effet.GARDE):
        return Lien(SorteDeLien(sorte), de, vers, resultats, preuves)

    liens = (
        lien("nouvelle", (), ("1a-2",)),
        lien("identique", ("1b",), ("1b",)),
        lien("supprimee", ("1a-1",), (), resultats=Effet.PERDU, preuves=Effet.PERDU),
        lien("fusionnee", ("2a", "1a"), ("1a",), preuves=Effet.A_REVOIR),
    )
    passages = relier(liens, de=avant, vers=apres)
    assert [(p.lien.sorte, [a.code for a in p.avant], [a.code for a in p.apres]) for p in passages] == [
        ("fusionnee", ["2a", "1a"], ["1a"]),
        ("supprimee", ["1a-1"], []),
        ("identique", ["1b"], ["1b"]),
        ("nouvelle", [], ["1a-2"]),
    ]
    assert [p.lien.garde_tout for p in passages] == [False, False, True, True]


def test_une_edition_garde_tout_ce_que_son_fichier_dit():
    entete = {"en_vigueur: {du: 2020-01-01}": "en_vigueur: {du: 2020-01-01, au: 2023-12-31}\nremplace: d-avant"}
    une = edition(**{LATITUDE: SUITE}, **entete)
    assert (une.lignee, une.code, une.titre, une.source, une.texte) == (
        "fictive",
        "essai",
        "Édition d’essai",
        "cet essai",
        "complet",
    )
    assert (une.du, une.au, une.remplace, une.citee) == (date(2020, 1, 1), date(2023, 12, 31), "d-avant", une.titre)
    deux = une.chapitres[1]
    assert (deux.code, deux.titre, deux.but, deux.objectifs, deux.moyens) == (
        "2",
        "Deux",
        "Recommencer",
        ("Tenir", "Durer"),
        ("Un cahier",),
    )
    assert [(p.code, p.nature, p.texte) for p in une.points()] == [
        ("1a", "exigence", "Une exigence"),
        ("1a-1", "latitude", "Au choix"),
        ("1b", "exigence", "Une deuxième exigence"),
        ("1b-1", "exigence", "Par écrit"),
        ("2a", "exigence", "Une dernière exigence"),
    ]
    assert une.chapitre_de(deux.specifications[0]) == deux and deux.specifications[0].paragraphe == "§ 2 a"
