"""Le rapport sur le papier : ce que le lecteur peut lire, les mots d'abord, et une version courte sans petit nombre (OBS-2)."""

import json
import re

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse

from cedre.comptes.models import Habilitation
from cedre.observatoire.models import NombrePublie, Rapport
from cedre.observatoire.operations import rapports as gestes
from cedre.observatoire.rapport_imprime import a_imprimer
from cedre.observatoire.tests.test_rapport_a_l_ecran import publie
from cedre.observatoire.tests.test_rapport_a_l_ecran import rapport as rapport
from cedre.tests.imprime import lire


@pytest.fixture
def publie_(rapport, embauchee) -> Rapport:
    par = embauchee.hab["direction"]
    gestes.ecrire(rapport, mots="Une année dense.", commentaires={"sorties": "Le bassin."}, lus={}, par=par)
    return publie(rapport, embauchee)


def dits(rapport: Rapport, pour: Habilitation | None) -> dict[str, str]:
    return {r["libelle"]: r["dit"] for c in a_imprimer(rapport, pour=pour)["chapitres"] for r in c["rubriques"]}


def test_les_mots_viennent_d_abord_puis_les_nombres_et_les_condensats_finissent(publie_, embauchee):
    donnees = json.loads(json.dumps(a_imprimer(publie_, pour=embauchee.hab["direction"]), cls=DjangoJSONEncoder))
    texte, condensat = lire("observatoire/typst/rapport.typ", donnees), publie_.condensats["noyau.csv"]
    dans_l_ordre = ("une année dense.", "l’accueil", "1 sur 1 premier contact", "le bassin.", "définition n°", condensat)
    rangs = [texte.find(mot) for mot in dans_l_ordre]
    assert -1 not in rangs and rangs == sorted(rangs)


def test_le_pdf_se_compose_avec_ses_dessins_et_celui_d_un_brouillon_le_dit(rapport, embauchee):
    client = embauchee.client("direction")
    document = client.get(reverse("portail:rapport_pdf", args=[rapport.pk]))
    assert document.content.startswith(b"%PDF-") and a_imprimer(rapport, pour=embauchee.hab["direction"])["publie_le"] is None
    assert client.get(reverse("portail:rapport_court", args=[rapport.pk])).status_code == 404
    publie(rapport, embauchee)
    for nom in ("rapport_pdf", "rapport_court"):
        assert client.get(reverse(f"portail:{nom}", args=[rapport.pk])).content.startswith(b"%PDF-")


def test_la_version_courte_tait_tout_petit_nombre_et_ses_complements_meme_a_la_direction(publie_, embauchee):
    courts = dits(publie_, None)
    assert courts and not any("se lit dans l’équipe" in dit for dit in courts.values())
    assert not [dit for dit in courts.values() if re.search(r"\b[1-4]\b", dit)]
    entier = a_imprimer(publie_, pour=None)
    assert not entier["definitions"] and not any(r["details"] or r["dessin"] for c in entier["chapitres"] for r in c["rubriques"])
    assert "1\u00a0sur\u00a01 premier contact" in dits(publie_, embauchee.hab["direction"]).values()


def test_hors_de_l_equipe_le_rapport_imprime_dit_ce_que_dit_la_page(publie_, embauchee):
    page = embauchee.client("ca").get(publie_.get_absolute_url()).context["chapitres"]
    a_l_ecran = {r.rubrique.libelle: dite for _, rubriques, _ in page for r, dite, _ in rubriques}
    assert dits(publie_, embauchee.hab["ca"]) == a_l_ecran


def test_un_dessin_dit_les_nombres_publies_de_la_coupe_et_son_texte_les_redit(publie_, embauchee):
    par_canal = {"rubrique": "demandes_recues", "coupe": "canal"}
    par_canal = {"rapport": publie_, "rubrique": "demandes_recues", "coupe": "canal"}
    NombrePublie.objects.bulk_create(
        NombrePublie(modalite=f"canal {n}", numerateur=n, denominateur=n, **par_canal) for n in range(1, 12)
    )
    rubriques = [r for c in a_imprimer(publie_, pour=embauchee.hab["direction"])["chapitres"] for r in c["rubriques"]]
    dessinee = next(r for r in rubriques if r["dessin"] and "canal" in r["alt"])
    assert "canal 11 11, canal 10 10" in dessinee["alt"] and "Autres" in dessinee["alt"] and dessinee["dessin"].startswith("<svg")
