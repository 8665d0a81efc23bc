"""D'une cause à la réponse : ce qu'une alerte garde, ce qu'elle refuse, ce qu'elle montre et à qui (OBS-4)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Deplacement, Habilitation, Trace
from cedre.core.dates import fin_de_mois
from cedre.core.indicateurs import tous
from cedre.core.refus import GesteImpossible
from cedre.observatoire.models import Alerte, ChiffreJoint, Destinataire, MesureFigee, Parole, Retombee, Terme
from cedre.observatoire.operations import alertes as gestes
from cedre.observatoire.plaidoyer import a_joindre

CODE = "delai_annonce"


def jour(decalage: int = 0) -> date:
    """Un jour, compté depuis aujourd'hui."""
    return timezone.localdate() + timedelta(days=decalage)


def envoyer(client, route: str, *args, requete: str = "", **champs):
    """L'envoi de ce formulaire."""
    return client.post(reverse(f"observatoire:{route}", args=args) + requete, champs)


def lu(reponse) -> str:
    """Ce que dit cette page, les espaces insécables rendues simples."""
    return reponse.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def lire(client, alerte: Alerte) -> str:
    """La page de cette alerte, telle que ce rôle la lit."""
    return lu(client.get(alerte.get_absolute_url()))


@pytest.fixture
def alerte(ici) -> Alerte:
    """Une alerte ouverte il y a quatre jours, qui a un chiffre."""
    ligne = Alerte.objects.create(
        organisation=ici.organisation, titre="Sans car le soir", precision="Le dernier car", constat="Vu", ouverte_le=jour(-4)
    )
    gestes.joindre(ligne, a_joindre(tous()[CODE], ici.organisation, au=jour()), par=ici.hab["qualite"])
    return ligne


@pytest.fixture
def partie(ici, alerte) -> Alerte:
    """La même, proposée puis envoyée avant-hier à la mairie, avec une parole."""
    par = ici.hab["qualite"]
    gestes.recueillir(Parole(alerte=alerte, texte="Je rentre à pied.", accord_le=jour(-3), accord="oral"), par=par)
    alerte = gestes.proposer(alerte, le=jour(-3), proposition="Un car à 20 h", par=par)
    gestes.envoyer(Destinataire(alerte=alerte, a_qui="La mairie", sorte="elu", le=jour(-2)), par=par)
    return alerte


