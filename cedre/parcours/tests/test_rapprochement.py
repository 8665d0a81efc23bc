"""Reconnaître quelqu'un qui est déjà venu (ACC-1)."""

from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cedre.parcours.models import Personne
from cedre.parcours.rapprochement import Certitude, Identite, a_une_lettre_pres, ressemblance, sosies

NEE = date(1990, 2, 28)
MOTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)  # les caractères par défaut, trouvés treize fois plus vite


@pytest.mark.parametrize(
    ("nom", "prenom", "nee", "raison", "certitude"),
    [
        ("MARTINELLE", "zelie", None, "mêmes nom et prénom", Certitude.PROBABLE),
        ("Zélie", "Martinelle", None, "mêmes nom et prénom, dans l’autre ordre", Certitude.PROBABLE),
        ("Martinelle", "Zélie", NEE, "même date de naissance, mêmes nom et prénom", Certitude.FORTE),
        ("Martinele", "Zélie", None, "nom et prénom à une lettre près", Certitude.POSSIBLE),
        ("Matrinelle", "Zélie", NEE, "même date de naissance, nom et prénom à une lettre près", Certitude.FORTE),
        ("Martinelle-Roux", "Zélie", None, "mêmes nom et prénom, l’un des deux plus long", Certitude.POSSIBLE),
        ("Martin", "Zél", None, "nom et prénom qui commencent pareil", Certitude.POSSIBLE),
        ("Roux", "Zélie", NEE, "même date de naissance, nom proche", Certitude.PROBABLE),
        ("Martinelle", "Zélie", date(1991, 2, 28), "mêmes nom et prénom, mais une autre date de naissance", Certitude.POSSIBLE),
    ],
)
def test_une_personne_deja_venue_est_reconnue_et_l_ecran_dit_pourquoi(ici, ailleurs, nom, prenom, nee, raison, certitude):
    personnes = Personne.objects.pour(ici.hab["accueil"])
    (sosie,) = sosies(personnes, nom=nom, prenom=prenom, date_naissance=nee)
    assert (sosie.personne, sosie.raison, sosie.certitude) == (ici.personne, raison, certitude)


@pytest.mark.parametrize(
    ("nom", "prenom", "nee"),
    [
        ("", "", None),
        ("Martinelle", "", None),
        ("Roux", "Zélie", None),
        ("Martinelle", "Paul", date(1991, 2, 28)),
        ("Roux", "Paul", NEE),
        ("Zzyzxa", "Zélie", date(1980, 1, 1)),
    ],
)
def test_une_autre_personne_n_est_pas_prise_pour_elle(ici, ailleurs, nom, prenom, nee):
    assert sosies(Personne.objects.pour(ici.hab["accueil"]), nom=nom, prenom=prenom, date_naissance=nee) == []


def test_jour_et_mois_inverses_se_voient():
    raison, certitude = ressemblance(Identite("Roux", "Éva", date(1990, 3, 4)), Identite("Roux", "Eva", date(1990, 4, 3)))
    assert (raison, certitude) == ("mêmes nom et prénom, jour et mois de naissance inversés", Certitude.PROBABLE)


def test_les_sosies_tiennent_en_une_requete_le_plus_sur_d_abord(ici, django_assert_num_queries):
    sure = Personne.objects.create(organisation=ici.organisation, nom="Zélie", prenom="Martinelle", date_naissance=NEE)
    for jour in range(1, 21):
        Personne.objects.create(
            organisation=ici.organisation, nom="Martinelle", prenom="Zélie", date_naissance=date(1970, 1, jour)
        )
    with django_assert_num_queries(1):
        trouves = sosies(Personne.objects.pour(ici.hab["cip"]), nom="Martinelle", prenom="Zelie", date_naissance=NEE)
    assert [s.certitude for s in trouves[:3]] == [3, 3, 1]
    assert {s.personne for s in trouves[:2]} == {ici.personne, sure}
    assert len(trouves) == 8


