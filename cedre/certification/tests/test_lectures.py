"""Ce que la fédération retient là où le texte laisse une question ouverte : à partir d'un jour, pas avant (CER-3)."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cedre.certification.conformite import juger_structure
from cedre.certification.models import LectureRetenue
from cedre.certification.operations import lectures as gestes
from cedre.certification.tests.fictive import LATITUDE, SUITE
from cedre.certification.verdicts import Verdict
from cedre.comptes.models import Trace
from cedre.core.refus import GesteImpossible
from cedre.core.templatetags.cedre import jour as en_clair
from cedre.parcours.models import Contact
from cedre.tests.ecran import propre

PORTEE = "dispositions: [{types: [AI, ETTI, EI, ACI], regle: exhaustif, lecture: douteuse}]"
PRATIQUE = 'preuves: [{indicateur: delai_annonce, regle: pratique, mots: "dire le délai", tolerance: part}]'
TOLERANCE = """
  part:
    question: "À partir de combien ?"
    reference: § 2
    sorte: tolerance
    projet: {reponse: 4/5, pourquoi: Une sur cinq manque.}
  douteuse: {question: "Faut-il ?", reference: § 1, projet: {reponse: "oui", pourquoi: Le texte n’écarte personne.}}
"""
DOUTEUSE = '\n  douteuse: {question: "Faut-il ?", reference: § 1}\n'
EXHAUSTIF = "dispositions: [{types: [AI, ETTI, EI, ACI], regle: exhaustif}]"
DU_BUREAU = {"retenue_par": "le bureau du 3 mars"}


def jour(decalage: int = 0):
    """Compté depuis aujourd'hui."""
    return timezone.localdate() + timedelta(days=decalage)


@pytest.fixture
def ouverte(referentiel):
    """Une pratique dont la part suffisante n'est pas tranchée, d'une exigence dont la portée ne l'est pas non plus."""
    return referentiel(PRATIQUE, **{DOUTEUSE: TOLERANCE, EXHAUSTIF: PORTEE, LATITUDE: SUITE.replace(EXHAUSTIF, PORTEE)})


def trancher(client, code: str, **envoi):
    """Ce que répond la page où l'on tranche cette question."""
    return client.post(reverse("certification:lecture", args=[code]), DU_BUREAU | {"du": jour(), "pourquoi": "Voilà"} | envoi)


def verdict(monde, edition, le=None) -> tuple[Verdict, str]:
    """Le verdict du premier point, et pourquoi il n'est pas un autre."""
    (preuve,) = juger_structure(monde.organisation, edition, le or jour())[0].points[0].preuves
    return preuve.verdict, preuve.jugement.raison


def test_ouverte_une_portee_est_indeterminable_puis_une_pratique_engagee_et_satisfaite_des_que_la_federation_tranche(
    ici, ouverte, federation
):
    assert verdict(ici, ouverte) == (Verdict.INDETERMINABLE, "La question reste ouverte : Faut-il ?")
    trancher(federation, "essai-douteuse", reponse="oui")
    assert verdict(ici, ouverte) == (Verdict.ENGAGE, "La question reste ouverte : À partir de combien ?")
    trancher(federation, "essai-part", reponse="100 %")
    assert verdict(ici, ouverte) == (Verdict.SATISFAIT, "")
    assert verdict(ici, ouverte, jour(-1))[0] == Verdict.INDETERMINABLE, "hier reste jugé comme hier"
    Contact.objects.update(delai_annonce=None)
    assert verdict(ici, ouverte) == (Verdict.INSUFFISANT, ""), "personne ne l'a fait"


def test_une_exigence_que_la_federation_ecarte_est_sans_objet_et_la_lecture_suivante_la_remet_a_partir_de_son_jour(
    ici, ouverte, federation
):
    trancher(federation, "essai-douteuse", reponse="non")
    trancher(federation, "essai-douteuse", reponse="oui", du=jour(3))
    assert [verdict(ici, ouverte, jour(n))[0] for n in (-1, 0, 2, 3)] == [
        Verdict.INDETERMINABLE,
        Verdict.SANS_OBJET,
        Verdict.SANS_OBJET,
        Verdict.ENGAGE,
    ]
    dite = f"Vaut à partir du {en_clair(jour(3))}, retenu par le bureau du 3 mars."
    assert dite in federation.get(reverse("certification:lectures")).content.decode()
    assert all(
        p.verdict == Verdict.SANS_OBJET for s in juger_structure(ici.organisation, ouverte, jour()) for p in s.points if p.verdict
    )


