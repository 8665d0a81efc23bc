"""Le réseau d'exemple, et les réseaux simulés à l'échelle voulue : toujours les mêmes données pour une même date."""

from collections.abc import Callable, Iterator
from datetime import date
from random import Random

from dateutil.relativedelta import relativedelta
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from cedre.comptes.models import Organisation
from cedre.demonstration.alertes import alerter
from cedre.demonstration.audits import mener_les_audits
from cedre.demonstration.bornes import vivre_aux_bornes
from cedre.demonstration.calendrier import Affluence, ouvre_avant
from cedre.demonstration.campagnes import attendre_les_rapports
from cedre.demonstration.ecriture import Lot
from cedre.demonstration.entourage import Entourage
from cedre.demonstration.identites import IdentiteInventee, graphie_voisine, inventer, siret, telephone
from cedre.demonstration.maison import CadreCommun, Maison, Profil, creer_comptes
from cedre.demonstration.manuel import rediger_le_manuel
from cedre.demonstration.preuves import deposer_les_preuves, retenir_les_lectures
from cedre.demonstration.projet import Projet
from cedre.demonstration.qualite import Qualite
from cedre.demonstration.rapports import rendre_compte
from cedre.demonstration.reunions import reunir
from cedre.demonstration.vie import Vie

MOT_DE_PASSE = "cedre-demo"
DOMAINE = "demo.example"
DOMAINE_SIMULATION = "simulation.example"
GRAINE = "cèdre"

VILLES = {
    "aubraine": ("Saint-Loup-d’Aubraine", "99100", 0),
    "villesarde": ("Villesarde", "99110", 0),
    "lisiere": ("Le Bourg-Lisière", "99250", 1),
    "marsolan": ("Marsolan-le-Vieux", "99210", 1),
}
# slug, nom, type, ville, personnes en trois ans, CIP, accueils, délai annoncé, départ d'une CIP, région, ensemblier
STRUCTURES = (
    ("ai", "Entraide Aubraine", "AI", "aubraine", 400, 3, 2, 21, True, "region-1", None),
    ("etti", "Cadence Intérim Solidaire", "ETTI", "villesarde", 180, 2, 1, 10, False, "region-1", None),
    ("ei", "La Lessiverie de Villesarde", "EI", "villesarde", 60, 1, 1, 15, False, "region-1", None),
    ("aci", "Les Jardins de la Noue", "ACI", "aubraine", 90, 1, 1, 15, True, "region-1", None),
    ("aci-2", "L’Atelier du Bief", "ACI", "marsolan", 45, 1, 1, 21, False, "region-2", None),
    ("ensemble-ai", "Ensemble Lisière Services", "AI", "lisiere", 120, 2, 1, 10, False, "region-2", "ensemble"),
    ("ensemble-ei", "Ensemble Lisière Recyclage", "EI", "lisiere", 40, 1, 1, 15, False, "region-2", "ensemble"),
)


def _organisation(numero: int, **champs) -> Organisation:
    """Une organisation adhérente, avec un SIRET qui n'est à personne."""
    alea = Random(f"{GRAINE}:{champs['slug']}")
    entree = ouvre_avant(date(2014 + alea.randrange(6), alea.randint(1, 12), 15))
    return Organisation.objects.create(
        siret=siret(numero),
        adresse=f"{alea.randint(1, 40)} rue de l’Écluse",
        telephone=telephone(alea, mobile=False),
        courriel=f"contact@{champs['slug']}.example",
        adhesion_le=entree,
        charte_le=entree,
        convention_tripartite_le=ouvre_avant(entree + relativedelta(months=5)),
        fin_formation_action_le=ouvre_avant(entree + relativedelta(months=17)),
        **champs,
    )


def peupler(maison: Maison, *, lot: Lot, deja: list[IdentiteInventee] = ()) -> Iterator[IdentiteInventee]:
    """Fait vivre la structure et rend chaque personne au fur et à mesure. deja : des personnes qu'une autre structure reçoit."""
    alea, profil, deja = maison.alea, maison.profil, list(deja)
    maison.entourage = Entourage(maison)
    for arrivee in Affluence(maison.debut, maison.fin).tirer(alea, profil.personnes):
        identite = deja.pop() if deja and alea.random() < 0.4 else inventer(alea, arrivee, profil.cote)
        personne = Vie(maison, lot, identite).vivre(arrivee)
        if (maison.fin - arrivee).days < 250 and alea.random() < 0.05:
            _ouvrir_deux_fois(maison, lot, identite, personne.phase_depuis)
        lot.ecrire_si_plein()
        yield identite
    lot.ecrire()


