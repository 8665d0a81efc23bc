"""De la page d'un chiffre : alerter, ou décider une action ; et les deux pages à montrer (OBS-4)."""

from django.urls import reverse
from django.utils import timezone

from cedre.observatoire.models import Alerte

CODE = "delai_annonce"


def test_un_chiffre_ouvre_une_alerte_ou_il_est_joint_ou_une_action_d_origine_observatoire(ici):
    le = timezone.localdate()
    page = ici.client("qualite").get(reverse("portail:manquants", args=[CODE])).content.decode()
    alerter = f"{reverse('observatoire:alerte_nouvelle')}?chiffre={CODE}&amp;au={le:%Y-%m-%d}"
    decider = f"{reverse('qualite:action_nouvelle')}?origine=observatoire&amp;reference="
    assert alerter in page and decider in page
    proposee = ici.client("qualite").get(
        reverse("qualite:action_nouvelle"), {"origine": "observatoire", "reference": "Un chiffre"}
    )
    action = proposee.context["form"].instance
    assert (action.origine, action.reference) == ("observatoire", "Un chiffre")
    lecteur = ici.client("cip").get(reverse("portail:manquants", args=[CODE])).content.decode()
    assert "alertes/nouvelle" not in lecteur and "origine=observatoire" not in lecteur


def test_les_chiffres_menent_au_tableau_par_type_d_engagement(ici):
    assert reverse("observatoire:par_engagement") in ici.client("ca").get(reverse("portail:chiffres")).content.decode()


def test_les_deux_pages_s_impriment_a_qui_lit_les_chiffres(ici, ailleurs):
    alerte = Alerte.objects.create(organisation=ici.organisation, titre="Sans car", precision="Le car", constat="Vu")
    adresse = reverse("portail:alerte_pdf", args=[alerte.pk])
    for role in ("cip", "qualite", "direction", "ca"):
        reponse = ici.client(role).get(adresse)
        assert reponse["Content-Type"] == "application/pdf" and b"<pdfuaid:part>1</pdfuaid:part>" in reponse.content
    assert adresse in ici.client("ca").get(alerte.get_absolute_url()).content.decode()
    assert ici.client("accueil").get(adresse).status_code == 403
    assert ailleurs.client("direction").get(adresse).status_code == 404
