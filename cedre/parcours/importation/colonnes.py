"""Les colonnes qui décrivent une personne, et celles que l'on ne lit jamais (nomenclatures §7)."""

import re
from datetime import date
from functools import partial

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Habilitation
from cedre.core import cellules
from cedre.core.cellules import Douteux, Invalide
from cedre.core.colonnes import Colonne
from cedre.core.tableau import Tableau, en_texte
from cedre.core.texte import normaliser
from cedre.observatoire.models import Terme
from cedre.parcours.eligibilite import DEDUITS
from cedre.parcours.models import Activite
from cedre.parcours.models.personne import cle_identite, referents_possibles

AGE_MINIMAL = 14
CRITERES = Terme.Liste.CRITERE
ALIAS_RQTH = "rqth|travailleur handicape|reconnaissance travailleur handicape"
EN_COLONNE = {"qpv": "quartier prioritaire|habite en qpv|resident qpv", "zrr": "zone de revitalisation rurale|resident zrr"}
STATUTS = {
    Activite.EMPLOI: "en emploi|salarie|salariee|travaille",
    Activite.FORMATION: "formation|etudiant|etudiante|stagiaire",
    Activite.CHOMAGE: "chomeur|chomeuse|demandeur d emploi|demandeuse d emploi|de|inscrit|inscrite",
    Activite.INACTIVE: "inactif|inactive|sans activite|au foyer",
}
_NIR = re.compile(r"(?<!\d)[1-478]\s?\d\d\s?(?:0[1-9]|1[0-2]|[2-9]\d)\s?(?:\d\d|2[AB])\s?\d{3}\s?\d{3}(?:\s?\d\d)?(?!\d)")
_ECARTEES = {
    "le numéro de sécurité sociale n’est jamais gardé": "nir|n ?ss|num ?ss|nss|securite sociale|secu",
    "les données de santé ne s’importent pas": (
        "sante|medica\\w*|medecin|handicap\\w*|rqth|aah|mdph|maladies?|addictions?|pathologies?|invalidite"
        "|grossesse|psy\\w*|boe|boeth"
    ),
    "les faits de justice ne s’importent pas": (
        "justice|judiciaires?|casier|detention|ecrou|condamn\\w*|peines?|tig|sursis|bracelet|incarcer\\w*|prison"
    ),
    "cette donnée sensible ne s’importe pas": "religion|ethni\\w*|origine ethnique|orientation sexuelle|syndica\\w*|opinions?",
}
_CIVILITES = {"m": "H", "mr": "H", "monsieur": "H", "mme": "F", "mlle": "F", "madame": "F", "mademoiselle": "F", "melle": "F"}
SEXES = _CIVILITES | {"h": "H", "homme": "H", "masculin": "H", "garcon": "H", "1": "H", "male": "H", "masc": "H"}
SEXES |= {"f": "F", "femme": "F", "feminin": "F", "fille": "F", "2": "F", "fem": "F", "dame": "F", "me": "F"}

