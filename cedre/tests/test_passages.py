"""Chaque table de passages du produit tient ce qu'elle dit : qui, d'où, vers où, quel jour, quelle trace, quel refus."""

import inspect
import pkgutil
from datetime import date, timedelta
from importlib import import_module
from types import ModuleType

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from cedre.certification.editions import edition_de
from cedre.certification.models import Audit, ReunionEvaluation
from cedre.comptes.droits import Droit
from cedre.comptes.models import Compte, Trace
from cedre.comptes.passages import Passage, Passages, tient
from cedre.core.periodes import annee
from cedre.core.refus import GesteImpossible
from cedre.observatoire.cadres import livres
from cedre.observatoire.models import Alerte, Rapport
from cedre.observatoire.operations import rapports
from cedre.qualite.models import Reclamation
from cedre.regulation.models import Regulation

AUJOURDHUI, UN_JOUR = timezone.localdate, timedelta(days=1)


def tot():
    """Un jour d'avant tous les autres."""
    return AUJOURDHUI() - 9 * UN_JOUR


def _modules():
    for app in apps.get_app_configs():
        if app.name.startswith("cedre."):
            for module in pkgutil.walk_packages(app.module.__path__, f"{app.name}."):
                if "operations" in module.name.split(".") and "tests" not in module.name.split("."):
                    yield import_module(module.name)


TABLES = [(module, table) for module in _modules() for table in vars(module).values() if isinstance(table, Passages)]
NOMS = [table.modele.__name__ for _, table in TABLES]


def _audit_demande(ici, ailleurs) -> Audit:
    edition = edition_de(ici.organisation, AUJOURDHUI()).edition
    croise = {"nature": "croise", "structure_auditrice": ailleurs.organisation, "edition": edition.code}
    audite, champ = ici.hab["cip"].compte, [edition.chapitres[0].specifications[0].code]
    return Audit.objects.create(organisation=ici.organisation, audite=audite, champ=champ, prevu_le=AUJOURDHUI(), **croise)


def _rapport_commence(ici, ailleurs) -> Rapport:
    par, derniere = ici.hab["direction"], annee(AUJOURDHUI().replace(month=1, day=1) - UN_JOUR)
    return rapports.commencer(ici.organisation, livres()["fse-plus"], derniere, par=par)


def _reunion_prevue(ici, ailleurs) -> ReunionEvaluation:
    return ReunionEvaluation.objects.create(organisation=ici.organisation, prevue_le=AUJOURDHUI(), du=tot(), au=AUJOURDHUI())


def _alerte_ouverte(ici, ailleurs) -> Alerte:
    return Alerte.objects.create(organisation=ici.organisation, titre="Sans car le soir", precision="Le car", constat="Vu")


def _regulation_du_jour(ici, ailleurs) -> Regulation:
    Regulation.objects.update(le=AUJOURDHUI())
    return Regulation.objects.get(organisation=ici.organisation)


def _la_sienne(modele):
    return lambda ici, ailleurs: modele.objects.get(organisation=ici.organisation)


# Par où commencer, quand la structure des essais n'en a pas une à son début, ou pas de ce jour.
DEBUTS = {Alerte: _alerte_ouverte, Audit: _audit_demande, Rapport: _rapport_commence}
DEBUTS |= {ReunionEvaluation: _reunion_prevue, Regulation: _regulation_du_jour}


def operation_de(module: ModuleType, table: Passages, nom: str):
    """L'opération de ce passage ; rien si ce sont d'autres gestes qui l'ouvrent."""
    fonction = vars(module).get(nom)
    return fonction if getattr(fonction, "passage", None) is table.passages[nom] else None


def valeurs(ligne) -> dict:
    """Ce qu'une ligne garde."""
    return {champ.attname: getattr(ligne, champ.attname) for champ in ligne._meta.concrete_fields}


