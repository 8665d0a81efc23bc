"""Les pages des comptes et des organisations, ligne à ligne : mots, nombres et liens (RES-1)."""

from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.contexte import habilitation as du_compte
from cedre.comptes.models import Habilitation, Organisation
from cedre.comptes.operations import inviter
from cedre.conftest import ouvrir_session
from cedre.tests.ecran import phrases


def test_inviter_et_retirer_disent_ce_qui_va_se_passer(ici):
    direction = ici.client("direction")
    lues = phrases(direction.get(reverse("comptes:inviter")))
    assert lues[:5] == [
        *("Structure Ici [/equipe/]", "Inviter"),
        "La personne reçoit un lien par courriel, valable sept jours. Elle choisit elle-même son mot de passe.",
        *("Courriel de la personne", "Rôle"),
    ]
    assert lues[-1] == "Envoyer l’invitation"
    assert phrases(direction.get(reverse("comptes:retirer", args=[ici.hab["mad"].pk]))) == [
        *("Équipe et accès [/equipe/]", "Retirer l’accès de Mad Ici ?"),
        "Mad Ici ne pourra plus agir pour Structure Ici comme « Mise à disposition, encadrement technique », dès maintenant. "
        "Ses traces et ce qui a été enregistré restent.",
        "Si des personnes accueillies l’ont pour référent·e, donnez-leur-en un·e autre depuis la liste des personnes.",
        "Retirer l’accès Garder [/equipe/]",
    ]


def test_une_organisation_neuve_se_lit_sans_rien_de_trop_et_mene_aux_siennes(reseau, ici):
    federation, region = reseau[0].client("responsable_qualite"), reseau[1][0]
    vides = ["Coordonnées", "SIRET", "non renseigné", "Adresse", "Heure", "Métropole"]
    titres = ("Adhésion", "Signature de la charte", "Convention tripartite", "Fin de la formation-action")
    dans_le_reseau = ["Dans le réseau", *(ligne for titre in titres for ligne in (titre, "pas de date"))]
    page = f"/organisations/{ici.organisation.pk}"
    assert phrases(federation.get(f"{page}/")) == [
        *("Organisations [/organisations/]", "Structure Ici", "Structure · Association intermédiaire"),
        f"Modifier [{page}/modifier] Noter une certification"
        f" [{reverse('certification:certifier')}?structure={ici.organisation.pk}]",
        *(*vides, "Région", "Région 1", *dans_le_reseau),
    ]
    lues = phrases(federation.get(f"/organisations/{region.pk}/"))
    assert lues == [
        *("Organisations [/organisations/]", "Région 1", "Association régionale"),
        f"Modifier [/organisations/{region.pk}/modifier] Inviter [/organisations/{region.pk}/inviter]",
        *(*vides, *dans_le_reseau, "Les structures de la région", f"Structure Ici [{page}/] AI"),
    ]
    ensemblier = Organisation.objects.create(nature="ensemblier", nom="Ensemble", slug="e", region=region, courriel="e@e.example")
    Organisation.objects.filter(pk=ici.organisation.pk).update(ensemblier=ensemblier)
    lues = phrases(federation.get(f"/organisations/{ensemblier.pk}/"))
    assert lues[lues.index("Courriel") : lues.index("Dans le réseau")] == [
        *("Courriel", "e@e.example [mailto:e@e.example]", "Région", "Région 1")
    ]
    assert lues[-2:] == ["Ses structures", f"Structure Ici [{page}/] AI"]


def test_une_liste_vide_dit_pourquoi(reseau, ici):
    assert phrases(reseau[0].client("responsable_qualite").get("/organisations/", {"q": "zzz"}))[-2:] == [
        *("Aucune organisation ne correspond", "Retirez un filtre, ou cherchez un morceau plus court du nom.")
    ]
    assert phrases(ici.client("qualite").get("/passe/")) == [
        "Ce qui a changé le passé",
        "Une correction, un fait noté après son jour, une annulation : rien d’autre ne change une mesure déjà faite. "
        "La base refuse qu’on change cette liste.",
        *("Rien n’a changé le passé", "Tout a été noté dans son mois, et rien n’a été corrigé depuis."),
    ]
    traces = phrases(ici.client("direction").get("/traces/"))
    assert traces[:2] == ["Traces", "Qui a fait quoi, et qui a ouvert quel dossier. La base refuse qu’on les change."]
    assert traces[-2:] == ["Aucune trace", "Rien ne correspond à ces filtres."]