def test_d_un_chiffre_a_ce_que_l_on_en_retient(ici):
    client, depuis = ici.client("qualite"), f"?chiffre={CODE}&au={jour(-1)}"
    page = lu(client.get(reverse("observatoire:alerte_nouvelle") + depuis))
    assert "Y sera joint : Délai annoncé au premier contact" in page
    mobilite = Terme.objects.de("domaine").get(code="mobilite")
    dite = {"titre": "Sans car le soir", "domaine": mobilite.pk, "constat": "Le dernier car part à 18 h.", "ouverte_le": jour(-4)}
    reponse = envoyer(client, "alerte_nouvelle", requete=depuis, **dite)
    alerte = Alerte.objects.get()
    assert reponse.url == alerte.get_absolute_url() and alerte.cause == str(mobilite)
    chiffre = alerte.chiffres.get()
    mesure = tous()[CODE].mesurer(ici.organisation, jour(-1))
    assert (chiffre.code, chiffre.du, chiffre.au) == (CODE, jour(-1), jour(-1)) and (chiffre.total, chiffre.atteint) == mesure
    assert (chiffre.version, chiffre.joint_le) == (tous()[CODE].version, jour()) and tous()[CODE].definition in chiffre.definition
    assert "À proposer" in lire(client, alerte)

    envoyer(client, "alerte_recueillir", alerte.pk, texte="Je rentre à pied.", accord="oral", accord_le=jour(-3))
    envoyer(client, "alerte_proposer", alerte.pk, proposition="Un car à 20 h.", le=jour(-3))
    assert "À envoyer" in lire(client, alerte)
    for qui, sorte in (("La mairie", "elu"), ("L’agence des transports", "institution")):
        envoyer(client, "alerte_envoyer", alerte.pk, a_qui=qui, sorte=sorte, moyen="courriel", le=jour(-2))
    liste = lu(client.get(reverse("observatoire:alertes"), {"etat": "attendent"}))
    assert "Attend une réponse" in liste and "depuis 2 jours" in liste
    mairie, agence = alerte.destinataires.all()
    envoyer(client, "reponse", mairie.pk, suite="en_partie", reponse="À l’essai en mai.", repondu_le=jour(-1))
    assert "Attend une réponse" in lire(client, alerte), "l’autre n’a pas répondu"
    envoyer(client, "reponse", agence.pk, suite="sans_reponse", reponse="", repondu_le=jour())
    page = lire(client, alerte)
    assert "Répondue" in page and "À l’essai en mai." in page and "Sans réponse" in page
    envoyer(client, "alerte_suivre", alerte.pk, texte="Un car circule à 20 h.", le=jour())
    envoyer(client, "alerte_clore", alerte.pk, retenu="Y aller avec des paroles.")
    envoyer(client, "alerte_suivre", alerte.pk, texte="L’essai est prolongé.", le=jour())
    page = lire(client, alerte)
    assert "Close" in page and "Y aller avec des paroles." in page and "L’essai est prolongé." in page
    assert str(alerte) not in lu(client.get(reverse("observatoire:alertes"))), "elle n’est plus ouverte"
    assert str(alerte) in lu(client.get(reverse("observatoire:alertes"), {"etat": "closes"}))
    traces = Trace.objects.filter(compte=ici.hab["qualite"].compte).exclude(geste="consulter")
    assert [(t.objet, t.geste) for t in traces.order_by("pk")] == [
        ("alerte", "creer"),
        ("chiffre joint", "creer"),
        ("parole", "creer"),
        ("alerte", "modifier"),
        ("destinataire", "creer"),
        ("destinataire", "creer"),
        ("destinataire", "modifier"),
        ("destinataire", "modifier"),
        ("retombée", "creer"),
        ("alerte", "modifier"),
        ("retombée", "creer"),
    ]
    assert not any("à pied" in t.detail for t in traces), "une trace ne dit pas une parole"


def test_un_chiffre_joint_ne_bouge_plus_meme_si_son_indicateur_n_est_plus(ici, alerte, monkeypatch):
    dits = [c.en_mots(ici.hab["qualite"]) for c in alerte.chiffres.all()]
    ici.personne.contacts.create(le=jour(-1), delai_annonce=None)
    assert tous()[CODE].mesurer(ici.organisation, jour()).total == 2
    monkeypatch.setattr("cedre.observatoire.forms.alertes.tous", dict)
    assert (
        [c.en_mots(ici.hab["qualite"]) for c in alerte.chiffres.all()]
        == dits
        == ["1\N{NO-BREAK SPACE}sur\N{NO-BREAK SPACE}1 premier contact"]
    )
    assert "1 sur 1 premier contact" in lire(ici.client("qualite"), alerte)


def test_hors_de_l_equipe_et_imprime_un_petit_nombre_se_tait(ici, alerte):
    exact, tu = "1 sur 1", "moins de cinq premiers contacts"
    assert exact in lire(ici.client("cip"), alerte) and tu in lire(ici.client("cip"), alerte), "et ce qui s’imprime se voit"
    assert exact not in lire(ici.client("ca"), alerte) and tu in lire(ici.client("ca"), alerte)
    somme = ChiffreJoint(total=9, atteint=140, unite="heures", grandeur=True, de_personnes=False)
    assert somme.en_mots(ici.hab["cip"]) == "140 heures" and somme.en_mots() == "le nombre d’heures n’est pas dit"
    pratique = ChiffreJoint(total=3, atteint=1, unite="procédures", grandeur=False, de_personnes=False)
    assert pratique.en_mots() == "1\N{NO-BREAK SPACE}sur\N{NO-BREAK SPACE}3 procédures"


