"""Ce que la qualité refuse, et comment elle le dit : toute la phrase, et le champ qu'elle montre."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from cedre.core.refus import Conflit, GesteImpossible
from cedre.qualite.forms.formation import ActionDeFormationForm
from cedre.qualite.forms.manuel import ListeEnPapierForm, PublicationForm
from cedre.qualite.forms.principes import EvaluationDePrincipeForm
from cedre.qualite.forms.procedures import ProcedureForm
from cedre.qualite.forms.reclamations import CloreReclamationForm
from cedre.qualite.models import ActionAmelioration, ActionDeFormation, EntretienAnnuel, Principe, Reclamation
from cedre.qualite.operations import ameliorations, enquetes, entretiens_annuels, procedures, reclamations
from cedre.qualite.operations.formation import enregistrer_action
from cedre.qualite.operations.manuel import ecrire_section, recopier_liste
from cedre.qualite.operations.principes import enregistrer_principe
from cedre.qualite.operations.sans_nom import deposer

TROP_TARD = "Cette échéance est passée : elle ne se déplace plus."


def dans(jours: int):
    """Un jour, compté depuis aujourd'hui."""
    return timezone.localdate() + timedelta(days=jours)


def dit(jours: int) -> str:
    """Ce jour-là, comme une phrase l'écrit."""
    return f"{dans(jours):%d/%m/%Y}"


def refus(geste, *args, **saisie) -> tuple[str, str | None]:
    """La phrase de ce refus, et le champ qu'il montre."""
    with pytest.raises(GesteImpossible) as leve, transaction.atomic():
        geste(*args, **saisie)
    return str(leve.value), leve.value.champ


def tenir(ligne, **champs):
    """La ligne, avec ces valeurs, dans la base."""
    type(ligne).objects.filter(pk=ligne.pk).update(**champs)
    ligne.refresh_from_db()
    return ligne


def test_ce_qu_une_reclamation_refuse(embauchee):
    par, recue = {"par": embauchee.hab["qualite"]}, tenir(embauchee.reclamation, recue_le=dans(-9))
    demain = Reclamation(organisation=embauchee.organisation, origine="client", texte="Dit", recue_le=dans(1))
    a_venir = ("Cette date est à venir.", "recue_le")
    assert refus(reclamations.recevoir, demain, lien=str, **par) == refus(deposer, demain) == a_venir
    charge, mots = {"traitee_par": embauchee.qui}, {"traitement": "", "reponse": "Oui"}
    trop_tot = (f"Cette date va du {dit(-9)} (« reçue le ») à aujourd’hui.", "le")
    assert refus(reclamations.accuser, recue, le=dans(-10), **charge, **par) == trop_tot
    assert refus(reclamations.repondre, recue, le=dans(1), **mots, **par) == trop_tot
    sans_mot = ("Dites ce que l’on a répondu.", "reponse")
    assert refus(reclamations.repondre, recue, le=dans(0), traitement="Fait", reponse=" ", **par) == sans_mot
    sans_motif = ("Répondez d’abord, ou dites pourquoi il n’y a pas de réponse.", "motif")
    assert refus(reclamations.clore, recue, motif=" ", **par) == sans_motif
    assert CloreReclamationForm({}, reclamation=recue).errors == {"motif": [sans_motif[0]]}
    servent = "le nom et le contact servent encore, on les efface une fois la réclamation close"
    assert refus(reclamations.oublier_qui, recue, **par) == (f"Reçue : {servent}.", None)
    pas_le_sien = ("Votre rôle ne permet pas ce geste.", None)
    assert refus(reclamations.clore, recue, motif="Retirée", par=embauchee.hab["cip"]) == pas_le_sien
    reclamations.clore(recue, motif="Retirée", **par)
    fini = (f"Close (depuis le {dit(0)}) : ce geste ne se fait plus.", None)
    assert refus(reclamations.repondre, recue, le=dans(0), **mots, **par) == fini


