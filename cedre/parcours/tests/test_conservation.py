"""Conservation : ce qui est à purger se voit avant d'être purgé (nomenclatures §7)."""

from datetime import date, timedelta

import pytest
import time_machine
from dateutil.relativedelta import relativedelta
from django.db import models
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.conftest import terme
from cedre.core.intervalles import AncienneValeur
from cedre.parcours.inventaire import modeles_du_dossier
from cedre.parcours.models import Contact, Contrat, EvaluationProfessionnelle, Heures, Personne, Suite, SuiviSortie
from cedre.parcours.operations import droits
from cedre.parcours.views import droits as vues
from cedre.structures.models import Reglages

DEPUIS = timedelta(days=3 * 366)
UN_JOUR = date(2021, 6, 15)


def vieux_dossier(monde, nom):
    personne = Personne.objects.create(
        organisation=monde.organisation, nom=nom, prenom="Lou", cree_le=timezone.now() - DEPUIS, telephone="0199000000"
    )
    Contact.objects.create(personne=personne, le=timezone.localdate() - DEPUIS, demande=f"Demande de {nom}")
    return personne


@pytest.fixture
def vieux(ici, ailleurs):
    """Trois vieux dossiers ici, un ailleurs."""
    return [vieux_dossier(ici, nom) for nom in ("Ancelin", "Bertal", "Corvin")], vieux_dossier(ailleurs, "Zzyzxb")


def jour_de_fait(modele) -> str:
    """Le champ du jour où ce fait du dossier a eu lieu ; vide s'il n'en a pas, ou s'il en suit toujours un autre."""
    ailleurs = {Contrat: "fin", SuiviSortie: "fait_le", Heures: ""}
    le = next((c for c in modele._meta.concrete_fields if c.name == "le"), None)
    date_ = isinstance(le, models.DateField) and not isinstance(le, models.DateTimeField)
    d_ici = modele._meta.app_label == "parcours" and not issubclass(modele, AncienneValeur)
    return ailleurs.get(modele, "le" if date_ and d_ici else "")


FAITS_DATES = {modele: jour for modele in modeles_du_dossier() if (jour := jour_de_fait(modele))}


@pytest.fixture
def oublie(embauchee):
    """Un dossier qui a un fait de chaque sorte, tous de trois ans avant ce jour."""
    qui, le = embauchee.personne, UN_JOUR - DEPUIS
    Suite.objects.create(personne=qui, nature="inscription")
    EvaluationProfessionnelle.objects.create(personne=qui, fiche_de_poste=embauchee.fiche_de_poste)
    Contrat.objects.update(debut=le, fin_prevue=le, fin=le)
    for modele, champ in FAITS_DATES.items():
        modele.objects.update(**{champ: le})
    Personne.objects.filter(pk=qui.pk).update(cree_jour=le)
    return qui


def verifier(client, **saisie):
    return client.post(reverse("parcours:purge_verifier"), saisie)


def purger(client, dossiers, sort="anonymiser", nombre=None):
    saisie = {"dossiers": ",".join(str(p) for p in dossiers), "sort": sort, "nombre": nombre or len(dossiers)}
    return client.post(reverse("parcours:purge_faire"), saisie)


def test_la_liste_dit_qui_depasse_la_duree_choisie(ici, vieux, django_assert_max_num_queries):
    client = ici.client("direction")
    with django_assert_max_num_queries(10):
        page = client.get(reverse("parcours:purge")).context["page"]
    assert [p.nom for p in page] == ["Ancelin", "Bertal", "Corvin"]
    assert page.paginator.count == 3
    Reglages.objects.filter(organisation=ici.organisation).update(conservation_mois=48)
    reponse = client.get(reverse("parcours:purge"))
    assert reponse.context["page"].paginator.count == 0 and "Aucun dossier à purger" in reponse.content.decode()


def test_on_voit_exactement_qui_et_combien_avant_de_purger(ici, vieux):
    (ancelin, _, corvin), etrangere = vieux
    reponse = verifier(ici.client("direction"), dossiers=[ancelin.pk, corvin.pk, etrangere.pk, ici.personne.pk, "²", "x"])
    assert [p.nom for p in reponse.context["personnes"]] == ["Ancelin", "Corvin"]
    assert reponse.context["contenu"] == [("premiers contacts", 2)]
    assert "Zzyzxb" not in reponse.content.decode()
    assert Personne.objects.filter(anonymisee_le=None, nom="Ancelin").exists()