def test_l_accord_retire_la_parole_ne_se_lit_plus_meme_d_une_alerte_close(ici, partie):
    parole = partie.paroles.get()
    gestes.repondre(_repondu(partie.destinataires.get()), par=ici.hab["qualite"])
    gestes.clore(partie, retenu="Vu", par=ici.hab["qualite"])
    assert "Je rentre à pied." in lire(ici.client("ca"), partie)
    reponse = envoyer(ici.client("direction"), "parole_retirer", parole.pk)
    parole.refresh_from_db()
    assert reponse.url == partie.get_absolute_url() and (parole.texte, parole.retiree_le) == ("", jour())
    page = lire(ici.client("direction"), partie)
    assert "Je rentre à pied." not in page and "l’accord a été retiré" in page
    gestes.retirer_la_parole(parole, par=ici.hab["direction"])
    assert Trace.objects.filter(objet="parole", geste="modifier").count() == 1, "la redire retirée n’est pas un geste"


def _repondu(destinataire: Destinataire) -> Destinataire:
    destinataire.repondu_le, destinataire.suite, destinataire.reponse = jour(), "oui", "D’accord."
    return destinataire


def test_partie_elle_ne_se_recrit_plus_et_rien_de_saisi_n_est_perdu(ici, partie):
    client, avant = ici.client("qualite"), [*Alerte.objects.values(), *ChiffreJoint.objects.values(), *Parole.objects.values()]
    saisie = {"titre": "Autre titre", "precision": "x", "constat": "Autrement", "proposition": "Deux cars"}
    essais = [
        envoyer(client, "alerte_recrire", partie.pk, **saisie),
        envoyer(client, "alerte_joindre", partie.pk, requete=f"?chiffre={CODE}&au={jour(-1)}", parts=["tous"]),
        envoyer(client, "alerte_recueillir", partie.pk, texte="Encore", accord="oral", accord_le=jour()),
    ]
    for reponse in essais:
        assert "Elle est déjà partie" in lu(reponse)
    assert "Autre titre" in lu(essais[0]) and "Encore" in lu(essais[2])
    envoyer(client, "chiffre_retirer", partie.chiffres.get().pk)
    assert [*Alerte.objects.values(), *ChiffreJoint.objects.values(), *Parole.objects.values()] == avant
    envoyer(client, "destinataire_retirer", partie.destinataires.get().pk)
    assert envoyer(client, "alerte_recrire", partie.pk, **saisie).status_code == 302, "noté par erreur, elle n’était pas partie"
    partie.refresh_from_db()
    assert (partie.titre, partie.proposition) == ("Autre titre", "Deux cars")
    envoyer(client, "chiffre_retirer", partie.chiffres.get().pk)
    assert not partie.chiffres.exists()


@pytest.mark.parametrize("decalage, permis", [(-4, False), (-3, True), (0, True), (1, False)])
def test_un_envoi_va_de_la_proposition_a_aujourd_hui(ici, partie, decalage, permis):
    envoi = {"a_qui": "Agence", "sorte": "institution", "moyen": "courrier", "le": jour(decalage)}
    reponse = envoyer(ici.client("qualite"), "alerte_envoyer", partie.pk, **envoi)
    assert (reponse.status_code == 302) is permis is (partie.destinataires.count() == 2)
    if not permis:
        assert "Cette date va du" in reponse.context["envoyer"].errors["le"][0] and "Agence" in lu(reponse)


@pytest.mark.parametrize("decalage, permis", [(-3, False), (-2, True), (0, True), (1, False)])
def test_une_reponse_va_de_l_envoi_a_aujourd_hui(ici, partie, decalage, permis):
    dite = {"suite": "non", "reponse": "Pas cette année.", "repondu_le": jour(decalage)}
    reponse = envoyer(ici.client("qualite"), "reponse", partie.destinataires.get().pk, **dite)
    assert (reponse.status_code == 302) is permis is (partie.destinataires.get().suite == "non")
    if not permis:
        assert "Cette date va du" in reponse.context["form"].errors["repondu_le"][0]


