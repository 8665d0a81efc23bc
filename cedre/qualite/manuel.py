"""Le manuel, section par section : ce que la structure écrit, et ce que Cèdre tire de ce qu'elle tient déjà (MAN-1, MAN-2).

Une partie produite est une liste de blocs, des données simples : le même contenu fait la page, le PDF, la version figée et la
comparaison. Un bloc a un genre : texte, liste, tableau, fiche ou image (un SVG de notre main).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from cedre.comptes.discretion import en_mots
from cedre.comptes.models import Organisation
from cedre.core.dates import il_y_a
from cedre.core.indicateurs import tous
from cedre.core.texte import normaliser
from cedre.observatoire.mesures import mesurer
from cedre.qualite import en_clair, schema
from cedre.qualite.models import ActionDeFormation, Mission, Principe, Procedure, TexteDuManuel, VersionDuManuel
from cedre.structures import organigrammes
from cedre.structures.models import Axe, FicheDePoste, Offre, Poste, ProjetAssociatif, Reglages
from cedre.structures.organigrammes import Cartouche, arbre_fonctionnel, arbre_hierarchique


@dataclass
class Sujet:
    """La structure dont on bâtit le manuel, ce jour-là ; ses procédures en vigueur ne se lisent qu'une fois."""

    organisation: Organisation
    le: date
    procedures: list[Procedure] = field(init=False)
    reglages: Reglages = field(init=False)

    def __post_init__(self):
        siennes = Procedure.objects.filter(organisation=self.organisation).en_vigueur(self.le).avec_derniere_revision()
        missions = list(Mission)
        self.procedures = sorted(siennes, key=lambda p: (missions.index(p.mission), p.depuis, p.pk))
        self.reglages = Reglages.objects.filter(organisation=self.organisation).first() or Reglages()


@dataclass(frozen=True)
class Section:
    """Une section que le manuel contient toujours. aide : quoi y écrire ; produire : ce que Cèdre y met, sinon rien."""

    code: str
    titre: str
    aide: str = ""
    produire: Callable[[Sujet], list[dict]] = lambda sujet: []

    @property
    def s_ecrit(self) -> bool:
        """Vrai si la structure y écrit."""
        return bool(self.aide)


def _tableau(titre: str, colonnes: dict[str, float], lignes: list[list[str]]) -> list[dict]:
    """Un tableau, s'il a des lignes. colonnes : leur nom et leur part de la largeur."""
    entete = {"colonnes": [*colonnes], "largeurs": [*colonnes.values()]}
    return [{"genre": "tableau", "titre": titre, **entete, "lignes": lignes}] if lignes else []


def _jour(le: date | None) -> str:
    return f"{le:%d/%m/%Y}" if le else ""


def _identite(sujet: Sujet) -> list[dict]:
    o = sujet.organisation
    faits = [
        ["Structure", o.nom],
        ["Nature", o.get_type_siae_display()],
        ["SIRET", o.siret],
        ["Adresse", f"{o.adresse}, {o.code_postal} {o.commune}".strip(" ,")],
        ["Téléphone", o.telephone],
        ["Courriel", o.courriel],
        ["Association régionale", str(o.region or "")],
        ["Ensemblier", str(o.ensemblier or "")],
        ["Adhésion à la fédération", _jour(o.adhesion_le)],
        ["Signature de la charte", _jour(o.charte_le)],
        ["Fin de la formation-action", _jour(o.fin_formation_action_le)],
    ]
    offres = Offre.objects.filter(organisation=o, active=True).select_related("partenaire")
    lignes = [[f.intitule, f.get_nature_display(), str(f.partenaire or "La structure")] for f in offres]
    return [{"genre": "fiche", "titre": "Carte d’identité", "faits": [f for f in faits if f[1]], "etapes": []}] + _tableau(
        "L’offre d’insertion", {"Ce que l’on propose": 2, "Nature": 1.5, "Qui le porte": 1.5}, lignes
    )


def _projet(sujet: Sujet) -> list[dict]:
    adopte = ProjetAssociatif.objects.filter(organisation=sujet.organisation).en_vigueur(sujet.le).first()
    titre = adopte and f"Le projet associatif, adopté le {_jour(adopte.le)} par {adopte.adopte_par}"
    return [{"genre": "texte", "titre": titre, "texte": adopte.texte}] if adopte else []