def _ouvrir_deux_fois(maison: Maison, lot: Lot, identite: IdentiteInventee, apres: date) -> None:
    """La même personne, un second dossier : l'accueil ne l'a pas reconnue sous cette graphie."""
    nom, prenom = graphie_voisine(identite, maison.alea)
    double = Vie(maison, lot, identite)
    double.personne.nom, double.personne.prenom, double.personne.courriel = nom, prenom, ""
    double.vivre(ouvre_avant(min(maison.fin, apres + relativedelta(days=9))))


@transaction.atomic
def creer_demonstration(fin: date, dire: Callable[[str], None] = lambda ligne: None) -> None:
    """Crée le réseau d'exemple entier, ou rien. fin : le jour où l'on est ; dire : reçoit une ligne par étape."""
    mot_de_passe = make_password(MOT_DE_PASSE)
    cadre = CadreCommun()
    federation = _organisation(
        1, nature="federation", nom="Fédération du réseau d’exemple", slug="federation", commune="Villesarde"
    )
    regions = {
        "region-1": _organisation(2, nature="region", nom="Association régionale du Val-d’Aubraine", slug="region-1"),
        "region-2": _organisation(3, nature="region", nom="Association régionale des Monts-de-Lisière", slug="region-2"),
    }
    ensembliers = {
        "ensemble": _organisation(
            4,
            nature="ensemblier",
            nom="Ensemble Lisière",
            slug="ensemble",
            region=regions["region-2"],
            commune="Le Bourg-Lisière",
        ),
        None: None,
    }
    structures, maisons, deja = {}, {}, []
    for numero, (slug, nom, type_siae, ville, personnes, cips, accueils, delai, depart, region, ensemblier) in enumerate(
        STRUCTURES
    ):
        commune, code_postal, cote = VILLES[ville]
        structures[slug] = _organisation(
            10 + numero,
            nature="structure",
            type_siae=type_siae,
            nom=nom,
            slug=slug,
            region=regions[region],
            ensemblier=ensembliers[ensemblier],
            commune=commune,
            code_postal=code_postal,
        )
        dire(f"{nom} ({type_siae}) : {personnes} personnes…")
        profil = Profil(
            slug=slug,
            nom=nom,
            type_siae=type_siae,
            commune=commune,
            code_postal=code_postal,
            personnes=personnes,
            cips=cips,
            accueils=accueils,
            delai=delai,
            jour_seance=numero % 4,
            avec_depart=depart,
            cote=cote,
            suffixe="" if slug == "ai" else f"-{slug}",
            domaine=DOMAINE,
        )
        maisons[slug] = maison = Maison(profil, structures[slug], cadre, Random(f"{GRAINE}:{slug}:{fin}"), fin, mot_de_passe)
        if slug == "ai":
            Projet(maison)
        identites = list(peupler(maison, lot=Lot(), deja=deja))
        vivre_aux_bornes(maison, Lot())
        deja = identites[-12:] if ensemblier else []
        _compter_les_lignes()
        maison.entourage.preparer_la_prochaine()
        deposer_les_preuves(maison)
        Qualite(maison, une_sur=1 if slug == "ai" else 4)
        if slug == "ai":
            rediger_le_manuel(maison)
            reunir(maison)
            alerter(maison)
            rendre_compte(maison)
    retenir_les_lectures(fin)
    mener_les_audits(maisons["ai"], maisons["etti"])
    _comptes_du_reseau(federation, regions, ensembliers["ensemble"], structures, mot_de_passe, fin)
    dire("Les rapports d’activité…")
    attendre_les_rapports(federation, structures, fin)


