from django.db import migrations
from django.db.models import F

from cedre.qualite.operations.enquetes import bulletin, compter


def sceller(apps, connexion):
    """Compte les réponses de chaque enquête ; oublie celles d'une close, dont les résultats sont figés ; scelle les autres."""
    base = connexion.connection.alias
    Enquete, ReponseEnquete = apps.get_model("qualite", "Enquete"), apps.get_model("qualite", "ReponseEnquete")
    for enquete in Enquete.objects.using(base).order_by("pk"):
        siennes = ReponseEnquete.objects.using(base).filter(enquete=enquete)
        compter(enquete, list(siennes.values_list("semaine", flat=True)))
        enquete.save(update_fields=["nombre", "assez_des", "assez_depuis"])
        if enquete.close_le:
            siennes.delete()
            continue
        for reponse in siennes.order_by("pk"):
            reponse.scelle = bulletin(reponse.reponses, semaine=reponse.semaine)
            reponse.save(update_fields=["scelle"])


def numeroter(apps, connexion):
    """Une réclamation garde le numéro sous lequel on la connaît."""
    reclamations = apps.get_model("qualite", "Reclamation").objects.using(connexion.connection.alias)
    reclamations.filter(numero=None).update(numero=F("pk"))


class Migration(migrations.Migration):
    dependencies = [("qualite", "0008_ce_que_demande_l_anonymat")]
    operations = [
        migrations.RunPython(sceller, migrations.RunPython.noop),
        migrations.RunPython(numeroter, migrations.RunPython.noop),
    ]
