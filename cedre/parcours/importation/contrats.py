"""Des lignes d'un tableau aux contrats de travail et aux PASS IAE de personnes déjà connues : colonnes et lecture."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from cedre.comptes.models import Habilitation
from cedre.core.cellules import Invalide, choix, date_lue, euros_lus, heures_lues, texte
from cedre.core.colonnes import Colonne, Remarque, lire_ligne
from cedre.core.dates import annees_plausibles
from cedre.core.tableau import Tableau
from cedre.core.texte import normaliser
from cedre.observatoire.models import AnnexeFinanciere, Terme
from cedre.parcours.importation.colonnes import alias, colonnes_d_identite, terme_de
from cedre.parcours.importation.dossiers import Registre, Sort, TableauLu, dossiers_connus, nom_demele
from cedre.parcours.models.contrat import CUMULENT
from cedre.parcours.models.personne import cle_identite

DEPARTAGENT = ("fin_prevue", "heures_hebdo")  # deux contrats d’un même premier jour, là où ils se cumulent
bloquant = partial(choix, bloque=True)


def _numero_de_pass(cellule) -> str:
    """Un numéro tel qu'on le recopie, espaces ôtées ; le modèle dira s'il en est un."""
    return texte(40)(cellule).replace(" ", "").upper()


def colonnes_de_contrat(par: Habilitation) -> list[Colonne]:
    """Les colonnes attendues ; les natures sont celles que l'écran propose à cette structure. Trois requêtes."""
    natures = list(Terme.objects.de("nature_contrat").pour_type(par.organisation.type_siae))
    motifs = list(Terme.objects.de("motif_rupture"))
    annexes = {normaliser(annexe.numero): annexe for annexe in AnnexeFinanciere.objects.pour(par)}
    numeros = ", ".join(map(str, annexes.values())) or "aucune annexe n’est saisie"
    au_plus_tot, au_plus_tard = annees_plausibles()
    jour = partial(date_lue, au_plus_tot=au_plus_tot, au_plus_tard=au_plus_tard)
    C = Colonne
    return [
        *(replace(colonne, obligatoire=False) for colonne in colonnes_d_identite()),
        C(
            "nature",
            "Nature du contrat",
            alias("nature|type de contrat|contrat|type|forme du contrat|contrat de travail"),
            terme_de(natures, "nature_contrat", bloquant),
            True,
        ),
        C(
            "debut",
            "Début du contrat",
            alias("premier jour|debut|date de debut|date debut contrat|date d’embauche|embauche|date entree|entree|du"),
            jour,
            True,
        ),
        C(
            "fin_prevue",
            "Fin du contrat",
            alias(
                "dernier jour|dernier jour prévu|fin prévue|fin|date de fin|date fin contrat|date fin prévue|terme|échéance|au"
                "|contrat au|fin de contrat"
            ),
            jour,
        ),
        C(
            "heures_hebdo",
            "Heures par semaine",
            alias(
                "heures hebdomadaires|heures hebdo|durée hebdomadaire|heures semaine|h/semaine|h/sem"
                "|heures|temps de travail|horaire hebdomadaire|nb heures"
            ),
            heures_lues,
        ),
        C(
            "remuneration_horaire",
            "Rémunération horaire",
            alias("rémunération|taux horaire|taux horaire brut|salaire horaire|salaire horaire brut|brut horaire|taux"),
            euros_lus,
        ),
        C(
            "annexe",
            "Annexe financière",
            alias("annexe|numéro d’annexe|n° annexe|n° d’annexe|numéro d’annexe financière|annexe financiere asp"),
            bloquant(annexes, accepte=numeros),
        ),
        C(
            "rompu_le",
            "Rompu le",
            alias("date de rupture|rupture|rupture anticipée|date fin réelle|fin réelle"),
            jour,
        ),
        C(
            "motif_rupture",
            "Motif de la rupture",
            alias("motif rupture|motif de fin|motif|cause de rupture|motif fin de contrat"),
            terme_de(motifs, "motif_rupture", bloquant),
        ),
        C("pass_numero", "Numéro de PASS IAE", alias("pass iae|pass|agrément|numéro agrément|n° pass"), _numero_de_pass),
        C("pass_debut", "Début du PASS IAE", alias("début pass|date début pass|pass du|date début agrément|date agrément"), jour),
        C("pass_fin", "Fin du PASS IAE", alias("fin pass|date fin pass|pass au|fin agrément|date fin agrément"), jour),
    ]