@pytest.mark.parametrize("decalage, permis", [(-5, False), (-4, True), (0, True), (1, False)])
def test_ce_qui_a_suivi_va_de_l_ouverture_a_aujourd_hui(ici, partie, decalage, permis):
    reponse = envoyer(ici.client("qualite"), "alerte_suivre", partie.pk, texte="Une réunion", le=jour(decalage))
    assert (reponse.status_code == 302) is permis is partie.retombees.exists()
    if permis:
        envoyer(ici.client("qualite"), "retombee_retirer", partie.retombees.get().pk)
        assert not partie.retombees.exists()


def test_ce_qui_manque_se_dit_a_cote_et_la_saisie_reste(ici, alerte, partie):
    client, destinataire = ici.client("qualite"), partie.destinataires.get()
    sans_cause = envoyer(client, "alerte_nouvelle", titre="Un titre", constat="Vu", ouverte_le=jour())
    assert sans_cause.context["form"].errors == {"precision": ["Choisissez un domaine, ou dites la cause."]}
    a_venir = envoyer(client, "alerte_nouvelle", titre="Un titre", constat="Vu", precision="x", ouverte_le=jour(1))
    assert a_venir.context["form"].errors == {"ouverte_le": ["Cette date est à venir."]} and "Un titre" in lu(a_venir)
    muette = envoyer(client, "reponse", destinataire.pk, suite="oui", reponse="", repondu_le=jour())
    assert muette.context["form"].errors == {"reponse": ["Dites ce qui est répondu."]}
    attendue = envoyer(client, "alerte_clore", partie.pk, retenu="C’est vu")
    assert attendue.status_code == 400 and "« La mairie » n’a pas répondu" in lu(attendue)
    assert "C’est vu" in lu(attendue) and Alerte.objects.get(pk=partie.pk).close_le is None
    demain = envoyer(client, "alerte_recueillir", alerte.pk, texte="Plus tard", accord="oral", accord_le=jour(1))
    assert "Elle est déjà partie" in lu(demain) and "Plus tard" in lu(demain)
    gestes.repondre(_repondu(destinataire), par=ici.hab["qualite"])
    envoyer(client, "destinataire_retirer", destinataire.pk)
    assert partie.destinataires.exists(), "sa réponse est notée"


def test_deux_pages_bornent_les_chiffres_et_les_paroles_et_le_meme_chiffre_ne_se_joint_pas_deux_fois(ici, alerte):
    client, requete = ici.client("qualite"), f"?chiffre={CODE}&au={jour()}&coupe=sexe"
    page = client.get(reverse("observatoire:alerte_joindre", args=[alerte.pk]) + requete)
    assert [cle for cle, _ in page.context["form"].fields["parts"].choices][0] == "tous"
    deux_fois = envoyer(client, "alerte_joindre", alerte.pk, requete=requete, parts=["tous"])
    assert "y est déjà" in deux_fois.context["form"].errors["parts"][0] and alerte.chiffres.count() == 1
    valeur = page.context["form"].fields["parts"].choices[1][0]
    assert envoyer(client, "alerte_joindre", alerte.pk, requete=requete, parts=[valeur]).status_code == 302
    assert [c.part for c in alerte.chiffres.all()] == ["", f"sexe : {valeur}"]
    for il_y_a in (1, 2):
        gestes.joindre(alerte, a_joindre(tous()[CODE], ici.organisation, au=jour(-il_y_a)), par=ici.hab["qualite"])
    trop = envoyer(client, "alerte_joindre", alerte.pk, requete=f"?chiffre={CODE}&au={jour(-3)}", parts=["tous"])
    assert "4 chiffres au plus" in trop.context["form"].errors["parts"][0] and alerte.chiffres.count() == 4
    for rang in range(4):
        dite = envoyer(client, "alerte_recueillir", alerte.pk, texte=f"Dit {rang}", accord="ecrit", accord_le=jour())
    assert "3 paroles au plus" in lu(dite) and alerte.paroles.count() == 3
    gestes.retirer_la_parole(alerte.paroles.first(), par=ici.hab["qualite"])
    assert envoyer(client, "alerte_recueillir", alerte.pk, texte="Dit", accord="ecrit", accord_le=jour()).status_code == 302


