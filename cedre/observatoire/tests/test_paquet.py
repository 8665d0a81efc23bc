"""Un rapport publié se recompte sans Cèdre, et un chiffre changé s'y voit (OBS-2)."""

import hashlib
import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from cedre.core.periodes import douze_mois_finis_le
from cedre.observatoire.cadre import DOSSIER
from cedre.observatoire.cadres import livres
from cedre.observatoire.models import AnnexeFinanciere
from cedre.observatoire.paquet import FAITS, VERIFIER, composer, condensats, recompter
from cedre.observatoire.rempli import remplir

CODES = [*livres()]


def paquet(code: str, monde) -> dict[str, bytes]:
    """Celui de ce cadre, des douze mois de cette structure."""
    cadre = livres()[code]
    periode = douze_mois_finis_le(timezone.localdate())
    return composer(cadre, (DOSSIER / f"{code}.yaml").read_bytes(), monde.organisation, periode, dit={"version": 1})


def publie_de_nouveau(fichiers: dict[str, bytes]) -> dict[str, bytes]:
    """Les mêmes, leurs condensats récrits pour aller avec ce qu'on y a changé."""
    sql = fichiers[VERIFIER].decode()
    for nom, condensat in condensats({n: o for n, o in fichiers.items() if n != VERIFIER}).items():
        sql = re.sub(rf"\('{re.escape(nom)}', '\w+'\)", f"('{nom}', '{condensat}')", sql)
    return fichiers | {VERIFIER: sql.encode()}


def sept_semaines_au_demi_centieme(monde) -> None:
    """Sept fois six heures et demie, sur 1 820 : 0,025 ETP, à mi-chemin de deux centièmes, dont nulle part ne s'écrit juste."""
    le = timezone.localdate()
    negocie = {"du": le.replace(year=le.year - 2), "au": le.replace(year=le.year + 2), "heures_etp": 1820, "etp": 5}
    dite = {"organisation": monde.organisation, "type_siae": monde.organisation.type_siae, "numero": "A 1"}
    AnnexeFinanciere.objects.create(**dite, **negocie)
    mets = monde.personne.mises_en_situation.create(contrat=monde.contrat, atelier="Cour", du=monde.contrat.debut)
    for rang in range(7):
        mets.heures.create(le=le - timedelta(weeks=rang), heures=Decimal("6.5"))


@pytest.mark.parametrize("code", CODES)
def test_un_rapport_se_recompte_sans_cedre_et_encore_quand_ses_faits_sont_effaces(code, embauchee):
    sept_semaines_au_demi_centieme(embauchee)
    fichiers = paquet(code, embauchee)
    concorde, dit = recompter(fichiers)
    assert concorde, dit
    concorde, dit = recompter({nom: octets for nom, octets in fichiers.items() if nom != FAITS})
    assert concorde and dit.startswith("Tout concorde") and "effacés" in dit


@pytest.mark.parametrize("nom", ["chiffres.json", "noyau.csv", "faits.csv", "cadre.yaml", "faits-colonnes.csv"])
def test_un_chiffre_change_dans_un_fichier_se_voit(nom, embauchee):
    fichiers = paquet(CODES[0], embauchee)
    octets = bytearray(fichiers[nom])
    rang = next((r for r, octet in enumerate(octets) if chr(octet).isdigit()), 0)
    octets[rang] ^= 1
    concorde, dit = recompter(fichiers | {nom: bytes(octets)})
    assert not concorde and f"{nom} n’est pas celui qui a été publié" in dit


def test_un_chiffre_et_ses_condensats_changes_ensemble_se_voient_encore(embauchee):
    fichiers = paquet(CODES[0], embauchee)
    lignes = fichiers["noyau.csv"].decode().splitlines()
    rang = next(r for r, ligne in enumerate(lignes) if r and ligne.split(",")[1] == "" and ligne.split(",")[4] != "0")
    *debut, total = lignes[rang].split(",")
    lignes[rang] = ",".join([*debut, str(int(total) + 1)])
    faux = publie_de_nouveau(fichiers | {"noyau.csv": ("\n".join(lignes) + "\n").encode()})
    assert "recompté" in recompter(faux)[1]
    del faux[FAITS]
    concorde, dit = recompter(faux)
    assert not concorde and ("les parts de" in dit or "au noyau" in dit), "les faits effacés, le reste se tient encore"


def test_une_rubrique_recopiee_a_un_pres_se_voit(embauchee):
    fichiers = paquet(CODES[0], embauchee)
    chiffres = json.loads(fichiers["chiffres.json"])
    dite = next(r for r in chiffres["rubriques"] if r["numerateur"] is not None)
    dite["numerateur"] += 1
    concorde, dit = recompter(publie_de_nouveau(fichiers | {"chiffres.json": json.dumps(chiffres).encode()}))
    assert not concorde and f"rubrique · {dite['code']}" in dit


@pytest.mark.parametrize("code", CODES)
def test_les_entiers_du_paquet_sont_ceux_de_la_page(code, embauchee):
    chiffres = json.loads(paquet(code, embauchee)["chiffres.json"])
    periode = douze_mois_finis_le(timezone.localdate())
    remplies = [r for _, siennes in remplir(livres()[code], embauchee.organisation, periode) for r in siennes if r.indicateur]
    assert [r["code"] for r in chiffres["rubriques"]] == [r.rubrique.code for r in remplies]
    for publiee, remplie in zip(chiffres["rubriques"], remplies, strict=True):
        assert publiee["numerateur"] == remplie.entiers(remplie.mesure)[0], publiee["code"]


def test_deux_rapports_ne_nomment_pas_leurs_sujets_de_meme_et_aucun_ne_porte_un_identifiant(embauchee):
    un, deux = (paquet(CODES[0], embauchee)[FAITS].decode().splitlines()[1:] for _ in range(2))
    sujets = [{ligne.split(",")[1] for ligne in lignes} for lignes in (un, deux)]
    assert un and sujets[0].isdisjoint(sujets[1])
    assert all(re.fullmatch(r"[0-9a-f]{15}", sujet) for sujet in sujets[0])


def test_les_fichiers_qui_circulent_n_ont_aucun_sujet(embauchee):
    fichiers = paquet(CODES[0], embauchee)
    sujets = {ligne.split(",")[1] for ligne in fichiers[FAITS].decode().splitlines()[1:]}
    reste = b"".join(octets for nom, octets in fichiers.items() if nom != FAITS).decode()
    assert not any(sujet in reste for sujet in sujets)
    assert hashlib.sha256(fichiers[FAITS]).hexdigest() in reste
