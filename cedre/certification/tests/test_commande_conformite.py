"""La commande dit de chaque structure ce que sa page en dit : mêmes nombres, même jour, même édition (CER-3)."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from cedre.certification import editions
from cedre.certification.management.commands import conformite
from cedre.certification.models import Appreciation, Certificat
from cedre.certification.tests.fictive import LATITUDE, PLUSIEURS, SUITE
from cedre.comptes.models import Organisation
from cedre.parcours.models import Contact

LE = timezone.localdate() - timedelta(days=2)


def dire(**options) -> list[str]:
    """Les lignes que la commande écrit."""
    sortie = StringIO()
    call_command("conformite", **options, stdout=sortie, stderr=StringIO())
    return sortie.getvalue().splitlines()


def test_en_json_les_nombres_sont_ceux_de_la_preuve_qui_fait_le_verdict(ici, referentiel):
    referentiel(**PLUSIEURS)
    Contact.objects.filter(personne=ici.personne).update(delai_annonce=None)
    Appreciation.objects.create(organisation=ici.organisation, point="1b", valeur="satisfait", le=LE)
    (ligne,) = dire(structure="ici", le=LE, json=True)
    dit = json.loads(ligne)
    assert (dit["structure"], dit["edition"], dit["le"]) == ("ici", "essai", LE.isoformat())
    une, deux, trois = dit["specifications"]
    points = une.pop("points")
    assert une == {
        "ref": "1a",
        "titre": "Une exigence",
        "verdict": "insuffisant",
        "numerateur": 0,
        "denominateur": 1,
        "seuil": 1,
        "manquants": 1,
        "regle": "Tous, sans exception.",
    }
    (preuve,) = points[0].pop("preuves")
    assert points[0] == {"ref": "1a", "texte": "Une exigence", "verdict": "insuffisant", "regle": "Tous, sans exception."}
    assert preuve == {
        "indicateur": "delai_annonce",
        "objet": "",
        "constat": "",
        "document": "",
        "verdict": "insuffisant",
        "raison": "",
        "regle": "Tous, sans exception.",
        "lectures": [],
        "numerateur": 0,
        "denominateur": 1,
        "seuil": 1,
        "manquants": 1,
    }
    assert (points[1]["ref"], points[1]["verdict"], points[1]["preuves"]) == ("1a-1", None, [])
    assert [deux[cle] for cle in ("ref", "verdict", "numerateur", "seuil", "manquants")] == ["1b", "a_constater", None, None, 0]
    preuves = [(p["ref"], q["constat"], q["document"], q["verdict"]) for p in deux["points"] for q in p["preuves"]]
    assert preuves == [("1b", "Où reçoit-on ?", "", "satisfait"), ("1b-1", "", "Livret", "a_constater")]
    assert trois["ref"] == "2a"


@pytest.mark.parametrize("peu", [1, 10])
def test_tout_le_reseau_se_dit_structure_par_structure_chacune_sur_son_edition_quel_que_soit_leur_nombre(
    ici, ailleurs, referentiel, monkeypatch, peu
):
    avant, apres = (
        referentiel(**{LATITUDE: SUITE, "code: essai": f"code: '{code}'", "{du: 2020-01-01}": f"{{du: {annee}-01-01}}"})
        for code, annee in (("a", 2010), ("b", 2021))
    )
    monkeypatch.setattr(editions, "livrees", lambda: (avant, apres))
    monkeypatch.setattr(conformite, "PEU", peu)
    Organisation.objects.filter(pk=ici.organisation.pk).update(convention_tripartite_le=date(2012, 5, 1))
    dites = [json.loads(ligne) for ligne in dire(le=LE, json=True)]
    assert {(dit["structure"], dit["edition"], dit["le"]) for dit in dites} == {
        ("ailleurs", "b", LE.isoformat()),
        ("ici", "a", LE.isoformat()),
    }
    avancees = StringIO()
    call_command("conformite", le=LE, json=True, stdout=StringIO(), stderr=avancees)
    assert avancees.getvalue() == "\r1 indicateurs sur 1\n" * (2 if peu == 1 else 0), "une fois par édition"
    assert len(dites) == 2 and json.loads(dire(structure="ici", le=LE, json=True)[0]) in dites
    Certificat.objects.create(organisation=ici.organisation, le=date(2019, 1, 1))
    editions_dites = [json.loads(ligne)["edition"] for ligne in dire(structure="ici", json=True)]
    assert editions_dites == ["b"], "l'anniversaire de son certificat est passé"
    assert [json.loads(ligne)["structure"] for ligne in dire(json=True)] == ["ailleurs", "ici"]


def test_a_lire_elle_dit_la_structure_l_edition_le_jour_et_une_ligne_par_specification(ici, referentiel):
    referentiel(**PLUSIEURS)
    Contact.objects.filter(personne=ici.personne).update(delai_annonce=None)
    vide, titre, *lignes = dire(structure="ici")
    assert (vide, titre) == ("", f"Structure Ici, édition essai, au {timezone.localdate():%d/%m/%Y}")
    assert [ligne.split() for ligne in lignes] == [
        ["1a", "Insuffisant", "0", "sur", "1", "Une", "exigence"],
        ["1b", "À", "constater", "Une", "deuxième", "exigence"],
        ["2a", "À", "constater", "Une", "dernière", "exigence"],
    ]


def test_son_aide_dit_ce_que_fait_chaque_option():
    aide = conformite.Command().create_parser("cedre", "conformite")
    assert (
        aide.description
        == "Dit le verdict de chaque spécification du référentiel, pour une structure ou pour toutes, à une date."
    )
    dites = {une.dest: (une.metavar, une.help) for une in aide._actions}
    assert {nom: dites[nom] for nom in ("structure", "le", "edition", "json")} == {
        "structure": ("SLUG", "une structure ou un ensemblier ; sinon, tout le réseau"),
        "le": ("AAAA-MM-JJ", "la date ; aujourd’hui si rien n’est dit"),
        "edition": ("CODE", "par exemple 2004-10 ; sinon, celle qui s’applique à chacune"),
        "json": (None, "écrit du JSON : un objet par structure, une structure par ligne"),
    }


def test_d_un_ensemblier_elle_dit_chacun_de_ses_membres(ici, ailleurs, referentiel):
    referentiel()
    ensemblier = Organisation.objects.create(nature="ensemblier", nom="Ensemble", slug="ensemble", region=ici.organisation.region)
    Organisation.objects.filter(pk=ici.organisation.pk).update(ensemblier=ensemblier)
    dites = [[json.loads(ligne)["structure"] for ligne in dire(json=True, **qui)] for qui in ({"structure": "ensemble"}, {})]
    assert dites == [["ici"], ["ailleurs", "ici"]], "le réseau entier, membres d'un ensemblier compris"