@pytest.mark.parametrize(
    "envoi, champ, dit",
    [
        ({"reponse": "oui", "du": jour(-1)}, "du", "ne vaut pas avant le jour où on la saisit"),
        ({"reponse": "peut-être"}, "reponse", "n’en fait pas partie"),
        ({"reponse": "oui", "pourquoi": ""}, "pourquoi", "obligatoire"),
        ({"reponse": "oui", "retenue_par": ""}, "retenue_par", "obligatoire"),
    ],
)
def test_une_lecture_mal_dite_se_refuse_a_cote_du_champ_sans_rien_perdre(ouverte, federation, envoi, champ, dit):
    page = trancher(federation, "essai-douteuse", **envoi)
    assert (
        dit in str(page.context["form"].errors[champ])
        and page.context["form"]["retenue_par"].value() == (DU_BUREAU | envoi)["retenue_par"]
    )
    assert not LectureRetenue.objects.exists()


def test_la_raison_de_cedre_se_lit_a_cote_de_la_question_et_ne_signe_pas_une_autre_reponse(ouverte, federation):
    page = federation.get(reverse("certification:lecture", args=["essai-douteuse"]))
    assert "Cèdre propose : oui. Le texte n’écarte personne." in propre(page.content.decode())
    assert (page.context["form"]["reponse"].value(), page.context["form"]["pourquoi"].value()) == ("oui", None)


@pytest.mark.parametrize(
    "dit, part",
    [("80 %", "4/5"), ("80\N{NO-BREAK SPACE}%", "4/5"), ("2/3", "2/3"), ("0,5", "1/2"), ("1", "1/1")],
)
def test_une_part_s_ecrit_comme_on_la_dit(ouverte, federation, dit, part):
    assert trancher(federation, "essai-part", reponse=dit).status_code == 302
    assert LectureRetenue.objects.get().reponse == part


@pytest.mark.parametrize(
    "dit", ["0", "-1", "101 %", "1/3", "49 %", "1e999999999", "3/2", "1/0", "beaucoup", "nan", "inf", "1/1001", "%"]
)
def test_ce_qui_n_est_pas_une_part_se_refuse(ouverte, federation, dit):
    assert "part" in str(trancher(federation, "essai-part", reponse=dit).context["form"].errors["reponse"])


def adopter(client, *codes: str):
    """Ce que répond la page où l'on adopte, ces questions cochées."""
    envoi = DU_BUREAU | {"du": jour(), "lectures": [f"essai-{code}" for code in codes]}
    return client.post(reverse("certification:lectures_adopter"), envoi)


def test_la_federation_adopte_d_un_geste_tout_ce_que_cedre_propose_et_tous_le_lisent(ici, ouverte, federation):
    page = federation.get(reverse("certification:lectures_adopter"))
    assert "Une sur cinq manque." in page.content.decode() and page.content.decode().count(" checked") == 2
    assert (
        adopter(federation, *[code.removeprefix("essai-") for code in page.context["form"]["lectures"].value()]).status_code
        == 302
    )
    assert {(r.question, r.reponse, r.pourquoi) for r in LectureRetenue.objects.all()} == {
        ("part", "4/5", "Une sur cinq manque."),
        ("douteuse", "oui", "Le texte n’écarte personne."),
    }
    assert verdict(ici, ouverte)[0] == Verdict.SATISFAIT
    assert Trace.objects.filter(geste=Trace.Geste.CREER, detail__startswith="douteuse : oui").count() == 1
    page = ici.client("ca").get(reverse("certification:lectures")).content.decode()
    assert "au moins 4/5 de ce qui est compté" in page and "le bureau du 3 mars" in page and "Trancher" not in page
    assert "Adopter ce que" not in federation.get(reverse("certification:lectures")).content.decode(), "il n'en reste aucune"
    assert "Aucune question n’attend" in federation.get(reverse("certification:lectures_adopter")).content.decode()


def test_ce_que_la_page_ne_montrait_pas_ou_que_l_on_decoche_n_est_pas_adopte_et_ne_rien_cocher_se_dit(ouverte, federation):
    assert "Cochez au moins une question." in str(adopter(federation).context["form"].errors["lectures"])
    adopter(federation, "part")
    assert [r.question for r in LectureRetenue.objects.all()] == ["part"]
    assert "lectures" in adopter(federation, "inconnue").context["form"].errors


