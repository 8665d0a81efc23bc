"""Ce qu'un import dit de chaque ligne, mot pour mot : à l'aperçu, puis dans le rapport (issues 2 §4 et 3 §5)."""

from datetime import date

import pytest

from cedre.comptes.models import Trace
from cedre.conftest import terme
from cedre.parcours.importation import dossiers, ecriture
from cedre.parcours.importation.contrats import ContratLu
from cedre.parcours.importation.rapport import lignes_du_rapport
from cedre.parcours.models import Importation, Personne
from cedre.parcours.models.personne import cle_identite
from cedre.parcours.operations import import_contrats
from cedre.parcours.operations.importation import abandonner, analyser, deposer, importer, lancer_import, regler
from cedre.parcours.tests.imports import apporter
from cedre.parcours.tests.refus import refus

pytestmark = pytest.mark.usefixtures("fichiers", "en_mars")


@pytest.fixture
def direction(ici):
    """Au nom de qui l'on importe."""
    return ici.hab["direction"]


def toutes(importation) -> list[tuple]:
    """Toutes ses remarques, rangées : ligne, colonne, message, valeur, gravité."""
    return sorted(tuple(r.values()) for r in importation.remarques)


def test_de_chaque_ligne_on_dit_le_sort_la_colonne_la_valeur_et_ce_qui_ne_va_pas(ici, direction):
    Personne.objects.filter(pk=ici.personne.pk).update(reference="Z-9")
    for _ in range(2):
        Personne.objects.create(organisation=ici.organisation, nom="Sans", prenom="Date")
    lignes = (
        "Réf;Nom;Prénom;Né le;Tél;Projet;Orienté par",
        "A;Dupré;Éva;02/01/1980;;;",
        "A;DUPRE;eva;;0612345678 / 0199001234 / 0612345679;;",
        "A;Roux;Paul;;;;",
        "B;Dupré;Éva;03/01/1981;;;",
        ";Dupré;Éva;;;;",
        ";Zola;;;;;",
        "Z-9;Abel;Odile;;;;",
        ";Sans;Date;04/01/1982;;;",
        ";Laurent;Noé;31/02/1980;;Rappeler, NIR 2800299123456;Le voisin",
        ";Petit;Anne;;;;;de trop",
    )
    importation = apporter("\n".join(lignes) + "\n", direction)
    deja = "Déjà à la ligne 2 : les deux lignes ne font qu’un dossier, la dernière complète la première."
    telephones = "06 12 34 56 78, 01 99 00 12 34, 06 12 34 56 79"
    inconnu = "« Le voisin » n’est pas un prescripteur du cadre commun : gardé en précision."
    de_trop = "1 cellule(s) au-delà de la dernière colonne : un séparateur dans un texte sans guillemets "
    de_trop += "a sans doute décalé la ligne."
    fautes = [
        (3, "", deja, "Eva Dupre", "attention"),
        (3, "", "3 téléphones : seuls les deux premiers sont gardés.", telephones, "attention"),
        (4, "", "La référence « A » est déjà celle d’une autre personne, à la ligne 2.", "Paul Roux", "erreur"),
        (5, "", "Mêmes nom et prénom qu’à la ligne 2, autre naissance ou référence : deux dossiers.", "Éva Dupré", "attention"),
        (6, "", "2 dossiers portent ce nom : ajouter la date de naissance pour dire lequel.", "Éva Dupré", "erreur"),
        (7, "Prénom", "Prénom : à remplir.", "", "erreur"),
        (8, "", "La référence « Z-9 » est déjà celle d’une autre personne.", "Odile Abel", "erreur"),
        (9, "", "2 dossiers portent ce nom : ajouter une référence pour dire lequel.", "Date Sans", "erreur"),
        (10, "Né le", "31/02/1980 : février 1980 n’a que 29 jours.", "31/02/1980", "erreur"),
        (10, "Projet", "Un numéro de sécurité sociale a été ôté de ce texte.", "Rappeler, NIR 2800299123456", "attention"),
        (10, "Orienté par", inconnu, "Le voisin", "attention"),
        (11, "", de_trop, "", "erreur"),
    ]
    assert toutes(importation) == sorted(fautes)
    assert [r["ligne"] for r in importation.remarques] == [ligne for ligne, *_ in fautes]
    creees = {2, 3, 5}
    assert importation.lignes == [(n, "creee" if n in creees else "refusee") for n in range(2, 12)]
    assert (importation.total, importation.traitees, importation.creees, importation.refusees) == (10, 10, 2, 7)
    assert len(list(lignes_du_rapport(importation))) == 13
    trace = Trace.objects.get(geste="importer")
    assert (trace.objet_id, trace.detail) == (importation.pk, "2 créées, 0 modifiées, 0 inchangées, 7 lignes refusées")