# Les noms d'usage des termes du cadre commun, par code.
USAGES = {
    "prescripteur": {
        "france_travail": "ft pe pole_emploi anpe france_travail_pro",
        "mission_locale": "ml mlj milo mission_locale_jeunes",
        "cap_emploi": "capemploi",
        "dept": "departement conseil_departemental cd conseil_general assistante_sociale as assistant_social mds cms"
        " maison_des_solidarites maison_departementale service_social polyvalence referent_rsa",
        "ccas": "cias centre_communal_d_action_sociale",
        "ase": "aide_sociale_a_l_enfance aide_sociale_enfance",
        "pij_bij": "pij bij",
        "orienteur": "orienteur association",
        "spontanee": "spontane candidature_libre candidature_spontanee lui_meme elle_meme bouche_a_oreille ami famille",
        "non_connu": "inconnu nsp ne_sait_pas",
    },
    "formation": {
        "10": "bac_5 master ingenieur doctorat bac_4 niveau_i niveau_ii niveau_7 niveau_8",
        "20": "licence bac_3 niveau_6",
        "30": "bts dut deug bac_2 niveau_iii niveau_5",
        "40": "bac baccalaureat bac_general niveau_iv niveau_4",
        "41": "bac_pro bac_professionnel bac_techno bac_technologique bp brevet_professionnel",
        "50": "niveau_v niveau_cap niveau_bep niveau_cap_bep niveau_3 cap_bep_non_obtenu",
        "51": "cap bep cap_bep cap_ou_bep titre_professionnel",
        "70": "sans_diplome aucun aucun_diplome college brevet dnb bepc 3eme niveau_vi infra_v niveau_v_bis niveau_2 cep",
        "01": "non_scolarise jamais_scolarise jamais_scolarisee non_scolarisee",
    },
    "prestation": {
        "aucun": "aucune",
        "rsa": "rsa_socle rsa_non_majore",
        "are": "allocation_retour_a_l_emploi chomage allocation_chomage",
        "prime_activite": "prime_d_activite ppa",
    },
    "critere_administratif": {
        "ase": "sortant_ase aide_sociale_a_l_enfance",
        "parent_isole": "famille_monoparentale monoparental",
        "sans_hebergement": "sdf sans_domicile sans_abri",
        "refugie": "demandeur_d_asile bpi",
        "zrr": "zone_de_revitalisation_rurale",
        "qpv": "quartier_prioritaire",
        "langue": "fle",
        "mobilite": "sans_moyen_de_transport",
        "aucun": "aucun",
    },
    "nature_contrat": {
        "cddi": "cdd_insertion cdd_d_insertion contrat_d_insertion contrat_insertion cdd_i",
        "cddu": "cdd_usage cdd_d_usage contrat_d_usage usage mise_a_disposition",
        "mission": "mission_d_interim mission_interim interim travail_temporaire contrat_de_travail_temporaire ctt ctti",
        "cdi": "contrat_a_duree_indeterminee duree_indeterminee",
        "cdi_inclusion": "cdii cdi_i cdi_d_inclusion",
        "cdd": "contrat_a_duree_determinee duree_determinee",
        "apprentissage": "apprenti contrat_d_apprentissage contrat_pro contrat_de_professionnalisation alternance",
    },
    "motif_rupture": {
        "accord": "rupture_d_un_commun_accord rupture_conventionnelle amiable",
        "demission": "demission_du_salarie",
        "embauche": "embauche_ailleurs emploi",
        "formation": "entree_formation",
        "essai_employeur": "rupture_periode_d_essai_employeur fin_d_essai_employeur",
        "essai_salarie": "rupture_periode_d_essai_salarie fin_d_essai_salarie",
        "faute_grave": "licenciement_pour_faute_grave licenciement_faute_grave",
        "inaptitude": "licenciement_pour_inaptitude",
    },
}


def _ecritures(termes, liste: str) -> dict[str, Terme]:
    """Toutes les façons d'écrire chaque terme d'une liste : code, libellé, noms d'usage."""
    ecritures = {}
    for terme in termes:
        if terme.liste == liste:
            usages = USAGES.get(liste, {}).get(terme.code, "").split()
            for ecriture in (terme.code, terme.libelle, *usages):
                ecritures.setdefault(normaliser(ecriture.replace("_", " ")), terme)
    return ecritures


def terme_de(termes, liste: str, lecteur=cellules.choix):
    """Le lecteur d'une cellule qui nomme un terme de cette liste, par son code, son libellé ou son nom d'usage."""
    accepte = ", ".join(t.libelle for t in termes if t.liste == liste)
    return lecteur(_ecritures(termes, liste), accepte=accepte)