@given(st.text("abcdé", min_size=4, max_size=8), st.data())
def test_une_faute_de_frappe_se_pardonne_deux_non(mot, donnees):
    i = donnees.draw(st.integers(0, len(mot) - 1))
    assert a_une_lettre_pres(mot, mot[:i] + "z" + mot[i + 1 :])
    assert a_une_lettre_pres(mot, mot[:i] + mot[i + 1 :])
    assert a_une_lettre_pres(mot[:i] + "z" + mot[i:], mot)
    assert a_une_lettre_pres(mot, mot[:i] + mot[i : i + 2][::-1] + mot[i + 2 :])
    assert not a_une_lettre_pres(mot, f"z{mot}z")


@given(MOTS, MOTS, MOTS, MOTS, st.dates(), st.dates())
def test_la_ressemblance_va_dans_les_deux_sens(nom_a, prenom_a, nom_b, prenom_b, nee_a, nee_b):
    a, b = Identite(nom_a, prenom_a, nee_a), Identite(nom_b, prenom_b, nee_b)
    assert (ressemblance(a, b) is None) == (ressemblance(b, a) is None)


@pytest.mark.parametrize(
    ("a", "b", "pres"),
    [
        ("lo", "li", False),  # deux lettres : trop peu pour en pardonner une
        ("lou", "lol", True),
        ("lo", "lou", False),
        ("marie", "maire", True),
        ("marie", "mraei", False),
        ("marie", "marianne", False),
        ("anne", "anne", True),
    ],
)
def test_une_lettre_de_difference_se_pardonne_des_trois_lettres(a, b, pres):
    assert a_une_lettre_pres(a, b) == a_une_lettre_pres(b, a) == pres


@pytest.mark.parametrize(
    ("autre", "attendu"),
    [
        (date(1990, 4, 3), Certitude.PROBABLE),  # jour et mois inversés
        (date(1991, 4, 3), Certitude.POSSIBLE),  # et une autre année : une autre date
        (None, Certitude.PROBABLE),
        (date(1990, 3, 4), Certitude.FORTE),
    ],
)
def test_la_naissance_fait_monter_ou_descendre_la_certitude(autre, attendu):
    _, certitude = ressemblance(Identite("Roux", "Éva", date(1990, 3, 4)), Identite("Roux", "Eva", autre))
    assert certitude == attendu


def test_deux_noms_proches_et_deux_naissances_ne_font_pas_une_personne():
    assert ressemblance(Identite("Roux", "Éva", NEE), Identite("Rouz", "Eva", date(1991, 2, 28))) is None
    assert ressemblance(Identite("Roux", "Éva"), Identite("Roux", "Paul")) is None


def test_a_certitude_egale_les_sosies_viennent_par_ordre_alphabetique_et_pas_plus_que_la_limite(ici):
    for prenom in ("Zoé", "Ada", "Élise"):
        Personne.objects.create(organisation=ici.organisation, nom="Roux", prenom=prenom, date_naissance=NEE)
    personnes = Personne.objects.pour(ici.hab["accueil"])
    trouves = sosies(personnes, nom="Roux", prenom="Anouk", date_naissance=NEE)
    assert [s.personne.prenom for s in trouves] == ["Ada", "Élise", "Zoé"]
    assert [s.personne.prenom for s in sosies(personnes, nom="Roux", prenom="X", date_naissance=NEE, limite=2)] == [
        "Ada",
        "Élise",
    ]


def test_en_tapant_on_voit_qui_est_deja_venu_et_l_on_reprend_son_dossier(ici, ailleurs):
    client, adresse = ici.client("accueil"), reverse("parcours:sosies")
    page = client.get(adresse, {"nom": "martinelle", "prenom": "zelie", "date_naissance": "1990-02-28"}).content.decode()
    assert reverse("parcours:nouveau_contact", args=[ici.personne.pk]) in page
    assert "même date de naissance, mêmes nom et prénom" in page and "Zélie Martinelle" in page
    assert "Zzyzxa" not in client.get(adresse, {"nom": "Zzyzxa", "prenom": "Zélie"}).content.decode()
    Personne.objects.filter(pk=ici.personne.pk).update(anonymisee_le=NEE)
    assert "Martinelle" not in client.get(adresse, {"nom": "martinelle", "prenom": "zelie"}).content.decode()
