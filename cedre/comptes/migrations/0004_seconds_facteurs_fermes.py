from django.db import migrations

from cedre.core import coffre

SECRETS = ("secret", "seed", "migrated_codes")


def passer(valeur, comment):
    """Passe un secret, ou une liste de secrets."""
    return [passer(v, comment) for v in valeur] if isinstance(valeur, list) else comment(valeur)


def tout_passer(apps, connexion, comment):
    """Passe les secrets de tous les seconds facteurs ; sans second facteur, aucune clé n'est demandée."""
    Authenticator = apps.get_model("mfa", "Authenticator")
    for facteur in Authenticator.objects.using(connexion.connection.alias).order_by("pk"):
        facteur.data |= {nom: passer(facteur.data[nom], comment) for nom in SECRETS if facteur.data.get(nom)}
        facteur.save(update_fields=["data"])


def fermer(apps, connexion):
    """Ferme ce qui ne l'est pas."""
    tout_passer(apps, connexion, lambda texte: texte if coffre.est_ferme(texte) else coffre.fermer(texte))


def ouvrir(apps, connexion):
    """Rouvre ce qui est fermé."""
    tout_passer(apps, connexion, lambda texte: coffre.ouvrir(texte) if coffre.est_ferme(texte) else texte)


class Migration(migrations.Migration):
    dependencies = [("comptes", "0003_ordre_alphabetique"), ("mfa", "0003_authenticator_type_uniq")]
    operations = [migrations.RunPython(fermer, ouvrir)]
