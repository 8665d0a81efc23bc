"""L'éligibilité administrative à l'IAE : ce que l'on coche, ce qui s'en déduit, combien il en faut (nomenclatures §2, OBS-1)."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Habilitation
from cedre.observatoire.models import Terme
from cedre.parcours.models import Contrat, Personne

AUCUN = "aucun"
DEDUITS = ("rsa", "ass", "aah", "detld", "deld", "formation", "senior", "jeune", "rqth")
CAP_OU_INFRA = ("50", "51", "60", "70", "00", "01")
DE_NIVEAU_2 = {"AI": 2, "ETTI": 2, "ACI": 3, "EI": 3}
EN_LETTRES = ("zéro", "un", "deux", "trois")


def deduire(*, prestations: Collection[str], duree_chomage: str, formation: str, age: int | None, rqth: bool | None) -> set[str]:
    """Les codes des critères que le reste du dossier dit déjà. Les autres : des codes du cadre commun, "" si rien n'est dit.

    >>> sorted(deduire(prestations=["rsa_majore"], duree_chomage="24_plus", formation="40", age=25, rqth=None))
    ['detld', 'jeune', 'rsa']
    """
    dits = {
        "rsa": bool({"rsa", "rsa_majore"} & set(prestations)),
        "ass": "ass" in prestations,
        "aah": "aah" in prestations,
        "detld": duree_chomage == "24_plus",
        "deld": duree_chomage == "12_23",
        "formation": formation in CAP_OU_INFRA,
        "senior": age is not None and age >= 50,
        "jeune": age is not None and age < 26,
        "rqth": rqth is True,
    }
    return {code for code, dit in dits.items() if dit}


@dataclass(frozen=True)
class Eligibilite:
    """Les critères connus d'une personne, cochés et déduits, et s'ils suffisent dans une structure de ce type."""

    coches: list[Terme]
    deduits: list[Terme]
    type_siae: str

    def de_niveau(self, niveau: str) -> int:
        """Combien de critères connus sont de ce niveau."""
        return sum(terme.categorie == niveau for terme in (*self.coches, *self.deduits))

    @property
    def il_en_faut(self) -> int:
        """Combien de critères de niveau 2, faute d'un de niveau 1."""
        return DE_NIVEAU_2[self.type_siae]

    @property
    def suffit(self) -> bool:
        """Vrai si un critère de niveau 1 est connu, ou assez de niveau 2."""
        return self.de_niveau("1") >= 1 or self.de_niveau("2") >= self.il_en_faut

    @property
    def regle(self) -> str:
        """Ce qu'il faut, dans une structure de ce type."""
        faut = EN_LETTRES[self.il_en_faut]
        return f"Un critère de niveau 1 suffit ; de niveau 2, il en faut {faut} en {self.type_siae}."

    @property
    def conclusion(self) -> str:
        """Ce que l'on en sait aujourd'hui ; jamais que la personne n'est pas éligible."""
        if self.suffit:
            return "Les critères connus suffisent."
        return f"Les critères connus ne suffisent pas encore : {self.de_niveau('2')} de niveau 2 sur {self.il_en_faut}."


def eligibilite_de(personne: Personne, habilitation: Habilitation) -> Eligibilite:
    """Celle de cette personne, à son âge à l'embauche, ou à celui d'aujourd'hui ; la RQTH n'en est que pour qui lit la santé."""
    prestations = Personne.prestations.through.objects.filter(personne=personne.pk)
    coches = Personne.criteres.through.objects.filter(personne=personne.pk, terme=OuterRef("pk"))
    contrats = Contrat.objects.en_cours(timezone.localdate()).filter(personne=personne.pk).order_by("-debut", "-pk")
    dite = Q(liste=Terme.Liste.PRESTATION, pk__in=prestations.values("terme"))
    lus = Terme.objects.filter(dite | Q(liste=Terme.Liste.CRITERE))
    termes = list(lus.annotate(coche=Exists(coches), embauche=Subquery(contrats.values("debut")[:1])))
    deduits = deduire(
        prestations=[terme.code for terme in termes if terme.liste == Terme.Liste.PRESTATION],
        duree_chomage=personne.duree_chomage.code if personne.duree_chomage else "",
        formation=personne.niveau_formation.code if personne.niveau_formation else "",
        age=personne.age(termes[0].embauche if termes else None),
        rqth=personne.rqth if habilitation.peut(Droit.SANTE_LIRE) else None,
    )
    siens = [terme for terme in termes if terme.liste == Terme.Liste.CRITERE]
    return Eligibilite(
        coches=[terme for terme in siens if terme.coche and terme.code != AUCUN],
        deduits=[terme for terme in siens if terme.code in deduits],
        type_siae=personne.organisation.type_siae,
    )
