"""Un formulaire à l'écran : ce qui est facultatif, l'erreur à côté de son champ, ce qui ne se propose plus (issue 2)."""

import re
from datetime import date, time

import pytest
from django import forms
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory

from cedre.core.formulaires import ChoixMultiple, DateInput, EnSections, HeureInput
from cedre.core.refus import Conflit, GesteImpossible, faire_ou_remontrer, refus_dans, refus_dit


class UnForm(EnSections, forms.Form):
    """Un champ de chaque sorte."""

    SECTIONS = {"D'abord": ("nom", "le", "retire"), "Ensuite ": ("accord", "sorte")}

    nom = forms.CharField(label="L'adresse : où", help_text="Laquelle ?")
    le = forms.DateField(label="Le", required=False, widget=DateInput)
    heure = forms.TimeField(label="Heure", required=False, widget=HeureInput)
    accord = forms.BooleanField(label="D'accord", required=False)
    sorte = forms.ChoiceField(label="Sorte", choices=[("a", "A"), ("b", "B")], required=False, widget=forms.RadioSelect)
    choix = forms.ChoiceField(label="Choix", choices=[("a", "A")], required=False)
    texte = forms.CharField(label="Texte", required=False, max_length=9, widget=forms.Textarea)


def groupe(form: forms.Form, nom: str) -> str:
    return re.sub(r"[ \n]+", " ", form[nom].as_field_group())


def test_ce_qui_est_facultatif_le_dit_et_ce_qui_est_a_remplir_non():
    form = UnForm()
    assert [("(facultatif)" in groupe(form, nom)) for nom in ("nom", "le", "sorte")] == [False, True, True]
    assert "(facultatif)" not in groupe(form, "accord"), "une case seule se laisse vide"


def test_un_libelle_et_une_aide_ont_leur_typographie():
    rendu = groupe(UnForm(), "nom")
    assert "L’adresse\N{NO-BREAK SPACE}: où" in rendu and "Laquelle\N{NARROW NO-BREAK SPACE}?" in rendu


def test_une_erreur_se_lit_a_cote_de_son_champ_et_s_y_relie():
    form = UnForm({"nom": "", "le": "folie"})
    assert form.errors.keys() == {"nom", "le"}
    for nom in ("nom", "le"):
        rendu = groupe(form, nom)
        assert (
            f'id="id_{nom}_error"' in rendu
            and "is-invalid" in rendu
            and f"id_{nom}_error" in re.search(r"aria-describedby=\"([^\"]*)", rendu)[1]
        )
    assert "is-invalid" not in groupe(form, "choix") and 'class="erreur"' not in groupe(form, "choix")
    entete = str(form)
    assert 'href="#id_nom">L’adresse' in entete and 'href="#id_le"' in entete and 'href="#id_choix"' not in entete


def test_les_fautes_de_deux_formulaires_d_une_page_se_lisent_ensemble_en_tete_et_y_menent():
    autre = UnForm({"b-nom": ""}, prefix="b", auto_id="%s")
    rendu = render_to_string("core/_erreurs.html", {"form": UnForm({"nom": "Ada", "le": "folie"}), "et": autre})
    assert re.findall(r'href="#([^"]*)"', rendu) == ["id_le", "b-nom"]
    assert "Rien de ce que vous avez saisi n’est perdu" in rendu
    assert render_to_string("core/_erreurs.html", {"form": UnForm({"nom": "Ada"}), "et": UnForm()}).strip() == ""


def test_chaque_sorte_de_champ_a_sa_classe():
    form = UnForm()
    assert 'class="form-control"' in groupe(form, "nom") and 'class="form-select"' in groupe(form, "choix")
    assert 'class="form-check-input"' in groupe(form, "accord") and "form-control" not in groupe(form, "sorte")
    assert groupe(form, "accord").index("<input") < groupe(form, "accord").index("<label"), "une case se lit avant son libellé"
    assert "<legend>Sorte" in groupe(form, "sorte") and "maxlength" not in groupe(form, "texte")


