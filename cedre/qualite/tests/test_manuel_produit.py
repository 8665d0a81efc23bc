"""Ce que Cèdre met de lui-même dans le manuel : chaque mot à sa place, du jour, de cette structure (MAN-1, MAN-2)."""

import re
from datetime import date, timedelta
from decimal import Decimal
from textwrap import wrap

import pytest
from django.utils import timezone

from cedre.conftest import embaucher
from cedre.partenariats.models import Partenaire
from cedre.qualite.comparaison import comparer
from cedre.qualite.en_clair import phrases
from cedre.qualite.manuel import EN_CLAIR, SECTIONS, blocs_de, composer_brouillon, document, section_de
from cedre.qualite.models import ActionDeFormation, Mission, Procedure, TexteDuManuel, VersionDuManuel
from cedre.qualite.models.procedures import INDICATEUR_DU_REGLAGE, Reglage
from cedre.structures.models import Axe, Competence, FicheDePoste, Occupation, Offre, Poste, ProjetAssociatif, Reglages

LE = date(2026, 3, 10)
VEILLE, LENDEMAIN = LE - timedelta(days=1), LE + timedelta(days=1)


def blocs(monde, code: str, le: date = LE) -> list[dict]:
    """Ce que Cèdre met dans cette section, ce jour-là."""
    return blocs_de(code, monde.organisation, le)


def procedure(monde, titre: str, mission="accueil", depuis=date(2020, 1, 1), **champs) -> Procedure:
    """Une procédure suivie depuis longtemps."""
    dite = {"but": "But", "qui": "L’accueil", "etapes": ["Une", "Deux"]} | champs
    return Procedure.objects.create(organisation=monde.organisation, titre=titre, mission=mission, depuis=depuis, **dite)


def test_la_carte_d_identite_dit_chaque_fait_sous_son_nom_et_l_offre_que_l_on_propose(ici, ailleurs):
    chez = ici.organisation
    dits = {"siret": "12345678200002", "adresse": "3 rue Haute", "code_postal": "99100", "commune": "Ville"}
    dits |= {"telephone": "01 99 00 00 00", "courriel": "nous@exemple.example", "adhesion_le": date(2001, 2, 3)}
    dits |= {"charte_le": date(2002, 3, 4), "fin_formation_action_le": date(2003, 4, 5)}
    for nom, valeur in dits.items():
        setattr(chez, nom, valeur)
    commune = Partenaire.objects.create(organisation=chez, nom="La commune")
    Offre.objects.create(organisation=chez, intitule="Permis", nature="formation", partenaire=commune)
    Offre.objects.create(organisation=chez, intitule="Atelier CV", nature="atelier")
    Offre.objects.create(organisation=chez, intitule="Ancien", active=False)
    Offre.objects.create(organisation=ailleurs.organisation, intitule="Ailleurs")
    identite, offre = blocs(ici, "presentation")
    assert identite["faits"] == [
        ["Structure", "Structure Ici"],
        ["Nature", chez.get_type_siae_display()],
        ["SIRET", "12345678200002"],
        ["Adresse", "3 rue Haute, 99100 Ville"],
        ["Téléphone", "01 99 00 00 00"],
        ["Courriel", "nous@exemple.example"],
        ["Association régionale", "Région 1"],
        ["Adhésion à la fédération", "03/02/2001"],
        ["Signature de la charte", "04/03/2002"],
        ["Fin de la formation-action", "05/04/2003"],
    ]
    assert offre["lignes"] == [["Atelier CV", "Atelier collectif", "La structure"], ["Permis", "Formation", "La commune"]]


