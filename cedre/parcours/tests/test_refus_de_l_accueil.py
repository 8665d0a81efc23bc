"""Ce que l'accueil, ses séances et les actions refusent, et comment ils le disent, mot pour mot (ACC-1 à ACC-4, INS-5)."""

from cedre.conftest import terme
from cedre.parcours.models import (
    ActionAssociee,
    Contact,
    Entretien,
    Evaluation,
    EvaluationProfessionnelle,
    Information,
    InformationCollective,
    Personne,
    Seance,
    Suite,
)
from cedre.parcours.models.evaluation import CompetenceEvaluee
from cedre.parcours.operations import actions, collectives, contacts, entretiens, evaluations, seances
from cedre.parcours.tests.refus import dans, refus

A_VENIR = ("Cette séance n’a pas encore eu lieu : on ne peut y noter ni présence ni absence.", None)


def test_une_seance_dit_pourquoi_on_ne_s_y_inscrit_pas_et_ce_qui_ne_s_y_note_pas(ici):
    par, seance, qui, ligne = {"par": ici.hab["accueil"]}, ici.collective, ici.personne, ici.information
    le, lou = f"{seance.le:%d/%m/%Y}", Personne.objects.create(organisation=ici.organisation, nom="Abel", prenom="Odile")
    deja = ("Zélie Martinelle est déjà inscrite à cette séance.", None)
    assert refus(collectives.inscrire, seance, personne=qui, **par) == deja
    InformationCollective.objects.update(capacite=1)
    assert refus(collectives.inscrire, seance, personne=lou, **par) == (
        f"La séance du {le} est complète (1 sur 1). Choisissez-en une autre, ou inscrivez « en surnombre ».",
        None,
    )
    for presence in ("presente", "absente"):
        assert refus(collectives.tenir, seance, presences={ligne: {"presence": presence}}, **par) == A_VENIR
    lou.phase = "sans_suite"
    assert refus(collectives.inscrire, seance, personne=lou, en_surnombre=True, **par) == (
        "Le dossier d’Odile Abel n’est plus ouvert : enregistrez d’abord sa nouvelle demande.",
        None,
    )
    Information.objects.update(presence="presente")
    ligne.refresh_from_db()
    assert refus(collectives.inscrire, seance, personne=qui, **par) == deja
    autre = InformationCollective.objects.create(organisation=ici.organisation, le=dans(9), heure=seance.heure)
    assert refus(collectives.tenir, seance, deplacements={ligne: autre}, **par) == (
        "Zélie Martinelle était présente : elle n’a pas à être déplacée.",
        None,
    )
    assert refus(seances.annuler_seance, seance, **par) == (
        "Des personnes y ont été notées présentes : cette séance a eu lieu.",
        None,
    )
    assert refus(seances.modifier_seance, seance, champs=["lieu"], **par) == (
        "Des présences y sont déjà notées : cette séance ne peut pas passer à une date future.",
        None,
    )


def test_une_seance_annulee_le_dit_a_chaque_geste(embauchee):
    par, qui = {"par": embauchee.hab["mad"]}, embauchee.personne
    InformationCollective.objects.update(annulee=True)
    Seance.objects.update(annulee=True)
    for seance, tenir, ligne in (
        (embauchee.collective, collectives.tenir, embauchee.information),
        (embauchee.seance, actions.tenir, ActionAssociee.objects.get()),
    ):
        assert refus(tenir, seance, inscriptions={qui: False}, **par) == (f"La séance du {seance.le:%d/%m/%Y} est annulée.", None)
        assert refus(tenir, seance, presences={ligne: {}}, **par) == (
            "Cette séance est annulée : on ne peut plus y noter de présence.",
            None,
        )
        assert refus(seances.annuler_seance, seance, **par) == ("Cette séance est déjà annulée.", None)
        assert refus(seances.modifier_seance, seance, champs=["lieu"], **par) == (
            "Cette séance a été annulée entre-temps : dupliquez-la pour en ouvrir une autre.",
            None,
        )


def test_une_action_dit_pourquoi_elle_ne_se_note_ni_ne_se_retire(embauchee):
    par, qui, action = {"par": embauchee.hab["mad"]}, embauchee.personne, ActionAssociee.objects.get()
    assert refus(actions.tenir, embauchee.seance, inscriptions={qui: False}, **par) == (
        "Zélie Martinelle est déjà inscrite à cette séance.",
        None,
    )
    for etat in ("faite", "absente"):
        assert refus(actions.tenir, embauchee.seance, presences={action: {"etat": etat}}, **par) == A_VENIR
    assert refus(actions.retirer_action, action, **par) == (
        "Elle vient d’une séance : notez la personne excusée sur la feuille de cette séance.",
        None,
    )
    for dit, attendu in (
        ({"etat": "faite", "le": dans(1)}, ("Elle n’est pas encore finie : notez-la « prévue ».", "etat")),
        ({"etat": "faite", "le": dans(-3), "au": dans(1)}, ("Elle n’est pas encore finie : notez-la « prévue ».", "etat")),
        (
            {"etat": "absente", "le": dans(1)},
            ("Elle n’a pas encore commencé : on ne peut y noter d’absence.", "etat"),
        ),
        (
            {"etat": "prevue", "le": dans(-1), "certificat": "CACES"},
            ("Un certificat s’obtient à la fin : notez l’action « faite ».", "certificat"),
        ),
    ):
        seule = ActionAssociee(personne=qui, offre=embauchee.seance.offre, **dit)
        assert refus(actions.tenir_action, seule, champs=[], **par) == attendu
    qui.phase = "accueil"
    attendu = ("Zélie Martinelle n’a pas de parcours en cours.", None)
    assert refus(actions.tenir, embauchee.seance, inscriptions={qui: False}, **par) == attendu
    qui.phase, qui.anonymisee_le = "parcours", dans(0)
    assert refus(actions.tenir, embauchee.seance, inscriptions={qui: False}, **par) == attendu