def test_ce_qu_une_action_d_amelioration_refuse(embauchee):
    par, action = {"par": embauchee.hab["qualite"]}, tenir(embauchee.action, decidee_le=dans(-40), echeance=dans(0))
    vu = {"effet_constate": "Vu", "efficace": True} | par
    neuve = ActionAmelioration(organisation=embauchee.organisation, quoi="Q", effet_attendu="E", qui=embauchee.qui)
    neuve.echeance = dans(-1)
    passee = ("Cette date est passée.", "echeance")
    assert refus(ameliorations.decider, neuve, champs=[], **par) == passee
    action.echeance = dans(-1)
    assert refus(ameliorations.decider, action, champs=["echeance"], **par) == passee
    tenir(action, echeance=dans(-1)).echeance = dans(3)
    assert refus(ameliorations.decider, action, champs=["echeance"], **par) == (TROP_TARD, "echeance")
    pas_a_lui = (f"C’est à {action.qui} de dire que c’est fait.", None)
    assert refus(ameliorations.faire, action, le=dans(0), fait="F", par=embauchee.hab["mad"]) == pas_a_lui
    avant = (f"Cette date va du {dit(-40)} (« décidée le ») à aujourd’hui.", "le")
    assert refus(ameliorations.faire, action, le=dans(-41), fait="F", **par) == avant
    pas_faite = ("À faire : elle n’est pas encore faite, son effet ne se voit pas.", None)
    assert refus(ameliorations.verifier, action, le=dans(0), **vu) == pas_faite
    ameliorations.faire(action, le=dans(-2), fait="F", **par)
    etat, suite = f"Faite, effet à vérifier (depuis le {dit(-2)})", "une action ne se clôt pas sans cela"
    assert refus(ameliorations.clore, action, **par) == (f"{etat} : son effet n’est pas vérifié, {suite}.", None)
    assert refus(ameliorations.decider, action, champs=["quoi"], **par) == (f"{etat} : ce geste ne se fait plus.", None)
    sans_mot = ("Dites l’effet que vous constatez.", "effet_constate")
    assert refus(ameliorations.verifier, action, le=dans(0), **vu | {"effet_constate": " "}) == sans_mot
    avant = (f"Cette date va du {dit(-2)} (« faite le ») à aujourd’hui.", "le")
    assert refus(ameliorations.verifier, action, le=dans(-3), **vu) == avant
    ameliorations.verifier(action, le=dans(-1), **vu)
    deja = (f"Effet vérifié le {dit(-1)} : c’est déjà fait.", None)
    assert refus(ameliorations.verifier, action, le=dans(0), **vu) == deja


def test_ce_qu_une_enquete_et_un_entretien_annuel_refusent(embauchee):
    par, enquete = {"par": embauchee.hab["direction"]}, embauchee.enquete
    rien = ("Répondez à une question au moins.", None)
    assert refus(enquetes.repondre, enquete, reponses={"travail": None, "mieux": ""}) == rien
    enquetes.clore(enquete, **par)
    finie = ("Cette enquête est finie : merci d’y avoir pensé.", None)
    assert refus(enquetes.repondre, enquete, reponses={"travail": 1}, **par) == finie
    assert refus(enquetes.clore, enquete, **par) == ("Cette enquête est déjà close.", None)

    def noter(avec="cip", mene_par="direction", par=embauchee.hab["direction"], version=1, **champs):
        qui = {"compte": embauchee.hab[avec].compte, "mene_par": embauchee.hab[mene_par].compte}
        note = EntretienAnnuel(organisation=embauchee.organisation, **{"tenu_le": dans(0)} | qui | champs)
        return refus(entretiens_annuels.noter, note, champs=[], version=version, par=par)

    le_sien = ("On ne note pas son propre entretien : c’est à qui l’a mené de le faire.", "compte")
    assert noter(avec="direction", mene_par="cip") == le_sien
    assert noter(mene_par="cip") == ("On ne mène pas son propre entretien.", "mene_par")
    assert noter(tenu_le=dans(1)) == ("Ce jour n’est pas encore venu.", "tenu_le")
    deja = EntretienAnnuel.objects.get(organisation=embauchee.organisation)
    le_meme = {"avec": "accueil", "tenu_le": deja.tenu_le}
    assert noter(**le_meme) == ("Un entretien de ce jour-là est déjà noté.", "tenu_le")
    pas_elle = ("Seules la direction et la personne qui l’a mené en reprennent les mots.", None)
    assert noter(**le_meme, pk=deja.pk, points="Autre", par=embauchee.hab["qualite"]) == pas_elle
    autre = "Quelqu’un d’autre a enregistré entre-temps. Rien n’est perdu : réunissez les deux versions."
    assert noter(**le_meme, pk=deja.pk, points="Autre", version=9) == (autre, None)