def test_ce_qui_a_ete_tranche_depuis_que_la_page_est_ouverte_se_dit_et_n_est_pas_recrit(ouverte, federation):
    trancher(federation, "essai-douteuse", reponse="non")
    page = propre(federation.get(adopter(federation, "douteuse", "part").url).content.decode())
    assert "C’est retenu : 1 lecture." in page and "Tranché entre-temps, et laissé tel quel : Faut-il ?" in page
    assert [(r.question, r.reponse) for r in LectureRetenue.objects.all()] == [("douteuse", "non"), ("part", "4/5")]
    refusee = adopter(federation, "douteuse", "part")
    assert "déjà été tranché" in str(refusee.context["form"].errors["lectures"])
    assert "Faut-il ? Retenu : non" in propre(refusee.content.decode()), "on y lit ce qui en a été retenu"


def test_deux_adoptions_a_la_fois_ne_font_qu_une_ligne_par_question(reseau, ouverte):
    par, lues = reseau[0].hab["responsable_qualite"], [(ouverte, ouverte.lectures["part"])]
    with CaptureQueriesContext(connection) as faites:
        gestes.adopter(lues, retenue_par="le bureau", du=jour(), par=par)
    premiere = next(r["sql"] for r in faites if r["sql"].startswith("SELECT"))
    assert "comptes_organisation" in premiere, "l'organisation est verrouillée avant que rien ne se lise"
    assert "FOR UPDATE" in premiere or not connection.features.has_select_for_update
    with pytest.raises(GesteImpossible):
        gestes.adopter(lues, retenue_par="le bureau", du=jour(1), par=par)
    assert LectureRetenue.objects.count() == 1


def test_elle_se_dit_a_cote_du_verdict_a_l_ecran_dans_la_commande_et_dans_la_grille_d_un_audit(ici, ouverte, federation):
    page = reverse("certification:specification", args=["1a"])
    assert "Question ouverte" in ici.client("ca").get(page).content.decode()
    trancher(federation, "essai-douteuse", reponse="oui")
    dit = propre(ici.client("ca").get(page).content.decode())
    assert "le bureau du 3 mars" in dit and "Le texte : « dire le délai »." in dit
    sortie = StringIO()
    call_command("conformite", structure="ici", json=True, stdout=sortie)
    preuve = json.loads(sortie.getvalue())["specifications"][0]["points"][0]["preuves"][0]
    assert preuve["lectures"] == [{"code": "douteuse", "retenu": "oui"}, {"code": "part", "retenu": ""}]


def test_d_une_pratique_le_conseil_lit_le_verdict_jamais_le_nombre(ici, ouverte, federation):
    """Insuffisant, engagé, satisfait : d'une seule personne, les mots sont les mêmes, dans la tenue dans le temps aussi."""
    trancher(federation, "essai-douteuse", reponse="oui")
    dits = []
    for delai, part in ((None, ""), (5, ""), (5, "100 %")):
        if part:
            trancher(federation, "essai-part", reponse=part)
        Contact.objects.update(delai_annonce=delai)
        for route, args in (("conformite", []), ("specification", ["1a"]), ("plan_d_action", [])):
            page = propre(ici.client("ca").get(reverse(f"certification:{route}", args=args)).content.decode())
            assert "moins de cinq" not in page and "sur 1 " not in page and "il en faut" not in page, route
        dits.append(verdict(ici, ouverte)[0])
    assert dits == [Verdict.INSUFFISANT, Verdict.ENGAGE, Verdict.SATISFAIT]


@pytest.mark.deux_moteurs
def test_rien_ne_recrit_une_lecture_et_seule_la_federation_tranche(ici, ouverte, federation):
    trancher(federation, "essai-part", reponse="1/2")
    for recrire in (LectureRetenue.objects.all().delete, lambda: LectureRetenue.objects.update(reponse="1/3")):
        with pytest.raises(DatabaseError), transaction.atomic():
            recrire()
    assert ici.client("direction").get(reverse("certification:lecture", args=["essai-part"])).status_code == 403
    assert federation.get(reverse("certification:lecture", args=["essai-inconnue"])).status_code == 404