class Parcours:
    """Une procédure, menée de passage en passage partout où elle mène ; chaque essai est défait aussitôt.

    etapes : (l'état, le passage qui y a mené) vers ce que la ligne gardait alors. reussites : (l'état, le passage) vers
    (l'étape d'où il est parti, qui l'a fait).
    """

    def __init__(self, module: ModuleType, table: Passages, mondes):
        self.table, self.habilitations = table, [hab for monde in mondes for hab in monde.hab.values()]
        self.operations = {nom: operation_de(module, table, nom) for nom in table.passages}
        debut = DEBUTS.get(table.modele, _la_sienne(table.modele))(*mondes[:2])
        des_pas = {p.jour for p in table.passages.values()}
        bornes = {p.depuis for p in table.passages.values()} - des_pas - {""}
        self.etapes, self.reussites = {(debut.etat, ""): valeurs(debut) | dict.fromkeys(bornes, tot())}, {}
        a_voir = [*self.etapes]
        while a_voir:
            a_voir += self._suivre(a_voir.pop())

    def _suivre(self, etape) -> list:
        """Les étapes nouvelles où mène celle-ci."""
        nouvelles = {}
        for nom, passage in self.table.passages.items():
            if self.operations[nom] is None and "etat" in self.etapes[etape] and etape[0] in passage.de:
                nouvelles |= {(etat, nom): self.etapes[etape] | {"etat": etat} for etat in passage.arrivees(etape[0])}
            faits = ((par, self.tenter(nom, etape, par)) for par in self.qui_peut(nom, etape) if self.operations[nom])
            if reussi := next(((par, apres) for par, apres in faits if getattr(apres, "traces", ())), None):
                self.reussites.setdefault((etape[0], nom), (etape, reussi[0]))
                if reussi[1].pk:
                    nouvelles[reussi[1].etat, nom] = valeurs(reussi[1])
        nouvelles = {cle: gardees for cle, gardees in nouvelles.items() if cle not in self.etapes}
        self.etapes |= nouvelles
        return [*nouvelles]

    def ligne(self, etape):
        """La ligne, remise en base telle qu'elle était à cette étape."""
        ligne = self.table.modele(**self.etapes[etape])
        ligne.save(force_update=True)
        return ligne

    def qui_peut(self, nom: str, etape) -> list:
        """À qui est ce passage, là."""
        ligne = self.ligne(etape)
        return [hab for hab in self.habilitations if self.table.passages[nom].qui.peut(ligne, hab)]

    def tenter(self, nom: str, etape, par, le: date | None = None):
        """La ligne après ce passage, avec les traces qu'il laisse ; ou son refus, qui n'a rien écrit."""
        deja, ligne = Trace.objects.count(), self.ligne(etape)
        ligne.refresh_from_db()
        avant = valeurs(ligne)
        try:
            with transaction.atomic():
                apres = self._faire(nom, ligne, par, le)
                apres.traces = list(Trace.objects.order_by("-pk")[: Trace.objects.count() - deja])
                transaction.set_rollback(True)
        except GesteImpossible as refus:
            ligne.refresh_from_db()
            assert (valeurs(ligne), Trace.objects.count()) == (avant, deja)
            return refus
        return apres

    def _faire(self, nom: str, ligne, par, le: date | None):
        operation, passage = self.operations[nom], self.table.passages[nom]
        if operation is None:
            return self.table.ouvrir(nom, ligne, par=par)
        depuis = passage.depuis and getattr(ligne, passage.depuis)
        faits = [p.fait_le(ligne) for p in self.table.passages.values()]
        le = le or (depuis + UN_JOUR if depuis else max(filter(None, faits), default=AUJOURDHUI()))
        connus = {"version": getattr(ligne, "version", None), "specification": getattr(ligne, "champ", [""])[0]}
        d_apres = {
            date: le,
            date | None: le,
            str: "Un mot",
            dict[str, str]: {"un": "Un mot"},
            bool: True,
            Compte: par.compte,
            list[Compte]: [par.compte],
        }
        saisie = {}
        for parametre in [*inspect.signature(operation).parameters.values()][1:]:
            if parametre.kind == parametre.VAR_KEYWORD:
                saisie |= dict.fromkeys(ligne.MOTS, "Un mot")
            elif parametre.name not in ("par", "compose"):  # ce qu’une tâche a déjà préparé
                saisie[parametre.name] = connus.get(parametre.name) or d_apres[parametre.annotation]
        return operation(ligne, **saisie, par=par)  # la saisie se déduit des annotations : rien à écrire par passage


def test_il_y_a_des_tables_et_chacune_a_la_sienne():
    assert len(TABLES) >= 5 and len({table.modele for _, table in TABLES}) == len(TABLES)


