"""Ce que dit une page de la qualité à chaque pas : ce qui s'y fait encore, ce qui s'y lit désormais."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.partenariats.models import Client, Convention, Partenaire, Rencontre
from cedre.qualite.models import ActionAmelioration, ActionDeFormation, Enquete, EntretienAnnuel, Principe, Reclamation
from cedre.qualite.operations import ameliorations, enquetes, procedures, reclamations
from cedre.tests.ecran import principal, propre


def lue(monde, route: str, *args, role="direction") -> str:
    """Ce que ce rôle lit de cette page ; un jour y est « JOUR »."""
    page = propre(principal(monde.client(role).get(reverse(route, args=args))))
    return re.sub(r"\d\d?(er)? [a-zûé]+\.? \d{4}|\d\d/\d\d/\d{4}", "JOUR", page)


def dit(texte: str, *phrases: str, sans: tuple[str, ...] = ()) -> None:
    """Vérifie que chaque phrase se lit, et aucune de celles que l'on tait."""
    assert ([p for p in phrases if p not in texte], [p for p in sans if p in texte]) == ([], [])


def test_une_reclamation_a_chaque_pas(embauchee):
    ligne, par, jour = embauchee.reclamation, {"par": embauchee.hab["qualite"]}, timezone.localdate()
    accuser, clore = "Accuser réception Dire à la personne", "Clore sans réponse"
    reclamations.accuser(ligne, le=jour, traitee_par=embauchee.qui, **par)
    texte = lue(embauchee, "qualite:reclamation", ligne.pk)
    dit(
        texte,
        "Accusée JOUR S’en charge Cip Ici À répondre avant JOUR Actions décidées",
        clore,
        "Garder la réponse",
        sans=(accuser,),
    )
    reclamations.repondre(ligne, le=jour, traitement="Réparé", reponse="Excuses", **par)
    texte = lue(embauchee, "qualite:reclamation", ligne.pk)
    dit(
        texte,
        "Clore Une réponse a été donnée : elle peut se clore. Clore La suite donnée",
        sans=(clore, "Garder la réponse", "Le nom ne"),
    )
    suite = "Répondue JOUR {}Ce que l’on a fait Réparé Ce que l’on a répondu Excuses Actions décidées"
    dit(texte, suite.format(""))
    reclamations.clore(ligne, **par)
    texte = lue(embauchee, "qualite:reclamation", ligne.pk)
    efface = "Le nom ne sert plus Le nom et le contact s’effacent pour de bon ; le reste demeure. Effacer le nom et le contact"
    dit(texte, suite.format("Close JOUR "), efface, sans=("elle peut se clore", "Pourquoi"))
    reclamations.oublier_qui(ligne, **par)
    dit(lue(embauchee, "qualite:reclamation", ligne.pk), "Qui Pas de nom Lui répondre aucun contact laissé", sans=("Le nom ne",))


def test_une_reclamation_close_sans_reponse_dit_pourquoi(embauchee):
    reclamations.clore(embauchee.reclamation, motif="Retirée", par=embauchee.hab["qualite"])
    texte = lue(embauchee, "qualite:reclamation", embauchee.reclamation.pk)
    dit(texte, "Accusée non À répondre avant JOUR Close JOUR Pourquoi sans réponse Retirée Actions décidées")


def test_une_action_d_amelioration_a_chaque_pas(embauchee):
    ligne, par, jour = embauchee.action, {"par": embauchee.hab["qualite"]}, timezone.localdate()
    c_est_fait, verifier = "C’est fait Ce qui a été fait", "Vérifier l’effet On attendait : Effet ici L’effet que l’on constate"
    dit(lue(embauchee, "qualite:action", ligne.pk), c_est_fait, sans=(verifier, "Effet vérifié"))
    ameliorations.faire(ligne, le=jour, fait="Le fait", **par)
    texte = lue(embauchee, "qualite:action", ligne.pk)
    dit(texte, "Décidée JOUR Faite JOUR : Le fait Vérifier l’effet", verifier, sans=(c_est_fait,))
    dit(lue(embauchee, "qualite:action", ligne.pk, role="ca"), "Faite JOUR : Le fait", sans=(verifier,))
    ameliorations.verifier(ligne, le=jour, effet_constate="Vu", efficace=False, **par)
    texte = lue(embauchee, "qualite:action", ligne.pk)
    assert texte.endswith("Faite JOUR : Le fait Effet vérifié JOUR : Vu")
    dit(texte, "Décider autre chose Clore L’effet attendu n’est pas là : décidez autre chose avant de clore. Effet attendu")
    ameliorations.clore(ligne, **par)
    assert lue(embauchee, "qualite:action", ligne.pk).endswith("Effet vérifié JOUR : Vu Close JOUR")


