"""Les formulaires d'une alerte : la dire, y joindre chiffres et paroles, proposer, envoyer, noter la suite, clore (OBS-4)."""

from django import forms
from django.utils import timezone
from django.utils.text import capfirst

from cedre.comptes.models import Habilitation
from cedre.core.formulaires import DateInput, proposer
from cedre.core.indicateurs import tous
from cedre.core.texte import normaliser
from cedre.observatoire.models import Terme
from cedre.observatoire.models.alertes import Alerte, ChiffreJoint, Destinataire, Parole, Retombee

TOUS = "tous"


def _mots(lignes: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": lignes})


class AlerteForm(forms.ModelForm):
    """Ce que l'on voit, et la cause que l'on y lit."""

    class Meta:
        model = Alerte
        fields = ["titre", "domaine", "precision", "constat", "ouverte_le", "proposition"]
        widgets = {"constat": _mots(5), "ouverte_le": DateInput, "proposition": _mots(5)}
        labels = {"titre": "En une phrase", "domaine": "Le domaine", "constat": "Ce que l’on voit"}
        help_texts = {
            "titre": "Ce qu’un·e élu·e en retiendra.",
            "domaine": "Celui du cadre commun dont vient l’exclusion, si c’en est un.",
            "precision": "Par exemple : le dernier car part à 18 h.",
            "constat": "Ce qui empêche les personnes. Les nombres viennent des chiffres joints : n’en écrivez pas de petit, qui "
            "ferait reconnaître quelqu’un.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        proposer(self, domaine=Terme.objects.de("domaine"))
        self.fields["domaine"].empty_label = "Aucun de ceux-là"
        self.fields["proposition"].required = True
        del self.fields["ouverte_le" if self.instance.pk else "proposition"]
        if self.instance.pk and not self.instance.proposee_le:
            del self.fields["proposition"]

    def clean(self):
        donnees = super().clean()
        if not (donnees.get("domaine") or donnees.get("precision")):
            self.add_error("precision", "Choisissez un domaine, ou dites la cause.")
        return donnees


class ChoisirForm(forms.Form):
    """Le chiffre à joindre, son moment, et comment on le range."""

    chiffre = forms.ChoiceField(label="Ce que l’on compte")
    coupe = forms.ChoiceField(label="Rangé par", required=False)
    du = forms.DateField(
        label="Du",
        required=False,
        widget=DateInput,
        help_text="Vide : les douze mois qui finissent ce jour-là. Rien de ce qui se mesure un jour.",
    )
    au = forms.DateField(label="Au", widget=DateInput)

    def __init__(self, envoi, **kwargs):
        super().__init__({"au": timezone.localdate(), **envoi.dict()} if "chiffre" in envoi else None, **kwargs)
        par_nom = sorted(tous().values(), key=lambda i: normaliser(i.libelle))
        self.fields["chiffre"].choices = [("", "Choisir…"), *((i.code, i.libelle) for i in par_nom)]
        choisi = tous().get(self.data.get("chiffre", ""))
        coupes = choisi.coupes_de(timezone.localdate()) if choisi else ()
        self.fields["coupe"].choices = [("", "Sans le ranger"), *((nom, capfirst(nom)) for nom in coupes)]
        self.initial.setdefault("au", timezone.localdate())

    def clean(self):
        donnees = super().clean()
        du, au = donnees.get("du"), donnees.get("au")
        if au and au > timezone.localdate():
            self.add_error("au", "Cette date est à venir.")
        if du and au and du > au:
            self.add_error("du", "Ce jour vient après l’autre.")
        return donnees

    @property
    def choix(self) -> dict:
        """Ce que a_joindre attend : l'indicateur, son moment et sa coupe."""
        choix = dict(self.cleaned_data)
        return {"indicateur": tous()[choix.pop("chiffre")], **choix}


class JoindreForm(forms.Form):
    """Parmi ce que l'on vient de mesurer, ce que l'on joint."""

    parts = forms.MultipleChoiceField(label="Ce que l’on joint", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, chiffres: list[ChiffreJoint], pour: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.chiffres = {chiffre.valeur or TOUS: chiffre for chiffre in chiffres}
        self.fields["parts"].choices = [(cle, _lu(chiffre, pour)) for cle, chiffre in self.chiffres.items()]
        self.fields["parts"].initial = [TOUS]

    @property
    def choisis(self) -> list[ChiffreJoint]:
        """Ceux que l'on a cochés."""
        return [self.chiffres[cle] for cle in self.cleaned_data["parts"]]


def _lu(chiffre: ChiffreJoint, pour: Habilitation) -> str:
    return f"{chiffre.valeur or 'Ensemble'} : {chiffre.en_mots(pour)} (imprimé : {chiffre.en_mots()})"


class ParoleForm(forms.ModelForm):
    """Ce qu'une personne accepte que l'on répète."""

    class Meta:
        model = Parole
        fields = ["texte", "accord", "accord_le"]
        widgets = {"texte": _mots(3), "accord": forms.RadioSelect, "accord_le": DateInput}
        labels = {"texte": "Ce qu’elle dit", "accord": "Son accord"}
        help_texts = {"texte": "Ses mots, sans son nom ni rien qui la fasse reconnaître : elle sait qu’ils seront montrés."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="parole_%s", **kwargs)
        self.fields["texte"].required = True
        self.fields["accord"].choices = Parole.Accord.choices


class PropositionForm(forms.Form):
    """Ce que l'on propose."""

    proposition = forms.CharField(
        label="Ce que l’on propose",
        max_length=Alerte._meta.get_field("proposition").max_length,
        widget=_mots(5),
        help_text="Ce que l’on demande, et ce que la structure y met d’elle-même.",
    )
    le = forms.DateField(label="Écrite le", widget=DateInput, initial=timezone.localdate)


class DestinataireForm(forms.ModelForm):
    """À qui, quel jour, comment."""

    class Meta:
        model = Destinataire
        fields = ["a_qui", "sorte", "moyen", "le"]
        widgets = {"le": DateInput}
        labels = {"a_qui": "À qui"}
        help_texts = {
            "a_qui": "Une institution ou une fonction, jamais un nom : la mairie de…, la vice-présidence aux transports."
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="envoi_%s", **kwargs)
        self.fields["sorte"].choices = [("", "Choisir…"), *Destinataire.Sorte.choices]


class ReponseAUneAlerteForm(forms.ModelForm):
    """La réponse d'un destinataire, ou qu'il n'y en a pas eu."""

    class Meta:
        model = Destinataire
        fields = ["suite", "reponse", "repondu_le"]
        widgets = {"suite": forms.RadioSelect, "reponse": _mots(3), "repondu_le": DateInput}
        labels = {"suite": "La suite donnée", "reponse": "Ce qui est répondu", "repondu_le": "Le"}
        help_texts = {
            "reponse": "Vide s’il n’y a pas eu de réponse.",
            "repondu_le": "Sans réponse : quand on cesse d’attendre.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["suite"].choices = Destinataire.Suite.choices
        for nom in ("suite", "repondu_le"):
            self.fields[nom].required = True
        self.initial["repondu_le"] = self.instance.repondu_le or timezone.localdate()


class RetombeeForm(forms.ModelForm):
    """Ce qui a suivi, un jour."""

    class Meta:
        model = Retombee
        fields = ["texte", "le"]
        widgets = {"texte": _mots(2), "le": DateInput}
        labels = {"texte": "Ce qui a suivi", "le": "Quel jour"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="retombee_%s", **kwargs)


class CloreAlerteForm(forms.Form):
    """Ce que l'on en retient."""

    retenu = forms.CharField(
        label="Ce que l’on en retient", max_length=Alerte._meta.get_field("retenu").max_length, widget=_mots(3)
    )


class FiltreAlerteForm(forms.Form):
    """Les filtres de la liste, gardés dans l'adresse."""

    ETATS = {"": "Ouvertes", "attendent": "Attendent une réponse", "closes": "Closes", "toutes": "Toutes"}

    q = forms.CharField(
        label="Chercher",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Un mot", "autocomplete": "off"}),
    )
    etat = forms.ChoiceField(label="Où elle en est", required=False, choices=list(ETATS.items()))

    def appliquer(self, alertes):
        """Restreint aux filtres valables."""
        self.full_clean()
        etat, mot = self.cleaned_data.get("etat", ""), self.cleaned_data.get("q", "")
        if etat != "toutes":
            alertes = getattr(alertes, etat or "ouvertes")()
        return alertes.filter(titre__icontains=mot) if mot else alertes
