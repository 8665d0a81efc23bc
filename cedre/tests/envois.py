"""Des envois valables pour n'importe quelle page, et les mêmes à un champ près : ce qu'un usager peut faire d'un formulaire."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from html import unescape
from unittest.mock import patch

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Model
from django.http import QueryDict
from django.test import Client
from django.urls import NoReverseMatch, resolve, reverse
from django.utils import timezone

from cedre.comptes.models import Habilitation
from cedre.parcours.forms.seances import FeuilleDeSeance
from cedre.tests.adresses import appeler, formulaires, guetter_les_ecritures, liberer

ESSAIS, COURRIEL = 8, "camille@exemple.example"
PASSEE = "il y a 60 jours"
MOTIF = {"motif_du_passe": "date"}
AILLEURS = {"next", "page", "q", "motif_du_passe"}  # ce qu'une vue lit de son adresse
A_CHOISIR = (forms.ChoiceField, forms.ModelChoiceField)
A_COCHER = (forms.MultipleChoiceField, forms.ModelMultipleChoiceField)
TABLE = re.compile(r'\s*(?:INSERT INTO|INSERT OR IGNORE INTO|UPDATE|DELETE FROM)\s+"(\w+)"')


def tables_de(ecrits: list[str]) -> frozenset[str]:
    """Les tables où ces ordres écrivent."""
    return frozenset(trouve[1] for sql in ecrits if (trouve := TABLE.match(sql)))


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
        return COURRIEL
    return "Texte" if definition.required else ""


def champs_de(contextes) -> dict[str, forms.BoundField]:
    """Ce qu'un navigateur enverrait de cette page : chaque champ sous le nom qu'il porte à l'envoi."""
    trouves = formulaires(contextes)
    for contexte in contextes or ():
        for couche in contexte:
            for valeur in couche.values() if isinstance(couche, dict) else ():
                if isinstance(valeur, forms.BaseFormSet):
                    trouves.append(valeur.management_form)
                elif isinstance(valeur, FeuilleDeSeance):
                    trouves += [*valeur.lignes, valeur.ajout]
    return {f.add_prefix(nom): f[nom] for f in trouves for nom in f.fields}


def une_ligne_vaut_les_autres(champs: dict) -> dict:
    """De champs répétés de ligne en ligne, un seul, et de préférence celui d'une ligne déjà remplie."""
    remplis_en_dernier = sorted(champs.items(), key=lambda nomme: bool(nomme[1].value()))
    return {re.sub(r"\d+", "#", nom): (nom, champ) for nom, champ in remplis_en_dernier}


@contextmanager
def cles_lues():
    """Rend l'ensemble, qui se remplira, des noms que le bloc cherche dans une adresse ou un envoi."""
    lues = set()

    def noter(methode):
        def lire(soi, cle, *reste):
            lues.add(cle)
            return methode(soi, cle, *reste)

        return lire

    methodes = ("__getitem__", "__contains__", "get", "getlist")
    with patch.multiple(QueryDict, **{nom: noter(getattr(QueryDict, nom)) for nom in methodes}):
        yield lues


def choix_de(champ: forms.BoundField) -> list[str]:
    """Les valeurs que propose un champ à choix."""
    if isinstance(champ.field, forms.ModelChoiceField):
        return [str(champ.field.prepare_value(ligne)) for ligne in champ.field.queryset.order_by("pk")[:6]]
    return [str(cle) for groupe in champ.field.choices for cle in _cles(groupe) if str(cle)]


def _cles(choix) -> list:
    cle, nom = choix
    return [sous for sous, _ in nom] if isinstance(nom, list | tuple) else [cle]


def jour(decalage: int) -> str:
    """Un jour, compté depuis aujourd'hui, tel qu'un formulaire l'envoie."""
    return str(timezone.localdate() + timedelta(days=decalage))


