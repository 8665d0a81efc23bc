"""Ce que l'on savait de quelqu'un à son entrée reste ce que l'on en savait ce jour-là (OBS-1)."""

from datetime import date

import pytest
import time_machine
from django.db.models import OuterRef

from cedre.conftest import terme
from cedre.core.indicateurs import tous
from cedre.parcours.models import AncienneSituation, Contrat, Personne
from cedre.parcours.models.coupes import COUPES
from cedre.parcours.operations.contacts import rectifier
from cedre.parcours.operations.droits import Motif, anonymiser
from cedre.parcours.operations.etapes import reprendre_les_etapes
from cedre.parcours.operations.importation import analyser, deposer, importer
from cedre.parcours.operations.situations import garder_les_situations

MARS, AVRIL, MAI, JUIN = (date(2026, mois, 15) for mois in (3, 4, 5, 6))
MIDI = "{} 12:00:00+02:00"


@pytest.fixture
def connue(ici):
    """Une personne dont le dossier est ouvert depuis janvier."""
    ici.contact.le = date(2026, 1, 5)
    ici.contact.save()
    Personne.objects.filter(pk=ici.personne.pk).update(cree_jour=ici.contact.le)
    reprendre_les_etapes(ici.personne)
    return ici


def ecrire(monde, le: date, prestations=(), criteres=(), **champs) -> None:
    """Rectifie le dossier ce jour-là."""
    personne = Personne.objects.get(pk=monde.personne.pk)
    for champ, valeur in champs.items():
        setattr(personne, champ, valeur)
    with time_machine.travel(MIDI.format(le), tick=False):
        termes = {"prestations": prestations, "criteres": criteres}
        rectifier(personne, champs=[*champs], **termes, precision="", par=monde.hab["direction"])


def coupe(nom: str, le: date, monde) -> str:
    """Ce que disait ce jour-là la seule personne du dossier, dans un indicateur qui la compte."""
    ((valeur, _),) = tous()["suivi_sans_referent"].mesurer_par(nom, le, monde.organisation).items()
    return valeur


def test_changer_le_niveau_de_formation_aujourd_hui_ne_change_pas_la_coupe_du_mois_passe(connue):
    cap, bac = terme("formation", "50"), terme("formation", "40")
    ecrire(connue, MARS, niveau_formation=cap)
    ecrire(connue, MAI, niveau_formation=bac)
    lus = [coupe("niveau de formation", le, connue) for le in (date(2026, 3, 14), MARS, date(2026, 5, 14), MAI, JUIN)]
    assert lus == ["Non renseigné", cap.libelle, cap.libelle, bac.libelle, bac.libelle]


def test_a_une_seconde_entree_chaque_entree_garde_la_sienne(connue):
    ecrire(connue, date(2026, 2, 1), niveau_formation=terme("formation", "50"), duree_chomage=terme("duree_chomage", "24_plus"))
    ecrire(connue, MAI, niveau_formation=terme("formation", "40"), duree_chomage=None)
    nature = terme("nature_contrat", "cddi")
    for debut, fin in ((MARS, AVRIL), (JUIN, date(2026, 9, 1))):
        Contrat.objects.create(personne=connue.personne, nature=nature, debut=debut, fin_prevue=fin)
    lus = {nom: COUPES[nom]("personne__", OuterRef("debut")) for nom in ("niveau de formation", "durée de chômage")}
    entrees = Contrat.objects.order_by("debut").values_list(*lus.values())
    niveaux = [terme("formation", code).libelle for code in ("50", "40")]
    assert [*entrees] == [(niveaux[0], terme("duree_chomage", "24_plus").libelle), (niveaux[1], "Non renseigné")]


def test_les_prestations_se_relisent_la_premiere_du_cadre_commun_d_abord(connue):
    rsa, are = terme("prestation", "rsa"), terme("prestation", "are")
    ecrire(connue, MARS, prestations=[are])
    ecrire(connue, MAI, prestations=[are, rsa])
    ecrire(connue, JUIN, prestations=[])
    lus = [coupe("prestation", le, connue) for le in (date(2026, 3, 14), MARS, MAI, JUIN)]
    assert lus == ["Non renseigné", are.libelle, rsa.libelle, "Non renseigné"]
    assert {*AncienneSituation.objects.get(au=JUIN).prestations.all()} == {rsa, are}


def test_cocher_un_critere_aujourd_hui_ne_change_pas_la_coupe_du_mois_passe(connue):
    qpv, zrr, rsa = terme("critere_administratif", "qpv"), terme("critere_administratif", "zrr"), terme("prestation", "rsa")
    ecrire(connue, MARS, criteres=[zrr], prestations=[rsa], statut_entree="inactive", rqth=False)
    ecrire(connue, MAI, criteres=[qpv], statut_entree="chomage", rqth=True)
    noms = ("QPV", "ZRR", "RSA", "RQTH", "statut à l’entrée")
    lus = {le: [coupe(nom, le, connue) for nom in noms] for le in (date(2026, 3, 14), MARS, date(2026, 5, 14), MAI, JUIN)}
    alors = ["Non", "Oui", "Oui", "Non", "Sans emploi, sans en chercher"]
    assert lus[date(2026, 3, 14)] == ["Non renseigné"] * 5
    assert lus[MARS] == lus[date(2026, 5, 14)] == alors
    assert lus[MAI] == lus[JUIN] == ["Oui", "Non", "Non renseigné", "Oui", "Au chômage, durée non dite"]
    assert {*AncienneSituation.objects.get(au=MAI).criteres.all()} == {zrr}


