"""On essaie d'entrer : chaque formulaire d'une page d'ici, rempli comme il faut, puis une valeur d'ailleurs ou folle (RES-1)."""

import os
import re

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from cedre.comptes.models import Compte, Habilitation
from cedre.parcours.forms import FeuilleDInformation
from cedre.tests.adresses import PALIER, ROUTES, adresse, formulaires, guetter_les_ecritures, lignes
from cedre.tests.test_maison import MODELES

ROLE = "direction"  # celui qui peut le plus
FOLIES = ["\x00", "9" * 5000, "9999-12-31"]
DOSSIERS = sorted({route.split("/")[0] for route in ROUTES})
MOTEURS = ("sqlite", "postgresql")
CEUX_DU_MOTEUR = DOSSIERS if os.environ.get("TOUT") == "1" else DOSSIERS[MOTEURS.index(connection.vendor) :: 2]  # décision 0020
FOLIES_D_UN_BLOC = [*FOLIES, "x" * 70_000, "9" * 30, "0001-01-01", "9999-W52", "0001-W01"]
GESTION = ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
CLES = ("habilitation", "dossiers", "version", "geste", "tous", "x", "lu", "lecture")
PARAMETRES = ("page", "q", "attente", "referent", "prescripteur", "phase", "manque", "comme", "qui", "semaine", "nom", "prenom")
PARAMETRES += ("date_naissance", "competences-TOTAL_FORMS", "compte", "geste", "du", "au", "dossier", "nature", "actif", "next")
PARAMETRES += ("cle", "region", "type_siae", "mois", "par", "client", "besoin", "etat", "sorte", "origine", "annee")


def honnete(champ: forms.BoundField):
    """Une valeur valable pour ce champ : la sienne, sinon une plausible."""
    valeur, definition = champ.value(), champ.field
    if isinstance(definition, forms.BooleanField):
        return "on" if valeur else ""
    if isinstance(definition, forms.ModelMultipleChoiceField):
        return [str(getattr(v, "pk", v)) for v in valeur or []]
    if valeur not in (None, ""):
        return str(getattr(valeur, "pk", definition.prepare_value(valeur)))
    if isinstance(definition, forms.ModelChoiceField):
        return str(definition.queryset.values_list("pk", flat=True).first() or "") if definition.required else ""
    if isinstance(definition, forms.ChoiceField):
        return next((str(cle) for cle, _ in definition.choices if cle and definition.required), "")
    if isinstance(definition, forms.DateField):
        return "1990-02-28" if "naissance" in champ.name else str(timezone.localdate())
    if isinstance(definition, forms.TimeField):
        return "10:00"
    if isinstance(definition, forms.IntegerField):
        return "3"
    if isinstance(definition, forms.EmailField):
        return "camille@exemple.example"
    return "Texte" if definition.required else ""


def champs_de(reponse) -> dict[str, forms.BoundField]:
    """Ce qu'un navigateur enverrait de cette page : chaque champ sous le nom qu'il porte à l'envoi."""
    trouves = list(formulaires(reponse))
    for contexte in reponse.context or ():
        for couche in contexte:
            for valeur in couche.values() if isinstance(couche, dict) else ():
                if isinstance(valeur, forms.BaseFormSet):
                    trouves.append(valeur.management_form)
                elif isinstance(valeur, FeuilleDInformation):
                    trouves += [*valeur.lignes, valeur.ajout]
    return {f.add_prefix(nom): f[nom] for f in trouves for nom in f.fields}


def pages_a_remplir(monde, dossier: str, ouvrables):
    """Les pages de ce dossier que la direction peut toucher, une par route : (navigateur, adresse, champs à y remplir)."""
    client = monde.client(ROLE)
    for route in (r for r in ROUTES if r.split("/")[0] == dossier):
        for ligne in ouvrables(route, monde):
            cible = adresse(route, ligne.pk)
            reponse = client.get(cible)
            existe = reponse.status_code != 302 or envoyer(client, cible, {}) != 404
            if existe and reponse.status_code in (200, 302):
                yield client, cible, champs_de(reponse) if reponse.status_code == 200 else {}


def envoyer(client, cible: str, envoi: dict, apres=None) -> int:
    """Envoie, regarde, et remet tout en place ; apres reçoit la réponse, et les modèles dont la table a été écrite."""
    with transaction.atomic():
        with guetter_les_ecritures() as ecrits:
            reponse = client.post(cible, envoi)
        if apres:
            apres(reponse, [modele for modele in MODELES if any(f'"{modele._meta.db_table}"' in sql for sql in ecrits)])
        transaction.set_rollback(True)
    return reponse.status_code


def refuse(champ: forms.BoundField, valeur: str) -> bool:
    """Ce champ refuse de lui-même cette valeur : son formulaire ne sera pas valable."""
    try:
        champ.field.clean(champ.field.widget.value_from_datadict({"x": valeur}, {}, "x"))
    except ValidationError:
        return True
    return False


def valeurs_a_part(champ: forms.BoundField) -> list[str]:
    """Les folies que ce champ accepte, et une seule de celles qu'il refuse : refusées, elles manquent toutes de même."""
    refusees = [valeur for valeur in FOLIES if refuse(champ, valeur)]
    return [*(valeur for valeur in FOLIES if valeur not in refusees), *refusees[:1]]


