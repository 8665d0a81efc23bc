"""Les formulaires du travail : mises en situation, relevé d'heures, besoins (INS-4, TRA-2)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django import forms
from django.db.models import Q
from django.utils import timezone

from cedre.comptes.models import Habilitation
from cedre.core.formulaires import DateInput, proposer
from cedre.parcours.models import ActionAssociee, Besoin, Engagement, MiseEnSituation, Objectif, Personne, referents_possibles
from cedre.parcours.releve import MOIS, SEMAINE, mois_de
from cedre.partenariats.models import Client
from cedre.structures.models import FicheDePoste

MOIS_PAR_AN, SEMAINES_PAR_AN = 12, 52


class _ChoixObjectif(forms.ModelChoiceField):
    def label_from_instance(self, objectif):
        return f"{objectif} ({objectif.engagement})"


class MiseEnSituationForm(forms.ModelForm):
    """Une mise en situation : où, pour quel objectif, quand (INS-4)."""

    objectif = _ChoixObjectif(
        Objectif.objects.none(),
        label="L’objectif qu’elle sert",
        required=False,
        empty_label="Aucun : heures distribuées sans objectif",
        help_text="Un objectif d’un engagement de la personne.",
    )

    class Meta:
        model = MiseEnSituation
        fields = [
            "client",
            "atelier",
            "client_de_l_atelier",
            "fiche_de_poste",
            "objectif",
            "du",
            "au",
            "heures_prevues",
            "precisions",
        ]
        widgets = {"du": DateInput, "au": DateInput, "heures_prevues": forms.NumberInput(attrs={"inputmode": "decimal"})}
        help_texts = {
            "atelier": "Si ce n’est pas chez un client.",
            "client_de_l_atelier": "Le donneur d’ordre, ou la collectivité, pour qui cet atelier travaille.",
            "au": "Vide tant que la fin n’est pas connue.",
        }

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        proposer(
            self,
            client=Client.objects.pour(habilitation).proposes(),
            client_de_l_atelier=Client.objects.pour(habilitation).proposes(),
            fiche_de_poste=FicheDePoste.objects.pour(habilitation).filter(active=True),
        )
        siens = Objectif.objects.pour(habilitation).filter(engagement__personne=self.instance.personne_id)
        siens_alors = siens.filter(pk=self.instance.objectif_id)
        if self.instance.pk and (fin := self.instance.au) and fin < timezone.localdate():
            siens_alors |= siens.filter(engagement__in=Engagement.objects.couraient_encore(fin))
        ouverts = siens.en_vigueur().exclude(engagement__etat=Engagement.Etat.CLOS)
        self.fields["objectif"].queryset = (
            (ouverts | siens_alors).select_related("engagement__type_engagement").order_by("-engagement__debut", "rang", "pk")
        )


def proposition(personne: Personne, besoin: Besoin | None = None) -> dict:
    """Ce qu'une nouvelle mise en situation propose : l'objectif de l'engagement en cours, et ce que dit un besoin (TRA-2)."""
    le = timezone.localdate()
    courants = Engagement.objects.filter(personne=personne).en_cours(le)
    propose = {"du": le, "objectif": Objectif.objects.en_vigueur().filter(engagement__in=courants).order_by("rang", "pk").first()}
    if besoin:
        par_mois = round(besoin.heures * SEMAINES_PAR_AN / MOIS_PAR_AN) if besoin.heures else None
        propose |= {
            "client": besoin.client_id,
            "fiche_de_poste": besoin.fiche_de_poste_id,
            "du": max(le, besoin.du),
            "au": besoin.au,
            "heures_prevues": par_mois,
            "precisions": ", ".join(filter(None, [besoin.horaires, besoin.lieu]))[:300],
        }
    return propose