def candidats(champ: forms.BoundField) -> list:
    """Les valeurs à essayer l'une après l'autre quand la première est refusée."""
    definition = champ.field
    if isinstance(definition, forms.BooleanField):
        return ["on", ""]
    if isinstance(definition, A_COCHER):
        return [[un] for un in choix_de(champ)] or [[]]
    if isinstance(definition, A_CHOISIR):
        return choix_de(champ) or [""]
    if isinstance(definition, forms.DateField):
        return [jour(0), jour(-1), jour(20), jour(-40), "", jour(90)]
    if isinstance(definition, forms.FileField):
        return [SimpleUploadedFile("piece.pdf", b"%PDF-1.7\n%%EOF", "application/pdf")]
    if isinstance(definition, forms.DecimalField | forms.IntegerField):
        return ["1", "10", "2026", "0", ""]
    if isinstance(definition, forms.TimeField):
        return ["10:00", "14:00", ""]
    return ["Un texte assez long pour dire quelque chose.", "99100", "01 99 00 12 34", "K1304", ""]


@dataclass
class Retour:
    """Ce qu'un envoi a donné : le code, les tables écrites, ce que chaque formulaire refuse, ce qu'on a regardé."""

    code: int
    ecrites: frozenset[str] = frozenset()
    refus: dict[str, list] = field(default_factory=dict)
    vu: object = None
    contexte: dict = field(default_factory=dict)

    @property
    def accepte(self) -> bool:
        """Le geste est fait : quelque chose est écrit, et rien n'est refusé."""
        return self.code in (200, 204, 302) and bool(self.ecrites) and not self.refus

    @property
    def attend_un_motif(self) -> bool:
        """Le geste change le passé : il faut dire pourquoi."""
        return self.code == 409 and "bouge" in self.contexte

    @property
    def sans_effet(self) -> bool:
        """La page se montre, et rien n'en est lu : elle ne reçoit pas d'envoi."""
        return self.code == 200 and not self.ecrites and not self.refus