def _prescripteur(termes):
    """Un prescripteur par son nom d'usage, même noyé (« ML de Villebrune ») : le terme, et le texte s'il en dit plus."""
    ecritures = _ecritures(termes, "prescripteur")
    non_connu = ecritures.get("non connu")

    def lire(cellule):
        ecrit = " ".join(en_texte(cellule).split())[:120]
        compare = normaliser(ecrit)
        if not compare or cellules.sans_reponse(cellule):
            return None
        if compare in ecritures:
            return ecritures[compare], ""
        contenues = [e for e in ecritures if f" {e} " in f" {compare} " and (len(e) > 2 or compare.startswith(e))]
        if contenues:
            return ecritures[max(contenues, key=len)], ecrit
        raise Douteux(f"« {ecrit[:60]} » n’est pas un prescripteur du cadre commun : gardé en précision.", (non_connu, ecrit))

    return lire


def _duree_chomage(termes):
    """Une durée de chômage par sa tranche, ou en mois et en années (« 18 mois », « 2 ans »)."""
    codes = {t.code: t for t in termes if t.liste == "duree_chomage"}
    par_libelle = terme_de(termes, "duree_chomage")

    def lire(cellule):
        ecrit = normaliser(en_texte(cellule))
        duree = re.fullmatch(r"(?:depuis )?(\d{1,3})( mois| ans?)?", ecrit)
        if not duree or ecrit in codes:
            return par_libelle(cellule)
        mois = int(duree[1]) * (12 if "an" in (duree[2] or "") else 1)
        code = "moins_6" if mois < 6 else "6_11" if mois < 12 else "12_23" if mois < 24 else "24_plus"
        return codes.get(code)

    return lire


def _statut():
    """Ce que fait la personne à son entrée, par son code, son libellé ou un mot d'usage."""
    ecritures = {normaliser(ecriture): a.value for a in Activite for ecriture in (a.value, a.label, *STATUTS[a].split("|"))}
    return cellules.choix(ecritures, accepte=", ".join(Activite.labels))


def _oui_non(termes) -> list[Colonne]:
    """Une colonne oui/non pour chaque critère que les fichiers disent ainsi ; « non » ne coche rien."""
    connus = {terme.code: terme for terme in termes if terme.liste == CRITERES}
    dits = [(nom, connus[nom]) for nom in EN_COLONNE if nom in connus]
    return [Colonne(nom, nom.upper(), alias(EN_COLONNE[nom]), _coche(terme)) for nom, terme in dits]


def _coche(terme: Terme):
    return lambda cellule: [terme] if cellules.oui_non(cellule) else []


def _referent(par: Habilitation):
    """Qui peut suivre quelqu'un, par son courriel, son nom et son prénom, ou son nom s'il est seul à le porter."""
    comptes = referents_possibles(par)
    noms = [normaliser(c.nom) for c in comptes]
    connus = {normaliser(c.nom): c for c in comptes if noms.count(normaliser(c.nom)) == 1}
    connus |= {cle_identite(c.nom, c.prenom): c for c in comptes} | {normaliser(c.email): c for c in comptes}

    def lire(cellule):
        compare = normaliser(en_texte(cellule))
        mots = [m for m in compare.split() if m not in _CIVILITES]
        trouve = connus.get(compare) or connus.get(" ".join(sorted(mots))) or connus.get(" ".join(mots))
        if trouve or cellules.sans_reponse(cellule):
            return trouve
        raise Douteux(
            f"« {en_texte(cellule)[:60]} » n’est pas un compte de CIP ou de direction : personne référente laissée vide."
        )

    return lire


def nom_propre(ecrit: str) -> str:
    """« DUPONT-MARTIN » et « dupont-martin » s'écrivent Dupont-Martin ; ce qui mêle les casses est laissé."""
    if ecrit.isupper() or ecrit.islower():
        return re.sub(r"[^\W\d_]+", lambda m: m[0].capitalize(), ecrit)
    return ecrit


def un_nom(cellule) -> str:
    """Un nom ou un prénom : des lettres, sans civilité devant."""
    ecrit = re.sub(r"^(?:m|mr|mme|mlle|monsieur|madame|mademoiselle)\.?\s+", "", cellules.texte(80)(cellule), flags=re.IGNORECASE)
    if ecrit and not any(c.isalpha() for c in ecrit):
        raise Invalide(f"« {ecrit} » n’est pas un nom.")
    return nom_propre(ecrit)