def test_tous_veut_dire_tous_ceux_de_la_liste(ici, vieux):
    reponse = verifier(ici.client("direction"), tous="1")
    assert [p.nom for p in reponse.context["personnes"]] == ["Ancelin", "Bertal", "Corvin"]


def test_sans_choix_rien_ne_se_passe(ici, vieux):
    assert verifier(ici.client("direction")).url == reverse("parcours:purge")


def test_purger_rend_anonymes_ceux_que_l_on_a_vus_et_eux_seuls(ici, vieux):
    (ancelin, bertal, _), etrangere = vieux
    purger(ici.client("direction"), [ancelin.pk, bertal.pk])
    assert set(Personne.objects.exclude(anonymisee_le=None)) == {ancelin, bertal}
    assert not Contact.objects.filter(demande__contains="Ancelin").exists()
    assert Trace.objects.filter(geste="anonymiser", detail="La durée de conservation est passée").count() == 2


def test_purger_en_effacant(ici, vieux):
    (ancelin, *_), _ = vieux
    purger(ici.client("direction"), [ancelin.pk], sort="effacer")
    assert not Personne.objects.filter(pk=ancelin.pk).exists()
    assert Trace.objects.get(geste="effacer").personne_id == ancelin.pk


def test_les_dossiers_d_ailleurs_glisses_dans_la_liste_sont_laisses(ici, vieux):
    (ancelin, *_), etrangere = vieux
    purger(ici.client("direction"), [ancelin.pk, etrangere.pk, ici.personne.pk], sort="effacer")
    assert Personne.objects.filter(pk__in=[etrangere.pk, ici.personne.pk]).count() == 2
    assert not Personne.objects.filter(pk=ancelin.pk).exists()


def test_qui_est_revenu_entre_temps_n_est_pas_purge(ici, vieux):
    (ancelin, *_), _ = vieux
    Contact.objects.create(personne=ancelin)
    purger(ici.client("direction"), [ancelin.pk])
    assert Personne.objects.filter(pk=ancelin.pk, anonymisee_le=None).exists()


@pytest.mark.parametrize("faute", [{"nombre": 5}, {"sort": "garder"}])
def test_une_purge_mal_confirmee_ne_fait_rien(ici, vieux, faute):
    dossiers = [p.pk for p in vieux[0]]
    saisie = {"dossiers": ",".join(map(str, dossiers)), "sort": "effacer", "nombre": 3} | faute
    reponse = ici.client("direction").post(reverse("parcours:purge_faire"), saisie)
    assert reponse.status_code == 200 and reponse.context["form"].errors
    assert Personne.objects.filter(pk__in=dossiers, anonymisee_le=None).count() == 3


@pytest.mark.parametrize("dossiers", ["", "1;2", "9" * 40])
def test_une_liste_abimee_ramene_a_la_liste(ici, vieux, dossiers):
    saisie = {"dossiers": dossiers, "sort": "effacer", "nombre": 2}
    assert ici.client("direction").post(reverse("parcours:purge_faire"), saisie).url == reverse("parcours:purge")


def test_une_grande_purge_se_fait_par_centaines(ici, monkeypatch):
    quand, lots, rendre_anonymes = timezone.now() - DEPUIS, [], droits._SORTS["anonymiser"]
    Personne.objects.bulk_create(
        Personne(organisation=ici.organisation, nom=f"Vieux{n}", prenom="A", cree_le=quand) for n in range(7)
    )
    dossiers = list(Personne.objects.filter(nom__startswith="Vieux").values_list("pk", flat=True))
    assert droits.PAR_TRANSACTION == 100
    monkeypatch.setattr(droits, "PAR_TRANSACTION", 3)
    monkeypatch.setitem(droits._SORTS, "anonymiser", lambda lot, **dit: lots.append(len(lot)) or rendre_anonymes(lot, **dit))
    purger(ici.client("direction"), dossiers)
    assert Personne.objects.exclude(anonymisee_le=None).count() == 7 and lots == [3, 3, 1]