@pytest.mark.parametrize("module, table", TABLES, ids=NOMS)
def test_chaque_ligne_d_une_table_sert(module, table):
    source = inspect.getsource(module)
    for nom, passage in table.passages.items():
        ouverte = f'ouvrir("{nom}"' in source
        assert ouverte != bool(operation_de(module, table, nom)), nom
        assert passage.trace or ouverte, f"{nom} ne laisse aucune trace"


@pytest.mark.parametrize("module, table", TABLES, ids=NOMS)
def test_une_table_tient_ce_qu_elle_dit(module, table, embauchee, ailleurs, reseau):
    """La procédure d'« ici », menée par tous ceux d'ici, d'ailleurs, de la région et de la fédération."""
    parcours = Parcours(module, table, [embauchee, ailleurs, reseau[0]])
    chaque_etat_s_atteint_et_chaque_passage_part_de_tous_les_siens(parcours)
    un_passage_mene_ou_il_dit_et_laisse_une_trace_chez_chacun(parcours)
    d_un_autre_etat_il_se_refuse_en_disant_lequel(parcours)
    il_se_refuse_a_qui_n_en_est_pas(parcours)
    son_jour_va_de_ce_qui_le_precede_a_aujourd_hui(parcours)


def chaque_etat_s_atteint_et_chaque_passage_part_de_tous_les_siens(parcours):
    assert {etat for etat, _ in parcours.etapes} == set(parcours.table.modele.Etat)
    menes = {nom for nom, operation in parcours.operations.items() if operation}
    assert set(parcours.reussites) == {(etat, nom) for nom in menes for etat in parcours.table.passages[nom].de}


def un_passage_mene_ou_il_dit_et_laisse_une_trace_chez_chacun(parcours):
    for (etat, nom), (etape, par) in parcours.reussites.items():
        apres, passage = parcours.tenter(nom, etape, par), parcours.table.passages[nom]
        assert parcours.table.permet(nom)(parcours.ligne(etape)), nom
        assert apres.etat in passage.arrivees(etat) if passage.vers else apres.pk is None, nom
        ou = {t.organisation_id for t in apres.traces}
        assert ou == {apres.organisation_id, par.organisation_id} and len(apres.traces) == len(ou), nom
        assert {t.geste for t in apres.traces} == {"modifier" if passage.vers else "supprimer"}
        assert {t.compte_id for t in apres.traces} == {par.compte_id} and all(t.detail for t in apres.traces), nom


def d_un_autre_etat_il_se_refuse_en_disant_lequel(parcours):
    for etape, gardees in parcours.etapes.items():
        for nom, passage in parcours.table.passages.items():
            ne_se_peut_pas = etape[0] not in passage.de or bool(gardees.get(passage.jour))
            assert parcours.table.permet(nom)(parcours.ligne(etape)) is not ne_se_peut_pas, (nom, etape)
            for par in parcours.qui_peut(nom, etape)[:1]:
                assert (nom in parcours.table.ouverts_a(par, parcours.ligne(etape))) is not ne_se_peut_pas, (nom, etape)
                if not ne_se_peut_pas:
                    continue
                refus, etat = parcours.tenter(nom, etape, par), parcours.table.modele.Etat(etape[0])
                assert isinstance(refus, GesteImpossible), (nom, etape)
                assert str(refus).startswith(etat.label) or str(refus).endswith("c’est déjà fait."), refus


def il_se_refuse_a_qui_n_en_est_pas(parcours):
    for nom, passage in parcours.table.passages.items():
        etape = next(etape for etape in parcours.etapes if etape[0] in passage.de and parcours.qui_peut(nom, etape))
        peuvent = parcours.qui_peut(nom, etape)
        autres = [hab for hab in parcours.habilitations if hab not in peuvent]
        assert len(autres) > len(peuvent), f"{nom} est à tout le monde"
        for par in autres:
            refus = parcours.tenter(nom, etape, par)
            assert isinstance(refus, GesteImpossible) and "{" not in str(refus), (nom, par)
            assert nom not in parcours.table.ouverts_a(par, parcours.ligne(etape)), (nom, par)


