"""Ce qu'il faut savoir en embauchant, sans que cela n'empêche rien : PASS IAE, contrats cumulés, accueil incomplet."""

from collections.abc import Sequence

from cedre.parcours.models import Contrat, PassIAE, Personne


def _du_pass(contrat: Contrat, passes: Sequence[PassIAE]) -> str:
    ouverts = [p for p in passes if p.debut <= contrat.debut]
    if not ouverts:
        return "Aucun PASS IAE n’est noté pour le premier jour de ce contrat."
    fin = max(p.fin for p in ouverts)
    if fin < (contrat.fin or contrat.debut):
        return f"Le PASS IAE finit le {fin:%d/%m/%Y}, avant ce contrat : demandez sa prolongation, ou corrigez-le."
    return ""


def _du_cumul(contrat: Contrat, contrats: Sequence[Contrat]) -> str:
    autres = [
        c
        for c in contrats
        if c != contrat and (c.fin is None or c.fin >= contrat.debut) and (contrat.fin is None or c.debut <= contrat.fin)
    ]
    return f"Il court en même temps qu’un autre : {', '.join(map(str, autres))}." if autres else ""


def reserves(personne: Personne, contrats: Sequence[Contrat], passes: Sequence[PassIAE]) -> list[str]:
    """Les réserves sur le dernier contrat, tant qu'il n'est pas fini. personne : annotée par avec_reperes."""
    contrat = next((c for c in contrats if c.court() or c.a_venir), None)
    if contrat is None:
        return []
    dites = [_du_pass(contrat, passes), _du_cumul(contrat, contrats)]
    if len(contrats) == 1:
        dites.append("" if personne.statut_explique_le else "Le statut de salarié ne lui a pas encore été expliqué.")
        dites.append("" if personne.evaluee_le else "Aucune évaluation conjointe n’a été faite.")
    return [reserve for reserve in dites if reserve]
