"""Ce qu'une opération touche du passé : quels faits, quel dossier, depuis quel jour ; ce qu'il en reste (décision 0029)."""

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from cedre.comptes import passe
from cedre.comptes.models import Deplacement, Trace
from cedre.comptes.operations import tracer
from cedre.comptes.passe import MotifAttendu, Mouvement, Touches, change_le_passe, motif_dit
from cedre.core.indicateurs import Mesure
from cedre.parcours.models import Contact, Contrat, Entretien

JANVIER, FEVRIER, MARS = date(2025, 1, 12), date(2025, 2, 10), date(2025, 3, 5)
FIN = date(2025, 3, 31)
ANNEE = timedelta(days=365)


@pytest.fixture
def contrat(embauchee) -> Contrat:
    """Un contrat commencé en février, noté depuis longtemps."""
    Contrat.objects.update(debut=FEVRIER, fin_prevue=MARS, fin=MARS, note_le=JANVIER)
    return Contrat.objects.select_related("personne").get()


def depuis(*recus, **reste) -> date | None:
    return Touches([*recus], **reste).depuis


def test_le_plus_ancien_jour_touche_est_celui_que_l_on_change_ou_tous_si_l_on_change_autre_chose(contrat):
    assert depuis(contrat) == JANVIER, "rien n’y change : on l’ôte"
    contrat.fin = contrat.fin_prevue = MARS + ANNEE
    assert depuis(contrat) == MARS, "la fin seule : l’ancienne, ou la nouvelle"
    contrat.fin = contrat.fin_prevue = FEVRIER - timedelta(days=3)
    assert depuis(contrat) == FEVRIER - timedelta(days=3)
    contrat.fin = contrat.fin_prevue = MARS
    contrat.rompu_le = MARS + ANNEE
    assert depuis(contrat) == MARS + ANNEE, "un jour qui n’était pas dit"
    contrat.fin, contrat.rompu_le, contrat.heures_hebdo = MARS + ANNEE, None, 20
    assert depuis(contrat) == MARS, "aucun indicateur ne lit les heures du contrat"
    contrat.nature_id += 1
    assert depuis(contrat) == JANVIER, "la nature, ils la lisent"
    assert depuis(Contrat(personne=contrat.personne, debut=FEVRIER, fin_prevue=MARS, fin=MARS, note_le=None)) == FEVRIER
    assert depuis(Contrat(personne=contrat.personne, note_le=None)) is None is depuis(contrat.personne)


def test_un_fait_note_ce_matin_peut_changer_tous_ses_jours(contrat):
    for note_le, attendu in ((timezone.localdate(), FEVRIER), (timezone.localdate() - timedelta(days=1), MARS)):
        Contrat.objects.update(note_le=note_le)
        contrat.refresh_from_db()
        contrat.fin = MARS + ANNEE
        assert depuis(contrat) == attendu


def test_un_jour_recu_tient_lieu_de_ceux_des_faits_et_ceux_que_l_operation_dit_de_tous(contrat):
    assert depuis(contrat, MARS, [FEVRIER]) == FEVRIER
    assert depuis(contrat, datetime(2020, 1, 1, tzinfo=UTC)) == JANVIER, "un instant n’est pas un jour dit"
    assert depuis(contrat, MARS, jours=[date(2025, 3, 2), date(2025, 3, 1)]) == date(2025, 3, 1)
    assert depuis(contrat, MARS, jours=[]) is None
    assert depuis(contrat, jours=None) == JANVIER


def test_de_ce_qu_elle_recoit_on_sait_les_faits_le_dossier_et_l_organisation(embauchee, ailleurs, contrat):
    elle, autre = embauchee.personne, ailleurs.contact
    recus = [elle, [contrat, (embauchee.contact, "un mot")], {"a": 1}, None, contrat.nature]
    touches = Touches(recus)
    assert (touches.objets, touches.avant) == ([contrat, embauchee.contact], [contrat, embauchee.contact])
    assert (touches.personne, touches.organisation, touches.dits) == (elle.pk, embauchee.organisation.pk, [])
    assert Touches([elle]).objets == [elle] and Touches([elle]).personne == elle.pk
    deux = Touches([embauchee.contact, autre, MARS])
    assert (deux.personne, deux.organisation, deux.dits) == (None, embauchee.organisation.pk, [MARS])
    collectif = Touches([embauchee.collective])
    assert (collectif.personne, collectif.organisation) == (None, embauchee.organisation.pk)
    neufs = Touches([Contact(), Contrat(personne=elle)])
    assert (neufs.personne, neufs.organisation, neufs.avant) == (elle.pk, embauchee.organisation.pk, [None, None])
    rien = Touches([contrat.nature, "un mot"])
    assert (rien.objets, rien.personne, rien.organisation, rien.un_mois_fini) == ([], None, None, False)


