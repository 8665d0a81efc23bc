"""Le rapport à l'écran : on l'écrit sans rien perdre, on relit ce qui manque, on le publie, on l'emporte (OBS-2)."""

import hashlib
import io
import re
import zipfile
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.core.periodes import annee
from cedre.observatoire.cadre import Coherence
from cedre.observatoire.cadres import livres
from cedre.observatoire.models import NombrePublie, Rapport
from cedre.observatoire.operations import rapports as gestes
from cedre.observatoire.paquet import FAITS
from cedre.observatoire.publication import lacunes, lire, verifier

CADRE = "cedre-2026"


@pytest.fixture
def rapport(embauchee, settings, tmp_path) -> Rapport:
    """Le brouillon de l'année en cours, qui a de quoi compter ; elle vient de finir."""
    settings.MEDIA_ROOT = tmp_path
    cette_annee = annee(timezone.localdate())
    brouillon = gestes.commencer(embauchee.organisation, livres()[CADRE], cette_annee, par=embauchee.hab["direction"])
    Rapport.objects.filter(pk=brouillon.pk).update(au=timezone.localdate() - timedelta(days=1))
    brouillon.refresh_from_db()
    return brouillon


def adresse(geste: str, rapport: Rapport) -> str:
    return reverse(f"observatoire:{geste}", args=[rapport.pk])


def publie(rapport: Rapport, monde) -> Rapport:
    return gestes.publier(rapport, par=monde.hab["direction"])


def ecrits(page, **change) -> dict:
    """Ce que cette page enverrait, changé."""
    form = page.context["form"]
    return {nom: form[nom].value() or "" for nom in form.fields} | change


# ── Commencer, écrire ─────────────────────────────────────────────────────────────────────────────────────────────


def test_on_commence_l_annee_close_et_le_brouillon_deja_la_se_rouvre(ici):
    client = ici.client("direction")
    propose = client.get(reverse("observatoire:rapport_nouveau")).context["form"].data
    assert propose["annee"] == str(timezone.localdate().year - 1)
    for _ in range(2):
        reponse = client.post(reverse("observatoire:rapport_nouveau"), propose)
        brouillon = Rapport.objects.get()
        assert reponse.url == brouillon.get_absolute_url()
    assert (brouillon.du.day, brouillon.au.month, brouillon.au.day) == (1, 12, 31)


def test_un_choix_impossible_se_dit_a_cote_du_champ(ici):
    envoi = {"cadre": "asp-bilan", "annee": timezone.localdate().year - 1, "mois": 3}
    page = ici.client("direction").post(reverse("observatoire:rapport_nouveau"), envoi)
    assert page.context["form"].errors["mois"] == ["Ce cadre se remplit par année."] and not Rapport.objects.exists()


def test_les_mots_et_les_commentaires_se_gardent_et_se_lisent(rapport, embauchee):
    client = embauchee.client("direction")
    page = client.get(adresse("rapport_ecrire", rapport))
    client.post(adresse("rapport_ecrire", rapport), ecrits(page, mots="Une année dense.", sorties="Le bassin a embauché."))
    lu = client.get(rapport.get_absolute_url()).content.decode()
    assert "Une année dense." in lu and "Le bassin a embauché." in lu


def test_deux_qui_ecrivent_des_chapitres_differents_ne_se_perdent_rien_et_du_meme_choisissent(rapport, embauchee):
    client, ou = embauchee.client("direction"), adresse("rapport_ecrire", rapport)
    une, autre = client.get(ou), client.get(ou)
    client.post(ou, ecrits(une, accueil="Vu par l’une.", sorties="À deux."))
    client.post(ou, ecrits(autre, freins="Vu par l’autre."))
    rapport.refresh_from_db()
    assert rapport.commentaires == {"accueil": "Vu par l’une.", "sorties": "À deux.", "freins": "Vu par l’autre."}
    conflit = client.post(ou, ecrits(autre, sorties="Tout autrement."))
    assert conflit.status_code == 409 and conflit.context["differences"] == [("Les sorties", "Tout autrement.", "À deux.")]
    assert client.post(ou, ecrits(conflit, sorties="À deux, autrement.")).status_code == 302
    rapport.refresh_from_db()
    assert rapport.commentaires["sorties"] == "À deux, autrement."


