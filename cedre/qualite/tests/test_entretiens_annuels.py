"""Les entretiens annuels de l'équipe : qui a eu le sien, et qui peut en lire les mots (AME-4)."""

from datetime import timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Compte, Habilitation, Trace
from cedre.core.refus import GesteImpossible
from cedre.qualite.models import ActionDeFormation, EntretienAnnuel
from cedre.qualite.operations import entretiens_annuels as gestes

AUJOURDHUI = timezone.localdate()
UN_AN = relativedelta(years=1)
LISTE = "qualite:entretiens_annuels"


def tenu(monde, avec="cip", par="direction", le=AUJOURDHUI, **dits) -> EntretienAnnuel:
    """Un entretien mené par ce rôle avec cet autre."""
    qui = {"compte": monde.hab[avec].compte, "mene_par": monde.hab[par].compte}
    return EntretienAnnuel.objects.create(organisation=monde.organisation, tenu_le=le, points="Un secret", **qui | dits)


def arriver(monde, jours: int = 900) -> None:
    """Toute l'équipe est là depuis tant de jours."""
    Habilitation.objects.filter(organisation=monde.organisation).update(depuis=timezone.now() - timedelta(days=jours))


def saisie(monde, **champs) -> dict:
    """Ce qu'on envoie pour noter un entretien de la CIP, mené par la direction."""
    qui = {"compte": monde.hab["cip"].compte_id, "mene_par": monde.hab["direction"].compte_id}
    return qui | {"tenu_le": AUJOURDHUI, "points": "Un secret", "besoins": "La paie\nL’écoute", "version": 1} | champs


# ── Qui lit quoi ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "role, code",
    [("cip", 200), ("mad", 200), ("direction", 200), ("qualite", 404), ("accueil", 404), ("ca", 404), ("salarie", 403)],
)
def test_ses_mots_ne_se_lisent_que_de_qui_l_a_eu_de_qui_l_a_mene_et_de_la_direction(ici, role, code):
    entretien = tenu(ici, avec="cip", par="mad")
    client = ici.client(role)
    page = client.get(reverse("qualite:entretien_annuel", args=[entretien.pk]))
    assert page.status_code == code
    assert ("Un secret" in page.content.decode()) == (code == 200)
    if code != 403:
        assert (entretien in client.get(reverse(LISTE)).context["page"]) == (code == 200)


def test_celui_d_une_autre_structure_n_existe_pas_meme_pour_la_direction(ici, ailleurs):
    entretien = tenu(ailleurs)
    assert ici.client("direction").get(reverse("qualite:entretien_annuel", args=[entretien.pk])).status_code == 404


def test_qui_tient_la_qualite_voit_qui_a_eu_le_sien_et_rien_de_ce_qui_s_est_dit(ici):
    arriver(ici)
    tenu(ici, "cip", le=AUJOURDHUI - UN_AN + timedelta(days=1))
    tenu(ici, "mad", le=AUJOURDHUI - UN_AN)
    tenu(ici, "mad", le=AUJOURDHUI - 2 * UN_AN)
    tenu(ici, "accueil", le=AUJOURDHUI)
    tenu(ici, "accueil", le=AUJOURDHUI + timedelta(days=1))
    tenu(ici, "qualite", le=AUJOURDHUI + timedelta(days=1))
    page = ici.client("qualite").get(reverse(LISTE))
    membres = {m.role: (m.dernier_entretien, m.vu) for m in page.context["membres"]}
    assert membres == {
        "accueil": (AUJOURDHUI, True),
        "cip": (AUJOURDHUI - UN_AN + timedelta(days=1), True),
        "mad": (AUJOURDHUI - UN_AN, False),
        "qualite": (None, False),
        "direction": (None, False),
    }
    texte = page.content.decode()
    assert "2\xa0sur\xa05" in texte and "jamais" in texte and "Un secret" not in texte


def test_le_reste_de_l_equipe_ne_voit_pas_qui_a_eu_le_sien(ici):
    arriver(ici)
    tenu(ici, "mad")
    page = ici.client("cip").get(reverse(LISTE))
    assert page.context["membres"] == [] and "dernier entretien" not in page.content.decode()


def test_qui_tient_deux_roles_ne_compte_qu_une_fois_et_qui_est_parti_ne_compte_plus(ici):
    arriver(ici)
    Habilitation.objects.create(compte=ici.hab["cip"].compte, organisation=ici.organisation, role="mad")
    Habilitation.objects.filter(pk=ici.hab["accueil"].pk).update(retiree_le=timezone.now())
    page = ici.client("direction").get(reverse(LISTE))
    assert sorted(m.role for m in page.context["membres"]) == ["cip", "direction", "mad", "qualite"]


# ── Noter ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_la_referente_note_un_entretien_mene_par_la_direction_sans_pouvoir_le_relire(ici):
    arriver(ici)
    client = ici.client("qualite")
    assert client.post(reverse("qualite:entretien_annuel_nouveau"), saisie(ici)).url == reverse(LISTE)
    entretien = EntretienAnnuel.objects.get()
    assert (entretien.organisation, entretien.besoins_dits) == (ici.organisation, ["La paie", "L’écoute"])
    assert client.get(reverse("qualite:entretien_annuel", args=[entretien.pk])).status_code == 404