@pytest.mark.parametrize("dans, fini", [(-1, True), (0, False), (1, False)])
def test_seul_un_mois_fini_d_une_organisation_que_l_on_mesure_est_du_passe(ici, dans, fini):
    le = timezone.localdate().replace(day=1) + timedelta(days=dans)
    assert Touches([ici.contact, le]).un_mois_fini is fini
    assert Touches([le]).un_mois_fini is False and Touches([Contact(personne=ici.personne)], []).un_mois_fini is False


def test_les_tables_d_un_geste_sont_celles_de_ses_faits_de_ce_qui_en_depend_et_de_ce_qu_il_ecrit_d_autre(ici):
    deduites = {"parcours_etape", "parcours_suivi"}
    assert Touches([ici.contact]).tables == {"parcours_contact", *deduites}
    seance = {"parcours_informationcollective", "parcours_information", *deduites}
    assert Touches([ici.collective]).tables == seance
    assert Touches([ici.collective], None, (Contact,)).tables == {"parcours_contact", *seance}
    assert not Touches([ici.hab["cip"]]).tables & deduites, "rien n’y est d’un dossier"


def test_le_geste_fait_on_sait_s_il_n_a_fait_que_completer_et_quels_jours_ont_change(contrat, embauchee):
    def apres(*objets, **changes) -> tuple[bool, list[date]]:
        touches = Touches([*objets])
        assert len(touches.avant) == len(objets)
        type(objets[0]).objects.filter(pk=objets[0].pk).update(**changes)
        return touches.changes

    assert apres(contrat) == (False, []), "rien n’a changé"
    assert apres(contrat, heures_hebdo=20) == (True, [])
    assert apres(contrat, heures_hebdo=21) == (False, [])
    assert apres(embauchee.bilan, suite_le=MARS) == (True, [MARS])
    assert apres(embauchee.bilan, suite_le=FEVRIER) == (False, [MARS, FEVRIER])
    assert apres(embauchee.bilan, suite_le=None) == (False, [FEVRIER])
    entretien, le = embauchee.entretien, embauchee.entretien.le
    assert apres(entretien, version=7, modifie_le=datetime(2025, 3, 5, 12, tzinfo=UTC))[0] is True, "la maison seule"
    assert apres(embauchee.contact, delai_annonce=0)[0] is False and apres(embauchee.contact, delai_annonce=5)[0] is False
    assert apres(embauchee.contact, delai_annonce=None)[0] is False and apres(embauchee.contact, delai_annonce=0)[0] is True
    embauchee.information.personne.informations.update(presence="presente")
    assert apres(embauchee.information, offre_presentee=True) == (True, []), "non, puis oui"
    assert apres(embauchee.information, offre_presentee=False) == (False, []), "oui, puis non"
    assert apres(entretien, etat="en_cours") == (True, []), "l’état du début"
    assert apres(entretien, etat="annule") == (False, [])
    assert apres(entretien, contrat, le=le + ANNEE) == (False, [le, le + ANNEE])
    touches = Touches([contrat, Contrat(personne=contrat.personne)])
    assert touches.avant == [contrat, None]
    Contrat.objects.all().delete()
    assert touches.changes == (False, [FEVRIER, MARS, MARS, JANVIER])


def test_les_jours_d_une_ligne_sont_ses_dates_et_ceux_de_ses_instants_jamais_celui_ou_on_l_a_ecrite(ici):
    pose_le = datetime(2025, 2, 28, 23, 30, tzinfo=UTC)  # le premier mars à Paris
    lu = Entretien(le=MARS, pose_le=FEVRIER, cree_le=pose_le, modifie_le=pose_le)
    assert passe.jours_de(lu) == {"le": MARS, "pose_le": FEVRIER, "annule_le": None, "modifie_le": date(2025, 3, 1)}
    murale = Entretien(le=MARS, modifie_le=datetime(2025, 2, 28, 23, 30))  # noqa: DTZ001 (heure murale)
    assert passe.jours_de(murale)["modifie_le"] == date(2025, 2, 28)
    assert passe.jours_de(ici.personne) == {} == passe.jours_de(None)