def _axes(sujet: Sujet) -> list[dict]:
    blocs = []
    for axe in Axe.objects.filter(organisation=sujet.organisation).en_vigueur(sujet.le):
        faits = [
            ["Pourquoi", axe.pourquoi],
            ["Défini", f"le {_jour(axe.defini_le)} {axe.defini_par and 'par ' + axe.defini_par}".strip()],
            ["Jusqu’au", _jour(axe.jusqu_au)],
            ["Diffusé", axe.diffuse_le and f"le {_jour(axe.diffuse_le)} {axe.diffusion and ': ' + axe.diffusion}".strip()],
            ["Indicateurs", ", ".join(i.libelle for i in axe.indicateurs)],
        ]
        blocs.append({"genre": "fiche", "titre": axe.intitule, "faits": [f for f in faits if f[1]], "etapes": []})
    return blocs


def _principes(sujet: Sujet) -> list[dict]:
    """Chaque principe en vigueur, et sa dernière évaluation de ce jour-là (§ 2.5 c)."""
    principes = Principe.objects.filter(organisation=sujet.organisation).en_vigueur(sujet.le)
    blocs = []
    for principe in principes.prefetch_related("evaluations"):
        derniere = next((e for e in principe.evaluations.all() if e.le <= sujet.le), None)
        faits = [
            ["Au quotidien", principe.au_quotidien],
            ["Énoncé", f"le {_jour(principe.enonce_le)}"],
            ["Évalué", f"le {_jour(derniere.le)} : {derniere.comment}" if derniere else "pas encore"],
            ["Ce que l’on a vu", derniere.constat if derniere else ""],
            ["Ce que l’on change", derniere.changements if derniere else ""],
            ["Référentiel", "§\N{NO-BREAK SPACE}2.5\N{NO-BREAK SPACE}c"],
        ]
        blocs.append({"genre": "fiche", "titre": principe.enonce, "faits": [f for f in faits if f[1]], "etapes": []})
    return blocs


def _organigrammes(sujet: Sujet) -> list[dict]:
    arbres = {
        "Organigramme hiérarchique": arbre_hierarchique(sujet.organisation, sujet.le),
        "Organigramme fonctionnel": arbre_fonctionnel(sujet.organisation, sujet.le),
    }
    return [
        {"genre": "image", "titre": titre, "svg": organigrammes.dessiner(arbre), "alt": f"{titre} : {_en_mots(arbre)}"}
        for titre, arbre in arbres.items()
        if arbre.sous
    ]


def _en_mots(case: Cartouche) -> str:
    """L'arbre, pour qui ne voit pas l'image."""
    nom = f"{case.titre} ({', '.join(case.lignes)})" if case.lignes else case.titre
    return f"{nom} ; dont {', '.join(map(_en_mots, case.sous))}" if case.sous else nom


def _postes(sujet: Sujet) -> list[dict]:
    postes = Poste.objects.filter(organisation=sujet.organisation).ouverts(sujet.le).avec_titulaires(sujet.le)
    blocs = []
    for poste in postes.select_related("rattache_a"):
        faits = [
            ["Missions", poste.missions],
            ["Fonctions", ", ".join(poste.noms_des_fonctions)],
            ["Dépend de", str(poste.rattache_a or "")],
            ["Tenu par", ", ".join(o.nom for o in poste.titulaires)],
        ]
        blocs.append({"genre": "fiche", "titre": poste.intitule, "faits": [f for f in faits if f[1]], "etapes": []})
    return blocs


def _formation(sujet: Sujet) -> list[dict]:
    depuis = il_y_a(24, sujet.le)
    actions = ActionDeFormation.objects.filter(organisation=sujet.organisation, prevue_au__gte=depuis).select_related("poste")
    lignes = []
    for action in actions:
        etat = "Prévue"
        if action.realisee_le and action.realisee_le <= sujet.le:
            etat = f"Réalisée le {_jour(action.realisee_le)}"
        elif action.abandonnee_le and action.abandonnee_le <= sujet.le:
            etat = f"Abandonnée : {action.motif}"
        pour_qui = str(action.poste or "") or action.pour_qui
        lignes.append([action.besoin, action.intitule, pour_qui, f"{_jour(action.prevue_du)} au {_jour(action.prevue_au)}", etat])
    colonnes = {"Besoin": 1.3, "Action": 1.3, "Pour qui": 1.3, "Quand": 0.9, "Où on en est": 1.1}
    return _tableau("Les actions du plan", colonnes, lignes)


