"""Ce qui a changé le passé, tel qu'on le demande et tel qu'on le lit (décision 0029)."""

from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from cedre.comptes import passe
from cedre.comptes.acces import _ecrire
from cedre.comptes.demande_de_motif import MotifForm, demander_le_motif, lignes
from cedre.comptes.lecture_du_passe import page_du_passe
from cedre.comptes.manquants import montrer
from cedre.comptes.models import Deplacement, Trace
from cedre.comptes.passe import mois_touches
from cedre.comptes.registre import MotifDuPasse
from cedre.comptes.templatetags.passe import deplacee
from cedre.core.indicateurs import Mesure, tous
from cedre.core.templatetags.cedre import jour_court
from cedre.tests.ecran import propre, tableau

AU_PLUS = passe.AU_PLUS  # lu avant que les essais n’en regardent moins
FEVRIER, MARS = date(2026, 2, 28), date(2026, 3, 31)
BOUGE = {
    ("suivi_echeance", MARS): (Mesure(19, 7), Mesure(20, 7)),
    ("delai_annonce", MARS): (Mesure(12, 3), Mesure(13, 4)),
    ("plus_declare", MARS): (Mesure(1, 0), Mesure(1, 1)),
    ("delai_annonce", FEVRIER): (Mesure(9, 2), Mesure(9, 1)),
}


@pytest.fixture
def bouge() -> dict:
    """Deux indicateurs et un qui n'est plus déclaré, à deux fins de mois, en désordre."""
    autre = next(code for code in sorted(tous()) if not tous()[code].grandeur)
    assert autre < "delai_annonce"
    return {(autre if code == "suivi_echeance" else code, le): mesures for (code, le), mesures in BOUGE.items()}


def geste(monde, le: datetime, *deplacements, **champs) -> Trace:
    """Un geste qui a changé le passé, et ce qu'il a déplacé."""
    qui = monde.hab["cip"]
    dits = {"geste": "modifier", "objet": "contrat", "objet_id": 3, "motif": "date", "depuis": FEVRIER} | champs
    trace = Trace.objects.create(organisation=monde.organisation, compte=qui.compte, role="cip", le=le, **dits)
    for code, mois in deplacements:
        comptes = {"total_avant": 12, "atteint_avant": 3, "total_apres": 13, "atteint_apres": 4}
        Deplacement.objects.create(trace=trace, code=code, mois=mois, **comptes)
    return trace


def test_ce_qui_bouge_se_lit_du_plus_ancien_mois_au_dernier_avant_puis_apres(ici, bouge):
    dits = lignes(bouge, pour=ici.hab["cip"])
    jours = [(le, indicateur.code == "delai_annonce") for indicateur, le, *_ in dits]
    assert jours == [(FEVRIER, True), (MARS, False), (MARS, True)], "un indicateur qui n’est plus déclaré ne se montre pas"
    unite = tous()["delai_annonce"].unite
    avant, apres = dits[0][2:]
    assert (avant.split(), apres.split()) == (f"2 sur 9 {unite}".split(), f"1 sur 9 {unite}".split())
    assert {dit[2:] for dit in lignes(bouge, pour=ici.hab["ca"]) if dit[0].code == "delai_annonce"} == {("a bougé", "a bougé")}
    assert {dit[2:] for dit in lignes(bouge, pour=None) if dit[0].code == "delai_annonce"} == {("a bougé", "a bougé")}


def test_ce_qui_n_est_pas_de_personnes_se_dit_a_tous(ici):
    bouge = {("formation_realisee", MARS): (Mesure(4, 2), Mesure(4, 3))}
    dits = {lignes(bouge, pour=ici.hab[role])[0][2:] for role in ("cip", "ca")}
    assert len(dits) == 1 and [dit.startswith(str(n)) for n, dit in zip((2, 3), *dits, strict=True)] == [True, True]


def demande(ici, bouge, htmx: bool = False, **envoi):
    requete = RequestFactory().post("/ici/?le=2026-02-03", envoi)
    requete.habilitation, requete.habilitations, requete.user = ici.hab["cip"], [], ici.hab["cip"].compte
    requete.htmx = HtmxDetails(requete) if htmx else False
    if htmx:
        requete.META["HTTP_HX_REQUEST"] = "true"
    return demander_le_motif(requete, bouge)


