"""Les traces d'un dossier : à la direction et à la personne référente (nomenclatures §7)."""

from django.urls import reverse

from cedre.conftest import creer_habilitation


def test_la_referente_et_la_direction_lisent_qui_a_ouvert_le_dossier(ici, cip):
    cip.get(reverse("parcours:personne", args=[ici.personne.pk]))
    adresse = reverse("parcours:traces_personne", args=[ici.personne.pk])
    for deja, client in enumerate((cip, ici.client("direction")), 1):  # lire les traces en est une aussi
        assert [t.geste for t in client.get(adresse).context["page"]] == ["consulter"] * deja


def test_les_autres_n_y_ont_pas_droit_et_un_dossier_d_ailleurs_n_existe_pas(ici, ailleurs, cip):
    adresse = reverse("parcours:traces_personne", args=[ici.personne.pk])
    for role in ("accueil", "mad", "qualite", "ca"):
        assert ici.client(role).get(adresse).status_code == 403
    assert cip.get(reverse("parcours:traces_personne", args=[ailleurs.personne.pk])).status_code == 404
    ici.personne.referent = creer_habilitation(ici.organisation, "groupe_qualite").compte
    ici.personne.save()
    assert cip.get(adresse).status_code == 403


def test_le_lien_n_est_montre_qu_a_qui_peut_le_suivre(ici, cip):
    dossier = reverse("parcours:personne", args=[ici.personne.pk])
    traces = reverse("parcours:traces_personne", args=[ici.personne.pk])
    assert traces in cip.get(dossier).content.decode()
    assert traces not in ici.client("accueil").get(dossier).content.decode()
