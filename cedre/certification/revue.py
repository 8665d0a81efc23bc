"""Ce que l'équipe a sous les yeux quand elle se réunit : calculé de ce qui est enregistré, sans rien à saisir (AME-4).

Tout est en mots et en nombres : la page, le document et ce qui se fige le jour de la réunion sont la même chose. Rien n'y
désigne une personne en parcours, et un nombre trop petit s'y tait : toute l'équipe et le conseil d'administration la lisent.
"""

import re
from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q, prefetch_related_objects
from django.urls import reverse

from cedre.certification.conformite import SpecificationJugee, evaluer, indicateurs_de, lire_les_faits
from cedre.certification.editions import avec_les_preuves_d_alors, edition_de
from cedre.certification.models import Audit, Constat, ReunionEvaluation
from cedre.certification.referentiel import Edition
from cedre.certification.verdicts import Verdict
from cedre.comptes.discretion import en_mots, voit_les_personnes
from cedre.comptes.gestes import ouvre_l_adresse
from cedre.comptes.models import Habilitation, Organisation
from cedre.core.discretion import a_peu_pres, en_discret
from cedre.core.indicateurs import Mesure
from cedre.core.periodes import Periode
from cedre.core.templatetags.cedre import accorde, jour, sur
from cedre.observatoire.mesures import mesurer, mesurer_aux_dates
from cedre.qualite.indicateurs.amelioration import (
    actions_d_amelioration_faites,
    actions_d_amelioration_verifiees,
    reclamation_traitee,
    reclamations_closes,
)
from cedre.qualite.indicateurs.formation import formation_realisee
from cedre.qualite.models import ActionAmelioration, ActionDeFormation, Enquete, Procedure
from cedre.qualite.models.reclamations import recues_pour_etre_jugees
from cedre.qualite.pratique import pratiques
from cedre.structures.models import Axe

INSECABLE = "\N{NO-BREAK SPACE}"


DEPUIS_TOUJOURS = date(1900, 1, 1)


def _lien(route: str, periode: Periode, **filtres) -> str:
    """La page d'une liste, filtrée sur la période."""
    return reverse(route, query={"du": periode.du.isoformat(), "au": periode.au.isoformat()} | filtres)


def preparer(reunion: ReunionEvaluation, *, le: date, par: Habilitation) -> dict:
    """Ce que l'on a sous les yeux ce jour-là. Autant de requêtes quel que soit ce que la structure tient."""
    periode = Periode(reunion.du, max(reunion.du, min(reunion.au, le)), vue_le=le)
    chez, axes = par.organisation, list(Axe.objects.filter(organisation=par.organisation_id).en_vigueur(le))
    edition = edition_de(chez, le).edition if chez.type_siae else None
    alors = edition and avec_les_preuves_d_alors(edition, periode.du)
    juges = [i for une in (edition, alors) if une for i in indicateurs_de(une)]
    indicateurs = {i.code: i for i in (*juges, *(i for axe in axes for i in axe.indicateurs))}
    mesures = mesurer_aux_dates([*indicateurs.values()], chez.pk, [periode.du, le])
    return {
        "le": le,
        "edition": f"{edition.citee}. Les deux jours se jugent sur elle, et sur les lectures du {jour(le)}" if edition else "",
        "specifications": _comparees(chez, edition, alors, periode.du, le, mesures) if edition else [],
        "sections": [*(section(periode, par) for section in SECTIONS), _axes(axes, mesures, periode)],
    }


def _comparees(chez: Organisation, edition: Edition, alors: Edition, du: date, le: date, mesures: dict) -> list[dict]:
    """Chaque spécification aux deux jours, sur les mêmes preuves et les mêmes lectures : celles de la fin.

    alors : l'édition avec les preuves qui valaient le premier jour ; ce que l'on en disait autrement, ce jour-là, se dit à côté.
    """
    prefetch_related_objects([chez], "appartenances")
    faits = lire_les_faits([chez.pk], edition, map(chez.type_au, (du, le)))[chez.pk]
    avant, lues_alors, maintenant = (
        evaluer(edition, chez.type_au(le_), le_, mesures=mesures[le_], faits=faits, lu_le=lu_le)
        for le_, lu_le in ((du, le), (du, du), (le, le))
    )
    dites = lues_alors if alors == edition else evaluer(alors, chez.type_au(du), du, mesures=mesures[du], faits=faits)
    return [
        _comparer(a, m, le) | {"alors": _dite_autrement(a.verdict, lue.verdict, dite.verdict)}
        for a, lue, dite, m in zip(avant, lues_alors, dites, maintenant, strict=True)
    ]