def _diffusion(sujet: Sujet) -> list[dict]:
    regles = [
        "Chaque personne de l’équipe et du conseil d’administration lit la version publiée et le dit, à l’écran ou sur papier.",
        "Une personne qui arrive trouve le manuel à lire sur sa page du jour, quelle que soit la date de publication.",
        "Les salariés en parcours en reçoivent une forme courte, en phrases simples, par leur espace ou en main propre.",
        "La liste de qui a lu, quelle version, quand et comment, est tenue par la personne référente qualité.",
        "Une version publiée ne change plus : on en publie une autre, et l’on compare les deux.",
    ]
    return [{"genre": "liste", "titre": "Comment ce manuel se diffuse", "elements": regles}]


def _fiches_de_poste(sujet: Sujet) -> list[dict]:
    """Les postes de l'équipe, puis ceux que tiennent les salariés en parcours."""
    fiches = FicheDePoste.objects.filter(organisation=sujet.organisation, active=True).prefetch_related("competences")
    return _postes(sujet) + [
        {
            "genre": "fiche",
            "titre": f"{fiche.intitule} (poste de salarié en parcours)",
            "faits": [f for f in (["Code ROME", fiche.code_rome], ["Ce que l’on y fait", fiche.description]) if f[1]],
            "etapes": [c.libelle for c in fiche.competences.all()],
            "nom_des_etapes": "Compétences demandées",
        }
        for fiche in fiches
    ]


def _schema(sujet: Sujet) -> list[dict]:
    if not sujet.procedures:
        return []
    dites = "; ".join(f"{m.label} : {', '.join(p.titre for p in sujet.procedures if p.mission == m)}" for m in Mission)
    lignes = [[p.get_mission_display(), p.get_phase_display() or "Toutes", p.titre, p.qui] for p in sujet.procedures]
    image = {"genre": "image", "titre": "Schéma de fonctionnement", "svg": schema.dessiner(sujet.procedures), "alt": dites}
    return [image, *_tableau("Le même en lignes", {"Mission": 1, "Phase": 0.9, "Procédure": 1.6, "Qui": 1.5}, lignes)]


def _procedures(sujet: Sujet) -> list[dict]:
    blocs = []
    for p in sujet.procedures:
        faits = [
            ["Mission", p.get_mission_display()],
            ["Phase", p.get_phase_display() or "Toutes"],
            ["But", p.but],
            ["Qui", p.qui],
            ["Ce qu’elle annonce", p.annonce],
            ["Outils", ", ".join(p.outils)],
            ["Indicateurs", ", ".join(i.libelle for i in p.indicateurs)],
            ["Relue le", _jour(p.revisee_le)],
        ]
        fiche = {"genre": "fiche", "titre": p.titre, "faits": [f for f in faits if f[1]], "etapes": p.etapes}
        blocs.append(fiche | {"nom_des_etapes": "Étapes", "numerotees": True})
    return blocs


def _outils(sujet: Sujet) -> list[dict]:
    ou = {}
    for p in sujet.procedures:
        for outil in p.outils:
            ou.setdefault(outil, []).append((p.get_phase_display() or "Toutes les phases", p.titre))
    lignes = [
        [outil, ", ".join(dict.fromkeys(phase for phase, _ in lieux)), ", ".join(dict.fromkeys(titre for _, titre in lieux))]
        for outil, lieux in sorted(ou.items(), key=lambda lieux: normaliser(lieux[0]))
    ]
    return _tableau("Les outils et leur phase", {"Outil": 1.4, "Phase": 1, "Procédures": 1.6}, lignes)


def _indicateurs(sujet: Sujet) -> list[dict]:
    mesures = mesurer([*tous().values()], sujet.organisation, sujet.le)
    surveille = {}
    for p in sujet.procedures:
        for i in p.indicateurs:
            surveille.setdefault(i.code, []).append(p.titre)
    lignes = []
    for code, m in mesures.items():
        i = tous()[code]
        mesure = en_mots(i, m, sujet.le)
        lignes.append(
            [i.libelle, i.definition, i.source.replace("§ ", "§\N{NO-BREAK SPACE}"), mesure, ", ".join(surveille.get(code, []))]
        )
    colonnes = {"Indicateur": 1.2, "Ce qu’il compte": 2.2, "D’où il vient": 1.1, f"Au {_jour(sujet.le)}": 0.9, "Procédures": 1.2}
    return _tableau("Les indicateurs tenus", colonnes, sorted(lignes, key=lambda ligne: normaliser(ligne[0])))


def _amelioration(sujet: Sujet) -> list[dict]:
    lignes = [[p.titre, _jour(p.revisee_le), _jour(p.prochaine_revision)] for p in sujet.procedures]
    return _tableau("La relecture des procédures", {"Procédure": 2, "Relue le": 1, "Prochaine révision": 1}, lignes)