def test_un_entretien_dit_pourquoi_il_ne_se_prevoit_ni_ne_se_conclut(ici):
    par, entretien = {"par": ici.hab["cip"]}, ici.entretien
    assert refus(entretiens.noter_absence, entretien, **par) == (
        "Cet entretien n’a pas encore eu lieu : annulez-le ou changez sa date.",
        None,
    )
    entretiens.annuler(entretien, **par)
    change = ("L’entretien a changé entre-temps : il est noté « Annulé ».", None)
    assert refus(entretiens.annuler, entretien, **par) == change
    assert refus(entretiens.corriger, entretien, textes={}, version=1, **par) == change
    Entretien.objects.update(etat="prevu", annule_le=None)
    Personne.objects.update(phase="reorientee")
    autre = Entretien(personne=Personne.objects.get(pk=ici.personne.pk), le=dans(2))
    assert refus(entretiens.prevoir, autre, **par) == (
        "Ce dossier n’est plus ouvert : enregistrez d’abord la nouvelle demande.",
        None,
    )
    assert refus(entretiens.conclure, entretien, issue="autre_rencontre", le=dans(0), suivant=autre, **par) == (
        "Ce dossier vient d’être clos : sa suite est déjà donnée. Relisez, puis concluez de nouveau.",
        None,
    )


def test_une_suite_dit_pourquoi_elle_ne_se_donne_pas(ici):
    par, qui = {"par": ici.hab["cip"]}, ici.personne
    suite = Suite(nature="sans_suite", le=dans(-6), motif=terme("motif_sans_suite", "autre"))
    assert refus(contacts.donner_suite, qui, suite=suite, **par) == (
        "Une demande est venue après ce jour : la suite se donne ce jour-là ou après.",
        "le",
    )
    Contact.objects.update(le=dans(-9))
    qui.phase = "parcours"
    assert refus(contacts.donner_suite, qui, suite=Suite(nature="inscription"), **par) == (
        "Cette personne est en parcours : elle en part par une sortie.",
        None,
    )
    assert qui.suites.count() == 0


def test_une_evaluation_dit_ce_qui_lui_manque_pour_etre_gardee_ou_validee(ici, ailleurs):
    par, evaluation = {"par": ici.hab["cip"]}, ici.evaluation
    domaines = {d.theme.code: d for d in ici.grille.domaines.select_related("theme")}

    def ecrire(code, **vue):
        contenu = evaluations.Contenu(dans(0), vues={domaines[code].pk: evaluations.Vue(**vue)})
        return refus(evaluations.enregistrer, evaluation, version=1, contenu=contenu, **par)

    sante, justice, logement = (str(domaines[code]) for code in ("sante", "justice", "logement"))
    assert ecrire("logement", personne=4) == (f"« {logement} » a une valeur qui n’est pas dans l’échelle.", None)
    assert ecrire("sante", commentaire="X") == (f"« {sante} » ne se commente pas : ces informations sont protégées.", None)
    assert ecrire("logement", precision="X") == (f"« {logement} » ne reçoit pas de précision de santé.", None)
    agenda = (f"« {justice} » dit seulement s’il y a une contrainte d’agenda.", None)
    assert [ecrire("justice", personne=a, accompagnateur=b) for a, b in ((1, 1), (0, 3), (0, None))] == [agenda] * 3
    domaines["logement"] = ailleurs.grille.domaines.first()
    assert ecrire("logement") == ("Un domaine n’est pas celui de la grille de cette évaluation.", None)
    assert refus(evaluations.valider, evaluation, **par) == (
        "Évaluez au moins un domaine à deux : la personne et l’accompagnateur·rice.",
        None,
    )
    ici.evaluation.cotations.create(domaine=domaines["sante"], valeur_personne=1, valeur_accompagnateur=1)
    assert refus(evaluations.valider, evaluation, **par) == (
        "Dites la trajectoire socioprofessionnelle : stable, instable ou précaire.",
        "trajectoire",
    )
    Evaluation.objects.update(trajectoire="stable")
    evaluations.valider(evaluation, **par)
    assert refus(evaluations.valider, evaluation, **par) == ("Cette évaluation est déjà validée.", None)
    assert refus(evaluations.supprimer, evaluation, **par) == ("Une évaluation validée se garde.", None)
    assert ecrire("sante") == ("Cette évaluation est validée : elle ne change plus. Faites-en une nouvelle.", None)
    ici.grille.evaluations.all().delete()
    ici.grille.delete()
    assert refus(evaluations.commencer, ici.personne, **par) == (
        "Aucune grille d’évaluation n’est publiée dans la structure.",
        None,
    )


def test_une_evaluation_professionnelle_porte_sur_les_competences_de_sa_fiche(ici, ailleurs):
    par, siennes = {"par": ici.hab["mad"]}, ici.fiche_de_poste.competences.all()
    d_ailleurs = ailleurs.fiche_de_poste.competences.all()
    for fiche, competences, dit in (
        (ici.fiche_de_poste, siennes, "Évaluez au moins une compétence de la fiche de poste."),
        (ici.fiche_de_poste, d_ailleurs, "Ces compétences ne sont pas celles de la fiche de poste."),
        (ailleurs.fiche_de_poste, d_ailleurs, "Ces compétences ne sont pas celles de la fiche de poste."),
    ):
        evaluation = EvaluationProfessionnelle(personne=ici.personne, fiche_de_poste=fiche)
        niveaux = [CompetenceEvaluee(competence=c) for c in competences]
        assert refus(evaluations.evaluer_capacites, evaluation, competences=niveaux, **par) == (dit, None)
