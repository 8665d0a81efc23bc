"""Ce que la préparation d'une réunion dit de chaque fait : le sien, de la structure, avec la page où il se lit (AME-4)."""

from django.urls import reverse

from cedre.certification.models import Appreciation, Audit
from cedre.certification.tests.fictive import prouver
from cedre.certification.tests.reunies import AUJOURDHUI, il_y_a, prevue, section, vue
from cedre.conftest import embaucher
from cedre.core.templatetags.cedre import jour
from cedre.qualite.models import ActionAmelioration, ActionDeFormation, Enquete, Procedure, Reclamation
from cedre.structures.models import Axe


def clore_un_audit(monde, jours: int, *natures: str) -> Audit:
    """Un audit interne, clos il y a ce nombre de jours, avec ces constats."""
    le, equipe = il_y_a(jours), {"auditeur": monde.hab["qualite"].compte, "audite": monde.qui}
    dates = dict.fromkeys(("demande_le", "prevu_le", "mene_le", "clos_le"), le)
    audit = Audit.objects.create(
        organisation=monde.organisation, edition="2004-10", champ=["2.1a"], verdicts={}, **equipe, **dates
    )
    for nature in natures:
        audit.constats.create(point="2.1a", nature=nature, texte="Vu")
    return audit


def tenir_tout(monde) -> dict[str, list[tuple[str, str]]]:
    """Un fait de chaque part de la revue ; rend, par titre, les lignes attendues : le texte, et la page où il mène."""
    chez = {"organisation": monde.organisation}
    axe = Axe.objects.create(**chez, intitule="Accueillir", codes=["delai_annonce"], defini_le=il_y_a(30), diffuse_le=il_y_a(20))
    enquetes = [
        Enquete.objects.create(
            **chez, modele="clients", titre=titre, du=il_y_a(90), au=il_y_a(jours), close_le=il_y_a(jours), nombre=9
        )
        for titre, jours in (("Deuxième", 3), ("Première", 8))
    ]
    action = ActionAmelioration.objects.create(
        **chez, quoi="Relancer", effet_attendu="Mieux", qui=monde.qui, decidee_le=il_y_a(30), echeance=il_y_a(2)
    )
    formation = ActionDeFormation.objects.create(
        **chez, besoin="Recevoir", intitule="Écouter", prevue_du=il_y_a(370), prevue_au=il_y_a(3)
    )
    procedure = Procedure.objects.create(
        **chez, titre="Recevoir", mission="accueil", reglage="delai_annonce", valeur=3, depuis=il_y_a(90)
    )
    Reclamation.objects.create(**chez, origine="client", texte="En retard", recue_le=il_y_a(9))
    Appreciation.objects.create(**chez, point="2.1a-3", valeur="insuffisant", le=il_y_a(4))
    audits = [clore_un_audit(monde, jours, *natures) for jours, natures in ((5, ["force"]), (9, ["ecart", "progres"]))]
    return {
        "Audits": [(f"Audit interne du {jour(a.mene_le)}", reverse("certification:audit", args=[a.pk])) for a in audits[::-1]],
        "Enquêtes": [(e.titre, reverse("qualite:enquete", args=[e.pk])) for e in enquetes[::-1]],
        "Actions": [("Relancer", reverse("qualite:action", args=[action.pk]))],
        "Plan": [("Écouter", f"{reverse('qualite:formations')}?annee={formation.prevue_du.year}")],
        "Faire": [("Recevoir", reverse("qualite:procedure", args=[procedure.pk]))],
        "Axes": [(axe.intitule, reverse("structures:projet"))],
    }


def test_rien_de_ce_que_tient_une_autre_structure_n_y_change_quoi_que_ce_soit(ici, ailleurs):
    reunion = prevue(ici)
    avant = vue(reunion, ici)
    embaucher(ailleurs)
    prouver(ailleurs)
    tenir_tout(ailleurs)
    assert vue(reunion, ici) == avant
    tenir_tout(ici)
    apres = vue(reunion, ici)
    assert all(a != b for a, b in zip(apres["sections"], avant["sections"], strict=True)), "chaque part en dit quelque chose"


