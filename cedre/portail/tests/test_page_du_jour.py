"""Ce que chaque rubrique de la page du jour montre : qui, dans quel ordre, combien, et où l'on va (ACC-1, ACC-6)."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.droits import ROLES_DE_STRUCTURE, Role
from cedre.comptes.models import Organisation
from cedre.conftest import creer_habilitation
from cedre.core.manques import CeQuiManque, manques
from cedre.parcours.models import Contact, Entretien, InformationCollective, Personne
from cedre.portail.jour import A_MONTRER, PAR_MANQUE, PROMESSES, a_faire, contexte, equipe, tuiles

NOMS = "abcdefghij"


def jour(dans: int = 0):
    """Aujourd'hui et quelques jours."""
    return timezone.localdate() + timedelta(days=dans)


def page(monde, role: str = "direction") -> dict:
    return contexte(monde.hab[role], [monde.hab[role]])


def personnes(monde, noms, **champs) -> list[Personne]:
    """Autant de personnes, enregistrées de la dernière à la première de l'alphabet."""
    lignes = [Personne(organisation=monde.organisation, nom=nom, prenom="Ada", **champs) for nom in noms]
    for ligne in reversed(lignes):
        ligne.save()
    return lignes


def test_attendent_d_etre_recues_celles_qui_attendent_depuis_le_plus_longtemps(ici, ailleurs):
    lignes = personnes(ici, NOMS)
    for rang, personne in enumerate(lignes):
        Contact.objects.create(personne=personne, le=jour(rang - 20))
    meme_jour = personnes(ici, "zy")  # la première enregistrée d'abord
    for personne in meme_jour:
        Contact.objects.create(personne=personne, le=jour(-30))
    recue = personnes(ici, ["recue"])[0]
    Contact.objects.create(personne=recue, le=jour(-50))
    Entretien.objects.create(personne=recue, le=jour(-40), etat="realise", issue="inscription")
    Contact.objects.filter(personne=ailleurs.personne).update(le=jour(-60))
    attente = list(page(ici)["attente"])
    assert len(attente) == A_MONTRER == 8
    assert [str(p.nom) for p in attente] == ["y", "z", *"jihgfe"][:2] + list("abcdef")
    assert [p.contact_le for p in attente[2:4]] == [jour(-20), jour(-19)]


def test_les_trois_prochaines_informations_collectives_et_aucune_passee_ni_annulee(ici, ailleurs):
    InformationCollective.objects.update(le=jour(9))
    chez = {"organisation": ici.organisation, "lieu": "Salle"}
    for dans in (4, -1, 2, 0, 3):
        InformationCollective.objects.create(**chez, le=jour(dans), heure=time(23, 59))
    InformationCollective.objects.create(**chez, le=jour(1), heure=time(9), annulee=True)
    InformationCollective.objects.create(organisation=ailleurs.organisation, lieu="Là-bas", le=jour(1), heure=time(9))
    assert [seance.le for seance in page(ici)["collectives"]] == [jour(0), jour(2), jour(3)]


def test_les_entretiens_d_aujourd_hui_et_d_apres_d_un_cote_ceux_qui_restent_a_ecrire_de_l_autre(ici):
    Entretien.objects.all().delete()
    qui = {"personne": ici.personne, "conduit_par": ici.qui}
    lignes = {
        nom: Entretien.objects.create(**qui, le=jour(dans), heure=heure, etat=etat, issue="inscription" * (etat == "realise"))
        for nom, dans, heure, etat in [
            ("demain", 1, time(8), "prevu"),
            ("aujourd'hui tard", 0, time(16), "prevu"),
            ("aujourd'hui tôt", 0, time(9), "prevu"),
            ("hier", -1, time(9), "prevu"),
            ("commencé aujourd'hui", 0, time(8), "en_cours"),
            ("réalisé", -2, time(9), "realise"),
            ("annulé", 0, time(7), "annule"),
        ]
    }
    autre = Entretien.objects.create(personne=ici.personne, le=jour(), heure=time(10), conduit_par=ici.hab["direction"].compte)
    for role in ("cip", "direction"):
        dite, trouves = page(ici, role), [lignes["aujourd'hui tôt"], autre, lignes["aujourd'hui tard"], lignes["demain"]]
        attendus = [lignes["commencé aujourd'hui"], *(e for e in trouves if role == "direction" or e != autre)]
        assert dite["entretiens"] == attendus, "une CIP ne voit là que les siens"
        assert dite["a_ecrire"] == [lignes["hier"], lignes["commencé aujourd'hui"]]
    for rang in range(A_MONTRER):
        Entretien.objects.create(**qui, le=jour(2 + rang), heure=time(8))
    assert len(page(ici, "cip")["entretiens"]) == A_MONTRER