@pytest.mark.parametrize(
    "role, champs, champ",
    [
        ("direction", {"compte": "direction", "mene_par": "cip"}, "compte"),
        ("direction", {"compte": "cip", "mene_par": "cip"}, "__all__"),
        ("direction", {"tenu_le": AUJOURDHUI + timedelta(days=1)}, "tenu_le"),
        ("direction", {"compte": "ca"}, "compte"),
    ],
)
def test_on_ne_mene_ni_ne_note_le_sien_et_l_avenir_n_est_pas_un_fait(ici, role, champs, champ):
    arriver(ici)
    dits = {nom: ici.hab[valeur].compte_id if isinstance(valeur, str) else valeur for nom, valeur in champs.items()}
    page = ici.client(role).post(reverse("qualite:entretien_annuel_nouveau"), saisie(ici, **dits))
    assert page.context["form"].errors.keys() == {champ}
    assert not EntretienAnnuel.objects.exists()


def test_un_compte_d_ailleurs_ne_s_entretient_pas_ici(ici, ailleurs):
    arriver(ici)
    for nom in ("compte", "mene_par"):
        dits = saisie(ici, **{nom: ailleurs.hab["cip"].compte_id})
        page = ici.client("direction").post(reverse("qualite:entretien_annuel_nouveau"), dits)
        assert page.context["form"].errors.keys() == {nom}


@pytest.mark.deux_moteurs
def test_le_geste_et_la_base_refusent_qu_on_mene_le_sien(ici):
    compte = ici.hab["cip"].compte
    moi = EntretienAnnuel(organisation=ici.organisation, compte=compte, mene_par=compte, tenu_le=AUJOURDHUI)
    with pytest.raises(GesteImpossible, match="mène pas son propre"):
        gestes.noter(moi, champs=[], version=1, par=ici.hab["direction"])
    with pytest.raises(IntegrityError), transaction.atomic():
        moi.save()


def test_seuls_la_direction_et_qui_l_a_mene_en_reprennent_les_mots(ici):
    arriver(ici)
    de_la_referente = tenu(ici, avec="qualite", par="mad")
    adresse = reverse("qualite:entretien_annuel_modifier", args=[de_la_referente.pk])
    assert (
        "Reprendre"
        not in ici.client("qualite").get(reverse("qualite:entretien_annuel", args=[de_la_referente.pk])).content.decode()
    )
    envoi = saisie(ici, compte=ici.hab["qualite"].compte_id, mene_par=ici.hab["mad"].compte_id, points="Autre chose")
    assert ici.client("qualite").post(adresse, envoi).context["form"].errors
    assert ici.client("direction").post(adresse, envoi).status_code == 302
    de_la_referente.refresh_from_db()
    assert de_la_referente.points == "Autre chose"
    prise = de_la_referente
    prise.mene_par = ici.hab["qualite"].compte  # ne s'attribue pas un entretien que l'on n'a pas mené
    prise.compte = ici.hab["cip"].compte
    with pytest.raises(GesteImpossible, match="Seules"):
        gestes.noter(prise, champs=[], version=1, par=ici.hab["qualite"])


def test_deux_membres_s_entretiennent_le_meme_jour_et_le_meme_dans_deux_structures(ici, ailleurs):
    tenu(ailleurs, "cip")
    for role in ("cip", "mad"):
        EntretienAnnuel.objects.filter(organisation=ailleurs.organisation).update(compte=ici.hab[role].compte)
        neuf = EntretienAnnuel(organisation=ici.organisation, compte=ici.hab[role].compte, tenu_le=AUJOURDHUI)
        neuf.mene_par = ici.hab["direction"].compte
        gestes.noter(neuf, champs=["points"], version=1, par=ici.hab["direction"])
    assert EntretienAnnuel.objects.filter(organisation=ici.organisation).count() == 2
    trace = Trace.objects.filter(objet="entretien annuel").latest("pk")
    assert (trace.detail, trace.geste, trace.objet_id) == ("ce qui s’est dit", "creer", neuf.pk)


def test_noter_propose_aujourd_hui_soi_meme_et_le_membre_d_ou_l_on_vient(ici):
    arriver(ici)
    client = ici.client("qualite")
    page = client.get(reverse(LISTE))
    assert [m.compte for m in page.context["membres"]] == sorted((m.compte for m in page.context["membres"]), key=str)
    cip = ici.hab["cip"].compte_id
    noter = reverse("qualite:entretien_annuel_nouveau")
    assert f"{noter}?compte={cip}" in page.content.decode()
    assert f"{noter}?compte={ici.hab['qualite'].compte_id}" not in page.content.decode(), "pas le sien"
    form = client.get(noter, {"compte": cip}).context["form"]
    assert [str(form[nom].value()) for nom in ("compte", "mene_par", "tenu_le")] == [
        *(str(cip), str(ici.hab["qualite"].compte_id), str(AUJOURDHUI))
    ]
    assert {*form.fields["compte"].queryset} == {m.compte for m in page.context["membres"]}