class EnsuiteForm(forms.Form):
    """Ce que servent ensuite le travail et les actions d'un engagement clos : un objectif du nouveau, ou aucun (§ 2.3 b)."""

    AUCUN = "aucun"

    def __init__(self, *args, objectifs: Iterable[Objectif], lignes: Iterable[MiseEnSituation | ActionAssociee], **kwargs):
        super().__init__(*args, **kwargs)
        self.objectifs = {str(objectif.pk): objectif for objectif in objectifs}
        self.lignes = {f"{'mets' if isinstance(ligne, MiseEnSituation) else 'action'}_{ligne.pk}": ligne for ligne in lignes}
        choix = [("", "Choisir"), *((pk, str(objectif)) for pk, objectif in self.objectifs.items()), (self.AUCUN, "Aucun")]
        for nom, ligne in self.lignes.items():
            servait = f"Servait : {ligne.objectif or ligne.engagement}"
            self.fields[nom] = forms.ChoiceField(label=str(ligne), choices=choix, help_text=servait)

    @property
    def choix(self) -> dict[MiseEnSituation | ActionAssociee, Objectif | None]:
        """L'objectif choisi de chacun, ou aucun."""
        return {ligne: self.objectifs.get(self.cleaned_data[nom]) for nom, ligne in self.lignes.items()}


class FinForm(forms.Form):
    """Le dernier jour d'une mise en situation."""

    au = forms.DateField(label="Dernier jour", widget=DateInput)


class ReleveForm(forms.Form):
    """Le mois, la taille des colonnes et les filtres d'un relevé d'heures, gardés dans l'adresse."""

    mois = forms.CharField(label="Mois", required=False, max_length=7, widget=forms.TextInput(attrs={"type": "month"}))
    par = forms.ChoiceField(
        label="Une colonne par", required=False, choices=[(SEMAINE, "Semaine"), (MOIS, "Mois")], initial=SEMAINE
    )
    client = forms.ModelChoiceField(Client.objects.none(), label="Client", required=False, empty_label="Tous")
    referent = forms.ModelChoiceField(None, label="Référent·e", required=False, empty_label="Tous")

    def __init__(self, data, *, habilitation: Habilitation):
        super().__init__(data)
        self.fields["client"].queryset = Client.objects.pour(habilitation)
        self.fields["referent"].queryset = referents_possibles(habilitation)
        self.full_clean()

    @property
    def mois_choisi(self) -> date:
        """Son premier jour."""
        return mois_de(self.cleaned_data.get("mois") or "")

    @property
    def colonnes_par(self) -> str:
        """« semaine » ou « mois »."""
        return self.cleaned_data.get("par") or SEMAINE

    def appliquer(self, mises_en_situation):
        """Restreint les mises en situation aux filtres valables."""
        choix = self.cleaned_data
        if choix.get("client"):
            pour = Q(client=choix["client"]) | Q(client_de_l_atelier=choix["client"])
            mises_en_situation = mises_en_situation.filter(pour)
        if choix.get("referent"):
            mises_en_situation = mises_en_situation.filter(personne__referent=choix["referent"])
        return mises_en_situation


class BesoinForm(forms.ModelForm):
    """Ce qu'un client demande : quel poste, quand, où, combien (TRA-2)."""

    class Meta:
        model = Besoin
        fields = ["client", "intitule", "fiche_de_poste", "lieu", "horaires", "du", "au", "heures", "places", "additionnel"]
        widgets = {"du": DateInput, "au": DateInput}
        help_texts = {"fiche_de_poste": "C’est par elle que l’on trouve les personnes dont l’engagement prévoit ce travail."}

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        proposer(
            self,
            client=Client.objects.pour(habilitation).proposes(),
            fiche_de_poste=FicheDePoste.objects.pour(habilitation).filter(active=True),
        )
        self.fields["additionnel"].choices = [("", "Pas encore dit"), *Besoin.Additionnel.choices]

    def clean_heures(self):
        heures = self.cleaned_data["heures"]
        if heures is not None and not Decimal(0) < heures <= 60:
            raise forms.ValidationError("Plus de zéro, et soixante heures par semaine au plus.")
        return heures