def test_une_enquete_close_montre_ses_comptes_ses_textes_et_se_tait_sous_cinq(embauchee):
    ligne = embauchee.enquete
    for n in range(6):
        enquetes.repondre(ligne, reponses={"travail": 2, "mieux": f"Mot {n}"} | ({"conseil": 0} if n < 4 else {}))
    enquetes.clore(ligne, par=embauchee.hab["qualite"])
    texte = lue(embauchee, "qualite:enquete", ligne.pk)
    regle = "ne se montre : il faut 5 réponses, sans celles qu’une même personne a recopiées"
    dit(texte, f"Là où il n’y a pas de chiffres, rien {regle}. On reconnaîtrait quelqu’un.")
    tableau = "Les mêmes chiffres, en tableau Réponse Combien Mauvais 0 sur 6 Moyen 0 sur 6 Bon 6 sur 6 Très bon 0 sur 6"
    dit(texte, "Le travail fait est : 6 réponses", tableau, "Nous recommanderiez-vous ? Pas assez de réponses.")
    dit(texte, "« Mot 0 » « Mot 1 » « Mot 2 »", sans=("Faire répondre", "Clore et lire"))
    dehors = lue(embauchee, "qualite:enquete", ligne.pk, role="ca")
    dit(dehors, f"{regle}, et aucun mot choisi par moins de cinq. On", "Le travail fait est : environ 5 réponses")
    dit(dehors, "Réponse Combien, à cinq près Mauvais 0 sur 5 Moyen 0 sur 5 Bon 5 sur 5")


def test_le_plan_de_formation_dit_ce_que_coute_chaque_action_et_toutes_ensemble(ici):
    jour = timezone.localdate()
    commun = {"organisation": ici.organisation, "besoin": "Mieux recevoir", "prevue_du": jour, "prevue_au": jour}
    faite = {"organisme": "Afpa", "heures": 14, "cout": "90.50", "realisee_le": jour}
    ActionDeFormation.objects.create(**commun, intitule="L’écoute", **faite)
    ActionDeFormation.objects.create(**commun, intitule="La paie", heures="7.50", pour_qui="Ada")
    texte = lue(ici, "qualite:formations")
    dit(texte, "Actions réalisées 1 sur 2 prévues Heures réalisées 14 sur 21,5 Coût des actions réalisées 90,5 € sur 90,5 €")
    dit(
        texte,
        "Besoin et action Pour qui Quand Organisme Heures Coût État L’écoute Mieux recevoir toute l’équipe JOUR Afpa 14 90,5 €",
    )
    dit(texte, "Réalisée La paie Mieux recevoir Ada JOUR 7,5 Prévue", f"Plan de formation {jour.year} Ce que l’équipe")
    ActionDeFormation.objects.filter(intitule="La paie").update(abandonnee_le=jour, motif="Trop cher")
    dit(lue(ici, "qualite:formations"), "1 sur 2 prévues, dont 1 abandonnée Heures", "Ada JOUR 7,5 Abandonnée Trop cher")


