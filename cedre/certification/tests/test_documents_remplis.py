"""Ce que disent, imprimés, une revue et un rapport d'audit : jours, personnes, ordre (AME-4, CER-6)."""

from datetime import timedelta

from cedre.certification.compte_rendu import compte_rendu
from cedre.certification.grille_d_audit import rapport
from cedre.certification.models import Audit, Constat
from cedre.certification.operations import audits as gestes
from cedre.certification.tests.reunies import AUJOURDHUI, il_y_a, prevue, tenir
from cedre.certification.tests.test_audits import interne  # noqa: F401
from cedre.certification.verdicts import Verdict
from cedre.comptes.models import Organisation
from cedre.qualite.models import ActionAmelioration

CHEZ = {
    "nom": "Structure Ici",
    "adresse": "1 rue Haute",
    "code_postal": "35000",
    "commune": "Rennes",
    "telephone": "02 99",
    "courriel": "ici@exemple.fr",
}

RIEN_A_VOIR = {"le": AUJOURDHUI, "edition": "", "insuffisantes": [], "specifications": [], "sections": []}


def _situer(monde) -> None:
    Organisation.objects.filter(pk=monde.organisation.pk).update(**CHEZ)
    monde.organisation.refresh_from_db()


def test_le_compte_rendu_d_une_reunion_dit_son_jour_ses_presents_et_ses_decisions_dans_l_ordre(ici):
    _situer(ici)
    reunion = tenir(prevue(ici, prevue_le=il_y_a(9), du=il_y_a(300), au=il_y_a(20)), ici, le=il_y_a(3))
    reunion.presents.set([ici.hab["mad"].compte, ici.hab["accueil"].compte, ici.hab["cip"].compte])
    for rang, (quoi, dans) in enumerate([("Troisième", 9), ("Première", 2), ("Deuxième", 9)]):
        action = ActionAmelioration.objects.create(
            organisation=ici.organisation,
            quoi=quoi,
            effet_attendu=f"Effet {quoi}",
            qui=ici.hab["mad" if rang else "cip"].compte,
            echeance=AUJOURDHUI + timedelta(days=dans),
            decidee_le=il_y_a(3),
        )
        reunion.decisions.add(action)
    reunion.organisation = ici.organisation
    dite = {"code": "2.1a", "texte": "Accueillir", "mesure": "9 sur 9", "sens": "moins_bien"}
    jugee = dite | {"avant": Verdict.SATISFAIT, "maintenant": Verdict.INSUFFISANT}
    preparation = {"le": il_y_a(3), "edition": "Octobre 2004", "insuffisantes": [jugee, jugee], "sections": ["Une", "Deux"]}
    preparation["specifications"] = [jugee]
    dit = compte_rendu(reunion, preparation)
    assert (dit["structure"], dit["etabli_le"], dit["titre"]) == (CHEZ, AUJOURDHUI, "Compte rendu de la revue annuelle")
    assert (dit["tenue"], dit["le"], dit["du"], dit["au"]) == (True, il_y_a(3), il_y_a(300), il_y_a(20))
    assert dit["presents"] == "Accueil Ici, Cip Ici, Mad Ici, Deux administratrices"
    assert (dit["compte_rendu"], dit["conclusions"]) == ("On a tout relu.", "Continuer.")
    assert [(d["quoi"], d["effet"], d["qui"], d["echeance"]) for d in dit["decisions"]] == [
        ("Première", "Effet Première", "Mad Ici", AUJOURDHUI + timedelta(days=2)),
        ("Troisième", "Effet Troisième", "Cip Ici", AUJOURDHUI + timedelta(days=9)),
        ("Deuxième", "Effet Deuxième", "Mad Ici", AUJOURDHUI + timedelta(days=9)),
    ]
    assert (dit["vu_le"], dit["edition"], dit["insuffisantes"]) == (il_y_a(3), "Octobre 2004", 2)
    assert dit["specifications"] == [dite | {"sens": "moins bien", "avant": "Satisfait", "maintenant": "Insuffisant"}]
    assert dit["sections"] == ["Une", "Deux"]


def test_avant_la_reunion_le_document_est_sa_preparation_et_ne_dit_aucun_present(ici):
    reunion = prevue(ici, prevue_le=AUJOURDHUI + timedelta(days=2))
    reunion.presents.add(ici.qui)
    reunion.nature = "reunion"
    dit = compte_rendu(reunion, RIEN_A_VOIR)
    assert dit["titre"] == f"Préparation : {reunion.get_nature_display().lower()}"
    assert (dit["tenue"], dit["le"], dit["presents"]) == (False, AUJOURDHUI + timedelta(days=2), "")
    tenue = tenir(prevue(ici, nature="reunion"), ici)
    assert compte_rendu(tenue, RIEN_A_VOIR)["titre"] == "Compte rendu de la réunion d’évaluation"


def test_le_rapport_d_audit_est_du_jour_de_sa_cloture_et_dit_qui_audite_et_qui_repond(interne, ici, ailleurs):  # noqa: F811
    _situer(ici)
    for nature, texte in (("ecart", "Un écart"), ("force", "Une force"), ("progres", "Une piste"), ("force", "Encore une")):
        gestes.constater(Constat(audit=interne, point="1a", nature=nature, texte=texte), par=ici.hab["qualite"])
    gestes.clore(interne, synthese="On avance", par=ici.hab["qualite"])
    Audit.objects.filter(pk=interne.pk).update(
        clos_le=il_y_a(2), mene_le=il_y_a(5), nature="croise", structure_auditrice=ailleurs.organisation
    )
    clos = Audit.objects.select_related("organisation").get(pk=interne.pk)
    dit = rapport(clos, list(clos.constats.all()))
    assert (dit["structure"], dit["etabli_le"], dit["mene_le"]) == (CHEZ, il_y_a(2), il_y_a(5))
    assert (dit["auditeur"], dit["structure_auditrice"], dit["audite"]) == ("Qualite Ici", "Structure Ailleurs", "Cip Ici")
    assert (dit["titre"], dit["synthese"], dit["edition"]) == (str(clos), "On avance", clos.verdicts["titre"])
    assert [(n["libelle"], [c["texte"] for c in n["constats"]]) for n in dit["natures"]] == [
        ("Forces", ["Une force", "Encore une"]),
        ("Pistes de progrès", ["Une piste"]),
        ("Écarts", ["Un écart"]),
    ]
    [chapitre] = dit["chapitres"]
    [specification] = chapitre["specifications"]
    assert (chapitre["titre"], specification["code"], specification["rien"]) == ("1 Un", "1a", False)
    assert {(c["nature"], c["point"]) for c in specification["constats"]} == {
        ("Force", "1a"),
        ("Piste de progrès", "1a"),
        ("Écart", "1a"),
    }