def nom_et_prenom(cellule, prenom_devant: bool = False) -> tuple[str, str, str] | None:
    """Nom, prénom et sexe d'une seule cellule : « Mme DUPONT Marie », « Dupont, Marie ». Le mot en capitales est le nom."""
    mots = cellules.texte(160)(cellule).split()
    sexe = _CIVILITES.get(normaliser(mots[0]), "") if len(mots) > 1 else ""
    mots = mots[1:] if sexe else mots
    ecrit = " ".join(mots)
    if not ecrit:
        return None
    capitales = [m for m in mots if m.isupper() and len(m) > 1]
    doute = ""
    if ecrit.count(",") == 1:
        nom, prenom = (m.strip() for m in ecrit.split(","))
    elif capitales and len(capitales) < len(mots):
        nom, prenom = " ".join(capitales), " ".join(m for m in mots if m not in capitales)
    elif len(mots) >= 2:
        nom, prenom = (mots[-1], " ".join(mots[:-1])) if prenom_devant else (mots[0], " ".join(mots[1:]))
        doute = f"« {ecrit} » : nom lu « {nom} », prénom « {prenom} »." if len(mots) > 2 else ""
    else:
        raise Invalide(f"« {ecrit} » : il manque le nom ou le prénom.")
    lu = un_nom(nom), un_nom(prenom), sexe
    if doute:
        raise Douteux(doute, lu)
    return lu


def sans_nir(lire):
    """Le même lecteur de texte, où un numéro de sécurité sociale est ôté, et où on le dit."""

    def lire_sans(cellule):
        valeur = lire(cellule)
        if _NIR.search(valeur):
            raise Douteux("Un numéro de sécurité sociale a été ôté de ce texte.", _NIR.sub("…", valeur))
        return valeur

    return lire_sans


def colonnes_d_identite() -> list[Colonne]:
    """Ce qui dit de qui parle une ligne."""
    naissance = partial(cellules.date_lue, au_plus_tard=timezone.localdate() - relativedelta(years=AGE_MINIMAL))
    C = Colonne
    return [
        C(
            "reference",
            "Référence",
            alias("numero dossier|identifiant|id|matricule|n°|code|ref|n° adherent"),
            cellules.texte(40),
        ),
        C("nom", "Nom", alias("nom de famille|nom usage|nom d usage|nom de naissance|noms|patronyme|last name"), un_nom, True),
        C("prenom", "Prénom", alias("prenoms|prenom usuel|first name"), un_nom, True),
        C("nom_prenom", "Nom et prénom", alias("nom prenom|nom/prénom|nom complet|candidat|personne|salarie"), nom_et_prenom),
        C("prenom_nom", "Prénom et nom", alias("prenom nom"), partial(nom_et_prenom, prenom_devant=True)),
        C("date_naissance", "Date de naissance", alias("ne le|nee le|ne e le|naissance|ddn|date naiss|dn"), naissance),
    ]