def son_jour_va_de_ce_qui_le_precede_a_aujourd_hui(parcours):
    for (_, nom), (etape, par) in parcours.reussites.items():
        passage = parcours.table.passages[nom]
        if passage.depuis:
            depuis = parcours.etapes[etape][passage.depuis]
            for le in (depuis - UN_JOUR, AUJOURDHUI() + UN_JOUR):
                assert parcours.tenter(nom, etape, par, le=le).champ == "le", (nom, le)
            for le in (depuis, AUJOURDHUI()):
                assert getattr(parcours.tenter(nom, etape, par, le=le), passage.jour) == le, (nom, le)


E, QUALITE = Reclamation.Etat, tient(Droit.QUALITE_TENIR)
D_ESSAI = Passages(
    Reclamation,
    se_tromper=Passage(QUALITE, de={E.RECUE}, vers={E.CLOSE}, trace="trompée"),
    redire=Passage(QUALITE, de={E.RECUE}, vers={E.RECUE}, trace="redite"),
    repondre=Passage(QUALITE, de={E.CLOSE}, vers={E.CLOSE}, trace="répondu", pas_encore="on répond à la fin"),
    clore=Passage(QUALITE, de={E.RECUE}, vers={E.CLOSE}, jour="close_le", trace="close : {traitement}"),
)


@D_ESSAI.operation
def se_tromper(reclamation, *, par):
    """N'arrive pas où la table le dit."""
    reclamation.traitement = "Presque"


@D_ESSAI.operation
def redire(reclamation, *, texte: str, par):
    """Reprend les mots."""
    reclamation.texte = texte


def test_un_corps_qui_n_arrive_pas_ou_la_table_le_dit_n_ecrit_rien(embauchee):
    with pytest.raises(AssertionError, match="se_tromper mène à recue"):
        se_tromper(embauchee.reclamation, par=embauchee.hab["qualite"])
    embauchee.reclamation.refresh_from_db()
    assert not embauchee.reclamation.traitement and not Trace.objects.filter(detail="trompée").exists()


def test_ce_qui_ne_change_rien_ne_laisse_pas_de_trace_et_ce_que_l_on_avait_sous_la_main_ne_compte_pas(embauchee):
    perimee = embauchee.reclamation
    for _ in range(2):
        assert redire(perimee, texte="Autrement", par=embauchee.hab["qualite"]).texte == "Autrement"
    assert Trace.objects.filter(detail="redite").count() == 1
    Reclamation.objects.filter(pk=perimee.pk).update(close_le=AUJOURDHUI(), motif_cloture="Finie ailleurs")
    with pytest.raises(GesteImpossible, match="Close"):
        redire(perimee, texte="Trop tard", par=embauchee.hab["qualite"])


@D_ESSAI.operation
def clore(reclamation, *, traitement: str, par, le: date | None = None):
    """La clôt, en disant comment."""
    reclamation.traitement, reclamation.motif_cloture = traitement, traitement


def test_un_refus_dit_si_c_est_trop_tot_trop_tard_ou_deja_fait_et_depuis_quel_jour(embauchee):
    par, ligne, hier = embauchee.hab["qualite"], embauchee.reclamation, AUJOURDHUI() - UN_JOUR
    Reclamation.objects.filter(pk=ligne.pk).update(recue_le=tot())
    with pytest.raises(GesteImpossible, match=r"^Reçue.* : on répond à la fin\.$"):
        D_ESSAI.ouvrir("repondre", ligne, par=par)
    close = clore(ligne, traitement="Rappelée", le=hier, par=par)
    assert (close.etat, close.close_le) == (E.CLOSE, hier) and Trace.objects.get(detail="close : Rappelée").geste == "modifier"
    with pytest.raises(GesteImpossible, match=rf"^Close \(depuis le {hier:%d/%m/%Y}\) : ce geste ne se fait plus\.$"):
        D_ESSAI.ouvrir("redire", ligne, par=par)
    with pytest.raises(GesteImpossible, match=rf"{hier:%d/%m/%Y} : c’est déjà fait\.$"):
        D_ESSAI.ouvrir("clore", ligne, par=par)
    with pytest.raises(GesteImpossible, match="Votre rôle ne permet pas ce geste"):
        D_ESSAI.ouvrir("repondre", ligne, par=embauchee.hab["cip"])
    assert D_ESSAI.ouverts_a(par, close) == {"repondre"} and D_ESSAI.suites(E.CLOSE) == {E.CLOSE}
