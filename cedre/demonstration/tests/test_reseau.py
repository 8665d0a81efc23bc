"""Le réseau d'exemple : complet, plausible, reproductible (issue 2, §5)."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, F, Min, OuterRef, Q, Subquery
from django.test import TestCase
from stdnum.fr import siret as stdnum_siret

from cedre.comptes.models import Compte, Habilitation, Organisation
from cedre.core.indicateurs import tous
from cedre.core.intervalles import AncienneValeur
from cedre.core.manques import batir, manques
from cedre.demonstration import base
from cedre.demonstration.calendrier import est_ouvre, feries
from cedre.demonstration.tests.erreurs import ERREURS, qui_ne_se_voient_pas
from cedre.demonstration.tests.exemple import FIN, creer_exemple, dates_de, empreinte
from cedre.observatoire.chaine import attendues
from cedre.observatoire.models import AnnexeFinanciere, Campagne, Rapport
from cedre.parcours import models as parcours
from cedre.parcours.eligibilite import DEDUITS
from cedre.parcours.models import Contact, Cotation, Entretien, Evaluation, Information, NoteSante, Personne, Suite
from cedre.partenariats.models import Client, Convention
from cedre.regulation.models import Decision, Regulation
from cedre.structures.models import Grille

SUFFIXES = {"ai": ""} | {s: f"-{s}" for s in ("etti", "ei", "aci", "aci-2", "ensemble-ai", "ensemble-ei")}
NATURES = {"AI": ("cddi", "cddu"), "ETTI": ("mission",), "EI": ("cddi", "cdi_inclusion"), "ACI": ("cddi", "cdi_inclusion")}
TENU_PAR_LA_BASE = ["personne", "nature", "motif_rupture", "renouvelle"]
MODELES = [m for m in (getattr(parcours, nom) for nom in parcours.__all__) if hasattr(m, "_meta")]
FAITS = [m for m in MODELES if dates_de(m) and not issubclass(m, AncienneValeur)]


class TestReseau(TestCase):
    """Ce que l'on lit dans le réseau d'exemple, écrit une fois."""

    @classmethod
    def setUpTestData(cls):
        cls.avant = base.etat()
        creer_exemple(part=4, entiere="ai", rapports=True)

    def test_une_base_vide_ou_d_exemple_se_reconnait(self):
        assert (self.avant, base.etat()) == (base.Etat.VIDE, base.Etat.DEMONSTRATION)

    def test_toutes_les_adresses_et_tous_les_comptes_de_la_demande_existent(self):
        slugs = {*SUFFIXES, "ensemble", "region-1", "region-2", "federation"}
        assert set(Organisation.objects.values_list("slug", flat=True)) == slugs
        noms = {f"{role}{s}" for role in ("accueil", "cip", "mad", "qualite", "direction", "ca") for s in SUFFIXES.values()}
        noms |= {"region", "ca-region", "federation", "comite", "auditeur", "bureau", "groupe-qualite", "salarie", "client"}
        noms |= {"partenaire", "region-2", "cip-2", "cip-3", "accueil-2", "direction-ensemble"}
        ouverts = set(Habilitation.objects.actives().values_list("compte__email", flat=True))
        assert {f"{nom}@demo.example" for nom in noms} <= ouverts
        assert all(c.check_password("cedre-demo") for c in Compte.objects.filter(is_active=True))

    def test_de_l_annee_close_une_structure_est_en_retard_une_autre_doit_corriger(self):
        region = Habilitation.objects.get(compte__email="federation@demo.example")
        close, dernier = Campagne.objects.order_by("du")
        dites = {a.structure.slug: a for a in attendues(close, region, FIN)}
        assert {slug for slug, a in dites.items() if a.en_retard} == {"aci-2"} and not dites["ensemble-ei"].a_temps
        assert {slug for slug, a in dites.items() if a.rangs == ("a_corriger",)} == {"aci"}
        assert {slug for slug, a in dites.items() if a.rangs == ("acceptees",)} == {
            "ai",
            "etti",
            "ei",
            "ensemble-ai",
            "ensemble-ei",
        }
        assert [a.structure.slug for a in attendues(dernier, region, FIN) if a.rangs == ("a_lire",)] == ["aci-2"]
        jours = Rapport.objects.values_list("publie_le", "transmis_le", "recu_le", "juge_le", "clos_le")
        assert all(le <= FIN and est_ouvre(le) for lus in jours for le in lus if le)

    def test_une_erreur_plantee_dans_une_definition_se_voit_sur_l_exemple(self):
        assert qui_ne_se_voient_pas(FIN) == [] and len(ERREURS) >= 10

    def test_chaque_role_peut_etre_tenu_par_quelqu_un(self):
        for h in Habilitation.objects.select_related("organisation"):
            assert h.role in h.organisation.roles_possibles
        assert Habilitation.objects.values("role").distinct().count() == 16

    def test_un_compte_change_d_habilitation_sans_changer_de_compte(self):
        adresses = Habilitation.objects.filter(compte__email="direction-ensemble@demo.example").values_list("organisation__slug")
        assert {s for (s,) in adresses} == {"ensemble", "ensemble-ai", "ensemble-ei"}

    def test_les_faits_ont_lieu_des_jours_ouvres(self):
        for modele in FAITS:
            with self.subTest(modele.__name__):
                self.verifier_dates(modele)

    def verifier_dates(self, modele):
        lignes = modele.objects.all()
        assert lignes, "un essai sans fait ne prouve rien"
        if modele is not parcours.Heures:  # datées du premier jour de leur semaine, ou du mois
            assert all(est_ouvre(le) for le in lignes.values_list("le", flat=True))
        prevus = {
            Entretien: Q(etat="prevu"),
            Information: Q(presence="prevue"),
            parcours.InformationCollective: Q(annulee=False),
            parcours.Seance: Q(annulee=False),
            parcours.ActionAssociee: Q(etat="prevue"),
            parcours.Bilan: Q(etat__in=("prevu", "annule")),
        }.get(modele, Q(pk=None))
        assert not lignes.filter(le__gt=FIN).exclude(prevus)
        if modele not in (parcours.InformationCollective, parcours.Seance, parcours.Bilan):  # un bilan s'oublie parfois
            assert not lignes.filter(prevus, le__lt=FIN)

    def test_l_histoire_se_suit_contact_puis_accueil_puis_suite(self):
        def premier(modele, **critere):
            return Subquery(
                modele.objects.filter(personne=OuterRef("pk"), **critere)
                .order_by()
                .values("personne")
                .annotate(m=Min("le"))
                .values("m")
            )

        personnes = Personne.objects.annotate(
            contact=premier(Contact),
            information=premier(Information, presence="presente"),
            entretien=premier(Entretien),
            suite=premier(Suite),
            evaluation=premier(Evaluation),
            inscription=premier(Suite, nature="inscription"),
        )
        assert not personnes.filter(contact=None)
        for avant, apres in (
            ("contact", "information"),
            ("contact", "entretien"),
            ("contact", "suite"),
            ("information", "entretien"),
            ("inscription", "evaluation"),
        ):
            assert not personnes.filter(**{f"{avant}__gt": F(apres)}), f"{avant} après {apres}"
            assert personnes.filter(**{f"{avant}__lte": F(apres)})
        assert not personnes.filter(cree_jour__gt=F("contact"))

    def test_la_phase_du_dossier_est_celle_de_sa_derniere_suite(self):
        attendues = {"inscription": "pre_embauche", "reorientation": "reorientee", "sans_suite": "sans_suite"}
        for personne in Personne.objects.prefetch_related("suites", "contacts", "contrats", "sorties"):
            suite, contact = personne.suites.first(), personne.contacts.first()
            dernier, sortie = max((c.debut for c in personne.contrats.all()), default=date.min), personne.sorties.first()
            if sortie and sortie.le >= max(dernier, contact.le):
                assert (personne.phase, personne.phase_depuis) == ("sortie", sortie.le)
            elif dernier >= contact.le:
                assert personne.phase == "parcours"
            elif suite and suite.le >= contact.le:
                assert personne.phase == attendues[suite.nature]
                assert personne.phase_depuis == suite.le
            else:
                assert personne.phase in ("pre_accueil", "accueil")

    def test_ce_que_le_dossier_garde_de_ses_etapes_et_de_qui_le_suit_est_le_dernier(self):
        for personne in Personne.objects.prefetch_related("etapes", "suivis"):
            etape = [etape for etape in personne.etapes.all() if etape.au is None]
            assert [(e.phase, e.du) for e in etape] == [(personne.phase, personne.phase_depuis)]
            suivi = [suivi.compte_id for suivi in personne.suivis.all() if suivi.au is None]
            assert suivi == ([personne.referent_id] if personne.referent_id else [])

    def test_ce_qui_est_reserve_reste_a_sa_place(self):
        # nomenclatures §7 : rien sur la justice, la santé à part
        assert not Cotation.objects.exclude(domaine__regime="ordinaire").exclude(commentaire="")
        assert NoteSante.objects.exists()
        assert not NoteSante.objects.exclude(cotation__domaine__regime="sante")

    def test_les_evaluations_gardent_la_grille_de_leur_date(self):
        for evaluation in list(Evaluation.objects.select_related("grille", "personne__organisation"))[::5]:
            grille = Grille.objects.filter(organisation=evaluation.personne.organisation).en_vigueur(evaluation.le).first()
            assert evaluation.grille == grille
        assert {1, 2} == set(Evaluation.objects.values_list("grille__version", flat=True))
        vues = Cotation.objects.aggregate(
            non_evalue=Count("pk", filter=Q(valeur_personne=None)),
            ecart=Count("pk", filter=~Q(valeur_personne=F("valeur_accompagnateur"))),
        )
        assert all(vues.values())

    def test_chaque_structure_a_negocie_ses_annexes_et_dit_les_heures_de_son_equipe(self):
        for structure in Organisation.objects.structures():
            with self.subTest(structure.slug):
                annexe = AnnexeFinanciere.objects.la_seule(structure.pk, FIN)
                assert annexe.taux_dynamiques and annexe.type_siae == structure.type_siae
                assert tous()["etp"].mesurer(structure, FIN).atteint > 0
                heures = structure.heures_de_permanents.values("du", "au").annotate(sortes=Count("sorte"))
                assert {periode["sortes"] for periode in heures} == {4} and len(heures) > 10
        contrats = parcours.Contrat.objects.filter(debut__lte=FIN)
        dits = contrats.exclude(annexe=None)
        assert 0.8 * contrats.count() < dits.count() < contrats.count(), "quelques-uns ne la disent pas"
        assert not dits.exclude(annexe__du__lte=F("debut"), annexe__au__gte=F("debut"))
        assert not dits.exclude(annexe__organisation=F("personne__organisation"))

    def test_les_irregularites_de_la_vraie_vie_y_sont(self):
        personnes = Personne.objects.all()
        assert personnes.filter(telephone="")
        assert personnes.filter(date_naissance=None)
        assert personnes.filter(nom__contains="-")
        assert personnes.a_purger(FIN, 24)
        assert personnes.annotate(n=Count("contacts")).filter(n__gt=1)
        assert personnes.values("organisation", "cle_identite").annotate(n=Count("pk")).filter(n__gt=1)
        assert Information.objects.filter(presence="absente")
        assert Entretien.objects.filter(etat="absent")
        assert Contact.objects.filter(delai_annonce=None)
        assert Habilitation.objects.exclude(retiree_le=None)
        assert Entretien.objects.filter(etat="en_cours")
        partagees = personnes.filter(organisation__slug="ensemble-ei").values("cle_identite")
        assert personnes.filter(organisation__slug="ensemble-ai", cle_identite__in=partagees)

    def test_chaque_manque_prend_quelqu_un_et_epargne_la_plupart(self):
        siennes = Personne.objects.filter(organisation__slug="ai")
        for cle, manque in manques(Personne).items():
            with self.subTest(cle):
                concernees, prises = (
                    siennes.filter(condition).count() for condition in (batir(manque, FIN).population, batir(manque, FIN).manque)
                )
                assert 1 <= prises <= max(concernees // 5, 4, min(6, concernees // 2)), f"{prises} sur {concernees}"

    def test_la_cip_de_la_demonstration_suit_entre_quarante_et_cent_personnes(self):
        assert 40 <= Personne.objects.ouvertes().filter(referent__email="cip@demo.example").count() <= 100

    def test_l_insertion_est_complete(self):
        # issue 3, §5 : les six types, toutes les catégories de sortie, chaque suite de bilan, avec et sans objectif
        engagements, bilans = parcours.Engagement.objects.all(), parcours.Bilan.objects.clos()
        assert engagements.values("type_engagement").distinct().count() == 6
        assert set(engagements.values_list("etat", flat=True)) == set(parcours.Engagement.Etat.values)
        assert set(bilans.values_list("suite", flat=True)) == set(parcours.Bilan.Suite.values)
        assert not bilans.filter(objectifs_evalues=None)
        categories = set(parcours.Sortie.objects.values_list("motif__categorie", flat=True))
        assert categories == set(parcours.Categorie.values)
        assert parcours.MiseEnSituation.objects.avec_objectif(FIN)
        assert parcours.MiseEnSituation.objects.sans_objectif(FIN)
        for modele in (parcours.Suspension, parcours.PriseEnCharge, parcours.Besoin, Convention, Client):
            assert modele.objects.all(), modele
        assert parcours.SuiviSortie.objects.filter(fait_le__isnull=False)
        assert parcours.RefusDEvaluation.objects.filter(personne__organisation__slug="ai")
        absences = parcours.Bilan.objects.filter(etat="absent")
        assert absences and not absences.filter(absent_le=None)
        assert absences.count() > parcours.Bilan.objects.filter(etat="absent").sans_autre_rendez_vous(FIN).count()
        assert set(parcours.Formalisation.objects.values_list("sens", flat=True)) == {"texte", "guide"}
        assert 0.5 < parcours.Remise.objects.exclude(bilan=None).count() / bilans.count() < 1
        assert parcours.Remise.objects.filter(contenu__objectifs__0__moyens__0__has_key="on_saura")

    def test_ce_que_l_agence_demande_y_est_dit_le_plus_souvent(self):
        dits = set(Personne.objects.values_list("statut_entree", "rqth").distinct())
        assert {rqth for _, rqth in dits} == {True, False, None} and {"chomage", "inactive", "emploi", ""} <= {s for s, _ in dits}
        coches = set(Personne.objects.exclude(criteres=None).values_list("criteres__code", flat=True))
        assert {"qpv", "zrr", "parent_isole", "refugie"} <= coches and not coches & set(DEDUITS)
        nouvelles = parcours.SuiviSortie.objects.filter(jointe=True)
        assert set(nouvelles.values_list("activite", flat=True)) == {"emploi", "formation", "chomage", "inactive"}
        assert not nouvelles.exclude(en_emploi=Q(activite="emploi")).exists()
        for modele in (Evaluation, parcours.Bilan, parcours.Sortie):
            assert {"stable", "instable", "precaire"} <= set(modele.objects.values_list("statut_social", flat=True)), modele

    def test_presque_chaque_atelier_a_son_client_et_le_travail_suit_les_engagements(self):
        # issue 13, § 2.2 b et 2.3 b : le client d'un atelier, ce que le travail et les actions servent ensuite
        en_atelier = parcours.MiseEnSituation.objects.filter(client=None)
        avec_client = en_atelier.exclude(client_de_l_atelier=None)
        assert 0.6 < avec_client.count() / en_atelier.count() < 1
        assert 0.4 < avec_client.exclude(fiche_imprimee_le=None).count() / avec_client.count() < 1
        assert parcours.AncienObjectif.objects.filter(au=F("mise_en_situation__engagement__debut"))
        for code, plancher in (("travail_selon_l_engagement", 0.6), ("actions_selon_l_engagement", 0.8)):
            [(total, atteint)] = [tous()[code].mesurer(Organisation.objects.get(slug="ai"), FIN)]
            assert plancher < atteint / total < 1, code

    def test_les_regulations_se_tiennent_et_la_prochaine_se_prepare(self):
        # TRA-1 : un compte rendu pour chacune, des décisions suivies, certaines en retard
        for slug in SUFFIXES:
            siennes = Regulation.objects.filter(organisation__slug=slug)
            assert siennes.tenues().count() > 50
            assert siennes.get(etat="prevue").points.all()
        assert Regulation.objects.get(organisation__slug="ai", etat="prevue").points.exclude(personne=None)
        assert Decision.objects.filter(faite_le=None, echeance__lt=FIN)
        assert Decision.objects.exclude(faite_le=None)

    def test_un_contrat_se_date_comme_la_loi_l_entend(self):
        contrats = parcours.Contrat.objects.all()
        assert contrats.exclude(renouvelle=None)
        assert contrats.exclude(rompu_le=None)
        for contrat in contrats.select_related("personne__organisation", "nature"):
            assert contrat.nature.code in NATURES[contrat.personne.organisation.type_siae]
            contrat.full_clean(exclude=TENU_PAR_LA_BASE, validate_unique=False, validate_constraints=False)

    def test_chacun_a_de_quoi_faire_aujourd_hui_et_dans_les_deux_semaines(self):
        prevus = Entretien.objects.filter(etat="prevu")
        assert prevus.filter(le=FIN)
        assert prevus.filter(le__range=(FIN + timedelta(days=1), FIN + timedelta(days=14))).count() > 10
        assert Information.objects.filter(presence="prevue", collective__le__gte=FIN)

    def test_les_numeros_sont_de_ceux_que_l_on_reserve_a_la_fiction(self):
        prefixes = ("01 99 00", "02 61 91", "03 53 01", "04 65 71", "05 36 49", "06 39 98")
        for numeros in Personne.objects.values_list("telephone", "telephone_2"):
            assert all(n == "" or n.startswith(prefixes) for n in numeros)
        for adresse in Personne.objects.exclude(courriel="").values_list("courriel", flat=True):
            assert adresse.endswith(".example")
        for organisation in Organisation.objects.all():
            assert stdnum_siret.is_valid(organisation.siret)


def test_le_meme_jour_donne_les_memes_donnees(db):
    empreintes = []
    for _ in range(2):
        with transaction.atomic():
            creer_exemple(part=30)
            empreintes.append(empreinte())
            transaction.set_rollback(True)
    assert empreintes[0] == empreintes[1]


def test_les_jours_feries_suivent_paques():
    assert {date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25), date(2026, 7, 14)} <= feries(2026)
    assert not est_ouvre(date(2026, 11, 21))
    assert est_ouvre(date(2026, 11, 20))