def test_ce_qu_une_procedure_un_principe_et_le_plan_refusent(embauchee):
    par, procedure = {"par": embauchee.hab["qualite"]}, embauchee.procedure
    ecrire = {"changement": "", "champs": []} | par
    avant = ("On ne relit pas une procédure avant qu’elle existe.", "relue_le")
    assert refus(procedures.ecrire, procedure, le=dans(-401), **ecrire) == avant
    procedure.depuis = dans(-399)
    le_jour = (f"On la suit depuis le {dit(-400)} : la réviser ne change pas ce jour.", "depuis")
    assert refus(procedures.ecrire, procedure, le=dans(0), **ecrire) == le_jour
    procedures.relire(procedure, **par)
    assert refus(procedures.relire, procedure, **par) == ("Elle a déjà été relue aujourd’hui.", None)
    procedures.retirer(procedure, **par)
    retiree = ("Cette procédure est retirée : elle ne change plus. Écrivez-en une autre.", None)
    assert refus(procedures.ecrire, procedure, le=dans(0), **ecrire) == refus(procedures.relire, procedure, **par) == retiree
    assert refus(procedures.retirer, procedure, **par) == retiree

    principe = Principe.objects.get(organisation=embauchee.organisation)
    principe.enonce_le = dans(-699)
    le_jour = (f"Il est énoncé depuis le {dit(-700)} : ce jour ne change pas quand on le redit.", "enonce_le")
    assert refus(enregistrer_principe, principe, champs=[], **par) == le_jour
    tenir(principe, retire_le=dans(-1)).retire_le = None
    retire = ("Ce principe est retiré : énoncez-en un autre.", "retire_le")
    assert refus(enregistrer_principe, principe, champs=[], **par) == retire

    formation = ActionDeFormation.objects.get(organisation=embauchee.organisation)
    formation.abandonnee_le = None
    abandon = (f"Elle est abandonnée depuis le {dit(-45)} : prévoyez-en une autre.", "abandonnee_le")
    assert refus(enregistrer_action, formation, champs=[], **par) == abandon
    tenir(formation, abandonnee_le=None, motif="").prevue_au = dans(3)
    assert refus(enregistrer_action, formation, champs=[], **par) == (TROP_TARD, "prevue_au")
    tenir(formation, prevue_au=dans(0)).prevue_au = dans(-1)
    assert refus(enregistrer_action, formation, champs=[], **par) == ("Cette date est passée.", "prevue_au")


def test_ce_que_le_manuel_refuse(embauchee):
    par, version = {"par": embauchee.hab["qualite"]}, embauchee.version
    avant = (f"Elle a été publiée le {dit(-40)} : on ne l’a pas lue avant.", "le")
    assert refus(recopier_liste, version, le=dans(-41), **par) == avant
    change = ("Ce fichier n’est plus celui qui a été publié : remettez-le depuis une sauvegarde.", None)
    assert refus(version.lire_le_fichier) == change
    with pytest.raises(Conflit) as conflit:
        ecrire_section("projet", texte="Autre", version=9, **par)
    assert conflit.value.actuel.texte == "Projet ici"