def test_la_saisie_revient_entiere_les_choix_multiples_aussi_sauf_le_motif_et_le_jeton(ici, bouge):
    scan = SimpleUploadedFile("a.csv", b"x")
    envoi = {"nom": "d’Arc <b>", "choix": ["1", "2"], "motif_du_passe": "faux", "csrfmiddlewaretoken": "x", "scan": scan}
    reponse = demande(ici, bouge, **envoi)
    assert reponse.status_code == 409 and "HX-Retarget" not in reponse
    texte = reponse.content.decode()
    for nom, valeur in (("nom", "d’Arc &lt;b&gt;"), ("choix", "1"), ("choix", "2")):
        assert f'<input type="hidden" name="{nom}" value="{valeur}">' in texte
    assert 'name="motif_du_passe" value="faux"' not in texte and 'name="csrfmiddlewaretoken" value="x"' not in texte
    assert 'action="/ici/?le=2026-02-03"' in texte and 'name="scan" required' in texte and "multipart/form-data" in texte
    assert "multipart" not in demande(ici, bouge, nom="Ada").content.decode()


def test_dans_un_morceau_de_page_la_demande_prend_toute_la_page(ici, bouge):
    reponse = demande(ici, bouge, htmx=True, nom="Ada")
    assert (reponse["HX-Retarget"], reponse["HX-Reswap"]) == ("body", "innerHTML")


def test_les_motifs_sont_ceux_de_la_liste_dans_l_ordre_et_l_on_en_dit_un(ici, bouge):
    assert [valeur for valeur, _ in MotifForm().fields["motif_du_passe"].choices] == [
        *("frappe", "date", "autre_personne", "su_depuis", "apres", "deux_fois", "autre"),
    ]
    assert not MotifForm({}).is_valid() and MotifForm({"motif_du_passe": "date"}).is_valid()


@pytest.mark.parametrize("envoye, dit", [("deux_fois", "deux_fois"), ("Zélie était malade", ""), ("", "")])
def test_le_motif_de_l_envoi_vaut_pour_ce_geste_et_ne_reste_pas(rf, envoye, dit):
    lus = []
    _ecrire(lambda request: lus.append(passe._DIT.get()), rf.post("/", {"motif_du_passe": envoye}))
    assert lus == [dit] and passe._DIT.get() is None, "hors d’une page, personne n’est là pour le dire"


def test_la_page_dit_les_plus_recents_d_abord_quand_par_qui_pourquoi_et_depuis_quand(ici, ailleurs):
    geste(ici, datetime(2026, 3, 9, 12, tzinfo=UTC), motif="frappe", personne_id=77, depuis=date(2026, 1, 2))
    geste(ici, datetime(2026, 4, 9, 12, tzinfo=UTC), ("delai_annonce", MARS), motif="deux_fois")
    geste(ailleurs, datetime(2026, 4, 10, 12, tzinfo=UTC))
    Trace.objects.create(organisation=ici.organisation, geste="creer", objet="rien")
    page = ici.client("qualite").get(reverse("comptes:passe"))
    assert [trace.motif for trace, _ in page.context["montres"]] == ["deux_fois", "frappe"]
    assert [len(bouge) for _, bouge in page.context["montres"]] == [1, 0]
    texte = unescape(page.text).replace("\N{NO-BREAK SPACE}", " ")
    note_le, depuis_le = (jour_court(le).replace("\N{NO-BREAK SPACE}", " ") for le in (date(2026, 4, 9), FEVRIER))
    assert f"Noté le {note_le} par Cip Ici : a modifié contrat. Le passé change depuis le {depuis_le}." in texte
    assert "a modifié contrat, dossier n° 77. Le passé change depuis le 2 " in texte
    assert texte.index("Noté deux fois") < texte.index("Faute de frappe") and texte.count("Aucune mesure n’a bougé") == 1
    indicateur, fin = tous()["delai_annonce"], propre(jour_court(MARS))
    dits = [f"{nombres} {indicateur.unite}" for nombres in ("3 sur 12", "4 sur 13")]
    assert tableau(page) == [[indicateur.libelle, fin, *dits]]
    assert tableau(ici.client("ca").get(reverse("comptes:passe"))) == [[indicateur.libelle, fin, "a bougé"]]


def test_la_page_montre_cinquante_gestes_a_la_fois(ici, rf):
    qui, le = ici.hab["qualite"], datetime(2026, 3, 9, 12, tzinfo=UTC)
    dits = {"organisation": ici.organisation, "geste": "modifier", "objet": "x", "motif": "date", "depuis": FEVRIER}
    Trace.objects.bulk_create(Trace(le=le + timedelta(minutes=n), detail=str(n), **dits) for n in range(51))
    lues = [page_du_passe(rf.get("/", {"page": n}), Trace.objects.pour(qui), pour=qui) for n in (1, 2)]
    assert [len(page["montres"]) for page in lues] == [50, 1] and lues[1]["montres"][0][0].detail == "0"
    assert [(page["voit_les_personnes"], page["dehors"]) for page in lues] == [(True, False)] * 2
    dehors = page_du_passe(rf.get("/"), Trace.objects.all(), pour=None)
    assert (dehors["voit_les_personnes"], dehors["dehors"]) == (False, True)