def test_de_chaque_contrat_on_dit_le_sort_la_colonne_la_valeur_et_ce_qui_ne_va_pas(ici, direction):
    ici.organisation.type_siae = "ACI"
    ici.organisation.save()
    for _ in range(2):
        Personne.objects.create(organisation=ici.organisation, nom="Sans", prenom="Date")
    lignes = (
        "Référence;Nom;Prénom;Né le;Type de contrat;Date de début;Date de fin;Heures hebdo;Rupture;Motif;PASS",
        ";Martinelle;Zélie;;CDDI;02/03/2026;30/06/2026;26;;;999991234567",
        ";MARTINELLE;zelie;;CDDI;02/03/2026;30/06/2026;26;;;",
        ";Martinelle;Zélie;;CDDI;02/03/2026;31/07/2026;26;;;",
        ";Martinelle;Zélie;;CDDI;01/06/2026;31/08/2026;26;;;",
        ";Martinelle;Zélie;;CDDI;01/09/2026;31/12/2026;26;01/01/2027;Démission;",
        ";Martinelle;Zélie;;CDI;01/01/2027;31/12/2027;49;;;",
        "X-1;;;;CDDI;01/06/2026;31/08/2026;26;;;",
        ";;Zélie;;CDDI;01/06/2026;31/08/2026;26;;;",
        ";Inconnue;Zoé;;CDDI;01/06/2026;31/08/2026;26;;;",
        ";Sans;Date;;CDDI;01/06/2026;31/08/2026;26;;;",
    )
    importation = apporter("\n".join(lignes) + "\n", direction, sorte="contrats")
    deja = "Déjà à la ligne 2 : les deux lignes ne font qu’un contrat."
    sans_debut = "Ce PASS IAE n’est pas au dossier, et le fichier n’en dit pas le premier jour : il n’est pas noté."
    assert [tuple(r.values()) for r in importation.remarques] == [
        (2, "PASS", sans_debut, "999991234567", "attention"),
        (3, "", deja, "Zelie Martinelle", "attention"),
        (
            4,
            "",
            "Ce contrat est déjà à la ligne 2, où « Date de fin » dit autre chose : gardez une seule ligne.",
            "Zélie Martinelle",
            "erreur",
        ),
        (
            5,
            "Date de début",
            "Un autre contrat (CDD d’insertion (CDDI) du 02/03/2026) court déjà à ces dates, jusqu’au 30/06/2026 : "
            "changez les dates, ou notez d’abord sa rupture.",
            "01/06/2026",
            "erreur",
        ),
        (6, "", "Une rupture a lieu pendant le contrat.", "", "erreur"),
        (7, "Heures hebdo", "Assurez-vous que cette valeur est inférieure ou égale à 48.", "49.00", "erreur"),
        (7, "Date de fin", "Un CDI n’a pas de dernier jour prévu ; s’il s’arrête, notez sa rupture.", "31/12/2027", "erreur"),
        (8, "", "Aucun dossier ne porte la référence « X-1 » : ajoutez le nom et le prénom, ou corrigez-la.", "X-1", "erreur"),
        (9, "", "Il manque de qui est ce contrat : une référence, ou le nom et le prénom.", "Zélie", "erreur"),
        (
            10,
            "",
            "Aucun dossier de la structure ne porte ce nom : importez d’abord la personne, ou corrigez l’écriture.",
            "Zoé Inconnue",
            "erreur",
        ),
        (11, "", "2 dossiers portent ce nom : ajouter la date de naissance pour dire lequel.", "Date Sans", "erreur"),
    ]
    assert importation.lignes == [(n, "creee" if n < 4 else "refusee") for n in range(2, 12)]
    assert Trace.objects.get(geste="importer").detail == "1 créées, 0 modifiées, 0 inchangées, 8 lignes refusées"