SECTIONS = (
    Section("presentation", "Présentation et histoire", "Qui nous sommes, notre histoire, pour qui nous travaillons.", _identite),
    Section("projet", "Projet associatif", "Une page : ce que nous voulons, plus loin que l’article 2 des statuts.", _projet),
    Section(
        "priorites",
        "Priorités et axes de développement",
        "Comment on les choisit, qui les valide, comment on les dit.",
        _axes,
    ),
    Section("principes", "Principes d’action", "Ce à quoi l’équipe tient, et comment elle le regarde en face.", _principes),
    Section("diffusion", "Diffusion du manuel", "Qui le reçoit, comment, et comment on s’assure qu’il est lu.", _diffusion),
    Section("organigrammes", "Organigrammes", "Comment l’équipe est organisée.", _organigrammes),
    Section("fiches_de_poste", "Fiches de poste", "", _fiches_de_poste),
    Section("fonctionnement", "Schéma de fonctionnement", "Comment les trois missions s’enchaînent.", _schema),
    Section("procedures", "Procédures", "", _procedures),
    Section("outils", "Outils", "", _outils),
    Section("indicateurs", "Indicateurs", "Comment l’équipe lit ses chiffres, et ce qu’elle en fait.", _indicateurs),
    Section("formation", "Plan de formation", "Comment se décident les formations de l’équipe, et leur bilan.", _formation),
    Section("amelioration", "Amélioration du système qualité", "Réclamations, enquêtes, évaluations, revue.", _amelioration),
)
FACULTATIVES = {"principes"}  # le manuel n'est tenu d'en parler que si la structure en a (MAN-1)
EN_CLAIR = Section("en_clair", "En clair, pour les salariés en parcours", "Ce que la structure veut ajouter, en phrases courtes.")
PAR_CODE = {section.code: section for section in (*SECTIONS, EN_CLAIR)}


def textes_de(organisation: Organisation) -> dict[str, str]:
    """Ce que la structure a écrit, par code de section."""
    return dict(TexteDuManuel.objects.filter(organisation=organisation).values_list("section", "texte"))


def section_de(organisation: Organisation, code: str) -> TexteDuManuel:
    """Ce que la structure a écrit d'une section ; une ligne neuve, de version 0, si elle n'y a rien écrit."""
    ecrite = TexteDuManuel.objects.filter(organisation=organisation, section=code).first()
    return ecrite or TexteDuManuel(organisation=organisation, section=code, version=0)


def composer_brouillon(organisation: Organisation, le: date) -> dict:
    """Le contenu du manuel tel qu'il se publierait ce jour-là."""
    sujet, textes = Sujet(organisation, le), textes_de(organisation)
    return {
        "sections": [
            section
            for s in SECTIONS
            if not est_vide(section := _composer(s, sujet, textes.get(s.code, ""))) or s.code not in FACULTATIVES
        ],
        "en_clair": {
            "phrases": en_clair.phrases(organisation, sujet.procedures, sujet.reglages),
            "texte": textes.get(EN_CLAIR.code, ""),
        },
    }


def _composer(section: Section, sujet: Sujet, texte: str) -> dict:
    return {"code": section.code, "titre": section.titre, "texte": texte, "blocs": section.produire(sujet)}


def est_vide(section: dict) -> bool:
    """Vrai si rien ne se lirait sous son titre."""
    return not section["texte"].strip() and not section["blocs"]


def blocs_de(code: str, organisation: Organisation, le: date) -> list[dict]:
    """Ce que Cèdre met dans cette section, ce jour-là."""
    sujet = Sujet(organisation, le)
    if code == EN_CLAIR.code:
        phrases = en_clair.phrases(organisation, sujet.procedures, sujet.reglages)
        return [{"genre": "liste", "titre": "Ce que Cèdre en dit déjà", "elements": phrases}]
    return PAR_CODE[code].produire(sujet)


def document(contenu: dict, organisation: Organisation, *, version: VersionDuManuel | None = None, le: date) -> dict:
    """Les données du gabarit : le contenu, l'en-tête de la structure, et qui a approuvé. version : aucune pour le brouillon."""
    return contenu | {
        "structure": organisation.coordonnees,
        "le": le,
        "numero": version.numero if version else None,
        "approuvee_par": version.approuvee_par if version else "",
        "au_titre_de": version.get_au_titre_de_display() if version else "",
        "approuvee_le": version.approuvee_le if version else None,
        "changements": version.changements if version else "",
    }