def test_ce_que_les_formulaires_de_la_qualite_refusent(ici):
    qui, demain = {"habilitation": ici.hab["qualite"]}, dans(1)
    papier = {"version": ici.organisation.versions_du_manuel.model(pk=1, publiee_le=dans(-9))} | qui
    dits = [
        (ActionDeFormationForm({"realisee_le": demain}, **qui), {"realisee_le": "Ce jour n’est pas encore venu."}),
        (ActionDeFormationForm({"abandonnee_le": demain}, **qui), {"abandonnee_le": "Ce jour n’est pas encore venu."}),
        (EvaluationDePrincipeForm({"le": demain}), {"le": "Ce jour n’est pas encore venu."}),
        (
            ProcedureForm({"relue_le": demain, "depuis": demain}),
            {
                "relue_le": "Une relecture a déjà eu lieu : ce jour est à venir.",
                "depuis": "Ce jour est à venir : une procédure en vigueur est déjà suivie.",
            },
        ),
        (
            PublicationForm({"approuvee_le": demain}),
            {"approuvee_le": "Elle ne se publie qu’une fois approuvée : ce jour est à venir."},
        ),
        (
            ListeEnPapierForm({"le": demain, "noms": "A" * 121}, **papier),
            {"le": "Ce jour est à venir.", "noms": "Un nom par ligne, de 120 signes au plus."},
        ),
        (ListeEnPapierForm({"le": dans(0)}, **papier), {"__all__": "Cochez au moins une personne, ou écrivez un nom."}),
        (ListeEnPapierForm({"le": dans(0), "noms": "A" * 120}, **papier), {}),
    ]
    for form, attendu in dits:
        obligatoires = {nom for nom, erreurs in form.errors.as_data().items() if {e.code for e in erreurs} == {"required"}}
        assert {nom: " ".join(e) for nom, e in form.errors.items() if nom not in obligatoires} == attendu, type(form).__name__


def test_chaque_contrainte_dit_en_francais_ce_qui_ne_se_peut_pas():
    contraintes = [c for m in apps.get_app_config("qualite").get_models() for c in m._meta.constraints]
    dites = {c.name: str(c.violation_error_message) for c in contraintes if c.violation_error_message}
    generique = {nom for nom, phrase in dites.items() if "%(name)s" in phrase}
    assert {nom: phrase for nom, phrase in dites.items() if nom not in generique} == {
        "amelioration_close_apres_verification": "Une action ne se clôt pas avant que son effet soit vérifié.",
        "amelioration_verifiee_apres_faite": "Un effet vérifié a sa date, ses mots, et un avis ; et l’action a été faite avant.",
        "enquete_periode": "Une enquête finit après avoir commencé.",
        "entretien_annuel_a_deux": "On ne mène pas son propre entretien.",
        "entretien_annuel_un_par_jour": "Un entretien de ce jour-là est déjà noté.",
        "formation_fin_apres_debut": "La fin vient avant le début.",
        "formation_realisee_ou_abandonnee": "Une action est réalisée, ou abandonnée : pas les deux.",
        "formation_abandon_motive": "Un abandon se dit avec son jour et son motif.",
        "lecture_de_quelqu_un": "Une lecture est celle de quelqu’un.",
        "principe_retire_apres_enonce": "Il ne se retire pas avant d’être énoncé.",
        "procedure_chiffre_entier": "Un délai ou un rythme écrit a son nombre, et un nombre dit ce qu’il compte.",
        "procedure_retiree_apres_ecrite": "Une procédure se retire après avoir été en vigueur.",
        "reclamation_close_avec_reponse_ou_motif": (
            "Une réclamation ne se clôt pas sans réponse, ou sans dire pourquoi il n’y en a pas."
        ),
        "version_du_manuel_approuvee_avant": ("Une version s’approuve avant d’être publiée, par une personne que l’on nomme."),
    }
