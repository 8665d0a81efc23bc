"""« cedre premier-compte » : la première organisation d'une installation neuve, et qui en tiendra les accès (RES-1)."""

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.management import BaseCommand, CommandError, call_command
from django.urls import reverse

from cedre.comptes.fuseaux import fuseau_du
from cedre.comptes.operations import inviter_la_premiere
from cedre.core.refus import GesteImpossible


class Command(BaseCommand):
    """Ne sert qu'une fois : dès que quelqu'un tient des accès, c'est lui qui invite."""

    help = (
        "Crée la première organisation et donne le lien qui ouvre le premier compte : responsable qualité d’une fédération, "
        "référent·e d’une région, direction d’une structure. Le lien vaut sept jours et ne sert qu’une fois. Tant que personne "
        "n’est entré, relancer corrige l’organisation et donne un autre lien : l’ancien ne vaut plus."
    )

    def add_arguments(self, parser):
        parser.add_argument("--nom", required=True, help="le nom de l’organisation")
        parser.add_argument("--nature", required=True, help="federation, region ou structure")
        parser.add_argument("--type", default="", help="d’une structure : AI, ETTI, EI ou ACI")
        parser.add_argument("--siret", default="", help="son SIRET, si vous l’avez")
        parser.add_argument("--code-postal", default="", help="son code postal, dont se déduit l’heure qu’il y est")
        parser.add_argument("--courriel", required=True, help="le courriel de la première personne : il sera son identifiant")

    def handle(self, *, nom, nature, type, siret, code_postal, courriel, **options):
        if settings.DEMO:
            raise CommandError("Une démonstration a déjà ses comptes : « cedre premier-compte » est pour une vraie installation.")
        call_command("migrate", interactive=False, verbosity=0)
        champs = {
            "nature": nature.strip(),
            "type_siae": type.strip().upper(),
            "nom": nom.strip(),
            "siret": siret.replace(" ", ""),
        }
        if code_postal := code_postal.strip():
            champs |= {"code_postal": code_postal, "fuseau": fuseau_du(code_postal)}
        try:
            invitation, jeton = inviter_la_premiere(courriel=courriel, **champs)
        except GesteImpossible as refus:
            raise CommandError(str(refus)) from refus
        except ValidationError as fautes:
            raise CommandError(_phrases(fautes)) from fautes
        self.stdout.write(f"{invitation.organisation}, {invitation.get_role_display()} : {invitation.courriel}")
        self.stdout.write("À ouvrir dans les sept jours, une seule fois ; qui a ce lien ouvre le compte :")
        self.stdout.write(settings.SITE + reverse("comptes:invitation", args=[jeton]))


def _phrases(fautes: ValidationError) -> str:
    options = {"type_siae": "--type : ", NON_FIELD_ERRORS: ""}
    return " ".join(options.get(champ, f"--{champ} : ") + " ".join(dits) for champ, dits in fautes.message_dict.items())