def _dite_autrement(avant: Verdict, lue_alors: Verdict, dite: Verdict) -> str:
    """Ce que l'on disait le premier jour, si l'on en dit autre chose aujourd'hui sans que la structure y soit pour rien."""
    if dite == avant:
        return ""
    quoi = "une lecture de la fédération a changé" if lue_alors != avant else "les preuves ont changé de version"
    return f"Dit «{INSECABLE}{dite.label}{INSECABLE}» ce jour-là{INSECABLE}; {quoi} depuis."


def _sens(avant: Verdict, maintenant: Verdict) -> str:
    """« mieux » de ce qui devient satisfait, ou s'engage ; « moins_bien » de ce qui cesse de l'être ; le reste ne se compare pas.

    De ce qui ne se jugeait pas, on ne sait pas si c'était satisfait : ce n'est pas un progrès.
    """
    if avant == maintenant or {Verdict.SANS_OBJET, Verdict.INDETERMINABLE} & {avant, maintenant}:
        return ""
    if maintenant == Verdict.SATISFAIT or (avant, maintenant) == (Verdict.INSUFFISANT, Verdict.ENGAGE):
        return "mieux"
    return "moins_bien" if avant == Verdict.SATISFAIT or (avant, maintenant) == (Verdict.ENGAGE, Verdict.INSUFFISANT) else ""


def _comparer(avant: SpecificationJugee, maintenant: SpecificationJugee, le: date) -> dict:
    tete, specification = maintenant.tete, maintenant.specification
    return {
        "code": specification.code,
        "texte": specification.texte,
        "nom": specification.nom_dans_l_adresse,
        "avant": avant.verdict.value,
        "maintenant": maintenant.verdict.value,
        "sens": _sens(avant.verdict, maintenant.verdict),
        "mesure": f"{tete.indicateur.libelle}{INSECABLE}: {en_mots(tete.indicateur, tete.mesure, le, seuil=tete.seuil)}"
        if tete and tete.mesure
        else "se constate",
    }


def _chiffre(libelle: str, dit: int | str, adresse: str = "") -> dict:
    return {"libelle": libelle, "dit": str(dit), "adresse": adresse}


def _sur(mesure: Mesure) -> str:
    return mesure.inconnue or sur(mesure.atteint, mesure.total)


def _ligne(texte: str, detail: str, adresse: str) -> dict:
    return {"texte": texte, "detail": detail, "adresse": adresse}


def _section(titre: str, chiffres: Iterable[dict] = (), lignes: Iterable[dict] = (), vide: str = "") -> dict:
    """Une part de la préparation : des chiffres, puis des lignes ; vide : ce qui se dit quand il n'y a ni l'un ni l'autre."""
    return {"titre": titre, "chiffres": list(chiffres), "lignes": list(lignes), "vide": vide}


def _reclamations(periode: Periode, par: Habilitation) -> dict:
    toutes = Periode(DEPUIS_TOUJOURS, periode.le)
    closes, traitees = reclamations_closes.code, reclamation_traitee.code
    mesures = mesurer_aux_dates([reclamations_closes, reclamation_traitee], par.organisation_id, [periode, toutes])
    en_tout, recues, jugees = mesures[toutes][closes], mesures[periode][closes], mesures[periode][traitees]
    page = "qualite:reclamations"
    return _section(
        "Réclamations et dysfonctionnements",
        [
            _chiffre("Reçues dans la période", recues.inconnue or recues.total, _lien(page, periode, etat="toutes")),
            _chiffre(
                "Traitées dans le délai, parmi celles dont il a passé dans la période",
                _sur(jugees),
                _lien(page, recues_pour_etre_jugees(periode), etat="delai_tenu"),
            ),
            _chiffre("Encore ouvertes", en_tout.inconnue or en_tout.total - en_tout.atteint, reverse(page)),
        ],
    )