def test_ce_qui_ne_se_mesure_pas_se_dit_et_l_alerte_s_ouvre_quand_meme(ici, alerte):
    client = ici.client("qualite")
    Habilitation.objects.filter(organisation=ici.organisation).update(depuis=timezone.now() - timedelta(days=30))
    for au, dit in ((jour(-400), "ne tenait pas encore"), (jour(-20), "rien à compter"), (jour(1), "à venir")):
        page = client.get(reverse("observatoire:alerte_joindre", args=[alerte.pk]), {"chiffre": CODE, "au": au})
        assert dit in page.context["choix"].errors["au"][0] and page.context["form"] is None, au
    page = client.get(reverse("observatoire:alerte_nouvelle"), {"chiffre": CODE, "au": jour(-20)})
    assert "n’y sera pas joint" in lu(page) and page.context["chiffres"] == []
    for faux in ({"chiffre": "inconnu"}, {"chiffre": CODE, "coupe": "rien"}, {"chiffre": CODE, "au": "demain"}):
        assert client.get(reverse("observatoire:alerte_joindre", args=[alerte.pk]), faux).context["form"] is None


def test_ce_qui_se_mesure_sur_une_periode_dit_la_sienne_ou_celle_que_l_on_choisit(ici):
    delai = tous()["delai_d_accueil"]
    (sienne,) = a_joindre(tous()[CODE], ici.organisation, du=jour(-9), au=jour())
    assert (sienne.du, sienne.au) == (jour(), jour()), "il se mesure un jour"
    ici.personne.contacts.update(le=jour(-40))
    ici.personne.informations.update(le=jour(-30), presence="presente")
    (douze,) = a_joindre(delai, ici.organisation, au=jour())
    assert douze.au == jour() and (douze.au - douze.du).days in (364, 365) and douze.grandeur
    (choisie,) = a_joindre(delai, ici.organisation, du=jour(-50), au=jour())
    assert (choisie.du, choisie.au) == (jour(-50), jour())
    assert "Ce jour vient après" in str(
        ici.client("qualite")
        .get(reverse("observatoire:alerte_joindre", args=[_neuve(ici).pk]), {"chiffre": CODE, "du": jour(), "au": jour(-1)})
        .context["choix"]
        .errors["du"]
    )


def test_a_une_fin_de_mois_passee_on_joint_ce_qui_est_fige_non_ce_que_l_on_en_mesurerait(ici):
    le = fin_de_mois(jour(-1))
    coupes = {"sexe": {"Femme": [5, 5], "Homme": [4, 3], "Autre": [0, 0]}}
    MesureFigee.objects.create(organisation=ici.organisation, le=le, code=CODE, version=1, total=9, atteint=8, coupes=coupes)
    trace = Trace.objects.create(organisation=ici.organisation, geste="modifier", objet="contact", motif="date", depuis=le)
    bouge = {"total_avant": 9, "atteint_avant": 8, "total_apres": 10, "atteint_apres": 9}
    Deplacement.objects.create(trace=trace, code=CODE, mois=le, **bouge)
    joints = a_joindre(tous()[CODE], ici.organisation, du=jour(-90), au=le, coupe="sexe")
    assert [(c.valeur, c.total, c.atteint) for c in joints] == [("", 10, 9), ("Femme", 5, 5), ("Homme", 4, 3)]