def test_une_purge_trop_grande_se_fait_en_plusieurs_fois_et_dit_ce_qui_reste(ici, vieux, monkeypatch):
    monkeypatch.setattr(droits, "PAR_PURGE", 2)
    monkeypatch.setattr(vues, "PAR_PURGE", 2)
    client = ici.client("direction")
    assert "Prendre les 2 plus anciens" in client.get(reverse("parcours:purge")).content.decode()
    assert [p.nom for p in verifier(client, tous="1").context["personnes"]] == ["Ancelin", "Bertal"]
    reponse = client.get(purger(client, [p.pk for p in vieux[0]]).url)
    assert Personne.objects.exclude(anonymisee_le=None).count() == 2
    assert "Il en reste 1 à purger" in reponse.content.decode().replace("\u00a0", " ")


def test_une_liste_demesuree_ne_coute_pas_une_requete_par_centaine(ici, vieux, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        assert droits.purger(range(10**9, 10**9 + 50_000), sort="effacer", par=ici.hab["direction"]) == 0


@pytest.mark.parametrize("modele, champ", FAITS_DATES.items(), ids=lambda x: getattr(x, "__name__", ""))
def test_tout_fait_date_du_dossier_repousse_sa_purge_jusqu_au_jour_dit(oublie, modele, champ):
    depasse = Personne.objects.filter(pk=oublie.pk).a_purger
    assert depasse(UN_JOUR, 24).exists()
    modele.objects.update(**{champ: UN_JOUR}, **({"debut": UN_JOUR, "fin_prevue": UN_JOUR} if modele is Contrat else {}))
    assert Personne.objects.avec_dernier_contact().get(pk=oublie.pk).dernier_contact_le == UN_JOUR
    assert not depasse(UN_JOUR + relativedelta(months=24), 24).exists()
    assert depasse(UN_JOUR + relativedelta(months=24, days=1), 24).exists()


# ── Ce qui repousse la purge ──────────────────────────────────────────────────────────────────────────────────────


LE = date(2026, 3, 18)
ANCIEN = date(2020, 1, 15)


def _sortie(qui, le):
    return qui.sorties.create(le=le, motif=terme("motif_sortie", "chomage"))


@pytest.fixture
def ancien(embauchee):
    """Un dossier de 2020, sans rien d'autre, le 18 mars 2026."""
    Reglages.objects.filter(organisation=embauchee.organisation).update(conservation_mois=24)
    qui = Personne.objects.create(organisation=embauchee.organisation, nom="Ancelin", prenom="Lou")
    Personne.objects.filter(pk=qui.pk).update(cree_jour=ANCIEN)
    with time_machine.travel(f"{LE} 10:00:00+01:00", tick=False):
        yield embauchee, qui


def test_des_nouvelles_prevues_et_pas_encore_prises_ne_repoussent_rien(ancien):
    monde, qui = ancien
    _sortie(qui, ANCIEN).suivis.create(mois=3, prevu_le=LE)
    assert qui in droits.a_purger(monde.hab["direction"])


def test_sous_un_contrat_sans_fin_on_ne_purge_pas_ni_deux_fois_un_dossier_anonyme(ancien):
    monde, qui = ancien
    contrat = qui.contrats.create(nature=terme("nature_contrat", "cdi"), debut=ANCIEN)
    assert qui not in droits.a_purger(monde.hab["direction"])
    contrat.delete()
    assert qui in droits.a_purger(monde.hab["direction"])
    Personne.objects.filter(pk=qui.pk).update(anonymisee_le=ANCIEN)
    assert qui not in droits.a_purger(monde.hab["direction"])


def test_a_purger_le_plus_ancien_vient_d_abord(ici, vieux):
    (ancelin, bertal, corvin), _ = vieux
    plus_ancien = timezone.localdate() - DEPUIS - timedelta(days=9)
    Contact.objects.filter(personne=corvin).update(le=plus_ancien)
    Personne.objects.filter(pk=corvin.pk).update(cree_jour=plus_ancien)
    client = ici.client("direction")
    page = client.get(reverse("parcours:purge")).context["page"]
    assert list(page) == list(verifier(client, tous="1").context["personnes"]) == [corvin, ancelin, bertal]
