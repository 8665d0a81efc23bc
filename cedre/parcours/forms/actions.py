"""Les formulaires des actions associées : la séance et sa feuille, l'action suivie seule (INS-5)."""

from django import forms

from cedre.comptes.models import Habilitation
from cedre.core.formulaires import DateInput, HeureInput, proposer
from cedre.parcours.forms.seances import FeuilleDeSeance, LigneDeSeance
from cedre.parcours.models import ActionAssociee, Engagement, Objectif, Seance
from cedre.structures.models import Offre


class AtelierForm(forms.ModelForm):
    """Une séance d'une action de l'offre : quand, où, combien de places."""

    class Meta:
        model = Seance
        fields = ["offre", "le", "heure", "duree", "lieu", "capacite", "animee_par"]
        widgets = {"le": DateInput, "heure": HeureInput}
        help_texts = {"duree": "En minutes. Ce sont les heures de chaque personne venue."}

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        proposer(self, offre=Offre.objects.pour(habilitation).proposees())


class LigneAtelier(LigneDeSeance):
    """Une personne sur la feuille d'un atelier."""

    NOTES = {"presence": "etat"}
    MOTS = {ActionAssociee.Etat.PREVUE: "Attendue", ActionAssociee.Etat.FAITE: "Présente"}


class FeuilleAtelier(FeuilleDeSeance):
    """La feuille d'un atelier."""

    LIGNE = LigneAtelier


class ActionForm(forms.ModelForm):
    """Une action suivie seule, ou une formation sur une période. Venue d'une séance, sa date et sa présence s'y notent."""

    A_LA_SEANCE = ("offre", "le", "au", "heures", "etat")

    class Meta:
        model = ActionAssociee
        fields = ["offre", "objectif", "le", "au", "heures", "etat", "resultat", "certificat"]
        widgets = {
            "le": DateInput,
            "au": DateInput,
            "etat": forms.RadioSelect,
            "resultat": forms.Textarea(attrs={"rows": 3}),
        }
        labels = {"le": "À partir du"}
        help_texts = {
            "objectif": "De son engagement en cours, ou de celui d’alors.",
            "au": "Pour une formation ; vide si elle tient en un jour.",
            "heures": "Celles qui ont été faites, ou qui sont prévues.",
            "resultat": "Ce que cela a donné. Rien sur la santé ni la justice.",
        }

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        siens = Engagement.objects.filter(personne=self.instance.personne)
        alors = siens.filter(etat=Engagement.Etat.EN_COURS)
        if self.instance.pk:
            alors |= siens.couraient_encore(self.instance.au or self.instance.le)
        proposer(
            self,
            offre=Offre.objects.pour(habilitation).proposees(),
            objectif=Objectif.objects.pour(habilitation).en_vigueur().filter(engagement__in=alors),
        )
        if self.instance.seance_id:
            for nom in self.A_LA_SEANCE:
                del self.fields[nom]