def test_le_projet_et_les_axes_sont_ceux_de_ce_jour(ici, ailleurs):
    chez = ici.organisation
    for le, texte in ((date(2020, 1, 1), "Premier"), (LE, "Deuxième"), (LENDEMAIN, "À venir")):
        ProjetAssociatif.objects.create(organisation=chez, le=le, adopte_par=f"AG {texte}", texte=texte)
    ProjetAssociatif.objects.create(organisation=ailleurs.organisation, le=LE, adopte_par="X", texte="Ailleurs")
    dits = {"pourquoi": "Trop d’attente", "defini_par": "le CA", "diffusion": "en réunion", "codes": ["delai_tenu"]}
    Axe.objects.create(
        organisation=chez, intitule="Recevoir", defini_le=date(2025, 5, 6), diffuse_le=date(2025, 7, 8), jusqu_au=LE, **dits
    )
    Axe.objects.create(organisation=chez, intitule="Fini", defini_le=date(2020, 1, 1), jusqu_au=VEILLE)
    Axe.objects.create(organisation=chez, intitule="À venir", defini_le=LENDEMAIN)
    (projet,), (axe,) = blocs(ici, "projet"), blocs(ici, "priorites")
    assert (projet["titre"], projet["texte"]) == ("Le projet associatif, adopté le 10/03/2026 par AG Deuxième", "Deuxième")
    assert blocs(ici, "projet", VEILLE)[0]["texte"] == "Premier"
    assert (axe["titre"], axe["faits"]) == (
        "Recevoir",
        [
            ["Pourquoi", "Trop d’attente"],
            ["Défini", "le 06/05/2025 par le CA"],
            ["Jusqu’au", "10/03/2026"],
            ["Diffusé", "le 08/07/2025 : en réunion"],
            ["Indicateurs", "Délai annoncé tenu"],
        ],
    )


def test_les_postes_disent_qui_les_tient_ce_jour_la_et_les_fiches_leurs_competences(ici, ailleurs):
    chez = ici.organisation
    haut = Poste.objects.create(organisation=chez, intitule="Direction", ouvert_le=date(2020, 1, 1), fonctions=["direction"])
    poste = Poste.objects.create(
        organisation=chez, intitule="Accueil", missions="Recevoir", rattache_a=haut, ouvert_le=date(2020, 1, 1),
        fonctions=["qualite", "accueil"],
    )  # fmt: skip
    Poste.objects.create(organisation=chez, intitule="Supprimé", ouvert_le=date(2020, 1, 1), ferme_le=LE)
    for nom, du, au in (
        ("Ada", date(2020, 1, 1), VEILLE),
        ("Zoé", date(2020, 1, 1), LE),
        ("Luc", LE, None),
        ("Eve", LENDEMAIN, None),
    ):
        Occupation.objects.create(poste=poste, nom=nom, du=du, au=au)
    FicheDePoste.objects.filter(pk=ici.fiche_de_poste.pk).update(description="Nettoyer", code_rome="K2204")
    Competence.objects.create(fiche_de_poste=ici.fiche_de_poste, libelle="Ranger", rang=1)
    Competence.objects.filter(libelle="Tenir le rythme").update(rang=2)
    FicheDePoste.objects.create(organisation=chez, intitule="Retirée", active=False)
    accueil, direction, fiche = blocs(ici, "fiches_de_poste")
    assert (accueil["titre"], accueil["faits"]) == (
        "Accueil",
        [["Missions", "Recevoir"], ["Fonctions", "Accueil, Qualité"], ["Dépend de", "Direction"], ["Tenu par", "Zoé, Luc"]],
    )
    assert (direction["titre"], direction["faits"]) == ("Direction", [["Fonctions", "Direction et vie associative"]])
    assert fiche["faits"] == [["Code ROME", "K2204"], ["Ce que l’on y fait", "Nettoyer"]]
    assert fiche["etapes"] == ["Respecter les consignes", "Ranger", "Tenir le rythme"]
    hierarchie, fonctions = blocs(ici, "organigrammes")
    assert hierarchie["alt"].endswith("Direction (À pourvoir) ; dont Accueil (Zoé, Luc)")
    assert "Qualité ; dont Accueil (Zoé, Luc)" in fonctions["alt"] and "Supprimé" not in hierarchie["alt"] + fonctions["alt"]