def mouvement(*traces: Trace, neuf: bool = False, chez: int = 1, avant: dict | None = None, **touches) -> Mouvement:
    """Un geste en cours, dont on dit ce qu'il touche et ce qu'il a laissé."""
    geste = Mouvement.__new__(Mouvement)
    dites = {"changes": (False, []), "dits": [], "depuis": JANVIER, "organisation": chez, "personne": None} | touches
    geste.touches, geste.neuf, geste.traces, geste.avant = SimpleNamespace(**dites), neuf, [*traces], avant or {}
    return geste


HIER, AUJOURDHUI = date(2025, 4, 30), date(2025, 5, 1)
BOUGE = {("delai_annonce", FIN): (Mesure(9, 2), Mesure(9, 3))}


@pytest.mark.parametrize(
    "geste, touches, bouge, dit, motif",
    [
        ("creer", {"changes": (False, [AUJOURDHUI, HIER])}, {}, "", "apres"),
        ("importer", {"changes": (False, [HIER])}, {}, "", "apres"),
        ("creer", {"dits": [HIER]}, {}, "", "apres"),
        ("creer", {"changes": (False, [AUJOURDHUI]), "dits": [AUJOURDHUI]}, {}, "", ""),
        ("creer", {}, BOUGE, "", "apres"),
        ("modifier", {"changes": (True, [HIER]), "dits": [HIER]}, {}, "", ""),
        ("modifier", {"changes": (True, [HIER])}, BOUGE, "", "apres"),
        ("modifier", {"neuf": True}, BOUGE, "", "apres"),
        ("modifier", {"neuf": True}, {}, "date", ""),
        ("supprimer", {"changes": (False, [HIER])}, {}, "", ""),
        ("supprimer", {}, BOUGE, "date", "date"),
        ("supprimer", {}, BOUGE, None, "autre"),
        ("supprimer", {}, {}, "date", ""),
        ("supprimer", {}, BOUGE, "", MotifAttendu),
    ],
)
def test_le_motif_d_un_geste_qui_ajoute_est_apres_celui_d_un_autre_se_dit(monkeypatch, geste, touches, bouge, dit, motif):
    monkeypatch.setattr(passe, "premier_du_mois", lambda: AUJOURDHUI)
    un = mouvement(Trace(geste=geste), Trace(geste="exporter"), **touches)
    with motif_dit(dit) if dit is not None else nullcontext():
        if motif is MotifAttendu:
            with pytest.raises(MotifAttendu, match="Dites pourquoi") as attendu:
                un._motif(bouge)
            assert attendu.value.bouge == bouge
        else:
            assert un._motif(bouge) == motif


def test_le_passe_change_depuis_le_premier_de_ses_jours_ou_la_premiere_mesure_qui_bouge():
    assert mouvement(changes=(True, [MARS]), dits=[FEVRIER])._depuis(BOUGE) == FEVRIER
    assert mouvement(changes=(True, [FEVRIER]), dits=[MARS])._depuis(BOUGE) == FEVRIER
    assert mouvement(changes=(True, [FIN + ANNEE]))._depuis(BOUGE) == FIN
    assert mouvement()._depuis({}) == JANVIER


def test_ce_qui_a_bouge_se_garde_avec_une_seule_trace_celle_de_la_structure_ou_de_son_import(ici, ailleurs, monkeypatch):
    avant = {("delai_annonce", FIN): Mesure(12, 3), ("etp", FIN): Mesure(2, 1)}
    monkeypatch.setattr(Mouvement, "_mesurer", lambda self: avant | {("delai_annonce", FIN): Mesure(14, 5)})
    monkeypatch.setattr(Mouvement, "_dans_la_structure", lambda self, bouge: bouge)
    chez, la_bas = {"organisation": ici.organisation}, {"organisation": ailleurs.organisation}
    traces = [Trace(objet="x", **dit) for dit in ({"geste": "importer"} | la_bas, {"geste": "creer"} | chez)]
    traces.append(Trace(objet="x", geste="importer", **chez))
    mouvement(*traces, chez=ici.organisation.pk, avant=avant, changes=(True, [FEVRIER])).conclure()
    lues = [(t.organisation, t.geste, t.motif, t.depuis) for t in Trace.objects.order_by("pk")]
    rien = ("", None)
    assert lues == [
        (ailleurs.organisation, "importer", *rien),
        (ici.organisation, "creer", *rien),
        (ici.organisation, "importer", "apres", FEVRIER),
    ]
    dits = Deplacement.objects.values_list(
        "trace", "code", "mois", "total_avant", "atteint_avant", "total_apres", "atteint_apres"
    )
    assert [*dits] == [(traces[2].pk, "delai_annonce", FIN, 12, 3, 14, 5)]
    monkeypatch.setattr(Mouvement, "_mesurer", None)
    mouvement(chez=ici.organisation.pk, avant=avant).conclure()
    assert Deplacement.objects.count() == 1, "un geste qui n’a rien fait ne se mesure pas"