def _enquetes(periode: Periode, par: Habilitation) -> dict:
    closes = Enquete.objects.filter(organisation=par.organisation_id, **periode.dans("close_le"))
    lignes = [
        _ligne(
            enquete.titre,
            enquete.combien,
            reverse("qualite:enquete", args=[enquete.pk]),
        )
        for enquete in closes.order_by("close_le", "pk")
    ]
    return _section("Enquêtes closes", lignes=lignes, vide="Aucune enquête ne s’est close dans la période.")


def _actions(periode: Periode, par: Habilitation) -> dict:
    page, en_sont = "qualite:ameliorations_liste", [actions_d_amelioration_faites, actions_d_amelioration_verifiees]
    faites, verifiees = mesurer(en_sont, par.organisation_id, periode).values()
    siennes = ActionAmelioration.objects.filter(organisation=par.organisation_id, decidee_le__lte=periode.le)
    en_retard = list(siennes.en_retard(periode.le).select_related("qui").order_by("echeance", "pk"))
    return _section(
        "Actions d’amélioration",
        [
            _chiffre("Décidées dans la période", faites.inconnue or faites.total, _lien(page, periode)),
            _chiffre("Faites", _sur(faites), _lien(page, periode, etat="faites")),
            _chiffre("Effet vérifié", _sur(verifiees), _lien(page, periode, etat="verifiees")),
            _chiffre("En retard, toutes périodes ensemble", len(en_retard), reverse(page, query={"etat": "en_retard"})),
        ],
        [_ligne(a.quoi, f"{a.qui}, pour le {a.echeance:%d/%m/%Y}", reverse("qualite:action", args=[a.pk])) for a in en_retard],
    )


def _audits(periode: Periode, par: Habilitation) -> dict:
    ecarts = Q(constats__nature=Constat.Nature.ECART)
    clos = Audit.objects.filter(organisation=par.organisation_id).clos(du=periode.du, au=periode.au)
    decides = ecarts & Q(constats__action__decidee_le__lte=periode.le)
    comptes = clos.annotate(ecarts=Count("constats", filter=ecarts), decides=Count("constats__action", filter=decides))
    lignes = [
        _ligne(
            str(audit),
            f"écarts suivis d’une action{INSECABLE}: {sur(audit.decides, audit.ecarts)}" if audit.ecarts else "aucun écart",
            audit.get_absolute_url(),
        )
        for audit in comptes.order_by("clos_le", "pk")
    ]
    return _section("Audits clos", lignes=lignes, vide="Aucun audit ne s’est clos dans la période.")


ETATS_D_UNE_FORMATION = {"realisee": "réalisée", "abandonnee": "abandonnée", "retard": "en retard", "prevue": "prévue"}


def _formations(periode: Periode, par: Habilitation) -> dict:
    actions = ActionDeFormation.objects.filter(organisation=par.organisation_id, **periode.dans("prevue_au"))
    etats = [(action, action.etat(periode.le)) for action in actions]
    (realisees,) = mesurer([formation_realisee], par.organisation_id, periode).values()
    libelle = "Actions réalisées, parmi celles qui devaient finir dans la période sans être abandonnées"
    return _section(
        "Plan de formation",
        [_chiffre(libelle, sur(realisees.atteint, realisees.total))],
        [
            _ligne(
                action.intitule,
                ETATS_D_UNE_FORMATION[etat],
                reverse("qualite:formations", query={"annee": action.prevue_du.year}),
            )
            for action, etat in etats
        ],
    )