def colonnes_de_personne(par: Habilitation) -> list[Colonne]:
    """Les colonnes attendues, avec ce que cette structure connaît : cadre commun, équipe. Deux requêtes."""
    listes = ["prescripteur", "formation", "duree_chomage", "prestation", CRITERES]
    termes = list(Terme.objects.pour(par).filter(liste__in=listes).exclude(liste=CRITERES, code__in=DEDUITS))
    fait = partial(cellules.date_lue, au_plus_tot=date(1990, 1, 1))
    sexe = cellules.choix(SEXES, accepte="femme, homme, F, H, Mme, M.")
    C = Colonne
    return [
        *colonnes_d_identite(),
        C("sexe", "Sexe", alias("civilite|genre|titre|h/f|f/h|civ"), sexe),
        C(
            "telephone",
            "Téléphone",
            alias("tel|telephones|telephone fixe|telephone 1|fixe|tel fixe|phone|tel 1"),
            cellules.telephones,
        ),
        C(
            "telephone_2",
            "Autre téléphone",
            alias("telephone portable|portable|mobile|telephone mobile|tel portable|tel 2|telephone 2|gsm"),
            cellules.telephones,
        ),
        C(
            "courriel",
            "Courriel",
            alias("email|e-mail|mail|adresse mail|adresse electronique|mel|adresse email"),
            cellules.courriel,
        ),
        C("adresse", "Adresse", alias("rue|adresse postale|voie|adresse 1|domicile"), sans_nir(cellules.texte(200))),
        C("code_postal", "Code postal", alias("cp|code postale|c.p."), cellules.code_postal),
        C("commune", "Commune", alias("ville|localite|commune de residence"), cellules.texte(100)),
        C("prescripteur", "Prescripteur", alias("orienteur|oriente par|adresse par|envoye par|origine"), _prescripteur(termes)),
        C(
            "niveau_formation",
            "Niveau de formation",
            alias("niveau|diplome|formation|niveau etudes"),
            terme_de(termes, "formation"),
        ),
        C("duree_chomage", "Durée de chômage", alias("duree inscription|chomage|anciennete chomage"), _duree_chomage(termes)),
        C(
            "prestations",
            "Prestations et revenus",
            alias("prestations|ressources|allocations|minima sociaux|revenus"),
            terme_de(termes, "prestation", cellules.plusieurs),
        ),
        C("statut_entree", "Situation à l’entrée", alias("situation|statut|situation emploi|statut a l entree"), _statut()),
        C(
            "criteres",
            "Critères administratifs",
            alias("criteres|criteres d eligibilite|eligibilite|criteres iae"),
            terme_de(termes, CRITERES, cellules.plusieurs),
        ),
        *_oui_non(termes),
        *([C("rqth", "RQTH", alias(ALIAS_RQTH), cellules.oui_non)] if par.peut(Droit.SANTE_LIRE) else []),
        C("date_contact", "Date du premier contact", alias("premier contact|date contact|date accueil|1er contact"), fait),
        C("demande", "Demande", alias("souhait|projet|objet|motif|observations|commentaire"), sans_nir(cellules.texte_long)),
        C("referent", "Référent·e", alias("referent|referente|conseiller|cip|suivi par|accompagnateur"), _referent(par)),
        C("date_inscription", "Date d’inscription", alias("inscription|inscrit le|inscrite le|date entree"), fait),
    ]


def manque_au_dossier(champs: set[str]) -> str:
    """Ce que les colonnes choisies ne disent pas et sans quoi rien ne s'importe ; "" si rien ne manque."""
    if {"nom", "prenom"} <= champs or {"nom_prenom", "prenom_nom"} & champs:
        return ""
    return "Dites quelles colonnes donnent le nom et le prénom : sans elles, rien ne peut être importé."


def alias(noms: str) -> tuple[str, ...]:
    """Des noms d'usage, séparés par une barre."""
    return tuple(noms.split("|"))


def raison_d_ecarter(tableau: Tableau, rang: int, *, sante: bool = False) -> str:
    """Pourquoi une colonne du fichier n'est jamais lue, d'après son titre ou son contenu ; "" si elle peut l'être.

    sante : qui importe peut lire la santé ; la reconnaissance de travailleur handicapé se lit alors (décision 0039).
    """
    titre = normaliser(tableau.entetes[rang])
    if sante and titre in ALIAS_RQTH.split("|"):
        return ""
    for raison, motif in _ECARTEES.items():
        if re.search(rf"\b(?:{motif})\b", titre):
            return raison
    exemples = tableau.exemples(rang, 60)
    if exemples and sum(bool(_NIR.fullmatch(e)) for e in exemples) * 3 >= len(exemples):
        return next(iter(_ECARTEES))
    return ""