def une_ligne_vaut_les_autres(champs: dict) -> dict:
    """De champs répétés de ligne en ligne, un seul, et de préférence celui d'une ligne déjà remplie."""
    remplis_en_dernier = sorted(champs.items(), key=lambda nomme: bool(nomme[1].value()))
    return {re.sub(r"\d+", "#", nom): (nom, champ) for nom, champ in remplis_en_dernier}


def modeles_vises(champ: forms.BoundField, valeur) -> set:
    """Les modèles que ce champ désigne : par sa requête, ou par les numéros qu'il propose, chaque table ayant son palier."""
    if modele := getattr(getattr(champ.field, "queryset", None), "model", None):
        return {modele}
    proposes = [valeur, *(cle for cle, _ in getattr(champ.field, "choices", ()))]
    numeros = [int(str(v)) for v in proposes if str(v).isdecimal()]
    return {MODELES[n // PALIER - 1] for n in numeros if PALIER <= n < PALIER * (len(MODELES) + 1)}


def melanges(noms: list[str]) -> list[dict[str, str]]:
    """Quatre envois dont chaque champ reçoit, de l'un à l'autre, la moitié des folies ; son voisin reçoit l'autre moitié."""
    nombre = len(FOLIES_D_UN_BLOC)
    return [{nom: FOLIES_D_UN_BLOC[(2 * tour + rang) % nombre] for rang, nom in enumerate(noms)} for tour in range(nombre // 2)]


def empreinte(monde, modeles=MODELES) -> dict:
    """Tout ce qui est écrit de ces modèles dans cette structure."""
    return {
        m: list(m._base_manager.filter(**{m.PARTAGE.organisation: monde.organisation.pk}).order_by("pk").values_list())
        for m in modeles
        if m.PARTAGE.organisation
    }


def liens_vers(ailleurs, ici, modeles) -> list[str]:
    """Les lignes d'ici de ces modèles qui citent une ligne ou un compte d'ailleurs."""
    comptes = Habilitation.objects.filter(organisation=ailleurs.organisation).values("compte")
    trouves = []
    for modele in (m for m in modeles if m.PARTAGE.organisation and m.__name__ not in ("Trace", "Organisation")):
        siennes = modele._base_manager.filter(**{modele.PARTAGE.organisation: ici.organisation.pk})
        for champ in (c for c in modele._meta.concrete_fields if c.related_model):
            partition = champ.related_model.PARTAGE.organisation
            if champ.related_model is Compte:
                etrangeres = siennes.filter(**{f"{champ.name}__in": comptes})
            elif partition:
                chemin = champ.name if partition == "id" else f"{champ.name}__{partition}"
                etrangeres = siennes.filter(**{chemin: ailleurs.organisation.pk})
            else:
                continue
            trouves += [f"{modele.__name__}.{champ.name}"] if etrangeres.exists() else []
    return trouves


@pytest.mark.parametrize("dossier", DOSSIERS)
def test_un_identifiant_d_ailleurs_dans_un_envoi_valable_n_ecrit_rien(mondes, ouvrables, dossier):
    ici, ailleurs = mondes
    avant = empreinte(ailleurs)
    etrangers = {ligne._meta.model: str(ligne.pk) for ligne in lignes(ailleurs)}
    etrangers[Compte] = str(ailleurs.hab["cip"].compte_id)

    def rien_d_ailleurs(reponse, ecrits):
        assert empreinte(ailleurs, ecrits).items() <= avant.items()
        assert liens_vers(ailleurs, ici, ecrits) == []
        if reponse.status_code == 200 and not reponse.streaming:
            assert b"Zzyzxa" not in reponse.content

    for client, cible, champs in pages_a_remplir(ici, dossier, ouvrables):
        envoi = {nom: honnete(champ) for nom, champ in champs.items()}
        refuses = {}
        for nom, champ in une_ligne_vaut_les_autres(champs).values():
            visees = [etrangers[modele] for modele in modeles_vises(champ, envoi[nom]) if modele in etrangers]
            if not visees and champ.is_hidden and not nom.endswith(GESTION) and not str(envoi[nom]).isdecimal():
                visees = etrangers.values()  # rien ne dit ce que ce champ caché désigne
            for etranger in visees:
                if refuse(champ, etranger):
                    refuses[nom] = etranger
                else:
                    envoyer(client, cible, envoi | {nom: etranger}, rien_d_ailleurs)
        if refuses:  # tous à la fois : une vue qui lirait l'envoi sans passer par son formulaire se trahirait encore
            envoyer(client, cible, envoi | refuses, rien_d_ailleurs)


@pytest.mark.parametrize("dossier", CEUX_DU_MOTEUR)
def test_aucune_valeur_folle_ne_fait_tomber_une_page(mondes, ouvrables, dossier):
    ici, _ = mondes
    for client, cible, champs in pages_a_remplir(ici, dossier, ouvrables):
        for folies in melanges(PARAMETRES):
            reponse = client.get(cible, folies)
            assert reponse.status_code < 500
            if "GET" not in vars(reponse.wsgi_request):  # la page ne lit aucun paramètre : les autres valeurs n'y changent rien
                break
        for folies in melanges([*champs, *CLES]):
            code = envoyer(client, cible, folies)
            assert code < 500
            if code == 405:  # la page ne reçoit aucun envoi
                break
        envoi = {nom: honnete(champ) for nom, champ in champs.items()}
        for nom, champ in {type(champ.field): (nom, champ) for nom, champ in champs.items()}.values():
            for valeur in valeurs_a_part(champ):
                assert envoyer(client, cible, envoi | {nom: valeur}) < 500