def test_une_date_et_une_heure_se_remontrent_comme_le_navigateur_les_attend():
    form = UnForm(initial={"le": date(2026, 3, 9), "heure": time(9, 5, 30)})
    assert 'type="date"' in groupe(form, "le") and 'value="2026-03-09"' in groupe(form, "le")
    assert 'type="time"' in groupe(form, "heure") and 'value="09:05"' in groupe(form, "heure")


def test_un_long_formulaire_se_montre_section_par_section_sans_ce_qui_en_est_retire():
    assert [(titre, [champ.name for champ in champs]) for titre, champs in UnForm().sections] == [
        ("D'abord", ["nom", "le"]),
        ("Ensuite ", ["accord", "sorte"]),
    ]


def test_un_choix_multiple_prend_ce_qu_il_propose_et_refuse_un_numero_demesure(ici, ailleurs):
    champ = ChoixMultiple(type(ici.organisation).objects.filter(pk=ici.organisation.pk))
    assert [*champ.clean([str(ici.organisation.pk)])] == [ici.organisation]
    for refuse in ("9" * 19, str(ailleurs.organisation.pk), "9" * 18):
        with pytest.raises(forms.ValidationError):
            champ.clean([refuse])
    with pytest.raises(forms.ValidationError):
        champ.clean([])


def refuser(champ: str | None = None):
    raise GesteImpossible("Trop tard.", champ=champ)


@pytest.mark.parametrize("champ, ou", [("nom", "nom"), (None, "__all__"), ("inconnu", "__all__")])
def test_un_refus_se_lit_a_cote_du_champ_qu_il_designe_sinon_en_tete(champ, ou):
    form = UnForm({"nom": "Ada"})
    assert form.is_valid()
    with refus_dans(form):
        refuser(champ)
    assert {**form.errors} == {ou: ["Trop tard."]} and form["nom"].value() == "Ada"


def test_un_conflit_passe_pour_se_montrer_avec_les_deux_versions():
    form = UnForm({"nom": "Ada"})
    with pytest.raises(Conflit) as conflit, refus_dans(form):
        raise Conflit("l’autre")
    assert conflit.value.actuel == "l’autre" and not form.errors


@pytest.fixture
def requete(monkeypatch):
    """Une requête, et les messages qu'elle montrera."""
    requete = RequestFactory().post("/")
    requete.dits, requete.habilitation = [], "moi"
    for sorte in ("success", "error"):
        dire = lambda recue, texte, sorte=sorte: recue.dits.append((sorte, texte))  # noqa: E731
        monkeypatch.setattr(f"cedre.core.refus.messages.{sorte}", dire)
    return requete


def test_un_refus_dit_est_un_message_d_erreur(requete):
    with refus_dit(requete):
        refuser()
    assert requete.dits == [("error", "Trop tard.")]


class UneLigne:
    """Une ligne qui connaît sa page."""

    pk = 7

    def get_absolute_url(self):
        return "/lignes/7/"


def test_un_geste_d_une_page_se_fait_et_y_revient_ou_la_remontre_sous_son_nom(requete):
    faits = []

    def signer(ligne, *, par, **champs):
        faits.append((ligne.pk, par, champs["nom"]))
        if champs["nom"] == "Trop":
            refuser("nom")

    def la_page(recue, pk, refusee):
        return HttpResponse(f"{pk} {[*refusee]} {[*refusee['signer'].errors]}")

    def envoyer(nom: str):
        return faire_ou_remontrer(requete, UneLigne(), UnForm({"nom": nom}), signer, dit="Signé.", page=la_page)

    assert envoyer("Ada").url == "/lignes/7/" and requete.dits == [("success", "Signé.")]
    assert [envoyer(nom).content.decode() for nom in ("", "Trop")] == ["7 ['signer'] ['nom']"] * 2
    assert faits == [(7, "moi", "Ada"), (7, "moi", "Trop")] and len(requete.dits) == 1