def manque_au_contrat(champs: set[str]) -> str:
    """Ce que les colonnes choisies ne disent pas et sans quoi rien ne s'importe ; "" si rien ne manque."""
    qui = "reference" in champs or {"nom", "prenom"} <= champs or {"nom_prenom", "prenom_nom"} & champs
    if qui and {"nature", "debut"} <= champs:
        return ""
    return (
        "Dites quelles colonnes donnent la personne (référence, ou nom et prénom), la nature et le début du contrat : "
        "sans elles, rien ne peut être importé."
    )


@dataclass(eq=False)
class ContratLu:
    """Un contrat tel que le fichier le dit ; titres : de la colonne attendue à celle du fichier, pour les remarques."""

    personne: int
    valeurs: dict
    titres: dict[str, str] = field(repr=False)
    lignes: list[int] = field(default_factory=list)
    sort: Sort | None = None

    @property
    def debut(self) -> date:
        """Son premier jour, qui l'ordonne."""
        return self.valeurs["debut"]

    def est_un_autre(self, valeurs: dict) -> bool:
        """Vrai si la fin ou les heures départagent ces valeurs, là où les contrats se cumulent."""
        return any(self.valeurs.get(n) != valeurs.get(n) for n in DEPARTAGENT if self.valeurs.get(n) and valeurs.get(n))

    def contredit(self, valeurs: dict) -> str:
        """La première colonne du fichier où une autre ligne dit autre chose ; "" si aucune."""
        return next((self.titres[n] for n, v in valeurs.items() if self.valeurs.get(n, v) != v), "")


def lire_contrats(
    tableau: Tableau,
    correspondance: dict[int, Colonne],
    *,
    par: Habilitation,
    avance: Callable[[int, int], None] = lambda faites, total: None,
) -> TableauLu:
    """Lit toutes les lignes et trouve à qui est chacune, sans rien écrire. avance : voir lire_dossiers."""
    titres = {colonne.nom: tableau.entetes[rang] for rang, colonne in correspondance.items()}
    lues, remarques = [], []
    for ligne in tableau.lignes:
        valeurs, notes = lire_ligne(ligne, correspondance, tableau.entetes)
        remarques += notes
        if not any(n.gravite == "erreur" for n in notes):
            lues.append((ligne.numero, {n: v for n, v in nom_demele(valeurs).items() if v not in (None, "")}))
    registre = Registre(list(dossiers_connus(lues, par)))
    contrats: dict[tuple, list[ContratLu]] = {}
    cumulent = par.organisation.type_siae in CUMULENT
    for numero, valeurs in lues:
        qui = " ".join(filter(None, [valeurs.get("prenom"), valeurs.get("nom")])) or valeurs.get("reference", "")
        try:
            personne = _la_personne(registre, valeurs)
            dit = {n: v for n, v in valeurs.items() if n not in ("nom", "prenom", "sexe", "reference", "date_naissance")}
            du_jour = contrats.setdefault((personne, dit["nature"], dit["debut"]), [])
            lu = next((lu for lu in du_jour if not (cumulent and lu.est_un_autre(dit))), None)
            if lu is None:
                du_jour.append(lu := ContratLu(personne, dit, titres))
            if autre := lu.contredit(dit):
                raise Invalide(
                    f"Ce contrat est déjà à la ligne {lu.lignes[0]}, où « {autre} » dit autre chose : gardez une seule ligne."
                )
        except Invalide as faute:
            remarques.append(Remarque(numero, "", str(faute), qui))
            continue
        if lu.lignes:
            message = f"Déjà à la ligne {lu.lignes[0]} : les deux lignes ne font qu’un contrat."
            remarques.append(Remarque(numero, "", message, qui, "attention"))
        lu.valeurs |= dit
        lu.lignes.append(numero)
    avance(len(tableau.lignes), len(tableau.lignes))
    return TableauLu([lu for du_jour in contrats.values() for lu in du_jour], remarques, len(tableau.lignes))


def _la_personne(registre: Registre, valeurs: dict) -> int:
    """Le numéro de son dossier dans la structure. Lève Invalide si aucun, ou plusieurs."""
    reference, nom, prenom = (valeurs.get(n, "") for n in ("reference", "nom", "prenom"))
    if reference and not (nom and prenom):
        if reference in registre.par_reference:
            return registre.par_reference[reference].pk
        raise Invalide(f"Aucun dossier ne porte la référence « {reference} » : ajoutez le nom et le prénom, ou corrigez-la.")
    if not (nom and prenom):
        raise Invalide("Il manque de qui est ce contrat : une référence, ou le nom et le prénom.")
    dossier = registre.trouver(cle_identite(nom, prenom), valeurs.get("date_naissance"), reference)
    if dossier is None:
        raise Invalide("Aucun dossier de la structure ne porte ce nom : importez d’abord la personne, ou corrigez l’écriture.")
    return dossier.pk