def test_une_procedure_sans_delai_ecrit_ne_se_dit_ni_tenue_ni_en_derive_et_retiree_ne_se_revise_plus(embauchee):
    ligne, par = embauchee.procedure, embauchee.hab["qualite"]
    sans = ("Le texte écrit", "Tenue", "Dérive")
    type(ligne).objects.filter(pk=ligne.pk).update(reglage="", valeur=None)
    pratique = "Ce qui se pratique Statut de salarié expliqué Personnes inscrites depuis moins de douze mois"
    dit(lue(embauchee, "qualite:procedure", ligne.pk), pratique, "Outils Fiche ici", "Étapes Première étape ici", sans=sans)
    ligne.refresh_from_db()
    procedures.retirer(ligne, par=par)
    texte = lue(embauchee, "qualite:procedure", ligne.pk)
    dit(
        texte,
        "Accueillir ici Mission accueil · Accueil Retirée But ici",
        "En vigueur depuis JOUR Retirée JOUR",
        sans=("Réviser", "Retirer"),
    )
    dit(lue(embauchee, "qualite:procedures"), "Accueillir ici du JOUR au JOUR")


def test_un_entretien_et_un_principe_disent_ce_qui_n_y_est_pas_encore(embauchee):
    entretien = EntretienAnnuel.objects.get(organisation=embauchee.organisation)
    formation = ActionDeFormation.objects.get(organisation=embauchee.organisation)
    type(formation).objects.filter(pk=formation.pk).update(entretien=entretien, besoin="Besoin dit ici")
    adresse = f"{reverse('qualite:formations')}?annee={formation.prevue_du.year}"
    page = embauchee.client("direction").get(reverse("qualite:entretien_annuel", args=[entretien.pk])).content.decode()
    assert f'<a href="{adresse}">Formation ici</a>' in page
    texte = lue(embauchee, "qualite:entretien_annuel", entretien.pk)
    dit(texte, "Besoin dit ici Au plan Au plan de formation : Formation ici", sans=("Ajouter au plan",))
    type(formation).objects.filter(pk=formation.pk).update(entretien=None)
    type(entretien).objects.filter(pk=entretien.pk).update(points="", besoins="")
    texte = lue(embauchee, "qualite:entretien_annuel", entretien.pk)
    dit(texte, "Ce qui s’est dit Rien n’en a été écrit.", "Besoins de formation Aucun n’a été dit.", sans=("Au plan",))
    principe = Principe.objects.get(organisation=embauchee.organisation)
    principe.evaluations.all().delete()
    dit(lue(embauchee, "qualite:principe", principe.pk), "Évaluations Il n’a pas encore été évalué.")


PAGINEES = {
    "partenariats:clients": lambda monde, le, n: Client(organisation=monde.organisation, nom=f"Client {n}"),
    "partenariats:partenaires": lambda monde, le, n: Partenaire(organisation=monde.organisation, nom=f"Partenaire {n}"),
    "partenariats:rencontres": lambda monde, le, n: Rencontre(organisation=monde.organisation, le=le, sujet="Emploi"),
    "partenariats:conventions": lambda monde, le, n: Convention(partenaire=monde.partenaire, objet="Permis", du=le),
    "qualite:reclamations": lambda monde, le, n: Reclamation(organisation=monde.organisation, origine="client", texte="Dit"),
    "qualite:enquetes": lambda monde, le, n: Enquete(organisation=monde.organisation, modele="clients", titre="Clients", au=le),
    "qualite:ameliorations_liste": lambda monde, le, n: ActionAmelioration(
        organisation=monde.organisation, quoi="Agir", effet_attendu="Mieux", qui=monde.qui, echeance=le
    ),
    "qualite:entretiens_annuels": lambda monde, le, n: EntretienAnnuel(
        organisation=monde.organisation,
        compte=monde.qui,
        mene_par=monde.hab["direction"].compte,
        tenu_le=le - timedelta(days=n),
    ),
}


@pytest.mark.parametrize("route", PAGINEES)
def test_une_longue_liste_mene_a_sa_page_suivante(ici, route):
    lignes = [PAGINEES[route](ici, timezone.localdate(), n) for n in range(51)]
    type(lignes[0]).objects.bulk_create(lignes)
    page = ici.client("direction").get(reverse(route))
    assert len(page.context["page"]) == 50 and "page=2" in page.content.decode()