def test_chaque_manque_a_ses_premieres_personnes_par_leur_nom_et_son_nombre_entier(ici, ailleurs):
    Personne.objects.filter(pk=ici.personne.pk).update(referent=None)
    attendues = personnes(ici, NOMS[:7], referent=ici.qui, telephone="", courriel="")
    personnes(ici, ["autre"], referent=ici.hab["direction"].compte)
    personnes(ailleurs, ["la-bas"], referent=ici.qui)
    groupes = a_faire(ici.hab["cip"])
    rangs = list(manques(Personne).values())
    assert [rangs.index(groupe.manque) for groupe in groupes] == sorted(rangs.index(groupe.manque) for groupe in groupes)
    (injoignables,) = [groupe for groupe in groupes if groupe.manque.cle == "injoignable"]
    assert [trouve.ligne for trouve in injoignables.premieres] == attendues[:PAR_MANQUE]
    assert (PAR_MANQUE, injoignables.nombre) == (5, 7)
    lue = ici.client("cip").get("/").text.replace("&amp;", "&")
    entiere = f'<a href="{injoignables.adresse}">Les 7 personnes</a>'
    assert lue.count(entiere) == 1 and "Les 5 personnes" not in lue
    assert injoignables.adresse == reverse("parcours:personnes") + "?referent=moi&manque=injoignable"


def test_les_tuiles_vont_du_plus_pressant_au_moins_pressant(embauchee):
    personnes(embauchee, NOMS[:3], telephone="", courriel="")
    alertes = [manque.alerte for manque in manques(Personne).values()]
    dites = tuiles(embauchee.hab["direction"])
    assert len(dites) > 2 and [alertes.index(t.libelle) for t in dites] == sorted(alertes.index(t.libelle) for t in dites)


def test_l_equipe_dit_d_abord_qui_n_a_personne_puis_chacun_par_son_nom(ici, ailleurs):
    Personne.objects.all().delete()
    for role, prenom, nom in (("accueil", "Élie", "Zola"), ("mad", "Ève", "Abel"), ("cip", "zoé", "Abel")):
        ici.hab[role].compte.prenom, ici.hab[role].compte.nom = prenom, nom
        ici.hab[role].compte.save()
    comptes = {role: ici.hab[role].compte for role in ("accueil", "mad", "cip")}
    for nombre, compte in ((1, comptes["accueil"]), (2, comptes["mad"]), (3, comptes["cip"]), (4, None)):
        personnes(ici, NOMS[:nombre], referent=compte)
    personnes(ici, ["sortie"], referent=comptes["mad"], phase="sortie")
    personnes(ailleurs, ["la-bas"], referent=comptes["mad"])
    suivis = equipe(ici.hab["direction"])
    assert [(str(s.referent or ""), s.suivies) for s in suivis] == [("", 4), ("Élie Zola", 1), ("Ève Abel", 2), ("zoé Abel", 3)]
    assert [s.adresse.partition("?")[2] for s in suivis] == ["referent=personne&phase=suivies"] + [
        f"referent={comptes[role].pk}&phase=suivies" for role in ("accueil", "mad", "cip")
    ]
    client = ici.client("direction")
    assert [len(client.get(s.adresse).context["page"]) for s in suivis] == [4, 1, 2, 3]


@pytest.mark.parametrize("role", sorted(Role, key=str))
def test_qui_attend_sa_page_en_lit_la_promesse(ici, reseau, role):
    habilitation = {**reseau[0].hab, **ici.hab}.get(role) or creer_habilitation(ici.organisation, role)
    client = ici.client("cip")
    client.force_login(habilitation.compte)
    lue = client.get("/").content.decode()
    promise = PROMESSES.get(role, "")
    assert ("Bientôt sur cette page" in lue) is bool(promise) and promise in lue
    assert bool(promise) is (role not in ROLES_DE_STRUCTURE or role in (Role.CLIENT, Role.PARTENAIRE)), role


@pytest.mark.parametrize("dans, passe", [(-1, True), (0, False), (1, False)])
def test_un_manque_dure_depuis_hier_ou_attend_ce_jour(ici, dans, passe):
    trouve = CeQuiManque(ici.personne, manques(Personne)["fin_pass"], jour(dans))
    assert trouve.est_passe is passe


def test_un_ensemblier_ne_mene_qu_aux_structures(ici, ailleurs, reseau):
    ensemble = Organisation.objects.create(nature="ensemblier", nom="Ensemble", slug="ensemble", region=ici.organisation.region)
    moi = creer_habilitation(ensemble, "direction")
    miennes = [moi, reseau[0].hab["ca_regional"], ici.hab["direction"], ailleurs.hab["ca"]]
    dite = contexte(moi, miennes)
    assert (dite["sans_dossier"], dite["structures"]) == (True, miennes[2:]) and "tuiles" not in dite
