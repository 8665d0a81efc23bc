"""Le rapport de l'AI de l'exemple : l'année close est publiée et transmise ; celle-ci s'écrit (OBS-2)."""

from datetime import date

from cedre.comptes.models import Habilitation
from cedre.core.periodes import annee
from cedre.demonstration.calendrier import ouvre_apres
from cedre.demonstration.maison import Maison
from cedre.observatoire.cadres import en_vigueur
from cedre.observatoire.models import Rapport
from cedre.observatoire.operations import rapports

MOTS = """L’année a été celle du bassin qui embauche le soir et le samedi, et des personnes qui ne peuvent pas y aller.

Nous avons reçu plus de monde, plus vite. Les parcours durent un peu plus longtemps : les freins se travaillent à plusieurs, \
et un logement qui tient compte autant qu’une formation. Ce que les nombres disent moins bien, ce sont les pas : un premier \
entretien seul, un permis repris, une semaine entière sans manquer."""
COMMENTAIRES = {
    "accueil": "Le délai annoncé tient depuis que deux permanences par semaine reçoivent sans rendez-vous.",
    "freins": "La mobilité reste le premier frein : le dernier car part à 18 h. Voir notre alerte au syndicat des transports.",
    "sorties": "Les sorties en emploi durable viennent pour moitié d’employeurs qui avaient reçu la personne en immersion.",
    "satisfaction": "Les salarié·es demandent des bilans plus courts et plus fréquents : c’est fait depuis l’automne.",
}
COMMENTAIRES_EN_COURS = {"accueil": "À reprendre : l’affluence de septembre."}


def rendre_compte(maison: Maison) -> None:
    """Publie et transmet l'année close, et commence celle-ci."""
    chez = maison.organisation
    par = Habilitation.objects.select_related("organisation", "compte").get(organisation=chez, role="direction")
    publie_le = min(ouvre_apres(date(maison.fin.year, 2, 12)), maison.fin)
    close = _ecrire(chez, date(maison.fin.year - 1, 1, 1), MOTS, COMMENTAIRES, par=par)
    rapports.publier(close, par=par, le=publie_le)
    rapports.transmettre(close, par=par, le=min(ouvre_apres(publie_le, 5), maison.fin))
    _ecrire(chez, date(maison.fin.year, 1, 1), "", COMMENTAIRES_EN_COURS, par=par)


def _ecrire(chez, premier_jour: date, mots: str, commentaires: dict[str, str], *, par: Habilitation) -> Rapport:
    periode = annee(premier_jour)
    brouillon = rapports.commencer(chez, en_vigueur(periode.au), periode, par=par)
    return rapports.ecrire(brouillon, mots=mots, commentaires=commentaires, lus={}, par=par)