class Formulaire:
    """Une page où l'on peut écrire, pour une habilitation et une ligne, par la vue seule."""

    def __init__(self, cible: str, client: Client, habilitation: Habilitation, ligne: Model | None):
        self.cible, self.client, self.habilitation, self.ligne = cible, client, habilitation, ligne
        self.champs, self.boutons, self.lues, self.muette = {}, {}, set(), False

    def ouvrir(self) -> bool:
        """Cherche ce que la page, celle qui porte le formulaire et un envoi vide donnent à remplir ; faux si rien."""
        with cles_lues() as lues:
            vide = appeler(self.cible, self.habilitation, "post")
        if vide.code in (403, 404, 405):
            return False
        for contexte in (appeler(self._porteuse, self.habilitation).contexte, vide.contexte):
            self.champs = champs_de([[contexte]]) | self.champs
        a_trouver = {cle for cle in lues if isinstance(cle, str) and cle not in AILLEURS}
        a_trouver -= {nom for nom, champ in self.champs.items() if not champ.is_hidden or champ.value()}
        self.boutons = self._ecrits(a_trouver) if a_trouver else {}
        return True

    def _ecrits(self, noms: set[str]) -> dict[str, list[str]]:
        """Ce que la page écrit elle-même sous ces noms : des cases, des boutons, ce qu'elle garde sans le montrer."""
        with transaction.atomic():
            reponse = self.client.get(self._porteuse)
            texte = "" if reponse.streaming else reponse.content.decode(errors="replace")
            liberer(reponse)
            transaction.set_rollback(True)
        trouves = {}
        for balise in re.findall(r"<(?:input|button)[^>]*>", texte):
            attributs = dict(re.findall(r'(name|value)="([^"]*)"', balise))
            if attributs.get("name") in noms and attributs.get("value"):
                trouves.setdefault(attributs["name"], []).append(unescape(attributs["value"]))
        return trouves

    @cached_property
    def _porteuse(self) -> str:
        vue = resolve(self.cible)
        page = getattr(vue.func, "page_du_formulaire", None)
        if not page:
            return self.cible
        try:
            return reverse(page, args=[vue.kwargs.get("pk")])
        except NoReverseMatch:
            return reverse(page)

    def envoyer(self, envoi: dict, regarder: Callable[[frozenset[str]], object] = lambda ecrites: None) -> Retour:
        """Envoie, laisse regarder ce qui est resté écrit, et remet tout en place."""
        vu = []
        with guetter_les_ecritures() as ecrits, cles_lues() as self.lues:

            def apres():
                vu.append((tables_de(ecrits), regarder(tables_de(ecrits.restes))))

            appel = appeler(self.cible, self.habilitation, "post", envoi, apres=apres)
        refus = {}
        for form in formulaires([[appel.contexte]]):
            if form.is_bound and not form.is_valid():
                for nom, fautes in form.errors.items():
                    refus[form.add_prefix(nom) if nom in form.fields else ""] = fautes
        [(tables, regarde)] = vu
        return Retour(appel.code, tables, refus, regarde, appel.contexte)

    def departs(self) -> Iterator[dict]:
        """Par quoi commencer : telle quelle, avec ses boutons, sans ce qui n'est pas exigé, toute remplie, d'un champ de plus."""
        tel_quel = {nom: honnete(champ) for nom, champ in self.champs.items()}
        boutons = {nom: valeurs[0] for nom, valeurs in self.boutons.items()}
        laisses = {nom: "" for nom, champ in self.champs.items() if champ.value() in (None, "") and not champ.field.required}
        pleins = {nom: valeur or candidats(self.champs[nom])[0] for nom, valeur in tel_quel.items() if "DELETE" not in nom}
        yield tel_quel
        if boutons:
            yield tel_quel | boutons
        if laisses:
            yield tel_quel | boutons | laisses
        yield tel_quel | pleins | boutons
        yield from (tel_quel | boutons | laisses | {nom: candidats(self.champs[nom])[0]} for nom in laisses)

    def valable(self, regarder: Callable[[frozenset[str]], object] = lambda ecrites: None) -> tuple[dict, Retour] | None:
        """Un envoi que la page accepte, et ce qu'il a donné, cherché en répondant à chaque refus par la valeur suivante."""
        self.muette = True
        for envoi in self.departs():
            rangs = {}
            for _ in range(ESSAIS):
                retour = self.envoyer(envoi, regarder)
                if retour.attend_un_motif:
                    envoi |= MOTIF
                    retour = self.envoyer(envoi, regarder)
                if retour.accepte:
                    return envoi, retour
                self.muette &= retour.sans_effet
                self.champs |= {nom: champ for nom, champ in champs_de([[retour.contexte]]).items() if nom in retour.refus}
                refuses = [nom for nom in retour.refus if nom in self.champs]
                if not refuses:
                    break
                for nom in refuses:
                    dits = re.findall(r"« (.+?) »|compte (\d+)", str(retour.refus[nom]))
                    possibles = [a or b for a, b in dits if a or b] + candidats(self.champs[nom])
                    envoi[nom] = possibles[rangs.setdefault(nom, 0) % len(possibles)]
                    rangs[nom] += 1
        return None

    def variantes(self, envoi: dict) -> Iterator[tuple[str, dict]]:
        """Les mêmes envois à un champ que la vue lit près : décoché, autre choix, vidé, aujourd'hui, à une date passée."""
        yield "tel quel", envoi
        lus = {nom: champ for nom, champ in self.champs.items() if nom in self.lues and nom not in MOTIF}
        for bouton, valeurs in self.boutons.items():
            autres = [valeur for valeur in valeurs[:4] if valeur != envoi.get(bouton)]
            yield from ((f"{bouton} : « {valeur} »", envoi | {bouton: valeur}) for valeur in autres)
        for nom, champ in une_ligne_vaut_les_autres(lus).values():
            for quoi, valeur in autres_valeurs(champ, envoi.get(nom)):
                if valeur != envoi.get(nom):
                    yield f"{nom} : {quoi}", envoi | {nom: valeur}


def autres_valeurs(champ: forms.BoundField, presente) -> Iterator[tuple[str, object]]:
    """Ce que l'on peut mettre d'autre dans ce champ, et comment on le dit."""
    definition = champ.field
    if isinstance(definition, forms.BooleanField):
        yield ("décoché", "") if presente else ("coché", "on")
        return
    if champ.is_hidden or isinstance(definition, forms.FileField):
        return
    if isinstance(definition, forms.DateField):
        yield "aujourd’hui", jour(0)
        yield PASSEE, jour(-60)
    elif isinstance(definition, A_COCHER):
        yield "un autre", [un for un in choix_de(champ) if un not in (presente or ())][:1]
        yield "aucun", []
        return
    elif isinstance(definition, A_CHOISIR):
        yield from ((f"« {un} »", un) for un in [un for un in choix_de(champ) if un != presente][:3])
    elif isinstance(definition, forms.DecimalField | forms.IntegerField):
        yield "un de plus", str(int(float(str(presente or 0).replace(",", "."))) + 1)
    if not definition.required:
        yield "vidé", ""