def test_ce_qu_un_geste_a_l_ecran_a_dit_est_garde_et_se_dit_champ_par_champ(ici, direction):
    ligne = "Martinelle;Zélie;CDDI;02/03/2026;30/06/2026;26;{};999991234567;01/03/2026\n"
    titres = "Nom;Prénom;Nature;Début;Fin;Heures;Rupture;Motif;PASS;Pass du\n"
    apporter(titres + ligne.format("10/03/2026;Démission"), direction, sorte="contrats")
    contrat, passe = ici.personne.contrats.get(), ici.personne.pass_iae.get()
    contrat.fin_prevue, contrat.heures_hebdo, contrat.rompu_le = date(2026, 5, 31), None, date(2026, 3, 12)
    contrat.save()
    passe.debut = date(2026, 3, 2)
    passe.save()
    importation = apporter(titres + ligne.format("11/03/2026;Commun accord"), direction, sorte="contrats")
    garde = "Le dossier porte {} pour « {} », par un geste à l’écran : c’est gardé."
    assert [tuple(r.values()) for r in importation.remarques] == [
        (2, "Fin", garde.format("« 31/05/2026 »", "dernier jour prévu"), "30/06/2026", "attention"),
        (2, "Heures", garde.format("rien", "heures par semaine"), "26.00", "attention"),
        (2, "Rupture", garde.format("« 12/03/2026 »", "rompu, dernier jour"), "11/03/2026", "attention"),
        (2, "Pass du", garde.format("« 02/03/2026 »", "premier jour"), "01/03/2026", "attention"),
    ]
    contrat.refresh_from_db()
    passe.refresh_from_db()
    assert (contrat.fin, contrat.motif_rupture.code, passe.debut) == (date(2026, 3, 12), "accord", date(2026, 3, 2))


MARS, JUIN = date(2026, 3, 2), date(2026, 6, 30)
A = {"nature": "cddi", "debut": MARS, "fin_prevue": JUIN}
CORRIGE = A | {"debut": date(2026, 3, 9), "importe": {"nature": "cddi", "debut": "2026-03-02"}}
AUTRE_NATURE, COURT = A | {"nature": "cdd"}, A | {"fin_prevue": date(2026, 3, 6)}


@pytest.mark.parametrize(
    ("type_siae", "siens", "dit", "trouve"),
    [
        ("ACI", [A], {}, 0),
        ("ACI", [A, CORRIGE], {}, 1),  # ce que l'on a importé ce jour-là, où que l'écran l'ait mis depuis
        ("ACI", [CORRIGE], {"debut": date(2026, 3, 9)}, 0),
        ("ACI", [A], {"debut": date(2026, 3, 3)}, None),
        ("ACI", [AUTRE_NATURE], {}, 0),  # un contrat à la fois : sa nature aussi se corrige
        ("ACI", [AUTRE_NATURE, A], {}, 1),
        ("AI", [AUTRE_NATURE], {}, None),
        ("AI", [COURT, A], {}, 1),
        ("AI", [COURT, A], {"fin_prevue": date(2026, 3, 6)}, 0),
        ("AI", [COURT], {}, 0),
        ("AI", [COURT, A], {"fin_prevue": date(2026, 7, 31)}, "plusieurs"),
        ("AI", [A, A], {}, "plusieurs"),
    ],
)
def test_le_contrat_que_designe_une_ligne(ici, type_siae, siens, dit, trouve):
    ici.organisation.type_siae = type_siae
    ici.organisation.save()
    natures = {code: terme("nature_contrat", code) for code in ("cddi", "cdd")}
    garde = lambda dits: {n: str(natures[v].pk) if n == "nature" else v for n, v in dits.items()}  # noqa: E731
    pks = [
        ici.personne.contrats.create(**dits | {"nature": natures[dits["nature"]], "importe": garde(dits.get("importe", {}))}).pk
        for dits in siens
    ]
    lu = ContratLu(ici.personne.pk, A | {"nature": natures["cddi"]} | dit, {})
    designe = import_contrats._Ecriture(lu, ici.personne, ici.hab["direction"], set())
    if trouve == "plusieurs":
        assert refus(designe._retrouver) == (
            "Plusieurs contrats pareils commencent ce jour-là : tenez-les à l’écran.",
            "debut",
        )
        return
    contrat = designe._retrouver()
    assert (contrat and contrat.pk) == (None if trouve is None else pks[trouve])
    designe.pris = set(pks)
    assert designe._retrouver() is None


