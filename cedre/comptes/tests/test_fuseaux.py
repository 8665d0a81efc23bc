"""Chaque structure à son heure : le jour y est celui de chez elle, et il reste à côté de sa date-heure (OBS-1)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.db.models import DateTimeField
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.forms import FicheForm, OrganisationForm
from cedre.comptes.fuseaux import Fuseau, JourDe, a_l_heure_de, fuseau_du, par_fuseau
from cedre.comptes.models import Habilitation, Organisation
from cedre.comptes.operations import retirer

LE_31, LE_1ER = date(2026, 1, 31), date(2026, 2, 1)
SOIR = "2026-01-31T22:30Z"  # 23 h 30 à Paris, 2 h 30 le lendemain à La Réunion, 18 h 30 en Martinique
NUIT = "2026-02-01T02:30Z"  # 3 h 30 à Paris, 22 h 30 la veille en Martinique


def a_l_heure(monde, fuseau: Fuseau) -> Organisation:
    """La structure de ce monde, mise à cette heure, elle et ce qui la cite déjà."""
    Organisation.objects.filter(pk=monde.organisation.pk).update(fuseau=fuseau)
    monde.organisation.fuseau = fuseau
    return monde.organisation


@pytest.mark.parametrize(
    "instant, fuseau, jour",
    [
        (SOIR, Fuseau.PARIS, LE_31),
        (SOIR, Fuseau.REUNION, LE_1ER),
        (SOIR, Fuseau.MARTINIQUE, LE_31),
        (SOIR, Fuseau.NOUMEA, LE_1ER),
        (NUIT, Fuseau.PARIS, LE_1ER),
        (NUIT, Fuseau.MARTINIQUE, LE_31),
        (NUIT, Fuseau.TAHITI, LE_31),
        (NUIT, Fuseau.REUNION, LE_1ER),
    ],
)
def test_pendant_une_requete_le_jour_est_celui_de_la_structure(ici, ailleurs, instant, fuseau, jour):
    a_l_heure(ici, fuseau)
    with time_machine.travel(instant, tick=False):
        assert ici.client("cip").get("/").context["aujourdhui"] == jour
        assert ailleurs.client("cip").get("/").context["aujourdhui"] == (LE_31 if instant == SOIR else LE_1ER)
        assert timezone.get_current_timezone_name() == "Europe/Paris", "la requête finie, l’heure n’est plus à personne"


@pytest.mark.parametrize("instant, a_paris, a_la_reunion", [(SOIR, LE_31, LE_1ER), (NUIT, LE_1ER, LE_1ER)])
def test_une_habilitation_commence_et_finit_au_jour_de_sa_structure(ici, ailleurs, instant, a_paris, a_la_reunion):
    a_l_heure(ici, Fuseau.REUNION)
    for monde, jour in ((ici, a_la_reunion), (ailleurs, a_paris)):
        sienne = monde.hab["cip"]
        with time_machine.travel(instant, tick=False):
            neuve = Habilitation.objects.create(compte=sienne.compte, organisation=monde.organisation, role="mad")
            en_lot = Habilitation(compte=sienne.compte, organisation=monde.organisation, role="qualite")
            Habilitation.objects.bulk_create([en_lot])
            with a_l_heure_de(monde.organisation):
                retirer(sienne, par=monde.hab["direction"])
        sienne.refresh_from_db()
        assert (neuve.depuis_jour, en_lot.depuis_jour, sienne.retiree_jour) == (jour, jour, jour)


def test_un_jour_dit_reste_quand_la_structure_change_d_heure_et_suit_sa_date_heure(ici):
    sienne = ici.hab["cip"]
    sienne.depuis = datetime(2026, 1, 31, 22, 30, tzinfo=UTC)
    sienne.save()
    assert sienne.depuis_jour == LE_31
    a_l_heure(ici, Fuseau.REUNION)
    sienne.organisation.fuseau = Fuseau.REUNION
    sienne.save()
    assert sienne.depuis_jour == LE_31, "changer d’heure ne déplace aucun jour passé"
    sienne.depuis += timedelta(days=10)
    sienne.save()
    assert sienne.depuis_jour == date(2026, 2, 11)
    Habilitation.objects.filter(pk=sienne.pk).update(retiree_le=sienne.depuis)
    sienne.refresh_from_db()
    assert sienne.retiree_jour == date(2026, 2, 10), "changé d’un coup, à l’heure active"
    Habilitation.objects.filter(pk=sienne.pk).update(retiree_le=None)
    sienne.refresh_from_db()
    assert sienne.retiree_jour is None


def test_un_jour_se_nomme_d_apres_sa_date_heure():
    suivis = [champ for modele in apps.get_models() for champ in modele._meta.local_fields if isinstance(champ, JourDe)]
    assert suivis and {champ.deconstruct()[1] for champ in suivis} == {"cedre.core.champs.DateDerivee"}
    for champ in suivis:
        instant = champ.model._meta.get_field(champ.instant)
        assert isinstance(instant, DateTimeField) and instant.null == champ.null
        assert champ.name == f"{champ.instant.removesuffix('_le')}_jour" or (champ.instant, champ.name) == ("le", "jour")


def test_chaque_code_postal_d_outre_mer_a_son_heure():
    assert [fuseau_du(f"{debut}10") for debut in (971, 972, 973, 974, 975, 976, 986, 987, 988)] == [
        *(Fuseau.GUADELOUPE, Fuseau.MARTINIQUE, Fuseau.GUYANE, Fuseau.REUNION, Fuseau.MIQUELON, Fuseau.MAYOTTE),
        *(Fuseau.WALLIS, Fuseau.TAHITI, Fuseau.NOUMEA),
    ]
    assert [Fuseau(fuseau_du(f"{debut}10")).label.partition(",")[0] for debut in (971, 972, 973, 974, 975, 976, 986, 988)] == [
        *("Guadeloupe", "Martinique", "Guyane", "La Réunion", "Saint-Pierre-et-Miquelon", "Mayotte"),
        *("Wallis-et-Futuna", "Nouvelle-Calédonie"),
    ]
    assert fuseau_du("75012") == fuseau_du("") == Fuseau.PARIS


@pytest.mark.parametrize(
    "saisie, fuseau",
    [
        ({"code_postal": "97410"}, Fuseau.REUNION),
        ({"code_postal": "97410", "fuseau": ""}, Fuseau.REUNION),
        ({"code_postal": "97410", "fuseau": "Europe/Paris"}, Fuseau.PARIS),
        ({"code_postal": "38000"}, Fuseau.PARIS),
        ({"code_postal": "98742", "fuseau": "Pacific/Marquesas"}, Fuseau.MARQUISES),
    ],
)
def test_une_organisation_neuve_prend_l_heure_de_son_code_postal_sauf_a_en_dire_une(ici, saisie, fuseau):
    form = OrganisationForm({"nature": "region", "nom": "Neuve"} | saisie, habilitation=ici.hab["direction"])
    assert OrganisationForm(habilitation=ici.hab["direction"])["fuseau"].value() == ""
    assert form.is_valid(), form.errors
    assert form.instance.fuseau == fuseau


def test_la_direction_change_l_heure_de_sa_structure_et_la_fiche_la_dit(ici):
    page, direction = reverse("comptes:fiche"), ici.client("direction")
    assert direction.get(page).context["form"]["fuseau"].value() == "Europe/Paris"
    direction.post(page, FicheForm(instance=ici.organisation).initial | {"fuseau": "Indian/Reunion"})
    ici.organisation.refresh_from_db()
    assert ici.organisation.get_fuseau_display() == "La Réunion"


def test_un_geste_de_toutes_les_structures_se_fait_au_jour_de_chacune(ici, ailleurs):
    a_l_heure(ici, Fuseau.REUNION)
    toutes = Organisation.objects.structures()
    with time_machine.travel(SOIR, tick=False):
        faits = par_fuseau(lambda le, chez: [(o.pk, le, timezone.localdate()) for o in chez], toutes)
        assert sorted(sum(faits, [])) == [(ici.organisation.pk, LE_1ER, LE_1ER), (ailleurs.organisation.pk, LE_31, LE_31)]
        assert par_fuseau(lambda le, chez: chez.count(), toutes, Fuseau.REUNION) == [1]
        assert par_fuseau(lambda le, chez: chez.count(), toutes, Fuseau.TAHITI) == []


@pytest.mark.parametrize("saison", [date(2026, 1, 15), date(2026, 7, 15)])
@pytest.mark.parametrize("tache, au_plus_tot, au_plus_tard", [("le_jour", 5.5, 6.5), ("livrer_les_messages", 4.8, 5.9)])
def test_chaque_fuseau_a_sa_tache_du_matin(saison, tache, au_plus_tot, au_plus_tard):
    assert list(settings.FUSEAUX) == Fuseau.values
    for fuseau in Fuseau:
        prevue = settings.CHAQUE_JOUR[f"{tache} {fuseau}"]
        minute, heure = map(int, prevue["cron"].split()[:2])
        la_bas = datetime(saison.year, saison.month, saison.day, heure, minute, tzinfo=ZoneInfo("Europe/Paris"))
        la_bas = la_bas.astimezone(ZoneInfo(fuseau))
        assert prevue["args"] == [fuseau] and au_plus_tot <= la_bas.hour + la_bas.minute / 60 <= au_plus_tard, la_bas