def _procedures(periode: Periode, par: Habilitation) -> dict:
    en_vigueur = Procedure.objects.filter(organisation=par.organisation_id).en_vigueur(periode.le)
    chiffrees = [p for p in pratiques(en_vigueur, pour=par, le=periode.le) if p.procedure.reglage]
    derives = [p for p in chiffrees if p.derive]
    lignes = []
    for p in derives:
        suivis = [
            f"{s.indicateur.libelle}{INSECABLE}: {en_mots(s.indicateur, s.mesure, periode.le)}"
            for s in p.suivis
            if not s.est_tenu
        ]
        regle = [f"le réglage de la structure dit {accorde(p.reglee, p.procedure.unite)}"] if p.ecart_de_reglage else []
        detail = "\n".join([p.procedure.annonce, *regle, *suivis])
        lignes.append(_ligne(p.procedure.titre, detail, reverse("qualite:procedure", args=[p.procedure.pk])))
    dit = sur(len(derives), len(chiffrees))
    libelle = "Procédures qui dérivent, parmi celles qui écrivent un délai ou un rythme"
    return _section("Faire ce que l’on a écrit", [_chiffre(libelle, dit, reverse("qualite:procedures"))], lignes)


def _axes(axes: list[Axe], mesures: dict, periode: Periode) -> dict:
    lignes = []
    for axe in axes:
        suivis = [
            f"{i.libelle}{INSECABLE}: {en_mots(i, mesures[periode.du][i.code], periode.du)}, "
            f"puis {en_mots(i, mesures[periode.le][i.code], periode.le)}"
            for i in axe.indicateurs
        ]
        detail = "\n".join(suivis) or "aucun indicateur ne le suit"
        lignes.append(_ligne(axe.intitule, detail, reverse("structures:projet")))
    return _section("Axes du projet", lignes=lignes, vide="Aucun axe de développement n’est en vigueur.")


# Chaque part de la préparation, dans l'ordre de la page : une fonction de la période.
SECTIONS = (_audits, _reclamations, _enquetes, _actions, _formations, _procedures)


def _section_pour(section: dict, lecteur: Habilitation) -> dict:
    chiffres = section["chiffres"]
    if not voit_les_personnes(lecteur):
        chiffres = [chiffre | {"dit": _sans_petit_nombre(chiffre)} for chiffre in chiffres]
    chiffres, lignes = (
        [dit | {"adresse": dit["adresse"] if ouvre_l_adresse(lecteur, dit["adresse"]) else ""} for dit in part]
        for part in (chiffres, section["lignes"])
    )
    return section | {"chiffres": chiffres, "lignes": lignes}


def _sans_petit_nombre(chiffre: dict) -> str:
    """Un compte de réclamations, « 3 » ou « 1 sur 2 », figé ou non : derrière chacune il y a quelqu'un (OBS-4)."""
    if not chiffre["adresse"].startswith(reverse("qualite:reclamations")):
        return chiffre["dit"]
    atteint, *total = [int(nombre) for nombre in re.findall(r"\d+", chiffre["dit"])]
    if not total:
        return a_peu_pres(atteint)
    return en_discret(*total, atteint, "réclamations") if total[0] else chiffre["dit"]


def pour_l_ecran(preparation: dict, *, pour: Habilitation) -> dict:
    """La préparation, calculée ou figée, telle qu'un gabarit la montre à ce lecteur, et ce qu'elle résume.

    Ce qui est figé garde l'adresse de chaque liste ; n'en reste ici que ce que ce lecteur peut ouvrir aujourd'hui.
    """
    jugees = [
        s | {"avant": Verdict(s["avant"]), "maintenant": Verdict(s["maintenant"])} for s in preparation.get("specifications", ())
    ]
    return preparation | {
        "specifications": jugees,
        "sections": [_section_pour(section, pour) for section in preparation.get("sections", ())],
        "a_regarder": [s for s in jugees if s["sens"] or s["maintenant"] == Verdict.INSUFFISANT],
        "autres": [s for s in jugees if not s["sens"] and s["maintenant"] != Verdict.INSUFFISANT],
        "insuffisantes": [s for s in jugees if s["maintenant"] == Verdict.INSUFFISANT],
        "mieux": [s for s in jugees if s["sens"] == "mieux"],
        "moins_bien": [s for s in jugees if s["sens"] == "moins_bien"],
    }
