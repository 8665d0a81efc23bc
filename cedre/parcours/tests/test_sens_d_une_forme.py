"""Un engagement est formalisé au sens du § 2.2 a, ou du guide, qui demande davantage ; et la montée (INS-2, CER-3)."""

from datetime import timedelta
from importlib import import_module

from django.apps import apps
from django.utils import timezone

from cedre.conftest import terme
from cedre.parcours.models import Engagement, Formalisation, Moyen, Objectif
from cedre.parcours.tests.test_l_histoire_du_parcours import enregistrer, mesure

montee = import_module("cedre.parcours.migrations.0020_refus_d_evaluation_et_sens_du_texte")
LE = timezone.localdate()


def avant(jours: int):
    return LE - timedelta(days=jours)


def test_chaque_temps_du_guide_en_a_un_pareil_du_texte_et_le_reste_commence_ce_jour(inscrite):
    def engagement(*moyens: dict, objectif=True, **dit) -> Engagement:
        ligne = Engagement.objects.create(
            personne=inscrite.personne,
            type_engagement=terme("type_engagement", "decouverte"),
            **{"etat": "en_cours", "debut": avant(90), "bilan_le": LE} | dit,
        )
        if objectif:
            Objectif.objects.create(engagement=ligne, libelle="O")
        for moyen in moyens:
            Moyen.objects.create(**{"engagement": ligne, "libelle": "M", "qui": "structure"} | moyen)
        return ligne

    cas = {
        engagement({}): [(LE, None)],
        engagement({}, etat="projet"): [(LE, None)],
        engagement({"echeance": LE}, bilan_le=None): [(LE, None)],
        engagement({}, {"echeance": LE}, bilan_le=None): [],
        engagement({}, objectif=False): [],
        engagement({"retire_le": avant(1)}): [],
        engagement({"qui": "personne"}): [],
        engagement({}, etat="clos", clos_le=avant(2)): [],
        engagement({}, etat="clos", clos_le=avant(3)): [(avant(90), avant(9))],
        engagement({}, debut=avant(91)): [(avant(90), None)],
        engagement({}, debut=avant(92)): [(avant(90), avant(9)), (LE, None)],
    }
    for ligne in cas:
        if ligne.clos_le == avant(3) or ligne.debut == avant(92):
            ligne.formalisations.create(du=avant(90), au=avant(9))
        if ligne.debut == avant(91):
            ligne.formalisations.create(du=avant(90))
    montee.dater_selon_le_texte(apps, None)
    lus = {ligne: [*ligne.formalisations.selon_le_texte().order_by("du").values_list("du", "au")] for ligne in cas}
    assert lus == cas
    assert Formalisation.objects.selon_le_guide().count() == 3
    montee.oublier_le_texte(apps, None)
    assert Formalisation.objects.count() == 3


def test_ce_que_le_guide_demande_de_plus_ne_defait_pas_l_engagement_selon_le_texte(embauchee):
    enregistrer(embauchee, retires=[embauchee.engagement.moyens.get(qui="personne")])
    assert [mesure("engagement_formalise", embauchee, jours) for jours in (-1, 0)] == [(1, 1), (1, 0)]
    assert mesure("salaries_engages", embauchee, 0) == (1, 0)
    for code in ("salaries_engages_selon_le_texte", "salaries_engages_dans_l_annee"):
        assert [mesure(code, embauchee, jours) for jours in (-1, 0)] == [(1, 1), (1, 1)], code