def test_ce_qui_bouge_d_une_personne_se_dit_de_toute_la_structure(monkeypatch):
    demandes = []

    def mesurer(indicateurs, chez, mois):
        demandes.append(([i.code for i in indicateurs], chez, mois))
        return {FIN: {"delai_annonce": Mesure(20, 8)}}

    monkeypatch.setattr(passe, "mesurer_aux_dates", mesurer)
    bouge = {("delai_annonce", FIN): (Mesure(2, 0), Mesure(3, 2)), ("revue_annuelle", FIN): (Mesure(1, 0), Mesure(1, 1))}
    dits = mouvement(personne=7, chez=5)._dans_la_structure(bouge)
    assert dits == bouge | {("delai_annonce", FIN): (Mesure(19, 6), Mesure(20, 8))}
    assert mouvement(chez=5)._dans_la_structure(bouge) == bouge
    assert demandes == [(["delai_annonce"], 5, [FIN]), ([], 5, [])]


def test_ce_qui_s_additionne_se_mesure_de_la_seule_personne_et_le_reste_de_la_structure(ici, monkeypatch):
    demandes = []

    def mesurer(indicateurs, chez, mois, **de):
        demandes.append(({i.code for i in indicateurs}, chez, mois, de))
        return {FIN: {i.code: Mesure(1, 0) for i in indicateurs}}

    monkeypatch.setattr(passe, "mesurer_aux_dates", mesurer)
    monkeypatch.setattr(passe, "d_une_personne", lambda indicateur: indicateur)
    lus = {"delai_tenu", "suivi_delai_depasse", "delai_annonce", "suivi_sans_contact", "suivi_delai_non_annonce"}
    geste = mouvement(personne=7, chez=5)
    geste.codes, geste.mois = [*lus, "delai_d_accueil"], [FIN]
    assert geste._mesurer() == {(code, FIN): Mesure(1, 0) for code in geste.codes}
    geste.touches.personne = None
    geste._mesurer()
    assert demandes == [
        ({"delai_d_accueil"}, 5, [FIN], {}),
        (lus, 5, [FIN], {"personne": 7}),
        ({*lus, "delai_d_accueil"}, 5, [FIN], {}),
    ]
    monkeypatch.setattr(passe, "mois_touches", lambda depuis: [depuis])
    touches = Touches([ici.contact, FIN])
    assert {*Mouvement(touches, neuf=False).codes} >= lus
    Contact.objects.update(le=FIN)
    assert touches.changes[1][:2] == [ici.contact.le, FIN], "ce qu’il était se lit avant que le geste n’écrive"


def test_un_geste_dans_un_autre_ne_se_mesure_pas_a_part_et_a_blanc_rien_ne_se_garde(ici, monkeypatch):
    menes = []

    class Faux(Mouvement):
        def __init__(self, touches, *, neuf):
            menes.append((touches.depuis, neuf))
            self.traces = []

        def conclure(self):
            menes.append([trace.detail for trace in self.traces])

    monkeypatch.setattr(passe, "Mouvement", Faux)

    @change_le_passe(neuf=lambda contact: contact.le == FIN)
    def noter(contact, *, par):
        tracer(par=par, geste="creer", objet=contact, detail="dedans")
        return "noté"

    @change_le_passe
    def tout_noter(contact, *, par):
        return noter(contact, par=par), noter(contact, par=par)

    par, contact = ici.hab["cip"], Contact(personne=ici.personne, le=FIN)
    assert tout_noter(contact, par=par) == ("noté", "noté")
    assert menes == [(FIN, False), ["dedans", "dedans"]] and not Trace.objects.exists()
    assert noter(contact, par=par) == "noté" and menes[2:] == [(FIN, True), ["dedans"]]
    with passe.a_blanc():
        assert passe.garder(Trace()) and noter(contact, par=par) == "noté"
    assert len(menes) == 4 and not passe.garder(Trace())
    noter(Contact(personne=ici.personne, le=timezone.localdate()), par=par)
    assert len(menes) == 4 and Trace.objects.count() == 1, "d’un jour de ce mois, la trace s’écrit aussitôt"