def test_chaque_ligne_mene_a_ce_dont_elle_parle_dans_l_ordre_ou_cela_s_est_fini(ici):
    attendues = tenir_tout(ici)
    preparation = vue(prevue(ici), ici)
    for titre, lignes in attendues.items():
        assert [(ligne["texte"], ligne["adresse"]) for ligne in section(preparation, titre)["lignes"]] == lignes, titre
    details = {titre: section(preparation, titre)["lignes"][0]["detail"].replace("\xa0", " ") for titre in attendues}
    assert details["Audits"] == "écarts suivis d’une action : 0 sur 1"
    assert section(preparation, "Audits")["lignes"][1]["detail"] == "aucun écart"
    assert details["Actions"] == f"Cip Ici, pour le {il_y_a(2):%d/%m/%Y}" and details["Plan"] == "en retard"
    assert " : pas encore" not in details["Axes"] and ", puis " in details["Axes"]


def test_les_parts_se_suivent_et_chaque_chiffre_mene_a_sa_liste_de_la_periode(ici):
    preparation = vue(prevue(ici, du=il_y_a(200)), ici, le=il_y_a(7))
    assert [s["titre"] for s in preparation["sections"]] == [
        "Audits clos",
        "Réclamations et dysfonctionnements",
        "Enquêtes closes",
        "Actions d’amélioration",
        "Plan de formation",
        "Faire ce que l’on a écrit",
        "Axes du projet",
    ]
    de_la_periode = f"?du={il_y_a(200)}&au={il_y_a(7)}"
    reclamations, actions = reverse("qualite:reclamations"), reverse("qualite:ameliorations_liste")
    assert [c["adresse"] for titre in ("Réclamations", "Actions") for c in section(preparation, titre)["chiffres"]] == [
        f"{reclamations}{de_la_periode}&etat=toutes",
        f"{reclamations}?du={il_y_a(231)}&au={il_y_a(38)}&etat=delai_tenu",  # reçues alors, leur délai passe dans la période
        reclamations,
        f"{actions}{de_la_periode}",
        f"{actions}{de_la_periode}&etat=faites",
        f"{actions}{de_la_periode}&etat=verifiees",
        f"{actions}?etat=en_retard",
    ]
    assert {s["titre"]: s["vide"] for s in preparation["sections"] if not s["chiffres"]} == {
        "Audits clos": "Aucun audit ne s’est clos dans la période.",
        "Enquêtes closes": "Aucune enquête ne s’est close dans la période.",
        "Axes du projet": "Aucun axe de développement n’est en vigueur.",
    }
    assert [c["libelle"] for s in preparation["sections"] for c in s["chiffres"]] == [
        "Reçues dans la période",
        "Traitées dans le délai, parmi celles dont il a passé dans la période",
        "Encore ouvertes",
        "Décidées dans la période",
        "Faites",
        "Effet vérifié",
        "En retard, toutes périodes ensemble",
        "Actions réalisées, parmi celles qui devaient finir dans la période sans être abandonnées",
        "Procédures qui dérivent, parmi celles qui écrivent un délai ou un rythme",
    ]


def test_un_audit_et_une_enquete_comptent_du_premier_au_dernier_jour_de_la_periode(ici):
    for jours in (31, 30, 10, 9):
        clore_un_audit(ici, jours)
        Enquete.objects.create(
            organisation=ici.organisation, modele="clients", titre=str(jours), du=il_y_a(90), au=il_y_a(5), close_le=il_y_a(jours)
        )
    preparation = vue(prevue(ici, du=il_y_a(30), au=il_y_a(10)), ici)
    audits = [ligne["texte"] for ligne in section(preparation, "Audits")["lignes"]]
    assert audits == [f"Audit interne du {jour(il_y_a(jours))}" for jours in (30, 10)]
    assert [ligne["texte"] for ligne in section(preparation, "Enquêtes")["lignes"]] == ["30", "10"]
    assert preparation["le"] == AUJOURDHUI, "la période est finie, et l'on voit d'aujourd'hui"