def test_le_prescripteur_corrige_ne_change_pas_celui_que_l_on_disait(connue):
    avant, apres = terme("prescripteur", "france_travail"), terme("prescripteur", "mission_locale")
    ecrire(connue, MARS, prescripteur=avant)
    ecrire(connue, MAI, prescripteur=apres)
    assert [coupe("prescripteur", le, connue) for le in (AVRIL, MAI)] == [avant.libelle, apres.libelle]


def test_etait_joignable_qui_avait_un_numero_ce_jour_la(connue):
    ecrire(connue, MARS, telephone="")
    ecrire(connue, MAI, courriel="zelie@exemple.example")
    joints = [tuple(tous()["suivi_injoignable"].mesurer(connue.organisation, le)) for le in (date(2026, 3, 14), MARS, AVRIL, MAI)]
    assert joints == [(1, 1), (1, 0), (1, 0), (1, 1)]


def test_un_aller_retour_le_meme_jour_ne_laisse_rien_et_deux_changements_disent_le_soir(connue):
    cap, bac = terme("formation", "50"), terme("formation", "40")
    ecrire(connue, MARS, niveau_formation=cap, prestations=[terme("prestation", "are")])
    ecrire(connue, MARS, niveau_formation=None)
    assert not AncienneSituation.objects.exists()
    ecrire(connue, MARS, niveau_formation=cap)
    ecrire(connue, MARS, niveau_formation=bac)
    assert [coupe("niveau de formation", le, connue) for le in (date(2026, 3, 14), MARS)] == ["Non renseigné", bac.libelle]


def test_ce_qui_est_note_le_jour_ou_le_dossier_s_ouvre_vaut_de_tout_temps(connue):
    ecrire(connue, date(2026, 1, 5), niveau_formation=terme("formation", "50"))
    assert not AncienneSituation.objects.exists()


def test_un_import_garde_ce_que_disaient_les_dossiers_qu_il_change(connue, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cap, ass, are = terme("formation", "50"), terme("prestation", "ass"), terme("prestation", "are")
    ecrire(connue, MARS, niveau_formation=cap, prestations=[are], telephone="")
    qui = Personne.objects.get(pk=connue.personne.pk)
    dites = f"{qui.nom};{qui.prenom};28/02/1990;Niveau baccalauréat;ASS;0199001234"
    contenu = f"Nom;Prénom;Né le;Niveau de formation;Prestations;Téléphone\n{dites}\n"
    with time_machine.travel(MIDI.format(MAI), tick=False):
        importation = deposer(contenu.encode(), nom="liste.csv", par=connue.hab["direction"])
        analyser(importation, par=connue.hab["direction"])
        importer(importation, par=connue.hab["direction"])
    assert importation.modifiees == 1
    lus = [[coupe(nom, le, connue) for nom in ("niveau de formation", "prestation")] for le in (AVRIL, MAI)]
    assert lus == [[cap.libelle, are.libelle], [terme("formation", "40").libelle, ass.libelle]]
    assert [tous()["suivi_injoignable"].mesurer(connue.organisation, le).atteint for le in (AVRIL, MAI)] == [0, 1]


def test_de_deux_dossiers_changes_ensemble_chacun_garde_ce_qu_il_disait_et_rien_de_l_autre(connue):
    cap, bac, ml = terme("formation", "50"), terme("formation", "40"), terme("prescripteur", "mission_locale")
    rsa, ass, long = terme("prestation", "rsa"), terme("prestation", "ass"), terme("duree_chomage", "24_plus")
    zelie = Personne.objects.get(pk=connue.personne.pk)
    lou, inchange = (
        Personne.objects.create(organisation=connue.organisation, nom=nom, prenom="Lou", cree_jour=date(2026, 1, 5))
        for nom in ("Abel", "Roux")
    )
    ecrire(connue, MARS, niveau_formation=cap, prestations=[rsa])
    for le, niveau in ((AVRIL, cap), (MAI, bac), (MAI, None)):
        with time_machine.travel(MIDI.format(le), tick=False), garder_les_situations([zelie, lou, inchange]):
            Personne.objects.filter(pk=lou.pk).update(niveau_formation=niveau, prescripteur=ml, duree_chomage=long)
            Personne.objects.filter(pk=zelie.pk).update(telephone="", niveau_formation=cap)
            lou.prestations.set([ass, rsa])
            zelie.prestations.set([])
    garde = AncienneSituation.objects.order_by("personne__nom", "au")
    dits = [
        (
            a.personne.nom,
            a.du.year,
            a.au,
            a.niveau_formation,
            a.prescripteur,
            a.duree_chomage,
            a.joignable,
            {*a.prestations.all()},
        )
        for a in garde
    ]
    assert dits == [
        ("Abel", 1900, AVRIL, None, None, None, False, set()),
        ("Abel", 2026, MAI, cap, ml, long, False, {ass, rsa}),
        ("Martinelle", 1900, MARS, None, None, None, True, set()),
        ("Martinelle", 2026, AVRIL, cap, None, None, True, {rsa}),
    ]


def test_d_un_dossier_rendu_anonyme_aucune_situation_ancienne_ne_reste(connue):
    ecrire(connue, MARS, niveau_formation=terme("formation", "50"))
    anonymiser(connue.personne, motif=Motif.DEMANDE, par=connue.hab["direction"])
    assert not AncienneSituation.objects.exists()