def _compter_les_lignes() -> None:
    """Dit à PostgreSQL que les tables ont grandi : il ne le voit pas de lignes qui ne sont pas encore validées.

    Sans cela, les règles du suivi et les clés étrangères lui font lire des tables entières, ligne après ligne. Table par
    table : un ANALYZE de tout verrouillerait, jusqu'à la fin de la transaction, ce que les bases d'un serveur partagent.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as curseur:
            for table in connection.introspection.django_table_names(only_existing=True):
                curseur.execute(f"ANALYZE {connection.ops.quote_name(table)}")


def _comptes_du_reseau(federation, regions, ensemblier, structures, mot_de_passe: str, fin: date) -> None:
    """Les comptes de la fédération, des régions, de l'ensemblier, et ceux qui sont hors de l'équipe d'une structure."""
    postes = [
        ("federation", federation, "responsable_qualite"),
        ("comite", federation, "comite"),
        ("bureau", federation, "bureau"),
        ("groupe-qualite", federation, "groupe_qualite"),
        ("auditeur", federation, "auditeur"),
        ("region", regions["region-1"], "referent_regional"),
        ("ca-region", regions["region-1"], "ca_regional"),
        ("region-2", regions["region-2"], "referent_regional"),
        ("ca-region-2", regions["region-2"], "ca_regional"),
        ("direction-ensemble", ensemblier, "direction"),
        ("direction-ensemble", structures["ensemble-ai"], "direction"),
        ("direction-ensemble", structures["ensemble-ei"], "direction"),
        ("ca-ensemble", ensemblier, "ca"),
        ("salarie", structures["ai"], "salarie"),
        ("client", structures["ai"], "client"),
        ("partenaire", structures["ai"], "partenaire"),
    ]
    creer_comptes(
        Random(f"{GRAINE}:reseau"),
        [(f"{nom}@{DOMAINE}", organisation, role) for nom, organisation, role in postes],
        mot_de_passe,
        fin,
    )


def _parts(alea: Random, total: int, combien: int) -> list[int]:
    """Répartit un total en parts inégales, comme le sont les structures ; leur somme est exacte."""
    poids = [alea.lognormvariate(0, 0.6) for _ in range(combien)]
    cumul, rendu, parts = 0.0, 0, []
    for p in poids:
        cumul += p
        borne = round(total * cumul / sum(poids)) if len(parts) + 1 < combien else total
        parts.append(borne - rendu)
        rendu = borne
    return parts


def simuler(
    *, structures: int, personnes: int, annees: int, fin: date, graine: str = GRAINE, mot_de_passe: str | None = None
) -> Iterator[tuple[str, int]]:
    """Ajoute des structures « sim-0001 »… ; rend (adresse, personnes écrites) à mesure.

    personnes : par an, pour tout le réseau simulé. Sans mot de passe, personne n'entre par ces comptes. Une structure
    s'écrit en entier ou pas du tout ; seul un lot de personnes tient en mémoire.
    """
    alea, cadre, hache = Random(f"{graine}:{structures}"), CadreCommun(), make_password(mot_de_passe)
    deja = Organisation.objects.filter(slug__startswith="sim-").count()
    parts = _parts(alea, personnes * annees, structures)
    regions = [
        Organisation.objects.get_or_create(
            slug=f"region-sim-{n:02}", defaults={"nature": "region", "nom": f"Association régionale simulée {n}"}
        )[0]
        for n in range(1, min(13, 1 + structures // 40) + 1)
    ]
    for numero, combien in enumerate(parts, deja + 1):
        slug = f"sim-{numero:04}"
        hasard = Random(f"{graine}:{slug}:{fin}")
        commune, code_postal, cote = hasard.choice(list(VILLES.values()))
        type_siae = hasard.choices(("AI", "ACI", "EI", "ETTI"), (20, 50, 22, 8))[0]
        par_an = combien / max(annees, 1)
        profil = Profil(
            slug=slug,
            nom=f"Structure simulée {numero}",
            type_siae=type_siae,
            commune=commune,
            code_postal=code_postal,
            personnes=combien,
            annees=annees,
            cips=min(40, 1 + round(par_an / 60)),
            accueils=min(9, 1 + round(par_an / 250)),
            delai=hasard.choice((7, 10, 14, 15, 21)),
            jour_seance=numero % 5,
            cote=cote,
            suffixe=f"-{slug}",
            domaine=DOMAINE_SIMULATION,
        )
        with transaction.atomic():
            organisation = _organisation(
                1000 + numero,
                nature="structure",
                type_siae=type_siae,
                nom=profil.nom,
                slug=slug,
                region=regions[numero % len(regions)],
                commune=commune,
                code_postal=code_postal,
            )
            maison = Maison(profil, organisation, cadre, hasard, fin, hache)
            for rang, _ in enumerate(peupler(maison, lot=Lot()), 1):
                if rang % 200 == 0:
                    yield slug, 200
            maison.entourage.preparer_la_prochaine()
        yield slug, combien % 200