def test_de_qui_n_est_pas_de_la_structure_on_ne_lit_que_le_role_et_le_mois(ici):
    geste(ici, datetime(2026, 3, 9, 12, tzinfo=UTC), personne_id=77, depuis=date(2026, 1, 2))
    requete = RequestFactory().get("/")
    requete.habilitation = None
    contexte = page_du_passe(requete, Trace.objects.all(), pour=None)
    texte = unescape(render_to_string("comptes/passe.html", contexte | {"habilitation": None, "audit": None}, requete))
    assert "par Accompagnateur·rice socioprofessionnel·le (CIP)" in texte and "depuis janvier 2026" in texte
    assert not {"Cip Ici", "n° 77", "2 janv"} & {mot for mot in ("Cip Ici", "n° 77", "2 janv") if mot in texte}


def test_un_motif_et_un_geste_se_lisent_avec_leurs_mots():
    assert [*MotifDuPasse.labels] == [
        *("Faute de frappe", "La date était fausse", "C’était pour quelqu’un d’autre", "On l’a su depuis"),
        *("Noté après son jour", "Noté deux fois", "Autre raison"),
    ]
    assert [*Trace.Geste.labels] == [f"a {dit}" for dit in (
        "ouvert", "créé", "modifié", "supprimé", "exporté", "importé", "invité", "retiré", "anonymisé", "effacé"
    )]  # fmt: skip


def test_une_mesure_dit_combien_de_gestes_l_ont_changee_a_la_fin_de_ce_mois(ici, ailleurs):
    premier = timezone.localdate().replace(day=1)
    fin = premier - timedelta(days=1)
    geste(ici, timezone.now(), ("delai_annonce", fin), ("delai_annonce", fin.replace(day=1) - timedelta(days=1)))
    geste(ici, timezone.now(), ("delai_annonce", fin), ("suivi_fin_pass", fin))
    geste(ailleurs, timezone.now(), ("delai_annonce", fin))

    def combien(le: date, role: str = "qualite") -> int:
        return deplacee(tous()["delai_annonce"], le, ici.hab[role])["gestes"]

    assert [combien(le) for le in (fin, fin.replace(day=1), fin.replace(day=1) - timedelta(days=1))] == [2, 2, 1]
    assert [combien(le) for le in (premier, timezone.localdate())] == [0, 0], "ce mois n’est pas fini"
    assert combien(fin, "mad") == 0, "qui ne lit pas la conformité n’en sait rien"
    texte = "{% load passe %}{% deplacee indicateur le habilitation %}"
    rendu = Template(texte).render(
        Context({"indicateur": tous()["delai_annonce"], "le": fin, "habilitation": ici.hab["qualite"]})
    )
    assert "2\N{NO-BREAK SPACE}gestes ont changé" in rendu and f'href="{reverse("comptes:passe")}"' in rendu


def test_les_mois_que_touche_un_jour_sont_finis_le_sien_compris_et_leur_nombre_est_borne():
    premier = timezone.localdate().replace(day=1)
    fin = premier - timedelta(days=1)
    assert mois_touches(fin) == mois_touches(fin.replace(day=1)) == [fin]
    assert mois_touches(premier) == []
    deux = mois_touches(fin.replace(day=1) - timedelta(days=1))
    assert deux == [fin.replace(day=1) - timedelta(days=1), fin], "du plus ancien au plus récent"
    assert len(mois_touches(date(2001, 1, 1))) == passe.AU_PLUS and AU_PLUS == 36


def test_derriere_un_chiffre_chaque_ligne_mene_a_sa_page_et_dit_si_elle_a_ete_notee_apres_son_mois(ici):
    indicateur, noms = tous()["delai_annonce"], {"objet": ici.contact._meta.verbose_name, "objet_id": ici.contact.pk}
    geste(ici, datetime(2026, 3, 9, 12, tzinfo=UTC), motif=MotifDuPasse.APRES, **noms)
    geste(ici, datetime(2026, 5, 9, 12, tzinfo=UTC), motif=MotifDuPasse.DATE, **noms)
    [dite] = montrer([ici.contact], indicateur, ici.hab["cip"])
    assert (dite.ligne, dite.quoi, dite.detail) == (ici.contact, str(ici.personne), str(ici.contact))
    assert dite.adresse == f"/personnes/{ici.personne.pk}/", "un contact n’a pas de page : celle de sa personne"
    assert dite.saisi_le == date(2026, 3, 9), "le jour où il a été noté, non celui où il a été corrigé"
    [secrete] = montrer([ici.contact], indicateur, ici.hab["ca"])
    assert (secrete.adresse, secrete.detail) == ("", "")
    assert montrer([], indicateur, ici.hab["cip"]) == []