# ── Relire ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_ce_qui_manque_se_compte_et_mene_a_sa_liste(rapport, embauchee):
    type(embauchee.personne).objects.filter(organisation=embauchee.organisation).update(sexe="")
    page = embauchee.client("direction").get(rapport.get_absolute_url())
    manque = next(la for la in page.context["lacunes"] if (la.remplie.rubrique.code, la.coupe) == ("public_accueilli", "sexe"))
    assert manque.manquent == manque.sur > 0
    liste = reverse("observatoire:derriere", args=[CADRE, "public_accueilli"])
    assert liste in page.content.decode()
    lue = embauchee.client("direction").get(liste, {"annee": timezone.localdate().year, "non_dit": "sexe"})
    assert lue.context["page"].paginator.count >= manque.manquent and "non renseigné" in lue.content.decode()
    type(embauchee.personne).objects.filter(organisation=embauchee.organisation).update(sexe="F")
    lue = embauchee.client("direction").get(liste, {"annee": timezone.localdate().year, "non_dit": "sexe"})
    assert lue.context["page"].paginator.count == 0


def test_une_rubrique_que_l_on_ne_sait_pas_manque_et_se_publie_comme_un_manque(rapport, embauchee):
    manquent = {la.remplie.rubrique.code for la in lacunes(lire(rapport)) if not la.coupe}
    assert "instances" in manquent
    lu = embauchee.client("direction").get(publie(rapport, embauchee).get_absolute_url()).content.decode()
    assert "Cèdre ne tient pas encore ces instances." in lu


def test_ce_qui_ne_concorde_pas_se_montre_et_n_empeche_pas_de_publier(rapport, embauchee, monkeypatch):
    fausse = Coherence("Deux fois plus de délais.", ("delai_annonce", "delai_annonce"), au_plus="delai_annonce")
    monkeypatch.setattr("cedre.observatoire.cadre.Cadre.regles", lambda cadre: [fausse])
    page = embauchee.client("direction").get(adresse("rapport_publier", rapport))
    ((regle, ecart),) = page.context["incoherences"]
    assert regle == fausse and ecart[0] == 2 * ecart[1] and fausse.dit in page.content.decode()
    embauchee.client("direction").post(adresse("rapport_publier", rapport))
    rapport.refresh_from_db()
    assert rapport.est_publie


@pytest.mark.parametrize(
    "regle, nombres, ecart",
    [
        (Coherence("=", ("a", "b"), ("c",), egale="d"), {"a": 3, "b": 4, "c": 2, "d": 5}, None),
        (Coherence("=", ("a", "b"), ("c",), egale="d"), {"a": 3, "b": 4, "c": 2, "d": 6}, (5, 6)),
        (Coherence("<", ("a",), au_plus="d"), {"a": 5, "d": 5}, None),
        (Coherence("<", ("a",), au_plus="d"), {"a": 6, "d": 5}, (6, 5)),
        (Coherence("?", ("a",), au_plus="d"), {"a": 6, "d": None}, None),
    ],
)
def test_une_regle_dit_ses_deux_cotes_quand_elle_ne_tient_pas_et_rien_de_ce_qui_ne_se_sait_pas(regle, nombres, ecart):
    assert regle.ecart(nombres) == ecart


@pytest.mark.parametrize("code", [*livres()])
def test_les_nombres_d_une_structure_tiennent_les_regles_de_chaque_cadre(code, rapport, embauchee):
    page = embauchee.client("direction").get(rapport.get_absolute_url())
    assert page.context["incoherences"] == [] and page.context["regles"] == len(livres()[CADRE].regles())
    assert len(livres()[code].coherences) >= 4


# ── Publié ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_publie_la_page_dit_les_memes_nombres_qu_au_brouillon_et_n_en_change_plus(rapport, embauchee):
    def dits(page):
        return {r.rubrique.code: (dite, details) for _, lues, _ in page.context["chapitres"] for r, dite, details in lues}

    client = embauchee.client("direction")
    avant = dits(client.get(rapport.get_absolute_url()))
    publie(rapport, embauchee)
    type(embauchee.personne).objects.filter(organisation=embauchee.organisation).update(sexe="M", date_naissance=None)
    apres = dits(client.get(rapport.get_absolute_url()))
    assert apres == avant


def test_hors_de_l_equipe_un_petit_nombre_publie_se_tait_et_ce_qui_s_ecrit_ne_se_voit_pas(rapport, embauchee, reseau):
    rapport, region = publie(rapport, embauchee), reseau[0]
    assert region.client("referent_regional").get(rapport.get_absolute_url()).status_code == 404
    gestes.transmettre(rapport, par=embauchee.hab["direction"])
    for client in (region.client("referent_regional"), embauchee.client("ca")):
        page = client.get(rapport.get_absolute_url())
        lues = [(dite, details) for _, rubriques, _ in page.context["chapitres"] for _, dite, details in rubriques]
        assert lues and [valeurs for _, details in lues for _, valeurs in details if valeurs] == []
        assert [dite for dite, _ in lues if "1 sur" in dite] == []
        assert page.context["relire"] is False