def test_le_plan_de_formation_est_celui_des_vingt_quatre_mois_avec_l_etat_de_ce_jour(ici, ailleurs):
    poste = Poste.objects.create(organisation=ici.organisation, intitule="Accueil", ouvert_le=date(2020, 1, 1))

    def action(monde, besoin, du, au, **faits):
        commun = {"organisation": monde.organisation, "besoin": besoin, "intitule": f"Action {besoin}"}
        ActionDeFormation.objects.create(**commun, prevue_du=du, prevue_au=au, cout=Decimal(1), **faits)

    action(ici, "Vieux", date(2024, 1, 1), date(2024, 3, 9))
    action(ici, "Écouter", date(2024, 3, 1), date(2024, 3, 10), poste=poste, realisee_le=LE)
    action(ici, "Compter", date(2026, 2, 1), date(2026, 2, 2), abandonnee_le=LE, motif="Trop cher", pour_qui="Ada")
    action(ici, "Conduire", date(2026, 4, 1), date(2026, 4, 3))
    action(ailleurs, "Ailleurs", LE, LE)
    (tableau,) = blocs(ici, "formation")
    assert tableau["lignes"] == [
        ["Écouter", "Action Écouter", "Accueil", "01/03/2024 au 10/03/2024", "Réalisée le 10/03/2026"],
        ["Compter", "Action Compter", "Ada", "01/02/2026 au 02/02/2026", "Abandonnée : Trop cher"],
        ["Conduire", "Action Conduire", "", "01/04/2026 au 03/04/2026", "Prévue"],
    ]
    assert [ligne[-1] for ligne in blocs(ici, "formation", VEILLE)[0]["lignes"]] == ["Prévue"] * 4


@pytest.fixture
def procedures(ici, ailleurs):
    """Trois procédures suivies ce jour-là, une qui ne l'est plus, une qui ne l'est pas encore, une d'ailleurs."""
    traverse = procedure(ici, "Réguler", "transversal", outils=["Écran"], prochaine_revision=date(2026, 9, 9))
    tard = procedure(ici, "Accueillir", depuis=date(2021, 1, 1), phase="accueil", outils=["Fiche", "écran"])
    tot = procedure(
        ici, "Écouter", phase="pre_accueil", outils=["Fiche"], codes=["statut_explique"], reglage="delai_annonce", valeur=1
    )
    procedure(ici, "Retirée", retiree_le=LE)
    procedure(ici, "À venir", depuis=LENDEMAIN)
    procedure(ailleurs, "Ailleurs")
    for le in (date(2025, 1, 1), date(2026, 1, 2), date(2025, 6, 6)):
        tot.revisions.create(le=le)
    return traverse, tard, tot


def test_les_procedures_vont_par_mission_puis_de_la_plus_ancienne_et_disent_tout_ce_qu_elles_ecrivent(ici, procedures):
    fiches = blocs(ici, "procedures")
    assert [fiche["titre"] for fiche in fiches] == ["Écouter", "Accueillir", "Réguler"]
    assert fiches[0]["faits"] == [
        ["Mission", "Mission accueil"],
        ["Phase", procedures[2].get_phase_display()],
        ["But", "But"],
        ["Qui", "L’accueil"],
        ["Ce qu’elle annonce", "Délai du premier contact à l’accueil : 1\N{NO-BREAK SPACE}jour"],
        ["Outils", "Fiche"],
        ["Indicateurs", "Délai annoncé tenu, Statut de salarié expliqué"],
        ["Relue le", "02/01/2026"],
    ]
    assert (fiches[0]["etapes"], fiches[0]["numerotees"]) == (["Une", "Deux"], True)
    assert ["Phase", "Toutes"] in fiches[2]["faits"]
    image, tableau = blocs(ici, "fonctionnement")
    assert [ligne[2] for ligne in tableau["lignes"]] == ["Écouter", "Accueillir", "Réguler"]
    assert tableau["lignes"][2] == ["Transversal aux missions", "Toutes", "Réguler", "L’accueil"]
    assert all(image["svg"].count(f">{titre}<") == 1 for titre in ("Écouter", "Accueillir", "Réguler"))
    assert "Mission accueil : Écouter, Accueillir; " in image["alt"]