def test_qui_l_a_eu_n_en_reprend_pas_les_mots_meme_a_la_direction(ici):
    sien, d_un_autre = tenu(ici, avec="direction", par="mad"), tenu(ici, avec="cip", par="mad")
    page = {e: ici.client("direction").get(reverse("qualite:entretien_annuel", args=[e.pk])) for e in (sien, d_un_autre)}
    assert [p.context["reprend"] for p in page.values()] == [False, True]
    assert f"{ici.hab['cip'].compte} · mené par {ici.hab['mad'].compte}" in page[d_un_autre].content.decode()


# ── Vers le plan de formation ─────────────────────────────────────────────────────────────────────────────────────


def test_un_besoin_entre_au_plan_de_formation_deja_ecrit(ici):
    entretien = tenu(ici, besoins="La paie\n\n  L’écoute  \n")
    client, adresse = ici.client("direction"), reverse("qualite:formation_nouvelle")
    initial = client.get(adresse, {"entretien": entretien.pk, "besoin": 1}).context["form"].initial
    assert (initial["besoin"], initial["pour_qui"]) == ("L’écoute", str(ici.hab["cip"].compte))
    assert client.get(adresse, {"entretien": entretien.pk, "besoin": "9"}).context["form"].initial["besoin"] == ""
    assert (
        "pour_qui" not in client.get(adresse).context["form"].initial
        or not client.get(adresse).context["form"].initial["pour_qui"]
    )
    assert ici.client("qualite").get(adresse, {"entretien": entretien.pk, "besoin": 0}).status_code == 404
    envoi = {"besoin": "L’écoute", "pour_qui": "Une autre orthographe", "intitule": "Écouter"}
    envoi |= {"prevue_du": AUJOURDHUI, "prevue_au": AUJOURDHUI}
    assert client.post(f"{adresse}?entretien={entretien.pk}&besoin=1", envoi).status_code == 302
    assert client.post(adresse, envoi | {"besoin": "La paie", "pour_qui": str(ici.hab["cip"].compte)}).status_code == 302
    assert ActionDeFormation.objects.get(besoin="L’écoute").entretien == entretien
    page = client.get(reverse("qualite:entretien_annuel", args=[entretien.pk]))
    assert page.context["besoins"] == [("La paie", False), ("L’écoute", True)], (
        "au plan de la même personne, ce n'est pas venu d'ici"
    )
    assert "Écouter" in page.content.decode()


# ── À deux, et avec le temps ──────────────────────────────────────────────────────────────────────────────────────


def test_deux_personnes_qui_en_reprennent_les_mots_les_rapprochent(ici):
    arriver(ici)
    entretien = tenu(ici, avec="cip", par="mad")
    adresse = reverse("qualite:entretien_annuel_modifier", args=[entretien.pk])
    direction = ici.client("direction")
    envoi = saisie(ici, mene_par=ici.hab["mad"].compte_id, besoins="")
    assert direction.post(adresse, envoi | {"points": "Les mots de l’un"}).status_code == 302
    page = direction.post(adresse, envoi | {"points": "Les mots de l’autre"})
    assert page.status_code == 409
    assert page.context["differences"] == [("Ce qui s’est dit", "Les mots de l’autre", "Les mots de l’un")]
    entretien.refresh_from_db()
    assert (entretien.points, entretien.version) == ("Les mots de l’un", 2)
    assert direction.post(adresse, envoi | {"points": "Les deux", "version": 2}).status_code == 302
    assert direction.post(adresse, envoi | {"points": "Les deux", "version": 2}).status_code == 302
    entretien.refresh_from_db()
    assert (entretien.points, entretien.version) == ("Les deux", 3)


def test_le_meme_jour_ne_se_note_pas_deux_fois(ici):
    arriver(ici)
    nouveau = reverse("qualite:entretien_annuel_nouveau")
    assert ici.client("direction").post(nouveau, saisie(ici)).status_code == 302
    page = ici.client("qualite").post(nouveau, saisie(ici, points="Autre chose"))
    assert page.context["form"].errors == {"tenu_le": ["Un entretien de ce jour-là est déjà noté."]}
    assert EntretienAnnuel.objects.count() == 1


def test_qui_arrive_n_est_pas_en_retard_et_un_compte_desactive_n_est_plus_a_tenir(ici):
    arriver(ici)
    Habilitation.objects.filter(pk=ici.hab["mad"].pk).update(depuis=timezone.now() - timedelta(days=300))
    Compte.objects.filter(pk=ici.hab["accueil"].compte_id).update(is_active=False)
    page = ici.client("direction").get(reverse(LISTE))
    assert {m.role: m.attendu for m in page.context["membres"]} == {
        "cip": True,
        "mad": False,
        "qualite": True,
        "direction": True,
    }
    assert page.context["attendus"] == 3 and "moins d’un an" in page.content.decode()
    tenu(ici, "mad")
    assert ici.client("direction").get(reverse(LISTE)).context["attendus"] == 4