def test_aucun_geste_n_est_a_qui_ne_tient_pas_la_qualite(ici, ailleurs, partie):
    chiffre, parole, destinataire = partie.chiffres.get(), partie.paroles.get(), partie.destinataires.get()
    retombee = partie.retombees.create(le=jour(), texte="Une réunion")
    essais = [
        *((gestes.retirer, fait) for fait in (chiffre, destinataire, retombee)),
        (gestes.retirer_la_parole, parole),
        (gestes.recueillir, Parole(alerte=partie, texte="Dit", accord_le=jour(), accord="oral")),
        (gestes.envoyer, Destinataire(alerte=partie, a_qui="Agence", sorte="institution", le=jour())),
        (gestes.repondre, _repondu(destinataire)),
        (gestes.suivre, Retombee(alerte=partie, le=jour(), texte="Autre")),
    ]
    for par in (ici.hab["cip"], ici.hab["ca"], ailleurs.hab["direction"]):
        for geste, fait in essais:
            with pytest.raises(GesteImpossible, match="Votre rôle"):
                geste(fait, par=par)
        with pytest.raises(GesteImpossible, match="Votre rôle"):
            gestes.ecrire(partie, champs=["titre"], par=par)


def _neuve(ici) -> Alerte:
    return Alerte.objects.create(organisation=ici.organisation, titre="T", precision="P", constat="C")


def test_la_cip_et_le_conseil_la_lisent_sans_rien_y_ecrire(ici, ailleurs, partie):
    for role in ("cip", "ca"):
        page = lire(ici.client(role), partie)
        assert "La mairie" in page and "<form" not in page.split("<main")[1], role
        assert envoyer(ici.client(role), "alerte_clore", partie.pk, retenu="Fini").status_code == 403
    for role in ("accueil", "mad", "salarie"):
        assert ici.client(role).get(partie.get_absolute_url()).status_code == 403
    assert ailleurs.client("direction").get(partie.get_absolute_url()).status_code == 404


@pytest.mark.deux_moteurs
@pytest.mark.parametrize(
    "modele, champs",
    [
        (Alerte, {"precision": ""}),
        (Alerte, {"proposition": "Sans son jour"}),
        (Alerte, {"close_le": jour()}),
        (Alerte, {"close_le": jour(-9), "retenu": "Vu"}),
        (Parole, {"texte": ""}),
        (Parole, {"retiree_le": jour()}),
        (Destinataire, {"repondu_le": jour()}),
        (Destinataire, {"repondu_le": jour(-9), "suite": "oui"}),
        (Destinataire, {"suite": "oui"}),
    ],
)
def test_la_base_refuse_ce_qui_ne_se_tient_pas(ici, alerte, modele, champs):
    alerte.paroles.create(texte="Dit", accord_le=jour(), accord="oral")
    alerte.destinataires.create(a_qui="La mairie", sorte="elu", le=jour(-2))
    with pytest.raises(IntegrityError), transaction.atomic():
        modele.objects.update(**champs)


def test_la_liste_met_d_abord_ce_qui_attend_depuis_le_plus_longtemps_et_se_cherche(ici, partie):
    neuve, autre = _neuve(ici), _neuve(ici)
    gestes.proposer(autre, le=jour(), proposition="Un prêt de vélos", par=ici.hab["qualite"])
    gestes.envoyer(Destinataire(alerte=autre, a_qui="Agence", sorte="institution", le=jour()), par=ici.hab["qualite"])
    adresse, client = reverse("observatoire:alertes"), ici.client("direction")
    assert [*client.get(adresse).context["page"]] == [partie, autre, neuve]
    assert [*client.get(adresse, {"q": "CAR LE"}).context["page"]] == [partie]
    assert [*client.get(adresse, {"etat": "attendent"}).context["page"]] == [partie, autre]
    assert "Aucune alerte encore" not in lu(client.get(adresse))