# ── Ce que les gestes refusent ────────────────────────────────────────────────────────────────────────────────────


def test_chaque_geste_d_un_import_dit_pourquoi_il_ne_se_fait_pas(direction):
    importation = deposer("Nom;Prénom;Né le\nDupré;Éva;31/02/1980\n".encode(), nom="a.csv", par=direction)
    etape = ("Cet import n’en est pas à cette étape : rechargez la page.", None)
    assert refus(lancer_import, importation, par=direction) == etape
    assert refus(regler, importation, correspondance={0: "nom", 1: "prenom", 2: "nom"}) == (
        "Deux colonnes du fichier ne peuvent pas donner la même information : choisissez-en une.",
        None,
    )
    assert refus(regler, importation, correspondance={0: "nom"}) == (
        "Dites quelles colonnes donnent le nom et le prénom : sans elles, rien ne peut être importé.",
        None,
    )
    Importation.objects.filter(pk=importation.pk).update(sorte="contrats")
    importation.refresh_from_db()
    assert refus(regler, importation, correspondance={0: "nom", 1: "prenom"}) == (
        "Dites quelles colonnes donnent la personne (référence, ou nom et prénom), la nature et le début du contrat : "
        "sans elles, rien ne peut être importé.",
        None,
    )
    Importation.objects.filter(pk=importation.pk).update(sorte="personnes")
    importation.refresh_from_db()
    analyser(importation, par=direction)
    assert refus(importer, importation, par=direction, tout_ou_rien=True) == (
        "1 ligne(s) en erreur : rien n’a été importé.",
        None,
    )
    importer(importation, par=direction)
    assert refus(abandonner, importation) == etape


# ── L'avancement et l'aperçu ──────────────────────────────────────────────────────────────────────────────────────


def test_la_barre_avance_lot_par_lot_lignes_ecartees_comprises(direction, monkeypatch):
    for module in (dossiers, ecriture):
        monkeypatch.setattr(module, "LOT", 2)
    lignes = "Dupré;Éva\nRoux;\nRoux;Paul\nDupré;Éva\nAbel;Odile\n"
    importation, vues = deposer(f"Nom;Prénom\n{lignes}".encode(), nom="a.csv", par=direction), []
    analyser(importation, par=direction, avance=lambda *vue: vues.append(vue))
    assert vues == [(2, 5), (4, 5), (5, 5), (5, 5)]
    vues.clear()
    importer(importation, par=direction, avance=lambda *vue: vues.append(vue))
    assert vues == [(4, 5), (5, 5)]


def test_la_barre_des_contrats_avance_toutes_les_vingt_personnes(ici, direction):
    noms = [f"Nom{chr(97 + n)}" for n in range(21)]
    Personne.objects.bulk_create(
        Personne(organisation=ici.organisation, nom=nom, prenom="Éva", cle_identite=cle_identite(nom, "Éva")) for nom in noms
    )
    lignes = "".join(f"{nom};Éva;CDDI;02/03/2026;30/06/2026\n" for nom in [*noms, "Inconnue"])
    contenu = f"Nom;Prénom;Nature;Début;Fin\n{lignes}".encode()
    importation, vues = deposer(contenu, nom="c.csv", sorte="contrats", par=direction), []
    importer(importation, par=direction, avance=lambda *vue: vues.append(vue))
    assert vues == [(2, 22), (22, 22), (22, 22)]


def test_l_apercu_et_les_exemples_coupent_ce_qui_est_trop_long(direction):
    long = "Rue " + "a" * 100
    importation = deposer(f"Nom;Prénom;Adresse\nDupré;Éva;{long}\n".encode(), nom="a.csv", par=direction)
    assert importation.colonnes[2] == {"entete": "Adresse", "champ": "adresse", "ecartee": "", "exemples": [long[:60]]}
    analyser(importation, par=direction)
    assert importation.apercu == [{"ligne": 2, "cellules": ["Dupré", "Éva", long[:80]], "sort": "creee"}]
