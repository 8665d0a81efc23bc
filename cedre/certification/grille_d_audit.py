"""La grille d'un audit : ce que les faits disent de chaque spécification, sans personne ; et le rapport qui en reste (CER-6)."""

from dataclasses import dataclass, field
from datetime import date

from django.forms import Form

from cedre.certification.conformite import PointJuge, PreuveJugee, SpecificationJugee, juger_structure
from cedre.certification.editions import editions
from cedre.certification.models import Audit, Constat
from cedre.certification.referentiel import Edition, Specification, nom_dans_l_adresse
from cedre.certification.verdicts import Verdict
from cedre.comptes.discretion import ce_qu_il_compte, en_mots
from cedre.comptes.models import Trace
from cedre.qualite.models import VersionDuManuel

# Les parties d'un rapport : les forces d'abord.
PARTIES = ((Constat.Nature.FORCE, "Forces"), (Constat.Nature.PROGRES, "Pistes de progrès"), (Constat.Nature.ECART, "Écarts"))


def edition_d_audit(audit: Audit) -> Edition:
    """L'édition sur laquelle il se mène."""
    return next(e for e in editions(le=audit.mene_le) if e.code == audit.edition)


def specifications_auditees(audit: Audit) -> list[Specification]:
    """Celles de son champ, dans l'ordre du référentiel."""
    return [s for s in edition_d_audit(audit).specifications() if s.code in audit.champ]


def relever(audit: Audit, edition: Edition, le: date) -> dict:
    """Ce que les faits disent ce jour-là, à garder tel quel : aucun nom, et aucun nombre où l'on reconnaîtrait quelqu'un."""
    jugees = {s.specification.code: s for s in juger_structure(audit.organisation, edition, le)}
    chapitres = []
    for chapitre in edition.chapitres:
        siennes = [_specification(jugees[s.code], le) for s in chapitre.specifications if s.code in audit.champ]
        if siennes:
            chapitres.append({"code": chapitre.code, "titre": chapitre.titre, "specifications": siennes})
    return {"titre": edition.citee, "chapitres": chapitres}


def _specification(jugee: SpecificationJugee, le: date) -> dict:
    s = jugee.specification
    points = [_point(p, le) for p in jugee.points if p.point.est_exige]
    return {"code": s.code, "paragraphe": s.paragraphe, "texte": s.texte, "verdict": str(jugee.verdict), "points": points}


def _point(p: PointJuge, le: date) -> dict:
    preuves = [_preuve(preuve, le) for preuve in p.preuves]
    return {"code": p.point.code, "texte": p.point.texte, "verdict": str(p.verdict), "regle": p.regle, "preuves": preuves}


def _preuve(preuve: PreuveJugee, le: date) -> dict:
    dit = {"verdict": str(preuve.verdict), "question": preuve.preuve.constat, "document": preuve.preuve.document}
    dit |= {"regle": preuve.regle, "lectures": [str(une) for une in preuve.lectures]}
    if not preuve.mesure:
        return dit
    indicateur = preuve.indicateur
    dit |= {"libelle": indicateur.libelle, "definition": ce_qu_il_compte(indicateur), "raison": preuve.jugement.raison}
    return dit | {"mesure": en_mots(preuve.indicateur, preuve.mesure, le, seuil=preuve.seuil)}


@dataclass
class LigneDeGrille:
    """Une spécification auditée : ce que les faits disent, ce que l'auditeur en dit. form : de quoi noter un constat de plus."""

    dite: dict
    constats: list[Constat] = field(default_factory=list)
    rien: bool = False
    form: Form | None = None

    @property
    def verdict(self) -> Verdict:
        """Celui du jour de l'audit."""
        return Verdict(self.dite["verdict"])

    @property
    def points(self) -> list[dict]:
        """Ses exigences, chacune avec son verdict."""
        return [p | {"verdict": Verdict(p["verdict"])} for p in self.dite["points"]]

    @property
    def mesures(self) -> list[dict]:
        """Ce qui se calcule, dans l'ordre du texte, une fois chacun."""
        une_fois = {}
        for point in self.dite["points"]:
            d_alors = {"regle": point.get("regle", ""), "lectures": []}  # d'un audit clos avant que chaque preuve dise la sienne
            for preuve in (preuve for preuve in point["preuves"] if "libelle" in preuve):
                une_fois.setdefault(preuve["libelle"], d_alors | preuve)
        return [*une_fois.values()]

    @property
    def tete(self) -> dict | None:
        """La mesure qui la résume : la première qui fait son verdict, dans l'ordre du texte ; sinon la première."""
        calculees = self.mesures
        siennes = [preuve for preuve in calculees if preuve["verdict"] == self.dite["verdict"]]
        return next(iter(siennes or calculees), None)

    @property
    def est_vue(self) -> bool:
        """Vrai si l'auditeur s'est prononcé."""
        return bool(self.constats) or self.rien

    @property
    def ancre(self) -> str:
        """Où la page la montre."""
        return nom_dans_l_adresse(self.dite["code"])


def grille(audit: Audit, constats: list[Constat]) -> list[tuple[dict, list[LigneDeGrille]]]:
    """Chaque chapitre et ses lignes : les verdicts gardés d'un audit clos, ceux de son jour tant qu'il est ouvert."""
    releve = audit.verdicts or relever(audit, edition_d_audit(audit), audit.mene_le)

    def ligne(dite: dict) -> LigneDeGrille:
        codes = {p["code"] for p in dite["points"]}
        return LigneDeGrille(dite, [c for c in constats if c.point in codes], dite["code"] in audit.sans_constat)

    return [(chapitre, [ligne(dite) for dite in chapitre["specifications"]]) for chapitre in releve["chapitres"]]


def manuel_de(audit: Audit, le: date) -> VersionDuManuel | None:
    """La dernière version publiée de la structure auditée : pas d'audit sans manuel (MAN-4)."""
    return VersionDuManuel.objects.publiees(le).filter(organisation=audit.organisation_id).defer("contenu").first()


def traces_de(audit: Audit):
    """Les traces de la structure auditée."""
    return Trace.objects.filter(organisation=audit.organisation_id)


def rapport(audit: Audit, constats: list[Constat]) -> dict:
    """Le contenu du rapport d'un audit clos ; il ne dit que ce que l'audit a gardé, et se compose donc toujours pareil."""
    return {
        "structure": audit.organisation.coordonnees,
        "etabli_le": audit.clos_le,
        "titre": str(audit),
        "edition": audit.verdicts["titre"],
        "auditeur": str(audit.auditeur),
        "structure_auditrice": str(audit.structure_auditrice or ""),
        "audite": str(audit.audite),
        "mene_le": audit.mene_le,
        "synthese": audit.synthese,
        "natures": [
            {"libelle": libelle, "constats": [_constat(c) for c in constats if c.nature == nature]} for nature, libelle in PARTIES
        ],
        "chapitres": [
            {"titre": f"{chapitre['code']} {chapitre['titre']}", "specifications": [_ligne(ligne) for ligne in lignes]}
            for chapitre, lignes in grille(audit, constats)
        ],
    }


def _constat(constat: Constat) -> dict:
    return {"point": constat.point, "nature": constat.get_nature_display(), "texte": constat.texte}


def _ligne(ligne: LigneDeGrille) -> dict:
    return {
        "code": ligne.dite["code"],
        "texte": ligne.dite["texte"],
        "verdict": ligne.verdict.label,
        "mesures": ligne.mesures,
        "constats": [_constat(c) for c in ligne.constats],
        "rien": ligne.rien,
    }