def test_les_outils_se_rangent_par_ordre_alphabetique_avec_chacune_de_leurs_procedures(ici, procedures):
    (tableau,) = blocs(ici, "outils")
    phases = {p.titre: p.get_phase_display() for p in procedures}
    assert tableau["lignes"] == [
        ["écran", phases["Accueillir"], "Accueillir"],
        ["Écran", "Toutes les phases", "Réguler"],
        ["Fiche", f"{phases['Écouter']}, {phases['Accueillir']}", "Écouter, Accueillir"],
    ]
    (relecture,) = blocs(ici, "amelioration")
    assert relecture["lignes"] == [["Écouter", "02/01/2026", ""], ["Accueillir", "", ""], ["Réguler", "", "09/09/2026"]]


def test_chaque_indicateur_dit_les_procedures_qu_il_surveille(ici, procedures):
    (tableau,) = blocs(ici, "indicateurs")
    surveilles = {ligne[0]: ligne[-1] for ligne in tableau["lignes"] if ligne[-1]}
    assert surveilles == {"Délai annoncé tenu": "Écouter", "Statut de salarié expliqué": "Écouter"}
    assert tableau["colonnes"][3] == "Au 10/03/2026"


def test_le_delai_qu_une_procedure_ecrit_est_surveille_par_l_indicateur_qui_le_mesure():
    dits = {reglage: Procedure(reglage=reglage).indicateurs[0].libelle for reglage in Reglage}
    assert (
        dits
        == {
            "delai_annonce": "Délai annoncé tenu",
            "rythme_regulation": "Rythme des régulations tenu",
            "delai_remise": "Engagement remis dans le délai",
            "delai_sortie": "Contrat fini, sortie dite",
            "jours_sans_contact": "On s’est parlé",
            "semaines_sans_heures": "Sous contrat avec des heures",
        }
        and dits.keys() == INDICATEUR_DU_REGLAGE.keys()
    )


@pytest.mark.parametrize(
    "reglage, regle, ecrit, phrase",
    [
        ("delai_annonce", 9, 1, "Vous attendez {} au plus."),
        ("delai_remise", 5, 1, "Vous recevez ce papier dans les {}. Il est à vous."),
        ("jours_sans_contact", 40, 21, "Nous nous parlons au moins une fois tous les {}."),
        ("rythme_regulation", 13, 7, "L’équipe parle de votre parcours tous les {}."),
    ],
)
def test_en_clair_chaque_delai_est_celui_que_la_procedure_ecrit_a_defaut_celui_des_reglages(ici, reglage, regle, ecrit, phrase):
    reglages = Reglages(**{reglage: regle})
    dites = " ".join(phrases(ici.organisation, [], reglages))
    assert phrase.format(f"{regle} jours") in dites
    dites = " ".join(phrases(ici.organisation, [Procedure(reglage=reglage, valeur=ecrit)], reglages))
    assert phrase.format(f"{ecrit} jour{'s' if ecrit > 1 else ''}") in dites and f"{regle} jours" not in dites


@pytest.mark.parametrize(
    "type_siae, dit",
    [("AI", "association intermédiaire"), ("ETTI", "intérim"), ("EI", "sommes une entreprise qui"), ("ACI", "chantier")],
)
def test_en_clair_la_structure_se_dit_par_sa_nature_et_son_telephone(ici, type_siae, dit):
    ici.organisation.type_siae, ici.organisation.telephone = type_siae, "01 99 00 00 00"
    dites = phrases(ici.organisation, [], Reglages())
    assert dites[0] == "Ici, c’est Structure Ici." and dit in dites[1]
    assert dites[-1] == "Une question ? Appelez le 01 99 00 00 00."
    ici.organisation.telephone = ""
    assert len(phrases(ici.organisation, [], Reglages())) == len(dites) - 1


def test_le_document_porte_les_dates_et_les_noms_de_sa_version_et_le_brouillon_n_en_a_pas(ici):
    version = VersionDuManuel(numero=3, approuvee_par="Odile", au_titre_de="ca", approuvee_le=VEILLE, changements="Tout")
    contenu = {"sections": [{"titre": "Projet"}], "en_clair": {"phrases": [], "texte": ""}}
    dit = document(contenu, ici.organisation, version=version, le=LE)
    assert [dit[nom] for nom in ("numero", "le", "approuvee_le", "approuvee_par", "au_titre_de", "changements")] == [
        *(3, LE, VEILLE, "Odile", "Conseil d’administration", "Tout")
    ]
    brouillon = document(contenu, ici.organisation, le=LE)
    assert (brouillon["numero"], brouillon["le"], brouillon["approuvee_le"]) == (None, LE, None)
    assert brouillon["structure"]["nom"] == "Structure Ici" and brouillon["sections"] == contenu["sections"]