def test_le_volet_du_compte_dit_qui_l_on_est_et_ou_l_on_peut_passer(ici, ailleurs, cip):
    def volet() -> list[str]:
        html = cip.get("/compte/").text.partition('<details class="menu pousse">')[2].partition("</details>")[0]
        return phrases(SimplePage(f"<main>{html}"))

    role = "Accompagnateur·rice socioprofessionnel·le (CIP)"
    moi = [f"CI Structure Ici {role} Mon compte", "Cip Ici", f"Structure Ici, {role}"]
    assert " ".join(volet()).startswith(" ".join([moi[0], moi[1], moi[2]]))
    assert not any("Structure Ailleurs" in ligne for ligne in volet())
    autre = Habilitation.objects.create(compte=ici.qui, organisation=ailleurs.organisation, role="accueil")
    Habilitation.objects.filter(pk=ici.hab["cip"].pk).update(utilisee_le=timezone.now())
    cip.cookies["sessionid"] = ouvrir_session(ici.qui)
    lues = volet()
    assert lues[lues.index("[/compte/changer]") + 1] == f"Structure Ailleurs Accueil [{autre.pk}]"
    assert any("Mon compte et ma sécurité [/compte/]" in ligne for ligne in lues)
    assert lues[-2:] == ["[/compte/logout/]", "Se déconnecter"]


class SimplePage:
    """Un morceau de page, à lire comme une page."""

    def __init__(self, html: str):
        self.content = html.encode()


def test_sans_compte_un_gabarit_n_a_rien_a_en_dire():
    requete = RequestFactory().get("/")
    assert du_compte(requete) == {"habilitation": None, "habilitations": [], "facteur_attendu": None}
    requete.habilitation, requete.habilitations, requete.facteur_attendu = "une", ["une", "deux"], "demande"
    assert du_compte(requete) == {"habilitation": "une", "habilitations": ["une", "deux"], "facteur_attendu": "demande"}


def test_un_lien_refuse_mene_a_cedre(db, client):
    assert phrases(client.get(reverse("comptes:invitation", args=["x"]))) == [
        "Ce lien ne vaut plus",
        "Ce lien n’est pas celui d’une invitation. Demandez-en une nouvelle à la personne qui vous l’a envoyée.",
        "Aller à Cèdre [/]",
    ]


def test_une_invitation_dit_de_qui_pour_ou_et_ce_qu_elle_demande(ici, client):
    def lien(jeton: str) -> str:
        return reverse("comptes:invitation", args=[jeton])

    def inviter_a(courriel: str) -> str:
        return inviter(ici.organisation, courriel=courriel, role="ca", lien=lien, par=ici.hab["direction"])[1]

    accueil = [
        "Bienvenue dans Cèdre",
        "Direction Ici vous invite à rejoindre Structure Ici , comme « Administrateur·rice (CA) ».",
    ]
    lues = phrases(client.get(inviter_a("neuve@ici.example")))
    assert lues[:5] == [*accueil, "Votre compte aura pour courriel neuve@ici.example .", "Prénom", "Nom"]
    assert lues[-1] == "Ouvrir mon compte"
    sien = inviter_a("cip@ici.example")
    assert phrases(client.get(sien)) == [
        *accueil,
        "Vous avez déjà un compte à l’adresse cip@ici.example . Connectez-vous : vous pourrez ensuite accepter.",
        f"Se connecter [{reverse('account_login', query={'next': sien})}]",
    ]
    assert phrases(ici.client("cip").get(sien)) == [
        *accueil,
        "Cette habilitation s’ajoutera à votre compte. Vous passerez de l’une à l’autre d’un clic, en haut de chaque page.",
        "Accepter",
    ]
    assert phrases(ici.client("mad").get(sien)) == [
        *(*accueil, "[/compte/logout/]"),
        "Cette invitation a été envoyée à une autre adresse que la vôtre, mad@ici.example . Si elle est bien pour vous, "
        "déconnectez-vous d’abord.",
        "Se déconnecter",
    ]