def test_ce_qu_une_correction_change_ne_se_dit_qu_a_peu_pres_hors_de_l_equipe(rapport, embauchee):
    publie(rapport, embauchee)
    type(embauchee.personne).objects.filter(organisation=embauchee.organisation).update(sexe="")
    nouvelle = gestes.corriger(rapport, motif="Un dossier.", par=embauchee.hab["direction"])
    Rapport.objects.filter(pk=nouvelle.pk).update(ecarts=[{"rubrique": "demandes_recues", "avant": [1, 2], "apres": [2, 2]}])
    publie_ = Rapport.objects.get(pk=nouvelle.pk)
    publie(publie_, embauchee)
    Rapport.objects.filter(pk=nouvelle.pk).update(ecarts=[{"rubrique": "demandes_recues", "avant": [1, 2], "apres": [2, 2]}])
    dedans, dehors = (embauchee.client(role).get(nouvelle.get_absolute_url()).context["ecarts"] for role in ("direction", "ca"))
    assert dedans[0][1:] == ("1\u00a0sur\u00a02", "2\u00a0sur\u00a02") and dehors[0][1:] == ("se lit dans l’équipe",) * 2


# ── L'emporter ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_le_paquet_et_les_faits_s_emportent_dans_l_equipe_seulement_et_c_est_trace(rapport, embauchee, reseau):
    rapport = gestes.transmettre(publie(rapport, embauchee), par=embauchee.hab["direction"])
    for geste in ("rapport_paquet", "rapport_faits", "rapport_classeur"):
        for client in (embauchee.client("cip"), embauchee.client("ca"), reseau[0].client("referent_regional")):
            assert client.post(adresse(geste, rapport)).status_code == 403
    client = embauchee.client("qualite")
    with zipfile.ZipFile(io.BytesIO(client.post(adresse("rapport_paquet", rapport)).content)) as archive:
        assert FAITS not in archive.namelist() and "chiffres.json" in archive.namelist()
    emportes = client.post(adresse("rapport_faits", rapport))
    assert emportes.streaming and hashlib.sha256(emportes.getvalue()).hexdigest() == rapport.condensats[FAITS]
    assert Trace.objects.filter(geste="exporter", objet_id=rapport.pk).count() == 2


def test_un_fichier_disparu_se_dit_et_la_page_se_lit_encore(rapport, embauchee):
    rapport = publie(rapport, embauchee)
    rapport.paquet.delete(save=False)
    page = embauchee.client("direction").get(rapport.get_absolute_url())
    assert "remettez-le depuis une sauvegarde" in page.content.decode() and page.status_code == 200
    assert verifier(rapport)[0] is False


def calculer(classeur, feuille: str, cellule: str):
    """Ce que vaut une cellule, ses formules refaites : les nôtres n'ont que des sommes, une division, une comparaison."""
    valeur = classeur[feuille][cellule].value
    if not (isinstance(valeur, str) and valeur.startswith("=")):
        return valeur
    ecrite = re.sub(r"(?<![<>])=", "==", valeur[1:]).replace("IF(", "si(")
    ecrite = re.sub(r"(?:(\w+)!)?\b([A-Z]\d+)\b", lambda m: f"vaut('{m[1] or feuille}','{m[2]}')", ecrite)
    ecrite = re.sub(r"si\((.*?),(\"[^\"]*\"),(.*)\)$", r"(\2 if \1 else \3)", ecrite)
    return eval(ecrite, {"vaut": lambda f, c: calculer(classeur, f, c)})


def test_le_classeur_recalcule_ses_taux_des_entiers_figes_et_ses_regles_tiennent(rapport, embauchee):
    rapport = publie(rapport, embauchee)
    octets = embauchee.client("direction").post(adresse("rapport_classeur", rapport)).content
    classeur, montre = (openpyxl.load_workbook(io.BytesIO(octets), data_only=lues) for lues in (False, True))
    remplies = [r for _, siennes in lire(rapport) for r in siennes]
    comptees = 0
    for rang, remplie in enumerate(remplies, 2):
        a, b, f = (calculer(classeur, "Chiffres", f"{c}{rang}") for c in "DEF")
        if not remplie.est_sue:
            assert (a, b, f) == (None, None, None) and classeur["Chiffres"][f"H{rang}"].value
            continue
        n = NombrePublie.objects.get(rapport=rapport, rubrique=remplie.rubrique.code, coupe="")
        assert (a, b) == (n.numerateur or 0, n.denominateur), remplie.rubrique.code
        assert f == (montre["Chiffres"][f"F{rang}"].value if f != "" else ""), remplie.rubrique.code
        comptees += bool(f)
    assert comptees > 10
    regles = classeur["Cohérence"].max_row
    assert regles > 5 and {calculer(classeur, "Cohérence", f"D{rang}") for rang in range(2, regles + 1)} == {"oui"}