@pytest.mark.parametrize(
    "genre, champ, avant, apres",
    [
        ("texte", "texte", "Ancien\n\nMême", "Neuf\n\nMême"),
        ("liste", "elements", ["Même", "Ancien"], ["Même", "Neuf"]),
        ("tableau", "lignes", [["Ancien", "1"]], [["Neuf", "1"]]),
        ("fiche", "faits", [["Qui", "Ancien"]], [["Qui", "Neuf"]]),
        ("fiche", "etapes", ["Ancien"], ["Neuf"]),
        ("image", "alt", "Ancien", "Neuf"),
    ],
)
def test_ce_qui_change_dans_chaque_sorte_de_bloc_se_voit_l_ancien_parti_le_neuf_venu(genre, champ, avant, apres):
    def contenu(valeur):
        bloc = {"genre": genre, "titre": "Bloc", "alt": "Image", champ: valeur}
        section = {"code": "s", "titre": "Section", "texte": "", "blocs": [bloc]}
        return {"sections": [section], "en_clair": {"texte": "", "phrases": ["Une"]}}

    section, en_clair = comparer(contenu(avant), contenu(apres))
    dits = [(signe, ligne) for signe, ligne in section.lignes if signe in "-+"]
    assert [signe for signe, _ in dits] == ["-", "+"] and "Ancien" in dits[0][1] and "Neuf" in dits[1][1]
    assert not en_clair.change


def test_rien_d_une_autre_structure_n_entre_dans_le_manuel(embauchee, ailleurs):
    embaucher(ailleurs)
    for monde in (ailleurs, embauchee):
        for section in (*SECTIONS, EN_CLAIR):
            ecrit = {"section": section.code, "defaults": {"texte": f"Écrit {monde.nom} {section.code}"}}
            TexteDuManuel.objects.update_or_create(organisation=monde.organisation, **ecrit)
        Reglages.objects.filter(organisation=monde.organisation).update(delai_remise=77 if monde is ailleurs else 5)
    TexteDuManuel.objects.get(organisation=embauchee.organisation, section="formation").delete()
    le = timezone.localdate()
    contenu = composer_brouillon(embauchee.organisation, le)
    assert "ailleurs" not in str(contenu).lower() and "Zzyzxa" not in str(contenu) and "77 jours" not in str(contenu)
    textes = {s["code"]: s["texte"] for s in contenu["sections"]}
    assert textes == {s.code: f"Écrit ici {s.code}" for s in SECTIONS} | {"formation": ""}
    assert section_de(embauchee.organisation, "formation").pk is None
    assert contenu["en_clair"]["texte"] == "Écrit ici en_clair" and "dans les 5 jours" in str(contenu["en_clair"])
    assert section_de(embauchee.organisation, "projet").texte == "Écrit ici projet"
    assert all(s["blocs"] for s in contenu["sections"] if s["code"] != "amelioration")


def test_au_schema_chaque_procedure_est_sous_sa_mission(ici):
    for mission in Mission:
        procedure(ici, f"De {mission.label}", mission)
    (image, _), lieux = blocs(ici, "fonctionnement"), {}
    for x, y, texte in re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]+)<', image["svg"]):
        lieux.setdefault(texte, (float(x), float(y)))
    for mission in Mission:
        (x, y), (x2, y2) = lieux[mission.label], lieux[wrap(f"De {mission.label}", 28)[0]]
        assert x2 == x and y2 > y, mission
    tetes = [lieux[mission.label] for mission in (Mission.ACCUEIL, Mission.INSERTION, Mission.OBSERVATOIRE)]
    assert tetes == sorted(tetes) and lieux["Transversal aux missions"][1] > max(y for _, y in tetes)
